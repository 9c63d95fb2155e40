//! What a power cut leaves of files: all that was made to last, and any part of what was written since, in any order.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A disk tears a write between sectors, not inside one.
const SECTOR: usize = 512;

#[derive(Default)]
pub struct Cache(HashMap<PathBuf, Pending>);

struct Pending {
    lasting: Vec<u8>,
    since: Vec<Change>,
}

enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

impl Cache {
    pub fn write(&mut self, path: &Path, at: u64, bytes: &[u8]) {
        self.since(path).push(Change::Write(at as usize, bytes.to_vec()));
    }

    pub fn truncate(&mut self, path: &Path, size: u64) {
        self.since(path).push(Change::Truncate(size as usize));
    }

    pub fn sync(&mut self, path: &Path, content: Vec<u8>) {
        let since = Vec::new();
        let lasting = content;
        self.0.insert(path.to_owned(), Pending { lasting, since });
    }

    pub fn delete(&mut self, path: &Path) {
        self.0.remove(path);
    }

    /// Before a file is first touched all of it lasts: it was closed in an earlier session.
    fn since(&mut self, path: &Path) -> &mut Vec<Change> {
        let pending = self.0.entry(path.to_owned()).or_insert_with(|| Pending {
            lasting: fs::read(path).unwrap_or_default(),
            since: Vec::new(),
        });
        &mut pending.since
    }

    /// Makes the files what lasted of them. `chance` chooses what did.
    pub fn lose(self, chance: u64) {
        let mut state = chance.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        // Xorshift (Marsaglia 2003).
        let mut coin = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state >> 63 == 1
        };
        for (path, pending) in self.0 {
            let mut content = pending.lasting;
            for change in pending.since {
                match change {
                    Change::Truncate(size) if coin() => content.truncate(size),
                    Change::Truncate(_) => {}
                    Change::Write(at, bytes) => {
                        for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                            if coin() {
                                put(&mut content, at + number * SECTOR, sector);
                            }
                        }
                    }
                }
            }
            // A file in a folder that was removed since is gone with it.
            if path.exists() {
                fs::write(path, content).unwrap();
            }
        }
    }
}

fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if content.len() < at + bytes.len() {
        content.resize(at + bytes.len(), 0);
    }
    content[at..at + bytes.len()].copy_from_slice(bytes);
}
