//! Letters: known by a list, opened by somebody, with the files that were fetched.

use std::collections::BTreeMap;

use kabinet_domain::ContentDigest;
use rusqlite::{Connection, Row, Transaction, params_from_iter};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::Page;
use crate::convert::{
    column_of, execute, from_json, from_word, json, micros, moment, row, rows, scalar, uuid, word,
};
use crate::{Missing, OrganisationStore, StoreError};

/// What names a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MailKey {
    /// The conversation.
    pub thread: Uuid,
    /// The letter in it.
    pub message: Uuid,
}

/// A letter as a list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterLine {
    /// Which.
    pub key: MailKey,
    /// Sender, in the portal's words.
    pub title: String,
    /// Subject.
    pub subject: Option<String>,
    /// When it came.
    pub created: OffsetDateTime,
    /// Somebody has opened it, here or elsewhere.
    pub is_read: bool,
}

/// How far reading a letter from here is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LetterReading {
    /// Nobody tried.
    Unopened,
    /// Somebody tried, and whether it counts as opened is not known.
    Unknown {
        /// Who.
        who: String,
        /// When.
        at: OffsetDateTime,
    },
    /// Opened.
    Opened {
        /// By whom.
        who: String,
        /// When.
        at: OffsetDateTime,
    },
}

/// A letter that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLetter {
    /// As the list has it.
    pub line: LetterLine,
    /// Reading it from here.
    pub reading: LetterReading,
    /// What is in it, once it was opened.
    pub content: Option<LetterContent>,
    /// It was opened, and what was in it was deleted here.
    pub is_deleted: bool,
}

/// What is in an opened letter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterContent {
    /// Its text as it came: HTML of the sender's making, never shown as it is.
    pub html: String,
    /// Named values of the sender.
    pub params: BTreeMap<String, String>,
    /// Its files.
    pub files: Vec<NamedFile>,
}

/// A file a letter names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedFile {
    /// The portal's name of it.
    pub id: Uuid,
    /// The sender's.
    pub name: String,
    /// Octets, as announced.
    pub size: Option<u64>,
    /// Media type, as announced.
    pub mime: Option<String>,
    /// A detached signature can be had.
    pub is_signed: bool,
    /// It could be fetched when the letter was opened.
    pub is_ready: bool,
}

/// What of a file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterPart {
    /// Itself.
    File,
    /// Its detached signature.
    Signature,
}

/// A fetched file of a letter, or a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// [`NamedFile::id`].
    pub attachment: Uuid,
    /// Which part.
    pub part: LetterPart,
    /// Address of the content.
    pub digest: ContentDigest,
    /// Octets.
    pub size: u64,
}

const SELECT: &str = "SELECT thread, message, title, subject, created, is_read, opening, opened, who,
    opened IS NOT NULL AND content IS NULL, content FROM letters";
/// The same without what is in them.
pub(super) const LISTED: &str =
    "SELECT thread, message, title, subject, created, is_read, opening, opened, who,
    opened IS NOT NULL AND content IS NULL, NULL FROM letters";

impl OrganisationStore {
    /// Takes in what a list told of. What is known of a letter beside that stays; one that was read stays read, and one that was
    /// deleted is told nothing more of.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn keep_letter_lines(&self, lines: &[LetterLine]) -> Result<(), StoreError> {
        self.database().write(|transaction| {
            for line in lines {
                execute(
                    transaction,
                    "INSERT INTO letters (thread, message, title, subject, created, is_read)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (thread, message) DO UPDATE SET title = excluded.title,
                         subject = CASE WHEN opened IS NOT NULL AND content IS NULL THEN subject
                                        ELSE excluded.subject END,
                         is_read = max(is_read, excluded.is_read)",
                    (
                        line.key.thread.as_bytes(),
                        line.key.message.as_bytes(),
                        &line.title,
                        &line.subject,
                        micros(line.created),
                        line.is_read,
                    ),
                )?;
            }
            Ok(())
        })
    }

    /// A page of letters, newest first, without what is in them.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn letters(&self, page: Page) -> Result<Vec<KeptLetter>, StoreError> {
        self.database().read(|connection| {
            rows(
                connection,
                &format!("{LISTED} ORDER BY created DESC, seq DESC LIMIT ? OFFSET ?"),
                params_from_iter(page.values()),
                read,
            )
        })
    }

    /// How many letters are known.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_letters(&self) -> Result<u64, StoreError> {
        let count = self
            .database()
            .read(|connection| scalar::<i64>(connection, "SELECT count(*) FROM letters", []))?;
        Ok(count.unwrap_or_default().cast_unsigned())
    }

    /// A letter with what is in it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn letter(&self, key: MailKey) -> Result<KeptLetter, StoreError> {
        self.database().read(|connection| {
            row(
                connection,
                &format!("{SELECT} WHERE thread = ?1 AND message = ?2"),
                (key.thread.as_bytes(), key.message.as_bytes()),
                read,
            )?
            .ok_or(StoreError::NotFound(Missing::Letter))
        })
    }

    /// The letter with this message, whatever conversation it stands in.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn letter_of(&self, message: Uuid) -> Result<Option<MailKey>, StoreError> {
        self.database().read(|connection| {
            row(
                connection,
                "SELECT thread FROM letters WHERE message = ?1",
                [message.as_bytes()],
                |row| {
                    Ok(MailKey {
                        thread: uuid(row, 0, "letters.thread")?,
                        message,
                    })
                },
            )
        })
    }

    /// What was fetched of a letter's files.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn letter_files(&self, key: MailKey) -> Result<Vec<KeptFile>, StoreError> {
        self.database().read(|connection| {
            let letter = seq_of(connection, key)?;
            rows(
                connection,
                "SELECT attachment, part, digest, size FROM letter_files WHERE letter = ?1",
                [letter],
                |row| {
                    Ok(KeptFile {
                        attachment: uuid(row, 0, "letter_files.attachment")?,
                        part: from_word(column_of(row, 1, "letter_files.part")?, "letter_files.part")?,
                        digest: ContentDigest(column_of(row, 2, "letter_files.digest")?),
                        size: column_of::<i64>(row, 3, "letter_files.size")?.cast_unsigned(),
                    })
                },
            )
        })
    }
}

pub(crate) fn begin_opening(
    transaction: &Transaction<'_>,
    key: MailKey,
    who: &str,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let letter = seq_of(transaction, key)?;
    execute(
        transaction,
        "UPDATE letters SET opening = ?2, who = ?3 WHERE seq = ?1 AND opened IS NULL",
        (letter, micros(at), who),
    )?;
    Ok(())
}

pub(crate) fn opening_failed(transaction: &Transaction<'_>, key: MailKey) -> Result<(), StoreError> {
    let letter = seq_of(transaction, key)?;
    execute(
        transaction,
        "UPDATE letters SET opening = NULL, who = NULL WHERE seq = ?1 AND opened IS NULL",
        [letter],
    )?;
    Ok(())
}

pub(crate) fn keep_content(
    transaction: &Transaction<'_>,
    key: MailKey,
    content: &LetterContent,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let letter = seq_of(transaction, key)?;
    execute(
        transaction,
        "UPDATE letters SET opened = coalesce(opened, ?2), is_read = 1, content = ?3 WHERE seq = ?1",
        (letter, micros(at), json(content, "letters.content")?),
    )?;
    Ok(())
}

pub(crate) fn keep_file(
    transaction: &Transaction<'_>,
    key: MailKey,
    file: &KeptFile,
) -> Result<(), StoreError> {
    let letter = seq_of(transaction, key)?;
    execute(
        transaction,
        "INSERT INTO letter_files (letter, attachment, part, digest, size) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (letter, attachment, part) DO UPDATE SET digest = excluded.digest, size = excluded.size",
        (
            letter,
            file.attachment.as_bytes(),
            word(&file.part, "letter_files.part")?,
            file.digest.0,
            file.size.cast_signed(),
        ),
    )?;
    Ok(())
}

pub(super) fn seq_of(connection: &Connection, key: MailKey) -> Result<i64, StoreError> {
    scalar(
        connection,
        "SELECT seq FROM letters WHERE thread = ?1 AND message = ?2",
        (key.thread.as_bytes(), key.message.as_bytes()),
    )?
    .ok_or(StoreError::NotFound(Missing::Letter))
}

pub(super) fn read(row: &Row<'_>) -> Result<KeptLetter, StoreError> {
    let at = |index, column| -> Result<Option<OffsetDateTime>, StoreError> {
        column_of::<Option<i64>>(row, index, column)?
            .map(|micros| moment(micros, column))
            .transpose()
    };
    let who = column_of::<Option<String>>(row, 8, "letters.who")?.unwrap_or_default();
    let reading = match (at(6, "letters.opening")?, at(7, "letters.opened")?) {
        (_, Some(at)) => LetterReading::Opened { who, at },
        (Some(at), None) => LetterReading::Unknown { who, at },
        (None, None) => LetterReading::Unopened,
    };
    Ok(KeptLetter {
        line: LetterLine {
            key: MailKey {
                thread: uuid(row, 0, "letters.thread")?,
                message: uuid(row, 1, "letters.message")?,
            },
            title: column_of(row, 2, "letters.title")?,
            subject: column_of(row, 3, "letters.subject")?,
            created: moment(column_of(row, 4, "letters.created")?, "letters.created")?,
            is_read: column_of(row, 5, "letters.is_read")?,
        },
        reading,
        is_deleted: column_of(row, 9, "letters.content")?,
        content: column_of::<Option<String>>(row, 10, "letters.content")?
            .map(|text| from_json(&text, "letters.content"))
            .transpose()?,
    })
}
