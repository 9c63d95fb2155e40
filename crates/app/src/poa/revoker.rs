//! Who takes back: the head of now, who may be another one than who gave the powers.

use kabinet_domain::poa::{Person, Principal};
use kabinet_pki::Certificate;

use crate::state::Current;
use crate::tokens::PATIENCE;
use crate::{App, AppError};

use super::PoaError;

impl App {
    /// The person whose signature the registry will take: whom the portal names as head, else the only one whose certificate of
    /// the principal is here, else whom the power of attorney names.
    ///
    /// # Errors
    /// [`PoaError::HeadUnknown`].
    pub(super) async fn revoker(&self, current: &Current, principal: &Principal) -> Result<Person, AppError> {
        let (organisation, named) = match principal {
            Principal::SoleProprietor(one) => return Ok(one.person.clone()),
            Principal::Person(person) => return Ok(person.clone()),
            Principal::Russian {
                managing_proprietor: Some(one),
                ..
            } => return Ok(one.person.clone()),
            Principal::Russian {
                organisation,
                heads,
                managed_by,
                ..
            } => {
                let acting = managed_by.as_ref().unwrap_or(organisation);
                (Some(acting.inn.clone()), heads.first())
            }
            Principal::Branch { organisation, head } => (Some(organisation.inn.clone()), head.as_ref()),
            Principal::Foreign { organisation, head } => (organisation.inn.clone(), head.as_ref()),
        };
        if organisation.as_deref() == Some(current.organisation.inn.as_str())
            && let Some(head) = self.head_by_the_portal().await
        {
            return Ok(head);
        }
        let holders = match &organisation {
            Some(inn) => self.holders(inn).await,
            None => Vec::new(),
        };
        let is_same = |one: &&Person| named.is_some_and(|named| named.inn.is_some() && named.inn == one.inn);
        match (holders.as_slice(), named) {
            ([one], _) => Ok(one.clone()),
            (several, Some(named)) => Ok(several.iter().find(is_same).unwrap_or(named).clone()),
            (_, None) => Err(PoaError::HeadUnknown.into()),
        }
    }

    /// As the portal last said; nothing where it never did, or names several.
    async fn head_by_the_portal(&self) -> Option<Person> {
        let employees = self.employees(false).await.ok()?;
        let mut heads = employees
            .items
            .into_iter()
            .filter(|one| one.is_head && one.is_active);
        let (Some(head), None) = (heads.next(), heads.next()) else {
            return None;
        };
        Some(Person {
            surname: head.surname,
            given_name: head.given_name,
            patronymic: head.patronymic,
            inn: head.inn,
            snils: head.snils,
            position: head.position,
            ..Person::default()
        })
    }

    /// Those whose certificate of this organisation is on a token here.
    async fn holders(&self, inn: &str) -> Vec<Person> {
        let scan = self.tokens().glance(PATIENCE).await;
        let mut holders: Vec<Person> = Vec::new();
        for on in &scan.certificates {
            let Ok(certificate) = Certificate::from_der(&on.der) else {
                continue;
            };
            let subject = certificate.subject();
            let (Some(surname), Some(given)) = (subject.surname.clone(), subject.given_name.clone()) else {
                continue;
            };
            if subject.organisation_inn() != Some(inn) || subject.person_inn().is_none() {
                continue;
            }
            let (given_name, patronymic) = match given.split_once(' ') {
                Some((given, patronymic)) => (given.to_owned(), Some(patronymic.trim().to_owned())),
                None => (given, None),
            };
            let person = Person {
                surname,
                given_name,
                patronymic,
                inn: subject.person_inn().map(str::to_owned),
                snils: subject
                    .snils
                    .as_ref()
                    .map(|text| text.chars().filter(char::is_ascii_digit).collect()),
                position: subject.title.clone(),
                ..Person::default()
            };
            if holders.iter().all(|one| one.inn != person.inn) {
                holders.push(person);
            }
        }
        holders
    }
}
