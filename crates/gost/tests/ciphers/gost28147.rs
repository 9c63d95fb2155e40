//! GOST 28147-89: the code, the key wraps of RFC 4357 §6 and their refusals.

use kabinet_gost::cipher::CipherError;
use kabinet_gost::cipher::gost28147::{Mac, SBox, unwrap, unwrap_cryptopro, wrap, wrap_cryptopro};

use crate::common::{bytes, noise};

/// Codes by libgcl3, CryptoPro-A, cut to the standard's 4 octets (published with pygost).
#[test]
fn codes_of_libgcl_come_out_however_the_data_are_cut() {
    let key = b"This is message\xFF length\x0032 bytes";
    // The shorter of the published values have one block only, for which the standard has no code.
    for (data, code) in [(&[b'U'; 128][..], "1a06d1ba"), (&[b'x'; 13], "917ee1f1")] {
        for piece in [1, 3, 8, 13, 200] {
            let mut mac = Mac::new(SBox::CryptoProA, key, [0; 8]);
            data.chunks(piece).for_each(|piece| mac.update(piece));
            assert_eq!(mac.finalize(), bytes::<4>(code), "pieces of {piece}");
        }
    }
}

#[test]
fn a_code_of_other_data_is_refused() {
    let key = bytes("8899aabbccddeeff0011223344556677fedcba98765432100123456789abcdef");
    let code = |data: &[u8]| {
        let mut mac = Mac::new(SBox::Tc26Z, &key, [0; 8]);
        mac.update(data);
        mac
    };
    let right = code(b"message").finalize();
    assert_eq!(code(b"message").verify(&right), Ok(()));
    assert_eq!(code(b"massage").verify(&right), Err(CipherError::Authentication));
}

#[test]
fn wrapped_keys_unwrap_only_under_their_key_and_ukm() {
    let octets = noise(72);
    let kek: [u8; 32] = octets[..32].try_into().unwrap();
    let key: [u8; 32] = octets[32..64].try_into().unwrap();
    let ukm: [u8; 8] = octets[64..].try_into().unwrap();
    for sbox in SBox::ALL {
        assert_eq!(SBox::from_oid(&sbox.oid()), Some(sbox));
        let plain = wrap(sbox, &kek, ukm, &key);
        let diversified = wrap_cryptopro(sbox, &kek, ukm, &key);
        assert_ne!(plain, diversified);
        assert_eq!(*unwrap(sbox, &kek, ukm, &plain).unwrap(), key);
        assert_eq!(*unwrap_cryptopro(sbox, &kek, ukm, &diversified).unwrap(), key);
        assert_eq!(
            unwrap(sbox, &kek, [0; 8], &plain).err(),
            Some(CipherError::Authentication)
        );
        assert_eq!(
            unwrap(sbox, &key, ukm, &plain).err(),
            Some(CipherError::Authentication)
        );
        for octet in 0..36 {
            let mut changed = diversified;
            changed[octet] ^= 0x40;
            let refusal = unwrap_cryptopro(sbox, &kek, ukm, &changed).err();
            assert_eq!(refusal, Some(CipherError::Authentication), "octet {octet}");
        }
    }
}
