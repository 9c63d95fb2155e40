//! The Signature element and its parts (XMLDSig §4.2–4.4).

use roxmltree::Node;

use super::algorithm::SignatureMethod;
use super::c14n::Method;
use super::fault::Fault;
use super::reference::Reference;
use super::transform::{decode, method};
use super::tree::{Ids, elements, ns, text};

/// References of one SignedInfo or Manifest; each costs a pass over what it names.
const MAX_REFERENCES: usize = 1000;

/// A Signature element taken apart.
pub(crate) struct Parts<'a, 'input> {
    pub node: Node<'a, 'input>,
    pub signed_info: Node<'a, 'input>,
    pub canonicalization: Result<Method, Fault>,
    pub signature_method: Result<SignatureMethod, Fault>,
    pub references: Vec<Reference<'a, 'input>>,
    pub value_node: Node<'a, 'input>,
    pub value: Vec<u8>,
    pub key_info: Option<Node<'a, 'input>>,
    pub objects: Vec<Node<'a, 'input>>,
}

impl<'a, 'input> Parts<'a, 'input> {
    /// Signature ::= SignedInfo SignatureValue KeyInfo? Object*
    /// SignedInfo ::= CanonicalizationMethod SignatureMethod Reference+
    pub(crate) fn read(node: Node<'a, 'input>, ids: &Ids<'a, 'input>) -> Result<Self, Fault> {
        const BROKEN: Fault = Fault::Malformed("Signature");
        let is = |child: &Node<'_, '_>, name: &str| child.has_tag_name((ns::DSIG, name));
        let mut children = elements(node).peekable();
        let signed_info = children.next_if(|child| is(child, "SignedInfo")).ok_or(BROKEN)?;
        let value_node = children
            .next_if(|child| is(child, "SignatureValue"))
            .ok_or(BROKEN)?;
        let key_info = children.next_if(|child| is(child, "KeyInfo"));
        let objects: Vec<Node<'a, 'input>> = children.collect();
        if objects.iter().any(|object| !is(object, "Object")) {
            return Err(BROKEN);
        }

        const INFO: Fault = Fault::Malformed("SignedInfo");
        let mut children = elements(signed_info).peekable();
        let canonicalization = children
            .next_if(|child| is(child, "CanonicalizationMethod"))
            .ok_or(INFO)?;
        let signature_method = children
            .next_if(|child| is(child, "SignatureMethod"))
            .ok_or(INFO)?;
        let algorithm = |node: Node<'a, 'input>| node.attribute("Algorithm").ok_or(INFO);
        let references = read_references(children, ids, INFO)?;
        Ok(Self {
            node,
            signed_info,
            canonicalization: method(canonicalization, algorithm(canonicalization)?),
            signature_method: SignatureMethod::read(signature_method, algorithm(signature_method)?),
            references,
            value_node,
            value: text(value_node)
                .and_then(|text| decode(&text))
                .ok_or(Fault::Malformed("SignatureValue"))?,
            key_info,
            objects,
        })
    }

    /// Whether every reference is to the signature's own properties or key: a signature that vouches for nothing.
    pub(crate) fn sign_only_themselves(&self, properties: &[Node<'a, 'input>]) -> bool {
        self.references.iter().all(|reference| {
            matches!(reference.named, Ok(Some((node, _)))
                if properties.contains(&node) || Some(node) == self.key_info)
        })
    }
}

/// One or more Reference elements and nothing else.
pub(crate) fn read_references<'a, 'input>(
    children: impl Iterator<Item = Node<'a, 'input>>,
    ids: &Ids<'a, 'input>,
    broken: Fault,
) -> Result<Vec<Reference<'a, 'input>>, Fault> {
    let mut references = Vec::new();
    for child in children {
        if !child.has_tag_name((ns::DSIG, "Reference")) {
            return Err(broken);
        }
        if references.len() == MAX_REFERENCES {
            return Err(Fault::TooMuch);
        }
        references.push(Reference::read(child, ids)?);
    }
    if references.is_empty() {
        return Err(broken);
    }
    Ok(references)
}
