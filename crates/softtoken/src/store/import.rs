//! Bringing a key and its certificate onto a token.

use cryptoki_sys as ck;
use kabinet_gost::ParameterSet;

use super::{Attributes, Role, StoreError, TokenHome};
use crate::{
    certificate::CertificateFields,
    key::{self, PrivateKey, PublicKey},
    mechanism::Mechanism,
};

/// A key with its certificate, as files hold them.
#[derive(Debug)]
pub struct Import<'a> {
    /// PKCS#8 of a GOST, RSA or P-256 key, PEM or DER.
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
        let secret = PrivateKey::from_pkcs8_der(&pem_or_der(import.key)?)?;
        let certificate = import.certificate.map(pem_or_der).transpose()?;
        let fields = certificate
            .as_deref()
            .map(|der| CertificateFields::from_der(der))
            .transpose()?;
        let public_key = secret.public_key();
        if let Some(fields) = &fields
            && PublicKey::from_spki_der(&fields.public_key_info)? != public_key
        {
            return Err(StoreError::CertificateKey);
        }
        let raw = Mechanism::Raw(public_key.kind()).number();
        if self.load()?.profile.offer(raw.into()).is_none() {
            return Err(StoreError::KeyKind);
        }
        let value = secret.to_value()?;
        let master = self.unlock(Role::User, pin)?;
        self.update(|file| {
            let mut named = Attributes::default();
            named.put_flag(ck::CKA_TOKEN, true);
            named.put_octets(ck::CKA_ID, import.id);
            named.put_octets(ck::CKA_LABEL, import.label.as_bytes());
            let (mut public, mut private) = key::key_pair(&public_key, &file.profile)?;
            public.complete(named.clone());
            private.complete(named.clone());
            if let (Some(fields), Some(der)) = (&fields, &certificate) {
                private.put_octets(ck::CKA_SUBJECT, &fields.subject);
                named.complete(certificate_attributes(fields, der));
                file.add(named, None)?;
            }
            file.add(public, None)?;
            file.add(private, Some((&master, &value)))?;
            Ok(())
        })
    }

    /// Generates a GOST key pair on the token and returns the SubjectPublicKeyInfo, DER.
    pub fn generate(
        &self,
        pin: &[u8],
        set: ParameterSet,
        id: &[u8],
        label: &str,
    ) -> Result<Vec<u8>, StoreError> {
        let secret = kabinet_gost::SecretKey::generate(set)?;
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
