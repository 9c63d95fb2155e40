//! What is to be done next for a submission, and what follows from what the portal said: every decision of the outbox, and
//! nothing that happens.
//!
//! Whoever executes it asks [`next`], writes [`Next::note`] down, does the [`Wish`], and tells what came of it to [`hear`],
//! whose [`Heard`] is written down before anything else is done. A crash between any two of these leaves a state from which
//! [`next`] goes on. Three rules carry the rest:
//!
//! * A number belongs to the submission whose request the portal answered with it. One whose answer was lost is never looked for
//!   again: another installation of the same organisation may hold it, and the portal does not tell them apart. It stays an empty
//!   draft, which nobody files.
//! * What may have arrived is asked about before anything leaves again, and while it may still arrive, the number is not given
//!   up, nothing is withdrawn and nothing is called refused.
//! * How long something may be under way is measured by the portal's clock, which no one here can set.

mod hear;
mod next;
mod pause;
mod watch;

use std::time::Duration as StdDuration;

use time::{Duration, OffsetDateTime};

pub use hear::{Heard, hear};
pub use next::{Next, next};
pub use pause::after_failure;
pub use watch::{Interest, look_after, sync_after};

use crate::{DocumentStage, OrderId, Outcome};

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nothing: [`next`] is asked again at once.
    Again,
    /// Nothing before this moment.
    Wait(OffsetDateTime),
    /// Nothing before somebody signs in.
    SignIn,
    /// Nothing ever.
    Nothing,
    /// Ask for a number.
    Reserve,
    /// Ask what the portal has under a number.
    Look(OrderId),
    /// Send the content.
    Push {
        /// Under this number.
        order: OrderId,
        /// An earlier try may still arrive.
        again: bool,
    },
    /// Ask for the order to be cancelled.
    Cancel(OrderId),
    /// Fetch what came with the final status.
    Collect(OrderId, Outcome),
}

/// What the executor knows besides the submission.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// This computer's clock.
    pub now: OffsetDateTime,
    /// Somebody is signed in.
    pub signed_in: bool,
    /// When the limit on orders of this service leaves room again; `None` if there is room.
    pub order_limit: Option<OffsetDateTime>,
    /// How often this is asked about by itself: whoever looks at it, or waits for it, is told sooner.
    pub interest: Interest,
}

/// How long a request that left can be under way at most: the time it may take, and the five minutes in which the portal takes
/// the parts of one upload. Counted by the portal's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(pub Duration);

/// What came of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The number.
    Number(OrderId),
    /// The portal has all of the content.
    Received,
    /// The portal took the request to cancel.
    CancelTaken,
    /// What the portal has under the number.
    Order(OrderNews),
    /// The portal has no such order.
    NoSuchOrder,
    /// Everything that came with the final status is here.
    Collected,
    /// Nothing of the kind.
    Failure(Failure),
}

/// What matters of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderNews {
    /// Only the number exists.
    pub is_draft: bool,
    /// The authority's question that is open: its entry of the history.
    pub question: Option<u64>,
    /// Nothing will follow. From `finalStatus`, `closed` or a failed processing code, never from the number of a status.
    pub is_over: bool,
    /// How it ended, where the program knows the kind.
    pub outcome: Option<Outcome>,
    /// It can be cancelled now.
    pub cancel_allowed: bool,
    /// Something is there that was not known.
    pub has_news: bool,
}

/// Why a wish was not fulfilled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What follows from it.
    pub kind: FailureKind,
    /// Stable code for the person.
    pub code: &'static str,
    /// The pause the portal asked for.
    pub retry_after: Option<StdDuration>,
}

/// Failures by what follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// Nothing was done, and a repetition may help.
    NotDone,
    /// The portal may have done it.
    Unknown,
    /// The access token is not accepted: somebody has to sign in.
    Unauthorized,
    /// Content arrived in part; the whole certainly is not there yet, but parts may still be under way.
    Broken,
    /// The portal will not fill the number (409), or knows nothing of it.
    Conflict,
    /// The order cannot be cancelled any more (405).
    TooLate,
    /// Refused for good: the same again cannot help.
    Refused,
}

/// How the outcome is shown in lists of documents.
pub fn resting_stage(outcome: Outcome) -> DocumentStage {
    match outcome {
        Outcome::Accepted => DocumentStage::Accepted,
        Outcome::Refused => DocumentStage::Refused,
        Outcome::Failed => DocumentStage::Failed,
        Outcome::Cancelled => DocumentStage::Cancelled,
        // Not one of the known ends: somebody has to read what the authority wrote.
        Outcome::Other => DocumentStage::NeedsCorrection,
    }
}
