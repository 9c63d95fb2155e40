//! Takes signature files out of the wrappings they travel in.

use std::borrow::Cow;

use base64ct::{Base64Unpadded, Encoding as _};

/// First octet of every ContentInfo.
const SEQUENCE: u8 = 0x30;

/// The DER or BER inside `input`: binary, PEM with any label, Base64 or url-safe Base64, padded or not, with any
/// white space. `None` if it is none of these.
pub(crate) fn open(input: &[u8]) -> Option<Cow<'_, [u8]>> {
    if input.first() == Some(&SEQUENCE) {
        return Some(Cow::Borrowed(input));
    }
    let text = core::str::from_utf8(input).ok()?.trim_start_matches('\u{feff}');
    let body = match text.split_once("-----BEGIN ") {
        Some((_, after_begin)) => after_begin.split_once("-----")?.1.split_once("-----END ")?.0,
        None => text,
    };
    let compact: String = body
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| match character {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    let decoded = Base64Unpadded::decode_vec(compact.trim_end_matches('=')).ok()?;
    (decoded.first() == Some(&SEQUENCE)).then_some(Cow::Owned(decoded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_not_a_wrapping_of_der() {
        for input in [
            &b""[..],
            b"hello",
            b"\xff\xfe",
            b"-----BEGIN CMS-----\nMA",
            b"AAAA",
        ] {
            assert_eq!(open(input), None);
        }
    }

    #[test]
    fn opens_every_wrapping() {
        let der = [0x30, 0x03, 0xfb, 0xff, 0xfe];
        let forms = [
            "MAP7//4=",
            "MAP7//4",
            "MAP7__4",
            "MAP7__4=\r\n",
            "-----BEGIN PKCS7-----\r\nMAP7\r\n//4=\r\n-----END PKCS7-----\r\n",
        ];
        for form in forms {
            assert_eq!(open(form.as_bytes()).as_deref(), Some(&der[..]), "{form}");
        }
    }
}
