//! The name of an exchange file of ФНС: `R_T_A_O_GGGGMMDD_N…` between organisations, `R_T_A_K_O_GGGGMMDD_N` for
//! reports; `Файл/@ИдФайл` repeats it without the extension (rule 0400400007).

use kabinet_domain::{Finding, Severity};

use crate::catalogue::{Direction, Format};
use crate::xml;
use crate::xsd::Subject;

/// The name without its extension. Only `.xml` counts as one: identifiers contain dots.
pub(crate) fn stem(name: &str) -> &str {
    match name.len().checked_sub(4).and_then(|at| name.split_at_checked(at)) {
        Some((stem, extension)) if extension.eq_ignore_ascii_case(".xml") => stem,
        _ => name,
    }
}

/// First part of an identifier: two words (`NO_NDS`, `ON_AKTSVEROTP`).
pub(crate) fn prefix(identifier: &str) -> Option<&str> {
    let first = identifier.find('_')?;
    let second = first + 1 + identifier[first + 1..].find('_')?;
    Some(&identifier[..second])
}

/// Checks the name against the identifier inside, and the parts of the identifier against the content.
pub(crate) fn check(subject: &Subject<'_, '_>, format: &Format) -> Vec<Finding> {
    let Some(rule) = &format.file_name else {
        return Vec::new();
    };
    let root = subject.document.root_element();
    let Some(identifier) = root.attribute("ИдФайл") else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    let mut add = |code: &str, severity, value: &str, expected: &str| {
        let mut finding = subject.finding(code, severity, root, Some("ИдФайл"));
        finding.params.insert("value".into(), value.into());
        finding.params.insert("expected".into(), expected.into());
        findings.push(finding);
    };
    if identifier != stem(subject.file) {
        add(
            "file-name.mismatch",
            Severity::Error,
            stem(subject.file),
            identifier,
        );
    }
    let expected_shape = match rule.direction {
        Direction::RecipientSender => "R_T_A_O_GGGGMMDD_N",
        Direction::TransitFinalSender => "R_T_A_K_O_GGGGMMDD_N",
        Direction::Numbered => "P_GGGGMMDD_GUID",
    };
    let actual_prefix = prefix(identifier).unwrap_or_default();
    if let Some(expected) = &format.prefix
        && expected != actual_prefix
    {
        add("file-name.prefix", Severity::Error, actual_prefix, expected);
        return findings;
    }
    if rule.direction == Direction::Numbered {
        let rest = identifier.get(actual_prefix.len() + 1..).unwrap_or_default();
        let parts = rest.split_once('_').filter(|(_, number)| is_guid(number));
        let Some((date, number)) = parts else {
            add("file-name.shape", Severity::Error, identifier, expected_shape);
            return findings;
        };
        if !is_date(date) {
            add("file-name.date", Severity::Error, date, "GGGGMMDD");
        }
        let inside = xml::first_value(subject.document, rule.number.as_slice());
        if let Some(expected) = inside.filter(|inside| !inside.eq_ignore_ascii_case(number)) {
            add("file-name.number", Severity::Error, number, &expected);
        }
        return findings;
    }
    let Some(parts) = Parts::of(identifier, rule.direction) else {
        add("file-name.shape", Severity::Warning, identifier, expected_shape);
        return findings;
    };
    if !is_date(parts.date) {
        add("file-name.date", Severity::Warning, parts.date, "GGGGMMDD");
    }
    for (code, actual, paths) in [
        ("file-name.recipient", parts.recipient, &rule.recipient),
        ("file-name.sender", parts.sender, &rule.sender),
    ] {
        if let Some(expected) = xml::first_value(subject.document, paths)
            && expected != actual
        {
            // A report is refused for it; between organisations operators are known to differ.
            let severity = match rule.direction {
                Direction::TransitFinalSender => Severity::Error,
                Direction::RecipientSender | Direction::Numbered => Severity::Warning,
            };
            add(code, severity, actual, &expected);
        }
    }
    findings
}

/// Parts of an identifier.
struct Parts<'a> {
    recipient: &'a str,
    sender: &'a str,
    date: &'a str,
}

impl<'a> Parts<'a> {
    fn of(identifier: &'a str, direction: Direction) -> Option<Self> {
        let rest = identifier.get(prefix(identifier)?.len() + 1..)?;
        let mut parts = rest.split('_');
        let first = parts.next()?;
        let recipient = match direction {
            Direction::RecipientSender => first,
            Direction::TransitFinalSender => parts.next()?,
            Direction::Numbered => return None,
        };
        let (sender, date, number) = (parts.next()?, parts.next()?, parts.next()?);
        let filled = [first, recipient, sender, date, number]
            .iter()
            .all(|part| !part.is_empty());
        filled.then_some(Self {
            recipient,
            sender,
            date,
        })
    }
}

/// A GUID in its 36 characters.
fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// `GGGGMMDD` of a day that exists, roughly: months and days are in range.
fn is_date(text: &str) -> bool {
    let number = |range| {
        text.get::<std::ops::Range<usize>>(range)
            .and_then(|part| part.parse::<u32>().ok())
    };
    text.len() == 8
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && number(4..6).is_some_and(|month| (1..=12).contains(&month))
        && number(6..8).is_some_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_loses_the_extension_only() {
        assert_eq!(stem("NO_NDFL6.2_0007.xml"), "NO_NDFL6.2_0007");
        assert_eq!(stem("a.XML"), "a");
        assert_eq!(stem("NO_NDFL6.2_0007"), "NO_NDFL6.2_0007");
        assert_eq!(stem("яя"), "яя");
    }

    #[test]
    fn parts_of_both_directions_are_found() {
        let parts = Parts::of(
            "NO_PRIB_0007_0008_6676130154667601001_20240523_1",
            Direction::TransitFinalSender,
        )
        .unwrap();
        assert_eq!(
            (parts.recipient, parts.sender, parts.date),
            ("0008", "6676130154667601001", "20240523")
        );
        let parts = Parts::of("DP_PDPOL_2BM-1_2AE_20240523_x_0", Direction::RecipientSender).unwrap();
        assert_eq!(
            (parts.recipient, parts.sender, parts.date),
            ("2BM-1", "2AE", "20240523")
        );
        assert!(Parts::of("DP_PDPOL_2BM-1_2AE_20240523", Direction::RecipientSender).is_none());
        assert!(Parts::of("DP_PDPOL__2AE_20240523_1", Direction::RecipientSender).is_none());
    }

    #[test]
    fn dates_are_in_range() {
        assert!(is_date("20240523"));
        for date in ["20241323", "20240500", "2024052", "202405230", "2024O523"] {
            assert!(!is_date(date), "{date}");
        }
    }
}
