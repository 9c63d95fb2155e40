//! Licences of the organisation: kept for reading without a connection, warned of before they end (SVC-21, SVC-22).

use std::collections::BTreeMap;
use std::path::Path;

use kabinet_portal::cabinet::Licence;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, PrimitiveDateTime};

use super::organisations::is_absence;
use super::{Access, offers};
use crate::blocking::blocking;
use crate::quiet_hours::is_quiet;
use crate::thresholds::{days_left, reached};
use crate::view::{CabinetPresence, LicenceView, Licences, rfc3339};
use crate::{App, AppError, Event, journal};

/// Setting of an organisation.
const LIST: &str = "cabinet-licences";
/// The feature of a portal that keeps a register of them.
const FEATURE: &str = "licences";
/// Days before the end, the farthest first.
const THRESHOLDS: [u8; 3] = [90, 30, 7];

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    #[serde(with = "time::serde::rfc3339::option")]
    at: Option<OffsetDateTime>,
    items: Vec<KeptLicence>,
    /// The nearest threshold told of each number and its end, in days.
    told: BTreeMap<String, u8>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct KeptLicence {
    pub(crate) number: String,
    title: String,
    service: Option<String>,
    agency: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    issued: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    ends: Option<OffsetDateTime>,
    order: Option<String>,
    has_file: bool,
}

impl KeptLicence {
    /// Whole days left, those begun not counted; negative afterwards.
    fn days_left(&self, now: OffsetDateTime) -> Option<i32> {
        Some(days_left(self.ends?, now))
    }

    /// What is known of it, in the words of the forms; dates as they are typed.
    pub(crate) fn known(&self, what: &str) -> Option<String> {
        let day = |at: Option<OffsetDateTime>| {
            let date = at?.to_offset(crate::send::MOSCOW).date();
            Some(format!(
                "{:02}.{:02}.{}",
                date.day(),
                u8::from(date.month()),
                date.year()
            ))
        };
        match what {
            "licence.number" => Some(self.number.clone()),
            "licence.renewal" => Some(String::new()),
            "licence.agency" => self.agency.clone(),
            "licence.issued" => day(self.issued),
            "licence.ends" => day(self.ends),
            _ => None,
        }
    }

    /// Names the warnings of this term: a renewed licence keeps its number and is warned of anew.
    fn term(&self) -> String {
        let ends = self.ends.map(|ends| ends.unix_timestamp()).unwrap_or_default();
        format!("{}/{ends}", self.number)
    }

    pub(crate) fn view(&self, now: OffsetDateTime) -> LicenceView {
        let days_left = self.days_left(now);
        LicenceView {
            number: self.number.clone(),
            title: self.title.clone(),
            service: self.service.clone(),
            agency: self.agency.clone(),
            issued: self.issued.map(rfc3339),
            ends: self.ends.map(rfc3339),
            days_left,
            warning: days_left.and_then(|left| reached(&THRESHOLDS, left)),
            order: self.order.clone(),
            has_file: self.has_file,
        }
    }
}

impl From<Licence> for KeptLicence {
    fn from(one: Licence) -> Self {
        Self {
            number: one.number,
            title: one.title,
            service: one.service,
            agency: one.agency,
            issued: one.issued,
            ends: one.ends,
            order: one.order,
            has_file: one.file_name.is_some(),
        }
    }
}

impl App {
    /// The list; with `ask` the portal is asked anew, and what it does not answer is shown as it was.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`]; failures of the vault.
    pub async fn licences(&self, ask: bool) -> Result<Licences, AppError> {
        let error = match ask {
            true => match self.cabinet().await {
                Ok(access) => self.fetch_licences(&access).await.err(),
                Err(error) => Some(error),
            },
            false => None,
        };
        let current = self.current().await?;
        let kept = self.kept_licences().await?;
        let offer = current.live().offer.clone();
        let presence = match offer {
            Some(offer) if !offers(&offer, FEATURE) => CabinetPresence::Absent,
            _ => self.presence().await,
        };
        let now = OffsetDateTime::now_utc();
        Ok(Licences {
            presence,
            items: kept.items.iter().map(|one| one.view(now)).collect(),
            at: kept.at.map(rfc3339),
            error: error.filter(|error| !is_absence(error)).map(Into::into),
        })
    }

    /// Suggested name of the file of a licence, and the word for its kind.
    pub fn licence_file(&self, number: &str) -> (String, String) {
        let texts = self.texts();
        // What a portal calls a number is no part of a path.
        let safe: String = number
            .chars()
            .map(|one| {
                if one.is_alphanumeric() || one == '-' {
                    one
                } else {
                    '_'
                }
            })
            .collect();
        let name = texts.text("ui.licences.fileName", [("number", safe)]);
        (name, texts.plain("ui.licences.fileKind"))
    }

    /// Saves the file of a licence: a zip of the document for people, the one for programs, and their signatures.
    ///
    /// # Errors
    /// The portal's own; [`AppError::File`].
    pub async fn save_licence(&self, number: &str, target: &Path) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        let asked = access.cabinet().licence_file(number).await;
        let bytes = self.met(&access.current, asked).await?;
        let target = target.to_owned();
        let entry = journal::with(journal::plain("licence-saved", &access.holder), "licence", number);
        let store = access.current.store.clone();
        blocking(move || {
            std::fs::write(&target, bytes).map_err(|source| AppError::File {
                path: target.display().to_string(),
                source,
            })?;
            Ok(store.record(&entry)?)
        })
        .await
    }

    /// What is new; whatever goes wrong, the list stays as it was.
    pub(super) async fn renew_licences(&self, access: &Access) {
        if let Err(error) = self.fetch_licences(access).await {
            tracing::info!(code = error.code(), "licences are not known anew");
        }
    }

    async fn fetch_licences(&self, access: &Access) -> Result<(), AppError> {
        if !offers(&access.offer, FEATURE) {
            return Ok(());
        }
        let oid = self.oid_of(access).await?;
        let asked = access.cabinet().licences().await;
        let all = self.met(&access.current, asked).await?;
        let mut items: Vec<KeptLicence> = all
            .into_iter()
            .filter(|one| one.organisation.as_ref().is_none_or(|of| *of == oid))
            .map(KeptLicence::from)
            .collect();
        // One without a term comes last.
        items.sort_by_key(|one| (one.ends.is_none(), one.ends, one.number.clone()));
        let (at, store) = (OffsetDateTime::now_utc(), access.current.store.clone());
        let _turn = self.calendar_turn().lock().await;
        blocking(move || {
            let mut kept: Kept = store.setting(LIST)?.unwrap_or_default();
            kept.at = Some(at);
            kept.items = items;
            let terms: Vec<String> = kept.items.iter().map(KeptLicence::term).collect();
            kept.told.retain(|term, _| terms.contains(term));
            Ok(store.set_setting(LIST, &kept)?)
        })
        .await
    }

    /// The licence of that number; of one that is not known here only the number is.
    pub(crate) async fn kept_licence(&self, number: &str) -> Result<(KeptLicence, bool), AppError> {
        let found = self.kept_licences().await?.items;
        let found = found.into_iter().find(|one| one.number == number);
        let is_known = found.is_some();
        let licence = found.unwrap_or_else(|| KeptLicence {
            number: number.to_owned(),
            ..KeptLicence::default()
        });
        Ok((licence, is_known))
    }

    async fn kept_licences(&self) -> Result<Kept, AppError> {
        self.with_store(|store| Ok(store.setting::<Kept>(LIST)?.unwrap_or_default()))
            .await
    }

    /// Warns 90, 30 and 7 days before a licence ends, once each, never in quiet hours. `now` is the moment of the local clock.
    pub async fn remind_of_licences(&self, now: PrimitiveDateTime) {
        let Ok(hours) = self.reminding().await else {
            return;
        };
        if !hours.remind || is_quiet(hours.quiet_from, hours.quiet_to, now.hour()) {
            return;
        }
        let _turn = self.calendar_turn().lock().await;
        let at = OffsetDateTime::now_utc();
        // Written down before it is told: a warning is rather missed than repeated.
        let due = self
            .with_store(move |store| {
                let mut kept: Kept = store.setting(LIST)?.unwrap_or_default();
                let mut due = Vec::new();
                for one in &kept.items {
                    let Some(left) = one.days_left(at) else { continue };
                    let Some(days) = reached(&THRESHOLDS, left) else {
                        continue;
                    };
                    if kept.told.get(&one.term()).is_none_or(|told| *told > days) {
                        kept.told.insert(one.term(), days);
                        due.push((one.title.clone(), left));
                    }
                }
                if !due.is_empty() {
                    store.set_setting(LIST, &kept)?;
                }
                Ok(due)
            })
            .await
            .unwrap_or_default();
        let nearest = due.iter().map(|(_, left)| *left).min();
        if let Some(days_left) = nearest {
            let titles: Vec<String> = due.into_iter().map(|(title, _)| title).collect();
            self.keep_reminders("licence", titles.clone()).await;
            self.tell(Event::LicencesEnding { titles, days_left });
        }
    }
}
