//! Who somebody is and in which organisations (REST of ЕСИА). Read tolerantly: fields come and go with scopes.

use reqwest::Method;
use serde_json::Value;

use super::tokens::ANSWER_LIMIT;
use super::{EsiaError, refused_at_rest};
use crate::loose::Loose;
use crate::transport::{Call, Effect, Payload, Site};
use crate::{AccessToken, Portal, PortalError, ProtocolFault};

/// Elements of a collection that are taken.
const MOST: usize = 10_000;

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EsiaPerson {
    /// In ЕСИА.
    pub oid: String,
    /// Surname, first name, patronymic, as far as there are.
    pub surname: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Patronymic.
    pub patronymic: Option<String>,
    /// СНИЛС as ЕСИА writes it; only if the scope was granted.
    pub snils: Option<String>,
    /// Whether the account is confirmed.
    pub confirmed: bool,
}

/// What kind of organisation somebody belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleKind {
    /// A legal entity.
    Legal,
    /// A sole proprietor.
    SoleProprietor,
    /// A body of state power.
    Agency,
    /// A kind that is not published.
    Other,
}

/// A person's place in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The organisation in ЕСИА.
    pub oid: String,
    /// Full name.
    pub full_name: String,
    /// Short name, or the full one.
    pub short_name: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: Option<String>,
    /// Kind.
    pub kind: RoleKind,
    /// Head of the organisation.
    pub chief: bool,
    /// Member of «Администраторы профиля организации».
    pub admin: bool,
    /// Not blocked.
    pub active: bool,
    /// The organisation no longer exists.
    pub liquidated: bool,
    /// Branch, if it is one.
    pub branch: Option<String>,
}

/// An organisation, as far as the granted scopes show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EsiaOrganisation {
    /// In ЕСИА.
    pub oid: String,
    /// Short name.
    pub short_name: Option<String>,
    /// Full name.
    pub full_name: Option<String>,
    /// ОГРН or ОГРНИП.
    pub ogrn: Option<String>,
    /// ИНН.
    pub inn: Option<String>,
    /// КПП.
    pub kpp: Option<String>,
}

/// An employee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Employee {
    /// The person in ЕСИА.
    pub oid: String,
    /// Who.
    pub person: EsiaPerson,
    /// Position.
    pub position: Option<String>,
    /// Not blocked.
    pub active: bool,
}

impl Portal {
    /// The person.
    ///
    /// # Errors
    /// [`EsiaError::Refused`] when the scope was not granted, and what any request can meet.
    pub async fn esia_person(&self, token: &AccessToken, oid: &str) -> Result<EsiaPerson, EsiaError> {
        let answer = self.rest(token, &["prns", oid], &[]).await?;
        Ok(person(Loose::new(&answer), oid))
    }

    /// In which organisations the person is.
    ///
    /// # Errors
    /// As [`esia_person`](Self::esia_person).
    pub async fn esia_roles(&self, token: &AccessToken, oid: &str) -> Result<Vec<Role>, EsiaError> {
        let answer = self
            .rest(token, &["prns", oid, "roles"], &[("embed", "(elements)")])
            .await?;
        Ok(elements(&answer).filter_map(role).collect())
    }

    /// An organisation of the person.
    ///
    /// # Errors
    /// As [`esia_person`](Self::esia_person).
    pub async fn esia_organisation(
        &self,
        token: &AccessToken,
        oid: &str,
    ) -> Result<EsiaOrganisation, EsiaError> {
        let answer = self.rest(token, &["orgs", oid], &[]).await?;
        let read = Loose::new(&answer);
        Ok(EsiaOrganisation {
            oid: read.text("oid").unwrap_or_else(|| oid.to_owned()),
            short_name: read.text("shortName"),
            full_name: read.text("fullName"),
            ogrn: read.text("ogrn"),
            inn: read.text("inn"),
            kpp: read.text("kpp"),
        })
    }

    /// Who works in an organisation.
    ///
    /// # Errors
    /// As [`esia_person`](Self::esia_person).
    pub async fn esia_employees(&self, token: &AccessToken, oid: &str) -> Result<Vec<Employee>, EsiaError> {
        let answer = self
            .rest(token, &["orgs", oid, "emps"], &[("embed", "(elements.person)")])
            .await?;
        Ok(elements(&answer).filter_map(employee).collect())
    }

    async fn rest(
        &self,
        token: &AccessToken,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Value, EsiaError> {
        // An identifier is digits; anything else would be another address.
        let numbers = path.get(1).is_some_and(|oid| {
            !oid.is_empty() && oid.len() <= 20 && oid.bytes().all(|byte| byte.is_ascii_digit())
        });
        if !numbers {
            return Err(EsiaError::Portal(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("oid"),
            }));
        }
        let full: Vec<&str> = std::iter::once("rs").chain(path.iter().copied()).collect();
        let answer = self
            .transport
            .exchange_within(
                Call {
                    site: Site::Esia,
                    method: Method::GET,
                    path: &full,
                    query,
                    token: Some(token),
                    payload: Payload::Empty,
                    effect: Effect::Reads,
                    timeout: self.options.timeouts.answer,
                },
                ANSWER_LIMIT,
            )
            .await?;
        if let Some(refused) = refused_at_rest(&answer) {
            return Err(refused);
        }
        Ok(answer.accepted()?.json()?)
    }
}

/// Elements of a collection, or of a bare array. Elements that are only addresses say nothing here.
fn elements(answer: &Value) -> impl Iterator<Item = Loose<'_>> {
    let elements = answer.as_array().or_else(|| answer.get("elements")?.as_array());
    elements
        .into_iter()
        .flatten()
        .filter(|element| element.is_object())
        .take(MOST)
        .map(Loose::new)
}

fn person(read: Loose<'_>, oid: &str) -> EsiaPerson {
    EsiaPerson {
        oid: read.text("oid").unwrap_or_else(|| oid.to_owned()),
        surname: read.text("lastName"),
        first_name: read.text("firstName"),
        patronymic: read.text("middleName"),
        snils: read.text("snils"),
        confirmed: read.flag("trusted"),
    }
}

impl EsiaPerson {
    /// Surname, first name and patronymic, as far as they are known.
    pub fn name(&self) -> String {
        [&self.surname, &self.first_name, &self.patronymic]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn role(read: Loose<'_>) -> Option<Role> {
    let full_name = read.text("fullName").or_else(|| read.text("shortName"))?;
    Some(Role {
        oid: read.text("oid")?,
        short_name: read.text("shortName").unwrap_or_else(|| full_name.clone()),
        full_name,
        ogrn: read.text("ogrn"),
        kind: match read.text("type").as_deref() {
            Some("LEGAL") => RoleKind::Legal,
            Some("BUSINESS") => RoleKind::SoleProprietor,
            Some("AGENCY") => RoleKind::Agency,
            _ => RoleKind::Other,
        },
        chief: read.flag("chief"),
        admin: read.flag("admin"),
        // Only a place that says so is blocked.
        active: read.field("active").is_none() || read.flag("active"),
        liquidated: read.flag("isLiquidated"),
        branch: read.text("branchName"),
    })
}

fn employee(read: Loose<'_>) -> Option<Employee> {
    let inner = read.field("person");
    let oid = read
        .text("prnOid")
        .or_else(|| inner.and_then(|inner| inner.text("oid")))?;
    Some(Employee {
        person: inner.map_or_else(
            || EsiaPerson {
                oid: oid.clone(),
                ..EsiaPerson::default()
            },
            |inner| person(inner, &oid),
        ),
        position: read.text("position"),
        active: read.field("blocked").is_none() || !read.flag("blocked"),
        oid,
    })
}
