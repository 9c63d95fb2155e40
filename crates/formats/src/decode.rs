//! From bytes to text: encoding by BOM and XML declaration, with everything dubious refused.

use encoding_rs::{IBM866, WINDOWS_1251};
use serde::Serialize;
use thiserror::Error;

/// Largest document that is read as XML or text, in bytes. Bigger files are still archived and signed as they are.
pub const MAX_TEXT_SIZE: usize = 64 * 1024 * 1024;

/// Encoding a text came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Encoding {
    /// UTF-8, with or without BOM.
    #[serde(rename = "UTF-8")]
    Utf8,
    /// windows-1251, what ФНС formats demand.
    #[serde(rename = "windows-1251")]
    Windows1251,
    /// IBM 866, the `DOS` of 1С bank files.
    #[serde(rename = "IBM866")]
    Ibm866,
}

/// Decoded text. Its lines are the lines of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Content without BOM.
    pub content: String,
    /// Encoding it came in.
    pub encoding: Encoding,
}

/// Why bytes cannot be read as text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Above [`MAX_TEXT_SIZE`].
    #[error("{size} bytes are too many")]
    TooLarge {
        /// Bytes found.
        size: usize,
    },
    /// An encoding other than UTF-8 and windows-1251.
    #[error("encoding {name} is not supported")]
    Encoding {
        /// Name as declared, or what the first bytes say.
        name: String,
    },
    /// BOM and XML declaration disagree.
    #[error("the byte order mark contradicts the declared encoding {declared}")]
    Contradiction {
        /// Name as declared.
        declared: String,
    },
    /// Bytes that mean nothing in the declared encoding.
    #[error("bytes on line {line} are not {encoding:?}")]
    Undecodable {
        /// Line from 1.
        line: u32,
        /// Encoding they were to be read in.
        encoding: Encoding,
    },
    /// XML of another version than 1.0.
    #[error("XML version {version}")]
    Version {
        /// As declared.
        version: String,
    },
    /// Neither XML nor another text the program knows.
    #[error("not a text")]
    NotText,
}

impl DecodeError {
    /// Stable code for the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "document.too-large",
            Self::Encoding { .. } => "xml.encoding",
            Self::Contradiction { .. } => "xml.encoding-contradiction",
            Self::Undecodable { .. } => "xml.undecodable",
            Self::Version { .. } => "xml.version",
            Self::NotText => "document.not-text",
        }
    }

    /// Line it speaks of.
    pub fn line(&self) -> Option<u32> {
        match self {
            Self::Undecodable { line, .. } => Some(*line),
            _ => None,
        }
    }

    /// Named values for the text.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { size } => {
                vec![
                    ("value", size.to_string()),
                    ("expected", MAX_TEXT_SIZE.to_string()),
                ]
            }
            Self::Encoding { name } | Self::Contradiction { declared: name } => {
                vec![
                    ("value", name.clone()),
                    ("expected", "UTF-8, windows-1251".into()),
                ]
            }
            Self::Undecodable { encoding, .. } => vec![("expected", encoding.name().into())],
            Self::Version { version } => vec![("value", version.clone()), ("expected", "1.0".into())],
            Self::NotText => Vec::new(),
        }
    }
}

impl Encoding {
    /// Usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1251 => "windows-1251",
            Self::Ibm866 => "IBM866",
        }
    }
}

/// Whether the bytes mean to be XML: the first thing after BOM and white space is `<`.
pub(crate) fn looks_like_xml(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(UTF8_BOM).unwrap_or(bytes);
    let wide = [&b"\xFE\xFF\0<"[..], b"\xFF\xFE<\0", b"\0<\0?", b"<\0?\0"];
    start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
        || wide.iter().any(|start| bytes.starts_with(start))
}

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// Decodes a document: XML by its declaration, 1С bank files by their `Кодировка`, other files as UTF-8.
///
/// # Errors
/// [`DecodeError`]; nothing is ever replaced or guessed.
pub fn decode(bytes: &[u8]) -> Result<Text, DecodeError> {
    if bytes.len() > MAX_TEXT_SIZE {
        return Err(DecodeError::TooLarge { size: bytes.len() });
    }
    if looks_like_xml(bytes) {
        return decode_xml(bytes);
    }
    if let Some(encoding) = bank_exchange(bytes) {
        return decode_as(bytes, encoding);
    }
    let content = bytes.strip_prefix(UTF8_BOM).unwrap_or(bytes);
    match std::str::from_utf8(content) {
        Ok(content) if !content.contains('\0') => Ok(Text {
            content: content.into(),
            encoding: Encoding::Utf8,
        }),
        _ => Err(DecodeError::NotText),
    }
}

fn decode_xml(bytes: &[u8]) -> Result<Text, DecodeError> {
    for (start, name) in [
        (&b"\x00\x00\xFE\xFF"[..], "UTF-32"),
        (b"\xFF\xFE\x00\x00", "UTF-32"),
        (b"\xFE\xFF", "UTF-16"),
        (b"\xFF\xFE", "UTF-16"),
        (b"\x00<", "UTF-16"),
        (b"<\x00", "UTF-16"),
    ] {
        if bytes.starts_with(start) {
            return Err(DecodeError::Encoding { name: name.into() });
        }
    }
    let (bom, content) = match bytes.strip_prefix(UTF8_BOM) {
        Some(content) => (true, content),
        None => (false, bytes),
    };
    let declaration = declaration(content);
    if let Some(version) = declaration.and_then(|text| pseudo_attribute(text, "version"))
        && version != "1.0"
    {
        return Err(DecodeError::Version {
            version: version.into(),
        });
    }
    let declared = declaration.and_then(|text| pseudo_attribute(text, "encoding"));
    let encoding = match declared.map(str::to_ascii_lowercase).as_deref() {
        None | Some("utf-8" | "utf8") => Encoding::Utf8,
        Some("windows-1251" | "cp1251") => Encoding::Windows1251,
        Some(_) => {
            return Err(DecodeError::Encoding {
                name: declared.unwrap_or_default().into(),
            });
        }
    };
    if bom && encoding != Encoding::Utf8 {
        return Err(DecodeError::Contradiction {
            declared: declared.unwrap_or_default().into(),
        });
    }
    decode_as(content, encoding)
}

fn decode_as(bytes: &[u8], encoding: Encoding) -> Result<Text, DecodeError> {
    let undecodable = |position: usize| DecodeError::Undecodable {
        line: line_at(bytes, position),
        encoding,
    };
    let content = match encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes)
            .map_err(|error| undecodable(error.valid_up_to()))?
            .to_owned(),
        Encoding::Windows1251 => {
            // The one byte windows-1251 leaves undefined; the web's decoder lets it pass as a control character.
            if let Some(position) = bytes.iter().position(|byte| *byte == 0x98) {
                return Err(undecodable(position));
            }
            WINDOWS_1251.decode_without_bom_handling(bytes).0.into_owned()
        }
        Encoding::Ibm866 => IBM866.decode_without_bom_handling(bytes).0.into_owned(),
    };
    Ok(Text { content, encoding })
}

fn line_at(bytes: &[u8], position: usize) -> u32 {
    let lines = bytes[..position].iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1)
}

/// The XML declaration, which is ASCII in every encoding accepted here.
fn declaration(content: &[u8]) -> Option<&str> {
    let head = &content[..content.len().min(1024)];
    if !head.starts_with(b"<?xml") || !head.get(5).is_some_and(u8::is_ascii_whitespace) {
        return None;
    }
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    std::str::from_utf8(&head[..end + 2]).ok()
}

fn pseudo_attribute<'a>(declaration: &'a str, name: &str) -> Option<&'a str> {
    let after = &declaration[declaration.find(name)? + name.len()..];
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    value[1..].split(quote).next()
}

/// The text as a parser without encodings of its own should see it: the declaration becomes blanks, so that
/// neither offsets nor lines move.
pub(crate) fn without_declaration(text: &str) -> String {
    match declaration(text.as_bytes()) {
        Some(declaration) => {
            let blank = |c: char| if c == '\n' || c == '\r' { c } else { ' ' };
            declaration
                .chars()
                .map(blank)
                .chain(text[declaration.len()..].chars())
                .collect()
        }
        None => text.to_owned(),
    }
}

/// Encoding of a 1С bank file by its own `Кодировка` line; `None` when the bytes are no such file.
pub(crate) fn bank_exchange(bytes: &[u8]) -> Option<Encoding> {
    let content = bytes.strip_prefix(UTF8_BOM).unwrap_or(bytes);
    let first = content.split(|byte| *byte == b'\n').next()?;
    if first.trim_ascii_end() != b"1CClientBankExchange" {
        return None;
    }
    let head = &content[..content.len().min(2048)];
    let has = |encoding: Encoding, line: &str| {
        decode_as(head, encoding).is_ok_and(|text| text.content.lines().any(|l| l.trim() == line))
    };
    if has(Encoding::Ibm866, "Кодировка=DOS") {
        Some(Encoding::Ibm866)
    } else if has(Encoding::Windows1251, "Кодировка=Windows") || std::str::from_utf8(content).is_err()
    {
        Some(Encoding::Windows1251)
    } else {
        Some(Encoding::Utf8)
    }
}
