//! Ordered lists, and what of the day's budget is spent.

use rusqlite::{Row, Transaction};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::convert::{column_of, execute, from_word, micros, moment, rows, scalar, uuid, word};
use crate::{OrganisationStore, StoreError};

/// Ordered lists that are kept; the portal forgets them after a week.
const KEPT: i64 = 200;

/// What the portal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailRequest {
    /// Ordering a list.
    Search,
    /// Looking at an ordered list.
    Fetch,
}

/// A list that was ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailTask {
    /// The portal's name of it.
    pub id: Uuid,
    /// Beginning of the stretch looked through.
    pub from: OffsetDateTime,
    /// Its end.
    pub until: OffsetDateTime,
    /// When it was ordered.
    pub ordered: OffsetDateTime,
    /// Who ordered it.
    pub who: String,
    /// How far it is.
    pub state: MailTaskState,
    /// When the portal was last asked how far it is.
    pub looked: Option<OffsetDateTime>,
    /// Letters of the whole list, once it is ready.
    pub total: Option<u64>,
    /// Letters of it that are here.
    pub fetched: u64,
}

/// How far an ordered list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailTaskState {
    /// Being made at the portal, or not looked at since.
    Preparing,
    /// Ready, and some of it is not here yet.
    Partial,
    /// All of it is here.
    Taken,
    /// The portal could not make it.
    Failed,
    /// The portal keeps it no more.
    Gone,
}

impl OrganisationStore {
    /// Remembers an ordered list. Not journalled: ordering it was.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn keep_mail_task(&self, task: &MailTask) -> Result<(), StoreError> {
        self.database().write(|transaction| {
            execute(
                transaction,
                "INSERT INTO mail_tasks (id, first, until, ordered, who, state, looked, total, fetched)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (id) DO UPDATE SET state = excluded.state, looked = excluded.looked,
                     total = excluded.total, fetched = excluded.fetched",
                (
                    task.id.as_bytes(),
                    micros(task.from),
                    micros(task.until),
                    micros(task.ordered),
                    &task.who,
                    word(&task.state, "mail_tasks.state")?,
                    task.looked.map(micros),
                    task.total.map(u64::cast_signed),
                    task.fetched.cast_signed(),
                ),
            )?;
            execute(
                transaction,
                "DELETE FROM mail_tasks WHERE seq <= (SELECT max(seq) FROM mail_tasks) - ?1",
                [KEPT],
            )?;
            Ok(())
        })
    }

    /// Every ordered list, the newest first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn mail_tasks(&self) -> Result<Vec<MailTask>, StoreError> {
        self.database().read(|connection| {
            rows(
                connection,
                "SELECT id, first, until, ordered, who, state, looked, total, fetched FROM mail_tasks ORDER BY seq DESC",
                [],
                read,
            )
        })
    }

    /// How often the portal was asked since a moment.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn mail_requests(&self, request: MailRequest, since: OffsetDateTime) -> Result<u64, StoreError> {
        self.database().read(|connection| {
            let count = scalar::<i64>(
                connection,
                "SELECT count(*) FROM mail_requests WHERE kind = ?1 AND at >= ?2",
                (word(&request, "mail_requests.kind")?, micros(since)),
            )?;
            Ok(count.unwrap_or_default().cast_unsigned())
        })
    }

    /// The newest request of this kind never left this computer.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn forget_mail_request(&self, request: MailRequest) -> Result<(), StoreError> {
        self.database().write(|transaction| {
            execute(
                transaction,
                "DELETE FROM mail_requests WHERE rowid = (SELECT max(rowid) FROM mail_requests WHERE kind = ?1)",
                [word(&request, "mail_requests.kind")?],
            )?;
            Ok(())
        })
    }
}

pub(crate) fn note_request(
    transaction: &Transaction<'_>,
    request: MailRequest,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    execute(
        transaction,
        "INSERT INTO mail_requests (kind, at) VALUES (?1, ?2)",
        (word(&request, "mail_requests.kind")?, micros(at)),
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<MailTask, StoreError> {
    let at = |index, column| moment(column_of(row, index, column)?, column);
    Ok(MailTask {
        id: uuid(row, 0, "mail_tasks.id")?,
        from: at(1, "mail_tasks.first")?,
        until: at(2, "mail_tasks.until")?,
        ordered: at(3, "mail_tasks.ordered")?,
        who: column_of(row, 4, "mail_tasks.who")?,
        state: from_word(column_of(row, 5, "mail_tasks.state")?, "mail_tasks.state")?,
        looked: column_of::<Option<i64>>(row, 6, "mail_tasks.looked")?
            .map(|micros| moment(micros, "mail_tasks.looked"))
            .transpose()?,
        total: column_of::<Option<i64>>(row, 7, "mail_tasks.total")?.map(i64::cast_unsigned),
        fetched: column_of::<i64>(row, 8, "mail_tasks.fetched")?.cast_unsigned(),
    })
}
