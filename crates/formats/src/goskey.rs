//! Requests to Госключ: sign these documents at a person's phone («Отправка документов на подпись в Госключ» 1.8, appendix 1).
//!
//! The published schema wants `Snils`, `Document`+, `OID` in this order and both identifiers; the published example has
//! `OID`, `Snils`, `Document`, and the text says that one identifier is enough. What is written here has the order of the
//! schema; what is read may have either. The schema of `sign_document_ukep` is not published: the same content is written.

use roxmltree::{Document, Node};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::decode;
use crate::xml::{self, Lines};

/// Name of the request in its archive.
pub const FILE: &str = "req.xml";
/// Characters of a name in the archive, ending included.
pub const NAME_LIMIT: usize = 50;
/// Hours a person may be given at most.
pub const MOST_HOURS: u32 = 24;
const DESCRIPTION_LIMIT: usize = 250;

/// Whose signature is asked for, and of what kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// УНЭП of a person.
    Simple,
    /// УКЭП of a person.
    Qualified,
    /// УКЭП of an organisation or a sole proprietor.
    Organisation,
    /// УКЭП with a certificate of the Treasury.
    Treasury,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Simple, Self::Qualified, Self::Organisation, Self::Treasury];

    /// Code of the service that takes it.
    #[must_use]
    pub fn service(self) -> &'static str {
        match self {
            Self::Simple | Self::Qualified => "10000000374",
            Self::Organisation => "60025907",
            Self::Treasury => "60080470",
        }
    }

    fn namespace(self) -> &'static str {
        match self {
            Self::Simple => "urn://mpkey.gosuslugi.ru/sign_document/1.0.0",
            _ => "urn://mpkey.gosuslugi.ru/sign_document_ukep/1.0.0",
        }
    }
}

/// Whether documents of this format are requests to Госключ.
#[must_use]
pub fn is_request(format: &str) -> bool {
    matches!(format, "goskey.request" | "goskey.request-ukep")
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Whose signature is asked for.
    pub kind: Kind,
    /// `112-233-445 95`.
    pub snils: Option<String>,
    /// Number of the person at ЕСИА.
    pub oid: Option<String>,
    /// Who asks.
    pub organisation: String,
    /// Until when.
    pub expires: Option<OffsetDateTime>,
    /// What is to be signed.
    pub documents: Vec<Asked>,
}

/// A document that is to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Name in the archive; also its `DocumentId`, so that what comes back finds it.
    pub file: String,
    /// What the person reads: the name it has here.
    pub description: String,
}

impl Request {
    /// The file, UTF-8. `service` is the title of the service.
    ///
    /// # Errors
    /// [`time::error::Format`] for a moment outside the years of four digits.
    pub fn write(&self, service: &str) -> Result<String, time::error::Format> {
        let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let mut line = |depth: usize, content: String| {
            text.push_str(&"\t".repeat(depth));
            text.push_str(&content);
            text.push('\n');
        };
        line(
            0,
            format!("<ns:SignRequest xmlns:ns=\"{}\">", self.kind.namespace()),
        );
        if let Some(snils) = &self.snils {
            line(1, element("Snils", snils));
        }
        let expires = self.expires.map(|at| at.format(&Rfc3339)).transpose()?;
        for asked in &self.documents {
            line(1, "<ns:Document>".to_owned());
            line(2, element("DocumentId", &asked.file));
            line(2, element("MimeType", mime(&asked.file)));
            line(
                2,
                element("Description", &cut(&asked.description, DESCRIPTION_LIMIT)),
            );
            if let Some(expires) = &expires {
                line(2, element("SignExpiration", expires));
            }
            for (name, value) in [("serviceName", service), ("orgName", &self.organisation)] {
                line(2, "<ns:Attribute>".to_owned());
                line(3, element("AttributeName", name));
                line(3, element("AttributeValue", value));
                line(2, "</ns:Attribute>".to_owned());
            }
            line(1, "</ns:Document>".to_owned());
        }
        if let Some(oid) = &self.oid {
            line(1, element("OID", oid));
        }
        line(0, "</ns:SignRequest>".to_owned());
        Ok(text)
    }

    /// Reads a request, in either order of its elements; `None` for anything else.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let text = decode::decode(bytes).ok()?;
        let document: Document<'_> = xml::parse(&text.content, &Lines::new(&text.content)).ok()?;
        let root = document.root_element();
        let namespace = root.tag_name().namespace()?;
        if root.tag_name().name() != "SignRequest" {
            return None;
        }
        let all: Vec<Node<'_, '_>> = children(root, "Document").collect();
        let service = all.first().and_then(|one| attribute(*one, "serviceName"));
        let kind = kind(namespace, service.as_deref())?;
        let documents = all.iter().map(|one| Asked {
            file: value(*one, "DocumentId").unwrap_or_default(),
            description: value(*one, "Description").unwrap_or_default(),
        });
        Some(Self {
            kind,
            snils: value(root, "Snils"),
            oid: value(root, "OID"),
            organisation: all
                .first()
                .and_then(|one| attribute(*one, "orgName"))
                .unwrap_or_default(),
            // The first that ends ends the request: what is late for one document is late for all.
            expires: all
                .iter()
                .filter_map(|one| OffsetDateTime::parse(&value(*one, "SignExpiration")?, &Rfc3339).ok())
                .min(),
            documents: documents.collect(),
        })
    }
}

/// The namespace tells УНЭП from УКЭП; of the services for the latter, the title written into the request tells which.
fn kind(namespace: &str, service: Option<&str>) -> Option<Kind> {
    let named = |kind: &Kind| {
        crate::services()
            .iter()
            .any(|one| one.code == kind.service() && Some(one.title.as_str()) == service)
    };
    let of = |kind: &Kind| kind.namespace() == namespace;
    let mut kinds = Kind::ALL.into_iter().filter(of);
    kinds.clone().find(named).or_else(|| kinds.next())
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children()
        .filter(move |child| child.is_element() && child.tag_name().name() == name)
}

fn value(node: Node<'_, '_>, name: &'static str) -> Option<String> {
    let text = children(node, name).next()?.text()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn attribute(document: Node<'_, '_>, name: &str) -> Option<String> {
    let wanted = |one: &Node<'_, '_>| value(*one, "AttributeName").as_deref() == Some(name);
    value(children(document, "Attribute").find(wanted)?, "AttributeValue")
}

/// Characters XML has no place for are left out.
fn element(name: &str, value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for one in value.chars() {
        match one {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            one if one.is_control() => text.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            one => text.push(one),
        }
    }
    format!("<ns:{name}>{text}</ns:{name}>")
}

fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

/// Endings of what Госключ takes.
const MIMES: [(&str, &str); 4] = [
    ("pdf", "application/pdf"),
    ("tif", "image/tiff"),
    ("xml", "application/xml"),
    ("txt", "text/plain"),
];

fn mime(file: &str) -> &'static str {
    MIMES
        .iter()
        .find(|(ending, _)| file.rsplit_once('.').is_some_and(|(_, one)| one == *ending))
        .map_or("application/octet-stream", |(_, mime)| mime)
}

/// A name Госключ takes, like this one: Latin letters, digits and underscores, and one of its endings, at most
/// [`NAME_LIMIT`] characters, unlike those in `taken`. `None` where the file is none it takes.
#[must_use]
pub fn archive_name(name: &str, taken: &[String]) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    let ending = match ending.to_lowercase().as_str() {
        "tiff" => "tif".to_owned(),
        other => other.to_owned(),
    };
    MIMES.iter().find(|(known, _)| *known == ending)?;
    let mut latin = String::new();
    for one in stem.chars() {
        match one {
            one if one.is_ascii_alphanumeric() => latin.push(one),
            one => match latin_of(one.to_lowercase().next().unwrap_or(one)) {
                Some(letters) if one.is_uppercase() => {
                    let mut letters = letters.chars();
                    latin.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                    latin.extend(letters);
                }
                Some(letters) => latin.push_str(letters),
                None if latin.ends_with('_') => {}
                None => latin.push('_'),
            },
        }
    }
    let latin = latin.trim_matches('_');
    let latin = if latin.is_empty() { "document" } else { latin };
    (1..=taken.len() + 1)
        .find_map(|number| {
            let suffix = match number {
                1 => format!(".{ending}"),
                number => format!("_{number}.{ending}"),
            };
            let name = format!("{}{suffix}", cut(latin, NAME_LIMIT - suffix.len()));
            // `req.xml` is the request itself.
            let is_free =
                name.to_lowercase() != FILE && taken.iter().all(|other| !other.eq_ignore_ascii_case(&name));
            is_free.then_some(name)
        })
        .or_else(|| Some(format!("document_{}.{ending}", taken.len() + 1)))
}

/// Latin letters for a small Cyrillic one, as passports have them (ICAO Doc 9303).
fn latin_of(letter: char) -> Option<&'static str> {
    const LETTERS: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u",
        "f", "kh", "ts", "ch", "sh", "shch", "ie", "y", "", "e", "iu", "ia",
    ];
    match letter {
        'ё' => Some("e"),
        'а'..='я' => LETTERS.get(letter as usize - 'а' as usize).copied(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Option<String> {
        archive_name(name, &[])
    }

    #[test]
    fn names_become_latin_and_short_and_stay_apart() {
        assert_eq!(
            name("Договор № 5 (щит).PDF").as_deref(),
            Some("Dogovor_5_shchit.pdf")
        );
        assert_eq!(name("скан.tiff").as_deref(), Some("skan.tif"));
        assert_eq!(name("№.txt").as_deref(), Some("document.txt"));
        assert_eq!(name("Договор.docx"), None);
        assert_eq!(name("pdf"), None);
        // The request has this name already.
        assert_ne!(name("REQ.xml").unwrap().to_lowercase(), FILE);
        let long = name(&format!("{}.pdf", "Щ".repeat(80))).unwrap();
        assert_eq!(long.len(), NAME_LIMIT);
        let mut taken = Vec::new();
        for _ in 0..15 {
            let next = archive_name(&format!("{}.pdf", "Щ".repeat(80)), &taken).unwrap();
            assert!(next.len() <= NAME_LIMIT && !taken.contains(&next), "{next}");
            taken.push(next);
        }
    }

    #[test]
    fn every_kind_is_read_back_as_it_was_written() {
        for kind in Kind::ALL {
            let request = Request {
                kind,
                snils: Some("112-233-445 95".to_owned()),
                oid: None,
                organisation: "ООО «Ромашка» & сыновья".to_owned(),
                expires: Some(time::macros::datetime!(2026-04-02 10:00 +3)),
                documents: vec![Asked {
                    file: "a.pdf".to_owned(),
                    description: "Договор <5>.pdf".to_owned(),
                }],
            };
            let service = crate::services()
                .iter()
                .find(|one| one.code == kind.service())
                .unwrap();
            let text = request.write(&service.title).unwrap();
            assert_eq!(Request::read(text.as_bytes()), Some(request), "{text}");
        }
    }
}
