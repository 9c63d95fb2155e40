//! Who can be named in a power of attorney: employees, those of earlier ones, and owners of the certificates that are plugged in.
//! All of it is there without a network; only a portal that never told of employees is asked.

use std::time::Duration;

use kabinet_domain::draft::Fields;
use kabinet_domain::poa::{Person, PowerOfAttorney, Principal};
use kabinet_formats::poa;
use kabinet_pki::Certificate;
use kabinet_store::{Page, PoaFilter};

use crate::poa::register;
use crate::state::Current;
use crate::view::{EmployeeRow, PoaPerson};
use crate::{App, AppError};

/// Powers of attorney that are looked through, the latest: the same people come again and again.
const LOOKED_THROUGH: u64 = 200;
/// How long the portal is waited for.
const ANSWER: Duration = Duration::from_secs(3);
/// A slow token is not waited for: it is only a help.
const PATIENCE: Duration = Duration::from_millis(300);

impl App {
    /// Everybody the program knows who can be named, heads first, then by name; the same without a network.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn poa_people(&self) -> Result<Vec<PoaPerson>, AppError> {
        let current = self.current().await?;
        let own = current.organisation.inn.clone();
        let employees = self.known_employees().await;
        let certificates = self.tokens().glance(PATIENCE).await.certificates;
        let earlier = crate::blocking::blocking(move || latest(&current)).await?;

        let mut known = Known::default();
        known.employees(&employees);
        for poa in &earlier {
            known.of_register(poa, &own);
        }
        for on in &certificates {
            if let Ok(certificate) = Certificate::from_der(&on.der) {
                known.of_certificate(&certificate, &own);
            }
        }
        Ok(known.told(&employees))
    }

    /// As they were last told; a portal that never was asked is, without waiting for it long.
    async fn known_employees(&self) -> Vec<EmployeeRow> {
        let kept = self.employees(false).await.unwrap_or_default();
        if kept.heard.is_some() {
            return kept.items;
        }
        let asked = tokio::time::timeout(ANSWER, self.employees(true)).await;
        asked.map_or_else(|_| Vec::new(), |list| list.unwrap_or_default().items)
    }
}

/// The latest powers of attorney of the register, newest first. Blocks.
pub(super) fn latest(current: &Current) -> Result<Vec<PowerOfAttorney>, AppError> {
    let store = &current.store;
    let mut found = Vec::new();
    for record in store.poas(&PoaFilter::default(), Page::first(LOOKED_THROUGH))? {
        found.extend(register::content(store, &store.document(record.document)?)?);
    }
    found.sort_by_key(|poa| std::cmp::Reverse(poa.issued));
    Ok(found)
}

#[derive(Default)]
struct Known(Vec<PoaPerson>);

impl Known {
    /// Facts that were learnt first stay; later sources only add to them.
    fn add(&mut self, source: &str, is_head: bool, facts: Fields) {
        let fact = |facts: &Fields, name: &str| facts.get(name).cloned().unwrap_or_default();
        let is_same = |one: &PoaPerson| {
            for id in ["inn", "snils"] {
                let (mine, theirs) = (fact(&one.facts, id), fact(&facts, id));
                if !mine.is_empty() && !theirs.is_empty() {
                    return mine == theirs;
                }
            }
            let names = ["surname", "given-name", "patronymic"];
            names
                .iter()
                .all(|name| fact(&one.facts, name) == fact(&facts, name))
        };
        if fact(&facts, "surname").is_empty() {
            return;
        }
        match self.0.iter_mut().find(|one| is_same(one)) {
            Some(one) => {
                // Half of one document and half of another would prove nobody.
                let has_document = one.facts.contains_key("passport.number");
                for (name, value) in facts {
                    if !(has_document && name.starts_with("passport.")) {
                        one.facts.entry(name).or_insert(value);
                    }
                }
                one.is_head |= is_head;
            }
            None => self.0.push(PoaPerson {
                name: String::new(),
                source: source.to_owned(),
                position: None,
                is_head,
                facts,
            }),
        }
    }

    fn employees(&mut self, employees: &[EmployeeRow]) {
        for one in employees.iter().filter(|one| one.is_active) {
            self.add("employee", one.is_head, of_employee(one));
        }
    }

    fn has_head(&self) -> bool {
        self.0.iter().any(|one| one.is_head)
    }

    fn of_register(&mut self, poa: &PowerOfAttorney, own: &str) {
        // Who headed the organisation last time, where nobody says who does now.
        let is_unknown = !self.has_head();
        for principal in &poa.principals {
            let is_own = principal.inn() == Some(own);
            for (index, person) in principal.signers().into_iter().enumerate() {
                let is_head = is_own && is_unknown && index == 0;
                self.add("register", is_head, poa::person_facts(person));
            }
        }
        for person in poa.representatives.iter().filter_map(|one| one.person()) {
            self.add("register", false, poa::person_facts(person));
        }
    }

    fn of_certificate(&mut self, certificate: &Certificate, own: &str) {
        let subject = certificate.subject();
        let (Some(surname), Some(names)) = (&subject.surname, &subject.given_name) else {
            return;
        };
        let (given_name, patronymic) = match names.split_once(' ') {
            Some((given, rest)) => (given.to_owned(), Some(rest.trim().to_owned())),
            None => (names.clone(), None),
        };
        let person = Person {
            surname: surname.clone(),
            given_name,
            patronymic,
            inn: subject.person_inn().map(str::to_owned),
            snils: subject.snils.clone(),
            position: subject.title.clone(),
            ..Person::default()
        };
        let is_head = subject.organisation_inn() == Some(own) && !self.has_head();
        self.add("certificate", is_head, poa::person_facts(&person));
    }

    /// Who left the organisation is not offered, whatever earlier ones say.
    fn told(self, employees: &[EmployeeRow]) -> Vec<PoaPerson> {
        let has_left = |facts: &Fields| {
            let inn = facts.get("inn");
            let rows: Vec<&EmployeeRow> = employees
                .iter()
                .filter(|one| inn.is_some() && one.inn.as_ref() == inn)
                .collect();
            !rows.is_empty() && rows.iter().all(|one| !one.is_active)
        };
        let mut all: Vec<PoaPerson> = self
            .0
            .into_iter()
            .filter(|one| !has_left(&one.facts))
            .map(|one| {
                let names = ["surname", "given-name", "patronymic"];
                let names: Vec<&str> = names
                    .iter()
                    .filter_map(|name| one.facts.get(*name).map(String::as_str))
                    .collect();
                PoaPerson {
                    name: names.join(" "),
                    position: one.facts.get("position").cloned(),
                    ..one
                }
            })
            .collect();
        all.sort_by_key(|one| (!one.is_head, one.name.to_lowercase()));
        all
    }
}

fn of_employee(one: &EmployeeRow) -> Fields {
    let born = one.born.as_deref().and_then(|text| {
        let day = time::macros::format_description!("[year]-[month]-[day]");
        time::Date::parse(text, day).ok()
    });
    poa::person_facts(&Person {
        surname: one.surname.clone(),
        given_name: one.given_name.clone(),
        patronymic: one.patronymic.clone(),
        inn: one.inn.clone(),
        snils: one.snils.clone(),
        position: one.position.clone(),
        born,
        ..Person::default()
    })
}

/// Address, phone and e-mail the organisation gave last time.
pub(super) fn contacts(earlier: &[PowerOfAttorney], own: &str) -> Fields {
    let mut principals = earlier.iter().flat_map(|poa| &poa.principals);
    let found = principals.find_map(|one| match one {
        Principal::Russian { organisation, .. } if organisation.inn == own => Some(organisation),
        _ => None,
    });
    found.map(poa::contact_facts).unwrap_or_default()
}
