//! PDF documents: read, judged, and signed again where they can be.
#![no_main]

use kabinet_fuzz::{NOW, no_evidence, trust};
use kabinet_signature::pdf::{add_evidence, prepare_time_stamp, signatures};
use kabinet_signature::{Policy, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(found) = signatures(input) else {
        return;
    };
    let (trust, evidence) = (trust(), no_evidence());
    let policy = Policy {
        trust: &trust,
        evidence: &evidence,
        at: NOW,
    };
    if let Ok(report) = verify(input, None, &policy) {
        assert_eq!(report.signatures.len(), found.len());
    }
    // What is written behind a document leaves it as it was and can be read again.
    if let Ok(stamped) = prepare_time_stamp(input, 16)
        && let Ok(file) = stamped.embed(&[])
    {
        assert!(file.starts_with(input));
        let again = signatures(&file).expect("written here");
        assert!(again.len() > found.len());
    }
    if let Ok(file) = add_evidence(input, &evidence, NOW) {
        assert!(file.starts_with(input));
        assert!(signatures(&file).is_ok());
    }
});
