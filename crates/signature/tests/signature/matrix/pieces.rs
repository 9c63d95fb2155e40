//! A SignedData taken apart, to be put together otherwise.

use kabinet_pki::cms::SignedData;
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::{Tlv, tag, write};
use kabinet_pki::{DigestAlgorithm, Oid};

pub struct Pieces {
    pub content_type: Oid,
    pub content: Option<Vec<u8>>,
    /// digestAlgorithms.
    pub algorithms: Vec<Vec<u8>>,
    pub certificates: Vec<Vec<u8>>,
    pub signers: Vec<Signer>,
}

/// SignerInfo, each field as encoded but for the value.
#[derive(Clone)]
pub struct Signer {
    pub version: Vec<u8>,
    pub id: Vec<u8>,
    pub digest: Vec<u8>,
    pub attributes: Option<Vec<Vec<u8>>>,
    pub algorithm: Vec<u8>,
    pub value: Vec<u8>,
    pub unsigned: Vec<Vec<u8>>,
}

impl Pieces {
    pub fn read(file: &[u8]) -> Self {
        let data = SignedData::parse(file).expect("a signature");
        Self {
            content_type: data.content_type,
            content: data.content_octets(),
            algorithms: data.digest_algorithms.iter().map(|one| one.to_vec()).collect(),
            certificates: data.raw_certificates.iter().map(|one| one.to_vec()).collect(),
            signers: data
                .signers
                .iter()
                .map(|signer| Signer::read(signer.whole))
                .collect(),
        }
    }

    pub fn file(&self) -> Vec<u8> {
        let content = self
            .content
            .iter()
            .map(|content| write::context_constructed(0, &write::octet_string(content)));
        let encapsulated: Vec<Vec<u8>> = [write::oid(&self.content_type)]
            .into_iter()
            .chain(content)
            .collect();
        let mut parts = vec![
            write::integer(&[1]),
            write::set_of(self.algorithms.clone()),
            write::sequence(&encapsulated),
        ];
        if !self.certificates.is_empty() {
            parts.push(write::context_constructed(0, &self.certificates.concat()));
        }
        let signers: Vec<Vec<u8>> = self.signers.iter().map(Signer::encode).collect();
        parts.push(write::value(tag::SET, &signers.concat()));
        write::sequence(&[
            write::oid(&id::SIGNED_DATA),
            write::context_constructed(0, &write::sequence(&parts)),
        ])
    }
}

impl Signer {
    fn read(whole: &[u8]) -> Self {
        let mut reader = Tlv::from_ber(whole).expect("SignerInfo").reader();
        let mut fields = reader.by_ref().map(|field| field.expect("a field")).peekable();
        let mut next = || fields.next().expect("a field").whole.to_vec();
        let (version, id, digest) = (next(), next(), next());
        let each = |set: Tlv<'_>| {
            set.reader()
                .map(|one| one.expect("an attribute").whole.to_vec())
                .collect()
        };
        let attributes = fields
            .next_if(|field| field.tag == tag::context_constructed(0))
            .map(each);
        let algorithm = fields.next().expect("an algorithm").whole.to_vec();
        let value = fields
            .next()
            .expect("a value")
            .octet_string()
            .expect("a value")
            .to_vec();
        let unsigned = fields.next().map(each).unwrap_or_default();
        Self {
            version,
            id,
            digest,
            attributes,
            algorithm,
            value,
            unsigned,
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut fields = vec![self.version.clone(), self.id.clone(), self.digest.clone()];
        let set = |number, attributes: &[Vec<u8>]| write::context_constructed(number, &attributes.concat());
        fields.extend(self.attributes.as_deref().map(|attributes| set(0, attributes)));
        fields.extend([self.algorithm.clone(), write::octet_string(&self.value)]);
        if !self.unsigned.is_empty() {
            fields.push(set(1, &self.unsigned));
        }
        write::sequence(&fields)
    }
}

fn is(attribute: &[u8], oid: &Oid) -> bool {
    Tlv::from_ber(attribute)
        .expect("an attribute")
        .value
        .starts_with(&write::oid(oid))
}

/// Position of the message digest.
pub fn message_digest(attributes: &[Vec<u8>]) -> usize {
    let found = attributes.iter().position(|one| is(one, &id::MESSAGE_DIGEST));
    found.expect("there is one")
}

pub fn without(mut attributes: Vec<Vec<u8>>, oid: &Oid) -> Vec<Vec<u8>> {
    attributes.retain(|one| !is(one, oid));
    attributes
}

pub fn reversed(mut attributes: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    attributes.reverse();
    attributes
}

/// An attribute nobody knows.
pub fn junk() -> Vec<u8> {
    attribute(&Oid::new_unwrap("1.2.643.9999.3"), &[&write::null()])
}

pub fn attribute(oid: &Oid, values: &[&[u8]]) -> Vec<u8> {
    write::sequence(&[write::oid(oid), write::value(tag::SET, &values.concat())])
}

/// AlgorithmIdentifier of the other digest of the same standard.
pub fn other_digest(identifier: &[u8]) -> Vec<u8> {
    use DigestAlgorithm as D;
    let known = D::from_identifier(Tlv::from_der(identifier).expect("DER")).expect("an algorithm");
    match known.expect("known") {
        D::Streebog256 => D::Streebog512,
        D::Streebog512 => D::Streebog256,
        D::Sha256 => D::Sha512,
        _ => D::Sha256,
    }
    .identifier()
}
