//! What the portal tells a person.

use reqwest::Method;
use serde_json::Value;
use time::OffsetDateTime;

use super::{Cabinet, CabinetError};
use crate::loose::Loose;

/// What a notification is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotificationKind {
    /// An application.
    Order,
    /// Safety of the account.
    Security,
    /// The portal itself: outages, changes.
    System,
    /// A term.
    Deadline,
    /// News.
    News,
    /// Something for the director.
    Director,
    /// In a word this program does not know.
    Other(String),
}

/// What a notification leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationTarget {
    /// Section, in a code of the portal.
    pub section: String,
    /// What in it.
    pub id: Option<String>,
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Names it.
    pub id: String,
    /// When it was made.
    pub at: Option<OffsetDateTime>,
    /// What it is about.
    pub kind: NotificationKind,
    /// Title, in the portal's words.
    pub title: String,
    /// Text, in the portal's words.
    pub text: String,
    /// What it leads to.
    pub target: Option<NotificationTarget>,
    /// It was read.
    pub read: bool,
    /// It wants to be seen.
    pub important: bool,
}

/// Some notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationPage {
    /// They.
    pub items: Vec<Notification>,
    /// Where the rest begins.
    pub next: Option<String>,
}

impl NotificationKind {
    /// Reads the name on the wire.
    pub fn from_name(name: &str) -> Self {
        match name {
            "order" => Self::Order,
            "security" => Self::Security,
            "system" => Self::System,
            "deadline" => Self::Deadline,
            "news" => Self::News,
            "director" => Self::Director,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name on the wire.
    pub fn name(&self) -> &str {
        match self {
            Self::Order => "order",
            Self::Security => "security",
            Self::System => "system",
            Self::Deadline => "deadline",
            Self::News => "news",
            Self::Director => "director",
            Self::Other(name) => name,
        }
    }
}

impl Notification {
    fn read(value: Loose<'_>) -> Option<Self> {
        Some(Self {
            id: value.text("id")?,
            at: value.time("at"),
            kind: NotificationKind::from_name(&value.text("kind").unwrap_or_default()),
            title: value.text("title").unwrap_or_default(),
            text: value.text("text").unwrap_or_default(),
            target: value.field("link").and_then(|link| {
                Some(NotificationTarget {
                    section: link.text("section")?,
                    id: link.text("id"),
                })
            }),
            read: value.flag("read"),
            important: value.flag("important"),
        })
    }
}

impl Cabinet<'_> {
    /// At most `limit` (1 to 100) notifications, the oldest first; those that came after the one named `after` when it is given.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn notifications(
        &self,
        after: Option<&str>,
        limit: u32,
    ) -> Result<NotificationPage, CabinetError> {
        let limit = limit.to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(after.map(|after| ("after", after)));
        let value = self.read(&["notifications"], &query).await?;
        let items = value
            .as_array()
            .or_else(|| value.get("items").and_then(Value::as_array));
        Ok(NotificationPage {
            items: items
                .into_iter()
                .flatten()
                .map(Loose::new)
                .filter_map(Notification::read)
                .collect(),
            next: Loose::new(&value).text("next"),
        })
    }

    /// Marks one as read.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn mark_read(&self, id: &str) -> Result<(), CabinetError> {
        self.change(Method::POST, &["notifications", id, "read"], None)
            .await
            .map(drop)
    }
}
