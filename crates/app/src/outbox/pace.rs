//! How long to wait: exponential after a failure, with jitter.

use std::time::Duration as StdDuration;

use kabinet_store::FARTHEST;
use time::Duration;

const FIRST: Duration = Duration::seconds(2);
const LONGEST: Duration = Duration::minutes(15);

/// Pause after the `attempts`-th failure in a row, or what the server asked for if that is longer, but never more than a day:
/// what lies further ahead is taken for the work of a wrong clock.
pub(crate) fn after_failure(attempts: u32, asked: Option<StdDuration>) -> Duration {
    let doubled = FIRST * 2_i32.saturating_pow(attempts.saturating_sub(1).min(9));
    let pause = jittered(doubled.min(LONGEST));
    let asked = asked
        .and_then(|asked| Duration::try_from(asked).ok())
        .unwrap_or(Duration::ZERO);
    pause.max(asked.min(FARTHEST))
}

/// Up to a quarter more, so that many computers do not come back at the same moment.
pub(crate) fn jittered(pause: Duration) -> Duration {
    let random = uuid::Uuid::new_v4().as_bytes()[0];
    pause + pause * i32::from(random) / (4 * 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        for attempts in 1..40 {
            let pause = after_failure(attempts, None);
            assert!(pause >= FIRST && pause <= LONGEST * 5 / 4, "{attempts}: {pause}");
        }
        assert!(after_failure(6, None) > after_failure(1, None));
    }

    #[test]
    fn the_server_may_ask_for_a_longer_pause() {
        assert!(after_failure(1, Some(StdDuration::from_secs(3600))) >= Duration::hours(1));
        assert_eq!(after_failure(1, Some(StdDuration::MAX)).max(FARTHEST), FARTHEST);
        assert_eq!(after_failure(1, Some(StdDuration::from_secs(864_000))), FARTHEST);
    }
}
