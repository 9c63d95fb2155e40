//! Documents read back with programs we did not write.

use std::path::{Path, PathBuf};
use std::process::Command;

const NAME: &str = "document.pdf";

/// What a program says about the file; it must be content.
pub(crate) fn asked(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .arg(file)
        .output()
        .unwrap_or_else(|error| panic!("{program} is needed: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{program}: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

/// A document as others read it.
pub(crate) struct Printed {
    folder: tempfile::TempDir,
    /// The text of each page.
    pub pages: Vec<String>,
}

impl Printed {
    pub fn of(octets: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        std::fs::write(&path, octets).unwrap();
        asked("qpdf", &["--check"], &path);
        let text = Command::new("pdftotext").arg(&path).arg("-").output().unwrap();
        assert!(text.status.success() && text.stderr.is_empty(), "{text:?}");
        let text = String::from_utf8(text.stdout).unwrap();
        let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
        assert_eq!(pages.pop().as_deref(), Some(""), "pdftotext ends a page");
        Self { folder, pages }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self) -> PathBuf {
        self.folder().join(NAME)
    }

    /// Without what breaking lines adds.
    pub fn squeezed(&self) -> String {
        squeezed(&self.pages.concat())
    }
}

pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}
