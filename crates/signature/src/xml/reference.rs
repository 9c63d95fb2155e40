//! References: what they name, and whether it is what was signed (XMLDSig §4.4.3).

use kabinet_pki::DigestAlgorithm;
use roxmltree::{Document, Node};

use super::algorithm;
use super::c14n::Method;
use super::fault::Fault;
use super::node_set::NodeSet;
use super::transform::{Data, Extent, MAX_TRANSFORMS, Output, Transform, Work, apply, decode};
use super::tree::{Ids, Target, elements, ns, path, text};

/// Type of references to Object elements (XMLDSig §4.5).
const OBJECT: &str = "http://www.w3.org/2000/09/xmldsig#Object";

/// Content outside the document by the URI of the reference (`None` where it has none); `None` if it is not at hand.
/// Nothing is ever fetched.
pub type Beside<'b> = &'b dyn Fn(Option<&str>) -> Option<Vec<u8>>;

/// An element or root of the document with or without its comments; `None` for content outside it.
pub(crate) type Named<'a, 'input> = Option<(Node<'a, 'input>, bool)>;

/// A Reference element.
pub(crate) struct Reference<'a, 'input> {
    pub node: Node<'a, 'input>,
    pub uri: Option<&'a str>,
    pub kind: Option<&'a str>,
    /// The element of the same document that is named, and whether its comments are (§4.4.3.3); `None` for
    /// content outside it.
    pub named: Result<Named<'a, 'input>, Fault>,
    transforms: Result<Vec<Transform<'a, 'input>>, Fault>,
    pub digest: Result<DigestAlgorithm, Fault>,
    /// The digest as signed.
    pub value: Vec<u8>,
}

/// What became of a reference.
#[derive(Debug)]
pub(crate) struct Covered<'a, 'input> {
    /// `/` for the whole document, the path of an element, or the URI of content outside.
    pub name: String,
    /// The element or root of the signed document that is named; `None` for content outside it.
    apex: Option<Node<'a, 'input>>,
    /// How much of it is signed.
    pub extent: Extent,
    /// Why it is not proven to be what was signed.
    pub fault: Option<Fault>,
}

impl<'a, 'input> Covered<'a, 'input> {
    /// Whether it is a whole document: this one, or one outside.
    pub(crate) fn is_top(&self) -> bool {
        self.apex
            .is_none_or(|apex| apex.is_root() || apex.parent().is_some_and(|parent| parent.is_root()))
    }

    /// Whether all of this element, and nothing else, is proven to be signed.
    pub(crate) fn is_whole(&self, node: Node<'a, 'input>) -> bool {
        self.apex == Some(node) && self.extent == Extent::Whole && self.fault.is_none()
    }
}

impl<'a, 'input> Reference<'a, 'input> {
    /// Reads a Reference element: Transforms?, DigestMethod, DigestValue.
    pub(crate) fn read(node: Node<'a, 'input>, ids: &Ids<'a, 'input>) -> Result<Self, Fault> {
        const BROKEN: Fault = Fault::Malformed("Reference");
        let mut children = elements(node).peekable();
        let is = |child: &Node<'_, '_>, name: &str| child.has_tag_name((ns::DSIG, name));
        let transforms = match children.next_if(|child| is(child, "Transforms")) {
            Some(list) => read_transforms(list),
            None => Ok(Vec::new()),
        };
        let method = children.next().filter(|child| is(child, "DigestMethod"));
        let value = children.next().filter(|child| is(child, "DigestValue"));
        if children.next().is_some() {
            return Err(BROKEN);
        }
        let uri = method
            .and_then(|method| method.attribute("Algorithm"))
            .ok_or(BROKEN)?;
        Ok(Self {
            node,
            uri: node.attribute("URI"),
            kind: node.attribute("Type"),
            named: named(node.document(), ids, node.attribute("URI")),
            transforms,
            digest: algorithm::digest(uri),
            value: value
                .and_then(text)
                .and_then(|text| decode(&text))
                .ok_or(BROKEN)?,
        })
    }

    /// Processes and digests what is named; `signature` is the one the reference belongs to.
    pub(crate) fn check(
        &self,
        signature: Node<'a, 'input>,
        beside: Beside<'_>,
        work: &mut Work,
    ) -> Covered<'a, 'input> {
        let mut covered = Covered {
            name: self.uri.unwrap_or_default().to_owned(),
            apex: self.named.as_ref().ok().copied().flatten().map(|(apex, _)| apex),
            extent: Extent::Part,
            fault: None,
        };
        if let Some(apex) = covered.apex
            && work.spend_pass(apex.document()).is_ok()
        {
            covered.name = if apex.is_root() {
                "/".to_owned()
            } else {
                path(apex)
            };
        }
        match self.output(signature, beside, work) {
            Ok(output) => {
                covered.extent = output.extent;
                covered.fault = match &self.digest {
                    Ok(digest) if digest.digest(&output.octets) == self.value => None,
                    Ok(_) => Some(Fault::DigestDiffers),
                    Err(fault) => Some(fault.clone()),
                };
            }
            Err(fault) => covered.fault = Some(fault),
        }
        covered
    }

    /// The octets that are digested.
    pub(crate) fn output(
        &self,
        signature: Node<'a, 'input>,
        beside: Beside<'_>,
        work: &mut Work,
    ) -> Result<Output, Fault> {
        // §4.4.3.2: what applies where the last transform leaves nodes.
        self.output_by(signature, beside, work, &Method::DEFAULT)
    }

    /// The same with nodes that the last transform leaves canonicalised by `method`.
    pub(crate) fn output_by(
        &self,
        signature: Node<'a, 'input>,
        beside: Beside<'_>,
        work: &mut Work,
        method: &Method,
    ) -> Result<Output, Fault> {
        let document = signature.document();
        let transforms = self.transforms.as_ref().map_err(Clone::clone)?;
        if self.is_displaced(signature) {
            return Err(Fault::ContentMissing);
        }
        work.spend_pass(document)?;
        let data = match self.named.clone()? {
            Some((apex, comments)) => Data::Nodes {
                document,
                apex,
                set: NodeSet::subtree(apex, comments),
            },
            None => {
                let octets = beside(self.uri).ok_or(Fault::ContentMissing)?;
                // What the caller gives is honest; only that it is asked for again and again is not.
                work.spend(octets.len() / 16)?;
                Data::Octets(octets)
            }
        };
        apply(data, transforms, signature, method, work)
    }

    /// A reference of type Object means an Object of its own signature: one somewhere else is another's.
    fn is_displaced(&self, signature: Node<'a, 'input>) -> bool {
        self.kind == Some(OBJECT)
            && matches!(self.named, Ok(Some((apex, _)))
                if apex.has_tag_name((ns::DSIG, "Object")) && apex.parent() != Some(signature))
    }
}

/// What a URI names.
pub(crate) fn named<'a, 'input>(
    document: &'a Document<'input>,
    ids: &Ids<'a, 'input>,
    uri: Option<&str>,
) -> Result<Named<'a, 'input>, Fault> {
    let Some(uri) = uri else {
        return Ok(None);
    };
    if uri.is_empty() {
        return Ok(Some((document.root(), false)));
    }
    let Some(fragment) = uri.strip_prefix('#') else {
        return Ok(None);
    };
    if fragment == "xpointer(/)" {
        return Ok(Some((document.root(), true)));
    }
    let pointed = fragment
        .strip_prefix("xpointer(id(")
        .and_then(|rest| rest.strip_suffix("))"))
        .and_then(|quoted| {
            let quote = quoted
                .chars()
                .next()
                .filter(|quote| matches!(quote, '"' | '\''))?;
            quoted.strip_prefix(quote)?.strip_suffix(quote)
        });
    if pointed.is_none() && fragment.contains('(') {
        return Err(Fault::Unsupported(uri.to_owned()));
    }
    match ids.find(pointed.unwrap_or(fragment)) {
        Target::Element(node) => Ok(Some((node, pointed.is_some()))),
        Target::Missing => Err(Fault::ContentMissing),
        Target::Ambiguous => Err(Fault::AmbiguousId),
    }
}

fn read_transforms<'a, 'input>(list: Node<'a, 'input>) -> Result<Vec<Transform<'a, 'input>>, Fault> {
    if elements(list).count() > MAX_TRANSFORMS {
        return Err(Fault::TooMuch);
    }
    elements(list)
        .map(|child| {
            if child.has_tag_name((ns::DSIG, "Transform")) {
                Transform::read(child)
            } else {
                Err(Fault::Malformed("Transforms"))
            }
        })
        .collect()
}
