//! Examines every signature of a document by itself: references, value, key. Whom the key belongs to and when is
//! for the common judge.

use kabinet_pki::{Certificate, Crl, DigestAlgorithm, PublicKey, SignatureAlgorithm};
use roxmltree::{Document, Node};

use super::XmlError;
use super::algorithm::{self, SignatureMethod};
use super::c14n::canonicalize_subtree;
use super::encoding::Source;
use super::fault::Fault;
use super::key_info::KeyInfo;
use super::parts::{Parts, read_references};
use super::reference::{Beside, Covered};
use super::transform::{Extent, Work};
use super::tree::{self, ns, path};

const MANIFEST: &str = "http://www.w3.org/2000/09/xmldsig#Manifest";

/// Signatures of one document examined; more are refused.
const MAX_SIGNATURES: usize = 256;

/// What was found out about one signature.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Id of the Signature element.
    pub id: Option<String>,
    /// Path of the Signature element.
    pub path: String,
    /// The signer's certificate: the one whose key made the signature, or else the one the signature names.
    pub certificate: Option<Certificate>,
    /// All certificates inside.
    pub certificates: Vec<Certificate>,
    /// Revocation lists inside KeyInfo.
    pub crls: Vec<Crl>,
    /// Digests of the references and of SignedInfo.
    pub digests: Vec<DigestAlgorithm>,
    /// What is signed, reference by reference.
    pub covered: Vec<Covered>,
    /// References of signed manifests. XMLDSig leaves them to the reader: they do not count for the signature.
    pub manifests: Vec<Covered>,
    /// The value was made by the certificate's key, or by the bare key where there is no certificate.
    pub signature_ok: bool,
    /// What speaks against the signature, apart from the certificate's own standing.
    pub faults: Vec<Fault>,
}

impl Examined {
    /// Everything that was signed is unchanged.
    #[must_use]
    pub fn digest_ok(&self) -> bool {
        !self.covered.is_empty() && self.covered.iter().all(|one| one.fault.is_none())
    }

    /// Whether the whole document element is signed, signatures inside it aside.
    #[must_use]
    pub fn covers_document_element(&self) -> bool {
        self.covered.iter().any(|one| {
            let top = one
                .path
                .as_deref()
                .is_some_and(|path| path == "/" || path.matches('/').count() == 1);
            top && one.fault.is_none() && one.extent != Extent::Part
        })
    }
}

/// Examines the signatures of a document in document order; none is an empty list. `known` are certificates at hand
/// for signatures that only name theirs.
pub fn examine(octets: &[u8], beside: Beside<'_>, known: &[Certificate]) -> Result<Vec<Examined>, XmlError> {
    if octets.len() > tree::MAX_OCTETS {
        return Err(XmlError::TooLarge);
    }
    let source = Source::decode(octets)?;
    let document = tree::parse(&source.text)?;
    let signatures = find(&document);
    if signatures.len() > MAX_SIGNATURES {
        return Err(XmlError::TooLarge);
    }
    Ok(signatures
        .into_iter()
        .map(|node| examine_one(node, beside, known))
        .collect())
}

fn find<'a, 'input>(document: &'a Document<'input>) -> Vec<Node<'a, 'input>> {
    document
        .descendants()
        .filter(|node| node.has_tag_name((ns::DSIG, "Signature")))
        .take(MAX_SIGNATURES + 1)
        .collect()
}

fn examine_one(node: Node<'_, '_>, beside: Beside<'_>, known: &[Certificate]) -> Examined {
    let mut examined = Examined {
        id: node.attribute("Id").map(str::to_owned),
        path: path(node),
        certificate: None,
        certificates: Vec::new(),
        crls: Vec::new(),
        digests: Vec::new(),
        covered: Vec::new(),
        manifests: Vec::new(),
        signature_ok: false,
        faults: Vec::new(),
    };
    match Parts::read(node) {
        Ok(parts) => check(&parts, beside, known, &mut examined),
        Err(fault) => examined.faults.push(fault),
    }
    examined
}

fn check(parts: &Parts<'_, '_>, beside: Beside<'_>, known: &[Certificate], examined: &mut Examined) {
    let mut work = Work::for_document(parts.node.document().input_text().len());
    for reference in &parts.references {
        let covered = reference.check(parts.node, beside, &mut work);
        examined.faults.extend(covered.fault.clone());
        if reference.kind == Some(MANIFEST) && covered.fault.is_none() {
            examined
                .manifests
                .extend(manifest(reference, parts, beside, &mut work));
        }
        examined.digests.extend(reference.digest.as_ref().ok());
        examined.covered.push(covered);
    }

    let info = KeyInfo::read(parts.key_info, beside);
    examined.crls.clone_from(&info.crls);
    examined.certificates.clone_from(&info.certificates);
    let algorithm = match &parts.signature_method {
        Ok(SignatureMethod::Key(algorithm)) => *algorithm,
        Ok(SignatureMethod::Secret(_)) => return examined.faults.push(Fault::SharedSecret),
        Err(fault) => return examined.faults.push(fault.clone()),
    };
    examined.digests.extend(algorithm.digest);
    if examined.digests.iter().any(|digest| digest.is_weak()) {
        examined.faults.push(Fault::WeakDigest);
    }
    let signed = parts
        .canonicalization
        .clone()
        .and_then(|method| Ok(canonicalize_subtree(parts.signed_info, &method)?));
    let signed = match signed {
        Ok(signed) => signed,
        Err(fault) => return examined.faults.push(fault),
    };
    let signer = find_signer(&info, known, algorithm, &signed, &parts.value);
    examined.certificate = signer.certificate;
    match signer.outcome {
        Ok(()) => examined.signature_ok = true,
        Err(fault) => examined.faults.push(fault),
    }
    if examined.certificate.is_none() {
        examined.faults.push(Fault::CertificateMissing);
    }
}

/// Who signed, and whether.
struct Signer {
    certificate: Option<Certificate>,
    outcome: Result<(), Fault>,
}

/// The certificate whose key made the value. A bare key counts only where there is no certificate at all: beside
/// one, it would let any key pass under another's name.
fn find_signer(
    info: &KeyInfo,
    known: &[Certificate],
    algorithm: SignatureAlgorithm,
    signed: &[u8],
    value: &[u8],
) -> Signer {
    let verify = |key: &PublicKey| algorithm::verify(key, algorithm, signed, value);
    let mut first: Option<(&Certificate, Fault)> = None;
    for candidate in info.candidates(known) {
        match verify(candidate.public_key()) {
            Ok(()) => {
                return Signer {
                    certificate: Some(candidate.clone()),
                    outcome: Ok(()),
                };
            }
            Err(fault) => {
                first.get_or_insert((candidate, fault));
            }
        }
    }
    if let Some((candidate, fault)) = first {
        return Signer {
            certificate: Some(candidate.clone()),
            outcome: Err(fault),
        };
    }
    let mut outcome = Err(Fault::CertificateMissing);
    for key in &info.keys {
        outcome = verify(key);
        if outcome.is_ok() {
            break;
        }
    }
    Signer {
        certificate: None,
        outcome,
    }
}

/// Checks the references of a Manifest a reference names.
fn manifest<'a, 'input>(
    reference: &super::reference::Reference<'a, 'input>,
    parts: &Parts<'a, 'input>,
    beside: Beside<'_>,
    work: &mut Work,
) -> Vec<Covered> {
    let Ok(Some((node, _))) = reference.named(parts.node.document()) else {
        return Vec::new();
    };
    let node = if node.has_tag_name((ns::DSIG, "Object")) {
        tree::child(node, ns::DSIG, "Manifest")
    } else {
        Some(node).filter(|node| node.has_tag_name((ns::DSIG, "Manifest")))
    };
    let references = node
        .map(|node| read_references(tree::elements(node), Fault::Malformed("Manifest")))
        .and_then(Result::ok)
        .unwrap_or_default();
    references
        .iter()
        .map(|reference| reference.check(parts.node, beside, work))
        .collect()
}
