//! The program itself: what it answered it still knows after kill -9.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use reqwest::blocking::multipart::{Form, Part};
use serde_json::Value;
use tempfile::TempDir;

use crate::openssl;
use crate::postgres;
use crate::stand::{SERVICE, base64_url, client, meta, zip};

struct Program {
    child: Child,
    urls: Value,
    ready_file: PathBuf,
    /// Where the ready file is, unless the caller has a folder.
    _folder: TempDir,
}

impl Program {
    fn run(dir: &Path, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ready_file = folder.path().join("ready.json");
        let mut child = Command::new(env!("CARGO_BIN_EXE_reference-portal"))
            .arg("--data")
            .arg(dir)
            .arg("--ready-file")
            .arg(&ready_file)
            .args(arguments)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let end = Instant::now() + Duration::from_secs(60);
        let ready: Value = loop {
            // It is there as a whole or not at all.
            if let Ok(text) = std::fs::read(&ready_file) {
                break serde_json::from_slice(&text).unwrap();
            }
            assert!(child.try_wait().unwrap().is_none() && Instant::now() < end);
            std::thread::sleep(Duration::from_millis(20));
        };
        Self {
            child,
            urls: ready["urls"].clone(),
            ready_file,
            _folder: folder,
        }
    }

    /// Asks it to end, and waits.
    fn end(mut self) -> ExitStatus {
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(asked.success());
        self.child.wait().unwrap()
    }

    fn url(&self, name: &str) -> &str {
        self.urls[name].as_str().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // SIGKILL, unless it has ended.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[test]
fn orders_survive_kill_9_and_go_on() {
    orders_survive(&[]);
}

#[test]
fn orders_survive_kill_9_in_a_database_of_postgresql_as_well() {
    orders_survive(&["--database", &postgres::database()]);
}

fn orders_survive(arguments: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let [https, pki, operator] = [free_address(), free_address(), free_address()];
    let places = ["--listen", &https, "--pki", &pki, "--operator", &operator];
    let program = Program::run(dir.path(), &[&places, arguments, &["--speed", "0"]].concat());
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
    let program = Program::run(dir.path(), &[arguments, &["--speed", "300"]].concat());
    assert!(program.url("epgu").ends_with(&https) && program.url("pki").ends_with(&pki));
    assert!(program.url("console").ends_with(&operator));
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
            .args(["init", "--data"])
            .arg(dir.path())
            .args(extra)
            .output()
            .unwrap()
    };
    let first = run(&["--listen", "127.0.0.1:18001", "--pki", "127.0.0.1:18002"]);
    assert!(first.status.success());
    let said: Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!(said["urls"]["pki"], "http://127.0.0.1:18002");
    assert_eq!(run(&[]).stdout, first.stdout);
    // Certificates name the PKI port; the others may move.
    assert!(!run(&["--pki", "127.0.0.1:18003"]).status.success());
    let moved: Value = serde_json::from_slice(&run(&["--listen", "127.0.0.1:18004"]).stdout).unwrap();
    assert_eq!(moved["urls"]["epgu"], "https://127.0.0.1:18004");
    assert_eq!(moved["urls"]["pki"], "http://127.0.0.1:18002");
}

#[test]
fn a_demo_directory_made_before_there_was_an_operator_port_still_serves() {
    let dir = tempfile::tempdir().unwrap();
    let [https, pki, operator] = [free_address(), free_address(), free_address()];
    let places = ["--listen", &https, "--pki", &pki, "--operator", &operator];
    drop(Program::run(dir.path(), &places));
    let file = dir.path().join("demo.json");
    let mut demo: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    demo["ports"].as_object_mut().unwrap().remove("operator");
    demo["urls"]["control"] = "http://127.0.0.1:1/control".into();
    demo["urls"].as_object_mut().unwrap().remove("console");
    std::fs::write(&file, demo.to_string()).unwrap();
    let program = Program::run(dir.path(), &["--operator", &operator]);
    assert_eq!(program.url("control"), format!("http://{operator}/control"));
    assert!(program.url("epgu").ends_with(&https));
}

#[test]
fn asked_to_end_it_ends_cleanly_and_takes_its_ready_file_away() {
    let dir = tempfile::tempdir().unwrap();
    let [https, pki, operator] = [free_address(), free_address(), free_address()];
    let places = ["--listen", &https, "--pki", &pki, "--operator", &operator];
    let program = Program::run(dir.path(), &places);
    let ready_file = program.ready_file.clone();
    let text = std::fs::read_to_string(&ready_file).unwrap();
    assert!(text.contains(&format!("http://{operator}/control")));
    assert!(program.end().success());
    assert!(!ready_file.exists());
    // The sockets are free.
    drop(TcpListener::bind(&operator).unwrap());
}

#[test]
fn what_it_is_asked_wrongly_it_refuses_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let chaos = dir.path().join("chaos.json");
    std::fs::write(&chaos, r#"{"faults": [{"path": "*", "kind": "reset", "ms": 1}]}"#).unwrap();
    let refusal = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_reference-portal"))
            .arg("--data")
            .arg(dir.path().join("demo"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(!dir.path().join("demo").exists(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refusal(&["--listen", "0.0.0.0:8443"]).contains("127.0.0.1"));
    assert!(refusal(&["--operator", "192.0.2.1:8089"]).contains("127.0.0.1"));
    assert!(refusal(&["--listen", "8443"]).contains("127.0.0.1:PORT"));
    assert!(refusal(&["--chaos", chaos.to_str().unwrap()]).contains("unknown member `ms`"));
    let refused = refusal(&["--chaos", chaos.to_str().unwrap()]);
    assert!(refused.contains("fault 1"), "{refused}");
    assert!(refusal(&["--database", "postgres://portal@192.0.2.1/portal"]).contains("on this computer"));
    assert!(refusal(&["--database", "postgres://portal:word@127.0.0.1/portal"]).contains("password"));
}
