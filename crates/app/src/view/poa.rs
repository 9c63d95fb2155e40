use std::collections::BTreeMap;

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
    /// In force, and over within 30 days.
    pub ending: bool,
    /// Taken back here, while the registry has not confirmed it.
    pub unconfirmed: bool,
    /// What to sort by: `issued`, `expires`, `representative`; the last issued first if nothing is said.
    pub order: Option<String>,
    /// The last first, where an order is named.
    pub descending: bool,
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
    /// What stands behind it: `electronic`, `paper-scan`, `notarial-scan`.
    pub kind: String,
    /// Its state, as in [`PoaQuery::states`].
    pub state: String,
    /// First day, `YYYY-MM-DD`.
    pub issued: String,
    /// Last day.
    pub expires: String,
    /// Whole days until the last one; negative afterwards.
    pub days_left: i32,
    /// Who gives the powers.
    pub principal: String,
    /// Their ИНН.
    pub principal_inn: String,
    /// Names of those who receive them.
    pub representatives: Vec<String>,
    /// Codes of the powers; none when they are in words.
    pub powers: Vec<String>,
    /// Their names.
    pub power_names: Vec<String>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaJudgement {
    /// `allowed`, `not-allowed`, `cannot-tell`.
    pub verdict: String,
    /// Why, the gravest first; texts under `poa.reasons.<code without "poa.">`.
    pub reasons: Vec<PoaReason>,
}

/// A reason of a judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
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

/// Under which power of attorney documents are to be signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaChoice {
    /// The certificate does not act for the organisation by itself.
    pub needed: bool,
    /// Number of the one the checks are about.
    pub chosen: Option<String>,
    /// Those that fit, the best first; of some not everything could be checked.
    pub usable: Vec<PoaRow>,
    /// Others that name the owner of the certificate.
    pub others: Vec<PoaRow>,
    /// How each of them is judged for all of the documents, by number.
    pub judgements: BTreeMap<String, PoaJudgement>,
    /// How the chosen one is judged.
    pub judgement: Option<PoaJudgement>,
    /// Not everything could be checked: a person has to say to sign all the same.
    pub word_needed: bool,
    /// Documents the chosen one has to be written into before they are signed.
    pub to_attach: Vec<String>,
}

/// A signature of a document that was made under a power of attorney.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SignedUnderRow {
    /// Number of the power of attorney.
    pub number: String,
    /// Its document, while it is in the register.
    pub document_id: Option<String>,
    /// Name of the file of the signature.
    pub signature: String,
    /// When it was signed, RFC 3339.
    pub at: String,
    /// How it was judged then.
    pub judgement: PoaJudgement,
    /// When a person said to sign although not everything could be checked, RFC 3339.
    pub word: Option<String>,
}

/// Whether a person whose certificate names no organisation was allowed to sign for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaAuthority {
    /// The power of attorney; none if none is known to have been used.
    pub number: Option<String>,
    /// How that is known: `recorded` when it was signed here, `named` when the document names it, `none`.
    pub by: String,
    /// The moment that was judged, RFC 3339.
    pub at: String,
    /// Whether the signature is proven to have existed then (`stamp`); otherwise it is judged as of `now`.
    pub basis: String,
    /// How it is judged; none if it is not in the register.
    pub judgement: Option<PoaJudgement>,
}
