//! What a file is, by its content and never by its extension, and what to call it in lists.

use roxmltree::Document;
use serde::Serialize;

use crate::application;
use crate::catalogue::{Catalogue, Content, Format};
use crate::decode;
use crate::file_name;
use crate::xml::{self, Lines};

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recognition {
    /// Stable code of the format; `unknown` files can still be archived and signed.
    pub format: String,
    /// What to call it.
    pub title: Title,
}

/// Title of a document, in parts and as one line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Title {
    /// Name of the form; for an unknown file its name.
    pub form: String,
    /// Number.
    pub number: Option<String>,
    /// Date, dd.mm.yyyy.
    pub date: Option<String>,
    /// Period the report is for, a year.
    pub period: Option<String>,
    /// The other party, or the person it is about.
    pub counterparty: Option<String>,
    /// All of it in one line.
    pub line: String,
}

/// A recognised document with all that later steps need.
pub(crate) struct Recognised {
    pub(crate) format: &'static Format,
    pub(crate) title: Title,
    /// The format's code with what the document itself adds to it.
    pub(crate) narrower: Option<String>,
}

impl Recognised {
    pub(crate) fn into_recognition(self) -> Recognition {
        Recognition {
            format: self.narrower.unwrap_or_else(|| self.format.code.clone()),
            title: self.title,
        }
    }
}

/// Says what the file is. Never fails: what cannot be read is `unknown` (or `xml`, when it means to be).
pub fn recognise(name: &str, bytes: &[u8]) -> Recognition {
    if decode::looks_like_xml(bytes)
        && let Ok(text) = decode::decode(bytes)
        && let Ok(document) = xml::parse(&text.content, &Lines::new(&text.content))
    {
        return of_xml(name, &document).into_recognition();
    }
    of_bytes(name, bytes).into_recognition()
}

/// Recognises parsed XML.
pub(crate) fn of_xml(name: &str, document: &Document<'_>) -> Recognised {
    let formats = &Catalogue::embedded().formats;
    let format = formats
        .iter()
        .find(|format| fits(format, document))
        .unwrap_or_else(|| plain("unknown"));
    // A ФНС document with a wrong or missing КНД still says by its identifier what it means to be.
    let identifier = document
        .root_element()
        .attribute("ИдФайл")
        .and_then(file_name::prefix);
    let meant = formats
        .iter()
        .find(|format| format.prefix.is_some() && format.prefix.as_deref() == identifier);
    let format = meant
        .filter(|meant| format.knd.is_none() && meant.root == root_name(document))
        .unwrap_or(format);
    let paths = &format.title;
    let value = |paths: &[String]| xml::first_value(document, paths);
    let knd = value(&[KND.to_owned()]);
    let form = value(&paths.form).unwrap_or_else(|| format.name(knd.as_deref()).to_owned());
    let form = if format.code == "xml" {
        name.to_owned()
    } else {
        form
    };
    let title = Title {
        form,
        number: value(&paths.number),
        date: value(&paths.date).map(|date| crate::view::shown(&date)),
        period: value(&paths.period),
        counterparty: value(&paths.counterparty),
        line: String::new(),
    };
    Recognised {
        format,
        title: with_line(title),
        narrower: application::narrower(format, document),
    }
}

fn root_name(document: &Document<'_>) -> Option<String> {
    Some(document.root_element().tag_name().name().to_owned())
}

const KND: &str = "Файл/Документ/@КНД";

fn fits(format: &Format, document: &Document<'_>) -> bool {
    let root = document.root_element().tag_name();
    let Some(expected) = &format.root else {
        return false;
    };
    (expected == "*" || expected == root.name())
        && format
            .namespace
            .as_deref()
            .is_none_or(|namespace| root.namespace() == Some(namespace))
        && format
            .knd
            .as_ref()
            .is_none_or(|knd| xml::first_value(document, &[KND.to_owned()]).as_ref() == Some(knd))
        && format
            .requires
            .as_deref()
            .is_none_or(|path| xml::exists(document, path))
}

/// Recognises what is no XML, or no readable XML.
pub(crate) fn of_bytes(name: &str, bytes: &[u8]) -> Recognised {
    let content = if decode::looks_like_xml(bytes) {
        None
    } else if decode::bank_exchange(bytes).is_some() {
        Some(Content::BankExchange)
    } else if bytes.starts_with(b"%PDF-") {
        Some(Content::Pdf)
    } else if bytes.starts_with(b"PK\x03\x04") {
        Some(Content::Zip)
    } else if is_signature(bytes) {
        Some(Content::Signature)
    } else if IMAGES.iter().any(|start| bytes.starts_with(start)) {
        Some(Content::Image)
    } else if OFFICE.iter().any(|start| bytes.starts_with(start)) {
        Some(Content::Office)
    } else {
        Some(Content::Anything)
    };
    let format = match content {
        None => plain("xml"),
        Some(content) => Catalogue::embedded()
            .formats
            .iter()
            .find(|format| format.content == Some(content))
            .unwrap_or_else(|| plain("unknown")),
    };
    let title = Title {
        form: name.to_owned(),
        line: name.to_owned(),
        ..Title::default()
    };
    Recognised {
        format,
        title,
        narrower: None,
    }
}

// The list ends with both, and a test holds it so.
#[allow(clippy::expect_used)]
fn plain(code: &str) -> &'static Format {
    Catalogue::embedded()
        .format(code)
        .expect("assets/formats.json ends with `xml` and `unknown`")
}

/// First bytes of JPEG, PNG and both orders of TIFF.
const IMAGES: [&[u8]; 4] = [b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n", b"II*\0", b"MM\0*"];
/// First bytes of a compound file ([MS-CFB] 2.2), in which older office programs write, and of RTF.
const OFFICE: [&[u8]; 2] = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"{\\rtf"];

/// A CMS `SignedData`, DER or PEM: a SEQUENCE that begins with the object identifier 1.2.840.113549.1.7.2.
fn is_signature(bytes: &[u8]) -> bool {
    const SIGNED_DATA: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    let head = &bytes[..bytes.len().min(32)];
    (head.first() == Some(&0x30)
        && head
            .windows(SIGNED_DATA.len())
            .any(|window| window == SIGNED_DATA))
        || [&b"-----BEGIN CMS"[..], b"-----BEGIN PKCS7"]
            .iter()
            .any(|start| bytes.starts_with(start))
}

fn with_line(mut title: Title) -> Title {
    for piece in &Catalogue::embedded().title_line {
        let (before, rest) = piece.split_once('{').unwrap_or((piece, ""));
        let (field, after) = rest.split_once('}').unwrap_or(("", rest));
        let value = match field {
            "form" => Some(&title.form),
            "number" => title.number.as_ref(),
            "date" => title.date.as_ref(),
            "period" => title.period.as_ref(),
            "counterparty" => title.counterparty.as_ref(),
            _ => None,
        };
        if let Some(value) = value {
            title.line = format!("{}{before}{value}{after}", title.line);
        }
    }
    title
}
