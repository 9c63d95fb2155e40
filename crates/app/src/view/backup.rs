use serde::Serialize;
use specta::Type;

use super::UiError;

/// Where a backup lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum BackupPlace {
    /// In the vault's own folder.
    Vault,
    /// In the folder or on the drive the user has chosen.
    Folder,
    /// In a folder the user has pointed at just now.
    Found,
}

/// A backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    /// What it is called in requests.
    pub id: String,
    /// Where it lies.
    pub place: BackupPlace,
    /// Its folder, for a person to read.
    pub path: String,
    /// When it was taken, RFC 3339.
    pub taken: String,
    /// Kilobytes, rounded up.
    pub size_kb: u32,
    /// What its last check said; none = never checked.
    pub sound: Option<bool>,
    /// When it was last checked, RFC 3339.
    pub checked_at: Option<String>,
    /// It was taken of another vault, or cannot say of which.
    pub foreign: bool,
}

/// The folder or drive for backups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupFolder {
    /// Its path, for a person to read.
    pub path: String,
    /// It is there now. If not, backups to it wait until it is.
    pub present: bool,
}

/// A backup that did not come about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupFailure {
    /// When, RFC 3339.
    pub at: String,
    /// Where it should have gone.
    pub place: BackupPlace,
    /// Why.
    pub error: UiError,
}

/// Backups and how they are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupsView {
    /// Newest first.
    pub backups: Vec<BackupView>,
    /// The folder or drive that gets one too.
    pub folder: Option<BackupFolder>,
    /// At most this many in each place; 0 = as many as their age allows.
    pub keep: u32,
    /// When the newest sound backup was taken, RFC 3339.
    pub last: Option<String>,
    /// What went wrong since.
    pub failures: Vec<BackupFailure>,
    /// One is being made now.
    pub running: bool,
}

/// What a backup holds, after everything in it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupContents {
    /// Organisations.
    pub organisations: u64,
    /// Documents of all of them.
    pub documents: u64,
    /// Pieces of content, each counted once.
    pub contents: u64,
    /// Bytes of content.
    pub bytes: u64,
    /// Journal entries.
    pub entries: u64,
}

impl From<kabinet_store::Contents> for BackupContents {
    fn from(contents: kabinet_store::Contents) -> Self {
        let kabinet_store::Contents {
            organisations,
            documents,
            contents,
            bytes,
            entries,
        } = contents;
        Self {
            organisations,
            documents,
            contents,
            bytes,
            entries,
        }
    }
}

/// What was put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// When the backup was taken, RFC 3339.
    pub taken: String,
    /// Folder with the files that were replaced; they are never removed by the program.
    pub replaced: String,
}
