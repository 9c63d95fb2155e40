//! How many requests an information system may make (API ЕПГУ 1.13, appendix 3).

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::settings::Settings;

/// A period with a limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    Minute,
    Hour,
    Day,
}

/// A limit is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) period: Period,
    /// Until there is room again.
    pub(crate) retry_after_s: u64,
}

/// The requests of late, by information system.
#[derive(Default)]
pub(crate) struct Limits(Mutex<HashMap<String, [Window; 3]>>);

/// Counts in a sliding window, to a sixtieth of its length.
#[derive(Default)]
struct Window {
    total: u32,
    /// When each slice began and how many requests it saw, oldest first.
    slices: VecDeque<(Instant, u32)>,
}

impl Period {
    const ALL: [Self; 3] = [Self::Minute, Self::Hour, Self::Day];

    fn length(self) -> Duration {
        Duration::from_secs(match self {
            Self::Minute => 60,
            Self::Hour => 3600,
            Self::Day => 86_400,
        })
    }

    fn limit(self, settings: &Settings) -> u32 {
        match self {
            Self::Minute => settings.requests_per_minute,
            Self::Hour => settings.requests_per_hour,
            Self::Day => settings.requests_per_day,
        }
    }

    /// For the answer 429.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Minute => "Превышено количество запросов информационной системы в минуту",
            Self::Hour => "Превышено количество запросов информационной системы в час",
            Self::Day => "Превышено количество запросов информационной системы в сутки",
        }
    }
}

impl Limits {
    /// Counts a request, if every limit has room for it.
    pub(crate) fn admit(&self, client_id: &str, settings: &Settings) -> Result<(), Spent> {
        self.admit_at(client_id, settings, Instant::now())
    }

    fn admit_at(&self, client_id: &str, settings: &Settings, now: Instant) -> Result<(), Spent> {
        let mut systems = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let windows = systems.entry(client_id.to_owned()).or_default();
        for (window, period) in windows.iter_mut().zip(Period::ALL) {
            window.forget(now, period.length());
            if window.total >= period.limit(settings) {
                return Err(Spent {
                    period,
                    retry_after_s: window.room_in(now, period.length()),
                });
            }
        }
        for (window, period) in windows.iter_mut().zip(Period::ALL) {
            window.count(now, period.length() / 60);
        }
        Ok(())
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Window {
    fn forget(&mut self, now: Instant, length: Duration) {
        while let Some((began, count)) = self.slices.front().copied()
            && now.saturating_duration_since(began) >= length
        {
            self.slices.pop_front();
            self.total -= count;
        }
    }

    fn count(&mut self, now: Instant, slice: Duration) {
        self.total += 1;
        match self.slices.back_mut() {
            Some((began, count)) if now.saturating_duration_since(*began) < slice => *count += 1,
            _ => self.slices.push_back((now, 1)),
        }
    }

    /// Whole seconds, at least one.
    fn room_in(&self, now: Instant, length: Duration) -> u64 {
        let began = self.slices.front().map_or(now, |(began, _)| *began);
        let left = (began + length).saturating_duration_since(now);
        u64::try_from(left.as_millis().div_ceil(1000))
            .unwrap_or(u64::MAX)
            .max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_period_has_a_limit_and_each_system_its_own_count() {
        let limits = Limits::default();
        let settings = Settings {
            requests_per_minute: 2,
            requests_per_hour: 3,
            ..Settings::default()
        };
        let start = Instant::now();
        let ask =
            |system: &str, second| limits.admit_at(system, &settings, start + Duration::from_secs(second));
        assert_eq!((ask("A", 0), ask("A", 10)), (Ok(()), Ok(())));
        let spent = |period, retry_after_s| {
            Err(Spent {
                period,
                retry_after_s,
            })
        };
        assert_eq!(ask("A", 15), spent(Period::Minute, 45));
        assert_eq!(ask("B", 15), Ok(()));
        assert_eq!(ask("A", 60), Ok(()));
        // What was refused did not count.
        assert_eq!(ask("A", 120), spent(Period::Hour, 3480));
        assert_eq!(ask("A", 3600), Ok(()));
    }

    #[test]
    fn many_requests_need_no_more_room_than_sixty_slices() {
        let limits = Limits::default();
        let start = Instant::now();
        let settings = Settings {
            requests_per_minute: u32::MAX,
            requests_per_hour: u32::MAX,
            ..Settings::default()
        };
        for request in 0..100_000_u64 {
            let at = start + Duration::from_millis(request * 7);
            assert_eq!(limits.admit_at("A", &settings, at), Ok(()));
        }
        let systems = limits.0.lock().unwrap();
        assert!(systems["A"].iter().all(|window| window.slices.len() <= 61));
        assert_eq!(systems["A"][2].total, 100_000);
    }
}
