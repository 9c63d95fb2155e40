//! Inspections of the organisation: kept for reading without a connection, told of when they are new and before their terms (STAT-07).

use std::collections::{BTreeMap, BTreeSet};

use kabinet_portal::cabinet::Inspection;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

use super::organisations::is_absence;
use super::{Access, offers};
use crate::blocking::blocking;
use crate::event::InspectionNews;
use crate::quiet_hours::is_quiet;
use crate::thresholds::{days_left, reached};
use crate::view::{CabinetPresence, InspectionView, Inspections, rfc3339};
use crate::{App, AppError, Event};

/// Setting of an organisation.
const LIST: &str = "cabinet-inspections";
/// The feature of a portal that tells of them.
const FEATURE: &str = "inspections";
/// What seeing them needs.
const PERMISSION: &str = "taxes.view";
/// Days before a term, the farthest first.
const THRESHOLDS: [u8; 4] = [14, 3, 1, 0];
/// While somebody is signed in they are asked for again after so long.
const ASKED_AGAIN: Duration = Duration::hours(1);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    #[serde(with = "time::serde::rfc3339::option")]
    at: Option<OffsetDateTime>,
    /// When the portal was asked last, whatever it answered.
    #[serde(with = "time::serde::rfc3339::option")]
    asked: Option<OffsetDateTime>,
    items: Vec<KeptInspection>,
    /// Those that were told of as new.
    announced: BTreeSet<String>,
    /// The nearest threshold told of each term, in days.
    told: BTreeMap<String, u8>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptInspection {
    id: String,
    number: Option<String>,
    kind: Option<String>,
    agency: String,
    subject: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    begins: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    ends: Option<OffsetDateTime>,
    status: String,
    result: Option<String>,
    documents: Vec<String>,
    papers: Vec<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    papers_due: Option<OffsetDateTime>,
}

impl From<Inspection> for KeptInspection {
    fn from(one: Inspection) -> Self {
        let documents = one.documents.into_iter().map(|document| match document.number {
            Some(number) => format!("{} № {number}", document.title),
            None => document.title,
        });
        Self {
            id: one.id,
            number: one.number,
            kind: one.kind,
            agency: one.agency,
            subject: one.subject,
            begins: one.begins,
            ends: one.ends,
            status: one.status,
            result: one.result,
            documents: documents.collect(),
            papers: one.papers,
            papers_due: one.papers_due,
        }
    }
}

impl KeptInspection {
    /// A status nobody knows is not the end.
    fn is_open(&self) -> bool {
        !matches!(self.status.as_str(), "ended" | "cancelled")
    }

    fn papers_left(&self, now: OffsetDateTime) -> Option<i32> {
        let due = self.papers_due.filter(|_| self.is_open())?;
        Some(days_left(due, now))
    }

    fn begins_in(&self, now: OffsetDateTime) -> Option<i32> {
        let begins = self.begins.filter(|_| self.status == "announced")?;
        Some(days_left(begins, now))
    }

    /// Terms that are ahead, each with a name of its own: one that is moved is warned of anew.
    fn terms(&self, now: OffsetDateTime) -> Vec<(String, InspectionNews, i32)> {
        let name = |what: &str, at: Option<OffsetDateTime>| {
            let at = at.map(OffsetDateTime::unix_timestamp).unwrap_or_default();
            format!("{}/{what}/{at}", self.id)
        };
        let papers = self.papers_left(now).map(|left| {
            let name = name("papers", self.papers_due);
            (name, InspectionNews::Papers(left), left)
        });
        let begins = self.begins_in(now).map(|left| {
            let name = name("begins", self.begins);
            (name, InspectionNews::Begins(left), left)
        });
        papers.into_iter().chain(begins).collect()
    }

    /// Open ones by their nearest term, then the rest, the latest first.
    fn rank(&self, now: OffsetDateTime) -> (bool, i32, std::cmp::Reverse<Option<OffsetDateTime>>) {
        let left = self.terms(now).into_iter().map(|(_, _, left)| left);
        let nearest = left.filter(|left| *left >= 0).min().unwrap_or(i32::MAX);
        (!self.is_open(), nearest, std::cmp::Reverse(self.begins))
    }

    fn view(&self, now: OffsetDateTime) -> InspectionView {
        InspectionView {
            id: self.id.clone(),
            number: self.number.clone(),
            kind: self.kind.clone(),
            agency: self.agency.clone(),
            subject: self.subject.clone(),
            begins: self.begins.map(rfc3339),
            ends: self.ends.map(rfc3339),
            status: self.status.clone(),
            open: self.is_open(),
            result: self.result.clone(),
            documents: self.documents.clone(),
            papers: self.papers.clone(),
            papers_due: self.papers_due.map(rfc3339),
            papers_days_left: self.papers_left(now),
            begins_in: self.begins_in(now),
        }
    }
}

impl Kept {
    /// What is to be told now; it counts as told from then on.
    fn take_news(&mut self, now: OffsetDateTime) -> Vec<(InspectionNews, KeptInspection)> {
        let mut news = Vec::new();
        for one in self.items.iter().filter(|one| one.is_open()) {
            if self.announced.insert(one.id.clone()) {
                news.push((InspectionNews::New, one.clone()));
            }
            for (name, what, left) in one.terms(now) {
                let Some(days) = reached(&THRESHOLDS, left) else { continue };
                if self.told.get(&name).is_none_or(|told| *told > days) {
                    self.told.insert(name, days);
                    news.push((what, one.clone()));
                }
            }
        }
        news
    }
}

impl App {
    /// The list; with `ask` the portal is asked anew, and what it does not answer is shown as it was. Whoever may not see
    /// inspections sees none, also of those another person has fetched.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`]; failures of the vault.
    pub async fn inspections(&self, ask: bool) -> Result<Inspections, AppError> {
        let current = self.current().await?;
        let now = OffsetDateTime::now_utc();
        let refused = current
            .standing()
            .and_then(|standing| standing.allows(PERMISSION, now).err());
        if let Some(refused) = refused {
            return Ok(Inspections {
                presence: self.presence().await,
                refused: Some(refused.into()),
                ..Inspections::default()
            });
        }
        let error = match ask {
            true => match self.cabinet().await {
                Ok(access) => self.fetch_inspections(&access).await.err(),
                Err(error) => Some(error),
            },
            false => None,
        };
        let mut kept = self.kept_inspections().await?;
        kept.items.sort_by_key(|one| one.rank(now));
        let offer = current.live().offer.clone();
        let presence = match offer {
            Some(offer) if !offers(&offer, FEATURE) => CabinetPresence::Absent,
            _ => self.presence().await,
        };
        Ok(Inspections {
            presence,
            items: kept.items.iter().map(|one| one.view(now)).collect(),
            at: kept.at.map(rfc3339),
            refused: None,
            error: error.filter(|error| !is_absence(error)).map(Into::into),
        })
    }

    /// What is new; whatever goes wrong, the list stays as it was.
    pub(super) async fn renew_inspections(&self, access: &Access) {
        let standing = access.current.standing();
        let is_refused = standing.is_some_and(|standing| {
            let now = OffsetDateTime::now_utc();
            standing.allows(PERMISSION, now).is_err()
        });
        if is_refused {
            return;
        }
        if let Err(error) = self.fetch_inspections(access).await {
            tracing::info!(code = error.code(), "inspections are not known anew");
        }
    }

    async fn fetch_inspections(&self, access: &Access) -> Result<(), AppError> {
        if !offers(&access.offer, FEATURE) {
            return Ok(());
        }
        let asked = access.cabinet().inspections().await;
        let answer = self.met(&access.current, asked).await;
        let is_refused =
            matches!(&answer, Err(AppError::Cabinet(error)) if error.refused().is_some_and(|one| one.http == 403));
        let (at, store) = (OffsetDateTime::now_utc(), access.current.store.clone());
        let _turn = self.calendar_turn().lock().await;
        blocking(move || {
            let mut kept: Kept = store.setting(LIST)?.unwrap_or_default();
            kept.asked = Some(at);
            let told = match answer {
                Ok(all) => {
                    kept.at = Some(at);
                    kept.items = all.into_iter().map(KeptInspection::from).collect();
                    let ids: BTreeSet<&str> = kept.items.iter().map(|one| one.id.as_str()).collect();
                    kept.announced.retain(|id| ids.contains(id.as_str()));
                    kept.told
                        .retain(|term, _| ids.contains(term.rsplitn(3, '/').nth(2).unwrap_or_default()));
                    Ok(())
                }
                Err(error) => {
                    // What the role may not see any more is not kept for it either.
                    if is_refused {
                        kept.at = None;
                        kept.items.clear();
                    }
                    Err(error)
                }
            };
            store.set_setting(LIST, &kept)?;
            told
        })
        .await
    }

    async fn kept_inspections(&self) -> Result<Kept, AppError> {
        self.with_store(|store| Ok(store.setting::<Kept>(LIST)?.unwrap_or_default()))
            .await
    }

    /// Asks again for what may be old by now, if somebody is signed in.
    async fn renew_old_inspections(&self) {
        let Ok(access) = self.cabinet().await else { return };
        let asked = self.kept_inspections().await.ok().and_then(|kept| kept.asked);
        // A clock that was set back must not keep it from asking.
        let is_fresh = asked.is_some_and(|at| (OffsetDateTime::now_utc() - at).abs() < ASKED_AGAIN);
        if !is_fresh {
            self.renew_inspections(&access).await;
        }
    }

    /// Tells of new inspections, and 14, 3 and 1 days before papers are due or one begins and on the day, once each, never in
    /// quiet hours. `now` is the moment of the local clock.
    pub async fn remind_of_inspections(&self, now: PrimitiveDateTime) {
        self.renew_old_inspections().await;
        let (Ok(hours), Ok(current)) = (self.reminding().await, self.current().await) else {
            return;
        };
        let at = OffsetDateTime::now_utc();
        let is_refused = current
            .standing()
            .is_some_and(|standing| standing.allows(PERMISSION, at).is_err());
        if is_refused || !hours.remind || is_quiet(hours.quiet_from, hours.quiet_to, now.hour()) {
            return;
        }
        let turn = self.calendar_turn().lock().await;
        // Written down before it is told: a notice is rather missed than repeated.
        let news = self
            .with_store(move |store| {
                let mut kept: Kept = store.setting(LIST)?.unwrap_or_default();
                let news = kept.take_news(at);
                if !news.is_empty() {
                    store.set_setting(LIST, &kept)?;
                }
                Ok(news)
            })
            .await
            .unwrap_or_default();
        drop(turn);
        let mut together: BTreeMap<InspectionNews, Vec<KeptInspection>> = BTreeMap::new();
        for (what, one) in news {
            together.entry(what).or_default().push(one);
        }
        for (news, all) in together {
            let lines = all.iter().map(|one| match &one.subject {
                Some(subject) => format!("{}: {subject}", one.agency),
                None => one.agency.clone(),
            });
            self.keep_reminders("inspection", lines.collect()).await;
            let agencies = all.into_iter().map(|one| one.agency).collect();
            self.tell(Event::Inspections { news, agencies });
        }
    }
}
