//! CAdES-T.

use kabinet_pki::cms::SignedData;
use kabinet_pki::tlv::{Tlv, tag, write};
use kabinet_pki::{DigestAlgorithm, Status};
use kabinet_signature::{Policy, SignError, add_time_stamp, signature_values, verify};
use time::{Duration, OffsetDateTime};

use crate::authority::Authority;
use crate::{CONTENT, codes, judge, sign};

#[test]
fn a_stamp_of_something_else_is_refused() {
    let authority = Authority::new("gost512-a");
    authority.issue("tsa", "gost256-cryptopro-a", "/CN=TSA", "v3_tsa");
    authority.leaf("leaf", "gost256-cryptopro-a");
    let file = sign(&authority, "leaf", false);
    let other = authority.stamp("tsa", DigestAlgorithm::Streebog256, CONTENT);
    assert_eq!(
        add_time_stamp(&file, 0, &other),
        Err(SignError::StampOfOtherSignature)
    );
    assert_eq!(
        add_time_stamp(&file, 0, b"junk"),
        Err(SignError::StampOfOtherSignature)
    );
    assert_eq!(add_time_stamp(&file, 1, &other), Err(SignError::NoSuchSigner));
    assert_eq!(
        add_time_stamp(b"junk", 0, &other),
        Err(SignError::ExistingUnreadable)
    );
}

#[test]
fn a_trusted_stamp_outlives_the_certificate_and_its_revocation() {
    let authority = Authority::new("gost512-a");
    authority.issue("tsa", "gost256-cryptopro-a", "/CN=TSA", "v3_tsa");
    let (from, until) = (
        OffsetDateTime::now_utc() - Duration::days(2),
        OffsetDateTime::now_utc() + Duration::days(2),
    );
    authority.issue_between(
        "leaf",
        "gost256-cryptopro-a",
        "/CN=Иванов",
        "v3_leaf",
        from,
        until,
    );
    let file = sign(&authority, "leaf", true);
    let token = authority.stamp(
        "tsa",
        DigestAlgorithm::Streebog256,
        &signature_values(&file).expect("ours")[0],
    );
    let stamped = add_time_stamp(&file, 0, &token).expect("of this signature");
    authority.write("f.sig", &stamped);
    authority.openssl(&[
        "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "f.sig", "-CAfile", "ca.crt",
        "-purpose", "any", "-out", "f.out",
    ]);
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let report = judge(&stamped, None, &trust, &evidence).expect("readable");
    assert_eq!(
        (report.verdict, report.signatures[0].profile()),
        (Status::Valid, "cades-t"),
        "{:?}",
        codes(&report)
    );

    let at = OffsetDateTime::now_utc() + Duration::days(3); // the leaf has expired, the list has not
    let policy = Policy {
        trust: &trust,
        evidence: &evidence,
        at,
    };
    assert_eq!(
        codes(&verify(&file, None, &policy).expect("readable")),
        ["signature.expired-without-proof"]
    );
    assert_eq!(
        verify(&stamped, None, &policy).expect("readable").verdict,
        Status::Valid
    );

    std::thread::sleep(std::time::Duration::from_millis(1100)); // revocation dates have whole seconds
    authority.revoke("leaf.crt", "superseded");
    let evidence = authority.evidence();
    assert_eq!(
        codes(&judge(&file, None, &trust, &evidence).expect("readable")),
        ["signature.revoked-without-proof"]
    );
    assert_eq!(
        judge(&stamped, None, &trust, &evidence)
            .expect("readable")
            .verdict,
        Status::Valid
    );

    authority.revoke("tsa.crt", "superseded");
    let evidence = authority.evidence();
    let report = judge(&stamped, None, &trust, &evidence).expect("readable");
    assert_eq!(
        (report.verdict, report.signatures[0].profile()),
        (Status::Unknown, "cades-bes")
    );
}

/// The file with these values of one signature-time-stamp attribute, in this order.
fn with_stamps(file: &[u8], values: &[&[u8]]) -> Vec<u8> {
    let attribute = write::sequence(&[
        write::oid(&kabinet_pki::oid::cms::SIGNATURE_TIME_STAMP),
        write::value(tag::SET, &values.concat()),
    ]);
    let mut data = SignedData::parse(file).expect("ours");
    let signer = Tlv::from_der(data.signers[0].whole).expect("ours");
    let changed = write::sequence(&[signer.value, &write::context_constructed(1, &attribute)]);
    data.signers[0].whole = &changed;
    let certificates = data.raw_certificates.clone();
    crate::attacks::rebuilt(&data, &certificates)
}

#[test]
fn stamps_beyond_the_limit_prove_nothing() {
    let authority = Authority::new("p256");
    authority.leaf("leaf", "p256");
    authority.issue("tsa", "rsa", "/CN=TSA", "v3_tsa");
    let file = sign(&authority, "leaf", true);
    let octets = &signature_values(&file).expect("ours")[0];
    let good = authority.stamp("tsa", DigestAlgorithm::Sha256, octets);
    let (trust, evidence) = (authority.trust(), authority.evidence());
    for (junk, profile) in [(0, "cades-t"), (255, "cades-t"), (256, "cades-bes")] {
        let mut values = vec![&b"\x30\x00"[..]; junk];
        values.push(&good);
        let report = judge(&with_stamps(&file, &values), None, &trust, &evidence).expect("readable");
        assert_eq!(
            (report.verdict, report.signatures[0].profile()),
            (Status::Valid, profile),
            "{junk}: {:?}",
            codes(&report)
        );
    }
}
