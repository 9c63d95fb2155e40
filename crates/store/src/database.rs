//! One encrypted SQLite file: opened with a raw key, migrated, backed up, closed on locking.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use zeroize::Zeroizing;

use crate::files::{FolderLock, private_dir, private_file};
use crate::secret::Key;
use crate::{StoreError, wal, wiping};

/// One step of a table's history. Steps never change once released.
pub(crate) struct Migration {
    /// `user_version` of the file after the step.
    pub version: u32,
    /// Statements.
    pub sql: &'static str,
    /// What SQL cannot do, after the statements.
    pub then: Option<Fill>,
}

/// Fills what a step made.
pub(crate) type Fill = fn(&Transaction<'_>) -> Result<(), StoreError>;

/// The tables of one kind of database: the migrations that stand beside them.
pub(crate) type Schema = [&'static [Migration]];

/// The version a schema brings files to.
pub(crate) fn latest(schema: &Schema) -> u32 {
    schema
        .iter()
        .flat_map(|table| table.iter())
        .map(|step| step.version)
        .max()
        .unwrap_or(0)
}

/// A word from elsewhere that long reading should end; it then ends with [`StoreError::Locked`].
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(crate) fn say(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn watch(&self, connection: &mut Connection) -> Result<(), StoreError> {
        /// Steps of SQLite's machine between two looks: some thousandths of a second.
        const STEPS: i32 = 1000;
        let said = Arc::clone(&self.0);
        // What takes fewer steps than that is never asked.
        if said.load(Ordering::Relaxed) {
            return Err(StoreError::Locked);
        }
        connection.progress_handler(STEPS, Some(move || said.load(Ordering::Relaxed)))?;
        Ok(())
    }
}

/// Where a database lies.
pub(crate) struct Place<'a> {
    /// Folder of the vault.
    pub vault: &'a Path,
    /// Path inside it, with forward slashes; the key is derived from it too.
    pub name: String,
}

const FOLD_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// Whether opening may make the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Open {
    Create,
    Existing,
}

/// An open database. Every caller takes turns on its one connection.
pub(crate) struct Database {
    connection: Mutex<Option<Connection>>,
    // Kept so that the folder stays ours while any database of it is open.
    _lock: Arc<FolderLock>,
}

impl Database {
    pub(crate) fn open(
        place: &Place<'_>,
        key: &Key,
        schema: &Schema,
        mode: Open,
        lock: Arc<FolderLock>,
    ) -> Result<Self, StoreError> {
        let path = place.vault.join(&place.name);
        if mode == Open::Existing && !path.exists() {
            return Err(StoreError::DatabaseMissing {
                file: place.name.clone(),
            });
        }
        // SQLite gives the files it makes beside a database the mode of the database.
        private_file(&path)?;
        let mut connection = connect(&path, key)?;
        let found = version(&connection)?;
        if found == 0 && mode == Open::Existing {
            return Err(StoreError::DatabaseDamaged);
        }
        let supported = latest(schema);
        if found > supported {
            return Err(StoreError::NewerVersion {
                file: place.name.clone(),
                found,
                supported,
            });
        }
        configure(&connection)?;
        if found < supported {
            if found > 0 {
                back_up_before_migration(&connection, place, found)?;
            }
            migrate(&mut connection, schema, supported)?;
        }
        Ok(Self {
            connection: Mutex::new(Some(connection)),
            _lock: lock,
        })
    }

    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let turn = self.turn();
        let connection = turn.as_ref().ok_or(StoreError::Locked)?;
        let value = work(connection);
        deciphered(connection)?;
        value
    }

    /// Runs `work` in a transaction; an error rolls it back.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut turn = self.turn();
        let connection = turn.as_mut().ok_or(StoreError::Locked)?;
        deciphered(connection)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction);
        deciphered(&transaction)?;
        let value = value?;
        transaction.commit()?;
        Ok(value)
    }

    /// Decrypts and checks every page, every index and every reference.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.read(check)
    }

    /// Writes what the log holds into the file and leaves the log empty.
    pub(crate) fn fold_log(&self) -> Result<(), StoreError> {
        self.read(|connection| Ok(connection.query_row(FOLD_LOG, [], |_| Ok(()))?))
    }

    /// Writes an encrypted copy of the database, consistent as of now, under the same key.
    pub(crate) fn copy_to(&self, target: &Path, stop: &Stop) -> Result<(), StoreError> {
        let mut turn = self.turn();
        let connection = turn.as_mut().ok_or(StoreError::Locked)?;
        stop.watch(connection)?;
        let copied = copy(connection, target);
        connection.progress_handler(0, None::<fn() -> bool>)?;
        copied
    }

    /// Closes the file; whoever still holds the database gets [`StoreError::Locked`].
    pub(crate) fn close(&self) {
        drop(self.turn().take());
    }

    // A panic in `work` rolls its transaction back while unwinding, so the connection is sound after it.
    fn turn(&self) -> MutexGuard<'_, Option<Connection>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection whose memory is wiped as it is freed: by our allocator, or, where SQLite was at work before us, by SQLCipher,
/// which takes several times as long for everything.
fn open(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let is_wiped = wiping::is_installed();
    let connection = Connection::open_with_flags(path, flags)?;
    if !is_wiped {
        connection.execute_batch("PRAGMA cipher_memory_security = ON")?;
    }
    Ok(connection)
}

/// Opens a file that nobody changes, to read it: no lock is taken, nothing is written beside it, so that it may lie on a drive
/// that is read-only or knows no locks.
pub(crate) fn connect_unchanging(path: &Path, key: &Key) -> Result<Connection, StoreError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = open(unchanging_uri(path).as_ref(), flags)?;
    set_key(&connection, key)?;
    connection.execute_batch(
        "PRAGMA cipher_log_level = NONE;
         PRAGMA cipher_compatibility = 4;
         PRAGMA temp_store = MEMORY;",
    )?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// `file:…?immutable=1` (sqlite.org/uri.html); every byte that could mean something in a URI is escaped.
fn unchanging_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    if cfg!(windows) {
        uri.push('/');
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                uri.push(char::from(*byte))
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// Opens the file and proves the key by reading, before anything could be written.
pub(crate) fn connect(path: &Path, key: &Key) -> Result<Connection, StoreError> {
    wal::inspect(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags)?;
    set_key(&connection, key)?;
    // Without this a failed opening could fold a left-over WAL into the file.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // SQLCipher writes to stderr what it also returns as an error.
    connection.execute_batch(
        "PRAGMA cipher_log_level = NONE;
         PRAGMA cipher_compatibility = 4;
         PRAGMA locking_mode = EXCLUSIVE;",
    )?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// Whether every page read so far fitted its MAC. SQLCipher hands zeros out for one that does not and fails from the next page
/// on, with varying codes: without this question a reader of the last page of all would take the zeros for what was written.
/// Answered while the statement is prepared, so it must be prepared anew.
pub(crate) fn deciphered(connection: &Connection) -> Result<(), StoreError> {
    let status: String = connection.query_row("PRAGMA cipher_status", [], |row| row.get(0))?;
    if status == "1" {
        Ok(())
    } else {
        Err(StoreError::DatabaseDamaged)
    }
}

/// # Errors
/// [`StoreError::DatabaseDamaged`].
pub(crate) fn check(connection: &Connection) -> Result<(), StoreError> {
    // `cipher_integrity_check` reads the file past the log: a page torn in the middle of folding the log in would count as
    // damage, though the log still holds it whole.
    connection.query_row(FOLD_LOG, [], |_| Ok(()))?;
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    let complaints = ["PRAGMA cipher_integrity_check", "PRAGMA foreign_key_check"]
        .into_iter()
        .map(|sql| connection.prepare(sql)?.exists([]))
        .collect::<Result<Vec<bool>, _>>()?;
    if verdict == "ok" && !complaints.contains(&true) {
        Ok(())
    } else {
        Err(StoreError::DatabaseDamaged)
    }
}

fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Lists ask in many shapes; a statement that fell out of the cache is compiled anew.
    connection.set_prepared_statement_cache_capacity(64);
    // 64 MiB of cache: with SQLite's 2 MB every point read decrypts a page anew.
    connection.execute_batch(
        "PRAGMA cache_size = -65536;
         PRAGMA temp_store = MEMORY;
         PRAGMA secure_delete = ON;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA foreign_keys = ON;
         PRAGMA recursive_triggers = ON;
         PRAGMA trusted_schema = OFF;",
    )?;
    Ok(())
}

/// Hands SQLCipher the raw key (`x'…'`: no derivation, zetetic.net/sqlcipher/sqlcipher-api/#key).
fn set_key(connection: &Connection, key: &Key) -> Result<(), StoreError> {
    let mut text = Zeroizing::new([0_u8; 67]);
    text[..2].copy_from_slice(b"x'");
    text[66] = b'\'';
    hex::encode_to_slice(key.bytes(), &mut text[2..66]).map_err(|_| StoreError::KeyDerivation)?;
    // As an argument, not as `PRAGMA key`, whose text SQLite would keep in memory it does not wipe.
    // SAFETY: the handle is open for the whole call, and the buffer holds the 67 bytes announced.
    let result = unsafe { rusqlite::ffi::sqlite3_key(connection.handle(), text.as_ptr().cast(), 67) };
    if result == rusqlite::ffi::SQLITE_OK {
        Ok(())
    } else {
        Err(StoreError::Database { code: result })
    }
}

pub(crate) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings the file to version `target`, all of it or nothing.
pub(crate) fn migrate(connection: &mut Connection, schema: &Schema, target: u32) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    let mut steps: Vec<&Migration> = schema
        .iter()
        .flat_map(|table| table.iter())
        .filter(|step| step.version > found && step.version <= target)
        .collect();
    steps.sort_by_key(|step| step.version);
    for step in steps {
        transaction.execute_batch(step.sql)?;
        if let Some(then) = step.then {
            then(&transaction)?;
        }
    }
    transaction.pragma_update(None, "user_version", target)?;
    transaction.commit()?;
    Ok(())
}

fn back_up_before_migration(
    connection: &Connection,
    place: &Place<'_>,
    found: u32,
) -> Result<(), StoreError> {
    let backups = place.vault.join("backups");
    private_dir(&backups)?;
    copy(
        connection,
        &backups.join(format!("{}.v{found}", place.name.replace('/', "-"))),
    )
}

fn copy(connection: &Connection, target: &Path) -> Result<(), StoreError> {
    let partial = target.with_extension("partial");
    if partial.exists() {
        fs::remove_file(&partial).map_err(StoreError::io("write"))?;
    }
    private_file(&partial)?;
    let name = partial.to_str().ok_or(StoreError::Io {
        action: "write",
        kind: std::io::ErrorKind::InvalidFilename,
    })?;
    connection.execute("VACUUM INTO ?1", [name])?;
    fs::File::open(&partial)
        .and_then(|file| file.sync_all())
        .map_err(StoreError::io("write"))?;
    fs::rename(&partial, target).map_err(StoreError::io("write"))
}
