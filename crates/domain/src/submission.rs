use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{DocumentId, OrderId};

/// Local identity of one sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubmissionId(pub Uuid);

/// One document on its way to the portal: a row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Local identity.
    pub id: SubmissionId,
    /// What is being sent.
    pub document: DocumentId,
    /// Service code of the catalogue.
    pub service: String,
    /// Where it stands.
    pub state: SubmissionState,
    /// Tries since the last progress.
    pub attempts: u32,
    /// Not to be tried before this moment.
    #[serde(with = "time::serde::rfc3339")]
    pub due: OffsetDateTime,
    /// Stable code of the last failure, until progress clears it.
    pub last_error: Option<String>,
    /// When it was put into the outbox.
    #[serde(with = "time::serde::rfc3339")]
    pub created: OffsetDateTime,
}

/// State of a submission. Written before each request leaves and after each answer arrives, so that
/// whatever a crash interrupts is known, and asked about, before anything is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum SubmissionState {
    /// Nothing has left this computer.
    Queued,
    /// The request for an order number is, or was, under way. The portal may hold a reservation we do not know.
    Reserving {
        /// When the first such request left.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
    },
    /// The order number is ours; no content has left.
    Reserved {
        /// The number.
        order: OrderId,
    },
    /// Content is, or was, under way. The portal may have all of it.
    Uploading {
        /// The number.
        order: OrderId,
        /// When the first part left; the portal allows five minutes.
        #[serde(with = "time::serde::rfc3339")]
        since: OffsetDateTime,
        /// The portal's own time at which it would not fill the number, although it shows nothing under it.
        #[serde(
            default,
            with = "time::serde::rfc3339::option",
            skip_serializing_if = "Option::is_none"
        )]
        stuck: Option<OffsetDateTime>,
    },
    /// An answer to the authority's question travels under the number the order has.
    Amending {
        /// The number.
        order: OrderId,
        /// The entry of the history that asked for it.
        question: u64,
        /// When it left, if it did: the portal may have it.
        #[serde(default, with = "time::serde::rfc3339::option")]
        since: Option<OffsetDateTime>,
    },
    /// The portal has everything; its status is followed.
    Following {
        /// The number.
        order: OrderId,
    },
    /// The person wants the order back.
    Cancelling {
        /// The number.
        order: OrderId,
        /// When the request left, if it did: the portal may have acted on it.
        #[serde(default, with = "time::serde::rfc3339::option")]
        since: Option<OffsetDateTime>,
    },
    /// A final status was reached; results are still to be fetched and verified.
    Collecting {
        /// The number.
        order: OrderId,
        /// How it ended.
        outcome: Outcome,
    },
    /// Over.
    Finished {
        /// The number, if there ever was one.
        order: Option<OrderId>,
        /// How it ended.
        outcome: Outcome,
    },
}

/// How a submission ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Accepted or performed.
    Accepted,
    /// Refused by the authority.
    Refused,
    /// Did not pass the portal's checks or delivery.
    Failed,
    /// Withdrawn.
    Cancelled,
    /// Over in a way the program does not know: a person has to read the status.
    Other,
}

/// What happened to a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmissionEvent {
    /// The request for a number is about to leave.
    ReserveStarted(OffsetDateTime),
    /// The portal gave, or was found to have given, this number.
    Reserved(OrderId),
    /// The portal certainly holds no reservation of ours.
    NotReserved,
    /// The first part of the content is about to leave.
    UploadStarted(OffsetDateTime),
    /// The portal certainly has all the content.
    Uploaded,
    /// The portal certainly lacks the content; the number can be used again.
    NotUploaded,
    /// The number cannot be used any more and nothing was accepted under it.
    OrderLost,
    /// The portal reported a final status.
    Final(Outcome),
    /// Results are in the archive and verified, or there are none.
    Collected,
    /// The portal refused for good; sending the same again cannot help.
    Rejected,
    /// The user withdrew it before anything left.
    Withdrawn,
    /// The portal will not fill the number, and shows nothing under it; the portal's own time.
    Stuck(OffsetDateTime),
    /// The answer to the authority is about to leave.
    AmendStarted(OffsetDateTime),
    /// The portal certainly lacks the answer.
    NotAmended,
    /// The user wants the order back.
    CancelWanted,
    /// The request to cancel is about to leave.
    CancelStarted(OffsetDateTime),
    /// The portal took the request, or it cannot be cancelled any more: the statuses will tell.
    CancelSettled,
}

/// An event that does not belong to the state: a defect of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{event:?} is not possible in {state:?}")]
pub struct IllegalTransition {
    /// The state.
    pub state: SubmissionState,
    /// The event.
    pub event: SubmissionEvent,
}

impl SubmissionState {
    /// The state after `event`.
    ///
    /// # Errors
    /// [`IllegalTransition`] when the event does not belong to the state; the state is unchanged.
    pub fn after(self, event: SubmissionEvent) -> Result<Self, IllegalTransition> {
        use SubmissionEvent as E;
        use SubmissionState as S;
        Ok(match (self, event) {
            (S::Queued, E::ReserveStarted(since)) => S::Reserving { since },
            // A repeated request keeps the time of the first: the search for a lost reservation starts there.
            (S::Reserving { since }, E::ReserveStarted(_)) => S::Reserving { since },
            (S::Reserving { .. }, E::Reserved(order)) => S::Reserved { order },
            (S::Reserving { .. }, E::NotReserved) => S::Queued,
            (S::Reserved { order }, E::UploadStarted(since)) => S::Uploading {
                order,
                since,
                stuck: None,
            },
            (S::Uploading { order, .. } | S::Amending { order, .. }, E::Uploaded) => S::Following { order },
            (S::Uploading { order, .. }, E::NotUploaded) => S::Reserved { order },
            // The first time counts: from then on the portal has had the time it needs.
            (S::Uploading { order, since, stuck }, E::Stuck(at)) => S::Uploading {
                order,
                since,
                stuck: stuck.or(Some(at)),
            },
            (S::Uploading { .. } | S::Reserved { .. }, E::OrderLost) => S::Queued,
            (S::Amending { order, question, .. }, E::AmendStarted(since)) => S::Amending {
                order,
                question,
                since: Some(since),
            },
            (S::Amending { order, question, .. }, E::NotAmended) => S::Amending {
                order,
                question,
                since: None,
            },
            (S::Following { order }, E::CancelWanted) => S::Cancelling { order, since: None },
            (S::Cancelling { order, .. }, E::CancelStarted(since)) => S::Cancelling {
                order,
                since: Some(since),
            },
            (S::Cancelling { order, .. }, E::CancelSettled) => S::Following { order },
            (
                S::Following { order }
                | S::Uploading { order, .. }
                | S::Cancelling { order, .. }
                | S::Amending { order, .. },
                E::Final(outcome),
            ) => S::Collecting { order, outcome },
            (S::Collecting { order, outcome }, E::Collected) => S::Finished {
                order: Some(order),
                outcome,
            },
            (S::Reserving { .. }, E::Rejected) => S::Finished {
                order: None,
                outcome: Outcome::Failed,
            },
            (S::Reserved { order } | S::Uploading { order, .. } | S::Amending { order, .. }, E::Rejected) => {
                S::Finished {
                    order: Some(order),
                    outcome: Outcome::Failed,
                }
            }
            (S::Queued, E::Withdrawn) => S::Finished {
                order: None,
                outcome: Outcome::Cancelled,
            },
            (
                S::Reserved { order }
                | S::Amending {
                    order, since: None, ..
                },
                E::Withdrawn,
            ) => S::Finished {
                order: Some(order),
                outcome: Outcome::Cancelled,
            },
            (state, event) => return Err(IllegalTransition { state, event }),
        })
    }

    /// The order number, once there is one.
    pub fn order(self) -> Option<OrderId> {
        match self {
            Self::Queued | Self::Reserving { .. } => None,
            Self::Reserved { order }
            | Self::Uploading { order, .. }
            | Self::Amending { order, .. }
            | Self::Following { order }
            | Self::Cancelling { order, .. }
            | Self::Collecting { order, .. } => Some(order),
            Self::Finished { order, .. } => order,
        }
    }

    /// Whether nothing remains to be done.
    pub fn is_finished(self) -> bool {
        matches!(self, Self::Finished { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: OrderId = OrderId(7);
    const T: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn happy_path_ends_finished() {
        let mut state = SubmissionState::Queued;
        for event in [
            SubmissionEvent::ReserveStarted(T),
            SubmissionEvent::Reserved(ORDER),
            SubmissionEvent::UploadStarted(T),
            SubmissionEvent::Uploaded,
            SubmissionEvent::Final(Outcome::Accepted),
            SubmissionEvent::Collected,
        ] {
            state = state.after(event).unwrap();
        }
        assert_eq!(
            state,
            SubmissionState::Finished {
                order: Some(ORDER),
                outcome: Outcome::Accepted
            }
        );
    }

    #[test]
    fn a_second_reservation_cannot_start_while_a_number_is_held() {
        let state = SubmissionState::Reserved { order: ORDER };
        assert!(state.after(SubmissionEvent::ReserveStarted(T)).is_err());
    }

    #[test]
    fn nothing_can_be_uploaded_twice_without_asking() {
        let state = SubmissionState::Uploading {
            order: ORDER,
            since: T,
            stuck: None,
        };
        assert!(state.after(SubmissionEvent::UploadStarted(T)).is_err());
        assert_eq!(
            state.after(SubmissionEvent::NotUploaded).unwrap(),
            SubmissionState::Reserved { order: ORDER }
        );
    }

    #[test]
    fn what_is_finished_stays_finished() {
        let state = SubmissionState::Finished {
            order: Some(ORDER),
            outcome: Outcome::Refused,
        };
        for event in [
            SubmissionEvent::ReserveStarted(T),
            SubmissionEvent::Withdrawn,
            SubmissionEvent::Collected,
        ] {
            assert_eq!(state.after(event), Err(IllegalTransition { state, event }));
        }
    }

    #[test]
    fn a_state_written_before_numbers_could_be_stuck_is_read() {
        let text = r#"{"state":"uploading","order":7,"since":"1970-01-01T00:00:00Z"}"#;
        let state: SubmissionState = serde_json::from_str(text).unwrap();
        assert_eq!(
            state,
            SubmissionState::Uploading {
                order: ORDER,
                since: T,
                stuck: None
            }
        );
        assert_eq!(serde_json::to_string(&state).unwrap(), text);
    }

    #[test]
    fn a_repeated_reservation_keeps_the_first_time() {
        let later = T + time::Duration::HOUR;
        let state = SubmissionState::Reserving { since: T };
        assert_eq!(
            state.after(SubmissionEvent::ReserveStarted(later)).unwrap(),
            state
        );
    }
}
