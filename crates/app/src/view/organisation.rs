use kabinet_domain::{Environment as DomainEnvironment, Organisation, OrganisationKind as DomainKind};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::FieldProblem;

/// Which portal the program talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// The real portal.
    Production,
    /// The test contour.
    Test,
    /// The reference portal on this computer.
    Demo,
    /// Addresses of the organisation's own.
    Custom,
}

impl From<DomainEnvironment> for Environment {
    fn from(value: DomainEnvironment) -> Self {
        match value {
            DomainEnvironment::Production => Self::Production,
            DomainEnvironment::Test => Self::Test,
            DomainEnvironment::Demo => Self::Demo,
            DomainEnvironment::Custom => Self::Custom,
        }
    }
}

impl From<Environment> for DomainEnvironment {
    fn from(value: Environment) -> Self {
        match value {
            Environment::Production => Self::Production,
            Environment::Test => Self::Test,
            Environment::Demo => Self::Demo,
            Environment::Custom => Self::Custom,
        }
    }
}

/// Legal person or sole proprietor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationKind {
    /// Юридическое лицо.
    Legal,
    /// Индивидуальный предприниматель.
    SoleProprietor,
}

impl From<DomainKind> for OrganisationKind {
    fn from(value: DomainKind) -> Self {
        match value {
            DomainKind::Legal => Self::Legal,
            DomainKind::SoleProprietor => Self::SoleProprietor,
        }
    }
}

/// An organisation of the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationView {
    /// Local identity.
    pub id: String,
    /// Short name.
    pub name: String,
    /// Kind.
    pub kind: OrganisationKind,
    /// ИНН.
    pub inn: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// КПП.
    pub kpp: Option<String>,
    /// ОКАТО of the region.
    pub region: String,
    /// Environment it lives in.
    pub environment: Environment,
    /// An API key is stored, so signing in is possible.
    pub has_api_key: bool,
}

impl OrganisationView {
    pub(crate) fn of(organisation: &Organisation, has_api_key: bool) -> Self {
        Self {
            id: organisation.id.0.to_string(),
            name: organisation.name.clone(),
            kind: organisation.kind.into(),
            inn: organisation.inn.clone(),
            ogrn: organisation.ogrn.clone(),
            kpp: organisation.kpp.clone(),
            region: organisation.region.clone(),
            environment: organisation.environment.into(),
            has_api_key,
        }
    }
}

/// Requisites as typed so far.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Requisites {
    /// ИНН.
    pub inn: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// КПП.
    pub kpp: String,
}

/// What is wrong with the requisites; an empty field is never wrong while typing. Codes under `requisites.<code>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RequisitesVerdict {
    /// What the ИНН says the organisation is.
    pub kind: Option<OrganisationKind>,
    /// Complaint about the ИНН.
    pub inn: Option<FieldProblem>,
    /// Complaint about the ОГРН.
    pub ogrn: Option<FieldProblem>,
    /// Complaint about the КПП.
    pub kpp: Option<FieldProblem>,
}

/// An organisation to add.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewOrganisation {
    /// Short name.
    pub name: String,
    /// ИНН.
    pub inn: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// КПП, for legal persons.
    pub kpp: Option<String>,
    /// ОКАТО of the region, 2 to 11 digits.
    pub region: String,
    /// API key of the employee (ЛК ИЭП), if already known.
    pub api_key: Option<String>,
}
