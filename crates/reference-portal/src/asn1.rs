//! A DER writer just large enough for certificates, CRL, OCSP, CMS and time stamps (X.690).

use der::asn1::ObjectIdentifier;
use time::OffsetDateTime;

/// One encoded DER element.
pub(crate) type Der = Vec<u8>;

/// An element of any tag around ready content octets.
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Der {
    let mut out = Vec::with_capacity(content.len() + 6);
    out.push(tag);
    let length = content.len();
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let skip = bytes.iter().take_while(|b| **b == 0).count();
        out.push(0x80 | (bytes.len() - skip) as u8);
        out.extend_from_slice(&bytes[skip..]);
    }
    out.extend_from_slice(content);
    out
}

/// SEQUENCE.
pub(crate) fn sequence(parts: &[Der]) -> Der {
    tlv(0x30, &parts.concat())
}

/// SET OF, in DER order.
pub(crate) fn set_of(mut parts: Vec<Der>) -> Der {
    parts.sort();
    tlv(0x31, &parts.concat())
}

/// Constructed context tag `[number]`: EXPLICIT around an element, or IMPLICIT over the content of a constructed type.
pub(crate) fn context(number: u8, content: &[u8]) -> Der {
    tlv(0xA0 | number, content)
}

/// Primitive context tag `[number] IMPLICIT`.
pub(crate) fn context_primitive(number: u8, content: &[u8]) -> Der {
    tlv(0x80 | number, content)
}

/// OBJECT IDENTIFIER.
pub(crate) fn oid(oid: ObjectIdentifier) -> Der {
    tlv(0x06, oid.as_bytes())
}

/// INTEGER, not negative, from big-endian octets of any length.
pub(crate) fn unsigned(big_endian: &[u8]) -> Der {
    let skip = big_endian.iter().take_while(|b| **b == 0).count();
    let digits = &big_endian[skip..];
    let mut content = Vec::with_capacity(digits.len() + 1);
    if digits.first().is_none_or(|b| b & 0x80 != 0) {
        content.push(0);
    }
    content.extend_from_slice(digits);
    tlv(0x02, &content)
}

/// INTEGER from a number.
pub(crate) fn integer(value: u64) -> Der {
    unsigned(&value.to_be_bytes())
}

/// ENUMERATED below 128.
pub(crate) fn enumerated(value: u8) -> Der {
    tlv(0x0A, &[value & 0x7F])
}

/// BOOLEAN TRUE.
pub(crate) fn yes() -> Der {
    tlv(0x01, &[0xFF])
}

/// NULL.
pub(crate) fn null() -> Der {
    tlv(0x05, &[])
}

/// OCTET STRING.
pub(crate) fn octets(content: &[u8]) -> Der {
    tlv(0x04, content)
}

/// BIT STRING without unused bits.
pub(crate) fn bits(content: &[u8]) -> Der {
    tlv(0x03, &[&[0], content].concat())
}

/// BIT STRING of named bits: `named` lists the bit numbers that are set (X.509 KeyUsage).
pub(crate) fn named_bits(named: &[u8]) -> Der {
    let Some(last) = named.iter().max() else {
        return tlv(0x03, &[0]);
    };
    let mut content = vec![0; usize::from(last / 8) + 2];
    content[0] = 7 - last % 8;
    for bit in named {
        content[usize::from(bit / 8) + 1] |= 0x80 >> (bit % 8);
    }
    tlv(0x03, &content)
}

/// UTF8String.
pub(crate) fn utf8(text: &str) -> Der {
    tlv(0x0C, text.as_bytes())
}

/// PrintableString; the caller gives characters of that set.
pub(crate) fn printable(text: &str) -> Der {
    tlv(0x13, text.as_bytes())
}

/// NumericString; the caller gives digits.
pub(crate) fn numeric(text: &str) -> Der {
    tlv(0x12, text.as_bytes())
}

/// IA5String; the caller gives ASCII.
pub(crate) fn ia5(text: &str) -> Der {
    tlv(0x16, text.as_bytes())
}

/// GeneralizedTime with whole seconds, UTC.
pub(crate) fn generalized_time(at: OffsetDateTime) -> Der {
    tlv(0x18, stamp(at, true).as_bytes())
}

/// X.509 Time: UTCTime up to 2049, GeneralizedTime after (RFC 5280, 4.1.2.5).
pub(crate) fn time(at: OffsetDateTime) -> Der {
    let at = at.to_offset(time::UtcOffset::UTC);
    if at.year() < 2050 {
        tlv(0x17, stamp(at, false).as_bytes())
    } else {
        generalized_time(at)
    }
}

fn stamp(at: OffsetDateTime, four_digit_year: bool) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second) = at.to_hms();
    let clock = format!("{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
    if four_digit_year {
        format!("{year:04}{clock}")
    } else {
        format!("{:02}{clock}", year % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_high_first_bit_gets_a_zero_octet_so_that_the_number_stays_positive() {
        assert_eq!(unsigned(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(0), [2, 1, 0]);
        assert_eq!(integer(127), [2, 1, 127]);
    }

    #[test]
    fn lengths_above_127_take_the_long_form() {
        assert_eq!(octets(&[0; 200])[..3], [4, 0x81, 200]);
        assert_eq!(octets(&[0; 300])[..4], [4, 0x82, 1, 44]);
    }

    #[test]
    fn named_bits_drop_the_unused_tail() {
        assert_eq!(named_bits(&[5, 6]), [3, 2, 1, 0x06]);
        assert_eq!(named_bits(&[0]), [3, 2, 7, 0x80]);
    }

    #[test]
    fn certificate_times_change_their_type_in_2050() {
        let at = |year| {
            time::Date::from_calendar_date(year, time::Month::January, 2)
                .unwrap()
                .midnight()
                .assume_utc()
        };
        assert_eq!(time(at(2049)), tlv(0x17, b"490102000000Z"));
        assert_eq!(time(at(2050)), tlv(0x18, b"20500102000000Z"));
    }
}
