//! Schemas: those compiled into the program, and a folder of the user's that takes over.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;

include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// Largest schema file that is read from the folder, in bytes.
const MAX_FILE: u64 = 8 * 1024 * 1024;
/// Most files that are read from the folder.
const MAX_FILES: usize = 1000;
/// Deepest folder below it that is looked into.
const MAX_DEPTH: usize = 8;

/// Schema files by their path inside the pack, `/` between the parts.
#[derive(Clone, Debug)]
pub struct SchemaPack {
    files: BTreeMap<String, Cow<'static, [u8]>>,
    /// Files that came from the folder.
    own: Vec<String>,
}

/// Why a folder of schemas could not be read.
#[derive(Debug, Error)]
pub enum PackError {
    /// The file system refused.
    #[error("cannot read {path}")]
    Io {
        /// File or folder.
        path: PathBuf,
        /// Reason.
        source: io::Error,
    },
    /// A file above the limit.
    #[error("{path} is too large for a schema")]
    TooLarge {
        /// File.
        path: PathBuf,
    },
    /// More files than a folder of schemas can have.
    #[error("too many files")]
    TooMany,
}

impl PackError {
    /// Stable code for the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "schemas.unreadable",
            Self::TooLarge { .. } => "schemas.too-large",
            Self::TooMany => "schemas.too-many",
        }
    }
}

impl SchemaPack {
    /// The schemas compiled into the program.
    pub fn embedded() -> Self {
        let files = EMBEDDED
            .iter()
            .map(|(name, bytes)| ((*name).to_owned(), Cow::Borrowed(*bytes)))
            .collect();
        Self {
            files,
            own: Vec::new(),
        }
    }

    /// The embedded schemas, with the `.xsd` files of `folder` in place of those with the same path. Reads the
    /// folder once; later changes are not seen. A folder that does not exist counts as empty.
    ///
    /// # Errors
    /// [`PackError`]; nothing is taken over by half.
    pub fn with_folder(folder: &Path) -> Result<Self, PackError> {
        let mut pack = Self::embedded();
        if folder.exists() {
            pack.read(folder, "", 0)?;
        }
        Ok(pack)
    }

    fn read(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), PackError> {
        let io = |source| PackError::Io {
            path: folder.to_owned(),
            source,
        };
        for entry in fs::read_dir(folder).map_err(io)? {
            let entry = entry.map_err(io)?;
            let path = entry.path();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let io = |source| PackError::Io {
                path: path.clone(),
                source,
            };
            // Links are not followed: the folder is the limit.
            let kind = entry.file_type().map_err(io)?;
            if kind.is_dir() && depth < MAX_DEPTH {
                self.read(&path, &format!("{name}/"), depth + 1)?;
            } else if kind.is_file() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xsd")) {
                if entry.metadata().map_err(io)?.len() > MAX_FILE {
                    return Err(PackError::TooLarge { path });
                }
                if self.own.len() >= MAX_FILES {
                    return Err(PackError::TooMany);
                }
                self.files
                    .insert(name.clone(), Cow::Owned(fs::read(&path).map_err(io)?));
                self.own.push(name);
            }
        }
        Ok(())
    }

    /// Bytes of a file.
    pub(crate) fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(AsRef::as_ref)
    }

    /// Finds what a schema at `from` means by `location`: the path relative to it, else the same file name in the
    /// same folder or below it (published sets are often flattened, and their `../..` lead nowhere).
    pub(crate) fn resolve(&self, from: &str, location: &str) -> Option<&str> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in location.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        let exact = parts.join("/");
        if let Some((name, _)) = self.files.get_key_value(&exact) {
            return Some(name);
        }
        let file = location.rsplit('/').next()?;
        let inside = |name: &&String| name.starts_with(folder) && name.rsplit('/').next() == Some(file);
        self.files.keys().find(inside).map(String::as_str)
    }

    /// Schema of the user's folder whose file name begins so.
    pub(crate) fn own_named(&self, start: &str) -> Option<&str> {
        let mut own = self.own.iter().map(String::as_str);
        own.find(|name| {
            name.rsplit('/')
                .next()
                .is_some_and(|file| file.starts_with(start))
        })
    }

    /// Schema of the user's folder for a ФНС report: its file name starts with `prefix`, its text names the version.
    pub(crate) fn report_schema(&self, prefix: &str, knd: &str, version: &str) -> Option<&str> {
        self.own.iter().map(String::as_str).find(|name| {
            let file = name.rsplit('/').next().unwrap_or(name);
            file.strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with('_'))
                && self
                    .file(name)
                    .and_then(|bytes| crate::decode::decode(bytes).ok())
                    .is_some_and(|text| {
                        [knd, version]
                            .iter()
                            .all(|value| text.content.contains(&format!("value=\"{value}\"")))
                    })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_replaces_single_files_and_adds_new_ones() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("fns")).unwrap();
        let name = "fns/ON_AKTSVEROTP_1_972_01_05_01_01.xsd";
        fs::write(folder.path().join(name), "<own/>").unwrap();
        fs::write(
            folder.path().join("NO_NDS_1_001_00_05_11_01.xsd"),
            "value=\"1151001\" value=\"5.11\"",
        )
        .unwrap();
        fs::write(folder.path().join("readme.txt"), "x").unwrap();
        let pack = SchemaPack::with_folder(folder.path()).unwrap();
        assert_eq!(pack.file(name), Some(&b"<own/>"[..]));
        assert_eq!(
            pack.report_schema("NO_NDS", "1151001", "5.11"),
            Some("NO_NDS_1_001_00_05_11_01.xsd")
        );
        assert_eq!(pack.report_schema("NO_NDS", "1151001", "5.10"), None);
        assert_eq!(pack.report_schema("NO_ND", "1151001", "5.11"), None);
        assert_eq!(pack.file("readme.txt"), None);
    }

    #[test]
    fn a_missing_folder_is_no_error_and_a_huge_file_is() {
        let folder = tempfile::tempdir().unwrap();
        assert!(SchemaPack::with_folder(&folder.path().join("none")).is_ok());
        let file = fs::File::create(folder.path().join("big.xsd")).unwrap();
        file.set_len(MAX_FILE + 1).unwrap();
        assert!(matches!(
            SchemaPack::with_folder(folder.path()),
            Err(PackError::TooLarge { .. })
        ));
    }

    #[test]
    fn locations_are_resolved_inside_the_pack_only() {
        let pack = SchemaPack::embedded();
        let from = "sfr/10000000109/schemas.xsd";
        assert_eq!(
            pack.resolve(from, "commons/cmv-types-1.0.1.xsd"),
            Some("sfr/10000000109/commons/cmv-types-1.0.1.xsd")
        );
        assert_eq!(
            pack.resolve(from, "../../ТипыОбщие.xsd"),
            Some("sfr/10000000109/ТипыОбщие.xsd")
        );
        assert_eq!(pack.resolve(from, "/etc/passwd"), None);
        assert_eq!(pack.resolve(from, "../../../../etc/passwd"), None);
    }
}
