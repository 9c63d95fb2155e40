//! Госпочта of the organisation.
//!
//! **Opening a letter has legal effect**: what is in it counts as delivered (ПП РФ 606/2016, 947/2021). So nothing here runs by
//! itself: each request to the portal follows from one act of a person and is journalled with their name before it leaves.

mod answer;
mod error;
mod export;
mod files;
mod keeping;
mod lists;
mod open;
mod text;

pub use error::MailError;

use kabinet_portal::{MAIL_FETCHES_A_DAY, MAIL_SEARCHES_A_DAY, PortalError};
use kabinet_store::{
    KeptLetter, LetterReading, MailKey, MailRequest, MailTask, MailTaskState, OrganisationStore, Page,
};
use serde::{Deserialize, Serialize};
use time::macros::{format_description, offset};
use time::{Date, Duration, OffsetDateTime, Time};
use uuid::Uuid;

use crate::blocking::blocking;
use crate::state::{Current, Session};
use crate::view::{LetterRef, MailBudget, MailRow, MailRowState, MailTaskView, MailView, rfc3339};
use crate::{App, AppError, Event};

pub(crate) use answer::answered;

/// Letters the screen shows.
const SHOWN: u64 = 500;
/// Ordered lists the screen shows.
const TASKS: usize = 12;
/// Days a list can be ordered for, today among them.
const DAYS: i64 = 30;
/// Characters of a letter's number.
const LONGEST_NUMBER: usize = 80;
/// Setting of an organisation: whom the portal refused last.
const REFUSED: &str = "mail-refused";
/// Setting of an organisation: the portal said that the day's budget is spent; others of the organisation spend it too.
const SPENT: &str = "mail-spent";

/// The days on which the portal said that there is nothing left.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Spent {
    searches: Option<String>,
    fetches: Option<String>,
}

impl App {
    /// The box as it is known here. Asks the portal nothing.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn mail(&self) -> Result<MailView, AppError> {
        let current = self.current().await?;
        let holder = current.session().map(|session| session.view.holder);
        let now = OffsetDateTime::now_utc();
        self.with_store(move |store| {
            let refused = store.setting::<Option<String>>(REFUSED)?.flatten();
            let letters = store.letters(Page::first(SHOWN))?;
            Ok(MailView {
                total: u32::try_from(store.count_letters()?).unwrap_or(u32::MAX),
                letters: letters.iter().map(row).collect(),
                tasks: store.mail_tasks()?.iter().take(TASKS).map(task).collect(),
                budget: budget(store, now)?,
                refused: refused.is_some() && refused == holder,
                earliest: day(now - Duration::days(DAYS - 1)),
                latest: day(now),
            })
        })
        .await
    }

    /// What names the letter with this message. Asks the portal nothing.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn letter_of(&self, message: &str) -> Result<LetterRef, AppError> {
        let message = Uuid::parse_str(message).map_err(|_| AppError::NotFound)?;
        self.with_store(move |store| {
            let key = store.letter_of(message)?.ok_or(AppError::NotFound)?;
            Ok(LetterRef {
                thread: key.thread.to_string(),
                message: key.message.to_string(),
            })
        })
        .await
    }

    /// Who is signed in, for a request about mail.
    async fn mail_session(&self) -> Result<(Current, Session), AppError> {
        let current = self.current().await?;
        let session = current.session().ok_or(AppError::NotSignedIn)?;
        Ok((current, session))
    }

    /// An answer of the portal about mail: who is signed out knows it, and a refusal is remembered and journalled.
    async fn met_mail<T>(
        &self,
        current: &Current,
        session: &Session,
        request: Option<MailRequest>,
        answer: Result<T, PortalError>,
    ) -> Result<T, AppError> {
        let refused = match &answer {
            Err(PortalError::Unauthorized) => {
                self.forget_session(current, session);
                None
            }
            Err(PortalError::Refused { http: 403, .. }) => Some(session.view.holder.clone()),
            _ => None,
        };
        let is_spent = matches!(answer, Err(PortalError::RateLimited { .. }));
        let never_left = matches!(
            answer,
            Err(PortalError::Unreachable { .. } | PortalError::ServerUntrusted | PortalError::ProxyRefused)
        );
        if refused.is_some() {
            self.note_refusal(current, "refused-by-portal", "mail").await;
        }
        let (store, is_ok, is_refused) = (current.store.clone(), answer.is_ok(), refused.is_some());
        blocking(move || {
            if is_ok || is_refused {
                store.set_setting(REFUSED, &refused)?;
            }
            if let (true, Some(request)) = (is_spent, request) {
                let mut spent: Spent = store.setting(SPENT)?.unwrap_or_default();
                let today = Some(day(OffsetDateTime::now_utc()));
                match request {
                    MailRequest::Search => spent.searches = today,
                    MailRequest::Fetch => spent.fetches = today,
                }
                store.set_setting(SPENT, &spent)?;
            }
            if let (true, Some(request)) = (never_left, request) {
                store.forget_mail_request(request)?;
            }
            Ok(())
        })
        .await?;
        match answer {
            Err(PortalError::Refused { http: 403, .. }) => Err(AppError::Mail(MailError::NotAllowed)),
            answer => Ok(answer?),
        }
    }

    fn mail_changed(&self) {
        self.tell(Event::MailChanged);
    }
}

/// What is left of the day, by what was asked from here and by what the portal said.
fn budget(store: &OrganisationStore, now: OffsetDateTime) -> Result<MailBudget, AppError> {
    let midnight = now.to_offset(offset!(+3)).replace_time(Time::MIDNIGHT);
    let spent: Spent = store.setting(SPENT)?.unwrap_or_default();
    let today = day(now);
    let left = |request, most: u32, spent: Option<String>| -> Result<u32, AppError> {
        if spent.is_some_and(|day| day == today) {
            return Ok(0);
        }
        let asked = u32::try_from(store.mail_requests(request, midnight)?).unwrap_or(u32::MAX);
        Ok(most.saturating_sub(asked))
    };
    Ok(MailBudget {
        searches: MAIL_SEARCHES_A_DAY,
        searches_left: left(MailRequest::Search, MAIL_SEARCHES_A_DAY, spent.searches)?,
        fetches: MAIL_FETCHES_A_DAY,
        fetches_left: left(MailRequest::Fetch, MAIL_FETCHES_A_DAY, spent.fetches)?,
    })
}

/// The day in Moscow.
fn day(at: OffsetDateTime) -> String {
    let date: Date = at.to_offset(offset!(+3)).date();
    date.format(format_description!("[year]-[month]-[day]"))
        .unwrap_or_default()
}

fn key(letter: &LetterRef) -> Result<MailKey, AppError> {
    let uuid = |text: &str| Uuid::parse_str(text).map_err(|_| AppError::NotFound);
    Ok(MailKey {
        thread: uuid(&letter.thread)?,
        message: uuid(&letter.message)?,
    })
}

pub(crate) fn row(letter: &KeptLetter) -> MailRow {
    let (state, deed) = match &letter.reading {
        LetterReading::Opened { who, at } if letter.is_deleted => (MailRowState::Deleted, Some((who, at))),
        LetterReading::Opened { who, at } => (MailRowState::Opened, Some((who, at))),
        LetterReading::Unknown { who, at } => (MailRowState::Unknown, Some((who, at))),
        LetterReading::Unopened if letter.line.is_read => (MailRowState::OpenedElsewhere, None),
        LetterReading::Unopened => (MailRowState::Unopened, None),
    };
    MailRow {
        letter: LetterRef {
            thread: letter.line.key.thread.to_string(),
            message: letter.line.key.message.to_string(),
        },
        sender: text::clean(&letter.line.title),
        subject: letter.line.subject.as_deref().map(text::clean),
        created: rfc3339(letter.line.created),
        state,
        who: deed.map(|(who, _)| who.clone()),
        at: deed.map(|(_, at)| rfc3339(*at)),
    }
}

/// The number the sender gave a letter; of a deleted one it stands in place of the subject.
fn number(letter: &KeptLetter) -> Option<String> {
    let given = match &letter.content {
        None if letter.is_deleted => letter.line.subject.as_ref(),
        None => None,
        Some(content) => {
            let named = |name: &str| {
                let name = name.to_lowercase();
                name == "№" || name.contains("номер") || name == "number"
            };
            content
                .params
                .iter()
                .find(|(name, _)| named(name))
                .map(|(_, value)| value)
        }
    };
    let number = text::clean(given?).replace('\n', " ");
    let number = number.trim();
    (!number.is_empty()).then(|| number.chars().take(LONGEST_NUMBER).collect())
}

fn task(task: &MailTask) -> MailTaskView {
    MailTaskView {
        id: task.id.to_string(),
        day: day(task.from),
        ordered: rfc3339(task.ordered),
        who: task.who.clone(),
        state: match task.state {
            MailTaskState::Preparing => "preparing",
            MailTaskState::Partial => "partial",
            MailTaskState::Taken => "taken",
            MailTaskState::Failed => "failed",
            MailTaskState::Gone => "gone",
        }
        .to_owned(),
        looked: task.looked.map(rfc3339),
        total: task.total.map(|total| u32::try_from(total).unwrap_or(u32::MAX)),
    }
}
