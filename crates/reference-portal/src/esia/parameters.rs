//! Parameters of a query or a form: each name once, or the request is refused.

use std::collections::BTreeMap;

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime};
use url::form_urlencoded;

use super::refusal::Refusal;

const TIMESTAMP: &[BorrowedFormatItem<'_>] = format_description!(
    "[year].[month].[day] [hour]:[minute]:[second] [offset_hour sign:mandatory][offset_minute]"
);

/// Longer requests are nobody's.
const MOST_BYTES: usize = 32 * 1024;

/// The parameters by name; empty ones count as absent.
#[derive(Debug)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Decodes `name=value&…`.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Refusal> {
        if text.len() > MOST_BYTES {
            return Err(Refusal::Unreadable);
        }
        let mut all = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text) {
            // What was not UTF-8 shows as U+FFFD.
            if name.contains('\u{FFFD}') || value.contains('\u{FFFD}') || value.contains('\0') {
                return Err(Refusal::Unreadable);
            }
            if all.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Refusal::BadParameter("(повтор)"));
            }
        }
        Ok(Self(all))
    }

    /// The value, if it is there and not empty.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The value or nothing at all, for texts that are signed.
    pub(crate) fn or_empty(&self, name: &str) -> &str {
        self.optional(name).unwrap_or_default()
    }
}

/// Checks `timestamp` (`yyyy.MM.dd HH:mm:ss Z`) against the clock.
pub(crate) fn check_timestamp(text: &str, now: OffsetDateTime, tolerance_s: i64) -> Result<(), Refusal> {
    let at = OffsetDateTime::parse(text, TIMESTAMP).map_err(|_| Refusal::BadParameter("timestamp"))?;
    if (now - at).abs() > Duration::seconds(tolerance_s) {
        return Err(Refusal::WrongTime);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_name_given_twice_is_refused() {
        assert_eq!(
            Parameters::parse(b"state=1&state=1").unwrap_err(),
            Refusal::BadParameter("(повтор)")
        );
        assert_eq!(Parameters::parse(b"a=%ff").unwrap_err(), Refusal::Unreadable);
    }

    #[test]
    fn times_are_read_with_their_zone() {
        let now = datetime!(2026-01-02 10:00:00 +3);
        assert_eq!(check_timestamp("2026.01.02 10:04:59 +0300", now, 300), Ok(()));
        assert_eq!(check_timestamp("2026.01.02 07:00:00 +0000", now, 300), Ok(()));
        assert_eq!(
            check_timestamp("2026.01.02 10:05:01 +0300", now, 300),
            Err(Refusal::WrongTime)
        );
        assert_eq!(
            check_timestamp("2026-01-02T10:00:00+03:00", now, 300),
            Err(Refusal::BadParameter("timestamp"))
        );
    }
}
