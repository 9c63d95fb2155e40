//! Putting a power of attorney into the document that is signed under it (§3.7): УПД carry `СвДоверЭл` in `Подписант` and say so by
//! `СпосПодтПолном` = 3; technological documents of ФНС carry it with `СтатПодп` = 2. Every other byte stays as it was.

use std::ops::Range;

use kabinet_domain::poa::{Person, PoaNumber};
use roxmltree::{Document, Node};
use thiserror::Error;
use time::Date;

use crate::decode::{self, DecodeError, Encoding};
use crate::xml::{self, Lines};

const SIGNER: &str = "Подписант";
const NAME: &str = "ФИО";
const POA: &str = "СвДоверЭл";
const PAPER: &str = "СвДоверБум";
const NUMBER: &str = "НомДовер";
/// Longest identification of the system that keeps a power of attorney, characters (`ИдСистХран`, `СвСистХран`).
const SYSTEM_LENGTH: usize = 500;
/// Longest internal number, characters (`ВнНомДовер`).
const INTERNAL_LENGTH: usize = 50;

/// What a document says of the power of attorney it is signed under.
#[derive(Clone, Debug)]
pub struct Requisites {
    /// `НомДовер`.
    pub number: PoaNumber,
    /// `ДатаВыдДовер`.
    pub issued: Date,
    /// `ВнНомДовер`; left out when the format has no place for it.
    pub internal_number: Option<String>,
    /// The system that keeps it: `ИдСистХран`, in some documents `СвСистХран`.
    pub system: String,
    /// Who signs under it. A document that names somebody else as its signer names this one from then on.
    pub signer: Person,
}

/// Why a power of attorney cannot be put into a document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AttachError {
    /// Documents of this format have no place for it.
    #[error("documents of this format carry no power of attorney")]
    NoPlace,
    /// Not a text, or not XML.
    #[error("not XML that is read")]
    Unreadable,
    /// There is none who signs it, or several: whose power of attorney it is nobody knows.
    #[error("{count} signers")]
    Signers {
        /// How many.
        count: usize,
    },
    /// It names another power of attorney already.
    #[error("another power of attorney is named")]
    NamesAnother,
    /// Something of the power of attorney cannot be written in the encoding of the document.
    #[error("not to be written in the encoding of the document")]
    Encoding,
}

impl From<DecodeError> for AttachError {
    fn from(_: DecodeError) -> Self {
        Self::Unreadable
    }
}

/// How a format says that it is signed under a power of attorney.
struct Place {
    /// Attribute of the signer and its value.
    way: (&'static str, &'static str),
    /// Attribute that names the system which keeps it.
    system: &'static str,
    /// `СпособПредставл` = 2, by its number.
    has_manner: bool,
}

const PLACES: &[(&str, Place)] = &[
    (
        "fns.on_nschfdoppr",
        Place {
            way: ("СпосПодтПолном", "3"),
            system: "ИдСистХран",
            has_manner: false,
        },
    ),
    (
        "fns.on_nschfdoppok",
        Place {
            way: ("СпосПодтПолном", "3"),
            system: "ИдСистХран",
            has_manner: false,
        },
    ),
    (
        "fns.dp_izvpol",
        Place {
            way: ("СтатПодп", "2"),
            system: "ИдСистХран",
            has_manner: true,
        },
    ),
    (
        "fns.dp_uvutoch",
        Place {
            way: ("СтатПодп", "2"),
            system: "СвСистХран",
            has_manner: true,
        },
    ),
];

/// Whether documents of this format carry the power of attorney they are signed under.
#[must_use]
pub fn carries(format: &str) -> bool {
    place(format).is_some()
}

/// Numbers of the powers of attorney a document names, in its order; none for what is no XML.
#[must_use]
pub fn named_in(bytes: &[u8]) -> Vec<PoaNumber> {
    let Ok(text) = decode::decode(bytes) else {
        return Vec::new();
    };
    let Ok(document) = xml::parse(&text.content, &Lines::new(&text.content)) else {
        return Vec::new();
    };
    let named = document.descendants().filter(|node| is(node, POA));
    named
        .filter_map(|node| uuid::Uuid::parse_str(node.attribute(NUMBER)?.trim()).ok())
        .map(PoaNumber)
        .collect()
}

/// The document with the power of attorney in it. One that names it already comes back as it is.
///
/// # Errors
/// [`AttachError`].
pub fn attach(format: &str, bytes: &[u8], requisites: &Requisites) -> Result<Vec<u8>, AttachError> {
    let place = place(format).ok_or(AttachError::NoPlace)?;
    let text = decode::decode(bytes)?;
    let content = &text.content;
    let document = xml::parse(content, &Lines::new(content)).map_err(|_| AttachError::Unreadable)?;
    let signer = only_signer(&document)?;
    match named_in(bytes)[..] {
        [] => {}
        [only] if only == requisites.number && signer.attribute(place.way.0) == Some(place.way.1) => {
            return Ok(bytes.to_vec());
        }
        _ => return Err(AttachError::NamesAnother),
    }
    let name = child(&signer, NAME).ok_or(AttachError::Unreadable)?;
    let beside = element(place, requisites, indent(content, &name));
    let mut edits: Vec<(Range<usize>, String)> = vec![way(place, &signer)];
    if is_named(&name, &requisites.signer) {
        edits.push((name.range().end..name.range().end, beside));
    } else {
        edits.push((name.range(), full_name(&requisites.signer) + &beside));
        edits.extend(position(content, &signer, &requisites.signer));
    }
    // A paper one is what the document was going to be signed under before.
    edits.extend(
        signer
            .children()
            .filter(|node| is(node, PAPER))
            .map(|paper| (with_indent(content, &paper), String::new())),
    );
    // What goes is cut before something is put at the same place.
    edits.sort_by_key(|(range, _)| std::cmp::Reverse((range.start, range.end)));
    let mut changed = content.clone();
    for (range, value) in edits {
        changed.replace_range(range, &value);
    }
    encoded(&changed, text.encoding, bytes)
}

fn place(format: &str) -> Option<&'static Place> {
    let known = PLACES.iter().find(|(code, _)| *code == format);
    known.map(|(_, place)| place)
}

fn is(node: &Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn child<'a, 'i>(node: &Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| is(child, name))
}

fn only_signer<'a, 'i>(document: &'a Document<'i>) -> Result<Node<'a, 'i>, AttachError> {
    let mut signers = document.descendants().filter(|node| is(node, SIGNER));
    match (signers.next(), signers.count()) {
        (Some(only), 0) => Ok(only),
        (first, more) => Err(AttachError::Signers {
            count: usize::from(first.is_some()) + more,
        }),
    }
}

/// The signer acts under a power of attorney from here on.
fn way(place: &Place, signer: &Node<'_, '_>) -> (Range<usize>, String) {
    let (name, value) = place.way;
    match signer.attribute_node(name) {
        Some(there) => (there.range_value(), value.to_owned()),
        None => {
            let at = signer.range().start + 1 + SIGNER.len();
            (at..at, format!(r#" {name}="{value}""#))
        }
    }
}

fn is_named(name: &Node<'_, '_>, person: &Person) -> bool {
    let same = |attribute: &str, wanted: &str| {
        let folded = |text: &str| text.trim().to_lowercase().replace('ё', "е");
        folded(name.attribute(attribute).unwrap_or_default()) == folded(wanted)
    };
    same("Фамилия", &person.surname)
        && same("Имя", &person.given_name)
        && same("Отчество", person.patronymic.as_deref().unwrap_or_default())
}

fn full_name(person: &Person) -> String {
    let mut text = format!(
        r#"<{NAME} Фамилия="{}" Имя="{}""#,
        escaped(&person.surname),
        escaped(&person.given_name)
    );
    if let Some(patronymic) = person.patronymic.as_deref().filter(|one| !one.is_empty()) {
        text.push_str(&format!(r#" Отчество="{}""#, escaped(patronymic)));
    }
    text + "/>"
}

/// The position of who was going to sign is not that of who does.
fn position(content: &str, signer: &Node<'_, '_>, person: &Person) -> Option<(Range<usize>, String)> {
    let there = signer.attribute_node("Должн")?;
    match person.position.as_deref().filter(|one| !one.trim().is_empty()) {
        Some(position) => Some((there.range_value(), escaped(position))),
        None => {
            let before = content[..there.range().start].trim_end().len();
            Some((before..there.range().end, String::new()))
        }
    }
}

fn element(place: &Place, requisites: &Requisites, before: &str) -> String {
    let short = |text: &str, most: usize| -> String { text.chars().take(most).collect() };
    let day = requisites.issued;
    let mut text = format!(
        r#"{before}<{POA} {NUMBER}="{}" ДатаВыдДовер="{:02}.{:02}.{}""#,
        requisites.number,
        day.day(),
        u8::from(day.month()),
        day.year()
    );
    let mut put = |name: &str, value: &str| text.push_str(&format!(r#" {name}="{}""#, escaped(value)));
    if let Some(internal) = requisites
        .internal_number
        .as_deref()
        .filter(|one| !one.is_empty())
    {
        put("ВнНомДовер", &short(internal, INTERNAL_LENGTH));
    }
    if place.has_manner {
        put("СпособПредставл", "2");
    }
    put(place.system, &short(&requisites.system, SYSTEM_LENGTH));
    text.push_str("/>");
    text
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            one if one.is_control() => out.push(' '),
            one => out.push(one),
        }
    }
    out
}

/// The blanks before an element, so that what is put beside it stands likewise.
fn indent<'a>(content: &'a str, node: &Node<'_, '_>) -> &'a str {
    let before = &content[..node.range().start];
    &before[before.trim_end().len()..]
}

fn with_indent(content: &str, node: &Node<'_, '_>) -> Range<usize> {
    node.range().start - indent(content, node).len()..node.range().end
}

fn encoded(content: &str, encoding: Encoding, original: &[u8]) -> Result<Vec<u8>, AttachError> {
    const BOM: &[u8] = b"\xEF\xBB\xBF";
    let body = match encoding {
        Encoding::Utf8 => content.as_bytes().to_vec(),
        Encoding::Windows1251 => {
            let (body, _, is_lossy) = encoding_rs::WINDOWS_1251.encode(content);
            if is_lossy {
                return Err(AttachError::Encoding);
            }
            body.into_owned()
        }
        Encoding::Ibm866 => return Err(AttachError::Encoding),
    };
    let bom: &[u8] = if original.starts_with(BOM) { BOM } else { b"" };
    Ok([bom, &body].concat())
}
