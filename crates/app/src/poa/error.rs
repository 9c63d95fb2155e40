use std::collections::BTreeMap;

use kabinet_domain::poa::{IllegalStep, PoaNumber};
use kabinet_formats::poa::attach::AttachError;
use thiserror::Error;
use time::Date;

use crate::view::PoaReason;

/// What fills the gaps of the texts of reasons.
const REASON_PARAMS: &[&str] = &[
    "issued",
    "expires",
    "name",
    "made",
    "at",
    "missing",
    "state",
    "hours",
    "powers",
    "power",
    "restriction",
    "offices",
    "systems",
    "parent",
];

/// Why something is not done with a power of attorney.
#[derive(Debug, Error)]
pub enum PoaError {
    /// Another file is in the register under its number.
    #[error("{number} is in the register with another content")]
    NumberKnown {
        /// The number.
        number: PoaNumber,
    },
    /// It is not where it would have to be for that.
    #[error("it is {state}")]
    WrongState {
        /// Where it is, in the word of the state.
        state: String,
    },
    /// The revocation names no power of attorney of the register.
    #[error("the revocation is of no power of attorney that is known")]
    RevocationOfNothing,
    /// The revocation is not signed by who could revoke.
    #[error("the revocation is signed by somebody else, or not soundly")]
    RevocationUnsigned,
    /// Something stands against signing under it.
    #[error("nothing may be signed under {number}")]
    NotAllowed {
        /// The number.
        number: PoaNumber,
        /// What: the gravest reason.
        reason: Option<PoaReason>,
    },
    /// Not everything about it could be checked, and nobody said to sign all the same.
    #[error("not everything about {number} could be checked")]
    WordNeeded {
        /// The number.
        number: PoaNumber,
    },
    /// It cannot be written into the document.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// It may not be taken back before its time, and the reason does not name the condition.
    #[error("it is irrevocable")]
    Irrevocable {
        /// The condition under which it can be revoked all the same.
        condition: String,
    },
    /// Nobody was told of it: there is nothing to take back.
    #[error("nobody was told of it")]
    RevocationNeedless,
    /// It is over.
    #[error("its last day was {expires}")]
    Over {
        /// Last day.
        expires: Date,
    },
    /// It was revoked before.
    #[error("it was revoked already")]
    AlreadyRevoked {
        /// The day of Moscow it was; empty when the registry did not say.
        day: String,
    },
    /// Another one gave it.
    #[error("another one gave it")]
    NotOurs {
        /// Who.
        principal: String,
    },
    /// A reason that cannot stand in the file.
    #[error("a reason needs {least} to {longest} characters that can be printed")]
    Reason {
        /// Least characters.
        least: usize,
        /// Most characters.
        longest: usize,
    },
    /// Nobody knows who acts for the principal.
    #[error("who acts for the principal is not known")]
    HeadUnknown,
    /// The registration has left already.
    #[error("the registration has left")]
    RegistrationLeft,
    /// The registry does not know those on paper.
    #[error("it is on paper")]
    OnPaper,
    /// Not a picture of a paper.
    #[error("neither PDF nor JPEG, PNG or TIFF")]
    ScanKind,
    /// The ending is of another kind than the content.
    #[error("the file should end with {expected}")]
    ScanEnding {
        /// Endings that fit the content.
        expected: String,
    },
    /// Too large.
    #[error("more than {limit} MiB")]
    ScanTooLarge {
        /// Most, MiB.
        limit: u64,
    },
    /// It asks for a password.
    #[error("encrypted")]
    ScanEncrypted,
    /// Cut off, damaged or empty.
    #[error("it cannot be read to its end")]
    ScanUnreadable,
    /// Too few pixels.
    #[error("a side is shorter than {least} pixels")]
    ScanSmall {
        /// Least pixels of a side.
        least: u32,
    },
    /// The picture is in the register already.
    #[error("it is in the register already")]
    ScanKnown,
    /// The file is no power of attorney that can be read.
    #[error(transparent)]
    Unreadable(#[from] kabinet_formats::poa::ReadError),
    /// The description of answers is neither JSON nor TOML.
    #[error("the answers cannot be read: {reason}")]
    AnswersUnreadable {
        /// What the reader said, with line and column.
        reason: String,
    },
    /// No template has this code.
    #[error("no template {template}")]
    TemplateUnknown {
        /// What was asked for.
        template: String,
        /// The codes there are.
        known: String,
    },
    /// None or several of the people of a description fit.
    #[error("{found} people fit {person}")]
    PersonUnclear {
        /// What was asked for.
        person: String,
        /// How many fit.
        found: usize,
    },
    /// The owner of the certificate is none of those who may sign the file.
    #[error("the certificate is of nobody who may sign")]
    NotTheHead {
        /// Who may.
        heads: String,
    },
    /// It may not be passed on, or nobody it names could.
    #[error("it may not be passed on")]
    NotPassedOn,
    /// Others have to sign it as well before the registry takes it.
    #[error("not everybody has signed who has to")]
    OthersMustSign {
        /// Their names.
        names: String,
    },
}

impl PoaError {
    /// Stable code; text under `errors.<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NumberKnown { .. } => "poa.number-known",
            Self::WrongState { .. } => "poa.wrong-state",
            Self::RevocationOfNothing => "poa.revocation-of-nothing",
            Self::RevocationUnsigned => "poa.revocation-unsigned",
            Self::NotAllowed { .. } => "poa.not-allowed",
            Self::WordNeeded { .. } => "poa.word-needed",
            Self::Irrevocable { .. } => "poa.irrevocable",
            Self::RevocationNeedless => "poa.revocation-needless",
            Self::Over { .. } => "poa.over",
            Self::AlreadyRevoked { .. } => "poa.already-revoked",
            Self::NotOurs { .. } => "poa.not-ours",
            Self::Reason { .. } => "poa.reason",
            Self::HeadUnknown => "poa.head-unknown",
            Self::RegistrationLeft => "poa.registration-left",
            Self::OnPaper => "poa.on-paper",
            Self::ScanKind => "poa.scan-kind",
            Self::ScanEnding { .. } => "poa.scan-ending",
            Self::ScanTooLarge { .. } => "poa.scan-too-large",
            Self::ScanEncrypted => "poa.scan-encrypted",
            Self::ScanUnreadable => "poa.scan-unreadable",
            Self::ScanSmall { .. } => "poa.scan-small",
            Self::ScanKnown => "poa.scan-known",
            Self::Unreadable(error) => match error {
                kabinet_formats::poa::ReadError::Decode(_) | kabinet_formats::poa::ReadError::Xml { .. } => {
                    "poa-file.foreign"
                }
                error => error.code(),
            },
            Self::AnswersUnreadable { .. } => "poa.answers-unreadable",
            Self::TemplateUnknown { .. } => "poa.template-unknown",
            Self::PersonUnclear { .. } => "poa.person-unclear",
            Self::NotTheHead { .. } => "poa.not-the-head",
            Self::Attach(AttachError::NoPlace) => "poa.attach.no-place",
            Self::Attach(AttachError::Unreadable) => "poa.attach.unreadable",
            Self::Attach(AttachError::Signers { .. }) => "poa.attach.signers",
            Self::Attach(AttachError::NamesAnother) => "poa.attach.names-another",
            Self::Attach(AttachError::Encoding) => "poa.attach.encoding",
            Self::NotPassedOn => "poa.not-passed-on",
            Self::OthersMustSign { .. } => "poa.others-must-sign",
        }
    }

    /// Values for the text.
    pub(crate) fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::NumberKnown { number } => [("number", number.to_string())].into(),
            Self::WrongState { state } => [("state", state.clone())].into(),
            Self::NotAllowed { number, reason } => {
                let mut params = BTreeMap::from([("number", number.to_string())]);
                if let Some(reason) = reason {
                    params.insert("reason", reason.code.replacen("poa.", "", 1));
                    for name in REASON_PARAMS {
                        if let Some(value) = reason.params.get(*name) {
                            params.insert(*name, value.clone());
                        }
                    }
                }
                params
            }
            Self::WordNeeded { number } => [("number", number.to_string())].into(),
            Self::Attach(AttachError::Signers { count }) => [("count", count.to_string())].into(),
            Self::Attach(_) => BTreeMap::new(),
            Self::Irrevocable { condition } => [("condition", condition.clone())].into(),
            Self::Over { expires } => [("date", shown(*expires))].into(),
            Self::AlreadyRevoked { day } => [("date", day.clone())].into(),
            Self::NotOurs { principal } => [("principal", principal.clone())].into(),
            Self::Reason { least, longest } => {
                [("least", least.to_string()), ("longest", longest.to_string())].into()
            }
            Self::RevocationOfNothing
            | Self::RevocationUnsigned
            | Self::RevocationNeedless
            | Self::HeadUnknown
            | Self::RegistrationLeft
            | Self::OnPaper
            | Self::ScanKind
            | Self::ScanEncrypted
            | Self::ScanUnreadable
            | Self::ScanKnown => BTreeMap::new(),
            Self::ScanEnding { expected } => [("expected", expected.clone())].into(),
            Self::ScanTooLarge { limit } => [("limit", limit.to_string())].into(),
            Self::ScanSmall { least } => [("least", least.to_string())].into(),
            Self::AnswersUnreadable { reason } => [("reason", reason.clone())].into(),
            Self::TemplateUnknown { template, known } => {
                [("template", template.clone()), ("known", known.clone())].into()
            }
            Self::PersonUnclear { person, found } => {
                [("person", person.clone()), ("found", found.to_string())].into()
            }
            Self::NotTheHead { heads } => [("heads", heads.clone())].into(),
            Self::Unreadable(_) | Self::NotPassedOn => BTreeMap::new(),
            Self::OthersMustSign { names } => [("names", names.clone())].into(),
        }
    }
}

impl From<IllegalStep> for PoaError {
    fn from(step: IllegalStep) -> Self {
        let word = serde_json::to_value(step.state).ok();
        Self::WrongState {
            state: word
                .and_then(|word| word.as_str().map(str::to_owned))
                .unwrap_or_default(),
        }
    }
}

/// `dd.mm.yyyy`.
pub(super) fn shown(day: Date) -> String {
    format!("{:02}.{:02}.{:04}", day.day(), u8::from(day.month()), day.year())
}
