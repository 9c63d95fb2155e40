//! What a PKCS#12 file holds, behind a MAC that is always right: without this no change would get past the MAC.
#![no_main]

use hmac::{Hmac, KeyInit, Mac};
use kabinet_fuzz::{PASSPHRASE, is_cheap, passphrase};
use kabinet_pki::Oid;
use kabinet_pki::tlv::write::{context_constructed, integer, null, octet_string, oid, sequence};
use kabinet_token::{KeyFile, KeyFileError};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

const DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.1");
const SHA256: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.1");
const SALT: &[u8] = b"salt";

/// RFC 7292 appendix B.2 with ID 3 and one iteration: SHA-256 of three blocks, each filled by repetition.
fn mac(content: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let fill = |part: &[u8]| -> Vec<u8> {
        let length = part.len().div_ceil(BLOCK) * BLOCK;
        part.iter().copied().cycle().take(length).collect()
    };
    let mut password: Vec<u8> = PASSPHRASE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    password.extend([0, 0]);
    let key = Sha256::new()
        .chain_update([3; BLOCK])
        .chain_update(fill(SALT))
        .chain_update(fill(&password))
        .finalize();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes every key");
    mac.update(content);
    mac.finalize().into_bytes().to_vec()
}

/// PFX of RFC 7292 §4 around an AuthenticatedSafe.
fn file(content: &[u8]) -> Vec<u8> {
    let safe = sequence(&[oid(&DATA), context_constructed(0, &octet_string(content))]);
    let algorithm = sequence(&[oid(&SHA256), null()]);
    let digest = sequence(&[algorithm, octet_string(&mac(content))]);
    sequence(&[integer(&[3]), safe, sequence(&[digest, octet_string(SALT)])])
}

fuzz_target!(|input: &[u8]| {
    if !is_cheap(input) {
        return;
    }
    let file = KeyFile::read(&file(input)).expect("a PKCS#12 file around anything");
    let outcome = file.open(Some(&passphrase()));
    assert!(!matches!(outcome, Err(KeyFileError::PassphraseIncorrect)));
});
