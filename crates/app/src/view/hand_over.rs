use serde::{Deserialize, Serialize};
use specta::Type;

/// Whom the user hands drafts over to, and under which address they are reached themselves.
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

/// How a draft is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandOver {
    /// What the user calls themselves.
    pub name: String,
    /// The colleague's address; without one a passphrase is asked for.
    pub address: Option<String>,
}
