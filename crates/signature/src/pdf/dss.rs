//! Certificates and revocation answers for signatures of a document: in its security store (ISO 32000-2 §12.8.4.3, ETSI
//! EN 319 142-1 §5.4.2), and in signatures made before there were stores (§12.8.3.3.2).

use kabinet_pki::cms::SignerInfo;
use kabinet_pki::ocsp::OcspResponse;
use kabinet_pki::tlv::{Malformed, tag};
use kabinet_pki::{Certificate, Crl, Evidence, Oid};

use super::document::Document;
use super::object::{Dictionary, Object};

/// Values read from one store; documents archived for decades have some hundred.
const MAX_VALUES: usize = 4096;

/// Everything readable in the store, wherever it is listed: for the document or, in VRI, for one signature. What is
/// unreadable proves nothing.
pub(super) fn evidence(document: &Document<'_>) -> Evidence {
    let mut evidence = Evidence::default();
    let store = document
        .catalog()
        .ok()
        .and_then(|(_, catalog)| document.dictionary(&catalog, "DSS"));
    let Some(store) = store else {
        return evidence;
    };
    collect(document, &store, ["Certs", "CRLs", "OCSPs"], &mut evidence);
    let by_signature = document.dictionary(&store, "VRI").unwrap_or_default();
    for (_, entry) in by_signature.iter().take(MAX_VALUES) {
        if let Object::Dictionary(entry) = document.resolve(entry) {
            collect(document, &entry, ["Cert", "CRL", "OCSP"], &mut evidence);
        }
    }
    evidence
}

fn collect(
    document: &Document<'_>,
    store: &Dictionary,
    [certificates, lists, answers]: [&str; 3],
    evidence: &mut Evidence,
) {
    for der in values(document, store, certificates) {
        let Ok(certificate) = Certificate::from_der(&der) else {
            continue;
        };
        if !evidence.certificates.contains(&certificate) {
            evidence.certificates.push(certificate);
        }
    }
    // A list may be large; in VRI stands a reference to the one in the store.
    let known = |all: usize| all < MAX_VALUES;
    for der in values(document, store, lists) {
        if let Ok(list) = Crl::from_der(&der)
            && known(evidence.crls.len())
            && !evidence.crls.iter().any(|known| known.der() == list.der())
        {
            evidence.crls.push(list);
        }
    }
    for der in values(document, store, answers) {
        if let Ok(answer) = OcspResponse::from_der(&der)
            && known(evidence.ocsp.len())
        {
            evidence.certificates.extend(answer.certificates.iter().cloned());
            evidence.ocsp.push(answer);
        }
    }
}

/// adbe-revocationInfoArchival (§12.8.3.3.2)
const ARCHIVAL: Oid = Oid::new_unwrap("1.2.840.113583.1.1.8");

/// What the signed attribute of older signatures carries. What was readable before a fault is kept.
pub(super) fn archival(signer: &SignerInfo<'_>) -> Evidence {
    let mut evidence = Evidence::default();
    let _ = read_archival(signer, &mut evidence);
    evidence
}

/// RevocationInfoArchival ::= SEQUENCE { crl \[0\] EXPLICIT SEQUENCE OF CRLs OPTIONAL, ocsp \[1\] EXPLICIT SEQUENCE OF
/// OCSPResponse OPTIONAL, otherRevInfo \[2\] EXPLICIT SEQUENCE OF OtherRevInfo OPTIONAL }
fn read_archival(signer: &SignerInfo<'_>, evidence: &mut Evidence) -> Result<(), Malformed> {
    let signed = signer.signed.as_ref();
    let Some(Ok(Some(value))) = signed.map(|signed| signed.single(&ARCHIVAL)) else {
        return Ok(());
    };
    let mut reader = value.require(tag::SEQUENCE)?.reader();
    if let Some(lists) = reader.optional(tag::context_constructed(0))? {
        for list in lists.reader().expect(tag::SEQUENCE)?.reader().take(MAX_VALUES) {
            evidence.crls.extend(Crl::from_der(list?.whole).ok());
        }
    }
    if let Some(answers) = reader.optional(tag::context_constructed(1))? {
        for answer in answers.reader().expect(tag::SEQUENCE)?.reader().take(MAX_VALUES) {
            let answer = OcspResponse::from_der(answer?.whole).ok();
            evidence
                .certificates
                .extend(answer.iter().flat_map(|answer| answer.certificates.clone()));
            evidence.ocsp.extend(answer);
        }
    }
    Ok(())
}

/// The decoded streams of an array.
fn values<'a>(
    document: &'a Document<'_>,
    store: &Dictionary,
    key: &str,
) -> impl Iterator<Item = Vec<u8>> + 'a {
    let items = match document.value(store, key) {
        Object::Array(items) => items.iter().take(MAX_VALUES).cloned().collect(),
        _ => Vec::new(),
    };
    items
        .into_iter()
        .filter_map(|item| match document.resolve(&item) {
            Object::Stream(stream) => document.decoded_stream(&stream).ok(),
            _ => None,
        })
}
