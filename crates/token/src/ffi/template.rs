//! The attributes of an object to be made.

use cryptoki_sys as ck;

use super::AttributeType;

/// A list of attributes that owns its values.
#[derive(Default)]
pub(crate) struct Template(Vec<(AttributeType, Vec<u8>)>);

impl Template {
    /// With octets.
    pub(crate) fn octets(mut self, kind: ck::CK_ATTRIBUTE_TYPE, value: &[u8]) -> Self {
        self.0.push((AttributeType(kind), value.to_vec()));
        self
    }

    /// With a `CK_ULONG`.
    pub(crate) fn number(self, kind: ck::CK_ATTRIBUTE_TYPE, value: ck::CK_ULONG) -> Self {
        self.octets(kind, &value.to_ne_bytes())
    }

    /// With a `CK_BBOOL`.
    pub(crate) fn flag(self, kind: ck::CK_ATTRIBUTE_TYPE, value: bool) -> Self {
        self.octets(kind, &[if value { ck::CK_TRUE } else { ck::CK_FALSE }])
    }

    /// As the standard's array. It points into this template, which must outlive it.
    pub(super) fn attributes(&mut self) -> Vec<ck::CK_ATTRIBUTE> {
        let attribute = |(kind, value): &mut (AttributeType, Vec<u8>)| ck::CK_ATTRIBUTE {
            type_: kind.0,
            pValue: value.as_mut_ptr().cast(),
            ulValueLen: value.len() as ck::CK_ULONG,
        };
        self.0.iter_mut().map(attribute).collect()
    }
}
