//! Distinguished names as text (RFC 4514, RFC 2253, and what other writers make of them) beside those of
//! certificates. They only help to find a certificate; whether it is the right one its key proves.

use kabinet_pki::oid::attribute as id;
use kabinet_pki::{DistinguishedName, Oid};

use super::key_value::decimal;

/// A serial number in decimal, as big-endian octets without leading zeros; at most 20 octets and some.
pub(crate) fn serial(text: &str) -> Option<Vec<u8>> {
    let octets = decimal(text.trim(), 24)?;
    let first = octets
        .iter()
        .position(|&octet| octet != 0)
        .unwrap_or(octets.len() - 1);
    Some(octets[first..].to_vec())
}

/// Whether `text` can be the name: the same values under the same types, as far as a type is known, in either
/// order. Values that are not text in the certificate match anything.
pub(crate) fn names(text: &str, name: &DistinguishedName) -> bool {
    let Some(written) = parse(text) else {
        return false;
    };
    let encoded: Vec<(&Oid, Option<&str>)> = name.attributes().collect();
    let same = |(kind, value): &(Option<Oid>, Option<String>), (oid, text): &(&Oid, Option<&str>)| {
        kind.as_ref().is_none_or(|kind| kind == *oid)
            && match (value, text) {
                (Some(value), Some(text)) => folded(value) == folded(text),
                _ => true,
            }
    };
    written.len() == encoded.len()
        && (written.iter().zip(&encoded).all(|(one, other)| same(one, other))
            || written
                .iter()
                .rev()
                .zip(&encoded)
                .all(|(one, other)| same(one, other)))
}

fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Types and values in the order written; a type unknown here or a value in hexadecimal is `None`.
fn parse(text: &str) -> Option<Vec<(Option<Oid>, Option<String>)>> {
    let mut all = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (kind, after) = rest.split_once('=')?;
        let (value, after) = value(after.trim_start())?;
        all.push((attribute_type(kind.trim()), value));
        rest = after.trim_start();
    }
    Some(all)
}

/// One value and what follows its separator.
fn value(text: &str) -> Option<(Option<String>, &str)> {
    if text.starts_with('#') {
        let end = text.find([',', ';', '+']).unwrap_or(text.len());
        return Some((None, text.get(end + 1..).unwrap_or_default()));
    }
    let mut value = Vec::new();
    let mut quoted = false;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => quoted = !quoted,
            '\\' => {
                let (_, escaped) = characters.next()?;
                match (escaped.to_digit(16), characters.clone().next()) {
                    (Some(high), Some((_, low))) if low.is_ascii_hexdigit() => {
                        characters.next();
                        value.push(u8::try_from(high * 16 + low.to_digit(16)?).ok()?);
                    }
                    _ => value.extend(escaped.to_string().bytes()),
                }
            }
            ',' | ';' | '+' if !quoted => {
                return Some((Some(String::from_utf8(value).ok()?), &text[at + 1..]));
            }
            other => value.extend(other.to_string().bytes()),
        }
    }
    Some((Some(String::from_utf8(value).ok()?), ""))
}

fn attribute_type(kind: &str) -> Option<Oid> {
    let upper = kind.to_uppercase();
    if let Ok(oid) = Oid::new(upper.strip_prefix("OID.").unwrap_or(&upper)) {
        return Some(oid);
    }
    Some(match upper.as_str() {
        "CN" => id::COMMON_NAME,
        "SN" | "SURNAME" => id::SURNAME,
        "C" => id::COUNTRY,
        "L" => id::LOCALITY,
        "ST" | "S" => id::STATE,
        "STREET" => id::STREET,
        "O" => id::ORGANISATION,
        "OU" => id::UNIT,
        "T" | "TITLE" => id::TITLE,
        "G" | "GN" | "GIVENNAME" => id::GIVEN_NAME,
        "E" | "EMAIL" | "EMAILADDRESS" => id::EMAIL,
        "ОГРН" | "OGRN" => id::OGRN,
        "ОГРНИП" | "OGRNIP" => id::OGRNIP,
        "СНИЛС" | "SNILS" => id::SNILS,
        "ИНН" | "INN" => id::INN,
        "ИННЮЛ" | "ИНН ЮЛ" | "INNLE" => id::INN_LE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_written() {
        let name = DistinguishedName::from_attributes(&[
            (id::COUNTRY, "RU"),
            (id::ORGANISATION, "ООО \"Ромашка, и Ко\""),
            (id::INN_LE, "7700000000"),
            (id::COMMON_NAME, "Тестовый УЦ"),
        ]);
        for text in [
            "CN=Тестовый УЦ, ИННЮЛ=7700000000, O=\"ООО \\\"Ромашка, и Ко\\\"\", C=RU",
            "CN=Тестовый  уц,OID.1.2.643.100.4=#120a37373030303030303030,O=ООО \\\"Ромашка\\, и Ко\\\",C=RU",
            "C=RU;O=ООО \\22Ромашка\\2C и Ко\\22;1.2.643.100.4=7700000000;CN=Тестовый УЦ",
            "X=Тестовый УЦ, Y=7700000000, O=ООО \\\"Ромашка\\, и Ко\\\", C=RU",
        ] {
            assert!(names(text, &name), "{text}");
        }
        for text in [
            "",
            "CN=Тестовый УЦ",
            "CN",
            "CN=Тестовый УЦ\\",
            "CN=a, ИННЮЛ=1, O=b, C=RU",
        ] {
            assert!(!names(text, &name), "{text}");
        }
    }

    #[test]
    fn serial_numbers_are_decimal() {
        assert_eq!(serial(" 256 "), Some(vec![1, 0]));
        assert_eq!(serial("0"), Some(vec![0]));
        assert_eq!(serial("0x10"), None);
        assert_eq!(serial(&"9".repeat(60)), None);
    }
}
