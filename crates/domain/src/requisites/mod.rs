//! Formal checks of ИНН, ОГРН, ОГРНИП, КПП, СНИЛС, БИК and bank accounts.
//!
//! A check says whether a value *can* be what it claims, never whether it exists in a register. Errors
//! carry no value, so they may be logged.

mod bank;
mod snils;
mod tax;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::OrganisationKind;

/// Kind of a requisite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// ИНН: 10 digits of a legal person or 12 of a person.
    Inn,
    /// ОГРН of a legal person: 13 digits.
    Ogrn,
    /// ОГРНИП of a sole proprietor: 15 digits.
    Ogrnip,
    /// КПП: 9 characters, the fifth and sixth may be capital Latin letters.
    Kpp,
    /// СНИЛС: 11 digits.
    Snils,
    /// БИК: 9 digits.
    Bik,
    /// Bank account: 20 digits (the sixth may be a letter), judged together with its БИК.
    Account,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Inn,
        Self::Ogrn,
        Self::Ogrnip,
        Self::Kpp,
        Self::Snils,
        Self::Bik,
        Self::Account,
    ];

    /// Stable name used on the command line and in codes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inn => "inn",
            Self::Ogrn => "ogrn",
            Self::Ogrnip => "ogrnip",
            Self::Kpp => "kpp",
            Self::Snils => "snils",
            Self::Bik => "bik",
            Self::Account => "account",
        }
    }
}

/// A name that is no [`Kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("unknown kind of requisite")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(UnknownKind)
    }
}

/// What else a check needs to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context<'a> {
    /// БИК of the bank; needed for [`Kind::Account`] only.
    pub bik: Option<&'a str>,
    /// The test contour of ЕСИА hands out СНИЛС (`000-…`) whose control number is wrong: do not check it.
    pub test_contour: bool,
}

/// A requisite that passed its check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Normalised {
    /// Kind.
    pub kind: Kind,
    /// The value as it is stored and sent: no spaces, no hyphens.
    pub value: String,
    /// The value as people write it (`112-233-445 95`); the same as `value` for most kinds.
    pub shown: String,
}

impl Normalised {
    fn plain(kind: Kind, value: String) -> Self {
        Self {
            kind,
            shown: value.clone(),
            value,
        }
    }

    /// What kind of taxpayer the requisite speaks of, where it tells.
    ///
    /// A 12-digit ИНН belongs to a person; among organisations that is a sole proprietor.
    pub fn organisation_kind(&self) -> Option<OrganisationKind> {
        match self.kind {
            Kind::Inn if self.value.len() == 10 => Some(OrganisationKind::Legal),
            Kind::Inn | Kind::Ogrnip => Some(OrganisationKind::SoleProprietor),
            Kind::Ogrn | Kind::Kpp => Some(OrganisationKind::Legal),
            Kind::Snils | Kind::Bik | Kind::Account => None,
        }
    }
}

/// Why a value cannot be what it claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Error)]
#[error("{}: {reason}", kind.name())]
pub struct RequisiteError {
    /// Kind that was checked.
    pub kind: Kind,
    /// Reason.
    #[serde(flatten)]
    pub reason: Reason,
}

impl RequisiteError {
    /// Stable code for the text.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }
}

/// Reason inside a [`RequisiteError`]. Positions count characters of the cleaned value from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Error)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum Reason {
    /// Nothing was entered.
    #[error("empty")]
    Empty,
    /// Wrong number of characters.
    #[error("{actual} characters")]
    Length {
        /// Characters found.
        actual: usize,
        /// Lengths that are allowed.
        allowed: &'static [usize],
    },
    /// A character that does not belong there.
    #[error("a foreign character at {position}")]
    Character {
        /// Where, from 1.
        position: usize,
    },
    /// The control digit does not fit: most often a typing mistake somewhere in the number.
    #[error("control digit at {position} should be {expected}")]
    ControlDigit {
        /// Where the first wrong control digit stands, from 1.
        position: usize,
        /// What it would be if all other digits are right.
        expected: u8,
    },
    /// The right characters in a combination that is never issued (the region `00`, all zeros).
    #[error("a number that is never issued")]
    NeverIssued,
    /// An account cannot be judged without a valid БИК.
    #[error("a valid БИК is needed")]
    BikNeeded,
    /// ИНН and ОГРН belong to different kinds of organisation.
    #[error("ИНН and ОГРН are of different kinds")]
    KindMismatch,
}

impl Reason {
    /// Stable code for the text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "requisite.empty",
            Self::Length { .. } => "requisite.length",
            Self::Character { .. } => "requisite.character",
            Self::ControlDigit { .. } => "requisite.control-digit",
            Self::NeverIssued => "requisite.never-issued",
            Self::BikNeeded => "requisite.bik-needed",
            Self::KindMismatch => "requisite.kind-mismatch",
        }
    }
}

/// Checks `value` and brings it to its normal form. Spaces are ignored everywhere, hyphens in a СНИЛС.
///
/// # Errors
/// [`RequisiteError`] with the first reason found.
pub fn check(kind: Kind, value: &str, context: Context<'_>) -> Result<Normalised, RequisiteError> {
    match kind {
        Kind::Inn => tax::inn(value),
        Kind::Ogrn => tax::ogrn(value),
        Kind::Ogrnip => tax::ogrnip(value),
        Kind::Kpp => tax::kpp(value),
        Kind::Snils => snils::check(value, context.test_contour),
        Kind::Bik => bank::bik(value),
        Kind::Account => bank::account(value, context.bik),
    }
    .map_err(|reason| RequisiteError { kind, reason })
}

/// Checks that an ИНН and an ОГРН or ОГРНИП belong to the same kind of organisation, and each by itself.
///
/// # Errors
/// The error of the first bad value, or [`Reason::KindMismatch`].
pub fn check_pair(inn: &str, ogrn: &str) -> Result<OrganisationKind, RequisiteError> {
    let inn = check(Kind::Inn, inn, Context::default())?;
    let (organisation, kind) = if inn.value.len() == 10 {
        (OrganisationKind::Legal, Kind::Ogrn)
    } else {
        (OrganisationKind::SoleProprietor, Kind::Ogrnip)
    };
    let other = if kind == Kind::Ogrn {
        Kind::Ogrnip
    } else {
        Kind::Ogrn
    };
    match check(kind, ogrn, Context::default()) {
        Ok(_) => Ok(organisation),
        Err(_) if check(other, ogrn, Context::default()).is_ok() => Err(RequisiteError {
            kind,
            reason: Reason::KindMismatch,
        }),
        Err(error) => Err(error),
    }
}

/// The value without spaces (also the unbreakable ones people paste) and the characters of `ignored`.
fn clean(value: &str, ignored: &[char]) -> String {
    value
        .chars()
        .filter(|c| !c.is_whitespace() && !ignored.contains(c))
        .collect()
}

/// The digits of a value of one of the `allowed` lengths.
fn digits(value: &str, allowed: &'static [usize]) -> Result<Vec<u8>, Reason> {
    if value.is_empty() {
        return Err(Reason::Empty);
    }
    if let Some(index) = value.chars().position(|c| !c.is_ascii_digit()) {
        return Err(Reason::Character { position: index + 1 });
    }
    if !allowed.contains(&value.len()) {
        return Err(Reason::Length {
            actual: value.len(),
            allowed,
        });
    }
    Ok(value.bytes().map(|byte| byte - b'0').collect())
}
