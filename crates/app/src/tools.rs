//! What needs no vault and no key: hashing, checking requisites and documents.

use std::io::{self, Read};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use kabinet_domain::Finding;
use kabinet_domain::requisites::{self, Context, Kind};
use kabinet_formats::Formats;
use kabinet_gost::{Digest, Streebog256, Streebog512};
use kabinet_pki::{Certificate, Trust};
use serde::Serialize;

use crate::view::Params;
use crate::{AppError, Ask, organisations};

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

/// [`read`], unless there is more than `limit` octets.
pub(crate) fn limited(path: &std::path::Path, limit: u64) -> Result<Vec<u8>, AppError> {
    let size = std::fs::metadata(path)
        .map_err(|source| file_error(path, source))?
        .len();
    if size > limit {
        return Err(AppError::TooLarge { limit });
    }
    read(path)
}

/// Name of a file without its folders.
pub(crate) fn name(path: &std::path::Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
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
