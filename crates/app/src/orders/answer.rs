//! Answering the authority under the number the application has, and beginning anew after a refusal.

use kabinet_domain::{Submission, SubmissionId, SubmissionState};
use time::OffsetDateTime;
use uuid::Uuid;

use super::parse_order;
use crate::documents::parse_document;
use crate::orders::OrderError;
use crate::view::{DraftView, OrderPage};
use crate::{App, AppError, Event, journal, send};

impl App {
    /// Puts a document into the outbox as the answer to the authority's question. It travels under the application's number, and
    /// only as long as the portal shows the question as open.
    ///
    /// # Errors
    /// [`OrderError::NoQuestion`]; [`OrderError::NotSigned`], [`AppError::WrongStage`]; [`AppError::NotFound`].
    pub async fn answer_order(&self, id: &str, document: &str) -> Result<OrderPage, AppError> {
        let order = parse_order(id)?;
        let document = parse_document(document)?;
        let current = self.current().await?;
        let environment = current.environment();
        let _turn = current.turn.lock().await;
        self.with_store(move |store| {
            let row = store.order(order)?.ok_or(AppError::NotFound)?;
            let question = row
                .details
                .filter(|_| row.is_final != Some(true) && !row.outdated)
                .and_then(|details| details.question)
                .ok_or(OrderError::NoQuestion)?;
            let asked = store.submission_of_order(order)?.ok_or(OrderError::NoQuestion)?;
            if matches!(asked.state, SubmissionState::Amending { .. }) {
                return Err(AppError::WrongStage);
            }
            let service = kabinet_formats::service(&asked.service, environment)
                .ok_or_else(|| AppError::Order(OrderError::Service(asked.service.clone())))?;
            send::ready(&store.document(document)?, service)?;
            let now = OffsetDateTime::now_utc();
            let answer = Submission {
                id: SubmissionId(Uuid::new_v4()),
                document,
                service: asked.service,
                state: SubmissionState::Amending {
                    order,
                    question,
                    since: None,
                },
                attempts: 0,
                due: now,
                last_error: None,
                created: now,
            };
            let entry = journal::with(journal::about(document, "answer-queued", ""), "order", order.0);
            store.change(entry, |change| change.enqueue(&answer))?;
            Ok(())
        })
        .await?;
        drop(_turn);
        self.tell(Event::DocumentsChanged);
        self.tell(Event::OutboxChanged);
        self.tell(Event::OrdersChanged);
        self.wake().notify_one();
        self.order(id).await
    }

    /// A new draft of what was refused, filled in as it was. Filed anew it is an application of its own.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it was not filed from here; [`AppError::NotAForm`] and the like when no form makes such
    /// documents.
    pub async fn repeat_order(&self, id: &str) -> Result<DraftView, AppError> {
        let order = parse_order(id)?;
        let document = self
            .with_store(move |store| {
                let row = store.order(order)?.ok_or(AppError::NotFound)?;
                row.document.ok_or(AppError::NotFound)
            })
            .await?;
        self.draft_of_document(&document.0.to_string()).await
    }
}
