//! Where a power of attorney stands on its way, and when it came there.

use kabinet_domain::poa::PoaState;
use kabinet_store::PoaRecord;
use time::OffsetDateTime;

use super::list::word;
use crate::view::{JournalRow, PoaStep, rfc3339};

/// The way up to where it is and, while it is not over, what is ahead. `history` is the journal of its document, the newest first.
pub(super) fn of(record: &PoaRecord, history: &[JournalRow], taken_in: OffsetDateTime) -> Vec<PoaStep> {
    use PoaState as S;
    let is = record.state;
    let third = match is {
        S::OutcomeUnknown => S::OutcomeUnknown,
        _ => S::Processing,
    };
    let last = match is {
        S::Refused => vec![S::Refused],
        S::Expired => vec![S::Active, S::Expired],
        S::Revoked => vec![S::Active, S::Revoked],
        _ => vec![S::Active],
    };
    let way: Vec<PoaState> = [S::Made, S::Signed, S::Queued, third]
        .into_iter()
        .chain(last)
        .collect();
    let here = way.iter().position(|state| *state == is).unwrap_or_default();
    way.iter()
        .enumerate()
        .map(|(place, state)| PoaStep {
            state: word(state),
            at: reached(record, history, *state, taken_in).filter(|_| place <= here),
            mark: match place.cmp(&here) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "ahead",
            }
            .to_owned(),
        })
        // One that came registered, or was taken back before it was, has not gone the whole way here.
        .filter(|step| {
            step.mark != "done" || step.at.is_some() || step.state == "made" || step.state == "signed"
        })
        .collect()
}

fn reached(
    record: &PoaRecord,
    history: &[JournalRow],
    state: PoaState,
    taken_in: OffsetDateTime,
) -> Option<String> {
    let heard = |row: &JournalRow, state: &str| {
        row.action == "poa-heard" && row.params.get("state").is_some_and(|told| told == state)
    };
    // The last time it came there: a file may have been on its way more than once.
    let last =
        |is: &dyn Fn(&JournalRow) -> bool| history.iter().find(|row| is(row)).map(|row| row.at.clone());
    let said = |action: &str| last(&|row| row.action == action);
    match state {
        PoaState::Made => Some(rfc3339(taken_in)),
        PoaState::Signed => said("poa-signed").or_else(|| {
            let made = record.signatures.iter().filter_map(|one| one.made).min();
            made.map(rfc3339)
        }),
        PoaState::Queued => said("poa-queued"),
        PoaState::Processing => said("poa-taken"),
        PoaState::OutcomeUnknown => said("poa-outcome-unknown"),
        PoaState::Refused => said("poa-refused"),
        PoaState::Active => {
            said("poa-registered").or_else(|| last(&|row| heard(row, "active") || heard(row, "created")))
        }
        PoaState::Expired => said("poa-expired").or_else(|| last(&|row| heard(row, "expired"))),
        PoaState::Revoked => record
            .revocation
            .map(|revocation| revocation.declared)
            .or(record.registry.and_then(|said| said.revoked_at))
            .map(rfc3339)
            .or_else(|| last(&|row| heard(row, "revoked"))),
    }
}
