//! The calendar of the chosen organisation: terms of the law, own ones, certificates that end; what is done, and reminders. All
//! of it is counted here, without a network.

mod data;
mod error;
mod remind;

pub use error::CalendarError;

use std::collections::{BTreeMap, BTreeSet};

use kabinet_domain::OrganisationKind;
use kabinet_domain::deadlines::{Occurrence, Period, Periodicity, Profile, Regime, occurrences};
use serde::{Deserialize, Serialize};
use time::{Date, Duration};
use uuid::Uuid;

use crate::state::Current;
use crate::view::{
    CalendarEntry, CalendarProfile, CalendarView, DeadlineKind, DeadlinePeriod, PeriodKind, TaxRegime,
};
use crate::{App, AppError, Event, employees, orders, poa};

/// Setting of the organisation: everything the calendar remembers.
const CALENDAR: &str = "calendar";
/// Days asked for at once at most.
const LONGEST: Duration = Duration::days(800);
/// Characters of an own deadline's title.
const TITLE: usize = 200;

/// What the calendar remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Kept {
    /// What the person said of the organisation; nothing yet.
    profile: Option<CalendarProfile>,
    /// Entries that are done, by their identity.
    done: BTreeSet<String>,
    /// The person's own deadlines.
    own: Vec<Own>,
    /// The nearest threshold told of each entry, in days.
    told: BTreeMap<String, u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Own {
    id: Uuid,
    title: String,
    due: String,
}

impl App {
    /// What falls due from `from` to `to`, both included (`yyyy-mm-dd`), as of `today`.
    ///
    /// # Errors
    /// [`CalendarError::NotADate`]; [`CalendarError::Data`] for a file of the user that is not understood; failures of the vault.
    pub async fn calendar(&self, from: &str, to: &str) -> Result<CalendarView, AppError> {
        let (from, to) = (day(from)?, day(to)?);
        self.calendar_as_of(local_now().date(), from, to).await
    }

    /// [`Self::calendar`] on a day of one's own choice.
    ///
    /// # Errors
    /// As [`Self::calendar`].
    pub async fn calendar_as_of(&self, today: Date, from: Date, to: Date) -> Result<CalendarView, AppError> {
        let to = to.min(from.checked_add(LONGEST).unwrap_or(Date::MAX));
        let current = self.current().await?;
        let kept = self
            .with_store(|store| Ok(store.setting::<Kept>(CALENDAR)?.unwrap_or_default()))
            .await?;
        let data = data::load(&self.config().calendar_dir)?;
        let profile = profile_of(&current, &kept);
        let left = |due: Date| {
            (
                data.calendar.working_days_until(today, due),
                (due - today).whole_days(),
            )
        };
        let done = |id: &str| kept.done.contains(id);
        let entry = |id: String, kind, title: String, due: Date| {
            let (working_days_left, days_left) = left(due);
            CalendarEntry {
                done: done(&id),
                id,
                kind,
                title,
                authority: None,
                source: None,
                period: None,
                due: due.to_string(),
                named: due.to_string(),
                days_left: i32::try_from(days_left).unwrap_or(i32::MAX),
                working_days_left,
                certain: true,
            }
        };
        let of_law = |one: Occurrence<'_>| CalendarEntry {
            authority: Some(one.rule.authority.clone()),
            source: Some(one.rule.source.clone()),
            period: Some(period(one.period, one.rule.periodicity)),
            named: one.named.to_string(),
            certain: one.certain,
            ..entry(identity(&one), DeadlineKind::Law, one.rule.name.clone(), one.due)
        };
        let mut entries: Vec<CalendarEntry> =
            occurrences(&data.rules, &data.calendar, domain(&current, &profile), from, to)
                .into_iter()
                .map(of_law)
                .collect();
        for own in &kept.own {
            let due = day(&own.due)?;
            if (from..=to).contains(&due) {
                entries.push(entry(
                    format!("own/{}", own.id),
                    DeadlineKind::Own,
                    own.title.clone(),
                    due,
                ));
            }
        }
        let asked = self.with_store(orders::questions).await?;
        for (order, question, title, until) in asked {
            let due = until.to_offset(local_offset()).date();
            if (from..=to).contains(&due) {
                let id = format!("question/{}/{question}", order.0);
                entries.push(entry(id, DeadlineKind::Question, title, due));
            }
        }
        for one in self.with_store(move |store| poa::ending(store, from, to)).await? {
            let (id, whose) = (format!("poa/{}", one.number), poa::holders(&one));
            entries.push(entry(id, DeadlineKind::PowerOfAttorney, whose, one.expires));
        }
        let review = self
            .with_store({
                let current = current.clone();
                move |store| employees::review_due(&current, store)
            })
            .await?;
        // One that is overdue stays on the day of today.
        if let Some(due) = review
            .map(|due| due.max(today))
            .filter(|due| (from..=to).contains(due))
        {
            let title = self.texts().plain("ui.employees.review.due");
            entries.push(entry(format!("review/{due}"), DeadlineKind::Review, title, due));
        }
        if let Some(session) = current.session()
            && let (Some(days_left), Some(certificate)) =
                (session.certificate_days_left, &session.view.certificate_id)
        {
            let ends = today + Duration::days(i64::from(days_left));
            if (from..=to).contains(&ends) {
                let id = format!("certificate/{certificate}");
                entries.push(entry(id, DeadlineKind::Certificate, session.view.holder, ends));
            }
        }
        entries.sort_by(|one, other| one.due.cmp(&other.due));
        let mut days_off = Vec::new();
        let mut next = Some(from);
        while let Some(one) = next.filter(|one| *one <= to) {
            if !data.calendar.is_working(one) {
                days_off.push(one.to_string());
            }
            next = one.next_day();
        }
        Ok(CalendarView {
            today: today.to_string(),
            profile,
            entries,
            days_off,
            undecreed: (from.year()..=to.year())
                .filter(|year| !data.calendar.is_decreed(*year))
                .collect(),
        })
    }

    /// Says what the organisation is, so that only its own terms are shown, and when to remind.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn set_calendar_profile(&self, profile: CalendarProfile) -> Result<(), AppError> {
        self.change_calendar(move |kept| {
            kept.profile = Some(CalendarProfile {
                chosen: true,
                quiet_from: profile.quiet_from.min(23),
                quiet_to: profile.quiet_to.min(23),
                ..profile
            });
        })
        .await
    }

    /// Marks an entry as done, or not.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn mark_deadline(&self, id: String, done: bool) -> Result<(), AppError> {
        self.change_calendar(move |kept| {
            if done {
                kept.done.insert(id);
            } else {
                kept.done.remove(&id);
            }
        })
        .await
    }

    /// Adds a deadline of the person's own.
    ///
    /// # Errors
    /// [`CalendarError::NotADate`]; failures of the vault.
    pub async fn add_deadline(&self, title: &str, due: &str) -> Result<(), AppError> {
        let due = day(due)?.to_string();
        let title: String = title.trim().chars().take(TITLE).collect();
        if title.is_empty() {
            return Err(AppError::Calendar(CalendarError::NotADate(title)));
        }
        self.change_calendar(move |kept| {
            let id = Uuid::new_v4();
            kept.own.push(Own { id, title, due });
        })
        .await
    }

    /// Removes a deadline of the person's own, by its identity in the calendar.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn remove_deadline(&self, id: String) -> Result<(), AppError> {
        self.change_calendar(move |kept| {
            kept.own.retain(|own| format!("own/{}", own.id) != id);
            kept.done.remove(&id);
        })
        .await
    }

    /// When reminders may be shown.
    pub(crate) async fn reminding(&self) -> Result<CalendarProfile, AppError> {
        let current = self.current().await?;
        let kept = self
            .with_store(|store| Ok(store.setting::<Kept>(CALENDAR)?.unwrap_or_default()))
            .await?;
        Ok(profile_of(&current, &kept))
    }

    async fn change_calendar(&self, change: impl FnOnce(&mut Kept) + Send + 'static) -> Result<(), AppError> {
        // One writer at a time: reminders are written down beside what the person does.
        let _turn = self.calendar_turn().lock().await;
        let changed = self
            .with_store(move |store| {
                let before: Kept = store.setting(CALENDAR)?.unwrap_or_default();
                let mut kept = before.clone();
                change(&mut kept);
                // Reminders look every minute and seldom have anything to write down.
                if kept == before {
                    return Ok(false);
                }
                store.set_setting(CALENDAR, &kept)?;
                Ok(true)
            })
            .await?;
        if changed {
            self.tell(Event::CalendarChanged);
        }
        Ok(())
    }
}

/// The clock of this computer, in its own time zone.
pub(crate) fn local_now() -> time::PrimitiveDateTime {
    let local = time::OffsetDateTime::now_utc().to_offset(local_offset());
    time::PrimitiveDateTime::new(local.date(), local.time())
}

/// The time zone of this computer, as it is now.
fn local_offset() -> time::UtcOffset {
    let seconds = jiff::Zoned::now().offset().seconds();
    time::UtcOffset::from_whole_seconds(seconds).unwrap_or(time::UtcOffset::UTC)
}

fn day(text: &str) -> Result<Date, AppError> {
    Date::parse(text, &time::format_description::well_known::Iso8601::DATE)
        .map_err(|_| AppError::Calendar(CalendarError::NotADate(text.to_owned())))
}

fn identity(one: &Occurrence<'_>) -> String {
    format!("{}/{}/{}", one.rule.code, one.period.year, one.period.part)
}

fn period(period: Period, periodicity: Periodicity) -> DeadlinePeriod {
    DeadlinePeriod {
        year: period.year,
        part: period.part,
        kind: match periodicity {
            Periodicity::Month => PeriodKind::Month,
            Periodicity::Quarter => PeriodKind::Quarter,
            Periodicity::Year => PeriodKind::Year,
        },
    }
}

/// What the person said, or what most are.
fn profile_of(current: &Current, kept: &Kept) -> CalendarProfile {
    kept.profile.unwrap_or(CalendarProfile {
        regime: TaxRegime::General,
        employer: current.organisation.kind == OrganisationKind::Legal,
        vat: true,
        remind: true,
        quiet_from: 21,
        quiet_to: 9,
        chosen: false,
    })
}

fn domain(current: &Current, profile: &CalendarProfile) -> Profile {
    Profile {
        kind: current.organisation.kind,
        regime: match profile.regime {
            TaxRegime::General => Regime::General,
            TaxRegime::Simplified => Regime::Simplified,
            TaxRegime::Agricultural => Regime::Agricultural,
            TaxRegime::Patent => Regime::Patent,
        },
        employer: profile.employer,
        vat: profile.vat,
    }
}
