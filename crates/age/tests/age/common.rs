//! Keys, and whole files in memory.

use std::io::{Read, Write};
use std::slice;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use kabinet_age::{AgeError, Identity, Key, Recipient, Recipients, decrypt, encrypt};
use zeroize::Zeroizing;

/// As `age-keygen` writes it.
pub fn identity(text: &str) -> Identity {
    let checked = CheckedHrpstring::new::<Bech32>(text).unwrap();
    assert_eq!(checked.hrp(), Hrp::parse("age-secret-key-").unwrap());
    let octets: Vec<u8> = checked.byte_iter().collect();
    Identity::from_bytes(&octets.try_into().unwrap())
}

/// The other way round.
pub fn identity_text(identity: &Identity) -> String {
    let hrp = Hrp::parse("age-secret-key-").unwrap();
    bech32::encode_upper::<Bech32>(hrp, identity.to_bytes().as_slice()).unwrap()
}

pub fn passphrase(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

pub fn encrypted(content: &[u8], recipients: &[Recipient]) -> Vec<u8> {
    let mut writer = encrypt(&Recipients::Addresses(recipients), Vec::new()).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

/// What came out, and how it ended. `None`: the file opened.
pub fn decrypted(file: &[u8], key: &Key<'_>) -> (Vec<u8>, Option<AgeError>) {
    let mut content = Vec::new();
    let ended = decrypt(file, key).and_then(|mut reader| Ok(reader.read_to_end(&mut content)?));
    (content, ended.err())
}

pub fn decrypted_by(file: &[u8], identity: &Identity) -> (Vec<u8>, Option<AgeError>) {
    decrypted(file, &Key::Identities(slice::from_ref(identity)))
}
