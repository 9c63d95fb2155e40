//! KeyAgreeRecipientInfo (RFC 5652 §6.2.2) over VKO, as RFC 4490 §4.1 and R 1323565.1.025-2019 have it.

use kabinet_gost::cipher::BlockCipher;
use kabinet_gost::cipher::gost28147::SBox;
use kabinet_gost::{PublicKey, SecretKey, oid as gost};
use kabinet_pki::Certificate;
use kabinet_pki::algorithm::read_identifier;
use kabinet_pki::tlv::{Malformed, Tlv, tag, write};
use zeroize::Zeroizing;

use crate::content::ContentEncryption;
use crate::encrypt::random;
use crate::error::{DecryptError, EncryptError};
use crate::oid;
use crate::recipient::{self, gost_key, write_issuer_and_serial};
use crate::wrap::{self, OldWrap};

/// Writes a KeyAgreeRecipientInfo, \[1\] of RecipientInfo, for one recipient.
pub(crate) fn write(
    kind: ContentEncryption,
    certificate: &Certificate,
    peer: &PublicKey,
    key: &[u8; 32],
) -> Result<Vec<u8>, EncryptError> {
    let ephemeral = SecretKey::generate(peer.parameter_set())?;
    let public = ephemeral.public_key().to_spki_der()?;
    let originator = write::context_constructed(1, Tlv::from_der(&public)?.value);
    let (ukm, algorithm, encrypted) = match kind.block_cipher() {
        None => {
            let ukm = random::<8>()?;
            let boxes = write::sequence(&[write::oid(&SBox::Tc26Z.oid())]);
            let wrap = write::sequence(&[write::oid(&oid::CRYPTO_PRO_KEY_WRAP), boxes]);
            let key_oid = peer.parameter_set().size().key_oid();
            let algorithm = write::sequence(&[write::oid(&key_oid), wrap]);
            let encrypted = wrap::wrap_old(&ephemeral, peer, ukm, key)?;
            (ukm.to_vec(), algorithm, encrypted)
        }
        Some(cipher) => {
            let ukm = random::<32>()?;
            let algorithm = wrap::write_kexp15_identifier(cipher, peer);
            let encrypted = wrap::wrap_new(cipher, &ephemeral, peer, &ukm, key)?;
            (ukm.to_vec(), algorithm, encrypted)
        }
    };
    let encrypted_key = write::sequence(&[
        write_issuer_and_serial(certificate)?,
        write::octet_string(&encrypted),
    ]);
    let content = [
        write::integer(&[3]),
        write::context_constructed(0, &originator),
        write::context_constructed(1, &write::octet_string(&ukm)),
        algorithm,
        write::sequence(&[encrypted_key]),
    ]
    .concat();
    Ok(write::context_constructed(1, &content))
}

/// How keys are wrapped here.
enum Wrap {
    Old(OldWrap, SBox),
    New(BlockCipher),
}

/// The content key, if the holder of the certificate is among the recipients.
///
/// KeyAgreeRecipientInfo ::= SEQUENCE { version, originator \[0\] EXPLICIT, ukm \[1\] EXPLICIT OCTET STRING OPTIONAL,
/// keyEncryptionAlgorithm, recipientEncryptedKeys SEQUENCE OF SEQUENCE { rid, encryptedKey OCTET STRING } }
pub(crate) fn read(
    info: Tlv<'_>,
    certificate: &Certificate,
    secret: &SecretKey,
    originators: &[Certificate],
) -> Result<Option<Zeroizing<[u8; 32]>>, DecryptError> {
    let mut reader = info.reader();
    reader.expect(tag::INTEGER)?;
    let mut originator = reader.expect(tag::context_constructed(0))?.reader();
    let mut ukm = reader.expect(tag::context_constructed(1))?.reader();
    let algorithm = reader.any()?;
    let keys = reader.expect(tag::SEQUENCE)?;
    reader.finish()?;
    for key in keys.reader() {
        let mut reader = key?.require(tag::SEQUENCE)?.reader();
        if !recipient::names(reader.any()?, certificate)? {
            continue;
        }
        let encrypted = reader.any()?.octet_string()?;
        reader.finish()?;
        let wrap = read_wrap(algorithm)?;
        let peer = read_originator(originator.any()?, originators)?;
        let ukm = ukm.any()?.octet_string()?;
        return match wrap {
            Wrap::Old(wrap, sbox) => {
                wrap::unwrap_old(wrap, sbox, secret, &peer, ukm, Tlv::from_der(encrypted)?)
            }
            Wrap::New(cipher) => wrap::unwrap_new(cipher, secret, &peer, ukm, encrypted),
        }
        .map(Some);
    }
    Ok(None)
}

/// Either KExp15, or an agreement whose parameter is KeyWrapAlgorithm ::= SEQUENCE { algorithm, SEQUENCE {
/// encryptionParamSet } }. The TK26 examples have the key's own identifier in place of the agreement's.
fn read_wrap(identifier: Tlv<'_>) -> Result<Wrap, DecryptError> {
    let (algorithm, parameters) = read_identifier(identifier)?;
    if let Some(cipher) = wrap::kexp15_cipher(&algorithm) {
        return Ok(Wrap::New(cipher));
    }
    if !matches!(
        algorithm,
        gost::KEY_256 | gost::KEY_512 | oid::AGREEMENT_256 | oid::AGREEMENT_512
    ) {
        return Err(DecryptError::Unsupported(algorithm));
    }
    let wrap = parameters.ok_or(Malformed::Value("key wrap"))?;
    let (wrap, boxes) = read_identifier(wrap)?;
    let old = OldWrap::from_oid(&wrap).ok_or(DecryptError::Unsupported(wrap))?;
    let mut boxes = boxes
        .ok_or(Malformed::Value("key wrap parameters"))?
        .require(tag::SEQUENCE)?
        .reader();
    let boxes = boxes.any()?.oid()?;
    let sbox = SBox::from_oid(&boxes).ok_or(DecryptError::Unsupported(boxes))?;
    Ok(Wrap::Old(old, sbox))
}

/// OriginatorIdentifierOrKey ::= CHOICE { issuerAndSerialNumber, \[0\] SubjectKeyIdentifier, \[1\] OriginatorPublicKey },
/// the last being SubjectPublicKeyInfo in all but name.
fn read_originator(originator: Tlv<'_>, known: &[Certificate]) -> Result<PublicKey, DecryptError> {
    if originator.tag == tag::context_constructed(1) {
        let spki = write::value(tag::SEQUENCE, originator.value);
        return Ok(PublicKey::from_spki_der(&spki)?);
    }
    for certificate in known {
        if recipient::names(originator, certificate)?
            && let Some(key) = gost_key(certificate)
        {
            return Ok(key.clone());
        }
    }
    Err(DecryptError::OriginatorMissing)
}
