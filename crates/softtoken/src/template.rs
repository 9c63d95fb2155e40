//! From a caller's template to the attributes of a new object.

use cryptoki_sys as ck;
use der::{Decode, Tag, Tagged, asn1::AnyRef};
use kabinet_gost::{KeySize, ParameterSet, PublicKey, SecretKey};
use zeroize::Zeroizing;

use crate::{
    certificate::CertificateFields,
    mechanism,
    rv::{Outcome, Rv},
    store::{Attributes, Profile, key_pair_attributes},
};

/// A new object: attributes, and the value to be sealed if it is private.
pub(crate) struct NewObject {
    pub(crate) attributes: Attributes,
    pub(crate) private_value: Option<Zeroizing<Vec<u8>>>,
}

/// Only the token itself sets these.
const READ_ONLY: [ck::CK_ATTRIBUTE_TYPE; 4] = [
    ck::CKA_LOCAL,
    ck::CKA_ALWAYS_SENSITIVE,
    ck::CKA_NEVER_EXTRACTABLE,
    ck::CKA_KEY_GEN_MECHANISM,
];

const INCOMPLETE: Rv = Rv(ck::CKR_TEMPLATE_INCOMPLETE);
const INCONSISTENT: Rv = Rv(ck::CKR_TEMPLATE_INCONSISTENT);
const BAD_VALUE: Rv = Rv(ck::CKR_ATTRIBUTE_VALUE_INVALID);

fn refuse_read_only(template: &Attributes) -> Outcome {
    if READ_ONLY
        .iter()
        .any(|attribute| template.octets(*attribute).is_some())
        || template.flag(ck::CKA_TRUSTED)
    {
        return Err(Rv(ck::CKR_ATTRIBUTE_READ_ONLY));
    }
    Ok(())
}

fn common_defaults() -> Attributes {
    let mut defaults = Attributes::default();
    defaults.put_flag(ck::CKA_TOKEN, false);
    defaults.put_flag(ck::CKA_PRIVATE, false);
    defaults.put_flag(ck::CKA_MODIFIABLE, true);
    defaults.put_flag(ck::CKA_COPYABLE, false);
    defaults.put_flag(ck::CKA_DESTROYABLE, true);
    defaults.put_octets(ck::CKA_LABEL, &[]);
    defaults
}

/// `C_CreateObject`.
pub(crate) fn new_object(template: Attributes, profile: &Profile) -> Outcome<NewObject> {
    refuse_read_only(&template)?;
    let class = template
        .class()
        .and_then(|class| ck::CK_OBJECT_CLASS::try_from(class).ok())
        .ok_or(INCOMPLETE)?;
    let mut object = match class {
        ck::CKO_DATA => data(template),
        ck::CKO_CERTIFICATE => certificate(template)?,
        ck::CKO_PUBLIC_KEY => public_key(template, profile)?,
        ck::CKO_PRIVATE_KEY => private_key(template, profile)?,
        _ => return Err(BAD_VALUE),
    };
    object.attributes.complete(common_defaults());
    if object.private_value.is_none() && object.attributes.flag(ck::CKA_PRIVATE) {
        object.private_value = object.attributes.take(ck::CKA_VALUE).map(Zeroizing::new);
    }
    Ok(object)
}

fn data(mut attributes: Attributes) -> NewObject {
    let mut defaults = Attributes::default();
    for attribute in [ck::CKA_APPLICATION, ck::CKA_OBJECT_ID, ck::CKA_VALUE] {
        defaults.put_octets(attribute, &[]);
    }
    attributes.complete(defaults);
    NewObject {
        attributes,
        private_value: None,
    }
}

fn certificate(mut attributes: Attributes) -> Outcome<NewObject> {
    if attributes
        .number(ck::CKA_CERTIFICATE_TYPE)
        .is_some_and(|kind| kind != u64::from(ck::CKC_X_509))
    {
        return Err(BAD_VALUE);
    }
    let value = attributes.octets(ck::CKA_VALUE).ok_or(INCOMPLETE)?;
    let mut defaults = Attributes::default();
    // A value that cannot be read is stored as it is, like a hardware token does; only its names stay empty.
    if let Ok(fields) = CertificateFields::from_der(value) {
        defaults.put_octets(ck::CKA_SUBJECT, &fields.subject);
        defaults.put_octets(ck::CKA_ISSUER, &fields.issuer);
        defaults.put_octets(ck::CKA_SERIAL_NUMBER, &fields.serial_number);
    }
    defaults.put_number(ck::CKA_CERTIFICATE_TYPE, ck::CKC_X_509);
    defaults.put_number(ck::CKA_CERTIFICATE_CATEGORY, 0);
    defaults.put_flag(ck::CKA_TRUSTED, false);
    for attribute in [ck::CKA_SUBJECT, ck::CKA_ISSUER, ck::CKA_SERIAL_NUMBER, ck::CKA_ID] {
        if defaults.octets(attribute).is_none() {
            defaults.put_octets(attribute, &[]);
        }
    }
    attributes.complete(defaults);
    Ok(NewObject {
        attributes,
        private_value: None,
    })
}

/// Key size from the key type, refused if the token has no such keys.
fn size_of(template: &Attributes, profile: &Profile) -> Outcome<KeySize> {
    let key_type = template.number(ck::CKA_KEY_TYPE).ok_or(INCOMPLETE)?;
    let size = mechanism::key_size(key_type).ok_or(BAD_VALUE)?;
    if profile.passive || (size == KeySize::Bits512 && !profile.has_512) {
        return Err(BAD_VALUE);
    }
    Ok(size)
}

/// The curve named by `CKA_GOSTR3410_PARAMS`; without it, `None`.
fn named_set(template: &Attributes, size: KeySize) -> Outcome<Option<ParameterSet>> {
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
    let oid = der::asn1::ObjectIdentifier::from_der(params).map_err(|_| BAD_VALUE)?;
    let set = ParameterSet::from_oid(&oid)
        .filter(|set| set.size() == size)
        .ok_or(BAD_VALUE)?;
    Ok(Some(set))
}

/// What the template and the key itself say must agree where only one truth exists.
fn over(mut template: Attributes, own: Attributes) -> Outcome<Attributes> {
    for attribute in [ck::CKA_CLASS, ck::CKA_KEY_TYPE] {
        if template
            .octets(attribute)
            .is_some_and(|value| own.octets(attribute) != Some(value))
        {
            return Err(INCONSISTENT);
        }
    }
    template.complete(own);
    Ok(template)
}

fn public_key(mut template: Attributes, profile: &Profile) -> Outcome<NewObject> {
    let size = size_of(&template, profile)?;
    let set = named_set(&template, size)?.ok_or(INCOMPLETE)?;
    let value = template.take(ck::CKA_VALUE).ok_or(INCOMPLETE)?;
    // Some software wraps the point in an OCTET STRING.
    let inner = AnyRef::from_der(&value)
        .ok()
        .filter(|inner| inner.tag() == Tag::OctetString);
    let point = if value.len() == size.signature_octets() {
        &value
    } else {
        inner.map_or(&value[..], |i| i.value())
    };
    let key = PublicKey::from_point_octets(set, point)?;
    let (mut public, _) = key_pair_attributes(&key, false)?;
    public.put_octets(ck::CKA_ID, &[]);
    Ok(NewObject {
        attributes: over(template, public)?,
        private_value: None,
    })
}

fn private_key(mut template: Attributes, profile: &Profile) -> Outcome<NewObject> {
    let size = size_of(&template, profile)?;
    let set = named_set(&template, size)?.ok_or(INCOMPLETE)?;
    let value = Zeroizing::new(template.take(ck::CKA_VALUE).ok_or(INCOMPLETE)?);
    let secret = SecretKey::from_octets(set, &value)?;
    let (_, mut private) = key_pair_attributes(secret.public_key(), profile.always_authenticate)?;
    private.put_octets(ck::CKA_ID, &[]);
    let attributes = sensitive(over(template, private)?)?;
    Ok(NewObject {
        attributes,
        private_value: Some(secret.to_octets()),
    })
}

/// Secret keys never leave this token, whatever the template asks for.
fn sensitive(mut attributes: Attributes) -> Outcome<Attributes> {
    if !attributes.flag(ck::CKA_PRIVATE) {
        return Err(BAD_VALUE);
    }
    attributes.put_flag(ck::CKA_SENSITIVE, true);
    attributes.put_flag(ck::CKA_EXTRACTABLE, false);
    Ok(attributes)
}

/// `C_GenerateKeyPair`: the public and the private half.
pub(crate) fn new_key_pair(
    size: KeySize,
    public: Attributes,
    private: Attributes,
    profile: &Profile,
) -> Outcome<(NewObject, NewObject)> {
    for template in [&public, &private] {
        refuse_read_only(template)?;
        if template.octets(ck::CKA_VALUE).is_some() {
            return Err(INCONSISTENT);
        }
    }
    // Vendor samples put the parameters into either template, or both.
    let sets = (named_set(&public, size)?, named_set(&private, size)?);
    let set = match sets {
        (Some(one), Some(other)) if one != other => return Err(INCONSISTENT),
        (Some(set), _) | (_, Some(set)) => set,
        (None, None) => return Err(INCOMPLETE),
    };
    let secret = SecretKey::generate(set)?;
    let (mut own_public, mut own_private) =
        key_pair_attributes(secret.public_key(), profile.always_authenticate)?;
    let generator = mechanism::Mechanism::KeyPairGeneration(size).number();
    for own in [&mut own_public, &mut own_private] {
        own.put_flag(ck::CKA_LOCAL, true);
        own.put_number(ck::CKA_KEY_GEN_MECHANISM, generator);
        own.put_octets(ck::CKA_ID, &[]);
        own.complete(common_defaults());
    }
    own_private.put_flag(ck::CKA_ALWAYS_SENSITIVE, true);
    own_private.put_flag(ck::CKA_NEVER_EXTRACTABLE, true);
    Ok((
        NewObject {
            attributes: over(public, own_public)?,
            private_value: None,
        },
        NewObject {
            attributes: sensitive(over(private, own_private)?)?,
            private_value: Some(secret.to_octets()),
        },
    ))
}
