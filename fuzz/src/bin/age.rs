//! age files: any input as a file, and as the content of one that is then damaged.
#![no_main]

use std::io::{Read, Write};

use kabinet_age::{AgeError, Identity, Key, Recipients, decrypt, encrypt};
use libfuzzer_sys::fuzz_target;
use zeroize::Zeroizing;

/// Opens those of the seeds that are not for its passphrase.
const IDENTITY: &[u8; 32] = include_bytes!("../../data/age.key");
const PASSPHRASE: &str = "password";

fuzz_target!(|input: &[u8]| {
    let identities = [Identity::from_bytes(IDENTITY)];
    let _ = content_of(input, &Key::Identities(&identities));
    if is_cheap(input) {
        let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
        let _ = content_of(input, &Key::Passphrase((&passphrase).into()));
    }
    if let Some((how, content)) = input.split_first_chunk() {
        damage(how, content, &identities);
    }
});

fn content_of(file: &[u8], key: &Key<'_>) -> (Vec<u8>, Option<AgeError>) {
    let mut content = Vec::new();
    let ended = decrypt(file, key).and_then(|mut reader| Ok(reader.read_to_end(&mut content)?));
    (content, ended.err())
}

/// Work factors above 2^10 and up to the limit are lawful and only slow.
fn is_cheap(input: &[u8]) -> bool {
    let costly = |line: &[u8]| {
        let factor = line.rsplit(|octet| *octet == b' ').next().unwrap_or_default();
        line.starts_with(b"-> scrypt ") && matches!(factor, [b'1', b'1'..=b'9'] | b"20")
    };
    !input.split(|octet| *octet == b'\n').any(costly)
}

/// A file that was changed is found out, and gives no more than it had before the change.
fn damage(&[how, a, b, c]: &[u8; 4], content: &[u8], identities: &[Identity]) {
    // Up to 64 times, so that there are several chunks.
    let content = content.repeat(usize::from(how >> 2) + 1);
    let recipients = [identities[0].recipient()];
    let mut writer = encrypt(&Recipients::Addresses(&recipients), Vec::new()).expect("a header");
    writer.write_all(&content).expect("memory takes everything");
    let mut file = writer.finish().expect("memory takes everything");

    let at = usize::try_from(u32::from_be_bytes([0, a, b, c])).expect("24 bits") % file.len();
    match how & 3 {
        0 => file[at] ^= how | 1,
        1 => file[at] ^= 0x80,
        2 => file.truncate(at),
        _ => file.insert(at, a),
    }
    let (given, error) = content_of(&file, &Key::Identities(identities));
    assert!(error.is_some(), "damage at {at} was not seen");
    assert!(content.starts_with(&given), "something else came out");
}
