//! CAdES-T.

use kabinet_pki::tsp::{self, MessageImprint, TimeStampRequest};
use kabinet_pki::{DigestAlgorithm, Status};
use kabinet_signature::{Policy, SignError, add_time_stamp, signature_values, verify};
use time::{Duration, OffsetDateTime};

use crate::authority::Authority;
use crate::{CONTENT, codes, judge, sign};

fn stamp(authority: &Authority, octets: &[u8]) -> Vec<u8> {
    let digest = DigestAlgorithm::Streebog256;
    let request = TimeStampRequest {
        imprint: MessageImprint::new(digest, digest.digest(octets)),
        policy: None,
        nonce: None,
        certificate_wanted: true,
    };
    authority.write("q.tsq", &request.to_der());
    authority.openssl(&[
        "ts",
        "-reply",
        "-config",
        "openssl.cnf",
        "-section",
        "tsa",
        "-queryfile",
        "q.tsq",
        "-out",
        "r.tsr",
    ]);
    tsp::read_response(&authority.read("r.tsr")).expect("granted")
}

#[test]
fn a_stamp_of_something_else_is_refused() {
    let authority = Authority::new("gost512-a");
    authority.issue("tsa", "gost256-cryptopro-a", "/CN=TSA", "v3_tsa");
    authority.leaf("leaf", "gost256-cryptopro-a");
    let file = sign(&authority, "leaf", false);
    let other = stamp(&authority, CONTENT);
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
    let token = stamp(&authority, &signature_values(&file).expect("ours")[0]);
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
