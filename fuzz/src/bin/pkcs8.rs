//! GOST PrivateKeyInfo.
#![no_main]

use kabinet_gost::SecretKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(key) = SecretKey::from_pkcs8_der(input) else {
        return;
    };
    let der = key.to_pkcs8_der().expect("a key that was read can be written");
    let again = SecretKey::from_pkcs8_der(&der).expect("what was written is readable");
    assert!(again.to_octets() == key.to_octets(), "another secret came back");
    assert_eq!(again.public_key(), key.public_key());
});
