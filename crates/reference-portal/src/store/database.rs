//! The one door to the database: SQLite in a file, or PostgreSQL by its address.
//!
//! Statements are written once, in SQL that both understand:
//!
//! * types are `INTEGER` (64 bits; times are milliseconds since 1970, booleans 0 and 1), `TEXT` and `BLOB`; tables
//!   are `STRICT`, and `id INTEGER PRIMARY KEY AUTOINCREMENT` numbers rows. [`dialect`] translates these words;
//! * parameters are `?1`, `?2`, … and no literal holds a question mark;
//! * `INSERT … RETURNING id`, `ON CONFLICT (…) DO NOTHING` and `DO UPDATE SET a = excluded.a` instead of the forms
//!   only SQLite has; what is computed is named (`SELECT count(*) AS n`), since columns are read by name; no column is
//!   called `user`, `order` or another word PostgreSQL keeps for itself.
//!
//! A module adds tables with a file of its own in `store/tables/` and a line in [`super::tables::ALL`]; they are made
//! when the portal starts. Its queries stand beside it, as methods of [`super::Store`] or on the database itself:
//!
//! ```text
//! pub(crate) const TABLES: Tables = Tables {
//!     sql: include_str!("tables/sessions.sql"),  // CREATE TABLE IF NOT EXISTS sessions (…) STRICT;
//!     emptied: &["sessions"],                    // by a reset, children before parents
//!     numbered: &[],                             // ("sessions", 5000): numbers begin at 5001
//! };
//!
//! let oid: Option<i64> = database
//!     .row("SELECT person_oid FROM sessions WHERE sid = ?1", params![sid])?
//!     .map(|row| row.get("person_oid"))
//!     .transpose()?;
//! database.transaction(|transaction| -> Result<(), StoreError> {
//!     transaction.execute("DELETE FROM sessions WHERE ends_ms < ?1", params![now_ms])?;
//!     transaction.execute("INSERT INTO sessions (sid, person_oid) VALUES (?1, ?2)", params![sid, oid])?;
//!     Ok(())
//! })?;
//! ```
//!
//! One connection serves all changes: they happen one after another, as if each had the database to itself. On PostgreSQL others
//! read meanwhile, and changes wait for the disk together ([`disk`]): nothing is told to anybody before it is on disk. None of that
//! waiting holds up the tasks of an async runtime.

mod address;
mod dialect;
mod disk;
mod readers;
mod server;
mod value;

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;
use std::{panic, thread};

use parking_lot::{Mutex, MutexGuard};
use thiserror::Error;
use tokio::runtime::{Handle, RuntimeFlavor};

pub use address::{AddressError, DatabaseAddress};
use disk::Disk;
use readers::Readers;
use server::{Purpose, ServerConnection};
pub(crate) use value::{Row, Value, params};

/// Why the database could not be reached or refused a statement.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// SQLite refused.
    #[error("SQLite")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL refused or cannot be reached.
    #[error("PostgreSQL")]
    Postgres(#[from] postgres::Error),
    /// The connection broke.
    #[error("the connection to the database is lost")]
    Lost,
    /// Another portal works on this database.
    #[error("another portal works on this database")]
    InUse,
    /// A statement does not name this column, or it holds something else.
    #[error("column {0}")]
    Column(String),
}

/// Tables of one module.
pub(crate) struct Tables {
    /// `CREATE … IF NOT EXISTS` statements.
    pub(crate) sql: &'static str,
    /// Tables a reset empties, children before parents.
    pub(crate) emptied: &'static [&'static str],
    /// Tables with `AUTOINCREMENT`, and after which number theirs begin.
    pub(crate) numbered: &'static [(&'static str, i64)],
}

thread_local! {
    /// Whether this thread waits for the disk; see [`Database::in_background`].
    static WAITS: Cell<bool> = const { Cell::new(true) };
}

/// A database with the portal's tables.
pub(crate) struct Database {
    /// Changes everything.
    connection: Mutex<Connection>,
    server: Option<Server>,
}

/// What PostgreSQL does beside the changes.
struct Server {
    readers: Readers,
    disk: Disk,
}

enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Box<ServerConnection>),
}

impl Database {
    /// Opens or makes a file of SQLite.
    pub(crate) fn in_file(path: &Path) -> Result<Self, DatabaseError> {
        let connection = rusqlite::Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // An answer is given only after the change is on disk.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(Self::on(Connection::Sqlite(connection), None))
    }

    /// Connects to a database of PostgreSQL, which is this portal's alone as long as it runs.
    pub(crate) fn at(address: &DatabaseAddress) -> Result<Self, DatabaseError> {
        aside(|| {
            let connection = ServerConnection::open(address, Purpose::Changes)?;
            let server = Server {
                readers: Readers::new(address),
                disk: Disk::open(address)?,
            };
            Ok(Self::on(Connection::Postgres(Box::new(connection)), Some(server)))
        })
    }

    fn on(connection: Connection, server: Option<Server>) -> Self {
        Self {
            connection: Mutex::new(connection),
            server,
        }
    }

    /// Makes what is missing of a module's tables.
    pub(crate) fn create(&self, tables: &Tables) -> Result<(), DatabaseError> {
        self.with(|connection| {
            connection.batch(tables.sql)?;
            tables
                .numbered
                .iter()
                .try_for_each(|(table, after)| connection.number_after(table, *after))
        })
    }

    /// What it is called.
    pub(crate) fn kind(&self) -> &'static str {
        match *self.connection.lock() {
            Connection::Sqlite(_) => "SQLite",
            Connection::Postgres(_) => "PostgreSQL",
        }
    }

    /// Executes one statement; how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, parameters: &[Value]) -> Result<u64, DatabaseError> {
        self.with(|connection| connection.execute(sql, parameters))
    }

    /// All rows a statement returns that changes nothing.
    pub(crate) fn rows(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DatabaseError> {
        let Some(server) = &self.server else {
            return self.with(|connection| connection.rows(sql, parameters));
        };
        let waits = WAITS.get();
        aside(|| {
            let rows = server.readers.rows(sql, parameters)?;
            if waits {
                server.disk.wait_for_all()?;
            }
            Ok(rows)
        })
    }

    /// Does `work` on this thread without waiting for the disk of PostgreSQL: for what answers nobody. Whoever is told of it later
    /// waits, because they read it.
    pub(crate) fn in_background<T>(&self, work: impl FnOnce() -> T) -> T {
        struct Restored(bool);
        impl Drop for Restored {
            fn drop(&mut self) {
                WAITS.set(self.0);
            }
        }
        let _restored = Restored(WAITS.replace(false));
        work()
    }

    /// The first row a statement returns.
    pub(crate) fn row(&self, sql: &str, parameters: &[Value]) -> Result<Option<Row>, DatabaseError> {
        Ok(self.rows(sql, parameters)?.into_iter().next())
    }

    /// Does all of `work`, or nothing of it when it fails.
    pub(crate) fn transaction<T: Send, E: From<DatabaseError> + Send>(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, E> + Send,
    ) -> Result<T, E> {
        self.with(|connection| {
            let mut transaction = Transaction::begin(connection)?;
            let done = work(&mut transaction)?;
            transaction.commit()?;
            Ok(done)
        })
    }

    fn with<T: Send, E: From<DatabaseError> + Send>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, E> + Send,
    ) -> Result<T, E> {
        let waits = WAITS.get();
        aside(|| {
            // A panic elsewhere left at most a rolled-back transaction behind.
            let mut guard = self.connection.lock();
            let done = match &mut *guard {
                Connection::Postgres(server) => server.reopen_if_lost().map(drop),
                Connection::Sqlite(_) => Ok(()),
            };
            let done = done.map_err(E::from).and_then(|()| work(&mut guard));
            let change = match (&self.server, &done) {
                (Some(server), Ok(_)) => Some((&server.disk, server.disk.committed())),
                _ => None,
            };
            // Whoever asks often must not overtake whoever waits: the life cycle would starve.
            MutexGuard::unlock_fair(guard);
            if let Some((disk, change)) = change.filter(|_| waits) {
                disk.wait_for(change)?;
            }
            done
        })
    }
}

/// Statements that happen together. Dropped without [`Transaction::commit`], none of them has.
pub(crate) struct Transaction<'c> {
    connection: &'c mut Connection,
    is_done: bool,
}

impl<'c> Transaction<'c> {
    fn begin(connection: &'c mut Connection) -> Result<Self, DatabaseError> {
        connection.batch("BEGIN")?;
        Ok(Self {
            connection,
            is_done: false,
        })
    }

    fn commit(mut self) -> Result<(), DatabaseError> {
        self.connection.batch("COMMIT")?;
        self.is_done = true;
        Ok(())
    }

    /// As [`Database::execute`].
    pub(crate) fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DatabaseError> {
        self.connection.execute(sql, parameters)
    }

    /// As [`Database::rows`].
    pub(crate) fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DatabaseError> {
        self.connection.rows(sql, parameters)
    }

    /// Executes an `INSERT … RETURNING id`; the new number.
    pub(crate) fn number(&mut self, sql: &str, parameters: &[Value]) -> Result<i64, DatabaseError> {
        let row = self.row(sql, parameters)?;
        row.ok_or_else(|| DatabaseError::Column("id".into()))?.get("id")
    }

    /// As [`Database::row`].
    pub(crate) fn row(&mut self, sql: &str, parameters: &[Value]) -> Result<Option<Row>, DatabaseError> {
        Ok(self.rows(sql, parameters)?.into_iter().next())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.is_done
            && let Err(error) = self.connection.batch("ROLLBACK")
        {
            tracing::error!(%error, "rollback");
        }
    }
}

impl Connection {
    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Self::Postgres(server) => server.batch(sql),
        }
    }

    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DatabaseError> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let changed = statement.execute(rusqlite::params_from_iter(parameters))?;
                Ok(changed as u64)
            }
            Self::Postgres(server) => server.execute(sql, parameters),
        }
    }

    fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DatabaseError> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let names = statement.column_names().map(str::to_owned).collect();
                let mut found = statement.query(rusqlite::params_from_iter(parameters))?;
                let mut rows = vec![];
                while let Some(row) = found.next()? {
                    rows.push(Row::of_sqlite(&names, row)?);
                }
                Ok(rows)
            }
            Self::Postgres(server) => server.rows(sql, parameters),
        }
    }

    /// Lets the numbers of a fresh table begin after this one.
    fn number_after(&mut self, table: &str, after: i64) -> Result<(), DatabaseError> {
        match self {
            Self::Sqlite(connection) => {
                connection.execute(
                    "INSERT INTO sqlite_sequence (name, seq) \
                     SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)",
                    rusqlite::params![table, after],
                )?;
                Ok(())
            }
            Self::Postgres(server) => server.number_after(table, after),
        }
    }
}

/// Runs what may block, wherever it is called from.
fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Err(_) => work(),
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        // A runtime of one thread has none to give, and the client of PostgreSQL would panic in it.
        Ok(_) => thread::scope(|scope| scope.spawn(work).join())
            .unwrap_or_else(|panic| panic::resume_unwind(panic)),
    }
}
