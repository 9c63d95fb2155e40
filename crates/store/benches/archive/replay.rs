//! The statements the store runs, caught as SQLite itself spells them, and run again on two bare connections: the vault's
//! own and a plain file into which the whole database was exported. What differs is encryption alone.

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Statement, ffi};

use super::timed;

static LAST: AtomicPtr<ffi::sqlite3> = AtomicPtr::new(ptr::null_mut());
static CAUGHT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// From now on the connection opened last is known.
pub fn watch_connections() {
    unsafe extern "C" fn opened(
        handle: *mut ffi::sqlite3,
        _error: *mut *mut c_char,
        _routines: *const ffi::sqlite3_api_routines,
    ) -> c_int {
        LAST.store(handle, Ordering::SeqCst);
        ffi::SQLITE_OK
    }
    // SAFETY: the function has the signature SQLite calls it with (sqlite.org/c3ref/auto_extension.html).
    let result = unsafe { ffi::sqlite3_auto_extension(Some(opened)) };
    assert_eq!(result, ffi::SQLITE_OK);
}

/// A connection of the store, borrowed. The store must not use it meanwhile.
pub struct Own(*mut ffi::sqlite3);

impl Own {
    /// The connection opened last.
    pub fn last() -> Self {
        Self(LAST.load(Ordering::SeqCst))
    }

    pub fn connection(&self) -> Connection {
        // SAFETY: the store holds it open and does nothing while the loan lasts; the loan does not close it.
        unsafe { Connection::from_handle(self.0) }.unwrap()
    }

    /// The statements that `work` runs on it, with their values in them.
    pub fn caught(&self, work: impl FnOnce()) -> Vec<String> {
        unsafe extern "C" fn trace(
            _kind: c_uint,
            _context: *mut c_void,
            statement: *mut c_void,
            text: *mut c_void,
        ) -> c_int {
            // SAFETY: with SQLITE_TRACE_STMT these are a statement and a text (sqlite.org/c3ref/c_trace.html).
            unsafe {
                // What triggers run inside begins with a comment.
                if !CStr::from_ptr(text.cast()).to_bytes().starts_with(b"--") {
                    let expanded = ffi::sqlite3_expanded_sql(statement.cast());
                    let sql = CStr::from_ptr(expanded).to_string_lossy().into_owned();
                    ffi::sqlite3_free(expanded.cast());
                    CAUGHT.lock().unwrap().push(sql);
                }
            }
            0
        }
        let kinds = ffi::SQLITE_TRACE_STMT as c_uint;
        // SAFETY: the handle is open, the function has the signature SQLite calls it with.
        unsafe { ffi::sqlite3_trace_v2(self.0, kinds, Some(trace), ptr::null_mut()) };
        work();
        // SAFETY: as above.
        unsafe { ffi::sqlite3_trace_v2(self.0, 0, None, ptr::null_mut()) };
        let caught = std::mem::take(&mut *CAUGHT.lock().unwrap());
        // FTS5 reads its own tables through statements, which the replay runs again by itself.
        caught
            .into_iter()
            .filter(|sql| !sql.contains("document_terms_"))
            .collect()
    }

    /// Writes everything into a plain file.
    pub fn export_plain(&self, target: &Path) {
        // The store's connections make no files.
        fs::write(target, b"").unwrap();
        let connection = self.connection();
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)
            .unwrap();
        connection
            .execute_batch(&format!(
                "ATTACH '{}' AS plain KEY ''; SELECT sqlcipher_export('plain'); DETACH plain;",
                target.display()
            ))
            .unwrap();
    }
}

/// As the vault opens its files, without a key.
pub fn open_plain(file: &Path) -> Connection {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;
             PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
        )
        .unwrap();
    connection
}

/// How long the statements take to their ends, each compiled before.
pub fn run(connection: &Connection, statements: &[String]) -> Duration {
    let mut compiled: Vec<Statement<'_>> = statements
        .iter()
        .map(|sql| connection.prepare(sql).unwrap())
        .collect();
    timed(|| {
        for statement in &mut compiled {
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().unwrap() {
                black_box(row.get_ref(0).unwrap());
            }
        }
    })
}
