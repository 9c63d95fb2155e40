use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{FormChoice, UiError};

/// Which powers of the classifier are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct PoaPowerQuery {
    /// Every word stands in the name, the code, the group or the explanation, begun or with another ending.
    pub text: String,
    /// Only this group.
    pub group: Option<String>,
    /// Only these codes; any when empty.
    pub codes: Vec<String>,
}

/// Powers of the classifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaPowers {
    /// What was found, the best first; not more than a list is read through.
    pub items: Vec<PoaPower>,
    /// How many were found in all.
    pub total: u32,
    /// Every group there is, in the order of the classifier.
    pub groups: Vec<String>,
    /// Why it is the classifier of the program, although another one lies in the folder.
    pub problem: Option<UiError>,
}

/// A power of the classifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaPower {
    /// Code, as it stands in the document.
    pub code: String,
    /// Mnemonic.
    pub mnemonic: Option<String>,
    /// Name, as it stands in the document.
    pub name: String,
    /// Heading it stands under.
    pub group: String,
    /// In plain words.
    pub explanation: String,
    /// Limits that fit it.
    pub restrictions: Vec<PoaRestriction>,
}

/// A limit that fits a power.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaRestriction {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What a typed value is: `text`, `money`, `inn`, `digits`.
    pub kind: String,
    /// What there is to choose from; typed when empty.
    pub values: Vec<FormChoice>,
}

/// Powers that one role needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaTemplate {
    /// Code.
    pub code: String,
    /// The role.
    pub name: String,
    /// What it is for.
    pub explanation: String,
    /// Its powers.
    pub powers: Vec<PoaPower>,
}

/// Somebody who can be named in a power of attorney.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaPerson {
    /// Фамилия, имя, отчество.
    pub name: String,
    /// Where the program knows them from first: `employee`, `register`, `certificate`.
    pub source: String,
    /// Post.
    pub position: Option<String>,
    /// Acts for the organisation without a power of attorney.
    pub is_head: bool,
    /// What is known, by the names their fields have behind `head.` and `representative.`.
    pub facts: BTreeMap<String, String>,
}

/// What a draft changes of the version it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaDraftChanges {
    /// Number of that version; none for a draft begun anew.
    pub previous: Option<String>,
    /// It is in the register, so that it can be compared.
    pub is_known: bool,
    /// The differences; texts under `changes.poa.<what>`.
    pub items: Vec<PoaChange>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaChange {
    /// What differs.
    pub what: String,
    /// Values for the text: `name`, `before`, `after`.
    pub params: BTreeMap<String, String>,
}
