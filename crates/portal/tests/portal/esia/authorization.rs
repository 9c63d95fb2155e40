//! The address a browser is sent to.

use std::sync::{Arc, Mutex};

use base64ct::{Base64UrlUnpadded, Encoding};
use kabinet_portal::esia::{Scopes, SystemKey, SystemKeyError, SystemSettings};
use kabinet_testkit::Authority;

use super::provider::{asked, authority, query_of, settings};
use crate::mock::Mock;

/// A key of the system in a file, used by OpenSSL.
pub struct OpenSslKey {
    authority: &'static Authority,
    certificate: Vec<u8>,
    pub texts: Arc<Mutex<Vec<String>>>,
}

impl OpenSslKey {
    pub fn new() -> Self {
        let authority = authority();
        let crt = authority.path("other.crt");
        let certificate = authority
            .openssl()
            .must(&["x509", "-in", crt.to_str().unwrap(), "-outform", "DER"], b"");
        Self {
            authority,
            certificate,
            texts: Arc::default(),
        }
    }
}

impl SystemKey for OpenSslKey {
    fn sign(&self, text: &[u8]) -> Result<[u8; 64], SystemKeyError> {
        self.texts
            .lock()
            .unwrap()
            .push(String::from_utf8(text.to_vec()).unwrap());
        let key = self.authority.path("other.key");
        let arguments = ["dgst", "-md_gost12_256", "-sign", key.to_str().unwrap()];
        let signature = self.authority.openssl().must(&arguments, text);
        signature.try_into().map_err(|_| SystemKeyError)
    }

    fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }
}

async fn url_of(system: &SystemSettings, scopes: Scopes) -> String {
    let mock = Mock::always(500, "").await;
    let authorization = mock
        .client()
        .authorization(system, &asked(scopes), "http://127.0.0.1:4711/esia")
        .await
        .unwrap();
    authorization.url().to_owned()
}

#[tokio::test]
async fn a_public_client_asks_with_pkce_state_nonce_and_time() {
    let url = url_of(&settings(&["esia"]), Scopes::person()).await;
    assert!(
        url.starts_with("http://127.0.0.1:") && url.contains("/aas/oauth2/v2/ac?"),
        "{url}"
    );
    let query = query_of(&url);
    let get = |name: &str| query.get(name).map(String::as_str);
    assert_eq!(get("client_id"), Some("KABINET_DEMO"));
    assert_eq!(get("scope"), Some("openid fullname usr_org"));
    assert_eq!(get("scope_org"), None);
    assert_eq!(get("response_type"), Some("code"));
    assert_eq!(get("redirect_uri"), Some("http://127.0.0.1:4711/esia"));
    assert_eq!(get("access_type"), Some("offline"));
    assert_eq!(get("code_challenge_method"), Some("S256"));
    assert_eq!(get("code_challenge").map(str::len), Some(43));
    assert_eq!(get("state").map(str::len), Some(36));
    assert_ne!(get("nonce"), get("state"));
    assert_eq!(
        (get("client_secret"), get("client_certificate_hash")),
        (None, None)
    );
    let timestamp = get("timestamp").unwrap();
    assert!(
        timestamp.len() == 25 && timestamp.ends_with(" +0300"),
        "{timestamp}"
    );
    // A space in a query and a plus sign are not the same.
    assert!(url.contains("%2B0300"), "{url}");
}

#[tokio::test]
async fn no_two_requests_are_alike() {
    let system = settings(&["esia"]);
    let (one, other) = (
        query_of(&url_of(&system, Scopes::person()).await),
        query_of(&url_of(&system, Scopes::person()).await),
    );
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(one[name], other[name], "{name}");
    }
}

#[tokio::test]
async fn an_organisation_is_asked_for_by_its_oid() {
    let query = query_of(&url_of(&settings(&["esia"]), Scopes::organisation("1000000001")).await);
    assert_eq!(query["scope"], "openid fullname http://lk.gosuslugi.ru/api-order");
    let scopes: Vec<&str> = query["scope_org"].split(' ').collect();
    assert!(
        scopes.contains(&"http://esia.gosuslugi.ru/org_ogrn?org_oid=1000000001"),
        "{scopes:?}"
    );
    assert!(scopes.iter().all(|scope| scope.ends_with("?org_oid=1000000001")));
}

#[tokio::test]
async fn a_confidential_client_signs_what_is_published_and_openssl_agrees() {
    let key = OpenSslKey::new();
    let (texts, certificate) = (key.texts.clone(), key.certificate.clone());
    let mut system = settings(&["esia"]);
    system.key = Some(Arc::new(key));
    let query = query_of(&url_of(&system, Scopes::organisation("1000000001")).await);
    let expected = [
        "client_id",
        "scope",
        "scope_org",
        "timestamp",
        "state",
        "redirect_uri",
    ]
    .map(|name| query[name].as_str())
    .concat();
    assert_eq!(*texts.lock().unwrap(), std::slice::from_ref(&expected));
    let signature = Base64UrlUnpadded::decode_vec(&query["client_secret"]).unwrap();
    assert_eq!(signature.len(), 64);
    let openssl = authority().openssl();
    let file = openssl.path("client_secret");
    std::fs::write(&file, &signature).unwrap();
    let crt = openssl.path("other.crt");
    let public = openssl.must(&["x509", "-in", crt.to_str().unwrap(), "-noout", "-pubkey"], b"");
    std::fs::write(openssl.path("other.pub"), public).unwrap();
    let arguments = [
        "dgst",
        "-md_gost12_256",
        "-verify",
        "other.pub",
        "-signature",
        "client_secret",
    ];
    openssl.must(&arguments, expected.as_bytes());
    let hash = openssl.hash("md_gost12_256", &certificate).to_uppercase();
    assert_eq!(query["client_certificate_hash"], hash);
}
