//! Signed and unsigned attributes of a signer.

use const_oid::ObjectIdentifier as Oid;
use thiserror::Error;

use crate::tlv::{Malformed, Tlv, tag, write};

/// Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF ANY } (RFC 5652 §5.3)
#[derive(Clone, Debug)]
pub struct Attribute<'a> {
    /// Kind.
    pub oid: Oid,
    /// Values as encoded.
    pub values: Vec<&'a [u8]>,
    /// The attribute as encoded.
    pub whole: &'a [u8],
}

/// Why an attribute cannot be taken as the one it must be.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AttributeFault {
    /// It occurs more than once, or has not exactly one value.
    #[error("the attribute is not single")]
    NotSingle,
    /// Its value is unreadable.
    #[error("the attribute is unreadable: {0}")]
    Malformed(#[from] Malformed),
}

/// A set of attributes as received.
#[derive(Clone, Debug, Default)]
pub struct Attributes<'a> {
    list: Vec<Attribute<'a>>,
    content: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// Reads the content of the IMPLICIT SET.
    pub fn read(set: Tlv<'a>) -> Result<Self, Malformed> {
        let mut list = Vec::new();
        for attribute in set.reader() {
            let attribute = attribute?.require(tag::SEQUENCE)?;
            let mut reader = attribute.reader();
            let oid = reader.any()?.oid()?;
            let values = reader
                .expect(tag::SET)?
                .reader()
                .map(|value| Ok(value?.whole))
                .collect::<Result<_, _>>()?;
            reader.finish()?;
            list.push(Attribute {
                oid,
                values,
                whole: attribute.whole,
            });
        }
        Ok(Self {
            list,
            content: set.value,
        })
    }

    /// All attributes in encoded order.
    pub fn iter(&self) -> impl Iterator<Item = &Attribute<'a>> {
        self.list.iter()
    }

    /// The only value of the only attribute of this kind; `None` when there is no such attribute.
    pub fn single(&self, oid: &Oid) -> Result<Option<Tlv<'a>>, AttributeFault> {
        let mut found = self.list.iter().filter(|attribute| attribute.oid == *oid);
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(attribute), None) => match attribute.values[..] {
                [value] => Ok(Some(Tlv::from_ber(value)?)),
                _ => Err(AttributeFault::NotSingle),
            },
            (Some(_), Some(_)) => Err(AttributeFault::NotSingle),
        }
    }

    /// The octets a signature may have been computed over: the SET OF as received, and, only if the writer did
    /// not sort it, in DER order (RFC 5652 §5.4). Both denote the same set.
    #[must_use]
    pub fn signed_octets(&self) -> Vec<Vec<u8>> {
        let received = write::value(tag::SET, self.content);
        let sorted = write::set_of(
            self.list
                .iter()
                .map(|attribute| attribute.whole.to_vec())
                .collect(),
        );
        if received == sorted {
            vec![received]
        } else {
            vec![received, sorted]
        }
    }
}
