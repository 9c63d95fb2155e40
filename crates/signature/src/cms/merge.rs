//! Detached signatures of one content that were made apart, as one file: every signer stays octet for octet.

use kabinet_pki::cms::SignedData;
use kabinet_pki::oid::cms as id;

use super::assemble::Parts;
use super::prepare::SignError;
use crate::armor;

/// One detached SignedData (RFC 5652 §5.1, DER) with every signer of these files, each once. Whatever order they come in, the octets
/// are the same; what a file carries of the content is left out.
///
/// Keys are not looked at: whether a signature is genuine, [`crate::verify`] says of the result as of its parts.
///
/// # Errors
/// [`SignError::ExistingUnreadable`] for a file that is no signature, [`SignError::NoSuchSigner`] for one nobody signed and when
/// there is none at all; [`SignError::ExistingOfOtherContent`] for a signer whose message digest is not that of `content`.
pub fn merge_detached(content: &[u8], files: &[Vec<u8>]) -> Result<Vec<u8>, SignError> {
    let mut merged: Option<Parts> = None;
    for file in files {
        let opened = armor::open(file).ok_or(SignError::ExistingUnreadable)?;
        let data = SignedData::parse(&opened).map_err(|_| SignError::ExistingUnreadable)?;
        require_signers_of(&data, content)?;
        match &mut merged {
            None => merged = Some(Parts::of(&data)),
            Some(parts) if parts.content_type == data.content_type => parts.absorb(&data),
            Some(_) => return Err(SignError::ExistingOfOtherContent),
        }
    }
    let mut parts = merged.ok_or(SignError::NoSuchSigner)?;
    parts.content = None;
    Ok(parts.to_der())
}

fn require_signers_of(data: &SignedData<'_>, content: &[u8]) -> Result<(), SignError> {
    if data.signers.is_empty() {
        return Err(SignError::NoSuchSigner);
    }
    for signer in &data.signers {
        // Without signed attributes the value is over the content itself: only the key tells, and who verifies asks it.
        let Some(signed) = &signer.signed else { continue };
        let told = signed.single(&id::MESSAGE_DIGEST).ok().flatten();
        let algorithm = signer
            .content_digest_algorithm()
            .map_err(|_| SignError::ExistingUnreadable)?;
        let is_of_it = told
            .and_then(|digest| digest.octet_string().ok())
            .is_some_and(|digest| digest == algorithm.digest(content));
        if !is_of_it {
            return Err(SignError::ExistingOfOtherContent);
        }
    }
    Ok(())
}
