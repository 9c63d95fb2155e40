//! Changed files and substituted parts.

use kabinet_pki::cms::SignedData;
use kabinet_pki::tlv::write;
use kabinet_pki::{Certificate, Evidence, Status, Trust};
use time::{Duration, OffsetDateTime};

use crate::authority::Authority;
use crate::{CONTENT, codes, judge, prepare, raw, sign};

/// Position of `part`, a slice of `whole`.
fn position(whole: &[u8], part: &[u8]) -> usize {
    whole
        .windows(part.len())
        .position(|window| window == part)
        .expect("a part of it")
}

#[test]
fn one_changed_bit_of_anything_signed_is_refused() {
    for key in ["gost256-tc26-a", "gost512-c", "rsa", "p256"] {
        let authority = Authority::new(key);
        let leaf = authority.leaf("leaf", key);
        let (trust, evidence) = (authority.trust(), authority.evidence());
        let to_be_signed = prepare(&leaf, &[], true);
        let raw = raw(&authority, "leaf", &to_be_signed);
        let file = to_be_signed.complete(&raw).expect("complete");
        assert_eq!(
            judge(&file, None, &trust, &evidence).expect("readable").verdict,
            Status::Valid
        );

        let signature = SignedData::parse(&file).expect("ours").signers[0]
            .signature
            .clone();
        let octets = to_be_signed.octets();
        for (what, part, step) in [
            ("content", CONTENT, 1),
            ("attributes", &octets[1..], 5),
            ("signature", &signature, 5),
            ("certificate", leaf.der(), 11),
        ] {
            let start = position(&file, part) * 8;
            for bit in (start..start + part.len() * 8).step_by(step) {
                let mut changed = file.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let verdict =
                    judge(&changed, None, &trust, &evidence).map_or(Status::Invalid, |report| report.verdict);
                assert_ne!(verdict, Status::Valid, "{key}: bit {} of the {what}", bit - start);
                if what == "content" {
                    assert_eq!(verdict, Status::Invalid);
                }
            }
        }
    }
}

#[test]
fn one_changed_bit_of_detached_content_is_refused() {
    let authority = Authority::new("gost256-cryptopro-a");
    authority.leaf("leaf", "gost256-cryptopro-a");
    let file = sign(&authority, "leaf", false);
    let (trust, evidence) = (authority.trust(), authority.evidence());
    for bit in 0..CONTENT.len() * 8 {
        let mut changed = CONTENT.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        let report = judge(&file, Some(&changed), &trust, &evidence).expect("readable");
        assert_eq!(
            (report.verdict, codes(&report)),
            (Status::Invalid, vec!["signature.content-differs"])
        );
        assert!(!report.signatures[0].digest_ok);
        assert!(
            report.signatures[0].signature_ok,
            "the attributes themselves are intact"
        );
    }
}

/// A SignedData with these certificates instead of its own.
pub fn rebuilt(data: &SignedData<'_>, certificates: &[&[u8]]) -> Vec<u8> {
    let version = write::integer(&[if data.content.is_some() { 3 } else { 1 }]);
    let algorithms = write::set_of(data.digest_algorithms.iter().map(|one| one.to_vec()).collect());
    let mut encapsulated = vec![write::oid(&data.content_type)];
    encapsulated.extend(
        data.content_octets()
            .map(|content| write::context_constructed(0, &write::octet_string(&content))),
    );
    let mut parts = vec![version, algorithms, write::sequence(&encapsulated)];
    if !certificates.is_empty() {
        parts.push(write::context_constructed(0, &certificates.concat()));
    }
    parts.push(write::set_of(
        data.signers.iter().map(|one| one.whole.to_vec()).collect(),
    ));
    let oid = write::oid(&kabinet_pki::oid::cms::SIGNED_DATA);
    write::sequence(&[oid, write::context_constructed(0, &write::sequence(&parts))])
}

/// The file with another certificate in place of the signer's.
fn with_certificate(file: &[u8], from: &Certificate, to: &Certificate) -> Vec<u8> {
    let data = SignedData::parse(file).expect("ours");
    assert_eq!(data.certificates, std::slice::from_ref(from));
    rebuilt(&data, &[to.der()])
}

#[test]
fn zeros_after_a_signature_are_padding_and_anything_else_another_message() {
    let authority = Authority::new("p256");
    authority.leaf("leaf", "p256");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    for attached in [true, false] {
        let file = sign(&authority, "leaf", attached);
        let content = (!attached).then_some(CONTENT);
        let padded = [&file[..], &[0; 4000]].concat();
        let report = judge(&padded, content, &trust, &evidence).expect("readable");
        assert_eq!(report.verdict, Status::Valid, "{:?}", codes(&report));
        for tail in [&b"x"[..], &[0, 0, 1], &file] {
            let more = [&file[..], tail].concat();
            let error = judge(&more, content, &trust, &evidence).expect_err("another message");
            assert_eq!(error.code(), "signature.unreadable");
        }
    }
}

#[test]
fn the_content_is_judged_even_without_a_certificate() {
    let authority = Authority::new("p256");
    authority.leaf("leaf", "p256");
    let file = sign(&authority, "leaf", false);
    let bare = rebuilt(&SignedData::parse(&file).expect("ours"), &[]);
    let nothing = (Trust::default(), Evidence::default());
    for (content, ok, expected) in [
        (CONTENT, true, &["signature.certificate-missing"][..]),
        (
            b"other",
            false,
            &["signature.certificate-missing", "signature.content-differs"],
        ),
    ] {
        let report = judge(&bare, Some(content), &nothing.0, &nothing.1).expect("readable");
        assert_eq!(codes(&report), expected);
        assert_eq!(
            (report.signatures[0].digest_ok, report.signatures[0].signature_ok),
            (ok, false)
        );
    }
}

#[test]
fn more_signers_than_anybody_gathers_are_refused() {
    let authority = Authority::new("p256");
    authority.leaf("leaf", "p256");
    let file = sign(&authority, "leaf", false);
    let crowd = |count: usize| {
        let mut data = SignedData::parse(&file).expect("ours");
        data.signers = vec![data.signers[0].clone(); count];
        rebuilt(&data, &[])
    };
    let (trust, evidence) = (Trust::default(), Evidence::default());
    let report = judge(&crowd(1000), Some(CONTENT), &trust, &evidence).expect("readable");
    assert_eq!(report.signatures.len(), 1000);
    let error = judge(&crowd(1001), Some(CONTENT), &trust, &evidence).expect_err("too many");
    assert_eq!(error.code(), "signature.too-large");
}

#[test]
fn another_certificate_of_the_same_key_is_refused() {
    let authority = Authority::new("gost512-a");
    let leaf = authority.leaf("leaf", "gost256-cryptopro-a");
    let now = OffsetDateTime::now_utc();
    // The same request certified twice: same key, same key identifier, same owner; other serial number.
    let twin = authority.certify(
        "leaf.csr",
        "twin.crt",
        "v3_leaf",
        now - Duration::days(1),
        now + Duration::days(9),
    );
    assert_eq!(leaf.subject_key_id(), twin.subject_key_id());
    let (trust, evidence) = (authority.trust(), authority.evidence());

    let by_serial = sign(&authority, "leaf", false);
    let report = judge(
        &with_certificate(&by_serial, &leaf, &twin),
        Some(CONTENT),
        &trust,
        &evidence,
    )
    .expect("readable");
    assert_eq!(codes(&report), ["signature.certificate-missing"]);

    authority.write("f", CONTENT);
    authority.openssl(&[
        "cms",
        "-sign",
        "-binary",
        "-in",
        "f",
        "-signer",
        "leaf.crt",
        "-inkey",
        "leaf.key",
        "-md",
        "md_gost12_256",
        "-cades",
        "-keyid",
        "-outform",
        "DER",
        "-out",
        "f.sig",
    ]);
    let by_key_id = authority.read("f.sig");
    let substituted = with_certificate(&by_key_id, &leaf, &twin);
    let report = judge(&substituted, Some(CONTENT), &trust, &evidence).expect("readable");
    assert_eq!(
        (report.verdict, codes(&report)),
        (Status::Invalid, vec!["signature.certificate-substituted"])
    );
    assert!(
        report.signatures[0].signature_ok,
        "the key is the same: only the reference tells"
    );

    let both = Evidence {
        certificates: vec![twin, leaf.clone()],
        ..evidence
    };
    let report = judge(&substituted, Some(CONTENT), &trust, &both).expect("readable");
    assert_eq!(
        (report.verdict, report.signatures[0].certificate.as_ref()),
        (Status::Valid, Some(&leaf))
    );
}

#[test]
fn a_certificate_of_a_stranger_with_the_same_name_and_serial_is_refused() {
    let authority = Authority::new("gost512-a");
    let stranger = Authority::new("gost512-a");
    let leaf = authority.leaf("leaf", "gost256-cryptopro-a");
    let fake = stranger.leaf("leaf", "gost256-cryptopro-a");
    assert_eq!(
        (leaf.serial(), leaf.issuer_name()),
        (fake.serial(), fake.issuer_name())
    );
    let file = with_certificate(&sign(&authority, "leaf", false), &leaf, &fake);
    let both = Trust {
        anchors: vec![authority.root(), stranger.root()],
        intermediates: Vec::new(),
    };
    let evidence = Evidence {
        crls: vec![authority.crl(), stranger.crl()],
        ..Evidence::default()
    };
    let report = judge(&file, Some(CONTENT), &both, &evidence).expect("readable");
    assert_eq!(report.verdict, Status::Invalid);
    assert!(codes(&report).contains(&"signature.certificate-substituted"));
    assert!(codes(&report).contains(&"signature.value-wrong"));
}

/// draft-ietf-lamps-cms-euf-cma-signeddata: the signed attributes of one message passed off as the content of
/// another that has none.
#[test]
fn attributes_passed_off_as_content_are_refused() {
    let authority = Authority::new("rsa");
    let leaf = authority.leaf("leaf", "rsa");
    let to_be_signed = prepare(&leaf, &[], false);
    let value = raw(&authority, "leaf", &to_be_signed);
    let digest = kabinet_pki::DigestAlgorithm::Sha256.identifier();
    let signer = write::sequence(&[
        write::integer(&[1]),
        write::sequence(&[leaf.issuer_name().der().to_vec(), write::integer(leaf.serial())]),
        digest.clone(),
        kabinet_pki::algorithm::signature_identifier(&kabinet_pki::oid::algorithm::SHA256_WITH_RSA),
        write::octet_string(&value),
    ]);
    let signed_data = write::sequence(&[
        write::integer(&[1]),
        write::set_of(vec![digest]),
        write::sequence(&[write::oid(&kabinet_pki::oid::cms::DATA)]),
        write::context_constructed(0, leaf.der()),
        write::set_of(vec![signer]),
    ]);
    let oid = write::oid(&kabinet_pki::oid::cms::SIGNED_DATA);
    let forged = write::sequence(&[oid, write::context_constructed(0, &signed_data)]);

    let content = to_be_signed.octets();
    let report = judge(&forged, Some(&content), &authority.trust(), &authority.evidence()).expect("readable");
    assert!(
        report.signatures[0].signature_ok,
        "this is why the shape of the content must be looked at"
    );
    assert_eq!(report.verdict, Status::Invalid);
    assert_eq!(codes(&report), ["signature.ambiguous-content"]);
}

#[test]
fn a_wrong_digest_algorithm_in_the_signer_is_refused() {
    let authority = Authority::new("gost512-a");
    authority.leaf("leaf", "gost256-cryptopro-a");
    let file = sign(&authority, "leaf", false);
    let (streebog256, streebog512) = (
        kabinet_pki::DigestAlgorithm::Streebog256.identifier(),
        kabinet_pki::DigestAlgorithm::Streebog512.identifier(),
    );
    let signer = SignedData::parse(&file).expect("ours").signers[0].whole.to_vec();
    let mut changed = file.clone();
    let at = position(&file, &signer) + position(&signer, &streebog256);
    changed[at..at + streebog512.len()].copy_from_slice(&streebog512);
    let report = judge(&changed, Some(CONTENT), &authority.trust(), &authority.evidence()).expect("readable");
    assert_eq!(
        (report.verdict, codes(&report)),
        (Status::Invalid, vec!["signature.algorithm-mismatch"])
    );
}
