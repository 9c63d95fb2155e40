//! An ЕСИА on loopback that answers the token request as a test wants.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use axum::response::Response;
use base64ct::{Base64UrlUnpadded, Encoding};
use kabinet_portal::Portal;
use kabinet_portal::esia::{
    Asked, Authorization, Code, EsiaError, Redirect, Scopes, SystemSettings, Tokens, VerificationKeys,
};
use kabinet_testkit::Authority;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::mock::{Mock, Seen, reply};

/// Certificates `esia`, `other` (ГОСТ) and `rsa`; made once, as OpenSSL takes its time.
pub fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(|| {
        let authority = Authority::new();
        authority.issue("esia", "gost2012_256:paramset:A");
        authority.issue("other", "gost2012_256:paramset:A");
        authority.issue("rsa", "RSA:rsa_keygen_bits:2048");
        authority
    })
}

pub fn certificate(name: &str) -> Vec<u8> {
    std::fs::read(authority().path(&format!("{name}.crt"))).unwrap()
}

pub fn settings(certificates: &[&str]) -> SystemSettings {
    let files: Vec<Vec<u8>> = certificates.iter().map(|name| certificate(name)).collect();
    SystemSettings {
        client_id: "KABINET_DEMO".to_owned(),
        redirect: Redirect::new("http://127.0.0.1/esia", None).unwrap(),
        key: None,
        verification: VerificationKeys::read(files.iter().map(Vec::as_slice)).unwrap(),
        issuer: SystemSettings::ISSUER.to_owned(),
        returns_nonce: true,
    }
}

pub fn asked(scopes: Scopes) -> Asked {
    Asked {
        scopes,
        offline: true,
        anew: false,
    }
}

pub fn query_of(url: &str) -> BTreeMap<String, String> {
    let url = reqwest::Url::parse(url).unwrap();
    let mut pairs = BTreeMap::new();
    for (name, value) in url.query_pairs() {
        assert!(
            pairs.insert(name.to_string(), value.to_string()).is_none(),
            "{name} twice"
        );
    }
    pairs
}

pub fn form_of(seen: &Seen) -> BTreeMap<String, String> {
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    query_of(&format!("http://x/?{}", String::from_utf8_lossy(&seen.body)))
}

fn part(value: &Value) -> String {
    Base64UrlUnpadded::encode_string(value.to_string().as_bytes())
}

/// A JWS signed by OpenSSL with the key of this name.
pub fn signed(header: &Value, claims: &Value, key: &str) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let digest = if key == "rsa" { "-sha256" } else { "-md_gost12_256" };
    let file = authority().path(&format!("{key}.key"));
    let signature = authority().openssl().must(
        &["dgst", digest, "-sign", file.to_str().unwrap()],
        message.as_bytes(),
    );
    format!("{message}.{}", Base64UrlUnpadded::encode_string(&signature))
}

pub fn unsigned(header: &Value, claims: &Value, signature: &[u8]) -> String {
    format!(
        "{}.{}.{}",
        part(header),
        part(claims),
        Base64UrlUnpadded::encode_string(signature)
    )
}

pub fn gost() -> Value {
    json!({"typ": "JWT", "alg": "GOST3410_2012_256", "sbt": "id", "ver": 1})
}

/// Good claims for this nonce.
pub fn claims(nonce: &str) -> Value {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    json!({
        "iss": "http://esia.gosuslugi.ru/", "aud": "KABINET_DEMO", "sub": 1000000002,
        "exp": now + 3600, "iat": now, "nbf": now, "auth_time": now, "amr": "PWD", "nonce": nonce,
        "urn:esia:sbj": {"urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": 1000000002, "urn:esia:sbj:nam": "OID.1000000002"},
    })
}

/// An access token for a person, or for an organisation.
pub fn access_token(subject: u64, organisation: Option<u64>) -> String {
    let exp = OffsetDateTime::now_utc().unix_timestamp() + 3600;
    let mut claims = json!({"exp": exp, "client_id": "KABINET_DEMO", "urn:esia:sbj_id": subject});
    if let Some(oid) = organisation {
        claims["org_oid"] = json!(oid);
    }
    unsigned(&gost(), &claims, b"not looked at")
}

/// What a test does to an answer that is good in itself.
pub type Change = Arc<dyn Fn(&mut Value, &BTreeMap<String, String>) + Send + Sync>;

/// An ЕСИА, the client of it, and a request that waits for its answer.
pub struct Provider {
    pub mock: Mock,
    pub portal: Portal,
    pub system: SystemSettings,
    nonce: Arc<Mutex<String>>,
}

impl Provider {
    /// An ЕСИА whose token answers are good but for `change`.
    pub async fn start(
        system: SystemSettings,
        change: impl Fn(&mut Value, &BTreeMap<String, String>) + Send + Sync + 'static,
    ) -> Self {
        let nonce = Arc::new(Mutex::new(String::new()));
        let (given, change): (_, Change) = (nonce.clone(), Arc::new(change));
        let mock = Mock::start(move |seen| answer(seen, &given.lock().unwrap(), &change)).await;
        let portal = mock.client();
        Self {
            mock,
            portal,
            system,
            nonce,
        }
    }

    /// With an ID token made of changed claims.
    pub async fn with_id_token(make: impl Fn(Value) -> String + Send + Sync + 'static) -> Self {
        Self::start(settings(&["esia"]), move |answer, _| {
            let nonce = answer["test_nonce"].as_str().unwrap_or_default().to_owned();
            answer["id_token"] = json!(make(claims(&nonce)));
        })
        .await
    }

    pub async fn authorize(&self, scopes: Scopes) -> Authorization {
        let authorization = self
            .portal
            .authorization(&self.system, &asked(scopes), "http://127.0.0.1:4711/esia")
            .await
            .unwrap();
        *self.nonce.lock().unwrap() = query_of(authorization.url())["nonce"].clone();
        authorization
    }

    /// The whole exchange for a person.
    pub async fn sign_in(&self) -> Result<Tokens, EsiaError> {
        let authorization = self.authorize(Scopes::person()).await;
        self.portal
            .exchange_code(&self.system, authorization, Code::new("the-code".to_owned()))
            .await
    }
}

fn answer(seen: &Seen, nonce: &str, change: &Change) -> Response {
    if seen.uri.starts_with("/rs/") {
        return reply(401, "");
    }
    assert_eq!(
        (seen.method.as_str(), seen.uri.as_str()),
        ("POST", "/aas/oauth2/v3/te")
    );
    let form = form_of(seen);
    let mut answer = json!({
        "access_token": access_token(1000000002, None), "refresh_token": "the-refresh-token", "state": form["state"],
        "token_type": "Bearer", "expires_in": 3600, "test_nonce": nonce,
    });
    change(&mut answer, &form);
    if answer.get("id_token").is_none() {
        answer["id_token"] = json!(signed(&gost(), &claims(nonce), "esia"));
    }
    reply(200, answer.to_string())
}
