//! Bytes that changed on the disk: every page of a database, every frame of a log. Either it reads as it was written or it says
//! that it is damaged, and a backup is the way out.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use kabinet_domain::{Document, OrganisationId};
use kabinet_store::{
    DocumentFilter, DocumentOrder, JournalFilter, OrganisationStore, Page, StoreError, Unlock, Vault,
    Verification,
};

use crate::support::{Bench, NOW, add, later};

const PAGE: usize = 4096;
const EVERYTHING: Page = Page {
    offset: 0,
    limit: u64::MAX,
};

fn file(bench: &Bench, id: OrganisationId) -> PathBuf {
    bench.dir().join(format!("organisations/{}.db", id.0))
}

fn log_of(database: &Path) -> PathBuf {
    database.with_extension("db-wal")
}

fn open(bench: &Bench) -> Result<Vault, StoreError> {
    Ok(Vault::open(&bench.dir(), bench.keychain.clone())?.unlock(Unlock::Keychain)?)
}

/// Documents with the bytes of their files, and the journal's length: all that the vault was given here.
type All = (Vec<(Document, Vec<u8>)>, usize);

fn read(vault: &Vault, id: OrganisationId) -> Result<All, StoreError> {
    let store = vault.organisation(id)?;
    let mut documents = Vec::new();
    for document in store.documents(&DocumentFilter::default(), DocumentOrder::AddedOldest, EVERYTHING)? {
        let bytes = content(&store, &document)?;
        documents.push((document, bytes));
    }
    if let Verification::Broken(found) = store.journal().verify()? {
        panic!("entry {} reads as something else than was written", found.at);
    }
    let entries = store.journal().list(&JournalFilter::default(), EVERYTHING)?;
    Ok((documents, entries.len()))
}

fn content(store: &OrganisationStore, document: &Document) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    match store.read_blob(document.files[0].digest)?.read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => {
            let inner = error.into_inner().and_then(|inner| inner.downcast().ok());
            Err(*inner.expect("the store says why"))
        }
    }
}

#[test]
fn a_byte_changed_in_any_page_of_a_database_is_told_as_damage() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let id = store.id();
    // Most pages hold something: what is told is counted against all of them, those of empty tables too.
    for number in 0..12 {
        add(&store, &format!("Акт {number}"), &vec![number; 15_000]);
    }
    vault.back_up(NOW, 3).unwrap();
    let expected = read(&vault, id).unwrap();
    drop((vault, store));
    let path = file(&bench, id);
    let sound = fs::read(&path).unwrap();
    let pages = sound.len() / PAGE;
    assert!(pages > 40 && !log_of(&path).exists());

    let mut told = 0;
    for page in 0..pages {
        // In the salt of the first page, in the middle of the others, in what proves the last.
        let byte = match page {
            0 => 3,
            _ if page + 1 == pages => sound.len() - 20,
            _ => page * PAGE + 2_000,
        };
        let mut damaged = sound.clone();
        damaged[byte] ^= 0x40;
        fs::write(&path, &damaged).unwrap();
        let vault = open(&bench).unwrap();
        match read(&vault, id) {
            Ok(found) => assert!(found == expected, "page {page}"),
            Err(StoreError::DatabaseDamaged) => told += 1,
            Err(error) => panic!("page {page}: {error}"),
        }
        // Pages that nothing above reads are found by the full check.
        let checked = vault.organisation(id).and_then(|store| store.check());
        assert!(
            matches!(checked, Err(StoreError::DatabaseDamaged)),
            "page {page}: {checked:?}"
        );
    }
    assert!(told * 3 > pages, "{told} of {pages}");

    let locked = Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
    let backup = locked.backups().unwrap().remove(0);
    locked.restore(&backup, &Unlock::Keychain, later(60)).unwrap();
    assert!(read(&locked.unlock(Unlock::Keychain).unwrap(), id).unwrap() == expected);
}

#[test]
fn a_database_cut_short_is_told_as_damage() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let id = store.id();
    add(&store, "Акт", &[7; 50_000]);
    drop((vault, store));
    let path = file(&bench, id);
    let sound = fs::read(&path).unwrap();
    for length in [1, 100, PAGE, PAGE + 1, sound.len() / 2, sound.len() - PAGE] {
        fs::write(&path, &sound[..length]).unwrap();
        let vault = open(&bench).unwrap();
        let checked = read(&vault, id).and_then(|_| vault.organisation(id)?.check());
        assert!(
            matches!(checked, Err(StoreError::DatabaseDamaged)),
            "{length}: {checked:?}"
        );
    }
}

/// A vault as a killed process leaves it: what was committed is in the log alone.
struct Killed {
    bench: Bench,
    id: OrganisationId,
    database: Vec<u8>,
    log: Vec<u8>,
    /// Length of the log when each document was there.
    lengths: Vec<usize>,
}

impl Killed {
    fn new() -> Self {
        let bench = Bench::new();
        let (vault, store) = bench.store();
        let (id, path) = (store.id(), file(&bench, store.id()));
        let lengths = (0..4)
            .map(|number| {
                add(&store, &format!("Акт {number}"), &vec![number; 3_000]);
                fs::metadata(log_of(&path)).unwrap().len() as usize
            })
            .collect();
        let (database, log) = (fs::read(&path).unwrap(), fs::read(log_of(&path)).unwrap());
        drop((vault, store));
        Self {
            bench,
            id,
            database,
            log,
            lengths,
        }
    }

    /// How many documents are there with this log.
    fn with(&self, log: &[u8]) -> Result<usize, StoreError> {
        let path = file(&self.bench, self.id);
        fs::write(&path, &self.database).unwrap();
        fs::write(log_of(&path), log).unwrap();
        Ok(read(&open(&self.bench)?, self.id)?.0.len())
    }
}

#[test]
fn a_byte_changed_in_a_log_takes_nothing_back_that_was_committed() {
    let killed = Killed::new();
    assert_eq!(killed.with(&killed.log).unwrap(), 4);
    let frame = PAGE + 24;
    let mut lost = 0;
    for start in (32..killed.log.len()).step_by(frame) {
        for byte in [start + 2, start + 17, start + 24 + 2_000] {
            let mut damaged = killed.log.clone();
            damaged[byte] ^= 0x40;
            match killed.with(&damaged) {
                Err(StoreError::DatabaseDamaged) => {}
                // As after a power cut: what was written last, which nothing behind it vouches for.
                Ok(3) if start >= killed.lengths[2] => lost += 1,
                other => panic!("byte {byte}: {other:?}"),
            }
        }
    }
    assert!(lost > 0);
    let mut damaged = killed.log.clone();
    damaged[18] ^= 0x40;
    assert!(matches!(killed.with(&damaged), Err(StoreError::DatabaseDamaged)));
}

#[test]
fn a_log_torn_by_a_power_cut_is_read_up_to_the_last_whole_transaction() {
    let killed = Killed::new();
    for (documents, length) in killed.lengths.iter().enumerate() {
        // All of the transactions before, and of the next a part, or all but one sector of it.
        let next = killed
            .lengths
            .get(documents + 1)
            .copied()
            .unwrap_or(killed.log.len());
        for end in [*length, length + 1, length + 5_000, next - 1] {
            let found = killed.with(&killed.log[..end.min(next)]).unwrap();
            assert!(
                (documents..=documents + 1).contains(&found),
                "{found} of {documents}"
            );
        }
    }
    for length in [0, 1, 31, 32, 33, 60] {
        assert_eq!(killed.with(&killed.log[..length]).unwrap(), 0);
    }
    // Space was given to the file, but what was to stand in it had not been written.
    assert_eq!(killed.with(&vec![0; killed.log.len()]).unwrap(), 0);
    let mut torn = killed.log.clone();
    let last = torn.len() - 512;
    torn[last..].fill(0);
    assert_eq!(killed.with(&torn).unwrap(), 3);
}
