//! Time stamps of XAdES and the octets they are over (EN 319 132-1 §5.2.8, §5.3, §5.5; TS 101 903 §7).

use roxmltree::Node;

use super::{Properties, is, part};
use crate::report::StampKind;
use crate::xml::c14n::{Method, canonicalize_subtree};
use crate::xml::fault::Fault;
use crate::xml::parts::Parts;
use crate::xml::reference::{Beside, Reference};
use crate::xml::transform::{Work, decode, method};
use crate::xml::tree::{child, elements, ns, text};

/// Stamps of one signature; each archive stamp costs a pass over everything.
const MAX_STAMPS: usize = 64;

/// One token of a time stamp property.
pub(crate) struct Found<'a, 'input> {
    pub kind: StampKind,
    pub token: Vec<u8>,
    /// Positions of the stamps this one covers.
    pub covers: Vec<usize>,
    property: Node<'a, 'input>,
}

/// The stamps of a signature, content stamps first, then in document order.
pub(crate) fn find<'a, 'input>(properties: &Properties<'a, 'input>) -> Vec<Found<'a, 'input>> {
    let content = part(properties.signed, "SignedDataObjectProperties")
        .into_iter()
        .flat_map(elements);
    let mut found: Vec<Found<'a, 'input>> = Vec::new();
    for property in content.chain(properties.unsigned()) {
        let Some(kind) = kind(property) else {
            continue;
        };
        let before: Vec<usize> = match kind {
            StampKind::Archive => (0..found.len()).collect(),
            StampKind::References => found
                .iter()
                .enumerate()
                .filter(|(_, one)| one.kind == StampKind::Signature)
                .filter(|_| !property.tag_name().name().starts_with("RefsOnly"))
                .map(|(index, _)| index)
                .collect(),
            StampKind::Content | StampKind::Signature => Vec::new(),
        };
        let tokens = elements(property)
            .filter(|child| is(*child, "EncapsulatedTimeStamp"))
            .filter_map(|child| decode(&text(child)?));
        for token in tokens {
            if found.len() == MAX_STAMPS {
                return found;
            }
            found.push(Found {
                kind,
                token,
                covers: before.clone(),
                property,
            });
        }
    }
    found
}

fn kind(property: Node<'_, '_>) -> Option<StampKind> {
    [
        ("AllDataObjectsTimeStamp", StampKind::Content),
        ("IndividualDataObjectsTimeStamp", StampKind::Content),
        ("SignatureTimeStamp", StampKind::Signature),
        ("SigAndRefsTimeStamp", StampKind::References),
        ("SigAndRefsTimeStampV2", StampKind::References),
        ("RefsOnlyTimeStamp", StampKind::References),
        ("RefsOnlyTimeStampV2", StampKind::References),
        ("ArchiveTimeStamp", StampKind::Archive),
    ]
    .into_iter()
    .find(|(name, _)| is(property, name))
    .map(|(_, kind)| kind)
}

impl<'a, 'input> Found<'a, 'input> {
    /// The octets the stamp must be over.
    pub(crate) fn octets(
        &self,
        parts: &Parts<'a, 'input>,
        properties: &Properties<'a, 'input>,
        beside: Beside<'_>,
        work: &mut Work,
    ) -> Result<Vec<u8>, Fault> {
        let method = match child(self.property, ns::DSIG, "CanonicalizationMethod") {
            Some(node) => method(node, node.attribute("Algorithm").unwrap_or_default())?,
            None => Method::DEFAULT,
        };
        let mut octets = Octets {
            all: Vec::new(),
            method,
            work,
        };
        let before = || properties.unsigned().take_while(|one| *one != self.property);
        match self.property.tag_name().name() {
            "AllDataObjectsTimeStamp" => {
                for reference in &parts.references {
                    if !matches!(reference.named, Ok(Some((node, _))) if node == properties.signed) {
                        octets.reference(parts, reference, beside)?;
                    }
                }
            }
            "IndividualDataObjectsTimeStamp" => {
                for include in elements(self.property).filter(|one| is(*one, "Include")) {
                    let id = include.attribute("URI").and_then(|uri| uri.strip_prefix('#'));
                    let reference = parts
                        .references
                        .iter()
                        .find(|reference| id.is_some() && reference.node.attribute("Id") == id)
                        .ok_or(Fault::ContentMissing)?;
                    octets.reference(parts, reference, beside)?;
                }
            }
            "SignatureTimeStamp" => octets.element(parts.value_node)?,
            "SigAndRefsTimeStamp" => {
                octets.element(parts.value_node)?;
                octets.named(before(), &[&["SignatureTimeStamp"], &REFERENCES[..]].concat())?;
            }
            "SigAndRefsTimeStampV2" => {
                octets.element(parts.value_node)?;
                octets.named(before(), &[&["SignatureTimeStamp"], &REFERENCES_V2[..]].concat())?;
            }
            "RefsOnlyTimeStamp" => octets.named(before(), &REFERENCES)?,
            "RefsOnlyTimeStampV2" => octets.named(before(), &REFERENCES_V2)?,
            _ => {
                for reference in &parts.references {
                    octets.reference(parts, reference, beside)?;
                }
                let parts_of_it = [Some(parts.signed_info), Some(parts.value_node), parts.key_info];
                for node in parts_of_it.into_iter().flatten() {
                    octets.element(node)?;
                }
                for property in before() {
                    octets.element(property)?;
                }
                // Before 1.4.1 (TS 101 903 v1.3.2 §7.7.1) objects that are referenced did not count again.
                let again = self.property.tag_name().namespace() == Some(ns::XADES141);
                for object in &parts.objects {
                    let referenced = || {
                        parts
                            .references
                            .iter()
                            .any(|one| matches!(one.named, Ok(Some((node, _))) if node == *object))
                    };
                    if part(*object, "QualifyingProperties").is_none() && (again || !referenced()) {
                        octets.element(*object)?;
                    }
                }
            }
        }
        Ok(octets.all)
    }
}

/// What stamps over references cover, as they come (TS 101 903 §7.5).
const REFERENCES: [&str; 4] = [
    "CompleteCertificateRefs",
    "CompleteRevocationRefs",
    "AttributeCertificateRefs",
    "AttributeRevocationRefs",
];

/// The same for the stamps of EN 319 132-1 (A.1.5).
const REFERENCES_V2: [&str; 4] = [
    "CompleteCertificateRefsV2",
    "CompleteRevocationRefs",
    "AttributeCertificateRefsV2",
    "AttributeRevocationRefs",
];

struct Octets<'w> {
    all: Vec<u8>,
    method: Method,
    work: &'w mut Work,
}

impl Octets<'_> {
    fn element(&mut self, node: Node<'_, '_>) -> Result<(), Fault> {
        self.work.spend_pass(node.document())?;
        let octets = canonicalize_subtree(node, &self.method)?;
        self.work.spend_canonical(&octets)?;
        self.all.extend(octets);
        Ok(())
    }

    fn reference<'a, 'input>(
        &mut self,
        parts: &Parts<'a, 'input>,
        reference: &Reference<'a, 'input>,
        beside: Beside<'_>,
    ) -> Result<(), Fault> {
        let output = reference.output_by(parts.node, beside, self.work, &self.method)?;
        self.all.extend(output.octets);
        Ok(())
    }

    /// Properties with one of these names as they come.
    fn named<'a, 'input: 'a>(
        &mut self,
        mut properties: impl Iterator<Item = Node<'a, 'input>>,
        names: &[&str],
    ) -> Result<(), Fault> {
        properties.try_for_each(|property| {
            if names.iter().any(|name| is(property, name)) {
                self.element(property)
            } else {
                Ok(())
            }
        })
    }
}
