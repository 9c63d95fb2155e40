//! archive-time-stamp-v3 (ETSI EN 319 122-1 §5.5): what it is over, and what its hash index covers.

use kabinet_pki::DigestAlgorithm;
use kabinet_pki::cms::{SignedData, SignerInfo};
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::{Malformed, Tlv, tag, write};

use super::signer::Examination;
use crate::judge::Stamp;
use crate::report::StampKind;

/// Adds the archive stamps of `signer` to its stamps, each with those it covers.
pub(super) fn take_stamps<'a>(
    stamps: &mut Vec<Stamp<'a>>,
    examination: &Examination<'a, '_>,
    signer: &'a SignerInfo<'a>,
) {
    let tokens: Vec<&[u8]> = signer
        .unsigned
        .iter()
        .filter(|attribute| attribute.oid == id::ARCHIVE_TIME_STAMP_V3)
        .flat_map(|attribute| attribute.values.iter().copied())
        .collect();
    let first = stamps.len();
    let content = examination.content;
    for token in tokens {
        let index = HashIndex::find(token).filter(|index| index.is_of(examination.data, signer));
        let covers = index
            .as_ref()
            .map_or_else(Vec::new, |index| index.covered(signer, stamps));
        let data = examination.data;
        stamps.push(Stamp {
            kind: StampKind::Archive,
            token,
            imprint: Box::new(move |algorithm| {
                let octets =
                    stamped_octets(data, signer, content.digest(algorithm)?, &index.as_ref()?.whole)?;
                Some(algorithm.digest(&octets))
            }),
            covers,
        });
    }
    // An archive stamp covers earlier archive stamps as well; they were not in the list when its index was read.
    for later in first..stamps.len() {
        let Some(index) = HashIndex::find(stamps[later].token) else {
            continue;
        };
        let covers = index.covered(signer, stamps);
        stamps[later].covers = covers.into_iter().filter(|&one| one != later).collect();
    }
}

/// §5.5.3: eContentType, the digest of the content, the fields of SignerInfo up to the signature, the hash index.
pub(super) fn stamped_octets(
    data: &SignedData<'_>,
    signer: &SignerInfo<'_>,
    content_digest: &[u8],
    index: &[u8],
) -> Option<Vec<u8>> {
    let mut octets = write::oid(&data.content_type);
    octets.extend_from_slice(content_digest);
    const UNSIGNED: u8 = tag::context_constructed(1);
    for field in Tlv::from_ber(signer.whole).ok()?.reader() {
        let field = field.ok()?;
        if field.tag != UNSIGNED {
            octets.extend_from_slice(field.whole);
        }
    }
    octets.extend_from_slice(index);
    Some(octets)
}

/// ATSHashIndexV3 ::= SEQUENCE { hashIndAlgorithm, certificatesHashIndex SEQUENCE OF OCTET STRING, crlsHashIndex,
/// unsignedAttrValuesHashIndex } (§5.5.2)
pub(super) struct HashIndex {
    algorithm: DigestAlgorithm,
    certificates: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
    attributes: Vec<Vec<u8>>,
    /// Version 3 digests values with their type, the older form whole attributes.
    by_value: bool,
    whole: Vec<u8>,
}

impl HashIndex {
    /// The index among the unsigned attributes of a token's signer.
    fn find(token: &[u8]) -> Option<Self> {
        let data = SignedData::parse(token).ok()?;
        let [signer] = &data.signers[..] else { return None };
        for (oid, by_value) in [(id::HASH_INDEX_V3, true), (id::HASH_INDEX, false)] {
            if let Ok(Some(value)) = signer.unsigned.single(&oid) {
                return Self::read(value, by_value).ok();
            }
        }
        None
    }

    /// The index of everything there is now.
    pub(super) fn encode(
        algorithm: DigestAlgorithm,
        data: &SignedData<'_>,
        signer: &SignerInfo<'_>,
    ) -> Vec<u8> {
        let list = |items: Vec<Vec<u8>>| {
            let digests: Vec<_> = items
                .iter()
                .map(|item| write::octet_string(&algorithm.digest(item)))
                .collect();
            write::sequence(&digests)
        };
        let owned = |items: &[&[u8]]| items.iter().map(|item| item.to_vec()).collect();
        write::sequence(&[
            algorithm.identifier(),
            list(owned(&data.raw_certificates)),
            list(owned(&data.raw_crls)),
            list(attribute_octets(signer, true).collect()),
        ])
    }

    fn read(value: Tlv<'_>, by_value: bool) -> Result<Self, Malformed> {
        let mut reader = value.require(tag::SEQUENCE)?.reader();
        let mut next = reader.any()?;
        let mut algorithm = DigestAlgorithm::Sha256;
        // The older form may leave SHA-256 out: then the first element is already a list of OCTET STRINGs.
        if next.reader().peek() == Some(tag::OID) {
            algorithm =
                DigestAlgorithm::from_identifier(next)?.map_err(|_| Malformed::Value("ATSHashIndex"))?;
            next = reader.any()?;
        }
        let list = |list: Tlv<'_>| {
            list.require(tag::SEQUENCE)?
                .reader()
                .map(|one| Ok(one?.octet_string()?.to_vec()))
                .collect::<Result<Vec<_>, Malformed>>()
        };
        let certificates = list(next)?;
        let crls = list(reader.any()?)?;
        let attributes = list(reader.any()?)?;
        reader.finish()?;
        Ok(Self {
            algorithm,
            certificates,
            crls,
            attributes,
            by_value,
            whole: value.whole.to_vec(),
        })
    }

    /// Whether everything indexed is there: something that was taken away later is a change.
    fn is_of(&self, data: &SignedData<'_>, signer: &SignerInfo<'_>) -> bool {
        let present = |items: &[&[u8]]| {
            items
                .iter()
                .map(|one| self.algorithm.digest(one))
                .collect::<Vec<_>>()
        };
        let all_in = |wanted: &[Vec<u8>], present: &[Vec<u8>]| wanted.iter().all(|one| present.contains(one));
        let attributes: Vec<_> = attribute_octets(signer, self.by_value)
            .map(|octets| self.algorithm.digest(&octets))
            .collect();
        all_in(&self.certificates, &present(&data.raw_certificates))
            && all_in(&self.crls, &present(&data.raw_crls))
            && all_in(&self.attributes, &attributes)
    }

    /// Positions of the stamps whose attribute is indexed. A stamp among the signed attributes always is covered.
    fn covered(&self, signer: &SignerInfo<'_>, stamps: &[Stamp<'_>]) -> Vec<usize> {
        let mut covered: Vec<usize> = (0..stamps.len())
            .filter(|&index| stamps[index].kind == StampKind::Content)
            .collect();
        for attribute in signer.unsigned.iter() {
            for value in &attribute.values {
                let octets = if self.by_value {
                    [&write::oid(&attribute.oid)[..], value].concat()
                } else {
                    attribute.whole.to_vec()
                };
                if self.attributes.contains(&self.algorithm.digest(&octets)) {
                    covered
                        .extend((0..stamps.len()).filter(|&index| std::ptr::eq(stamps[index].token, *value)));
                }
            }
        }
        covered
    }
}

/// What each entry of unsignedAttrValuesHashIndex is the digest of.
fn attribute_octets(signer: &SignerInfo<'_>, by_value: bool) -> impl Iterator<Item = Vec<u8>> {
    signer.unsigned.iter().flat_map(move |attribute| {
        if by_value {
            let each = |value: &&[u8]| [&write::oid(&attribute.oid)[..], value].concat();
            attribute.values.iter().map(each).collect()
        } else {
            vec![attribute.whole.to_vec()]
        }
    })
}
