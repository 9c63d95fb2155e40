//! CMS EnvelopedData as it arrives for the holder of a key.
#![no_main]

use kabinet_envelope::{content_encryption, decrypt};
use kabinet_gost::SecretKey;
use libfuzzer_sys::fuzz_target;

const RECIPIENTS: [(&[u8], &[u8]); 2] = [
    (
        include_bytes!("../../data/recipient256.crt"),
        include_bytes!("../../data/recipient256.key"),
    ),
    (
        include_bytes!("../../data/recipient512.crt"),
        include_bytes!("../../data/recipient512.key"),
    ),
];

fuzz_target!(|input: &[u8]| {
    let _ = content_encryption(input);
    for (certificate, key) in RECIPIENTS {
        let key = SecretKey::from_pkcs8_der(key).expect("a key");
        let _ = decrypt(input, certificate, &key);
    }
});
