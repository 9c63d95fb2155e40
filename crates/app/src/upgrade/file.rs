//! Raising a signed file of the user.

use std::path::PathBuf;

use super::Upgrade;
use crate::beside::{Names, Written, draft_beside};
use crate::blocking::blocking;
use crate::evidence::CachedFetch;
use crate::state::Current;
use crate::verification::Pair;
use crate::view::SignatureLevel;
use crate::{App, AppError, journal, tools};

impl App {
    /// Writes the signed one of these files (one, whose other half may lie beside it, or two) beside itself, raised. The
    /// file itself stays as it is. Returns the judgement of what was written.
    ///
    /// # Errors
    /// `LevelError::NoStampService`, `LevelError::TimeStamp`, `LevelError::MaterialMissing`,
    /// `LevelError::NotForForm`; [`AppError::ReadSignature`], [`AppError::File`]; [`AppError::NotFound`] when there is
    /// no file. Nothing is written then.
    pub async fn upgrade_files(&self, files: &[PathBuf], to: SignatureLevel) -> Result<Written, AppError> {
        let Pair { signed, content } = Pair::of(files).ok_or(AppError::NotFound)?;
        let current = self.current().await?;
        let services = self.time_stamp_services().await;
        let names = Names::again(&signed);
        let beside = content.clone();
        let target = blocking(move || {
            let mut draft = draft_beside(&signed)?;
            upgrade_by(&current, &services, |upgrade| {
                upgrade.raise(&signed, beside.as_deref(), to, &mut draft)
            })?;
            draft
                .as_file()
                .sync_all()
                .map_err(|failed| tools::file_error(&signed, failed))?;
            let target = names.place(draft)?;
            current.store.record(&journal::with(
                journal::plain("file-stamped", ""),
                "level",
                crate::stamp_queue::word(to),
            ))?;
            Ok(target)
        })
        .await?;
        let report = self.verify_file(&target, content.clone(), true).await?;
        Ok(Written::new(target, content, report))
    }
}

/// Raises by what the environment of the organisation trusts, keeping in its vault what was fetched.
pub(crate) fn upgrade_by<T>(
    current: &Current,
    services: &[String],
    work: impl FnOnce(&mut Upgrade<'_>) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let fetch = CachedFetch::new(&current.store, current.environment(), true)?;
    let trusted = current.trusted()?;
    work(&mut Upgrade::new(&trusted.trust, &fetch, services))
}
