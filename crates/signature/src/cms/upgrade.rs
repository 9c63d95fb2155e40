//! Raises CAdES-BES to CAdES-T (RFC 5126 §4.4.1): a time stamp over the signature value.

use kabinet_pki::cms::{SignedData, SignerInfo};
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::{Tlv, tag, write};
use kabinet_pki::tsp::TstInfo;

use crate::armor;
use super::assemble::Parts;
use super::prepare::SignError;

/// The signature values of a file in the order of its signers; a time stamp's imprint is the digest of one.
pub fn signature_values(file: &[u8]) -> Result<Vec<Vec<u8>>, SignError> {
    let opened = armor::open(file).ok_or(SignError::ExistingUnreadable)?;
    let data = SignedData::parse(&opened).map_err(|_| SignError::ExistingUnreadable)?;
    Ok(data.signers.into_iter().map(|signer| signer.signature).collect())
}

/// Adds `token` (a ContentInfo out of `kabinet_pki::tsp::read_response`) to the signer with this number. Checks
/// only that it stamps that signature; who stamped it is judged by [`crate::verify`]. Returns DER.
pub fn add_time_stamp(file: &[u8], signer: usize, token: &[u8]) -> Result<Vec<u8>, SignError> {
    let opened = armor::open(file).ok_or(SignError::ExistingUnreadable)?;
    let data = SignedData::parse(&opened).map_err(|_| SignError::ExistingUnreadable)?;
    let info = data.signers.get(signer).ok_or(SignError::NoSuchSigner)?;
    let stamps_this = SignedData::parse(token)
        .ok()
        .and_then(|token| TstInfo::from_der(&token.content_octets()?).ok())
        .is_some_and(|stamp| stamp.imprint.is_of(&info.signature));
    if !stamps_this {
        return Err(SignError::StampOfOtherSignature);
    }
    let mut parts = Parts::of(&data);
    parts.signers[signer] = with_unsigned(info, token).ok_or(SignError::ExistingUnreadable)?;
    Ok(parts.to_der())
}

/// The SignerInfo with one more unsigned attribute, every other part octet for octet.
fn with_unsigned(info: &SignerInfo<'_>, token: &[u8]) -> Option<Vec<u8>> {
    const UNSIGNED: u8 = tag::context_constructed(1);
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for part in Tlv::from_ber(info.whole).ok()?.reader() {
        let part = part.ok()?;
        if part.tag != UNSIGNED {
            parts.push(part.whole.to_vec());
        }
    }
    let mut attributes: Vec<Vec<u8>> = info
        .unsigned
        .iter()
        .map(|attribute| attribute.whole.to_vec())
        .collect();
    attributes.push(write::sequence(&[
        write::oid(&id::SIGNATURE_TIME_STAMP),
        write::set_of(vec![token.to_vec()]),
    ]));
    parts.push(write::context_constructed(1, &write::set_of_content(attributes)));
    Some(write::sequence(&parts))
}
