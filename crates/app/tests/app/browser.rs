//! The browser of a test's person: goes to ЕСИА, signs in there, gives consent, and brings the answer back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use kabinet_app::{Browser, BrowserError};
use reqwest::blocking::Client;
use reqwest::{Certificate, Url};

/// What the person does with an address that is opened.
#[derive(Clone)]
pub enum Does {
    /// Signs in as an employee of the demo, where nobody is yet.
    SignsIn(&'static str),
    /// Says no where consent is asked for.
    Denies(&'static str),
    /// Nothing.
    Nothing,
    /// Something else.
    Script(Arc<dyn Fn(&str) + Send + Sync>),
}

/// Keeps cookies from one address to the next, as a browser does.
pub struct PersonsBrowser {
    demo: kabinet_reference_portal::demo::DemoIndex,
    dir: std::path::PathBuf,
    does: Mutex<Does>,
    opened: Mutex<Vec<String>>,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    is_missing: Mutex<bool>,
}

impl PersonsBrowser {
    pub fn new(stand: &kabinet_testkit::Stand) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            demo: stand.demo.clone(),
            dir: stand.dir().to_owned(),
            does: Mutex::new(Does::Nothing),
            opened: Mutex::default(),
            cookies: Arc::default(),
            is_missing: Mutex::default(),
        }
    }

    pub fn does(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    /// From now on is a browser nobody has signed in with.
    pub fn forgets(&self) {
        self.cookies.lock().unwrap().clear();
    }

    pub fn is_missing(&self, missing: bool) {
        *self.is_missing.lock().unwrap() = missing;
    }

    /// Addresses opened since the last call.
    pub fn was_opened(&self) -> Vec<String> {
        std::mem::take(&mut *self.opened.lock().unwrap())
    }

    fn session(&self, employee: &str, allows: bool) -> Session {
        let account = self
            .demo
            .accounts
            .iter()
            .find(|account| account.employee == employee)
            .unwrap();
        let root = std::fs::read(self.dir.join(&self.demo.tls.ca)).unwrap();
        Session {
            root,
            http: OnceLock::new(),
            base: self.demo.urls.esia.clone(),
            control: self.demo.urls.control.clone(),
            login: account.email.clone(),
            password: account.password.clone(),
            phone: account.phone.clone(),
            allows,
            cookies: self.cookies.clone(),
        }
    }
}

impl Browser for PersonsBrowser {
    fn open(&self, url: &str) -> Result<(), BrowserError> {
        if *self.is_missing.lock().unwrap() {
            return Err(BrowserError);
        }
        self.opened.lock().unwrap().push(url.to_owned());
        let url = url.to_owned();
        let session = match self.does.lock().unwrap().clone() {
            Does::SignsIn(employee) => self.session(employee, true),
            Does::Denies(employee) => self.session(employee, false),
            Does::Nothing => return Ok(()),
            Does::Script(script) => {
                std::thread::spawn(move || script(&url));
                return Ok(());
            }
        };
        std::thread::spawn(move || session.go(&url));
        Ok(())
    }
}

struct Session {
    root: Vec<u8>,
    http: OnceLock<Client>,
    base: String,
    control: String,
    login: String,
    password: String,
    phone: String,
    allows: bool,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

struct Page {
    body: String,
    location: Option<String>,
}

impl Session {
    /// Made on the thread that uses it: it has a runtime of its own.
    fn http(&self) -> &Client {
        self.http.get_or_init(|| {
            Client::builder()
                .no_proxy()
                .tls_certs_only([Certificate::from_pem(&self.root).unwrap()])
                .redirect(reqwest::redirect::Policy::none())
                .user_agent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
                .build()
                .unwrap()
        })
    }

    /// On from page to page until the answer was brought to the program.
    fn go(&self, url: &str) {
        let mut page = self.get(url);
        for _ in 0..20 {
            if let Some(to) = page.location.take() {
                if to.starts_with("http://127.0.0.1:") && !to.starts_with(&self.base) {
                    // The program's own address: no cookies go there.
                    self.http()
                        .get(to)
                        .header("sec-fetch-mode", "navigate")
                        .header("sec-fetch-dest", "document")
                        .send()
                        .unwrap();
                    return;
                }
                page = self.get(&to);
            } else if page.body.contains("id=\"password\"") {
                let fields = [
                    ("login", self.login.as_str()),
                    ("password", self.password.as_str()),
                ];
                page = self.post(&page, "/idp/login", &fields);
            } else if page.body.contains("id=\"code\"") {
                page = self.post(&page, "/idp/login/code", &[("code", &self.code())]);
            } else if page.body.contains("id=\"allow\"") {
                let answer = if self.allows { "allow" } else { "deny" };
                page = self.post(&page, "/idp/login/consent", &[("answer", answer)]);
            } else {
                panic!("a page nobody expected: {}", page.body);
            }
        }
        panic!("no end");
    }

    /// The code of the last message to the person's phone.
    fn code(&self) -> String {
        let reply: serde_json::Value = self
            .http()
            .get(format!("{}/outgoing", self.control))
            .send()
            .unwrap()
            .text()
            .map(|text| serde_json::from_str(&text).unwrap())
            .unwrap();
        let messages = reply.as_array().unwrap();
        let own = |message: &&serde_json::Value| {
            message["to"] == self.phone.as_str() && message["code"].is_string()
        };
        messages.iter().rfind(own).unwrap()["code"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn header(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn take(&self, answer: reqwest::blocking::Response) -> Page {
        for line in answer.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if line.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let header = answer.headers().get("location");
        Page {
            location: header.map(|value| value.to_str().unwrap().to_owned()),
            body: answer.text().unwrap(),
        }
    }

    fn get(&self, to: &str) -> Page {
        let to = if to.starts_with('/') {
            format!("{}{to}", self.base)
        } else {
            to.to_owned()
        };
        self.take(
            self.http()
                .get(to)
                .header("cookie", self.header())
                .send()
                .unwrap(),
        )
    }

    fn post(&self, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
        let hidden = |name: &str| {
            let (_, after) = page.body.split_once(&format!("name=\"{name}\" value=\""))?;
            Some(after.split_once('"')?.0.to_owned())
        };
        let mut form = Url::parse("http://x/").unwrap();
        for name in ["a", "t"] {
            form.query_pairs_mut().append_pair(name, &hidden(name).unwrap());
        }
        form.query_pairs_mut().extend_pairs(fields);
        let request = self
            .http()
            .post(format!("{}{path}", self.base))
            .header("cookie", self.header())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.query().unwrap().to_owned());
        self.take(request.send().unwrap())
    }
}
