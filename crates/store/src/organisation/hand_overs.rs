//! Documents that went to a colleague's computer or came from one: with whom, and what was said.

use kabinet_domain::DocumentId;
use rusqlite::{Row, Transaction};
use time::OffsetDateTime;

use super::{OrganisationStore, documents};
use crate::StoreError;
use crate::convert::{column_of, execute, from_word, micros, moment, rows, word};
use crate::database::Migration;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 6,
    sql: "CREATE TABLE hand_overs (
              seq      INTEGER PRIMARY KEY,
              document INTEGER NOT NULL REFERENCES documents (seq) ON DELETE CASCADE,
              way      TEXT NOT NULL,
              who      TEXT NOT NULL,
              address  TEXT,
              note     TEXT NOT NULL,
              at       INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX hand_overs_document ON hand_overs (document, seq);",
    then: None,
}];

/// A document going from one computer to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Which way.
    pub way: HandOverWay,
    /// Name of the other side, as whoever typed it has it: nobody vouches for it.
    pub who: String,
    /// Address of the other side's archive; none where a passphrase opens the file.
    pub address: Option<String>,
    /// What was said with it.
    pub note: String,
    /// When.
    pub at: OffsetDateTime,
}

/// Which way a document goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandOverWay {
    /// From here, to be signed.
    ToSign,
    /// From here, back to who sent it.
    Back,
    /// It came, to be signed.
    CameToSign,
    /// It came back.
    CameBack,
}

impl OrganisationStore {
    /// Every time the document was handed over, the oldest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn hand_overs(&self, document: DocumentId) -> Result<Vec<HandOver>, StoreError> {
        self.database.read(|connection| {
            rows(
                connection,
                "SELECT h.way, h.who, h.address, h.note, h.at FROM hand_overs h
                 JOIN documents d ON d.seq = h.document WHERE d.id = ?1 ORDER BY h.seq",
                [document.0.as_bytes()],
                read,
            )
        })
    }
}

pub(super) fn add(
    transaction: &Transaction<'_>,
    document: DocumentId,
    hand_over: &HandOver,
) -> Result<(), StoreError> {
    let seq = documents::seq_of(transaction, document)?;
    execute(
        transaction,
        "INSERT INTO hand_overs (document, way, who, address, note, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            seq,
            word(&hand_over.way, "hand_overs.way")?,
            &hand_over.who,
            &hand_over.address,
            &hand_over.note,
            micros(hand_over.at),
        ),
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<HandOver, StoreError> {
    Ok(HandOver {
        way: from_word(column_of(row, 0, "hand_overs.way")?, "hand_overs.way")?,
        who: column_of(row, 1, "hand_overs.who")?,
        address: column_of(row, 2, "hand_overs.address")?,
        note: column_of(row, 3, "hand_overs.note")?,
        at: moment(column_of(row, 4, "hand_overs.at")?, "hand_overs.at")?,
    })
}
