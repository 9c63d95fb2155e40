//! The tag-length-value layer: DER everywhere, BER only where foreign CMS producers need it.
//!
//! The reader never copies: every [`Tlv`] borrows the input, so that signatures are checked over the bytes
//! that were received and not over a re-encoding of them. Structures nest at most [`MAX_DEPTH`] deep.

pub mod write;

use const_oid::ObjectIdentifier;
use thiserror::Error;

/// Deepest nesting of indefinite-length values the reader follows.
pub const MAX_DEPTH: usize = 16;

/// Identifier octets (X.690 §8.1.2); only low tag numbers occur in the structures read here.
pub mod tag {
    #![allow(missing_docs)] // the names are those of X.680
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const OCTET_STRING_CONSTRUCTED: u8 = 0x24;
    pub const NULL: u8 = 0x05;
    pub const OID: u8 = 0x06;
    pub const ENUMERATED: u8 = 0x0a;
    pub const UTF8_STRING: u8 = 0x0c;
    pub const NUMERIC_STRING: u8 = 0x12;
    pub const PRINTABLE_STRING: u8 = 0x13;
    pub const TELETEX_STRING: u8 = 0x14;
    pub const IA5_STRING: u8 = 0x16;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const VISIBLE_STRING: u8 = 0x1a;
    pub const UNIVERSAL_STRING: u8 = 0x1c;
    pub const BMP_STRING: u8 = 0x1e;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;

    /// `[number]` of a primitive (IMPLICIT) value.
    #[must_use]
    pub const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// `[number]` of a constructed value: EXPLICIT, or IMPLICIT over SEQUENCE and SET.
    #[must_use]
    pub const fn context_constructed(number: u8) -> u8 {
        0xa0 | number
    }
}

/// Why bytes are not the structure they claim to be.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Malformed {
    /// The input ends inside a value.
    #[error("the input ends inside a value")]
    Truncated,
    /// A tag other than the expected one.
    #[error("tag {found:#04x} where {expected:#04x} was expected")]
    Tag {
        /// Identifier octet the structure calls for.
        expected: u8,
        /// Identifier octet found.
        found: u8,
    },
    /// A multi-octet tag, a length over four octets, or a length form that DER forbids.
    #[error("a header that these rules forbid")]
    Header,
    /// Octets after the end of the structure.
    #[error("octets after the end of the structure")]
    TrailingData,
    /// Deeper nesting than [`MAX_DEPTH`].
    #[error("nested too deep")]
    TooDeep,
    /// The content octets do not fit the type.
    #[error("content does not fit the type {0}")]
    Value(&'static str),
}

/// Encoding rules in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// Definite, minimal lengths.
    Der,
    /// Also indefinite and non-minimal lengths.
    Ber,
}

/// One value with its header, borrowed from the input.
#[derive(Clone, Copy, Debug)]
pub struct Tlv<'a> {
    /// Identifier octet.
    pub tag: u8,
    /// Header, content and, for indefinite lengths, the end-of-contents octets.
    pub whole: &'a [u8],
    /// Content octets.
    pub value: &'a [u8],
    /// Whether the length was indefinite.
    pub indefinite: bool,
    rules: Rules,
}

impl<'a> Tlv<'a> {
    /// Reads exactly one DER value that fills `input`.
    pub fn from_der(input: &'a [u8]) -> Result<Self, Malformed> {
        Self::exactly(input, Rules::Der)
    }

    /// Reads exactly one BER value that fills `input`.
    pub fn from_ber(input: &'a [u8]) -> Result<Self, Malformed> {
        Self::exactly(input, Rules::Ber)
    }

    /// Reads one BER value from the start of `input` and returns what follows it.
    pub fn split_ber(input: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let mut reader = Reader {
            rest: input,
            rules: Rules::Ber,
        };
        Ok((reader.any()?, reader.rest))
    }

    fn exactly(input: &'a [u8], rules: Rules) -> Result<Self, Malformed> {
        let mut reader = Reader { rest: input, rules };
        let value = reader.any()?;
        reader.finish()?;
        Ok(value)
    }

    /// A reader over the content octets, by the same rules.
    #[must_use]
    pub fn reader(&self) -> Reader<'a> {
        Reader {
            rest: self.value,
            rules: self.rules,
        }
    }

    /// This value if it has `tag`.
    pub fn require(self, tag: u8) -> Result<Self, Malformed> {
        if self.tag == tag {
            Ok(self)
        } else {
            Err(Malformed::Tag {
                expected: tag,
                found: self.tag,
            })
        }
    }

    /// Content of an OBJECT IDENTIFIER.
    pub fn oid(self) -> Result<ObjectIdentifier, Malformed> {
        let value = self.require(tag::OID)?.value;
        ObjectIdentifier::from_bytes(value).map_err(|_| Malformed::Value("OBJECT IDENTIFIER"))
    }

    /// Content of a BOOLEAN; any non-zero octet is true, as BER has it.
    pub fn boolean(self) -> Result<bool, Malformed> {
        match self.require(tag::BOOLEAN)?.value {
            [octet] => Ok(*octet != 0),
            _ => Err(Malformed::Value("BOOLEAN")),
        }
    }

    /// Magnitude of an INTEGER without leading zero octets. The sign is dropped: negative serial numbers
    /// exist in the wild and are only ever compared.
    pub fn integer_octets(self) -> Result<&'a [u8], Malformed> {
        let value = self.require(tag::INTEGER)?.value;
        if value.is_empty() {
            return Err(Malformed::Value("INTEGER"));
        }
        let zeros = value
            .iter()
            .take_while(|&&octet| octet == 0)
            .count()
            .min(value.len() - 1);
        Ok(&value[zeros..])
    }

    /// Content octets of an INTEGER in their shortest form: sign included, so that 255 and −1 differ.
    pub fn integer_content(self) -> Result<&'a [u8], Malformed> {
        let mut value = self.require(tag::INTEGER)?.value;
        if value.is_empty() {
            return Err(Malformed::Value("INTEGER"));
        }
        while let [first, second, ..] = *value {
            let fill = if second & 0x80 == 0 { 0x00 } else { 0xff };
            if first != fill {
                break;
            }
            value = &value[1..];
        }
        Ok(value)
    }

    /// A non-negative INTEGER of at most 32 bits.
    pub fn small_integer(self) -> Result<u32, Malformed> {
        let value = self.require(tag::INTEGER)?.value;
        small(value).ok_or(Malformed::Value("INTEGER"))
    }

    /// Content of an ENUMERATED of one octet.
    pub fn enumerated(self) -> Result<u8, Malformed> {
        match self.require(tag::ENUMERATED)?.value {
            [octet] => Ok(*octet),
            _ => Err(Malformed::Value("ENUMERATED")),
        }
    }

    /// Octets of a BIT STRING whose bits fill them.
    pub fn bit_string_octets(self) -> Result<&'a [u8], Malformed> {
        match self.require(tag::BIT_STRING)?.value {
            [0, octets @ ..] => Ok(octets),
            _ => Err(Malformed::Value("BIT STRING")),
        }
    }

    /// Octets of a BIT STRING that holds a signature. One that does not fill its octets is nobody's signature, but
    /// what carries it can still be read: it yields none.
    pub fn signature_octets(self) -> Result<&'a [u8], Malformed> {
        match self.require(tag::BIT_STRING)?.value {
            [0, octets @ ..] => Ok(octets),
            [1..=7, _, ..] => Ok(&[]),
            _ => Err(Malformed::Value("BIT STRING")),
        }
    }

    /// Content of a primitive OCTET STRING.
    pub fn octet_string(self) -> Result<&'a [u8], Malformed> {
        Ok(self.require(tag::OCTET_STRING)?.value)
    }

    /// The pieces of an OCTET STRING, which BER may split into a constructed one.
    pub fn octet_string_chunks(self) -> Result<Vec<&'a [u8]>, Malformed> {
        let mut chunks = Vec::new();
        self.collect_chunks(&mut chunks, 0)?;
        Ok(chunks)
    }

    fn collect_chunks(self, chunks: &mut Vec<&'a [u8]>, depth: usize) -> Result<(), Malformed> {
        match self.tag {
            tag::OCTET_STRING => chunks.push(self.value),
            tag::OCTET_STRING_CONSTRUCTED if self.rules == Rules::Ber => {
                if depth == MAX_DEPTH {
                    return Err(Malformed::TooDeep);
                }
                let mut reader = self.reader();
                while !reader.is_empty() {
                    reader.any()?.collect_chunks(chunks, depth + 1)?;
                }
            }
            found => {
                return Err(Malformed::Tag {
                    expected: tag::OCTET_STRING,
                    found,
                });
            }
        }
        Ok(())
    }
}

/// A non-negative big-endian integer of at most 32 bits, as INTEGER content.
pub(crate) fn small(value: &[u8]) -> Option<u32> {
    if value.is_empty() || value.len() > 5 || value[0] & 0x80 != 0 {
        return None;
    }
    let wide = value.iter().fold(0u64, |sum, &octet| sum << 8 | u64::from(octet));
    u32::try_from(wide).ok()
}

/// Walks over the values of a SEQUENCE, SET or the whole input.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    rules: Rules,
}

impl<'a> Reader<'a> {
    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Refuses octets left over.
    pub fn finish(self) -> Result<(), Malformed> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Malformed::TrailingData)
        }
    }

    /// The next value, whatever it is.
    pub fn any(&mut self) -> Result<Tlv<'a>, Malformed> {
        let value = parse(self.rest, self.rules, 0)?;
        self.rest = &self.rest[value.whole.len()..];
        Ok(value)
    }

    /// The next value, which must have `tag`.
    pub fn expect(&mut self, tag: u8) -> Result<Tlv<'a>, Malformed> {
        self.any()?.require(tag)
    }

    /// The next value if it has `tag`.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Tlv<'a>>, Malformed> {
        if self.peek() == Some(tag) {
            self.any().map(Some)
        } else {
            Ok(None)
        }
    }

    /// The next value if its tag is one of `tags`.
    pub fn optional_of(&mut self, tags: &[u8]) -> Result<Option<Tlv<'a>>, Malformed> {
        match self.peek() {
            Some(found) if tags.contains(&found) => self.any().map(Some),
            _ => Ok(None),
        }
    }

    /// Identifier octet of the next value.
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }
}

/// Takes the values one by one; after an error it ends.
impl<'a> Iterator for Reader<'a> {
    type Item = Result<Tlv<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let item = self.any();
        if item.is_err() {
            self.rest = &[];
        }
        Some(item)
    }
}

fn parse(input: &[u8], rules: Rules, depth: usize) -> Result<Tlv<'_>, Malformed> {
    let (&tag, after_tag) = input.split_first().ok_or(Malformed::Truncated)?;
    if tag & 0x1f == 0x1f {
        return Err(Malformed::Header);
    }
    let (&first, after_first) = after_tag.split_first().ok_or(Malformed::Truncated)?;
    if first == 0x80 {
        return parse_indefinite(input, tag, rules, depth);
    }
    let (length, header) = if first < 0x80 {
        (usize::from(first), 2)
    } else {
        let count = usize::from(first & 0x7f);
        if count > 4 {
            return Err(Malformed::Header);
        }
        let octets = after_first.get(..count).ok_or(Malformed::Truncated)?;
        let length = octets
            .iter()
            .fold(0usize, |sum, &octet| sum << 8 | usize::from(octet));
        if rules == Rules::Der && (length < 0x80 || octets[0] == 0) {
            return Err(Malformed::Header);
        }
        (length, 2 + count)
    };
    let end = header.checked_add(length).ok_or(Malformed::Header)?;
    let whole = input.get(..end).ok_or(Malformed::Truncated)?;
    Ok(Tlv {
        tag,
        whole,
        value: &whole[header..],
        indefinite: false,
        rules,
    })
}

fn parse_indefinite(input: &[u8], tag: u8, rules: Rules, depth: usize) -> Result<Tlv<'_>, Malformed> {
    if rules == Rules::Der || tag & 0x20 == 0 {
        return Err(Malformed::Header);
    }
    if depth == MAX_DEPTH {
        return Err(Malformed::TooDeep);
    }
    let mut end = 2;
    loop {
        let rest = &input[end..];
        if rest.starts_with(&[0, 0]) {
            let whole = &input[..end + 2];
            return Ok(Tlv {
                tag,
                whole,
                value: &input[2..end],
                indefinite: true,
                rules,
            });
        }
        end += parse(rest, rules, depth + 1)?.whole.len();
    }
}
