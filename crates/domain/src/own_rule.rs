//! Rules of one's own about what is told (NOTE-03). No clock: who asks says what moment it is.

use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime};

use crate::OrderId;

/// When something is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "when")]
pub enum OwnRule {
    /// An application reaches a status.
    Status {
        /// Only of this service; any, if absent.
        service: Option<String>,
        /// Stands in the status; case does not matter.
        status: String,
    },
    /// The authority has not moved an application for so long.
    Silence {
        /// Only of this service; any, if absent.
        service: Option<String>,
        /// Whole days.
        days: u16,
    },
    /// A term of the calendar is so near.
    Deadline {
        /// Whole days.
        days: u16,
    },
}

/// An application as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Filed<'a> {
    /// Its number.
    pub order: OrderId,
    /// Its service; unknown until its details are.
    pub service: Option<&'a str>,
    /// Status in the portal's words.
    pub status: &'a str,
    /// When it last changed.
    pub updated: OffsetDateTime,
    /// Nothing will follow; unknown until its details are known.
    pub is_final: Option<bool>,
}

impl OwnRule {
    /// What the rule says of an application that has just changed, under the name by which it says so once.
    pub fn on_change(&self, filed: &Filed<'_>) -> Option<String> {
        let Self::Status { service, status } = self else {
            return None;
        };
        let wanted = status.trim().to_lowercase();
        let fits = fits(service.as_deref(), filed)
            && !wanted.is_empty()
            && filed.status.to_lowercase().contains(&wanted);
        fits.then(|| format!("{}/{}", filed.order.0, filed.status.to_lowercase()))
    }

    /// What the rule says of an application at this moment, under the name by which it says so once: again only after the
    /// authority has moved it.
    pub fn on_silence(&self, filed: &Filed<'_>, now: OffsetDateTime) -> Option<String> {
        let Self::Silence { service, days } = self else {
            return None;
        };
        let is_silent = filed.is_final == Some(false)
            && fits(service.as_deref(), filed)
            && now - filed.updated >= Duration::days(i64::from(*days));
        is_silent.then(|| format!("{}/{}", filed.order.0, filed.updated.unix_timestamp()))
    }

    /// Whether the rule speaks of a term on this day. A term that has passed is the calendar's own matter.
    pub fn on_term(&self, due: Date, today: Date) -> bool {
        match self {
            Self::Deadline { days } => (0..=i64::from(*days)).contains(&(due - today).whole_days()),
            _ => false,
        }
    }

    /// The days it looks ahead or back.
    pub fn days(&self) -> Option<u16> {
        match self {
            Self::Status { .. } => None,
            Self::Silence { days, .. } | Self::Deadline { days } => Some(*days),
        }
    }
}

fn fits(service: Option<&str>, filed: &Filed<'_>) -> bool {
    service.is_none_or(|service| filed.service == Some(service))
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    const CHANGED: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    fn filed(status: &str) -> Filed<'_> {
        Filed {
            order: OrderId(7),
            service: Some("60010153"),
            status,
            updated: CHANGED,
            is_final: Some(false),
        }
    }

    #[test]
    fn a_status_is_known_by_a_part_of_it_and_told_once() {
        let rule = |service: Option<&str>, status: &str| OwnRule::Status {
            service: service.map(str::to_owned),
            status: status.to_owned(),
        };
        let key = rule(None, " услуга ОКАЗАНА").on_change(&filed("Услуга оказана"));
        assert_eq!(key.as_deref(), Some("7/услуга оказана"));
        assert!(
            rule(Some("60010153"), "оказана")
                .on_change(&filed("Услуга оказана"))
                .is_some()
        );
        for wrong in [rule(Some("1"), "оказана"), rule(None, "отказ"), rule(None, " ")] {
            assert_eq!(wrong.on_change(&filed("Услуга оказана")), None);
        }
        let unknown = Filed {
            service: None,
            ..filed("Услуга оказана")
        };
        assert_eq!(rule(Some("60010153"), "оказана").on_change(&unknown), None);
    }

    #[test]
    fn silence_is_told_when_its_days_are_over_and_again_only_after_a_change() {
        let rule = OwnRule::Silence {
            service: None,
            days: 5,
        };
        let after = |days: i64| CHANGED + Duration::days(days);
        assert_eq!(
            rule.on_silence(&filed("Получено"), after(5) - Duration::SECOND),
            None
        );
        let first = rule.on_silence(&filed("Получено"), after(5)).unwrap();
        assert_eq!(rule.on_silence(&filed("Получено"), after(9)), Some(first.clone()));
        let moved = Filed {
            updated: after(6),
            ..filed("Получено")
        };
        assert_ne!(rule.on_silence(&moved, after(11)), Some(first));
        for is_final in [None, Some(true)] {
            let over = Filed {
                is_final,
                ..filed("Получено")
            };
            assert_eq!(rule.on_silence(&over, after(50)), None);
        }
    }

    #[test]
    fn a_term_is_told_from_its_day_on_until_it_is_over() {
        let rule = OwnRule::Deadline { days: 7 };
        let due = date!(2026 - 03 - 25);
        let told = |today: Date| rule.on_term(due, today);
        assert!(!told(date!(2026 - 03 - 17)));
        assert!(told(date!(2026 - 03 - 18)) && told(due));
        assert!(!told(date!(2026 - 03 - 26)));
    }
}
