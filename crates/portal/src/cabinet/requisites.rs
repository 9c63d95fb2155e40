//! What is told of an organisation when it is linked or registered.

use serde_json::{Map, Value, json};

/// Requisites by name; empty ones are left out of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkRequisites {
    /// Юридический адрес.
    pub legal_address: String,
    /// Расчётный счёт.
    pub bank_account: String,
    /// БИК.
    pub bik: String,
    /// Name of the bank.
    pub bank_name: String,
    /// Phone, +7 and ten digits.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// ФИО of the director.
    pub director_name: String,
    /// When the director was appointed, ISO 8601.
    pub director_appointed: String,
    /// ФИО of the contact person.
    pub contact_name: String,
    /// Account number at the tax office.
    pub tax_account: String,
    /// Passport of the director.
    pub director_passport: String,
    /// Code of a branch.
    pub branch_code: String,
    /// Address of a branch.
    pub branch_address: String,
}

/// Who acts for the organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Representative {
    /// Code of the role.
    pub role: String,
    /// ФИО.
    pub name: String,
    /// Passport.
    pub passport: String,
}

/// A document that goes with the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedDocument {
    /// What it is, in a code of the portal ([`Offer::link_documents`](super::Offer)).
    pub kind: String,
    /// File name.
    pub name: String,
    /// SHA-256 of its bytes, lower hex.
    pub sha256: String,
}

impl LinkRequisites {
    pub(super) fn to_json(&self) -> Value {
        filled([
            ("legalAddress", &self.legal_address),
            ("bankAccount", &self.bank_account),
            ("bik", &self.bik),
            ("bankName", &self.bank_name),
            ("phone", &self.phone),
            ("email", &self.email),
            ("directorName", &self.director_name),
            ("directorAppointed", &self.director_appointed),
            ("contactName", &self.contact_name),
            ("taxAccount", &self.tax_account),
            ("directorPassport", &self.director_passport),
            ("branchCode", &self.branch_code),
            ("branchAddress", &self.branch_address),
        ])
    }
}

impl Representative {
    pub(super) fn to_json(&self) -> Value {
        filled([
            ("role", &self.role),
            ("name", &self.name),
            ("passport", &self.passport),
        ])
    }
}

impl AttachedDocument {
    pub(super) fn to_json(&self) -> Value {
        filled([
            ("kind", &self.kind),
            ("name", &self.name),
            ("sha256", &self.sha256),
        ])
    }
}

/// An object of the texts that are not empty.
pub(super) fn filled<'a>(fields: impl IntoIterator<Item = (&'a str, &'a String)>) -> Value {
    let present = fields.into_iter().filter(|(_, text)| !text.trim().is_empty());
    Value::Object(
        present
            .map(|(name, text)| (name.to_owned(), json!(text.trim())))
            .collect::<Map<_, _>>(),
    )
}
