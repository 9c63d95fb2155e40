//! Reads objects from octets (ISO 32000-2 §7.2, §7.3).

use std::collections::BTreeMap;
use std::rc::Rc;

use super::error::PdfError;
use super::object::{Dictionary, Id, Object, Stream, Text};

/// Deepest nesting of arrays and dictionaries. Documents use a handful; each level costs stack.
const MAX_DEPTH: usize = 64;

/// A position in octets.
#[derive(Clone)]
pub(crate) struct Lexer<'a> {
    data: &'a [u8],
    pub at: usize,
    /// Whether positions are those of the file; false inside an object stream.
    in_file: bool,
}

pub(crate) const fn is_space(octet: u8) -> bool {
    matches!(octet, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

const fn is_delimiter(octet: u8) -> bool {
    matches!(
        octet,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

impl<'a> Lexer<'a> {
    pub(crate) fn of_file(data: &'a [u8], at: usize) -> Self {
        Self {
            data,
            at: at.min(data.len()),
            in_file: true,
        }
    }

    pub(crate) fn of_stream(data: &'a [u8], at: usize) -> Self {
        Self {
            data,
            at: at.min(data.len()),
            in_file: false,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    fn fail<T>(&self) -> Result<T, PdfError> {
        Err(PdfError::Syntax { at: self.at })
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) {
        while let Some(octet) = self.peek() {
            match octet {
                b'%' => {
                    while self.peek().is_some_and(|octet| octet != b'\n' && octet != b'\r') {
                        self.at += 1;
                    }
                }
                octet if is_space(octet) => self.at += 1,
                _ => break,
            }
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|octet| !is_space(octet) && !is_delimiter(octet))
        {
            self.at += 1;
        }
        &self.data[start..self.at]
    }

    /// Takes `word` if it comes next as a whole token.
    pub(crate) fn keyword(&mut self, word: &str) -> bool {
        let mut ahead = self.clone();
        ahead.skip_space();
        let found = ahead.regular() == word.as_bytes();
        if found {
            self.at = ahead.at;
        }
        found
    }

    /// An unsigned integer of at most ten digits.
    pub(crate) fn unsigned(&mut self) -> Result<u64, PdfError> {
        self.skip_space();
        let token = self.regular();
        let digits = !token.is_empty() && token.len() <= 10 && token.iter().all(u8::is_ascii_digit);
        if !digits {
            return self.fail();
        }
        Ok(token
            .iter()
            .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
    }

    /// `number generation obj` and the object, whose stream's octets follow if it is a stream (§7.3.10).
    pub(crate) fn indirect(&mut self) -> Result<(Id, Object), PdfError> {
        let id = self.id()?;
        if !self.keyword("obj") {
            return self.fail();
        }
        let object = self.object()?;
        let Object::Dictionary(dictionary) = object else {
            return Ok((id, object));
        };
        if !self.keyword("stream") {
            return Ok((id, dictionary.into()));
        }
        // §7.3.8.1: CR LF or LF; some writers end the line with CR alone.
        match self.peek() {
            Some(b'\r') if self.data.get(self.at + 1) == Some(&b'\n') => self.at += 2,
            Some(b'\r' | b'\n') => self.at += 1,
            _ => return self.fail(),
        }
        let start = self.at;
        Ok((id, Object::Stream(Stream { dictionary, start })))
    }

    /// Whether an indirect object comes next.
    pub(crate) fn is_object(&self) -> bool {
        let mut ahead = self.clone();
        ahead.id().is_ok() && ahead.keyword("obj")
    }

    fn id(&mut self) -> Result<Id, PdfError> {
        let number = u32::try_from(self.unsigned()?);
        let generation = u16::try_from(self.unsigned()?);
        match (number, generation) {
            (Ok(number), Ok(generation)) => Ok(Id { number, generation }),
            _ => self.fail(),
        }
    }

    /// The next direct object or reference.
    pub(crate) fn object(&mut self) -> Result<Object, PdfError> {
        self.nested(MAX_DEPTH)
    }

    fn nested(&mut self, depth: usize) -> Result<Object, PdfError> {
        self.skip_space();
        match self.peek() {
            Some(b'/') => Ok(Object::Name(self.name()?)),
            Some(b'(') => self.literal(),
            Some(b'[') => {
                let depth = depth.checked_sub(1).ok_or(PdfError::Limit)?;
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.skip_space();
                    if self.peek() == Some(b']') {
                        self.at += 1;
                        return Ok(Object::array(items));
                    }
                    items.push(self.nested(depth)?);
                }
            }
            Some(b'<') if self.data.get(self.at + 1) == Some(&b'<') => {
                let depth = depth.checked_sub(1).ok_or(PdfError::Limit)?;
                self.at += 2;
                self.dictionary(depth)
            }
            Some(b'<') => self.hexadecimal(),
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => self.number(),
            _ => match self.regular() {
                b"null" => Ok(Object::Null),
                b"true" => Ok(Object::Boolean(true)),
                b"false" => Ok(Object::Boolean(false)),
                _ => self.fail(),
            },
        }
    }

    /// §7.3.7, after `<<`.
    fn dictionary(&mut self, depth: usize) -> Result<Object, PdfError> {
        let mut entries = BTreeMap::new();
        let mut repeats = false;
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'>') if self.data.get(self.at + 1) == Some(&b'>') => {
                    self.at += 2;
                    return Ok(Dictionary::new(entries, repeats).into());
                }
                Some(b'/') => {
                    let key = self.name()?;
                    repeats |= entries.insert(key, self.nested(depth)?).is_some();
                }
                _ => return self.fail(),
            }
        }
    }

    /// §7.3.5
    fn name(&mut self) -> Result<Rc<[u8]>, PdfError> {
        self.at += 1;
        let token = self.regular();
        if !token.contains(&b'#') {
            return Ok(token.into());
        }
        let mut name = Vec::with_capacity(token.len());
        let mut rest = token;
        while let Some((&octet, after)) = rest.split_first() {
            rest = after;
            let escaped = match after {
                [high, low, ..] if octet == b'#' => hex(*high).zip(hex(*low)),
                _ => None,
            };
            name.push(match escaped {
                Some((high, low)) => {
                    rest = &after[2..];
                    high << 4 | low
                }
                None => octet,
            });
        }
        Ok(name.into())
    }

    /// A number, or a reference (§7.3.3, §7.3.10).
    fn number(&mut self) -> Result<Object, PdfError> {
        let start = self.at;
        let token = self.regular();
        let text = core::str::from_utf8(token).map_err(|_| PdfError::Syntax { at: start })?;
        if token.iter().all(u8::is_ascii_digit) {
            let mut ahead = self.clone();
            ahead.at = start;
            if let Ok(id) = ahead.id()
                && ahead.keyword("R")
            {
                self.at = ahead.at;
                return Ok(Object::Reference(id));
            }
        }
        if let Ok(integer) = text.parse::<i64>() {
            return Ok(Object::Integer(integer));
        }
        let plain = text
            .bytes()
            .all(|octet| matches!(octet, b'0'..=b'9' | b'+' | b'-' | b'.'));
        match text.parse::<f64>() {
            Ok(real) if plain => Ok(Object::Real(real)),
            _ => Err(PdfError::Syntax { at: start }),
        }
    }

    /// §7.3.4.3. White space is skipped; an odd last digit is followed by 0.
    fn hexadecimal(&mut self) -> Result<Object, PdfError> {
        let start = self.at;
        self.at += 1;
        let mut octets = Vec::new();
        let mut high = None;
        loop {
            let Some(octet) = self.peek() else {
                return self.fail();
            };
            self.at += 1;
            match (octet, hex(octet)) {
                (b'>', _) => break,
                (_, Some(digit)) => match high.take() {
                    Some(high) => octets.push(high << 4 | digit),
                    None => high = Some(digit),
                },
                (octet, None) if is_space(octet) => {}
                _ => return self.fail(),
            }
        }
        octets.extend(high.map(|high| high << 4));
        Ok(Object::String(Text {
            octets: octets.into(),
            hexadecimal: self.in_file.then_some(start..self.at),
        }))
    }

    /// §7.3.4.2
    fn literal(&mut self) -> Result<Object, PdfError> {
        self.at += 1;
        let mut octets = Vec::new();
        let mut open = 0_usize;
        loop {
            let Some(octet) = self.peek() else {
                return self.fail();
            };
            self.at += 1;
            match octet {
                b')' if open == 0 => return Ok(Object::text(octets)),
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    octets.extend(self.escape());
                    continue;
                }
                b'\r' => {
                    // An end of line of any form is a line feed.
                    self.at += usize::from(self.peek() == Some(b'\n'));
                    octets.push(b'\n');
                    continue;
                }
                _ => {}
            }
            octets.push(octet);
        }
    }

    fn escape(&mut self) -> Option<u8> {
        let octet = self.peek()?;
        self.at += 1;
        match octet {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'0'..=b'7' => {
                let mut value = octet - b'0';
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else {
                        break;
                    };
                    self.at += 1;
                    value = value << 3 | (digit - b'0'); // overflow is ignored, as the standard says
                }
                Some(value)
            }
            b'\n' => None,
            b'\r' => {
                self.at += usize::from(self.peek() == Some(b'\n'));
                None
            }
            other => Some(other),
        }
    }
}

fn hex(octet: u8) -> Option<u8> {
    char::from(octet)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Object, PdfError> {
        Lexer::of_file(text.as_bytes(), 0).object()
    }

    #[test]
    fn broken_objects_are_refused_where_they_break() {
        for (text, at) in [
            ("", 0),
            ("(a(b)", 5),
            ("<4", 2),
            ("<4x>", 3),
            ("<< /A 1", 7),
            ("<< 1 2 >>", 3),
            ("[1 2", 4),
            ("1e5", 0),
            ("--", 0),
            ("nul", 3),
            (">>", 0),
        ] {
            assert_eq!(read(text).map(|_| ()), Err(PdfError::Syntax { at }), "{text}");
        }
    }

    #[test]
    fn nesting_is_limited() {
        let deep = "[".repeat(100_000);
        assert_eq!(read(&deep).map(|_| ()), Err(PdfError::Limit));
        let deep = "<</A".repeat(100_000);
        assert_eq!(read(&deep).map(|_| ()), Err(PdfError::Limit));
    }

    #[test]
    fn strings_are_unescaped() {
        for (text, octets) in [
            (r"(a\(\)\\(b)\n\101\7z)", &b"a()\\(b)\nA\x07z"[..]),
            ("(a\\\r\nb\r\nc\rd)", b"ab\nc\nd"),
            ("<41 4\n2 5>", b"AB\x50"),
            ("()", b""),
        ] {
            let read = read(text).expect("a string");
            assert_eq!(read.as_text().map(|text| &*text.octets), Some(octets), "{text}");
        }
    }

    #[test]
    fn names_numbers_and_references_are_told_apart() {
        assert!(read("/A#42#4").expect("a name").is_name("AB#4"));
        assert_eq!(read("-17").expect("a number").as_integer(), Some(-17));
        assert_eq!(read("+.5").expect("a number").as_number(), Some(0.5));
        assert_eq!(read("4.").expect("a number").as_number(), Some(4.0));
        let array = read("[1 2 R 3 0 4%c\n 5 0 R]").expect("an array");
        let items = array.as_array().expect("an array");
        let id = |number, generation| Some(Id { number, generation });
        assert_eq!(items.len(), 5);
        assert_eq!(items[0].as_reference(), id(1, 2));
        assert_eq!(items[1].as_integer(), Some(3));
        assert_eq!(items[4].as_reference(), id(5, 0));
    }

    #[test]
    fn a_repeated_key_is_noticed() {
        let dictionary = read("<</A 1/B null/A 2>>").expect("a dictionary");
        let dictionary = dictionary.as_dictionary().expect("a dictionary");
        assert!(dictionary.repeats);
        assert_eq!(dictionary.raw("A").and_then(Object::as_integer), Some(2));
        assert!(dictionary.raw("B").is_none());
    }
}
