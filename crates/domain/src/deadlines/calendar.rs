use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month, Weekday};

/// Holidays of ТК РФ, статья 112, first part: month and day.
const HOLIDAYS: [(Month, u8); 14] = [
    (Month::January, 1),
    (Month::January, 2),
    (Month::January, 3),
    (Month::January, 4),
    (Month::January, 5),
    (Month::January, 6),
    (Month::January, 7),
    (Month::January, 8),
    (Month::February, 23),
    (Month::March, 8),
    (Month::May, 1),
    (Month::May, 9),
    (Month::June, 12),
    (Month::November, 4),
];

/// What the government says of one year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Year {
    /// Which.
    pub year: i32,
    /// The decree is out. Before that only the law's own rule is known, and the government may still move days.
    pub decreed: bool,
    /// Where this is written.
    pub source: String,
    /// Days off the decree moved.
    pub transfers: Vec<Transfer>,
}

/// A day off that was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// A working day from now on, unless it is a holiday.
    #[serde(with = "iso")]
    pub from: Date,
    /// A day off from now on.
    #[serde(with = "iso")]
    pub to: Date,
}

/// Which days are worked, in the five-day week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    off: BTreeSet<Date>,
    worked: BTreeSet<Date>,
    decreed: BTreeMap<i32, bool>,
}

impl WorkCalendar {
    /// From what is known of each year; a later entry of the same year takes the place of an earlier one.
    pub fn new(years: impl IntoIterator<Item = Year>) -> Self {
        let years: BTreeMap<i32, Year> = years.into_iter().map(|year| (year.year, year)).collect();
        let mut calendar = Self::default();
        for year in years.values() {
            calendar.decreed.insert(year.year, year.decreed);
            for transfer in &year.transfers {
                calendar.off.insert(transfer.to);
                if !is_holiday(transfer.from) {
                    calendar.worked.insert(transfer.from);
                }
            }
        }
        // A day off that falls on a holiday moves to the next working day, but for those of January, which the government moves,
        // and those it moved elsewhere (second part of the article).
        let moved = |day: &Date| {
            years
                .values()
                .any(|year| year.transfers.iter().any(|transfer| transfer.from == *day))
        };
        let mut carried = Vec::new();
        for year in years.keys() {
            for (month, day) in HOLIDAYS.iter().filter(|(month, _)| *month != Month::January) {
                let Ok(holiday) = Date::from_calendar_date(*year, *month, *day) else {
                    continue;
                };
                if is_weekend(holiday) && !moved(&holiday) {
                    carried.push(holiday);
                }
            }
        }
        for holiday in carried {
            let next = calendar.on_or_after(holiday);
            calendar.off.insert(next);
        }
        calendar
    }

    /// Whether the day is worked.
    pub fn is_working(&self, day: Date) -> bool {
        !is_holiday(day) && !self.off.contains(&day) && (!is_weekend(day) || self.worked.contains(&day))
    }

    /// The day itself, or the first working one after it: «если последний день срока приходится на выходной, днём окончания срока
    /// считается ближайший следующий за ним рабочий день» (НК РФ, статья 6.1, пункт 7).
    pub fn on_or_after(&self, day: Date) -> Date {
        self.walk(day, Duration::DAY)
    }

    /// The day itself, or the last working one before it.
    pub fn on_or_before(&self, day: Date) -> Date {
        self.walk(day, -Duration::DAY)
    }

    /// The working day that many working days after `day`, which is not counted itself (НК РФ, статья 6.1, пункты 2 and 6).
    pub fn after_working_days(&self, day: Date, count: u32) -> Date {
        (0..count).fold(day, |day, _| self.on_or_after(next(day, Duration::DAY)))
    }

    /// Working days after `day` up to and with `end`; 0 when `end` is not later.
    pub fn working_days_until(&self, day: Date, end: Date) -> u32 {
        let mut count = 0;
        let mut day = day;
        while day < end {
            day = next(day, Duration::DAY);
            count += u32::from(self.is_working(day));
        }
        count
    }

    /// Whether the government has decreed the days off of the year.
    pub fn is_decreed(&self, year: i32) -> bool {
        self.decreed.get(&year).copied().unwrap_or(false)
    }

    // A year has working days: the walk ends, at the latest at the end of all dates.
    fn walk(&self, day: Date, step: Duration) -> Date {
        let mut day = day;
        while !self.is_working(day) {
            let following = next(day, step);
            if following == day {
                break;
            }
            day = following;
        }
        day
    }
}

fn next(day: Date, step: Duration) -> Date {
    day.checked_add(step).unwrap_or(day)
}

fn is_holiday(day: Date) -> bool {
    HOLIDAYS.contains(&(day.month(), day.day()))
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

time::serde::format_description!(iso, Date, "[year]-[month]-[day]");

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn year(year: i32, decreed: bool, transfers: &[(Date, Date)]) -> Year {
        Year {
            year,
            decreed,
            source: String::new(),
            transfers: transfers
                .iter()
                .map(|&(from, to)| Transfer { from, to })
                .collect(),
        }
    }

    #[test]
    fn without_a_decree_the_law_alone_moves_days() {
        let calendar = WorkCalendar::new([year(2027, false, &[])]);
        // 1 May 2027 is a Saturday, 9 May a Sunday, 12 June a Saturday.
        for day in [
            date!(2027 - 05 - 03),
            date!(2027 - 05 - 10),
            date!(2027 - 06 - 14),
        ] {
            assert!(!calendar.is_working(day), "{day}");
            assert!(calendar.is_working(day.next_day().unwrap()));
        }
        // The weekend of the January holidays moves by decree only.
        assert!(calendar.is_working(date!(2027 - 01 - 11)));
        assert!(!calendar.is_decreed(2027) && !calendar.is_decreed(2031));
    }

    #[test]
    fn working_days_are_counted_from_the_next_day() {
        let calendar = WorkCalendar::new([year(
            2026,
            true,
            &[(date!(2026 - 01 - 03), date!(2026 - 01 - 09))],
        )]);
        assert_eq!(
            calendar.after_working_days(date!(2025 - 12 - 30), 1),
            date!(2025 - 12 - 31)
        );
        assert_eq!(
            calendar.after_working_days(date!(2025 - 12 - 31), 1),
            date!(2026 - 01 - 12)
        );
        assert_eq!(
            calendar.after_working_days(date!(2026 - 03 - 06), 5),
            date!(2026 - 03 - 16)
        );
        assert_eq!(
            calendar.working_days_until(date!(2026 - 03 - 06), date!(2026 - 03 - 16)),
            5
        );
        assert_eq!(
            calendar.working_days_until(date!(2026 - 03 - 16), date!(2026 - 03 - 06)),
            0
        );
        assert_eq!(
            calendar.on_or_before(date!(2026 - 01 - 11)),
            date!(2025 - 12 - 31)
        );
        assert_eq!(calendar.on_or_after(Date::MAX), Date::MAX);
    }
}
