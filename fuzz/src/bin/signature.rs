//! Signed files of every format, judged attached and beside their content, and stamped.
#![no_main]

use kabinet_fuzz::{CONTENT, NOW, no_evidence, trust};
use kabinet_signature::{Format, Policy, add_time_stamp, attached_content, signature_values, verify};
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
    for report in [&attached, &beside].into_iter().flatten() {
        assert!(!report.signatures.is_empty());
        let _ = report.certificates();
    }
    let Ok(report) = beside else {
        assert!(attached.is_err(), "the content beside it made it unreadable");
        return;
    };
    if report.format != Format::Cms {
        return;
    }
    assert_eq!(report.attached, attached.is_ok(), "a detached signature cannot be judged alone");
    assert_eq!(
        attached_content(input).is_ok_and(|content| content.is_some()),
        report.attached
    );
    let values = signature_values(input).expect("what was judged is readable");
    assert_eq!(values.len(), report.signatures.len());
    let _ = add_time_stamp(input, 0, input);
});
