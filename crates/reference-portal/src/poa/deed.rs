//! What the portal takes out of a power of attorney; everything else of the file it keeps and does not look at.

use serde::{Deserialize, Serialize};
use time::macros::offset;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// Someone who gives or receives powers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Party {
    /// A Russian organisation, or its branch.
    Organisation {
        name: String,
        inn: String,
        kpp: Option<String>,
        ogrn: Option<String>,
        /// Who acts without a power of attorney (`ЛицоБезДов`); empty for who receives powers.
        heads: Vec<Person>,
        /// All of them only together (`ПолнЮЛ` 2).
        together: bool,
        /// ИНН of the managing company.
        managed_by: Option<String>,
    },
    /// A foreign organisation.
    Foreign { name: String },
    /// A sole proprietor.
    Proprietor { ogrnip: String, person: Person },
    /// A person.
    Person(Person),
}

/// A person, as far as certificates name people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) surname: String,
    pub(crate) given_name: String,
    pub(crate) patronymic: Option<String>,
    pub(crate) inn: String,
    /// Digits only.
    pub(crate) snils: String,
}

impl Person {
    /// Фамилия Имя Отчество.
    pub(crate) fn name(&self) -> String {
        let more = self.patronymic.iter().map(|one| format!(" {one}"));
        format!("{} {}{}", self.surname, self.given_name, more.collect::<String>())
    }
}

impl Party {
    /// ИНН of the organisation or the person.
    pub(crate) fn inn(&self) -> &str {
        match self {
            Self::Organisation { inn, .. } => inn,
            Self::Foreign { .. } => "",
            Self::Proprietor { person, .. } | Self::Person(person) => &person.inn,
        }
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Organisation { name, .. } | Self::Foreign { name } => name.clone(),
            Self::Proprietor { person, .. } | Self::Person(person) => person.name(),
        }
    }

    /// The person, where the party is one.
    pub(crate) fn person(&self) -> Option<&Person> {
        match self {
            Self::Proprietor { person, .. } | Self::Person(person) => Some(person),
            Self::Organisation { .. } | Self::Foreign { .. } => None,
        }
    }
}

/// `ПрПередов`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Redelegation {
    Forbidden,
    Once,
    Further,
}

/// One power with its limits, each a code and a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Power {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) limits: Vec<(String, String)>,
}

/// `СвПолн`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Powers {
    Text(String),
    Machine(Vec<Power>),
}

/// What a redelegation passes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parent {
    /// The first of the chain.
    pub(crate) first: Uuid,
    pub(crate) direct: Uuid,
}

/// A power of attorney.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Deed {
    pub(crate) number: Uuid,
    pub(crate) issued: Date,
    pub(crate) expires: Date,
    /// Under which condition it can be revoked all the same, in words; empty when none is described.
    pub(crate) irrevocable: Option<String>,
    pub(crate) redelegation: Redelegation,
    pub(crate) principals: Vec<Party>,
    pub(crate) representatives: Vec<Party>,
    /// The representatives act only all together (`ПрСовмПолн` 2).
    pub(crate) joint: bool,
    pub(crate) powers: Powers,
    pub(crate) parent: Option<Parent>,
}

/// 00:00 of a day in Moscow, milliseconds.
pub(crate) fn begin_ms(day: Date) -> i64 {
    crate::clock::to_ms(day.midnight().assume_offset(offset!(+3)))
}

/// The first moment after a day in Moscow, milliseconds.
pub(crate) fn end_ms(day: Date) -> i64 {
    day.next_day().map_or(i64::MAX, begin_ms)
}

/// The day of a moment in Moscow.
pub(crate) fn day_of(at: OffsetDateTime) -> Date {
    at.to_offset(offset!(+3)).date()
}
