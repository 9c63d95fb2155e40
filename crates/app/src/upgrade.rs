//! Raises a signature so that it can be proven for longer: T, X Long Type 1, LT, LTA.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use kabinet_pki::tsp::{StampFailure, StampRequest, obtain_stamp};
use kabinet_pki::{Certificate, Crl, DigestAlgorithm, Evidence, Trust, gather};
use kabinet_signature::{CadesFile, Level, Policy, Report, Source, examine};
use serde::Serialize;
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::evidence::NetworkFetch;
use crate::verification::Verification;
use crate::{AppError, tools};

/// What a signature is raised to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A time stamp over the signature.
    Timestamped,
    /// And references and values, and a stamp over them: what Russian software calls XLT1.
    ExtendedLong,
    /// And everything needed to check it, inside.
    LongTerm,
    /// And an archive stamp over all of it.
    Archive,
}

/// What raising a signature came to.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Upgraded {
    /// How many signers were raised.
    pub signers: usize,
    /// The services that gave the stamps, in order.
    pub services: Vec<String>,
    /// Services that gave none: address and code of the reason.
    pub failures: Vec<(String, String)>,
}

/// Raises every signer of the binary CMS file at `path` and writes the result to `out`, which is given back.
///
/// # Errors
/// [`AppError::TimeStamp`] when no service gave a stamp; [`AppError::MaterialMissing`] when not everything needed to
/// check the signature later could be had; [`AppError::ReadSignature`], [`AppError::Sign`], [`AppError::File`].
pub async fn upgrade<W: Write + Send + 'static>(
    path: PathBuf,
    content: Option<PathBuf>,
    to: Target,
    services: Vec<String>,
    by: Verification,
    mut out: W,
) -> Result<(Upgraded, W), AppError> {
    blocking(move || {
        let fetch = NetworkFetch::new(by.internal)?;
        let mut evidence = Evidence::default();
        for path in &by.crls {
            let list = Crl::from_pem_or_der(&tools::read(path)?).map_err(|_| tools::unreadable(path))?;
            evidence.crls.push(list);
        }
        let mut upgrade = Upgrade {
            trust: tools::load_trust(&by.trust)?,
            evidence,
            fetch,
            services,
            at: by.at.unwrap_or_else(OffsetDateTime::now_utc),
            done: Upgraded {
                signers: 0,
                services: Vec::new(),
                failures: Vec::new(),
            },
        };
        let open = || File::open(&path).map_err(|source| tools::file_error(&path, source));
        let mut file = CadesFile::read(&mut open()?)?;
        let mut written = Vec::new();
        for signer in 0..file.signer_count() {
            upgrade.time_stamp(&mut file, signer)?;
        }
        if to > Target::Timestamped {
            // Judged with the new stamps, so that their authorities are looked after as well.
            file.write(&mut open()?, &mut written)?;
            let report = upgrade.judge(&written, content.as_deref())?;
            upgrade.gather(&report)?;
            match to {
                Target::ExtendedLong => upgrade.extended_long(&mut file, &report)?,
                _ => file.add_values(&upgrade.material(&report)),
            }
        }
        if to == Target::Archive {
            written.clear();
            file.write(&mut open()?, &mut written)?;
            upgrade.archive(&mut file, &written, content.as_deref())?;
        }
        file.write(&mut open()?, &mut out)?;
        upgrade.done.signers = file.signer_count();
        Ok((upgrade.done, out))
    })
    .await
}

struct Upgrade {
    trust: Trust,
    evidence: Evidence,
    fetch: NetworkFetch,
    services: Vec<String>,
    at: OffsetDateTime,
    done: Upgraded,
}

impl Upgrade {
    fn stamp(&mut self, octets: &[u8], digest: DigestAlgorithm) -> Result<Vec<u8>, AppError> {
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|_| AppError::Background)?;
        let request = StampRequest {
            octets,
            digest,
            nonce: &nonce,
            trust: &self.trust,
            evidence: &self.evidence,
            at: self.at,
        };
        let note = |failures: Vec<(String, StampFailure)>, done: &mut Upgraded| {
            done.failures.extend(
                failures
                    .into_iter()
                    .map(|(service, failure)| (service, failure.code().to_owned())),
            );
        };
        match obtain_stamp(request, &self.services, &self.fetch) {
            Ok(obtained) => {
                note(obtained.failures, &mut self.done);
                self.done.services.push(obtained.service);
                Ok(obtained.token)
            }
            Err(failures) => {
                let why = failures.first().map_or("", |(_, failure)| failure.code());
                Err(AppError::TimeStamp { why })
            }
        }
    }

    fn time_stamp(&mut self, file: &mut CadesFile, signer: usize) -> Result<(), AppError> {
        let digest = file.digest_algorithm(signer)?;
        let token = self.stamp(&file.signature_value(signer)?, digest)?;
        Ok(file.add_time_stamp(signer, &token)?)
    }

    fn judge(&self, file: &[u8], content: Option<&Path>) -> Result<Report, AppError> {
        let mut source = std::io::Cursor::new(file);
        let mut beside = content
            .map(|path| File::open(path).map_err(|source| tools::file_error(path, source)))
            .transpose()?;
        let source: &mut dyn Source = &mut source;
        let examined = examine(source, beside.as_mut().map(|file| file as &mut dyn std::io::Read))?;
        let policy = Policy {
            trust: &self.trust,
            evidence: &self.evidence,
            at: self.at,
        };
        Ok(examined.judge(&policy)?)
    }

    fn gather(&mut self, report: &Report) -> Result<(), AppError> {
        for signature in &report.signatures {
            self.evidence
                .certificates
                .extend(signature.evidence.certificates.iter().cloned());
        }
        for certificate in report.certificates() {
            let found = gather(
                &certificate,
                &self.trust,
                &self.evidence,
                &self.fetch,
                self.at,
                &[],
            );
            self.evidence.extend(found.evidence);
            if !self.chain(&certificate).1 {
                return Err(AppError::MaterialMissing);
            }
        }
        Ok(())
    }

    /// The chain of a certificate, and whether everything about it is known and good.
    fn chain(&self, certificate: &Certificate) -> (Vec<Certificate>, bool) {
        let verdict = kabinet_pki::validate(
            certificate,
            &self.trust,
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

    fn extended_long(&mut self, file: &mut CadesFile, report: &Report) -> Result<(), AppError> {
        for (signer, signature) in report.signatures.iter().enumerate() {
            let certificate = signature.certificate.as_ref().ok_or(AppError::MaterialMissing)?;
            let chain = self.chain(certificate).0;
            file.add_references(signer, &chain, &self.evidence)?;
            let digest = file.digest_algorithm(signer)?;
            let token = self.stamp(&file.octets_of_references(signer)?, digest)?;
            file.add_reference_time_stamp(signer, &token)?;
        }
        Ok(())
    }

    fn archive(
        &mut self,
        file: &mut CadesFile,
        written: &[u8],
        content: Option<&Path>,
    ) -> Result<(), AppError> {
        let report = self.judge(written, content)?;
        for (signer, signature) in report.signatures.iter().enumerate() {
            if signature.level < Level::Timestamped {
                return Err(AppError::MaterialMissing);
            }
            let (algorithm, digest) = signature
                .parts
                .first()
                .and_then(|part| part.digest.clone())
                .ok_or(AppError::MaterialMissing)?;
            let request = file.archive_request(signer, algorithm, &digest)?;
            let token = self.stamp(&request.octets, algorithm)?;
            file.add_archive_time_stamp(signer, &request, &token)?;
        }
        Ok(())
    }
}
