//! The examples of the standards open, and envelopes of other software that tests do not run.

use kabinet_envelope::{ContentEncryption, DecryptError, content_encryption, decrypt, decrypt_from};
use kabinet_gost::{ParameterSet, SecretKey};
use kabinet_pki::tlv::{Tlv, tag};

use crate::common::{Holder, pem};

/// «Контрольный пример для структуры EnvelopedData.» in windows-1251.
const TEXT: &[u8] = b"\xca\xee\xed\xf2\xf0\xee\xeb\xfc\xed\xfb\xe9 \xef\xf0\xe8\xec\xe5\xf0 \xe4\xeb\xff \
    \xf1\xf2\xf0\xf3\xea\xf2\xf3\xf0\xfb EnvelopedData.";

/// R 1323565.1.025-2019 A.2.1 to A.2.4.
#[test]
fn envelopes_of_the_new_ciphers_open() {
    let recipients = [
        (
            pem(include_str!("../data/r025_recipient256.crt")),
            pem(include_str!("../data/r025_recipient256.key")),
        ),
        (
            pem(include_str!("../data/r025_recipient512.crt")),
            pem(include_str!("../data/r025_recipient512.key")),
        ),
    ];
    let senders = [
        pem(include_str!("../data/r025_sender512.crt")),
        pem(include_str!("../data/r025_sender256.crt")),
    ];
    let examples = [
        (
            include_str!("../data/r025_a211_agreement_kuznyechik_omac.pem"),
            1,
            ContentEncryption::KuznyechikCtrAcpkmOmac,
        ),
        (
            include_str!("../data/r025_a221_agreement_magma.pem"),
            0,
            ContentEncryption::MagmaCtrAcpkm,
        ),
        (
            include_str!("../data/r025_a231_transport_kuznyechik.pem"),
            0,
            ContentEncryption::KuznyechikCtrAcpkm,
        ),
        (
            include_str!("../data/r025_a241_transport_magma_omac.pem"),
            1,
            ContentEncryption::MagmaCtrAcpkmOmac,
        ),
    ];
    for (envelope, recipient, kind) in examples {
        let envelope = pem(envelope);
        assert_eq!(content_encryption(&envelope), Ok(kind));
        let (certificate, key) = &recipients[recipient];
        let secret = SecretKey::from_pkcs8_der(key).unwrap();
        let content = decrypt_from(&envelope, certificate, &secret, &senders).unwrap();
        assert_eq!(*content, TEXT, "{kind:?}");

        let (certificate, key) = &recipients[1 - recipient];
        let secret = SecretKey::from_pkcs8_der(key).unwrap();
        let refusal = decrypt_from(&envelope, certificate, &secret, &senders).unwrap_err();
        assert_eq!(refusal, DecryptError::NotRecipient);
    }

    // This sender used the key of a certificate.
    let envelope = pem(include_str!("../data/r025_a221_agreement_magma.pem"));
    let (certificate, key) = &recipients[0];
    let secret = SecretKey::from_pkcs8_der(key).unwrap();
    let refusal = decrypt(&envelope, certificate, &secret).unwrap_err();
    assert_eq!(refusal, DecryptError::OriginatorMissing);
}

/// The TK26 specification of 2014, with GOST 28147-89. The keys are printed there big-endian.
#[test]
fn envelopes_of_the_old_cipher_open() {
    let mut key_256 = *b"\xBF\xCF\x1D\x62\x3E\x5C\xDD\x30\x32\xA7\xC6\xEA\xBB\x4A\x92\x3C\
        \x46\xE4\x3D\x64\x0F\xFE\xAA\xF2\xC3\xED\x39\xA8\xFA\x39\x99\x24";
    key_256.reverse();
    let mut key_512 = *b"\x3F\xC0\x1C\xDC\xD4\xEC\x5F\x97\x2E\xB4\x82\x77\x4C\x41\xE6\x6D\
        \xB7\xF3\x80\x52\x8D\xFE\x9E\x67\x99\x2B\xA0\x5A\xEE\x46\x24\x35\
        \x75\x75\x30\xE6\x41\x07\x7C\xE5\x87\xB9\x76\xC8\xEE\xB4\x8C\x48\
        \xFD\x33\xFD\x17\x5F\x0C\x7D\xE6\xA4\x4E\x01\x4E\x6B\xCB\x07\x4B";
    key_512.reverse();
    let long = b"Test data to encrypt.\n".repeat(100);
    let examples: [(&str, ParameterSet, &[u8], &[u8]); 4] = [
        (
            include_str!("../data/tk26_transport_256.pem"),
            ParameterSet::CryptoProXchA,
            &key_256,
            &long,
        ),
        (
            include_str!("../data/tk26_transport_512.pem"),
            ParameterSet::Tc26_512B,
            &key_512,
            b"Test message",
        ),
        (
            include_str!("../data/tk26_agreement_256.pem"),
            ParameterSet::CryptoProXchA,
            &key_256,
            b"Test message",
        ),
        (
            include_str!("../data/tk26_agreement_512.pem"),
            ParameterSet::Tc26_512B,
            &key_512,
            b"Test message",
        ),
    ];
    for (envelope, set, key, text) in examples {
        let envelope = pem(envelope);
        let (issuer, serial) = issuer_and_serial(&envelope);
        let secret = SecretKey::from_octets(set, key).unwrap();
        let holder = Holder::with_name(secret, issuer, serial);
        let content = decrypt(&envelope, &holder.certificate, &holder.secret).unwrap();
        assert_eq!(*content, text);
    }
}

/// Key agreement with the old cipher, which the gost engine has not.
#[test]
fn envelopes_of_bouncy_castle_open() {
    for (envelope, certificate, key) in [
        (
            include_str!("../data/bouncy_castle_256.pem"),
            include_str!("../data/bouncy_castle_256.crt"),
            include_str!("../data/bouncy_castle_256.key"),
        ),
        (
            include_str!("../data/bouncy_castle_512.pem"),
            include_str!("../data/bouncy_castle_512.crt"),
            include_str!("../data/bouncy_castle_512.key"),
        ),
    ] {
        let secret = SecretKey::from_pkcs8_der(&pem(key)).unwrap();
        let content = decrypt(&pem(envelope), &pem(certificate), &secret).unwrap();
        assert_eq!(*content, b"Test from BC");
    }
}

/// Of the one recipient, as no certificate is published.
fn issuer_and_serial(envelope: &[u8]) -> (&[u8], &[u8]) {
    let mut explicit = Tlv::from_der(envelope).unwrap().reader();
    explicit.any().unwrap();
    let mut data = explicit.any().unwrap().reader().any().unwrap().reader();
    data.any().unwrap();
    let recipient = data.any().unwrap().reader().any().unwrap();
    let mut fields = recipient.reader();
    let identifier = if recipient.tag == tag::SEQUENCE {
        fields.nth(1).unwrap().unwrap()
    } else {
        let keys = fields.nth(4).unwrap().unwrap();
        keys.reader().any().unwrap().reader().any().unwrap()
    };
    let mut fields = identifier.reader();
    let issuer = fields.any().unwrap().whole;
    (issuer, fields.any().unwrap().integer_octets().unwrap())
}
