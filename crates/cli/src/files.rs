//! Input and output by path or `-`, and output that never stays half-written.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use kabinet_app::AppError;
use kabinet_app::sign_streams::Place;
use zeroize::Zeroizing;

/// Whether the path stands for standard input or output.
pub fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a file, or standard input.
pub fn open(path: &Path) -> Result<Box<dyn Read + Send>, AppError> {
    if is_standard(path) {
        return Ok(Box::new(io::stdin()));
    }
    File::open(path)
        .map(|file| Box::new(file) as Box<dyn Read + Send>)
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

/// Length of a file; unknown for standard input and pipes.
pub fn length(path: &Path) -> Option<u64> {
    std::fs::metadata(path)
        .ok()
        .filter(std::fs::Metadata::is_file)
        .map(|metadata| metadata.len())
}

/// Content to read once, opened when it is and closed at its end: of many files few are open at a time.
pub struct Content {
    path: PathBuf,
    reader: Option<Box<dyn Read + Send>>,
    ended: bool,
}

impl Content {
    /// # Errors
    /// [`AppError::File`] when it cannot be opened; it is tried at once.
    pub fn new(path: &Path) -> Result<Self, AppError> {
        // Standard input cannot be opened twice, and a pipe neither.
        let reader = Some(open(path)?).filter(|_| length(path).is_none());
        Ok(Self {
            path: path.to_owned(),
            reader,
            ended: false,
        })
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(Box::new(File::open(&self.path)?)),
        };
        let count = reader.read(buffer)?;
        if count == 0 && !buffer.is_empty() {
            (self.reader, self.ended) = (None, true);
        }
        Ok(count)
    }
}

/// A result being written: to standard output, or beside the target and then in its place.
pub struct Target {
    path: PathBuf,
    /// Open from the first byte on: of many targets few are open at a time.
    file: Option<File>,
    written: u64,
    finished: bool,
}

impl Target {
    pub fn new(path: &Path) -> Result<Self, AppError> {
        if !is_standard(path) {
            // A folder that cannot be written is told before anything is done.
            File::create(part(path)).map_err(|source| failed(path, source))?;
        }
        Ok(Self {
            path: path.to_owned(),
            file: None,
            written: 0,
            finished: false,
        })
    }

    /// Octets written so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    fn part(&mut self) -> io::Result<&mut File> {
        match &mut self.file {
            Some(file) => Ok(file),
            none => Ok(none.insert(File::options().append(true).open(part(&self.path))?)),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = if is_standard(&self.path) {
            io::stdout().write(bytes)?
        } else {
            self.part()?.write(bytes)?
        };
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.file {
            Some(file) => file.flush(),
            None => io::stdout().flush(),
        }
    }
}

impl Place for Target {
    fn keep(&mut self) -> Result<(), AppError> {
        if !is_standard(&self.path) {
            self.part()
                .and_then(|file| file.sync_all())
                .and_then(|()| std::fs::rename(part(&self.path), &self.path))
                .map_err(|source| failed(&self.path, source))?;
        }
        self.file = None;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if !self.finished && !is_standard(&self.path) {
            // Half-written and of no use.
            let _ = std::fs::remove_file(part(&self.path));
        }
    }
}

/// Writes a finished result: to standard output, or beside the target and then in its place.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    let mut target = Target::new(path)?;
    target.write_all(bytes).map_err(|source| failed(path, source))?;
    target.keep()
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
