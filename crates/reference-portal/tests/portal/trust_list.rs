//! The list of accredited authorities: its canonical form by libxml2, digest and signature by OpenSSL.

use std::fs;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};

use crate::openssl;
use crate::stand::Stand;

fn fetch(stand: &Stand) -> (String, String) {
    let url = &stand.portal.demo.trust_list.as_ref().unwrap().url;
    let url = url.replace("http://127.0.0.1:8088", &stand.portal.urls.pki);
    let answer = stand.http.get(url).send().unwrap();
    assert_eq!(answer.status(), 200);
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    (answer.text().unwrap(), tag)
}

fn publish(stand: &Stand, request: &Value) -> u16 {
    let url = format!("{}/trust-list", stand.portal.urls.control);
    let request = stand.http.post(url).body(request.to_string());
    let answer = request.header("content-type", "application/json").send();
    answer.unwrap().status().as_u16()
}

fn between<'a>(text: &'a str, from: &str, until: &str) -> &'a str {
    let start = text.find(from).unwrap() + from.len();
    &text[start..start + text[start..].find(until).unwrap()]
}

/// Whether digest and signature value are right.
fn holds(text: &str) -> (bool, bool) {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let signature = format!(
        "<Signature {}</Signature>",
        between(text, "<Signature ", "</Signature>")
    );
    let without = text.replace(&signature, "");
    fs::write(at("list"), &without).unwrap();
    let canonical = std::process::Command::new("xmllint")
        .args(["--c14n", "list"])
        .current_dir(work.path())
        .output()
        .expect("xmllint is needed by these tests");
    assert_eq!(String::from_utf8(canonical.stdout).unwrap(), without);
    let digest = openssl::must(work.path(), &["dgst", "-md_gost12_256", "list"]);
    let stated = Base64::decode_vec(between(text, "<DigestValue>", "</DigestValue>")).unwrap();
    let stated: String = stated.iter().map(|octet| format!("{octet:02x}")).collect();

    let info = between(text, "<SignedInfo>", "</SignedInfo>");
    let info = format!("<SignedInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\">{info}</SignedInfo>");
    fs::write(at("info"), info).unwrap();
    let value = Base64::decode_vec(between(text, "<SignatureValue>", "</SignatureValue>")).unwrap();
    fs::write(at("value"), value).unwrap();
    let certificate = between(text, "<X509Certificate>", "</X509Certificate>");
    fs::write(at("signer"), Base64::decode_vec(certificate).unwrap()).unwrap();
    let key = ["x509", "-inform", "DER", "-in", "signer", "-pubkey", "-noout"];
    let key = openssl::must(work.path(), &key);
    fs::write(at("key"), key).unwrap();
    let verify = [
        "dgst",
        "-md_gost12_256",
        "-verify",
        "key",
        "-signature",
        "value",
        "info",
    ];
    let verified = openssl::run(work.path(), &verify);
    (digest.trim().ends_with(&stated), verified.success)
}

#[test]
fn the_list_is_canonical_and_signed() {
    let stand = Stand::start();
    let (text, _) = fetch(&stand);
    let file = &stand.portal.demo.trust_list.as_ref().unwrap().file;
    assert_eq!(text, fs::read_to_string(stand.portal.dir.join(file)).unwrap());
    assert_eq!(holds(&text), (true, true));
    let signer = openssl::run(
        &stand.pki(),
        &["verify", "-x509_strict", "-CAfile", "root.crt", "ministry.crt"],
    );
    assert!(signer.success, "{}", signer.text);
}

#[test]
fn other_versions_are_published_as_asked() {
    let stand = Stand::start();
    let (_, first) = fetch(&stand);
    assert_eq!(publish(&stand, &json!({"status": "suspended"})), 200);
    let (next, tag) = fetch(&stand);
    assert_ne!(first, tag);
    assert!(next.contains("<Версия>2</Версия>") && next.contains("Приостановлена"));
    assert_eq!(holds(&next), (true, true));
    assert_eq!(publish(&stand, &json!({"version": 1, "flaw": "tampered"})), 200);
    let (tampered, _) = fetch(&stand);
    assert!(tampered.contains("<Версия>1</Версия>"));
    assert_eq!(holds(&tampered), (false, true));
    assert_eq!(publish(&stand, &json!({"flaw": "unsigned"})), 200);
    assert!(!fetch(&stand).0.contains("Signature"));
    assert_eq!(publish(&stand, &json!({"flaw": "witty"})), 400);
}
