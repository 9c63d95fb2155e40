//! Warnings at fixed distances before a term.

use time::OffsetDateTime;

/// Whole days left, those begun not counted; negative afterwards.
pub(crate) fn days_left(until: OffsetDateTime, now: OffsetDateTime) -> i32 {
    let left = until - now;
    i32::try_from(left.whole_seconds().div_euclid(86_400)).unwrap_or(i32::MAX)
}

/// The nearest of these distances, in days and the farthest first, that is reached; none once the term is over.
pub(crate) fn reached(thresholds: &[u8], days_left: i32) -> Option<u8> {
    let left = u8::try_from(days_left).ok()?;
    thresholds.iter().rev().copied().find(|days| left <= *days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_threshold_counts() {
        for (days, expected) in [
            (300, None),
            (91, None),
            (90, Some(90)),
            (31, Some(90)),
            (30, Some(30)),
            (7, Some(7)),
            (0, Some(7)),
            (-1, None),
        ] {
            assert_eq!(reached(&[90, 30, 7], days), expected, "{days}");
        }
    }
}
