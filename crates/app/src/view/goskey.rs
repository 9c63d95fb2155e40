use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Stage, UiError};

/// What signature Госключ is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum GoskeyKind {
    /// УНЭП of a person.
    Simple,
    /// УКЭП of a person.
    Qualified,
    /// УКЭП of an organisation.
    Organisation,
    /// УКЭП with a certificate of the Treasury.
    Treasury,
}

/// Who may be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GoskeyPerson {
    /// What the person is called here; may be empty.
    pub name: String,
    /// `112-233-445 95`.
    pub snils: Option<String>,
    /// Number at ЕСИА.
    pub oid: Option<String>,
}

/// A document somebody is to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GoskeyChoice {
    /// Its identity.
    pub document_id: String,
    /// Its title.
    pub title: String,
    /// Name of its main file.
    pub file: String,
    /// Name under which it is sent; none if it cannot be.
    pub sent_as: Option<String>,
}

/// With what the window begins that asks for a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GoskeyOffer {
    /// Who was asked before, and whoever signed in.
    pub people: Vec<GoskeyPerson>,
    /// What is to be signed.
    pub documents: Vec<GoskeyChoice>,
    /// Why it cannot be sent as it is.
    pub problem: Option<UiError>,
    /// Hours a person may be given at most.
    pub most_hours: u32,
}

/// A signature somebody is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GoskeyAsk {
    /// Of what kind.
    pub kind: GoskeyKind,
    /// What the person is called here; may be empty.
    pub name: String,
    /// СНИЛС as typed; may be empty if the number at ЕСИА is not.
    pub snils: String,
    /// Number at ЕСИА; may be empty if the СНИЛС is not.
    pub oid: String,
    /// Hours until it is too late.
    pub hours: u32,
}

/// Where a request is; texts under `goskey.state.<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum GoskeyState {
    /// Still here.
    NotSent,
    /// On its way, or on the person's phone.
    Waiting,
    /// The person signed.
    Signed,
    /// The person refused.
    Rejected,
    /// The time was over.
    Expired,
    /// Госключ does not understand the request.
    RequestError,
    /// The signature of the sender was not checked within eight hours.
    SenderNotChecked,
    /// Госключ knows nobody with this СНИЛС.
    PersonNotFound,
    /// It was called back.
    Cancelled,
    /// It failed in another way.
    Failed,
}

/// What became of one file; texts under `goskey.file.<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum GoskeyFileState {
    /// No signature yet.
    Waiting,
    /// The signature is good and joined the document.
    Joined,
    /// Another content came back.
    Differs,
    /// The signature is none of this content.
    Unfit,
    /// The signature is somebody else's.
    OtherPerson,
    /// Nothing came back although it is said to be signed.
    Missing,
}

impl GoskeyFileState {
    /// As it is written.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Joined => "joined",
            Self::Differs => "differs",
            Self::Unfit => "unfit",
            Self::OtherPerson => "other-person",
            Self::Missing => "missing",
        }
    }
}

/// One file of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GoskeyFile {
    /// The name it has here.
    pub file: String,
    /// The document it is, unless it was deleted.
    pub document_id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// What became of it.
    pub state: GoskeyFileState,
}

/// A request to Госключ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GoskeyRequest {
    /// The document it is.
    pub document_id: String,
    /// Where that is on its way.
    pub stage: Stage,
    /// What is asked for.
    pub kind: GoskeyKind,
    /// Code of the service that takes it.
    pub service: String,
    /// What the person is called here.
    pub person: Option<String>,
    /// `112-233-445 95`.
    pub snils: Option<String>,
    /// Number at ЕСИА.
    pub oid: Option<String>,
    /// Until when, RFC 3339.
    pub expires: Option<String>,
    /// Where it is.
    pub state: GoskeyState,
    /// The authority's comment to where it is.
    pub comment: Option<String>,
    /// What is to be signed.
    pub files: Vec<GoskeyFile>,
}
