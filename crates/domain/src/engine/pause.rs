//! How long nothing is tried after a failure.

use std::time::Duration as StdDuration;

use time::Duration;

/// First pause after a failure; it doubles up to [`LONGEST`].
const FIRST: Duration = Duration::seconds(2);
const LONGEST: Duration = Duration::minutes(15);
/// Longest pause a portal can ask for: what lies further ahead is taken for the work of a wrong clock.
const FARTHEST: Duration = Duration::DAY;

/// Pause after the `attempts`-th failure in a row, from 2 seconds to 15 minutes, or what the portal asked for if that is longer, but
/// never more than a day. Whoever waits adds jitter.
pub fn after_failure(attempts: u32, asked: Option<StdDuration>) -> Duration {
    let doubled = FIRST * 2_i32.saturating_pow(attempts.saturating_sub(1).min(9));
    let asked = asked
        .and_then(|asked| Duration::try_from(asked).ok())
        .unwrap_or(Duration::ZERO);
    doubled.min(LONGEST).max(asked.min(FARTHEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        let pauses: Vec<Duration> = (1..40).map(|attempts| after_failure(attempts, None)).collect();
        assert!(pauses.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!((pauses[0], pauses[38]), (FIRST, LONGEST));
    }

    #[test]
    fn the_portal_may_ask_for_a_longer_pause_of_a_day_at_most() {
        let asked = |seconds| after_failure(1, Some(StdDuration::from_secs(seconds)));
        assert_eq!(asked(1), FIRST);
        assert_eq!(asked(3600), Duration::HOUR);
        assert_eq!(asked(864_000), FARTHEST);
        assert_eq!(after_failure(1, Some(StdDuration::MAX)), FIRST);
    }
}
