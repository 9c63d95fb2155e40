//! What becomes of a file that was handed in.

use super::deed::{self, Deed, Party};
use super::fault::{Fault, FaultCode};
use super::record::{Registered, Revoked, find, withdraw};
use super::revocation::{self, Revocation};
use super::task::{Kind, Task};
use super::{notices, powers, read, redelegation, seal};
use crate::store::StoreError;
use crate::world::{World, WorldError};

/// How a task ends.
#[derive(Debug)]
pub(super) enum Outcome {
    Done { already: bool },
    Refused(Vec<Fault>),
}

/// Why there is no good end.
enum Stop {
    Faults(Vec<Fault>),
    World(WorldError),
}

impl From<Vec<Fault>> for Stop {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faults(faults)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Faults(vec![fault])
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::World(error.into())
    }
}

impl From<WorldError> for Stop {
    fn from(error: WorldError) -> Self {
        Self::World(error)
    }
}

/// Judges the file of a task and does what it asks for. Done twice, it changes nothing the second time.
pub(super) fn carry_out(
    world: &World,
    task: &Task,
    content: &[u8],
    signature: &[u8],
) -> Result<Outcome, WorldError> {
    if world.settings().poa.unavailable {
        return Ok(Outcome::Refused(vec![Fault::unavailable()]));
    }
    let done = match task.kind {
        Kind::Registration => register(world, task, content, signature),
        Kind::Revocation => revoke(world, task, content, signature),
    };
    match done {
        Ok(already) => Ok(Outcome::Done { already }),
        Err(Stop::Faults(faults)) => Ok(Outcome::Refused(faults)),
        Err(Stop::World(error)) => Err(error),
    }
}

fn collected(faults: Vec<Fault>) -> Result<(), Stop> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Stop::Faults(faults))
    }
}

/// Whether the registry had it already.
fn register(world: &World, task: &Task, content: &[u8], signature: &[u8]) -> Result<bool, Stop> {
    let deed = read::read(&task.name, content)?;
    if let Some(known) = find(world, deed.number)? {
        return is_the_same(&known, &deed, task);
    }
    collected(term(world, &deed))?;
    collected(powers::unknown(&deed.powers))?;
    is_own(world, &deed, task)?;
    let signers = seal::signers(world, content, signature)??;
    let element = if deed.parent.is_some() {
        "СвПередПолн"
    } else {
        "СвДоверит"
    };
    let given = deed
        .principals
        .iter()
        .map(|party| seal::gives(world, party, &signers, element));
    collected(given.filter_map(Result::err).collect())?;
    collected(redelegation::faults(world, &deed)?)?;

    let registered = Registered {
        task: task.id,
        name: task.name.clone(),
        digest: task.digest.clone(),
        organisation: organisation_of(world, &deed).unwrap_or(task.organisation),
        registered_ms: world.now_ms(),
        revoked: None,
        warned: vec![],
        deed,
    };
    if world.store.add_record(&registered)? {
        notices::created(world, &registered)?;
        return Ok(false);
    }
    // Somebody was faster.
    match find(world, registered.deed.number)? {
        Some(known) => is_the_same(&known, &registered.deed, task),
        None => Ok(false),
    }
}

/// For whom somebody acts by it: the organisation that gives the powers, and that of the first of the chain.
fn organisation_of(world: &World, deed: &Deed) -> Option<i64> {
    let by_inn = |party: &Party| world.registry.by_inn(party.inn()).map(|entry| entry.oid);
    let first = deed
        .parent
        .and_then(|parent| find(world, parent.first).ok().flatten());
    match first {
        Some(first) => Some(first.organisation),
        None => deed.principals.iter().find_map(by_inn),
    }
}

/// A number that is taken: by the same file, by another of the same principal, or by somebody else.
fn is_the_same(known: &Registered, deed: &Deed, task: &Task) -> Result<bool, Stop> {
    if known.task == task.id {
        return Ok(false);
    }
    let is_own = deed.principals.iter().any(|party| known.is_given_by(party.inn()));
    if !is_own {
        let text = "Доверенность с таким номером выдал другой доверитель";
        return Err(Fault::at(FaultCode::NumberTaken, "СвДов/@НомДовер", text).into());
    }
    if known.digest == task.digest {
        return Ok(true);
    }
    let text = "С этим номером зарегистрирован другой файл или другая подпись";
    Err(Fault::at(FaultCode::DifferentSignature, "СвДов/@НомДовер", text).into())
}

fn term(world: &World, deed: &Deed) -> Vec<Fault> {
    let today = deed::day_of(world.now());
    let name = if deed.parent.is_some() {
        "СвПереДовер"
    } else {
        "СвДов"
    };
    let mut faults = vec![];
    if deed.expires < deed.issued {
        let text = "Срок действия раньше даты выдачи";
        faults.push(Fault::at(FaultCode::Term, format!("{name}/@СрокДейст"), text));
    } else if deed.expires < today {
        let text = "Срок действия уже истёк";
        faults.push(Fault::at(FaultCode::Term, format!("{name}/@СрокДейст"), text));
    }
    faults
}

/// Somebody who gives powers must be who handed the file in.
fn is_own(world: &World, deed: &Deed, task: &Task) -> Result<(), Stop> {
    let entry = world.registry.by_oid(task.organisation);
    let person = world.employee_by_oid(task.person);
    let is_own = deed.principals.iter().any(|party| {
        entry.is_some_and(|entry| entry.inn == party.inn())
            || (party.person().is_some() && person.is_some_and(|person| person.inn == party.inn()))
    });
    if is_own {
        return Ok(());
    }
    let element = if deed.parent.is_some() {
        "СвПередПолн"
    } else {
        "СвДоверит"
    };
    let text = "Доверитель — не организация, от имени которой передан файл";
    Err(Fault::at(FaultCode::OtherOrganisation, element, text).into())
}

/// Whether the same revocation was carried out already.
fn revoke(world: &World, task: &Task, content: &[u8], signature: &[u8]) -> Result<bool, Stop> {
    let revocation = revocation::read(&task.name, content)?;
    let not_yours = || {
        let text = "У доверителя нет доверенности с таким номером";
        Fault::at(FaultCode::NotYours, "СвДов/@НомДовер", text)
    };
    let known = find(world, revocation.number)?.ok_or_else(not_yours)?;
    let declarant = &revocation.declarant_inn;
    let entry = world.registry.by_oid(task.organisation);
    let person = world.employee_by_oid(task.person);
    let is_declarant = entry.is_some_and(|entry| entry.inn == *declarant)
        || person.is_some_and(|person| person.inn == *declarant);
    if !known.is_given_by(declarant) || !is_declarant {
        return Err(not_yours().into());
    }
    if let Some(done) = known.revoked.as_ref().filter(|done| done.is_by(&task.digest)) {
        withdraw(world, revocation.number, done)?;
        return Ok(true);
    }
    if let Some(fault) = revocation::refusal(&known, &revocation, world.now_ms()) {
        return Err(fault.into());
    }
    let signers = seal::signers(world, content, signature)??;
    is_signed_by_principal(world, &known, &revocation, &signers)?;
    let revoked = Revoked {
        at_ms: world.now_ms(),
        reason: revocation.reason,
        by: Some(task.digest.clone()),
    };
    if withdraw(world, revocation.number, &revoked)? {
        return Ok(false);
    }
    // Somebody was faster: the same file, or another.
    let now = find(world, revocation.number)?.and_then(|one| one.revoked);
    if now.is_some_and(|done| done.is_by(&task.digest)) {
        return Ok(true);
    }
    Err(Fault::new(FaultCode::AlreadyRevoked, "Доверенность уже отозвана").into())
}

/// The person the file names signs it: the head of now, or who gave the powers.
fn is_signed_by_principal(
    world: &World,
    known: &Registered,
    revocation: &Revocation,
    signers: &[kabinet_pki::Subject],
) -> Result<(), Fault> {
    let not_the_head = |text: &str| Err(Fault::at(FaultCode::NotTheHead, "Подписант", text));
    let own = signers.iter().find(|one| seal::is_of(one, &revocation.signer));
    let Some(subject) = own else {
        return not_the_head("ИНН и СНИЛС сертификата не совпадают с подписантом отзыва");
    };
    let party = known
        .deed
        .principals
        .iter()
        .find(|party| party.inn() == revocation.declarant_inn);
    match party {
        Some(Party::Organisation {
            inn,
            heads,
            managed_by,
            ..
        }) => {
            let acting = managed_by.as_ref().unwrap_or(inn);
            if subject.organisation_inn() != Some(acting) {
                let text = "Сертификат подписи выдан не этой организации";
                return Err(Fault::at(FaultCode::OtherOrganisation, "Подписант", text));
            }
            let entry = world.registry.by_inn(acting);
            let is_head = entry.is_some_and(|entry| entry.head.inn == revocation.signer.inn)
                || heads.iter().any(|head| head.inn == revocation.signer.inn);
            match is_head {
                true => Ok(()),
                false => not_the_head("Отозвать может руководитель организации"),
            }
        }
        Some(Party::Person(person) | Party::Proprietor { person, .. }) if seal::is_of(subject, person) => {
            Ok(())
        }
        _ => not_the_head("Отозвать может доверитель"),
    }
}
