//! From what the portal said to what is written down.

use time::{Duration, OffsetDateTime};

use super::{
    Circumstances, Failure, FailureKind, OrderNews, Patience, Said, Wish, after_failure, look_after, next,
    resting_stage,
};
use crate::{DocumentStage, OrderId, Outcome, Submission, SubmissionEvent, SubmissionState};

/// Between questions about something that may still be on its way.
const UNDER_WAY: Duration = Duration::seconds(3);

/// What follows from an answer. All of it is written down in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// How the submission moves, if it does.
    pub event: Option<SubmissionEvent>,
    /// Where its document is then, if that changes.
    pub stage: Option<DocumentStage>,
    /// [`Submission::attempts`] from now on.
    pub attempts: u32,
    /// [`Submission::due`] from now on, before jitter.
    pub due: OffsetDateTime,
    /// [`Submission::last_error`] from now on.
    pub error: Option<&'static str>,
    /// The session is of no use any more.
    pub session_lost: bool,
    /// What is done at once, without asking [`next`](super::next()).
    pub then: Option<Wish>,
}

/// What follows from `said`, the answer to `wish`. `portal_now` is the portal's time of this answer where it told one.
pub fn hear(
    submission: &Submission,
    wish: Wish,
    said: &Said,
    around: &Circumstances,
    portal_now: Option<OffsetDateTime>,
    patience: Patience,
) -> Heard {
    let hearing = Hearing {
        submission,
        now: around.now,
        portal_now: portal_now.unwrap_or(around.now),
        patience,
        around,
    };
    match (wish, said) {
        (Wish::SignIn, _) => Heard {
            error: Some("app.not-signed-in"),
            due: next::until_sign_in(around.now),
            ..hearing.quiet()
        },
        (Wish::Wait(until), _) => Heard {
            due: until,
            error: Some("portal.order-limit"),
            ..hearing.quiet()
        },
        (_, Said::Failure(failure)) => hearing.failure(wish, failure),
        (_, Said::Number(order)) => hearing.moves(SubmissionEvent::Reserved(*order), DocumentStage::Queued),
        (_, Said::Received) => hearing.moves(SubmissionEvent::Uploaded, DocumentStage::Sent),
        (_, Said::CancelTaken) => Heard {
            stage: None,
            ..hearing.moves(SubmissionEvent::CancelSettled, DocumentStage::Sent)
        },
        (Wish::Collect(_, outcome), Said::Collected) => {
            hearing.moves(SubmissionEvent::Collected, resting_stage(outcome))
        }
        (Wish::Look(order), Said::Order(news)) => hearing.order(order, news),
        (Wish::Look(_), Said::NoSuchOrder) => hearing.no_order(),
        _ => hearing.again_in(UNDER_WAY),
    }
}

struct Hearing<'a> {
    submission: &'a Submission,
    now: OffsetDateTime,
    portal_now: OffsetDateTime,
    patience: Patience,
    around: &'a Circumstances,
}

impl Hearing<'_> {
    /// Nothing moves.
    fn quiet(&self) -> Heard {
        Heard {
            event: None,
            stage: None,
            attempts: self.submission.attempts,
            due: self.now,
            error: None,
            session_lost: false,
            then: None,
        }
    }

    fn moves(&self, event: SubmissionEvent, stage: DocumentStage) -> Heard {
        Heard {
            event: Some(event),
            stage: Some(stage),
            attempts: 0,
            ..self.quiet()
        }
    }

    fn again_in(&self, pause: Duration) -> Heard {
        Heard {
            due: self.now + pause,
            ..self.quiet()
        }
    }

    fn is_amending(&self) -> bool {
        matches!(self.submission.state, SubmissionState::Amending { .. })
    }

    /// Failures in a row. While an order is followed, the same number counts the questions that brought nothing new.
    fn failures(&self) -> u32 {
        let is_followed = matches!(self.submission.state, SubmissionState::Following { .. });
        match self.submission.last_error {
            None if is_followed => 0,
            _ => self.submission.attempts,
        }
    }

    fn order(&self, order: OrderId, news: &OrderNews) -> Heard {
        if news.is_over && !news.is_draft {
            let outcome = news.outcome.unwrap_or(Outcome::Other);
            return Heard {
                stage: None,
                ..self.moves(SubmissionEvent::Final(outcome), DocumentStage::Sent)
            };
        }
        match self.submission.state {
            SubmissionState::Uploading { .. } if !news.is_draft => {
                self.moves(SubmissionEvent::Uploaded, DocumentStage::Sent)
            }
            SubmissionState::Uploading { stuck: None, .. } => Heard {
                // The state on disk says already that content is leaving.
                stage: Some(DocumentStage::Sending),
                error: None,
                then: Some(Wish::Push { order, again: true }),
                ..self.quiet()
            },
            SubmissionState::Uploading {
                stuck: Some(stuck), ..
            } => self.give_up_after(stuck),
            SubmissionState::Amending { question, .. } if news.question == Some(question) => Heard {
                stage: Some(DocumentStage::Sending),
                then: Some(Wish::Push { order, again: true }),
                ..self.quiet()
            },
            SubmissionState::Amending { .. } => self.moves(SubmissionEvent::Uploaded, DocumentStage::Sent),
            // It still can be cancelled: the request was not heard, and asking twice does no harm.
            SubmissionState::Cancelling { order, .. } if news.cancel_allowed => Heard {
                then: Some(Wish::Cancel(order)),
                ..self.quiet()
            },
            SubmissionState::Cancelling { .. } => Heard {
                stage: None,
                ..self.moves(SubmissionEvent::CancelSettled, DocumentStage::Sent)
            },
            _ => self.followed(news),
        }
    }

    fn followed(&self, news: &OrderNews) -> Heard {
        let polls = match self.submission.last_error {
            Some(_) => 0,
            None => self.submission.attempts,
        };
        let polls = if news.has_news { 0 } else { polls.saturating_add(1) };
        Heard {
            attempts: polls,
            due: self.now + look_after(polls, self.around.interest),
            ..self.quiet()
        }
    }

    /// An order that was there, or was promised. Nothing is concluded from its absence but what time has made certain.
    fn no_order(&self) -> Heard {
        match self.submission.state {
            SubmissionState::Uploading {
                stuck: Some(stuck), ..
            } => self.give_up_after(stuck),
            SubmissionState::Uploading { .. } => self.stuck("portal.not-found"),
            // A person has to see it: an order that was filed has vanished.
            _ => Heard {
                error: Some("portal.not-found"),
                attempts: self.failures().saturating_add(1),
                due: self.now + after_failure(self.failures().saturating_add(1), None),
                ..self.quiet()
            },
        }
    }

    fn stuck(&self, code: &'static str) -> Heard {
        Heard {
            event: Some(SubmissionEvent::Stuck(self.portal_now)),
            stage: Some(DocumentStage::OutcomeUnknown),
            due: self.now + UNDER_WAY,
            error: Some(code),
            ..self.quiet()
        }
    }

    /// Nothing that left before `stuck` can arrive once patience is over.
    fn give_up_after(&self, stuck: OffsetDateTime) -> Heard {
        let left = stuck + self.patience.0 - self.portal_now;
        if left.is_positive() {
            return Heard {
                error: Some("portal.outcome-unknown"),
                ..self.again_in(left.min(UNDER_WAY))
            };
        }
        self.moves(SubmissionEvent::OrderLost, DocumentStage::Queued)
    }

    fn failure(&self, wish: Wish, failure: &Failure) -> Heard {
        let attempts = self.failures().saturating_add(1);
        let waits = Heard {
            attempts,
            due: self.now + after_failure(attempts, failure.retry_after),
            error: Some(failure.code),
            session_lost: failure.kind == FailureKind::Unauthorized,
            ..self.quiet()
        };
        let is_done_with = matches!(failure.kind, FailureKind::NotDone | FailureKind::Unauthorized);
        let back = |event| Heard {
            event: Some(event),
            stage: Some(DocumentStage::Queued),
            ..waits.clone()
        };
        let unknown = Heard {
            stage: Some(DocumentStage::OutcomeUnknown),
            ..waits.clone()
        };
        match wish {
            Wish::Reserve => match failure.kind {
                FailureKind::Unknown => unknown,
                FailureKind::Refused | FailureKind::Conflict | FailureKind::TooLate => self.rejected(failure),
                _ => back(SubmissionEvent::NotReserved),
            },
            // What is certain of this try says nothing of the one before.
            Wish::Push { again: true, .. } => match failure.kind {
                FailureKind::Conflict | FailureKind::Refused | FailureKind::TooLate
                    if !self.is_amending() =>
                {
                    self.stuck(failure.code)
                }
                _ => unknown,
            },
            // A request that arrived twice is refused the second time (409): the order itself tells whether the question is open.
            Wish::Push { .. } if self.is_amending() => match failure.kind {
                FailureKind::Refused | FailureKind::TooLate => self.rejected(failure),
                _ if is_done_with => back(SubmissionEvent::NotAmended),
                _ => unknown,
            },
            Wish::Push { .. } => match failure.kind {
                FailureKind::Refused | FailureKind::TooLate => self.rejected(failure),
                FailureKind::Conflict => self.stuck(failure.code),
                _ if is_done_with => back(SubmissionEvent::NotUploaded),
                _ => unknown,
            },
            Wish::Cancel(_)
                if matches!(
                    failure.kind,
                    FailureKind::TooLate | FailureKind::Conflict | FailureKind::Refused
                ) =>
            {
                Heard {
                    error: Some(failure.code),
                    stage: None,
                    ..self.moves(SubmissionEvent::CancelSettled, DocumentStage::Sent)
                }
            }
            // Reading changes nothing, and cancelling twice is cancelling once.
            _ => waits,
        }
    }

    fn rejected(&self, failure: &Failure) -> Heard {
        Heard {
            error: Some(failure.code),
            ..self.moves(SubmissionEvent::Rejected, DocumentStage::Failed)
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::engine::Interest;
    use crate::{DocumentId, SubmissionId};

    const T: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
    const ORDER: OrderId = OrderId(7);

    fn heard(state: SubmissionState, attempts: u32, wish: Wish, kind: FailureKind) -> Heard {
        let submission = Submission {
            id: SubmissionId(Uuid::nil()),
            document: DocumentId(Uuid::nil()),
            service: String::new(),
            state,
            attempts,
            due: T,
            last_error: None,
            created: T,
        };
        let around = Circumstances {
            now: T,
            signed_in: true,
            order_limit: None,
            interest: Interest::default(),
        };
        let failure = Failure {
            kind,
            code: "portal.unavailable",
            retry_after: Some(std::time::Duration::from_secs(1)),
        };
        hear(
            &submission,
            wish,
            &Said::Failure(failure),
            &around,
            None,
            Patience(Duration::MINUTE),
        )
    }

    #[test]
    fn many_quiet_questions_do_not_lengthen_the_pause_after_one_failure() {
        let state = SubmissionState::Following { order: ORDER };
        let heard = heard(state, 29, Wish::Look(ORDER), FailureKind::NotDone);
        assert_eq!((heard.attempts, heard.due), (1, T + Duration::seconds(2)));
    }

    #[test]
    fn tries_that_are_asked_about_in_between_wait_longer_each_time() {
        let state = SubmissionState::Uploading {
            order: ORDER,
            since: T,
            stuck: None,
        };
        let wish = Wish::Push {
            order: ORDER,
            again: true,
        };
        let heard = heard(state, 5, wish, FailureKind::NotDone);
        assert_eq!((heard.attempts, heard.due), (6, T + Duration::seconds(64)));
        assert_eq!(
            heard.event, None,
            "what is certain of this try says nothing of the others"
        );
    }
}
