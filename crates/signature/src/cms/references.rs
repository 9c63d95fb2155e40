//! References to certificates and revocation answers, and their values (RFC 5126 §6.2, §6.3).

use kabinet_pki::ocsp::OcspResponse;
use kabinet_pki::tlv::write;
use kabinet_pki::{Certificate, Crl, DigestAlgorithm, Evidence, instant};

/// CompleteCertificateRefs ::= SEQUENCE OF OtherCertID { otherCertHash, issuerSerial } (§6.2.1): the authorities.
pub(super) fn certificates(digest: DigestAlgorithm, chain: &[Certificate]) -> Vec<u8> {
    let references: Vec<_> = chain
        .iter()
        .skip(1)
        .map(|certificate| {
            let name = write::context_constructed(4, certificate.issuer_name().der());
            let issuer_serial =
                write::sequence(&[write::sequence(&[name]), write::integer(certificate.serial())]);
            write::sequence(&[other_hash(digest, certificate.der()), issuer_serial])
        })
        .collect();
    write::sequence(&references)
}

/// CompleteRevocationRefs ::= SEQUENCE OF CrlOcspRef { crlids \[0\], ocspids \[1\] } (§6.2.2): one for every
/// certificate of the chain, in its order.
pub(super) fn revocation(digest: DigestAlgorithm, chain: &[Certificate], evidence: &Evidence) -> Vec<u8> {
    let references: Vec<_> = chain
        .iter()
        .enumerate()
        .map(|(position, certificate)| {
            let issuer = chain.get(position + 1);
            let lists: Vec<_> = crls_about(certificate, issuer, evidence)
                .map(|crl| crl_reference(digest, crl))
                .collect();
            let answers: Vec<_> = ocsp_about(certificate, issuer, evidence)
                .map(|response| ocsp_reference(digest, response))
                .collect();
            let mut parts = Vec::new();
            for (number, list) in [(0, lists), (1, answers)] {
                if !list.is_empty() {
                    let list = write::sequence(&[write::sequence(&list)]);
                    parts.push(write::context_constructed(number, &list));
                }
            }
            write::sequence(&parts)
        })
        .collect();
    write::sequence(&references)
}

/// CertificateValues ::= SEQUENCE OF Certificate (§6.3.3): the chain, then whatever else the stamps need.
pub(super) fn certificate_values(chain: &[Certificate], evidence: &Evidence) -> Vec<u8> {
    let mut values = Vec::new();
    for certificate in chain.iter().chain(&evidence.certificates) {
        push_new(&mut values, certificate.der());
    }
    write::sequence(&values)
}

/// RevocationValues ::= SEQUENCE { crlVals \[0\], ocspVals \[1\] } (§6.3.4): all there are, those about the
/// authorities of the stamps included.
pub(super) fn revocation_values(evidence: &Evidence) -> Vec<u8> {
    let (mut lists, mut answers) = (Vec::new(), Vec::new());
    evidence
        .crls
        .iter()
        .for_each(|crl| push_new(&mut lists, crl.der()));
    for response in &evidence.ocsp {
        push_new(&mut answers, response.basic_der());
    }
    let mut parts = Vec::new();
    for (number, list) in [(0, lists), (1, answers)] {
        if !list.is_empty() {
            parts.push(write::context_constructed(number, &write::sequence(&list)));
        }
    }
    write::sequence(&parts)
}

fn crls_about<'a>(
    certificate: &'a Certificate,
    issuer: Option<&'a Certificate>,
    evidence: &'a Evidence,
) -> impl Iterator<Item = &'a Crl> {
    evidence
        .crls
        .iter()
        .filter(move |crl| issuer.is_some() && crl.issuer_name() == certificate.issuer_name())
}

fn ocsp_about<'a>(
    certificate: &'a Certificate,
    issuer: Option<&'a Certificate>,
    evidence: &'a Evidence,
) -> impl Iterator<Item = &'a OcspResponse> {
    evidence
        .ocsp
        .iter()
        .filter(move |response| issuer.is_some_and(|issuer| response.about(certificate, issuer).is_some()))
}

/// CrlValidatedID ::= SEQUENCE { crlHash OtherHash, crlIdentifier SEQUENCE { issuer, time, number OPTIONAL } }
fn crl_reference(digest: DigestAlgorithm, crl: &Crl) -> Vec<u8> {
    let mut identifier = vec![
        crl.issuer_name().der().to_vec(),
        instant::write(crl.this_update()),
    ];
    identifier.extend(crl.number().map(write::integer));
    write::sequence(&[other_hash(digest, crl.der()), write::sequence(&identifier)])
}

/// OcspResponsesID ::= SEQUENCE { ocspIdentifier SEQUENCE { responder, producedAt }, ocspRepHash OtherHash }
fn ocsp_reference(digest: DigestAlgorithm, response: &OcspResponse) -> Vec<u8> {
    let identifier = write::sequence(&[
        response.responder.to_der(),
        instant::write_generalized(response.produced_at),
    ]);
    write::sequence(&[identifier, other_hash(digest, response.basic_der())])
}

/// OtherHash ::= CHOICE { sha1Hash OCTET STRING, otherHash SEQUENCE { algorithm, value } }
fn other_hash(digest: DigestAlgorithm, octets: &[u8]) -> Vec<u8> {
    write::sequence(&[digest.identifier(), write::octet_string(&digest.digest(octets))])
}

fn push_new<'a>(list: &mut Vec<&'a [u8]>, item: &'a [u8]) {
    if !list.contains(&item) {
        list.push(item);
    }
}
