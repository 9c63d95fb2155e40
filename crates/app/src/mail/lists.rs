//! Ordering lists of letters, and looking whether they are ready. Opens nothing.

use kabinet_portal::{
    MAIL_PAGE, MailFilter, MailLine, MailList, MailPage, MailQuery, MailSearch, PortalError,
};
use kabinet_store::{LetterLine, MailKey, MailRequest, MailTask, MailTaskState};
use time::macros::{format_description, offset};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::budget;
use crate::blocking::blocking;
use crate::mail::MailError;
use crate::state::{Current, Session};
use crate::view::MailView;
use crate::{App, AppError, journal};

/// The beginning of the thirty days is a moment that goes on while the request travels.
const SLACK: Duration = Duration::MINUTE;

impl App {
    /// Orders a list for each of these days (`2026-03-10`, Moscow). All of them, or none if the day's budget is too small.
    ///
    /// # Errors
    /// [`MailError::Days`], [`MailError::Spent`], [`MailError::NotAllowed`], [`AppError::NotSignedIn`].
    pub async fn request_mail(&self, days: Vec<String>) -> Result<MailView, AppError> {
        let _turn = self.mail_turn().lock().await;
        let (current, session) = self.mail_session().await?;
        let now = OffsetDateTime::now_utc();
        let stretches = days
            .iter()
            .map(|day| stretch(day, now))
            .collect::<Result<Vec<_>, _>>()?;
        if stretches.is_empty() {
            return Err(MailError::Days.into());
        }
        let store = current.store.clone();
        let left = blocking(move || budget(&store, now)).await?.searches_left;
        if stretches.len() > left as usize {
            return Err(MailError::Spent {
                request: MailRequest::Search,
            }
            .into());
        }
        for (from, until) in stretches {
            self.order_list(&current, &session, from, until).await?;
            self.mail_changed();
        }
        self.mail().await
    }

    async fn order_list(
        &self,
        current: &Current,
        session: &Session,
        from: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<(), AppError> {
        let ordered = OffsetDateTime::now_utc();
        let query = MailQuery::new(from, until, MailFilter::Any, ordered)
            .map_err(|_| AppError::Mail(MailError::Days))?;
        let who = session.view.holder.clone();
        let entry = journal::with(
            journal::plain("mail-list-requested", &who),
            "day",
            super::day(from),
        );
        let store = current.store.clone();
        blocking(move || Ok(store.change(entry, |change| change.note_mail_request(MailRequest::Search))?))
            .await?;
        let asked = current.portal.order_mail_list(&session.token, &query).await;
        let MailSearch(id) = self
            .met_mail(current, session, Some(MailRequest::Search), asked)
            .await?;
        let store = current.store.clone();
        blocking(move || {
            Ok(store.keep_mail_task(&MailTask {
                id,
                from,
                until,
                ordered,
                who,
                state: MailTaskState::Preparing,
                looked: None,
                total: None,
                fetched: 0,
            })?)
        })
        .await
    }

    /// Looks whether an ordered list is ready, and takes in what it names.
    ///
    /// # Errors
    /// [`MailError::Spent`], [`MailError::NotAllowed`], [`AppError::NotSignedIn`], [`AppError::NotFound`].
    pub async fn look_at_mail(&self, task: &str) -> Result<MailView, AppError> {
        let id = Uuid::parse_str(task).map_err(|_| AppError::NotFound)?;
        let _turn = self.mail_turn().lock().await;
        let (current, session) = self.mail_session().await?;
        let store = current.store.clone();
        let tasks = blocking(move || Ok(store.mail_tasks()?)).await?;
        let mut task = tasks
            .into_iter()
            .find(|task| task.id == id)
            .ok_or(AppError::NotFound)?;
        while matches!(task.state, MailTaskState::Preparing | MailTaskState::Partial) {
            let before = task.fetched;
            self.look_once(&current, &session, &mut task).await?;
            self.mail_changed();
            if task.fetched == before {
                break;
            }
        }
        self.mail().await
    }

    async fn look_once(
        &self,
        current: &Current,
        session: &Session,
        task: &mut MailTask,
    ) -> Result<(), AppError> {
        let now = OffsetDateTime::now_utc();
        let (store, request) = (current.store.clone(), MailRequest::Fetch);
        if blocking(move || budget(&store, now)).await?.fetches_left == 0 {
            return Err(MailError::Spent { request }.into());
        }
        let entry = journal::plain("mail-list-fetched", &session.view.holder);
        let entry = journal::with(entry, "day", super::day(task.from));
        let store = current.store.clone();
        blocking(move || Ok(store.change(entry, |change| change.note_mail_request(request))?)).await?;
        let search = MailSearch(task.id);
        let asked = match current
            .portal
            .mail_list(&session.token, search, task.fetched)
            .await
        {
            // Kept for a week.
            Err(PortalError::NotFound) => Ok(None),
            answer => answer.map(Some),
        };
        let list = self.met_mail(current, session, Some(request), asked).await?;
        task.looked = Some(now);
        let mut lines = Vec::new();
        match list {
            None => task.state = MailTaskState::Gone,
            Some(MailList::Preparing) => {}
            Some(MailList::Failed) => task.state = MailTaskState::Failed,
            Some(MailList::Ready(MailPage { letters, total })) => {
                lines = letters.into_iter().map(|line| to_keep(line, task.from)).collect();
                task.total = Some(total);
                task.fetched = total.min(task.fetched + u64::from(MAIL_PAGE));
                task.state = if task.fetched < total {
                    MailTaskState::Partial
                } else {
                    MailTaskState::Taken
                };
            }
        }
        let (store, task) = (current.store.clone(), task.clone());
        blocking(move || {
            store.keep_letter_lines(&lines)?;
            Ok(store.keep_mail_task(&task)?)
        })
        .await
    }
}

/// A day, cut at now and at what is too long ago.
fn stretch(day: &str, now: OffsetDateTime) -> Result<(OffsetDateTime, OffsetDateTime), AppError> {
    let format = format_description!("[year]-[month]-[day]");
    let date = Date::parse(day, &format).map_err(|_| AppError::Mail(MailError::Days))?;
    let midnight = date.midnight().assume_offset(offset!(+3));
    let from = midnight.max(now - Duration::days(super::DAYS) + SLACK);
    let until = (midnight + Duration::DAY).min(now.to_offset(offset!(+3)));
    if until <= from {
        return Err(MailError::Days.into());
    }
    Ok((from.to_offset(offset!(+3)), until))
}

fn to_keep(line: MailLine, day: OffsetDateTime) -> LetterLine {
    LetterLine {
        key: MailKey {
            thread: line.id.thread,
            message: line.id.message,
        },
        title: line.title,
        subject: line.subtitle,
        created: line.created.unwrap_or(day),
        is_read: line.is_read,
    }
}
