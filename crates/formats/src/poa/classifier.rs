//! The classifier of powers, templates by role and what documents demand: data of `assets/poa`, which a folder of the
//! user's can replace file by file, as with schemas.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, io};

use kabinet_domain::poa::{Power, PowerOfAttorney, Powers};
use kabinet_domain::requisites;
use rust_stemmers::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::form::value::money;

const POWERS: &str = include_str!("../../../../assets/poa/powers.json");
const TEMPLATES: &str = include_str!("../../../../assets/poa/templates.json");
const REQUIREMENTS: &str = include_str!("../../../../assets/poa/requirements.json");
/// Largest file that is read from the folder, in bytes.
const MAX_FILE: u64 = 16 * 1024 * 1024;

/// Powers, templates and requirements.
#[derive(Clone, Debug)]
pub struct Classifier {
    powers: Vec<KnownPower>,
    templates: Vec<Template>,
    requirements: BTreeMap<String, Vec<String>>,
}

/// A power of the classifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KnownPower {
    /// `КодПолн`: opaque.
    pub code: String,
    /// `МнПолн`.
    pub mnemonic: Option<String>,
    /// `НаимПолн`.
    pub name: String,
    /// Heading it stands under.
    pub group: String,
    /// In plain words: what somebody with this power can do.
    pub explanation: String,
    /// The code was seen in public; the others were made up for the demo.
    #[serde(default)]
    pub seen: bool,
    /// Limits that fit it.
    #[serde(default)]
    pub restrictions: Vec<KnownRestriction>,
}

/// A limit that fits a power.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KnownRestriction {
    /// `КодОгр`.
    pub code: String,
    /// `НаимОгр`.
    pub name: String,
    /// What there is to choose from: code and name; anything when empty.
    #[serde(default)]
    pub values: Vec<(String, String)>,
    /// What a value that is typed has to be.
    #[serde(default)]
    pub kind: RestrictionKind,
}

/// What a value of a limit is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestrictionKind {
    /// Anything.
    #[default]
    Text,
    /// Roubles and kopecks.
    Money,
    /// ИНН of an organisation or a person.
    Inn,
    /// Digits.
    Digits,
}

impl RestrictionKind {
    /// Whether a typed value is one.
    #[must_use]
    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Money => money(text).is_some(),
            Self::Inn => {
                requisites::check(requisites::Kind::Inn, text, requisites::Context::default()).is_ok()
            }
            Self::Digits => text.bytes().all(|one| one.is_ascii_digit()),
        }
    }

    /// Code of the problem of a value that is none.
    pub(super) fn complaint(self) -> &'static str {
        match self {
            Self::Text | Self::Digits => "poa.limit-digits",
            Self::Money => "form.money",
            Self::Inn => "poa.limit-inn",
        }
    }
}

/// Powers that one role needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// Code.
    pub code: String,
    /// The role.
    pub name: String,
    /// What it is for, in a sentence.
    pub explanation: String,
    /// Codes of powers.
    pub powers: Vec<String>,
}

/// Why a folder of replacements could not be read.
#[derive(Debug, Error)]
pub enum ClassifierError {
    /// The file system refused.
    #[error("cannot read {path}")]
    Io {
        /// File.
        path: PathBuf,
        /// Reason.
        source: io::Error,
    },
    /// A file above 16 MiB.
    #[error("{path} is too large")]
    TooLarge {
        /// File.
        path: PathBuf,
    },
    /// Not what `assets/poa/README.md` describes.
    #[error("{path} is not as it should be")]
    Malformed {
        /// File.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
}

impl ClassifierError {
    /// Stable code for the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "classifier.unreadable",
            Self::TooLarge { .. } => "classifier.too-large",
            Self::Malformed { .. } => "classifier.malformed",
        }
    }
}

#[derive(Deserialize)]
struct Noted<T> {
    #[serde(rename = "note")]
    _note: Option<String>,
    #[serde(flatten)]
    body: T,
}

#[derive(Deserialize)]
struct PowersFile {
    powers: Vec<KnownPower>,
}

#[derive(Deserialize)]
struct TemplatesFile {
    templates: Vec<Template>,
}

#[derive(Deserialize)]
struct RequirementsFile {
    requirements: BTreeMap<String, Vec<String>>,
}

static EMBEDDED: LazyLock<Classifier> = LazyLock::new(|| {
    // The files are part of the program and a test reads them: a mistake in one cannot reach a user.
    #[allow(clippy::expect_used)]
    Classifier::of(POWERS, TEMPLATES, REQUIREMENTS).expect("assets/poa is well-formed")
});

impl Classifier {
    /// As it comes with the program.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// With `powers.json`, `templates.json` and `requirements.json` of `folder` in place of those of the program. A folder
    /// or file that does not exist replaces nothing.
    ///
    /// # Errors
    /// [`ClassifierError`]; nothing is taken over by half.
    pub fn with_folder(folder: &Path) -> Result<Self, ClassifierError> {
        let mut found = Self::embedded().clone();
        let file = |name: &str| -> Result<Option<(PathBuf, String)>, ClassifierError> {
            let path = folder.join(name);
            let io = |source| ClassifierError::Io {
                path: path.clone(),
                source,
            };
            if !path.exists() {
                return Ok(None);
            }
            if fs::metadata(&path).map_err(io)?.len() > MAX_FILE {
                return Err(ClassifierError::TooLarge { path });
            }
            let text = fs::read_to_string(&path).map_err(io)?;
            Ok(Some((path, text)))
        };
        let malformed = |path| move |source| ClassifierError::Malformed { path, source };
        if let Some((path, text)) = file("powers.json")? {
            let read: Noted<PowersFile> = serde_json::from_str(&text).map_err(malformed(path))?;
            found.powers = read.body.powers;
        }
        if let Some((path, text)) = file("templates.json")? {
            let read: Noted<TemplatesFile> = serde_json::from_str(&text).map_err(malformed(path))?;
            found.templates = read.body.templates;
        }
        if let Some((path, text)) = file("requirements.json")? {
            let read: Noted<RequirementsFile> = serde_json::from_str(&text).map_err(malformed(path))?;
            found.requirements = read.body.requirements;
        }
        Ok(found)
    }

    fn of(powers: &str, templates: &str, requirements: &str) -> Result<Self, serde_json::Error> {
        let powers: Noted<PowersFile> = serde_json::from_str(powers)?;
        let templates: Noted<TemplatesFile> = serde_json::from_str(templates)?;
        let requirements: Noted<RequirementsFile> = serde_json::from_str(requirements)?;
        Ok(Self {
            powers: powers.body.powers,
            templates: templates.body.templates,
            requirements: requirements.body.requirements,
        })
    }

    /// All powers, in the order of the list.
    #[must_use]
    pub fn powers(&self) -> &[KnownPower] {
        &self.powers
    }

    /// The power with this code.
    #[must_use]
    pub fn power(&self, code: &str) -> Option<&KnownPower> {
        self.powers.iter().find(|power| power.code == code)
    }

    /// Powers in which every word of `words` is found, in any order, begun or with another ending; names before explanations. All
    /// for no words.
    #[must_use]
    pub fn search(&self, words: &str) -> Vec<&KnownPower> {
        let asked: Vec<Word> = words_of(words).collect();
        let mut found: Vec<(bool, &KnownPower)> = self
            .powers
            .iter()
            .filter_map(|power| {
                let holds = |text: &str| {
                    let there: Vec<Word> = words_of(text).collect();
                    move |word: &Word| there.iter().any(|one| one.begins_with(word))
                };
                let in_name = holds(&format!(
                    "{} {} {}",
                    power.name,
                    power.code,
                    power.mnemonic.as_deref().unwrap_or("")
                ));
                let beside = holds(&format!("{} {}", power.group, power.explanation));
                let is_named = asked.iter().all(&in_name);
                let is_found = is_named || asked.iter().all(|word| in_name(word) || beside(word));
                is_found.then_some((is_named, power))
            })
            .collect();
        found.sort_by_key(|(is_named, _)| !is_named);
        found.into_iter().map(|(_, power)| power).collect()
    }

    /// Templates by role.
    #[must_use]
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// The powers of a template as they stand in a document; codes the classifier lacks are left out.
    #[must_use]
    pub fn powers_of(&self, template: &Template) -> Vec<Power> {
        let known = template.powers.iter().filter_map(|code| self.power(code));
        known
            .map(|power| Power {
                code: power.code.clone(),
                mnemonic: power.mnemonic.clone(),
                name: power.name.clone(),
                restrictions: Vec::new(),
            })
            .collect()
    }

    /// Powers any of which is enough for documents of this format; none when nobody has said. The narrowest rule counts:
    /// `epgu.application.99000000012`, then `epgu.application`.
    #[must_use]
    pub fn requirements(&self, format: &str) -> &[String] {
        let mut code = format;
        loop {
            if let Some(found) = self.requirements.get(code) {
                return found;
            }
            match code.rsplit_once('.') {
                Some((wider, _)) => code = wider,
                None => return &[],
            }
        }
    }

    /// Formats somebody has said something about.
    pub fn formats(&self) -> impl Iterator<Item = &str> {
        self.requirements.keys().map(String::as_str)
    }

    /// Whether these powers are enough for a document of this format. Nothing when no machine can say: they are in words, or
    /// nobody has said what is needed.
    #[must_use]
    pub fn suffices(&self, poa: &PowerOfAttorney, format: &str) -> Option<bool> {
        let needed = self.requirements(format);
        match &poa.powers {
            Powers::Machine(all) if !needed.is_empty() => {
                Some(all.iter().any(|power| needed.contains(&power.code)))
            }
            _ => None,
        }
    }
}

/// [`Classifier::templates`] of the program.
#[must_use]
pub fn templates() -> &'static [Template] {
    Classifier::embedded().templates()
}

/// [`Classifier::requirements`] of the program.
#[must_use]
pub fn requirements(format: &str) -> &'static [String] {
    Classifier::embedded().requirements(format)
}

/// [`Classifier::suffices`] of the program.
#[must_use]
pub fn suffices(poa: &PowerOfAttorney, format: &str) -> Option<bool> {
    Classifier::embedded().suffices(poa, format)
}

/// A word as it stands, and its stem.
struct Word {
    whole: String,
    stem: String,
}

impl Word {
    /// The stem of what is typed says too much while the word is not whole: «отчётност» is no form of «отчётность».
    fn begins_with(&self, typed: &Self) -> bool {
        self.stem.starts_with(&typed.stem) || self.whole.starts_with(&typed.whole)
    }
}

/// Words of a text; ё counts as е.
fn words_of(text: &str) -> impl Iterator<Item = Word> {
    static RUSSIAN: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Russian));
    let words: Vec<String> = text
        .to_lowercase()
        .replace('ё', "е")
        .split(|one: char| !one.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.into_iter().map(|whole| Word {
        stem: RUSSIAN.stem(&whole).into_owned(),
        whole,
    })
}
