//! How long letters stay: holds, deleting what is in one, and the documents that answer one.
//!
//! Tables of letters have no place for holds and answers; both are settings under names of their own, written in the transaction that
//! journals them. Of a deleted letter its row stays, opened and without content: who it came from, its number, when it came, who
//! opened it and when. So nobody opens it again without knowing.

use kabinet_domain::{ContentDigest, DocumentId};
use rusqlite::{Connection, Transaction, params_from_iter};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::erasure::{self, Erased, Obstacle};
use super::super::{Hold, Page, blobs};
use super::letters::{KeptLetter, LISTED, MailKey, read, seq_of};
use crate::convert::{column_of, execute, from_json, micros, moment, rows, scalar};
use crate::{Missing, OrganisationStore, StoreError, settings};

/// Begins the name of the setting with the hold of a letter, which ends with its message.
const HOLD: &str = "letter-hold ";
/// Begins the name of the setting that says which letter a document answers; it ends with the document.
const ANSWER: &str = "letter-answer ";

#[derive(Serialize, Deserialize)]
struct KeptHold {
    reason: String,
    /// Microseconds since 1970.
    since: i64,
}

#[derive(Serialize, Deserialize)]
struct KeptAnswer {
    thread: Uuid,
    message: Uuid,
}

impl OrganisationStore {
    /// What keeps a letter from being deleted.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn letter_hold(&self, key: MailKey) -> Result<Option<Hold>, StoreError> {
        self.database().read(|connection| hold(connection, key))
    }

    /// Letters that are held.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_held_letters(&self) -> Result<u64, StoreError> {
        let count = self.database().read(|connection| {
            scalar::<i64>(
                connection,
                "SELECT count(*) FROM settings WHERE substr(key, 1, length(?1)) = ?1",
                [HOLD],
            )
        })?;
        Ok(count.unwrap_or_default().cast_unsigned())
    }

    /// A page of letters that were opened before a moment, are still here and not held, those opened first at the beginning; without
    /// what is in them.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn ended_letters(&self, before: OffsetDateTime, page: Page) -> Result<Vec<KeptLetter>, StoreError> {
        let sql = format!("{LISTED} {ENDED} ORDER BY opened, seq LIMIT ? OFFSET ?");
        let values = [micros(before).into(), HOLD.to_owned().into()];
        self.database().read(|connection| {
            let values = values.into_iter().chain(page.values());
            rows(connection, &sql, params_from_iter(values), read)
        })
    }

    /// How many there are.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_ended_letters(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let count = self.database().read(|connection| {
            let sql = format!("SELECT count(*) FROM letters {ENDED}");
            scalar::<i64>(connection, &sql, (micros(before), HOLD))
        })?;
        Ok(count.unwrap_or_default().cast_unsigned())
    }

    /// The documents that answer a letter, in no order.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn answers(&self, letter: MailKey) -> Result<Vec<DocumentId>, StoreError> {
        let all = self.database().read(|connection| {
            rows(
                connection,
                "SELECT substr(key, length(?1) + 1), value FROM settings WHERE substr(key, 1, length(?1)) = ?1",
                [ANSWER],
                |row| {
                    let document: String = column_of(row, 0, "settings.key")?;
                    let kept: KeptAnswer =
                        from_json(&column_of::<String>(row, 1, "settings.value")?, "settings.value")?;
                    Ok((document, kept))
                },
            )
        })?;
        let own = all
            .into_iter()
            .filter(|(_, kept)| (kept.thread, kept.message) == (letter.thread, letter.message));
        own.map(|(document, _)| {
            Uuid::parse_str(&document)
                .map(DocumentId)
                .map_err(|_| StoreError::Value {
                    column: "settings.key",
                })
        })
        .collect()
    }

    /// The letter a document answers.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn answered(&self, document: DocumentId) -> Result<Option<MailKey>, StoreError> {
        let kept: Option<KeptAnswer> = self.setting(&name_of_answer(document))?;
        Ok(kept.map(|kept| MailKey {
            thread: kept.thread,
            message: kept.message,
        }))
    }
}

/// Of letters: `?1` is the moment, `?2` how settings with holds begin.
const ENDED: &str = "WHERE opened < ?1 AND content IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM settings WHERE key = ?2 || lower(
        substr(hex(message), 1, 8) || '-' || substr(hex(message), 9, 4) || '-' || substr(hex(message), 13, 4) || '-'
        || substr(hex(message), 17, 4) || '-' || substr(hex(message), 21)))";

fn name_of_hold(key: MailKey) -> String {
    format!("{HOLD}{}", key.message)
}

fn name_of_answer(document: DocumentId) -> String {
    format!("{ANSWER}{}", document.0)
}

fn forget(transaction: &Transaction<'_>, setting: &str) -> Result<usize, StoreError> {
    execute(transaction, "DELETE FROM settings WHERE key = ?1", [setting])
}

fn hold(connection: &Connection, key: MailKey) -> Result<Option<Hold>, StoreError> {
    let kept: Option<KeptHold> = settings::load(connection, &name_of_hold(key))?;
    kept.map(|kept| {
        Ok(Hold {
            reason: kept.reason,
            since: moment(kept.since, "settings.value")?,
        })
    })
    .transpose()
}

pub(crate) fn set_hold(
    transaction: &Transaction<'_>,
    key: MailKey,
    hold: Option<&Hold>,
) -> Result<(), StoreError> {
    seq_of(transaction, key)?;
    let Some(hold) = hold else {
        return forget(transaction, &name_of_hold(key)).map(drop);
    };
    let kept = KeptHold {
        reason: hold.reason.clone(),
        since: micros(hold.since),
    };
    settings::save(transaction, &name_of_hold(key), &kept)
}

/// Removes what is in a letter; its number stays in place of its subject.
pub(crate) fn erase(
    transaction: &Transaction<'_>,
    key: MailKey,
    number: Option<&str>,
) -> Result<Erased, StoreError> {
    let letter = seq_of(transaction, key)?;
    if hold(transaction, key)?.is_some() {
        return Err(StoreError::Kept(Obstacle::Hold));
    }
    let digests = rows(
        transaction,
        "SELECT DISTINCT digest FROM letter_files WHERE letter = ?1",
        [letter],
        |row| column_of(row, 0, "letter_files.digest").map(ContentDigest),
    )?;
    execute(
        transaction,
        "DELETE FROM letter_files WHERE letter = ?1",
        [letter],
    )?;
    let gone = execute(
        transaction,
        "UPDATE letters SET content = NULL, subject = ?2 WHERE seq = ?1 AND content IS NOT NULL",
        (letter, number),
    )?;
    if gone == 0 {
        return Err(StoreError::NotFound(Missing::Letter));
    }
    let mut contents = 0;
    for digest in digests {
        contents += u64::from(blobs::remove_if_unused(transaction, digest)?);
    }
    erasure::owe_wiping(transaction)?;
    Ok(Erased { contents })
}

pub(crate) fn set_answer(
    transaction: &Transaction<'_>,
    document: DocumentId,
    letter: MailKey,
) -> Result<(), StoreError> {
    seq_of(transaction, letter)?;
    let kept = KeptAnswer {
        thread: letter.thread,
        message: letter.message,
    };
    settings::save(transaction, &name_of_answer(document), &kept)
}

/// A document that is deleted answers nothing any more.
pub(crate) fn forget_answer(transaction: &Transaction<'_>, document: DocumentId) -> Result<(), StoreError> {
    forget(transaction, &name_of_answer(document)).map(drop)
}
