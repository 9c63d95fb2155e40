//! Reads documents within limits, and what the tree lacks: prefixes, identifiers, paths.

use std::collections::HashMap;

use roxmltree::{Attribute, Document, Node, ParsingOptions};

use super::XmlError;

/// The longest document read: the largest state documents are some 30 MB.
pub(crate) const MAX_OCTETS: usize = 64 << 20;
/// The deepest nesting, as other parsers have it.
const MAX_DEPTH: usize = 256;
/// Attributes of one element; finding a repeated one takes their square.
const MAX_ATTRIBUTES: usize = 512;
/// Namespaces in scope at once; every declaration copies the list.
const MAX_NAMESPACES: usize = 256;
/// Nodes of a document: each takes some 70 octets.
const MAX_NODES: u32 = 4_000_000;

/// XML namespaces met here.
pub(crate) mod ns {
    /// The prefix `xml`.
    pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
    /// XMLDSig.
    pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
    /// XMLDSig 1.1.
    pub const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";
    /// XAdES 1.3.2.
    pub const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
    /// XAdES 1.4.1.
    pub const XADES141: &str = "http://uri.etsi.org/01903/v1.4.1#";
    /// Exclusive canonicalisation.
    pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
    /// WS-Security identifiers.
    pub const WSU: &str =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
}

/// Parses without any document type: entities and default attributes from there would change what is signed.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, XmlError> {
    if text.len() > 2 * MAX_OCTETS {
        return Err(XmlError::TooLarge);
    }
    measure(text)?;
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::DtdDetected => XmlError::Doctype,
        roxmltree::Error::NodesLimitReached | roxmltree::Error::AttributesLimitReached => XmlError::TooLarge,
        _ => XmlError::NotWellFormed,
    })
}

/// Counts depth, attributes and namespaces before a tree is built. Whether the markup is well-formed is left to
/// the parser, except for two things it lets pass: `xmlns` twice and `xmlns:p=""` (Namespaces 1.0 §2.2, §6.3).
fn measure(text: &str) -> Result<(), XmlError> {
    let mut declared: Vec<usize> = vec![0];
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .into_iter()
            .find(|(open, _)| rest.starts_with(open));
        if let Some((open, close)) = skipped {
            let inside = &rest[open.len()..];
            let end = inside.find(close).ok_or(XmlError::NotWellFormed)?;
            rest = &inside[end + close.len()..];
        } else if rest.starts_with("<!") {
            return Err(XmlError::Doctype);
        } else if rest.starts_with("</") {
            declared.pop();
            rest = &rest[2..];
        } else {
            let tag = Tag::read(&rest[1..])?;
            let in_scope = declared.last().copied().unwrap_or(0) + tag.namespaces;
            if in_scope > MAX_NAMESPACES {
                return Err(XmlError::TooLarge);
            }
            if !tag.empty {
                declared.push(in_scope);
                if declared.len() > MAX_DEPTH + 1 {
                    return Err(XmlError::TooDeep);
                }
            }
            rest = tag.rest;
        }
    }
    Ok(())
}

struct Tag<'a> {
    namespaces: usize,
    empty: bool,
    rest: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads a start tag from behind its `<`.
    fn read(text: &'a str) -> Result<Self, XmlError> {
        let (mut namespaces, mut attributes, mut default) = (0, 0, false);
        let mut rest = text;
        loop {
            let at = rest.find(['=', '>']).ok_or(XmlError::NotWellFormed)?;
            let (before, after) = (&rest[..at], &rest[at + 1..]);
            if rest[at..].starts_with('>') {
                return Ok(Self {
                    namespaces,
                    empty: before.ends_with('/'),
                    rest: after,
                });
            }
            let name = before.split_ascii_whitespace().next_back().unwrap_or_default();
            let value = after.trim_ascii_start();
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
            let quote = quote.ok_or(XmlError::NotWellFormed)?;
            let (value, after) = value[1..].split_once(quote).ok_or(XmlError::NotWellFormed)?;
            attributes += 1;
            if attributes > MAX_ATTRIBUTES {
                return Err(XmlError::TooLarge);
            }
            if name == "xmlns" {
                if default {
                    return Err(XmlError::NotWellFormed);
                }
                default = true;
                namespaces += 1;
            } else if name.starts_with("xmlns:") {
                if value.is_empty() {
                    return Err(XmlError::NotWellFormed);
                }
                namespaces += 1;
            }
            rest = after;
        }
    }
}

/// The name of an element as written, with its prefix.
pub(crate) fn element_name<'a>(node: Node<'a, '_>) -> &'a str {
    let tag = &node.document().input_text()[node.range().start + 1..];
    let end = tag.find([' ', '\t', '\r', '\n', '/', '>']).unwrap_or(tag.len());
    &tag[..end]
}

/// The name of an attribute as written, with its prefix.
pub(crate) fn attribute_name<'a>(node: Node<'a, '_>, attribute: &Attribute<'_, '_>) -> &'a str {
    &node.document().input_text()[attribute.range_qname()]
}

/// The prefix of a name as written; empty if there is none.
pub(crate) fn prefix(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

/// Attributes whose values identify elements without a schema at hand: XMLDSig, xml:id, WS-Security, SAML 1 and 2.
fn is_identifier(attribute: &Attribute<'_, '_>) -> bool {
    match attribute.namespace() {
        None => matches!(
            attribute.name(),
            "Id" | "ID" | "id" | "AssertionID" | "RequestID" | "ResponseID"
        ),
        Some(ns::XML) => attribute.name() == "id",
        Some(ns::WSU) => attribute.name() == "Id",
        Some(_) => false,
    }
}

/// What an identifier leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a, 'input> {
    /// Nowhere.
    Missing,
    /// One element.
    Element(Node<'a, 'input>),
    /// Several elements: readers would differ on which is signed.
    Ambiguous,
}

/// Every identifier of a document, so that many can be looked up in one pass.
pub(crate) struct Ids<'a, 'input>(HashMap<&'a str, Target<'a, 'input>>);

impl<'a, 'input> Ids<'a, 'input> {
    pub(crate) fn of(document: &'a Document<'input>) -> Self {
        let mut ids: HashMap<&'a str, Target<'a, 'input>> = HashMap::new();
        for node in document.descendants() {
            for attribute in node.attributes().filter(is_identifier) {
                ids.entry(attribute.value())
                    .and_modify(|found| {
                        if !matches!(found, Target::Element(same) if *same == node) {
                            *found = Target::Ambiguous;
                        }
                    })
                    .or_insert(Target::Element(node));
            }
        }
        Self(ids)
    }

    /// Finds the element with this identifier.
    pub(crate) fn find(&self, id: &str) -> Target<'a, 'input> {
        self.0.get(id).copied().unwrap_or(Target::Missing)
    }
}

/// `/Envelope/Body[2]`: names as written, positions among siblings of the same name where there are several.
pub(crate) fn path(node: Node<'_, '_>) -> String {
    let mut steps: Vec<String> = node
        .ancestors()
        .filter(Node::is_element)
        .map(|element| {
            let name = element_name(element);
            let same = |one: &Node<'_, '_>| one.is_element() && element_name(*one) == name;
            let before = element.prev_siblings().skip(1).filter(same).count();
            let after = element.next_siblings().skip(1).any(|one| same(&one));
            if before > 0 || after {
                format!("/{name}[{}]", before + 1)
            } else {
                format!("/{name}")
            }
        })
        .collect();
    steps.reverse();
    steps.concat()
}

/// The text of an element that holds nothing but text; comments inside do not cut it short. `None` if it has
/// elements.
pub(crate) fn text(node: Node<'_, '_>) -> Option<String> {
    let mut all = String::new();
    for child in node.children() {
        if child.is_element() {
            return None;
        }
        if child.is_text() {
            all.push_str(child.text().unwrap_or_default());
        }
    }
    Some(all)
}

/// Child elements.
pub(crate) fn elements<'a, 'input: 'a>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(Node::is_element)
}

/// First child element of this name.
pub(crate) fn child<'a, 'input>(
    node: Node<'a, 'input>,
    namespace: &str,
    name: &str,
) -> Option<Node<'a, 'input>> {
    elements(node).find(|child| child.has_tag_name((namespace, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_too_much() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(parse(&nested(256)).is_ok());
        assert_eq!(parse(&nested(257)).err(), Some(XmlError::TooDeep));
        assert_eq!(parse(&nested(100_000)).err(), Some(XmlError::TooDeep));
        let attributes = |count: usize| {
            let all: Vec<String> = (0..count).map(|number| format!(" a{number}='>'")).collect();
            format!("<a{}/>", all.concat())
        };
        assert!(parse(&attributes(512)).is_ok());
        assert_eq!(parse(&attributes(513)).err(), Some(XmlError::TooLarge));
        let namespaces: Vec<String> = (0..257)
            .map(|number| format!(" xmlns:n{number}='urn:n'"))
            .collect();
        assert_eq!(
            parse(&format!("<a{}/>", namespaces.concat())).err(),
            Some(XmlError::TooLarge)
        );
    }

    #[test]
    fn refuses_document_types_and_broken_namespaces() {
        for text in [
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
            "<?pi?><!-- c --><!DOCTYPE a [<!ENTITY a 'aa'><!ENTITY b '&a;&a;&a;'>]><a>&b;</a>",
        ] {
            assert_eq!(parse(text).err(), Some(XmlError::Doctype), "{text}");
        }
        for text in [
            "<a xmlns='urn:a' xmlns='urn:b'/>",
            "<a xmlns:p=''/>",
            "<a b='1' b='2'/>",
            "<p:a/>",
            "<a>",
            "<a",
            "",
            "<a>&x;</a>",
            "<a/><b/>",
        ] {
            assert_eq!(parse(text).err(), Some(XmlError::NotWellFormed), "{text}");
        }
    }

    #[test]
    fn identifiers_must_be_unique() {
        let document = parse("<a Id='1'><b xml:id='2'/><c ID='3'/><d id='3'/></a>").expect("well-formed");
        let ids = Ids::of(&document);
        assert!(matches!(ids.find("1"), Target::Element(node) if path(node) == "/a"));
        assert!(matches!(ids.find("2"), Target::Element(node) if path(node) == "/a/b"));
        assert!(matches!(ids.find("3"), Target::Ambiguous));
        assert!(matches!(ids.find("4"), Target::Missing));
    }
}
