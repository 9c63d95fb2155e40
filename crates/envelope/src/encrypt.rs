//! Making envelopes.

use kabinet_pki::Certificate;
use kabinet_pki::oid::cms;
use kabinet_pki::tlv::{tag, write};
use zeroize::Zeroizing;

use crate::content::{ContentCipher, ContentEncryption, write_code};
use crate::error::EncryptError;
use crate::recipient::gost_key;
use crate::{key_agreement, key_transport, oid};

/// How the content key reaches a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyManagement {
    /// KeyTransRecipientInfo: what other software writes.
    Transport,
    /// KeyAgreeRecipientInfo.
    Agreement,
}

/// Encrypts octets (id-data) to the holders of certificates, DER with keys of GOST R 34.10-2012, into a DER ContentInfo.
pub fn encrypt<C: AsRef<[u8]>>(
    content: &[u8],
    recipients: &[C],
    kind: ContentEncryption,
    keys: KeyManagement,
) -> Result<Vec<u8>, EncryptError> {
    if recipients.is_empty() {
        return Err(EncryptError::NoRecipients);
    }
    let key = Zeroizing::new(random::<32>()?);
    let infos = recipients
        .iter()
        .map(|recipient| {
            let certificate = Certificate::from_der(recipient.as_ref())?;
            let peer = gost_key(&certificate).ok_or(EncryptError::RecipientKey)?;
            match keys {
                KeyManagement::Transport => key_transport::write(kind, &certificate, peer, &key),
                KeyManagement::Agreement => key_agreement::write(kind, &certificate, peer, &key),
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    let cipher = ContentCipher::draw(kind)?;

    // Version 0 is for key transport without attributes (RFC 5652 §6.1).
    let plain = keys == KeyManagement::Transport && !kind.is_authenticated();
    let version = write::integer(&[if plain { 0 } else { 2 }]);
    let infos = write::set_of(infos);
    let description = [write::oid(&cms::DATA), cipher.write(kind)].concat();
    let code_octets = match kind.block_cipher() {
        Some(cipher) if kind.is_authenticated() => cipher.block_octets(),
        _ => 0,
    };
    let attributes = match code_octets {
        0 => 0,
        octets => write_code(&vec![0; octets]).len(),
    };

    // The content is copied once, to where it is encrypted: headers come from the lengths of what follows.
    let content_header = header(tag::context(0), content.len());
    let encrypted_info = description.len() + content_header.len() + content.len();
    let encrypted_header = header(tag::SEQUENCE, encrypted_info);
    let data = version.len() + infos.len() + encrypted_header.len() + encrypted_info + attributes;
    let data_header = header(tag::SEQUENCE, data);
    let explicit_header = header(tag::context_constructed(0), data_header.len() + data);
    let content_type = write::oid(&oid::ENVELOPED_DATA);
    let info = content_type.len() + explicit_header.len() + data_header.len() + data;
    let info_header = header(tag::SEQUENCE, info);

    let mut envelope = Vec::with_capacity(info_header.len() + info);
    for part in [
        &info_header,
        &content_type,
        &explicit_header,
        &data_header,
        &version,
        &infos,
        &encrypted_header,
        &description,
        &content_header,
    ] {
        envelope.extend_from_slice(part);
    }
    let start = envelope.len();
    envelope.extend_from_slice(content);
    match cipher.encrypt(&key, &mut envelope[start..]) {
        Ok(code) if code.is_empty() => {}
        Ok(code) => envelope.extend(write_code(&code)),
        Err(error) => {
            // It may hold the content still.
            drop(Zeroizing::new(envelope));
            return Err(error.into());
        }
    }
    Ok(envelope)
}

/// So many random octets.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], EncryptError> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets).map_err(|_| EncryptError::Entropy)?;
    Ok(octets)
}

/// Identifier and length octets of a value with so many content octets.
fn header(tag: u8, length: usize) -> Vec<u8> {
    let octets = length.to_be_bytes();
    let significant = &octets[octets.iter().take_while(|octet| **octet == 0).count()..];
    match length {
        0..0x80 => vec![tag, length as u8],
        _ => [&[tag, 0x80 | significant.len() as u8], significant].concat(),
    }
}
