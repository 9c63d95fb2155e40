//! Opening envelopes.

use kabinet_gost::SecretKey;
use kabinet_pki::Certificate;
use kabinet_pki::tlv::{Tlv, tag};
use zeroize::Zeroizing;

use crate::content::{ContentCipher, ContentEncryption, read_kind};
use crate::error::DecryptError;
use crate::parse::EnvelopedData;
use crate::recipient::gost_key;
use crate::{key_agreement, key_transport};

/// Decrypts an envelope, DER or BER, with the secret key of a certificate it is addressed to. Content with a code comes
/// out only if the code matches.
pub fn decrypt(
    envelope: &[u8],
    certificate: &[u8],
    secret: &SecretKey,
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    decrypt_from(envelope, certificate, secret, &[] as &[&[u8]])
}

/// The same for a sender who used the key of a certificate: `originators` has certificates among which it may be. Those
/// in the envelope itself are looked at too.
pub fn decrypt_from<C: AsRef<[u8]>>(
    envelope: &[u8],
    certificate: &[u8],
    secret: &SecretKey,
    originators: &[C],
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let envelope = EnvelopedData::parse(envelope)?;
    let certificate = Certificate::from_der(certificate)?;
    match gost_key(&certificate) {
        Some(key) if key.point_octets() == secret.public_key().point_octets() => {}
        _ => return Err(DecryptError::KeyMismatch),
    }
    let mut known = originators
        .iter()
        .map(|der| Certificate::from_der(der.as_ref()))
        .collect::<Result<Vec<_>, _>>()?;
    known.extend(
        envelope
            .originators
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok()),
    );
    let cipher = ContentCipher::read(envelope.algorithm)?;
    let pieces = envelope.content.as_ref().ok_or(DecryptError::Empty)?;
    let key = content_key(&envelope.recipients, &certificate, secret, &known)?;
    let mut content = Zeroizing::new(pieces.concat());
    cipher.decrypt(&key, &mut content, envelope.code)?;
    Ok(content)
}

/// How the content of an envelope is encrypted.
pub fn content_encryption(envelope: &[u8]) -> Result<ContentEncryption, DecryptError> {
    Ok(read_kind(EnvelopedData::parse(envelope)?.algorithm)?.0)
}

/// The first content key that unwraps; the reason of the last that did not.
fn content_key(
    recipients: &[Tlv<'_>],
    certificate: &Certificate,
    secret: &SecretKey,
    originators: &[Certificate],
) -> Result<Zeroizing<[u8; 32]>, DecryptError> {
    const AGREEMENT: u8 = tag::context_constructed(1);
    let mut refusal = DecryptError::NotRecipient;
    for info in recipients {
        let key = match info.tag {
            tag::SEQUENCE => key_transport::read(*info, certificate, secret),
            AGREEMENT => key_agreement::read(*info, certificate, secret, originators),
            // Symmetric keys and passphrases are not for holders of certificates.
            _ => continue,
        };
        match key {
            Ok(Some(key)) => return Ok(key),
            Ok(None) => {}
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}
