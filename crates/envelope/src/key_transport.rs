//! KeyTransRecipientInfo (RFC 5652 §6.2.1) with the two forms of GostR3410-KeyTransport: of RFC 4490 §4.2 and of
//! R 1323565.1.025-2019.

use kabinet_gost::cipher::gost28147::SBox;
use kabinet_gost::{PublicKey, SecretKey, oid as gost};
use kabinet_pki::Certificate;
use kabinet_pki::algorithm::read_identifier;
use kabinet_pki::tlv::{Tlv, tag, write};
use zeroize::Zeroizing;

use crate::content::ContentEncryption;
use crate::encrypt::random;
use crate::error::{DecryptError, EncryptError};
use crate::recipient::{self, write_issuer_and_serial};
use crate::wrap::{self, OldWrap};

/// Writes a KeyTransRecipientInfo.
pub(crate) fn write(
    kind: ContentEncryption,
    certificate: &Certificate,
    peer: &PublicKey,
    key: &[u8; 32],
) -> Result<Vec<u8>, EncryptError> {
    let ephemeral = SecretKey::generate(peer.parameter_set())?;
    let public = ephemeral.public_key().to_spki_der()?;
    let (algorithm, transport) = match kind.block_cipher() {
        None => {
            let ukm = random::<8>()?;
            let parameters = [
                write::oid(&SBox::Tc26Z.oid()),
                write::context_constructed(0, Tlv::from_der(&public)?.value),
                write::octet_string(&ukm),
            ]
            .concat();
            let transport = write::sequence(&[
                wrap::wrap_old(&ephemeral, peer, ukm, key)?,
                write::context_constructed(0, &parameters),
            ]);
            // The recipient's key algorithm with its parameters names the key encryption.
            let algorithm = Tlv::from_der(certificate.spki_der())?.reader().any()?.whole;
            (algorithm.to_vec(), transport)
        }
        Some(cipher) => {
            let ukm = random::<32>()?;
            let exported = wrap::wrap_new(cipher, &ephemeral, peer, &ukm, key)?;
            let transport =
                write::sequence(&[write::octet_string(&exported), public, write::octet_string(&ukm)]);
            (wrap::write_kexp15_identifier(cipher, peer), transport)
        }
    };
    Ok(write::sequence(&[
        write::integer(&[0]),
        write_issuer_and_serial(certificate)?,
        algorithm,
        write::octet_string(&transport),
    ]))
}

/// The content key, if the recipient is the holder of the certificate.
///
/// KeyTransRecipientInfo ::= SEQUENCE { version, rid, keyEncryptionAlgorithm, encryptedKey OCTET STRING }
pub(crate) fn read(
    info: Tlv<'_>,
    certificate: &Certificate,
    secret: &SecretKey,
) -> Result<Option<Zeroizing<[u8; 32]>>, DecryptError> {
    let mut reader = info.require(tag::SEQUENCE)?.reader();
    reader.expect(tag::INTEGER)?;
    if !recipient::names(reader.any()?, certificate)? {
        return Ok(None);
    }
    let (algorithm, _) = read_identifier(reader.any()?)?;
    let transport = reader.any()?.octet_string()?;
    reader.finish()?;
    let transport = Tlv::from_der(transport)?.require(tag::SEQUENCE)?;
    match algorithm {
        gost::KEY_256 | gost::KEY_512 => read_old(transport, secret),
        other => match wrap::kexp15_cipher(&other) {
            Some(cipher) => {
                let mut reader = transport.reader();
                let exported = reader.any()?.octet_string()?;
                let peer = PublicKey::from_spki_der(reader.any()?.whole)?;
                let ukm = reader.any()?.octet_string()?;
                reader.finish()?;
                wrap::unwrap_new(cipher, secret, &peer, ukm, exported)
            }
            None => Err(DecryptError::Unsupported(other)),
        },
    }
    .map(Some)
}

/// GostR3410-KeyTransport ::= SEQUENCE { sessionEncryptedKey, transportParameters \[0\] IMPLICIT SEQUENCE {
/// encryptionParamSet, ephemeralPublicKey \[0\] IMPLICIT SubjectPublicKeyInfo, ukm } }. Both are OPTIONAL there, for
/// senders with a static key, which CMS does not name.
fn read_old(transport: Tlv<'_>, secret: &SecretKey) -> Result<Zeroizing<[u8; 32]>, DecryptError> {
    let mut reader = transport.reader();
    let encrypted = reader.any()?;
    let parameters = reader.optional(tag::context_constructed(0))?;
    reader.finish()?;
    let mut reader = parameters.ok_or(DecryptError::OriginatorMissing)?.reader();
    let boxes = reader.any()?.oid()?;
    let peer = reader.optional(tag::context_constructed(0))?;
    let ukm = reader.any()?.octet_string()?;
    reader.finish()?;
    let peer = peer.ok_or(DecryptError::OriginatorMissing)?;
    let peer = PublicKey::from_spki_der(&write::value(tag::SEQUENCE, peer.value))?;
    let sbox = SBox::from_oid(&boxes).ok_or(DecryptError::Unsupported(boxes))?;
    wrap::unwrap_old(OldWrap::CryptoPro, sbox, secret, &peer, ukm, encrypted)
}
