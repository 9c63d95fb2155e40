//! Input and output by path or `-`, and output that never stays half-written.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use kabinet_app::AppError;
use zeroize::Zeroizing;

/// Whether the path stands for standard input or output.
pub fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a file, or standard input.
pub fn open(path: &Path) -> Result<Box<dyn Read>, AppError> {
    if is_standard(path) {
        return Ok(Box::new(io::stdin()));
    }
    File::open(path)
        .map(|file| Box::new(file) as Box<dyn Read>)
        .map_err(|source| failed(path, source))
}

/// All of a file, or of standard input.
pub fn read(path: &Path) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    open(path)?
        .read_to_end(&mut bytes)
        .map_err(|source| failed(path, source))?;
    Ok(bytes)
}

/// More bytes than any key file has.
const LARGEST_KEY_FILE: u64 = 1 << 20;

/// All of a key file, or of standard input, wiped when dropped.
pub fn read_key_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, AppError> {
    // Room enough from the beginning for all that is met: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(1 << 16));
    open(path)?
        .take(LARGEST_KEY_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| failed(path, source))?;
    if bytes.len() as u64 > LARGEST_KEY_FILE {
        return Err(AppError::TooLarge {
            limit: LARGEST_KEY_FILE,
        });
    }
    Ok(bytes)
}

/// Writes a finished result: to standard output, or beside the target and then in its place.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    if is_standard(path) {
        return io::stdout()
            .write_all(bytes)
            .map_err(|source| failed(path, source));
    }
    let part = part(path);
    let written = File::create(&part)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, path));
    written.map_err(|source| {
        // The failure is what matters; the half-written file may never have been made.
        let _ = std::fs::remove_file(&part);
        failed(path, source)
    })
}

/// Writes a key or what belongs to one: in place of nothing, unless `replace`. With `secret` only the owner may read it.
pub fn write_new(path: &Path, bytes: &[u8], secret: bool, replace: bool) -> Result<(), AppError> {
    if is_standard(path) {
        return write(path, bytes);
    }
    if !replace {
        // The system refuses a file that is there, whoever made it a moment ago.
        return create(path, bytes, secret).map_err(|source| failed(path, source));
    }
    let part = part(path);
    // What an interrupted run left behind may be readable by others.
    let _ = std::fs::remove_file(&part);
    create(&part, bytes, secret)
        .and_then(|()| std::fs::rename(&part, path))
        .map_err(|source| {
            let _ = std::fs::remove_file(&part);
            failed(path, source)
        })
}

/// Makes a file that was not there, whole or not at all.
fn create(path: &Path, bytes: &[u8], secret: bool) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Made by us a moment ago, and of no use.
        let _ = std::fs::remove_file(path);
    }
    written
}

/// The file beside `path` that is written first.
fn part(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// A failure about a file, named.
pub fn failed(path: &Path, source: io::Error) -> AppError {
    AppError::File {
        path: path.display().to_string(),
        source,
    }
}
