//! Keys as the attributes of objects, both ways.

use cryptoki_sys as ck;
use der::{
    Decode, Encode, Tag, Tagged,
    asn1::{AnyRef, ObjectIdentifier, OctetStringRef},
};
use kabinet_gost::{KeySize, ParameterSet, SecretKey};
use rsa::{BoxedUint, RsaPrivateKey, RsaPublicKey, traits::PublicKeyParts};
use zeroize::Zeroizing;

use super::{KeyKind, P256, PrivateKey, PublicKey};
use crate::{
    rv::{Outcome, Rv},
    store::{Attributes, Profile, StoreError},
};

const INCOMPLETE: Rv = Rv(ck::CKR_TEMPLATE_INCOMPLETE);
const BAD_VALUE: Rv = Rv(ck::CKR_ATTRIBUTE_VALUE_INVALID);
const UNUSABLE: Rv = Rv(ck::CKR_KEY_HANDLE_INVALID);

/// Rutoken: the key signs only while a finger is on the token.
pub(crate) const CONFIRM_BY_TOUCH: ck::CK_ATTRIBUTE_TYPE = 0x8000_2003;

/// The GOST curve named by `CKA_GOSTR3410_PARAMS`; without it, `None`.
pub(crate) fn named_set(template: &Attributes, size: KeySize) -> Outcome<Option<ParameterSet>> {
    if let Some(digest) = template.octets(ck::CKA_GOSTR3411_PARAMS) {
        // The vendors only store it; it may also name the hash of 1994.
        AnyRef::from_der(digest)
            .ok()
            .filter(|oid| oid.tag() == Tag::ObjectIdentifier)
            .ok_or(BAD_VALUE)?;
    }
    let Some(params) = template.octets(ck::CKA_GOSTR3410_PARAMS) else {
        return Ok(None);
    };
    let oid = ObjectIdentifier::from_der(params).map_err(|_| BAD_VALUE)?;
    let set = ParameterSet::from_oid(&oid)
        .filter(|set| set.size() == size)
        .ok_or(BAD_VALUE)?;
    Ok(Some(set))
}

/// Whether `CKA_EC_PARAMS` names P-256, the only curve of this kind here.
pub(crate) fn check_curve(template: &Attributes) -> Outcome {
    let params = template.octets(ck::CKA_EC_PARAMS).ok_or(INCOMPLETE)?;
    // Explicit parameters and other names are equally not ours.
    match ObjectIdentifier::from_der(params) {
        Ok(P256) => Ok(()),
        _ => Err(Rv(ck::CKR_CURVE_NOT_SUPPORTED)),
    }
}

fn number(octets: &[u8]) -> Outcome<BoxedUint> {
    // Longer than any key here: the length alone would cost the arithmetic hours.
    if octets.len() > 1024 {
        return Err(BAD_VALUE);
    }
    Ok(BoxedUint::from_be_slice_vartime(octets))
}

/// A point as it is, or inside an OCTET STRING, as software gives either.
fn point(value: &[u8], octets: usize) -> &[u8] {
    match <&OctetStringRef>::from_der(value) {
        Ok(inner) if value.len() != octets => inner.as_bytes(),
        _ => value,
    }
}

impl PublicKey {
    /// Reads a public key object, or the template of one.
    pub(crate) fn from_attributes(kind: KeyKind, object: &Attributes) -> Outcome<Self> {
        let wanted = |attribute| object.octets(attribute).ok_or(INCOMPLETE);
        match kind {
            KeyKind::Gost(size) => {
                let set = named_set(object, size)?.ok_or(INCOMPLETE)?;
                let value = point(wanted(ck::CKA_VALUE)?, size.signature_octets());
                Ok(Self::Gost(kabinet_gost::PublicKey::from_point_octets(
                    set, value,
                )?))
            }
            KeyKind::Rsa => {
                let (n, e) = (wanted(ck::CKA_MODULUS)?, wanted(ck::CKA_PUBLIC_EXPONENT)?);
                let key = RsaPublicKey::new(number(n)?, number(e)?).map_err(|_| BAD_VALUE)?;
                Ok(Self::Rsa(Box::new(key)))
            }
            KeyKind::P256 => {
                check_curve(object)?;
                let value = point(wanted(ck::CKA_EC_POINT)?, 65);
                let key = p256::PublicKey::from_sec1_bytes(value).map_err(|_| BAD_VALUE)?;
                Ok(Self::P256(key))
            }
        }
    }

    /// What both halves carry.
    fn shared_attributes(&self) -> Result<Attributes, StoreError> {
        let mut attributes = Attributes::default();
        attributes.put_number(ck::CKA_KEY_TYPE, self.kind().key_type());
        match self {
            Self::Gost(key) => {
                let set = key.parameter_set();
                attributes.put_octets(ck::CKA_GOSTR3410_PARAMS, &set.oid().to_der()?);
                attributes.put_octets(ck::CKA_GOSTR3411_PARAMS, &set.size().digest_oid().to_der()?);
            }
            Self::Rsa(key) => {
                attributes.put_octets(ck::CKA_MODULUS, &key.n_bytes());
                attributes.put_octets(ck::CKA_PUBLIC_EXPONENT, &key.e_bytes());
            }
            Self::P256(_) => attributes.put_octets(ck::CKA_EC_PARAMS, &P256.to_der()?),
        }
        Ok(attributes)
    }

    fn own_attributes(&self) -> Result<Attributes, StoreError> {
        let mut attributes = self.shared_attributes()?;
        match self {
            Self::Gost(key) => attributes.put_octets(ck::CKA_VALUE, key.point_octets()),
            Self::Rsa(key) => {
                let bits = ck::CK_ULONG::from(key.n().bits_vartime());
                attributes.put_number(ck::CKA_MODULUS_BITS, bits);
            }
            Self::P256(key) => {
                let point = Self::p256_point(key);
                attributes.put_octets(ck::CKA_EC_POINT, &OctetStringRef::new(&point)?.to_der()?);
            }
        }
        Ok(attributes)
    }
}

impl PrivateKey {
    /// Reads the template of a private key, and takes the secret out of it.
    pub(crate) fn take_from(kind: KeyKind, template: &mut Attributes) -> Outcome<Self> {
        let mut secret = |attribute| template.take(attribute).map(Zeroizing::new).ok_or(INCOMPLETE);
        match kind {
            KeyKind::Gost(size) => {
                let value = secret(ck::CKA_VALUE)?;
                let set = named_set(template, size)?.ok_or(INCOMPLETE)?;
                Ok(Self::Gost(SecretKey::from_octets(set, &value)?))
            }
            KeyKind::P256 => {
                let value = secret(ck::CKA_VALUE)?;
                check_curve(template)?;
                let key = p256::SecretKey::from_slice(&value).map_err(|_| BAD_VALUE)?;
                Ok(Self::P256(key))
            }
            KeyKind::Rsa => {
                let (d, p, q) = (
                    secret(ck::CKA_PRIVATE_EXPONENT)?,
                    secret(ck::CKA_PRIME_1)?,
                    secret(ck::CKA_PRIME_2)?,
                );
                let (n, e) = (secret(ck::CKA_MODULUS)?, secret(ck::CKA_PUBLIC_EXPONENT)?);
                // These follow from the others.
                for derived in [ck::CKA_EXPONENT_1, ck::CKA_EXPONENT_2, ck::CKA_COEFFICIENT] {
                    drop(secret(derived));
                }
                let primes = vec![number(&p)?, number(&q)?];
                let key = RsaPrivateKey::from_components(number(&n)?, number(&e)?, number(&d)?, primes);
                Ok(Self::Rsa(Box::new(key.map_err(|_| BAD_VALUE)?)))
            }
        }
    }

    /// The key of a private key object with this value, opened.
    pub(crate) fn from_object(object: &Attributes, value: &[u8]) -> Outcome<Self> {
        let kind = object.number(ck::CKA_KEY_TYPE).and_then(KeyKind::of);
        match kind.ok_or(UNUSABLE)? {
            KeyKind::Gost(size) => {
                let set = named_set(object, size)?.ok_or(UNUSABLE)?;
                Ok(Self::Gost(SecretKey::from_octets(set, value)?))
            }
            KeyKind::Rsa | KeyKind::P256 => Ok(Self::from_pkcs8_der(value)?),
        }
    }
}

/// The attributes of a public and a private key object, without a name and without the secret.
pub(crate) fn key_pair(key: &PublicKey, profile: &Profile) -> Result<(Attributes, Attributes), StoreError> {
    let mut public = key.own_attributes()?;
    public.put_number(ck::CKA_CLASS, ck::CKO_PUBLIC_KEY);
    for (flag, value) in [
        (ck::CKA_PRIVATE, false),
        (ck::CKA_TRUSTED, false),
        (ck::CKA_VERIFY, true),
        (ck::CKA_VERIFY_RECOVER, false),
        (ck::CKA_ENCRYPT, false),
        (ck::CKA_WRAP, false),
    ] {
        public.put_flag(flag, value);
    }
    let mut private = key.shared_attributes()?;
    private.put_number(ck::CKA_CLASS, ck::CKO_PRIVATE_KEY);
    for (flag, value) in [
        (ck::CKA_PRIVATE, true),
        (ck::CKA_SENSITIVE, true),
        (ck::CKA_EXTRACTABLE, false),
        (ck::CKA_ALWAYS_SENSITIVE, false),
        (ck::CKA_NEVER_EXTRACTABLE, false),
        (ck::CKA_ALWAYS_AUTHENTICATE, profile.always_authenticate),
        (ck::CKA_WRAP_WITH_TRUSTED, false),
        (ck::CKA_SIGN, true),
        (ck::CKA_SIGN_RECOVER, false),
        (ck::CKA_DECRYPT, false),
        (ck::CKA_UNWRAP, false),
    ] {
        private.put_flag(flag, value);
    }
    if profile.touch {
        private.put_flag(CONFIRM_BY_TOUCH, true);
    }
    for half in [&mut public, &mut private] {
        half.put_flag(ck::CKA_MODIFIABLE, true);
        half.put_flag(ck::CKA_DERIVE, false);
        half.put_flag(ck::CKA_LOCAL, false);
        half.put_number(ck::CKA_KEY_GEN_MECHANISM, ck::CK_UNAVAILABLE_INFORMATION);
        for attribute in [ck::CKA_START_DATE, ck::CKA_END_DATE, ck::CKA_SUBJECT] {
            half.put_octets(attribute, &[]);
        }
    }
    Ok((public, private))
}
