//! Which of two files is the signature, and where the other half of a lone file lies.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::beside::without_number;

/// Endings of detached signatures, as the programs of this country write them, most usual first.
const ENDINGS: [&str; 6] = ["sig", "p7s", "sgn", "sign", "p7m", "p7"];
/// Longest base64 head that is looked at to tell a signature from its content, octets.
const HEAD: usize = 64;

/// A signature and what it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The signature, or the signed file.
    pub signed: PathBuf,
    /// What it signs, when that lies beside it.
    pub content: Option<PathBuf>,
}

impl Pair {
    /// What to verify when these files were given: one, whose other half is looked for beside it by its name, or two,
    /// one of which signs the other. `None` when none was given.
    #[must_use]
    pub fn of(files: &[PathBuf]) -> Option<Self> {
        match files {
            [] => None,
            [one] => Some(Self::beside(one)),
            [first, second, ..] => {
                let swapped = !is_signature(first) && (is_signature(second) || is_named_after(second, first));
                let (signed, content) = if swapped { (second, first) } else { (first, second) };
                Some(Self {
                    signed: signed.clone(),
                    content: Some(content.clone()),
                })
            }
        }
    }

    fn beside(file: &Path) -> Self {
        if is_signature(file) {
            return Self {
                signed: file.to_owned(),
                content: content_of(file),
            };
        }
        match signature_of(file) {
            Some(signature) => Self {
                signed: signature,
                content: Some(file.to_owned()),
            },
            None => Self {
                signed: file.to_owned(),
                content: None,
            },
        }
    }
}

/// `X.sig` signs `X`; so do `X (2).sig` and `X.bin.sig` where `X.bin` is not there.
fn content_of(signature: &Path) -> Option<PathBuf> {
    let stem = PathBuf::from(signature.file_stem()?);
    let mut names = vec![stem.clone()];
    names.extend(stem.to_str().map(without_number).map(PathBuf::from));
    names.extend(
        stem.extension()
            .is_some_and(|ending| ending == "bin")
            .then(|| stem.with_extension("")),
    );
    names
        .into_iter()
        .filter(|name| !name.as_os_str().is_empty())
        .map(|name| signature.with_file_name(name))
        .find(|path| path != signature && path.is_file())
}

fn signature_of(content: &Path) -> Option<PathBuf> {
    let name = content.file_name()?;
    let named = |middle: &str, ending: &str| {
        let mut name = name.to_owned();
        name.push(middle);
        name.push(".");
        name.push(ending);
        content.with_file_name(name)
    };
    ["", ".bin"]
        .into_iter()
        .flat_map(|middle| ENDINGS.into_iter().map(move |ending| named(middle, ending)))
        .find(|path| path.is_file())
}

/// The ending says so. What has no such ending may still be signed inside: XML, PDF, containers.
fn is_signature(file: &Path) -> bool {
    let ending = file
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
        || (file.extension().is_none() && looks_like_cms(file))
}

/// SEQUENCE { OID signedData } (RFC 5652 §3, §5.1), binary or PEM.
fn looks_like_cms(file: &Path) -> bool {
    const SIGNED_DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    let mut head = [0; HEAD];
    let Ok(count) = std::fs::File::open(file).and_then(|mut file| file.read(&mut head)) else {
        return false;
    };
    let head = &head[..count];
    head.starts_with(b"-----BEGIN CMS") || head.starts_with(b"-----BEGIN PKCS7") || {
        head.first() == Some(&0x30)
            && head
                .windows(SIGNED_DATA.len())
                .any(|window| window == SIGNED_DATA)
    }
}

fn is_named_after(signature: &Path, content: &Path) -> bool {
    match (signature.file_name(), content.file_name()) {
        (Some(signature), Some(content)) => signature
            .to_string_lossy()
            .strip_prefix(&*content.to_string_lossy())
            .is_some_and(|rest| rest.starts_with('.')),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(folder.path().join(name), b"x").unwrap();
        }
        folder
    }

    fn pair(folder: &tempfile::TempDir, given: &[&str]) -> (String, Option<String>) {
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let files: Vec<PathBuf> = given.iter().map(|name| folder.path().join(name)).collect();
        let pair = Pair::of(&files).unwrap();
        (name(&pair.signed), pair.content.as_deref().map(name))
    }

    #[test]
    fn either_half_finds_the_other() {
        for (content, signature) in [
            ("акт.pdf", "акт.pdf.sig"),
            ("акт.pdf", "акт.pdf.p7s"),
            ("акт.xml", "акт.xml.SGN"),
            ("акт.pdf", "акт.pdf.bin.sig"),
            ("акт.pdf", "акт.pdf (2).sig"),
        ] {
            let folder = folder(&[content, signature]);
            let both = (signature.to_owned(), Some(content.to_owned()));
            assert_eq!(pair(&folder, &[signature]), both);
            assert_eq!(pair(&folder, &[content, signature]), both);
            assert_eq!(pair(&folder, &[signature, content]), both);
        }
        let folder = folder(&["акт.pdf", "акт.pdf.sig"]);
        assert_eq!(
            pair(&folder, &["акт.pdf"]),
            ("акт.pdf.sig".to_owned(), Some("акт.pdf".to_owned()))
        );
    }

    #[test]
    fn a_lone_file_stays_alone() {
        let folder = folder(&["акт.pdf.sig", "письмо.pdf", ".sig"]);
        assert_eq!(pair(&folder, &["акт.pdf.sig"]), ("акт.pdf.sig".to_owned(), None));
        assert_eq!(pair(&folder, &["письмо.pdf"]), ("письмо.pdf".to_owned(), None));
        assert_eq!(pair(&folder, &[".sig"]), (".sig".to_owned(), None));
        assert_eq!(Pair::of(&[]), None);
    }
}
