//! Whether powers that are passed on are what their chain allows.

use std::collections::BTreeSet;

use super::deed::{Deed, Powers, Redelegation};
use super::fault::{Fault, FaultCode};
use super::record::{Registered, State, find};
use crate::store::StoreError;
use crate::world::World;

/// Longer chains are nobody's.
const LONGEST_CHAIN: usize = 20;

/// Everything that is wrong with a redelegation; nothing for a deed that is none.
pub(super) fn faults(world: &World, deed: &Deed) -> Result<Vec<Fault>, StoreError> {
    let Some(parent) = deed.parent else {
        return Ok(vec![]);
    };
    if parent.direct == deed.number || parent.first == deed.number {
        let text = "Доверенность передаёт полномочия по самой себе";
        return Ok(vec![Fault::at(
            FaultCode::Cycle,
            "СвПервДовер/@НомДоверПерв",
            text,
        )]);
    }
    let Some(given) = find(world, parent.direct)? else {
        let text = "Доверенности, по которой передаются полномочия, нет в реестре";
        return Ok(vec![Fault::at(FaultCode::ParentNotFound, "СвПервДовер", text)]);
    };
    if given.deed.parent.map_or(given.deed.number, |parent| parent.first) != parent.first {
        let text = "Первоначальная доверенность цепочки — другая";
        return Ok(vec![Fault::at(
            FaultCode::ParentNotFound,
            "СвПервДовер/@НомДоверПерв",
            text,
        )]);
    }
    let chain = chain(world, given)?;
    let mut faults = vec![];
    if chain.iter().any(|one| one.state(world.now_ms()) != State::Active) {
        let text = "Доверенность, по которой передаются полномочия, не действует";
        faults.push(Fault::at(FaultCode::ParentNotActive, "СвПервДовер", text));
    }
    let Some(given) = chain.first() else {
        return Ok(faults);
    };
    faults.extend(forbidden(&given.deed, deed));
    if !deed.principals.iter().all(|party| given.is_given_to(party.inn())) {
        let text = "Передаёт полномочия не тот, кому они даны";
        faults.push(Fault::at(FaultCode::NotYours, "СвПередПолн", text));
    }
    if deed
        .representatives
        .iter()
        .any(|party| chain.iter().any(|one| one.is_given_by(party.inn())))
    {
        let text = "Полномочия возвращаются тому, кто их дал";
        faults.push(Fault::at(FaultCode::Cycle, "СвПолучПолн", text));
    }
    if deed.expires > given.deed.expires {
        let text = format!(
            "Срок позже срока первоначальной доверенности ({})",
            given.deed.expires
        );
        faults.push(Fault::at(
            FaultCode::LongerThanParent,
            "СвПереДовер/@СрокДейст",
            text,
        ));
    }
    if deed.issued < given.deed.issued {
        let text = format!(
            "Выдана раньше первоначальной доверенности ({})",
            given.deed.issued
        );
        faults.push(Fault::at(
            FaultCode::LongerThanParent,
            "СвПереДовер/@ДатаВыдДовер",
            text,
        ));
    }
    faults.extend(wider(&given.deed.powers, &deed.powers));
    Ok(faults)
}

/// The one powers are passed on from, the one it was passed on from, and so on.
fn chain(world: &World, given: Registered) -> Result<Vec<Registered>, StoreError> {
    let mut seen = BTreeSet::from([given.deed.number]);
    let mut next = given.deed.parent;
    let mut chain = vec![given];
    while let Some(parent) = next
        && chain.len() < LONGEST_CHAIN
        && seen.insert(parent.direct)
        && let Some(one) = find(world, parent.direct)?
    {
        next = one.deed.parent;
        chain.push(one);
    }
    Ok(chain)
}

fn forbidden(given: &Deed, deed: &Deed) -> Option<Fault> {
    let text = match (given.redelegation, deed.redelegation) {
        (Redelegation::Forbidden, _) => "Передоверие не разрешено",
        (Redelegation::Once, Redelegation::Once | Redelegation::Further) => {
            "Передоверие разрешено один раз: дальше передавать нельзя"
        }
        _ => return None,
    };
    Some(Fault::at(
        FaultCode::RedelegationForbidden,
        "СвПереДовер/@ПрПередов",
        text,
    ))
}

/// Powers that were not given, or were given with limits the new ones lack.
fn wider(given: &Powers, passed: &Powers) -> Vec<Fault> {
    let fault = |element: String, text: String| Fault::at(FaultCode::WiderThanParent, element, text);
    match (given, passed) {
        (Powers::Text(given), Powers::Text(passed)) if given == passed => vec![],
        (Powers::Machine(given), Powers::Machine(passed)) => passed
            .iter()
            .enumerate()
            .filter_map(|(index, power)| {
                let element = format!("СвПолн/МашПолн[{}]", index + 1);
                let mut same = given.iter().filter(|one| one.code == power.code).peekable();
                if same.peek().is_none() {
                    return Some(fault(element, format!("Полномочие {} не было дано", power.code)));
                }
                let is_within = same.any(|one| one.limits.iter().all(|limit| power.limits.contains(limit)));
                (!is_within).then(|| {
                    let text = format!("Ограничения полномочия {} не сохранены", power.code);
                    fault(format!("{element}/ОгрСвПолн"), text)
                })
            })
            .collect(),
        _ => {
            let text = "Полномочия, записанные текстом, передаются только тем же текстом";
            vec![fault("СвПолн".into(), text.into())]
        }
    }
}
