//! Files of documents: put under their digest, asked about, wanted by the request that names them, seen by the operator.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::registrations::application;
use super::{Cabinet, link_request};
use crate::stand::{Stand, code};

fn digest(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

#[test]
fn a_file_is_kept_once_under_its_digest_and_only_for_who_put_it() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    let content = b"scan of a charter";
    let sha256 = digest(content);
    let asked = format!("/files?sha256={sha256},{}", "0".repeat(64));
    assert_eq!(cabinet.get(&asked)["present"], json!([]));
    assert_eq!(cabinet.put_file(&sha256, content).status(), 201);
    assert_eq!(cabinet.put_file(&sha256.to_uppercase(), content).status(), 204);
    assert_eq!(cabinet.get(&asked)["present"], json!([sha256]));
    let other = Cabinet::of(&stand, "accountant");
    assert_eq!(other.get(&asked)["present"], json!([]));
}

#[test]
fn what_is_not_its_digest_too_large_or_empty_is_not_kept() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    let refused = |sha256: &str, content: &[u8], status: u16, wanted: &str| {
        let answer = cabinet.put_file(sha256, content);
        assert_eq!(
            (answer.status().as_u16(), code(answer).as_str()),
            (status, wanted)
        );
    };
    let sha256 = digest(b"a");
    refused(&sha256, b"b", 422, "file-mismatch");
    refused("nonsense", b"b", 400, "bad-request");
    refused(&digest(b""), b"", 400, "bad-request");
    let most = cabinet.get("")["maxFileBytes"].as_u64().unwrap();
    let large = vec![7; usize::try_from(most).unwrap() + 1];
    refused(&digest(&large), &large, 413, "too-large");
    let fits = &large[1..];
    assert_eq!(cabinet.put_file(&digest(fits), fits).status(), 201);
    let asked = format!("/files?sha256={sha256},{},{}", digest(b""), digest(&large));
    assert_eq!(cabinet.get(&asked)["present"], json!([]));
    let answer = cabinet
        .request(reqwest::Method::GET, "/files?sha256=1")
        .send()
        .unwrap();
    assert_eq!(code(answer), "bad-request");
}

#[test]
fn a_request_is_refused_until_its_files_are_there_and_the_operator_reads_them() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    let problem = cabinet.refused("/registrations", &application(), 422, "files-missing");
    assert_eq!(problem["fields"].as_array().unwrap().len(), 4);
    let entry = cabinet.registered("9904");
    let content = "устав <b>".as_bytes();
    let mut request = link_request(&entry, "code");
    request["documents"] = json!([{"kind": "charter", "name": "Устав <1>.pdf", "sha256": digest(content)}]);
    cabinet.refused("/links", &request, 422, "files-missing");
    assert_eq!(cabinet.get("/links"), json!([]));
    cabinet.put_document("charter", content);
    let link = cabinet.posted("/links", &request, 201);
    assert_eq!(link["status"], "awaiting-code");
    let page = stand.page("/papers");
    assert!(page.contains("Устав &lt;1&gt;.pdf") && page.contains("Привязка"));
    let path = page.split("href=\"/papers/").nth(1).unwrap();
    let path = format!("/papers/{}", path.split('"').next().unwrap());
    let address = format!("{}{path}", stand.portal.urls.console);
    let answer = stand.http.get(&address).send().unwrap();
    assert_eq!(answer.headers()["content-disposition"], "attachment");
    assert_eq!(answer.bytes().unwrap(), content);
    let nobodys = address.replace("/papers/", "/papers/1");
    assert_eq!(stand.http.get(nobodys).send().unwrap().status(), 404);
}
