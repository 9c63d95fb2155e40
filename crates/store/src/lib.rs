//! The encrypted vault: creates, unlocks, migrates, reads, writes and searches it, in domain terms.
//!
//! A vault is a folder used by one process at a time: [`Vault::create`] makes one, [`Vault::open`] takes hold of one and
//! gives a [`LockedVault`], [`LockedVault::unlock`] turns the key. Inside lie a header with the wrapped data key, one
//! SQLCipher database for what belongs to the person, and one per organisation, each under its own key.
//!
//! [`OrganisationStore::change`] is the only way to change an organisation's documents, outbox or secrets: it writes the
//! journal entry in the same transaction. Every call blocks; async code goes through `spawn_blocking`.

mod backup;
mod convert;
mod database;
mod error;
mod files;
mod header;
mod kdf;
mod keychain;
mod location;
mod organisation;
mod personal;
mod protection;
mod recovery;
mod removal;
mod replacement;
mod secret;
mod settings;
mod vault;
mod wal;
mod wiping;
mod words;

pub use backup::{Backup, Checked, Contents, expendable};
pub use error::{Missing, StoreError};
pub use keychain::{Keychain, KeychainError, MemoryKeychain, OsKeychain};
pub use location::require_local;
pub use organisation::{
    ATTACHMENT, Actions, Arrival, ArrivalOutcome, BlobReader, Break, Cached, Change, Checkpoint,
    DocumentFilter, DocumentOrder, Download, DraftSave, DraftShelf, Ended, Erased, Errand, ErrandKind,
    ErrandStep, FARTHEST, Fault, Found, HandOver, HandOverWay, Hold, ItemState, Journal, JournalEntry,
    JournalFilter, JournalFormat, JournalSearch, KeptFile, KeptLetter, LetterContent, LetterLine, LetterPart,
    LetterReading, MailKey, MailRequest, MailTask, MailTaskState, NamedFile, NewEntry, Notice, Obstacle,
    Opened, OrderChange, OrderDetails, OrderFilter, OrderLine, OrderRow, OrganisationStore, Origin, Page,
    Period, PoaFacets, PoaFilter, PoaOrder, PoaOrderBy, PoaRecord, PoaRepresentative, PoaRevocation,
    Retention, Revision, SavedSearch, ServiceUse, SigningItem, SigningRun, Soundness, StatusChange, Step,
    Verification, WaitingStamp, Wanted,
};
pub use protection::{Protection, Protections};
pub use recovery::RecoveryCode;
pub use secret::{PASSPHRASE_MIN, Passphrase, Secret};
pub use vault::{Glance, LockedVault, Unlock, UnlockFailed, Vault};
pub use words::{find_in_text, find_in_title};
