//! `cert verify` over the NIST path validation suite (`tests/data/pkits/ORIGIN.md`), with OpenSSL as a second judge.

use std::path::{Path, PathBuf};
use std::process::Command;

use kabinet_testkit::{Finished, Kabinetctl};
use serde_json::Value;

use crate::{kabinetctl, text};

const AT: &str = "2022-05-01T00:00:00Z";
/// The same in seconds since 1970.
const AT_SECONDS: &str = "1651363200";

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/data/pkits")
        .join(name)
}

fn certificate(name: &str) -> String {
    text(&data("certs").join(name)).to_owned()
}

fn list(name: &str) -> String {
    text(&data("crls").join(name)).to_owned()
}

fn cases() -> Vec<Value> {
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(data("pkits.json")).unwrap()).unwrap();
    assert_eq!(cases.len(), 246);
    cases
}

fn names<'a>(case: &'a Value, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    case[key]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn issuers(case: &Value) -> impl Iterator<Item = String> {
    names(case, "other_certs")
        .chain(names(case, "path_intermediates"))
        .map(certificate)
}

/// Runs `cert verify` on a case.
fn judge(ctl: &Kabinetctl, case: &Value, more: &[&str]) -> Finished {
    let mut arguments: Vec<String> = ["cert", "verify", &certificate(case["cert"].as_str().unwrap())]
        .into_iter()
        .chain(["--offline", "--at", AT, "--trust"])
        .map(str::to_owned)
        .collect();
    arguments.push(certificate("TrustAnchorRootCertificate.crt"));
    for path in issuers(case) {
        arguments.extend(["--chain".to_owned(), path]);
    }
    for path in names(case, "crls").chain(["TrustAnchorRootCRL.crl"]).map(list) {
        arguments.extend(["--crl".to_owned(), path]);
    }
    for policy in names(&case["params"], "user_initial_policy_set") {
        arguments.extend(["--policy".to_owned(), policy.to_owned()]);
    }
    let asked = |key: &str| case["params"][key] == true;
    for (key, option) in [
        ("initial_explicit_policy", "--explicit-policy"),
        ("initial_policy_mapping_inhibit", "--inhibit-mapping"),
        ("initial_any_policy_inhibit", "--inhibit-any-policy"),
    ] {
        arguments.extend(asked(key).then(|| option.to_owned()));
    }
    arguments.extend(more.iter().map(|&option| option.to_owned()));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    ctl.run(&arguments, b"")
}

#[test]
fn every_case_of_the_suite_ends_with_the_code_it_asks_for() {
    let ctl = kabinetctl();
    let mut wrong = Vec::new();
    for case in cases() {
        let wanted = match case["error"]["class"].as_str() {
            None => 0,
            Some("PathValidationError" | "RevokedError") => 1,
            Some("InsufficientRevinfoError" | "StaleRevinfoError") => 2,
            Some(other) => panic!("{other}"),
        };
        // The suite's DSA cases are made with SHA-1.
        let found = judge(&ctl, &case, &["--accept-weak"]).code;
        if found != wanted {
            wrong.push((case["name"].clone(), wanted, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// OpenSSL on the path of a case, revocation left out.
fn openssl_accepts(case: &Value, root: &Path) -> bool {
    let mut openssl = Command::new("openssl");
    openssl.args([
        "verify",
        "-attime",
        AT_SECONDS,
        "-auth_level",
        "0",
        "-policy_check",
        "-trusted",
    ]);
    openssl.arg(root);
    for path in issuers(case) {
        openssl.args(["-untrusted", &path]);
    }
    let mut policies: Vec<&str> = names(&case["params"], "user_initial_policy_set").collect();
    if policies.is_empty() {
        policies.push("2.5.29.32.0"); // OpenSSL wants none unless told that any will do
    }
    for policy in policies {
        openssl.args(["-policy", policy]);
    }
    for (key, option) in [
        ("initial_explicit_policy", "-explicit_policy"),
        ("initial_policy_mapping_inhibit", "-inhibit_map"),
        ("initial_any_policy_inhibit", "-inhibit_any"),
    ] {
        if case["params"][key] == true {
            openssl.arg(option);
        }
    }
    let leaf = certificate(case["cert"].as_str().unwrap());
    openssl.arg(leaf).output().unwrap().status.success()
}

#[test]
fn openssl_agrees_about_paths() {
    let ctl = kabinetctl();
    let root = ctl.file("root.pem", b"");
    let der = certificate("TrustAnchorRootCertificate.crt");
    let converted = Command::new("openssl")
        .args(["x509", "-inform", "DER", "-in", &der, "-out"])
        .arg(&root)
        .status();
    assert!(converted.unwrap().success());
    let mut disputed = Vec::new();
    for case in cases() {
        let ours = judge(&ctl, &case, &["--no-revocation", "--accept-weak"]).code == 0;
        if ours != openssl_accepts(&case, &root) {
            disputed.push((case["name"].clone(), ours));
        }
    }
    // OpenSSL does not hand DSA parameters down from the issuer (RFC 3279 §2.3.2); the suite asks for it.
    assert_eq!(disputed, [("valid_dsa_parameter_inheritance_test5".into(), true)]);
}

#[test]
fn what_is_missing_and_what_is_wrong_is_said() {
    let (ctl, cases) = (kabinetctl(), cases());
    let case = |name: &str| cases.iter().find(|case| case["name"] == name).unwrap();
    let report = judge(&ctl, case("invalid_revoked_ee_test3"), &[])
        .expect(1)
        .json();
    assert_eq!(report["verdict"], "invalid", "{report}");
    let problem = &report["problems"][0];
    assert_eq!(
        (&problem["code"], &problem["position"], &problem["effect"]),
        (&"pki.revoked".into(), &0.into(), &"invalid".into())
    );
    assert_eq!(problem["subject"], "Invalid Revoked EE Certificate Test3");
    assert_eq!(problem["params"]["reason"], "key-compromise");
    let link = &report["chain"][1];
    assert_eq!(
        (&link["revocation"]["state"], &link["revocation"]["source"]),
        (&"good".into(), &"crl".into())
    );
    assert_eq!(link["revocation"]["asOf"], "2010-01-01T08:30:00Z");
    assert_eq!(report["chain"][2]["anchor"], true);

    let report = judge(&ctl, case("missing_crl_test1"), &[]).expect(2).json();
    assert_eq!(
        report["problems"][0]["code"], "pki.revocation-no-evidence",
        "{report}"
    );
    judge(&ctl, case("missing_crl_test1"), &["--no-revocation"]).expect(0);
    let report = judge(&ctl, case("valid_dsa_signatures_test4"), &[])
        .expect(2)
        .json();
    let codes = report["problems"].as_array().unwrap().iter();
    let codes: Vec<&str> = codes.map(|problem| problem["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        [
            "pki.weak-digest",
            "pki.weak-key",
            "pki.weak-key",
            "pki.revocation-untrusted"
        ]
    );

    let report = judge(&ctl, case("all_certificates_same_policies_test10"), &[])
        .expect(0)
        .json();
    assert_eq!(
        report["policies"],
        serde_json::json!(["2.16.840.1.101.3.2.1.48.1", "2.16.840.1.101.3.2.1.48.2"])
    );
}

#[test]
fn any_trusted_certificate_is_an_anchor_and_any_form_is_read() {
    let ctl = kabinetctl();
    let leaf = certificate("ValidCertificatePathTest1EE.crt");
    let (issuer, crls) = (certificate("GoodCACert.crt"), text(&data("crls")).to_owned());
    let base = ["cert", "verify", &leaf, "--offline", "--at", AT, "--crl", &crls];
    let run = |more: &[&str]| ctl.run(&[&base[..], more].concat(), b"");
    // Not self-issued, and trusted all the same.
    let report = run(&["--trust", &issuer]).expect(0).json();
    assert_eq!(report["chain"].as_array().unwrap().len(), 2);
    run(&["--chain", &issuer]).expect(2);

    let pem = ctl.file("all.pem", b"");
    let openssl = |arguments: &[&str]| Command::new("openssl").args(arguments).output().unwrap();
    let mut text_of_all = Vec::new();
    for path in [&issuer, &certificate("TrustAnchorRootCertificate.crt")] {
        text_of_all.extend(openssl(&["x509", "-inform", "DER", "-in", path]).stdout);
    }
    std::fs::write(&pem, text_of_all).unwrap();
    run(&["--trust", text(&pem)]).expect(0);
    let p7b = ctl.file("all.p7b", b"");
    let made = openssl(&[
        "crl2pkcs7",
        "-nocrl",
        "-certfile",
        text(&pem),
        "-outform",
        "DER",
        "-out",
        text(&p7b),
    ]);
    assert!(made.status.success());
    run(&["--trust", text(&p7b)]).expect(0);

    let junk = ctl.file("junk.crl", b"junk");
    let report = run(&["--trust", text(&pem), "--crl", text(&junk)])
        .expect(0)
        .json();
    assert_eq!(report["unreadable"], serde_json::json!([text(&junk)]));
}

#[test]
fn wrong_use_is_64_and_a_broken_certificate_is_invalid() {
    let ctl = kabinetctl();
    let leaf = certificate("ValidCertificatePathTest1EE.crt");
    ctl.run(&["cert", "verify", &leaf, "--policy", "none"], b"")
        .expect(64);
    ctl.run(&["cert", "verify", &leaf, "--at", "yesterday"], b"")
        .expect(64);
    ctl.run(&["cert", "verify"], b"").expect(64);
    ctl.run(&["cert", "verify", "/nowhere.crt", "--offline"], b"")
        .expect(64);
    let broken = ctl.file("broken.crt", b"\x30\x03\x02\x01\x00");
    ctl.run(&["cert", "verify", text(&broken), "--offline"], b"")
        .expect(1);
}
