//! Keeping letters: holding one, and deleting what is in one at a person's word. Asks the portal nothing.

use kabinet_store::{Hold, KeptLetter, LetterReading, NewEntry, OrganisationStore};
use kabinet_texts::Language;
use time::OffsetDateTime;

use super::{key, number};
use crate::blocking::blocking;
use crate::retention::{self, LetterTerm, RetentionError, Rules};
use crate::view::{HoldView, LetterDeletion, LetterKeeping, LetterRef, MailLetter, day, rfc3339};
use crate::{App, AppError, Event, journal};

impl App {
    /// Holds an opened letter for this reason: it cannot be deleted until somebody releases it. No reason releases it.
    ///
    /// # Errors
    /// [`RetentionError::NoReason`], [`AppError::NotFound`]; failures of the vault.
    pub async fn set_letter_hold(
        &self,
        letter: LetterRef,
        why: Option<&str>,
    ) -> Result<MailLetter, AppError> {
        let key = key(&letter)?;
        let hold = match why {
            Some(why) => Some(Hold {
                reason: retention::reason(why)?,
                since: OffsetDateTime::now_utc(),
            }),
            None => None,
        };
        let who = self.mail_reader().await?;
        let action = if hold.is_some() {
            "mail-held"
        } else {
            "mail-released"
        };
        let entry = journal::with(journal::plain(action, &who), "letter", key.message);
        let entry = match &hold {
            Some(hold) => journal::with(entry, "reason", &hold.reason),
            None => entry,
        };
        self.with_store(move |store| {
            if store.letter(key)?.content.is_none() {
                return Err(AppError::NotFound);
            }
            Ok(store.change(entry, |change| change.set_letter_hold(key, hold.as_ref()))?)
        })
        .await?;
        self.mail_changed();
        self.letter(letter).await
    }

    /// Deletes the text and the files of an opened letter for good. Who sent it, its number and when it came stay, so that nobody opens
    /// it again without knowing; the journal keeps the digests of its files and the reason.
    ///
    /// What is left of it beside the pages is wiped by [`wipe_traces`](Self::wipe_traces).
    ///
    /// # Errors
    /// [`RetentionError::NoReason`]; [`RetentionError::TermNotEnded`] without the word that it is early; [`kabinet_store::StoreError::Kept`] while it
    /// is held; [`AppError::NotFound`] when nothing of it is here; [`RetentionError::Data`].
    pub async fn delete_letter(&self, deletion: LetterDeletion) -> Result<MailLetter, AppError> {
        let key = key(&deletion.letter)?;
        let why = retention::reason(&deletion.reason)?;
        let (rules, language) = (self.retention_rules()?, self.language().into());
        // Nobody must be in the middle of fetching a file of it.
        let _turn = self.mail_turn().lock().await;
        let who = self.mail_reader().await?;
        let store = self.current().await?.store;
        blocking(move || {
            let kept = store.letter(key)?;
            let opened = opened(&kept).ok_or(AppError::NotFound)?;
            let term = LetterTerm::of(&rules, language, opened);
            let until = term.as_ref().and_then(|term| term.until);
            let is_early = term.is_none_or(|term| !term.has_ended());
            if is_early && !deletion.early && store.letter_hold(key)?.is_none() {
                return Err(RetentionError::TermNotEnded {
                    until: until.map(|until| day(until.midnight().assume_utc())),
                }
                .into());
            }
            let number = number(&kept);
            let entry = entry(&store, &kept, is_early, number.as_deref(), &who)?;
            let entry = journal::with(entry, "reason", why);
            let entry = journal::with(
                entry,
                "until",
                until.map(|until| until.to_string()).unwrap_or_default(),
            );
            store.change(entry, |change| change.erase_letter(key, number.as_deref()))?;
            Ok(())
        })
        .await?;
        self.mail_changed();
        // What wipes traces of documents wakes up by it.
        self.tell(Event::DocumentsChanged);
        self.letter(deletion.letter).await
    }
}

/// When a letter whose content is here was opened.
fn opened(kept: &KeptLetter) -> Option<OffsetDateTime> {
    match &kept.reading {
        LetterReading::Opened { at, .. } if kept.content.is_some() => Some(*at),
        _ => None,
    }
}

fn entry(
    store: &OrganisationStore,
    kept: &KeptLetter,
    is_early: bool,
    number: Option<&str>,
    who: &str,
) -> Result<NewEntry, AppError> {
    let action = if is_early {
        "mail-deleted-early"
    } else {
        "mail-deleted"
    };
    let files = store.letter_files(kept.line.key)?;
    let digests: Vec<String> = files.iter().map(|file| hex::encode(file.digest.0)).collect();
    let values = [
        ("letter", kept.line.key.message.to_string()),
        ("number", number.unwrap_or_default().to_owned()),
        ("created", rfc3339(kept.line.created)),
        ("files", files.len().to_string()),
        ("sha256", digests.join(" ")),
    ];
    Ok(values
        .into_iter()
        .fold(journal::plain(action, who), |entry, (name, value)| {
            journal::with(entry, name, value)
        }))
}

/// How long a letter is kept, if it is here and there is a rule.
pub(super) fn keeping(
    store: &OrganisationStore,
    rules: Option<&Rules>,
    language: Language,
    kept: &KeptLetter,
) -> Result<Option<LetterKeeping>, AppError> {
    let Some(term) = rules
        .zip(opened(kept))
        .and_then(|(rules, opened)| LetterTerm::of(rules, language, opened))
    else {
        return Ok(None);
    };
    let hold = store.letter_hold(kept.line.key)?;
    Ok(Some(LetterKeeping {
        ended: term.has_ended(),
        until: term.until.map(|until| until.to_string()),
        class: term.class,
        hold: hold.map(|hold| HoldView {
            reason: hold.reason,
            since: rfc3339(hold.since),
        }),
    }))
}
