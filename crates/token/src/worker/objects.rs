//! Certificates and keys of one token, and which belongs to which.

use cryptoki_sys as ck;

use crate::certificate::{self, PublicKey};
use crate::ffi::{AttributeType, Failure, ObjectHandle, Session};
use crate::model::{KeySeen, SignMechanism};

/// A certificate object.
pub(super) struct CertificateObject {
    pub(super) der: Vec<u8>,
    pub(super) id: Vec<u8>,
    pub(super) label: String,
    pub(super) public_key: Option<PublicKey>,
}

/// A public or private key object of a kind we sign with.
pub(super) struct KeyObject {
    pub(super) handle: ObjectHandle,
    pub(super) id: Vec<u8>,
    pub(super) label: String,
    mechanism: SignMechanism,
    /// Its public half, if it shows it.
    material: Option<Vec<u8>>,
}

/// X.509 certificates; anything else under that class is skipped.
pub(super) fn certificates(session: &Session<'_>) -> Result<Vec<CertificateObject>, Failure> {
    let mut certificates = Vec::new();
    for object in session.find(ck::CKO_CERTIFICATE)? {
        let kind = session.number(object, AttributeType(ck::CKA_CERTIFICATE_TYPE))?;
        if kind.is_some_and(|kind| kind != ck::CKC_X_509) {
            continue;
        }
        let value = session
            .bytes(object, AttributeType(ck::CKA_VALUE))?
            .unwrap_or_default();
        let Some(der) = certificate::trimmed(&value) else {
            continue;
        };
        certificates.push(CertificateObject {
            public_key: certificate::public_key(der),
            der: der.to_vec(),
            id: session
                .optional(object, AttributeType(ck::CKA_ID))?
                .unwrap_or_default(),
            label: label(session, object)?,
        });
    }
    Ok(certificates)
}

/// Keys of a class, as far as this state of login shows them. Keys of other kinds are left out.
pub(super) fn keys(session: &Session<'_>, class: ck::CK_OBJECT_CLASS) -> Result<Vec<KeyObject>, Failure> {
    let mut keys = Vec::new();
    for handle in session.find(class)? {
        let kind = session.number(handle, AttributeType(ck::CKA_KEY_TYPE))?;
        let Some(mechanism) = SignMechanism::ALL
            .into_iter()
            .find(|known| kind == Some(known.key_type()))
        else {
            continue;
        };
        let material = match public_attribute(mechanism, class) {
            Some(attribute) => session.optional(handle, AttributeType(attribute))?,
            None => None,
        };
        keys.push(KeyObject {
            handle,
            mechanism,
            id: session
                .optional(handle, AttributeType(ck::CKA_ID))?
                .unwrap_or_default(),
            label: label(session, handle)?,
            material: material
                .filter(|stored| !stored.is_empty())
                .map(|stored| certificate::material(mechanism, &stored)),
        });
    }
    Ok(keys)
}

/// Where an object of this class keeps the public half. `CKA_VALUE` of a private key is its secret: never asked for.
pub(super) fn public_attribute(
    mechanism: SignMechanism,
    class: ck::CK_OBJECT_CLASS,
) -> Option<ck::CK_ATTRIBUTE_TYPE> {
    match mechanism {
        SignMechanism::RsaPkcs1 => Some(ck::CKA_MODULUS),
        SignMechanism::EcdsaP256 => Some(ck::CKA_EC_POINT),
        SignMechanism::Gost256 | SignMechanism::Gost512 if class == ck::CKO_PUBLIC_KEY => Some(ck::CKA_VALUE),
        SignMechanism::Gost256 | SignMechanism::Gost512 => None,
    }
}

fn label(session: &Session<'_>, object: ObjectHandle) -> Result<String, Failure> {
    let bytes = session
        .optional(object, AttributeType(ck::CKA_LABEL))?
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    Ok(text
        .trim_end_matches(['\0', ' '])
        .chars()
        .filter(|character| !character.is_control())
        .collect())
}

impl CertificateObject {
    /// A certificate that is not on the token yet.
    pub(super) fn of(der: &[u8]) -> Self {
        Self {
            public_key: certificate::public_key(der),
            der: der.to_vec(),
            id: Vec::new(),
            label: String::new(),
        }
    }
}

impl KeyObject {
    /// Same kind, same non-empty ID, and no contradiction: IDs are shared now and then.
    fn has_id(&self, id: &[u8], public_key: &PublicKey) -> bool {
        !id.is_empty()
            && self.id == id
            && self.mechanism == public_key.mechanism
            && self
                .material
                .as_ref()
                .is_none_or(|material| *material == public_key.material)
    }

    fn has_material(&self, public_key: &PublicKey) -> bool {
        self.mechanism == public_key.mechanism && self.material.as_ref() == Some(&public_key.material)
    }

    /// Whether this key, seen beside the certificate, belongs to it.
    pub(super) fn belongs_to(&self, certificate: &CertificateObject) -> KeySeen {
        match &certificate.public_key {
            Some(public_key) if self.has_id(&certificate.id, public_key) => KeySeen::ById,
            Some(public_key) if self.has_material(public_key) => KeySeen::ByPublicKey,
            _ => KeySeen::No,
        }
    }
}

/// The private key of a certificate: by ID, else by its own public half, else by the ID of the public key object.
pub(super) fn private_key(
    session: &Session<'_>,
    certificate: &CertificateObject,
) -> Result<Option<ObjectHandle>, Failure> {
    Ok(own_private_key(session, certificate)?.map(|key| key.handle))
}

/// The `CKA_ID` of a certificate's private key.
pub(super) fn private_key_id(
    session: &Session<'_>,
    certificate: &CertificateObject,
) -> Result<Option<Vec<u8>>, Failure> {
    Ok(own_private_key(session, certificate)?.map(|key| key.id))
}

fn own_private_key(
    session: &Session<'_>,
    certificate: &CertificateObject,
) -> Result<Option<KeyObject>, Failure> {
    let Some(public_key) = &certificate.public_key else {
        return Ok(None);
    };
    let mut private = keys(session, ck::CKO_PRIVATE_KEY)?;
    let position = private
        .iter()
        .position(|key| key.has_id(&certificate.id, public_key))
        .or_else(|| private.iter().position(|key| key.has_material(public_key)));
    let position = match position {
        Some(position) => Some(position),
        None => {
            let public = keys(session, ck::CKO_PUBLIC_KEY)?;
            let id = public
                .iter()
                .find(|key| key.has_material(public_key))
                .map(|key| key.id.as_slice())
                .unwrap_or_default();
            private.iter().position(|key| key.has_id(id, public_key))
        }
    };
    Ok(position.map(|position| private.swap_remove(position)))
}
