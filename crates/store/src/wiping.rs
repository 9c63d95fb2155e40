//! SQLite's memory, wiped as it is freed (docs/adr/0021).

use std::alloc::{Layout, alloc, dealloc};
use std::ffi::{c_int, c_void};
use std::ptr;
use std::slice;
use std::sync::LazyLock;

use rusqlite::ffi;
use zeroize::Zeroize;

/// What SQLite wants its memory aligned to, and room before it for its size.
const HEAD: usize = 8;

/// Whether SQLite of this process takes its memory from here. The first call decides: once SQLite has begun to work its
/// allocator stays (sqlite.org/c3ref/config.html), as in a program that opened another database before.
pub(crate) fn is_installed() -> bool {
    static INSTALLED: LazyLock<bool> = LazyLock::new(|| {
        let methods = ffi::sqlite3_mem_methods {
            xMalloc: Some(malloc),
            xFree: Some(free),
            xRealloc: Some(realloc),
            xSize: Some(size),
            xRoundup: Some(round_up),
            xInit: Some(init),
            xShutdown: Some(shut_down),
            pAppData: ptr::null_mut(),
        };
        // SAFETY: the functions keep what SQLite asks of an allocator (sqlite.org/c3ref/mem_methods.html); it copies the
        // structure, and refuses when it is already at work.
        unsafe { ffi::sqlite3_config(ffi::SQLITE_CONFIG_MALLOC, &raw const methods) == ffi::SQLITE_OK }
    });
    *INSTALLED
}

fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(HEAD)?, HEAD).ok()
}

extern "C" fn malloc(size: c_int) -> *mut c_void {
    let Some((size, layout)) = usize::try_from(size)
        .ok()
        .and_then(|size| Some((size, layout(size)?)))
    else {
        return ptr::null_mut();
    };
    // SAFETY: the layout is not empty, it has a head; the head is as large and aligned as a size.
    unsafe {
        let head = alloc(layout);
        if head.is_null() {
            return ptr::null_mut();
        }
        head.cast::<usize>().write(size);
        head.add(HEAD).cast()
    }
}

/// # Safety
/// `memory` is from [`malloc`] and not freed.
unsafe fn size_of(memory: *mut c_void) -> usize {
    // SAFETY: before what was handed out stands its size.
    unsafe { memory.cast::<u8>().sub(HEAD).cast::<usize>().read() }
}

unsafe extern "C" fn size(memory: *mut c_void) -> c_int {
    if memory.is_null() {
        return 0;
    }
    // SAFETY: SQLite asks only about what it got. It came from a `c_int`.
    c_int::try_from(unsafe { size_of(memory) }).unwrap_or(c_int::MAX)
}

unsafe extern "C" fn free(memory: *mut c_void) {
    if memory.is_null() {
        return;
    }
    // SAFETY: SQLite frees what it got, once; the layout is that of the allocation.
    unsafe {
        let size = size_of(memory);
        slice::from_raw_parts_mut(memory.cast::<u8>(), size).zeroize();
        if let Some(layout) = layout(size) {
            dealloc(memory.cast::<u8>().sub(HEAD), layout);
        }
    }
}

/// Never in place: what the system's allocator leaves behind when it moves memory would not be wiped.
unsafe extern "C" fn realloc(memory: *mut c_void, size: c_int) -> *mut c_void {
    let larger = malloc(size);
    if memory.is_null() || larger.is_null() {
        return larger;
    }
    // SAFETY: both are as large as copied and apart; SQLite does not use the old one again.
    unsafe {
        let copied = size_of(memory).min(size_of(larger));
        ptr::copy_nonoverlapping(memory.cast::<u8>(), larger.cast::<u8>(), copied);
        free(memory);
    }
    larger
}

extern "C" fn round_up(size: c_int) -> c_int {
    size.checked_add(7).map_or(size, |size| size & !7)
}

extern "C" fn init(_data: *mut c_void) -> c_int {
    ffi::SQLITE_OK
}

extern "C" fn shut_down(_data: *mut c_void) {}
