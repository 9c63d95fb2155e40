//! Raises XAdES-B-B to B-T and B-LT (ETSI EN 319 132-1 §5.3, §5.4): unsigned properties inserted as text.

use base64ct::{Base64, Encoding as _};
use kabinet_pki::Evidence;
use kabinet_pki::cms::SignedData;
use kabinet_pki::tsp::TstInfo;
use roxmltree::Node;

use super::build::BuildError;
use super::c14n::{Method, Variant, canonicalize_subtree};
use super::encoding::Source;
use super::insert::Insertion;
use super::parts::Parts;
use super::tree::{self, Ids, elements, ns};
use super::verify::find;
use super::xades::{Properties, is};
use crate::cms::prepare::SignError;

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// The octets a time stamp over this signature must be over: its canonical SignatureValue. Signatures are numbered
/// as [`super::judge`] reports them.
///
/// # Errors
/// [`BuildError`]
pub fn stamped_octets(document: &[u8], signature: usize) -> Result<Vec<u8>, BuildError> {
    with(document, signature, |parts, _| canonical_value(parts))
}

fn canonical_value(parts: &Parts<'_, '_>) -> Result<Vec<u8>, BuildError> {
    let method = Method {
        variant: Variant::Exclusive,
        comments: false,
        prefixes: Vec::new(),
    };
    canonicalize_subtree(parts.value_node, &method).map_err(|_| BuildError::NotCanonical)
}

/// Adds a SignatureTimeStamp with `token`, a ContentInfo over [`stamped_octets`]. Who stamped it is judged later.
///
/// # Errors
/// [`SignError::StampOfOtherSignature`], [`BuildError`]
pub fn add_time_stamp(document: &[u8], signature: usize, token: &[u8]) -> Result<Vec<u8>, BuildError> {
    with(document, signature, |parts, source| {
        let octets = canonical_value(parts)?;
        let stamps_this = SignedData::parse(token)
            .ok()
            .and_then(|token| TstInfo::from_der(&token.content_octets()?).ok())
            .is_some_and(|stamp| stamp.imprint.is_of(&octets));
        if !stamps_this {
            return Err(SignError::StampOfOtherSignature.into());
        }
        let property = format!(
            "<xades:SignatureTimeStamp xmlns:xades=\"{}\" xmlns:ds=\"{}\">\
             <ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"/>\
             <xades:EncapsulatedTimeStamp>{}</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp>",
            ns::XADES,
            ns::DSIG,
            Base64::encode_string(token)
        );
        add(parts, source, document, &property)
    })
}

/// Adds CertificateValues and RevocationValues: all that is needed to judge the signature later.
///
/// # Errors
/// [`BuildError`]
pub fn add_values(document: &[u8], signature: usize, evidence: &Evidence) -> Result<Vec<u8>, BuildError> {
    let list = |name: &str, values: Vec<&[u8]>| -> String {
        values
            .into_iter()
            .map(|value| format!("<xades:{name}>{}</xades:{name}>", Base64::encode_string(value)))
            .collect()
    };
    let group = |name: &str, inside: String| match inside.as_str() {
        "" => inside,
        _ => format!("<xades:{name}>{inside}</xades:{name}>"),
    };
    let certificates = list(
        "EncapsulatedX509Certificate",
        evidence.certificates.iter().map(|one| one.der()).collect(),
    );
    let crls = list(
        "EncapsulatedCRLValue",
        evidence.crls.iter().map(|one| one.der()).collect(),
    );
    let ocsp = list(
        "EncapsulatedOCSPValue",
        evidence.ocsp.iter().map(|one| one.der.as_slice()).collect(),
    );
    let revocation = group("CRLValues", crls) + &group("OCSPValues", ocsp);
    let mut properties = String::new();
    for (name, inside) in [
        ("CertificateValues", certificates),
        ("RevocationValues", revocation),
    ] {
        if !inside.is_empty() {
            properties += &format!(
                "<xades:{name} xmlns:xades=\"{}\">{inside}</xades:{name}>",
                ns::XADES
            );
        }
    }
    with(document, signature, |parts, source| {
        if properties.is_empty() {
            return Ok(document.to_vec());
        }
        add(parts, source, document, &properties)
    })
}

fn with<R>(
    document: &[u8],
    signature: usize,
    then: impl FnOnce(&Parts<'_, '_>, &Source) -> Result<R, BuildError>,
) -> Result<R, BuildError> {
    let source = Source::decode(document)?;
    let tree = tree::parse(&source.text)?;
    let node = find(&tree)
        .into_iter()
        .nth(signature)
        .ok_or(SignError::NoSuchSigner)?;
    then(&Parts::read(node, &Ids::of(&tree))?, &source)
}

/// Puts unsigned properties behind those there are.
fn add(
    parts: &Parts<'_, '_>,
    source: &Source,
    document: &[u8],
    property: &str,
) -> Result<Vec<u8>, BuildError> {
    let signed = Properties::candidates(parts)
        .into_iter()
        .next()
        .ok_or(SignError::ExistingUnreadable)?;
    let part = |node: Node<'_, '_>, name: &str| elements(node).any(|child| is(child, name));
    let qualifying = signed.parent_element().ok_or(SignError::ExistingUnreadable)?;
    let unsigned = elements(qualifying).find(|child| is(*child, "UnsignedProperties"));
    let existing = unsigned
        .filter(|unsigned| part(*unsigned, "UnsignedSignatureProperties"))
        .and_then(|unsigned| elements(unsigned).find(|child| is(*child, "UnsignedSignatureProperties")));
    let wrap = |name: &str, inside: &str| {
        format!(
            "<xades:{name} xmlns:xades=\"{}\">{inside}</xades:{name}>",
            ns::XADES
        )
    };
    let (insertion, text) = match (existing, unsigned) {
        (Some(existing), _) => (Insertion::at_end_of(existing), property.to_owned()),
        // UnsignedSignatureProperties come first; UnsignedDataObjectProperties after them.
        (None, Some(_)) => return Err(SignError::ExistingUnreadable.into()),
        (None, None) => (
            Insertion::after(signed),
            wrap(
                "UnsignedProperties",
                &wrap("UnsignedSignatureProperties", property),
            ),
        ),
    };
    insertion
        .apply(source, document, &text)
        .ok_or(BuildError::Document(super::XmlError::Encoding))
}
