//! Sending the content of an order, and finding out whether it arrived.

use std::time::Duration;

use kabinet_domain::{DocumentStage, OrderId, Submission, SubmissionEvent};
use kabinet_portal::{OrderMeta, PortalError};
use time::OffsetDateTime;

use super::{Run, Step};
use crate::{AppError, send};

/// Between questions about a number the portal would not fill.
const CONFLICT_PAUSE: Duration = Duration::from_secs(1);

impl Run<'_> {
    /// Sends the archive under the number.
    pub(super) async fn upload(&self, submission: &mut Submission, order: OrderId) -> Result<Step, AppError> {
        let archive = send::archive(self.current, submission, order).await?;
        let started = SubmissionEvent::UploadStarted(OffsetDateTime::now_utc());
        self.advance(submission, started, Some(DocumentStage::Sending))
            .await?;
        let meta = OrderMeta::new(&self.current.organisation.region, &submission.service);
        match self
            .current
            .portal
            .push_chunked(&self.session.token, order, &meta, &archive, |_| {})
            .await
        {
            Ok(()) => self.uploaded(submission).await,
            // Whatever may have arrived is asked about before anything leaves again.
            Err(error) if error.outcome_unknown() || error.order_lost() => Err(error.into()),
            Err(PortalError::Refused { http: 409, .. }) => self.settle_conflict(submission, order).await,
            Err(error) if error.is_retriable() || matches!(error, PortalError::Unauthorized) => {
                self.advance(
                    submission,
                    SubmissionEvent::NotUploaded,
                    Some(DocumentStage::Queued),
                )
                .await?;
                Err(error.into())
            }
            Err(error) => self.reject(submission, &error).await,
        }
    }

    /// Asks the portal what it has under the number, after an answer was lost or the program was killed.
    pub(super) async fn find_upload(
        &self,
        submission: &mut Submission,
        order: OrderId,
    ) -> Result<Step, AppError> {
        let event = match self.current.portal.order(&self.session.token, order).await? {
            Some(details) if !details.is_draft() => return self.uploaded(submission).await,
            Some(_) => SubmissionEvent::NotUploaded,
            None => SubmissionEvent::OrderLost,
        };
        self.advance(submission, event, Some(DocumentStage::Queued))
            .await?;
        Ok(Step::Progress)
    }

    /// The portal will not fill the number: it has been filled before, or it is of no use any more. An earlier upload of
    /// ours may still be on its way through the portal, so it is given time to show before the number is given up.
    async fn settle_conflict(&self, submission: &mut Submission, order: OrderId) -> Result<Step, AppError> {
        let patience = OffsetDateTime::now_utc() + self.in_flight();
        loop {
            match self.current.portal.order(&self.session.token, order).await? {
                Some(details) if !details.is_draft() => return self.uploaded(submission).await,
                _ if OffsetDateTime::now_utc() >= patience => {
                    let queued = Some(DocumentStage::Queued);
                    self.advance(submission, SubmissionEvent::OrderLost, queued)
                        .await?;
                    return Ok(Step::Progress);
                }
                _ => tokio::time::sleep(CONFLICT_PAUSE).await,
            }
        }
    }

    async fn uploaded(&self, submission: &mut Submission) -> Result<Step, AppError> {
        self.advance(submission, SubmissionEvent::Uploaded, Some(DocumentStage::Sent))
            .await?;
        Ok(Step::Progress)
    }
}
