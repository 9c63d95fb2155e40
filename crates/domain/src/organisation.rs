use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Environment;

/// Local identity of an organisation in the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrganisationId(pub Uuid);

/// What kind of taxpayer the organisation is; it follows from the length of its ИНН.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationKind {
    /// Юридическое лицо: ИНН of 10 digits, ОГРН of 13.
    Legal,
    /// Индивидуальный предприниматель: ИНН of 12 digits, ОГРНИП of 15.
    SoleProprietor,
}

/// An organisation the user acts for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Local identity.
    pub id: OrganisationId,
    /// The environment it lives in; fixed when it is added.
    pub environment: Environment,
    /// Legal person or sole proprietor.
    pub kind: OrganisationKind,
    /// Short name as the user writes it.
    pub name: String,
    /// ИНН, digits only, control digits checked.
    pub inn: String,
    /// ОГРН or ОГРНИП, digits only, control digit checked.
    pub ogrn: String,
    /// КПП; only legal persons have one.
    pub kpp: Option<String>,
    /// ОКАТО of the region sent with every order, 2 to 11 digits.
    pub region: String,
}
