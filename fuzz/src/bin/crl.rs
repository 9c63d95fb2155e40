//! Revocation lists.
#![no_main]

use kabinet_fuzz::trust;
use kabinet_pki::Crl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = Crl::read_all(input);
    let Ok(list) = Crl::from_pem_or_der(input) else {
        return;
    };
    assert!(Crl::from_der(list.der()).is_ok());
    let _ = (list.entry_count(), list.number(), list.next_update());
    for authority in trust().anchors {
        let _ = (list.find(&authority), list.is_signed_by(&authority));
    }
});
