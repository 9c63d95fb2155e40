//! One-time passwords by time (RFC 6238): SHA-1, 6 digits, 30 seconds.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

const STEP_S: u64 = 30;

/// The code of a time step (RFC 4226, 5.3).
pub(super) fn code(secret: &[u8], step: u64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else {
        // HMAC takes keys of every length.
        return String::new();
    };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 0x0F);
    let number = u32::from_be_bytes([
        digest[offset] & 0x7F,
        digest[offset + 1],
        digest[offset + 2],
        digest[offset + 3],
    ]);
    format!("{:06}", number % 1_000_000)
}

/// The step whose code this is: the present one or a neighbour, later than `last`, for no code is good twice.
pub(super) fn matching_step(secret: &[u8], given: &str, now_s: i64, last: Option<u64>) -> Option<u64> {
    let now = u64::try_from(now_s).ok()? / STEP_S;
    let mut found = None;
    // All three are compared: the time tells nothing.
    for step in [now.saturating_sub(1), now, now + 1] {
        if super::secret::same(&code(secret, step), given) && last.is_none_or(|last| step > last) {
            found = Some(step);
        }
    }
    found
}

/// Reads Base32 (RFC 4648, 6), as applications are told their secret.
pub(super) fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut octets = vec![];
    let (mut buffer, mut bits) = (0u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter.to_ascii_uppercase() {
            upper @ b'A'..=b'Z' => upper - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        buffer = (buffer << 5 | u32::from(value)) & 0xFFF;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            octets.push((buffer >> bits & 0xFF) as u8);
        }
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B; the codes there have eight digits, of which these are the last six.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(secret, b"12345678901234567890");
        for (at, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(&secret, at / STEP_S), expected);
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_neighbouring_step_only() {
        let secret = b"12345678901234567890";
        assert_eq!(matching_step(secret, "287082", 59, None), Some(1));
        assert_eq!(matching_step(secret, "287082", 89, None), Some(1));
        assert_eq!(matching_step(secret, "287082", 95, None), None);
        assert_eq!(matching_step(secret, "287082", 59, Some(1)), None);
    }
}
