//! Asking for an application back.

use kabinet_domain::{SubmissionEvent, SubmissionState};
use kabinet_portal::{PortalError, Refusal};
use kabinet_store::Step;
use time::OffsetDateTime;

use super::parse_order;
use super::show::kept;
use crate::blocking::blocking;
use crate::view::OrderPage;
use crate::{App, AppError, Event, journal};

impl App {
    /// Asks the authority to cancel an application; its answer comes as a later status. What was filed from here is asked back by
    /// the outbox, also later and without a network; anything else only now.
    ///
    /// # Errors
    /// [`PortalError::Refused`] with `CancelNotAllowed` where the status does not permit it; [`AppError::NotSignedIn`] for what
    /// was filed elsewhere; [`AppError::NotFound`].
    pub async fn cancel_order(&self, id: &str) -> Result<OrderPage, AppError> {
        let order = parse_order(id)?;
        let current = self.current().await?;
        let row = kept(&current, order).await?;
        if !row.details.is_some_and(|details| details.cancel_allowed) || row.is_final == Some(true) {
            return Err(not_allowed());
        }
        let store = current.store.clone();
        let own = blocking(move || Ok(store.submission_of_order(order)?)).await?;
        match own.filter(|own| !own.state.is_finished()) {
            Some(own) => {
                // The outbox must not be in the middle of a step of this very submission.
                let _turn = current.turn.lock().await;
                let store = current.store.clone();
                blocking(move || {
                    let seen = store.submission(own.id)?;
                    if !matches!(seen.state, SubmissionState::Following { .. }) {
                        return Err(AppError::WrongStage);
                    }
                    let step = Step {
                        state: seen.state.after(SubmissionEvent::CancelWanted)?,
                        attempts: 0,
                        due: OffsetDateTime::now_utc(),
                        last_error: None,
                    };
                    let action = journal::action_of(SubmissionEvent::CancelWanted);
                    let entry = journal::about(seen.document, action, journal::NOBODY);
                    let entry = journal::with(entry, "order", order.0);
                    store.change(entry, |change| change.advance(&seen, &step))?;
                    Ok(())
                })
                .await?;
                self.wake().notify_one();
            }
            None => {
                let session = current.session().ok_or(AppError::NotSignedIn)?;
                let asked = current.portal.cancel(&session.token, order).await;
                let store = current.store.clone();
                let entry = journal::plain(
                    if asked.is_ok() {
                        "cancel-requested"
                    } else {
                        "cancel-refused"
                    },
                    &session.view.holder,
                );
                let entry = journal::with(entry, "order", order.0);
                blocking(move || Ok(store.record(&entry)?)).await?;
                // Whatever was answered, the order itself says what holds.
                self.fetch_order(&current, order).await?;
                if let Err(error) = asked {
                    let still = kept(&current, order).await?;
                    let stands = still.details.is_some_and(|details| details.cancel_allowed);
                    if !error.outcome_unknown() || stands {
                        return Err(error.into());
                    }
                }
            }
        }
        self.tell(Event::OutboxChanged);
        self.tell(Event::OrdersChanged);
        self.order(id).await
    }
}

fn not_allowed() -> AppError {
    AppError::Portal(PortalError::Refused {
        http: 405,
        refusal: Refusal::CancelNotAllowed,
        message: None,
    })
}
