use serde::Serialize;
use specta::Type;

use super::{Environment, FieldProblem};

/// Where a list of accredited authorities was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ListOrigin {
    /// It came with the program.
    Shipped,
    /// It was fetched later, or taken out of a file.
    Fetched,
    /// The command line names it.
    File,
}

/// Everything trusted in an environment.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TrustView {
    /// Which.
    pub environment: Environment,
    /// The list of accredited authorities, if there is one that can be believed.
    pub list: Option<TrustListView>,
    /// Code of why a list that is there was left aside; text under `errors`.
    pub refused: Option<String>,
    /// When a newer list was asked for last, RFC 3339.
    pub checked_at: Option<String>,
    /// Certificates trusted beside the list.
    pub certificates: Vec<TrustedView>,
}

/// A list of accredited authorities.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TrustListView {
    /// Its number.
    pub version: f64,
    /// When it was issued, RFC 3339.
    pub issued: String,
    /// Whole days since then.
    pub age_days: u32,
    /// How many authorities it names.
    pub centres: u32,
    /// Who signed it.
    pub signer: String,
    /// Where it was found.
    pub origin: Option<ListOrigin>,
}

/// A certificate trusted beside the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TrustedView {
    /// SHA-256, hex.
    pub id: String,
    /// Owner.
    pub holder: String,
    /// Organisation of the owner.
    pub organisation: Option<String>,
    /// RFC 3339.
    pub not_after: String,
    /// Who trusts it: `program`, `administrator`.
    pub source: String,
    /// Whether chains may end there; others help to build them.
    pub root: bool,
}

/// The list a judgement rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TrustBasis {
    /// Its number; absent when there was none.
    pub list_version: Option<f64>,
    /// When it was issued, RFC 3339.
    pub list_issued: Option<String>,
    /// Whole days from then to the moment asked about.
    pub list_age_days: Option<u32>,
    /// Where it was found.
    pub list_origin: Option<ListOrigin>,
    /// Code of why a list that is there was left aside; text under `errors`.
    pub list_refused: Option<String>,
}

/// Whether a certificate is a qualified one (63-ФЗ ст. 14 and 17); it never changes the verdict on the signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct QualificationView {
    /// `qualified`, `unknown`, `not-qualified`.
    pub status: String,
    /// The moment the accreditation was judged at, RFC 3339.
    pub at: String,
    /// Whether that moment is proven; otherwise the signer claims it, or it is the one asked about.
    pub proven: bool,
    /// The answer, and for whom the owner acts: texts under `verification`.
    pub sentences: Vec<FieldProblem>,
    /// Everything found; texts under `reasons`.
    pub problems: Vec<FieldProblem>,
    /// Name of the accredited authority, as the list has it.
    pub centre: Option<String>,
    /// Its number in the register.
    pub registry_number: Option<String>,
    /// Class of the owner's signature tools: `КС1` to `КА1`.
    pub tool_class: Option<String>,
    /// The owner's signature tool.
    pub subject_tool: Option<String>,
    /// How the owner was identified: `personal`, `certificate`, `passport`, `biometric-system`; text under
    /// `verification.identification`.
    pub identification: Option<String>,
}
