//! What must hold of every case, however it came about.

use proptest::prelude::*;
use time::Duration;

use super::tests::case::{Case, Held, NOON, limit, signer, word};
use super::{SignatureStanding, Verdict};
use crate::poa::{Joint, PoaState, Powers, Redelegation, RegistryState, Representative};

/// Something that may be true of a case.
fn turn(case: &mut Case, which: u8, amount: i64) {
    let held = match (which & 0x80, case.parents.first_mut()) {
        (0x80, Some(parent)) => parent,
        _ => &mut case.held,
    };
    match which & 0x7f {
        0 => held.poa.issued += Duration::days(amount),
        1 => held.poa.expires += Duration::days(amount),
        2 => held.signatures.clear(),
        3 => {
            if let Some(one) = held.signatures.first_mut() {
                one.standing = SignatureStanding::Unknown;
            }
        }
        4 => held.registry = None,
        5 => {
            held.registry =
                word([RegistryState::Created, RegistryState::Absent][amount.rem_euclid(2) as usize])
        }
        6 => held.poa.powers = Powers::Text("Всё".to_owned()),
        7 => held.machine().truncate(1),
        8 => {
            if let Some(power) = held.machine().first_mut() {
                power.restrictions.push(limit("SUM", "1"));
            }
        }
        9 => held.poa.redelegation = Redelegation::Forbidden,
        10 => held.poa.joint = Joint::Together,
        11 => held
            .poa
            .representatives
            .push(Representative::Person(super::tests::case::person(6))),
        12 => case.acting = signer(amount.rem_euclid(8) as u8),
        13 => case.at += Duration::days(amount),
        14 => case.inn = "5001000001",
        15 => case.powers.clear(),
        16 => case.matter = vec![("SUM", if amount > 0 { "1" } else { "2" })],
        17 => {
            held.state =
                [PoaState::Queued, PoaState::Refused, PoaState::Signed][amount.rem_euclid(3) as usize]
        }
        18 => case.together_with = vec![signer(6)],
        _ => held.poa.tax_offices = vec!["7736".to_owned()],
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let turns = proptest::collection::vec((0u8..20, any::<bool>(), -400i64..400), 0..5);
    (0usize..3, turns).prop_map(|(start, turns)| {
        let mut case = [Case::plain, Case::redelegated, Case::redelegated_twice][start]();
        // What a child says of the first one is right or wrong by itself; here only what is given matters.
        for held in std::iter::once(&mut case.held).chain(&mut case.parents) {
            if let Some(from) = &mut held.poa.delegated_from {
                (from.first_issued, from.first_expires) = (None, None);
            }
        }
        for (which, of_parent, amount) in turns {
            turn(&mut case, which | if of_parent { 0x80 } else { 0 }, amount);
        }
        case
    })
}

/// Takes something away from what was given, and nothing else. Of a chain only the first is narrowed: one that gave more than
/// it got is better for giving less.
fn narrow(held: &mut Held, which: u8, amount: u8) {
    match which {
        0 => held.poa.expires -= Duration::days(i64::from(amount)),
        1 => held.poa.issued += Duration::days(i64::from(amount)),
        2 => {
            if let Powers::Machine(powers) = &mut held.poa.powers {
                powers.pop();
            }
        }
        3 => {
            if let Powers::Machine(powers) = &mut held.poa.powers {
                powers
                    .iter_mut()
                    .for_each(|power| power.restrictions.push(limit("KIND", "7")));
            }
        }
        4 => {
            held.poa.redelegation = match held.poa.redelegation {
                Redelegation::Further => Redelegation::Once,
                _ => Redelegation::Forbidden,
            };
        }
        5 => held.poa.joint = Joint::Together,
        6 if held.poa.joint == Joint::Each => drop(held.poa.representatives.pop()),
        7 if held.poa.tax_offices.is_empty() => held.poa.tax_offices = vec!["0000".to_owned()],
        _ => held.poa.lost_on_redelegation = true,
    }
}

proptest! {
    #[test]
    fn less_given_is_never_more_allowed(case in cases(), which in 0u8..9, amount in 0u8..200) {
        let before = case.judge().verdict;
        let mut less = case.clone();
        let is_plain = less.parents.is_empty();
        let held = if is_plain {
            &mut less.held
        } else {
            let last = less.parents.len() - 1;
            &mut less.parents[last]
        };
        narrow(held, which, amount);
        if before != Verdict::Allowed {
            prop_assert_ne!(less.judge().verdict, Verdict::Allowed, "{:?}", less.codes());
        }
        if before == Verdict::NotAllowed {
            prop_assert_eq!(less.judge().verdict, Verdict::NotAllowed, "{:?} -> {:?}", case.codes(), less.codes());
        }
    }

    #[test]
    fn what_was_taken_back_in_time_is_never_allowed(case in cases(), before in 0i64..10_000, at_registry: bool, of in 0usize..3) {
        let mut case = case;
        let revoked = case.at - Duration::minutes(before);
        let count = case.parents.len() + 1;
        let held = match of % count {
            0 => &mut case.held,
            other => &mut case.parents[other - 1],
        };
        if at_registry {
            let mut said = word(RegistryState::Revoked).expect("a word");
            (said.at, said.revoked_at) = (NOON + Duration::days(999), Some(revoked));
            held.registry = Some(said);
        } else {
            held.revoked_here = Some(revoked);
        }
        prop_assert_ne!(case.judge().verdict, Verdict::Allowed);
        if case.parents.is_empty() {
            prop_assert_eq!(case.judge().verdict, Verdict::NotAllowed);
        }
    }

    #[test]
    fn every_doubt_keeps_it_from_being_allowed(case in cases()) {
        let judged = case.judge();
        let gravest = judged.reasons.iter().map(|reason| reason.what.weight()).max();
        let is_allowed = gravest.is_none_or(|weight| weight == super::Weight::Note);
        prop_assert_eq!(judged.verdict == Verdict::Allowed, is_allowed);
    }
}
