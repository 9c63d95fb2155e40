use serde::{Deserialize, Serialize};
use specta::Type;

use super::{UiError, VerificationReport};

/// How a signature of a file is carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureForm {
    /// CAdES in a file of its own.
    #[default]
    Detached,
    /// CAdES with the file inside.
    Attached,
    /// PAdES inside the PDF document.
    Pdf,
    /// XAdES inside the XML document.
    Xml,
}

/// How long a signature can be proven, each level on top of the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureLevel {
    /// The signature alone: BES, B-B.
    #[default]
    Basic,
    /// And a time stamp over it: T, B-T.
    Timestamped,
    /// And references and values, and a stamp over them: what Russian software calls XLT1; CAdES only.
    ExtendedLong,
    /// And everything needed to check it, inside: B-LT.
    LongTerm,
    /// And an archive stamp over all of it: B-LTA.
    Archive,
}

impl SignatureForm {
    /// Levels that can be made in this form.
    #[must_use]
    pub const fn levels(self) -> &'static [SignatureLevel] {
        use SignatureLevel::{Archive, Basic, ExtendedLong, LongTerm, Timestamped};
        match self {
            Self::Detached | Self::Attached => &[Basic, Timestamped, ExtendedLong, LongTerm, Archive],
            Self::Pdf => &[Basic, Timestamped, LongTerm, Archive],
            Self::Xml => &[Basic, Timestamped, LongTerm],
        }
    }
}

/// How to sign a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FileSigning {
    /// Code of the profile; empty for none.
    pub profile: String,
    /// Form.
    pub form: SignatureForm,
    /// Level.
    pub level: SignatureLevel,
    /// Show the signature on the last page of a PDF document.
    pub visible: bool,
}

/// What a file can be signed as; the first profile is the one that fits best.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SigningChoices {
    /// Profiles that suit the file.
    pub profiles: Vec<ProfileView>,
    /// Whether a time stamp service is known; without one only [`SignatureLevel::Basic`] can be reached.
    pub stamps: bool,
}

/// The rules of a purpose, as far as the user meets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// Stable code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Level it asks for.
    pub level: SignatureLevel,
    /// Forms it takes that the file allows, the best first, each with the levels that can be made in it.
    pub forms: Vec<FormView>,
}

/// A form with its levels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FormView {
    /// Form.
    pub form: SignatureForm,
    /// Levels, the lowest first.
    pub levels: Vec<SignatureLevel>,
}

/// A file that was signed.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SignedFile {
    /// Name of the file that was written.
    pub name: String,
    /// Folder it lies in.
    pub folder: String,
    /// Why it did not reach the level that was asked for; text under `errors`.
    pub no_stamp: Option<UiError>,
    /// Whether it will be raised later by itself.
    pub queued: bool,
    /// The judgement of what was written, without its material.
    pub report: VerificationReport,
}

impl SignedFile {
    /// The file at `target`, judged so.
    pub(crate) fn of(target: &std::path::Path, report: &VerificationReport) -> Self {
        Self {
            name: crate::tools::name(target),
            folder: target
                .parent()
                .map(|folder| folder.display().to_string())
                .unwrap_or_default(),
            no_stamp: None,
            queued: false,
            report: report.clone().without_material(),
        }
    }
}

/// A signed file that waits for its time stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WaitingFile {
    /// Number in the queue.
    pub id: String,
    /// Name of the file with the signature.
    pub name: String,
    /// Folder it lies in.
    pub folder: String,
    /// Level it is to reach.
    pub level: SignatureLevel,
    /// When it was signed, RFC 3339.
    pub since: String,
    /// When it is tried again, RFC 3339.
    pub due: String,
    /// Why the last try failed; text under `errors`.
    pub error: Option<UiError>,
}
