use serde::{Deserialize, Serialize};
use time::{Date, Month};

use super::WorkCalendar;
use crate::OrganisationKind;

/// An obligation that comes back with every period. Names are those of the law, hence Russian data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// Stable code.
    pub code: String,
    /// What is to be handed in.
    pub name: String,
    /// To whom: `fns`, `sfr`.
    pub authority: String,
    /// Where it is written.
    pub source: String,
    /// How often.
    pub periodicity: Periodicity,
    /// Only these periods of a year, from 1; all when empty.
    #[serde(default)]
    pub only: Vec<u8>,
    /// When, counted from the period's end.
    pub due: Due,
    /// Whom it concerns.
    #[serde(default)]
    pub who: Who,
    /// First year whose periods it is for.
    #[serde(default)]
    pub since: Option<i32>,
    /// Last year whose periods it is for.
    #[serde(default)]
    pub until: Option<i32>,
}

/// How long the periods are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Periodicity {
    /// 12 a year.
    Month,
    /// 4 a year.
    Quarter,
    /// One.
    Year,
}

impl Periodicity {
    fn months(self) -> u8 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    fn count(self) -> u8 {
        12 / self.months()
    }
}

/// A day counted from the end of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// Months after the period's last one; 0 = in it.
    pub months: u8,
    /// Day of that month; the month's last when it is shorter.
    pub day: u8,
    /// What happens on a day off.
    #[serde(default)]
    pub roll: Roll,
}

/// Where a term goes that ends on a day off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Roll {
    /// To the next working day.
    #[default]
    Forward,
    /// To the last working day before: where the law names that itself.
    Back,
}

/// Whom a rule concerns; an empty list or `None` = everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Who {
    /// Kinds of taxpayers.
    pub kinds: Vec<OrganisationKind>,
    /// Tax regimes.
    pub regimes: Vec<Regime>,
    /// Those who pay people, or those who do not.
    pub employer: Option<bool>,
    /// Those who pay VAT, or those who do not.
    pub vat: Option<bool>,
}

/// A regime of taxation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regime {
    /// Общий режим.
    #[default]
    General,
    /// Упрощённая система, глава 26.2 НК РФ.
    Simplified,
    /// Единый сельскохозяйственный налог, глава 26.1.
    Agricultural,
    /// Патент, глава 26.5.
    Patent,
}

/// Whose deadlines are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Kind of taxpayer.
    pub kind: OrganisationKind,
    /// Regime.
    pub regime: Regime,
    /// Pays people.
    pub employer: bool,
    /// Pays VAT.
    pub vat: bool,
}

/// A month, quarter or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Period {
    /// Year.
    pub year: i32,
    /// Month or quarter of it from 1; 0 = the whole year.
    pub part: u8,
}

/// A date something falls due on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence<'a> {
    /// What.
    pub rule: &'a Rule,
    /// For which period.
    pub period: Period,
    /// The last day on which it is in time.
    pub due: Date,
    /// The day the law names, before days off were counted.
    pub named: Date,
    /// The government has decreed the days off around it: the date will not move any more.
    pub certain: bool,
}

impl Rule {
    /// Whether it is for those.
    pub fn concerns(&self, profile: Profile) -> bool {
        let who = &self.who;
        (who.kinds.is_empty() || who.kinds.contains(&profile.kind))
            && (who.regimes.is_empty() || who.regimes.contains(&profile.regime))
            && who.employer.is_none_or(|employer| employer == profile.employer)
            && who.vat.is_none_or(|vat| vat == profile.vat)
    }

    fn occurrence(&self, calendar: &WorkCalendar, year: i32, part: u8) -> Option<Occurrence<'_>> {
        let last = part * self.periodicity.months();
        let months = u32::from(last - 1) + u32::from(self.due.months);
        let due_year = year + i32::try_from(months / 12).ok()?;
        let month = Month::try_from(u8::try_from(months % 12 + 1).ok()?).ok()?;
        let day = self.due.day.min(month.length(due_year));
        let named = Date::from_calendar_date(due_year, month, day).ok()?;
        let due = match self.due.roll {
            Roll::Forward => calendar.on_or_after(named),
            Roll::Back => calendar.on_or_before(named),
        };
        let part = if self.periodicity == Periodicity::Year {
            0
        } else {
            part
        };
        Some(Occurrence {
            rule: self,
            period: Period { year, part },
            due,
            named,
            certain: calendar.is_decreed(named.year()) && calendar.is_decreed(due.year()),
        })
    }
}

/// Everything that falls due from `from` to `to`, both included, for those; in the order of dates, then of rules.
pub fn occurrences<'a>(
    rules: &'a [Rule],
    calendar: &WorkCalendar,
    profile: Profile,
    from: Date,
    to: Date,
) -> Vec<Occurrence<'a>> {
    // The longest term is counted in months of the next year, and a roll crosses the end of a year at most once.
    let years = from.year().saturating_sub(2)..=to.year().saturating_add(1);
    let mut found = Vec::new();
    for rule in rules.iter().filter(|rule| rule.concerns(profile)) {
        let lives = |year: &i32| {
            rule.since.is_none_or(|since| *year >= since) && rule.until.is_none_or(|until| *year <= until)
        };
        for year in years.clone().filter(lives) {
            let parts = (1..=rule.periodicity.count())
                .filter(|part| rule.only.is_empty() || rule.only.contains(part));
            let all = parts.filter_map(|part| rule.occurrence(calendar, year, part));
            found.extend(all.filter(|one| (from..=to).contains(&one.due)));
        }
    }
    found.sort_by_key(|one| one.due);
    found
}
