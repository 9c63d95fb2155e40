//! Who is told what becomes of a power of attorney (POA-08, POA-18, POA-21).

use super::deed;
use super::record::{Registered, Revoked, State};
use crate::cabinet::notifications::{self, Kind, Link};
use crate::demo::Employee;
use crate::store::StoreError;
use crate::world::World;

/// The demo people among those who receive powers.
fn attorneys<'w>(world: &'w World, one: &Registered) -> Vec<&'w Employee> {
    let is_one = |employee: &&Employee| {
        let people = one.deed.representatives.iter().filter_map(|party| party.person());
        people
            .into_iter()
            .any(|person| person.inn == employee.inn && person.snils == employee.snils)
    };
    world.index.employees.iter().filter(is_one).collect()
}

/// The head of the organisation for which somebody acts by it.
fn head<'w>(world: &'w World, one: &Registered) -> Option<&'w Employee> {
    let entry = world.registry.by_oid(one.organisation)?;
    world
        .index
        .employees
        .iter()
        .find(|employee| entry.is_headed_by(employee))
}

fn tell(
    world: &World,
    person: &Employee,
    kind: Kind,
    one: &Registered,
    (title, text): (&str, &str),
) -> Result<(), StoreError> {
    let principal: Vec<String> = one.deed.principals.iter().map(|party| party.name()).collect();
    let text = format!("№ {} от {}. {text}", one.deed.number, principal.join(", "));
    let link = Link {
        section: "poa".into(),
        id: Some(one.deed.number.to_string()),
    };
    let person = i64::try_from(person.oid).unwrap_or_default();
    notifications::add(world, person, kind, title, &text, Some(link), true)
}

/// Tells who received powers.
pub(super) fn created(world: &World, one: &Registered) -> Result<(), StoreError> {
    let text = format!(
        "Действует с {} по {} включительно.",
        one.deed.issued, one.deed.expires
    );
    for person in attorneys(world, one) {
        tell(
            world,
            person,
            Kind::Security,
            one,
            ("Вам выдана доверенность", &text),
        )?;
    }
    Ok(())
}

/// Tells who lost them.
pub(super) fn revoked(world: &World, one: &Registered, revoked: &Revoked) -> Result<(), StoreError> {
    let text = format!("Причина: {}. Подписывать по ней больше нельзя.", revoked.reason);
    for person in attorneys(world, one) {
        tell(
            world,
            person,
            Kind::Security,
            one,
            ("Доверенность отозвана", &text),
        )?;
    }
    Ok(())
}

/// Tells attorneys and the head of whatever ends soon or has ended, each once.
pub(crate) fn warn_due(world: &World) -> Result<(), StoreError> {
    let now_ms = world.now_ms();
    let today = deed::day_of(world.now());
    let days = world.settings().poa.warn_days;
    for one in world.store.records::<Registered>()? {
        let left = (one.deed.expires - today).whole_days();
        let warning = match one.state(now_ms) {
            State::Active => days
                .iter()
                .copied()
                .filter(|days| *days > 0 && left <= *days)
                .min(),
            State::Expired => Some(0),
            State::Created | State::Revoked => None,
        };
        let Some(warning) = warning else { continue };
        if one.warned.iter().any(|given| *given <= warning) {
            continue;
        }
        world
            .store
            .change_record(&one.deed.number.to_string(), |kept: &mut Registered| {
                kept.warned.push(warning);
            })?;
        let text = match warning {
            0 => "Срок истёк. Чтобы подписывать дальше, нужна новая доверенность.".to_owned(),
            _ => format!("Последний день действия — {}.", one.deed.expires),
        };
        let title = match warning {
            0 => "Срок доверенности истёк",
            _ => "Заканчивается срок доверенности",
        };
        let mut people = attorneys(world, &one);
        people.extend(head(world, &one));
        people.dedup_by_key(|person| person.oid);
        for person in people {
            tell(world, person, Kind::Deadline, &one, (title, &text))?;
        }
    }
    Ok(())
}
