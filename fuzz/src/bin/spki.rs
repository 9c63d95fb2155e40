//! GOST SubjectPublicKeyInfo.
#![no_main]

use kabinet_gost::PublicKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(key) = PublicKey::from_spki_der(input) else {
        return;
    };
    let der = key.to_spki_der().expect("a key that was read can be written");
    assert_eq!(PublicKey::from_spki_der(&der).as_ref(), Ok(&key));
    let point = PublicKey::from_point_octets(key.parameter_set(), key.point_octets());
    assert_eq!(point.as_ref(), Ok(&key));
});
