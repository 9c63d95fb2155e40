//! What octets a signature covers: ByteRange and Contents (ISO 32000-2 §12.8.1, ETSI EN 319 142-1 §5.3, §5.4).

use std::ops::Range;

use kabinet_pki::tlv::Tlv;

use super::document::Document;
use super::object::{Dictionary, Object};

/// What is wrong with the octets a signature covers. Each lets something be shown that nobody signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RangeFault {
    /// ByteRange is missing, or not two ranges of whole numbers.
    Malformed,
    /// The first range does not begin with the file.
    NotFromStart,
    /// The ranges do not leave out exactly the string of Contents, from `<` to `>`.
    Hole,
    /// The ranges go beyond the file.
    Beyond,
    /// The octets covered do not end with a revision of the document.
    NotARevision,
    /// The signature is another one in the revision it covers.
    NotInRevision,
    /// Contents is missing, or not a hexadecimal string in the file itself.
    Contents,
    /// After the signature value something else than zeros fills Contents.
    Padding,
    /// A key of the signature occurs twice.
    RepeatedKey,
}

impl RangeFault {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "pdf.range.malformed",
            Self::NotFromStart => "pdf.range.not-from-start",
            Self::Hole => "pdf.range.hole",
            Self::Beyond => "pdf.range.beyond",
            Self::NotARevision => "pdf.range.not-a-revision",
            Self::NotInRevision => "pdf.range.not-in-revision",
            Self::Contents => "pdf.range.contents",
            Self::Padding => "pdf.range.padding",
            Self::RepeatedKey => "pdf.range.repeated-key",
        }
    }
}

/// The two ranges of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Covered {
    pub first: Range<usize>,
    pub second: Range<usize>,
}

impl Covered {
    /// Reads ByteRange and compares it with where Contents stands. Also gives what the digest is computed over if
    /// the ranges are wrong but lie in the file.
    pub(super) fn read(
        document: &Document<'_>,
        signature: &Dictionary,
        faults: &mut Vec<RangeFault>,
    ) -> Option<Self> {
        if signature.repeats {
            faults.push(RangeFault::RepeatedKey);
        }
        let array = document.value(signature, "ByteRange");
        let numbers: Option<Vec<usize>> = array.as_array().and_then(|items| {
            let numbers = items.iter().map(|item| document.resolve(item).as_integer());
            numbers.map(|number| usize::try_from(number?).ok()).collect()
        });
        let Some([start, length, after, rest]) = numbers.as_deref() else {
            faults.push(RangeFault::Malformed);
            return None;
        };
        let (end, last) = (start.checked_add(*length), after.checked_add(*rest));
        let (Some(end), Some(last)) = (end, last) else {
            faults.push(RangeFault::Beyond);
            return None;
        };
        if *start != 0 {
            faults.push(RangeFault::NotFromStart);
        }
        if last > document.data.len() || end > *after {
            faults.push(RangeFault::Beyond);
            return None;
        }
        let contents = contents(signature);
        if contents.is_none_or(|(_, place)| place != (end..*after)) {
            faults.push(RangeFault::Hole);
        }
        Some(Self {
            first: *start..end,
            second: *after..last,
        })
    }
}

fn contents(signature: &Dictionary) -> Option<(&[u8], Range<usize>)> {
    let text = signature.raw("Contents")?.as_text()?;
    Some((&text.octets, text.hexadecimal.clone()?))
}

/// The signature value: Contents without the zeros it is filled up with (§12.8.3.3.1).
pub(super) fn value(signature: &Dictionary, faults: &mut Vec<RangeFault>) -> Option<Vec<u8>> {
    let Some((octets, _)) = contents(signature) else {
        faults.push(RangeFault::Contents);
        return match signature.raw("Contents") {
            Some(Object::String(text)) => Some(text.octets.to_vec()),
            _ => None,
        };
    };
    let (value, padding) = octets.split_at(length(octets).unwrap_or(octets.len()));
    if padding.iter().any(|&octet| octet != 0) {
        faults.push(RangeFault::Padding);
    }
    Some(value.to_vec())
}

/// Length of the BER value that `octets` begin with.
fn length(octets: &[u8]) -> Option<usize> {
    match *octets.get(1)? {
        0x80 => {
            // The end-of-contents octets are zeros like the padding: two for each open value, as few as will do.
            let filled = octets.iter().rposition(|&octet| octet != 0)? + 1;
            (filled..=octets.len().min(filled + 2 * kabinet_pki::tlv::MAX_DEPTH + 2))
                .find(|&end| Tlv::from_ber(&octets[..end]).is_ok())
        }
        short @ 0..0x80 => Some(2 + usize::from(short)),
        long => {
            let count = usize::from(long & 0x7f);
            let octets = octets.get(2..2 + count).filter(|_| count <= 4)?;
            let length = octets
                .iter()
                .fold(0_usize, |sum, &octet| sum << 8 | usize::from(octet));
            length.checked_add(2 + count)
        }
    }
    .filter(|&length| length <= octets.len())
}

/// Whether the file ends with `startxref`, an offset and `%%EOF` (§7.5.5), so that these octets are a revision.
pub(super) fn ends_revision(data: &[u8]) -> bool {
    const WORD: &[u8] = b"startxref";
    let Some(at) = memchr::memmem::rfind(data, WORD) else {
        return false;
    };
    let tail = &data[at + WORD.len()..];
    let Some(end) = memchr::memmem::find(tail, b"%%EOF") else {
        return false;
    };
    let number = &tail[..end];
    let (before, after) = (number, &tail[end + 5..]);
    let plain = |octet: &u8| super::lexer::is_space(*octet);
    before.iter().all(|octet| plain(octet) || octet.is_ascii_digit()) && after.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_ends_where_its_length_says() {
        assert_eq!(length(&[0x30, 2, 5, 0, 0, 0]), Some(4));
        assert_eq!(length(&[0x30, 0x81, 2, 5, 0, 0, 0]), Some(5));
        assert_eq!(length(&[0x30, 0x80, 0x04, 1, 0, 0, 0, 0, 0, 0]), Some(7));
        for broken in [
            &[][..],
            &[0x30],
            &[0x30, 9, 1],
            &[0x30, 0x85, 0, 0, 0, 0, 1, 0],
            &[0x30, 0x82, 1],
            &[0x30, 0x80, 0x04, 9],
        ] {
            assert_eq!(length(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn a_revision_ends_with_its_marker() {
        for (tail, ends) in [
            ("startxref\n12\n%%EOF", true),
            ("startxref 12 %%EOF\r\n ", true),
            ("startxref\n12\n", false),
            ("startxref\n12\n%%EOF\n1 0 obj", false),
            ("startxref\nx\n%%EOF", false),
            ("", false),
        ] {
            assert_eq!(ends_revision(tail.as_bytes()), ends, "{tail}");
        }
    }
}
