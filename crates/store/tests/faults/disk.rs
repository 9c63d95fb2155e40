//! A disk that fails on demand: a VFS of SQLite (sqlite.org/vfs.html) around the system's own, in which the n-th operation
//! that changes something goes wrong. What goes wrong is said for each thread on its own.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, Once, OnceLock};

use rusqlite::ffi::{
    SQLITE_CANTOPEN, SQLITE_FULL, SQLITE_IOERR_DELETE, SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE,
    SQLITE_IOERR_WRITE, SQLITE_OK, SQLITE_OPEN_CREATE, SQLITE_READONLY, sqlite3_file, sqlite3_initialize,
    sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find, sqlite3_vfs_register,
};

use crate::power::Cache;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No room for a byte more.
    Full,
    /// Room for half of what is written.
    Short,
    /// Writing fails.
    Write,
    /// What was written cannot be made to last.
    Sync,
    /// Nothing can be changed.
    ReadOnly,
    /// The computer is off: nothing is done any more, and what was not made to last may be there in part.
    Power,
}

impl Fault {
    /// Code for an operation that goes wrong; nothing when it is none of those this fault meets.
    fn strikes(self, operation: Operation) -> Option<c_int> {
        use Operation as O;
        match (self, operation) {
            (Self::Full | Self::Short, O::Write) => Some(SQLITE_FULL),
            (Self::Write, O::Write) => Some(SQLITE_IOERR_WRITE),
            (Self::Sync, O::Sync) => Some(SQLITE_IOERR_FSYNC),
            (Self::ReadOnly, O::Write) => Some(SQLITE_READONLY),
            (Self::ReadOnly | Self::Power, O::Create) => Some(SQLITE_CANTOPEN),
            (Self::ReadOnly | Self::Power, O::Truncate) => Some(SQLITE_IOERR_TRUNCATE),
            (Self::ReadOnly | Self::Power, O::Delete) => Some(SQLITE_IOERR_DELETE),
            (Self::Power, O::Write) => Some(SQLITE_IOERR_WRITE),
            (Self::Power, O::Sync) => Some(SQLITE_IOERR_FSYNC),
            _ => None,
        }
    }
}

/// An operation that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Create,
    Write,
    Truncate,
    Sync,
    Delete,
}

/// What is going to go wrong in this thread.
struct Plan {
    fault: Fault,
    /// Operations the fault could meet that still go well.
    good: usize,
    /// Whether it goes wrong but once.
    once: bool,
    struck: bool,
    cache: Cache,
}

thread_local! {
    static PLAN: RefCell<Option<Plan>> = const { RefCell::new(None) };
}

/// From now on, after so many good operations, this thread's disk fails: once or for good.
pub fn fail(fault: Fault, after: usize, once: bool) {
    install();
    let plan = Plan {
        fault,
        good: after,
        once,
        struck: false,
        cache: Cache::default(),
    };
    PLAN.with(|slot| *slot.borrow_mut() = Some(plan));
}

/// The disk is sound again. Whether the fault met anything; after a power cut the files are what lasted of them.
pub fn mend() -> bool {
    let Some(plan) = PLAN.with(|slot| slot.borrow_mut().take()) else {
        return false;
    };
    if plan.fault == Fault::Power && plan.struck {
        plan.cache.lose(plan.good as u64);
    }
    plan.struck
}

fn strikes(operation: Operation) -> Option<(Fault, c_int)> {
    PLAN.with(|slot| {
        let mut slot = slot.borrow_mut();
        let plan = slot.as_mut()?;
        let code = plan.fault.strikes(operation)?;
        if plan.struck {
            return (!plan.once).then_some((plan.fault, code));
        }
        if plan.good > 0 {
            plan.good -= 1;
            return None;
        }
        plan.struck = true;
        Some((plan.fault, code))
    })
}

fn cache(note: impl FnOnce(&mut Cache)) {
    PLAN.with(|slot| {
        if let Some(plan) = slot
            .borrow_mut()
            .as_mut()
            .filter(|plan| plan.fault == Fault::Power)
        {
            note(&mut plan.cache);
        }
    });
}

// ---- The VFS

/// Addresses of open files with the system's methods for them and their path. The file itself is laid out by the system's VFS.
static OPEN: Mutex<Option<HashMap<usize, (usize, PathBuf)>>> = Mutex::new(None);
static SYSTEM: OnceLock<usize> = OnceLock::new();

fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: SQLite is initialised before its default VFS is asked for; the VFS registered lives for ever.
        unsafe {
            assert_eq!(sqlite3_initialize(), SQLITE_OK);
            let system = sqlite3_vfs_find(std::ptr::null());
            SYSTEM.set(system as usize).unwrap();
            let failing = sqlite3_vfs {
                pNext: std::ptr::null_mut(),
                zName: c"failing".as_ptr(),
                xOpen: Some(open),
                xDelete: Some(delete),
                ..*system
            };
            assert_eq!(sqlite3_vfs_register(Box::leak(Box::new(failing)), 1), SQLITE_OK);
        }
    });
}

fn system() -> *mut sqlite3_vfs {
    *SYSTEM.get().unwrap() as *mut sqlite3_vfs
}

/// Version 1: neither shared memory nor mapping, so that every byte passes here.
static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

fn path_of(name: *const c_char) -> PathBuf {
    if name.is_null() {
        return PathBuf::new();
    }
    // SAFETY: SQLite hands over a string that ends in zero.
    unsafe { CStr::from_ptr(name) }.to_str().unwrap().into()
}

fn opened(file: *mut sqlite3_file) -> (&'static sqlite3_io_methods, PathBuf) {
    let open = OPEN.lock().unwrap();
    let (methods, path) = &open.as_ref().unwrap()[&(file as usize)];
    // SAFETY: the methods of the system's VFS are static.
    (unsafe { &*(*methods as *const sqlite3_io_methods) }, path.clone())
}

unsafe extern "C" fn open(
    _vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let path = path_of(name);
    if flags & SQLITE_OPEN_CREATE != 0
        && !path.exists()
        && let Some((_, code)) = strikes(Operation::Create)
    {
        // SAFETY: SQLite looks here to learn whether the file must be closed.
        unsafe { (*file).pMethods = std::ptr::null() };
        return code;
    }
    // SAFETY: all arguments are SQLite's own, and the room for the file is what the system's VFS asks for.
    unsafe {
        let code = (*system()).xOpen.unwrap()(system(), name, file, flags, out);
        if !(*file).pMethods.is_null() {
            let methods = std::mem::replace(&mut (*file).pMethods, &raw const METHODS);
            let entry = (methods as usize, path);
            OPEN.lock()
                .unwrap()
                .get_or_insert_default()
                .insert(file as usize, entry);
        }
        code
    }
}

unsafe extern "C" fn delete(_vfs: *mut sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    if let Some((_, code)) = strikes(Operation::Delete) {
        return code;
    }
    let path = path_of(name);
    cache(|cache| cache.delete(&path));
    // SAFETY: all arguments are SQLite's own.
    unsafe { (*system()).xDelete.unwrap()(system(), name, sync) }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let (methods, _) = opened(file);
    OPEN.lock().unwrap().as_mut().unwrap().remove(&(file as usize));
    // SAFETY: the file is open, and these are its methods.
    unsafe { methods.xClose.unwrap()(file) }
}

unsafe extern "C" fn read(file: *mut sqlite3_file, to: *mut c_void, count: c_int, at: i64) -> c_int {
    // SAFETY: all arguments are SQLite's own.
    unsafe { opened(file).0.xRead.unwrap()(file, to, count, at) }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, count: c_int, at: i64) -> c_int {
    let (methods, path) = opened(file);
    let struck = strikes(Operation::Write);
    let written = match struck {
        Some((Fault::Short, _)) => count / 2,
        Some(_) => 0,
        None => count,
    };
    if written > 0 {
        // SAFETY: SQLite's buffer holds `count` bytes, of which no more are read.
        let code = unsafe {
            let bytes = std::slice::from_raw_parts(from.cast::<u8>(), written as usize);
            cache(|cache| cache.write(&path, at as u64, bytes));
            methods.xWrite.unwrap()(file, from, written, at)
        };
        if code != SQLITE_OK {
            return code;
        }
    }
    struck.map_or(SQLITE_OK, |(_, code)| code)
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: i64) -> c_int {
    let (methods, path) = opened(file);
    if let Some((_, code)) = strikes(Operation::Truncate) {
        return code;
    }
    cache(|cache| cache.truncate(&path, size as u64));
    // SAFETY: all arguments are SQLite's own.
    unsafe { methods.xTruncate.unwrap()(file, size) }
}

/// The bytes are in the system's hands, which is enough for a test of one process; waiting for the real disk would only be slow.
unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    if let Some((_, code)) = strikes(Operation::Sync) {
        return code;
    }
    let (_, path) = opened(file);
    cache(|cache| cache.sync(&path, fs::read(&path).unwrap()));
    SQLITE_OK
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: all arguments are SQLite's own, here and below.
    unsafe { opened(file).0.xFileSize.unwrap()(file, size) }
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe { opened(file).0.xLock.unwrap()(file, level) }
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe { opened(file).0.xUnlock.unwrap()(file, level) }
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    unsafe { opened(file).0.xCheckReservedLock.unwrap()(file, out) }
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, operation: c_int, argument: *mut c_void) -> c_int {
    unsafe { opened(file).0.xFileControl.unwrap()(file, operation, argument) }
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    unsafe { opened(file).0.xSectorSize.unwrap()(file) }
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    unsafe { opened(file).0.xDeviceCharacteristics.unwrap()(file) }
}
