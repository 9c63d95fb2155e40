//! Judges any signed file: reads it once, fetches what is missing if it may, and says the result in plain words.

mod describe;
mod file;
mod material;
mod pair;
pub mod protocol;
mod sentences;

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use kabinet_pki::{Crl, DigestAlgorithm, Evidence, Fetch, Trust, gather};
use kabinet_signature::{Policy, Report, Source, examine};
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::evidence::NetworkFetch;
use crate::view::{FileFacts, VERIFICATION_SCHEMA, VerificationReport, rfc3339};
use crate::{AppError, tools, verdicts};

/// By what a signed file is judged.
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

/// A signed file, and the name it is reported under.
pub struct Signed {
    name: String,
    source: Box<dyn Octets>,
}

trait Octets: Source + Send {}
impl<T: Source + Send> Octets for T {}

impl Signed {
    /// A file on disk; of a binary CMS only the signature is ever in memory.
    ///
    /// # Errors
    /// [`AppError::File`].
    pub fn open(path: &Path) -> Result<Self, AppError> {
        let file = File::open(path).map_err(|source| tools::file_error(path, source))?;
        Ok(Self {
            name: name_of(path),
            source: Box::new(file),
        })
    }

    /// Octets in memory.
    #[must_use]
    pub fn of(name: &str, octets: Vec<u8>) -> Self {
        Self {
            name: name.to_owned(),
            source: Box::new(Cursor::new(octets)),
        }
    }

    fn facts(&mut self) -> Result<FileFacts, std::io::Error> {
        self.source.rewind()?;
        facts(&self.name, &mut self.source)
    }
}

/// What the judgement rests on: the ways to trust and to the network.
pub(crate) struct Grounds<'a> {
    pub trust: &'a Trust,
    pub evidence: Evidence,
    pub fetch: Option<&'a dyn Fetch>,
    pub at: OffsetDateTime,
}

/// Judges a signed file by what the command line names.
///
/// # Errors
/// [`AppError::ReadSignature`] when there is nothing to judge; [`AppError::File`].
pub async fn verify(
    signed: Signed,
    content: Option<PathBuf>,
    by: Verification,
) -> Result<VerificationReport, AppError> {
    blocking(move || {
        let trust = tools::load_trust(&by.trust)?;
        let mut evidence = Evidence::default();
        for path in &by.crls {
            let bytes = tools::read(path)?;
            evidence
                .crls
                .push(Crl::from_pem_or_der(&bytes).map_err(|_| tools::unreadable(path))?);
        }
        let network = (!by.offline)
            .then(|| NetworkFetch::new(by.internal))
            .transpose()?;
        let grounds = Grounds {
            trust: &trust,
            evidence,
            fetch: network.as_ref().map(|fetch| fetch as &dyn Fetch),
            at: by.at.unwrap_or_else(OffsetDateTime::now_utc),
        };
        judge(signed, content.as_deref(), grounds)
    })
    .await
}

/// Judges a signed file. Blocks.
pub(crate) fn judge(
    mut signed: Signed,
    content: Option<&Path>,
    grounds: Grounds<'_>,
) -> Result<VerificationReport, AppError> {
    let mut beside = content
        .map(|path| File::open(path).map_err(|source| tools::file_error(path, source)))
        .transpose()?;
    let examined = {
        let beside = beside.as_mut().map(|file| file as &mut dyn Read);
        examine(&mut signed.source, beside)?
    };
    let mut evidence = grounds.evidence;
    let report = |evidence: &Evidence| {
        examined.judge(&Policy {
            trust: grounds.trust,
            evidence,
            at: grounds.at,
        })
    };
    let mut judged = report(&evidence)?;
    let mut missing = Vec::new();
    if let Some(fetch) = grounds.fetch {
        missing = fetch_missing(&judged, &mut evidence, grounds.trust, fetch, grounds.at);
        judged = report(&evidence)?;
    }
    let file = signed.facts().map_err(|source| AppError::File {
        path: signed.name.clone(),
        source,
    })?;
    let content = match (content, beside) {
        (Some(path), Some(mut file)) => {
            let read = |source| tools::file_error(path, source);
            file.rewind().map_err(read)?;
            Some(facts(&name_of(path), &mut file).map_err(read)?)
        }
        _ => None,
    };
    Ok(VerificationReport {
        schema: VERIFICATION_SCHEMA.to_owned(),
        format: judged.format.code().to_owned(),
        verdict: verdicts::verdict(judged.verdict),
        indication: describe::indication(&judged).code().to_owned(),
        attached: judged.attached,
        checked_at: rfc3339(OffsetDateTime::now_utc()),
        asked_at: rfc3339(grounds.at),
        online: grounds.fetch.is_some(),
        signers: describe::signers(&judged, &file, content.as_ref(), grounds.at),
        material: material::of(&judged, &evidence),
        missing,
        file,
        content,
    })
}

/// Adds to the evidence what the network has about the certificates of the report; returns the addresses that gave
/// nothing.
fn fetch_missing(
    report: &Report,
    evidence: &mut Evidence,
    trust: &Trust,
    fetch: &dyn Fetch,
    at: OffsetDateTime,
) -> Vec<String> {
    let mut missing = Vec::new();
    for signature in &report.signatures {
        evidence
            .certificates
            .extend(signature.evidence.certificates.iter().cloned());
    }
    for certificate in report.certificates() {
        let gathered = gather(&certificate, trust, evidence, fetch, at, &[]);
        evidence.extend(gathered.evidence);
        for (address, _) in gathered.failures {
            if !missing.contains(&address) {
                missing.push(address);
            }
        }
    }
    missing
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn facts(name: &str, input: &mut dyn Read) -> std::io::Result<FileFacts> {
    let mut streebog = DigestAlgorithm::Streebog256.hasher();
    let mut sha = DigestAlgorithm::Sha256.hasher();
    let mut buffer = vec![0; 1 << 18];
    let mut size = 0_u64;
    loop {
        let count = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        size += count as u64;
        streebog.update(&buffer[..count]);
        sha.update(&buffer[..count]);
    }
    Ok(FileFacts {
        name: name.to_owned(),
        size: size as f64,
        streebog256: hex::encode(streebog.finish()),
        sha256: hex::encode(sha.finish()),
    })
}
