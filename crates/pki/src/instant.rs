//! UTCTime and GeneralizedTime, read tolerantly and written by the RFC 5280 rule.

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

use crate::tlv::{Malformed, Tlv, tag, write};

const BAD: Malformed = Malformed::Value("time");

/// Reads UTCTime or GeneralizedTime. Seconds may be absent, a fraction of a second may be present
/// (RFC 3161 §2.4.2 allows it), the zone is `Z` or `±hhmm`.
pub fn read(value: Tlv<'_>) -> Result<OffsetDateTime, Malformed> {
    let text = core::str::from_utf8(value.value).map_err(|_| BAD)?;
    match value.tag {
        tag::UTC_TIME => read_text(text, 2),
        tag::GENERALIZED_TIME => read_text(text, 4),
        found => Err(Malformed::Tag {
            expected: tag::GENERALIZED_TIME,
            found,
        }),
    }
}

/// Reads the content of an IMPLICIT GeneralizedTime or of an already unwrapped one.
pub fn read_generalized(text: &[u8]) -> Result<OffsetDateTime, Malformed> {
    read_text(core::str::from_utf8(text).map_err(|_| BAD)?, 4)
}

fn read_text(text: &str, year_digits: usize) -> Result<OffsetDateTime, Malformed> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (clock, zone) = text.split_at(digits);
    let has_seconds = match digits.checked_sub(year_digits) {
        Some(8) => false,
        Some(10) => true,
        _ => return Err(BAD),
    };
    let number = |from: usize, count: usize| clock.get(from..from + count)?.parse::<u16>().ok();
    let year = number(0, year_digits).ok_or(BAD)?;
    let year = match (year_digits, year) {
        (2, 0..50) => 2000 + year, // RFC 5280 §4.1.2.5.1
        (2, _) => 1900 + year,
        _ => year,
    };
    let field = |index: usize| {
        number(year_digits + 2 * index, 2)
            .map(|field| field as u8)
            .ok_or(BAD)
    };
    let month = Month::try_from(field(0)?).map_err(|_| BAD)?;
    let date = Date::from_calendar_date(year.into(), month, field(1)?).map_err(|_| BAD)?;
    let second = if has_seconds { field(4)?.min(59) } else { 0 }; // a leap second counts as the one before
    let (nano, zone) = fraction(zone)?;
    let time = Time::from_hms_nano(field(2)?, field(3)?, second, nano).map_err(|_| BAD)?;
    // The zone may lead out of the years that the types can say.
    date.with_time(time)
        .assume_offset(offset(zone)?)
        .checked_to_offset(UtcOffset::UTC)
        .filter(|at| at.year() >= 0)
        .ok_or(BAD)
}

fn fraction(zone: &str) -> Result<(u32, &str), Malformed> {
    let Some(rest) = zone.strip_prefix(['.', ',']) else {
        return Ok((0, zone));
    };
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 {
        return Err(BAD);
    }
    let kept = &rest[..count.min(9)];
    let number: u32 = kept.parse().map_err(|_| BAD)?;
    Ok((number * 10u32.pow(9 - kept.len() as u32), &rest[count..]))
}

fn offset(zone: &str) -> Result<UtcOffset, Malformed> {
    if zone == "Z" {
        return Ok(UtcOffset::UTC);
    }
    let (sign, digits) = match zone.split_at_checked(1) {
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) => (-1, digits),
        _ => return Err(BAD),
    };
    if digits.len() != 4 || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(BAD);
    }
    let hours: i8 = digits[..2].parse().map_err(|_| BAD)?;
    let minutes: i8 = digits[2..].parse().map_err(|_| BAD)?;
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).map_err(|_| BAD)
}

/// `Time` of RFC 5280 §4.1.2.5 and RFC 5652 §11.3: UTCTime from 1950 to 2049, GeneralizedTime otherwise.
#[must_use]
pub fn write(at: OffsetDateTime) -> Vec<u8> {
    let at = at.to_offset(UtcOffset::UTC);
    if (1950..2050).contains(&at.year()) {
        let text = format!("{:02}{}", at.year().rem_euclid(100), month_to_second(at));
        write::value(tag::UTC_TIME, text.as_bytes())
    } else {
        write_generalized(at)
    }
}

/// GeneralizedTime to the second, in UTC.
#[must_use]
pub fn write_generalized(at: OffsetDateTime) -> Vec<u8> {
    let at = at.to_offset(UtcOffset::UTC);
    write::value(
        tag::GENERALIZED_TIME,
        format!("{:04}{}", at.year(), month_to_second(at)).as_bytes(),
    )
}

fn month_to_second(at: OffsetDateTime) -> String {
    let (hour, minute, second) = at.to_hms();
    format!(
        "{:02}{:02}{hour:02}{minute:02}{second:02}Z",
        u8::from(at.month()),
        at.day()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn refuses_times_that_do_not_exist() {
        for text in [
            "20261322201040Z",
            "20260230201040Z",
            "20261122",
            "20261122201040",
            "20261122201040.Z",
            "99991231235959-0100",
            "00000101000000+0100",
            "",
        ] {
            assert!(read_generalized(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_fractions_and_zones() {
        assert_eq!(
            read_generalized(b"20261122201040.5Z"),
            Ok(datetime!(2026-11-22 20:10:40.5 UTC))
        );
        assert_eq!(
            read_generalized(b"20261122231040+0300"),
            Ok(datetime!(2026-11-22 20:10:40 UTC))
        );
    }

    #[test]
    fn writes_utc_time_up_to_2049_and_generalized_time_after() {
        for (at, tag) in [
            (datetime!(2049-12-31 23:59:59 UTC), tag::UTC_TIME),
            (datetime!(2050-01-01 00:00:00 UTC), tag::GENERALIZED_TIME),
            (datetime!(1950-01-01 00:00:00 UTC), tag::UTC_TIME),
        ] {
            let der = write(at);
            assert_eq!(der[0], tag);
            assert_eq!(Tlv::from_der(&der).and_then(read), Ok(at));
        }
    }
}
