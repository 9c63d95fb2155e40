//! The three cookies: of a sign-in under way, of a session, of a device.

use axum::http::{HeaderMap, header};

/// The prefix makes browsers insist on HTTPS, this host and the whole site.
const LOGIN: &str = "__Host-esia-login";
const SESSION: &str = "__Host-esia-session";
const DEVICE: &str = "__Host-esia-device";
/// Lax: a system's own redirect must still find the session.
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";
const YEAR_S: i64 = 365 * 24 * 3600;

/// What the browser sent, and what it calls itself.
#[derive(Clone, Default)]
pub(crate) struct Cookies {
    login: Option<String>,
    session: Option<String>,
    device: Option<String>,
    pub(super) user_agent: String,
}

impl Cookies {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let user_agent = headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        let mut cookies = Self {
            user_agent: user_agent.unwrap_or_default().chars().take(300).collect(),
            ..Self::default()
        };
        let lines = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        for pair in lines.flat_map(|line| line.split(';')) {
            match pair.trim().split_once('=') {
                Some((LOGIN, value)) => cookies.login = Some(value.to_owned()),
                Some((SESSION, value)) => cookies.session = Some(value.to_owned()),
                Some((DEVICE, value)) => cookies.device = Some(value.to_owned()),
                _ => {}
            }
        }
        cookies
    }

    pub(crate) fn login(&self) -> Option<&str> {
        self.login.as_deref()
    }

    pub(crate) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    pub(crate) fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }
}

pub(super) fn login(value: &str, seconds: i64) -> String {
    format!("{LOGIN}={value}; {ATTRIBUTES}; Max-Age={seconds}")
}

pub(super) fn no_login() -> String {
    format!("{LOGIN}=; {ATTRIBUTES}; Max-Age=0")
}

/// Ends with the browser.
pub(super) fn session(value: &str) -> String {
    format!("{SESSION}={value}; {ATTRIBUTES}")
}

pub(super) fn no_session() -> String {
    format!("{SESSION}=; {ATTRIBUTES}; Max-Age=0")
}

pub(super) fn device(value: &str) -> String {
    format!("{DEVICE}={value}; {ATTRIBUTES}; Max-Age={YEAR_S}")
}
