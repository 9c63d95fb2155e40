//! People who were asked for a signature before, and whoever signed in.

use kabinet_domain::Environment;
use kabinet_domain::requisites::{self, Context, Kind};
use kabinet_store::OrganisationStore;

use super::GoskeyError;
use crate::AppError;
use crate::view::{GoskeyAsk, GoskeyPerson};

/// Setting of the organisation.
const PEOPLE: &str = "goskey-people";
/// Digits of a number at ЕСИА, by the published schema.
const OID_LIMIT: usize = 20;

/// Whose signature is asked for, checked.
pub(super) struct Addressee {
    pub(super) name: String,
    /// `112-233-445 95`.
    pub(super) snils: Option<String>,
    pub(super) oid: Option<String>,
}

impl Addressee {
    /// # Errors
    /// [`GoskeyError::Nobody`], [`GoskeyError::Snils`], [`GoskeyError::Oid`].
    pub(super) fn of(ask: &GoskeyAsk, environment: Environment) -> Result<Self, GoskeyError> {
        let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let context = Context {
            // People of the test contour have СНИЛС whose control number is wrong.
            test_contour: matches!(environment, Environment::Test | Environment::Custom),
            ..Context::default()
        };
        let snils = typed(&ask.snils)
            .map(|snils| requisites::check(Kind::Snils, &snils, context))
            .transpose()
            .map_err(|_| GoskeyError::Snils)?
            .map(|snils| snils.shown);
        let oid = typed(&ask.oid);
        let is_number = |oid: &String| oid.len() <= OID_LIMIT && oid.bytes().all(|one| one.is_ascii_digit());
        if !oid.iter().all(is_number) {
            return Err(GoskeyError::Oid);
        }
        if snils.is_none() && oid.is_none() {
            return Err(GoskeyError::Nobody);
        }
        let name = ask.name.trim().to_owned();
        Ok(Self { name, snils, oid })
    }

    fn is(&self, known: &GoskeyPerson) -> bool {
        let same = |own: &Option<String>, other: &Option<String>| own.is_some() && own == other;
        same(&self.snils, &known.snils) || same(&self.oid, &known.oid)
    }
}

/// Who was asked before, by name.
pub(super) fn known(store: &OrganisationStore) -> Result<Vec<GoskeyPerson>, AppError> {
    Ok(store.setting(PEOPLE)?.unwrap_or_default())
}

/// Remembers a person; what is known of them already and was not typed anew is kept.
pub(super) fn remember(store: &OrganisationStore, person: &Addressee) -> Result<(), AppError> {
    let mut all = known(store)?;
    let before = all.iter().position(|one| person.is(one)).map(|at| all.remove(at));
    let before = before.unwrap_or_default();
    let name = if person.name.is_empty() {
        before.name
    } else {
        person.name.clone()
    };
    all.push(GoskeyPerson {
        name,
        snils: person.snils.clone().or(before.snils),
        oid: person.oid.clone().or(before.oid),
    });
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(store.set_setting(PEOPLE, &all)?)
}

/// What a person of a request is called here.
pub(super) fn name_of(people: &[GoskeyPerson], snils: Option<&str>, oid: Option<&str>) -> Option<String> {
    let is = |one: &&GoskeyPerson| {
        (snils.is_some() && one.snils.as_deref() == snils) || (oid.is_some() && one.oid.as_deref() == oid)
    };
    people
        .iter()
        .find(is)
        .map(|one| one.name.clone())
        .filter(|name| !name.is_empty())
}
