//! What a signature shows on a page: lines of text in a frame (ISO 32000-2 §12.5.5, §8.10).

mod font;

use std::fmt::Write as _;

use super::document::Document;
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

impl VisibleStamp {
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

/// The rectangle of a widget, if it has an area.
pub(super) fn rectangle(document: &Document<'_>, widget: &Dictionary) -> Option<[f64; 4]> {
    let sides = document.value(widget, "Rect");
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
