//! Keeps requests below the published limits (appendix 3), so that the portal has no reason to refuse them.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// How much this program allows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests of any kind in a minute. The portal allows 2000 to an information system, which all
    /// installations of the program share.
    pub requests_per_minute: usize,
    /// Orders of one service by one user in ten minutes. The portal allows 20.
    pub orders_per_ten_minutes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_minute: 600,
            orders_per_ten_minutes: 18,
        }
    }
}

/// Counts what was sent.
#[derive(Debug)]
pub(crate) struct Pace {
    limits: Limits,
    requests: Window,
    orders: HashMap<(String, String), Window>,
}

impl Pace {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            requests: Window::new(limits.requests_per_minute, Duration::from_secs(60)),
            orders: HashMap::new(),
        }
    }

    /// Counts a request at `now`, or says how long to wait.
    pub(crate) fn admit_request(&mut self, now: Instant) -> Result<(), Duration> {
        self.requests.admit(now)
    }

    /// Counts an order of `service` by `user` at `now`, or says how long to wait.
    pub(crate) fn admit_order(&mut self, user: &str, service: &str, now: Instant) -> Result<(), Duration> {
        self.orders.retain(|_, window| !window.is_empty(now));
        self.orders
            .entry((user.to_owned(), service.to_owned()))
            .or_insert_with(|| Window::new(self.limits.orders_per_ten_minutes, Duration::from_secs(600)))
            .admit(now)
    }

    /// Takes the newest order of `service` by `user` back: it never reached the portal.
    pub(crate) fn forget_order(&mut self, user: &str, service: &str) {
        if let Some(window) = self.orders.get_mut(&(user.to_owned(), service.to_owned())) {
            window.admitted.pop_back();
        }
    }
}

/// At most `limit` events in any stretch of `span`. A bucket that refills would let through nearly twice as
/// many across its first stretch.
#[derive(Debug)]
struct Window {
    limit: usize,
    span: Duration,
    admitted: VecDeque<Instant>,
}

impl Window {
    fn new(limit: usize, span: Duration) -> Self {
        Self {
            limit: limit.max(1),
            span,
            admitted: VecDeque::new(),
        }
    }

    fn admit(&mut self, now: Instant) -> Result<(), Duration> {
        self.drop_old(now);
        match self.admitted.front() {
            Some(oldest) if self.admitted.len() >= self.limit => Err(*oldest + self.span - now),
            _ => {
                self.admitted.push_back(now);
                Ok(())
            }
        }
    }

    fn is_empty(&mut self, now: Instant) -> bool {
        self.drop_old(now);
        self.admitted.is_empty()
    }

    fn drop_old(&mut self, now: Instant) {
        while self
            .admitted
            .front()
            .is_some_and(|oldest| *oldest + self.span <= now)
        {
            self.admitted.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn no_stretch_ever_holds_more_than_the_limit() {
        let start = Instant::now();
        let mut window = Window::new(20, 600 * SECOND);
        let admitted: Vec<u64> = (0..3000)
            .filter(|second| window.admit(start + *second as u32 * SECOND).is_ok())
            .collect();
        for (index, first) in admitted.iter().enumerate() {
            let within = admitted[index..]
                .iter()
                .take_while(|second| **second < first + 600)
                .count();
            assert!(within <= 20, "{within} from second {first}");
        }
        assert_eq!(admitted.len(), 5 * 20, "nothing is held back without need");
    }

    #[test]
    fn the_wait_it_names_is_exactly_enough() {
        let start = Instant::now();
        let mut pace = Pace::new(Limits {
            requests_per_minute: 2,
            ..Limits::default()
        });
        pace.admit_request(start).unwrap();
        pace.admit_request(start + 10 * SECOND).unwrap();
        let wait = pace.admit_request(start + 20 * SECOND).unwrap_err();
        assert_eq!(wait, 40 * SECOND);
        assert!(
            pace.admit_request(start + 20 * SECOND + wait - Duration::from_millis(1))
                .is_err()
        );
        assert!(pace.admit_request(start + 20 * SECOND + wait).is_ok());
    }

    #[test]
    fn orders_are_counted_per_user_and_service() {
        let now = Instant::now();
        let mut pace = Pace::new(Limits {
            orders_per_ten_minutes: 1,
            ..Limits::default()
        });
        assert!(pace.admit_order("1", "10000000109", now).is_ok());
        assert!(pace.admit_order("1", "10000000109", now).is_err());
        assert!(pace.admit_order("2", "10000000109", now).is_ok());
        assert!(pace.admit_order("1", "10000000374", now).is_ok());
    }

    #[test]
    fn an_order_that_never_left_does_not_count() {
        let now = Instant::now();
        let mut pace = Pace::new(Limits {
            orders_per_ten_minutes: 1,
            ..Limits::default()
        });
        pace.admit_order("1", "10000000109", now).unwrap();
        pace.forget_order("1", "10000000109");
        assert!(pace.admit_order("1", "10000000109", now).is_ok());
    }

    #[test]
    fn default_limits_stay_below_the_published_ones() {
        let limits = Limits::default();
        assert!(limits.requests_per_minute < 2000 && limits.orders_per_ten_minutes < 20);
    }
}
