//! What people type for sums and dates, and how the formats want them.

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, Time};

/// As the formats of ФНС write the time of day in an answer.
const CLOCK: &[BorrowedFormatItem<'_>] = format_description!("[hour].[minute].[second]");
/// As the formats of ФНС write dates.
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[day].[month].[year]");
const TYPED: &[&[BorrowedFormatItem<'_>]] = &[
    format_description!("[day padding:none].[month padding:none].[year]"),
    format_description!("[year]-[month]-[day]"),
    format_description!("[day padding:none]/[month padding:none]/[year]"),
];

/// Kopecks. Spaces of any kind between digits, a comma or a point before one or two digits of kopecks.
pub(crate) fn money(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|one| !one.is_whitespace()).collect();
    let (roubles, kopecks) = text.split_once([',', '.']).unwrap_or((&text, "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
    // 15 digits in all is what the formats have room for.
    if !digits(roubles) || !digits(kopecks) || kopecks.len() > 2 || roubles.len() > 13 {
        return None;
    }
    let whole: i64 = roubles.parse().ok()?;
    let part: i64 = kopecks.parse().ok()?;
    Some(whole * 100 + if kopecks.len() == 1 { part * 10 } else { part })
}

/// A sum as it is shown: `1 234,50`, with spaces that do not break a line.
pub fn amount(kopecks: i64) -> String {
    let digits = (kopecks / 100).to_string();
    let mut shown = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push('\u{a0}');
        }
        shown.push(digit);
    }
    format!("{shown},{:02}", kopecks % 100)
}

/// A sum as the formats write it: `1234.50`.
pub(super) fn decimal(kopecks: i64) -> String {
    format!("{}.{:02}", kopecks / 100, kopecks % 100)
}

/// A date in one of the usual spellings, of this century or the last.
pub(crate) fn date(text: &str) -> Option<Date> {
    TYPED
        .iter()
        .find_map(|format| Date::parse(text.trim(), format).ok())
        .filter(|date| (1900..2100).contains(&date.year()))
}

/// `31.03.2025`.
pub(super) fn day(date: Date) -> String {
    date.format(DAY).unwrap_or_default()
}

/// A time of day, with seconds or without, with points or colons.
pub(super) fn clock(text: &str) -> Option<Time> {
    let text = text.trim().replace(':', ".");
    let parts: Vec<u8> = text
        .split('.')
        .map(|part| {
            part.parse()
                .ok()
                .filter(|_| part.len() <= 2 && !part.starts_with('+'))
        })
        .collect::<Option<_>>()?;
    match parts[..] {
        [hour, minute] => Time::from_hms(hour, minute, 0).ok(),
        [hour, minute, second] => Time::from_hms(hour, minute, second).ok(),
        _ => None,
    }
}

/// `09.05.00`.
pub(super) fn time_of_day(time: Time) -> String {
    time.format(CLOCK).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_in_every_usual_spelling() {
        for (typed, kopecks) in [
            ("0", Some(0)),
            ("1234,5", Some(123_450)),
            ("1 234.50", Some(123_450)),
            ("1\u{a0}234\u{202f}567,05", Some(123_456_705)),
            (" 12 ", Some(1200)),
            ("9999999999999,99", Some(999_999_999_999_999)),
            ("99999999999999", None),
            ("-1", None),
            ("1,234", None),
            ("1,2,3", None),
            (",50", None),
            ("1.", None),
            ("сто", None),
            ("", None),
        ] {
            assert_eq!(money(typed), kopecks, "{typed}");
        }
        assert_eq!(amount(123_456_705), "1\u{a0}234\u{a0}567,05");
        assert_eq!(amount(5), "0,05");
        assert_eq!(decimal(24_050_050), "240500.50");
    }

    #[test]
    fn times_in_every_usual_spelling() {
        for (typed, shown) in [
            ("9:05", Some("09.05.00")),
            ("09.05.07", Some("09.05.07")),
            (" 23:59:59 ", Some("23.59.59")),
            ("24:00", None),
            ("12:60", None),
            ("12", None),
            ("1:2:3:4", None),
            ("+1:02", None),
            ("полдень", None),
        ] {
            assert_eq!(clock(typed).map(time_of_day).as_deref(), shown, "{typed}");
        }
    }

    #[test]
    fn dates_in_every_usual_spelling() {
        for (typed, shown) in [
            ("31.03.2025", Some("31.03.2025")),
            ("1.2.2025", Some("01.02.2025")),
            ("2025-03-31", Some("31.03.2025")),
            (" 31/03/2025 ", Some("31.03.2025")),
            ("30.02.2025", None),
            ("29.02.2024", Some("29.02.2024")),
            ("31.03.25", None),
            ("31.03.0025", None),
            ("завтра", None),
        ] {
            assert_eq!(date(typed).map(day).as_deref(), shown, "{typed}");
        }
    }
}
