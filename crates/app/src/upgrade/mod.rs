//! Raises a signature so that it can be proven for longer: T, X Long Type 1, LT, LTA.

mod cades;
mod error;
mod file;
mod pades;
mod xades;

pub use error::LevelError;
pub(crate) use file::upgrade_by;

use std::fs::File;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};

use kabinet_pki::tsp::{MessageImprint, StampFailure, StampRequest, obtain_stamp};
use kabinet_pki::{Certificate, Crl, DigestAlgorithm, Evidence, Fetch, Trust, gather};
use kabinet_signature::{
    Form, Format, Policy, RECOGNISED_BY, Report, SignatureReport, Source, StampKind, StampReport, examine,
    format_of,
};
use serde::Serialize;
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::evidence::NetworkFetch;
use crate::verification::Verification;
use crate::view::{SignatureForm, SignatureLevel};
use crate::{AppError, tools};

/// Largest file raised that is not CMS, octets: it is held in memory.
const LIMIT: u64 = 256 << 20;

/// What raising a signature came to.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Upgraded {
    /// How many signatures were raised.
    pub signers: usize,
    /// The services that gave the stamps, in order.
    pub services: Vec<String>,
    /// Services that gave none: address and code of the reason.
    pub failures: Vec<(String, String)>,
}

/// Raises every signature of the file at `path` (binary CMS of any size, PDF, XML) and writes the result to `out`, which
/// is given back.
///
/// # Errors
/// [`LevelError::TimeStamp`] when no service gave a stamp; [`LevelError::MaterialMissing`] when not everything needed to
/// check the signature later could be had; [`LevelError::NotForForm`]; [`AppError::ReadSignature`],
/// [`AppError::Sign`], [`AppError::PdfSign`], [`AppError::XmlSign`], [`AppError::File`].
pub async fn upgrade<W: Write + Send + 'static>(
    path: PathBuf,
    content: Option<PathBuf>,
    to: SignatureLevel,
    services: Vec<String>,
    by: Verification,
    mut out: W,
) -> Result<(Upgraded, W), AppError> {
    blocking(move || {
        let fetch = NetworkFetch::new(by.internal)?;
        let trust = tools::load_trust(&by.trust)?;
        let mut upgrade = Upgrade::new(&trust, &fetch, &services);
        upgrade.at = by.at.unwrap_or(upgrade.at);
        for path in &by.crls {
            let list = Crl::from_pem_or_der(&tools::read(path)?).map_err(|_| tools::unreadable(path))?;
            upgrade.evidence.crls.push(list);
        }
        upgrade.raise(&path, content.as_deref(), to, &mut out)?;
        Ok((upgrade.done, out))
    })
    .await
}

/// Signatures being raised, and by what.
pub(crate) struct Upgrade<'a> {
    trust: &'a Trust,
    evidence: Evidence,
    fetch: &'a dyn Fetch,
    services: &'a [String],
    at: OffsetDateTime,
    /// Values of signatures that stay as they are.
    pub(crate) others: Vec<Vec<u8>>,
    done: Upgraded,
}

impl<'a> Upgrade<'a> {
    pub(crate) fn new(trust: &'a Trust, fetch: &'a dyn Fetch, services: &'a [String]) -> Self {
        Self {
            trust,
            evidence: Evidence::default(),
            fetch,
            services,
            at: OffsetDateTime::now_utc(),
            others: Vec::new(),
            done: Upgraded::default(),
        }
    }

    /// Writes the file at `path`, raised, to `out`. After a failure something unfinished may be there.
    pub(crate) fn raise(
        &mut self,
        path: &Path,
        content: Option<&Path>,
        to: SignatureLevel,
        out: &mut dyn Write,
    ) -> Result<(), AppError> {
        let form = form_of(path)?;
        if !form.levels().contains(&to) {
            return Err(LevelError::NotForForm.into());
        }
        let raised = match form {
            SignatureForm::Pdf => pades::raise(self, tools::limited(path, LIMIT)?, to)?,
            SignatureForm::Xml => xades::raise(self, tools::limited(path, LIMIT)?, content, to)?,
            SignatureForm::Detached | SignatureForm::Attached => {
                let mut file = File::open(path).map_err(|source| tools::file_error(path, source))?;
                return cades::raise(self, &mut file, content, to, out);
            }
        };
        Ok(out.write_all(&raised)?)
    }

    /// A time stamp of the first service that gives one.
    pub(crate) fn stamp(&mut self, imprint: &MessageImprint) -> Result<Vec<u8>, AppError> {
        if self.services.is_empty() {
            return Err(LevelError::NoStampService.into());
        }
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|_| AppError::Background)?;
        let request = StampRequest {
            imprint,
            nonce: &nonce,
            trust: self.trust,
            evidence: &self.evidence,
            at: self.at,
        };
        let (obtained, failures) = match obtain_stamp(request, self.services, self.fetch) {
            Ok(obtained) => (Ok((obtained.service, obtained.token)), obtained.failures),
            Err(failures) => {
                let why = failures.first().map_or("", |(_, failure)| failure.code());
                (Err(AppError::Level(LevelError::TimeStamp { why })), failures)
            }
        };
        let code = |(service, failure): (String, StampFailure)| (service, failure.code().to_owned());
        self.done.failures.extend(failures.into_iter().map(code));
        let (service, token) = obtained?;
        self.done.services.push(service);
        Ok(token)
    }

    fn judge(&self, source: &mut dyn Source, content: Option<&Path>) -> Result<Report, AppError> {
        let mut beside = content
            .map(|path| File::open(path).map_err(|source| tools::file_error(path, source)))
            .transpose()?;
        let examined = examine(source, beside.as_mut().map(|file| file as &mut dyn std::io::Read))?;
        let policy = Policy {
            trust: self.trust,
            evidence: &self.evidence,
            at: self.at,
        };
        Ok(examined.judge(&policy)?)
    }

    /// Fetches what proves every certificate of the report.
    fn gather(&mut self, report: &Report) -> Result<(), AppError> {
        for signature in &report.signatures {
            self.evidence
                .certificates
                .extend(signature.evidence.certificates.iter().cloned());
        }
        for certificate in report.certificates() {
            let found = gather(&certificate, self.trust, &self.evidence, self.fetch, self.at, &[]);
            self.evidence.extend(found.evidence);
            if !self.chain(&certificate).1 {
                return Err(LevelError::MaterialMissing.into());
            }
        }
        Ok(())
    }

    /// The chain of a certificate, and whether everything about it is known and good.
    fn chain(&self, certificate: &Certificate) -> (Vec<Certificate>, bool) {
        let verdict = kabinet_pki::validate(
            certificate,
            self.trust,
            &self.evidence,
            self.at,
            kabinet_pki::Purpose::Any,
        );
        let valid = verdict.is_valid();
        (verdict.chain, valid)
    }

    /// Certificates and revocation answers for every certificate of the report.
    fn material(&self, report: &Report) -> Evidence {
        let mut material = Evidence::default();
        for certificate in report.certificates() {
            for one in self.chain(&certificate).0 {
                if !material.certificates.contains(&one) {
                    material.certificates.push(one);
                }
            }
        }
        material.crls.clone_from(&self.evidence.crls);
        material.ocsp.clone_from(&self.evidence.ocsp);
        material
    }
}

/// What is raised, by the beginning of the file.
fn form_of(path: &Path) -> Result<SignatureForm, AppError> {
    let mut beginning = Vec::new();
    File::open(path)
        .and_then(|file| file.take(RECOGNISED_BY).read_to_end(&mut beginning))
        .map_err(|source| tools::file_error(path, source))?;
    match format_of(&beginning) {
        Format::Cms => Ok(SignatureForm::Detached),
        Format::Pdf => Ok(SignatureForm::Pdf),
        Format::Xml => Ok(SignatureForm::Xml),
        Format::Asic => Err(AppError::Level(LevelError::NotForForm)),
    }
}

/// The digest that goes with the signature's own algorithms.
fn digest_of(signature: &SignatureReport) -> DigestAlgorithm {
    let by_key = || signature.certificate.as_ref()?.public_key().signing_digest();
    by_key().unwrap_or(DigestAlgorithm::Sha256)
}

/// Whether a person signed this, and it has no time stamp yet; whether one that is there can be trusted is known only once
/// what proves its authority was fetched.
fn lacks_stamp(signature: &SignatureReport) -> bool {
    let is_over_it = |stamp: &StampReport| stamp.kind != StampKind::Content && stamp.outcome.is_ok();
    signature.form != Form::TimeStamp && !signature.stamps.iter().any(is_over_it)
}
