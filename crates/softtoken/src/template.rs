//! From a caller's template to the attributes of a new object.

use cryptoki_sys as ck;
use zeroize::Zeroizing;

use crate::{
    certificate::CertificateFields,
    key::{self, KeyKind, Parameters, PrivateKey, PublicKey},
    mechanism::Mechanism,
    rv::{Outcome, Rv},
    store::{Attributes, Profile},
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

/// The public exponent of RSA keys, 65537.
const F4: [u8; 3] = [1, 0, 1];

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

/// Kind from the key type, refused if the token has no such keys.
fn kind_of(template: &Attributes, profile: &Profile) -> Outcome<KeyKind> {
    let key_type = template.number(ck::CKA_KEY_TYPE).ok_or(INCOMPLETE)?;
    let kind = KeyKind::of(key_type).ok_or(BAD_VALUE)?;
    let raw = Mechanism::Raw(kind).number();
    profile.offer(raw.into()).map(|_| kind).ok_or(BAD_VALUE)
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
    let key = PublicKey::from_attributes(kind_of(&template, profile)?, &template)?;
    // Some software wraps points in an OCTET STRING and some does not: the key says it in one way.
    for attribute in [ck::CKA_VALUE, ck::CKA_EC_POINT] {
        drop(template.take(attribute));
    }
    let (mut public, _) = key::key_pair(&key, profile)?;
    public.put_octets(ck::CKA_ID, &[]);
    Ok(NewObject {
        attributes: over(template, public)?,
        private_value: None,
    })
}

fn private_key(mut template: Attributes, profile: &Profile) -> Outcome<NewObject> {
    let secret = PrivateKey::take_from(kind_of(&template, profile)?, &mut template)?;
    let (_, mut private) = key::key_pair(&secret.public_key(), profile)?;
    private.put_octets(ck::CKA_ID, &[]);
    let attributes = sensitive(over(template, private)?)?;
    Ok(NewObject {
        attributes,
        private_value: Some(secret.to_value()?),
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

/// What is to be generated, as both templates say it together.
fn parameters(
    mechanism: Mechanism,
    public: &Attributes,
    private: &Attributes,
    profile: &Profile,
) -> Outcome<Parameters> {
    match mechanism.kind() {
        KeyKind::Gost(size) => {
            // Vendor samples put the parameters into either template, or both.
            let sets = (key::named_set(public, size)?, key::named_set(private, size)?);
            match sets {
                (Some(one), Some(other)) if one != other => Err(INCONSISTENT),
                (Some(set), _) | (_, Some(set)) => Ok(Parameters::Gost(set)),
                (None, None) => Err(INCOMPLETE),
            }
        }
        KeyKind::Rsa => {
            let bits = public.number(ck::CKA_MODULUS_BITS).ok_or(INCOMPLETE)?;
            let offer = profile.offer(mechanism.number().into()).ok_or(BAD_VALUE)?;
            if !(offer.min..=offer.max).contains(&bits) {
                return Err(Rv(ck::CKR_KEY_SIZE_RANGE));
            }
            let exponent = public.octets(ck::CKA_PUBLIC_EXPONENT).unwrap_or(&F4);
            let first = exponent.iter().position(|octet| *octet != 0).unwrap_or(0);
            if exponent[first..] != F4 {
                return Err(BAD_VALUE);
            }
            usize::try_from(bits).map(Parameters::Rsa).map_err(|_| BAD_VALUE)
        }
        KeyKind::P256 => key::check_curve(public).map(|()| Parameters::P256),
    }
}

/// Refuses what a token with a fixed template does not let the caller choose.
fn refuse_differences(template: &Attributes, own: &Attributes) -> Outcome {
    const CHOSEN: [ck::CK_ATTRIBUTE_TYPE; 5] = [
        ck::CKA_ID,
        ck::CKA_LABEL,
        ck::CKA_SUBJECT,
        ck::CKA_START_DATE,
        ck::CKA_END_DATE,
    ];
    let mut fixed = template.clone();
    for attribute in CHOSEN {
        drop(fixed.take(attribute));
    }
    // The keys it makes are kept.
    let kept = fixed.take(ck::CKA_TOKEN).is_none_or(|value| value != [0]);
    if kept && own.matches(&fixed) {
        Ok(())
    } else {
        Err(Rv(ck::CKR_ATTRIBUTE_READ_ONLY))
    }
}

/// `C_GenerateKeyPair`: the public and the private half.
pub(crate) fn new_key_pair(
    mechanism: Mechanism,
    public: Attributes,
    private: Attributes,
    profile: &Profile,
) -> Outcome<(NewObject, NewObject)> {
    for template in [&public, &private] {
        refuse_read_only(template)?;
        for made in [ck::CKA_VALUE, ck::CKA_MODULUS, ck::CKA_EC_POINT] {
            if template.octets(made).is_some() {
                return Err(INCONSISTENT);
            }
        }
    }
    let secret = PrivateKey::generate(parameters(mechanism, &public, &private, profile)?)?;
    let (mut own_public, mut own_private) = key::key_pair(&secret.public_key(), profile)?;
    for own in [&mut own_public, &mut own_private] {
        own.put_flag(ck::CKA_LOCAL, true);
        own.put_number(ck::CKA_KEY_GEN_MECHANISM, mechanism.number());
        own.put_octets(ck::CKA_ID, &[]);
        own.complete(common_defaults());
    }
    own_private.put_flag(ck::CKA_ALWAYS_SENSITIVE, true);
    own_private.put_flag(ck::CKA_NEVER_EXTRACTABLE, true);
    if profile.fixed_key_template {
        refuse_differences(&private, &own_private)?;
    }
    Ok((
        NewObject {
            attributes: over(public, own_public)?,
            private_value: None,
        },
        NewObject {
            attributes: sensitive(over(private, own_private)?)?,
            private_value: Some(secret.to_value()?),
        },
    ))
}
