//! What `openssl` signed.

use base64ct::{Base64, Base64Url, Base64UrlUnpadded, Encoding as _};
use kabinet_pki::{Evidence, Status, Trust};
use kabinet_signature::ReadError;

use crate::authority::{Authority, KEYS};
use crate::{CONTENT, codes, judge};

fn openssl_sign(authority: &Authority, name: &str, digest: &str, more: &[&str]) -> Vec<u8> {
    let (certificate, key) = (format!("{name}.crt"), format!("{name}.key"));
    authority.write("f", CONTENT);
    let mut arguments = vec![
        "cms",
        "-sign",
        "-binary",
        "-in",
        "f",
        "-signer",
        &certificate,
        "-inkey",
        &key,
    ];
    arguments.extend(["-md", digest, "-nosmimecap", "-outform", "DER", "-out", "f.sig"]);
    arguments.extend(more);
    authority.openssl(&arguments);
    authority.read("f.sig")
}

#[test]
fn what_is_not_a_signature_gives_no_report() {
    let authority = Authority::new("rsa");
    let (trust, evidence) = (Trust::default(), Evidence::default());
    for input in [&b""[..], b"hello", b"MIIB", b"\x30\x00", authority.root().der()] {
        let report = judge(input, Some(CONTENT), &trust, &evidence);
        assert!(matches!(
            report,
            Err(ReadError::NotASignature | ReadError::Malformed(_))
        ));
    }
    authority.openssl(&[
        "crl2pkcs7",
        "-nocrl",
        "-certfile",
        "ca.crt",
        "-outform",
        "DER",
        "-out",
        "certs.p7b",
    ]);
    let report = judge(&authority.read("certs.p7b"), Some(CONTENT), &trust, &evidence);
    assert!(matches!(report, Err(ReadError::NoSigners)));
}

#[test]
fn a_detached_signature_needs_its_content() {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", "rsa");
    let signature = openssl_sign(&authority, "leaf", "sha256", &["-cades"]);
    let report = judge(&signature, None, &authority.trust(), &authority.evidence());
    assert!(matches!(report, Err(ReadError::ContentRequired)));
}

#[test]
fn every_key_and_form_of_openssl_is_valid() {
    let authority = Authority::new("gost512-a");
    KEYS.iter().for_each(|(key, ..)| drop(authority.leaf(key, key)));
    let (trust, evidence) = (authority.trust(), authority.evidence());
    for (key, _, digest) in KEYS {
        for (more, attached) in [
            (&["-cades"][..], false),
            (&["-cades", "-nodetach"], true),
            (&["-cades", "-nodetach", "-stream"], true), // BER, content in pieces
            (&["-cades", "-keyid"], false),
        ] {
            let signature = openssl_sign(&authority, key, digest, more);
            let report =
                judge(&signature, (!attached).then_some(CONTENT), &trust, &evidence).expect("readable");
            assert_eq!(
                report.verdict,
                Status::Valid,
                "{key} {more:?}: {:?}",
                codes(&report)
            );
            assert_eq!(
                (report.attached, report.signatures[0].profile()),
                (attached, "cades-bes")
            );
            if attached {
                let both = judge(&signature, Some(CONTENT), &trust, &evidence).expect("readable");
                assert_eq!(both.verdict, Status::Valid);
                let other = judge(&signature, Some(b"other"), &trust, &evidence).expect("readable");
                assert_eq!(other.verdict, Status::Invalid);
                assert!(codes(&other).contains(&"signature.attached-differs"));
            }
        }
    }
}

#[test]
fn big_streamed_content_in_many_pieces_is_joined() {
    let authority = Authority::new("gost256-cryptopro-a");
    authority.leaf("leaf", "gost256-cryptopro-a");
    let content: Vec<u8> = (0..300_000u32).flat_map(|number| number.to_le_bytes()).collect();
    authority.write("big", &content);
    authority.openssl(&[
        "cms",
        "-sign",
        "-binary",
        "-nodetach",
        "-stream",
        "-in",
        "big",
        "-signer",
        "leaf.crt",
        "-inkey",
        "leaf.key",
        "-md",
        "md_gost12_256",
        "-cades",
        "-outform",
        "DER",
        "-out",
        "big.sig",
    ]);
    let signature = authority.read("big.sig");
    let report = judge(&signature, None, &authority.trust(), &authority.evidence()).expect("readable");
    assert_eq!(report.verdict, Status::Valid, "{:?}", codes(&report));
    assert_eq!(
        kabinet_signature::attached_content(&signature).expect("readable"),
        Some(content)
    );
}

#[test]
fn every_wrapping_is_opened() {
    let authority = Authority::new("gost512-a");
    authority.leaf("leaf", "gost512-a");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let der = openssl_sign(&authority, "leaf", "md_gost12_512", &["-cades"]);
    authority.openssl(&[
        "cms", "-cmsout", "-in", "f.sig", "-inform", "DER", "-outform", "PEM", "-out", "f.pem",
    ]);
    for form in [
        authority.read("f.pem"),
        Base64::encode_string(&der).into_bytes(),
        Base64Url::encode_string(&der).into_bytes(),
        Base64UrlUnpadded::encode_string(&der).into_bytes(),
    ] {
        let report = judge(&form, Some(CONTENT), &trust, &evidence).expect("readable");
        assert_eq!(report.verdict, Status::Valid);
    }
}

#[test]
fn signatures_without_the_signed_reference_are_valid_and_say_so() {
    let authority = Authority::new("gost512-a");
    authority.leaf("leaf", "gost256-cryptopro-a");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    for (more, profile, code) in [
        (&[][..], "cms", "signature.certificate-reference-missing"),
        (&["-noattr"], "cms-bare", "signature.no-signed-attributes"),
    ] {
        let signature = openssl_sign(&authority, "leaf", "md_gost12_256", more);
        let report = judge(&signature, Some(CONTENT), &trust, &evidence).expect("readable");
        assert_eq!((report.verdict, codes(&report)), (Status::Valid, Vec::new()));
        let signer = &report.signatures[0];
        let notes: Vec<_> = signer.notes.iter().map(|note| note.code()).collect();
        assert_eq!(notes, [code]);
        assert_eq!(
            (signer.profile(), signer.digest_ok, signer.signature_ok),
            (profile, true, true)
        );
        let report = judge(&signature, Some(b"other"), &trust, &evidence).expect("readable");
        assert_eq!(
            (report.verdict, report.signatures[0].digest_ok),
            (Status::Invalid, false)
        );
    }
}

#[test]
fn a_certificate_left_out_of_the_file_is_taken_from_the_evidence() {
    let authority = Authority::new("rsa");
    let leaf = authority.leaf("leaf", "rsa");
    let signature = openssl_sign(&authority, "leaf", "sha256", &["-cades", "-nocerts"]);
    let mut evidence = authority.evidence();
    let report = judge(&signature, Some(CONTENT), &authority.trust(), &evidence).expect("readable");
    assert_eq!(
        (report.verdict, codes(&report)),
        (Status::Unknown, vec!["signature.certificate-missing"])
    );
    evidence.certificates.push(leaf);
    let report = judge(&signature, Some(CONTENT), &authority.trust(), &evidence).expect("readable");
    assert_eq!(report.verdict, Status::Valid);
}

#[test]
fn sha1_is_never_valid() {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", "rsa");
    let signature = openssl_sign(&authority, "leaf", "sha1", &["-cades"]);
    let report = judge(
        &signature,
        Some(CONTENT),
        &authority.trust(),
        &authority.evidence(),
    )
    .expect("readable");
    assert_eq!(
        (report.verdict, codes(&report)),
        (Status::Unknown, vec!["signature.weak-digest"])
    );
    assert_eq!(
        report.signatures[0].profile(),
        "cades-bes",
        "the version 1 reference was read"
    );
}
