//! The list of applications and one of them, out of what is kept; details are asked for when somebody opens it.

use kabinet_domain::{DocumentStage, OrderId, SubmissionState};
use kabinet_store::{DocumentFilter, DocumentOrder, OrderFilter, OrderRow, OrganisationStore, Page};
use time::OffsetDateTime;

use super::{parse_order, to_keep};
use crate::blocking::blocking;
use crate::documents::period;
use crate::page::status_view;
use crate::state::Current;
use crate::view::{OrderAnswer, OrderItem, OrderList, OrderPage, OrderQuery, OrderService, rfc3339};
use crate::{App, AppError};

/// Documents offered as the answer to a question.
const ANSWERS: u64 = 50;
/// Open applications that are looked through for a question with a term.
const QUESTIONS: u64 = 500;
/// `statusId` of a refusal; says which way an order ended that is over.
const REFUSED: i64 = 4;

impl App {
    /// A page of applications. While somebody looks, what changed is asked for more often.
    ///
    /// # Errors
    /// [`AppError::NotADay`]; failures of the vault.
    pub async fn orders(&self, query: OrderQuery) -> Result<OrderList, AppError> {
        self.note_orders_looked_at();
        let state = self.state().await;
        let filter = OrderFilter {
            period: period(&query.days)?,
            service: query.service.clone(),
            status: query.status.clone(),
            open: query.open,
            watched: query.watched,
            text: Some(query.text.clone()),
        };
        self.with_store(move |store| {
            let page = Page {
                offset: query.offset.into(),
                limit: query.limit.into(),
            };
            let service = |(code, title)| OrderService { code, title };
            Ok(OrderList {
                rows: store.orders(&filter, page)?.iter().map(item).collect(),
                total: u32::try_from(store.count_orders(&filter)?).unwrap_or(u32::MAX),
                statuses: store.order_statuses()?,
                services: store.order_services()?.into_iter().map(service).collect(),
                exchanged: state.last_sync,
                failing: state.failing,
            })
        })
        .await
    }

    /// Everything about one application. What is not known, or has changed since, is asked for if somebody is signed in; without
    /// an answer what is kept is shown.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn order(&self, id: &str) -> Result<OrderPage, AppError> {
        self.note_orders_looked_at();
        let id = parse_order(id)?;
        let current = self.current().await?;
        let kept = kept(&current, id).await?;
        if kept.details.is_none() || kept.outdated {
            match self.fetch_order(&current, id).await {
                Ok(()) | Err(AppError::Portal(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.with_store(move |store| page(store, store.order(id)?.ok_or(AppError::NotFound)?))
            .await
    }

    /// Asks the portal for an order and keeps what it says; nothing without a session.
    pub(super) async fn fetch_order(&self, current: &Current, id: OrderId) -> Result<(), AppError> {
        let Some(session) = current.session() else {
            return Ok(());
        };
        if let Some(order) = current.portal.order(&session.token, id).await? {
            let (store, kept) = (current.store.clone(), to_keep(&order, OffsetDateTime::now_utc()));
            blocking(move || kept.keep(&store)).await?;
        }
        Ok(())
    }

    /// Whether changes of an application are told.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn watch_order(&self, id: &str, watched: bool) -> Result<OrderPage, AppError> {
        let id = parse_order(id)?;
        let page = self
            .with_store(move |store| {
                store.watch_order(id, watched)?;
                page(store, store.order(id)?.ok_or(AppError::NotFound)?)
            })
            .await?;
        self.tell(crate::Event::OrdersChanged);
        Ok(page)
    }
}

/// Open questions of authorities with a term: the application, the entry of its history, what it is about, the last moment.
pub(crate) fn questions(
    store: &OrganisationStore,
) -> Result<Vec<(OrderId, u64, String, OffsetDateTime)>, AppError> {
    let open = OrderFilter {
        open: true,
        ..OrderFilter::default()
    };
    let rows = store.orders(&open, Page::first(QUESTIONS))?;
    let asked = rows.into_iter().filter_map(|row| {
        let details = row.details?;
        let title = details.service_title.unwrap_or(row.line.status);
        Some((row.line.order, details.question?, title, details.answer_until?))
    });
    Ok(asked.collect())
}

pub(super) async fn kept(current: &Current, id: OrderId) -> Result<OrderRow, AppError> {
    let store = current.store.clone();
    blocking(move || store.order(id)?.ok_or(AppError::NotFound)).await
}

fn item(row: &OrderRow) -> OrderItem {
    let details = row.details.as_ref();
    let has_question = details.is_some_and(|details| details.question.is_some()) && !row.outdated;
    OrderItem {
        id: row.line.order.0.to_string(),
        service_title: details
            .and_then(|details| details.service_title.clone())
            .unwrap_or_default(),
        service: row.service.clone(),
        status: row.line.status.clone(),
        updated: rfc3339(row.line.updated),
        authority: details.and_then(|details| details.authority.clone()),
        is_final: row.is_final,
        watched: row.watched,
        document_id: row.document.map(|document| document.0.to_string()),
        answer_until: details
            .and_then(|details| details.answer_until)
            .filter(|_| has_question)
            .map(rfc3339),
        has_question,
    }
}

fn page(store: &OrganisationStore, row: OrderRow) -> Result<OrderPage, AppError> {
    let item = item(&row);
    let submission = store.submission_of_order(row.line.order)?;
    let own = submission.as_ref().map(|submission| submission.state);
    let under_way = own.is_some_and(|state| {
        !state.is_finished()
            && !matches!(
                state,
                SubmissionState::Following { .. } | SubmissionState::Collecting { .. }
            )
    });
    let is_over = row.is_final == Some(true);
    let refused = is_over && row.line.status_id == Some(REFUSED);
    let document = row
        .document
        .map(|document| store.document(document))
        .transpose()?;
    let has_draft = match row.document {
        Some(document) => store.count_drafts_of(document)? > 0 || refused,
        None => false,
    };
    let answers = if item.has_question && !under_way && document.is_some() {
        answers(store)?
    } else {
        Vec::new()
    };
    let details = row.details.unwrap_or_default();
    Ok(OrderPage {
        document_title: document.map(|document| document.title),
        history: details.statuses.into_iter().map(status_view).collect(),
        results: details.results,
        attachments: details.attachments,
        can_cancel: details.cancel_allowed && !is_over && !under_way && !row.outdated,
        can_answer: item.has_question && !under_way && !is_over,
        can_repeat: is_over && refused && has_draft,
        refused,
        outdated: row.outdated,
        answers,
        under_way,
        item,
    })
}

/// What can travel as an answer: ready or signed, and in no outbox.
fn answers(store: &OrganisationStore) -> Result<Vec<OrderAnswer>, AppError> {
    let filter = DocumentFilter {
        stages: vec![DocumentStage::Signed, DocumentStage::Ready],
        ..DocumentFilter::default()
    };
    let documents = store.documents(&filter, DocumentOrder::UpdatedNewest, Page::first(ANSWERS))?;
    let offered = documents.into_iter().map(|document| OrderAnswer {
        document_id: document.id.0.to_string(),
        title: document.title,
    });
    Ok(offered.collect())
}
