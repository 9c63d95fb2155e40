//! Parts of a file over HTTP (RFC 9110 §13–14): what tells its versions apart, and whether a part fits what is here already.

use base64ct::{Base64, Encoding};
use reqwest::Response;
use reqwest::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, DATE, ETAG, HeaderMap,
    HeaderName, HeaderValue, IF_RANGE, LAST_MODIFIED, RANGE,
};
use time::Duration;

use crate::clock::parse_http_date;

/// A date tells versions apart if the file had not changed for this long when it was sent: clocks of servers that share the work
/// differ (RFC 9110 §8.8.2.2).
const SETTLED: Duration = Duration::seconds(60);
/// RFC 9530 §3.
const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// The part of a file that is here already, of the version its sender described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Where it was fetched from: [`Download::source`](crate::Download::source).
    pub source: String,
    /// What tells its version from any other: [`Download::validator`](crate::Download::validator).
    pub validator: String,
    /// Bytes that are here, from the first on.
    pub received: u64,
    /// Bytes in all, if the sender said so.
    pub total: Option<u64>,
}

/// Headers that ask for a file as it is stored: a part of what was compressed on the way would be of no use.
pub(crate) fn whole() -> HeaderMap {
    HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))])
}

/// Headers that ask for the rest of what is held, or for the whole if it is another version by now. `None` if the validator cannot
/// stand in a header.
pub(crate) fn rest_of(held: &Held) -> Option<HeaderMap> {
    let mut headers = whole();
    headers.insert(
        RANGE,
        HeaderValue::from_str(&format!("bytes={}-", held.received)).ok()?,
    );
    headers.insert(IF_RANGE, HeaderValue::from_str(&held.validator).ok()?);
    Some(headers)
}

/// What tells this version from any other, if the server serves parts of it: a strong entity tag, or a date if there is no tag
/// (§8.8, §13.1.5).
pub(crate) fn validator(headers: &HeaderMap) -> Option<String> {
    let in_parts = headers.contains_key(CONTENT_RANGE)
        || text(headers, ACCEPT_RANGES).is_some_and(|units| {
            units
                .split(',')
                .any(|unit| unit.trim().eq_ignore_ascii_case("bytes"))
        });
    if !in_parts {
        return None;
    }
    match text(headers, ETAG) {
        Some(tag) => (tag.len() >= 2 && tag.starts_with('"') && tag.ends_with('"')).then(|| tag.to_owned()),
        None => {
            let changed = text(headers, LAST_MODIFIED)?;
            let sent = parse_http_date(text(headers, DATE)?)?;
            (parse_http_date(changed)? + SETTLED <= sent).then(|| changed.to_owned())
        }
    }
}

/// A part of a file as an answer describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// First byte behind it.
    pub(crate) end: u64,
    /// Bytes of the whole file.
    pub(crate) total: u64,
}

/// The part in an answer 206, if it is one of the same version and begins where what is held ends. Only parts with the same strong
/// validator may be combined (§15.3.7.3); a server that did not look at ours is not believed.
pub(crate) fn continues(response: &Response, held: &Held) -> Option<Part> {
    let headers = response.headers();
    if encoded(headers)
        || ![ETAG, LAST_MODIFIED]
            .iter()
            .any(|name| text(headers, name) == Some(&held.validator))
    {
        return None;
    }
    let (start, end, total) = content_range(text(headers, CONTENT_RANGE)?)?;
    let total = total.or(held.total)?;
    let fits = start == held.received
        && held.total.is_none_or(|known| known == total)
        && end <= total
        && length(headers).is_none_or(|length| length == end - start);
    fits.then_some(Part { end, total })
}

/// `bytes 5-9/10`, `bytes 5-9/*` (§14.4) as the first byte, the first behind the last, and the number of all.
fn content_range(value: &str) -> Option<(u64, u64, Option<u64>)> {
    let (unit, range) = value.trim().split_once(' ')?;
    let (span, total) = range.trim().split_once('/')?;
    let (first, last) = span.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    let total = match total {
        "*" => None,
        total => Some(number(total)?),
    };
    let fits = unit.eq_ignore_ascii_case("bytes") && first <= last;
    Some((first, last.checked_add(1)?, total)).filter(|_| fits)
}

/// Digits alone: `parse` would take a sign.
fn number(text: &str) -> Option<u64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// The announced length of the body. Asked of the header: what is known of a body is gone once some of it was read.
pub(crate) fn length(headers: &HeaderMap) -> Option<u64> {
    number(text(headers, CONTENT_LENGTH)?.trim())
}

/// Whether the body is not the file but the file compressed, which nobody asked for.
pub(crate) fn encoded(headers: &HeaderMap) -> bool {
    text(headers, CONTENT_ENCODING).is_some_and(|coding| !coding.trim().eq_ignore_ascii_case("identity"))
}

/// SHA-256 of the whole file, if the server publishes it (RFC 9530 §3: `sha-256=:…:` in a dictionary).
pub(crate) fn digest(headers: &HeaderMap) -> Option<[u8; 32]> {
    let value = text(headers, REPR_DIGEST)?;
    let encoded = value.split(',').find_map(|member| {
        let (algorithm, value) = member.trim().split_once('=')?;
        let inside = value.trim().strip_prefix(':')?.split(':').next()?;
        algorithm.trim().eq_ignore_ascii_case("sha-256").then_some(inside)
    })?;
    let mut digest = [0; 32];
    let decoded = Base64::decode(encoded, &mut digest).ok()?;
    (decoded.len() == 32).then_some(digest)
}

fn text(headers: &HeaderMap, name: impl reqwest::header::AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    type Fields<'a> = &'a [(&'static str, &'static str)];

    #[test]
    fn only_what_is_strong_tells_versions_apart() {
        const DATE: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        const PARTS: (&str, &str) = ("accept-ranges", "bytes");
        let cases: [(Fields<'_>, Option<&str>); 9] = [
            (&[PARTS, ("etag", "\"a\"")], Some("\"a\"")),
            (
                &[("content-range", "bytes 1-2/3"), ("etag", "\"a\"")],
                Some("\"a\""),
            ),
            (&[("etag", "\"a\"")], None),
            (&[("accept-ranges", "none"), ("etag", "\"a\"")], None),
            (&[PARTS, ("etag", "W/\"a\"")], None),
            (
                &[PARTS, DATE, ("last-modified", "Sun, 06 Nov 1994 08:48:37 GMT")],
                Some("Sun, 06 Nov 1994 08:48:37 GMT"),
            ),
            (
                &[PARTS, DATE, ("last-modified", "Sun, 06 Nov 1994 08:48:38 GMT")],
                None,
            ),
            (&[PARTS, ("last-modified", "Sun, 06 Nov 1994 08:48:37 GMT")], None),
            // A weak tag says that the date is no better.
            (
                &[
                    PARTS,
                    DATE,
                    ("etag", "W/\"a\""),
                    ("last-modified", "Sat, 05 Nov 1994 08:48:37 GMT"),
                ],
                None,
            ),
        ];
        for (given, expected) in cases {
            assert_eq!(validator(&headers(given)).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn a_content_range_is_read_as_it_is_defined() {
        assert_eq!(content_range("bytes 42-1233/1234"), Some((42, 1234, Some(1234))));
        assert_eq!(content_range("bytes 42-1233/*"), Some((42, 1234, None)));
        for wrong in [
            "bytes */1234",
            "bytes 9-8/10",
            "bytes +1-2/3",
            "items 1-2/3",
            "bytes 1-2",
            "1-2/3",
            "bytes -2/3",
            "bytes 0-18446744073709551615/1",
        ] {
            assert_eq!(content_range(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_digest_is_that_of_the_example_in_its_rfc() {
        // RFC 9530 appendix A, of `{"hello": "world"}` and a line feed.
        let published = headers(&[(
            "repr-digest",
            "sha-512=:AAAA:, sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
        )]);
        assert_eq!(
            digest(&published).map(|digest| digest[..4].to_vec()),
            Some(vec![0x44, 0xaf, 0xf4, 0xab])
        );
        assert_eq!(digest(&headers(&[("repr-digest", "sha-256=RK/0qy18")])), None);
    }
}
