//! Key files of every kind in DER and PEM: recognised, described and opened; a key that comes out can be written and read.
#![no_main]

use kabinet_fuzz::{is_cheap, passphrase};
use kabinet_token::{KeyFile, PrivateKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(file) = KeyFile::read(input) else {
        return;
    };
    let _ = file.protections();
    let _ = file.public_key();
    if let Some(request) = file.request() {
        let _ = request.verify();
    }
    // Base64 hides how much work the file asks for.
    if file.is_pem() && file.is_encrypted() || !is_cheap(input) {
        return;
    }
    let Ok(contents) = file.open(Some(&passphrase())) else {
        return;
    };
    let _ = contents.identities();
    for key in &contents.keys {
        let der = key.to_pkcs8_der().expect("a key that was read can be written");
        let again = PrivateKey::from_pkcs8_der(&der).expect("what was written is readable");
        assert_eq!(again.algorithm(), key.algorithm());
    }
});
