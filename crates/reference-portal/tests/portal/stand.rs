//! A portal of its own for every test, and the calls of a client.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Once;
use std::time::{Duration, Instant};

use kabinet_reference_portal::demo::{self, Ports};
use kabinet_reference_portal::{
    Config, DatabaseAddress, Listeners, Portal, RunningPortal, Settings, TAX_DOCUMENTS,
};
use reqwest::blocking::multipart::{Form, Part};
use reqwest::blocking::{Client, ClientBuilder, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::openssl;

/// Chunk limits of the stand: small, so that tests need no megabytes.
pub const CHUNK_MIN: usize = 100;
pub const CHUNK_MAX: usize = 20_000;

pub struct Stand {
    pub portal: RunningPortal,
    pub http: Client,
    pub dir: TempDir,
}

/// Fast, with small chunks.
pub fn settings() -> Settings {
    Settings {
        speed: 300.0,
        chunk_min_bytes: CHUNK_MIN as u64,
        chunk_max_bytes: CHUNK_MAX as u64,
        ..Settings::default()
    }
}

impl Stand {
    pub fn start() -> Self {
        Self::start_with(settings())
    }

    pub fn start_with(settings: Settings) -> Self {
        Self::start_at(settings, None)
    }

    /// With the state in a database of PostgreSQL, if an address is given.
    pub fn start_at(settings: Settings, database: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let listeners = Listeners::bind(Ports {
            https: 0,
            pki: 0,
            operator: 0,
        })
        .unwrap();
        demo::init(dir.path(), listeners.ports().unwrap()).unwrap();
        let portal = Portal::start(Config {
            dir: dir.path().into(),
            listeners,
            settings,
            database: database.map(address),
            faults: vec![],
        })
        .unwrap();
        let http = client(dir.path());
        Self { portal, http, dir }
    }

    /// The same portal after it was stopped and started.
    pub fn restarted(self, settings: Settings, database: Option<&str>) -> Self {
        let Self { portal, http, dir } = self;
        let ports = portal.demo.ports;
        portal.shutdown();
        let end = Instant::now() + Duration::from_secs(20);
        let portal = loop {
            // Sockets and the database are free a little later.
            let started = Listeners::bind(ports).ok().and_then(|listeners| {
                let again = Portal::start(Config {
                    dir: dir.path().into(),
                    listeners,
                    settings: settings.clone(),
                    database: database.map(address),
                    faults: vec![],
                });
                again.ok()
            });
            if let Some(portal) = started {
                break portal;
            }
            assert!(Instant::now() < end);
            std::thread::sleep(Duration::from_millis(50));
        };
        Self { portal, http, dir }
    }

    pub fn pki(&self) -> PathBuf {
        self.dir.path().join("pki")
    }

    pub fn sign(&self, certificate: &str, content: &[u8]) -> Vec<u8> {
        openssl::sign(&self.pki(), certificate, content)
    }

    pub fn api_key(&self, employee: &str) -> String {
        self.portal.demo.api_key(employee).unwrap().to_string()
    }

    pub fn ask_for_token(&self, key: &str, signature: &str) -> Response {
        let esia = &self.portal.urls.esia;
        let address = format!("{esia}/esia-rs/api/public/v1/orgs/ext-app/{key}/tkn");
        self.http
            .get(address)
            .query(&[("signature", signature)])
            .send()
            .unwrap()
    }

    pub fn token(&self, employee: &str) -> String {
        let key = self.api_key(employee);
        let signature = base64_url(&self.sign(employee, key.as_bytes()));
        let answer = self.ask_for_token(&key, &signature);
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().unwrap()["accessTkn"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub fn post(&self, token: &str, path: &str) -> RequestBuilder {
        self.http
            .post(format!("{}{path}", self.portal.urls.epgu))
            .bearer_auth(token)
    }

    pub fn get(&self, token: &str, path: &str) -> RequestBuilder {
        self.http
            .get(format!("{}{path}", self.portal.urls.epgu))
            .bearer_auth(token)
    }

    pub fn reserve(&self, token: &str, service: &str) -> i64 {
        let answer = self
            .post(token, "/api/gusmev/order")
            .json(&meta(service))
            .send()
            .unwrap();
        assert_eq!(answer.status(), 200);
        order_id(answer)
    }

    pub fn push(&self, token: &str, service: &str, archive: Vec<u8>) -> Response {
        let form = Form::new()
            .part("meta", meta_part(service))
            .part("file", file_part(archive));
        self.post(token, "/api/gusmev/push")
            .multipart(form)
            .send()
            .unwrap()
    }

    /// Pushes and returns the number.
    pub fn pushed(&self, token: &str, service: &str, archive: Vec<u8>) -> i64 {
        let answer = self.push(token, service, archive);
        assert_eq!(answer.status(), 200);
        order_id(answer)
    }

    pub fn chunk(
        &self,
        token: &str,
        order: i64,
        service: &str,
        number: Option<(u32, u32)>,
        bytes: Vec<u8>,
    ) -> Response {
        self.try_chunk(token, order, service, number, bytes).unwrap()
    }

    pub fn try_chunk(
        &self,
        token: &str,
        order: i64,
        service: &str,
        number: Option<(u32, u32)>,
        bytes: Vec<u8>,
    ) -> reqwest::Result<Response> {
        let mut form = Form::new()
            .part("meta", meta_part(service))
            .text("orderId", order.to_string());
        if let Some((chunk, chunks)) = number {
            form = form
                .text("chunk", chunk.to_string())
                .text("chunks", chunks.to_string());
        }
        let form = form.part("file", file_part(bytes));
        self.post(token, "/api/gusmev/push/chunked")
            .multipart(form)
            .send()
    }

    pub fn details(&self, token: &str, order: i64) -> Value {
        let answer = self
            .post(token, &format!("/api/gusmev/order/{order}"))
            .send()
            .unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().unwrap()
    }

    /// The order inside the details.
    pub fn order_object(&self, token: &str, order: i64) -> Value {
        serde_json::from_str(self.details(token, order)["order"].as_str().unwrap()).unwrap()
    }

    pub fn control(&self, path: &str) -> Value {
        self.http
            .get(format!("{}{path}", self.portal.urls.control))
            .send()
            .unwrap()
            .json()
            .unwrap()
    }

    pub fn control_post(&self, path: &str, body: &Value) -> Response {
        self.http
            .post(format!("{}{path}", self.portal.urls.control))
            .json(body)
            .send()
            .unwrap()
    }

    pub fn set(&self, patch: &Value) {
        let address = format!("{}/settings", self.portal.urls.control);
        assert_eq!(self.http.patch(address).json(patch).send().unwrap().status(), 200);
    }

    pub fn fault(&self, fault: &Value) {
        assert_eq!(self.control_post("/faults", fault).status(), 204);
    }

    /// Waits until the order is as wanted.
    pub fn wait(&self, order: i64, wanted: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let seen = self.control(&format!("/orders/{order}"));
            if wanted(&seen) {
                return seen;
            }
            assert!(Instant::now() < end, "{seen:#}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn wait_until_final(&self, order: i64) -> Value {
        self.wait(order, |seen| seen["final"] == true)
    }

    /// An archive whose every file is signed by `certificate`.
    pub fn signed_archive(&self, certificate: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
        let signatures: Vec<(String, Vec<u8>)> = files
            .iter()
            .map(|(name, content)| (format!("{name}.sig"), self.sign(certificate, content)))
            .collect();
        let mut all = files.to_vec();
        all.extend(
            signatures
                .iter()
                .map(|(name, content)| (name.as_str(), content.as_slice())),
        );
        zip(&all)
    }

    /// A good archive for the demo service.
    pub fn good_archive(&self) -> Vec<u8> {
        self.signed_archive("accountant", &[("document.xml", DOCUMENT.as_bytes())])
    }
}

fn address(text: &str) -> DatabaseAddress {
    DatabaseAddress::read(text, None).unwrap()
}

pub const SERVICE: &str = TAX_DOCUMENTS;
pub const DOCUMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Файл><НПЮЛ ИННЮЛ="9900000017"/></Файл>"#;

/// A client that trusts the demo directory's TLS authority and nothing else.
pub fn client(dir: &std::path::Path) -> Client {
    client_builder(dir).build().unwrap()
}

/// The same, for more to be said about it.
pub fn client_builder(dir: &std::path::Path) -> ClientBuilder {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider()
            .install_default()
            .unwrap();
    });
    let ca = std::fs::read(dir.join("tls-ca.crt")).unwrap();
    Client::builder()
        .no_proxy()
        .tls_certs_only([reqwest::Certificate::from_pem(&ca).unwrap()])
        .pool_max_idle_per_host(0)
}

pub fn meta(service: &str) -> Value {
    json!({"region": "45000000000", "serviceCode": service, "targetCode": format!("-{service}")})
}

fn meta_part(service: &str) -> Part {
    Part::text(meta(service).to_string())
        .mime_str("application/json")
        .unwrap()
}

fn file_part(bytes: Vec<u8>) -> Part {
    Part::bytes(bytes)
        .file_name("archive.zip")
        .mime_str("application/octet-stream")
        .unwrap()
}

pub fn order_id(answer: Response) -> i64 {
    answer.json::<Value>().unwrap()["orderId"].as_i64().unwrap()
}

/// `code` of an error body.
pub fn code(answer: Response) -> String {
    answer.json::<Value>().unwrap()["code"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Url-safe, without padding.
pub fn base64_url(bytes: &[u8]) -> String {
    use base64ct::Encoding as _;
    base64ct::Base64UrlUnpadded::encode_string(bytes)
}

/// The password of a demo person.
pub fn password(stand: &Stand, employee: &str) -> String {
    let accounts = &stand.portal.demo.accounts;
    let account = accounts
        .iter()
        .find(|account| account.employee == employee)
        .unwrap();
    account.password.clone()
}
