//! `verify` against signatures made by OpenSSL.

use kabinet_testkit::{Authority, Finished, Kabinetctl, OpenSsl, Stand};
use serde_json::Value;

use crate::{kabinetctl, text};

const CONTENT: &[u8] = "Содержание документа\n".as_bytes();

/// Runs `verify` on these bytes with the content beside them, if there is any.
fn verify(ctl: &Kabinetctl, signature: &[u8], content: Option<&[u8]>, more: &[&str]) -> Finished {
    let signature = ctl.file("signature", signature);
    let mut arguments = vec!["verify", text(&signature)];
    let content = content.map(|content| ctl.file("content", content));
    if let Some(content) = &content {
        arguments.extend(["--content", text(content)]);
    }
    arguments.extend(more);
    ctl.run(&arguments, b"")
}

fn signed_by_openssl(stand: &Stand, certificate: &str, options: &[&str]) -> Vec<u8> {
    let path = |extension: &str| stand.pki(&format!("{certificate}.{extension}"));
    OpenSsl::new().sign(&path("key"), &path("crt"), CONTENT, options)
}

/// Trust and revocation lists of the stand, for `--offline`.
fn by(stand: &Stand) -> Vec<String> {
    let [root, authority] = stand.crls();
    let trust = stand.trust_folder();
    [
        "--offline",
        "--trust",
        text(&trust),
        "--crl",
        text(&root),
        "--crl",
        text(&authority),
    ]
    .map(str::to_owned)
    .to_vec()
}

fn strs(strings: &[String]) -> Vec<&str> {
    strings.iter().map(String::as_str).collect()
}

fn reasons(report: &Value) -> Vec<&str> {
    report["signers"][0]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason.as_str().unwrap())
        .collect()
}

/// Where these bytes begin.
fn find(haystack: &[u8], needle: &[u8]) -> usize {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap()
}

#[test]
fn what_openssl_signed_is_valid_detached_and_attached() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let by = by(&stand);
    for certificate in ["accountant", "director"] {
        let detached = signed_by_openssl(&stand, certificate, &[]);
        let report = verify(&ctl, &detached, Some(CONTENT), &strs(&by))
            .expect(0)
            .json();
        assert_eq!(
            (&report["verdict"], &report["attached"]),
            (&"valid".into(), &false.into()),
            "{report}"
        );
        let signer = &report["signers"][0];
        assert_eq!(
            (&signer["profile"], &signer["contentOk"]),
            (&"cades-bes".into(), &true.into()),
            "{report}"
        );
        assert_eq!(signer["certificate"]["id"], stand.fingerprint(certificate));
        let attached = signed_by_openssl(&stand, certificate, &["-nodetach"]);
        let report = verify(&ctl, &attached, None, &strs(&by)).expect(0).json();
        assert_eq!(report["attached"], true, "{report}");
    }
}

#[test]
fn every_kind_of_key_is_understood() {
    let (authority, ctl) = (Authority::new(), kabinetctl());
    let kinds = [
        ("a", "gost2012_256:paramset:A"),
        ("b", "gost2012_256:paramset:B"),
        ("xa", "gost2012_256:paramset:XA"),
        ("tca", "gost2012_256:paramset:TCA"),
        ("tcd", "gost2012_256:paramset:TCD"),
        ("512a", "gost2012_512:paramset:A"),
        ("512b", "gost2012_512:paramset:B"),
        ("512c", "gost2012_512:paramset:C"),
        ("rsa", "RSA:rsa_keygen_bits:2048"),
        ("p256", "EC:ec_paramgen_curve:P-256"),
    ];
    for (name, algorithm) in kinds {
        authority.issue(name, algorithm);
    }
    let (root, crl) = (authority.path("root.crt"), authority.crl());
    let by = ["--offline", "--trust", text(&root), "--crl", text(&crl)];
    for (name, algorithm) in kinds {
        let signature = authority.sign(name, CONTENT, &[]);
        let report = verify(&ctl, &signature, Some(CONTENT), &by).expect(0).json();
        assert_eq!(report["verdict"], "valid", "{algorithm}: {report}");
    }
}

#[test]
fn one_changed_bit_anywhere_refuses_the_signature() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let by = by(&stand);
    let signature = signed_by_openssl(&stand, "accountant", &[]);
    verify(&ctl, &signature, Some(CONTENT), &strs(&by)).expect(0);

    let mut content = CONTENT.to_vec();
    content[3] ^= 1;
    let report = verify(&ctl, &signature, Some(&content), &strs(&by))
        .expect(1)
        .json();
    assert_eq!(reasons(&report), ["signature.content-differs"], "{report}");

    // The last digit of the signing time stays a digit.
    let signing_time = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05];
    let mut attributes = signature.clone();
    let at = find(&signature, &signing_time) + signing_time.len() + 2 + 2 + 11;
    assert!(attributes[at].is_ascii_digit());
    attributes[at] ^= 1;
    let report = verify(&ctl, &attributes, Some(CONTENT), &strs(&by))
        .expect(1)
        .json();
    assert_eq!(reasons(&report), ["signature.value-wrong"], "{report}");

    let mut value = signature.clone();
    *value.last_mut().unwrap() ^= 1;
    let report = verify(&ctl, &value, Some(CONTENT), &strs(&by)).expect(1).json();
    assert_eq!(reasons(&report), ["signature.value-wrong"], "{report}");
}

#[test]
fn one_changed_bit_of_attached_content_refuses_the_signature() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let mut signature = signed_by_openssl(&stand, "director", &["-nodetach"]);
    let at = find(&signature, CONTENT);
    signature[at] ^= 1;
    let report = verify(&ctl, &signature, None, &strs(&by(&stand)))
        .expect(1)
        .json();
    assert_eq!(reasons(&report), ["signature.content-differs"], "{report}");
}

#[test]
fn without_news_of_revocation_nothing_is_decided() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let trust = stand.trust_folder();
    let signature = signed_by_openssl(&stand, "accountant", &[]);
    let by = ["--offline", "--trust", text(&trust)];
    let report = verify(&ctl, &signature, Some(CONTENT), &by).expect(2).json();
    assert_eq!(report["verdict"], "unknown", "{report}");
    assert_eq!(
        (
            &report["signers"][0]["signatureOk"],
            &report["signers"][0]["contentOk"]
        ),
        (&true.into(), &true.into())
    );
}

#[test]
fn revocation_is_fetched_unless_that_is_forbidden_or_impossible() {
    let (mut stand, ctl) = (Stand::start(), kabinetctl());
    let root = stand.pki("root.crt");
    let signature = signed_by_openssl(&stand, "accountant", &[]);
    // The issuing authority comes from the network too.
    let trust = ["--trust", text(&root), "--allow-internal"];
    let report = verify(&ctl, &signature, Some(CONTENT), &trust).expect(0).json();
    assert_eq!(report["verdict"], "valid", "{report}");
    stand.revoke("accountant");
    let report = verify(&ctl, &signature, Some(CONTENT), &trust).expect(2).json();
    assert_eq!(
        report["signers"][0]["subIndication"], "REVOKED_NO_POE",
        "{report}"
    );
    stand.stop();
    verify(&ctl, &signature, Some(CONTENT), &trust).expect(2);
}

#[test]
fn a_certificate_does_not_lead_into_the_local_network_unasked() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let root = stand.pki("root.crt");
    let signature = signed_by_openssl(&stand, "accountant", &[]);
    verify(&ctl, &signature, Some(CONTENT), &["--trust", text(&root)]).expect(2);
    assert_eq!(stand.requests_to("GET", "*") + stand.requests_to("POST", "*"), 0);
}

#[test]
fn nobody_is_trusted_unasked() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let signature = signed_by_openssl(&stand, "accountant", &[]);
    verify(&ctl, &signature, Some(CONTENT), &["--offline"]).expect(2);
    let signature = signed_by_openssl(&stand, "director-untrusted", &[]);
    let report = verify(&ctl, &signature, Some(CONTENT), &strs(&by(&stand)));
    assert_ne!(report.code, 0);
}

#[test]
fn a_revoked_certificate_was_good_before() {
    let (authority, ctl) = (Authority::new(), kabinetctl());
    authority.issue("leaf", "gost2012_256:paramset:A");
    let signature = authority.sign("leaf", CONTENT, &[]);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let before = now();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    authority.revoke("leaf");
    let (root, crl) = (authority.path("root.crt"), authority.crl());
    let by = ["--offline", "--trust", text(&root), "--crl", text(&crl)];
    // Nothing proves that the signature is older than the revocation, and nothing that it is younger.
    let report = verify(&ctl, &signature, Some(CONTENT), &by).expect(2).json();
    assert_eq!(
        report["signers"][0]["subIndication"], "REVOKED_NO_POE",
        "{report}"
    );
    let at = [&by[..], &["--at", &before]].concat();
    verify(&ctl, &signature, Some(CONTENT), &at).expect(0);
    let long_ago = [&by[..], &["--at", "2020-01-01T00:00:00Z"]].concat();
    verify(&ctl, &signature, Some(CONTENT), &long_ago).expect(1);
}

/// In RFC 3339.
fn now() -> String {
    let output = std::process::Command::new("date")
        .args(["-u", "+%Y-%m-%dT%H:%M:%SZ"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn base64_pem_and_standard_input_are_forms_of_the_same() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let by = by(&stand);
    let der = signed_by_openssl(&stand, "accountant", &[]);
    let openssl = OpenSsl::new();
    let base64 = openssl.must(&["base64"], &der);
    verify(&ctl, &base64, Some(CONTENT), &strs(&by)).expect(0);
    let pem = openssl.must(&["cms", "-cmsout", "-inform", "DER", "-outform", "PEM"], &der);
    verify(&ctl, &pem, Some(CONTENT), &strs(&by)).expect(0);
    let content = ctl.file("content", CONTENT);
    let arguments = [&["verify", "-", "--content", text(&content)][..], &strs(&by)].concat();
    ctl.run(&arguments, &der).expect(0);
}

#[test]
fn what_is_no_signature_lacks_content_or_is_missing_is_told_apart() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let by = by(&stand);
    assert_eq!(
        verify(&ctl, b"not a signature", Some(CONTENT), &strs(&by))
            .expect(1)
            .error(),
        "signature.unreadable"
    );
    let detached = signed_by_openssl(&stand, "accountant", &[]);
    assert_eq!(
        verify(&ctl, &detached, None, &strs(&by)).expect(64).error(),
        "signature.content-required"
    );
    let run = ctl
        .run(&["verify", "/nowhere/file.sig", "--offline"], b"")
        .expect(64);
    assert_eq!(run.error(), "app.file-not-found");
    let signature = ctl.file("signature", &detached);
    let missing = [
        "verify",
        text(&signature),
        "--offline",
        "--trust",
        "/nowhere/root.crt",
    ];
    assert_eq!(ctl.run(&missing, b"").expect(64).error(), "app.file-not-found");
    let missing = [
        "verify",
        text(&signature),
        "--offline",
        "--content",
        "/nowhere/file",
    ];
    assert_eq!(ctl.run(&missing, b"").expect(64).error(), "app.file-not-found");
}

#[test]
fn the_protocol_is_written_in_each_format() {
    let (stand, ctl) = (Stand::start(), kabinetctl());
    let signature = ctl.file("signature", &signed_by_openssl(&stand, "accountant", &[]));
    let content = ctl.file("content", CONTENT);
    let by = by(&stand);
    let write = |name: &str| {
        let target = ctl.path(name);
        let mut arguments = vec!["report", text(&signature), "--content", text(&content)];
        arguments.extend(strs(&by));
        arguments.extend(["--out", text(&target)]);
        let said = ctl.run(&arguments, b"").expect(0).json();
        assert_eq!(said["verdict"], "valid", "{said}");
        std::fs::read(target).unwrap()
    };
    assert!(write("protocol.html").starts_with(b"<!DOCTYPE html>"));
    let report: Value = serde_json::from_slice(&write("protocol.json")).unwrap();
    assert!(write("protocol.pdf").starts_with(b"%PDF-1.7"));
    let attached = ctl.path("attached.json");
    let detached = std::process::Command::new("pdfdetach")
        .args([
            "-save",
            "1",
            "-o",
            text(&attached),
            text(&ctl.path("protocol.pdf")),
        ])
        .status();
    assert!(detached.expect("pdfdetach is needed").success());
    let attached: Value = serde_json::from_slice(&std::fs::read(attached).unwrap()).unwrap();
    assert!(!report["material"].as_array().unwrap().is_empty());
    for part in ["schema", "verdict", "file", "content", "material"] {
        assert_eq!(attached[part], report[part], "{part}");
    }
}
