//! The journal: append-only, each entry bound to the one before it, so that a change of the past shows.
//!
//! `hash = SHA-256(tag ‖ previous ‖ seq ‖ at ‖ actor ‖ action ‖ subject ‖ params)`: integers as 8 bytes big-endian, `at` in
//! microseconds, texts as UTF-8 behind their length; an absent subject is the length 2⁶⁴−1. The first `previous` is the
//! SHA-256 of the tag and the organisation's identity. `journal_head` repeats the last hash, so that a cut tail shows too.
//! Checkpoints vouch for it now and then ([`checkpoints`]). Whoever holds the vault's key can still write a whole new chain: only
//! an export kept elsewhere proves against that.

use std::collections::BTreeMap;

use kabinet_domain::OrganisationId;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, Transaction, params_from_iter};
use serde::Serialize;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::{Page, checkpoints};
use crate::StoreError;
use crate::convert::{column_of, execute, from_json, json, micros, moment, row, rows};
use crate::database::Migration;

const TAG: &[u8] = b"kabinet-journal-v1";

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
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

const SELECT: &str = "SELECT seq, at, actor, action, subject, params, previous, hash FROM journal";

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

/// Which entries; an empty filter means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Of this action.
    pub action: Option<String>,
    /// About this subject.
    pub subject: Option<String>,
    /// By this actor.
    pub actor: Option<String>,
    /// Not before this moment.
    pub from: Option<OffsetDateTime>,
    /// Before this moment.
    pub until: Option<OffsetDateTime>,
}

/// What recomputing the chain showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Every entry is as it was written; their number.
    Intact(u64),
    /// This entry is the first that is missing, altered or out of place.
    BrokenAt(u64),
}

impl Verification {
    /// The number of entries, if all are as they were written.
    pub fn intact(self) -> Option<u64> {
        match self {
            Self::Intact(entries) => Some(entries),
            Self::BrokenAt(_) => None,
        }
    }
}

/// Starts the chain of a new database.
pub(super) fn found(transaction: &Transaction<'_>, organisation: OrganisationId) -> Result<(), StoreError> {
    execute(
        transaction,
        "INSERT INTO journal_head (id, seq, hash) SELECT 1, 0, ?1 WHERE NOT EXISTS (SELECT 1 FROM journal_head)",
        [origin(organisation)],
    )?;
    Ok(())
}

fn origin(organisation: OrganisationId) -> [u8; 32] {
    Sha256::new_with_prefix(TAG)
        .chain_update(organisation.0.as_bytes())
        .finalize()
        .into()
}

fn head(connection: &Connection) -> Result<Option<(u64, [u8; 32])>, StoreError> {
    row(connection, "SELECT seq, hash FROM journal_head", [], |row| {
        Ok((
            column_of::<i64>(row, 0, "journal_head.seq")?.cast_unsigned(),
            column_of(row, 1, "journal_head.hash")?,
        ))
    })
}

/// Its number and hash.
pub(super) fn append(transaction: &Transaction<'_>, entry: &NewEntry) -> Result<(u64, [u8; 32]), StoreError> {
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

fn link(
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

/// With `key` checkpoints count only if this key signed them, otherwise if each is signed by the key it names.
pub(super) fn verify(
    connection: &Connection,
    organisation: OrganisationId,
    key: Option<&[u8; 32]>,
) -> Result<Verification, StoreError> {
    let mut checkpoints = checkpoints::all(connection)?.into_iter().peekable();
    let mut statement = connection.prepare_cached(&format!("{SELECT} ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut previous = origin(organisation);
    let mut expected = 1_u64;
    // The first entry nobody has vouched for yet.
    let mut unvouched = 1_u64;
    while let Some(row) = rows.next()? {
        let fits = link_of(row, expected, &previous);
        let Some(hash) = fits else {
            return Ok(Verification::BrokenAt(expected));
        };
        if let Some(checkpoint) = checkpoints.next_if(|checkpoint| checkpoint.seq == expected) {
            let known = key.is_none_or(|key| *key == checkpoint.key);
            // A chain that fits and is not the one that was signed was written anew from somewhere behind the checkpoint before.
            if !known || checkpoint.hash != hash || !checkpoint.is_signed(organisation) {
                return Ok(Verification::BrokenAt(unvouched));
            }
            unvouched = expected + 1;
        }
        previous = hash;
        expected += 1;
    }
    // One of an entry that is not there any more.
    if checkpoints.next().is_some() {
        return Ok(Verification::BrokenAt(expected));
    }
    let Some((last, hash)) = head(connection)? else {
        return Ok(Verification::BrokenAt(expected));
    };
    let whole = last + 1 == expected && hash == previous;
    Ok(if whole {
        Verification::Intact(last)
    } else {
        Verification::BrokenAt(expected.min(last + 1))
    })
}

/// The hash of the row if it is entry `expected` and follows `previous`. A value of a wrong type does not.
fn link_of(row: &Row<'_>, expected: u64, previous: &[u8; 32]) -> Option<[u8; 32]> {
    let seq: i64 = row.get(0).ok()?;
    let subject: Option<String> = row.get(4).ok()?;
    let actor: String = row.get(2).ok()?;
    let action: String = row.get(3).ok()?;
    let params: String = row.get(5).ok()?;
    let stored_previous: [u8; 32] = row.get(6).ok()?;
    let stored: [u8; 32] = row.get(7).ok()?;
    let hash = link(
        previous,
        expected,
        row.get(1).ok()?,
        &actor,
        &action,
        subject.as_deref(),
        &params,
    );
    (seq.cast_unsigned() == expected && stored_previous == *previous && stored == hash).then_some(hash)
}

pub(super) fn list(
    connection: &Connection,
    filter: &JournalFilter,
    page: Page,
) -> Result<Vec<JournalEntry>, StoreError> {
    let (mut sql, mut values) = selection(filter);
    sql.push_str(" ORDER BY seq DESC LIMIT ? OFFSET ?");
    values.extend(page.values());
    rows(connection, &sql, params_from_iter(values), read)
}

/// Every entry that matches, oldest first.
pub(super) fn each(
    connection: &Connection,
    filter: &JournalFilter,
    mut turn: impl FnMut(&JournalEntry) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let (mut sql, values) = selection(filter);
    sql.push_str(" ORDER BY seq");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        turn(&read(row)?)?;
    }
    Ok(())
}

fn selection(filter: &JournalFilter) -> (String, Vec<Value>) {
    let conditions = [
        ("action = ?", filter.action.clone().map(Value::Text)),
        ("subject = ?", filter.subject.clone().map(Value::Text)),
        ("actor = ?", filter.actor.clone().map(Value::Text)),
        ("at >= ?", filter.from.map(|at| Value::Integer(micros(at)))),
        ("at < ?", filter.until.map(|at| Value::Integer(micros(at)))),
    ];
    let mut sql = format!("{SELECT} WHERE true");
    let mut values = Vec::new();
    for (condition, value) in conditions {
        if let Some(value) = value {
            sql.push_str(" AND ");
            sql.push_str(condition);
            values.push(value);
        }
    }
    (sql, values)
}

/// The chain has no gaps, so its head knows.
pub(super) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(head(connection)?.map_or(0, |(seq, _)| seq))
}

fn read(row: &Row<'_>) -> Result<JournalEntry, StoreError> {
    Ok(JournalEntry {
        seq: column_of::<i64>(row, 0, "journal.seq")?.cast_unsigned(),
        at: moment(column_of(row, 1, "journal.at")?, "journal.at")?,
        actor: column_of(row, 2, "journal.actor")?,
        action: column_of(row, 3, "journal.action")?,
        subject: column_of(row, 4, "journal.subject")?,
        params: from_json(&column_of::<String>(row, 5, "journal.params")?, "journal.params")?,
        previous: column_of(row, 6, "journal.previous")?,
        hash: column_of(row, 7, "journal.hash")?,
    })
}
