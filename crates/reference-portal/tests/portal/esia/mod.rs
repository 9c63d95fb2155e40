//! ЕСИА: signing in with a browser, tokens, persons and organisations, and attacks on all of it.

mod authorize;
mod browser;
mod confidential;
mod devices;
mod exchange;
mod keys;
mod passwords;
mod rest;
mod second_factor;
mod security;
mod sign_in;
mod tokens;

use base64ct::{Base64UrlUnpadded, Encoding as _};
pub use browser::{Browser, Page};
use serde_json::Value;
use sha2::Digest as _;
use time::OffsetDateTime;
use time::macros::{format_description, offset};
use url::form_urlencoded;

use crate::stand::Stand;

pub const REDIRECT: &str = "http://127.0.0.1:41234/esia";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const SCOPE: &str = "openid fullname usr_org";

/// `yyyy.MM.dd HH:mm:ss +0300`, so many seconds from now.
pub fn timestamp(off_s: i64) -> String {
    let format = format_description!("[year].[month].[day] [hour]:[minute]:[second] +0300");
    let at = OffsetDateTime::now_utc().to_offset(offset!(+3)) + time::Duration::seconds(off_s);
    at.format(format).unwrap()
}

pub fn challenge(verifier: &str) -> String {
    Base64UrlUnpadded::encode_string(&sha2::Sha256::digest(verifier))
}

/// Parameters that change from test to test: a value in place of the usual one, or none.
pub type Changes<'a> = &'a [(&'a str, Option<&'a str>)];

fn changed(usual: Vec<(&'static str, String)>, changes: Changes<'_>) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = usual.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
    for (name, value) in changes {
        all.retain(|(n, _)| n != name);
        all.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
    }
    all
}

/// An authorization request of the public system.
pub fn request(changes: Changes<'_>) -> String {
    let usual = vec![
        ("client_id", "KABINET_DEMO".to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("response_type", "code".to_owned()),
        ("scope", SCOPE.to_owned()),
        ("state", "state-1".to_owned()),
        ("nonce", "nonce-1".to_owned()),
        ("timestamp", timestamp(0)),
        ("access_type", "offline".to_owned()),
        ("code_challenge", challenge(VERIFIER)),
        ("code_challenge_method", "S256".to_owned()),
    ];
    let pairs = changed(usual, changes);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("/aas/oauth2/v2/ac?{query}")
}

/// The form of the token method for a code, of the public system.
pub fn token_form(code: &str, changes: Changes<'_>) -> Vec<(String, String)> {
    let usual = vec![
        ("client_id", "KABINET_DEMO".to_owned()),
        ("code", code.to_owned()),
        ("grant_type", "authorization_code".to_owned()),
        ("state", "state-2".to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("scope", SCOPE.to_owned()),
        ("timestamp", timestamp(0)),
        ("token_type", "Bearer".to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ];
    changed(usual, changes)
}

pub fn refresh_form(token: &str, changes: Changes<'_>) -> Vec<(String, String)> {
    let usual = vec![
        ("client_id", "KABINET_DEMO".to_owned()),
        ("refresh_token", token.to_owned()),
        ("grant_type", "refresh_token".to_owned()),
        ("state", "state-3".to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("timestamp", timestamp(0)),
    ];
    changed(usual, changes)
}

/// Status and body of the token method.
pub fn exchange(stand: &Stand, form: &[(String, String)]) -> (u16, Value) {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let answer = stand
        .http
        .post(format!("{}/aas/oauth2/v3/te", stand.portal.urls.esia))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    (answer.status().as_u16(), answer.json().unwrap())
}

/// Status, OAuth error and code of a refusal of the token method.
pub fn refusal(stand: &Stand, form: &[(String, String)]) -> (u16, String, String) {
    let (status, body) = exchange(stand, form);
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let code = text("error_description")
        .split(':')
        .next()
        .unwrap_or_default()
        .to_owned();
    (status, text("error"), code)
}

/// The password of a demo person.
pub fn password(stand: &Stand, employee: &str) -> String {
    let accounts = &stand.portal.demo.accounts;
    accounts
        .iter()
        .find(|a| a.employee == employee)
        .unwrap()
        .password
        .clone()
}

pub fn phone(stand: &Stand, employee: &str) -> String {
    let accounts = &stand.portal.demo.accounts;
    accounts
        .iter()
        .find(|a| a.employee == employee)
        .unwrap()
        .phone
        .clone()
}

/// Messages that were sent.
pub fn outgoing(stand: &Stand) -> Vec<Value> {
    stand.control("/outgoing").as_array().unwrap().clone()
}

/// The code sent last.
pub fn last_code(stand: &Stand) -> String {
    let sent = outgoing(stand);
    let last = sent.iter().rev().find_map(|message| message["code"].as_str());
    last.unwrap().to_owned()
}

/// The code the application shows, by a tool we did not write.
pub fn app_code(stand: &Stand, employee: &str, step_back: i64) -> String {
    let accounts = &stand.portal.demo.accounts;
    let secret = accounts
        .iter()
        .find(|a| a.employee == employee)
        .unwrap()
        .totp_secret
        .clone()
        .unwrap();
    let now = OffsetDateTime::now_utc().unix_timestamp() - 30 * step_back;
    let script = "import sys,hmac,base64,struct\n\
        k=base64.b32decode(sys.argv[1]);d=hmac.digest(k,struct.pack('>Q',int(sys.argv[2])//30),'sha1')\n\
        o=d[19]&15;print('%06d'%((struct.unpack('>I',d[o:o+4])[0]&0x7fffffff)%1000000))";
    let output = std::process::Command::new("python3")
        .args(["-c", script, &secret, &now.to_string()])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// From the request to the page that wants the second factor.
pub fn give_password(stand: &Stand, browser: &Browser, request: &str, employee: &str) -> Page {
    let page = browser.follow(browser.get(request));
    if !page.has_id("login") {
        // Signed in already.
        return page;
    }
    let login = [
        ("login", phone(stand, employee)),
        ("password", password(stand, employee)),
    ];
    let login: Vec<(&str, &str)> = login.iter().map(|(n, v)| (*n, v.as_str())).collect();
    browser.submit(&page, "/idp/login", &login)
}

/// From the request to the page after the second factor, if one is wanted.
pub fn sign_in(stand: &Stand, browser: &Browser, request: &str, employee: &str) -> Page {
    let page = give_password(stand, browser, request, employee);
    if !page.has_id("code") {
        return page;
    }
    let code = if page.has_id("resend") && page.body.contains("приложени") {
        app_code(stand, employee, 0)
    } else {
        last_code(stand)
    };
    browser.submit(&page, "/idp/login/code", &[("code", &code)])
}

/// Allows what is asked for, if something is.
pub fn allow(browser: &Browser, page: Page) -> Page {
    if page.has_id("allow") {
        browser.submit(&page, "/idp/login/consent", &[("answer", "allow")])
    } else {
        page
    }
}

/// From the request to the redirect back.
pub fn pass(stand: &Stand, browser: &Browser, request: &str, employee: &str) -> Page {
    let page = sign_in(stand, browser, request, employee);
    let page = allow(browser, page);
    assert_eq!(page.status, 302, "{}", page.body);
    page
}

/// A code for the accountant.
pub fn code_for(stand: &Stand, browser: &Browser, changes: Changes<'_>) -> String {
    let page = pass(stand, browser, &request(changes), "accountant");
    page.parameter("code").unwrap()
}

/// Tokens for the accountant.
pub fn tokens_for(stand: &Stand, browser: &Browser) -> Value {
    let code = code_for(stand, browser, &[]);
    let (status, body) = exchange(stand, &token_form(&code, &[]));
    assert_eq!(status, 200, "{body}");
    body
}

pub fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_default().to_owned()
}

/// Header and payload of a token.
pub fn decoded(token: &str) -> (Value, Value) {
    let mut parts = token
        .split('.')
        .map(|part| Base64UrlUnpadded::decode_vec(part).unwrap());
    let mut json = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (json(), json())
}

/// Scopes of the demo organisation.
pub fn scope_org(stand: &Stand, organisation: &str, names: &[&str]) -> String {
    let oid = stand.portal.demo.organisation(organisation).unwrap().oid;
    let all: Vec<String> = names
        .iter()
        .map(|name| format!("http://esia.gosuslugi.ru/{name}?org_oid={oid}"))
        .collect();
    all.join(" ")
}

pub fn change_account(stand: &Stand, employee: &str, change: &Value) {
    assert_eq!(
        stand
            .control_post(&format!("/accounts/{employee}"), change)
            .status(),
        204
    );
}
