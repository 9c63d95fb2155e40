//! The register of powers of attorney. What one says stands in its file, an ordinary document of the archive; here is what it is
//! found by, what the registry said of it, and what the registry is still to be told.

mod errands;
mod list;
mod write;

use kabinet_domain::DocumentId;
use kabinet_domain::poa::judge::{PoaKind, PrincipalSignature, RegistryWord};
use kabinet_domain::poa::{PoaNumber, PoaState, RegistryState};
use rusqlite::{Connection, Row};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{OrganisationStore, documents};
use crate::convert::{column_of, execute, from_json, from_word, json, moment, row, rows, scalar, uuid};
use crate::database::Migration;
use crate::{Missing, StoreError};

pub use errands::{Errand, ErrandKind, ErrandStep};
pub use list::{PoaFacets, PoaFilter, PoaOrder, PoaOrderBy};

pub(super) use errands::{advance as advance_errand, queue as queue_errand};
pub(super) use write::{
    add, advance, confirm_revocation, keep_word, prepare_revocation, revoke, set_default, unqueue,
};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 9,
    sql: "CREATE TABLE poas (
              seq            INTEGER PRIMARY KEY,
              number         BLOB NOT NULL UNIQUE,
              document       INTEGER NOT NULL REFERENCES documents (seq),
              kind           TEXT NOT NULL,
              state          TEXT NOT NULL,
              issued         INTEGER NOT NULL,
              expires        INTEGER NOT NULL,
              principal_inn  TEXT NOT NULL,
              principal_name TEXT NOT NULL,
              parent         BLOB,
              supersedes     BLOB,
              signatures     TEXT NOT NULL,
              registry       TEXT,
              heard          INTEGER,
              revoked_at     INTEGER,
              revocation     INTEGER REFERENCES documents (seq),
              declared       INTEGER,
              confirmed      INTEGER,
              error          TEXT,
              added          INTEGER NOT NULL,
              search_text    TEXT NOT NULL
          ) STRICT;
          CREATE INDEX poas_document ON poas (document);
          CREATE INDEX poas_revocation ON poas (revocation) WHERE revocation IS NOT NULL;
          CREATE INDEX poas_issued ON poas (issued, seq);
          CREATE INDEX poas_state ON poas (state, issued, seq);
          CREATE INDEX poas_expires ON poas (expires, seq) WHERE state NOT IN ('refused', 'expired', 'revoked');
          CREATE INDEX poas_principal ON poas (principal_inn, issued, seq);
          CREATE INDEX poas_parent ON poas (parent) WHERE parent IS NOT NULL;
          CREATE TABLE poa_representatives (
              poa      INTEGER NOT NULL REFERENCES poas (seq) ON DELETE CASCADE,
              position INTEGER NOT NULL,
              name     TEXT NOT NULL,
              inn      TEXT,
              snils    TEXT,
              PRIMARY KEY (poa, position)
          ) STRICT;
          CREATE INDEX poa_representatives_inn ON poa_representatives (inn) WHERE inn IS NOT NULL;
          CREATE INDEX poa_representatives_snils ON poa_representatives (snils) WHERE snils IS NOT NULL;
          CREATE TABLE poa_powers (
              poa      INTEGER NOT NULL REFERENCES poas (seq) ON DELETE CASCADE,
              position INTEGER NOT NULL,
              code     TEXT NOT NULL,
              name     TEXT NOT NULL,
              PRIMARY KEY (poa, position)
          ) STRICT;
          CREATE INDEX poa_powers_code ON poa_powers (code);
          CREATE TABLE poa_defaults (
              format TEXT PRIMARY KEY,
              poa    INTEGER NOT NULL REFERENCES poas (seq) ON DELETE CASCADE
          ) STRICT;
          CREATE INDEX poa_defaults_poa ON poa_defaults (poa);
          CREATE TABLE poa_errands (
              seq      INTEGER PRIMARY KEY,
              poa      INTEGER NOT NULL REFERENCES poas (seq) ON DELETE CASCADE,
              kind     TEXT NOT NULL,
              step     TEXT NOT NULL,
              open     INTEGER NOT NULL,
              attempts INTEGER NOT NULL,
              due      INTEGER NOT NULL,
              error    TEXT
          ) STRICT;
          CREATE UNIQUE INDEX poa_errands_open ON poa_errands (poa, kind) WHERE open = 1;
          CREATE INDEX poa_errands_due ON poa_errands (due) WHERE open = 1;
          CREATE INDEX poa_errands_poa ON poa_errands (poa);",
    then: None,
}];

/// A power of attorney in the register. Names, ИНН and СНИЛС in it may not be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoaRecord {
    /// Its number.
    pub number: PoaNumber,
    /// The document of the archive that holds its file and signatures.
    pub document: DocumentId,
    /// What stands behind it.
    pub kind: PoaKind,
    /// How far it is.
    pub state: PoaState,
    /// First day.
    pub issued: Date,
    /// Last day.
    pub expires: Date,
    /// ИНН of the first who gives the powers; empty if it says none.
    pub principal_inn: String,
    /// Their name.
    pub principal_name: String,
    /// Who receives them, in the order of the file.
    pub representatives: Vec<PoaRepresentative>,
    /// Codes and names of the powers; none when they are in words.
    pub powers: Vec<(String, String)>,
    /// What it passes on.
    pub parent: Option<PoaNumber>,
    /// The one it takes the place of.
    pub supersedes: Option<PoaNumber>,
    /// What the last verification found of its signatures.
    pub signatures: Vec<PrincipalSignature>,
    /// What the registry last said.
    pub registry: Option<RegistryWord>,
    /// Its revocation, if one was signed here.
    pub revocation: Option<PoaRevocation>,
    /// Stable code of what the registry refused it for.
    pub error: Option<String>,
    /// When it was taken in.
    pub added: OffsetDateTime,
}

/// Who receives powers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoaRepresentative {
    /// Name of the person or organisation.
    pub name: String,
    /// ИНН.
    pub inn: Option<String>,
    /// СНИЛС of a person, 11 digits.
    pub snils: Option<String>,
}

/// A revocation signed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoaRevocation {
    /// The document that holds it; none once that was deleted.
    pub document: Option<DocumentId>,
    /// When it was signed; from here on nothing may be done under the power of attorney.
    pub declared: OffsetDateTime,
    /// When the registry confirmed it.
    pub confirmed: Option<OffsetDateTime>,
}

impl OrganisationStore {
    /// A power of attorney of the register.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn poa(&self, number: PoaNumber) -> Result<PoaRecord, StoreError> {
        self.database().read(|connection| load(connection, number))
    }

    /// The power of attorney a document holds, itself or its revocation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the document; other failures of the database.
    pub fn poa_of_document(&self, document: DocumentId) -> Result<Option<PoaRecord>, StoreError> {
        self.database().read(|connection| {
            let seq = documents::seq_of(connection, document)?;
            let sql = format!("{SELECT} WHERE p.document = ?1 OR p.revocation = ?1");
            let found = row(connection, &sql, [seq], read)?;
            found.map(|found| complete(connection, found)).transpose()
        })
    }

    /// Those that pass powers of this one on, as far as they are in the register.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn poas_passing_on(&self, parent: PoaNumber) -> Result<Vec<PoaRecord>, StoreError> {
        self.database().read(|connection| {
            let sql = format!("{SELECT} WHERE p.parent = ?1 ORDER BY p.seq");
            rows(connection, &sql, [parent.0.as_bytes()], read)?
                .into_iter()
                .map(|found| complete(connection, found))
                .collect()
        })
    }

    /// The one that takes the place of this one, if there is one; the last of several.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn poa_superseding(&self, number: PoaNumber) -> Result<Option<PoaRecord>, StoreError> {
        self.database().read(|connection| {
            let sql = format!("{SELECT} WHERE p.supersedes = ?1 ORDER BY p.seq DESC LIMIT 1");
            let found = row(connection, &sql, [number.0.as_bytes()], read)?;
            found.map(|found| complete(connection, found)).transpose()
        })
    }

    /// Numbers, new and old, where the new one is in force and the old one, which it takes the place of, was not taken back yet.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn poas_to_replace(&self) -> Result<Vec<(PoaNumber, PoaNumber)>, StoreError> {
        self.database().read(|connection| {
            rows(
                connection,
                "SELECT n.number, o.number FROM poas n JOIN poas o ON o.number = n.supersedes
                 WHERE n.state = 'active' AND n.supersedes IS NOT NULL AND o.declared IS NULL
                     AND o.state NOT IN ('made', 'refused', 'expired', 'revoked') ORDER BY n.seq",
                [],
                |row| {
                    Ok((
                        PoaNumber(uuid(row, 0, "poas.number")?),
                        PoaNumber(uuid(row, 1, "poas.number")?),
                    ))
                },
            )
        })
    }

    /// The revocation that lies ready for this one and does not count yet.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn prepared_revocation(&self, number: PoaNumber) -> Result<Option<DocumentId>, StoreError> {
        self.database().read(|connection| {
            let seq = seq_of(connection, number)?;
            row(
                connection,
                "SELECT d.id FROM poas p JOIN documents d ON d.seq = p.revocation
                 WHERE p.seq = ?1 AND p.declared IS NULL",
                [seq],
                |row| uuid(row, 0, "documents.id").map(DocumentId),
            )
        })
    }

    /// The power of attorney chosen for documents of a format.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn default_poa(&self, format: &str) -> Result<Option<PoaNumber>, StoreError> {
        self.database().read(|connection| {
            row(
                connection,
                "SELECT p.number FROM poa_defaults d JOIN poas p ON p.seq = d.poa WHERE d.format = ?1",
                [format],
                |row| uuid(row, 0, "poas.number").map(PoaNumber),
            )
        })
    }

    /// Everything that was chosen: format and number.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn default_poas(&self) -> Result<Vec<(String, PoaNumber)>, StoreError> {
        self.database().read(|connection| {
            rows(
                connection,
                "SELECT d.format, p.number FROM poa_defaults d JOIN poas p ON p.seq = d.poa ORDER BY d.format",
                [],
                |row| {
                    Ok((
                        column_of(row, 0, "poa_defaults.format")?,
                        PoaNumber(uuid(row, 1, "poas.number")?),
                    ))
                },
            )
        })
    }

    /// Keeps what the registry said and what a verification found. Not journalled: what follows from it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn keep_poa_word(&self, number: PoaNumber, word: &RegistryWord) -> Result<(), StoreError> {
        self.database()
            .write(|transaction| keep_word(transaction, number, word))
    }

    /// Keeps what a verification found of the signatures. Not journalled.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn keep_poa_signatures(
        &self,
        number: PoaNumber,
        signatures: &[PrincipalSignature],
    ) -> Result<(), StoreError> {
        self.database().write(|transaction| {
            let changed = execute(
                transaction,
                "UPDATE poas SET signatures = ?2 WHERE number = ?1",
                (number.0.as_bytes(), json(&signatures, "poas.signatures")?),
            )?;
            there(changed)
        })
    }
}

pub(super) fn load(connection: &Connection, number: PoaNumber) -> Result<PoaRecord, StoreError> {
    let sql = format!("{SELECT} WHERE p.number = ?1");
    let found = row(connection, &sql, [number.0.as_bytes()], read)?;
    complete(
        connection,
        found.ok_or(StoreError::NotFound(Missing::PowerOfAttorney))?,
    )
}

fn seq_of(connection: &Connection, number: PoaNumber) -> Result<i64, StoreError> {
    scalar(
        connection,
        "SELECT seq FROM poas WHERE number = ?1",
        [number.0.as_bytes()],
    )?
    .ok_or(StoreError::NotFound(Missing::PowerOfAttorney))
}

fn there(changed: usize) -> Result<(), StoreError> {
    match changed {
        0 => Err(StoreError::NotFound(Missing::PowerOfAttorney)),
        _ => Ok(()),
    }
}

const SELECT: &str = "SELECT p.seq, p.number, d.id, p.kind, p.state, p.issued, p.expires, p.principal_inn, p.principal_name,
    p.parent, p.supersedes, p.signatures, p.registry, p.heard, p.revoked_at, r.id, p.declared, p.confirmed, p.error, p.added
    FROM poas p JOIN documents d ON d.seq = p.document LEFT JOIN documents r ON r.seq = p.revocation";

fn read(row: &Row<'_>) -> Result<(i64, PoaRecord), StoreError> {
    let at = |index, column| -> Result<Option<OffsetDateTime>, StoreError> {
        column_of::<Option<i64>>(row, index, column)?
            .map(|micros| moment(micros, column))
            .transpose()
    };
    let number =
        |index, column| -> Result<Option<PoaNumber>, StoreError> {
            Ok(column_of::<Option<[u8; 16]>>(row, index, column)?
                .map(|bytes| PoaNumber(Uuid::from_bytes(bytes))))
        };
    let heard = at(13, "poas.heard")?;
    let registry = column_of::<Option<String>>(row, 12, "poas.registry")?
        .map(|state| from_word::<RegistryState>(state, "poas.registry"))
        .transpose()?
        .zip(heard);
    let revoked_at = at(14, "poas.revoked_at")?;
    let revocation = column_of::<Option<[u8; 16]>>(row, 15, "documents.id")?;
    let confirmed = at(17, "poas.confirmed")?;
    let record = PoaRecord {
        number: PoaNumber(uuid(row, 1, "poas.number")?),
        document: DocumentId(uuid(row, 2, "documents.id")?),
        kind: from_word(column_of(row, 3, "poas.kind")?, "poas.kind")?,
        state: from_word(column_of(row, 4, "poas.state")?, "poas.state")?,
        issued: day(row, 5, "poas.issued")?,
        expires: day(row, 6, "poas.expires")?,
        principal_inn: column_of(row, 7, "poas.principal_inn")?,
        principal_name: column_of(row, 8, "poas.principal_name")?,
        representatives: Vec::new(),
        powers: Vec::new(),
        parent: number(9, "poas.parent")?,
        supersedes: number(10, "poas.supersedes")?,
        signatures: from_json(
            &column_of::<String>(row, 11, "poas.signatures")?,
            "poas.signatures",
        )?,
        registry: registry.map(|(state, at)| RegistryWord {
            state,
            at,
            revoked_at,
        }),
        revocation: at(16, "poas.declared")?.map(|declared| PoaRevocation {
            document: revocation.map(|bytes| DocumentId(Uuid::from_bytes(bytes))),
            declared,
            confirmed,
        }),
        error: column_of(row, 18, "poas.error")?,
        added: moment(column_of(row, 19, "poas.added")?, "poas.added")?,
    };
    Ok((column_of(row, 0, "poas.seq")?, record))
}

fn complete(connection: &Connection, (seq, record): (i64, PoaRecord)) -> Result<PoaRecord, StoreError> {
    let representatives = rows(
        connection,
        "SELECT name, inn, snils FROM poa_representatives WHERE poa = ?1 ORDER BY position",
        [seq],
        |row| {
            Ok(PoaRepresentative {
                name: column_of(row, 0, "poa_representatives.name")?,
                inn: column_of(row, 1, "poa_representatives.inn")?,
                snils: column_of(row, 2, "poa_representatives.snils")?,
            })
        },
    )?;
    let powers = rows(
        connection,
        "SELECT code, name FROM poa_powers WHERE poa = ?1 ORDER BY position",
        [seq],
        |row| {
            Ok((
                column_of(row, 0, "poa_powers.code")?,
                column_of(row, 1, "poa_powers.name")?,
            ))
        },
    )?;
    Ok(PoaRecord {
        representatives,
        powers,
        ..record
    })
}

fn day(row: &Row<'_>, index: usize, column: &'static str) -> Result<Date, StoreError> {
    Date::from_julian_day(column_of(row, index, column)?).map_err(|_| StoreError::Value { column })
}
