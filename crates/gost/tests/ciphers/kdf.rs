//! Examples of RFC 7836 appendix B, R 50.1.111-2016 and R 50.1.112-2016.

use kabinet_gost::kdf::{self, KdfError};

use crate::common::{bytes, octets};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const LABEL: &str = "26bdb878";
const SEED: &str = "af21434145656378";

#[test]
fn one_key_comes_out() {
    let derived = kdf::kdf_256(&bytes(KEY), &octets(LABEL), &octets(SEED));
    assert_eq!(
        *derived,
        bytes("a1aa5f7de402d7b3d323f2991c8d4534013137010a83754fd0af6d7cd4922ed9")
    );
}

#[test]
fn a_tree_of_keys_comes_out() {
    let mut derived = [0; 64];
    kdf::kdf_tree_256(&bytes(KEY), &octets(LABEL), &octets(SEED), 1, &mut derived).unwrap();
    assert_eq!(
        derived,
        bytes(concat!(
            "22b6837845c6bef65ea71672b265831086d3c76aebe6dae91cad51d83f79d16b",
            "074c9330599d7f8d712fca54392f4ddde93751206b3584c8f43f9e6dc51531f9"
        ))
    );
}

#[test]
fn outputs_the_counter_cannot_number_are_refused() {
    let derive = |counter, length| kdf::kdf_tree_256(&bytes(KEY), b"", b"", counter, &mut vec![0; length]);
    assert_eq!(derive(0, 32), Err(KdfError::CounterOctets(0)));
    assert_eq!(derive(5, 32), Err(KdfError::CounterOctets(5)));
    assert_eq!(derive(1, 0), Err(KdfError::OutputOctets(0)));
    assert_eq!(derive(1, 255 * 32), Ok(()));
    assert_eq!(derive(1, 255 * 32 + 1), Err(KdfError::OutputOctets(255 * 32 + 1)));
    assert_eq!(derive(2, 256 * 32), Ok(()));
}

#[test]
fn passphrases_give_the_keys_of_the_standard() {
    let examples: [(&[u8], &[u8], u32, &str); 5] = [
        (
            b"password",
            b"salt",
            1,
            "64770af7f748c3b1c9ac831dbcfd85c26111b30a8a657ddc3056b80ca73e040d2854fd36811f6d825cc4ab66ec0a68a490a9e5cf5156b3a2b7eecddbf9a16b47",
        ),
        (
            b"password",
            b"salt",
            2,
            "5a585bafdfbb6e8830d6d68aa3b43ac00d2e4aebce01c9b31c2caed56f0236d4d34b2b8fbd2c4e89d54d46f50e47d45bbac301571743119e8d3c42ba66d348de",
        ),
        (
            b"password",
            b"salt",
            4096,
            "e52deb9a2d2aaff4e2ac9d47a41f34c20376591c67807f0477e32549dc341bc7867c09841b6d58e29d0347c996301d55df0d34e47cf68f4e3c2cdaf1d9ab86c3",
        ),
        (
            b"passwordPASSWORDpassword",
            b"saltSALTsaltSALTsaltSALTsaltSALTsalt",
            4096,
            "b2d8f1245fc4d29274802057e4b54e0a0753aa22fc53760b301cf008679e58fe4bee9addcae99ba2b0b20f431a9c5e50f395c89387d0945aedeca6eb4015dfc2bd2421ee9bb71183ba882ceebfef259f33f9e27dc6178cb89dc37428cf9cc52a2baa2d3a",
        ),
        (
            b"pass\0word",
            b"sa\0lt",
            4096,
            "50df062885b69801a3c10248eb0a27ab6e522ffeb20c991c660f001475d73a4e167f782c18e97e92976d9c1d970831ea78ccb879f67068cdac1910740844e830",
        ),
    ];
    for (passphrase, salt, iterations, expected) in examples {
        let mut derived = vec![0; expected.len() / 2];
        kdf::pbkdf2_streebog512(passphrase, salt, iterations, &mut derived).unwrap();
        assert_eq!(derived, octets(expected));
    }
    assert_eq!(
        kdf::pbkdf2_streebog512(b"", b"", 0, &mut [0; 32]),
        Err(KdfError::Iterations)
    );
}

/// The MAC of the example file of R 50.1.112-2016.
#[test]
fn the_mac_key_of_a_key_file_comes_out() {
    let salt = octets("a9cf2090048fabcdf21278abcf57544e7dc5e2614f779b0725d71415d86e7f7e");
    let key = kdf::pkcs12_mac_key("Пароль для PFX".as_bytes(), &salt, 2000).unwrap();
    assert_eq!(
        *key,
        bytes("cadbfbf3bceaa9b79f651508fac5abbeb4a13d0bd0e1876bd3c3efb2112128a5")
    );
}
