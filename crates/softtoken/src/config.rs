//! Where the tokens are: the environment first, then a file beside the library.
//!
//! `kabinet-softtoken.conf` beside the library has lines `directory = PATH` and, optionally,
//! `control = PATH` and `vendor = kabinet|rutoken|jacarta`, whose library this one poses as. It serves hosts that
//! start their workers with an empty environment, and hosts that load several copies of the library.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use crate::vendor::Vendor;

/// Names the directory of tokens.
pub const DIRECTORY_VARIABLE: &str = "KABINET_SOFTTOKEN_DIR";
/// Names the control file; without it, `control` in the directory of tokens.
pub const CONTROL_VARIABLE: &str = "KABINET_SOFTTOKEN_CONTROL";
/// The file beside the library.
pub const FILE_NAME: &str = "kabinet-softtoken.conf";

/// The places this process works with, fixed at the first call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// One folder per token.
    pub directory: PathBuf,
    /// See [`crate::faults`].
    pub control: PathBuf,
    /// Whose library this one poses as.
    pub vendor: &'static Vendor,
}

/// The places, or `None` if neither the environment nor a file names a directory: then no slot has a token.
pub(crate) fn places() -> Option<&'static Places> {
    static PLACES: OnceLock<Option<Places>> = OnceLock::new();
    PLACES
        .get_or_init(|| {
            let file = library_path()
                .and_then(|library| std::fs::read_to_string(library.with_file_name(FILE_NAME)).ok())
                .unwrap_or_default();
            let variable = |name| {
                std::env::var_os(name)
                    .filter(|value| !value.is_empty())
                    .map(PathBuf::from)
            };
            let directory = variable(DIRECTORY_VARIABLE).or_else(|| setting(&file, "directory"))?;
            let control = variable(CONTROL_VARIABLE)
                .or_else(|| setting(&file, "control"))
                .unwrap_or_else(|| directory.join("control"));
            let vendor = Vendor::named(text(&file, "vendor"));
            Some(Places {
                directory,
                control,
                vendor,
            })
        })
        .as_ref()
}

/// Whose library this one poses as.
pub(crate) fn vendor() -> &'static Vendor {
    places().map_or_else(|| Vendor::named(None), |places| places.vendor)
}

fn text<'file>(file: &'file str, name: &str) -> Option<&'file str> {
    file.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}

fn setting(file: &str, name: &str) -> Option<PathBuf> {
    text(file, name).map(|value| Path::new(value).to_path_buf())
}

/// The path this library was loaded from.
#[cfg(unix)]
fn library_path() -> Option<PathBuf> {
    use std::{ffi::CStr, os::unix::ffi::OsStrExt};

    let mut info = libc::Dl_info {
        dli_fname: std::ptr::null(),
        dli_fbase: std::ptr::null_mut(),
        dli_sname: std::ptr::null(),
        dli_saddr: std::ptr::null_mut(),
    };
    let here = library_path as fn() -> Option<PathBuf> as *const libc::c_void;
    // SAFETY: `info` outlives the call, which only reads the loader's own tables.
    let found = unsafe { libc::dladdr(here, &mut info) };
    if found == 0 || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: the loader keeps this NUL-terminated name for as long as the library is loaded.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(name.to_bytes())))
}

/// The path this library was loaded from.
#[cfg(windows)]
fn library_path() -> Option<PathBuf> {
    use std::{ffi::OsString, os::windows::ffi::OsStringExt};

    use windows_sys::Win32::System::LibraryLoader as loader;

    let mut module = std::ptr::null_mut();
    let how =
        loader::GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | loader::GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    let here = library_path as fn() -> Option<PathBuf> as *const u16;
    // SAFETY: with this flag the "name" is any address inside the module; it is only compared.
    if unsafe { loader::GetModuleHandleExW(how, here, &mut module) } == 0 {
        return None;
    }
    // The longest path there is; not on the stack of a host's thread.
    let mut name = vec![0u16; 32_768];
    // SAFETY: the buffer is as long as it is said to be.
    let length = unsafe { loader::GetModuleFileNameW(module, name.as_mut_ptr(), name.len() as u32) };
    let name = name.get(..length as usize).filter(|name| !name.is_empty())?;
    Some(PathBuf::from(OsString::from_wide(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_unknown_lines_are_passed_over() {
        let file = "# tokens\nother=1\n directory = /a b/c \ncontrol=/d\n";
        assert_eq!(setting(file, "directory"), Some(PathBuf::from("/a b/c")));
        assert_eq!(setting(file, "control"), Some(PathBuf::from("/d")));
        assert_eq!(setting(file, "absent"), None);
    }
}
