//! Octets of an XML document to text and back (XML 1.0 §4.3.3, appendix F).

use encoding_rs::{Encoding, UTF_8};

use super::XmlError;

/// How characters of a document stand in its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charset {
    Utf8,
    Utf16 { little_endian: bool },
    Latin1,
    SingleByte(&'static Encoding),
}

/// A document as text that remembers the octets it came from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The whole document without the byte order mark and with line ends normalised (§2.11), as parsers see it;
    /// the declaration stays.
    pub text: String,
    /// Where in the text a carriage return before a line feed is left out.
    dropped: Vec<usize>,
    charset: Charset,
    mark: usize,
}

/// The declaration stands within so many characters, or there is none that matters.
const DECLARATION: usize = 256;

impl Source {
    /// Decodes by byte order mark and declaration. Refused are unknown and multi-byte national encodings, octets
    /// that are no characters, a declaration that contradicts the mark, and XML 1.1.
    pub(crate) fn decode(octets: &[u8]) -> Result<Self, XmlError> {
        let (mark, sniffed) = match octets {
            [0xef, 0xbb, 0xbf, ..] => (3, Some(Charset::Utf8)),
            [0xff, 0xfe, ..] => (2, Some(Charset::Utf16 { little_endian: true })),
            [0xfe, 0xff, ..] => (2, Some(Charset::Utf16 { little_endian: false })),
            [b'<', 0, ..] => (0, Some(Charset::Utf16 { little_endian: true })),
            [0, b'<', ..] => (0, Some(Charset::Utf16 { little_endian: false })),
            _ => (0, None),
        };
        let body = octets.get(mark..).unwrap_or_default();
        let start = match sniffed {
            Some(Charset::Utf16 { little_endian }) => {
                let head = &body[..body.len().min(2 * DECLARATION) & !1];
                String::from_utf16_lossy(&units(head, little_endian))
            }
            _ => String::from_utf8_lossy(&body[..body.len().min(DECLARATION)]).into_owned(),
        };
        let declaration = Declaration::read(&start);
        if declaration.version.is_some_and(|version| version != "1.0") {
            return Err(XmlError::Version);
        }
        let declared = declaration.encoding.map(charset).transpose()?;
        let charset = match (sniffed, declaration.encoding) {
            (Some(Charset::Utf16 { little_endian }), Some(name)) => {
                let own = if little_endian { "utf-16le" } else { "utf-16be" };
                if !name.eq_ignore_ascii_case("utf-16") && !name.eq_ignore_ascii_case(own) {
                    return Err(XmlError::Encoding);
                }
                Charset::Utf16 { little_endian }
            }
            (Some(Charset::Utf8), Some(_)) if declared != Some(Charset::Utf8) => {
                return Err(XmlError::Encoding);
            }
            (Some(sniffed), _) => sniffed,
            (None, _) => match declared {
                // Octets that can be read as a declaration are not UTF-16.
                Some(Charset::Utf16 { .. }) => return Err(XmlError::Encoding),
                Some(declared) => declared,
                None => Charset::Utf8,
            },
        };
        let (text, dropped) = normalize_lines(decode(body, charset).ok_or(XmlError::Encoding)?);
        Ok(Self {
            text,
            dropped,
            charset,
            mark,
        })
    }

    /// `text` in the encoding of the document; `None` if it has characters the encoding lacks.
    pub(crate) fn encode(&self, text: &str) -> Option<Vec<u8>> {
        match self.charset {
            Charset::Utf8 => Some(text.as_bytes().to_vec()),
            Charset::Utf16 { little_endian: true } => {
                Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
            }
            Charset::Utf16 { little_endian: false } => {
                Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect())
            }
            Charset::Latin1 => text
                .chars()
                .map(|character| u8::try_from(u32::from(character)).ok())
                .collect(),
            Charset::SingleByte(encoding) => {
                let (octets, _, lossy) = encoding.encode(text);
                (!lossy).then(|| octets.into_owned())
            }
        }
    }

    /// Where the character at `offset` of the text stands in the octets.
    pub(crate) fn position(&self, offset: usize) -> usize {
        let before = &self.text[..offset];
        let dropped = self.dropped.partition_point(|&at| at < offset);
        self.mark
            + match self.charset {
                Charset::Utf8 => offset + dropped,
                Charset::Utf16 { .. } => 2 * (before.encode_utf16().count() + dropped),
                Charset::Latin1 | Charset::SingleByte(_) => before.chars().count() + dropped,
            }
    }
}

/// The text with every line end as one line feed, and where carriage returns were left out.
fn normalize_lines(text: String) -> (String, Vec<usize>) {
    if !text.contains('\r') {
        return (text, Vec::new());
    }
    let mut normalized = String::with_capacity(text.len());
    let mut dropped = Vec::new();
    let mut pieces = text.split('\r');
    normalized.extend(pieces.next());
    for piece in pieces {
        if piece.starts_with('\n') {
            dropped.push(normalized.len());
        } else {
            normalized.push('\n');
        }
        normalized.push_str(piece);
    }
    (normalized, dropped)
}

/// XMLDecl ::= '<?xml' VersionInfo EncodingDecl? SDDecl? S? '?>'
struct Declaration<'a> {
    version: Option<&'a str>,
    encoding: Option<&'a str>,
}

impl<'a> Declaration<'a> {
    fn read(start: &'a str) -> Self {
        let body = start
            .strip_prefix("<?xml")
            .filter(|rest| rest.starts_with([' ', '\t', '\r', '\n']))
            .and_then(|rest| rest.split_once("?>"))
            .map_or("", |(body, _)| body);
        Self {
            version: pseudo_attribute(body, "version"),
            encoding: pseudo_attribute(body, "encoding"),
        }
    }
}

fn pseudo_attribute<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest.get(1..)?.split_once(quote).map(|(value, _)| value)
}

fn charset(name: &str) -> Result<Charset, XmlError> {
    let lower = name.to_ascii_lowercase();
    if matches!(lower.as_str(), "utf-16" | "utf-16le" | "utf-16be") {
        return Ok(Charset::Utf16 {
            little_endian: lower != "utf-16be",
        });
    }
    // The label standard reads these as windows-1252, XML does not.
    if matches!(lower.as_str(), "iso-8859-1" | "latin1" | "us-ascii" | "ascii") {
        return Ok(Charset::Latin1);
    }
    match Encoding::for_label_no_replacement(lower.as_bytes()) {
        Some(found) if found == UTF_8 => Ok(Charset::Utf8),
        Some(found) if found.is_single_byte() => Ok(Charset::SingleByte(found)),
        _ => Err(XmlError::Encoding),
    }
}

fn units(octets: &[u8], little_endian: bool) -> Vec<u16> {
    let (pairs, _) = octets.as_chunks::<2>();
    let unit = if little_endian {
        u16::from_le_bytes
    } else {
        u16::from_be_bytes
    };
    pairs.iter().map(|pair| unit(*pair)).collect()
}

fn decode(body: &[u8], charset: Charset) -> Option<String> {
    match charset {
        Charset::Utf8 => core::str::from_utf8(body).ok().map(str::to_owned),
        Charset::Utf16 { little_endian } if body.len().is_multiple_of(2) => {
            String::from_utf16(&units(body, little_endian)).ok()
        }
        Charset::Utf16 { .. } => None,
        Charset::Latin1 => Some(body.iter().map(|&octet| char::from(octet)).collect()),
        Charset::SingleByte(encoding) => encoding
            .decode_without_bom_handling_and_without_replacement(body)
            .map(std::borrow::Cow::into_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(octets: &[u8]) -> Result<String, XmlError> {
        Source::decode(octets).map(|source| source.text)
    }

    #[test]
    fn reads_what_declaration_and_mark_say() {
        let cyrillic = "<?xml version='1.0' encoding=\"windows-1251\"?><\u{0434}/>";
        let mut octets = cyrillic.replace('\u{0434}', "@").into_bytes();
        let at = octets.iter().position(|&octet| octet == b'@').expect("there");
        octets[at] = 0xe4;
        let source = Source::decode(&octets).expect("windows-1251");
        assert_eq!(source.text, cyrillic);
        let offset = cyrillic.find('\u{0434}').expect("there");
        assert_eq!(source.position(offset), at);
        assert_eq!(source.encode("\u{0434}\u{0436}"), Some(vec![0xe4, 0xe6]));
        assert_eq!(source.encode("\u{4e00}"), None);

        let koi: Vec<u8> = [
            &b"<?xml version=\"1.0\" encoding=\"KOI8-R\"?><a>"[..],
            b"\xc4</a>",
        ]
        .concat();
        assert!(text(&koi).expect("koi8").contains('\u{0434}'));
        assert_eq!(text(b"\xef\xbb\xbf<a/>"), Ok("<a/>".to_owned()));
        for little in [true, false] {
            let unit = if little {
                u16::to_le_bytes
            } else {
                u16::to_be_bytes
            };
            let words = |text: &str| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
            let declared = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><\u{0434}/>";
            assert_eq!(text(&words(declared)), Ok(declared.to_owned()));
            let marked = words(&format!("\u{feff}{declared}"));
            let source = Source::decode(&marked).expect("utf-16");
            assert_eq!((source.text.as_str(), source.position(1)), (declared, 4));
        }
    }

    #[test]
    fn line_ends_are_one_line_feed_and_positions_stay() {
        let octets = b"<a>\r\n\r\r\n&#13;\n\r</a>";
        let source = Source::decode(octets).expect("UTF-8");
        assert_eq!(source.text, "<a>\n\n\n&#13;\n\n</a>");
        for (offset, position) in [(3, 3), (4, 5), (5, 6), (6, 8), (13, 15)] {
            assert_eq!(source.position(offset), position, "{offset}");
        }
        assert!(octets[source.position(source.text.find("</a>").expect("there"))..].starts_with(b"</a>"));
    }

    #[test]
    fn refuses_what_it_would_have_to_guess() {
        for octets in [
            &b"<?xml version=\"1.0\" encoding=\"windows-31j\"?><a/>"[..],
            b"<?xml version=\"1.0\" encoding=\"nonsense\"?><a/>",
            b"<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>",
            b"\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"windows-1251\"?><a/>",
            b"\xff\xfe<\0a\0/\0>\0\0",
            b"<a>\xff</a>",
        ] {
            assert_eq!(text(octets), Err(XmlError::Encoding), "{octets:?}");
        }
        assert_eq!(text(b"<?xml version=\"1.1\"?><a/>"), Err(XmlError::Version));
    }
}
