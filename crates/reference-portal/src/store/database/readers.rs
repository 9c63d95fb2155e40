//! Connections that only read, so that nobody who asks waits for those who change.

use std::time::Duration;

use super::server::{Purpose, ServerConnection};
use super::{DatabaseAddress, DatabaseError, Row, Value};

/// Reading is cheap for the server; more would only compete for its processors.
const MOST: u32 = 4;
/// How long one waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Readers(r2d2::Pool<Maker>);

struct Maker(DatabaseAddress);

impl r2d2::ManageConnection for Maker {
    type Connection = ServerConnection;
    type Error = DatabaseError;

    fn connect(&self) -> Result<ServerConnection, DatabaseError> {
        ServerConnection::open(&self.0, Purpose::Reading)
    }

    fn is_valid(&self, connection: &mut ServerConnection) -> Result<(), DatabaseError> {
        connection.reopen_if_lost().map(drop)
    }

    fn has_broken(&self, connection: &mut ServerConnection) -> bool {
        connection.is_lost()
    }
}

impl Readers {
    /// Connects to nobody yet.
    pub(super) fn new(address: &DatabaseAddress) -> Self {
        let pool = r2d2::Pool::builder()
            .max_size(MOST)
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            .test_on_check_out(true)
            .build_unchecked(Maker(address.clone()));
        Self(pool)
    }

    pub(super) fn rows(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DatabaseError> {
        // Why nobody could be connected stands in the log; whoever asks may ask again.
        let mut connection = self.0.get().map_err(|_| DatabaseError::Lost)?;
        connection.rows(sql, parameters)
    }
}
