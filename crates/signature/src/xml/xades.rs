//! The qualifying properties of XAdES (ETSI EN 319 132-1, and ETSI TS 101 903 back to 1.1.1).

pub(super) mod stamps;

use kabinet_pki::ocsp::OcspResponse;
use kabinet_pki::{Certificate, Crl, DigestAlgorithm, Evidence};
use roxmltree::Node;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::algorithm;
use super::fault::Fault;
use super::parts::Parts;
use super::reference::Reference;
use super::transform::decode;
use super::tree::{child, elements, ns, text};

/// Certificates, lists and answers read at most.
const MAX_VALUES: usize = 1000;

/// Whether an element is of XAdES, of any version, and has this name.
pub(super) fn is(node: Node<'_, '_>, name: &str) -> bool {
    let namespaces = [
        ns::XADES,
        ns::XADES141,
        "http://uri.etsi.org/01903/v1.2.2#",
        "http://uri.etsi.org/01903/v1.1.1#",
    ];
    node.tag_name().name() == name
        && node
            .tag_name()
            .namespace()
            .is_some_and(|namespace| namespaces.contains(&namespace))
}

fn part<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    elements(node).find(|child| is(*child, name))
}

/// QualifyingProperties of a signature whose SignedProperties are signed.
pub(crate) struct Properties<'a, 'input> {
    signed: Node<'a, 'input>,
    unsigned: Option<Node<'a, 'input>>,
}

impl<'a, 'input> Properties<'a, 'input> {
    /// The SignedProperties elements inside the signature's own objects (EN 319 132-1 §4.3.1), signed or not.
    pub(crate) fn candidates(parts: &Parts<'a, 'input>) -> Vec<Node<'a, 'input>> {
        parts
            .objects
            .iter()
            .flat_map(|object| elements(*object))
            .filter(|child| is(*child, "QualifyingProperties"))
            .filter_map(|qualifying| part(qualifying, "SignedProperties"))
            .collect()
    }

    /// Whether a reference signs SignedProperties that stand elsewhere than in QualifyingProperties of this signature
    /// (§4.3.1): they qualify nothing, and what qualifies it is not signed.
    pub(crate) fn are_displaced(parts: &Parts<'a, 'input>, candidates: &[Node<'a, 'input>]) -> bool {
        let named = |reference: &Reference<'a, 'input>| reference.named.as_ref().ok().copied().flatten();
        parts
            .references
            .iter()
            .filter_map(named)
            .any(|(node, _)| is(node, "SignedProperties") && !candidates.contains(&node))
    }

    /// The properties around a SignedProperties element that is known to be signed.
    pub(crate) fn of(signed: Node<'a, 'input>) -> Self {
        let unsigned = signed
            .parent_element()
            .and_then(|qualifying| part(qualifying, "UnsignedProperties"))
            .and_then(|unsigned| part(unsigned, "UnsignedSignatureProperties"));
        Self { signed, unsigned }
    }

    fn signature_property(&self, names: &[&str]) -> Option<Node<'a, 'input>> {
        let properties = part(self.signed, "SignedSignatureProperties")?;
        names.iter().find_map(|name| part(properties, name))
    }

    /// SigningTime (§5.2.1); without a zone it is read as UTC.
    pub(crate) fn signing_time(&self) -> Option<OffsetDateTime> {
        let written = text(self.signature_property(&["SigningTime"])?)?;
        let written = written.trim();
        OffsetDateTime::parse(written, &Rfc3339)
            .or_else(|_| OffsetDateTime::parse(&format!("{written}Z"), &Rfc3339))
            .ok()
    }

    /// SignaturePolicyIdentifier (§5.2.9); an implied policy is none.
    pub(crate) fn policy(&self) -> Option<String> {
        let identifier = self.signature_property(&["SignaturePolicyIdentifier"])?;
        let policy = part(part(identifier, "SignaturePolicyId")?, "SigPolicyId")?;
        text(part(policy, "Identifier")?).map(|text| text.trim().to_owned())
    }

    /// SigningCertificateV2 or SigningCertificate (§5.2.2); `None` if there is neither.
    pub(crate) fn signing_certificate(&self) -> Option<Result<CertificateReferences, Fault>> {
        let property = self.signature_property(&["SigningCertificateV2", "SigningCertificate"])?;
        Some(CertificateReferences::read(property))
    }

    /// Unsigned properties in document order.
    pub(crate) fn unsigned(&self) -> impl Iterator<Item = Node<'a, 'input>> + use<'a, 'input> {
        self.unsigned.into_iter().flat_map(elements)
    }

    /// Signatures over this one (§5.2.7.2, CounterSignature).
    pub(crate) fn counter_signatures(&self) -> impl Iterator<Item = Node<'a, 'input>> + use<'a, 'input> {
        self.unsigned()
            .filter(|property| is(*property, "CounterSignature"))
            .filter_map(|property| child(property, ns::DSIG, "Signature"))
    }

    /// Whether there are references to all certificates and revocation answers (level C).
    pub(crate) fn has_references(&self) -> bool {
        let has = |names: [&str; 2]| self.unsigned().any(|one| names.iter().any(|name| is(one, name)));
        has(["CompleteCertificateRefs", "CompleteCertificateRefsV2"])
            && has(["CompleteRevocationRefs", "CompleteRevocationRefsV2"])
    }

    /// CertificateValues, RevocationValues and TimeStampValidationData (§5.4, §5.5.1).
    pub(crate) fn evidence(&self) -> Evidence {
        let mut evidence = Evidence::default();
        let properties = self.unsigned().filter(|property| {
            [
                "CertificateValues",
                "RevocationValues",
                "AttrAuthoritiesCertValues",
                "AttributeRevocationValues",
                "TimeStampValidationData",
                "AnyValidationData",
            ]
            .iter()
            .any(|name| is(*property, name))
        });
        let values = properties.flat_map(|property| property.descendants());
        for value in values.filter(Node::is_element).take(MAX_VALUES) {
            let octets = || text(value).and_then(|text| decode(&text));
            match value.tag_name().name() {
                "EncapsulatedX509Certificate" => evidence
                    .certificates
                    .extend(octets().and_then(|der| Certificate::from_der(&der).ok())),
                "EncapsulatedCRLValue" => {
                    evidence
                        .crls
                        .extend(octets().and_then(|der| Crl::from_der(&der).ok()));
                }
                "EncapsulatedOCSPValue" => {
                    evidence
                        .ocsp
                        .extend(octets().and_then(|der| OcspResponse::from_der(&der).ok()));
                }
                _ => {}
            }
        }
        evidence
    }
}

/// CertDigest elements of SigningCertificate(V2): the signer's certificate is among those named.
pub(crate) struct CertificateReferences {
    known: Vec<(DigestAlgorithm, Vec<u8>)>,
    unknown: Option<String>,
}

impl CertificateReferences {
    fn read(property: Node<'_, '_>) -> Result<Self, Fault> {
        const BROKEN: Fault = Fault::Malformed("SigningCertificate");
        let mut references = Self {
            known: Vec::new(),
            unknown: None,
        };
        for cert in elements(property).filter(|child| is(*child, "Cert")) {
            let digest = part(cert, "CertDigest").ok_or(BROKEN)?;
            let uri = child(digest, ns::DSIG, "DigestMethod")
                .and_then(|method| method.attribute("Algorithm"))
                .ok_or(BROKEN)?;
            let value = child(digest, ns::DSIG, "DigestValue")
                .and_then(text)
                .and_then(|text| decode(&text))
                .ok_or(BROKEN)?;
            match algorithm::digest(uri) {
                Ok(algorithm) => references.known.push((algorithm, value)),
                Err(_) => references.unknown = Some(uri.to_owned()),
            }
        }
        if references.known.is_empty() && references.unknown.is_none() {
            return Err(BROKEN);
        }
        Ok(references)
    }

    /// Whether `certificate` is one of those named.
    pub(crate) fn names(&self, certificate: &Certificate) -> bool {
        self.known
            .iter()
            .any(|(algorithm, value)| algorithm.digest(certificate.der()) == *value)
    }

    /// What is to be said of a certificate that is not named.
    pub(crate) fn fault(&self) -> Fault {
        match &self.unknown {
            Some(uri) => Fault::Unsupported(uri.clone()),
            None => Fault::CertificateSubstituted,
        }
    }
}
