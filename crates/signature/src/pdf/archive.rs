//! Raises signed documents to level LT: a document security store in an update (ETSI EN 319 142-1 §5.4.2, ISO 32000-2
//! §12.8.4.3).

use kabinet_pki::{DigestAlgorithm, Evidence};
use time::OffsetDateTime;

use super::document::Document;
use super::error::PdfError;
use super::object::{Dictionary, Object};
use super::sign::{PdfSignError, date};
use super::signatures;
use super::update::Update;

/// Adds certificates and revocation answers for the signatures of `file`: to the lists of the store and, under the
/// name of each signature, to VRI with the time `at`. What the store has already stays as it is and where it is.
pub fn add_evidence(file: &[u8], evidence: &Evidence, at: OffsetDateTime) -> Result<Vec<u8>, PdfSignError> {
    let document = Document::open(file)?;
    if document.is_encrypted() {
        return Err(PdfError::Encrypted.into());
    }
    let (catalog_id, mut catalog) = document.catalog()?;
    let mut store = document.dictionary(&catalog, "DSS").unwrap_or_default();
    let mut update = Update::new(&document);
    let mut entry = Dictionary::default().with("TU", Object::text(date(at).into_bytes()));
    for (in_store, in_entry, values) in [
        ("Certs", "Cert", ders(&evidence.certificates, |one| one.der())),
        ("CRLs", "CRL", ders(&evidence.crls, |one| one.der())),
        ("OCSPs", "OCSP", ders(&evidence.ocsp, |one| &one.der)),
    ] {
        if values.is_empty() {
            continue;
        }
        let mut list = match document.value(&store, in_store) {
            Object::Array(items) => items.to_vec(),
            _ => Vec::new(),
        };
        let known: Vec<(Vec<u8>, Object)> = list
            .iter()
            .filter_map(|item| {
                let stream = document.resolve(item);
                Some((document.decoded_stream(stream.as_stream()?).ok()?, item.clone()))
            })
            .collect();
        let mut named = Vec::new();
        for der in values {
            let found = known.iter().find(|(octets, _)| octets == der);
            named.push(match found {
                Some((_, item)) => item.clone(),
                None => {
                    let item = update.add_stream(Dictionary::default(), der);
                    list.push(item.clone());
                    item
                }
            });
        }
        store.set(in_store, Object::array(list));
        entry.set(in_entry, Object::array(named));
    }
    let mut by_signature = document.dictionary(&store, "VRI").unwrap_or_default();
    for signature in signatures::find(&document)? {
        if let Some(key) = signature.vri_key {
            let entry = update.add(&entry.clone().into());
            by_signature.set(&key, entry);
        }
    }
    store.set("Type", Object::name("DSS"));
    store.set("VRI", update.add(&by_signature.into()));
    match catalog.raw("DSS").and_then(Object::as_reference) {
        Some(id) => update.put(id, &store.into()),
        None => {
            let store = update.add(&store.into());
            catalog.set("DSS", store);
            update.put(catalog_id, &catalog.into());
        }
    }
    Ok(update.finish().0)
}

fn ders<T>(values: &[T], der: impl Fn(&T) -> &[u8]) -> Vec<&[u8]> {
    let mut ders: Vec<&[u8]> = Vec::new();
    for value in values {
        let der = der(value);
        if !ders.contains(&der) {
            ders.push(der);
        }
    }
    ders
}

/// SHA-1 in upper-case hexadecimal; it names, it does not protect.
pub(super) fn vri_key(contents: &[u8]) -> String {
    let digest = DigestAlgorithm::Sha1.digest(contents);
    digest.iter().map(|octet| format!("{octet:02X}")).collect()
}
