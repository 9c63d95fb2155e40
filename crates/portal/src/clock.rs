//! How far this computer's clock is from the portal's.

use std::sync::Mutex;

use reqwest::header::{DATE, HeaderMap};
use time::format_description::well_known::Rfc2822;
use time::{Duration, OffsetDateTime};

/// The offset seen in the newest answer.
#[derive(Debug, Default)]
pub(crate) struct ServerClock(Mutex<Option<Duration>>);

impl ServerClock {
    /// Takes the `Date` header of an answer to a request sent at `sent` that arrived at `received`.
    pub(crate) fn observe(&self, headers: &HeaderMap, sent: OffsetDateTime, received: OffsetDateTime) {
        let Some(server) = headers
            .get(DATE)
            .and_then(|date| date.to_str().ok())
            .and_then(parse_http_date)
        else {
            return;
        };
        // The header is written about when half of the round trip is over, and counts whole seconds.
        let offset = server + Duration::milliseconds(500) - (sent + (received - sent) / 2);
        *self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(offset);
    }

    /// Server time minus local time.
    pub(crate) fn offset(&self) -> Option<Duration> {
        *self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// An HTTP date (RFC 9110 §5.6.7) in its only current form, `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn parse_http_date(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc2822).ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_offset_is_server_minus_local_within_a_second() {
        let clock = ServerClock::default();
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
        let sent = datetime!(1994-11-06 08:44:36 UTC);
        clock.observe(&headers, sent, sent + Duration::seconds(2));
        assert_eq!(clock.offset(), Some(Duration::milliseconds(300_500)));
    }

    #[test]
    fn an_unreadable_date_changes_nothing() {
        let clock = ServerClock::default();
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static("yesterday"));
        clock.observe(&headers, OffsetDateTime::UNIX_EPOCH, OffsetDateTime::UNIX_EPOCH);
        assert_eq!(clock.offset(), None);
    }
}
