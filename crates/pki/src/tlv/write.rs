//! Writes DER; every function returns one complete value.

use super::tag;
use const_oid::ObjectIdentifier;

/// One value with `tag` and `content`.
#[must_use]
pub fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = header(tag, content.len() as u64);
    out.reserve(content.len());
    out.extend_from_slice(content);
    out
}

/// Identifier and length octets of a value whose content follows elsewhere (X.690 §8.1, §10.1).
#[must_use]
pub fn header(tag: u8, length: u64) -> Vec<u8> {
    let mut out = vec![tag];
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let octets = length.to_be_bytes();
        let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
        out.push(0x80 | (octets.len() - zeros) as u8);
        out.extend_from_slice(&octets[zeros..]);
    }
    out
}

/// One value with `tag` around the concatenation of `parts`.
#[must_use]
pub fn constructed<P: AsRef<[u8]>>(tag: u8, parts: &[P]) -> Vec<u8> {
    let mut content = Vec::with_capacity(parts.iter().map(|part| part.as_ref().len()).sum());
    parts
        .iter()
        .for_each(|part| content.extend_from_slice(part.as_ref()));
    value(tag, &content)
}

/// SEQUENCE of complete values.
#[must_use]
pub fn sequence<P: AsRef<[u8]>>(parts: &[P]) -> Vec<u8> {
    constructed(tag::SEQUENCE, parts)
}

/// Content octets of a SET OF in DER order (X.690 §11.6): ascending encodings.
#[must_use]
pub fn set_of_content(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    parts.concat()
}

/// SET OF complete values in DER order.
#[must_use]
pub fn set_of(parts: Vec<Vec<u8>>) -> Vec<u8> {
    value(tag::SET, &set_of_content(parts))
}

/// OBJECT IDENTIFIER.
#[must_use]
pub fn oid(oid: &ObjectIdentifier) -> Vec<u8> {
    value(tag::OID, oid.as_bytes())
}

/// Non-negative INTEGER from big-endian octets.
#[must_use]
pub fn integer(magnitude: &[u8]) -> Vec<u8> {
    let zeros = magnitude.iter().take_while(|&&octet| octet == 0).count();
    let significant = &magnitude[zeros..];
    let mut content = Vec::with_capacity(significant.len() + 1);
    if significant.first().is_none_or(|&octet| octet & 0x80 != 0) {
        content.push(0);
    }
    content.extend_from_slice(significant);
    value(tag::INTEGER, &content)
}

/// ENUMERATED of one octet.
#[must_use]
pub fn enumerated(number: u8) -> Vec<u8> {
    value(tag::ENUMERATED, &[number])
}

/// BOOLEAN.
#[must_use]
pub fn boolean(truth: bool) -> Vec<u8> {
    value(tag::BOOLEAN, &[if truth { 0xff } else { 0 }])
}

/// NULL.
#[must_use]
pub fn null() -> Vec<u8> {
    value(tag::NULL, &[])
}

/// OCTET STRING.
#[must_use]
pub fn octet_string(octets: &[u8]) -> Vec<u8> {
    value(tag::OCTET_STRING, octets)
}

/// BIT STRING of whole octets.
#[must_use]
pub fn bit_string(octets: &[u8]) -> Vec<u8> {
    constructed(tag::BIT_STRING, &[&[0][..], octets])
}

/// UTF8String.
#[must_use]
pub fn utf8_string(text: &str) -> Vec<u8> {
    value(tag::UTF8_STRING, text.as_bytes())
}

/// `[number] EXPLICIT`, or IMPLICIT over the content of a constructed value.
#[must_use]
pub fn context_constructed(number: u8, content: &[u8]) -> Vec<u8> {
    value(tag::context_constructed(number), content)
}

/// `[number] IMPLICIT` over a primitive value.
#[must_use]
pub fn context(number: u8, content: &[u8]) -> Vec<u8> {
    value(tag::context(number), content)
}
