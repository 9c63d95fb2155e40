//! Where archives lie.

use std::fs;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::{Store, StoreError};

impl Store {
    /// The archive of an order.
    pub(crate) fn archive_path(&self, order: i64) -> PathBuf {
        self.folder(order).join("archive.zip")
    }

    /// A new name for content that is still arriving.
    pub(crate) fn arriving_path(&self) -> PathBuf {
        self.archives.join(format!("arriving-{}", Uuid::new_v4()))
    }

    /// Makes arrived content the archive of an order.
    pub(crate) fn keep_archive(&self, order: i64, arrived: &Path) -> Result<(), StoreError> {
        fs::create_dir_all(self.folder(order))?;
        fs::rename(arrived, self.archive_path(order))?;
        Ok(())
    }

    pub(super) fn folder(&self, order: i64) -> PathBuf {
        self.archives.join(order.to_string())
    }
}
