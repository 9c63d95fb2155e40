//! Parts of a file, judged by curl, and the faults that take them away.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::stand::{DOCUMENT, SERVICE, Stand};

struct Shelf {
    stand: Stand,
    token: String,
    path: String,
}

impl Shelf {
    /// A portal that holds an attachment, `DOCUMENT`.
    fn new() -> Self {
        let stand = Stand::start();
        let token = stand.token("accountant");
        let id = stand.pushed(&token, SERVICE, stand.good_archive());
        let path = format!("/api/gusmev/files/download/{id}/2");
        Self { stand, token, path }
    }

    /// What curl with these options says of the answer's status, and the file it wrote.
    fn curl(&self, out: &Path, options: &[&str]) -> (String, Vec<u8>) {
        let said = Command::new("curl")
            .args([
                "--silent",
                "--show-error",
                "--noproxy",
                "*",
                "--write-out",
                "%{http_code}",
            ])
            .arg("--cacert")
            .arg(self.stand.dir.path().join("tls-ca.crt"))
            .arg("--header")
            .arg(format!("Authorization: Bearer {}", self.token))
            .arg("--output")
            .arg(out)
            .args(options)
            .arg(format!(
                "{}{}?mnemonic=document.xml",
                self.stand.portal.urls.epgu, self.path
            ))
            .output()
            .unwrap();
        let written = std::fs::read(out).unwrap_or_default();
        (String::from_utf8(said.stdout).unwrap(), written)
    }

    fn part(&self, options: &[&str]) -> (String, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        self.curl(&folder.path().join("part"), options)
    }
}

#[test]
fn curl_gets_the_parts_it_asks_for() {
    let shelf = Shelf::new();
    let whole = DOCUMENT.as_bytes();
    let last = whole.len() - 1;
    let part = |range: &str| shelf.part(&["--range", range]);
    assert_eq!(part("0-"), ("206".into(), whole.to_vec()));
    assert_eq!(part("3-7"), ("206".into(), whole[3..=7].to_vec()));
    assert_eq!(part("5-99999"), ("206".into(), whole[5..].to_vec()));
    assert_eq!(part("-4"), ("206".into(), whole[whole.len() - 4..].to_vec()));
    assert_eq!(part(&format!("{last}-")), ("206".into(), whole[last..].to_vec()));
    assert_eq!(part(&format!("{}-", last + 1)), ("416".into(), Vec::new()));
    assert_eq!(
        part("0-1,4-5"),
        ("200".into(), whole.to_vec()),
        "of several the whole"
    );
}

#[test]
fn curl_goes_on_with_a_file_it_has_a_part_of() {
    let shelf = Shelf::new();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("document.xml");
    std::fs::write(&out, &DOCUMENT.as_bytes()[..10]).unwrap();
    let (status, file) = shelf.curl(&out, &["--continue-at", "-"]);
    assert_eq!((status.as_str(), file.as_slice()), ("206", DOCUMENT.as_bytes()));
    let asked = shelf.stand.control("/requests");
    let asked = asked.as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&asked["range"], &asked["status"]),
        (&json!("bytes=10-"), &json!(206))
    );
}

#[test]
fn another_version_is_sent_whole() {
    let shelf = Shelf::new();
    let head = shelf.stand.get(&shelf.token, &shelf.path);
    let head = head.query(&[("mnemonic", "document.xml")]).send().unwrap();
    assert_eq!(head.headers()["accept-ranges"], "bytes");
    let tag = head.headers()["etag"].to_str().unwrap().to_owned();
    let part = |version: &str| {
        let version = format!("If-Range: {version}");
        shelf.part(&["--range", "3-7", "--header", &version]).0
    };
    assert_eq!(part(&tag), "206");
    for other in ["\"other\"", &format!("W/{tag}"), "Sun, 06 Nov 1994 08:49:37 GMT"] {
        assert_eq!(part(other), "200", "{other}");
    }
}

#[test]
fn a_server_without_parts_can_be_played() {
    let shelf = Shelf::new();
    shelf
        .stand
        .fault(&json!({ "path": "/api/gusmev/files/*", "kind": "ignore-range" }));
    let part = || shelf.part(&["--range", "3-7"]);
    assert_eq!(part(), ("200".into(), DOCUMENT.as_bytes().to_vec()));
    assert_eq!(part().0, "206");
}

#[test]
fn a_body_that_stalls_breaks_off_in_the_end() {
    let shelf = Shelf::new();
    let stall = json!({ "path": "/api/gusmev/files/*", "kind": "stall-body", "after_bytes": 7, "ms": 300 });
    shelf.stand.fault(&stall);
    let begun = std::time::Instant::now();
    let (_, came) = shelf.part(&[]);
    assert_eq!(came, &DOCUMENT.as_bytes()[..7]);
    assert!(begun.elapsed() >= std::time::Duration::from_millis(300));
}

#[test]
fn a_result_can_be_changed() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.pushed(&token, SERVICE, stand.good_archive());
    let results = stand.wait_until_final(id)["results"].clone();
    let name = results[0].as_str().unwrap();
    let change = |name: &str| {
        let body = json!({ "name": name, "text": "исправлено" });
        stand
            .control_post(&format!("/orders/{id}/results"), &body)
            .status()
            .as_u16()
    };
    assert_eq!((change("none.xml"), change(name)), (404, 204));
    let answer = stand
        .get(&token, &format!("/api/gusmev/files/download/{id}/3"))
        .query(&[("mnemonic", format!("{name}_attach"))])
        .send()
        .unwrap();
    assert_eq!(answer.text().unwrap(), "исправлено");
}
