//! Госпочта for an organisation (ГЭПС API 1.0, known from a public client only: our notes, section 1.13).
//!
//! A list is ordered, and ready in about an hour. **Opening a letter has legal effect**: what is in it counts as delivered
//! (ПП РФ 606/2016, 947/2021). So [`Portal::letter`] is for a person who asked for this very letter, and never for a
//! background task; and an answer that got lost on the way leaves the letter opened.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;
use thiserror::Error;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::loose::Loose;
use crate::transport::{Call, Effect, Payload, Site};
use crate::{AccessToken, Download, Portal, PortalError, ProtocolFault};

const BASE: [&str; 7] = ["api", "gusmev", "proxy", "geps-api-ext", "api", "messages", "v1"];
/// Most letters of a list that can be asked for at once.
pub const MAIL_PAGE: u32 = 1000;
/// Lists that can be ordered in a day.
pub const MAIL_SEARCHES_A_DAY: u32 = 5;
/// Times the results of ordered lists can be fetched in a day.
pub const MAIL_FETCHES_A_DAY: u32 = 15;
const LONGEST_STRETCH: Duration = Duration::DAY;
const DEEPEST: Duration = Duration::days(30);

/// Which letters a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailQuery {
    from: OffsetDateTime,
    to: OffsetDateTime,
    filter: MailFilter,
}

/// By whether somebody has opened them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailFilter {
    /// All.
    Any,
    /// Opened ones.
    Read,
    /// Unopened ones.
    Unread,
}

impl MailFilter {
    fn name(self) -> &'static str {
        match self {
            Self::Any => "ANY",
            Self::Read => "READ",
            Self::Unread => "UNREAD",
        }
    }
}

/// The portal would not look for these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MailQueryInvalid {
    /// The end is not after the beginning, or by more than a day.
    #[error("not a stretch of a day at most")]
    Stretch,
    /// The beginning is more than thirty days ago.
    #[error("too long ago")]
    Depth,
}

impl MailQuery {
    /// Letters that came in a stretch of a day at most, within the last thirty days.
    ///
    /// # Errors
    /// [`MailQueryInvalid`].
    pub fn new(
        from: OffsetDateTime,
        to: OffsetDateTime,
        filter: MailFilter,
        now: OffsetDateTime,
    ) -> Result<Self, MailQueryInvalid> {
        if to <= from || to - from > LONGEST_STRETCH {
            return Err(MailQueryInvalid::Stretch);
        }
        if now - from > DEEPEST {
            return Err(MailQueryInvalid::Depth);
        }
        Ok(Self { from, to, filter })
    }
}

/// A list that was ordered. Kept by the portal for seven days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MailSearch(pub Uuid);

/// How far an ordered list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailList {
    /// Being made.
    Preparing,
    /// It could not be made; another can be ordered.
    Failed,
    /// A page of it.
    Ready(MailPage),
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailPage {
    /// The letters.
    pub letters: Vec<MailLine>,
    /// How many there are in the whole list.
    pub total: u64,
}

/// What names a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LetterId {
    /// The conversation.
    pub thread: Uuid,
    /// The letter in it.
    pub message: Uuid,
}

/// A letter as a list has it: unopened by that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLine {
    /// Which.
    pub id: LetterId,
    /// Sender, in the portal's words.
    pub title: String,
    /// Subject.
    pub subtitle: Option<String>,
    /// Somebody has opened it.
    pub is_read: bool,
    /// When it came.
    pub created: Option<OffsetDateTime>,
}

/// An opened letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Which.
    pub id: LetterId,
    /// Its text as HTML of the sender's making: never shown as it is.
    pub html: String,
    /// When it came.
    pub created: Option<OffsetDateTime>,
    /// Named values of the sender: numbers, sums, terms.
    pub params: BTreeMap<String, String>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// What became of it: delivered, opened, by whom.
    pub statuses: Vec<LetterStatus>,
}

/// A file of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The letter.
    pub message: Uuid,
    /// The file.
    pub attachment: Uuid,
    /// Name as the sender gave it: to be cleaned before it names a file.
    pub name: String,
    /// Octets, as announced.
    pub size: Option<u64>,
    /// Media type, as announced.
    pub mime: Option<String>,
    /// A detached signature can be had.
    pub is_signed: bool,
    /// It can be fetched now.
    pub is_ready: bool,
}

/// What of an attachment is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachmentPart {
    /// The file itself.
    File,
    /// Its detached signature.
    Signature,
}

/// One thing that became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterStatus {
    /// Mnemonic.
    pub code: String,
    /// In the portal's words.
    pub description: Option<String>,
    /// Whose doing.
    pub by: Option<String>,
    /// When.
    pub at: Option<OffsetDateTime>,
}

impl Portal {
    /// Orders a list. The portal takes [`MAIL_SEARCHES_A_DAY`] a day.
    ///
    /// # Errors
    /// [`PortalError::Refused`] (403) for who is neither head nor administrator, [`PortalError::RateLimited`]; an unknown outcome
    /// costs one of the day's orders at most.
    pub async fn order_mail_list(
        &self,
        token: &AccessToken,
        query: &MailQuery,
    ) -> Result<MailSearch, PortalError> {
        let moment = |at: OffsetDateTime| {
            at.format(&Rfc3339).map_err(|_| PortalError::Protocol {
                what: ProtocolFault::Request,
            })
        };
        let body = json!({
            "startDateTime": moment(query.from)?,
            "endDateTime": moment(query.to)?,
            "statusFilter": query.filter.name(),
        });
        let answer = self
            .mail(
                token,
                Method::POST,
                &["search"],
                &[],
                Payload::Json(body),
                Effect::Changes,
            )
            .await?;
        let value = answer.json()?;
        uuid(Loose::new(&value), "searchTaskUuid")
            .map(MailSearch)
            .ok_or_else(|| answer.unreadable(ProtocolFault::FieldMissing("searchTaskUuid")))
    }

    /// A page of an ordered list, of [`MAIL_PAGE`] letters from `offset`. The portal takes [`MAIL_FETCHES_A_DAY`] a day. Opens nothing.
    ///
    /// # Errors
    /// [`PortalError::NotFound`] once the list is kept no more, [`PortalError::RateLimited`].
    pub async fn mail_list(
        &self,
        token: &AccessToken,
        search: MailSearch,
        offset: u64,
    ) -> Result<MailList, PortalError> {
        let (search, offset, limit) = (search.0.to_string(), offset.to_string(), MAIL_PAGE.to_string());
        let query = [("offset", &*offset), ("limit", &*limit)];
        let answer = self
            .mail(
                token,
                Method::GET,
                &["search", &search],
                &query,
                Payload::Empty,
                Effect::Reads,
            )
            .await?;
        let value = answer.json()?;
        let value = Loose::new(&value);
        match value.text("searchTaskStatus").as_deref() {
            Some("COMPLETED") => Ok(MailList::Ready(MailPage {
                letters: value.list("messageList").filter_map(line).collect(),
                total: value
                    .number("total")
                    .and_then(|total| u64::try_from(total).ok())
                    .unwrap_or_default(),
            })),
            Some("ERROR") => Ok(MailList::Failed),
            Some(_) => Ok(MailList::Preparing),
            None => Err(answer.unreadable(ProtocolFault::FieldMissing("searchTaskStatus"))),
        }
    }

    /// Opens a letter, with legal effect: a person has asked for it and was told so.
    ///
    /// # Errors
    /// With an unknown outcome the letter may count as opened.
    pub async fn letter(&self, token: &AccessToken, id: LetterId) -> Result<Letter, PortalError> {
        let (thread, message) = (id.thread.to_string(), id.message.to_string());
        let path = ["message", &*thread, &*message];
        let answer = self
            .mail(token, Method::GET, &path, &[], Payload::Empty, Effect::Changes)
            .await?;
        let value = answer.json()?;
        let value = Loose::new(&value);
        Ok(Letter {
            id,
            html: value
                .text("text")
                .ok_or_else(|| answer.unreadable(ProtocolFault::FieldMissing("text")))?,
            created: value.time("createDate"),
            params: value
                .field("params")
                .into_iter()
                .flat_map(Loose::fields)
                .filter_map(|(name, value)| Some((name.clone(), value.to_text()?)))
                .collect(),
            attachments: value.list("attachmentList").filter_map(attachment).collect(),
            statuses: value.list("statusList").filter_map(status).collect(),
        })
    }

    /// Begins to fetch a file of an opened letter, or its detached signature, of at most `limit` bytes.
    ///
    /// # Errors
    /// As [`Portal::download`].
    pub async fn letter_file(
        &self,
        token: &AccessToken,
        file: &Attachment,
        part: AttachmentPart,
        limit: u64,
    ) -> Result<Download, PortalError> {
        let (message, attachment) = (file.message.to_string(), file.attachment.to_string());
        let part = match part {
            AttachmentPart::File => "file",
            AttachmentPart::Signature => "sig",
        };
        let path = [&BASE[..], &["attachment", &message, &attachment, part]].concat();
        let announced = if part == "file" { file.size } else { None };
        self.open_file(token, &path, announced.unwrap_or(0), limit).await
    }

    async fn mail(
        &self,
        token: &AccessToken,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        payload: Payload,
        effect: Effect,
    ) -> Result<crate::transport::Answer, PortalError> {
        self.transport
            .exchange(Call {
                site: Site::Epgu,
                method,
                path: &[&BASE, path].concat(),
                query,
                token: Some(token),
                payload,
                effect,
                timeout: self.options.timeouts.answer,
            })
            .await?
            .accepted()
    }
}

fn uuid(value: Loose<'_>, name: &str) -> Option<Uuid> {
    Uuid::parse_str(value.text(name)?.trim()).ok()
}

fn line(value: Loose<'_>) -> Option<MailLine> {
    Some(MailLine {
        id: LetterId {
            thread: uuid(value, "threadUuid")?,
            message: uuid(value, "messageUuid")?,
        },
        title: value.text("feedTitle").unwrap_or_default(),
        subtitle: value.text("feedSubtitle"),
        is_read: value.flag("isRead"),
        created: value.time("createDate"),
    })
}

fn attachment(value: Loose<'_>) -> Option<Attachment> {
    Some(Attachment {
        message: uuid(value, "messageUuid")?,
        attachment: uuid(value, "attachmentUuid")?,
        name: value.text("fileName").unwrap_or_default(),
        size: value.number("fileSize").and_then(|size| u64::try_from(size).ok()),
        mime: value.text("mimeType"),
        is_signed: value.flag("signed"),
        is_ready: value
            .text("statusMnemonic")
            .is_none_or(|status| status.eq_ignore_ascii_case("READY")),
    })
}

fn status(value: Loose<'_>) -> Option<LetterStatus> {
    Some(LetterStatus {
        code: value.text("mnemonic")?,
        description: value.text("description"),
        by: value.text("originatorUserName"),
        at: value.time("createDate"),
    })
}
