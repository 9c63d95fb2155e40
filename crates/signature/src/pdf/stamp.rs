//! What a signature shows on a page: lines of text in a frame (ISO 32000-2 §12.5.5, §8.10).

mod font;

use std::fmt::Write as _;

use super::document::Document;
use super::error::PdfError;
use super::form::Pages;
use super::object::{Dictionary, Object};
use super::update::Update;
use font::Font;

/// A visible signature.
#[derive(Clone, Debug, PartialEq)]
pub struct VisibleStamp {
    /// Page, from 0.
    pub page: usize,
    /// Left, bottom, right and top in points from the lower left corner of the page.
    pub rectangle: [f64; 4],
    /// Lines from top to bottom; their size is chosen so that all fit.
    pub lines: Vec<String>,
}

/// Frame and distance of the text from it, in points.
const FRAME: f64 = 1.0;
const MARGIN: f64 = 4.0;
/// Largest size of the text and the distance of base lines, as parts of the size.
const MAX_SIZE: f64 = 12.0;
const LEADING: f64 = 1.2;

/// Size of a stamp that is placed by [`VisibleStamp::at_foot`], and its distance from the edges of the page, in points.
const FOOT_SIZE: [f64; 2] = [250.0, 78.0];
const FOOT_MARGIN: f64 = 28.0;
/// A4, for pages that say nothing of their size.
const A4: [f64; 4] = [0.0, 0.0, 595.0, 842.0];
/// Levels of the page tree that a page may inherit its size through.
const MAX_PARENTS: usize = 64;

impl VisibleStamp {
    /// A stamp in the lower left corner of the last page, where ГОСТ Р 7.0.97-2016 (5.23) has the signature.
    ///
    /// # Errors
    /// [`PdfError`] for what is no readable document with pages.
    pub fn at_foot(file: &[u8], lines: Vec<String>) -> Result<Self, PdfError> {
        let document = Document::open(file)?;
        let pages = Pages::read(&document)?.pages;
        let page = pages.len().checked_sub(1).ok_or(PdfError::Structure)?;
        let [left, bottom, right, top] = area(&document, &pages[page].1);
        let (left, bottom) = (left.min(right) + FOOT_MARGIN, bottom.min(top) + FOOT_MARGIN);
        let [width, height] = FOOT_SIZE;
        Ok(Self {
            page,
            rectangle: [left, bottom, left + width, bottom + height],
            lines,
        })
    }

    /// Adds the appearance for a widget of this rectangle; gives the form XObject.
    pub(super) fn draw(&self, update: &mut Update<'_>, [left, bottom, right, top]: [f64; 4]) -> Object {
        let (width, height) = ((right - left).abs(), (top - bottom).abs());
        let font = Font::embedded();
        let lines: Vec<Vec<u16>> = self.lines.iter().map(|line| font.glyphs(line)).collect();
        let size = self.size(&font, &lines, width, height);

        let mut content = format!(
            "q {FRAME} w 0.2 G {:.2} {:.2} {:.2} {:.2} re S Q\n",
            FRAME / 2.0,
            FRAME / 2.0,
            (width - FRAME).max(0.0),
            (height - FRAME).max(0.0)
        );
        let first = height - MARGIN - size * font.ascent();
        let _ = writeln!(
            content,
            "BT /F {size:.2} Tf {:.2} TL {MARGIN:.2} {first:.2} Td",
            size * LEADING
        );
        for line in &lines {
            content.push('<');
            line.iter().for_each(|glyph| {
                let _ = write!(content, "{glyph:04X}");
            });
            content.push_str("> Tj T*\n");
        }
        content.push_str("ET\n");

        let fonts = Dictionary::default().with("F", font.add(update, lines.concat()));
        let corners = [0.0, 0.0, width, height].map(Object::Real).to_vec();
        let form = Dictionary::default()
            .with("Type", Object::name("XObject"))
            .with("Subtype", Object::name("Form"))
            .with("BBox", Object::array(corners))
            .with(
                "Resources",
                Dictionary::default().with("Font", fonts.into()).into(),
            );
        update.add_stream(form, content.as_bytes())
    }

    fn size(&self, font: &Font<'_>, lines: &[Vec<u16>], width: f64, height: f64) -> f64 {
        let widest = lines.iter().map(|line| font.width(line)).fold(0.0, f64::max);
        #[allow(clippy::cast_precision_loss, reason = "a number of lines")]
        let by_height = (height - 2.0 * MARGIN) / (lines.len().max(1) as f64 * LEADING);
        let by_width = (width - 2.0 * MARGIN) / widest.max(0.1);
        by_height.min(by_width).clamp(0.1, MAX_SIZE)
    }
}

/// What is seen of a page (§7.7.3.3, §7.7.3.4: boxes are inherited).
fn area(document: &Document<'_>, page: &Dictionary) -> [f64; 4] {
    let inherited = |key: &str| {
        let mut node = page.clone();
        for _ in 0..MAX_PARENTS {
            if let Some(sides) = sides(document, &node, key) {
                return Some(sides);
            }
            node = document.dictionary(&node, "Parent")?;
        }
        None
    };
    inherited("CropBox")
        .or_else(|| inherited("MediaBox"))
        .unwrap_or(A4)
}

/// The rectangle of a widget, if it has an area.
pub(super) fn rectangle(document: &Document<'_>, widget: &Dictionary) -> Option<[f64; 4]> {
    sides(document, widget, "Rect")
}

fn sides(document: &Document<'_>, dictionary: &Dictionary, key: &str) -> Option<[f64; 4]> {
    let sides = document.value(dictionary, key);
    let sides: Vec<f64> = sides
        .as_array()?
        .iter()
        .filter_map(|side| document.resolve(side).as_number())
        .collect();
    let [left, bottom, right, top] = sides[..] else {
        return None;
    };
    (left != right && bottom != top).then_some([left, bottom, right, top])
}
