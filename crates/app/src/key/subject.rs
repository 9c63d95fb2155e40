//! The name in a request: `CN=…, O=…` (RFC 4514) with the attributes of приказ ФСБ № 795.

use kabinet_domain::requisites::{self, Context, Kind};
use kabinet_pki::oid::attribute as id;
use kabinet_pki::{DistinguishedName, Oid};

/// Requisites that go into a name beside what is written as text.
#[derive(Clone, Debug, Default)]
pub struct Requisites {
    /// ИНН of a person, 12 digits.
    pub inn: Option<String>,
    /// ИНН of an organisation, 10 digits.
    pub inn_le: Option<String>,
    /// ОГРН.
    pub ogrn: Option<String>,
    /// ОГРНИП.
    pub ogrnip: Option<String>,
    /// СНИЛС.
    pub snils: Option<String>,
}

/// Why a name is not one. Values are personal data and stay out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// Not a list of `NAME=value`.
    #[error("not a list of attributes")]
    Malformed,
    /// No such attribute.
    #[error("unknown attribute {attribute}")]
    AttributeUnknown {
        /// As written.
        attribute: String,
    },
    /// The value cannot be that of the attribute.
    #[error("unfit value of {attribute}")]
    ValueUnfit {
        /// Its name.
        attribute: String,
    },
}

impl SubjectError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "key.subject-malformed",
            Self::AttributeUnknown { .. } => "key.subject-attribute-unknown",
            Self::ValueUnfit { .. } => "key.subject-value-unfit",
        }
    }

    /// The attribute it is about.
    pub fn attribute(&self) -> Option<&str> {
        match self {
            Self::Malformed => None,
            Self::AttributeUnknown { attribute } | Self::ValueUnfit { attribute } => Some(attribute),
        }
    }
}

/// Names of attributes, those of RFC 4514 first, and their usual other spellings behind.
const NAMES: [(&str, Oid); 21] = [
    ("CN", id::COMMON_NAME),
    ("SN", id::SURNAME),
    ("GN", id::GIVEN_NAME),
    ("T", id::TITLE),
    ("O", id::ORGANISATION),
    ("OU", id::UNIT),
    ("STREET", id::STREET),
    ("L", id::LOCALITY),
    ("ST", id::STATE),
    ("C", id::COUNTRY),
    ("E", id::EMAIL),
    ("INN", id::INN),
    ("INNLE", id::INN_LE),
    ("OGRN", id::OGRN),
    ("OGRNIP", id::OGRNIP),
    ("SNILS", id::SNILS),
    ("G", id::GIVEN_NAME),
    ("TITLE", id::TITLE),
    ("S", id::STATE),
    ("EMAILADDRESS", id::EMAIL),
    ("SURNAME", id::SURNAME),
];

/// A name of the text's attributes in their order, then of the requisites.
pub(crate) fn name(text: &str, requisites: &Requisites) -> Result<DistinguishedName, SubjectError> {
    let mut attributes = Vec::new();
    for (attribute, value) in parse(text)? {
        let oid = oid_of(attribute).ok_or_else(|| SubjectError::AttributeUnknown {
            attribute: attribute.to_owned(),
        })?;
        attributes.push((oid, value));
    }
    for (oid, value) in [
        (id::INN, &requisites.inn),
        (id::INN_LE, &requisites.inn_le),
        (id::OGRN, &requisites.ogrn),
        (id::OGRNIP, &requisites.ogrnip),
        (id::SNILS, &requisites.snils),
    ] {
        attributes.extend(value.clone().map(|value| (oid, value)));
    }
    of_attributes(attributes)
}

/// A name of these attributes in their order, each checked.
pub(crate) fn of_attributes(mut attributes: Vec<(Oid, String)>) -> Result<DistinguishedName, SubjectError> {
    if attributes.is_empty() {
        return Err(SubjectError::Malformed);
    }
    for (oid, value) in &mut attributes {
        *value = checked(*oid, value).ok_or_else(|| SubjectError::ValueUnfit {
            attribute: name_of(oid),
        })?;
    }
    let borrowed: Vec<(Oid, &str)> = attributes
        .iter()
        .map(|(oid, value)| (*oid, value.as_str()))
        .collect();
    Ok(DistinguishedName::from_attributes(&borrowed))
}

/// A name as text that [`name`] reads back; values that are no strings are left out.
pub(super) fn text(name: &DistinguishedName) -> String {
    let parts: Vec<String> = name
        .attributes()
        .filter_map(|(oid, value)| Some(format!("{}={}", name_of(oid), escaped(value?))))
        .collect();
    parts.join(", ")
}

fn oid_of(name: &str) -> Option<Oid> {
    let named = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    named.map(|(_, oid)| *oid).or_else(|| Oid::new(name).ok())
}

fn name_of(oid: &Oid) -> String {
    let named = NAMES.iter().find(|(_, known)| known == oid);
    named.map_or_else(|| oid.to_string(), |(name, _)| (*name).to_owned())
}

/// `NAME=value` between commas; a backslash takes the next character as it is (RFC 4514 §2.4).
fn parse(text: &str) -> Result<Vec<(&str, String)>, SubjectError> {
    let mut all = Vec::new();
    // Spaces at the end belong to the last value, which knows whether they are escaped.
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or(SubjectError::Malformed)?;
        let (value, after) = value(after)?;
        all.push((name.trim(), value));
        rest = match after {
            Some("") => return Err(SubjectError::Malformed),
            Some(after) => after.trim_start(),
            None => "",
        };
    }
    Ok(all)
}

/// The value at the beginning, and what stands behind its comma.
fn value(text: &str) -> Result<(String, Option<&str>), SubjectError> {
    let mut value = String::new();
    // Spaces at the end count only when they are escaped.
    let mut kept = 0;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            ',' => {
                value.truncate(kept);
                return Ok((value, Some(&text[at + 1..])));
            }
            '\\' => {
                let (_, escaped) = characters.next().ok_or(SubjectError::Malformed)?;
                value.push(escaped);
                kept = value.len();
            }
            ' ' if value.is_empty() => {}
            ' ' => value.push(' '),
            other => {
                value.push(other);
                kept = value.len();
            }
        }
    }
    value.truncate(kept);
    Ok((value, None))
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for (at, character) in value.char_indices() {
        let at_an_end = at == 0 || at + character.len_utf8() == value.len();
        if matches!(character, ',' | '\\') || (character == ' ' && at_an_end) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

/// The value as it is written into the name; `None` if it cannot be one.
fn checked(oid: Oid, value: &str) -> Option<String> {
    let requisite = |kind, digits: usize| {
        let good = requisites::check(kind, value, Context::default()).ok()?.value;
        (good.len() == digits).then_some(good)
    };
    match oid {
        id::INN => requisite(Kind::Inn, 12),
        id::INN_LE => requisite(Kind::Inn, 10),
        id::OGRN => requisite(Kind::Ogrn, 13),
        id::OGRNIP => requisite(Kind::Ogrnip, 15),
        id::SNILS => requisite(Kind::Snils, 11),
        id::COUNTRY => (value.len() == 2 && value.bytes().all(|octet| octet.is_ascii_uppercase()))
            .then(|| value.to_owned()),
        id::EMAIL => (value.contains('@') && value.bytes().all(|octet| octet.is_ascii_graphic()))
            .then(|| value.to_owned()),
        _ => (!value.is_empty() && !value.chars().any(char::is_control)).then(|| value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, SubjectError> {
        name(text, &Requisites::default()).map(|name| super::text(&name))
    }

    #[test]
    fn a_name_is_read_and_written_the_same() {
        for text in [
            "CN=Иванов Иван",
            "CN=a, O=ООО «Ромашка»\\, филиал, C=RU",
            "SN=a\\\\b, 2.5.4.97=x",
            "CN=\\ a b\\ , C=RU",
        ] {
            assert_eq!(read(text).as_deref(), Ok(text));
        }
        assert_eq!(
            read("cn= a = b ,emailAddress=a@b.ru,G=c\\ ").as_deref(),
            Ok("CN=a = b, E=a@b.ru, GN=c\\ ")
        );
    }

    #[test]
    fn what_is_no_list_of_attributes_is_refused() {
        for text in ["", " ", "Иванов", "CN=a,", "CN=a,b", "CN=a\\"] {
            assert_eq!(read(text), Err(SubjectError::Malformed), "{text}");
        }
        assert_eq!(
            read("CN=a, ХЗ=b"),
            Err(SubjectError::AttributeUnknown {
                attribute: "ХЗ".to_owned()
            })
        );
    }

    #[test]
    fn requisites_are_checked_and_written_without_signs() {
        let requisites = Requisites {
            inn_le: Some("7707083893".to_owned()),
            snils: Some("112-233-445 95".to_owned()),
            ..Requisites::default()
        };
        let name = name("CN=a", &requisites).unwrap();
        assert_eq!(text(&name), "CN=a, INNLE=7707083893, SNILS=11223344595");
        for (text, attribute) in [
            ("INN=7707083893", "INN"),
            ("INNLE=7707083894", "INNLE"),
            ("OGRN=1", "OGRN"),
            ("C=ru", "C"),
            ("E=почта@b.ru", "E"),
            ("CN=", "CN"),
        ] {
            let error = SubjectError::ValueUnfit {
                attribute: attribute.to_owned(),
            };
            assert_eq!(read(text), Err(error), "{text}");
        }
    }
}
