//! Canonical XML 1.0, 1.1 and Exclusive XML Canonicalization 1.0, with and without comments.

mod base;
#[cfg(test)]
mod tests;

use roxmltree::{Attribute, Document, Node};
use thiserror::Error;

use super::node_set::{NodeSet, attributes, namespaces};
use super::tree::{attribute_name, element_name, ns, prefix};

/// Why there is no canonical form.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum C14nError {
    /// Canonical XML 1.0 §1.3: the specification wants a failure.
    #[error("a namespace name is a relative URI")]
    RelativeNamespace,
}

/// Which namespaces and inherited attributes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    /// Canonical XML 1.0.
    Inclusive10,
    /// Canonical XML 1.1.
    Inclusive11,
    /// Exclusive XML Canonicalization 1.0.
    Exclusive,
}

/// A canonicalisation method with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Method {
    pub variant: Variant,
    pub comments: bool,
    /// InclusiveNamespaces PrefixList; the default namespace is the empty prefix.
    pub prefixes: Vec<String>,
}

impl Method {
    /// Canonical XML 1.0 without comments, what applies where nothing is said (XMLDSig §4.4.3.2).
    pub(crate) const DEFAULT: Self = Self {
        variant: Variant::Inclusive10,
        comments: false,
        prefixes: Vec::new(),
    };

    /// The method with this identifier, without a prefix list.
    pub(crate) fn from_uri(uri: &str) -> Option<Self> {
        let (variant, comments) = match uri {
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => (Variant::Inclusive10, false),
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments" => (Variant::Inclusive10, true),
            "http://www.w3.org/2006/12/xml-c14n11" => (Variant::Inclusive11, false),
            "http://www.w3.org/2006/12/xml-c14n11#WithComments" => (Variant::Inclusive11, true),
            "http://www.w3.org/2001/10/xml-exc-c14n#" => (Variant::Exclusive, false),
            "http://www.w3.org/2001/10/xml-exc-c14n#WithComments" => (Variant::Exclusive, true),
            _ => return None,
        };
        Some(Self {
            variant,
            comments,
            prefixes: Vec::new(),
        })
    }
}

/// Writes the nodes of `set`.
pub(crate) fn canonicalize(
    document: &Document<'_>,
    set: &NodeSet,
    method: &Method,
) -> Result<Vec<u8>, C14nError> {
    let mut writer = Writer {
        set,
        method,
        root_element: document.root_element(),
        rendered: Vec::new(),
        out: Vec::new(),
    };
    // Marks of `rendered` to return to when the open elements close.
    let mut marks = Vec::new();
    let mut next = document.root().first_child();
    while let Some(node) = next {
        marks.push(writer.rendered.len());
        writer.enter(node)?;
        next = node.first_child();
        let mut closing = node;
        while next.is_none() && !closing.is_root() {
            writer.leave(closing);
            writer.rendered.truncate(marks.pop().unwrap_or(0));
            next = closing.next_sibling();
            match closing.parent() {
                Some(parent) => closing = parent,
                None => break,
            }
        }
    }
    Ok(writer.out)
}

/// Writes `node` with everything below it.
pub(crate) fn canonicalize_subtree(node: Node<'_, '_>, method: &Method) -> Result<Vec<u8>, C14nError> {
    let set = NodeSet::subtree(node, method.comments);
    canonicalize(node.document(), &set, method)
}

struct Writer<'a, 'input> {
    set: &'a NodeSet,
    method: &'a Method,
    root_element: Node<'a, 'input>,
    /// What output ancestors wrote or had, the nearest last; an empty name says that it no longer holds.
    rendered: Vec<(&'a str, &'a str)>,
    out: Vec<u8>,
}

impl<'a, 'input> Writer<'a, 'input> {
    fn enter(&mut self, node: Node<'a, 'input>) -> Result<(), C14nError> {
        let visible = self.set.has(node);
        if node.is_element() {
            return self.start_tag(node, visible);
        }
        if !visible {
            return Ok(());
        }
        if node.is_text() {
            escape_text(node.text().unwrap_or_default(), &mut self.out);
        } else if let Some(instruction) = node.pi() {
            self.at_top_level(node, |out| {
                out.extend_from_slice(b"<?");
                out.extend_from_slice(instruction.target.as_bytes());
                if let Some(value) = instruction.value.filter(|value| !value.is_empty()) {
                    out.push(b' ');
                    out.extend_from_slice(value.as_bytes());
                }
                out.extend_from_slice(b"?>");
            });
        } else if node.is_comment() && self.method.comments {
            self.at_top_level(node, |out| {
                out.extend_from_slice(b"<!--");
                out.extend_from_slice(node.text().unwrap_or_default().as_bytes());
                out.extend_from_slice(b"-->");
            });
        }
        Ok(())
    }

    fn leave(&mut self, node: Node<'a, 'input>) {
        if node.is_element() && self.set.has(node) {
            self.out.extend_from_slice(b"</");
            self.out.extend_from_slice(element_name(node).as_bytes());
            self.out.push(b'>');
        }
    }

    /// Instructions and comments outside the document element stand on lines of their own (§2.3).
    fn at_top_level(&mut self, node: Node<'_, '_>, write: impl FnOnce(&mut Vec<u8>)) {
        let top = node.parent().is_some_and(|parent| parent.is_root());
        let after = node.id().get() > self.root_element.id().get();
        if top && after {
            self.out.push(b'\n');
        }
        write(&mut self.out);
        if top && !after {
            self.out.push(b'\n');
        }
    }

    fn start_tag(&mut self, node: Node<'a, 'input>, visible: bool) -> Result<(), C14nError> {
        let shown: Vec<Attribute<'a, 'input>> = attributes(node)
            .filter(|(item, _)| self.set.contains(*item))
            .map(|(_, attribute)| attribute)
            .collect();
        if visible {
            self.out.push(b'<');
            self.out.extend_from_slice(element_name(node).as_bytes());
        }
        self.write_namespaces(node, visible, &shown)?;
        self.write_attributes(node, visible, &shown);
        if visible {
            self.out.push(b'>');
        }
        Ok(())
    }

    /// The name last rendered for a prefix by an output ancestor; empty if none.
    fn rendered(&self, prefix: &str) -> &'a str {
        let found = self.rendered.iter().rev().find(|(one, _)| *one == prefix);
        found.map_or("", |(_, uri)| uri)
    }

    /// The namespace axis (Canonical XML §2.3, Exclusive §3).
    fn write_namespaces(
        &mut self,
        node: Node<'a, 'input>,
        visible: bool,
        shown: &[Attribute<'a, 'input>],
    ) -> Result<(), C14nError> {
        let exclusive = self.method.variant == Variant::Exclusive;
        let used = |wanted: &str| {
            prefix(element_name(node)) == wanted
                || (!wanted.is_empty()
                    && shown
                        .iter()
                        .any(|attribute| prefix(attribute_name(node, attribute)) == wanted))
        };
        let concerns = |wanted: &str| {
            !exclusive
                || self.method.prefixes.iter().any(|listed| listed == wanted)
                || (visible && used(wanted))
        };
        let mut written: Vec<(&'a str, &'a str)> = Vec::new();
        let mut default_in_scope = false;
        for (item, namespace) in namespaces(node) {
            let (prefix, uri) = (namespace.name().unwrap_or_default(), namespace.uri());
            let in_set = self.set.contains(item);
            default_in_scope |= in_set && prefix.is_empty();
            if prefix == "xml" || !concerns(prefix) {
                continue;
            }
            if in_set && self.rendered(prefix) != uri {
                if is_relative(uri) {
                    return Err(C14nError::RelativeNamespace);
                }
                written.push((prefix, uri));
            } else if !in_set && visible && !prefix.is_empty() && !self.rendered(prefix).is_empty() {
                self.rendered.push((prefix, ""));
            }
        }
        if visible && !default_in_scope && concerns("") && !self.rendered("").is_empty() {
            written.push(("", ""));
        }
        written.sort_unstable();
        for &(prefix, uri) in &written {
            self.out.extend_from_slice(b" xmlns");
            if !prefix.is_empty() {
                self.out.push(b':');
                self.out.extend_from_slice(prefix.as_bytes());
            }
            self.out.extend_from_slice(b"=\"");
            escape_attribute(uri, &mut self.out);
            self.out.push(b'"');
        }
        if visible {
            self.rendered.extend(written);
        }
        Ok(())
    }

    /// The attribute axis: by namespace, then by local name, with what the apex of a subset inherits (§2.4).
    fn write_attributes(&mut self, node: Node<'a, 'input>, visible: bool, shown: &[Attribute<'a, 'input>]) {
        let mut all: Vec<Shown<'a>> = shown
            .iter()
            .map(|attribute| Shown {
                namespace: attribute.namespace().unwrap_or_default(),
                local: attribute.name(),
                name: attribute_name(node, attribute),
                value: attribute.value().into(),
            })
            .collect();
        let orphan = node.parent_element().is_some_and(|parent| !self.set.has(parent));
        if visible && orphan && self.method.variant != Variant::Exclusive {
            self.inherit(node, &mut all);
        }
        all.sort_unstable_by(|one, other| (one.namespace, one.local).cmp(&(other.namespace, other.local)));
        for attribute in &all {
            self.out.push(b' ');
            self.out.extend_from_slice(attribute.name.as_bytes());
            self.out.extend_from_slice(b"=\"");
            escape_attribute(&attribute.value, &mut self.out);
            self.out.push(b'"');
        }
    }

    fn inherit(&self, node: Node<'a, 'input>, all: &mut Vec<Shown<'a>>) {
        let eleven = self.method.variant == Variant::Inclusive11;
        let mut seen: Vec<&str> = Vec::new();
        for element in node.ancestors().filter(Node::is_element) {
            // 1.1 speaks of all ancestors too, but who writes it stops at the nearest that is written.
            if eleven && element != node && self.set.has(element) {
                break;
            }
            for attribute in element.attributes() {
                if attribute.namespace() != Some(ns::XML) || seen.contains(&attribute.name()) {
                    continue;
                }
                seen.push(attribute.name());
                let simple = matches!(attribute.name(), "lang" | "space");
                if element != node && (simple || !eleven) {
                    all.push(Shown {
                        namespace: ns::XML,
                        local: attribute.name(),
                        name: attribute_name(element, &attribute),
                        value: attribute.value().into(),
                    });
                }
            }
        }
        if !eleven {
            return;
        }
        // xml:base of the omitted ancestors up to the nearest one written, joined from outside in.
        let omitted = node
            .ancestors()
            .skip(1)
            .take_while(|one| one.is_element() && !self.set.has(*one));
        let mut bases: Vec<&str> = omitted
            .filter_map(|one| one.attribute((ns::XML, "base")))
            .collect();
        if bases.is_empty() {
            return;
        }
        bases.reverse();
        bases.extend(node.attribute((ns::XML, "base")));
        let joined = base::join_all(&bases);
        all.retain(|attribute| (attribute.namespace, attribute.local) != (ns::XML, "base"));
        if !joined.is_empty() {
            all.push(Shown {
                namespace: ns::XML,
                local: "base",
                name: "xml:base",
                value: joined.into(),
            });
        }
    }
}

struct Shown<'a> {
    namespace: &'a str,
    local: &'a str,
    name: &'a str,
    value: std::borrow::Cow<'a, str>,
}

/// Whether a namespace name lacks a scheme (RFC 3986 §4.2).
fn is_relative(uri: &str) -> bool {
    let scheme = uri.split_once(':').map_or("", |(scheme, _)| scheme);
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet);
    !(scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(plain))
}

fn escape_text(text: &str, out: &mut Vec<u8>) {
    escape(text, out, |octet| match octet {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'>' => Some(b"&gt;"),
        b'\r' => Some(b"&#xD;"),
        _ => None,
    });
}

fn escape_attribute(value: &str, out: &mut Vec<u8>) {
    escape(value, out, |octet| match octet {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'"' => Some(b"&quot;"),
        b'\t' => Some(b"&#x9;"),
        b'\n' => Some(b"&#xA;"),
        b'\r' => Some(b"&#xD;"),
        _ => None,
    });
}

fn escape(text: &str, out: &mut Vec<u8>, entity: impl Fn(u8) -> Option<&'static [u8]>) {
    let octets = text.as_bytes();
    let mut start = 0;
    for (at, &octet) in octets.iter().enumerate() {
        if let Some(entity) = entity(octet) {
            out.extend_from_slice(&octets[start..at]);
            out.extend_from_slice(entity);
            start = at + 1;
        }
    }
    out.extend_from_slice(&octets[start..]);
}
