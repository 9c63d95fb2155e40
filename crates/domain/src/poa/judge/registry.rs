//! What the registry said, how old that is, and whether it was taken back.

use time::OffsetDateTime;

use super::super::{PoaState, RegistryState};
use super::{Finding, Found, KnownPoa, PoaKind, Question, RegistryWord, day};

pub(super) fn examine(asked: &Question<'_>, known: &KnownPoa<'_>, found: &mut Found) {
    if let Some(at) = known.revoked_here {
        found.add(if at <= asked.at {
            Finding::RevokedHere { at }
        } else {
            Finding::RevokedAfter { at }
        });
    }
    if known.kind != PoaKind::Electronic {
        return;
    }
    found.when(known.state == PoaState::Refused, || Finding::Refused);
    match &known.registry {
        Some(word) => said(asked, known, word, found),
        None => unsaid(known, found),
    }
}

fn unsaid(known: &KnownPoa<'_>, found: &mut Found) {
    match known.state {
        PoaState::Refused => {}
        PoaState::Revoked if known.revoked_here.is_some() => {}
        PoaState::Revoked => found.add(Finding::RevokedWhenUnknown),
        state if is_on_its_way(state) => found.add(Finding::NotRegisteredYet { state }),
        _ => found.add(Finding::RegistryNeverAsked),
    }
}

fn said(asked: &Question<'_>, known: &KnownPoa<'_>, word: &RegistryWord, found: &mut Found) {
    let state = known.state;
    let asked_on = day(word.at);
    // What is over for good stays so, however long ago that was said.
    match word.state {
        RegistryState::Revoked => return revoked(asked, word, found),
        RegistryState::Expired if asked_on <= known.poa.expires => {
            return found.add(Finding::RegistryContradicts);
        }
        RegistryState::Expired => return,
        _ => {}
    }
    if let Some(hours) = stale(asked, word.at) {
        return found.add(Finding::RegistryStale { hours });
    }
    match word.state {
        RegistryState::Absent if is_on_its_way(state) => found.add(Finding::NotRegisteredYet { state }),
        RegistryState::Absent => found.add(Finding::NeverRegistered),
        RegistryState::Created => found.when(asked_on >= known.poa.issued, || Finding::NotActive),
        _ => {}
    }
}

fn revoked(asked: &Question<'_>, word: &RegistryWord, found: &mut Found) {
    match word.revoked_at {
        Some(at) if at <= asked.at => found.add(Finding::Revoked { at }),
        Some(at) => found.add(Finding::RevokedAfter { at }),
        // It was revoked by then at the latest.
        None if word.at <= asked.at => found.add(Finding::Revoked { at: word.at }),
        None => found.add(Finding::RevokedWhenUnknown),
    }
}

fn is_on_its_way(state: PoaState) -> bool {
    matches!(
        state,
        PoaState::Queued | PoaState::Processing | PoaState::OutcomeUnknown
    )
}

/// Hours since the registry was asked, when those are too many.
fn stale(asked: &Question<'_>, said: OffsetDateTime) -> Option<i64> {
    let age = asked.at - said;
    (age > asked.fresh).then(|| age.whole_hours())
}
