//! Somebody an administrator acts on, and what keeps an act from being done.

use super::super::access::{self, ADMINISTRATOR, Membership};
use super::super::account::Account;
use super::super::refusal::{Code, FieldProblem, Refusal};
use crate::demo::Employee;
use crate::poa;
use crate::store::StoreError;
use crate::world::World;

/// A person and the place in the caller's organisation.
pub(super) struct Person<'w> {
    pub(super) employee: &'w Employee,
    pub(super) membership: Membership,
}

impl<'w> Person<'w> {
    /// Somebody with a place there, now or before.
    pub(super) fn known(world: &'w World, place: &Membership, id: &str) -> Result<Self, Refusal> {
        let oid: i64 = id.parse().map_err(|_| Code::EmployeeNotFound)?;
        let employee = world.employee_by_oid(oid).ok_or(Code::EmployeeNotFound)?;
        let membership = access::membership(world, oid, place.organisation)?;
        Ok(Self {
            employee,
            membership: membership.ok_or(Code::EmployeeNotFound)?,
        })
    }

    /// Somebody who works there.
    pub(super) fn working(world: &'w World, place: &Membership, id: &str) -> Result<Self, Refusal> {
        let person = Self::known(world, place, id)?;
        match person.membership.is_active() {
            true => Ok(person),
            false => Err(Code::EmployeeNotFound.into()),
        }
    }

    /// Whether the organisation would have nobody with an administrator's rights without this person (EMP-43).
    pub(super) fn is_last_administrator(&self, world: &World) -> Result<bool, StoreError> {
        let is_administrator = |m: &Membership| m.is_active() && m.enabled && m.is_admin();
        if !is_administrator(&self.membership) {
            return Ok(false);
        }
        let all = access::members(world, self.membership.organisation)?;
        Ok(!all
            .iter()
            .any(|m| m.person != self.membership.person && is_administrator(m)))
    }

    /// Refuses what would take the place of the last administrator, the head's or one's own.
    pub(super) fn require_dispensable(&self, world: &World, by: i64) -> Result<(), Refusal> {
        if self.is_last_administrator(world)? {
            return Err(Code::LastAdministrator.into());
        }
        if self.membership.chief {
            return Err(Code::HeadStays.into());
        }
        match self.membership.person == by {
            true => Err(Code::OwnAccount.into()),
            false => Ok(()),
        }
    }

    /// Who becomes an administrator has a confirmed account that is not locked, a phone and an ИНН (EMP-36).
    pub(super) fn require_fit_for_administrator(&self, world: &World) -> Result<(), Refusal> {
        let account = Account::of(world, self.employee);
        let mut problems = vec![];
        let mut unless = |holds: bool, name: &str, message: &str| {
            if !holds {
                problems.push(FieldProblem {
                    name: name.into(),
                    code: "unfit".into(),
                    message: message.into(),
                });
            }
        };
        unless(
            super::super::registry::is_inn(&self.employee.inn),
            "inn",
            "Нужен действительный ИНН",
        );
        unless(
            !account.phone.is_empty(),
            "phone",
            "Нужен подтверждённый номер телефона",
        );
        unless(
            account.confirmed,
            "account",
            "Учётная запись Госуслуг не подтверждена",
        );
        unless(
            account.lock.is_none(),
            "lock",
            "Учётная запись Госуслуг заблокирована",
        );
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Refusal::new(Code::CandidateUnfit).fields(problems)),
        }
    }

    /// Numbers of the powers of attorney of the organisation by which the person acts now or will.
    pub(super) fn poas(&self, world: &World) -> Result<Vec<String>, StoreError> {
        let (inn, snils) = (&self.employee.inn, &self.employee.snils);
        let all = poa::by_representative(world, self.membership.organisation, (inn, snils))?;
        let now_ms = world.now_ms();
        let lasting = all
            .iter()
            .filter(|one| matches!(one.state(now_ms), poa::State::Active | poa::State::Created));
        Ok(lasting.map(|one| one.deed.number.to_string()).collect())
    }
}

/// Whether it is given only by who may appoint administrators.
pub(super) fn is_administrator(role: &str) -> bool {
    role == ADMINISTRATOR
}

/// A reason that says something: 3…500 characters.
pub(super) fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    match (3..=500).contains(&text.chars().count()) {
        true => Ok(text.to_owned()),
        false => Err(Refusal::new(Code::ReasonMissing).fields(vec![FieldProblem {
            name: "reason".into(),
            code: "missing".into(),
            message: "От 3 до 500 знаков".into(),
        }])),
    }
}
