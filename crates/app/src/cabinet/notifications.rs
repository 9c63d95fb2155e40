//! The feed of the portal, kept so that it is there without a connection.

use kabinet_portal::cabinet::Notification;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use time::OffsetDateTime;

use super::Access;
use super::organisations::is_absence;
use crate::blocking::blocking;
use crate::view::{NotificationView, Notifications, rfc3339};
use crate::{App, AppError, Event};

/// Setting of an organisation.
const FEED: &str = "cabinet-notifications";
/// In one request.
const PAGE: u32 = 100;
/// Requests in a row at most.
const PAGES: usize = 20;
/// Notifications that are kept.
const KEPT: usize = 300;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Feed {
    subject: String,
    #[serde(with = "time::serde::rfc3339::option")]
    at: Option<OffsetDateTime>,
    /// The newest one that came; the portal is asked for what is after it.
    last: Option<String>,
    /// Oldest first, as they came.
    items: Vec<NotificationView>,
}

impl App {
    /// The feed, newest first; with `ask` the portal is asked for what is new.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`]; failures of the vault.
    pub async fn notifications(&self, ask: bool) -> Result<Notifications, AppError> {
        let mut error = None;
        if ask {
            error = match self.cabinet().await {
                Ok(access) => self.fetch_notifications(&access).await.err(),
                Err(error) => Some(error),
            };
        }
        let feed = self
            .with_store(|store| Ok(store.setting::<Feed>(FEED)?.unwrap_or_default()))
            .await?;
        let unread = feed.items.iter().filter(|one| !one.read).count();
        Ok(Notifications {
            presence: self.presence().await,
            unread: u32::try_from(unread).unwrap_or(u32::MAX),
            at: feed.at.map(rfc3339),
            items: feed.items.into_iter().rev().collect(),
            error: error.filter(|error| !is_absence(error)).map(Into::into),
        })
    }

    /// Marks one as read, here and at the portal.
    ///
    /// # Errors
    /// The portal's own; then it is not read here either.
    pub async fn read_notification(&self, id: &str) -> Result<Notifications, AppError> {
        let access = self.cabinet().await?;
        let asked = access.cabinet().mark_read(id).await;
        self.met(&access.current, asked).await?;
        let (id, store) = (id.to_owned(), access.current.store.clone());
        let feed = blocking(move || {
            let mut feed: Feed = store.setting(FEED)?.unwrap_or_default();
            for one in feed.items.iter_mut().filter(|one| one.id == id) {
                one.read = true;
            }
            store.set_setting(FEED, &feed)?;
            Ok(feed)
        })
        .await?;
        self.count_alerts(&access, &feed);
        self.tell(Event::StateChanged);
        self.notifications(false).await
    }

    /// What is new; whatever goes wrong, the feed stays as it was.
    pub(super) async fn renew_notifications(&self, access: &Access) {
        if let Err(error) = self.fetch_notifications(access).await {
            tracing::info!(code = error.code(), "notifications are not known anew");
        }
    }

    async fn fetch_notifications(&self, access: &Access) -> Result<(), AppError> {
        let current = &access.current;
        let store = current.store.clone();
        let mut feed: Feed = blocking(move || Ok(store.setting(FEED)?.unwrap_or_default())).await?;
        if feed.subject != access.subject() {
            // Somebody else's.
            feed = Feed {
                subject: access.subject(),
                ..Feed::default()
            };
        }
        let is_first = feed.at.is_none();
        let mut fresh: Vec<NotificationView> = Vec::new();
        for _ in 0..PAGES {
            let last = fresh
                .last()
                .map(|one| one.id.clone())
                .or_else(|| feed.last.clone());
            let asked = access.cabinet().notifications(last.as_deref(), PAGE).await;
            let page = self.met(current, asked).await?;
            let is_last = page.items.len() < PAGE as usize;
            let before = fresh.len();
            let known =
                |id: &str, fresh: &[NotificationView]| feed.items.iter().chain(fresh).any(|one| one.id == id);
            for one in page.items {
                if !known(&one.id, &fresh) {
                    fresh.push(view(one));
                }
            }
            // A portal that repeats itself must not be asked for ever.
            if is_last || fresh.len() == before {
                break;
            }
        }
        for one in fresh.iter().filter(|one| one.kind == "security" && !one.read) {
            // What was there before this program first looked is no news.
            if !is_first || one.important {
                self.tell(Event::SecurityNotice);
            }
        }
        // What was there before this program first looked is heard of with the registry's list.
        if !is_first && fresh.iter().any(|one| one.section.as_deref() == Some("poa")) {
            self.poas_are_news(current);
        }
        feed.last = fresh.last().map(|one| one.id.clone()).or(feed.last);
        feed.at = Some(OffsetDateTime::now_utc());
        feed.items.extend(fresh);
        let surplus = feed.items.len().saturating_sub(KEPT);
        feed.items.drain(..surplus);
        self.count_alerts(access, &feed);
        let store = current.store.clone();
        blocking(move || Ok(store.set_setting(FEED, &feed)?)).await
    }

    fn count_alerts(&self, access: &Access, feed: &Feed) {
        let unread = feed
            .items
            .iter()
            .filter(|one| !one.read && (one.important || one.kind == "security"))
            .count();
        let mut live = access.current.live();
        if let Some(standing) = live.standing.as_mut() {
            let mut changed = (**standing).clone();
            changed.alerts = u32::try_from(unread).unwrap_or(u32::MAX);
            *standing = Arc::new(changed);
        }
    }
}

fn view(one: Notification) -> NotificationView {
    let (section, target) = one.target.map(|target| (target.section, target.id)).unzip();
    NotificationView {
        id: one.id,
        at: one.at.map(rfc3339),
        kind: one.kind.name().to_owned(),
        title: one.title,
        text: one.text,
        section,
        target: target.flatten(),
        read: one.read,
        important: one.important,
    }
}
