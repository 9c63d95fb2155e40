//! New files beside those of the user: whole under their name or not there, and never in the place of another.

use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::view::{SignedFile, VerificationReport};
use crate::{AppError, tools};

/// Names tried before giving up; more results of one file are a mistake.
const NAMES: u32 = 1000;

/// A file beside `path` that goes away unless it is given a name; with the rights of an ordinary new file.
pub(crate) fn draft_beside(path: &Path) -> Result<NamedTempFile, AppError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kabinet-");
    #[cfg(unix)]
    let builder = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    builder
        .tempfile_in(folder)
        .map_err(|source| tools::file_error(folder, source))
}

/// A signed file that was written, and its judgement.
#[derive(Clone, Debug)]
pub struct Written {
    /// The file, and after it the one it signs where that is another: what is verified when it is verified again.
    pub files: Vec<PathBuf>,
    /// For the screen.
    pub signed: SignedFile,
    /// With its material.
    pub report: VerificationReport,
}

impl Written {
    pub(crate) fn new(target: PathBuf, content: Option<PathBuf>, report: VerificationReport) -> Self {
        Self {
            signed: SignedFile::of(&target, &report),
            files: std::iter::once(target).chain(content).collect(),
            report,
        }
    }
}

/// What a new file is called: `stem` and `ending`, with a number between them when the name is taken.
pub(crate) struct Names {
    pub(crate) folder: PathBuf,
    pub(crate) stem: String,
    pub(crate) ending: String,
}

impl Names {
    /// Names of another version of the file at `path`.
    pub(crate) fn again(path: &Path) -> Self {
        let name = tools::name(path);
        let (stem, ending) = parts(&name);
        let stem = without_number(stem);
        Self {
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            stem: stem.to_owned(),
            ending,
        }
    }

    /// Gives the draft the first free name: `X.sig`, `X (2).sig` and so on.
    pub(crate) fn place(&self, draft: NamedTempFile) -> Result<PathBuf, AppError> {
        let mut draft = draft;
        for number in 1..=NAMES {
            let name = match number {
                1 => format!("{}{}", self.stem, self.ending),
                _ => format!("{} ({number}){}", self.stem, self.ending),
            };
            let target = self.folder.join(name);
            draft = match draft.persist_noclobber(&target) {
                Ok(_) => return Ok(target),
                Err(failed) if failed.error.kind() == std::io::ErrorKind::AlreadyExists => failed.file,
                Err(failed) => return Err(tools::file_error(&target, failed.error)),
            };
        }
        Err(tools::file_error(
            &self.folder,
            std::io::ErrorKind::AlreadyExists.into(),
        ))
    }
}

/// A name before its ending, and the ending with its dot.
pub(crate) fn parts(name: &str) -> (&str, String) {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    }
}

/// `X (2)` is one more of `X`.
pub(crate) fn without_number(stem: &str) -> &str {
    stem.strip_suffix(')')
        .and_then(|rest| rest.rsplit_once(" ("))
        .filter(|(before, number)| !before.is_empty() && number.parse::<u32>().is_ok())
        .map_or(stem, |(before, _)| before)
}
