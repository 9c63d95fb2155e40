//! What the registry is to be told. Before a request leaves, that it leaves is on disk; what is found so after a crash was perhaps
//! received, and is asked about, never sent again.

use kabinet_domain::poa::PoaNumber;
use rusqlite::{Connection, Row, Transaction};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::seq_of;
use crate::convert::{
    breaks_uniqueness, column_of, execute, from_json, from_word, json, micros, moment, row, rows, scalar,
    uuid, word,
};
use crate::organisation::{FARTHEST, OrganisationStore};
use crate::{Missing, StoreError};

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrandKind {
    /// That it was given.
    Register,
    /// That it was taken back.
    Revoke,
}

/// How far that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrandStep {
    /// Nothing has left.
    Waiting,
    /// A request leaves, or has left and its answer was lost.
    Leaving,
    /// The registry has it: the number of its task.
    Taken(String),
    /// The registry did it.
    Done,
    /// The registry refused, or there is no need any more.
    Ended,
}

impl ErrandStep {
    fn is_open(&self) -> bool {
        !matches!(self, Self::Done | Self::Ended)
    }
}

/// An errand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// Names it in the vault.
    pub id: i64,
    /// Of which power of attorney.
    pub number: PoaNumber,
    /// What is to be told.
    pub kind: ErrandKind,
    /// How far that is.
    pub step: ErrandStep,
    /// Tries since the last progress.
    pub attempts: u32,
    /// Not to be tried before this moment.
    pub due: OffsetDateTime,
    /// Stable code of the last failure.
    pub error: Option<String>,
}

const SELECT: &str = "SELECT e.seq, p.number, e.kind, e.step, e.attempts, e.due, e.error
    FROM poa_errands e JOIN poas p ON p.seq = e.poa";

impl OrganisationStore {
    /// Errands whose time has come, the longest waiting first. One put off further than [`FARTHEST`] was put off by a clock that has
    /// been set back since, and is among them.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn errands_due(&self, now: OffsetDateTime) -> Result<Vec<Errand>, StoreError> {
        self.database().read(|connection| {
            let sql =
                format!("{SELECT} WHERE e.open = 1 AND (e.due <= ?1 OR e.due > ?2) ORDER BY e.due, e.seq");
            rows(connection, &sql, (micros(now), micros(now + FARTHEST)), read)
        })
    }

    /// When the next errand falls due, if there is one.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn next_errand(&self) -> Result<Option<OffsetDateTime>, StoreError> {
        self.database().read(|connection| {
            let sql = "SELECT min(due) FROM poa_errands WHERE open = 1";
            let due = scalar::<Option<i64>>(connection, sql, [])?.flatten();
            due.map(|due| moment(due, "poa_errands.due")).transpose()
        })
    }

    /// Every errand of a power of attorney, the newest first, also those that are over.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn errands_of(&self, number: PoaNumber) -> Result<Vec<Errand>, StoreError> {
        self.database().read(|connection| {
            let sql = format!("{SELECT} WHERE p.number = ?1 ORDER BY e.seq DESC");
            rows(connection, &sql, [number.0.as_bytes()], read)
        })
    }

    /// Puts an errand off without moving it. Not journalled.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is no longer as `seen`.
    pub fn postpone_errand(
        &self,
        seen: &Errand,
        attempts: u32,
        due: OffsetDateTime,
        error: Option<String>,
    ) -> Result<Errand, StoreError> {
        let next = Errand {
            attempts,
            due,
            error,
            ..seen.clone()
        };
        self.database()
            .write(|transaction| advance(transaction, seen, &next))
    }
}

/// Begins an errand. One of its kind at a time.
pub(in crate::organisation) fn queue(
    transaction: &Transaction<'_>,
    number: PoaNumber,
    kind: ErrandKind,
    due: OffsetDateTime,
) -> Result<(), StoreError> {
    let poa = seq_of(transaction, number)?;
    let queued = execute(
        transaction,
        "INSERT INTO poa_errands (poa, kind, step, open, attempts, due) VALUES (?1, ?2, ?3, 1, 0, ?4)",
        (
            poa,
            word(&kind, "poa_errands.kind")?,
            json(&ErrandStep::Waiting, "poa_errands.step")?,
            micros(due),
        ),
    );
    match queued {
        Err(error) if breaks_uniqueness(&error) => Err(StoreError::AlreadyQueued),
        other => other.map(drop),
    }
}

/// Moves an errand from what was seen to `next`.
pub(in crate::organisation) fn advance(
    transaction: &Transaction<'_>,
    seen: &Errand,
    next: &Errand,
) -> Result<Errand, StoreError> {
    let changed = execute(
        transaction,
        "UPDATE poa_errands SET step = ?5, open = ?6, attempts = ?7, due = ?8, error = ?9
         WHERE seq = ?1 AND open = 1 AND step = ?2 AND attempts = ?3 AND due = ?4",
        (
            seen.id,
            json(&seen.step, "poa_errands.step")?,
            seen.attempts,
            micros(seen.due),
            json(&next.step, "poa_errands.step")?,
            next.step.is_open(),
            next.attempts,
            micros(next.due),
            &next.error,
        ),
    )?;
    let now = load(transaction, seen.id)?;
    if changed == 0 {
        return Err(StoreError::Conflict);
    }
    Ok(now)
}

fn load(connection: &Connection, id: i64) -> Result<Errand, StoreError> {
    let found = row(connection, &format!("{SELECT} WHERE e.seq = ?1"), [id], read)?;
    found.ok_or(StoreError::NotFound(Missing::PowerOfAttorney))
}

fn read(row: &Row<'_>) -> Result<Errand, StoreError> {
    Ok(Errand {
        id: column_of(row, 0, "poa_errands.seq")?,
        number: PoaNumber(uuid(row, 1, "poas.number")?),
        kind: from_word(column_of(row, 2, "poa_errands.kind")?, "poa_errands.kind")?,
        step: from_json(
            &column_of::<String>(row, 3, "poa_errands.step")?,
            "poa_errands.step",
        )?,
        attempts: column_of(row, 4, "poa_errands.attempts")?,
        due: moment(column_of(row, 5, "poa_errands.due")?, "poa_errands.due")?,
        error: column_of(row, 6, "poa_errands.error")?,
    })
}
