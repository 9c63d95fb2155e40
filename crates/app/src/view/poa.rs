use serde::{Deserialize, Serialize};
use specta::Type;

use super::Params;

/// What of the register of powers of attorney is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct PoaQuery {
    /// Every word stands in the number, a name, an ИНН, a СНИЛС or a power.
    pub text: String,
    /// ИНН of who receives powers.
    pub representative_inn: Option<String>,
    /// Code of a power.
    pub power: Option<String>,
    /// Any of these states: `made`, `signed`, `queued`, `processing`, `outcome-unknown`, `refused`, `active`, `expired`, `revoked`.
    pub states: Vec<String>,
    /// Not over, and over on this day, `YYYY-MM-DD`, or earlier.
    pub expires_by: Option<String>,
    /// Rows to skip.
    pub offset: u32,
}

/// A page of the register.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaList {
    /// Rows.
    pub items: Vec<PoaRow>,
    /// How many there are in all.
    pub total: f64,
}

/// A power of attorney of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaRow {
    /// Its number.
    pub number: String,
    /// The document that holds it.
    pub document_id: String,
    /// Its state, as in [`PoaQuery::states`].
    pub state: String,
    /// First day, `YYYY-MM-DD`.
    pub issued: String,
    /// Last day.
    pub expires: String,
    /// Who gives the powers.
    pub principal: String,
    /// Their ИНН.
    pub principal_inn: String,
    /// Names of those who receive them.
    pub representatives: Vec<String>,
    /// Codes of the powers; none when they are in words.
    pub powers: Vec<String>,
    /// Number of the one it passes on.
    pub parent: Option<String>,
    /// What the registry last said: `created`, `active`, `expired`, `revoked`, `absent`.
    pub registry: Option<String>,
    /// When it said so, RFC 3339.
    pub heard: Option<String>,
    /// When a revocation was signed here, RFC 3339.
    pub revoked: Option<String>,
    /// When the registry confirmed that.
    pub revocation_confirmed: Option<String>,
    /// Code of what was against it, or of why the registry cannot be told.
    pub error: Option<String>,
    /// Number of the one of its chain that is revoked or over, with which it has fallen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub fallen_with: Option<String>,
}

/// Whether somebody may sign under a power of attorney.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaJudgement {
    /// `allowed`, `not-allowed`, `cannot-tell`.
    pub verdict: String,
    /// Why, the gravest first; texts under `poa.reasons.<code without "poa.">`.
    pub reasons: Vec<PoaReason>,
}

/// A reason of a judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaReason {
    /// Number of the power of attorney it is found in.
    pub number: String,
    /// Stable code.
    pub code: String,
    /// Values for the text.
    pub params: Params,
    /// `bar`, `doubt`, `note`.
    pub weight: String,
}
