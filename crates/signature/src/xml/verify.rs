//! Finds the signatures of a document and yields the facts about each: references, value, signer, properties.

use std::cell::RefCell;

use kabinet_pki::{Certificate, Evidence};
use roxmltree::{Document, Node};

use super::algorithm::SignatureMethod;
use super::c14n::canonicalize_subtree;
use super::encoding::Source;
use super::fault::Fault;
use super::key_info::KeyInfo;
use super::parts::{Parts, read_references};
use super::reference::{Beside, Covered, Reference};
use super::transform::{Extent, Work};
use super::xades::{Properties, stamps};
use super::{XmlError, signer, tree};
use crate::judge::{Facts, Policy, Stamp, conclude};
use crate::report::{Form, Note, Reason, SignatureReport, SignedPart};
use tree::{Ids, ns};

const MANIFEST: &str = "http://www.w3.org/2000/09/xmldsig#Manifest";

/// Signatures of one document; more are refused.
const MAX_SIGNATURES: usize = 256;

/// Judges the signatures of a document in document order; none is an empty list. `beside` gives content outside
/// the document by the URIs of references; nothing is fetched.
///
/// # Errors
/// [`XmlError`] when the octets are not a document read here.
pub fn judge(
    octets: &[u8],
    beside: Beside<'_>,
    policy: &Policy<'_>,
) -> Result<Vec<SignatureReport>, XmlError> {
    if octets.len() > tree::MAX_OCTETS {
        return Err(XmlError::TooLarge);
    }
    let source = Source::decode(octets)?;
    let document = tree::parse(&source.text)?;
    let signatures = find(&document);
    if signatures.len() > MAX_SIGNATURES {
        return Err(XmlError::TooLarge);
    }
    let known: Vec<Certificate> = [
        &policy.evidence.certificates,
        &policy.trust.intermediates,
        &policy.trust.anchors,
    ]
    .into_iter()
    .flatten()
    .cloned()
    .collect();
    let examination = Examination {
        ids: &Ids::of(&document),
        beside,
        policy,
        known: &known,
        work: RefCell::new(Work::for_document(source.text.len())),
    };
    Ok(signatures
        .into_iter()
        .enumerate()
        .map(|(index, node)| examination.report(node, &index.to_string(), None))
        .collect())
}

/// Signatures but for counter-signatures, which stand in the reports of what they sign.
pub(super) fn find<'a, 'input>(document: &'a Document<'input>) -> Vec<Node<'a, 'input>> {
    document
        .descendants()
        .filter(|node| node.has_tag_name((ns::DSIG, "Signature")))
        .filter(|node| {
            node.parent_element()
                .is_none_or(|parent| !super::xades::is(parent, "CounterSignature"))
        })
        .take(MAX_SIGNATURES + 1)
        .collect()
}

/// What the signatures of a document sign outside it.
pub(crate) struct Outside {
    /// URIs of references to it, each once, in document order.
    pub uris: Vec<Option<String>>,
    /// Nothing else is signed but properties.
    pub only: bool,
}

/// Looks for references to content outside the document; `None` if nobody has signed.
///
/// # Errors
/// [`XmlError`] when the octets are not a document read here.
pub(crate) fn outside(octets: &[u8]) -> Result<Option<Outside>, XmlError> {
    let source = Source::decode(octets)?;
    let document = tree::parse(&source.text)?;
    let signatures = find(&document);
    if signatures.is_empty() {
        return Ok(None);
    }
    let mut outside = Outside {
        uris: Vec::new(),
        only: true,
    };
    let ids = Ids::of(&document);
    for parts in signatures
        .into_iter()
        .filter_map(|node| Parts::read(node, &ids).ok())
    {
        let properties = Properties::candidates(&parts);
        for reference in &parts.references {
            let uri = reference.uri.map(str::to_owned);
            match reference.named {
                Ok(None) if !outside.uris.contains(&uri) => outside.uris.push(uri),
                Ok(None) => {}
                Ok(Some((node, _))) if properties.contains(&node) => {}
                Ok(Some(_)) | Err(_) => outside.only = false,
            }
        }
    }
    Ok(Some(outside))
}

struct Examination<'e, 'a, 'input> {
    ids: &'e Ids<'a, 'input>,
    beside: Beside<'e>,
    policy: &'e Policy<'e>,
    known: &'e [Certificate],
    work: RefCell<Work>,
}

impl<'a, 'input> Examination<'_, 'a, 'input> {
    /// `over` is the SignatureValue that a counter-signature must sign.
    fn report(
        &self,
        node: Node<'a, 'input>,
        number: &str,
        over: Option<Node<'a, 'input>>,
    ) -> SignatureReport {
        let id = node.attribute("Id").unwrap_or(number).to_owned();
        let mut facts = Facts::new(id, Form::XmlDsig);
        let parts = match Parts::read(node, self.ids) {
            Ok(parts) => parts,
            Err(fault) => {
                facts.reasons.push(fault.reason("Signature"));
                return conclude(facts, self.policy);
            }
        };
        let checked = self.check_references(&parts, &mut facts);
        if over.is_some_and(|value| !checked.iter().any(|one| one.is_whole(value))) {
            facts
                .reasons
                .push(Fault::CountersignsOther.reason("CounterSignature"));
        }
        let candidates = Properties::candidates(&parts);
        if parts.sign_only_themselves(&candidates) {
            facts.reasons.push(Reason::Required {
                code: "signature.nothing-signed",
            });
        }
        if Properties::are_displaced(&parts, &candidates) {
            facts
                .reasons
                .push(Fault::ContentMissing.reason("SignedProperties"));
        }
        let signed: Vec<Node<'a, 'input>> = candidates
            .into_iter()
            .filter(|candidate| checked.iter().any(|one| one.is_whole(*candidate)))
            .collect();
        let properties = match &signed[..] {
            [] => None,
            [one] => Some(Properties::of(*one)),
            _ => {
                facts
                    .reasons
                    .push(Fault::Malformed("QualifyingProperties").reason("QualifyingProperties"));
                None
            }
        };
        self.check_value(&parts, properties.as_ref(), &mut facts);
        let Some(properties) = properties else {
            facts.notes.push(Note::CertificateReferenceMissing);
            return conclude(facts, self.policy);
        };
        facts.signing_time = properties.signing_time();
        facts.policy = properties.policy();
        facts.has_references = properties.has_references();
        facts.counter_signatures = properties
            .counter_signatures()
            .take(MAX_SIGNATURES)
            .enumerate()
            .map(|(index, node)| self.report(node, &format!("{number}.{index}"), Some(parts.value_node)))
            .collect();
        let found = stamps::find(&properties);
        let mut facts: Facts<'_> = facts;
        facts.stamps = found
            .iter()
            .map(|one| Stamp {
                kind: one.kind,
                token: &one.token,
                imprint: Box::new(|algorithm| {
                    let octets = one.octets(&parts, &properties, self.beside, &mut self.work.borrow_mut());
                    octets.ok().map(|octets| algorithm.digest(&octets))
                }),
                covers: one.covers.clone(),
            })
            .collect();
        conclude(facts, self.policy)
    }

    fn check_references(&self, parts: &Parts<'a, 'input>, facts: &mut Facts<'_>) -> Vec<Covered<'a, 'input>> {
        let work = &mut *self.work.borrow_mut();
        let mut all = Vec::new();
        for reference in &parts.references {
            let covered = reference.check(parts.node, self.beside, work);
            let name = covered.name.clone();
            if let Some(fault) = &covered.fault {
                facts.reasons.push(fault.clone().reason(&name));
            }
            facts.parts.push(part(reference, &covered, name));
            if reference.kind == Some(MANIFEST) && covered.fault.is_none() {
                self.manifest(reference, parts, work, facts);
            }
            let weak = reference.digest.as_ref().is_ok_and(|digest| digest.is_weak());
            if weak && !facts.reasons.contains(&Reason::WeakDigest) {
                facts.reasons.push(Reason::WeakDigest);
            }
            all.push(covered);
        }
        facts.digest_ok = all.iter().all(|one| one.fault.is_none());
        let enveloping = parts.node.parent().is_some_and(|parent| parent.is_root());
        if !enveloping && !facts.parts.iter().any(|part| part.whole) {
            facts.notes.push(Note::OnlyParts);
        }
        all
    }

    /// The references of a Manifest. XMLDSig (§2.3) leaves them to the reader. Here what is listed is what was
    /// signed: it must be at hand and be the same.
    fn manifest(
        &self,
        reference: &Reference<'a, 'input>,
        parts: &Parts<'a, 'input>,
        work: &mut Work,
        facts: &mut Facts<'_>,
    ) {
        let named = reference.named.as_ref().ok().copied().flatten();
        let manifest = named.and_then(|(node, _)| {
            if node.has_tag_name((ns::DSIG, "Manifest")) {
                Some(node)
            } else {
                tree::child(node, ns::DSIG, "Manifest")
            }
        });
        const BROKEN: Fault = Fault::Malformed("Manifest");
        let references = manifest
            .ok_or(BROKEN)
            .and_then(|node| read_references(tree::elements(node), self.ids, BROKEN));
        let references = match references {
            Ok(references) => references,
            Err(fault) => return facts.reasons.push(fault.reason("Manifest")),
        };
        for reference in &references {
            let covered = reference.check(parts.node, self.beside, work);
            let name = covered.name.clone();
            if let Some(fault) = &covered.fault {
                facts.reasons.push(fault.clone().reason(&name));
            }
            facts.parts.push(part(reference, &covered, name));
        }
    }

    fn check_value(
        &self,
        parts: &Parts<'a, 'input>,
        properties: Option<&Properties<'_, '_>>,
        facts: &mut Facts<'_>,
    ) {
        let info = KeyInfo::read(parts.key_info, self.ids, self.beside);
        facts.evidence = Evidence {
            certificates: info.certificates.clone(),
            crls: info.crls.clone(),
            ocsp: Vec::new(),
        };
        if let Some(properties) = properties {
            facts.evidence.extend(properties.evidence());
        }
        let references = match properties.and_then(Properties::signing_certificate) {
            Some(Ok(references)) => {
                facts.form = Form::Xades;
                Some(references)
            }
            Some(Err(fault)) => {
                facts.reasons.push(fault.reason("SigningCertificate"));
                None
            }
            // XAdES lets a signed KeyInfo stand for the reference (EN 319 132-1 §5.2.2, note; TS 101 903 §4.4.1).
            None => {
                if properties.is_some() {
                    facts.notes.push(Note::CertificateReferenceMissing);
                }
                None
            }
        };
        let algorithm = match &parts.signature_method {
            Ok(SignatureMethod::Key(algorithm)) => *algorithm,
            Ok(SignatureMethod::Secret) => {
                facts.reasons.push(Fault::SharedSecret.reason("SignatureMethod"));
                return;
            }
            Err(fault) => {
                facts.reasons.push(fault.clone().reason("SignatureMethod"));
                return;
            }
        };
        facts.digest_algorithm = algorithm.digest;
        if algorithm.is_weak() && !facts.reasons.contains(&Reason::WeakDigest) {
            facts.reasons.push(Reason::WeakDigest);
        }
        let signed = parts
            .canonicalization
            .clone()
            .and_then(|method| Ok(canonicalize_subtree(parts.signed_info, &method)?));
        match signed {
            Ok(signed) => {
                let known = [&facts.evidence.certificates[..], self.known].concat();
                let signer = signer::find(
                    &info,
                    references.as_ref(),
                    &known,
                    algorithm,
                    &signed,
                    &parts.value,
                );
                facts.certificate = signer.certificate;
                facts.signature_ok = signer.value_ok;
                let faults = signer.faults.into_iter();
                facts.reasons.extend(faults.map(|fault| fault.reason("KeyInfo")));
            }
            Err(fault) => facts.reasons.push(fault.reason("SignedInfo")),
        }
    }
}

fn part(reference: &Reference<'_, '_>, covered: &Covered<'_, '_>, name: String) -> SignedPart {
    SignedPart {
        name,
        whole: covered.extent != Extent::Part && covered.is_top(),
        intact: covered.fault.is_none(),
        digest: reference
            .digest
            .as_ref()
            .ok()
            .map(|digest| (*digest, reference.value.clone())),
    }
}
