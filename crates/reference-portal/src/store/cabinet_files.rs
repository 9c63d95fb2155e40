//! Files of cabinet requests, beside the archives of orders.

use std::path::PathBuf;
use std::{fs, io};

use uuid::Uuid;

use super::{Store, StoreError};

impl Store {
    /// Writes a file whole or not at all. `id` is a name this portal made.
    pub(crate) fn put_file(&self, id: &str, content: &[u8]) -> Result<(), StoreError> {
        let folder = self.cabinet_folder();
        fs::create_dir_all(&folder)?;
        let arriving = folder.join(format!("arriving-{}", Uuid::new_v4()));
        fs::write(&arriving, content)?;
        fs::File::open(&arriving)?.sync_all()?;
        fs::rename(&arriving, folder.join(id))?;
        Ok(())
    }

    /// Its octets.
    pub(crate) fn file(&self, id: &str) -> io::Result<Vec<u8>> {
        fs::read(self.cabinet_folder().join(id))
    }

    fn cabinet_folder(&self) -> PathBuf {
        self.archives.join("cabinet")
    }
}
