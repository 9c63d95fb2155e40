//! Wrong keys, damage and nonsense get an error of their kind and never content.

use kabinet_envelope::{ContentEncryption, DecryptError, EncryptError, KeyManagement, decrypt, encrypt};
use kabinet_gost::ParameterSet;
use kabinet_pki::Oid;
use kabinet_pki::tlv::{Tlv, write};

use crate::common::{Holder, noise};

const BOTH: [KeyManagement; 2] = [KeyManagement::Transport, KeyManagement::Agreement];

#[test]
fn what_is_encrypted_comes_back_to_every_recipient() {
    let holders = [
        ParameterSet::Tc26_256A,
        ParameterSet::CryptoProB,
        ParameterSet::Tc26_512C,
    ]
    .map(Holder::new);
    let content = noise(3000);
    for kind in ContentEncryption::ALL {
        for keys in BOTH {
            for length in [0, 1, 100, 3000] {
                let content = &content[..length];
                let certificates = holders.each_ref().map(|holder| &holder.certificate);
                let envelope = encrypt(content, &certificates, kind, keys).unwrap();
                assert!(Tlv::from_der(&envelope).is_ok());
                for holder in &holders {
                    // They share a name and a number: another's key info is tried and does not unwrap.
                    let opened = decrypt(&envelope, &holder.certificate, &holder.secret).unwrap();
                    assert_eq!(*opened, content);
                }
            }
        }
    }
}

#[test]
fn nobody_and_no_certificate_get_no_envelope() {
    let kind = ContentEncryption::Gost28147;
    let nobody: [&[u8]; 0] = [];
    let refusal = encrypt(b"", &nobody, kind, KeyManagement::Transport).unwrap_err();
    assert_eq!(refusal, EncryptError::NoRecipients);
    let refusal = encrypt(b"", &[b"0"], kind, KeyManagement::Transport).unwrap_err();
    assert!(matches!(refusal, EncryptError::Certificate(_)));
}

#[test]
fn other_keys_are_refused() {
    let holder = Holder::new(ParameterSet::Tc26_256B);
    let stranger = Holder::new(ParameterSet::Tc26_256B);
    for kind in ContentEncryption::ALL {
        for keys in BOTH {
            let envelope = encrypt(b"content", &[&holder.certificate], kind, keys).unwrap();
            let refusal = decrypt(&envelope, &holder.certificate, &stranger.secret).unwrap_err();
            assert_eq!(refusal, DecryptError::KeyMismatch);
            // The stranger's certificate has the same name and number, not the key.
            let refusal = decrypt(&envelope, &stranger.certificate, &stranger.secret).unwrap_err();
            assert_eq!(refusal, DecryptError::ContentKey);
        }
    }
}

#[test]
fn truncation_anywhere_is_refused() {
    let holder = Holder::new(ParameterSet::CryptoProA);
    for kind in [
        ContentEncryption::Gost28147,
        ContentEncryption::KuznyechikCtrAcpkmOmac,
    ] {
        for keys in BOTH {
            let envelope = encrypt(b"content", &[&holder.certificate], kind, keys).unwrap();
            for length in 0..envelope.len() {
                let refusal = decrypt(&envelope[..length], &holder.certificate, &holder.secret).unwrap_err();
                assert!(
                    matches!(refusal, DecryptError::Malformed(_)),
                    "{length}: {refusal}"
                );
            }
        }
    }
}

/// Every octet is changed in turn. With a code, content comes out only when the change touched what does not matter.
#[test]
fn changed_octets_never_change_authenticated_content() {
    let holder = Holder::new(ParameterSet::CryptoProA);
    for kind in ContentEncryption::ALL {
        for keys in BOTH {
            let envelope = encrypt(b"content", &[&holder.certificate], kind, keys).unwrap();
            let mut refusals = Vec::new();
            for octet in 0..envelope.len() {
                let mut changed = envelope.clone();
                changed[octet] ^= 1;
                match decrypt(&changed, &holder.certificate, &holder.secret) {
                    Ok(content) if kind.is_authenticated() => assert_eq!(*content, b"content", "{octet}"),
                    Ok(_) => {}
                    Err(refusal) => refusals.push(refusal),
                }
            }
            let expected: [fn(&DecryptError) -> bool; 6] = [
                |refusal| matches!(refusal, DecryptError::Malformed(_)),
                |refusal| matches!(refusal, DecryptError::ContentType(_)),
                |refusal| matches!(refusal, DecryptError::Unsupported(_)),
                |refusal| matches!(refusal, DecryptError::NotRecipient),
                |refusal| matches!(refusal, DecryptError::OriginatorKey(_)),
                |refusal| matches!(refusal, DecryptError::ContentKey),
            ];
            assert!(
                expected.iter().all(|one| refusals.iter().any(one)),
                "{refusals:?}"
            );
            let noticed = refusals.contains(&DecryptError::Authentication);
            assert_eq!(noticed, kind.is_authenticated());
        }
    }
}

#[test]
fn a_missing_code_is_refused() {
    let holder = Holder::new(ParameterSet::CryptoProA);
    let kind = ContentEncryption::KuznyechikCtrAcpkmOmac;
    let envelope = encrypt(b"content", &[&holder.certificate], kind, KeyManagement::Transport).unwrap();
    let bare = rebuilt(&envelope, |fields| {
        fields.pop();
    });
    let refusal = decrypt(&bare, &holder.certificate, &holder.secret).unwrap_err();
    assert_eq!(refusal, DecryptError::Authentication);
}

#[test]
fn content_kept_apart_and_other_cms_are_told_apart() {
    let holder = Holder::new(ParameterSet::CryptoProA);
    let kind = ContentEncryption::Gost28147;
    let envelope = encrypt(b"content", &[&holder.certificate], kind, KeyManagement::Transport).unwrap();
    let empty = rebuilt(&envelope, |fields| {
        let info = Tlv::from_der(fields.last().unwrap()).unwrap();
        let parts: Vec<_> = info.reader().take(2).map(|part| part.unwrap().whole).collect();
        *fields.last_mut().unwrap() = write::sequence(&parts);
    });
    let refusal = decrypt(&empty, &holder.certificate, &holder.secret).unwrap_err();
    assert_eq!(refusal, DecryptError::Empty);

    let signed = Oid::new_unwrap("1.2.840.113549.1.7.2");
    let content = write::context_constructed(0, &write::sequence(&[write::null()]));
    let other = write::sequence(&[write::oid(&signed), content]);
    let refusal = decrypt(&other, &holder.certificate, &holder.secret).unwrap_err();
    assert_eq!(refusal, DecryptError::ContentType(signed));
}

/// The envelope with the fields of its EnvelopedData changed.
fn rebuilt(envelope: &[u8], change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let mut info = Tlv::from_der(envelope).unwrap().reader();
    let content_type = info.any().unwrap().whole;
    let data = info.any().unwrap().reader().any().unwrap();
    let mut fields: Vec<_> = data.reader().map(|field| field.unwrap().whole.to_vec()).collect();
    change(&mut fields);
    let explicit = write::context_constructed(0, &write::sequence(&fields));
    write::sequence(&[content_type, &explicit])
}
