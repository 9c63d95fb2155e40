//! The archive an order is sent as: flat, and the same bytes for the same files.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Cursor, Seek, Write};

use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::Content;

/// A file of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFile {
    /// Name without a folder; at most 255 bytes in UTF-8.
    pub name: String,
    /// Its content.
    pub content: Content,
}

impl ArchiveFile {
    /// A file.
    pub fn new(name: impl Into<String>, content: impl Into<Content>) -> Self {
        Self {
            name: name.into(),
            content: content.into(),
        }
    }

    /// The detached signature of the file `of`, named as the portal expects it: `<name>.sig`.
    pub fn signature(of: &str, der: Vec<u8>) -> Self {
        Self::new(format!("{of}.sig"), der)
    }
}

/// Why there is no archive.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ArchiveError {
    /// No files.
    #[error("nothing to pack")]
    Empty,
    /// A name with a folder, a control character, or none at all.
    #[error("{name:?} cannot be a name in the archive")]
    Name {
        /// The name.
        name: String,
    },
    /// Two files with one name; letter case does not make a difference where the archive is unpacked.
    #[error("{name:?} occurs twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A file could not be read, or the archive not written.
    #[error("{name:?}: {kind}")]
    File {
        /// The file being packed; empty for the archive itself.
        name: String,
        /// What the operating system said.
        kind: io::ErrorKind,
    },
}

impl ArchiveError {
    /// Stable code; the user's text stands under `errors.<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "portal.archive.empty",
            Self::Name { .. } => "portal.archive.name",
            Self::Duplicate { .. } => "portal.archive.duplicate",
            Self::File { .. } => "portal.archive.file",
        }
    }

    /// Values for the gaps of the text.
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Empty => BTreeMap::new(),
            Self::Name { name } | Self::Duplicate { name } => BTreeMap::from([("name", name.clone())]),
            Self::File { name, kind } => BTreeMap::from([("name", name.clone()), ("kind", kind.to_string())]),
        }
    }
}

/// Packs into memory.
///
/// # Errors
/// [`ArchiveError`]; then nothing is left behind.
pub fn build(files: &[ArchiveFile]) -> Result<Vec<u8>, ArchiveError> {
    let mut archive = Cursor::new(Vec::new());
    write(files, &mut archive)?;
    Ok(archive.into_inner())
}

/// Packs into `target`, in the order given, reading one file at a time. Names are judged before anything is
/// written; when a file fails later, `target` holds half an archive.
///
/// # Errors
/// [`ArchiveError`].
pub fn write(files: &[ArchiveFile], target: &mut (impl Write + Seek)) -> Result<(), ArchiveError> {
    check_names(files)?;
    // No time of packing, no rights, no system: nothing but names and content shows.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(target).set_auto_large_file();
    for file in files {
        let failed = |error: io::Error| ArchiveError::File {
            name: file.name.clone(),
            kind: error.kind(),
        };
        archive
            .start_file(file.name.as_str(), options)
            .map_err(|error| failed(error.into()))?;
        let mut reader = file.content.reader().map_err(failed)?;
        io::copy(&mut reader, &mut archive).map_err(failed)?;
    }
    archive.finish().map_err(|error| ArchiveError::File {
        name: String::new(),
        kind: io::Error::from(error).kind(),
    })?;
    Ok(())
}

fn check_names(files: &[ArchiveFile]) -> Result<(), ArchiveError> {
    if files.is_empty() {
        return Err(ArchiveError::Empty);
    }
    let mut seen = HashSet::new();
    for ArchiveFile { name, .. } in files {
        let forbidden = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
        let bad = name.trim() != name
            || name.is_empty()
            || name.len() > 255
            || name.chars().any(forbidden)
            || name.chars().all(|c| c == '.');
        if bad {
            return Err(ArchiveError::Name { name: name.clone() });
        }
        if !seen.insert(name.to_lowercase()) {
            return Err(ArchiveError::Duplicate { name: name.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_the_folder_are_refused() {
        for name in [
            "",
            ".",
            "..",
            "a/b.xml",
            "..\\b.xml",
            "/etc/passwd",
            "C:b.xml",
            "a\nb",
            " a.xml",
            "a\0",
        ] {
            let files = [ArchiveFile::new(name, vec![1])];
            assert_eq!(
                build(&files).unwrap_err(),
                ArchiveError::Name {
                    name: name.to_owned()
                }
            );
        }
        let long = "ж".repeat(128);
        assert_eq!(
            build(&[ArchiveFile::new(long.clone(), vec![1])])
                .unwrap_err()
                .code(),
            "portal.archive.name"
        );
    }

    #[test]
    fn names_differing_in_case_alone_collide() {
        let files = [
            ArchiveFile::new("Req.xml", vec![1]),
            ArchiveFile::new("req.XML", vec![2]),
        ];
        assert_eq!(
            build(&files).unwrap_err(),
            ArchiveError::Duplicate {
                name: "req.XML".to_owned()
            }
        );
    }

    #[test]
    fn an_archive_of_nothing_is_refused() {
        assert_eq!(build(&[]).unwrap_err(), ArchiveError::Empty);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let files = [ArchiveFile::new(
            "req.xml",
            std::path::PathBuf::from("/nonexistent/req.xml"),
        )];
        let expected = ArchiveError::File {
            name: "req.xml".to_owned(),
            kind: io::ErrorKind::NotFound,
        };
        assert_eq!(build(&files).unwrap_err(), expected);
    }

    #[test]
    fn the_same_files_make_the_same_bytes() {
        let files = [
            ArchiveFile::new("req.xml", b"<a/>".to_vec()),
            ArchiveFile::signature("req.xml", vec![48, 0]),
        ];
        assert_eq!(build(&files).unwrap(), build(&files).unwrap());
    }
}
