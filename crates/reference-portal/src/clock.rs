//! The portal's clock and the two ways API ЕПГУ writes a moment down.

use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, offset};
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// The lists of API ЕПГУ speak of Moscow time without saying so.
const MOSCOW: UtcOffset = offset!(+3);

const LIST: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]");
const LIST_WHOLE_SECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
const DETAILS: &[BorrowedFormatItem<'_>] = format_description!(
    "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3][offset_hour sign:mandatory][offset_minute]"
);

/// Milliseconds since 1970, UTC: how moments are stored. This is the computer's clock; the portal's is
/// [`crate::settings::Settings::now_ms`].
pub(crate) fn now_ms() -> i64 {
    to_ms(OffsetDateTime::now_utc())
}

/// A moment in milliseconds.
pub(crate) fn to_ms(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// A stored moment.
pub(crate) fn from_ms(ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// `2022-12-21T20:49:37.672`, as the status lists write it (API ЕПГУ 1.13, method 6).
pub(crate) fn list_format(ms: i64) -> String {
    from_ms(ms).to_offset(MOSCOW).format(LIST).unwrap_or_default()
}

/// `2022-07-25T13:01:47.438+0300`, as order details write it (API ЕПГУ 1.13, method 4).
pub(crate) fn details_format(ms: i64) -> String {
    from_ms(ms).to_offset(MOSCOW).format(DETAILS).unwrap_or_default()
}

/// Reads `updatedAfter`.
pub(crate) fn parse_list_format(text: &str) -> Option<i64> {
    let parsed =
        PrimitiveDateTime::parse(text, LIST).or_else(|_| PrimitiveDateTime::parse(text, LIST_WHOLE_SECONDS));
    Some(to_ms(parsed.ok()?.assume_offset(MOSCOW)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_times_are_moscow_times_and_survive_a_round_trip() {
        let ms = 1_671_644_977_672;
        assert_eq!(list_format(ms), "2022-12-21T20:49:37.672");
        assert_eq!(parse_list_format(&list_format(ms)), Some(ms));
        assert_eq!(parse_list_format("2022-12-21T20:49:37"), Some(ms - 672));
        assert_eq!(parse_list_format("21.12.2022"), None);
        assert_eq!(details_format(ms), "2022-12-21T20:49:37.672+0300");
    }
}
