//! The journal: the chain of its entries, recomputing it, reading it and writing it out for others.

mod chain;
mod check;
mod export;
mod list;

use std::io::Write;
use std::ops::RangeInclusive;

use super::checkpoints::{self, Checkpoint};
use super::{OrganisationStore, Page};
use crate::StoreError;

#[cfg(test)]
pub(super) use chain::link;
pub use chain::{JournalEntry, NewEntry};
pub(super) use chain::{MIGRATIONS, append, found};
pub(super) use check::verify;
pub use check::{Break, Fault, Verification};
pub use export::JournalFormat;
pub(super) use list::MIGRATIONS as READING;
pub use list::{Actions, JournalFilter, JournalSearch, Wanted};

/// The journal of one organisation: append-only, each entry bound to the one before it by SHA-256.
pub struct Journal<'a> {
    store: &'a OrganisationStore,
}

impl<'a> Journal<'a> {
    pub(super) fn of(store: &'a OrganisationStore) -> Self {
        Self { store }
    }

    /// Recomputes the whole chain and checks its checkpoints.
    ///
    /// # Errors
    /// Failures of the database; a broken chain is an answer, not an error.
    pub fn verify(&self) -> Result<Verification, StoreError> {
        self.store
            .database
            .read(|connection| check::verify(connection, self.store.id, Some(&self.public_key())))
    }

    /// The last checkpoint: the entry up to which a signature vouches for the journal, once [`verify`](Self::verify) found it intact.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn last_checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.store.database.read(checkpoints::last)
    }

    /// Number of checkpoints.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_checkpoints(&self) -> Result<u64, StoreError> {
        self.store.database.read(checkpoints::count)
    }

    /// What checkpoints of this journal are checked with (Ed25519, RFC 8032).
    pub fn public_key(&self) -> [u8; 32] {
        self.store.notary.public()
    }

    /// A page of the entries that match, newest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn list(&self, filter: &JournalFilter, page: Page) -> Result<Vec<JournalEntry>, StoreError> {
        self.store
            .database
            .read(|connection| list::list(connection, filter, page))
    }

    /// The entries there are of these numbers, newest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn numbered(&self, numbers: RangeInclusive<u64>) -> Result<Vec<JournalEntry>, StoreError> {
        self.store
            .database
            .read(|connection| list::numbered(connection, numbers))
    }

    /// Looks through the newest `most` entries that match for those `wanted`; nobody else gets a turn meanwhile.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn search(
        &self,
        filter: &JournalFilter,
        wanted: &Wanted<'_>,
        page: Page,
        most: u64,
    ) -> Result<JournalSearch, StoreError> {
        self.store
            .database
            .read(|connection| list::search(connection, filter, wanted, page, most))
    }

    /// Number of entries that match.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_matching(&self, filter: &JournalFilter) -> Result<u64, StoreError> {
        self.store
            .database
            .read(|connection| list::count(connection, filter))
    }

    /// The last number there is or ought to be: an entry was written under it, and where none is, it was taken away.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn last_number(&self) -> Result<u64, StoreError> {
        self.store.database.read(list::last_number)
    }

    /// Who is named in it, in order of the names; an empty name is the program itself.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn actors(&self) -> Result<Vec<String>, StoreError> {
        self.store.database.read(list::actors)
    }

    /// Number of entries.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count(&self) -> Result<u64, StoreError> {
        self.store.database.read(chain::count)
    }

    /// Writes the entries that match and are wanted, oldest first; their number. With an empty filter, JSON can be verified by
    /// anybody.
    ///
    /// # Errors
    /// [`StoreError::Io`] when `out` fails.
    pub fn export(
        &self,
        filter: &JournalFilter,
        wanted: Option<&Wanted<'_>>,
        format: JournalFormat,
        out: &mut dyn Write,
    ) -> Result<u64, StoreError> {
        self.store
            .database
            .read(|connection| export::export(connection, self.store.id, filter, wanted, format, out))
    }
}
