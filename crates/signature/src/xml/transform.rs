//! The transforms of a reference (XMLDSig §6.6) and what is left of a document after them.

use base64ct::{Base64, Encoding as _};
use roxmltree::{Document, Node};

use super::c14n::{Method, canonicalize};
use super::encoding::Source;
use super::fault::Fault;
use super::node_set::{Item, NodeSet, Part};
use super::tree::{self, elements, ns};
use super::xpath::XPath;

const BASE64: &str = "http://www.w3.org/2000/09/xmldsig#base64";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const XPATH: &str = "http://www.w3.org/TR/1999/REC-xpath-19991116";
const FILTER: &str = "http://www.w3.org/2002/06/xmldsig-filter2";

/// Transforms of one reference; honest ones have two or three.
pub(crate) const MAX_TRANSFORMS: usize = 12;
/// XPath expressions of one filter.
const MAX_FILTERS: usize = 8;

/// One transform.
pub(crate) enum Transform<'a, 'input> {
    Canonical(Method),
    Base64,
    Enveloped,
    /// The XPath element.
    XPath(Node<'a, 'input>),
    /// The XPath elements of a Filter 2.0.
    Filter(Vec<(Operation, Node<'a, 'input>)>),
}

/// Operations of XPath Filter 2.0 (§3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Intersect,
    Subtract,
    Union,
}

impl<'a, 'input> Transform<'a, 'input> {
    /// Reads a Transform element.
    pub(crate) fn read(node: Node<'a, 'input>) -> Result<Self, Fault> {
        let uri = node.attribute("Algorithm").ok_or(Fault::Malformed("Transform"))?;
        match uri {
            BASE64 => Ok(Self::Base64),
            ENVELOPED => Ok(Self::Enveloped),
            XPATH => tree::child(node, ns::DSIG, "XPath")
                .map(Self::XPath)
                .ok_or(Fault::Malformed("Transform")),
            FILTER => {
                let filters = elements(node)
                    .filter(|child| child.has_tag_name((FILTER, "XPath")))
                    .map(|child| Ok((operation(child)?, child)))
                    .collect::<Result<Vec<_>, Fault>>()?;
                match filters.len() {
                    0 => Err(Fault::Malformed("Transform")),
                    1..=MAX_FILTERS => Ok(Self::Filter(filters)),
                    _ => Err(Fault::TooMuch),
                }
            }
            _ => method(node, uri).map(Self::Canonical),
        }
    }
}

fn operation(node: Node<'_, '_>) -> Result<Operation, Fault> {
    match node.attribute("Filter") {
        Some("intersect") => Ok(Operation::Intersect),
        Some("subtract") => Ok(Operation::Subtract),
        Some("union") => Ok(Operation::Union),
        _ => Err(Fault::Malformed("XPath")),
    }
}

/// The canonicalisation method an element asks for, with its InclusiveNamespaces.
pub(crate) fn method(node: Node<'_, '_>, uri: &str) -> Result<Method, Fault> {
    let mut method = Method::from_uri(uri).ok_or_else(|| Fault::Unsupported(uri.to_owned()))?;
    if let Some(list) = tree::child(node, ns::EXCLUSIVE, "InclusiveNamespaces")
        .and_then(|inclusive| inclusive.attribute("PrefixList"))
    {
        method.prefixes = list
            .split_ascii_whitespace()
            .map(|prefix| (if prefix == "#default" { "" } else { prefix }).to_owned())
            .collect();
    }
    Ok(method)
}

/// How much of what a reference names is left after its transforms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Everything, apart from comments.
    Whole,
    /// Everything but signatures.
    ExceptSignatures,
    /// A part, chosen by an expression or decoded.
    Part,
}

/// What transforms pass on.
pub(crate) enum Data<'a, 'input> {
    Nodes {
        document: &'a Document<'input>,
        /// The apex: the root or an element.
        apex: Node<'a, 'input>,
        set: NodeSet,
    },
    Octets(Vec<u8>),
}

/// Work left for all signatures of one document: octets digested, or an eighth of them canonicalised.
pub(crate) struct Work(usize);

/// Canonicalising an octet costs as much as digesting so many.
const CANONICAL: usize = 8;

impl Work {
    /// Some twenty-five passes over a large document, thousands over a small one: seconds at most.
    pub(crate) fn for_document(length: usize) -> Self {
        Self((64 << 20) + 256 * length)
    }

    pub(crate) fn spend(&mut self, octets: usize) -> Result<(), Fault> {
        self.0 = self.0.checked_sub(octets).ok_or(Fault::TooMuch)?;
        Ok(())
    }

    /// A look at every node of a document.
    pub(crate) fn spend_pass(&mut self, document: &Document<'_>) -> Result<(), Fault> {
        self.spend(document.input_text().len())
    }

    /// Octets that were canonicalised.
    pub(crate) fn spend_canonical(&mut self, octets: &[u8]) -> Result<(), Fault> {
        self.spend(CANONICAL * octets.len())
    }
}

/// What is digested.
pub(crate) struct Output {
    pub octets: Vec<u8>,
    pub extent: Extent,
}

/// Applies transforms; `signature` is the one that contains them. Nodes that are left are canonicalised by `last`.
pub(crate) fn apply<'a, 'input>(
    data: Data<'a, 'input>,
    transforms: &[Transform<'a, 'input>],
    signature: Node<'a, 'input>,
    last: &Method,
    work: &mut Work,
) -> Result<Output, Fault> {
    apply_from(data, transforms, signature, last, Extent::Whole, work)
}

fn apply_from<'d, 'i, 'a, 'input>(
    mut data: Data<'d, 'i>,
    mut transforms: &[Transform<'a, 'input>],
    signature: Node<'a, 'input>,
    last: &Method,
    mut extent: Extent,
    work: &mut Work,
) -> Result<Output, Fault> {
    loop {
        let Some((transform, rest)) = transforms.split_first() else {
            return match data {
                Data::Octets(octets) => Ok(Output { octets, extent }),
                nodes @ Data::Nodes { .. } => {
                    let (octets, left) = canonical(&nodes, last, work)?;
                    Ok(Output {
                        octets,
                        extent: least(extent, left),
                    })
                }
            };
        };
        match (&mut data, transform) {
            (Data::Octets(octets), Transform::Base64) => {
                let text =
                    String::from_utf8(std::mem::take(octets)).map_err(|_| Fault::Malformed("base64"))?;
                data = Data::Octets(decode(&text).ok_or(Fault::Malformed("base64"))?);
                extent = Extent::Part;
            }
            (Data::Octets(octets), _) => {
                // The rest needs nodes: parse, and go on inside the life of what is parsed.
                work.spend(CANONICAL * octets.len())?;
                let source = Source::decode(octets).map_err(Fault::ContentUnreadable)?;
                let document = tree::parse(&source.text).map_err(Fault::ContentUnreadable)?;
                let nodes = Data::Nodes {
                    document: &document,
                    apex: document.root(),
                    set: NodeSet::subtree(document.root(), true),
                };
                return apply_from(nodes, transforms, signature, last, extent, work);
            }
            (Data::Nodes { .. }, Transform::Canonical(method)) => {
                let (octets, left) = canonical(&data, method, work)?;
                data = Data::Octets(octets);
                extent = least(extent, left);
            }
            (Data::Nodes { document, set, .. }, Transform::Base64) => {
                let text: String = document
                    .descendants()
                    .filter(|node| node.is_text() && set.has(*node))
                    .filter_map(|node| node.text())
                    .collect();
                work.spend(text.len())?;
                data = Data::Octets(decode(&text).ok_or(Fault::Malformed("base64"))?);
                extent = Extent::Part;
            }
            (Data::Nodes { document, set, .. }, Transform::Enveloped) => {
                let own = same(document, signature).ok_or(Fault::Malformed("enveloped-signature"))?;
                set.remove_subtree(own);
            }
            (Data::Nodes { document, set, .. }, Transform::XPath(element)) => {
                work.spend_pass(document)?;
                let text = tree::text(*element).ok_or(Fault::Malformed("XPath"))?;
                let here = same(document, *element);
                let mut xpath = XPath::compile(document, &text, *element, here)?;
                *set = set.filter(document, |item| xpath.holds(item))?;
            }
            (Data::Nodes { document, set, .. }, Transform::Filter(filters)) => {
                work.spend_pass(document)?;
                *set = filter(document, set, filters)?;
            }
        }
        transforms = rest;
    }
}

/// `node` as a node of `document`, if it is one.
fn same<'d, 'i>(document: &'d Document<'i>, node: Node<'_, '_>) -> Option<Node<'d, 'i>> {
    let whole = |text: &str| text.as_bytes().as_ptr_range();
    (whole(document.input_text()) == whole(node.document().input_text()))
        .then(|| document.get_node(node.id()))
        .flatten()
}

fn canonical(data: &Data<'_, '_>, method: &Method, work: &mut Work) -> Result<(Vec<u8>, Extent), Fault> {
    let Data::Nodes { document, apex, set } = data else {
        return Err(Fault::Malformed("Transform"));
    };
    work.spend_pass(document)?;
    let octets = canonicalize(document, set, method)?;
    work.spend_canonical(&octets)?;
    Ok((octets, left(*apex, set)))
}

/// XPath Filter 2.0 §4: each expression selects subtrees, which are intersected with, subtracted from or added to
/// what there was.
fn filter(
    document: &Document<'_>,
    set: &NodeSet,
    filters: &[(Operation, Node<'_, '_>)],
) -> Result<NodeSet, Fault> {
    let mut chosen = NodeSet::subtree(document.root(), true);
    for (operation, element) in filters {
        let text = tree::text(*element).ok_or(Fault::Malformed("XPath"))?;
        let mut xpath = XPath::compile(document, &text, *element, same(document, *element))?;
        let mut selected = NodeSet::empty(document);
        for item in xpath.select()? {
            if item.part != Part::Node {
                return Err(Fault::Unsupported(FILTER.to_owned()));
            }
            if !selected.contains(item)
                && let Some(node) = document.get_node(roxmltree::NodeId::new(item.node))
            {
                selected.add_subtree(node);
            }
        }
        chosen = chosen.filter(document, |item| {
            Ok::<_, Fault>(match operation {
                Operation::Intersect => selected.contains(item),
                Operation::Subtract => !selected.contains(item),
                Operation::Union => true,
            })
        })?;
        if *operation == Operation::Union {
            chosen.unite(&selected);
        }
    }
    set.filter(document, |item| Ok(chosen.contains(item)))
}

fn least(one: Extent, other: Extent) -> Extent {
    match (one, other) {
        (Extent::Part, _) | (_, Extent::Part) => Extent::Part,
        (Extent::ExceptSignatures, _) | (_, Extent::ExceptSignatures) => Extent::ExceptSignatures,
        _ => Extent::Whole,
    }
}

/// What of the apex is in the set.
fn left(apex: Node<'_, '_>, set: &NodeSet) -> Extent {
    if set.has_gaps_in_axes() {
        return Extent::Part;
    }
    let mut extent = Extent::Whole;
    let mut skip_until = 0;
    for node in apex.descendants() {
        let number = node.id().get();
        if number < skip_until || node.is_comment() || set.contains(Item::of(node)) {
            continue;
        }
        if !node.has_tag_name((ns::DSIG, "Signature")) {
            return Extent::Part;
        }
        extent = Extent::ExceptSignatures;
        skip_until = number + u32::try_from(node.descendants().count()).unwrap_or(u32::MAX - number);
    }
    extent
}

/// Base64 with any white space (RFC 2045).
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.split_ascii_whitespace().collect();
    Base64::decode_vec(&compact).ok()
}
