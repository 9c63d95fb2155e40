//! ASiC containers.
#![no_main]

use kabinet_fuzz::{NOW, no_evidence, trust};
use kabinet_signature::{Format, Policy, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (trust, evidence) = (trust(), no_evidence());
    let policy = Policy {
        trust: &trust,
        evidence: &evidence,
        at: NOW,
    };
    if let Ok(report) = verify(input, None, &policy) {
        if report.format == Format::Asic {
            assert!(report.attached && !report.signatures.is_empty());
        }
    }
});
