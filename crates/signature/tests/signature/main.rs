//! Signatures made here and judged by `openssl` with the GOST engine, and the other way round.

mod attacks;
#[path = "../../../pki/tests/pki/authority.rs"]
mod authority;
mod container_forms;
mod containers;
mod foreign;
mod levels;
mod matrix;
mod matrix_pdf;
mod matrix_xml;
mod own;
mod pdf_attacks;
mod pdf_changes;
mod pdf_foreign;
mod pdf_own;
mod pdf_peers;
mod stamped;
mod xml_attacks;
mod xml_foreign;
mod xml_interop;
mod xml_own;

use std::io::Read;

use kabinet_pki::{Certificate, Evidence, Trust};
use kabinet_signature::{
    Content, ContentDigest, Mechanism, Policy, Prepare, Properties, ReadError, Report, ToBeSigned, verify,
};
use time::OffsetDateTime;

use authority::Authority;

/// Content that exercises line ends and octets that are not text.
const CONTENT: &[u8] = b"line\r\nline\n\x00\xff\x1a end";

fn judge(
    signature: &[u8],
    content: Option<&[u8]>,
    trust: &Trust,
    evidence: &Evidence,
) -> Result<Report, ReadError> {
    let mut reader = content;
    let content = reader.as_mut().map(|reader| reader as &mut dyn Read);
    verify(
        signature,
        content,
        &Policy {
            trust,
            evidence,
            at: OffsetDateTime::now_utc(),
        },
    )
}

fn codes(report: &Report) -> Vec<&'static str> {
    report
        .signatures
        .iter()
        .flat_map(|signer| &signer.reasons)
        .map(kabinet_signature::Reason::code)
        .collect()
}

fn prepare(certificate: &Certificate, chain: &[Certificate], attached: bool) -> ToBeSigned {
    let content = if attached {
        Content::Attached(CONTENT.to_vec())
    } else {
        let mut digest = ContentDigest::for_certificate(certificate).expect("a key we sign with");
        CONTENT.chunks(5).for_each(|chunk| digest.update(chunk));
        Content::Detached(digest.finish())
    };
    Prepare {
        certificate: certificate.clone(),
        chain: chain.to_vec(),
        signing_time: Some(OffsetDateTime::now_utc()),
        content,
        properties: Properties::default(),
    }
    .to_be_signed()
    .expect("a key we sign with")
}

/// Signs as a token would: `<name>.key` over what `C_Sign` gets, ECDSA as r ‖ s.
fn raw(authority: &Authority, name: &str, to_be_signed: &ToBeSigned) -> Vec<u8> {
    let raw = authority.sign_raw(name, &to_be_signed.digest());
    if to_be_signed.mechanism() != Mechanism::Ecdsa {
        return raw;
    }
    let mut halves = kabinet_pki::tlv::Tlv::from_der(&raw)
        .expect("Ecdsa-Sig-Value")
        .reader();
    let mut half = || {
        let octets = halves
            .any()
            .and_then(|half| half.integer_octets())
            .expect("INTEGER");
        [vec![0; 32 - octets.len()], octets.to_vec()].concat()
    };
    [half(), half()].concat()
}

fn sign(authority: &Authority, name: &str, attached: bool) -> Vec<u8> {
    let to_be_signed = prepare(&authority.certificate(&format!("{name}.crt")), &[], attached);
    to_be_signed
        .complete(&raw(authority, name, &to_be_signed))
        .expect("the key fits the certificate")
}
