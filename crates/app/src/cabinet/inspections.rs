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
                let Some(days) = reached(&THRESHOLDS, left) else {
                    continue;
                };
                if self.told.get(&name).is_none_or(|told| *told > days) {
                    self.told.insert(name, days);
                    news.push((what, one.clone()));
                }
            }
        }
        news
    }
}

/// What was asked for so long ago is asked for again. A clock that was set back must not keep it from that.
fn is_old(asked: Option<OffsetDateTime>, now: OffsetDateTime) -> bool {
    asked.is_none_or(|at| (now - at).abs() >= ASKED_AGAIN)
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
        let is_refused = matches!(&answer, Err(AppError::Cabinet(error)) if error.refused().is_some_and(|one| one.http == 403));
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

    /// Asks again for what may be old by now, if somebody is signed in where inspections are told of.
    async fn renew_old_inspections(&self) {
        let Ok(current) = self.current().await else { return };
        let is_offered = current
            .live()
            .offer
            .as_ref()
            .is_some_and(|offer| offers(offer, FEATURE));
        let Ok(kept) = self.kept_inspections().await else {
            return;
        };
        if !is_offered || !is_old(kept.asked, OffsetDateTime::now_utc()) {
            return;
        }
        if let Ok(access) = self.cabinet().await {
            self.renew_inspections(&access).await;
            self.tell(Event::CabinetChanged);
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

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-29 12:00 UTC);

    fn announced(begins_in: i64, papers_in: Option<i64>) -> Kept {
        let items = vec![KeptInspection {
            id: "a/b".to_owned(),
            number: None,
            kind: None,
            agency: "Инспекция".to_owned(),
            subject: None,
            begins: Some(NOW + Duration::days(begins_in)),
            ends: None,
            status: "announced".to_owned(),
            result: None,
            documents: Vec::new(),
            papers: Vec::new(),
            papers_due: papers_in.map(|days| NOW + Duration::days(days)),
        }];
        Kept {
            items,
            ..Kept::default()
        }
    }

    fn news(kept: &mut Kept, now: OffsetDateTime) -> Vec<InspectionNews> {
        kept.take_news(now).into_iter().map(|(what, _)| what).collect()
    }

    #[test]
    fn each_threshold_of_each_term_is_told_once_and_a_term_that_is_over_no_more() {
        use InspectionNews::{Begins, New, Papers};
        let mut kept = announced(20, Some(5));
        let days = |days: i64| NOW + Duration::days(days);
        assert_eq!(news(&mut kept, NOW), [New, Papers(5)]);
        assert_eq!(news(&mut kept, NOW), []);
        assert_eq!(news(&mut kept, days(2)), [Papers(3)]);
        assert_eq!(news(&mut kept, days(5)), [Papers(0)]);
        assert_eq!(news(&mut kept, days(6)), [Begins(14)]);
        // Several thresholds passed by at once are one notice.
        assert_eq!(news(&mut kept, days(20)), [Begins(0)]);
        assert_eq!(news(&mut kept, days(21)), []);
    }

    #[test]
    fn one_that_is_under_way_begins_no_more_and_one_that_was_called_off_says_nothing() {
        let mut kept = announced(1, Some(1));
        kept.items[0].status = "under-way".to_owned();
        assert_eq!(
            news(&mut kept, NOW),
            [InspectionNews::New, InspectionNews::Papers(1)]
        );
        let mut kept = announced(1, Some(1));
        kept.items[0].status = "cancelled".to_owned();
        assert_eq!(news(&mut kept, NOW), []);
    }

    #[test]
    fn it_is_asked_again_after_an_hour_and_when_the_clock_was_set_back() {
        assert!(is_old(None, NOW));
        assert!(!is_old(Some(NOW - Duration::minutes(59)), NOW));
        assert!(is_old(Some(NOW - Duration::hours(1)), NOW));
        assert!(is_old(Some(NOW + Duration::days(3)), NOW));
    }
}
