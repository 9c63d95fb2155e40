//! The signed-in person's account.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::{Cabinet, CabinetError};
use crate::loose::Loose;

/// Whether the account is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// It is.
    Yes,
    /// Being looked at.
    InReview,
    /// It is not.
    No,
    /// In a word this program does not know.
    Other(String),
}

/// Who can end a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlock {
    /// The person.
    SelfService,
    /// Support of the portal, with documents.
    Support,
}

/// Why and until when the account is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Code of the cause.
    pub cause: String,
    /// When it ends by itself.
    pub until: Option<OffsetDateTime>,
    /// Who can end it before.
    pub unlock: Unlock,
}

/// The account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Identity in ЕСИА.
    pub oid: Option<String>,
    /// Whether it is confirmed.
    pub confirmed: Confirmed,
    /// Ways to confirm it, in codes of the portal.
    pub confirm_ways: Vec<String>,
    /// A second factor is switched on; `None` when the portal does not say.
    pub second_factor: Option<bool>,
    /// When the password has to be changed.
    pub password_expires: Option<OffsetDateTime>,
    /// The lock, while there is one.
    pub lock: Option<Lock>,
    /// Masked phone.
    pub phone: Option<String>,
    /// Masked e-mail.
    pub email: Option<String>,
    /// Addresses of pages on which the person puts it right, by code: `security`, `confirm-<way>`. As the portal gave them:
    /// whoever opens one asks [`Endpoints::has_page`](crate::Endpoints::has_page) first.
    pub pages: BTreeMap<String, String>,
}

impl Cabinet<'_> {
    /// The account of the person.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn me(&self) -> Result<Account, CabinetError> {
        let value = self.read(&["me"], &[]).await?;
        let value = Loose::new(&value);
        let security = value.field("security");
        let contacts = value.field("contacts");
        let lock = security.and_then(|security| security.field("lock"));
        Ok(Account {
            oid: value.text("oid"),
            confirmed: match value.text("confirmed").as_deref() {
                Some("confirmed") => Confirmed::Yes,
                Some("in-review") => Confirmed::InReview,
                Some("not-confirmed") => Confirmed::No,
                other => Confirmed::Other(other.unwrap_or_default().to_owned()),
            },
            confirm_ways: value
                .list("confirmWays")
                .filter_map(Loose::as_text)
                .map(str::to_owned)
                .collect(),
            second_factor: security
                .filter(|security| security.field("secondFactor").is_some())
                .map(|security| security.flag("secondFactor")),
            password_expires: security.and_then(|security| security.time("passwordExpires")),
            lock: lock.map(|lock| Lock {
                cause: lock.text("cause").unwrap_or_default(),
                until: lock.time("until"),
                unlock: match lock.text("unlock").as_deref() {
                    Some("self-service") => Unlock::SelfService,
                    _ => Unlock::Support,
                },
            }),
            phone: contacts.and_then(|contacts| contacts.text("phone")),
            email: contacts.and_then(|contacts| contacts.text("email")),
            pages: value
                .list("pages")
                .filter_map(|page| Some((page.text("code")?, page.text("url")?)))
                .collect(),
        })
    }
}
