//! Moments on the wire: RFC 3339, Moscow time.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::offset;

use crate::clock;

/// A stored moment as the cabinet writes it, whole seconds.
pub(crate) fn rfc3339(ms: i64) -> String {
    let at = clock::from_ms(ms).to_offset(offset!(+3));
    at.replace_nanosecond(0)
        .unwrap_or(at)
        .format(&Rfc3339)
        .unwrap_or_default()
}

/// Now.
pub(crate) fn now() -> String {
    rfc3339(clock::to_ms(OffsetDateTime::now_utc()))
}
