//! Signing a file of the user: the result is written beside it, raised to the level asked for, and judged at once.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use kabinet_pki::tsp::MessageImprint;
use kabinet_signature::{CadesFile, add_time_stamp, signature_values};
use tempfile::NamedTempFile;
use time::OffsetDateTime;

use crate::beside::{self, Names, Written, draft_beside};
use crate::blocking::blocking;
use crate::forms::{Prepared, Signing};
use crate::sign::Request;
use crate::state::Current;
use crate::tokens::{Found, unfit};
use crate::upgrade::{LevelError, Upgrade, upgrade_by};
use crate::view::{FileSigning, SecretPurpose, SignatureForm, SignatureLevel};
use crate::{App, AppError, profile, tools};

/// Largest signature file somebody else's signature is added to, octets.
const EXISTING_LIMIT: u64 = 256 << 20;

impl App {
    /// Signs a file in the form and to the level asked for. With `co_sign` the signature is added to those of that CMS
    /// file. Nothing is ever overwritten: the next free name is taken. What stands between the signature and its level (no
    /// service answers, what proves the certificate is not at hand) is no failure: it is told, and made up for later.
    /// Returns the judgement of what was written.
    ///
    /// # Errors
    /// [`AppError::UnfitCertificate`], [`AppError::Cancelled`], [`LevelError::NotForForm`], `ProfileError::Unknown`,
    /// the token's own; [`AppError::Sign`] when `co_sign` is no signature of this file; [`AppError::PdfSign`],
    /// [`AppError::XmlSign`]; [`AppError::File`]. Nothing is written then.
    pub async fn sign_file(
        &self,
        path: &Path,
        certificate_id: &str,
        options: FileSigning,
        co_sign: Option<PathBuf>,
    ) -> Result<Written, AppError> {
        if !options.form.levels().contains(&options.level) {
            return Err(LevelError::NotForForm.into());
        }
        let found = self.find_certificate(certificate_id).await?;
        let current = self.current().await.ok();
        let reasons = unfit(
            &found.certificate,
            Some(&found.on),
            Some(&found.token),
            current.as_ref().map(|current| &current.organisation),
            OffsetDateTime::now_utc(),
        );
        if let Some(reason) = reasons.into_iter().next() {
            return Err(AppError::UnfitCertificate { reason: reason.code });
        }
        let names = self.names(path, &options, co_sign.is_some())?;
        let is_beside = co_sign.is_some() || options.form == SignatureForm::Detached;
        let visible = options.visible.then(|| self.language().into());
        let (signing, prepared) = prepare(path, &found, options.form, visible, co_sign).await?;
        let raw = self.sign_one(path, &found, &prepared).await?;
        let raising = Raising {
            level: options.level,
            content: is_beside.then(|| path.to_owned()),
            current: current.clone(),
            services: self.time_stamp_services().await,
        };
        let (target, raising, missed) = blocking(move || {
            let (file, missed) = raising.finish(signing, &prepared, &raw)?;
            Ok((names.place(file)?, raising, missed))
        })
        .await?;
        self.note_signed("file-signed", current.as_ref(), &found).await?;
        let queued = match (&missed, &current) {
            (Some(_), Some(current)) => {
                self.await_stamp(current, &target, raising.content.as_deref(), options.level)
                    .await
            }
            _ => false,
        };
        let report = self.verify_file(&target, raising.content.clone(), true).await?;
        let mut written = Written::new(target, raising.content, report);
        written.signed.no_stamp = missed.map(Into::into);
        written.signed.queued = queued;
        Ok(written)
    }

    async fn sign_one(&self, path: &Path, found: &Found, prepared: &Prepared) -> Result<Vec<u8>, AppError> {
        let request = Request {
            purpose: SecretPurpose::Sign,
            documents: vec![tools::name(path)],
            organisation: found.certificate.subject().organisation.unwrap_or_default(),
            host: None,
            revocation: None,
        };
        let signatures = self.sign_raw(found, &request, vec![prepared.to_sign()]).await?;
        signatures.into_iter().next().ok_or(AppError::Background)
    }

    fn names(&self, path: &Path, options: &FileSigning, co_sign: bool) -> Result<Names, AppError> {
        let profile = match options.profile.as_str() {
            "" => None,
            code => Some(profile::profile(code, &self.config().profile_dir)?),
        };
        let is_inside = matches!(options.form, SignatureForm::Pdf | SignatureForm::Xml) && !co_sign;
        let name = tools::name(path);
        let (stem, ending) = if is_inside {
            let (stem, ending) = beside::parts(&name);
            let signed = self.texts().text("signature.signed-copy", [("name", stem)]);
            (signed, ending)
        } else {
            (name, profile.map_or_else(|| ".sig".to_owned(), |one| one.suffix))
        };
        Ok(Names {
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            stem,
            ending,
        })
    }
}

type Draft = Signing<File, NamedTempFile>;

/// Reads the file; the draft of the result lies beside it, so that a folder that cannot be written is told before a PIN is
/// asked for, and so is what cannot be signed.
async fn prepare(
    path: &Path,
    found: &Found,
    form: SignatureForm,
    visible: Option<kabinet_texts::Language>,
    co_sign: Option<PathBuf>,
) -> Result<(Draft, Prepared), AppError> {
    let (path, certificate) = (path.to_owned(), found.certificate.clone());
    blocking(move || {
        let content = File::open(&path).map_err(|source| tools::file_error(&path, source))?;
        let length = content.metadata().ok().map(|facts| facts.len());
        let mut draft = Signing {
            content,
            length,
            form,
            visible,
            existing: co_sign.as_deref().map(read_existing).transpose()?,
            out: draft_beside(&path)?,
        };
        let prepared = draft.prepare(certificate, Vec::new())?;
        Ok((draft, prepared))
    })
    .await
}

/// A file that is no signature is told before a PIN is asked for.
fn read_existing(path: &Path) -> Result<Vec<u8>, AppError> {
    let existing = tools::limited(path, EXISTING_LIMIT)?;
    signature_values(&existing)?;
    Ok(existing)
}

/// To what a new signature is raised, and by what.
struct Raising {
    level: SignatureLevel,
    content: Option<PathBuf>,
    current: Option<Current>,
    services: Vec<String>,
}

impl Raising {
    /// The signed file as high as it goes, and what kept it from its level.
    fn finish(
        &self,
        mut signing: Draft,
        prepared: &Prepared,
        raw: &[u8],
    ) -> Result<(NamedTempFile, Option<AppError>), AppError> {
        let mut missed = None;
        signing.finish(prepared, raw, |value| {
            let stamped = self.time_stamp(&value);
            stamped.unwrap_or_else(|error| {
                missed = Some(error);
                value
            })
        })?;
        let others = match &signing.existing {
            Some(existing) => signature_values(existing)?,
            None => Vec::new(),
        };
        let mut draft = signing.out;
        let mut level = self.level;
        // One level after the other, so that a failure leaves what was reached.
        while missed.is_none() && level > SignatureLevel::Basic {
            match self.raise(&draft, &others, level) {
                Ok(raised) => {
                    draft = raised;
                    break;
                }
                Err(error) if level > SignatureLevel::Timestamped => {
                    level = SignatureLevel::Timestamped;
                    draft = self.raise(&draft, &others, level).unwrap_or(draft);
                    missed = Some(error);
                }
                Err(error) => missed = Some(error),
            }
        }
        draft
            .as_file_mut()
            .flush()
            .and_then(|()| draft.as_file().sync_all())
            .map_err(|source| tools::file_error(draft.path(), source))?;
        Ok((draft, missed))
    }

    /// The value of a PDF signature with a stamp inside, where one is wanted: it cannot be added later.
    fn time_stamp(&self, value: &[u8]) -> Result<Vec<u8>, AppError> {
        if self.level == SignatureLevel::Basic {
            return Ok(value.to_vec());
        }
        let file = CadesFile::read(&mut std::io::Cursor::new(value))?;
        let digest = file.digest_algorithm(0)?;
        let imprint = MessageImprint::of(digest, &file.signature_value(0)?);
        let token = self.by(|upgrade| upgrade.stamp(&imprint))?;
        Ok(add_time_stamp(value, 0, &token)?)
    }

    fn raise(
        &self,
        draft: &NamedTempFile,
        others: &[Vec<u8>],
        level: SignatureLevel,
    ) -> Result<NamedTempFile, AppError> {
        let mut raised = draft_beside(draft.path())?;
        self.by(|upgrade| {
            upgrade.others = others.to_vec();
            upgrade.raise(draft.path(), self.content.as_deref(), level, &mut raised)
        })?;
        Ok(raised)
    }

    fn by<T>(&self, work: impl FnOnce(&mut Upgrade<'_>) -> Result<T, AppError>) -> Result<T, AppError> {
        match &self.current {
            Some(current) => upgrade_by(current, &self.services, work),
            // The services stand in the settings of this computer, but what proves certificates is kept in the vault.
            None => Err(AppError::Level(LevelError::NoStampService)),
        }
    }
}
