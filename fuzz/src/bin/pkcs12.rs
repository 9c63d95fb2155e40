//! PKCS#12 files as they arrive.
#![no_main]

use kabinet_fuzz::{PASSPHRASE, is_cheap};
use kabinet_token::{Passphrase, Pfx};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if is_cheap(input) {
        let _ = Pfx::open(input, &Passphrase::from_bytes(PASSPHRASE.as_bytes().to_vec()));
    }
});
