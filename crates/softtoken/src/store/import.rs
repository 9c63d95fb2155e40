//! Bringing a key and its certificate onto a token.

use cryptoki_sys as ck;
use der::{Encode, asn1::ObjectIdentifier};
use kabinet_gost::{KeySize, ParameterSet, PublicKey, SecretKey};

use super::{Attributes, Role, StoreError, TokenHome};
use crate::{certificate::CertificateFields, mechanism};

/// A key with its certificate, as files hold them.
#[derive(Debug)]
pub struct Import<'a> {
    /// PKCS#8 of a GOST key, PEM or DER.
    pub key: &'a [u8],
    /// X.509, PEM or DER; it must hold the key's public half.
    pub certificate: Option<&'a [u8]>,
    /// `CKA_ID` of key and certificate.
    pub id: &'a [u8],
    /// `CKA_LABEL` of key and certificate.
    pub label: &'a str,
}

/// The content of a PEM file, or the bytes themselves.
fn pem_or_der(bytes: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, der::Error> {
    if bytes.starts_with(&[0x30]) {
        return Ok(zeroize::Zeroizing::new(bytes.to_vec()));
    }
    // Programs print text before the first line of PEM.
    let start = bytes
        .windows(11)
        .position(|window| window == b"-----BEGIN ")
        .unwrap_or(0);
    Ok(zeroize::Zeroizing::new(
        der::pem::decode_vec(&bytes[start..]).map_err(der::Error::from)?.1,
    ))
}

impl TokenHome {
    /// Adds a key pair and its certificate, if given. The user's PIN is checked, and counted, as at a login.
    pub fn import(&self, pin: &[u8], import: &Import<'_>) -> Result<(), StoreError> {
        let secret = SecretKey::from_pkcs8_der(&pem_or_der(import.key)?)?;
        let certificate = import.certificate.map(pem_or_der).transpose()?;
        let fields = certificate
            .as_deref()
            .map(|der| CertificateFields::from_der(der))
            .transpose()?;
        if let Some(fields) = &fields {
            let public = PublicKey::from_spki_der(&fields.public_key_info)?;
            if public.point_octets() != secret.public_key().point_octets() {
                return Err(StoreError::CertificateKey);
            }
        }
        let master = self.unlock(Role::User, pin)?;
        self.update(|file| {
            let mut named = Attributes::default();
            named.put_flag(ck::CKA_TOKEN, true);
            named.put_octets(ck::CKA_ID, import.id);
            named.put_octets(ck::CKA_LABEL, import.label.as_bytes());
            let (mut public, mut private) =
                key_pair_attributes(secret.public_key(), file.profile.always_authenticate)?;
            public.complete(named.clone());
            private.complete(named.clone());
            if let (Some(fields), Some(der)) = (&fields, &certificate) {
                private.put_octets(ck::CKA_SUBJECT, &fields.subject);
                named.complete(certificate_attributes(fields, der));
                file.add(named, None)?;
            }
            file.add(public, None)?;
            file.add(private, Some((&master, &secret.to_octets())))?;
            Ok(())
        })
    }

    /// Generates a key pair on the token and returns the SubjectPublicKeyInfo, DER.
    pub fn generate(
        &self,
        pin: &[u8],
        set: ParameterSet,
        id: &[u8],
        label: &str,
    ) -> Result<Vec<u8>, StoreError> {
        let secret = SecretKey::generate(set)?;
        let key = secret.to_pkcs8_der()?;
        self.import(
            pin,
            &Import {
                key: &key,
                certificate: None,
                id,
                label,
            },
        )?;
        Ok(secret.public_key().to_spki_der()?)
    }
}

fn certificate_attributes(fields: &CertificateFields, der: &[u8]) -> Attributes {
    let mut attributes = Attributes::default();
    attributes.put_number(ck::CKA_CLASS, ck::CKO_CERTIFICATE);
    attributes.put_number(ck::CKA_CERTIFICATE_TYPE, ck::CKC_X_509);
    attributes.put_number(ck::CKA_CERTIFICATE_CATEGORY, 0);
    attributes.put_flag(ck::CKA_PRIVATE, false);
    attributes.put_flag(ck::CKA_MODIFIABLE, true);
    attributes.put_flag(ck::CKA_TRUSTED, false);
    attributes.put_octets(ck::CKA_VALUE, der);
    attributes.put_octets(ck::CKA_SUBJECT, &fields.subject);
    attributes.put_octets(ck::CKA_ISSUER, &fields.issuer);
    attributes.put_octets(ck::CKA_SERIAL_NUMBER, &fields.serial_number);
    attributes
}

/// What both halves of a key over `set` carry: type and parameters.
fn key_attributes(set: ParameterSet) -> Result<Attributes, StoreError> {
    let mut attributes = Attributes::default();
    attributes.put_number(ck::CKA_KEY_TYPE, mechanism::key_type(set.size()));
    attributes.put_octets(ck::CKA_GOSTR3410_PARAMS, &oid_der(set.oid())?);
    attributes.put_octets(ck::CKA_GOSTR3411_PARAMS, &digest_parameters(set.size())?);
    attributes.put_flag(ck::CKA_MODIFIABLE, true);
    attributes.put_flag(ck::CKA_DERIVE, false);
    attributes.put_flag(ck::CKA_LOCAL, false);
    attributes.put_number(ck::CKA_KEY_GEN_MECHANISM, ck::CK_UNAVAILABLE_INFORMATION);
    attributes.put_octets(ck::CKA_START_DATE, &[]);
    attributes.put_octets(ck::CKA_END_DATE, &[]);
    attributes.put_octets(ck::CKA_SUBJECT, &[]);
    Ok(attributes)
}

/// The attributes of a public and a private key object, without a name and without the secret.
pub(crate) fn key_pair_attributes(
    key: &PublicKey,
    always_authenticate: bool,
) -> Result<(Attributes, Attributes), StoreError> {
    let mut public = Attributes::default();
    public.put_number(ck::CKA_CLASS, ck::CKO_PUBLIC_KEY);
    public.put_octets(ck::CKA_VALUE, key.point_octets());
    public.put_flag(ck::CKA_PRIVATE, false);
    public.put_flag(ck::CKA_TRUSTED, false);
    for (usage, allowed) in [
        (ck::CKA_VERIFY, true),
        (ck::CKA_VERIFY_RECOVER, false),
        (ck::CKA_ENCRYPT, false),
        (ck::CKA_WRAP, false),
    ] {
        public.put_flag(usage, allowed);
    }
    let mut private = Attributes::default();
    private.put_number(ck::CKA_CLASS, ck::CKO_PRIVATE_KEY);
    for (flag, value) in [
        (ck::CKA_PRIVATE, true),
        (ck::CKA_SENSITIVE, true),
        (ck::CKA_EXTRACTABLE, false),
        (ck::CKA_ALWAYS_SENSITIVE, false),
        (ck::CKA_NEVER_EXTRACTABLE, false),
        (ck::CKA_ALWAYS_AUTHENTICATE, always_authenticate),
        (ck::CKA_WRAP_WITH_TRUSTED, false),
        (ck::CKA_SIGN, true),
        (ck::CKA_SIGN_RECOVER, false),
        (ck::CKA_DECRYPT, false),
        (ck::CKA_UNWRAP, false),
    ] {
        private.put_flag(flag, value);
    }
    let both = key_attributes(key.parameter_set())?;
    public.complete(both.clone());
    private.complete(both);
    Ok((public, private))
}

fn digest_parameters(size: KeySize) -> Result<Vec<u8>, StoreError> {
    oid_der(size.digest_oid())
}

fn oid_der(oid: ObjectIdentifier) -> Result<Vec<u8>, StoreError> {
    Ok(oid.to_der()?)
}
