//! Judging a single certificate by what the command line names.

use std::path::{Path, PathBuf};

use kabinet_pki::ocsp::OcspResponse;
use kabinet_pki::{
    Certificate, Crl, Evidence, Problem, ProblemKind, Revocation, RevocationSource, Trust, gather,
    pem_blocks, validate_with,
};
pub use kabinet_pki::{Oid, Purpose, Requirements};
use serde::Serialize;
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::evidence::NetworkFetch;
use crate::verification::qualification;
use crate::view::{CertificateView, Params, QualificationView, Verdict, rfc3339};
use crate::{AppError, tokens, trust, verdicts};

/// By what a certificate is judged. Files may be DER, PEM with any number of blocks, or PKCS#7; folders stand for their
/// files.
#[derive(Clone, Debug)]
pub struct Verification {
    /// Certificates that may help to build the chain.
    pub chain: Vec<PathBuf>,
    /// Trusted certificates; each one named is an anchor, self-issued or not.
    pub trust: Vec<PathBuf>,
    /// A list of accredited authorities, signed by its keeper, who is among the trusted ones; its certificates are trusted.
    pub trust_list: Option<PathBuf>,
    /// Revocation lists.
    pub crls: Vec<PathBuf>,
    /// OCSP responses.
    pub ocsp: Vec<PathBuf>,
    /// The moment to judge at; now if absent.
    pub at: Option<OffsetDateTime>,
    /// What the certificate must satisfy.
    pub requirements: Requirements,
    /// Fetch nothing.
    pub offline: bool,
    /// Fetch also from addresses inside this computer and its own network.
    pub internal: bool,
}

/// The judgement of a certificate.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateReport {
    /// Verdict.
    pub verdict: Verdict,
    /// Moment of the judgement, RFC 3339.
    pub judged_at: String,
    /// From the certificate to the anchor, or as far as the chain could be followed.
    pub chain: Vec<LinkView>,
    /// Everything found.
    pub problems: Vec<ProblemView>,
    /// Whether it is a qualified certificate; absent when no list of accredited authorities was named.
    pub qualification: Option<QualificationView>,
    /// Policies the chain holds under; `2.5.29.32.0` stands for every one.
    pub policies: Vec<String>,
    /// Addresses where what is missing may be found.
    pub to_fetch: Vec<String>,
    /// Files of evidence that are none, and were left aside.
    pub unreadable: Vec<String>,
}

/// A certificate of the chain.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// The certificate.
    pub certificate: CertificateView,
    /// Whether it is trusted by itself.
    pub anchor: bool,
    /// What is known of its revocation; absent when it was not asked for.
    pub revocation: Option<RevocationView>,
}

/// What is known of a revocation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RevocationView {
    /// `good`, `revoked`, `unknown`, `anchor`.
    pub state: &'static str,
    /// `crl` or `ocsp`.
    pub source: Option<&'static str>,
    /// When the answer was made, RFC 3339.
    pub as_of: Option<String>,
    /// Whole seconds from then to the judged moment; negative for answers made later.
    pub age_seconds: Option<i64>,
    /// Since when it is revoked, RFC 3339.
    pub revoked_at: Option<String>,
    /// Why it is revoked, or the code of why nothing is known.
    pub reason: Option<&'static str>,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProblemView {
    /// Code under `reasons`.
    pub code: &'static str,
    /// What it makes of the verdict.
    pub effect: Verdict,
    /// Place in the chain; 0 is the certificate asked about.
    pub position: usize,
    /// Holder of the certificate it is about.
    pub subject: String,
    /// Times, identifiers and reasons that belong to it.
    pub params: Params,
}

/// Judges the first certificate of `leaf`; further ones in it help to build the chain.
///
/// # Errors
/// [`AppError::File`] for a leaf or a trusted file that cannot be read, and for evidence that is not there.
pub async fn verify(leaf: PathBuf, octets: Vec<u8>, by: Verification) -> Result<CertificateReport, AppError> {
    blocking(move || {
        let at = by.at.unwrap_or_else(OffsetDateTime::now_utc);
        let own = Certificate::read_all(&octets).map_err(|_| unreadable(&leaf))?;
        let (leaf, more) = own.split_first().ok_or_else(|| unreadable(&leaf))?;
        let mut trust = Trust::default();
        for (path, octets) in files(&by.trust)? {
            trust
                .anchors
                .extend(Certificate::read_all(&octets).map_err(|_| unreadable(&path))?);
        }
        let mut left_aside = Vec::new();
        let mut evidence = Evidence {
            certificates: more.to_vec(),
            ..Evidence::default()
        };
        let read = |octets: &[u8]| Certificate::read_all(octets).ok();
        evidence
            .certificates
            .extend(read_all(&by.chain, read, &mut left_aside)?);
        evidence.crls = read_all(&by.crls, |octets| Crl::read_all(octets).ok(), &mut left_aside)?;
        evidence.ocsp = read_all(&by.ocsp, read_ocsp, &mut left_aside)?;
        let list = match &by.trust_list {
            Some(path) => {
                let list = trust::named_list(path, &trust.anchors, &evidence)?;
                let listed = list.to_trust();
                trust.anchors.extend(listed.anchors);
                trust.intermediates.extend(listed.intermediates);
                Some(list)
            }
            None => None,
        };
        let mut verdict = validate_with(leaf, &trust, &evidence, at, &by.requirements);
        if !by.offline && !verdict.to_fetch().is_empty() {
            let fetch = NetworkFetch::new(by.internal)?;
            evidence.extend(gather(leaf, &trust, &evidence.clone(), &fetch, at, &[]).evidence);
            verdict = validate_with(leaf, &trust, &evidence, at, &by.requirements);
        }
        let qualified = |list| {
            let issuer = qualification::issuer_of(&verdict, &trust);
            qualification::of_certificate(leaf, issuer, Some(list), at)
        };
        Ok(CertificateReport {
            qualification: list.as_ref().map(qualified),
            verdict: verdicts::verdict(verdict.status),
            judged_at: rfc3339(at),
            problems: verdict
                .problems
                .iter()
                .map(|problem| problem_view(problem, &verdict.chain))
                .collect(),
            policies: verdict.policies.iter().map(Oid::to_string).collect(),
            to_fetch: verdict.to_fetch().into_iter().map(str::to_owned).collect(),
            chain: verdict
                .chain
                .iter()
                .enumerate()
                .map(|(position, certificate)| LinkView {
                    certificate: tokens::certificate_view(certificate, at),
                    anchor: trust.anchors.contains(certificate),
                    revocation: verdict
                        .revocations
                        .get(position)
                        .map(|found| revocation_view(found, at)),
                })
                .collect(),
            unreadable: left_aside,
        })
    })
    .await
}

fn problem_view(problem: &Problem, chain: &[Certificate]) -> ProblemView {
    let pair = |name: &str, value: String| Params::from([(name.to_owned(), value)]);
    let params = match &problem.kind {
        ProblemKind::NotYetValid { from } => pair("from", rfc3339(*from)),
        ProblemKind::Expired { until } => pair("until", rfc3339(*until)),
        ProblemKind::UnsupportedAlgorithm { oid }
        | ProblemKind::UnknownCriticalExtension { oid }
        | ProblemKind::UnsupportedConstraint { oid }
        | ProblemKind::BrokenExtension { oid } => pair("oid", oid.to_string()),
        ProblemKind::Revoked { at, reason } => {
            let mut params = pair("at", rfc3339(*at));
            params.insert("reason".to_owned(), reason.code().to_owned());
            params
        }
        _ => Params::new(),
    };
    ProblemView {
        code: problem.code(),
        effect: verdicts::verdict(problem.effect()),
        position: problem.position,
        subject: chain.get(problem.position).map(holder).unwrap_or_default(),
        params,
    }
}

fn holder(certificate: &Certificate) -> String {
    let subject = certificate.subject();
    subject.common_name.or(subject.organisation).unwrap_or_default()
}

fn revocation_view(revocation: &Revocation, at: OffsetDateTime) -> RevocationView {
    let nothing = RevocationView {
        state: "anchor",
        source: None,
        as_of: None,
        age_seconds: None,
        revoked_at: None,
        reason: None,
    };
    match *revocation {
        Revocation::Good { by, as_of } => RevocationView {
            state: "good",
            source: Some(match by {
                RevocationSource::Crl => "crl",
                RevocationSource::Ocsp => "ocsp",
            }),
            as_of: Some(rfc3339(as_of)),
            age_seconds: Some((at - as_of).whole_seconds()),
            ..nothing
        },
        Revocation::Revoked { at, reason } => RevocationView {
            state: "revoked",
            revoked_at: Some(rfc3339(at)),
            reason: Some(reason.code()),
            ..nothing
        },
        Revocation::Unknown { why } => RevocationView {
            state: "unknown",
            reason: Some(why.code()),
            ..nothing
        },
        Revocation::Anchor => nothing,
    }
}

/// What the files hold; those that hold nothing of the kind are named in `left_aside`, for they prove nothing.
fn read_all<T>(
    paths: &[PathBuf],
    read: impl Fn(&[u8]) -> Option<Vec<T>>,
    left_aside: &mut Vec<String>,
) -> Result<Vec<T>, AppError> {
    let mut all = Vec::new();
    for (path, octets) in files(paths)? {
        match read(&octets) {
            Some(found) => all.extend(found),
            None => left_aside.push(path.display().to_string()),
        }
    }
    Ok(all)
}

fn read_ocsp(octets: &[u8]) -> Option<Vec<OcspResponse>> {
    if let Ok(response) = OcspResponse::from_der(octets) {
        return Some(vec![response]);
    }
    let text = core::str::from_utf8(octets).ok()?;
    let blocks = pem_blocks(text, "OCSP RESPONSE");
    let found: Vec<_> = blocks
        .filter_map(|der| OcspResponse::from_der(&der).ok())
        .collect();
    (!found.is_empty()).then_some(found)
}

/// Every file with its content; a folder stands for its files.
fn files(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Vec<u8>)>, AppError> {
    let mut all = Vec::new();
    for path in paths {
        let named = if path.is_dir() {
            crate::environment::files_of(path)
        } else {
            vec![path.clone()]
        };
        for file in named {
            let octets = std::fs::read(&file).map_err(|source| AppError::File {
                path: file.display().to_string(),
                source,
            })?;
            all.push((file, octets));
        }
    }
    Ok(all)
}

fn unreadable(path: &Path) -> AppError {
    AppError::File {
        path: path.display().to_string(),
        source: std::io::ErrorKind::InvalidData.into(),
    }
}
