//! Fetches what a judgement lacks: issuers' certificates, OCSP responses, revocation lists.

use std::cell::Cell;

use thiserror::Error;
use time::OffsetDateTime;

use crate::algorithm::DigestAlgorithm;
use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::ocsp::{self, CertId, OcspRequest, OcspResponse};
use crate::path::{BUDGET, MAX_CHAIN, candidates};
use crate::problem::Revocation;
use crate::requirements::{Purpose, Requirements};
use crate::revocation::{Question, revocation_of};
use crate::trust::{Evidence, Trust};
use crate::validate::Judge;

/// Why nothing was fetched.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum FetchError {
    /// No connection, name, or answer in time.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The server answered with an HTTP status other than success.
    #[error("the server answered with HTTP status {0}")]
    Status(u16),
    /// The answer exceeds the limit of the implementation.
    #[error("the answer is too large")]
    TooLarge,
    /// The address may not be used: scheme, host, or working offline.
    #[error("the address may not be used")]
    Forbidden,
}

/// The way to the network; the application implements it with its own limits of time and size. Addresses come
/// out of certificates that nobody has verified yet.
pub trait Fetch {
    /// HTTP GET.
    fn get(&self, url: &str) -> Result<Vec<u8>, FetchError>;
    /// HTTP POST of `body` with this media type.
    fn post(&self, url: &str, media_type: &str, body: &[u8]) -> Result<Vec<u8>, FetchError>;
}

/// What the fetching brought.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Everything useful, not judged yet.
    pub evidence: Evidence,
    /// Addresses that gave nothing useful, and why; `None`: the answer was unreadable or not about it.
    pub failures: Vec<(String, Option<FetchError>)>,
}

/// Most addresses asked for one certificate. Addresses come from certificates and lists that nobody has verified yet:
/// a chain of [`MAX_CHAIN`] honest certificates names about three each.
pub const MAX_FETCHES: usize = 40;

/// Fetches what `trust` and `known` lack to judge `certificate` at `at`: up the chain by caIssuers, then for
/// each certificate OCSP, then the lists if OCSP did not decide, then the deltas to them. Answers may be DER, PEM or
/// PKCS#7. No address is asked twice.
///
/// `nonce` (16 random octets, or empty for none) protects OCSP against replay where the responder repeats it; a
/// response with another nonce is dropped.
pub fn gather(
    certificate: &Certificate,
    trust: &Trust,
    known: &Evidence,
    fetch: &dyn Fetch,
    at: OffsetDateTime,
    nonce: &[u8],
) -> Gathered {
    let mut collector = Collector {
        trust,
        all: known.clone(),
        new: Gathered::default(),
        fetch,
        at,
        nonce,
        asked: Vec::new(),
    };
    collector.run(certificate);
    collector.new
}

struct Collector<'a> {
    trust: &'a Trust,
    all: Evidence,
    new: Gathered,
    fetch: &'a dyn Fetch,
    at: OffsetDateTime,
    nonce: &'a [u8],
    /// Addresses asked, with what for: a responder is asked once for each certificate.
    asked: Vec<(String, Vec<u8>)>,
}

impl Collector<'_> {
    fn run(&mut self, certificate: &Certificate) {
        let mut current = certificate.clone();
        let mut met = Vec::new();
        for _ in 1..MAX_CHAIN {
            if self.trust.anchors.contains(&current) {
                return;
            }
            // A chain that comes back to itself: cross certificates, or an authority that points at its own.
            if met.contains(&current) {
                return;
            }
            met.push(current.clone());
            let Some(issuer) = self.issuer_of(&current) else {
                return;
            };
            self.settle_revocation(&current, &issuer);
            current = issuer;
        }
    }

    fn issuer_of(&mut self, certificate: &Certificate) -> Option<Certificate> {
        if let Some(issuer) = self.known_issuer(certificate) {
            return Some(issuer);
        }
        for url in &certificate.urls().ca_issuers {
            if !self.may_ask(url, &[]) {
                continue;
            }
            let found = self
                .fetch
                .get(url)
                .map(|body| Certificate::read_all(&body).unwrap_or_default());
            self.note(url, &found, Vec::is_empty);
            let found = found.unwrap_or_default();
            self.all.certificates.extend(found.iter().cloned());
            self.new.evidence.certificates.extend(found);
            if let Some(issuer) = self.known_issuer(certificate) {
                return Some(issuer);
            }
        }
        None
    }

    fn known_issuer(&self, certificate: &Certificate) -> Option<Certificate> {
        candidates(certificate, self.trust, &self.all)
            .into_iter()
            .find(|issuer| certificate.verify_signed_by(issuer).is_ok())
    }

    fn settle_revocation(&mut self, certificate: &Certificate, issuer: &Certificate) {
        for url in &certificate.urls().ocsp {
            if self.is_settled(certificate, issuer) {
                return;
            }
            if !self.may_ask(url, &certificate.fingerprint()) {
                continue;
            }
            let found = self.ask_responder(url, certificate, issuer);
            self.note(url, &found, Option::is_none);
            let found = found.ok().flatten();
            self.all.ocsp.extend(found.clone());
            self.new.evidence.ocsp.extend(found);
        }
        for url in &certificate.urls().crl {
            if self.is_settled(certificate, issuer) {
                break;
            }
            self.fetch_lists(url);
        }
        // Deltas only where lists decide: they make these younger.
        let mut deltas = certificate.urls().freshest.clone();
        for list in &self.new.evidence.crls {
            if list.issuer_name() == certificate.issuer_name() {
                deltas.extend_from_slice(list.freshest_urls());
            }
        }
        if !self.new.evidence.crls.is_empty() {
            deltas.iter().for_each(|url| self.fetch_lists(url));
        }
    }

    fn fetch_lists(&mut self, url: &str) {
        if !self.may_ask(url, &[]) {
            return;
        }
        let found = self
            .fetch
            .get(url)
            .map(|body| Crl::read_all(&body).unwrap_or_default());
        self.note(url, &found, Vec::is_empty);
        let found = found.unwrap_or_default();
        self.all.crls.extend(found.iter().cloned());
        self.new.evidence.crls.extend(found);
    }

    /// Whether this address was not asked this before and the limit is not reached.
    fn may_ask(&mut self, url: &str, what: &[u8]) -> bool {
        let key = (url.to_owned(), what.to_vec());
        if self.asked.len() == MAX_FETCHES || self.asked.contains(&key) {
            return false;
        }
        self.asked.push(key);
        true
    }

    fn is_settled(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let revocation = revocation_of(&Question {
            certificate,
            issuer,
            anchor: None,
            judge: Judge {
                trust: self.trust,
                evidence: &self.all,
                at: self.at,
                requirements: &Requirements::new(Purpose::Any),
                budget: &Cell::new(BUDGET),
                signers: &[],
                anchor: None,
            },
        });
        !matches!(revocation, Revocation::Unknown { .. })
    }

    fn ask_responder(
        &self,
        url: &str,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<Option<OcspResponse>, FetchError> {
        // SHA-1 here identifies, it does not protect: the one digest every responder knows (RFC 5019 §2.1.1).
        let id = CertId::new(DigestAlgorithm::Sha1, certificate, issuer);
        let nonce = (!self.nonce.is_empty()).then(|| self.nonce.to_vec());
        let request = OcspRequest {
            certificates: vec![id],
            nonce: nonce.clone(),
        };
        let body = self.fetch.post(url, ocsp::REQUEST_TYPE, &request.to_der())?;
        Ok(OcspResponse::from_der(&body).ok().filter(|response| {
            let ours = response.nonce.is_none() || response.nonce == nonce;
            ours && response.about(certificate, issuer).is_some()
        }))
    }

    fn note<T>(&mut self, url: &str, found: &Result<T, FetchError>, useless: impl Fn(&T) -> bool) {
        match found {
            Ok(found) if useless(found) => self.new.failures.push((url.to_owned(), None)),
            Ok(_) => {}
            Err(error) => self.new.failures.push((url.to_owned(), Some(*error))),
        }
    }
}
