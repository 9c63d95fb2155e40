//! What can go wrong in the vault, as data: a stable code and named values, no text for people.

use std::collections::BTreeMap;
use std::io;

use thiserror::Error;

use crate::keychain::KeychainError;
use crate::organisation::Obstacle;

/// Something the vault was asked for and does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Organisation.
    Organisation,
    /// Document.
    Document,
    /// Draft.
    Draft,
    /// Submission.
    Submission,
    /// Content of a file.
    Content,
    /// Backup.
    Backup,
    /// The folder or drive for backups.
    BackupFolder,
    /// Signing run.
    SigningRun,
    /// Saved search.
    SavedSearch,
    /// Order.
    Order,
    /// Letter.
    Letter,
    /// Power of attorney.
    PowerOfAttorney,
}

/// Why the vault refused or failed. Nothing is changed by a call that returns one of these.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A vault is in the folder already.
    #[error("a vault exists here")]
    VaultExists,
    /// The folder holds no vault.
    #[error("no vault here")]
    VaultNotFound,
    /// Another process, or another part of this one, has the vault open.
    #[error("the vault is in use")]
    VaultInUse,
    /// The folder is on another computer; locks and power-cut safety cannot be relied on there.
    #[error("the folder is on a network file system")]
    NetworkFolder,
    /// `vault.json` cannot be read. `backup`: its copy is sound and can be put in its place.
    #[error("the vault header is damaged")]
    HeaderDamaged {
        /// The copy beside it is sound.
        backup: bool,
    },
    /// The header was altered by something that does not know the key.
    #[error("the vault header was altered")]
    HeaderForged,
    /// The file was written by a newer program. It was not touched.
    #[error("{file} has version {found}, this program knows {supported}")]
    NewerVersion {
        /// File, relative to the vault.
        file: String,
        /// Version of the file.
        found: u32,
        /// Newest version this program knows.
        supported: u32,
    },
    /// A vault needs the keychain, a passphrase, or both.
    #[error("no protection was chosen, or the last one would go")]
    NoProtection,
    /// The vault is not protected the way it was asked to be unlocked.
    #[error("the vault is not protected this way")]
    ProtectionNotSet,
    /// The passphrase has too few characters.
    #[error("a passphrase needs {min} characters")]
    PassphraseTooShort {
        /// Fewest characters allowed.
        min: usize,
    },
    /// The passphrase does not open this vault.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The recovery code is right in itself but does not open this vault: it is another's, or a newer one took its place.
    #[error("wrong recovery code")]
    WrongRecoveryCode,
    /// Groups of the recovery code cannot have been written so.
    #[error("groups {groups:?} of the recovery code are mistyped")]
    RecoveryCodeMistyped {
        /// Their numbers from 1, ascending.
        groups: Vec<usize>,
    },
    /// The recovery code has too few or too many characters.
    #[error("{found} characters of a recovery code instead of {expected}")]
    RecoveryCodeLength {
        /// Characters without spaces and dashes.
        found: usize,
        /// Characters of a code.
        expected: usize,
    },
    /// The keychain holds an entry for this vault, but it does not open it.
    #[error("the keychain entry does not open the vault")]
    WrongKeychainEntry,
    /// The keychain did not serve.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The vault was locked while this handle was out.
    #[error("the vault is locked")]
    Locked,
    /// No room on the disk; what was committed before is intact.
    #[error("no room on the disk")]
    StorageFull,
    /// The disk, or the vault's place on it, can only be read.
    #[error("the disk is read-only")]
    ReadOnly,
    /// The disk failed: a read, a write or making it last. What was committed before is as intact as the disk is.
    #[error("the disk failed, SQLite result {code}")]
    DiskFailed {
        /// Extended result code (sqlite.org/rescode.html).
        code: i32,
    },
    /// A database cannot be decrypted or its structure is broken.
    #[error("a database is damaged or belongs to another vault")]
    DatabaseDamaged,
    /// A database file the vault knows of is not there.
    #[error("{file} is missing")]
    DatabaseMissing {
        /// File, relative to the vault.
        file: String,
    },
    /// The backup was taken of another vault.
    #[error("a backup of another vault")]
    ForeignBackup,
    /// No such thing in the vault.
    #[error("{0:?} not found")]
    NotFound(Missing),
    /// The same identity is in the vault already.
    #[error("already in the vault")]
    AlreadyExists,
    /// The document belongs to another organisation, or an organisation's fixed data would change.
    #[error("belongs to another organisation")]
    WrongOrganisation,
    /// The document has an unfinished submission.
    #[error("the document is in the outbox already")]
    AlreadyQueued,
    /// The document cannot be deleted now.
    #[error("kept: {0:?}")]
    Kept(Obstacle),
    /// Somebody else changed it since it was read.
    #[error("changed by another writer")]
    Conflict,
    /// The operating system refused a file operation.
    #[error("{action}: {kind}")]
    Io {
        /// What was attempted: `read`, `write`, `lock`, …
        action: &'static str,
        /// How the system put it.
        kind: io::ErrorKind,
    },
    /// SQLite refused; the extended result code.
    #[error("SQLite result {code}")]
    Database {
        /// Extended result code (sqlite.org/rescode.html), −1 for an error of the binding.
        code: i32,
    },
    /// A stored value is not what this program writes there.
    #[error("unreadable value in {column}")]
    Value {
        /// Column or field.
        column: &'static str,
    },
    /// The system's random generator failed.
    #[error("no randomness")]
    Random,
    /// Deriving a key from the passphrase failed, for want of memory or by senseless parameters in the header.
    #[error("key derivation failed")]
    KeyDerivation,
}

impl StoreError {
    /// Stable code for texts and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::VaultExists => "vault.exists",
            Self::VaultNotFound => "vault.not-found",
            Self::VaultInUse => "vault.in-use",
            Self::NetworkFolder => "vault.network-folder",
            Self::HeaderDamaged { backup: true } => "vault.header-damaged-copy-sound",
            Self::HeaderDamaged { backup: false } => "vault.header-damaged",
            Self::HeaderForged => "vault.header-forged",
            Self::NewerVersion { .. } => "vault.newer-version",
            Self::NoProtection => "vault.no-protection",
            Self::ProtectionNotSet => "vault.protection-not-set",
            Self::PassphraseTooShort { .. } => "vault.passphrase-too-short",
            Self::WrongPassphrase => "vault.wrong-passphrase",
            Self::WrongRecoveryCode => "vault.wrong-recovery-code",
            Self::RecoveryCodeMistyped { .. } => "vault.recovery-code-mistyped",
            Self::RecoveryCodeLength { .. } => "vault.recovery-code-length",
            Self::WrongKeychainEntry => "vault.wrong-keychain-entry",
            Self::Keychain(error) => error.code(),
            Self::Locked => "vault.locked",
            Self::StorageFull => "store.full",
            Self::ReadOnly => "store.read-only",
            Self::DiskFailed { .. } => "store.disk-failed",
            Self::DatabaseDamaged => "store.damaged",
            Self::DatabaseMissing { .. } => "store.database-missing",
            Self::ForeignBackup => "store.foreign-backup",
            Self::NotFound(Missing::Organisation) => "store.no-organisation",
            Self::NotFound(Missing::Document) => "store.no-document",
            Self::NotFound(Missing::Draft) => "store.no-draft",
            Self::NotFound(Missing::Submission) => "store.no-submission",
            Self::NotFound(Missing::Content) => "store.no-content",
            Self::NotFound(Missing::Backup) => "store.no-backup",
            Self::NotFound(Missing::BackupFolder) => "store.no-backup-folder",
            Self::NotFound(Missing::SigningRun) => "store.no-signing-run",
            Self::NotFound(Missing::SavedSearch) => "store.no-saved-search",
            Self::NotFound(Missing::Order) => "store.no-order",
            Self::NotFound(Missing::Letter) => "store.no-letter",
            Self::NotFound(Missing::PowerOfAttorney) => "store.no-power-of-attorney",
            Self::AlreadyExists => "store.already-exists",
            Self::WrongOrganisation => "store.wrong-organisation",
            Self::AlreadyQueued => "store.already-queued",
            Self::Kept(Obstacle::Hold) => "store.kept-hold",
            Self::Kept(Obstacle::Outbox) => "store.kept-outbox",
            Self::Kept(Obstacle::Signing) => "store.kept-signing",
            Self::Conflict => "store.conflict",
            Self::Io { .. } => "store.io",
            Self::Database { .. } => "store.database",
            Self::Value { .. } => "store.value",
            Self::Random => "store.random",
            Self::KeyDerivation => "store.key-derivation",
        }
    }

    /// Named values for the text of [`code`](Self::code).
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::NewerVersion {
                file,
                found,
                supported,
            } => BTreeMap::from([
                ("file", file.clone()),
                ("found", found.to_string()),
                ("supported", supported.to_string()),
            ]),
            Self::PassphraseTooShort { min } => BTreeMap::from([("min", min.to_string())]),
            Self::RecoveryCodeMistyped { groups } => {
                let groups: Vec<String> = groups.iter().map(usize::to_string).collect();
                BTreeMap::from([("groups", groups.join(", "))])
            }
            Self::RecoveryCodeLength { found, expected } => {
                BTreeMap::from([("found", found.to_string()), ("expected", expected.to_string())])
            }
            Self::DatabaseMissing { file } => BTreeMap::from([("file", file.clone())]),
            Self::Io { action, kind } => {
                BTreeMap::from([("action", (*action).to_owned()), ("kind", kind.to_string())])
            }
            Self::DiskFailed { code } | Self::Database { code } => {
                BTreeMap::from([("code", code.to_string())])
            }
            Self::Value { column } => BTreeMap::from([("column", (*column).to_owned())]),
            _ => BTreeMap::new(),
        }
    }

    /// Whether it says that files are not what they were, and only a backup can help.
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::DatabaseDamaged
                | Self::DatabaseMissing { .. }
                | Self::HeaderDamaged { .. }
                | Self::HeaderForged
                | Self::Value { .. }
        )
    }

    /// Whether the same call can succeed later, once the user or another process has done something.
    pub fn is_retriable(&self) -> bool {
        matches!(
            self,
            Self::VaultInUse
                | Self::StorageFull
                | Self::ReadOnly
                | Self::Conflict
                | Self::Locked
                | Self::NotFound(Missing::BackupFolder)
                | Self::Keychain(KeychainError::Locked)
        )
    }

    /// Names the operation an I/O error belongs to.
    pub(crate) fn io(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::StorageFull
            }
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            kind => Self::Io { action, kind },
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error() {
            Some(failure) => match failure.code {
                ErrorCode::DiskFull => Self::StorageFull,
                ErrorCode::ReadOnly => Self::ReadOnly,
                ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Self::DiskFailed {
                    code: failure.extended_code,
                },
                // Only locking interrupts.
                ErrorCode::OperationInterrupted => Self::Locked,
                ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Self::DatabaseDamaged,
                _ => Self::Database {
                    code: failure.extended_code,
                },
            },
            None => Self::Database { code: -1 },
        }
    }
}
