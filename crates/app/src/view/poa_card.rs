use serde::{Deserialize, Serialize};
use specta::Type;

use super::{JournalRow, PoaRow, Readable};

/// How many powers of attorney want something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaCounts {
    /// In the register.
    pub all: u32,
    /// Signed, and not registered yet.
    pub waiting: u32,
    /// Refused by the registry.
    pub refused: u32,
    /// In force, and over within 30 days.
    pub ending: u32,
    /// Taken back here, while the registry has not confirmed it.
    pub unconfirmed: u32,
}

/// What the register can be narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaFacetsView {
    /// Who receives powers, by ИНН, the most frequent first.
    pub representatives: Vec<PoaFacet>,
    /// Powers, by code, the most frequent first.
    pub powers: Vec<PoaFacet>,
}

/// One thing to narrow to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaFacet {
    /// ИНН or code.
    pub code: String,
    /// For people.
    pub name: String,
    /// Powers of attorney with it.
    pub count: u32,
}

/// Everything about one power of attorney.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaCard {
    /// Its line.
    pub row: PoaRow,
    /// Exactly what its file says; none if the file cannot be understood.
    pub readable: Option<Readable>,
    /// Who gives the powers.
    pub principals: Vec<PoaParty>,
    /// Who receives them.
    pub representatives: Vec<PoaParty>,
    /// Those who receive them act only together.
    pub together: bool,
    /// The powers; none when they are in words.
    pub powers: Vec<PoaPowerView>,
    /// The powers in words.
    pub powers_text: Option<String>,
    /// `forbidden`, `once`, `further`.
    pub redelegation: String,
    /// It can be taken back only on a condition.
    pub irrevocable: bool,
    /// Information systems it is meant for, as it says.
    pub systems: Option<String>,
    /// What it passes on, the direct parent first.
    pub chain: Vec<PoaRow>,
    /// The number of the first of the chain that is not in the program.
    pub missing_parent: Option<String>,
    /// Those that pass it on.
    pub children: Vec<PoaRow>,
    /// Where it stands on its way.
    pub steps: Vec<PoaStep>,
    /// What the registry is to be told, the newest first.
    pub errands: Vec<PoaErrand>,
    /// What was done with it, the newest first.
    pub history: Vec<JournalRow>,
    /// The one it takes the place of.
    pub supersedes: Option<PoaRow>,
    /// The one that takes its place.
    pub superseded_by: Option<PoaRow>,
    /// Formats whose documents are signed under it.
    pub chosen_for: Vec<String>,
    /// Formats it could be chosen for.
    pub formats: Vec<PoaFormat>,
}

/// Who gives or receives powers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaParty {
    /// Name of the person or organisation.
    pub name: String,
    /// ИНН.
    pub inn: Option<String>,
    /// What the person is.
    pub position: Option<String>,
}

/// A power.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaPowerView {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is limited to, as the file says.
    pub limits: Vec<String>,
}

/// A step on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaStep {
    /// The state.
    pub state: String,
    /// When it was reached, RFC 3339, as far as that is known.
    pub at: Option<String>,
    /// `done`, `current`, `ahead`.
    pub mark: String,
}

/// What the registry is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaErrand {
    /// `register`, `revoke`.
    pub kind: String,
    /// `waiting`, `leaving`, `taken`, `done`, `ended`.
    pub step: String,
    /// Tries since the last progress.
    pub attempts: u32,
    /// Not to be tried before, RFC 3339.
    pub due: String,
    /// Code of the last failure.
    pub error: Option<String>,
}

/// A format of documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaFormat {
    /// Its code.
    pub code: String,
    /// For people.
    pub name: String,
    /// Whether the powers are enough for it, where a machine can say.
    pub suffices: Option<bool>,
    /// Number of the power of attorney chosen for it now.
    pub chosen: Option<String>,
}

/// Who asks whether documents may be signed under a power of attorney.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct PoaAsk {
    /// The owner of this certificate.
    pub certificate: Option<String>,
    /// Else who receives the powers, by the place in the file.
    pub representative: Option<u32>,
    /// Format of the document; without one nothing can be said of powers.
    pub format: Option<String>,
}
