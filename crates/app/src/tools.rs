//! What needs no vault: hashing, checking requisites and documents, signing and verifying single files.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use kabinet_domain::Finding;
use kabinet_domain::requisites::{self, Context, Kind};
use kabinet_formats::Formats;
use kabinet_gost::{Digest, Streebog256, Streebog512};
use kabinet_pki::{Certificate, Trust};
use kabinet_signature::{AttachedFile, Content, Prepare, Properties, ToBeSigned};
use kabinet_token::{KeyFile, Passphrase};
use serde::Serialize;
use time::OffsetDateTime;

use crate::sign::{self, Request};
use crate::view::{Params, SecretPurpose};
use crate::{App, AppError, Ask, organisations};

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

/// Content to be signed, and where the signature goes.
pub struct Signing<'a> {
    /// The content, read once.
    pub content: &'a mut (dyn Read + Send),
    /// Its length, where it is known; attached content of unknown length is held in memory.
    pub length: Option<u64>,
    /// Put the content into the signature.
    pub attached: bool,
    /// Where the signature goes. After a failure something unfinished may be there.
    pub out: &'a mut (dyn Write + Send),
}

/// Attached content above this is written while it is read.
const LARGE: u64 = 16 << 20;

/// Signs with a key of a key file: CAdES-BES.
///
/// # Errors
/// [`AppError::NoCertificate`] when no key has a certificate that begins with `certificate`;
/// [`AppError::AmbiguousCertificate`] when several have.
pub fn sign_with_key_file(
    file: &[u8],
    passphrase: &Passphrase,
    certificate: Option<&str>,
    mut signing: Signing<'_>,
) -> Result<(), AppError> {
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
    let prepared = signing.prepare(own, chain)?;
    let raw = key.sign(sign::mechanism(&prepared), &prepared.digest())?;
    signing.finish(&prepared, &raw)
}

impl Signing<'_> {
    fn is_streamed(&self) -> bool {
        self.attached && self.length.is_some_and(|length| length > LARGE)
    }

    /// Reads the content and fixes what is signed.
    fn prepare(&mut self, certificate: Certificate, chain: Vec<Certificate>) -> Result<ToBeSigned, AppError> {
        let content = match self.length {
            Some(length) if self.is_streamed() => {
                let mut file = AttachedFile::begin(&certificate, length, &mut *self.out)??;
                let mut buffer = vec![0; CHUNK];
                loop {
                    match self.content.read(&mut buffer)? {
                        0 => break,
                        count => file.write_all(&buffer[..count])?,
                    }
                }
                Content::Written(file.finish()?.0)
            }
            _ if self.attached => {
                let mut content = Vec::new();
                self.content.read_to_end(&mut content)?;
                Content::Attached(content)
            }
            _ => Content::Detached(sign::digest(&certificate, &mut *self.content)?),
        };
        Ok(Prepare {
            certificate,
            chain,
            signing_time: Some(OffsetDateTime::now_utc()),
            content,
            properties: Properties::default(),
        }
        .to_be_signed()?)
    }

    fn finish(&mut self, prepared: &ToBeSigned, raw: &[u8]) -> Result<(), AppError> {
        let rest = if self.is_streamed() {
            prepared.complete_written(raw)?
        } else {
            prepared.complete(raw)?
        };
        Ok(self.out.write_all(&rest)?)
    }
}

impl App {
    /// Signs with a token. The PIN is asked for once.
    ///
    /// # Errors
    /// The token's own; what reading and writing give.
    pub async fn sign_stream(
        &self,
        name: &str,
        certificate: &str,
        mut signing: Signing<'_>,
    ) -> Result<(), AppError> {
        let found = self.find_certificate(certificate).await?;
        let prepared = signing.prepare(found.certificate.clone(), Vec::new())?;
        let request = Request {
            purpose: SecretPurpose::Sign,
            documents: vec![name.to_owned()],
            organisation: found.certificate.subject().organisation.unwrap_or_default(),
            host: None,
        };
        let raw = self
            .sign_raw(&found, &request, std::slice::from_ref(&prepared))
            .await?
            .pop()
            .ok_or(AppError::Background)?;
        signing.finish(&prepared, &raw)
    }
}

pub(crate) fn load_trust(paths: &[PathBuf]) -> Result<Trust, AppError> {
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

pub(crate) fn read(path: &std::path::Path) -> Result<Vec<u8>, AppError> {
    std::fs::read(path).map_err(|source| file_error(path, source))
}

pub(crate) fn file_error(path: &std::path::Path, source: io::Error) -> AppError {
    AppError::File {
        path: path.display().to_string(),
        source,
    }
}

pub(crate) fn unreadable(path: &std::path::Path) -> AppError {
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
