//! The font of visible signatures, embedded whole: DejaVu Sans reduced to Latin, Cyrillic and punctuation.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::pdf::object::{Dictionary, Object};
use crate::pdf::update::Update;

/// See `assets/fonts/README.md` for how it was made.
const FILE: &[u8] = include_bytes!("../../../../../assets/fonts/DejaVuSans-Kabinet.ttf");
/// As in the font itself, with the tag of a subset (ISO 32000-2 §9.9.2).
const NAME: &str = "KABINE+DejaVuSans";
/// Shown for a character the font does not have.
const REPLACEMENT: char = '?';

/// A TrueType font (OpenType 1.9); the tables needed to write text with it.
pub(super) struct Font<'a> {
    file: &'a [u8],
    units: f64,
    ascent: i16,
    descent: i16,
    widths: Vec<u16>,
    /// Character to glyph, for characters of the basic plane.
    map: Vec<(char, u16)>,
}

fn u16_at(data: &[u8], at: usize) -> u16 {
    data.get(at..at + 2)
        .map_or(0, |pair| u16::from_be_bytes([pair[0], pair[1]]))
}

fn i16_at(data: &[u8], at: usize) -> i16 {
    i16::from_be_bytes(u16_at(data, at).to_be_bytes())
}

fn offset_at(data: &[u8], at: usize) -> usize {
    (usize::from(u16_at(data, at)) << 16) + usize::from(u16_at(data, at + 2))
}

impl Font<'static> {
    pub(super) fn embedded() -> Self {
        Self::read(FILE)
    }
}

impl<'a> Font<'a> {
    fn read(file: &'a [u8]) -> Self {
        let table = |name: &[u8; 4]| -> &'a [u8] {
            let count = usize::from(u16_at(file, 4));
            let record = (0..count)
                .map(|index| 12 + 16 * index)
                .find(|&at| file.get(at..at + 4) == Some(name));
            record
                .and_then(|at| file.get(offset_at(file, at + 8)..))
                .unwrap_or_default()
        };
        let (head, horizontal, metrics) = (table(b"head"), table(b"hhea"), table(b"hmtx"));
        let count = usize::from(u16_at(horizontal, 34));
        Self {
            file,
            units: f64::from(u16_at(head, 18).max(1)),
            ascent: i16_at(horizontal, 4),
            descent: i16_at(horizontal, 6),
            widths: (0..count).map(|glyph| u16_at(metrics, 4 * glyph)).collect(),
            map: characters(table(b"cmap")),
        }
    }

    /// Glyphs of a line.
    pub(super) fn glyphs(&self, line: &str) -> Vec<u16> {
        let glyph = |character: char| {
            let found = self.map.binary_search_by_key(&character, |(known, _)| *known);
            found.ok().map(|index| self.map[index].1)
        };
        line.chars()
            .filter_map(|character| glyph(character).or_else(|| glyph(REPLACEMENT)))
            .collect()
    }

    /// Width of a line at size 1.
    pub(super) fn width(&self, line: &[u16]) -> f64 {
        line.iter().map(|&glyph| self.advance(glyph)).sum::<f64>() / self.units
    }

    /// Height of the letters at size 1.
    pub(super) fn ascent(&self) -> f64 {
        f64::from(self.ascent) / self.units
    }

    fn advance(&self, glyph: u16) -> f64 {
        let width = self.widths.get(usize::from(glyph)).or(self.widths.last());
        width.map_or(0.0, |&width| f64::from(width))
    }

    /// Adds the font with the widths and the text of these glyphs (§9.7.4, §9.10.3).
    pub(super) fn add(&self, update: &mut Update<'_>, glyphs: Vec<u16>) -> Object {
        let used: BTreeSet<u16> = glyphs.into_iter().collect();
        let thousandths = |value: f64| Object::Integer((value * 1000.0 / self.units).round() as i64);
        let length = Object::Integer(i64::try_from(self.file.len()).unwrap_or(i64::MAX));
        let program = update.add_stream(Dictionary::default().with("Length1", length), self.file);
        let (ascent, descent) = (f64::from(self.ascent), f64::from(self.descent));
        let bounds = [0.0, descent, self.units, ascent].map(thousandths);
        let descriptor = Dictionary::default()
            .with("Type", Object::name("FontDescriptor"))
            .with("FontName", Object::name(NAME))
            .with("Flags", Object::Integer(32)) // nonsymbolic
            .with("FontBBox", Object::array(bounds.to_vec()))
            .with("ItalicAngle", Object::Integer(0))
            .with("Ascent", thousandths(ascent))
            .with("Descent", thousandths(descent))
            .with("CapHeight", thousandths(ascent))
            .with("StemV", Object::Integer(80))
            .with("FontFile2", program);
        let descriptor = update.add(&descriptor.into());
        let widths = used.iter().flat_map(|&glyph| {
            let width = thousandths(self.advance(glyph));
            [Object::Integer(glyph.into()), Object::array(vec![width])]
        });
        let system = Dictionary::default()
            .with("Registry", Object::text(&b"Adobe"[..]))
            .with("Ordering", Object::text(&b"Identity"[..]))
            .with("Supplement", Object::Integer(0));
        let descendant = Dictionary::default()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name("CIDFontType2"))
            .with("BaseFont", Object::name(NAME))
            .with("CIDSystemInfo", system.into())
            .with("CIDToGIDMap", Object::name("Identity"))
            .with("FontDescriptor", descriptor)
            .with("W", Object::array(widths.collect()));
        let descendant = update.add(&descendant.into());
        let text = update.add_stream(Dictionary::default(), self.to_unicode(&used).as_bytes());
        let font = Dictionary::default()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name("Type0"))
            .with("BaseFont", Object::name(NAME))
            .with("Encoding", Object::name("Identity-H"))
            .with("DescendantFonts", Object::array(vec![descendant]))
            .with("ToUnicode", text);
        update.add(&font.into())
    }

    /// §9.10.3: which characters the glyphs are, so that the text can be searched and read aloud.
    fn to_unicode(&self, used: &BTreeSet<u16>) -> String {
        let mut text = String::from(
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Kabinet def /CMapType 2 def\n\
             1 begincodespacerange <0000> <FFFF> endcodespacerange\n",
        );
        let known: Vec<&(char, u16)> = self
            .map
            .iter()
            .filter(|(_, glyph)| used.contains(glyph))
            .collect();
        for block in known.chunks(100) {
            let _ = writeln!(text, "{} beginbfchar", block.len());
            for (character, glyph) in block {
                let _ = writeln!(text, "<{glyph:04X}> <{:04X}>", u32::from(*character));
            }
            text.push_str("endbfchar\n");
        }
        text.push_str("endcmap CMapName currentdict /CMap defineresource pop end end\n");
        text
    }
}

/// The characters of a `cmap` table, from its subtable of format 4, in order.
fn characters(table: &[u8]) -> Vec<(char, u16)> {
    let count = usize::from(u16_at(table, 2));
    let subtables = (0..count).filter_map(|index| table.get(offset_at(table, 4 + 8 * index + 4)..));
    let Some(subtable) = subtables.into_iter().find(|subtable| u16_at(subtable, 0) == 4) else {
        return Vec::new();
    };
    let segments = usize::from(u16_at(subtable, 6)) / 2;
    let mut map = Vec::new();
    for segment in 0..segments {
        let part = |number: usize| 14 + number * 2 * segments + usize::from(number > 0) * 2 + 2 * segment;
        let (end, start) = (u16_at(subtable, part(0)), u16_at(subtable, part(1)));
        let (delta, range) = (u16_at(subtable, part(2)), u16_at(subtable, part(3)));
        for code in start..=end {
            let glyph = if range == 0 {
                code.wrapping_add(delta)
            } else {
                let at = part(3) + usize::from(range) + 2 * usize::from(code - start);
                match u16_at(subtable, at) {
                    0 => 0,
                    glyph => glyph.wrapping_add(delta),
                }
            };
            if let Some(character) = char::from_u32(code.into())
                && glyph != 0
            {
                map.push((character, glyph));
            }
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_what_signatures_say() {
        let font = Font::embedded();
        let text = "Документ подписан «ЭЛЕКТРОННОЙ» подписью № 0123456789ABCDEF, Ёлкина Щ. Ы. (INN: a-z) — 01.02.2026";
        let glyphs = font.glyphs(text);
        assert_eq!(glyphs.len(), text.chars().count());
        assert!(!glyphs.contains(&0));
        assert_eq!(font.glyphs("語"), font.glyphs("?"));
        let (narrow, wide) = (font.width(&font.glyphs("i")), font.width(&font.glyphs("Щ")));
        assert!(0.1 < narrow && narrow < wide && wide < 1.5, "{narrow} {wide}");
        assert!((0.7..1.0).contains(&font.ascent()));
    }
}
