//! Profiles: what each purpose asks of a signature, one file each in `assets/profiles`. A file of the administrator's
//! folder adds one, or takes the place of the one with its code.

use std::path::Path;

use kabinet_signature::{Form, Level, Requirements};
use kabinet_texts::Language;
use serde::Deserialize;
use thiserror::Error;

use crate::error::one;
use crate::view::{FormView, Params, ProfileView, SignatureForm, SignatureLevel, SigningChoices};
use crate::{App, AppError, environment, tools};

const EMBEDDED: [&str; 9] = [
    include_str!("../../../assets/profiles/archive.json"),
    include_str!("../../../assets/profiles/contract.json"),
    include_str!("../../../assets/profiles/file.json"),
    include_str!("../../../assets/profiles/fns.json"),
    include_str!("../../../assets/profiles/login.json"),
    include_str!("../../../assets/profiles/mchd.json"),
    include_str!("../../../assets/profiles/order.json"),
    include_str!("../../../assets/profiles/sfr.json"),
    include_str!("../../../assets/profiles/xml.json"),
];

/// Larger files are not looked into for what they are; every document of a known format is smaller.
const RECOGNISED: u64 = 64 << 20;

/// Why there are no rules of a purpose.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// No profile has this code.
    #[error("no profile {0}")]
    Unknown(String),
    /// The file of a profile is not understood.
    #[error("profile {file}")]
    Unreadable {
        /// Which.
        file: String,
    },
}

impl ProfileError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "app.no-profile",
            Self::Unreadable { .. } => "app.profile",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::Unknown(code) => one("code", code),
            Self::Unreadable { file } => one("file", file),
        }
    }
}

/// The rules of a purpose.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Profile {
    /// Stable code.
    pub code: String,
    title: Title,
    /// Origin of the rules.
    #[serde(rename = "note")]
    _note: String,
    /// Place in lists.
    order: u32,
    /// Formats of `assets/formats.json` it is chosen for by itself; a last `*` stands for anything.
    formats: Vec<String>,
    /// Forms it takes, the best first.
    forms: Vec<SignatureForm>,
    /// The level that is made.
    level: SignatureLevel,
    /// Ending of the name of a detached signature.
    #[serde(default = "usual_suffix")]
    pub(crate) suffix: String,
    #[serde(default)]
    requires: Requires,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    ru: String,
    en: String,
}

/// What is asked of a signature beside its form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Requires {
    level: SignatureLevel,
    gost: bool,
    time: bool,
    whole: bool,
    organisation: bool,
    qualified: bool,
}

fn usual_suffix() -> String {
    ".sig".to_owned()
}

/// All profiles in the order of lists: those of the program and those of `folder`.
///
/// # Errors
/// [`ProfileError::Unreadable`] names a file that is not understood.
pub fn profiles(folder: &Path) -> Result<Vec<Profile>, AppError> {
    let mut all = Vec::new();
    for text in EMBEDDED {
        all.push(read("", text.as_bytes())?);
    }
    for path in environment::files_of(folder) {
        let own = read(&path.display().to_string(), &tools::read(&path)?)?;
        all.retain(|one: &Profile| one.code != own.code);
        all.push(own);
    }
    all.sort_by(|one, other| (one.order, &one.code).cmp(&(other.order, &other.code)));
    Ok(all)
}

/// The profile with this code.
///
/// # Errors
/// [`ProfileError::Unknown`], and as [`profiles`].
pub fn profile(code: &str, folder: &Path) -> Result<Profile, AppError> {
    profiles(folder)?
        .into_iter()
        .find(|one| one.code == code)
        .ok_or_else(|| AppError::Profile(ProfileError::Unknown(code.to_owned())))
}

fn read(file: &str, json: &[u8]) -> Result<Profile, AppError> {
    let broken = || {
        AppError::Profile(ProfileError::Unreadable {
            file: file.to_owned(),
        })
    };
    let profile: Profile = serde_json::from_slice(json).map_err(|_| broken())?;
    let name_is_safe = !profile.suffix.contains(['/', '\\', '\0']) && profile.suffix.starts_with('.');
    if profile.forms.is_empty() || !name_is_safe {
        return Err(broken());
    }
    Ok(profile)
}

impl Profile {
    /// What it is called.
    #[must_use]
    pub fn title(&self, language: Language) -> &str {
        match language {
            Language::Russian => &self.title.ru,
            Language::English => &self.title.en,
        }
    }

    /// Whether the certificate must be a qualified one.
    #[must_use]
    pub fn is_qualified(&self) -> bool {
        self.requires.qualified
    }

    /// What the judge asks of a signature for this purpose.
    #[must_use]
    pub fn requirements(&self) -> Requirements {
        let has = |form| self.forms.contains(&form);
        let inside = [SignatureForm::Attached, SignatureForm::Pdf, SignatureForm::Xml];
        let mut forms = Vec::new();
        if has(SignatureForm::Detached) || has(SignatureForm::Attached) {
            forms.extend([Form::Cades, Form::Cms]);
        }
        if has(SignatureForm::Pdf) {
            forms.push(Form::Pades);
        }
        if has(SignatureForm::Xml) {
            forms.push(Form::Xades);
        }
        Requirements {
            forms,
            level: match self.requires.level {
                SignatureLevel::Basic => None,
                SignatureLevel::Timestamped => Some(Level::Timestamped),
                SignatureLevel::ExtendedLong => Some(Level::ExtendedLong),
                SignatureLevel::LongTerm => Some(Level::LongTerm),
                SignatureLevel::Archive => Some(Level::Archive),
            },
            attached: match (has(SignatureForm::Detached), inside.into_iter().any(has)) {
                (true, true) => None,
                (detached, _) => Some(!detached),
            },
            gost: self.requires.gost,
            time: self.requires.time,
            whole: self.requires.whole,
            organisation: self.requires.organisation,
        }
    }

    fn fits(&self, format: &str) -> bool {
        self.formats
            .iter()
            .any(|pattern| match pattern.strip_suffix('*') {
                Some(beginning) => format.starts_with(beginning),
                None => pattern == format,
            })
    }

    fn view(&self, possible: &[SignatureForm], language: Language) -> Option<ProfileView> {
        let forms: Vec<FormView> = self
            .forms
            .iter()
            .filter(|form| possible.contains(form))
            .map(|form| FormView {
                form: *form,
                levels: form.levels().to_vec(),
            })
            .collect();
        (!forms.is_empty()).then(|| ProfileView {
            code: self.code.clone(),
            title: self.title(language).to_owned(),
            level: self.level,
            forms,
        })
    }
}

impl App {
    /// What the file at `path` can be signed as.
    ///
    /// # Errors
    /// [`ProfileError::Unreadable`]; [`AppError::File`].
    pub async fn signing_choices(&self, path: &Path) -> Result<SigningChoices, AppError> {
        let language = self.language().into();
        let stamps = !self.time_stamp_services().await.is_empty();
        let folder = self.config().profile_dir.clone();
        let path = path.to_owned();
        crate::blocking::blocking(move || {
            let format = format_of(&path)?;
            let profiles = profiles(&folder)?;
            let mut possible = vec![SignatureForm::Detached, SignatureForm::Attached];
            match inside_of(&path)? {
                kabinet_signature::Format::Pdf => possible.push(SignatureForm::Pdf),
                kabinet_signature::Format::Xml => possible.push(SignatureForm::Xml),
                kabinet_signature::Format::Cms | kabinet_signature::Format::Asic => {}
            }
            let best = best(&profiles, &format);
            let (best, others): (Vec<_>, Vec<_>) =
                profiles.iter().enumerate().partition(|(index, _)| *index == best);
            Ok(SigningChoices {
                profiles: best
                    .into_iter()
                    .chain(others)
                    .filter_map(|(_, one)| one.view(&possible, language))
                    .collect(),
                stamps,
            })
        })
        .await
    }
}

/// The profile chosen for a format by itself: that of any file, unless one names it.
fn best(profiles: &[Profile], format: &str) -> usize {
    let named = |code: &str| profiles.iter().position(|one| one.code == code);
    let fits = profiles.iter().position(|one| one.fits(format));
    fits.or_else(|| named("file")).unwrap_or(0)
}

fn format_of(path: &Path) -> Result<String, AppError> {
    let size = std::fs::metadata(path)
        .map_err(|source| tools::file_error(path, source))?
        .len();
    if size > RECOGNISED {
        return Ok(String::new());
    }
    Ok(kabinet_formats::recognise(&tools::name(path), &tools::read(path)?).format)
}

/// What the signature of the file could be put inside of.
fn inside_of(path: &Path) -> Result<kabinet_signature::Format, AppError> {
    use std::io::Read as _;
    let mut beginning = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| {
            file.take(kabinet_signature::RECOGNISED_BY)
                .read_to_end(&mut beginning)
        })
        .map_err(|source| tools::file_error(path, source))?;
    Ok(kabinet_signature::format_of(&beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_a_profile_of_the_program() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/profiles");
        let mut files: Vec<String> = environment::files_of(&folder)
            .iter()
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let mut codes: Vec<String> = profiles(Path::new(""))
            .unwrap()
            .into_iter()
            .map(|one| one.code)
            .collect();
        codes.sort();
        assert_eq!(codes, files);
    }

    #[test]
    fn documents_find_their_profile_and_everything_else_is_any_file() {
        let profiles = profiles(Path::new("")).unwrap();
        let of = |format: &str| profiles[best(&profiles, format)].code.as_str();
        assert_eq!(
            [
                "fns.report",
                "sfr.10000000109",
                "emchd",
                "goskey.request",
                "pdf",
                "unknown",
                ""
            ]
            .map(of),
            ["fns", "sfr", "mchd", "order", "file", "file", "file"]
        );
    }

    #[test]
    fn a_new_profile_is_a_file_and_a_broken_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let text = |code: &str, suffix: &str| {
            format!(
                r#"{{"code":"{code}","title":{{"ru":"Банк","en":"Bank"}},"note":"","order":5,"formats":["zip"],
                    "forms":["attached"],"level":"basic","suffix":"{suffix}","requires":{{"gost":true}}}}"#
            )
        };
        put("bank.json", &text("bank", ".p7m"));
        put("own.json", &text("fns", ".sgn"));
        let all = profiles(folder.path()).unwrap();
        assert_eq!(all.len(), EMBEDDED.len() + 1);
        let bank = profile("bank", folder.path()).unwrap();
        assert_eq!(
            (bank.suffix.as_str(), bank.requirements().attached),
            (".p7m", Some(true))
        );
        assert_eq!(profile("fns", folder.path()).unwrap().suffix, ".sgn");
        for (text, why) in [
            (text("x", "/../../evil"), "a path in the ending"),
            (text("x", ".sig").replace("order", "ordre"), "a word not known"),
            (text("x", ".sig").replace("\"attached\"", ""), "no form"),
            (String::new(), "nothing"),
        ] {
            put("x.json", &text);
            let error = profiles(folder.path()).unwrap_err();
            assert_eq!(error.code(), "app.profile", "{why}");
            assert!(error.params()["file"].ends_with("x.json"));
        }
        assert_eq!(
            profile("none", Path::new("")).unwrap_err().code(),
            "app.no-profile"
        );
    }
}
