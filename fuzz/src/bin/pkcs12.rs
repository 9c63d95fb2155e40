//! PKCS#12 files as they arrive.
#![no_main]

use kabinet_fuzz::{is_cheap, passphrase};
use kabinet_token::KeyFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if !is_cheap(input) {
        return;
    }
    if let Ok(file) = KeyFile::read(input) {
        let _ = file.open(Some(&passphrase()));
    }
});
