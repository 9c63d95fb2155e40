//! Distinguished names: comparison by RFC 5280 §7.1 and the subject's requisites.

use const_oid::ObjectIdentifier as Oid;
use unicode_normalization::UnicodeNormalization as _;

use crate::oid::attribute as id;
use crate::tlv::{Malformed, Tlv, tag, write};

/// A distinguished name with its original encoding.
#[derive(Clone, Debug)]
pub struct DistinguishedName {
    der: Vec<u8>,
    attributes: Vec<(Oid, Option<String>)>,
    comparable: Vec<u8>,
}

impl DistinguishedName {
    /// Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value ANY } (RFC 5280 §4.1.2.4)
    pub fn read(name: Tlv<'_>) -> Result<Self, Malformed> {
        let mut attributes = Vec::new();
        let mut comparable = Vec::new();
        for relative in name.require(tag::SEQUENCE)?.reader() {
            let mut keys = Vec::new();
            for attribute in relative?.require(tag::SET)?.reader() {
                let mut reader = attribute?.require(tag::SEQUENCE)?.reader();
                let oid = reader.any()?.oid()?;
                let value = reader.any()?;
                reader.finish()?;
                let text = string(value);
                keys.push(write::sequence(&[
                    write::oid(&oid),
                    comparable_value(value, text.as_deref()),
                ]));
                attributes.push((oid, text));
            }
            comparable.extend(write::set_of(keys));
        }
        Ok(Self {
            der: name.whole.to_vec(),
            attributes,
            comparable,
        })
    }

    /// Builds a name of one UTF8String per relative name (country as PrintableString), in the given order.
    #[must_use]
    pub fn from_attributes(attributes: &[(Oid, &str)]) -> Self {
        let relative: Vec<Vec<u8>> = attributes
            .iter()
            .map(|(oid, text)| {
                let string_tag = match *oid {
                    id::COUNTRY => tag::PRINTABLE_STRING,
                    id::EMAIL => tag::IA5_STRING,
                    id::INN | id::INN_LE | id::OGRN | id::OGRNIP | id::SNILS => tag::NUMERIC_STRING,
                    _ => tag::UTF8_STRING,
                };
                let value = write::value(string_tag, text.as_bytes());
                write::set_of(vec![write::sequence(&[write::oid(oid), value])])
            })
            .collect();
        let der = write::sequence(&relative);
        let texts = attributes
            .iter()
            .map(|(oid, text)| (*oid, Some((*text).to_owned())))
            .collect();
        let comparable = Tlv::from_der(&der)
            .and_then(Self::read)
            .map(|name| name.comparable);
        Self {
            comparable: comparable.unwrap_or_default(),
            der,
            attributes: texts,
        }
    }

    /// This name with one more relative name: `content` of its SET (nameRelativeToCRLIssuer, RFC 5280 §4.2.1.13).
    pub(crate) fn with_relative(&self, content: &[u8]) -> Result<Self, Malformed> {
        let own = Tlv::from_der(&self.der)?.value;
        let relative = write::value(tag::SET, content);
        let whole = write::sequence(&[own, &relative]);
        Self::read(Tlv::from_der(&whole)?)
    }

    /// Whether this name starts with all relative names of `base` (RFC 5280 §4.2.1.10, directoryName).
    pub(crate) fn is_within(&self, base: &Self) -> bool {
        // Both are sequences of complete encodings, none of which is the beginning of another.
        self.comparable.starts_with(&base.comparable)
    }

    /// Original DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whether the name has no attributes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// First value of an attribute, as text.
    #[must_use]
    pub fn attribute(&self, oid: &Oid) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(found, _)| found == oid)
            .and_then(|(_, text)| text.as_deref())
    }

    /// All attributes in encoded order; `None` where the value is not a string.
    pub fn attributes(&self) -> impl Iterator<Item = (&Oid, Option<&str>)> {
        self.attributes.iter().map(|(oid, text)| (oid, text.as_deref()))
    }
}

/// RFC 5280 §7.1 by the preparation of RFC 4518: letter case, kind of string, composed or compatible characters
/// and runs of spaces do not matter.
impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der || self.comparable == other.comparable
    }
}

impl Eq for DistinguishedName {}

fn comparable_value(value: Tlv<'_>, text: Option<&str>) -> Vec<u8> {
    match text {
        Some(text) => {
            let folded: String = text
                .chars()
                .filter(|one| !is_dropped(*one))
                .nfkc()
                .flat_map(fold)
                .collect();
            let words: Vec<&str> = folded.split_whitespace().collect();
            write::utf8_string(&words.join(" "))
        }
        None => value.whole.to_vec(),
    }
}

/// Letter case away, as full case folding does it: «ß» and «SS» are one, and so are all sigmas.
fn fold(letter: char) -> impl Iterator<Item = char> {
    letter.to_uppercase().flat_map(char::to_lowercase)
}

/// Characters that RFC 4518 §2.2 maps to nothing: controls other than white space, soft hyphen, joiners and
/// variation selectors.
const fn is_dropped(one: char) -> bool {
    matches!(one,
        '\u{0}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{ad}'
        | '\u{34f}' | '\u{1806}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2063}' | '\u{206a}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffc}')
}

/// Text of any ASN.1 string type met in names; `None` for other types and undecodable octets.
pub(crate) fn string(value: Tlv<'_>) -> Option<String> {
    let octets = value.value;
    match value.tag {
        tag::UTF8_STRING => String::from_utf8(octets.to_vec()).ok(),
        tag::PRINTABLE_STRING | tag::NUMERIC_STRING | tag::IA5_STRING | tag::VISIBLE_STRING => {
            // Some authorities put UTF-8 under these tags.
            String::from_utf8(octets.to_vec()).ok()
        }
        tag::TELETEX_STRING => Some(
            String::from_utf8(octets.to_vec())
                .unwrap_or_else(|_| octets.iter().map(|&octet| char::from(octet)).collect()),
        ),
        tag::BMP_STRING => {
            let (pairs, rest) = octets.as_chunks::<2>();
            let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
            rest.is_empty().then(|| String::from_utf16(&units).ok())?
        }
        tag::UNIVERSAL_STRING => {
            let (quads, rest) = octets.as_chunks::<4>();
            rest.is_empty().then(|| {
                quads
                    .iter()
                    .map(|quad| char::from_u32(u32::from_be_bytes(*quad)))
                    .collect()
            })?
        }
        _ => None,
    }
}

/// Requisites of a certificate's subject or issuer, by приказ ФСБ № 795.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// commonName: the organisation's or the person's name.
    pub common_name: Option<String>,
    /// Surname.
    pub surname: Option<String>,
    /// Given name and patronymic.
    pub given_name: Option<String>,
    /// Position.
    pub title: Option<String>,
    /// Organisation.
    pub organisation: Option<String>,
    /// Department.
    pub unit: Option<String>,
    /// Country, two letters.
    pub country: Option<String>,
    /// Region.
    pub state: Option<String>,
    /// Town.
    pub locality: Option<String>,
    /// Street and house.
    pub street: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Attribute ИНН as written: 12 digits of a person, or `00` and 10 digits of an organisation (before 2022).
    pub inn: Option<String>,
    /// Attribute ИННЮЛ, 10 digits.
    pub inn_le: Option<String>,
    /// ОГРН, 13 digits.
    pub ogrn: Option<String>,
    /// ОГРНИП, 15 digits.
    pub ogrnip: Option<String>,
    /// СНИЛС, 11 digits.
    pub snils: Option<String>,
}

/// On whose behalf the owner of a certificate acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActsFor {
    /// A legal entity.
    Organisation {
        /// ИНН, 10 digits.
        inn: Option<String>,
        /// ОГРН.
        ogrn: Option<String>,
    },
    /// A sole proprietor.
    Entrepreneur {
        /// ИНН, 12 digits.
        inn: Option<String>,
        /// ОГРНИП.
        ogrnip: String,
    },
    /// Themselves only; to act for an organisation a machine-readable power of attorney is needed.
    Person {
        /// ИНН, 12 digits.
        inn: Option<String>,
    },
}

impl Subject {
    /// Reads the requisites out of a name.
    #[must_use]
    pub fn of(name: &DistinguishedName) -> Self {
        let text = |oid: Oid| {
            name.attribute(&oid)
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        Self {
            common_name: text(id::COMMON_NAME),
            surname: text(id::SURNAME),
            given_name: text(id::GIVEN_NAME),
            title: text(id::TITLE),
            organisation: text(id::ORGANISATION),
            unit: text(id::UNIT),
            country: text(id::COUNTRY),
            state: text(id::STATE),
            locality: text(id::LOCALITY),
            street: text(id::STREET),
            email: text(id::EMAIL),
            inn: text(id::INN),
            inn_le: text(id::INN_LE),
            ogrn: text(id::OGRN),
            ogrnip: text(id::OGRNIP),
            snils: text(id::SNILS),
        }
    }

    /// ИНН of the organisation, 10 digits: ИННЮЛ, or the old `00`-padded ИНН.
    #[must_use]
    pub fn organisation_inn(&self) -> Option<&str> {
        let padded = |inn: &'_ str| inn.len() == 12 && inn.starts_with("00") && is_digits(inn);
        match self.inn_le.as_deref() {
            Some(inn) if inn.len() == 10 && is_digits(inn) => Some(inn),
            Some(inn) if padded(inn) => inn.get(2..),
            _ => match self.inn.as_deref() {
                Some(inn) if padded(inn) => inn.get(2..),
                Some(inn) if inn.len() == 10 && is_digits(inn) => Some(inn),
                _ => None,
            },
        }
    }

    /// ИНН of the natural person, 12 digits.
    #[must_use]
    pub fn person_inn(&self) -> Option<&str> {
        self.inn
            .as_deref()
            .filter(|inn| inn.len() == 12 && is_digits(inn) && !inn.starts_with("00"))
    }

    /// Surname, given name and patronymic; a person's commonName where the parts are absent.
    #[must_use]
    pub fn person_name(&self) -> Option<String> {
        match (&self.surname, &self.given_name) {
            (Some(surname), Some(given)) => Some(format!("{surname} {given}")),
            (Some(one), None) | (None, Some(one)) => Some(one.clone()),
            (None, None) if self.organisation.is_none() => self.common_name.clone(),
            (None, None) => None,
        }
    }

    /// For whom the owner acts by this certificate alone.
    #[must_use]
    pub fn acts_for(&self) -> ActsFor {
        let organisation_inn = self.organisation_inn().map(str::to_owned);
        let person_inn = self.person_inn().map(str::to_owned);
        match &self.ogrnip {
            _ if organisation_inn.is_some() || self.ogrn.is_some() => ActsFor::Organisation {
                inn: organisation_inn,
                ogrn: self.ogrn.clone(),
            },
            Some(ogrnip) => ActsFor::Entrepreneur {
                inn: person_inn,
                ogrnip: ogrnip.clone(),
            },
            None => ActsFor::Person { inn: person_inn },
        }
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|octet| octet.is_ascii_digit())
}
