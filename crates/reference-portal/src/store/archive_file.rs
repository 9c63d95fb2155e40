//! Where archives lie.

use std::path::PathBuf;

use uuid::Uuid;

use super::Store;

impl Store {
    /// The archive of an order.
    pub(crate) fn archive_path(&self, order: i64) -> PathBuf {
        self.folder(order).join("archive.zip")
    }

    /// A new name for content that is still arriving.
    pub(crate) fn arriving_path(&self) -> PathBuf {
        self.archives.join(format!("arriving-{}", Uuid::new_v4()))
    }

    pub(super) fn folder(&self, order: i64) -> PathBuf {
        self.archives.join(order.to_string())
    }
}
