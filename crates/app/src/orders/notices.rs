//! What the person is told of, when: grouped, never at quiet hours, never behind the lock, and kept to be read again.

use std::sync::Mutex;
use std::time::Duration;

use kabinet_domain::{DocumentId, OrderId};
use kabinet_store::{Notice as Kept, Page};
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::calendar::local_now;
use crate::quiet_hours::is_quiet;
use crate::state::Current;
use crate::view::{NoticeRules, NoticeView, rfc3339};
use crate::{App, AppError, Event};

/// Setting of the organisation.
const RULES: &str = "notice-rules";
/// What changes within this time is told at once.
const TOGETHER: Duration = Duration::from_millis(1500);
/// How many of those kept are shown.
const SHOWN: u64 = 200;

/// Why something is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoticeKind {
    /// A new status of what was sent from here.
    Status,
    /// It ended.
    Decision,
    /// The authority waits.
    Question,
    /// Something watched has changed.
    Watched,
    /// A rule of one's own has spoken.
    Rule,
}

impl NoticeKind {
    fn word(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Decision => "decision",
            Self::Question => "question",
            Self::Watched => "watched",
            Self::Rule => "rule",
        }
    }

    fn is_wanted(self, rules: &NoticeRules) -> bool {
        rules.enabled
            && match self {
                Self::Status => rules.statuses,
                Self::Decision => rules.decisions,
                Self::Question => rules.questions,
                Self::Watched => rules.watched,
                // Whoever made it wants to hear it.
                Self::Rule => true,
            }
    }
}

/// A change worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) kind: NoticeKind,
    pub(crate) title: String,
    pub(crate) status: String,
    pub(crate) document: Option<DocumentId>,
    pub(crate) order: OrderId,
}

/// What is gathered to be told at once.
#[derive(Debug, Default)]
pub(crate) struct NoticeQueue(Mutex<Vec<Notice>>);

impl App {
    /// Keeps the notice, and tells the desktop with whatever else changes in this moment.
    pub(crate) async fn tell_status(&self, current: &Current, notice: Notice) -> Result<(), AppError> {
        let kept = Kept {
            at: OffsetDateTime::now_utc(),
            kind: notice.kind.word().to_owned(),
            document: notice.document,
            order: Some(notice.order),
            params: [("status", &notice.status), ("title", &notice.title)]
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .into(),
        };
        let store = current.store.clone();
        let rules = blocking(move || {
            store.keep_notice(&kept)?;
            Ok(store.setting::<NoticeRules>(RULES)?.unwrap_or_default())
        })
        .await?;
        if !notice.kind.is_wanted(&rules) || is_quiet(rules.quiet_from, rules.quiet_to, local_now().hour()) {
            return Ok(());
        }
        let is_first = {
            let mut queue = self
                .notices_waiting()
                .0
                .lock()
                .unwrap_or_else(|broken| broken.into_inner());
            queue.push(notice);
            queue.len() == 1
        };
        if is_first {
            let app = self.weakly();
            tokio::spawn(async move {
                tokio::time::sleep(TOGETHER).await;
                if let Some(app) = app.app() {
                    app.tell_gathered().await;
                }
            });
        }
        Ok(())
    }

    async fn tell_gathered(&self) {
        let gathered = {
            let mut queue = self
                .notices_waiting()
                .0
                .lock()
                .unwrap_or_else(|broken| broken.into_inner());
            std::mem::take(&mut *queue)
        };
        // Behind the lock nothing is told; it stands among the notices when the vault is opened.
        if self.current().await.is_err() {
            return;
        }
        // Of one application only the newest counts.
        let mut newest: Vec<Notice> = Vec::new();
        for notice in gathered {
            newest.retain(|earlier| earlier.order != notice.order);
            newest.push(notice);
        }
        match newest.as_slice() {
            [] => {}
            [only] => self.tell(Event::StatusChanged {
                status: only.status.clone(),
                order: only.order.0.to_string(),
                document: only.document.map(|document| document.0.to_string()),
            }),
            many => self.tell(Event::StatusesChanged {
                count: u32::try_from(many.len()).unwrap_or(u32::MAX),
            }),
        }
    }

    /// What the desktop is told of.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn notice_rules(&self) -> Result<NoticeRules, AppError> {
        self.with_store(|store| Ok(store.setting(RULES)?.unwrap_or_default()))
            .await
    }

    /// Changes what the desktop is told of.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn set_notice_rules(&self, rules: NoticeRules) -> Result<NoticeRules, AppError> {
        let rules = NoticeRules {
            quiet_from: rules.quiet_from.min(23),
            quiet_to: rules.quiet_to.min(23),
            ..rules
        };
        self.with_store(move |store| {
            store.set_setting(RULES, &rules)?;
            Ok(rules)
        })
        .await
    }

    /// What was told, newest first; also what was not shown because it was quiet or switched off.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn notices(&self) -> Result<Vec<NoticeView>, AppError> {
        self.with_store(|store| {
            let kept = store.notices(Page::first(SHOWN))?;
            Ok(kept.into_iter().map(view).collect())
        })
        .await
    }

    /// Keeps a copy of a reminder.
    pub(crate) async fn keep_reminders(&self, kind: &'static str, texts: Vec<String>) {
        let kept = self.with_store(move |store| {
            for text in texts {
                store.keep_notice(&Kept {
                    at: OffsetDateTime::now_utc(),
                    kind: kind.to_owned(),
                    document: None,
                    order: None,
                    params: [("status".to_owned(), text)].into(),
                })?;
            }
            Ok(())
        });
        if let Err(error) = kept.await {
            tracing::warn!(code = error.code(), "a reminder cannot be kept");
        }
    }
}

fn view(mut kept: Kept) -> NoticeView {
    NoticeView {
        at: rfc3339(kept.at),
        kind: kept.kind,
        text: kept.params.remove("status").unwrap_or_default(),
        title: kept.params.remove("title").unwrap_or_default(),
        document_id: kept.document.map(|document| document.0.to_string()),
        order_id: kept.order.map(|order| order.0.to_string()),
    }
}
