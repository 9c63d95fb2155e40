//! Checkpoints of the journal: now and then an entry is signed, so that whoever holds the database without the vault's key
//! cannot write its past anew, and an exported journal can be checked by anybody who has the public key.
//!
//! A checkpoint signs `tag ‖ organisation (16 bytes) ‖ seq ‖ at ‖ hash` by Ed25519 (RFC 8032): integers as 8 bytes big-endian, `at`
//! in microseconds, the hash of the entry it vouches for and so of every entry before. One is made with the first entry of a day
//! and with every thousandth entry since the last. The key is derived from that of the database; it lies nowhere.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use kabinet_domain::OrganisationId;
use rusqlite::{Connection, Row, Transaction};
use serde::Serialize;
use time::{OffsetDateTime, UtcOffset};

use crate::StoreError;
use crate::convert::{column_of, execute, micros, moment, row, rows, scalar};
use crate::database::Migration;
use crate::secret::Key;

const TAG: &[u8] = b"kabinet-journal-checkpoint-v1";
/// Entries between two checkpoints at most.
const EVERY: u64 = 1000;

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 5,
    sql: "CREATE TABLE journal_checkpoints (
              seq       INTEGER PRIMARY KEY,
              at        INTEGER NOT NULL,
              hash      BLOB NOT NULL,
              key       BLOB NOT NULL,
              signature BLOB NOT NULL
          ) STRICT;
          CREATE TRIGGER journal_checkpoints_no_update BEFORE UPDATE ON journal_checkpoints
              BEGIN SELECT raise(ABORT, 'checkpoints stay'); END;
          CREATE TRIGGER journal_checkpoints_no_delete BEFORE DELETE ON journal_checkpoints
              BEGIN SELECT raise(ABORT, 'checkpoints stay'); END;",
    then: None,
}];

/// A signed entry. As JSON: bytes in hexadecimal, the time as RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// The entry it vouches for, and with it all before.
    pub seq: u64,
    /// When it was made: the time of that entry.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Hash of that entry.
    #[serde(with = "hex::serde")]
    pub hash: [u8; 32],
    /// Public key (RFC 8032).
    #[serde(with = "hex::serde")]
    pub key: [u8; 32],
    /// Signature (RFC 8032).
    #[serde(with = "hex::serde")]
    pub signature: [u8; 64],
}

/// Signs an organisation's checkpoints.
pub(super) struct Notary {
    organisation: OrganisationId,
    key: SigningKey,
}

impl Notary {
    pub(super) fn new(organisation: OrganisationId, database: &Key) -> Result<Self, StoreError> {
        let seed = database.derive(organisation.0, "kabinet/journal-checkpoint/v1")?;
        let key = SigningKey::from_bytes(seed.bytes());
        Ok(Self { organisation, key })
    }

    pub(super) fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// Vouches for an entry that has just been written, if it is time to.
    pub(super) fn witness(
        &self,
        transaction: &Transaction<'_>,
        seq: u64,
        at: OffsetDateTime,
        hash: [u8; 32],
    ) -> Result<(), StoreError> {
        let day = |at: OffsetDateTime| at.to_offset(UtcOffset::UTC).date();
        // A clock that was set back begins a new day as well.
        if last(transaction)?.is_some_and(|last| seq < last.seq + EVERY && day(at) == day(last.at)) {
            return Ok(());
        }
        let signature = self.key.sign(&message(self.organisation, seq, at, &hash));
        execute(
            transaction,
            "INSERT INTO journal_checkpoints (seq, at, hash, key, signature) VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                seq.cast_signed(),
                micros(at),
                hash,
                self.public(),
                signature.to_bytes(),
            ),
        )?;
        Ok(())
    }
}

impl Checkpoint {
    /// Whether it is what the holder of its key signed.
    pub(super) fn is_signed(&self, organisation: OrganisationId) -> bool {
        let message = message(organisation, self.seq, self.at, &self.hash);
        VerifyingKey::from_bytes(&self.key)
            .and_then(|key| key.verify_strict(&message, &Signature::from_bytes(&self.signature)))
            .is_ok()
    }
}

fn message(organisation: OrganisationId, seq: u64, at: OffsetDateTime, hash: &[u8; 32]) -> Vec<u8> {
    [
        TAG,
        organisation.0.as_bytes(),
        &seq.to_be_bytes(),
        &micros(at).to_be_bytes(),
        hash,
    ]
    .concat()
}

const SELECT: &str = "SELECT seq, at, hash, key, signature FROM journal_checkpoints";

pub(super) fn last(connection: &Connection) -> Result<Option<Checkpoint>, StoreError> {
    row(
        connection,
        &format!("{SELECT} ORDER BY seq DESC LIMIT 1"),
        [],
        read,
    )
}

/// How many there are.
pub(super) fn count(connection: &Connection) -> Result<u64, StoreError> {
    let count = scalar::<i64>(connection, "SELECT count(*) FROM journal_checkpoints", [])?;
    Ok(count.unwrap_or(0).cast_unsigned())
}

/// In order; none in a file of a version that knew none.
pub(super) fn all(connection: &Connection) -> Result<Vec<Checkpoint>, StoreError> {
    let known = "SELECT 1 FROM sqlite_schema WHERE name = 'journal_checkpoints'";
    if scalar::<i64>(connection, known, [])?.is_none() {
        return Ok(Vec::new());
    }
    rows(connection, &format!("{SELECT} ORDER BY seq"), [], read)
}

/// What cannot be read is blank, and no signature fits it.
fn read(row: &Row<'_>) -> Result<Checkpoint, StoreError> {
    let at = row.get(1).unwrap_or_default();
    Ok(Checkpoint {
        seq: column_of::<i64>(row, 0, "journal_checkpoints.seq")?.cast_unsigned(),
        at: moment(at, "journal_checkpoints.at").unwrap_or(OffsetDateTime::UNIX_EPOCH),
        hash: row.get(2).unwrap_or_default(),
        key: row.get(3).unwrap_or_default(),
        signature: row.get(4).unwrap_or([0; 64]),
    })
}
