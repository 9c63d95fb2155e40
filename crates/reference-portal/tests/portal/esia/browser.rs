//! A browser of its own: cookies, forms, redirects that are looked at and not followed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use reqwest::blocking::{Client, Response};
use url::Url;

use crate::stand::{Stand, client_builder};

pub struct Browser {
    http: Client,
    pub base: String,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// An answer as a browser sees it.
pub struct Page {
    pub status: u16,
    pub body: String,
    pub location: Option<String>,
    pub headers: reqwest::header::HeaderMap,
}

impl Page {
    /// A parameter of the address the page leads to.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let url = Url::parse(self.location.as_deref()?).ok()?;
        url.query_pairs()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let (_, after) = self.body.split_once(&format!("name=\"{name}\" value=\""))?;
        Some(after.split_once('"')?.0.to_owned())
    }

    pub fn has_id(&self, id: &str) -> bool {
        self.body.contains(&format!("id=\"{id}\""))
    }

    /// `error_description` up to its colon.
    pub fn error_code(&self) -> String {
        let text = self.parameter("error_description").unwrap_or_default();
        text.split(':').next().unwrap_or_default().to_owned()
    }
}

impl Browser {
    pub fn new(stand: &Stand) -> Self {
        let http = client_builder(stand.dir.path())
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
            .build()
            .unwrap();
        Self {
            http,
            base: stand.portal.urls.esia.clone(),
            cookies: RefCell::default(),
        }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.into(), value.into());
    }

    fn take(&self, answer: Response) -> Page {
        for line in answer.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            for wanted in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(line.contains(wanted), "{line}");
            }
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            assert!(name.starts_with("__Host-"), "{line}");
            if line.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        Page {
            status: answer.status().as_u16(),
            location: answer
                .headers()
                .get("location")
                .map(|value| value.to_str().unwrap().to_owned()),
            headers: answer.headers().clone(),
            body: answer.text().unwrap(),
        }
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.borrow();
        cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    pub fn get(&self, address: &str) -> Page {
        let address = if address.starts_with('/') {
            format!("{}{address}", self.base)
        } else {
            address.to_owned()
        };
        self.take(
            self.http
                .get(address)
                .header("cookie", self.cookie_header())
                .send()
                .unwrap(),
        )
    }

    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("cookie", self.cookie_header())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        self.take(request.send().unwrap())
    }

    /// Goes on while the answer leads to another page of the portal.
    pub fn follow(&self, mut page: Page) -> Page {
        while let Some(to) = page.location.clone().filter(|to| to.starts_with('/')) {
            page = self.get(&to);
        }
        page
    }

    /// Sends a form of `page`, with its hidden fields.
    pub fn submit(&self, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
        let hidden: Vec<(&str, String)> = ["a", "t", "recovery"]
            .into_iter()
            .filter_map(|name| Some((name, page.hidden(name)?)))
            .collect();
        let mut form: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        form.extend(fields);
        self.follow(self.post(path, &form))
    }
}
