//! Readers meet damaged input: they may refuse it, they may not panic or hang.

use kabinet_pki::cms::SignedData;
use kabinet_pki::ocsp::OcspResponse;
use kabinet_pki::tlv::{Malformed, Tlv};
use kabinet_pki::{Certificate, Crl};

use crate::authority::Authority;

/// Every truncation and a spread of replaced octets.
fn damaged(input: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let truncated = (0..input.len()).map(|length| input[..length].to_vec());
    let replaced = (0..input.len()).flat_map(move |index| {
        [0x00, 0x80, 0x84, 0xff, 0x30, 0x24].map(|octet| {
            let mut changed = input.to_vec();
            changed[index] = octet;
            changed
        })
    });
    truncated.chain(replaced)
}

#[test]
fn damaged_input_is_refused_without_panic() {
    let authority = Authority::new("gost256-cryptopro-a");
    let leaf = authority.leaf("leaf", "gost256-cryptopro-a");
    authority.revoke("leaf.crt", "superseded");
    let crl = authority.crl();
    authority.write("f", b"content");
    authority.openssl(&[
        "cms",
        "-sign",
        "-binary",
        "-nodetach",
        "-stream",
        "-in",
        "f",
        "-signer",
        "leaf.crt",
        "-inkey",
        "leaf.key",
        "-md",
        "md_gost12_256",
        "-cades",
        "-outform",
        "DER",
        "-out",
        "f.p7m",
    ]);
    let message = authority.read("f.p7m");
    assert!(SignedData::parse(&message).is_ok());
    let mut refused = 0;
    for input in damaged(leaf.der()) {
        refused += usize::from(Certificate::from_der(&input).is_err());
    }
    for input in damaged(crl.der()) {
        refused += usize::from(Crl::from_der(&input).and_then(|crl| crl.find(&leaf)).is_err());
    }
    for input in damaged(&message) {
        refused += usize::from(SignedData::parse(&input).is_err());
        refused += usize::from(OcspResponse::from_der(&input).is_err());
    }
    assert!(refused > leaf.der().len());
}

#[test]
fn nesting_has_a_limit() {
    let deep: Vec<u8> = [0x30, 0x80].repeat(100_000);
    assert_eq!(Tlv::from_ber(&deep).map(|_| ()), Err(Malformed::TooDeep));
    let mut octets = vec![0x04, 0x00];
    for _ in 0..1000 {
        octets = kabinet_pki::tlv::write::value(0x24, &octets);
    }
    assert!(Tlv::from_ber(&octets).and_then(Tlv::octet_string_chunks).is_err());
}
