//! Waiting for the disk, many at once.
//!
//! A commit that waits for the disk itself holds up everybody behind it. So commits do not wait, and whoever made one waits here
//! before anybody is told: one flush serves all who came meanwhile. The server writes its log in order, so a flush behind a
//! commit has that commit on disk as well.

use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use super::server::{Purpose, ServerConnection};
use super::{DatabaseAddress, DatabaseError};

/// A transaction of its own that writes something: its commit waits for the disk.
const FLUSH: &str = "SELECT pg_logical_emit_message(true, 'kabinet', '')";

pub(super) struct Disk {
    /// Changes committed so far.
    committed: AtomicU64,
    /// So many of them are on disk.
    settled: AtomicU64,
    /// Up to this change, and after the one the door knows, nobody knows: the server went away before they were on disk.
    doubtful_until: AtomicU64,
    door: Mutex<Door>,
}

struct Door {
    connection: ServerConnection,
    doubtful_after: u64,
}

impl Disk {
    pub(super) fn open(address: &DatabaseAddress) -> Result<Self, DatabaseError> {
        Ok(Self {
            committed: AtomicU64::new(0),
            settled: AtomicU64::new(0),
            doubtful_until: AtomicU64::new(0),
            door: Mutex::new(Door {
                connection: ServerConnection::open(address, Purpose::Disk)?,
                doubtful_after: 0,
            }),
        })
    }

    /// A change was committed, and no other since; its number.
    pub(super) fn committed(&self) -> u64 {
        self.committed.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Waits until this change is on disk.
    ///
    /// # Errors
    /// [`DatabaseError::Lost`] when the server went away before: it may be there or not.
    pub(super) fn wait_for(&self, change: u64) -> Result<(), DatabaseError> {
        self.settle(change)?;
        // Looked at without the door, behind which the next flush is under way.
        let may_be_lost = change <= self.doubtful_until.load(Ordering::Acquire);
        if may_be_lost && change > self.door.lock().doubtful_after {
            return Err(DatabaseError::Lost);
        }
        Ok(())
    }

    /// Waits until everything that could be read just now is on disk: nobody is told what a crash could take back.
    pub(super) fn wait_for_all(&self) -> Result<(), DatabaseError> {
        self.settle(self.committed.load(Ordering::Acquire))
    }

    fn settle(&self, change: u64) -> Result<(), DatabaseError> {
        if self.settled.load(Ordering::Acquire) >= change {
            return Ok(());
        }
        let mut door = self.door.lock();
        let settled = self.settled.load(Ordering::Acquire);
        if settled >= change {
            return Ok(());
        }
        if door.connection.reopen_if_lost()? {
            door.doubtful_after = settled;
            let until = self.committed.load(Ordering::Acquire);
            self.doubtful_until.store(until, Ordering::Release);
        }
        let newest = self.committed.load(Ordering::Acquire);
        door.connection.batch(FLUSH)?;
        self.settled.store(newest, Ordering::Release);
        Ok(())
    }
}
