//! The unsigned and signed properties of CAdES beyond BES: policy, stamps, references, values.

use kabinet_pki::cms::{Attribute, AttributeFault, SignedData, SignerInfo};
use kabinet_pki::ocsp::OcspResponse;
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::{Malformed, Tlv, tag, write};
use kabinet_pki::tsp::TstInfo;
use kabinet_pki::{Certificate, Crl, DigestAlgorithm, Evidence, Oid};

use super::archive;
use super::signer::Examination;
use crate::judge::{Facts, Stamp};
use crate::report::{Reason, StampKind};

/// Adds to the facts what the attributes of `signer` say.
pub(super) fn take<'a>(facts: &mut Facts<'a>, examination: &Examination<'a, '_>, signer: &'a SignerInfo<'a>) {
    match policy(signer) {
        Ok(policy) => facts.policy = policy,
        Err(_) => facts.reasons.push(Reason::Attribute {
            name: id::SIGNATURE_POLICY.to_string(),
        }),
    }
    facts.evidence = evidence(examination.data, signer);
    let has = |oid: &Oid| signer.unsigned.iter().any(|attribute| attribute.oid == *oid);
    facts.has_references = has(&id::CERTIFICATE_REFERENCES) && has(&id::REVOCATION_REFERENCES);
    facts.stamps = content_stamps(examination, signer);
    facts.stamps.extend(signature_stamps(signer));
    facts.stamps.extend(reference_stamps(signer));
    archive::take_stamps(&mut facts.stamps, examination, signer);
}

/// SignaturePolicy ::= CHOICE { signaturePolicyId SEQUENCE { sigPolicyId OBJECT IDENTIFIER, … }, NULL } (RFC 5126
/// §5.8.1); an implied policy is none.
fn policy(signer: &SignerInfo<'_>) -> Result<Option<String>, AttributeFault> {
    let Some(attributes) = &signer.signed else {
        return Ok(None);
    };
    match attributes.single(&id::SIGNATURE_POLICY)? {
        Some(value) if value.tag == tag::SEQUENCE => Ok(Some(value.reader().any()?.oid()?.to_string())),
        _ => Ok(None),
    }
}

/// Every value of the unsigned attributes of this kind.
fn values<'a>(signer: &'a SignerInfo<'a>, oid: Oid) -> impl Iterator<Item = &'a [u8]> {
    signer
        .unsigned
        .iter()
        .filter(move |attribute| attribute.oid == oid)
        .flat_map(|attribute| attribute.values.iter().copied())
}

/// Digests of the content that stamps need beside the signer's own: content-time-stamp and archive-time-stamp-v3.
pub(super) fn imprint_algorithms(signer: &SignerInfo<'_>) -> Vec<DigestAlgorithm> {
    let signed = signer.signed.iter().flat_map(|signed| signed.iter());
    signed
        .chain(signer.unsigned.iter())
        .filter(|attribute| [id::CONTENT_TIME_STAMP, id::ARCHIVE_TIME_STAMP_V3].contains(&attribute.oid))
        .flat_map(|attribute| attribute.values.iter())
        .filter_map(|token| {
            let data = SignedData::parse(token).ok()?;
            TstInfo::from_der(&data.content_octets()?)
                .ok()?
                .imprint
                .algorithm
                .ok()
        })
        .collect()
}

fn content_stamps<'a>(examination: &Examination<'a, '_>, signer: &'a SignerInfo<'a>) -> Vec<Stamp<'a>> {
    let content = examination.content;
    let signed = signer.signed.iter().flat_map(|signed| signed.iter());
    signed
        .filter(|attribute| attribute.oid == id::CONTENT_TIME_STAMP)
        .flat_map(|attribute| attribute.values.iter().copied())
        .map(|token| Stamp {
            kind: StampKind::Content,
            token,
            imprint: Box::new(move |algorithm| content.digest(algorithm).map(<[u8]>::to_vec)),
            covers: Vec::new(),
        })
        .collect()
}

/// signature-time-stamp (EN 319 122-1 §5.3): over the octets of the signature value.
pub(super) fn signature_stamps<'a>(signer: &SignerInfo<'a>) -> Vec<Stamp<'a>> {
    signer
        .unsigned
        .iter()
        .filter(|attribute| attribute.oid == id::SIGNATURE_TIME_STAMP)
        .flat_map(|attribute| attribute.values.iter().copied())
        .map(|token| Stamp::over(StampKind::Signature, token, signer.signature.clone()))
        .collect()
}

/// CAdES-C-time-stamp and time-stamped-certs-crls-references (RFC 5126 §6.3.5, §6.3.6).
fn reference_stamps<'a>(signer: &'a SignerInfo<'a>) -> Vec<Stamp<'a>> {
    let mut stamps = Vec::new();
    for (oid, with_signature) in [(id::ESC_TIME_STAMP, true), (id::CERTS_CRLS_TIME_STAMP, false)] {
        for token in values(signer, oid) {
            let listed = reference_octets(signer, with_signature);
            let standing = standing_octets(signer, with_signature);
            let octets = if is_over(token, &standing) {
                standing
            } else {
                listed
            };
            stamps.push(Stamp::over(StampKind::References, token, octets));
        }
    }
    stamps
}

/// What a stamp over the references covers.
const STAMPED: [Oid; 3] = [
    id::SIGNATURE_TIME_STAMP,
    id::CERTIFICATE_REFERENCES,
    id::REVOCATION_REFERENCES,
];

/// The octets of a stamp over the references: the signature value, then attrType and attrValues of each attribute,
/// without the SEQUENCE around them, in the order of RFC 5126 §6.3.5.
pub(super) fn reference_octets(signer: &SignerInfo<'_>, with_signature: bool) -> Vec<u8> {
    let attributes = STAMPED
        .iter()
        .flat_map(|oid| signer.unsigned.iter().filter(move |one| one.oid == *oid));
    concatenated(signer, with_signature, attributes)
}

/// The same in the order of the file: the standards list the attributes and do not say that the order is theirs.
fn standing_octets(signer: &SignerInfo<'_>, with_signature: bool) -> Vec<u8> {
    let attributes = signer.unsigned.iter().filter(|one| STAMPED.contains(&one.oid));
    concatenated(signer, with_signature, attributes)
}

fn concatenated<'a>(
    signer: &SignerInfo<'_>,
    with_signature: bool,
    attributes: impl Iterator<Item = &'a Attribute<'a>>,
) -> Vec<u8> {
    let mut octets = if with_signature {
        signer.signature.clone()
    } else {
        Vec::new()
    };
    attributes
        .filter(|one| with_signature || one.oid != id::SIGNATURE_TIME_STAMP)
        .filter_map(|one| Tlv::from_ber(one.whole).ok())
        .for_each(|one| octets.extend_from_slice(one.value));
    octets
}

fn is_over(token: &[u8], octets: &[u8]) -> bool {
    let info = || TstInfo::from_der(&SignedData::parse(token).ok()?.content_octets()?).ok();
    info().is_some_and(|info| info.imprint.is_of(octets))
}

/// CertificateValues ::= SEQUENCE OF Certificate (RFC 5126 §6.3.3)
pub(super) fn certificate_values(signer: &SignerInfo<'_>) -> Vec<Certificate> {
    signer
        .unsigned
        .iter()
        .filter(|attribute| attribute.oid == id::CERTIFICATE_VALUES)
        .flat_map(|attribute| attribute.values.iter())
        .filter_map(|value| Tlv::from_ber(value).ok())
        .flat_map(|list| list.reader())
        .filter_map(|one| Certificate::from_der(one.ok()?.whole).ok())
        .collect()
}

/// Everything the SignedData and the attributes of this signer carry as proof. What is unreadable proves nothing.
pub(super) fn evidence(data: &SignedData<'_>, signer: &SignerInfo<'_>) -> Evidence {
    let mut evidence = Evidence {
        certificates: data.certificates.clone(),
        crls: data.crls.clone(),
        ocsp: data
            .raw_crls
            .iter()
            .filter_map(|choice| other_revocation(choice))
            .collect(),
    };
    evidence.certificates.extend(certificate_values(signer));
    let lists = signer
        .unsigned
        .iter()
        .filter(|attribute| attribute.oid == id::REVOCATION_VALUES)
        .flat_map(|attribute| attribute.values.iter());
    for value in lists {
        // What was readable before the fault is kept.
        let _ = revocation_values(value, &mut evidence);
    }
    // The authorities of the stamps are judged by what the stamps carry, and by what the signature does.
    for response in evidence.ocsp.clone() {
        evidence.certificates.extend(response.certificates);
    }
    evidence
}

/// OtherRevocationInfoFormat `[1]` ::= SEQUENCE { OBJECT IDENTIFIER, ANY } with an OCSPResponse (RFC 5940 §2).
fn other_revocation(choice: &[u8]) -> Option<OcspResponse> {
    let choice = Tlv::from_ber(choice).ok()?;
    let mut reader = choice.require(tag::context_constructed(1)).ok()?.reader();
    if reader.any().ok()?.oid().ok()? != id::OTHER_REVOCATION_OCSP {
        return None;
    }
    OcspResponse::from_der(reader.any().ok()?.whole).ok()
}

/// RevocationValues ::= SEQUENCE { crlVals \[0\] SEQUENCE OF CertificateList, ocspVals \[1\] SEQUENCE OF
/// BasicOCSPResponse, otherRevVals \[2\] } (RFC 5126 §6.3.4)
fn revocation_values(value: &[u8], evidence: &mut Evidence) -> Result<(), Malformed> {
    let mut reader = Tlv::from_ber(value)?.require(tag::SEQUENCE)?.reader();
    if let Some(explicit) = reader.optional(tag::context_constructed(0))? {
        let lists = explicit.reader().expect(tag::SEQUENCE)?.reader();
        evidence
            .crls
            .extend(lists.filter_map(|one| Crl::from_der(one.ok()?.whole).ok()));
    }
    if let Some(explicit) = reader.optional(tag::context_constructed(1))? {
        let responses = explicit.reader().expect(tag::SEQUENCE)?.reader();
        evidence
            .ocsp
            .extend(responses.filter_map(|one| OcspResponse::from_der(&successful(one.ok()?.whole)).ok()));
    }
    Ok(())
}

/// OCSPResponse around a BasicOCSPResponse (RFC 6960 §4.2.1).
fn successful(basic: &[u8]) -> Vec<u8> {
    let bytes = write::sequence(&[
        write::oid(&kabinet_pki::oid::extension::OCSP_BASIC),
        write::octet_string(basic),
    ]);
    write::sequence(&[write::enumerated(0), write::context_constructed(0, &bytes)])
}
