//! XML documents with signatures, judged, and again with values added.
#![no_main]

use kabinet_fuzz::{CONTENT, NOW, no_evidence, trust};
use kabinet_pki::Evidence;
use kabinet_signature::Policy;
use kabinet_signature::xml::{add_values, judge, stamped_octets};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (trust, evidence) = (trust(), no_evidence());
    let policy = Policy {
        trust: &trust,
        evidence: &evidence,
        at: NOW,
    };
    let Ok(reports) = judge(input, &|_| Some(CONTENT.to_vec()), &policy) else {
        return;
    };
    let values = Evidence {
        certificates: trust.anchors.clone(),
        ..Evidence::default()
    };
    for (number, report) in reports.iter().enumerate() {
        let Ok(octets) = stamped_octets(input, number) else {
            continue;
        };
        let Ok(raised) = add_values(input, number, &values) else {
            continue;
        };
        // What is added is not signed: nothing else may change.
        let again = judge(&raised, &|_| Some(CONTENT.to_vec()), &policy).expect("still readable");
        assert_eq!(stamped_octets(&raised, number).as_ref(), Ok(&octets));
        assert_eq!(again.len(), reports.len());
        assert_eq!(again[number].signature_ok, report.signature_ok);
    }
});
