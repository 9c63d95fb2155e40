//! KeyInfo: certificates, references to certificates, bare keys (XMLDSig §4.5). Nothing in it is signed; it only
//! helps to find the key that made the signature.

use kabinet_pki::{Certificate, Crl, DigestAlgorithm, PublicKey};
use roxmltree::Node;

use super::algorithm;
use super::key_value;
use super::reference::{Beside, named};
use super::transform::decode;
use super::tree::{Ids, child, elements, ns, text};
use super::x509_name::{names, serial};

const RAW_CERTIFICATE: &str = "http://www.w3.org/2000/09/xmldsig#rawX509Certificate";

/// Certificates and other children read at most; honest chains have a handful.
const MAX_CHILDREN: usize = 100;
/// References from KeyInfo to KeyInfo followed.
const MAX_HOPS: usize = 2;

/// What KeyInfo says.
#[derive(Default)]
pub(crate) struct KeyInfo {
    pub certificates: Vec<Certificate>,
    pub crls: Vec<Crl>,
    pub keys: Vec<PublicKey>,
    identifiers: Vec<Identifier>,
}

/// How X509Data names a certificate without carrying it.
enum Identifier {
    IssuerSerial(String, Vec<u8>),
    SubjectName(String),
    KeyId(Vec<u8>),
    Digest(DigestAlgorithm, Vec<u8>),
}

impl Identifier {
    fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerSerial(issuer, serial) => {
                certificate.serial() == serial && names(issuer, certificate.issuer_name())
            }
            Self::SubjectName(subject) => names(subject, certificate.subject_name()),
            Self::KeyId(id) => certificate.subject_key_id() == Some(id),
            Self::Digest(algorithm, value) => algorithm.digest(certificate.der()) == *value,
        }
    }
}

impl KeyInfo {
    /// Reads what can be read; the rest says nothing.
    pub(crate) fn read<'a, 'input>(
        node: Option<Node<'a, 'input>>,
        ids: &Ids<'a, 'input>,
        beside: Beside<'_>,
    ) -> Self {
        let mut info = Self::default();
        if let Some(node) = node {
            info.add(node, ids, beside, MAX_HOPS);
        }
        info
    }

    fn add<'a, 'input>(
        &mut self,
        node: Node<'a, 'input>,
        ids: &Ids<'a, 'input>,
        beside: Beside<'_>,
        hops: usize,
    ) {
        for child in elements(node).take(MAX_CHILDREN) {
            self.add_child(child, ids, beside, hops);
        }
    }

    fn add_child<'a, 'input>(
        &mut self,
        node: Node<'a, 'input>,
        ids: &Ids<'a, 'input>,
        beside: Beside<'_>,
        hops: usize,
    ) {
        let name = node.tag_name();
        match (name.namespace().unwrap_or_default(), name.name()) {
            (ns::DSIG, "X509Data") => {
                for child in elements(node).take(MAX_CHILDREN) {
                    self.add_x509(child);
                }
            }
            (ns::DSIG, "KeyValue") => self.keys.extend(elements(node).next().and_then(key_value::read)),
            (ns::DSIG11, "DEREncodedKeyValue") => self
                .keys
                .extend(octets(node).and_then(|der| PublicKey::from_spki_der(&der).ok())),
            (ns::DSIG, "RetrievalMethod") if hops > 0 => {
                let uri = node.attribute("URI");
                match named(node.document(), ids, uri) {
                    Ok(Some((target, _))) if target.is_element() => {
                        self.add_child(target, ids, beside, hops - 1)
                    }
                    Ok(None) if node.attribute("Type") == Some(RAW_CERTIFICATE) => {
                        let read = |der: Vec<u8>| Certificate::from_der(&der).ok();
                        self.certificates.extend(beside(uri).and_then(read));
                    }
                    _ => {}
                }
            }
            (ns::DSIG11, "KeyInfoReference") if hops > 0 => {
                if let Ok(Some((target, _))) = named(node.document(), ids, node.attribute("URI"))
                    && target.has_tag_name((ns::DSIG, "KeyInfo"))
                {
                    self.add(target, ids, beside, hops - 1);
                }
            }
            (ns::DSIG, "KeyInfo") if hops > 0 => self.add(node, ids, beside, hops - 1),
            // WS-Security wraps references to tokens.
            (_, "SecurityTokenReference") if hops > 0 => {
                let reference = elements(node).find(|child| child.tag_name().name() == "Reference");
                if let Some(Ok(Some((token, _)))) =
                    reference.map(|reference| named(node.document(), ids, reference.attribute("URI")))
                    && token.tag_name().name() == "BinarySecurityToken"
                {
                    self.add_certificate(token);
                }
                self.add(node, ids, beside, hops - 1);
            }
            _ => self.keys.extend(key_value::read(node)),
        }
    }

    fn add_x509(&mut self, node: Node<'_, '_>) {
        let name = node.tag_name();
        match (name.namespace().unwrap_or_default(), name.name()) {
            (ns::DSIG, "X509Certificate") => self.add_certificate(node),
            (ns::DSIG, "X509CRL") => self
                .crls
                .extend(octets(node).and_then(|der| Crl::from_der(&der).ok())),
            (ns::DSIG, "X509IssuerSerial") => {
                let part = |name| child(node, ns::DSIG, name).and_then(text);
                if let (Some(issuer), Some(number)) = (
                    part("X509IssuerName"),
                    part("X509SerialNumber").as_deref().and_then(serial),
                ) {
                    self.identifiers.push(Identifier::IssuerSerial(issuer, number));
                }
            }
            (ns::DSIG, "X509SubjectName") => self.identifiers.extend(text(node).map(Identifier::SubjectName)),
            (ns::DSIG, "X509SKI") => self.identifiers.extend(octets(node).map(Identifier::KeyId)),
            (ns::DSIG11, "X509Digest") => {
                let algorithm = node
                    .attribute("Algorithm")
                    .and_then(|uri| algorithm::digest(uri).ok());
                if let (Some(algorithm), Some(value)) = (algorithm, octets(node)) {
                    self.identifiers.push(Identifier::Digest(algorithm, value));
                }
            }
            _ => {}
        }
    }

    fn add_certificate(&mut self, node: Node<'_, '_>) {
        let read = octets(node).and_then(|der| Certificate::from_der(&der).ok());
        self.certificates
            .extend(read.filter(|certificate| !self.certificates.contains(certificate)));
    }

    /// Certificates that may be the signer's: those inside, and those of `known` that are named.
    pub(crate) fn candidates<'c>(
        &'c self,
        known: &'c [Certificate],
    ) -> impl Iterator<Item = &'c Certificate> {
        self.certificates.iter().chain(
            known
                .iter()
                .filter(|one| self.identifiers.iter().any(|identifier| identifier.names(one))),
        )
    }
}

fn octets(node: Node<'_, '_>) -> Option<Vec<u8>> {
    text(node).and_then(|text| decode(&text))
}
