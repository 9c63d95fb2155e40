//! How workers are started and how long they are waited for.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long a module may take for one step. A worker that takes longer is ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deadlines {
    /// For reading all tokens of a module.
    pub scan: Duration,
    /// For the login, and for each signature: some tokens wait for a touch.
    pub sign: Duration,
    /// For a PIN entered on the reader's keys, and for a key to be made: RSA takes its time.
    pub on_device: Duration,
}

impl Default for Deadlines {
    /// 10 s, 60 s, 120 s.
    fn default() -> Self {
        let [scan, sign, on_device] = [10, 60, 120].map(Duration::from_secs);
        Self {
            scan,
            sign,
            on_device,
        }
    }
}

/// Counts what PC/SC has told of readers and cards; `None` while it tells nothing.
pub type ReaderChanges = Arc<dyn Fn() -> Option<u64> + Send + Sync>;

/// The rules all workers run by.
#[derive(Clone)]
pub struct Workers {
    pub(super) executable: PathBuf,
    pub(super) deadlines: Deadlines,
    pub(super) keep_out: Vec<PathBuf>,
    pub(super) changes: Option<ReaderChanges>,
}

impl Workers {
    /// `executable` is a program whose `main` calls [`crate::run_worker_if_requested`] first: usually
    /// `std::env::current_exe()`.
    pub fn new(executable: PathBuf) -> Self {
        Self {
            executable,
            deadlines: Deadlines::default(),
            keep_out: Vec::new(),
            changes: None,
        }
    }

    /// Other deadlines than the default ones.
    pub fn with_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// Folders that foreign code has no business in, the vault above all. Where the operating system allows, workers can
    /// neither read nor write them.
    pub fn keep_out(mut self, folders: Vec<PathBuf>) -> Self {
        self.keep_out = folders;
        self
    }

    /// A module that hangs is left alone until something happens at a reader, since a card that does not answer would hang
    /// the next worker as well.
    pub fn watching(mut self, changes: ReaderChanges) -> Self {
        self.changes = Some(changes);
        self
    }
}

impl From<PathBuf> for Workers {
    fn from(executable: PathBuf) -> Self {
        Self::new(executable)
    }
}
