//! Sets the blocks of a document in strips.

use std::num::NonZeroU16;

use krilla::tagging::{ListNumbering, TableHeaderScope, Tag, TagKind};

use super::strip::{Colour, Line, Mark, Strip};
use super::structure::Element;
use super::typeface::{BOX, Typeface, Typefaces};
use super::{Block, LEFT, WIDTH, mm};
use crate::view::Verdict;

pub(super) const INK: Colour = Colour(17, 17, 17);
pub(super) const GREY: Colour = Colour(85, 85, 85);
const RULE: Colour = Colour(150, 150, 150);
const HAIRLINE: Colour = Colour(205, 205, 205);
const SHADE: Colour = Colour(240, 240, 240);

/// Height of a line, by its size, and the place of the letters in it.
const LEADING: f32 = 1.4;
const ASCENT: f32 = 1.02;

/// Sections inside sections stand further right, so far that the text keeps its room.
const DEEPEST: usize = 6;
/// Characters of a title in the table of contents.
const LONGEST_ENTRY: usize = 120;
/// A row of a table stays whole up to this many lines: about half a page.
const WHOLE_ROW: usize = 25;

/// How a text is set.
#[derive(Clone, Copy)]
struct Style {
    size: f32,
    semi_bold: bool,
    colour: Colour,
}

const BODY: Style = style(10.0, false, INK);
const LABEL: Style = style(10.0, false, GREY);
const SENTENCE: Style = style(11.0, false, INK);
const TOPIC: Style = style(11.0, true, INK);
const STRONG: Style = style(10.0, true, INK);
const CELL: Style = style(8.5, false, INK);
const HEAD: Style = style(8.5, true, INK);

const fn style(size: f32, semi_bold: bool, colour: Colour) -> Style {
    Style {
        size,
        semi_bold,
        colour,
    }
}

/// The set blocks.
pub(super) struct Layout<'f> {
    faces: &'f Typefaces,
    pub strips: Vec<Strip>,
    /// Heads of tables, for pages they go on to.
    pub heads: Vec<Vec<Strip>>,
    /// How many leaves the structure has.
    pub leaves: usize,
    /// Some letter was not in the font.
    pub boxes: bool,
    depth: usize,
}

impl<'f> Layout<'f> {
    pub fn new(faces: &'f Typefaces) -> Self {
        Self {
            faces,
            strips: Vec::new(),
            heads: Vec::new(),
            leaves: 0,
            boxes: false,
            depth: 0,
        }
    }

    /// Sets these blocks; returns their structure.
    pub fn blocks(&mut self, blocks: &[Block]) -> Vec<Element> {
        blocks.iter().map(|block| self.block(block)).collect()
    }

    fn block(&mut self, block: &Block) -> Element {
        match block {
            Block::Heading { level, text } => self.heading(*level, text),
            Block::Verdict { verdict, text } => self.verdict(*verdict, text),
            Block::Facts { facts, stand_out } => self.facts(facts, *stand_out),
            Block::Remarks { label, remarks } => self.remarks(label, remarks),
            Block::Table { caption, heads, rows } => self.table(caption, heads, rows),
            Block::Paragraph(text) => self.paragraph(text),
            Block::Section(blocks) => {
                self.depth += 1;
                let elements = self.blocks(blocks);
                self.depth -= 1;
                Element::group(Tag::Section, elements)
            }
        }
    }

    fn heading(&mut self, level: usize, text: &str) -> Element {
        let (size, before) = match level {
            1 => (18.0, 0.0),
            2 => (14.0, mm(8.0)),
            _ => (12.0, mm(5.0)),
        };
        if level == 2 {
            let rule = Mark::Area {
                x: self.left(),
                y: 0.0,
                width: self.width(),
                height: 0.75,
                colour: RULE,
            };
            self.strips.push(Strip {
                before,
                height: mm(3.0),
                marks: vec![rule],
                keep: true,
                ..Strip::default()
            });
        }
        let start = self.strips.len();
        let title: String = text.chars().take(LONGEST_ENTRY).collect();
        let level_tag = u16::try_from(level).ok().and_then(NonZeroU16::new);
        let tag = Tag::Hn(level_tag.unwrap_or(NonZeroU16::MIN), Some(title.clone()));
        let element = self.text(text, style(size, true, INK), tag);
        if let [first, ..] = &mut self.strips[start..] {
            first.before = if level == 2 { 0.0 } else { before };
            first.entry = Some(title);
        }
        self.keep(start);
        self.room(mm(2.0), true);
        element
    }

    fn verdict(&mut self, verdict: Verdict, text: &str) -> Element {
        let (colour, tint) = match verdict {
            Verdict::Valid => (Colour(20, 83, 45), Colour(237, 246, 240)),
            Verdict::Unknown => (Colour(107, 66, 0), Colour(252, 244, 228)),
            Verdict::Invalid => (Colour(143, 29, 18), Colour(252, 236, 234)),
        };
        let (left, width) = (self.left(), self.width());
        let (bar, pad) = (mm(1.6), mm(4.5));
        let start = self.strips.len();
        self.room(mm(2.2), true);
        let leaf = self.leaf(Tag::P);
        self.lines(
            text,
            style(13.0, true, colour),
            left + bar + pad,
            width - bar - 2.0 * pad,
            leaf.1,
        );
        self.room(mm(2.2), true);
        for strip in &mut self.strips[start..] {
            let height = strip.height;
            let area = |x, width, colour| Mark::Area {
                x,
                y: 0.0,
                width,
                height,
                colour,
            };
            strip
                .marks
                .splice(0..0, [area(left, width, tint), area(left, bar, colour)]);
        }
        // Never alone at the foot of a page.
        self.keep(start);
        self.room(mm(3.0), true);
        leaf.0
    }

    fn facts(&mut self, facts: &[(String, String)], stand_out: bool) -> Element {
        let (label_style, value_style, gap) = if stand_out {
            (TOPIC, SENTENCE, mm(1.6))
        } else {
            (LABEL, BODY, mm(0.7))
        };
        let (column, between) = (mm(44.0), mm(3.0));
        let (left, width) = (self.left(), self.width());
        let mut items = Vec::new();
        for (label, value) in facts {
            let (label_element, label_leaf) = self.leaf(Tag::Lbl);
            let (value_element, value_leaf) = self.leaf(Tag::LBody);
            let cells = [
                self.cell(label, label_style, left, column, label_leaf),
                self.cell(
                    value,
                    value_style,
                    left + column + between,
                    width - column - between,
                    value_leaf,
                ),
            ];
            let mut strips = side_by_side(cells.into(), value_style.size * LEADING);
            // Two lines at least on either page.
            keep_ends(&mut strips);
            self.strips.append(&mut strips);
            self.room(gap, false);
            items.push(Element::group(Tag::LI, vec![label_element, value_element]));
        }
        self.room(mm(2.5), false);
        Element::group(Tag::L(ListNumbering::None), items)
    }

    fn remarks(&mut self, label: &str, remarks: &[(String, String)]) -> Element {
        let start = self.strips.len();
        let label = self.text(&format!("{label}:"), STRONG, Tag::P);
        self.keep(start);
        let (left, width, indent) = (self.left(), self.width(), mm(5.0));
        let mut items = Vec::new();
        for (text, code) in remarks {
            let (bullet_element, bullet_leaf) = self.leaf(Tag::Lbl);
            let (text_element, text_leaf) = self.leaf(Tag::LBody);
            let cells = [
                self.cell("•", BODY, left + mm(1.5), indent, bullet_leaf),
                self.cell(
                    &format!("{text} [{code}]"),
                    BODY,
                    left + indent,
                    width - indent,
                    text_leaf,
                ),
            ];
            let mut strips = side_by_side(cells.into(), BODY.size * LEADING);
            keep_ends(&mut strips);
            self.strips.append(&mut strips);
            items.push(Element::group(Tag::LI, vec![bullet_element, text_element]));
        }
        self.room(mm(2.5), false);
        let list = Element::group(Tag::L(ListNumbering::Disc), items);
        Element::group(Tag::Div, vec![label, list])
    }

    fn paragraph(&mut self, text: &str) -> Element {
        let start = self.strips.len();
        let element = self.text(text, BODY, Tag::P);
        keep_ends(&mut self.strips[start..]);
        self.room(mm(2.5), false);
        element
    }

    fn table(&mut self, caption: &str, heads: &[String], rows: &[Vec<String>]) -> Element {
        let start = self.strips.len();
        let caption = self.text(caption, STRONG, Tag::Caption);
        self.keep(start);
        let columns = self.columns(heads, rows);
        let (mut head, cells) = self.row(heads, &columns, HEAD, || Tag::TH(TableHeaderScope::Column).into());
        for strip in &mut head {
            strip.keep = true;
            let shade = self.across(0.0, strip.height, SHADE);
            strip.marks.insert(0, shade);
        }
        let index = self.heads.len();
        self.heads
            .push(head.iter().cloned().map(only_for_the_page).collect());
        self.strips.append(&mut head);
        let head = Element::group(Tag::THead, vec![Element::group(Tag::TR, cells)]);
        let mut body = Vec::new();
        for row in rows {
            let (mut strips, cells) = self.row(row, &columns, CELL, || Tag::TD.into());
            for strip in &mut strips {
                strip.heads = Some(index);
            }
            if strips.len() <= WHOLE_ROW {
                let last = strips.len().saturating_sub(1);
                strips[..last].iter_mut().for_each(|strip| strip.keep = true);
            }
            self.strips.append(&mut strips);
            body.push(Element::group(Tag::TR, cells));
        }
        self.room(mm(3.5), false);
        let body = Element::group(Tag::TBody, body);
        Element::group(Tag::Table, vec![caption, head, body])
    }

    /// The strips of a row with a hairline under it, and its cells.
    fn row(
        &mut self,
        texts: &[String],
        columns: &[(f32, f32)],
        style: Style,
        tag: impl Fn() -> TagKind,
    ) -> (Vec<Strip>, Vec<Element>) {
        let mut elements = Vec::new();
        let mut cells = Vec::new();
        for (text, (x, width)) in texts.iter().zip(columns) {
            let (element, leaf) = self.leaf(tag());
            cells.push(self.cell(text, style, *x, *width, leaf));
            elements.push(element);
        }
        let mut strips = side_by_side(cells, style.size * LEADING);
        let pad = mm(0.8);
        if let Some(first) = strips.first_mut() {
            first.height += pad;
            for mark in &mut first.marks {
                if let Mark::Text(line) = mark {
                    line.baseline += pad;
                }
            }
        }
        if let Some(last) = strips.last_mut() {
            last.height += pad;
            let hairline = self.across(last.height - 0.5, 0.5, HAIRLINE);
            last.marks.push(hairline);
        }
        (strips, elements)
    }

    /// Place and width of each column: as wide as its longest cell, if there is room for all.
    fn columns(&self, heads: &[String], rows: &[Vec<String>]) -> Vec<(f32, f32)> {
        let (gap, width) = (mm(3.0), self.width() - mm(2.0));
        let count = heads.len().max(1) as f32;
        let room = width - gap * (count - 1.0);
        let mut widths: Vec<f32> = heads
            .iter()
            .enumerate()
            .map(|(index, head)| {
                let cells = rows.iter().filter_map(|row| row.get(index));
                let cells = cells.map(|cell| self.faces.regular.width(cell, CELL.size));
                // A point more, lest rounding breaks the longest.
                cells.fold(self.faces.semi_bold.width(head, HEAD.size), f32::max) + 1.0
            })
            .collect();
        if widths.iter().sum::<f32>() > room {
            share(&mut widths, room);
        }
        let mut x = self.left() + mm(1.0);
        widths
            .into_iter()
            .map(|own| {
                let place = (x, own);
                x += own + gap;
                place
            })
            .collect()
    }

    /// A text across the whole width.
    fn text(&mut self, text: &str, style: Style, tag: impl Into<TagKind>) -> Element {
        let (element, leaf) = self.leaf(tag);
        self.lines(text, style, self.left(), self.width(), leaf);
        element
    }

    fn lines(&mut self, text: &str, style: Style, x: f32, width: f32, leaf: usize) {
        let cell = self.cell(text, style, x, width, leaf);
        let mut strips = side_by_side(vec![cell], style.size * LEADING);
        self.strips.append(&mut strips);
    }

    fn cell(&mut self, text: &str, style: Style, x: f32, width: f32, leaf: usize) -> Vec<Line> {
        let face = self.face(style);
        let drawable = face.drawable(text);
        let lines = face.lines(&drawable, style.size, width);
        let lines = lines.into_iter().map(|line| Line {
            x,
            baseline: style.size * ASCENT,
            size: style.size,
            semi_bold: style.semi_bold,
            colour: style.colour,
            text: line.to_owned(),
            leaf: Some(leaf),
        });
        let lines = lines.collect();
        self.boxes |= drawable.contains(BOX) && !text.contains(BOX);
        lines
    }

    fn face(&self, style: Style) -> &'f Typeface {
        if style.semi_bold {
            &self.faces.semi_bold
        } else {
            &self.faces.regular
        }
    }

    fn leaf(&mut self, tag: impl Into<TagKind>) -> (Element, usize) {
        let index = self.leaves;
        self.leaves += 1;
        (Element::Leaf(tag.into(), index), index)
    }

    /// A bar across the whole width.
    fn across(&self, y: f32, height: f32, colour: Colour) -> Mark {
        Mark::Area {
            x: self.left(),
            y,
            width: self.width(),
            height,
            colour,
        }
    }

    fn room(&mut self, height: f32, keep: bool) {
        self.strips.push(Strip {
            height,
            keep,
            ..Strip::default()
        });
    }

    /// Holds the strips from here on and the one that follows together.
    fn keep(&mut self, start: usize) {
        self.strips[start..]
            .iter_mut()
            .for_each(|strip| strip.keep = true);
    }

    fn indent(&self) -> f32 {
        mm(5.0) * self.depth.saturating_sub(1).min(DEEPEST) as f32
    }

    fn left(&self) -> f32 {
        LEFT + self.indent()
    }

    fn width(&self) -> f32 {
        WIDTH - self.indent()
    }
}

/// Columns no wider than their even share keep their width; the others share the rest by what they want.
fn share(widths: &mut [f32], room: f32) {
    let even = room / widths.len().max(1) as f32;
    // One endless cell must not take the room of other long ones.
    widths.iter_mut().for_each(|one| *one = one.min(room * 0.6));
    let narrow: f32 = widths.iter().filter(|one| **one <= even).sum();
    let wide: f32 = widths.iter().filter(|one| **one > even).sum();
    for one in widths.iter_mut().filter(|one| **one > even) {
        *one *= (room - narrow) / wide;
    }
}

/// Strips of the lines of these cells.
fn side_by_side(cells: Vec<Vec<Line>>, height: f32) -> Vec<Strip> {
    let count = cells.iter().map(Vec::len).max().unwrap_or_default();
    let mut strips: Vec<Strip> = (0..count)
        .map(|_| Strip {
            height,
            ..Strip::default()
        })
        .collect();
    for cell in cells {
        for (strip, line) in strips.iter_mut().zip(cell) {
            strip.marks.push(Mark::Text(line));
        }
    }
    strips
}

/// Holds the first two lines together and the last two: no line alone on a page.
fn keep_ends(strips: &mut [Strip]) {
    let count = strips.len();
    for (index, strip) in strips.iter_mut().enumerate() {
        strip.keep = count > 1 && (index == 0 || index == count - 2);
    }
}

/// What is repeated on a page is no part of the document's structure.
fn only_for_the_page(mut strip: Strip) -> Strip {
    for mark in &mut strip.marks {
        if let Mark::Text(line) = mark {
            line.leaf = None;
        }
    }
    strip
}
