use serde::{Deserialize, Serialize};
use specta::Type;

use super::{DraftProblem, PoaRow, UiError};

/// What a revocation would do.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PoaConsequences {
    /// `revoke`; `unqueue` where the registration still waits here; `none` where nothing is to be done, and [`Self::against`] says why.
    pub way: String,
    /// `electronic`, `paper-scan`, `notarial-scan`.
    pub kind: String,
    /// The registry will be told; it does not know those on paper.
    pub is_told: bool,
    /// The condition an irrevocable one can be revoked under: the reason has to name it word for word.
    pub irrevocable: Option<String>,
    /// What stands against it.
    pub against: Option<UiError>,
    /// Who loses powers.
    pub representatives: Vec<String>,
    /// Names of the powers that stop; none when they are in words.
    pub powers: Vec<String>,
    /// Codes of the formats it is chosen for.
    pub chosen_for: Vec<String>,
    /// What passes its powers on and falls with it.
    pub fallen: Vec<PoaRow>,
    /// Who has to sign; nothing when that is not known.
    pub signer: Option<String>,
}

/// Requisites of a power of attorney on paper, as they were typed. Days `YYYY-MM-DD`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScanForm {
    /// `paper`: the principal signed by hand; `notarial`: a notary certified it.
    pub kind: String,
    /// Number it has in the books of the principal.
    pub number: Option<String>,
    /// First day.
    pub issued: String,
    /// Last day.
    pub expires: String,
    /// Who gives the powers.
    pub principal: ScanPrincipal,
    /// Who receives them.
    pub representative: ScanPerson,
    /// Codes of powers.
    pub powers: Vec<String>,
    /// What may be done, in words.
    pub text: String,
    /// For a notarial one.
    pub notary: Option<ScanNotary>,
    /// What the person has looked at and declares: every code of `poa.scan.declared`.
    pub declared: Vec<String>,
}

/// Who gives the powers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScanPrincipal {
    /// Name of the organisation, or of the sole proprietor.
    pub name: String,
    /// ИНН.
    pub inn: String,
    /// Who signed for it.
    pub signer: ScanPerson,
}

/// A person as the paper names them. Nothing of it may be logged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScanPerson {
    /// Фамилия.
    pub surname: String,
    /// Имя.
    pub given_name: String,
    /// Отчество.
    pub patronymic: Option<String>,
    /// ИНН, 12 digits.
    pub inn: Option<String>,
    /// СНИЛС.
    pub snils: Option<String>,
    /// Series and number of the passport.
    pub passport: Option<String>,
    /// Day it was given.
    pub passport_issued: Option<String>,
    /// By whom.
    pub passport_issuer: Option<String>,
}

/// Who certified it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScanNotary {
    /// Фамилия, имя, отчество.
    pub name: String,
    /// Number in the register of acts.
    pub act: String,
    /// Number of the notary.
    pub registration: Option<String>,
}

/// What became of a picture of a paper.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AddedScan {
    /// Its row, if nothing was wrong.
    pub row: Option<PoaRow>,
    /// What is wrong with the requisites; field names are those of [`ScanForm`], joined by dots.
    pub problems: Vec<DraftProblem>,
}
