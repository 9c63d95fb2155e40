//! Attribute values in one form for disk and memory, independent of the width of `CK_ULONG`.

use std::collections::BTreeMap;

use cryptoki_sys as ck;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::rv::{Outcome, Rv};

/// How the octets of an attribute are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Ulong,
    Octets,
}

impl Kind {
    /// The kind of an attribute type; `None` for a type that PKCS#11 2.40 and GOST do not define.
    pub(crate) fn of(attribute: ck::CK_ATTRIBUTE_TYPE) -> Option<Self> {
        match attribute {
            ck::CKA_TOKEN
            | ck::CKA_PRIVATE
            | ck::CKA_MODIFIABLE
            | ck::CKA_COPYABLE
            | ck::CKA_DESTROYABLE
            | ck::CKA_TRUSTED
            | ck::CKA_SENSITIVE
            | ck::CKA_ENCRYPT
            | ck::CKA_DECRYPT
            | ck::CKA_WRAP
            | ck::CKA_UNWRAP
            | ck::CKA_SIGN
            | ck::CKA_SIGN_RECOVER
            | ck::CKA_VERIFY
            | ck::CKA_VERIFY_RECOVER
            | ck::CKA_DERIVE
            | ck::CKA_EXTRACTABLE
            | ck::CKA_LOCAL
            | ck::CKA_NEVER_EXTRACTABLE
            | ck::CKA_ALWAYS_SENSITIVE
            | ck::CKA_ALWAYS_AUTHENTICATE
            | ck::CKA_WRAP_WITH_TRUSTED => Some(Self::Bool),
            ck::CKA_CLASS
            | ck::CKA_CERTIFICATE_TYPE
            | ck::CKA_CERTIFICATE_CATEGORY
            | ck::CKA_KEY_TYPE
            | ck::CKA_KEY_GEN_MECHANISM
            | ck::CKA_MODULUS_BITS
            | ck::CKA_JAVA_MIDP_SECURITY_DOMAIN => Some(Self::Ulong),
            ck::CKA_LABEL
            | ck::CKA_APPLICATION
            | ck::CKA_VALUE
            | ck::CKA_OBJECT_ID
            | ck::CKA_ISSUER
            | ck::CKA_SERIAL_NUMBER
            | ck::CKA_SUBJECT
            | ck::CKA_ID
            | ck::CKA_START_DATE
            | ck::CKA_END_DATE
            | ck::CKA_URL
            | ck::CKA_CHECK_VALUE
            | ck::CKA_HASH_OF_SUBJECT_PUBLIC_KEY
            | ck::CKA_HASH_OF_ISSUER_PUBLIC_KEY
            | ck::CKA_PUBLIC_KEY_INFO
            | ck::CKA_MODULUS
            | ck::CKA_PUBLIC_EXPONENT
            | ck::CKA_PRIVATE_EXPONENT
            | ck::CKA_PRIME_1
            | ck::CKA_PRIME_2
            | ck::CKA_EXPONENT_1
            | ck::CKA_EXPONENT_2
            | ck::CKA_COEFFICIENT
            | ck::CKA_EC_PARAMS
            | ck::CKA_EC_POINT
            | ck::CKA_GOSTR3410_PARAMS
            | ck::CKA_GOSTR3411_PARAMS
            | ck::CKA_GOST28147_PARAMS => Some(Self::Octets),
            // Rutoken's own: PIN at each signature, confirmation on the screen, journal, touch.
            0x8000_2000..=0x8000_2003 => Some(Self::Bool),
            _ if attribute >= ck::CKA_VENDOR_DEFINED => Some(Self::Octets),
            _ => None,
        }
    }
}

/// The attributes of an object. A `CK_ULONG` is kept as eight octets, little-endian.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes(BTreeMap<u64, Vec<u8>>);

impl Attributes {
    /// Stores a value as the caller of PKCS#11 gave it.
    pub(crate) fn put_native(&mut self, attribute: ck::CK_ATTRIBUTE_TYPE, value: &[u8]) -> Outcome {
        let kind = Kind::of(attribute).ok_or(Rv(ck::CKR_ATTRIBUTE_TYPE_INVALID))?;
        let value = match kind {
            Kind::Octets => value.to_vec(),
            Kind::Bool => match value {
                [flag] => vec![u8::from(*flag != 0)],
                _ => return Err(Rv(ck::CKR_ATTRIBUTE_VALUE_INVALID)),
            },
            Kind::Ulong => {
                let native = value
                    .try_into()
                    .map_err(|_| Rv(ck::CKR_ATTRIBUTE_VALUE_INVALID))?;
                u64::from(ck::CK_ULONG::from_ne_bytes(native))
                    .to_le_bytes()
                    .to_vec()
            }
        };
        self.put(attribute, value);
        Ok(())
    }

    /// A value as the caller of PKCS#11 expects it.
    pub(crate) fn native(&self, attribute: ck::CK_ATTRIBUTE_TYPE) -> Option<Vec<u8>> {
        let value = self.0.get(&u64::from(attribute))?;
        if Kind::of(attribute) != Some(Kind::Ulong) {
            return Some(value.clone());
        }
        let number = ck::CK_ULONG::try_from(self.number(attribute)?).ok()?;
        Some(number.to_ne_bytes().to_vec())
    }

    fn put(&mut self, attribute: ck::CK_ATTRIBUTE_TYPE, value: Vec<u8>) {
        self.0.insert(u64::from(attribute), value);
    }

    pub(crate) fn put_octets(&mut self, attribute: ck::CK_ATTRIBUTE_TYPE, value: &[u8]) {
        self.put(attribute, value.to_vec());
    }

    pub(crate) fn put_flag(&mut self, attribute: ck::CK_ATTRIBUTE_TYPE, value: bool) {
        self.put(attribute, vec![u8::from(value)]);
    }

    pub(crate) fn put_number(&mut self, attribute: ck::CK_ATTRIBUTE_TYPE, value: ck::CK_ULONG) {
        self.put(attribute, u64::from(value).to_le_bytes().to_vec());
    }

    /// Puts what is missing from `defaults`.
    pub(crate) fn complete(&mut self, defaults: Self) {
        for (attribute, value) in defaults.0 {
            self.0.entry(attribute).or_insert(value);
        }
    }

    pub(crate) fn take(&mut self, attribute: ck::CK_ATTRIBUTE_TYPE) -> Option<Vec<u8>> {
        self.0.remove(&u64::from(attribute))
    }

    pub(crate) fn octets(&self, attribute: ck::CK_ATTRIBUTE_TYPE) -> Option<&[u8]> {
        self.0.get(&u64::from(attribute)).map(Vec::as_slice)
    }

    pub(crate) fn flag(&self, attribute: ck::CK_ATTRIBUTE_TYPE) -> bool {
        self.octets(attribute)
            .is_some_and(|value| value.iter().any(|octet| *octet != 0))
    }

    pub(crate) fn number(&self, attribute: ck::CK_ATTRIBUTE_TYPE) -> Option<u64> {
        Some(u64::from_le_bytes(self.octets(attribute)?.try_into().ok()?))
    }

    pub(crate) fn class(&self) -> Option<u64> {
        self.number(ck::CKA_CLASS)
    }

    /// Whether every attribute of `wanted` is here with the same value.
    pub(crate) fn matches(&self, wanted: &Self) -> bool {
        wanted
            .0
            .iter()
            .all(|(attribute, value)| self.0.get(attribute) == Some(value))
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .map(|(attribute, value)| (format!("{attribute:#x}"), hex::encode(value))),
        )
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = BTreeMap::<String, String>::deserialize(deserializer)?;
        text.into_iter()
            .map(|(attribute, value)| {
                let attribute = attribute.trim_start_matches("0x");
                Ok((
                    u64::from_str_radix(attribute, 16).map_err(D::Error::custom)?,
                    hex::decode(value).map_err(D::Error::custom)?,
                ))
            })
            .collect::<Result<_, D::Error>>()
            .map(Self)
    }
}
