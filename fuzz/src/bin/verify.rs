//! Verification of a GOST signature where everything comes from outside: octet 0 chooses the parameter set, then follow
//! the point X ‖ Y, the signature s ‖ r and the digest.
#![no_main]

use kabinet_gost::{ParameterSet, PublicKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&number, rest)) = input.split_first() else {
        return;
    };
    let set = ParameterSet::ALL[usize::from(number) % ParameterSet::ALL.len()];
    let octets = set.size().signature_octets();
    let (point, rest) = rest.split_at(octets.min(rest.len()));
    let (signature, digest) = rest.split_at(octets.min(rest.len()));
    let Ok(key) = PublicKey::from_point_octets(set, point) else {
        return;
    };
    if key.verify_digest(digest, signature).is_ok() {
        // 2 away from e, and so another residue; 0 and 1 are taken for the same.
        let mut other = digest.to_vec();
        other[0] ^= 2;
        assert!(
            key.verify_digest(&other, signature).is_err(),
            "it fits two digests"
        );
    }
});
