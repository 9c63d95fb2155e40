//! How often the portal is asked about what is open: quick while somebody waits or looks, slower with age, never when nothing
//! is open.

use time::Duration;

/// How much somebody cares right now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// It is on the screen.
    pub looked_at: bool,
    /// The person asked to be told of its changes.
    pub watched: bool,
}

/// Pause before one order is asked about again after `polls` questions that brought nothing new.
pub fn look_after(polls: u32, interest: Interest) -> Duration {
    let own = match polls {
        0..30 => Duration::seconds(2),
        30..90 => Duration::seconds(20),
        90..150 => Duration::minutes(5),
        150..250 => Duration::minutes(30),
        _ => Duration::hours(2),
    };
    let longest = match interest {
        Interest { looked_at: true, .. } => Duration::seconds(20),
        Interest { watched: true, .. } => Duration::minutes(5),
        _ => Duration::hours(2),
    };
    own.min(longest)
}

/// Pause between two exchanges that ask for everything that changed; `None`: nothing is open and nobody looks. `quiet` is how
/// long nothing has changed.
pub fn sync_after(open: u64, quiet: Duration, interest: Interest) -> Option<Duration> {
    if open == 0 && !interest.looked_at {
        return None;
    }
    let by_age = if quiet < Duration::minutes(5) {
        Duration::seconds(30)
    } else if quiet < Duration::hours(1) {
        Duration::minutes(2)
    } else if quiet < Duration::DAY {
        Duration::minutes(15)
    } else {
        Duration::hours(1)
    };
    let longest = match interest {
        Interest { looked_at: true, .. } => Duration::seconds(15),
        Interest { watched: true, .. } => Duration::minutes(5),
        _ => Duration::hours(1),
    };
    Some(by_age.min(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Interest = Interest {
        looked_at: false,
        watched: false,
    };
    const LOOKED_AT: Interest = Interest {
        looked_at: true,
        watched: false,
    };

    #[test]
    fn questions_get_rarer_and_whoever_looks_is_told_sooner() {
        let pauses: Vec<Duration> = (0..400).map(|polls| look_after(polls, NOBODY)).collect();
        assert!(pauses.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(pauses[399], Duration::hours(2));
        assert_eq!(look_after(399, LOOKED_AT), Duration::seconds(20));
    }

    #[test]
    fn an_old_order_costs_a_dozen_questions_a_day() {
        let day = Duration::DAY / look_after(1000, NOBODY);
        assert_eq!(day, 12.0);
    }

    #[test]
    fn nothing_is_asked_when_nothing_is_open() {
        assert_eq!(sync_after(0, Duration::ZERO, NOBODY), None);
        assert!(sync_after(0, Duration::DAY, LOOKED_AT).is_some());
        assert_eq!(sync_after(3, Duration::days(9), NOBODY), Some(Duration::hours(1)));
    }
}
