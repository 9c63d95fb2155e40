//! HMAC, PBKDF2 and HKDF over the types.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac, SimpleHmac};
use kabinet_gost::{Streebog256, Streebog512};

use crate::hasher::noise;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const MESSAGE: &str = "0126bdb87800af214341456563780100";

fn tag<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// RFC 7836 appendix B, R 50.1.113-2016 appendix A.
#[test]
fn published_hmac() {
    let (key, message) = (hex::decode(KEY).expect("hex"), hex::decode(MESSAGE).expect("hex"));
    let tag_256 = "a1aa5f7de402d7b3d323f2991c8d4534013137010a83754fd0af6d7cd4922ed9";
    let tag_512 = "a59bab22ecae19c65fbde6e5f4e9f5d8549d31f037f9df9b905500e171923a77\
                   3d5f1530f2ed7e964cb2eedc29e9ad2f3afe93b2814f79f5000ffc0366c251e6";
    assert_eq!(hex::encode(tag::<Hmac<Streebog256>>(&key, &message)), tag_256);
    assert_eq!(
        hex::encode(tag::<SimpleHmac<Streebog256>>(&key, &message)),
        tag_256
    );
    assert_eq!(hex::encode(tag::<Hmac<Streebog512>>(&key, &message)), tag_512);
    assert_eq!(
        hex::encode(tag::<SimpleHmac<Streebog512>>(&key, &message)),
        tag_512
    );
}

/// R 50.1.111-2016 appendix, without the example of 16 million iterations.
#[test]
fn published_pbkdf2() {
    let derive = |password: &[u8], salt: &[u8], iterations: u32, len: usize| {
        let mut key = vec![0; len];
        pbkdf2::pbkdf2_hmac::<Streebog512>(password, salt, iterations, &mut key);
        hex::encode(key)
    };
    assert_eq!(
        derive(b"password", b"salt", 1, 64),
        "64770af7f748c3b1c9ac831dbcfd85c26111b30a8a657ddc3056b80ca73e040d\
         2854fd36811f6d825cc4ab66ec0a68a490a9e5cf5156b3a2b7eecddbf9a16b47"
    );
    assert_eq!(
        derive(b"password", b"salt", 2, 64),
        "5a585bafdfbb6e8830d6d68aa3b43ac00d2e4aebce01c9b31c2caed56f0236d4\
         d34b2b8fbd2c4e89d54d46f50e47d45bbac301571743119e8d3c42ba66d348de"
    );
    assert_eq!(
        derive(b"password", b"salt", 4096, 64),
        "e52deb9a2d2aaff4e2ac9d47a41f34c20376591c67807f0477e32549dc341bc7\
         867c09841b6d58e29d0347c996301d55df0d34e47cf68f4e3c2cdaf1d9ab86c3"
    );
    assert_eq!(
        derive(
            b"passwordPASSWORDpassword",
            b"saltSALTsaltSALTsaltSALTsaltSALTsalt",
            4096,
            100
        ),
        "b2d8f1245fc4d29274802057e4b54e0a0753aa22fc53760b301cf008679e58fe\
         4bee9addcae99ba2b0b20f431a9c5e50f395c89387d0945aedeca6eb4015dfc2\
         bd2421ee9bb71183ba882ceebfef259f33f9e27dc6178cb89dc37428cf9cc52a2baa2d3a"
    );
    assert_eq!(
        derive(b"pass\0word", b"sa\0lt", 4096, 64),
        "50df062885b69801a3c10248eb0a27ab6e522ffeb20c991c660f001475d73a4e\
         167f782c18e97e92976d9c1d970831ea78ccb879f67068cdac1910740844e830"
    );
}

/// No published values exist for HKDF with Streebog: the reference is the same construction over the `streebog` crate.
#[test]
fn hkdf_as_over_the_reference() {
    let (secret, salt) = (noise(3, 100), noise(4, 70));
    let (mut ours, mut theirs) = ([0; 300], [0; 300]);
    Hkdf::<Streebog256>::new(Some(&salt), &secret)
        .expand(b"info", &mut ours)
        .expect("short enough");
    Hkdf::<streebog::Streebog256>::new(Some(&salt), &secret)
        .expand(b"info", &mut theirs)
        .expect("short enough");
    assert_eq!(ours, theirs);
}
