//! The wrappings of a signature file: whatever is read bare reads the same in each of them.
#![no_main]

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use kabinet_signature::signature_values;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(bare) = signature_values(input) else {
        return;
    };
    if input.first() != Some(&0x30) {
        return; // it was wrapped already
    }
    let text = Base64::encode_string(input);
    let pem = format!("-----BEGIN CMS-----\r\n{text}\r\n-----END CMS-----\r\n");
    for wrapped in [&text, &Base64UrlUnpadded::encode_string(input), &pem] {
        assert_eq!(signature_values(wrapped.as_bytes()).ok().as_ref(), Some(&bare));
    }
});
