//! A reference portal of its own for each test, and the levers of its control API.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};

use kabinet_reference_portal::demo::{self, DemoIndex, Ports};
use kabinet_reference_portal::{Config, Listeners, Portal, RunningPortal, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::{Reply, request};

/// A portal that can be stopped and started again at the same addresses.
pub struct Stand {
    dir: TempDir,
    ports: Ports,
    settings: Settings,
    running: Option<RunningPortal>,
    /// Who and what is in the demo directory.
    pub demo: DemoIndex,
}

/// Messages of a portal as their receivers see them.
#[derive(Clone, Copy)]
pub struct Postbox {
    operator: u16,
}

impl Postbox {
    /// The code of the newest message that brought one.
    pub fn last_code(self) -> Option<String> {
        let sent = request(self.operator, "GET", "/control/outgoing", None).json();
        let mut codes = sent.as_array()?.iter().filter_map(|one| one["code"].as_str());
        codes.next_back().map(str::to_owned)
    }
}

/// Below the ports the system gives to clients, so that nobody takes them while the portal is down.
static NEXT_PORT: AtomicU16 = AtomicU16::new(0);

fn listeners() -> Listeners {
    const FIRST: u16 = 15_000;
    const COUNT: u16 = 16_000;
    let start = (std::process::id() % u32::from(COUNT)) as u16;
    for _ in 0..COUNT / 4 {
        let offset = (start.wrapping_add(NEXT_PORT.fetch_add(4, Ordering::Relaxed)) % COUNT) & !3;
        if let Ok(listeners) = Listeners::bind(Ports {
            https: FIRST + offset,
            pki: FIRST + offset + 1,
            operator: FIRST + offset + 2,
        }) {
            return listeners;
        }
    }
    panic!("no free port");
}

impl Stand {
    /// A portal a hundred times faster than life.
    pub fn start() -> Self {
        Self::start_with(Settings {
            speed: 100.0,
            ..Settings::default()
        })
    }

    /// A portal with these settings.
    pub fn start_with(settings: Settings) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let listeners = listeners();
        let ports = listeners.ports().unwrap();
        let demo = demo::init(dir.path(), ports).unwrap();
        let config = Config {
            dir: dir.path().into(),
            listeners,
            settings: settings.clone(),
            database: None,
            faults: vec![],
        };
        let running = Some(Portal::start(config).unwrap());
        Self {
            dir,
            ports,
            settings,
            running,
            demo,
        }
    }

    /// Address of the port of certificates, lists, OCSP and time stamps.
    pub fn pki_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.pki)
    }

    /// Closes all ports: connections are refused from now on.
    pub fn stop(&mut self) {
        if let Some(portal) = self.running.take() {
            portal.shutdown();
        }
    }

    /// Opens them again; orders are where they were.
    pub fn restart(&mut self) {
        self.stop();
        let config = Config {
            dir: self.dir.path().into(),
            listeners: Listeners::bind(self.ports).unwrap(),
            settings: self.settings.clone(),
            database: None,
            faults: vec![],
        };
        self.running = Some(Portal::start(config).unwrap());
    }

    /// The demo directory.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A file of the demo PKI, for example `accountant.key`.
    pub fn pki(&self, file: &str) -> PathBuf {
        self.dir().join("pki").join(file)
    }

    /// SHA-256 of a demo certificate, hex.
    pub fn fingerprint(&self, certificate: &str) -> &str {
        &self.demo.certificate(certificate).unwrap().fingerprint
    }

    /// The API key of an employee.
    pub fn api_key(&self, employee: &str) -> String {
        self.demo.api_key(employee).unwrap().to_string()
    }

    /// A request to the plain HTTP port.
    pub fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Reply {
        request(self.ports.pki, method, path, body)
    }

    /// What a page of the operator's console holds.
    pub fn console(&self, path: &str) -> Reply {
        request(self.ports.operator, "GET", path, None)
    }

    fn control(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let reply = request(self.ports.operator, method, &format!("/control/{path}"), body);
        assert!(
            reply.status < 300,
            "{method} {path}: {}",
            String::from_utf8_lossy(&reply.body)
        );
        reply.json()
    }

    /// Changes settings.
    pub fn set(&self, patch: &Value) {
        self.control("PATCH", "settings", Some(patch));
    }

    /// Scripts a fault, for example `{"path": "/api/gusmev/order", "kind": "drop-after"}`.
    pub fn fault(&self, fault: &Value) {
        self.control("POST", "faults", Some(fault));
    }

    /// Puts a letter of Госпочта into the box of the first organisation.
    pub fn put_letter(&self, letter: &Value) {
        self.control("POST", "mail", Some(letter));
    }

    /// Every letter, with who opened it and when it counts as delivered.
    pub fn letters(&self) -> Vec<Value> {
        self.control("GET", "mail", None).as_array().unwrap().clone()
    }

    /// Whether every scripted fault has struck.
    pub fn all_faults_struck(&self) -> bool {
        self.control("GET", "faults", None) == json!([])
    }

    /// Messages the portal sent, oldest first: `{"id", "at", "channel", "to", "text", "code"?}`.
    pub fn outgoing(&self) -> Vec<Value> {
        self.control("GET", "outgoing", None).as_array().unwrap().clone()
    }

    /// Every power of attorney of the registry.
    pub fn registered_poas(&self) -> Vec<Value> {
        self.control("GET", "poa", None).as_array().unwrap().clone()
    }

    /// Every task of the registry, with its errors.
    pub fn poa_tasks(&self) -> Vec<Value> {
        self.control("GET", "poa/tasks", None).as_array().unwrap().clone()
    }

    /// Where messages of the portal are read; outlives a borrow of the stand.
    pub fn postbox(&self) -> Postbox {
        Postbox {
            operator: self.ports.operator,
        }
    }

    /// The first organisation of the registry whose name, ИНН or ОГРН fits and which is as wanted.
    pub fn registered(&self, query: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let all = self.control("GET", &format!("registry?query={query}&limit=100"), None);
        let found = all.as_array().unwrap().iter().find(|entry| wanted(entry));
        found.unwrap().clone()
    }

    /// What an operator does, for example `("memberships", {"employee": "accountant", …})`.
    pub fn operate(&self, what: &str, body: &Value) {
        self.control("POST", what, Some(body));
    }

    /// Actions the portal refused for want of a permission.
    pub fn refusals(&self) -> Vec<Value> {
        self.control("GET", "refusals", None).as_array().unwrap().clone()
    }

    /// Every order.
    pub fn orders(&self) -> Vec<Value> {
        self.control("GET", "orders", None).as_array().unwrap().clone()
    }

    /// Makes so many accepted orders of the first organisation, filed over the last five years.
    pub fn seed_orders(&self, count: u32) {
        self.control("POST", "orders/seed", Some(&json!({ "count": count })));
    }

    /// The oldest so many orders get one more status now.
    pub fn touch_orders(&self, count: u32) {
        self.control("POST", "orders/touch", Some(&json!({ "count": count })));
    }

    /// Forgets which requests there were.
    pub fn forget_requests(&self) {
        self.control("DELETE", "requests", None);
    }

    /// Enters a licence, for example `{"organisation": 1, "service": "99000000010", "endsInDays": 7}`; returns its number.
    pub fn give_licence(&self, request: &Value) -> String {
        let answer = self.control("POST", "licences", Some(request));
        answer["number"].as_str().unwrap().to_owned()
    }

    /// Says how an employee stands as a representative: `{"employee": …, "organisation": …, "status": "not-confirmed"}`.
    pub fn set_representative(&self, request: &Value) {
        self.control("POST", "representatives", Some(request));
    }

    /// Puts an employee into an organisation: `{"employee": …, "organisation": …, "role": "administrator"}`.
    pub fn set_membership(&self, request: &Value) {
        self.control("POST", "memberships", Some(request));
    }

    /// The code that was sent last, to whomever.
    pub fn last_code(&self) -> String {
        let sent = self.control("GET", "outgoing", None);
        let mut codes = sent
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one["code"].as_str());
        codes.next_back().unwrap().to_owned()
    }

    /// The only order there is.
    pub fn only_order(&self) -> Value {
        let mut orders = self.orders();
        assert_eq!(orders.len(), 1, "{orders:#?}");
        orders.remove(0)
    }

    /// The only order that holds content. A number whose answer was lost stays behind as an empty draft.
    pub fn only_filed(&self) -> Value {
        let mut filed: Vec<Value> = self.orders();
        filed.retain(|order| order["draft"] == false || order["push_requests"] != 0);
        assert_eq!(filed.len(), 1, "{filed:#?}");
        filed.remove(0)
    }

    /// How often the portal has finished with requests to such paths, answered or not; `*` at the end stands for anything.
    pub fn requests_to(&self, method: &str, path: &str) -> usize {
        self.ranges_of(method, path).len()
    }

    /// What part of a file each of these requests asked for, in order.
    pub fn ranges_of(&self, method: &str, path: &str) -> Vec<Option<String>> {
        let fits = |asked: &str| match path.strip_suffix('*') {
            Some(start) => asked.starts_with(start),
            None => asked == path,
        };
        let all = self.control("GET", "requests", None);
        let all = all.as_array().unwrap();
        all.iter()
            .filter(|one| one["method"] == method && one["path"].as_str().is_some_and(fits))
            .map(|one| one["range"].as_str().map(str::to_owned))
            .collect()
    }

    /// Changes what a result of an order holds: `{"name": "…", "text": "…"}`.
    pub fn replace_result(&self, order: &Value, result: &Value) {
        self.control("POST", &format!("orders/{order}/results"), Some(result));
    }

    /// Requests that wait on phones of Госключ.
    pub fn on_phones(&self) -> Vec<Value> {
        let all = self.control("GET", "goskey", None);
        let open = |one: &&Value| one["decision"].is_null();
        all.as_array().unwrap().iter().filter(open).cloned().collect()
    }

    /// The person of an order does `sign`, `reject` or `expire`; `{"flaw": "content"}` makes what comes back wrong.
    pub fn answer_on_phone(&self, order: &str, action: &str, request: &Value) {
        self.control("POST", &format!("goskey/{order}/{action}"), Some(request));
    }

    /// The first list of accredited authorities.
    pub fn trust_list(&self) -> PathBuf {
        self.dir().join(&self.demo.trust_list.as_ref().unwrap().file)
    }

    /// Publishes a list of accredited authorities, for example `{"status": "suspended"}`; returns its version.
    pub fn publish_list(&self, request: &Value) -> u64 {
        let answer = self.control("POST", "trust-list", Some(request));
        answer["version"].as_u64().unwrap()
    }

    /// Changes a person's account at ЕСИА, for example `{"end_sessions": true}`.
    pub fn change_account(&self, employee: &str, change: &Value) {
        self.control("POST", &format!("accounts/{employee}"), Some(change));
    }

    /// The last code that was sent to this phone or e-mail.
    pub fn code_sent_to(&self, to: &str) -> Option<String> {
        let sent = self.control("GET", "outgoing", None);
        let own = |message: &&Value| message["to"] == to && message["code"].is_string();
        let last = sent.as_array()?.iter().rfind(own)?;
        last["code"].as_str().map(str::to_owned)
    }

    /// Puts a certificate on the revocation list.
    pub fn revoke(&self, certificate: &str) {
        let serial = &self.demo.certificate(certificate).unwrap().serial;
        self.control("POST", "revoke", Some(&json!({ "serial": serial })));
    }

    /// A folder with the root and the authority, as an administrator would keep them.
    pub fn trust_folder(&self) -> PathBuf {
        let folder = self.dir().join("trust");
        std::fs::create_dir_all(&folder).unwrap();
        for file in ["root.crt", "ca.crt"] {
            std::fs::copy(self.pki(file), folder.join(file)).unwrap();
        }
        folder
    }

    /// Revocation lists of now, root's and authority's, DER.
    pub fn crls(&self) -> [PathBuf; 2] {
        ["root.crl", "ca.crl"].map(|file| {
            let path = self.dir().join(file);
            std::fs::write(&path, self.request("GET", &format!("/{file}"), None).body).unwrap();
            path
        })
    }

    /// Root and authority in one PEM file, as OpenSSL wants them.
    pub fn roots(&self) -> PathBuf {
        let path = self.dir().join("roots.pem");
        let both = ["root.crt", "ca.crt"]
            .map(|file| std::fs::read(self.pki(file)).unwrap())
            .concat();
        std::fs::write(&path, both).unwrap();
        path
    }
}
