//! The portal's time notations.

use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, offset};
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// Zone of times written without one. The texts do not name it; the portal lives in Moscow.
pub(crate) const ZONE: UtcOffset = offset!(+3);

const SECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
const MILLISECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]");

/// Reads `2022-07-25T13:01:47.438+0300`, `…+03:00`, `…Z`, and times without zone or fraction.
pub(crate) fn parse(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    let (base, mut rest) = text.split_at_checked(19)?;
    // A blank instead of `T` is seen where databases print themselves.
    let time = PrimitiveDateTime::parse(&base.replacen(' ', "T", 1), SECONDS).ok()?;
    let mut nanoseconds = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let end = fraction
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(fraction.len());
        let (digits, after) = fraction.split_at(end);
        nanoseconds = format!("{digits:0<9.9}").parse().ok()?;
        rest = after;
    }
    let time = time.replace_nanosecond(nanoseconds).ok()?;
    Some(time.assume_offset(parse_zone(rest)?))
}

fn parse_zone(text: &str) -> Option<UtcOffset> {
    match text {
        "" => return Some(ZONE),
        "Z" | "z" => return Some(UtcOffset::UTC),
        _ => {}
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        2 => (digits.parse::<i8>().ok()?, 0),
        4 => (digits[..2].parse::<i8>().ok()?, digits[2..].parse::<i8>().ok()?),
        _ => return None,
    };
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

/// Writes `YYYY-MM-DDTHH:mm:ss.SSS` in Moscow time, as `updatedAfter` wants it. Cuts to milliseconds, so that
/// nothing later than `time` is lost. `None` for a year the notation cannot hold.
pub(crate) fn format(time: OffsetDateTime) -> Option<String> {
    time.checked_to_offset(ZONE)?.format(MILLISECONDS).ok()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn all_published_notations_are_read() {
        let expected = datetime!(2022-07-25 13:01:47.438 +3);
        for text in [
            "2022-07-25T13:01:47.438+0300",
            "2022-07-25T13:01:47.438+03:00",
            "2022-07-25T13:01:47.438+03",
            "2022-07-25T10:01:47.438Z",
            "2022-07-25T13:01:47.438",
            " 2022-07-25 13:01:47.438000 ",
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        assert_eq!(
            parse("2022-07-25T13:01:47"),
            Some(datetime!(2022-07-25 13:01:47 +3))
        );
    }

    #[test]
    fn what_is_no_time_is_nothing() {
        for text in [
            "",
            "вчера",
            "2022-07-25",
            "2022-13-25T13:01:47",
            "2022-07-25T13:01:47+9",
            "2022-07-25T13:01:47!",
            "2022-07-25T13:01:47+99:00",
            "2022-07-25T13:01:47+жж",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_written_in_moscow_and_read_back() {
        let time = datetime!(2026-01-31 22:15:00.9999 UTC);
        let text = format(time).unwrap();
        assert_eq!(text, "2026-02-01T01:15:00.999");
        assert!(parse(&text).unwrap() <= time);
    }
}
