//! The registry that links and registrations are checked against: invented organisations and sole proprietors, the
//! demo people's own among them. Made from a fixed seed, so that every portal has the same.

mod digits;
mod invent;

use std::sync::LazyLock;

use serde::Serialize;
use time::Date;

pub(crate) use digits::{is_account, is_inn, is_ogrn};

use crate::demo::{DemoIndex, Employee, Organisation};

/// Whether it acts under a charter or as a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Legal,
    SoleProprietor,
}

/// What the registry says of an organisation's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Active,
    InLiquidation,
    Liquidated,
}

/// The head.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head {
    pub(crate) surname: String,
    pub(crate) given_name: String,
    pub(crate) title: String,
    /// 12 digits.
    pub(crate) inn: String,
    #[serde(serialize_with = "iso")]
    pub(crate) appointed: Date,
}

/// `YYYY-MM-DD`.
fn iso<S: serde::Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

impl Head {
    /// Фамилия, имя, отчество.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.surname, self.given_name)
    }
}

/// One organisation or sole proprietor.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// Account number in ЕСИА, used once it is linked.
    pub(crate) oid: i64,
    pub(crate) kind: Kind,
    pub(crate) state: State,
    pub(crate) short_name: String,
    pub(crate) full_name: String,
    pub(crate) inn: String,
    pub(crate) ogrn: String,
    pub(crate) kpp: Option<String>,
    #[serde(serialize_with = "iso")]
    pub(crate) registered: Date,
    pub(crate) legal_address: String,
    /// Code of ОКВЭД.
    pub(crate) activity: String,
    pub(crate) head: Head,
    pub(crate) bic: String,
    pub(crate) bank_name: String,
    pub(crate) bank_account: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    /// Whether somebody outside the demo holds its account.
    pub(crate) held_elsewhere: bool,
}

static INVENTED: LazyLock<Vec<Entry>> = LazyLock::new(invent::everybody);

/// The registry of a demo world.
pub(crate) struct Registry {
    entries: Vec<Entry>,
}

impl Registry {
    /// The demo world's own organisations, then the invented ones, two of which belong to demo people.
    pub(crate) fn of(index: &DemoIndex) -> Self {
        let own = index.organisations.iter().map(|organisation| {
            let head = index
                .employees
                .iter()
                .find(|e| e.organisation == organisation.id && e.title.to_lowercase().contains("директор"));
            invent::known(organisation, head)
        });
        let mut entries: Vec<Entry> = own.collect();
        let person = |id: &str| index.employee(id);
        entries.extend(INVENTED.iter().cloned());
        if let Some(director) = person("director") {
            entries.push(invent::second_organisation(director));
        }
        if let Some(accountant) = person("accountant") {
            entries.push(invent::proprietor(accountant));
        }
        Self { entries }
    }

    pub(crate) fn by_inn(&self, inn: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.inn == inn)
    }

    pub(crate) fn by_ogrn(&self, ogrn: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.ogrn == ogrn)
    }

    pub(crate) fn by_oid(&self, oid: i64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.oid == oid)
    }

    /// Whose name, ИНН or ОГРН holds the text.
    pub(crate) fn search<'r>(&'r self, text: &str) -> impl Iterator<Item = &'r Entry> {
        let text = text.to_lowercase();
        self.entries.iter().filter(move |entry| {
            entry.full_name.to_lowercase().contains(&text)
                || entry.inn.starts_with(&text)
                || entry.ogrn.starts_with(&text)
        })
    }
}

impl Entry {
    /// Whether this person is the head.
    pub(crate) fn is_headed_by(&self, person: &Employee) -> bool {
        self.head.inn == person.inn
    }
}

/// oid as the store writes it.
pub(crate) fn oid_of(organisation: &Organisation) -> i64 {
    i64::try_from(organisation.oid).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn everybody_has_right_control_digits_and_nobody_a_number_twice() {
        let mut seen = HashSet::new();
        for entry in INVENTED.iter() {
            assert!(is_inn(&entry.inn), "{}", entry.inn);
            assert!(is_ogrn(&entry.ogrn), "{}", entry.ogrn);
            assert!(is_inn(&entry.head.inn), "{}", entry.head.inn);
            assert!(
                is_account(&entry.bic, &entry.bank_account),
                "{}",
                entry.bank_account
            );
            // No region has this number: nobody real can be meant.
            assert!(entry.inn.starts_with("99"));
            for number in [
                &entry.inn,
                &entry.ogrn,
                &entry.bank_account,
                &entry.oid.to_string(),
            ] {
                assert!(seen.insert(number.clone()), "{number}");
            }
            assert_eq!(entry.kpp.is_some(), entry.kind == Kind::Legal);
        }
        assert!(INVENTED.len() >= 400);
    }

    #[test]
    fn every_state_occurs() {
        for state in [State::Active, State::InLiquidation, State::Liquidated] {
            assert!(INVENTED.iter().any(|entry| entry.state == state), "{state:?}");
        }
        assert!(INVENTED.iter().any(|e| e.held_elsewhere) && INVENTED.iter().any(|e| !e.held_elsewhere));
    }
}
