//! Turns libxml2's errors into findings. The kind comes from the error number, the value from the document; only
//! what was expected has to be read out of the English text.

use kabinet_domain::{Finding, Severity};
use roxmltree::Node;

use super::Subject;
use super::host::RawError;
use super::model::Model;
use crate::xml;

/// Longest piece of a document that is repeated in a finding, in characters.
const MAX_VALUE: usize = 120;

// Numbers of `xmlParserErrors` in libxml2's xmlerror.h; part of its stable interface.
const FACET_LENGTH: std::ops::RangeInclusive<u32> = 1830..=1832;
const FACET_RANGE: std::ops::RangeInclusive<u32> = 1833..=1836;
const FACET_DIGITS: std::ops::RangeInclusive<u32> = 1837..=1838;
const FACET_PATTERN: u32 = 1839;
const FACET_ENUMERATION: u32 = 1840;
const NOT_OF_TYPE: std::ops::RangeInclusive<u32> = 1824..=1826;
const MUST_BE_EMPTY: u32 = 1841;
const MUST_BE_TEXT: [u32; 2] = [1828, 1842];
const MUST_BE_ELEMENTS: u32 = 1843;
const ROOT_UNKNOWN: u32 = 1845;
const ABSTRACT: u32 = 1847;
const NIL: [u32; 3] = [1848, 1849, 1846];
const FIXED_ELEMENT: std::ops::RangeInclusive<u32> = 1855..=1858;
const FIXED_ATTRIBUTE: [u32; 2] = [1864, 1874];
const ATTRIBUTE_NOT_ALLOWED: [u32; 3] = [1865, 1866, 1867];
const ATTRIBUTE_ON_SIMPLE: u32 = 1827;
const ATTRIBUTE_MISSING: u32 = 1868;
const CONTENT_MODEL: u32 = 1871;
const IDENTITY: u32 = 1877;

/// Adds the finding for `error`, unless it only repeats the one before it.
pub(super) fn push(
    findings: &mut Vec<Finding>,
    subject: &Subject<'_, '_>,
    model: &Model<'_>,
    node: Node<'_, '_>,
    error: &RawError,
) {
    let attribute = attribute(&error.message);
    let code = code(error);
    let mut finding = subject.finding(code, Severity::Error, node, attribute);
    // After a failed facet libxml2 adds that the value is not of the type either.
    if code == "xsd.type"
        && findings
            .last()
            .is_some_and(|last| last.element == finding.element && is_facet(&last.code))
    {
        return;
    }
    let declaration = model.declaration(node);
    let declared = match attribute {
        Some(name) => declaration.and_then(|declaration| model.attribute(declaration, name)),
        None => declaration,
    };
    let name = attribute.unwrap_or_else(|| node.tag_name().name());
    let label = declared
        .and_then(|declared| model.documentation(declared))
        .unwrap_or_else(|| name.to_owned());
    let value = match attribute {
        Some(name) => node.attribute(name).unwrap_or_default().to_owned(),
        None => xml::own_text(node),
    };
    let mut expected = expected(code, &error.message);
    // libxml2 does not name a type that is written in place; what it restricts says enough.
    if code == "xsd.type" && expected.is_empty() {
        expected = declared
            .and_then(|declared| model.base_name(declared))
            .unwrap_or_default();
    }
    // What the schema's author says about the type reads better than its pattern.
    let rule = declared
        .filter(|_| is_facet(code) || code == "xsd.type")
        .and_then(|declared| model.type_documentation(declared))
        .unwrap_or_else(|| expected.clone());
    let params = [
        ("name", name),
        ("label", &label),
        ("value", &shortened(&value)),
        ("expected", &expected),
        ("rule", &rule),
    ];
    finding
        .params
        .extend(params.map(|(name, value)| (name.to_owned(), value.to_owned())));
    if code == "xsd.other" {
        finding.params.insert("text".into(), error.message.clone());
    }
    findings.push(finding);
}

fn is_facet(code: &str) -> bool {
    matches!(
        code,
        "xsd.pattern" | "xsd.enumeration" | "xsd.length" | "xsd.digits" | "xsd.range"
    )
}

fn code(error: &RawError) -> &'static str {
    match error.code {
        code if FACET_LENGTH.contains(&code) => "xsd.length",
        code if FACET_RANGE.contains(&code) => "xsd.range",
        code if FACET_DIGITS.contains(&code) => "xsd.digits",
        FACET_PATTERN => "xsd.pattern",
        FACET_ENUMERATION => "xsd.enumeration",
        code if NOT_OF_TYPE.contains(&code) => "xsd.type",
        MUST_BE_EMPTY => "xsd.not-empty",
        code if MUST_BE_TEXT.contains(&code) => "xsd.children-not-allowed",
        MUST_BE_ELEMENTS => "xsd.text-not-allowed",
        ROOT_UNKNOWN => "xsd.unexpected-root",
        code if code == ABSTRACT || NIL.contains(&code) => "xsd.other",
        code if FIXED_ELEMENT.contains(&code) || FIXED_ATTRIBUTE.contains(&code) => "xsd.fixed",
        code if ATTRIBUTE_NOT_ALLOWED.contains(&code) || code == ATTRIBUTE_ON_SIMPLE => {
            "xsd.unexpected-attribute"
        }
        ATTRIBUTE_MISSING => "xsd.missing-attribute",
        CONTENT_MODEL if error.message.contains("Missing child element") => "xsd.missing-element",
        CONTENT_MODEL if error.message.contains("Expected is") => "xsd.unexpected-element",
        CONTENT_MODEL => "xsd.extra-element",
        IDENTITY => "xsd.duplicate",
        _ => "xsd.other",
    }
}

/// Name of the attribute an error is about: `Element 'A', attribute 'b': …` or `… The attribute 'b' is required …`.
fn attribute(message: &str) -> Option<&str> {
    let after = message
        .split_once("', attribute '")
        .or_else(|| message.split_once(": The attribute '"))?
        .1;
    after.split('\'').next().map(local)
}

/// `{namespace}name` → `name`.
fn local(name: &str) -> &str {
    name.rsplit_once('}').map_or(name, |(_, local)| local)
}

/// What was expected, in a form a person can read: a pattern, values, names, a length.
fn expected(code: &str, message: &str) -> String {
    let message = message.trim_end().trim_end_matches('.');
    let last_quoted = || {
        let end = message.rfind('\'')?;
        let start = message[..end].rfind('\'')?;
        message.get(start + 1..end)
    };
    let found = match code {
        "xsd.pattern" => message
            .rsplit_once("by the pattern '")
            .map(|(_, rest)| rest.trim_end_matches('\'').to_owned()),
        "xsd.enumeration" => message.rsplit_once("element of the set {").map(|(_, rest)| {
            rest.trim_end_matches('}')
                .replace("', '", ", ")
                .trim_matches('\'')
                .to_owned()
        }),
        "xsd.missing-element" | "xsd.unexpected-element" => {
            message.rsplit_once("Expected is").map(|(_, rest)| {
                let names = rest
                    .trim()
                    .trim_start_matches("one of")
                    .trim()
                    .trim_matches(['(', ')', ' ']);
                let names = names.split(", ").map(|name| local(name.trim()));
                names.collect::<Vec<_>>().join(", ")
            })
        }
        "xsd.length" => last_quoted().map(|length| {
            let bound = if message.contains("underruns") {
                "≥ "
            } else if message.contains("exceeds") {
                "≤ "
            } else {
                ""
            };
            format!("{bound}{length}")
        }),
        "xsd.type" => message
            .rsplit_once("type '")
            .map(|(_, name)| name.trim_end_matches('\'').to_owned()),
        "xsd.digits" | "xsd.range" | "xsd.fixed" => last_quoted().map(str::to_owned),
        _ => None,
    };
    shortened(&found.unwrap_or_default())
}

fn shortened(value: &str) -> String {
    if value.chars().count() <= MAX_VALUE {
        return value.to_owned();
    }
    value.chars().take(MAX_VALUE).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(code: u32, message: &str) -> RawError {
        RawError {
            code,
            message: message.into(),
            element: Vec::new(),
        }
    }

    #[test]
    fn names_values_and_patterns_are_read_from_the_text() {
        let facet = "Element 'А', attribute 'Б': [facet 'pattern'] The value 'it's by the pattern 'x'' is not accepted \
                     by the pattern '[0-9]{2}'.";
        assert_eq!(attribute(facet), Some("Б"));
        assert_eq!(expected("xsd.pattern", facet), "[0-9]{2}");
        let set = "Element 'А': [facet 'enumeration'] The value '9' is not an element of the set {'1', '2'}.";
        assert_eq!(attribute(set), None);
        assert_eq!(expected("xsd.enumeration", set), "1, 2");
        let children = "Element '{urn:x}a': Missing child element(s). Expected is one of ( {urn:x}b, c ).";
        assert_eq!(expected("xsd.missing-element", children), "b, c");
        assert_eq!(code(&raw(1871, children)), "xsd.missing-element");
    }

    #[test]
    fn an_unknown_number_keeps_its_text() {
        assert_eq!(code(&raw(4711, "anything")), "xsd.other");
        assert_eq!(code(&raw(0, "")), "xsd.other");
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        assert_eq!(shortened(&"я".repeat(MAX_VALUE)).chars().count(), MAX_VALUE);
        assert_eq!(shortened(&"я".repeat(500)).chars().count(), MAX_VALUE + 1);
    }
}
