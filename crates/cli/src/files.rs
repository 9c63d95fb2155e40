//! Input and output by path or `-`, and output that never stays half-written.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use kabinet_app::AppError;

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

/// Writes a finished result: to standard output, or beside the target and then in its place.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    if is_standard(path) {
        return io::stdout()
            .write_all(bytes)
            .map_err(|source| failed(path, source));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = File::create(&part)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, path));
    written.map_err(|source| {
        // The failure is what matters; the half-written file may never have been made.
        let _ = std::fs::remove_file(&part);
        failed(path, source)
    })
}

/// A failure about a file, named.
pub fn failed(path: &Path, source: io::Error) -> AppError {
    AppError::File {
        path: path.display().to_string(),
        source,
    }
}
