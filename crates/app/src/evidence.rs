//! Certificates and revocation answers from the network, kept in the vault with their age.

use std::io;
use std::time::Duration;

use kabinet_domain::{DocumentId, Environment, FileRole};
use kabinet_pki::{Certificate, Evidence, Fetch, FetchError, Purpose, Trust, Verdict, gather, validate};
use kabinet_signature::Policy;
use kabinet_store::OrganisationStore;
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::state::Current;
use crate::{AppError, send};

/// Largest answer taken, bytes: revocation lists of large centres have tens of megabytes.
const LIMIT: usize = 64 << 20;
/// An answer this young is not asked for again.
const FRESH: time::Duration = time::Duration::hours(1);

/// Judges a certificate with what the vault keeps, fetching what is missing or too old if `online`.
pub(crate) async fn judge(
    current: &Current,
    certificate: Certificate,
    at: OffsetDateTime,
    online: bool,
) -> Result<Verdict, AppError> {
    let (store, trusted) = (current.store.clone(), current.trust.clone());
    let environment = current.environment();
    blocking(move || {
        let trusted = trusted.trusted(environment)?;
        let trust = &trusted.trust;
        let evidence = collect(&store, trust, environment, &certificate, at, online)?;
        Ok(validate(&certificate, trust, &evidence, at, Purpose::Signature))
    })
    .await
}

/// Fetches what the page will need to judge the document's signatures without a network; some were made without one. What
/// cannot be had leaves the judgement open, no more; a file that is no signature is judged on the page.
pub(crate) async fn gather_for(current: &Current, document: DocumentId) -> Result<(), AppError> {
    let (store, trusted) = (current.store.clone(), current.trust.clone());
    let environment = current.environment();
    blocking(move || {
        let trusted = trusted.trusted(environment)?;
        let trust = &trusted.trust;
        let now = OffsetDateTime::now_utc();
        for file in store.document(document)?.files {
            if !matches!(
                file.role,
                FileRole::Signature { .. } | FileRole::ResultSignature { .. }
            ) {
                continue;
            }
            let signature = send::read_all(&store, &file)?;
            let none = Evidence::default();
            let policy = Policy {
                trust,
                evidence: &none,
                at: now,
            };
            // Only the certificates matter here: no content is needed to read them.
            let certificates = kabinet_signature::verify(&signature, Some(&mut io::empty()), &policy)
                .map(|report| report.certificates())
                .unwrap_or_default();
            for certificate in certificates {
                collect(&store, trust, environment, &certificate, now, true)?;
            }
        }
        Ok(())
    })
    .await
}

/// Everything known that may help to judge the certificate. Blocks.
pub(crate) fn collect(
    store: &OrganisationStore,
    trust: &Trust,
    environment: Environment,
    certificate: &Certificate,
    at: OffsetDateTime,
    online: bool,
) -> Result<Evidence, AppError> {
    let fetch = CachedFetch::new(store, environment, online)?;
    Ok(gather(certificate, trust, &Evidence::default(), &fetch, at, &[]).evidence)
}

/// The network without a vault, for single files on the command line.
pub(crate) struct NetworkFetch(reqwest::blocking::Client, Internal);

impl NetworkFetch {
    pub(crate) fn new(internal: bool) -> Result<Self, AppError> {
        let internal = if internal {
            Internal::Allowed
        } else {
            Internal::Refused
        };
        client(true)?
            .map(|client| Self(client, internal))
            .ok_or(AppError::Background)
    }
}

/// Whether addresses inside this computer and its own network may be asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Internal {
    Allowed,
    Refused,
}

fn require(allowed: bool) -> Result<(), FetchError> {
    if allowed {
        Ok(())
    } else {
        Err(FetchError::Forbidden)
    }
}

/// Addresses come out of certificates nobody has verified: plain HTTP as RFC 5280 has it, and only the demo, or whoever
/// asks for it, may be led to this computer.
fn allows(url: &str, internal: Internal) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else {
        return false;
    };
    let Some(host) = url.host_str() else { return false };
    let host = host.trim_matches(['[', ']']);
    let inside = host == "localhost" || host.parse().is_ok_and(is_internal);
    matches!(url.scheme(), "http" | "https") && (!inside || internal == Internal::Allowed)
}

impl Fetch for NetworkFetch {
    fn get(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        require(allows(url, self.1))?;
        answer(self.0.get(url))
    }

    fn post(&self, url: &str, media_type: &str, body: &[u8]) -> Result<Vec<u8>, FetchError> {
        require(allows(url, self.1))?;
        answer(
            self.0
                .post(url)
                .header(reqwest::header::CONTENT_TYPE, media_type)
                .body(body.to_vec()),
        )
    }
}

/// Looks into the vault first and keeps there what the network gives.
pub(crate) struct CachedFetch<'a> {
    store: &'a OrganisationStore,
    client: Option<reqwest::blocking::Client>,
    environment: Environment,
}

fn client(online: bool) -> Result<Option<reqwest::blocking::Client>, AppError> {
    if !online {
        return Ok(None);
    }
    // Whoever installed a provider before us chose the same one or has reasons of its own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::blocking::Client::builder()
        .connect_timeout(Duration::from_secs(3))
        .timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map(Some)
        .map_err(|_| AppError::Background)
}

impl<'a> CachedFetch<'a> {
    /// Asks the network only if `online`.
    pub(crate) fn new(
        store: &'a OrganisationStore,
        environment: Environment,
        online: bool,
    ) -> Result<Self, AppError> {
        Ok(Self {
            store,
            client: client(online)?,
            environment,
        })
    }

    fn cached(&self, key: &str, any_age: bool) -> Option<Vec<u8>> {
        let cached = self.store.cached(key).ok()??;
        let young = OffsetDateTime::now_utc() - cached.fetched_at < FRESH;
        (any_age || young).then_some(cached.bytes)
    }

    fn exchange(
        &self,
        key: &str,
        url: &str,
        request: impl FnOnce(&reqwest::blocking::Client) -> reqwest::blocking::RequestBuilder,
    ) -> Result<Vec<u8>, FetchError> {
        if let Some(bytes) = self.cached(key, false) {
            return Ok(bytes);
        }
        let fresh = match &self.client {
            Some(client) if allows(url, self.internal()) => answer(request(client)),
            _ => Err(FetchError::Forbidden),
        };
        match fresh {
            Ok(bytes) => {
                // A cache that cannot be written costs a request the next time, nothing more.
                let _ = self.store.cache(key, &bytes, OffsetDateTime::now_utc());
                Ok(bytes)
            }
            // An old answer is better than none: the judgement states its age.
            Err(error) => self.cached(key, true).ok_or(error),
        }
    }

    fn internal(&self) -> Internal {
        if self.environment == Environment::Demo {
            Internal::Allowed
        } else {
            Internal::Refused
        }
    }
}

fn is_internal(ip: std::net::IpAddr) -> bool {
    match ip {
        std::net::IpAddr::V4(ip) => {
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified()
        }
        std::net::IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local(),
    }
}

fn answer(request: reqwest::blocking::RequestBuilder) -> Result<Vec<u8>, FetchError> {
    use std::io::Read;
    let answer = request.send().map_err(|_| FetchError::Unreachable)?;
    if !answer.status().is_success() {
        return Err(FetchError::Status(answer.status().as_u16()));
    }
    let mut bytes = Vec::new();
    answer
        .take(LIMIT as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| FetchError::Unreachable)?;
    if bytes.len() > LIMIT {
        Err(FetchError::TooLarge)
    } else {
        Ok(bytes)
    }
}

impl Fetch for CachedFetch<'_> {
    fn get(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        self.exchange(url, url, |client| client.get(url))
    }

    fn post(&self, url: &str, media_type: &str, body: &[u8]) -> Result<Vec<u8>, FetchError> {
        use sha2::Digest;
        // Every time stamp is a new one.
        if media_type == kabinet_pki::tsp::QUERY_TYPE {
            return match &self.client {
                Some(client) if allows(url, self.internal()) => answer(
                    client
                        .post(url)
                        .header(reqwest::header::CONTENT_TYPE, media_type)
                        .body(body.to_vec()),
                ),
                _ => Err(FetchError::Forbidden),
            };
        }
        let key = format!("{url}#{}", hex::encode(sha2::Sha256::digest(body)));
        self.exchange(&key, url, |client| {
            client
                .post(url)
                .header(reqwest::header::CONTENT_TYPE, media_type)
                .body(body.to_vec())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_cannot_send_us_into_our_own_network() {
        for url in [
            "http://localhost/ca.crl",
            "http://127.0.0.1:8088/ca.crl",
            "http://192.168.0.1/",
            "http://10.1.2.3/",
            "http://169.254.169.254/latest",
            "http://[::1]/",
            "ftp://example.ru/ca.crl",
            "file:///etc/passwd",
        ] {
            assert!(!allows(url, Internal::Refused), "{url}");
        }
        assert!(allows("http://ca.example.ru/ca.crl", Internal::Refused));
        assert!(allows("http://127.0.0.1:8088/ca.crl", Internal::Allowed));
    }
}
