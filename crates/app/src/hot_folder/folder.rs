//! The folder itself: which files are complete, and which of them belong together.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::take::{PROCESSED, REJECTED};
use crate::AppError;
use crate::blocking::blocking;
use crate::tools::{file_error, name};
use crate::view::UiError;

/// How long a file has to stay as it is before it counts as complete.
const SETTLES: Duration = Duration::from_secs(2);
/// How long a signature waits for the file it signs.
const PARTNER: Duration = Duration::from_secs(30);
/// Files looked at in one look; the rest has its turn in the next.
const AT_ONCE: usize = 200;
/// Endings of names that say a file is not complete yet.
const UNFINISHED: [&str; 4] = ["tmp", "part", "partial", "crdownload"];
/// Endings of detached signatures.
const SIGNATURES: [&str; 3] = [".sig", ".p7s", ".sgn"];

/// What was seen in earlier looks.
#[derive(Default)]
pub(crate) struct Looks {
    seen: HashMap<PathBuf, Seen>,
    pub(super) problem: Option<UiError>,
}

struct Seen {
    size: u64,
    modified: Option<SystemTime>,
    first: Instant,
    since: Instant,
}

/// Files that are settled together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) file: PathBuf,
    /// Its detached signature.
    pub(super) signature: Option<PathBuf>,
    /// A signature whose file has not come.
    pub(super) alone: bool,
}

impl Looks {
    /// Looks once more; answers what is complete.
    pub(super) async fn look(&mut self, folder: &Path) -> Result<Vec<Group>, AppError> {
        let path = folder.to_owned();
        let found = blocking(move || list(&path)).await?;
        let now = Instant::now();
        self.seen
            .retain(|path, _| found.iter().any(|(other, _, _)| other == path));
        let mut complete = Vec::new();
        for (path, size, modified) in &found {
            let seen = self.seen.entry(path.clone()).or_insert(Seen {
                size: *size,
                modified: *modified,
                first: now,
                since: now,
            });
            if (seen.size, seen.modified) != (*size, *modified) {
                (seen.size, seen.modified, seen.since) = (*size, *modified, now);
            }
            // An empty file is one whose content has not come yet.
            if *size > 0 && now - seen.since >= SETTLES {
                complete.push(path.clone());
            }
        }
        let complete = blocking(move || {
            Ok(complete
                .into_iter()
                .filter(|path| is_free(path))
                .collect::<Vec<_>>())
        })
        .await?;
        let waited = |path: &Path| {
            self.seen
                .get(path)
                .is_some_and(|seen| now - seen.first >= PARTNER)
        };
        let present: Vec<&Path> = found.iter().map(|(path, _, _)| path.as_path()).collect();
        Ok(groups(&complete, &present, waited))
    }
}

fn list(folder: &Path) -> Result<Vec<(PathBuf, u64, Option<SystemTime>)>, AppError> {
    let failed = |error| file_error(folder, error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        // Links lead elsewhere, and what vanished meanwhile is no failure.
        let Ok(facts) = fs::symlink_metadata(&path) else {
            continue;
        };
        if facts.is_file() && !is_unfinished(&name(&path)) {
            found.push((path, facts.len(), facts.modified().ok()));
        }
    }
    // In an order that does not depend on the disk.
    found.sort();
    found.truncate(AT_ONCE);
    Ok(found)
}

/// Hidden files, lock files of office programs and half-written downloads.
fn is_unfinished(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    name.starts_with('.')
        || name.starts_with("~$")
        || UNFINISHED
            .iter()
            .any(|unfinished| ending.eq_ignore_ascii_case(unfinished))
}

/// Pairs every signature with its file; what waits for its other half is left out.
fn groups(complete: &[PathBuf], present: &[&Path], waited: impl Fn(&Path) -> bool) -> Vec<Group> {
    let signature_of = |path: &Path| -> Option<PathBuf> {
        let name = name(path);
        let length = name.len();
        SIGNATURES
            .iter()
            .find(|ending| length > ending.len() && name.to_lowercase().ends_with(*ending))
            .map(|ending| path.with_file_name(&name[..length - ending.len()]))
    };
    let mut groups = Vec::new();
    for path in complete {
        let group = |signature: Option<&PathBuf>, alone| Group {
            file: path.clone(),
            signature: signature.cloned(),
            alone,
        };
        if let Some(signed) = signature_of(path) {
            let came = present.contains(&signed.as_path());
            if !came && waited(path) {
                groups.push(group(None, true));
            }
            continue;
        }
        let signature = present
            .iter()
            .find(|other| signature_of(other).as_deref() == Some(path.as_path()));
        match signature {
            None => groups.push(group(None, false)),
            Some(signature) => {
                if let Some(signature) = complete.iter().find(|other| other.as_path() == *signature) {
                    groups.push(group(Some(signature), false));
                }
            }
        }
    }
    groups
}

/// Whether nobody is writing to the file: no lock is held on it, and no program has it open for writing.
fn is_free(path: &Path) -> bool {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, 0);
    let Ok(file) = options.open(path) else {
        return false;
    };
    if matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)) {
        return false;
    }
    !is_open_for_writing(path)
}

/// Asks /proc about the programs of this user; those of others, and of other computers, are known by their pauses only.
#[cfg(target_os = "linux")]
fn is_open_for_writing(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    /// `O_WRONLY` and `O_RDWR` of open(2), in the octal word of proc_pid_fdinfo(5).
    const WRITES: u32 = 0o3;
    let Ok(wanted) = fs::metadata(path) else {
        return false;
    };
    let folders = |path: PathBuf| {
        fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
    };
    let is_process = |path: &PathBuf| name(path).bytes().all(|byte| byte.is_ascii_digit());
    folders("/proc".into()).filter(is_process).any(|process| {
        folders(process.join("fd")).any(|opened| {
            let same = fs::metadata(&opened)
                .is_ok_and(|facts| (facts.dev(), facts.ino()) == (wanted.dev(), wanted.ino()));
            same && fs::read_to_string(process.join("fdinfo").join(name(&opened)))
                .ok()
                .and_then(|info| {
                    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
                    u32::from_str_radix(flags.trim(), 8).ok()
                })
                .is_some_and(|flags| flags & WRITES != 0)
        })
    })
}

#[cfg(not(target_os = "linux"))]
fn is_open_for_writing(_: &Path) -> bool {
    false
}

/// Makes sure that the folder and those inside it can be written to; answers its true path.
pub(super) fn prepare(folder: &Path) -> Result<PathBuf, AppError> {
    let folder = fs::canonicalize(folder).map_err(|error| file_error(folder, error))?;
    for inner in [PROCESSED, REJECTED] {
        let inner = folder.join(inner);
        fs::create_dir_all(&inner).map_err(|error| file_error(&inner, error))?;
        tempfile::tempfile_in(&inner).map_err(|error| file_error(&inner, error))?;
    }
    Ok(folder)
}

/// Whether one lies inside the other, or they are one.
pub(super) fn overlap(one: &Path, other: &Path) -> bool {
    let other = fs::canonicalize(other).unwrap_or_else(|_| other.to_owned());
    one.starts_with(&other) || other.starts_with(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(complete: &[&str], present: &[&str], waited: bool) -> Vec<String> {
        let paths: Vec<PathBuf> = complete.iter().map(PathBuf::from).collect();
        let present: Vec<&Path> = present.iter().map(Path::new).collect();
        let told = |group: Group| {
            let signature = group.signature.map(|path| format!("+{}", path.display()));
            let alone = if group.alone { "!" } else { "" };
            format!("{}{}{alone}", group.file.display(), signature.unwrap_or_default())
        };
        groups(&paths, &present, |_| waited)
            .into_iter()
            .map(told)
            .collect()
    }

    #[test]
    fn a_file_and_its_signature_go_together_or_wait() {
        let all = ["a.xml", "a.xml.sig", "b.pdf", "c.xml", "c.xml.P7S", "d.sgn"];
        assert_eq!(
            names(&all, &all, false),
            ["a.xml+a.xml.sig", "b.pdf", "c.xml+c.xml.P7S"],
            "the last still waits"
        );
        assert_eq!(
            names(&["a.xml"], &["a.xml", "a.xml.sig"], false),
            Vec::<String>::new()
        );
        assert_eq!(
            names(&["a.xml.sig"], &["a.xml", "a.xml.sig"], true),
            Vec::<String>::new()
        );
        assert_eq!(names(&["d.sgn"], &["d.sgn"], true), ["d.sgn!"]);
        assert_eq!(names(&[".sig"], &[".sig"], true), [".sig"]);
    }

    #[test]
    fn half_written_files_are_known_by_their_names() {
        for name in [".a.xml", "~$письмо.docx", "a.xml.part", "A.TMP"] {
            assert!(is_unfinished(name), "{name}");
        }
        for name in ["a.xml", "tmp", "part.xml", "выгрузка"] {
            assert!(!is_unfinished(name), "{name}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_somebody_writes_to_is_not_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xml");
        fs::write(&path, "<a/>").unwrap();
        assert!(is_free(&path));
        let reader = fs::File::open(&path).unwrap();
        assert!(is_free(&path), "reading does not matter");
        reader.lock().unwrap();
        assert!(!is_free(&path));
        drop(reader);
        let mut child = std::process::Command::new("sh")
            .arg("-c")
            .arg("exec 3>>\"$0\"; echo; read _")
            .arg(&path)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut [0; 1]).unwrap();
        assert!(!is_free(&path), "another program has it open");
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(is_free(&path));
    }
}
