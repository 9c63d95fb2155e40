//! What is signed here.

use kabinet_pki::oid::cms;
use kabinet_pki::tlv::tag;
use kabinet_pki::{DigestAlgorithm, SignatureFamily, Status, tsp};
use kabinet_signature::{
    Content, ContentDigest, Mechanism, Prepare, Properties, SignError, attached_content, merge_detached,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::authority::{Authority, KEYS};
use crate::{CONTENT, codes, judge, prepare, raw, sign};

#[test]
fn a_raw_signature_by_another_key_is_refused() {
    let authority = Authority::new("gost512-a");
    for key in ["gost256-tc26-a", "gost512-c", "rsa", "p256"] {
        let certificate = authority.leaf(key, key);
        authority.leaf("other", key);
        let to_be_signed = prepare(&certificate, &[], false);
        let wrong = raw(&authority, "other", &to_be_signed);
        assert_eq!(to_be_signed.complete(&wrong), Err(SignError::RawSignatureWrong));
        let mut right = raw(&authority, key, &to_be_signed);
        assert!(to_be_signed.complete(&right).is_ok());
        right[7] ^= 1;
        assert_eq!(to_be_signed.complete(&right), Err(SignError::RawSignatureWrong));
        assert_eq!(to_be_signed.complete(b""), Err(SignError::RawSignatureWrong));
    }
}

#[test]
fn a_digest_of_the_wrong_algorithm_is_refused() {
    let authority = Authority::new("gost512-a");
    let certificate = authority.leaf("leaf", "gost256-tc26-a");
    let digest = ContentDigest::new(DigestAlgorithm::Streebog512).finish();
    let prepare = Prepare {
        certificate,
        chain: Vec::new(),
        signing_time: Some(OffsetDateTime::now_utc()),
        content: Content::Detached(digest),
        properties: Properties::default(),
    };
    assert_eq!(
        prepare.to_be_signed().map(|_| ()),
        Err(SignError::WrongDigestAlgorithm)
    );
}

#[test]
fn openssl_and_we_accept_every_key_attached_and_detached() {
    let authority = Authority::new("gost512-a");
    authority.write("f", CONTENT);
    let certificates: Vec<_> = KEYS.iter().map(|(key, ..)| authority.leaf(key, key)).collect();
    let (trust, evidence) = (authority.trust(), authority.evidence());
    for (certificate, (key, ..)) in certificates.iter().zip(KEYS) {
        for attached in [false, true] {
            let to_be_signed = prepare(certificate, &[authority.root()], attached);
            let signature = to_be_signed
                .complete(&raw(&authority, key, &to_be_signed))
                .expect("complete");
            authority.write("f.sig", &signature);
            let mut arguments = vec![
                "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "f.sig",
            ];
            arguments.extend(["-CAfile", "ca.crt", "-purpose", "any", "-out", "f.out"]);
            if !attached {
                arguments.extend(["-content", "f"]);
            }
            authority.openssl(&arguments);
            assert_eq!(authority.read("f.out"), CONTENT);

            let report =
                judge(&signature, (!attached).then_some(CONTENT), &trust, &evidence).expect("readable");
            assert_eq!(report.verdict, Status::Valid, "{key}: {:?}", codes(&report));
            assert_eq!(report.attached, attached);
            let signer = &report.signatures[0];
            assert_eq!(
                (signer.profile(), signer.digest_ok, signer.signature_ok),
                ("cades-bes", true, true)
            );
            assert_eq!(signer.certificate.as_ref(), Some(certificate));
            let age = OffsetDateTime::now_utc() - signer.signing_time.expect("written");
            assert!(age < Duration::minutes(1));
            let inside = attached_content(&signature).expect("readable");
            assert_eq!(inside.as_deref(), attached.then_some(CONTENT));
        }
    }
}

#[test]
fn the_mechanism_and_its_input_fit_the_key() {
    let authority = Authority::new("rsa");
    for (key, mechanism, length) in [
        ("gost256-tc26-a", Mechanism::Gost256, 32),
        ("gost512-a", Mechanism::Gost512, 64),
        ("rsa", Mechanism::RsaPkcs1, 51),
        ("p256", Mechanism::Ecdsa, 32),
    ] {
        let certificate = authority.leaf(key, key);
        assert!(certificate.public_key().family() != Some(SignatureFamily::RsaPkcs1) || key == "rsa");
        let to_be_signed = prepare(&certificate, &[], false);
        assert_eq!(
            (to_be_signed.mechanism(), to_be_signed.digest().len()),
            (mechanism, length)
        );
        assert_eq!(to_be_signed.octets()[0], tag::SET);
    }
}

#[test]
fn signing_time_changes_its_form_in_2050() {
    let authority = Authority::new("p256");
    let certificate = authority.leaf("leaf", "p256");
    for (signing_time, text) in [
        (datetime!(2049-12-31 23:59:59 UTC), &b"\x17\x0d491231235959Z"[..]),
        (datetime!(2050-01-01 00:00:00 UTC), b"\x18\x0f20500101000000Z"),
    ] {
        let to_be_signed = Prepare {
            certificate: certificate.clone(),
            chain: Vec::new(),
            signing_time: Some(signing_time),
            content: Content::Attached(Vec::new()),
            properties: Properties::default(),
        }
        .to_be_signed()
        .expect("a key we sign with");
        let octets = to_be_signed.octets();
        assert!(octets.windows(text.len()).any(|window| window == text));
    }
}

#[test]
fn a_second_signer_is_added_beside_the_first() {
    let authority = Authority::new("gost512-a");
    authority.write("f", CONTENT);
    authority.leaf("one", "gost256-cryptopro-a");
    let two = authority.leaf("two", "rsa");
    let three = authority.leaf("three", "gost256-tc26-a");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    for attached in [false, true] {
        let mut file = sign(&authority, "one", attached);
        for (certificate, name) in [(&two, "two"), (&three, "three")] {
            let to_be_signed = prepare(certificate, &[], false);
            let raw = raw(&authority, name, &to_be_signed);
            file = to_be_signed
                .complete_beside(&file, &raw)
                .expect("the same content");
            assert_eq!(
                to_be_signed.complete_beside(&file, &raw),
                Err(SignError::AlreadySigned)
            );
        }
        let content = (!attached).then_some(CONTENT);
        let report = judge(&file, content, &trust, &evidence).expect("readable");
        assert_eq!(
            (report.verdict, report.signatures.len()),
            (Status::Valid, 3),
            "{:?}",
            codes(&report)
        );
        authority.write("f.sig", &file);
        let mut arguments = vec![
            "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "f.sig",
        ];
        arguments.extend(["-CAfile", "ca.crt", "-purpose", "any", "-out", "f.out"]);
        if !attached {
            arguments.extend(["-content", "f"]);
        }
        authority.openssl(&arguments);
    }

    let mut digest = ContentDigest::for_certificate(&three).expect("a key we sign with");
    digest.update(b"other content");
    let other = Prepare {
        certificate: three,
        chain: Vec::new(),
        signing_time: Some(OffsetDateTime::now_utc()),
        content: Content::Detached(digest.finish()),
        properties: Properties::default(),
    }
    .to_be_signed()
    .expect("a key we sign with");
    let raw = raw(&authority, "three", &other);
    for attached in [false, true] {
        let file = sign(&authority, "one", attached);
        assert_eq!(
            other.complete_beside(&file, &raw),
            Err(SignError::ExistingOfOtherContent)
        );
    }
    assert_eq!(
        other.complete_beside(b"nothing", &raw),
        Err(SignError::ExistingUnreadable)
    );
}

#[test]
fn signatures_made_apart_become_one_file_that_openssl_and_we_accept() {
    let authority = Authority::new("gost512-a");
    authority.write("f", CONTENT);
    for (name, key) in [
        ("one", "gost256-cryptopro-a"),
        ("two", "rsa"),
        ("three", "gost512-c"),
    ] {
        authority.leaf(name, key);
    }
    let apart = ["one", "two", "three"].map(|name| sign(&authority, name, name == "two"));
    let merged = merge_detached(CONTENT, &apart).expect("the same content");
    // In whatever order, and however often: the registry takes the same octets for the same signature.
    let again: Vec<_> = apart.iter().rev().chain([&merged]).cloned().collect();
    assert_eq!(merge_detached(CONTENT, &again).as_ref(), Ok(&merged));
    let report = judge(&merged, Some(CONTENT), &authority.trust(), &authority.evidence()).expect("readable");
    assert_eq!(
        (report.verdict, report.signatures.len()),
        (Status::Valid, 3),
        "{:?}",
        codes(&report)
    );
    assert!(matches!(attached_content(&merged), Ok(None)));
    authority.write("f.sig", &merged);
    authority.openssl(&[
        "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "f.sig", "-CAfile", "ca.crt",
        "-purpose", "any", "-out", "f.out", "-content", "f",
    ]);

    let of = |content: &[u8], files: &[Vec<u8>]| merge_detached(content, files);
    assert_eq!(of(b"other", &apart), Err(SignError::ExistingOfOtherContent));
    assert_eq!(of(CONTENT, &[]), Err(SignError::NoSuchSigner));
    let broken = [apart[0].clone(), b"nothing".to_vec()];
    assert_eq!(of(CONTENT, &broken), Err(SignError::ExistingUnreadable));
}

#[test]
fn each_signer_is_judged_by_itself() {
    let authority = Authority::new("rsa");
    authority.leaf("one", "rsa");
    let two = authority.leaf("two", "rsa");
    let to_be_signed = prepare(&two, &[], false);
    let file = to_be_signed
        .complete_beside(
            &sign(&authority, "one", false),
            &raw(&authority, "two", &to_be_signed),
        )
        .expect("the same content");
    authority.revoke("two.crt", "keyCompromise");
    let report = judge(&file, Some(CONTENT), &authority.trust(), &authority.evidence()).expect("readable");
    let mut verdicts: Vec<_> = report.signatures.iter().map(|signer| signer.verdict()).collect();
    verdicts.sort();
    assert_eq!(
        (report.verdict, verdicts),
        (Status::Unknown, vec![Status::Valid, Status::Unknown])
    );
    assert_eq!(codes(&report), ["signature.revoked-without-proof"]);
}

#[test]
fn openssl_accepts_time_stamps_signed_here() {
    let authority = Authority::new("gost512-a");
    let certificate = authority.issue("tsa", "gost256-cryptopro-a", "/CN=TSA", "v3_tsa");
    authority.write("f", CONTENT);
    authority.openssl(&[
        "ts",
        "-query",
        "-data",
        "f",
        "-md_gost12_256",
        "-cert",
        "-out",
        "q.tsq",
    ]);
    let request = tsp::TimeStampRequest::from_der(&authority.read("q.tsq")).expect("openssl's request");
    let info = tsp::TstInfo {
        policy: kabinet_pki::Oid::new_unwrap("1.2.643.2.2.38.4"),
        imprint: request.imprint,
        serial: vec![5],
        time: OffsetDateTime::now_utc(),
        accuracy: Some(Duration::milliseconds(500)),
        ordering: false,
        nonce: request.nonce,
        unsupported: false,
    };
    let to_be_signed = Prepare {
        certificate,
        chain: vec![authority.root()],
        signing_time: Some(OffsetDateTime::now_utc()),
        content: Content::Attached(info.to_der()),
        properties: Properties::default(),
    }
    .to_be_signed_as(cms::TST_INFO)
    .expect("a key we sign with");
    let token = to_be_signed
        .complete(&raw(&authority, "tsa", &to_be_signed))
        .expect("complete");
    authority.write("r.tsr", &tsp::granted(&token));
    authority.openssl(&[
        "ts",
        "-verify",
        "-queryfile",
        "q.tsq",
        "-in",
        "r.tsr",
        "-CAfile",
        "ca.crt",
    ]);
    let now = OffsetDateTime::now_utc();
    let stamp =
        tsp::verify_token(&token, CONTENT, &authority.trust(), &authority.evidence(), now).expect("genuine");
    assert!(stamp.chain.is_valid());
}
