//! Identities of the macOS keychain.

use security_framework::identity::SecIdentity;
use security_framework::item::{ItemClass, ItemSearchOptions, Limit, Reference, SearchResult};
use security_framework::key::Algorithm;

use super::Platform;
use crate::error::TokenError;
use crate::model::SignMechanism;

/// `errSecUserCanceled`: the person closed the system's own question.
const CANCELLED_BY_USER: isize = -128;

/// The keychains of the current user.
pub(super) struct Keychain;

fn identities() -> Vec<SecIdentity> {
    let found = ItemSearchOptions::new()
        .class(ItemClass::identity())
        .load_refs(true)
        .limit(Limit::All)
        .search();
    // Nothing found is an error to this system.
    let found = found.unwrap_or_default().into_iter();
    let identity = |result| match result {
        SearchResult::Ref(Reference::Identity(identity)) => Some(identity),
        _ => None,
    };
    found.filter_map(identity).collect()
}

fn der(identity: &SecIdentity) -> Option<Vec<u8>> {
    Some(identity.certificate().ok()?.to_der())
}

impl Platform for Keychain {
    fn name(&self) -> &str {
        "macOS"
    }

    fn identities(&self) -> Result<Vec<Vec<u8>>, TokenError> {
        Ok(identities().iter().filter_map(der).collect())
    }

    fn sign(
        &self,
        certificate: &[u8],
        mechanism: SignMechanism,
        input: &[u8],
    ) -> Result<Vec<u8>, TokenError> {
        let algorithm = match mechanism {
            // The input is a DigestInfo, which is padded as it is.
            SignMechanism::RsaPkcs1 => Algorithm::RSASignatureDigestPKCS1v15Raw,
            SignMechanism::EcdsaP256 => Algorithm::ECDSASignatureDigestX962SHA256,
            SignMechanism::Gost256 | SignMechanism::Gost512 => return Err(TokenError::MechanismUnsupported),
        };
        let all = identities();
        let identity = all.iter().find(|one| der(one).as_deref() == Some(certificate));
        let key = identity.ok_or(TokenError::KeyNotFound)?.private_key();
        let key = key.map_err(|_| TokenError::KeyNotFound)?;
        let signature = key.create_signature(algorithm, input);
        let signature = signature.map_err(|error| match error.code() {
            CANCELLED_BY_USER => TokenError::Rejected,
            _ => TokenError::MechanismUnsupported,
        })?;
        match mechanism {
            SignMechanism::EcdsaP256 => p256::ecdsa::Signature::from_der(&signature)
                .map(|signature| signature.to_bytes().to_vec())
                .map_err(|_| TokenError::ModuleMisbehaved { call: None }),
            _ => Ok(signature),
        }
    }
}
