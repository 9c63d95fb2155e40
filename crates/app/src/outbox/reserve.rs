//! Getting an order number, and finding one whose answer was lost.

use kabinet_domain::{DocumentStage, Submission, SubmissionEvent};
use kabinet_portal::{OrderMeta, PortalError};
use time::{Duration, OffsetDateTime};

use super::{Run, Step};
use crate::AppError;
use crate::blocking::blocking;

/// The portal's clock and ours may differ; the search for a lost reservation starts earlier by this much.
const OVERLAP: Duration = Duration::minutes(2);

impl Run<'_> {
    /// Asks for a number.
    pub(super) async fn reserve(&self, submission: &mut Submission) -> Result<Step, AppError> {
        self.advance(
            submission,
            SubmissionEvent::ReserveStarted(OffsetDateTime::now_utc()),
            None,
        )
        .await?;
        let meta = OrderMeta::new(&self.current.organisation.region, &submission.service);
        match self.current.portal.reserve(&self.session.token, &meta).await {
            Ok(order) => {
                self.advance(submission, SubmissionEvent::Reserved(order), None)
                    .await?;
                Ok(Step::Progress)
            }
            Err(error) if error.outcome_unknown() => Err(error.into()),
            Err(error) if error.is_retriable() || matches!(error, PortalError::Unauthorized) => {
                self.advance(submission, SubmissionEvent::NotReserved, None)
                    .await?;
                Err(error.into())
            }
            Err(error) => self.reject(submission, &error).await,
        }
    }

    /// Finds out whether the portal holds a reservation whose answer never came.
    pub(super) async fn find_reservation(
        &self,
        submission: &mut Submission,
        since: OffsetDateTime,
    ) -> Result<Step, AppError> {
        let offset = self.current.portal.clock_offset().unwrap_or(Duration::ZERO);
        for listed in self
            .current
            .portal
            .updated_after(&self.session.token, since + offset - OVERLAP)
            .await?
        {
            let store = self.current.store.clone();
            if blocking(move || Ok(store.submission_of_order(listed.order)?))
                .await?
                .is_some()
            {
                continue;
            }
            let Some(order) = self
                .current
                .portal
                .order(&self.session.token, listed.order)
                .await?
            else {
                continue;
            };
            if order.is_draft()
                && order
                    .service
                    .as_deref()
                    .is_none_or(|service| service == submission.service)
            {
                let stage = Some(DocumentStage::Queued);
                self.advance(submission, SubmissionEvent::Reserved(listed.order), stage)
                    .await?;
                return Ok(Step::Progress);
            }
        }
        let left = since + self.in_flight() - OffsetDateTime::now_utc();
        if left.is_positive() {
            return self
                .come_back(submission, left.min(Duration::seconds(3)), submission.attempts)
                .await;
        }
        self.advance(
            submission,
            SubmissionEvent::NotReserved,
            Some(DocumentStage::Queued),
        )
        .await?;
        Ok(Step::Progress)
    }
}
