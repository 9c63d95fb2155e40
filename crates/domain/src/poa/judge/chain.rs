//! Redelegation: nobody passes on more than they got, longer than they have it, or without being allowed to.

use super::super::{
    DelegatedFrom, Joint, Person, PoaNumber, PowerOfAttorney, Principal, Redelegation, Representative,
};
use super::{Finding, Found, Identity, KnownPoa, Question, examine, is_same_person, powers};

/// Follows the chain up to the one the organisation itself gave, and compares each step.
pub(super) fn follow(
    asked: &Question<'_>,
    known: &KnownPoa<'_>,
    parents: &[KnownPoa<'_>],
    found: &mut Found,
) {
    let mut child = known.poa;
    let mut steps: Vec<(PoaNumber, &DelegatedFrom)> = Vec::new();
    let mut seen = vec![child.number];
    while let Some(from) = &child.delegated_from {
        found.about(child.number);
        steps.push((child.number, from));
        if seen.contains(&from.parent) {
            return found.add(Finding::ChainCycle);
        }
        let Some(parent) = parents.iter().find(|one| one.poa.number == from.parent) else {
            found.add(Finding::ChainParentMissing { parent: from.parent });
            let inn = from.first_principal_inn.as_deref();
            found.when(inn.is_some_and(|inn| inn != asked.inn), || {
                Finding::OtherOrganisation
            });
            return;
        };
        step(child, parent.poa, seen.len() > 1, found);
        examine(asked, parent, found);
        seen.push(parent.poa.number);
        child = parent.poa;
    }
    for (number, from) in steps {
        found.about(number);
        found.when(!describes(from, child), || Finding::ChainFirstDiffers);
    }
    found.about(child.number);
    given_for(asked, child, found);
}

/// The organisation the signature is for has to be among those who gave the first one.
fn given_for(asked: &Question<'_>, root: &PowerOfAttorney, found: &mut Found) {
    if root.principals.is_empty() {
        return;
    }
    let Some(principal) = root.principals.iter().find(|one| one.inn() == Some(asked.inn)) else {
        return found.add(Finding::OtherOrganisation);
    };
    let kpp = match principal {
        Principal::Russian { organisation, .. } | Principal::Branch { organisation, .. } => {
            organisation.kpp.as_deref()
        }
        Principal::Foreign { organisation, .. } => organisation.kpp.as_deref(),
        Principal::SoleProprietor(_) | Principal::Person(_) => None,
    };
    let differs = kpp.zip(asked.kpp).is_some_and(|(given, asked)| given != asked);
    found.when(differs, || Finding::OtherKpp);
}

pub(super) fn step(child: &PowerOfAttorney, parent: &PowerOfAttorney, is_passed_on: bool, found: &mut Found) {
    let number = parent.number;
    match parent.redelegation {
        Redelegation::Forbidden => found.add(Finding::ChainForbidden { parent: number }),
        Redelegation::Once => found.when(is_passed_on, || Finding::ChainOnce { parent: number }),
        Redelegation::Further => {}
    }
    let (issued, expires) = (parent.issued, parent.expires);
    found.when(child.issued < issued, || Finding::ChainEarlier { issued });
    found.when(child.expires > expires, || Finding::ChainLonger { expires });
    for finding in powers::wider(&child.powers, &parent.powers) {
        found.add(finding);
    }
    let gives = |one: &Representative| child.principals.iter().any(|principal| is_one(principal, one));
    let got = |one: &Principal| {
        parent
            .representatives
            .iter()
            .any(|representative| is_one(one, representative))
    };
    found.when(!child.principals.iter().all(got), || {
        Finding::ChainNotRepresentative
    });
    let is_together = parent.joint == Joint::Together && parent.representatives.len() > 1;
    found.when(is_together && !parent.representatives.iter().all(gives), || {
        Finding::ChainJoint
    });
}

/// Whether who passes powers on is who received them.
fn is_one(principal: &Principal, representative: &Representative) -> bool {
    let is = |one: &Person, other: &Person| {
        is_same_person(one, other.inn.as_deref(), other.snils.as_deref()) == Identity::Same
    };
    match (principal, representative) {
        (Principal::Russian { organisation, .. }, Representative::Organisation(other)) => {
            organisation.inn == other.inn
        }
        (
            Principal::Russian { organisation, .. } | Principal::Branch { organisation, .. },
            Representative::Branch { organisation: other },
        ) => organisation.inn == other.inn && (other.kpp.is_none() || organisation.kpp == other.kpp),
        (Principal::Foreign { organisation, .. }, Representative::ForeignBranch { organisation: other }) => {
            organisation.inn.is_some() && organisation.inn == other.inn
        }
        (Principal::SoleProprietor(one), Representative::SoleProprietor(other)) => {
            is(&one.person, &other.person)
        }
        (Principal::SoleProprietor(one), Representative::Person(other)) => is(&one.person, other),
        (Principal::Person(one), Representative::SoleProprietor(other)) => is(one, &other.person),
        (Principal::Person(one), Representative::Person(other)) => is(one, other),
        _ => false,
    }
}

/// Whether what a redelegation says of the first one is so.
fn describes(from: &DelegatedFrom, first: &PowerOfAttorney) -> bool {
    let principal = from.first_principal_inn.as_deref();
    from.first == first.number
        && from.first_issued.is_none_or(|day| day == first.issued)
        && from.first_expires.is_none_or(|day| day == first.expires)
        && principal.is_none_or(|inn| first.principals.iter().any(|one| one.inn() == Some(inn)))
}
