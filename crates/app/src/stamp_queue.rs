//! Sign now, time stamp later: signed files of the user that wait for the level they were meant to reach.

use std::path::{Path, PathBuf};

use kabinet_domain::engine::after_failure;
use kabinet_store::WaitingStamp;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::beside::draft_beside;
use crate::blocking::blocking;
use crate::outbox::jittered;
use crate::state::Current;
use crate::upgrade::{LevelError, upgrade_by};
use crate::view::{SignatureLevel, UiError, WaitingFile, rfc3339};
use crate::{App, AppError, Event, journal, tools};

impl App {
    /// Signed files that wait for their time stamp, the oldest first.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::NoOrganisation`].
    pub async fn waiting_files(&self) -> Result<Vec<WaitingFile>, AppError> {
        let waiting = self.with_store(|store| Ok(store.waiting_stamps()?)).await?;
        Ok(waiting.iter().map(view).collect())
    }

    /// Tries every file that waits, now.
    ///
    /// # Errors
    /// As [`Self::waiting_files`]; failures stand in the rows.
    pub async fn stamp_now(&self) -> Result<Vec<WaitingFile>, AppError> {
        let current = self.current().await?;
        self.work_stamps(&current, None).await;
        self.waiting_files().await
    }

    /// Waits for this file no longer; it stays as it is.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; as [`Self::waiting_files`].
    pub async fn forget_waiting(&self, id: &str) -> Result<Vec<WaitingFile>, AppError> {
        let id = Uuid::parse_str(id).map_err(|_| AppError::NotFound)?;
        let entry = journal::plain("stamp-forgotten", "");
        self.with_store(move |store| Ok(store.drop_waiting_stamp(id, &entry)?))
            .await?;
        self.waiting_files().await
    }

    /// Remembers that the file is to be raised later; whether it will be.
    pub(crate) async fn await_stamp(
        &self,
        current: &Current,
        signature: &Path,
        content: Option<&Path>,
        level: SignatureLevel,
    ) -> bool {
        let Ok(absolute) = std::path::absolute(signature) else {
            return false;
        };
        let now = OffsetDateTime::now_utc();
        let stamp = WaitingStamp {
            id: Uuid::new_v4(),
            signature: absolute,
            content: content.and_then(|path| std::path::absolute(path).ok()),
            level: word(level),
            since: now,
            due: now + jittered(after_failure(1, None)),
            attempts: 1,
            error: None,
        };
        let store = current.store.clone();
        let kept = blocking(move || Ok(store.keep_waiting_stamp(&stamp)?)).await;
        self.wake().notify_one();
        kept.is_ok()
    }

    /// Tries the files that are due by then, or all; answers when the next one is due.
    pub(crate) async fn work_stamps(
        &self,
        current: &Current,
        due: Option<OffsetDateTime>,
    ) -> Option<OffsetDateTime> {
        let list = || {
            let store = current.store.clone();
            async move {
                blocking(move || Ok(store.waiting_stamps()?))
                    .await
                    .unwrap_or_default()
            }
        };
        let services = self.time_stamp_services().await;
        let mut changed = false;
        for stamp in list().await {
            if due.is_none_or(|due| stamp.is_due(due)) {
                changed = true;
                let (current, services) = (current.clone(), services.clone());
                let tried = blocking(move || try_again(&current, &services, stamp)).await;
                if let Err(error) = tried {
                    // The row could not be written, or the vault was closed meanwhile: what is on disk is the truth.
                    tracing::warn!(
                        code = error.code(),
                        "a file that waits for its time stamp stopped"
                    );
                }
            }
        }
        if changed {
            self.tell(Event::StateChanged);
        }
        list().await.into_iter().map(|stamp| stamp.due).min()
    }
}

/// One try; what became of it is in the row, or the row is gone.
fn try_again(current: &Current, services: &[String], mut stamp: WaitingStamp) -> Result<(), AppError> {
    match raise(current, services, &stamp) {
        Ok(()) => {
            let entry = journal::with(journal::plain("file-stamped", ""), "level", &stamp.level);
            current.store.drop_waiting_stamp(stamp.id, &entry)?;
        }
        Err(error) => {
            stamp.attempts = stamp.attempts.saturating_add(1);
            stamp.due = OffsetDateTime::now_utc() + jittered(after_failure(stamp.attempts, None));
            stamp.error = serde_json::to_string(&UiError::from(error)).ok();
            current.store.keep_waiting_stamp(&stamp)?;
        }
    }
    Ok(())
}

/// Puts the raised file in the place of the one that waited, with its rights: there is one or the other at any moment.
fn raise(current: &Current, services: &[String], stamp: &WaitingStamp) -> Result<(), AppError> {
    let path: &PathBuf = &stamp.signature;
    let failed = |source| tools::file_error(path, source);
    let rights = std::fs::metadata(path).map_err(failed)?.permissions();
    let level = level(&stamp.level).ok_or(LevelError::NotForForm)?;
    let mut draft = draft_beside(path)?;
    upgrade_by(current, services, |upgrade| {
        upgrade.raise(path, stamp.content.as_deref(), level, &mut draft)
    })?;
    let file = draft.as_file();
    file.set_permissions(rights)
        .and_then(|()| file.sync_all())
        .map_err(failed)?;
    draft.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

pub(crate) fn word(level: SignatureLevel) -> String {
    serde_json::to_value(level)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn level(word: &str) -> Option<SignatureLevel> {
    serde_json::from_value(word.into()).ok()
}

fn view(stamp: &WaitingStamp) -> WaitingFile {
    WaitingFile {
        id: stamp.id.to_string(),
        name: tools::name(&stamp.signature),
        folder: stamp
            .signature
            .parent()
            .unwrap_or(Path::new(""))
            .display()
            .to_string(),
        level: level(&stamp.level).unwrap_or_default(),
        since: rfc3339(stamp.since),
        due: rfc3339(stamp.due),
        error: stamp
            .error
            .as_deref()
            .and_then(|error| serde_json::from_str(error).ok()),
    }
}
