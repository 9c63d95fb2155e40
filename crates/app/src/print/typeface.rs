//! The letters of a document, and how much room they take.

use std::collections::HashMap;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use unicode_linebreak::linebreaks;
use unicode_normalization::UnicodeNormalization;

use super::PdfError;

const REGULAR: &[u8] = include_bytes!("../../../../assets/fonts/GolosText-Regular-Kabinet.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("../../../../assets/fonts/GolosText-SemiBold-Kabinet.ttf");

/// What stands for a letter the font does not have: PDF/A forbids the font's own sign for that (ISO 19005-3, 6.2.11.8).
pub(super) const BOX: char = '□';

/// A weight of Golos Text. The files have no layout tables, so a line is as wide as its letters together.
pub(super) struct Typeface {
    pub font: Font,
    /// Looked up for every letter of a long document, so not in the file itself.
    letters: HashMap<char, Letter>,
    none: Letter,
}

#[derive(Clone, Copy)]
struct Letter {
    glyph: GlyphId,
    /// Part of the size.
    advance: f32,
}

/// Both weights.
pub(super) struct Typefaces {
    pub regular: Typeface,
    pub semi_bold: Typeface,
}

impl Typefaces {
    pub fn load() -> Result<Self, PdfError> {
        Ok(Self {
            regular: Typeface::load(REGULAR).ok_or(PdfError::Font)?,
            semi_bold: Typeface::load(SEMI_BOLD).ok_or(PdfError::Font)?,
        })
    }
}

impl Typeface {
    fn load(file: &'static [u8]) -> Option<Self> {
        let face = FontRef::new(file).ok()?;
        let font = Font::new(file.into(), 0)?;
        let metrics = face.glyph_metrics(Size::unscaled(), LocationRef::default());
        let letter = |glyph: skrifa::GlyphId| Letter {
            glyph: GlyphId::new(glyph.to_u32()),
            advance: metrics.advance_width(glyph).unwrap_or_default() / font.units_per_em(),
        };
        let mappings = face.charmap().mappings();
        let letters = mappings.filter_map(|(code, glyph)| Some((char::from_u32(code)?, letter(glyph))));
        Some(Self {
            letters: letters.collect(),
            none: letter(skrifa::GlyphId::NOTDEF),
            font,
        })
    }

    /// The text as it can be drawn: composed, and with a box for each letter the font does not have.
    pub fn drawable(&self, text: &str) -> String {
        text.nfc()
            .map(|letter| {
                if self.letters.contains_key(&letter) {
                    letter
                } else {
                    BOX
                }
            })
            .collect()
    }

    /// Width in points.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.advance(letter)).sum::<f32>() * size
    }

    /// The glyphs of a drawable text.
    pub fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, letter): (usize, char)| {
            let range = at..at + letter.len_utf8();
            let Letter { glyph, advance } = self.letter(letter);
            KrillaGlyph::new(glyph, advance, 0.0, 0.0, 0.0, range, None)
        };
        text.char_indices().map(glyph).collect()
    }

    /// Breaks a drawable text where UAX #14 allows it, and a word wider than a line anywhere.
    pub fn lines<'t>(&self, text: &'t str, size: f32, width: f32) -> Vec<&'t str> {
        let mut lines = Vec::new();
        let (mut start, mut end, mut used) = (0, 0, 0.0);
        for (next, _) in linebreaks(text) {
            let word = &text[end..next];
            // Spaces may stand out over the edge.
            let visible = self.width(word.trim_end(), size);
            if used + visible > width && start < end {
                lines.push(&text[start..end]);
                (start, used) = (end, 0.0);
            }
            if visible > width {
                // In even parts: halves of a digest are easier to compare than a digest and its last letter.
                let part = visible / (visible / width).ceil() + size;
                let width = part.min(width);
                for (at, letter) in word.char_indices() {
                    let advance = self.advance(letter) * size;
                    if used + advance > width && start < end + at && !letter.is_whitespace() {
                        lines.push(&text[start..end + at]);
                        (start, used) = (end + at, 0.0);
                    }
                    used += advance;
                }
            } else {
                used += self.width(word, size);
            }
            end = next;
        }
        if start < text.len() || lines.is_empty() {
            lines.push(&text[start..]);
        }
        lines
    }

    /// The text, or as much of its beginning as fits with an ellipsis.
    pub fn shortened(&self, text: &str, size: f32, width: f32) -> String {
        if self.width(text, size) <= width {
            return text.to_owned();
        }
        let mut room = width / size - self.advance('…');
        let fits = |letter: &char| {
            room -= self.advance(*letter);
            room >= 0.0
        };
        let mut short: String = text.chars().take_while(fits).collect();
        short.push('…');
        short
    }

    /// Part of the size.
    fn advance(&self, letter: char) -> f32 {
        self.letter(letter).advance
    }

    fn letter(&self, letter: char) -> Letter {
        self.letters.get(&letter).copied().unwrap_or(self.none)
    }
}
