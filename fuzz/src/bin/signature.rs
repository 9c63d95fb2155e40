//! Signature files, judged attached and beside their content, and stamped.
#![no_main]

use kabinet_fuzz::{CONTENT, NOW, no_evidence, trust};
use kabinet_signature::{Policy, add_time_stamp, attached_content, certificates, signature_values, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (trust, evidence) = (trust(), no_evidence());
    let policy = Policy {
        trust: &trust,
        evidence: &evidence,
        at: NOW,
    };
    let attached = verify(input, None, &policy);
    let beside = verify(input, Some(&mut &CONTENT[..]), &policy);
    if let Ok(report) = &attached {
        assert!(report.attached, "a detached signature cannot be judged alone");
    }
    let Ok(report) = beside else {
        assert!(attached.is_err(), "the content beside it made it unreadable");
        return;
    };
    assert!(!report.signers.is_empty());
    assert_eq!(report.attached, attached.is_ok());
    assert_eq!(
        attached_content(input).is_ok_and(|content| content.is_some()),
        report.attached
    );
    let _ = certificates(input);
    let values = signature_values(input).expect("what was judged is readable");
    assert_eq!(values.len(), report.signers.len());
    let _ = add_time_stamp(input, 0, input);
});
