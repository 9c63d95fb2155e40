//! CAdES-BES SignedData (RFC 5652, RFC 5035) for results and time stamps.

use der::asn1::ObjectIdentifier;
use time::OffsetDateTime;

use super::oids;
use super::signatory::{AuthorityError, Signatory};
use crate::asn1::{self, Der};

/// A detached signature of `content`; `chain` travels along after the signer's certificate.
pub(crate) fn sign_detached(
    signatory: &Signatory,
    chain: &[&[u8]],
    content: &[u8],
    now: OffsetDateTime,
) -> Result<Der, AuthorityError> {
    signed_data(signatory, chain, oids::DATA, content, false, now)
}

/// SignedData with the content inside, as time stamps carry it (RFC 3161, 2.4.2).
pub(crate) fn sign_attached(
    signatory: &Signatory,
    chain: &[&[u8]],
    content_type: ObjectIdentifier,
    content: &[u8],
    now: OffsetDateTime,
) -> Result<Der, AuthorityError> {
    signed_data(signatory, chain, content_type, content, true, now)
}

fn signed_data(
    signatory: &Signatory,
    chain: &[&[u8]],
    content_type: ObjectIdentifier,
    content: &[u8],
    attached: bool,
    now: OffsetDateTime,
) -> Result<Der, AuthorityError> {
    // Version 3 as soon as the content is not id-data (RFC 5652, 5.1).
    let version = if content_type == oids::DATA { 1 } else { 3 };
    let mut encapsulated = vec![asn1::oid(content_type)];
    if attached {
        encapsulated.push(asn1::context(0, &asn1::octets(content)));
    }
    let mut certificates = signatory.certificate().to_vec();
    chain.iter().for_each(|c| certificates.extend_from_slice(c));
    let body = asn1::sequence(&[
        asn1::integer(version),
        asn1::set_of(vec![digest_algorithm(signatory)]),
        asn1::sequence(&encapsulated),
        asn1::context(0, &certificates),
        asn1::set_of(vec![signer_info(signatory, content_type, content, now)?]),
    ]);
    Ok(asn1::sequence(&[
        asn1::oid(oids::SIGNED_DATA),
        asn1::context(0, &body),
    ]))
}

fn digest_algorithm(signatory: &Signatory) -> Der {
    asn1::sequence(&[asn1::oid(signatory.digest_oid())])
}

fn signer_info(
    signatory: &Signatory,
    content_type: ObjectIdentifier,
    content: &[u8],
    now: OffsetDateTime,
) -> Result<Der, AuthorityError> {
    let attribute = |oid, value| asn1::sequence(&[asn1::oid(oid), asn1::set_of(vec![value])]);
    let attributes = asn1::set_of(vec![
        attribute(oids::CONTENT_TYPE, asn1::oid(content_type)),
        attribute(oids::MESSAGE_DIGEST, asn1::octets(&signatory.digest(content))),
        attribute(oids::SIGNING_TIME, asn1::time(now)),
        attribute(oids::SIGNING_CERTIFICATE_V2, signing_certificate(signatory)),
    ]);
    let signature = signatory.sign(&attributes)?;
    // The signature is over the SET OF; in the structure the same octets stand under [0] IMPLICIT.
    let mut implicit = attributes;
    implicit[0] = 0xA0;
    Ok(asn1::sequence(&[
        asn1::integer(1),
        asn1::sequence(&[signatory.issuer().to_vec(), asn1::unsigned(signatory.serial())]),
        digest_algorithm(signatory),
        implicit,
        asn1::sequence(&[asn1::oid(signatory.key_oid())]),
        asn1::octets(&signature),
    ]))
}

/// SigningCertificateV2 with one ESSCertIDv2 (RFC 5035, 3).
fn signing_certificate(signatory: &Signatory) -> Der {
    let issuer = asn1::sequence(&[asn1::context(4, signatory.issuer())]);
    let id = asn1::sequence(&[
        digest_algorithm(signatory),
        asn1::octets(&signatory.digest(signatory.certificate())),
        asn1::sequence(&[issuer, asn1::unsigned(signatory.serial())]),
    ]);
    asn1::sequence(&[asn1::sequence(&[id])])
}
