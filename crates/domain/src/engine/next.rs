//! From where a submission stands to what is done next.

use time::Duration;

use super::{Circumstances, Wish};
use crate::{Submission, SubmissionEvent, SubmissionState};

/// Without a session the outbox only looks up now and then; signing in wakes it.
const UNTIL_SIGN_IN: Duration = Duration::minutes(1);

/// The next thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// What is written down before it is done.
    pub note: Option<SubmissionEvent>,
    /// What is done then.
    pub wish: Wish,
}

/// What to do next for a submission whose time has come. Total: every state has an answer.
pub fn next(submission: &Submission, around: &Circumstances) -> Next {
    use SubmissionState as S;
    let now = around.now;
    let plain = |wish| Next { note: None, wish };
    let noted = |event, wish| Next {
        note: Some(event),
        wish,
    };
    match submission.state {
        S::Finished { .. } => return plain(Wish::Nothing),
        // Nothing is asked for this: the number whose answer was lost may be somebody else's as well, so another is asked for.
        S::Reserving { .. } => return noted(SubmissionEvent::NotReserved, Wish::Again),
        _ => {}
    }
    if !around.signed_in {
        return plain(Wish::SignIn);
    }
    match submission.state {
        S::Queued => match around.order_limit {
            Some(free) if free > now => plain(Wish::Wait(free)),
            _ => noted(SubmissionEvent::ReserveStarted(now), Wish::Reserve),
        },
        S::Reserved { order } => noted(
            SubmissionEvent::UploadStarted(now),
            Wish::Push { order, again: false },
        ),
        S::Amending {
            order, since: None, ..
        } => noted(
            SubmissionEvent::AmendStarted(now),
            Wish::Push { order, again: false },
        ),
        S::Cancelling { order, since: None } => {
            noted(SubmissionEvent::CancelStarted(now), Wish::Cancel(order))
        }
        S::Uploading { order, .. }
        | S::Amending { order, .. }
        | S::Cancelling { order, .. }
        | S::Following { order } => plain(Wish::Look(order)),
        S::Collecting { order, outcome } => plain(Wish::Collect(order, outcome)),
        S::Reserving { .. } | S::Finished { .. } => plain(Wish::Nothing),
    }
}

/// When a submission that waits for somebody to sign in looks up again.
pub(super) fn until_sign_in(now: time::OffsetDateTime) -> time::OffsetDateTime {
    now + UNTIL_SIGN_IN
}
