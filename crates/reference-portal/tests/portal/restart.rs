//! The program itself: what it answered it still knows after kill -9.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::blocking::multipart::{Form, Part};
use serde_json::Value;

use crate::openssl;
use crate::stand::{SERVICE, base64_url, client, meta, zip};

struct Program {
    child: Child,
    urls: Value,
}

impl Program {
    fn run(dir: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_reference-portal"))
            .args(["run", "--dir"])
            .arg(dir)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Self {
            child,
            urls: ready["urls"].clone(),
        }
    }

    fn url(&self, name: &str) -> &str {
        self.urls[name].as_str().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // SIGKILL.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
        .to_string()
}

#[test]
fn orders_survive_kill_9_and_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let (https, pki) = (free_port(), free_port());
    let program = Program::run(
        dir.path(),
        &["--port", &https, "--pki-port", &pki, "--speed", "0"],
    );
    let http = client(dir.path());
    let demo: Value = serde_json::from_slice(&std::fs::read(dir.path().join("demo.json")).unwrap()).unwrap();
    let key = demo["api_keys"][0]["key"].as_str().unwrap();
    assert_eq!(demo["api_keys"][0]["employee"], "accountant");
    let signature = base64_url(&openssl::sign(
        &dir.path().join("pki"),
        "accountant",
        key.as_bytes(),
    ));
    let token: Value = http
        .get(format!(
            "{}/esia-rs/api/public/v1/orgs/ext-app/{key}/tkn",
            program.url("esia")
        ))
        .query(&[("signature", &signature)])
        .send()
        .unwrap()
        .json()
        .unwrap();
    let token = token["accessTkn"].as_str().unwrap();
    let reserve = |program: &Program| -> i64 {
        let address = format!("{}/api/gusmev/order", program.url("epgu"));
        let answer = http
            .post(address)
            .bearer_auth(token)
            .json(&meta(SERVICE))
            .send()
            .unwrap();
        answer.json::<Value>().unwrap()["orderId"].as_i64().unwrap()
    };
    let first = reserve(&program);
    let service = "10000000585";
    let form = Form::new().text("meta", meta(service).to_string()).part(
        "file",
        Part::bytes(zip(&[("attach.xml", b"<a/>".as_slice())])).file_name("archive.zip"),
    );
    let address = format!("{}/api/gusmev/push", program.url("epgu"));
    assert_eq!(
        http.post(address)
            .bearer_auth(token)
            .multipart(form)
            .send()
            .unwrap()
            .status(),
        200
    );
    drop(program);

    // The ports stand in the directory.
    let program = Program::run(dir.path(), &["--speed", "300"]);
    assert!(program.url("epgu").ends_with(&https) && program.url("pki").ends_with(&pki));
    let orders = || -> Value {
        http.get(format!("{}/orders", program.url("control")))
            .send()
            .unwrap()
            .json()
            .unwrap()
    };
    assert_eq!(orders()[0]["id"], first);
    let end = Instant::now() + Duration::from_secs(20);
    while orders()[1]["status_id"] != 3 {
        assert!(Instant::now() < end, "{:#}", orders());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(orders()[1]["pushes"], 1);
    // The token still serves, and no number is given twice.
    assert!(reserve(&program) > first);
}

#[test]
fn init_is_repeatable_and_says_where_it_will_listen() {
    let dir = tempfile::tempdir().unwrap();
    let run = |extra: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_reference-portal"))
            .args(["init", "--dir"])
            .arg(dir.path())
            .args(extra)
            .output()
            .unwrap()
    };
    let first = run(&["--port", "18001", "--pki-port", "18002"]);
    assert!(first.status.success());
    let said: Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!(said["urls"]["pki"], "http://127.0.0.1:18002");
    assert_eq!(run(&[]).stdout, first.stdout);
    assert!(!run(&["--port", "18003"]).status.success());
}
