//! Pauses with jitter.

use time::Duration;

/// Up to a quarter more, so that many computers do not come back at the same moment.
pub(crate) fn jittered(pause: Duration) -> Duration {
    let random = uuid::Uuid::new_v4().as_bytes()[0];
    pause + pause * i32::from(random) / (4 * 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_grows_by_a_quarter_at_most() {
        for _ in 0..1000 {
            let pause = jittered(Duration::seconds(100));
            assert!((100..=125).contains(&pause.whole_seconds()), "{pause}");
        }
    }
}
