//! Chains: the first certificate of a PEM text is judged under the last, by the others and the lists in it.
#![no_main]

use kabinet_fuzz::NOW;
use kabinet_pki::{
    Certificate, Crl, Evidence, Oid, Purpose, Requirements, Trust, qualification, validate_with,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let certificates = Certificate::read_all(input).unwrap_or_default();
    let ([leaf, between @ ..], Some(anchor)) = (&certificates[..], certificates.last()) else {
        return;
    };
    let trust = Trust {
        anchors: vec![anchor.clone()],
        intermediates: Vec::new(),
    };
    let evidence = Evidence {
        crls: Crl::read_all(input).unwrap_or_default(),
        certificates: between.to_vec(),
        ..Evidence::default()
    };
    for (accept_weak, policies) in [
        (true, vec![]),
        (false, vec![Oid::new_unwrap("2.16.840.1.101.3.2.1.48.1")]),
    ] {
        let requirements = Requirements {
            explicit_policy: !policies.is_empty(),
            policies,
            accept_weak,
            ..Requirements::new(Purpose::Any)
        };
        let verdict = validate_with(leaf, &trust, &evidence, NOW, &requirements);
        assert_eq!(verdict.is_valid(), verdict.problems.is_empty());
        assert!(!verdict.is_valid() || verdict.chain.last() == Some(anchor));
        let _ = verdict.to_fetch();
    }
    let _ = qualification(leaf, Some(anchor), None, NOW);
});
