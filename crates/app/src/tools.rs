//! What needs no vault: hashing, checking requisites and documents, signing and verifying single files.

use std::io::{self, Read};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use kabinet_domain::Finding;
use kabinet_domain::requisites::{self, Context, Kind};
use kabinet_formats::Formats;
use kabinet_gost::{Digest, Streebog256, Streebog512};
use kabinet_pki::{Certificate, Crl, Evidence, Trust, gather};
use kabinet_signature::{Content, Policy, Prepare};
use kabinet_token::{KeyFile, Passphrase};
use serde::Serialize;
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::evidence::NetworkFetch;
use crate::sign::{self, Request};
use crate::view::{CertificateView, Params, SecretPurpose, Verdict, rfc3339};
use crate::{App, AppError, Ask, organisations, tokens, verdicts};

/// A hash of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashAlgorithm {
    /// ГОСТ Р 34.11-2012, 256 bits.
    Streebog256,
    /// ГОСТ Р 34.11-2012, 512 bits.
    Streebog512,
}

/// Octets read at once: few calls of the system, and still inside the processor's cache.
const CHUNK: usize = 1 << 18;

/// Hash of everything `input` gives, lower-case hexadecimal, in the order every tool prints it.
///
/// # Errors
/// What reading gives.
pub fn hash(algorithm: HashAlgorithm, input: &mut dyn Read) -> io::Result<String> {
    match algorithm {
        HashAlgorithm::Streebog256 => hash_with::<Streebog256>(input),
        HashAlgorithm::Streebog512 => hash_with::<Streebog512>(input),
    }
}

fn hash_with<D: Digest>(input: &mut dyn Read) -> io::Result<String> {
    let mut digest = D::new();
    let mut buffer = vec![0; CHUNK];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok(hex::encode(digest.finalize())),
            Ok(read) => digest.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Outcome of one requisite's check.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequisiteReport {
    /// As given.
    pub value: String,
    /// As it is stored and sent, if it is right.
    pub normalised: Option<String>,
    /// Code under `requisites`, if it is wrong.
    pub code: Option<String>,
    /// Values for the text.
    pub params: Params,
}

/// Checks a requisite; an account is given as `БИК:account`.
///
/// # Errors
/// `None` when there is no such kind.
pub fn check_requisite(kind: &str, value: &str) -> Option<RequisiteReport> {
    let kind = Kind::from_str(kind).ok()?;
    let (bik, number) = match value.split_once(':') {
        Some((bik, number)) if kind == Kind::Account => (Some(bik), number),
        _ => (None, value),
    };
    let context = Context {
        bik,
        ..Context::default()
    };
    Some(match requisites::check(kind, number, context) {
        Ok(good) => RequisiteReport {
            value: value.to_owned(),
            normalised: Some(good.value),
            code: None,
            params: Params::new(),
        },
        Err(error) => {
            let (code, params) = organisations::requisite_problem(&error);
            RequisiteReport {
                value: value.to_owned(),
                normalised: None,
                code: Some(code),
                params,
            }
        }
    })
}

impl DocumentReport {
    /// Whether something must be mended before signing.
    pub fn has_errors(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == kabinet_domain::Severity::Error)
    }
}

/// What the check of one document found.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentReport {
    /// Files of the document.
    pub files: Vec<String>,
    /// Format code.
    pub format: String,
    /// One line from the content.
    pub title: String,
    /// Findings.
    pub findings: Vec<Finding>,
}

/// Recognises and checks files; those that belong together are checked together.
///
/// # Errors
/// [`AppError::File`], [`AppError::TooLarge`].
pub fn validate(paths: &[PathBuf]) -> Result<Vec<DocumentReport>, AppError> {
    let files = paths
        .iter()
        .map(|path| crate::import::read(path))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(crate::import::pair(&Arc::new(Formats::embedded()), files)
        .into_iter()
        .map(|package| DocumentReport {
            findings: package.check(),
            files: package.files.into_iter().map(|file| file.name).collect(),
            format: package.format,
            title: package.title,
        })
        .collect())
}

/// Signs bytes with a key of a key file. Detached CAdES-BES unless `attached`.
///
/// # Errors
/// [`AppError::NoCertificate`] when no key has a certificate that begins with `certificate`;
/// [`AppError::AmbiguousCertificate`] when several have.
pub fn sign_with_key_file(
    file: &[u8],
    passphrase: &Passphrase,
    certificate: Option<&str>,
    content: Vec<u8>,
    attached: bool,
) -> Result<Vec<u8>, AppError> {
    let contents = KeyFile::read(file)?.open(Some(passphrase))?;
    let beginning = certificate.unwrap_or_default().to_ascii_lowercase();
    let mut fitting = Vec::new();
    for identity in contents.identities()? {
        let own = Certificate::from_der(identity.certificate).map_err(|_| AppError::NoCertificate)?;
        if hex::encode(own.fingerprint()).starts_with(&beginning) {
            fitting.push((identity.key, own));
        }
    }
    let (key, own) = fitting.pop().ok_or(AppError::NoCertificate)?;
    if !fitting.is_empty() {
        return Err(AppError::AmbiguousCertificate);
    }
    let chain = contents
        .certificates
        .iter()
        .filter(|der| der.as_slice() != own.der())
        .filter_map(|der| Certificate::from_der(der).ok())
        .collect();
    let prepared = prepare(own, chain, content, attached)?;
    let raw = key.sign(sign::mechanism(&prepared), &prepared.digest())?;
    Ok(prepared.complete(&raw)?)
}

fn prepare(
    certificate: Certificate,
    chain: Vec<Certificate>,
    content: Vec<u8>,
    attached: bool,
) -> Result<kabinet_signature::ToBeSigned, AppError> {
    let content = if attached {
        Content::Attached(content)
    } else {
        Content::Detached(sign::digest(&certificate, &mut content.as_slice())?)
    };
    Ok(Prepare {
        certificate,
        chain,
        signing_time: OffsetDateTime::now_utc(),
        content,
    }
    .to_be_signed()?)
}

impl App {
    /// Signs bytes with a token. The PIN is asked for once.
    ///
    /// # Errors
    /// The token's own.
    pub async fn sign_bytes(
        &self,
        name: &str,
        content: Vec<u8>,
        certificate: &str,
        attached: bool,
    ) -> Result<Vec<u8>, AppError> {
        let found = self.find_certificate(certificate).await?;
        let prepared = prepare(found.certificate.clone(), Vec::new(), content, attached)?;
        let request = Request {
            purpose: SecretPurpose::Sign,
            documents: vec![name.to_owned()],
            organisation: found.certificate.subject().organisation.unwrap_or_default(),
            host: None,
        };
        self.sign_prepared(&found, &request, vec![prepared])
            .await?
            .pop()
            .ok_or(AppError::Background)
    }
}

/// By what a signature file is judged.
#[derive(Clone, Debug, Default)]
pub struct Verification {
    /// Trusted roots and helpful certificates: files, or folders of files.
    pub trust: Vec<PathBuf>,
    /// Revocation lists.
    pub crls: Vec<PathBuf>,
    /// The moment to judge at; now if absent.
    pub at: Option<OffsetDateTime>,
    /// Fetch nothing.
    pub offline: bool,
    /// Fetch also from addresses inside this computer and its own network.
    pub internal: bool,
}

/// The judgement of a signature file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignatureReport {
    /// The worst of all signers.
    pub verdict: Verdict,
    /// Whether the content is inside.
    pub attached: bool,
    /// Each signer.
    pub signers: Vec<SignerView>,
}

/// The judgement of one signer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignerView {
    /// Verdict.
    pub verdict: Verdict,
    /// Codes of what speaks against it.
    pub reasons: Vec<String>,
    /// The content is what was signed.
    pub content_ok: bool,
    /// The key of the certificate made the signature.
    pub signature_ok: bool,
    /// `cms-bare`, `cms`, `cades-bes`, `cades-t`.
    pub profile: &'static str,
    /// Claimed time, RFC 3339.
    pub signing_time: Option<String>,
    /// Moment of the judgement, RFC 3339.
    pub judged_at: String,
    /// The certificate.
    pub certificate: Option<CertificateView>,
}

/// Judges a signature file.
///
/// # Errors
/// [`AppError::ReadSignature`] when it is none; [`AppError::File`] for trust and CRL files.
pub async fn verify(
    signature: Vec<u8>,
    content: Option<PathBuf>,
    by: Verification,
) -> Result<SignatureReport, AppError> {
    blocking(move || {
        let at = by.at.unwrap_or_else(OffsetDateTime::now_utc);
        let trust = load_trust(&by.trust)?;
        let mut evidence = Evidence::default();
        for path in &by.crls {
            let bytes = read(path)?;
            evidence
                .crls
                .push(Crl::from_pem_or_der(&bytes).map_err(|_| unreadable(path))?);
        }
        if !by.offline {
            let fetch = NetworkFetch::new(by.internal)?;
            for certificate in kabinet_signature::certificates(&signature)? {
                let known = evidence.clone();
                evidence.extend(gather(&certificate, &trust, &known, &fetch, at, &[]).evidence);
            }
        }
        let policy = Policy {
            trust: &trust,
            evidence: &evidence,
            at,
        };
        let mut file = content
            .map(|path| std::fs::File::open(&path).map_err(|source| file_error(&path, source)))
            .transpose()?;
        let content = file.as_mut().map(|file| file as &mut dyn Read);
        let report = kabinet_signature::verify(&signature, content, &policy)?;
        Ok(SignatureReport {
            verdict: verdicts::verdict(report.verdict),
            attached: report.attached,
            signers: report
                .signers
                .iter()
                .map(|signer| signer_view(signer, at))
                .collect(),
        })
    })
    .await
}

fn signer_view(signer: &kabinet_signature::SignerReport, now: OffsetDateTime) -> SignerView {
    use kabinet_signature::Profile;
    SignerView {
        verdict: verdicts::verdict(signer.verdict),
        reasons: verdicts::reasons(signer),
        content_ok: signer.digest_ok,
        signature_ok: signer.signature_ok,
        profile: match signer.profile {
            Profile::CmsBare => "cms-bare",
            Profile::Cms => "cms",
            Profile::CadesBes => "cades-bes",
            Profile::CadesT => "cades-t",
        },
        signing_time: signer.signing_time.map(rfc3339),
        judged_at: rfc3339(signer.judged_at),
        certificate: signer
            .certificate
            .as_ref()
            .map(|certificate| tokens::certificate_view(certificate, now)),
    }
}

fn load_trust(paths: &[PathBuf]) -> Result<Trust, AppError> {
    let mut trust = Trust::default();
    for path in paths {
        let files = if path.is_dir() {
            crate::environment::files_of(path)
        } else {
            vec![path.clone()]
        };
        for file in files {
            let certificates = Certificate::read_all(&read(&file)?).map_err(|_| unreadable(&file))?;
            for certificate in certificates {
                // Whoever names a certificate on the command line trusts it; issuers below a root help to build chains.
                if certificate.is_self_issued() {
                    trust.anchors.push(certificate);
                } else {
                    trust.intermediates.push(certificate);
                }
            }
        }
    }
    Ok(trust)
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, AppError> {
    std::fs::read(path).map_err(|source| file_error(path, source))
}

fn file_error(path: &std::path::Path, source: io::Error) -> AppError {
    AppError::File {
        path: path.display().to_string(),
        source,
    }
}

fn unreadable(path: &std::path::Path) -> AppError {
    file_error(path, io::ErrorKind::InvalidData.into())
}

/// An [`Ask`] that never answers, for commands that need no secret.
pub struct NoQuestions;

impl Ask for NoQuestions {
    fn secret(&self, _: crate::view::SecretPrompt) -> crate::AskFuture<'_> {
        Box::pin(async { None })
    }

    fn confirms_last_try(&self) -> bool {
        false
    }
}
