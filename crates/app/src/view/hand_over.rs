use kabinet_store::HandOverWay;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Whom the user hands drafts and documents over to, and under which address they are reached themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Colleagues {
    /// The address of this archive for the chosen organisation, `age1…`: whoever knows it can write to it and nobody can
    /// read by it.
    pub own_address: String,
    /// What the user calls themselves towards colleagues.
    pub own_name: String,
    /// By name.
    pub colleagues: Vec<Colleague>,
}

/// A colleague.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Colleague {
    /// Name.
    pub name: String,
    /// Address, `age1…`.
    pub address: String,
}

/// How drafts and documents are handed over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandOver {
    /// What the user calls themselves.
    pub name: String,
    /// The colleague's address; without one a passphrase is asked for.
    pub address: Option<String>,
}

/// With what the window that hands documents over begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandOverOffer {
    /// Whom they can be given to.
    pub colleagues: Colleagues,
    /// Who sent all of them to be signed, and waits.
    pub reply: Option<Reply>,
}

/// Who waits for documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// As they call themselves; nobody vouches for it.
    pub name: String,
    /// Address to answer to, as they gave it.
    pub address: Option<String>,
    /// The colleague who is known here under this address.
    pub colleague: Option<String>,
}

/// A time a document was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandOverRow {
    /// Which way.
    pub way: Way,
    /// Name of the other side, as whoever typed it has it.
    pub who: String,
    /// The colleague who is known here under the other side's address.
    pub colleague: Option<String>,
    /// By an address, and not by a passphrase alone.
    pub by_address: bool,
    /// What was said with it.
    pub note: String,
    /// RFC 3339.
    pub at: String,
}

/// Which way a document was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// From here, to be signed.
    ToSign,
    /// From here, back to who sent it.
    Back,
    /// It came, to be signed.
    CameToSign,
    /// It came back.
    CameBack,
}

impl From<HandOverWay> for Way {
    fn from(way: HandOverWay) -> Self {
        match way {
            HandOverWay::ToSign => Self::ToSign,
            HandOverWay::Back => Self::Back,
            HandOverWay::CameToSign => Self::CameToSign,
            HandOverWay::CameBack => Self::CameBack,
        }
    }
}

/// What came with what was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LetterView {
    /// Who hands over, as they call themselves; nobody vouches for it.
    pub from: String,
    /// The colleague who is known here under the address they gave.
    pub colleague: Option<String>,
    /// What they say.
    pub note: String,
    /// The documents come back.
    pub back: bool,
    /// Identity of the organisation it is for, when another is chosen.
    pub organisation: Option<String>,
}

/// What is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum HandOverWhat {
    /// A draft.
    Draft(String),
    /// Documents.
    Documents(Vec<String>),
}

/// A colleague as the portal knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PortalColleague {
    /// Names the employee at the portal.
    pub id: String,
    /// Фамилия, имя, отчество.
    pub name: String,
    /// Post, or the role in the cabinet.
    pub position: String,
    /// The head of the organisation.
    pub is_head: bool,
    /// Address, `age1…`, where it is known here.
    pub address: Option<String>,
}

/// A file of a colleague that waits at the portal.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IncomingFile {
    /// Names it.
    pub id: String,
    /// What is inside, as its sender's program says.
    pub kind: IncomingKind,
    /// How many, where that is said; 0 otherwise.
    pub count: u32,
    /// Who sent it, as the portal says.
    pub from: String,
    /// When, RFC 3339.
    pub sent: Option<String>,
    /// Bytes.
    pub size: Option<f64>,
}

/// What a waiting file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum IncomingKind {
    /// A draft.
    Draft,
    /// Documents.
    Documents,
    /// The address of an archive.
    Address,
    /// Not said.
    Other,
}

/// What became of a file that was fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TakenIncoming {
    /// What was inside, each with its fate.
    pub outcomes: Vec<super::ImportOutcome>,
    /// The colleague whose address it was.
    pub address: Option<Colleague>,
    /// All of it is in the vault; otherwise it goes on waiting at the portal.
    pub taken: bool,
}
