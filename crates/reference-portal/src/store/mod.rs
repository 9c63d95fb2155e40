//! What the portal must not forget when it is killed: orders, their history, files and revocations.

mod archive_file;
mod cabinet;
mod cabinet_files;
mod database;
mod esia;
mod hand_overs;
mod listing;
mod orders;
mod poa;
mod results;
mod revocations;
mod rows;
mod seed;
mod tables;
#[cfg(test)]
mod tests;
mod uploads;

use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;

pub(crate) use cabinet::Record;
pub use database::{AddressError, DatabaseAddress, DatabaseError};
pub(crate) use database::{Database, Row, Transaction, Value, params};
pub(crate) use esia::EsiaChange;
pub(crate) use hand_overs::{HandOver, Keeping};
pub(crate) use listing::{Listed, OrderFilter, OrderState, Upload};
pub(crate) use orders::{Accepted, Created, NewOrder, Step};
pub(crate) use poa::PoaFiles;
pub(crate) use results::ResultFile;
pub(crate) use rows::{HistoryEntry, Order, PORTAL_CODE, StoredFile};
pub(crate) use seed::Seed;
pub(crate) use uploads::{Part, PartRefused, PartStored};

/// Why the state could not be read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database refused.
    #[error("database")]
    Database(#[from] DatabaseError),
    /// The file system refused.
    #[error("file")]
    Io(#[from] io::Error),
    /// A record of the cabinet does not decode.
    #[error("record of the cabinet")]
    Record(#[from] serde_json::Error),
}

/// The database and the archives in `orders/`.
pub(crate) struct Store {
    /// For modules with tables of their own.
    pub(crate) database: Database,
    archives: PathBuf,
}

impl Store {
    /// Opens or makes the state: the archives in `dir`, the rest in `dir/portal.db` or at an address.
    pub(crate) fn open(dir: &Path, address: Option<&DatabaseAddress>) -> Result<Self, StoreError> {
        let archives = dir.join("orders");
        fs::create_dir_all(&archives)?;
        let database = match address {
            None => Database::in_file(&dir.join("portal.db"))?,
            Some(address) => Database::at(address)?,
        };
        for tables in tables::ALL {
            database.create(tables)?;
        }
        Ok(Self { database, archives })
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) -> Result<(), StoreError> {
        self.database
            .transaction(|transaction| -> Result<(), StoreError> {
                for table in tables::ALL.iter().flat_map(|tables| tables.emptied) {
                    transaction.execute(&format!("DELETE FROM {table}"), params![])?;
                }
                Ok(())
            })?;
        fs::remove_dir_all(&self.archives)?;
        fs::create_dir_all(&self.archives)?;
        Ok(())
    }
}
