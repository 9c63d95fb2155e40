//! The published vectors (tests/data/README.md): what each expects, and not an octet more comes out of the damaged ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kabinet_age::{AgeError, Damage, Identity, Key};
use sha2::{Digest, Sha256};

use crate::common::{decrypted, identity, passphrase};

struct Vector {
    name: String,
    expect: String,
    /// SHA-256 of all that may come out, in hexadecimal.
    payload: Option<String>,
    identities: Vec<Identity>,
    passphrases: Vec<String>,
    file: Vec<u8>,
}

impl Vector {
    fn read(path: &Path) -> Self {
        let octets = fs::read(path).unwrap();
        let end = octets.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let mut vector = Self {
            name: path.file_name().unwrap().to_str().unwrap().to_owned(),
            expect: String::new(),
            payload: None,
            identities: Vec::new(),
            passphrases: Vec::new(),
            file: octets[end + 2..].to_vec(),
        };
        for line in std::str::from_utf8(&octets[..end]).unwrap().lines() {
            let (key, value) = line.split_once(": ").unwrap();
            match key {
                "expect" => value.clone_into(&mut vector.expect),
                "payload" => vector.payload = Some(value.to_owned()),
                "identity" => vector.identities.push(identity(value)),
                "passphrase" => vector.passphrases.push(value.to_owned()),
                "compressed" => {
                    assert_eq!(value, "zlib");
                    vector.file = miniz_oxide::inflate::decompress_to_vec_zlib(&vector.file).unwrap();
                }
                "file key" | "comment" => {}
                _ => panic!("{}: unknown key {key}", vector.name),
            }
        }
        vector
    }

    fn check(&self) {
        if self.passphrases.is_empty() || !self.identities.is_empty() {
            self.check_with(&Key::Identities(&self.identities));
        }
        for text in &self.passphrases {
            self.check_with(&Key::Passphrase((&passphrase(text)).into()));
        }
    }

    fn check_with(&self, key: &Key<'_>) {
        let name = &self.name;
        let (content, error) = decrypted(&self.file, key);
        let is_expected = match (&*self.expect, error) {
            ("success", None)
            | ("no match", Some(AgeError::NoMatch | AgeError::WrongPassphrase))
            | ("HMAC failure", Some(AgeError::Damaged(Damage::HeaderMac)))
            | ("payload failure", Some(AgeError::Damaged(Damage::Payload | Damage::Truncated))) => true,
            ("header failure", Some(error)) => error == header_failure(name),
            _ => false,
        };
        assert!(is_expected, "{name}: {error:?} instead of {}", self.expect);
        let nothing = hex::encode(Sha256::digest(b""));
        let payload = self.payload.as_ref().unwrap_or(&nothing);
        assert_eq!(
            &hex::encode(Sha256::digest(&content)),
            payload,
            "{name}: what came out"
        );
    }
}

/// Most are damaged headers; we tell some kinds apart.
fn header_failure(name: &str) -> AgeError {
    match name {
        "empty" => AgeError::NotAge,
        "version_unsupported" => AgeError::NewerVersion,
        "scrypt_work_factor_23" | "scrypt_work_factor_overflow" => AgeError::CostTooHigh,
        "stream_no_nonce" | "stream_short_nonce" => AgeError::Damaged(Damage::Truncated),
        _ => AgeError::Damaged(Damage::Header),
    }
}

#[test]
fn every_published_vector_is_read_as_it_asks() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/cctv");
    let mut kinds = BTreeSet::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let vector = Vector::read(&entry.unwrap().path());
        vector.check();
        kinds.insert(vector.expect);
        count += 1;
    }
    assert_eq!(count, 92);
    assert_eq!(kinds.len(), 5, "{kinds:?}");
}

#[test]
fn the_example_of_the_specification_is_one_pair() {
    let identity = identity("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
    assert_eq!(*identity.to_bytes(), [0x42; 32]);
    let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
    assert_eq!(identity.recipient().to_string(), recipient);
    assert_eq!(recipient.parse(), Ok(identity.recipient()));
    assert_eq!(recipient.to_uppercase().parse(), Ok(identity.recipient()));
}
