//! What the portal must not forget when it is killed: orders, their history, files and revocations.

mod archive_file;
mod orders;
mod results;
mod revocations;
mod rows;
mod seed;
mod uploads;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fs, io};

use rusqlite::Connection;
use thiserror::Error;

pub(crate) use orders::{Accepted, NewOrder, Step};
pub(crate) use results::ResultFile;
pub(crate) use rows::{HistoryEntry, Order, PORTAL_CODE, StoredFile};
pub(crate) use seed::Seed;
pub(crate) use uploads::{Part, PartRefused, PartStored};

/// Why the state could not be read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database refused.
    #[error("database")]
    Database(#[from] rusqlite::Error),
    /// The file system refused.
    #[error("file")]
    Io(#[from] io::Error),
}

/// The database `portal.db` and the archives in `orders/`.
pub(crate) struct Store {
    connection: Mutex<Connection>,
    archives: PathBuf,
}

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    org_oid INTEGER NOT NULL,
    person_oid INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    service TEXT NOT NULL,
    target TEXT NOT NULL,
    region TEXT NOT NULL,
    reserved INTEGER NOT NULL,
    code TEXT NOT NULL,
    message TEXT,
    message_id TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    due_ms INTEGER,
    outcome TEXT,
    pushes INTEGER NOT NULL,
    push_requests INTEGER NOT NULL,
    archive_sha256 TEXT,
    upload_started_ms INTEGER,
    upload_chunks INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS orders_by_scope ON orders (org_oid, client_id, updated_ms);
CREATE INDEX IF NOT EXISTS orders_by_due ON orders (due_ms) WHERE due_ms IS NOT NULL;
CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    at_ms INTEGER NOT NULL,
    code TEXT NOT NULL,
    status_id INTEGER,
    title TEXT NOT NULL,
    comment TEXT,
    final INTEGER NOT NULL,
    cancel_allowed INTEGER NOT NULL,
    edit_allowed INTEGER NOT NULL,
    agency_code TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS history_by_order ON history (order_id, id);
CREATE TABLE IF NOT EXISTS parts (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    chunk INTEGER NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (order_id, chunk)
) STRICT;
CREATE TABLE IF NOT EXISTS files (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (order_id, name)
) STRICT;
CREATE TABLE IF NOT EXISTS results (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    mnemonic TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (order_id, mnemonic)
) STRICT;
CREATE TABLE IF NOT EXISTS revocations (
    serial TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    reason INTEGER NOT NULL
) STRICT;
-- Numbers look like the portal's: large, and those of history entries never equal to those of orders.
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'orders', 764000000 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'orders');
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'history', 12900000000 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'history');
";

impl Store {
    /// Opens or makes the state in `dir`.
    pub(crate) fn open(dir: &Path) -> Result<Self, StoreError> {
        let archives = dir.join("orders");
        fs::create_dir_all(&archives)?;
        let connection = Connection::open(dir.join("portal.db"))?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // An answer is given only after the change is on disk.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self {
            connection: Mutex::new(connection),
            archives,
        })
    }

    /// Forgets all orders and revocations.
    pub(crate) fn clear(&self) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        transaction.execute_batch(
            "DELETE FROM results; DELETE FROM files; DELETE FROM parts; DELETE FROM history;
             DELETE FROM orders; DELETE FROM revocations;",
        )?;
        transaction.commit()?;
        fs::remove_dir_all(&self.archives)?;
        fs::create_dir_all(&self.archives)?;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere left at most a rolled-back transaction behind.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
