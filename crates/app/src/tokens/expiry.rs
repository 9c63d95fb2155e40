//! Warnings that certificates end: at 60, 30, 14 and 3 days, and when one ends before the next reporting date.

use std::collections::BTreeMap;

use kabinet_domain::Organisation;
use time::{Date, Duration, Month, OffsetDateTime, Weekday};

use crate::blocking::blocking;
use crate::view::{CertificateView, Expiring, ExpiryWarning};
use crate::{App, Event};

/// Setting of the organisation: the last threshold told for each certificate, by its fingerprint.
const TOLD: &str = "expiry-told";
/// Returns are due on this day of a month (НК РФ: статьи 174, 230, 289, 431 and others, since 2023).
const FILING_DAY: u8 = 25;

/// How soon; nothing while there is time.
pub(crate) fn expiring(days_left: i32) -> Option<Expiring> {
    match days_left {
        ..0 => Some(Expiring::Over),
        0..=3 => Some(Expiring::InDays),
        4..=14 => Some(Expiring::InTwoWeeks),
        15..=30 => Some(Expiring::InAMonth),
        31..=60 => Some(Expiring::InTwoMonths),
        _ => None,
    }
}

/// Certificates that act for the organisation and end soon, the soonest first.
pub(super) fn warnings(
    certificates: &[CertificateView],
    organisation: Option<&Organisation>,
    now: OffsetDateTime,
) -> Vec<ExpiryWarning> {
    let Some(organisation) = organisation else {
        return Vec::new();
    };
    let own = |line: &&CertificateView| line.organisation_inn.as_deref() == Some(organisation.inn.as_str());
    let deadline = next_filing_date(now.date());
    let mut warnings: Vec<ExpiryWarning> = certificates
        .iter()
        .filter(own)
        .filter_map(|line| {
            // A line whose key was renewed shows the later certificate; another key of the same person takes over too.
            let renewed = certificates.iter().filter(own).any(|other| {
                other.id != line.id
                    && other.inn == line.inn
                    && other.holder == line.holder
                    && other.unfit.is_empty()
                    && other.days_left > line.days_left
            });
            let before = now + Duration::days(i64::from(line.days_left)) < deadline.midnight().assume_utc();
            let expiring = expiring(line.days_left)?;
            Some(ExpiryWarning {
                certificate_id: line.id.clone(),
                holder: line.holder.clone(),
                days_left: line.days_left,
                expiring,
                before_deadline: (before && line.days_left >= 0).then(|| deadline.to_string()),
                renewed,
            })
        })
        .collect();
    warnings.sort_by_key(|warning| warning.days_left);
    warnings
}

/// The next day returns are due: the 25th, or the working day after it when it falls on a day off (НК РФ, статья 6.1, пункт
/// 7). Holidays are not known here: the date may be a few days early, never late.
fn next_filing_date(today: Date) -> Date {
    let this_month = filing_date(today.year(), today.month());
    if today <= this_month {
        return this_month;
    }
    let year = if today.month() == Month::December {
        today.year() + 1
    } else {
        today.year()
    };
    filing_date(year, today.month().next())
}

fn filing_date(year: i32, month: Month) -> Date {
    // The 25th exists in every month of every year that certificates know.
    let date = Date::from_calendar_date(year, month, FILING_DAY).unwrap_or(Date::MAX);
    match date.weekday() {
        Weekday::Saturday => date + Duration::days(2),
        Weekday::Sunday => date + Duration::DAY,
        _ => date,
    }
}

impl App {
    /// Tells each threshold of each certificate once, however often the tokens are looked at.
    pub(super) async fn tell_expiring(&self, warnings: &[ExpiryWarning]) {
        let Ok(current) = self.current().await else { return };
        let warnings: Vec<ExpiryWarning> = warnings.iter().filter(|one| !one.renewed).cloned().collect();
        if warnings.is_empty() {
            return;
        }
        let due = blocking(move || {
            let mut told: BTreeMap<String, u8> = current.store.setting(TOLD)?.unwrap_or_default();
            let mut due = Vec::new();
            for warning in warnings {
                let level = warning.expiring as u8;
                if told.get(&warning.certificate_id).is_none_or(|last| *last < level) {
                    told.insert(warning.certificate_id.clone(), level);
                    due.push(warning);
                }
            }
            if !due.is_empty() {
                current.store.set_setting(TOLD, &told)?;
            }
            Ok(due)
        });
        // A reminder that cannot be kept is told again next time.
        for warning in due.await.unwrap_or_default() {
            self.keep_reminders("certificate", vec![warning.holder.clone()])
                .await;
            self.tell(Event::CertificateExpiring {
                holder: warning.holder,
                days_left: warning.days_left,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn thresholds_are_those_people_are_warned_at() {
        let expected = [
            (61, None),
            (60, Some(Expiring::InTwoMonths)),
            (31, Some(Expiring::InTwoMonths)),
            (30, Some(Expiring::InAMonth)),
            (14, Some(Expiring::InTwoWeeks)),
            (3, Some(Expiring::InDays)),
            (0, Some(Expiring::InDays)),
            (-1, Some(Expiring::Over)),
        ];
        for (days, level) in expected {
            assert_eq!(expiring(days), level, "{days}");
        }
    }

    #[test]
    fn returns_are_due_on_the_25th_or_the_working_day_after_it() {
        assert_eq!(next_filing_date(date!(2026 - 11 - 01)), date!(2026 - 11 - 25));
        assert_eq!(next_filing_date(date!(2026 - 11 - 25)), date!(2026 - 11 - 25));
        assert_eq!(next_filing_date(date!(2026 - 11 - 26)), date!(2026 - 12 - 25));
        assert_eq!(
            next_filing_date(date!(2026 - 07 - 20)),
            date!(2026 - 07 - 27),
            "a Saturday"
        );
        assert_eq!(
            next_filing_date(date!(2026 - 10 - 26)),
            date!(2026 - 10 - 26),
            "a Sunday"
        );
        assert_eq!(next_filing_date(date!(2026 - 12 - 31)), date!(2027 - 01 - 25));
    }
}
