//! The journal: append-only, each entry bound to the one before it, so that a change of the past shows.
//!
//! `hash = SHA-256(tag ‖ previous ‖ seq ‖ at ‖ actor ‖ action ‖ subject ‖ params)`: integers as 8 bytes big-endian, `at` in
//! microseconds, texts as UTF-8 behind their length; an absent subject is the length 2⁶⁴−1. The first `previous` is the
//! SHA-256 of the tag and the organisation's identity. `journal_head` repeats the last hash, so that a cut tail shows too.
//! Checkpoints vouch for it now and then ([`checkpoints`](super::super::checkpoints)). Whoever holds the vault's key can still write a whole new chain: only
//! an export kept elsewhere proves against that.

use std::collections::BTreeMap;

use kabinet_domain::OrganisationId;
use rusqlite::types::FromSql;
use rusqlite::{Connection, Row, Transaction};
use serde::Serialize;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::StoreError;
use crate::convert::{column_of, execute, from_json, json, micros, moment, row};
use crate::database::Migration;

const TAG: &[u8] = b"kabinet-journal-v1";

pub(in crate::organisation) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE journal (
              seq      INTEGER PRIMARY KEY,
              at       INTEGER NOT NULL,
              actor    TEXT NOT NULL,
              action   TEXT NOT NULL,
              subject  TEXT,
              params   TEXT NOT NULL,
              previous BLOB NOT NULL,
              hash     BLOB NOT NULL
          ) STRICT;
          CREATE INDEX journal_subject ON journal (subject, seq) WHERE subject IS NOT NULL;
          CREATE INDEX journal_action ON journal (action, seq);
          CREATE TABLE journal_head (
              id   INTEGER PRIMARY KEY CHECK (id = 1),
              seq  INTEGER NOT NULL,
              hash BLOB NOT NULL
          ) STRICT;
          CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
              BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
          CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
              BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
          CREATE TRIGGER journal_in_sequence BEFORE INSERT ON journal
              WHEN new.seq <> (SELECT seq + 1 FROM journal_head)
              BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
          CREATE TRIGGER journal_head_no_delete BEFORE DELETE ON journal_head
              BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;",
    then: None,
}];

/// All columns, as [`read`] takes them.
pub(super) const SELECT: &str = "SELECT seq, at, actor, action, subject, params, previous, hash FROM journal";

/// What is to be written into the journal. No personal data beyond identities: it is exported and shown to support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// When it happened.
    pub at: OffsetDateTime,
    /// Who did it: the name in the certificate of the session, or nothing when the program acted by itself.
    pub actor: String,
    /// Stable code, for example `document.signed`.
    pub action: String,
    /// Identity of what it happened to.
    pub subject: Option<String>,
    /// Named values for the text of `action`.
    pub params: BTreeMap<String, String>,
}

/// An entry of the journal. As JSON: hashes in hexadecimal, the time as RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JournalEntry {
    /// Number, from 1, without gaps.
    pub seq: u64,
    /// When it happened, to the microsecond.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Who did it.
    pub actor: String,
    /// Stable code of what happened.
    pub action: String,
    /// Identity of what it happened to.
    pub subject: Option<String>,
    /// Named values for the text of `action`.
    pub params: BTreeMap<String, String>,
    /// Hash of the entry before.
    #[serde(with = "hex::serde")]
    pub previous: [u8; 32],
    /// Hash of this entry.
    #[serde(with = "hex::serde")]
    pub hash: [u8; 32],
}

/// Starts the chain of a new database.
pub(in crate::organisation) fn found(
    transaction: &Transaction<'_>,
    organisation: OrganisationId,
) -> Result<(), StoreError> {
    execute(
        transaction,
        "INSERT INTO journal_head (id, seq, hash) SELECT 1, 0, ?1 WHERE NOT EXISTS (SELECT 1 FROM journal_head)",
        [origin(organisation)],
    )?;
    Ok(())
}

/// What the first entry follows.
pub(super) fn origin(organisation: OrganisationId) -> [u8; 32] {
    Sha256::new_with_prefix(TAG)
        .chain_update(organisation.0.as_bytes())
        .finalize()
        .into()
}

/// Number and hash of the last entry.
pub(super) fn head(connection: &Connection) -> Result<Option<(u64, [u8; 32])>, StoreError> {
    row(connection, "SELECT seq, hash FROM journal_head", [], |row| {
        Ok((
            column_of::<i64>(row, 0, "journal_head.seq")?.cast_unsigned(),
            column_of(row, 1, "journal_head.hash")?,
        ))
    })
}

/// Its number and hash.
pub(in crate::organisation) fn append(
    transaction: &Transaction<'_>,
    entry: &NewEntry,
) -> Result<(u64, [u8; 32]), StoreError> {
    let (last, previous) = head(transaction)?.ok_or(StoreError::DatabaseDamaged)?;
    let seq = last + 1;
    let at = micros(entry.at);
    let params = json(&entry.params, "journal.params")?;
    let hash = link(
        &previous,
        seq,
        at,
        &entry.actor,
        &entry.action,
        entry.subject.as_deref(),
        &params,
    );
    execute(
        transaction,
        "INSERT INTO journal (seq, at, actor, action, subject, params, previous, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            seq.cast_signed(),
            at,
            &entry.actor,
            &entry.action,
            &entry.subject,
            params,
            previous,
            hash,
        ),
    )?;
    execute(
        transaction,
        "UPDATE journal_head SET seq = ?1, hash = ?2",
        (seq.cast_signed(), hash),
    )?;
    Ok((seq, hash))
}

/// The hash of an entry that follows `previous`.
pub(in crate::organisation) fn link(
    previous: &[u8; 32],
    seq: u64,
    at: i64,
    actor: &str,
    action: &str,
    subject: Option<&str>,
    params: &str,
) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(TAG);
    hash.update(previous);
    hash.update(seq.to_be_bytes());
    hash.update(at.to_be_bytes());
    for text in [Some(actor), Some(action), subject, Some(params)] {
        hash.update(text.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
        hash.update(text.unwrap_or_default());
    }
    hash.finalize().into()
}

/// The chain has no gaps, so its head knows.
pub(super) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(head(connection)?.map_or(0, |(seq, _)| seq))
}

/// What cannot be read is blank: a row that was changed behind the program's back is shown all the same, and
/// [`verify`](super::check::verify) tells what is wrong with it.
pub(super) fn read(row: &Row<'_>) -> Result<JournalEntry, StoreError> {
    Ok(JournalEntry {
        seq: column_of::<i64>(row, 0, "journal.seq")?.cast_unsigned(),
        at: moment(or_blank(row, 1), "journal.at").unwrap_or(OffsetDateTime::UNIX_EPOCH),
        actor: or_blank(row, 2),
        action: or_blank(row, 3),
        subject: or_blank(row, 4),
        params: from_json(&or_blank::<String>(row, 5), "journal.params").unwrap_or_default(),
        previous: or_blank(row, 6),
        hash: or_blank(row, 7),
    })
}

fn or_blank<T: FromSql + Default>(row: &Row<'_>, index: usize) -> T {
    row.get(index).unwrap_or_default()
}
