//! A connection to PostgreSQL, by what it is for.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use postgres::error::{DbError, Severity};
use postgres::types::ToSql;
use postgres::{Client, NoTls, Statement};

use super::dialect::for_postgres;
use super::{DatabaseAddress, DatabaseError, Row, Value};

/// Two portals on one database would give the same order to two life cycles.
const LOCK: i64 = 0x006b_6162_696e_6574;
/// How long the session of a portal that was killed may hold the lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Changes, one after another. It holds the lock of the portal; its commits do not wait for the disk.
    Changes,
    /// Statements that only read.
    Reading,
    /// Waiting until what was committed is on disk.
    Disk,
}

pub(super) struct ServerConnection {
    address: DatabaseAddress,
    purpose: Purpose,
    /// `None` after the server went away.
    client: Option<Client>,
    /// By the text as it is written in the portal.
    statements: HashMap<String, Statement>,
}

impl ServerConnection {
    pub(super) fn open(address: &DatabaseAddress, purpose: Purpose) -> Result<Self, DatabaseError> {
        Ok(Self {
            address: address.clone(),
            purpose,
            client: Some(connect(address, purpose)?),
            statements: HashMap::new(),
        })
    }

    pub(super) fn is_lost(&self) -> bool {
        self.client.as_ref().is_none_or(Client::is_closed)
    }

    /// Connects again after the server went away; whether it had.
    pub(super) fn reopen_if_lost(&mut self) -> Result<bool, DatabaseError> {
        let is_lost = self.is_lost();
        if is_lost {
            self.statements.clear();
            self.client = None;
            self.client = Some(connect(&self.address, self.purpose)?);
        }
        Ok(is_lost)
    }

    /// What a server says that ends the session is its last word, though the socket may take its time to close.
    fn noting_loss<T>(&mut self, done: Result<T, postgres::Error>) -> Result<T, DatabaseError> {
        done.map_err(|error| {
            let is_fatal =
                |error: &DbError| matches!(error.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
            if error.is_closed() || error.as_db_error().is_some_and(is_fatal) {
                self.client = None;
            }
            error.into()
        })
    }

    fn client(&mut self) -> Result<&mut Client, DatabaseError> {
        self.client.as_mut().ok_or(DatabaseError::Lost)
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        let done = self.client()?.batch_execute(&for_postgres(sql));
        self.noting_loss(done)
    }

    pub(super) fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DatabaseError> {
        let statement = self.statement(sql)?;
        let done = self.client()?.execute(&statement, &by_reference(parameters));
        self.noting_loss(done)
    }

    pub(super) fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DatabaseError> {
        let statement = self.statement(sql)?;
        let names: Arc<[String]> = statement.columns().iter().map(|c| c.name().to_owned()).collect();
        let found = self.client()?.query(&statement, &by_reference(parameters));
        let found = self.noting_loss(found)?;
        found.iter().map(|row| Row::of_postgres(&names, row)).collect()
    }

    pub(super) fn number_after(&mut self, table: &str, after: i64) -> Result<(), DatabaseError> {
        // The sequence of an identity column is named after it.
        let sql = format!(
            "SELECT setval('{table}_id_seq', {after}) WHERE NOT (SELECT is_called FROM {table}_id_seq)"
        );
        Ok(self.client()?.batch_execute(&sql)?)
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, DatabaseError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client()?.prepare(&for_postgres(sql));
        let statement = self.noting_loss(statement)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Drop for ServerConnection {
    /// The client says good-bye, which it cannot do inside an async runtime.
    fn drop(&mut self) {
        let client = self.client.take();
        thread::scope(|scope| {
            scope.spawn(move || drop(client));
        });
    }
}

fn by_reference(parameters: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    parameters
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

fn connect(address: &DatabaseAddress, purpose: Purpose) -> Result<Client, DatabaseError> {
    let mut client = address.0.connect(NoTls)?;
    // `IF NOT EXISTS` is said of everything, so what exists is no news.
    client.batch_execute("SET client_min_messages = warning")?;
    match purpose {
        Purpose::Changes => {
            lock(&mut client)?;
            client.batch_execute("SET synchronous_commit = off")?;
        }
        Purpose::Reading => client.batch_execute("SET default_transaction_read_only = on")?,
        Purpose::Disk => client.batch_execute("SET synchronous_commit = on")?,
    }
    Ok(client)
}

fn lock(client: &mut Client) -> Result<(), DatabaseError> {
    let end = Instant::now() + PATIENCE;
    while !client
        .query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK])?
        .get::<_, bool>(0)
    {
        if Instant::now() > end {
            return Err(DatabaseError::InUse);
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}
