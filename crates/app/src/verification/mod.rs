//! Judges any signed file: reads it once, fetches what is missing if it may, and says the result in plain words.

mod describe;
mod file;
mod material;
mod pair;
pub mod protocol;
pub(crate) mod qualification;
mod sentences;

pub(crate) use pair::Pair;

use std::fs::File;
use std::io::{Cursor, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use kabinet_pki::{Crl, DigestAlgorithm, Evidence, Fetch, Trust, gather};
use kabinet_signature::{Policy, Report, SignatureReport, Source, examine};
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::evidence::NetworkFetch;
use crate::profile::Profile;
use crate::trust::Trusted;
use crate::view::{FileFacts, PoaAuthority, VERIFICATION_SCHEMA, VerificationReport, rfc3339};
use crate::{AppError, tools, verdicts};

/// By what a signed file is judged.
#[derive(Clone, Debug, Default)]
pub struct Verification {
    /// Trusted roots and helpful certificates: files, or folders of files.
    pub trust: Vec<PathBuf>,
    /// A list of accredited authorities, signed by its keeper, whose root is among the trusted ones.
    pub trust_list: Option<PathBuf>,
    /// Revocation lists.
    pub crls: Vec<PathBuf>,
    /// The moment to judge at; now if absent.
    pub at: Option<OffsetDateTime>,
    /// Fetch nothing.
    pub offline: bool,
    /// Fetch also from addresses inside this computer and its own network.
    pub internal: bool,
    /// The purpose whose rules must be met as well.
    pub profile: Option<Profile>,
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
            name: tools::name(path),
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
    pub trusted: &'a Trusted,
    pub evidence: Evidence,
    pub fetch: Option<&'a dyn Fetch>,
    pub at: OffsetDateTime,
    pub profile: Option<&'a Profile>,
    /// Says by what power of attorney somebody signed whose certificate names no organisation.
    pub authority: Option<&'a Authority<'a>>,
}

pub(crate) type Authority<'a> = dyn Fn(&SignatureReport) -> Result<Option<PoaAuthority>, AppError> + 'a;

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
        let basis = Basis::of(&by)?;
        let grounds = Grounds {
            trusted: &basis.trusted,
            evidence: basis.evidence,
            fetch: basis.network.as_ref().map(|fetch| fetch as &dyn Fetch),
            at: basis.at,
            profile: by.profile.as_ref(),
            authority: None,
        };
        judge(signed, content.as_deref(), grounds)
    })
    .await
}

/// What the command line names, read.
pub(crate) struct Basis {
    pub trusted: Trusted,
    pub at: OffsetDateTime,
    evidence: Evidence,
    network: Option<NetworkFetch>,
}

impl Basis {
    /// # Errors
    /// [`AppError::File`]; [`crate::trust::TrustError`].
    pub(crate) fn of(by: &Verification) -> Result<Self, AppError> {
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
        let trusted = Trusted::named(tools::load_trust(&by.trust)?, by.trust_list.as_deref(), &evidence)?;
        Ok(Self {
            trusted,
            at: by.at.unwrap_or_else(OffsetDateTime::now_utc),
            evidence,
            network,
        })
    }

    /// What can be said of a detached signature; what is missing is fetched, and kept for the next. Blocks.
    ///
    /// # Errors
    /// [`AppError::ReadSignature`].
    pub(crate) fn report(&mut self, signature: &[u8], mut content: &[u8]) -> Result<Report, AppError> {
        let examined = examine(&mut Cursor::new(signature), Some(&mut content))?;
        let judge = |evidence: &Evidence| {
            examined.judge(&Policy {
                trust: &self.trusted.trust,
                evidence,
                at: self.at,
            })
        };
        let mut report = judge(&self.evidence)?;
        if let Some(network) = &self.network {
            fetch_missing(&report, &mut self.evidence, &self.trusted.trust, network, self.at);
            report = judge(&self.evidence)?;
        }
        Ok(report)
    }
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
        let report = examined.judge(&Policy {
            trust: &grounds.trusted.trust,
            evidence,
            at: grounds.at,
        })?;
        Ok::<Report, AppError>(match grounds.profile {
            Some(profile) => report.required(&profile.requirements(), |signature| {
                let is_met = !profile.is_qualified()
                    || qualification::is_qualified(signature, grounds.trusted, grounds.at);
                (!is_met).then_some("requirement.qualified")
            }),
            None => report,
        })
    };
    let mut judged = report(&evidence)?;
    let mut missing = Vec::new();
    if let Some(fetch) = grounds.fetch {
        missing = fetch_missing(&judged, &mut evidence, &grounds.trusted.trust, fetch, grounds.at);
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
            Some(facts(&tools::name(path), &mut file).map_err(read)?)
        }
        _ => None,
    };
    let mut signers = describe::signers(&judged, &file, content.as_ref(), grounds.trusted, grounds.at);
    if let Some(ask) = grounds.authority {
        for (view, signature) in signers.iter_mut().zip(&judged.signatures) {
            view.authority = ask(signature)?;
        }
    }
    Ok(VerificationReport {
        schema: VERIFICATION_SCHEMA.to_owned(),
        purpose: grounds.profile.map(|profile| profile.code.clone()),
        format: judged.format.code().to_owned(),
        verdict: verdicts::verdict(judged.verdict),
        indication: describe::indication(&judged).code().to_owned(),
        attached: judged.attached,
        checked_at: rfc3339(OffsetDateTime::now_utc()),
        asked_at: rfc3339(grounds.at),
        online: grounds.fetch.is_some(),
        trust: grounds.trusted.basis(grounds.at),
        signers,
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

/// Files above this are not read once more for digests: that of the content stands in the signature.
const DIGESTED: u64 = 64 << 20;

fn facts(name: &str, input: &mut dyn Source) -> std::io::Result<FileFacts> {
    let size = input.seek(SeekFrom::End(0))?;
    input.rewind()?;
    let mut digests = [String::new(), String::new()];
    if size <= DIGESTED {
        let mut octets = Vec::new();
        input.read_to_end(&mut octets)?;
        digests = [DigestAlgorithm::Streebog256, DigestAlgorithm::Sha256]
            .map(|algorithm| hex::encode(algorithm.digest(&octets)));
    }
    let [streebog256, sha256] = digests;
    Ok(FileFacts {
        name: name.to_owned(),
        size: size as f64,
        streebog256,
        sha256,
    })
}
