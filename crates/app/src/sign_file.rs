//! Signing a file of the user: the signature is written beside it and judged at once.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use kabinet_domain::Environment;
use kabinet_pki::tsp::{self, MessageImprint, TimeStampRequest};
use kabinet_pki::{Certificate, Fetch};
use kabinet_signature::{CadesFile, Content, Prepare, Properties, ToBeSigned, signature_values};
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::evidence::NetworkFetch;
use crate::sign::{self, Request};
use crate::tokens::{Found, unfit};
use crate::view::{FileSigning, SecretPurpose, SignedFile, UiError, VerificationReport};
use crate::{App, AppError, environment, journal, tools};

/// Largest content carried inside a signature, octets: it is held in memory.
const ATTACHED_LIMIT: u64 = 256 << 20;
/// Largest signature file somebody else's signature is added to, octets.
const EXISTING_LIMIT: u64 = 256 << 20;
/// Names tried beside the file before giving up; more signatures of one file are a mistake.
const NAMES: u32 = 1000;

impl App {
    /// Signs a file: CAdES-BES beside it in `X.sig`, detached unless told otherwise, raised to CAdES-T where the
    /// environment has a time stamp service. With `co_sign` the signature is added to those of that file. Nothing is ever
    /// overwritten: the next free name is taken. Returns the judgement of what was written.
    ///
    /// # Errors
    /// [`AppError::UnfitCertificate`], [`AppError::Cancelled`], the token's own; [`AppError::Sign`] when `co_sign` is no
    /// signature of this file; [`AppError::File`]. Nothing is written then.
    pub async fn sign_file(
        &self,
        path: &Path,
        certificate_id: &str,
        options: FileSigning,
        co_sign: Option<PathBuf>,
    ) -> Result<(SignedFile, VerificationReport), AppError> {
        let found = self.find_certificate(certificate_id).await?;
        let organisation = self.current().await.ok().map(|current| current.organisation);
        let now = OffsetDateTime::now_utc();
        let reasons = unfit(
            &found.certificate,
            Some(&found.on),
            Some(&found.token),
            organisation.as_ref(),
            now,
        );
        if let Some(reason) = reasons.into_iter().next() {
            return Err(AppError::UnfitCertificate { reason: reason.code });
        }
        let existing = match co_sign {
            Some(existing) => Some(blocking(move || read_existing(&existing)).await?),
            None => None,
        };
        let prepared = self
            .prepare_file(path, &found, options, existing.is_some())
            .await?;
        let made = self.make(path, &found, &prepared, existing.as_deref()).await?;
        let (made, no_stamp) = self.stamp(made, &found, existing.as_deref()).await?;
        let target = write_beside(path, made).await?;
        self.note_signed(&found).await?;
        let report = self.verify_file(&target, Some(path.to_owned()), true).await?;
        let signed = SignedFile {
            name: name(&target),
            folder: target.parent().unwrap_or(Path::new("")).display().to_string(),
            no_stamp,
            report: report.clone().without_material(),
        };
        Ok((signed, report))
    }

    async fn prepare_file(
        &self,
        path: &Path,
        found: &Found,
        options: FileSigning,
        beside: bool,
    ) -> Result<ToBeSigned, AppError> {
        let (path, certificate) = (path.to_owned(), found.certificate.clone());
        blocking(move || {
            let content = if options.attached && !beside {
                Content::Attached(limited(&path, ATTACHED_LIMIT)?)
            } else {
                let mut file = File::open(&path).map_err(|source| tools::file_error(&path, source))?;
                Content::Detached(sign::digest(&certificate, &mut file)?)
            };
            Ok(Prepare {
                certificate,
                chain: Vec::new(),
                signing_time: Some(OffsetDateTime::now_utc()),
                content,
                properties: Properties::default(),
            }
            .to_be_signed()?)
        })
        .await
    }

    async fn make(
        &self,
        path: &Path,
        found: &Found,
        prepared: &ToBeSigned,
        existing: Option<&[u8]>,
    ) -> Result<Vec<u8>, AppError> {
        let request = Request {
            purpose: SecretPurpose::Sign,
            documents: vec![name(path)],
            organisation: found.certificate.subject().organisation.unwrap_or_default(),
            host: None,
        };
        let raw = self
            .sign_raw(found, &request, std::slice::from_ref(prepared))
            .await?
            .pop()
            .ok_or(AppError::Background)?;
        Ok(match existing {
            Some(existing) => prepared.complete_beside(existing, &raw)?,
            None => prepared.complete(&raw)?,
        })
    }

    /// The file with a time stamp over the new signature, if the environment has a service and it answers. A signature
    /// without one is still a signature.
    async fn stamp(
        &self,
        made: Vec<u8>,
        found: &Found,
        existing: Option<&[u8]>,
    ) -> Result<(Vec<u8>, Option<UiError>), AppError> {
        let Ok(current) = self.current().await else {
            return Ok((made, None));
        };
        let Some(service) = environment::time_stamp_service(current.environment(), self.config()) else {
            return Ok((made, None));
        };
        let others = existing.map(signature_values).transpose()?.unwrap_or_default();
        let internal = current.environment() == Environment::Demo;
        let (plain, certificate) = (made.clone(), found.certificate.clone());
        let stamped = blocking(move || stamped(&plain, &others, &certificate, &service, internal)).await;
        Ok(match stamped {
            Ok(stamped) => (stamped, None),
            Err(error) => (made, Some(error.into())),
        })
    }

    async fn note_signed(&self, found: &Found) -> Result<(), AppError> {
        let Ok(current) = self.current().await else {
            return Ok(());
        };
        let entry = journal::plain("file-signed", &sign::holder(found));
        let entry = journal::with(
            entry,
            "certificate",
            hex::encode(&found.certificate.fingerprint()[..8]),
        );
        blocking(move || Ok(current.store.record(&entry)?)).await
    }
}

/// RFC 3161 §2.4: the answer must be over this signature and repeat the nonce.
fn stamped(
    file: &[u8],
    others: &[Vec<u8>],
    certificate: &Certificate,
    service: &str,
    internal: bool,
) -> Result<Vec<u8>, AppError> {
    let mut source = std::io::Cursor::new(file);
    let mut cades = CadesFile::read(&mut source)?;
    // Signers are a set: the new one is whose value was not there before.
    let is_new = |signer: &usize| {
        cades
            .signature_value(*signer)
            .is_ok_and(|value| !others.contains(&value))
    };
    let signer = (0..cades.signer_count())
        .find(is_new)
        .ok_or(AppError::Background)?;
    let algorithm = certificate
        .public_key()
        .signing_digest()
        .ok_or(AppError::Background)?;
    // Two highest bits 01: a positive number without a leading zero, as INTEGER wants it.
    let mut nonce = uuid::Uuid::new_v4().into_bytes().to_vec();
    nonce[0] = nonce[0] & 0x3f | 0x40;
    let request = TimeStampRequest {
        imprint: MessageImprint::new(algorithm, algorithm.digest(&cades.signature_value(signer)?)),
        policy: None,
        nonce: Some(nonce.clone()),
        certificate_wanted: true,
    };
    let answer = NetworkFetch::new(internal)?
        .post(service, tsp::QUERY_TYPE, &request.to_der())
        .map_err(|_| AppError::NoTimeStamp)?;
    let token = tsp::read_response(&answer).map_err(|_| AppError::NoTimeStamp)?;
    if nonce_of(&token).as_deref() != Some(&nonce) {
        return Err(AppError::NoTimeStamp);
    }
    cades.add_time_stamp(signer, &token)?;
    let mut out = Vec::new();
    cades.write(&mut source, &mut out)?;
    Ok(out)
}

fn nonce_of(token: &[u8]) -> Option<Vec<u8>> {
    let data = kabinet_pki::cms::SignedData::parse(token).ok()?;
    tsp::TstInfo::from_der(&data.content_octets()?).ok()?.nonce
}

/// Writes under the first free name: `X.sig`, `X (2).sig` and so on.
async fn write_beside(path: &Path, octets: Vec<u8>) -> Result<PathBuf, AppError> {
    let path = path.to_owned();
    blocking(move || {
        for number in 1..=NAMES {
            let mut target = path.clone().into_os_string();
            if number > 1 {
                target.push(format!(" ({number})"));
            }
            target.push(".sig");
            let target = PathBuf::from(target);
            let mut file = match OpenOptions::new().write(true).create_new(true).open(&target) {
                Ok(file) => file,
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
                Err(source) => return Err(tools::file_error(&target, source)),
            };
            if let Err(source) = file.write_all(&octets).and_then(|()| file.sync_all()) {
                // The failure is what matters; half a signature must not lie about.
                let _ = std::fs::remove_file(&target);
                return Err(tools::file_error(&target, source));
            }
            return Ok(target);
        }
        Err(tools::file_error(&path, std::io::ErrorKind::AlreadyExists.into()))
    })
    .await
}

/// A file that is no signature is told before a PIN is asked for.
fn read_existing(path: &Path) -> Result<Vec<u8>, AppError> {
    let existing = limited(path, EXISTING_LIMIT)?;
    signature_values(&existing)?;
    Ok(existing)
}

fn limited(path: &Path, limit: u64) -> Result<Vec<u8>, AppError> {
    let size = std::fs::metadata(path)
        .map_err(|source| tools::file_error(path, source))?
        .len();
    if size > limit {
        return Err(AppError::TooLarge { limit });
    }
    tools::read(path)
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
