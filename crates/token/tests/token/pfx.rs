//! PKCS#12 files of OpenSSL and of the recommendations; signatures judged by OpenSSL with its GOST engine.

use std::path::Path;

use kabinet_token::key_file::Contents;
use kabinet_token::{KeyFile, KeyFileError, Passphrase, SignMechanism};

use crate::support::*;

const TK26: &[u8] = include_bytes!("../data/tk26-example.p12");
const RFC_9548_KUZNYECHIK: &[u8] = include_bytes!("../data/rfc9548-kuznyechik-omac.p12");
const RFC_9548_MAGMA: &[u8] = include_bytes!("../data/rfc9548-magma.p12");
const RFC_9579_SHA256: &[u8] = include_bytes!("../data/rfc9579-pbmac1-sha256.p12");
const RFC_9579_SHA512: &[u8] = include_bytes!("../data/rfc9579-pbmac1-sha512.p12");

pub(crate) fn passphrase(text: &str) -> Passphrase {
    Passphrase::from_bytes(text.as_bytes().to_vec())
}

/// A file with a key that has a certificate.
fn open(file: &[u8], text: &str) -> Result<Contents, KeyFileError> {
    let contents = KeyFile::read(file)?.open(Some(&passphrase(text)))?;
    contents.identities()?;
    Ok(contents)
}

fn refusal(file: &[u8], text: &str) -> KeyFileError {
    match open(file, text) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

/// A folder with OpenSSL's configuration for the GOST engine, a CA and a leaf under it.
struct Authority {
    folder: tempfile::TempDir,
    configuration: String,
}

impl Authority {
    fn new(leaf: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let configuration = gost_configuration(folder.path());
        let authority = Self {
            folder,
            configuration,
        };
        let ca = [
            "-newkey",
            "gost2012_256",
            "-pkeyopt",
            "paramset:TCA",
            "-keyout",
            "ca.key",
            "-out",
            "ca.crt",
        ];
        authority.openssl(
            &[&["req", "-x509", "-nodes", "-subj", "/CN=CA"], &ca[..]].concat(),
            b"",
        );
        authority.openssl(&[&["genpkey", "-out", "leaf.key"], leaf].concat(), b"");
        authority.openssl(&["pkey", "-in", "leaf.key", "-pubout", "-out", "leaf.pub"], b"");
        authority.openssl(
            &[
                "req", "-new", "-key", "leaf.key", "-subj", "/CN=Leaf", "-out", "leaf.csr",
            ],
            b"",
        );
        let issue = [
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-out",
            "leaf.crt",
        ];
        authority.openssl(&[&["x509", "-req", "-in", "leaf.csr"], &issue[..]].concat(), b"");
        authority
    }

    fn openssl(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        openssl_in(self.folder.path(), &self.configuration, arguments, input).expect("OpenSSL does it")
    }

    /// Exported with the CA's certificate first, so that the own one has to be found.
    fn export(&self, options: &[&str]) -> Vec<u8> {
        let fixed = [
            "pkcs12",
            "-export",
            "-in",
            "leaf.crt",
            "-inkey",
            "leaf.key",
            "-certfile",
            "ca.crt",
        ];
        self.openssl(
            &[&fixed, options, &["-passout", "pass:Пароль 1234"]].concat(),
            b"",
        )
    }

    fn verified(&self, digest: &str, message: &[u8], signature: &[u8]) -> bool {
        std::fs::write(self.folder.path().join("sig"), signature).expect("written");
        let arguments = ["dgst", digest, "-verify", "leaf.pub", "-signature", "sig"];
        openssl_in(self.folder.path(), &self.configuration, &arguments, message).is_some()
    }

    fn opened(&self, options: &[&str]) -> Contents {
        let file = self.export(options);
        let contents = open(&file, "Пароль 1234").unwrap_or_else(|error| panic!("{options:?}: {error}"));
        let own = self.openssl(&["x509", "-in", "leaf.crt", "-outform", "DER"], b"");
        assert_eq!(contents.certificates.len(), 2);
        let identities = contents.identities().expect("one identity");
        assert_eq!(identities.len(), 1);
        assert_eq!(identities[0].certificate, own, "the key's certificate is found");
        assert_eq!(refusal(&file, "Пароль 1235"), KeyFileError::PassphraseIncorrect);
        contents
    }
}

fn openssl_in(folder: &Path, configuration: &str, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let command = "cd \"$1\" && shift && exec openssl \"$@\"";
    let arguments = [&["-c", command, "sh", text(folder)], arguments].concat();
    let (ok, output, _) = try_run("sh", &arguments, &[("OPENSSL_CONF", configuration)], input);
    ok.then_some(output)
}

const GOST_FILE: &[&str] = &[
    "-keypbe",
    "gost89",
    "-certpbe",
    "gost89",
    "-macalg",
    "md_gost12_512",
];

/// Ciphers of the recommendation, with the pseudorandom function OpenSSL takes by default, and the MAC by Streebog-256.
const KUZNYECHIK_FILE: &[&str] = &[
    "-keypbe",
    "kuznyechik-ctr-acpkm",
    "-certpbe",
    "kuznyechik-ctr-acpkm",
    "-macalg",
    "md_gost12_256",
];
const MAGMA_FILE: &[&str] = &["-keypbe", "magma-ctr-acpkm", "-certpbe", "magma-ctr-acpkm"];

#[test]
fn gost_keys_sign_like_a_token_whichever_way_they_were_exported() {
    for (key, digest, mechanism) in [
        (
            ["-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCA"],
            "-md_gost12_256",
            SignMechanism::Gost256,
        ),
        (
            ["-algorithm", "gost2012_256", "-pkeyopt", "paramset:A"],
            "-md_gost12_256",
            SignMechanism::Gost256,
        ),
        (
            ["-algorithm", "gost2012_512", "-pkeyopt", "paramset:A"],
            "-md_gost12_512",
            SignMechanism::Gost512,
        ),
    ] {
        let authority = Authority::new(&key);
        for options in [&[][..], GOST_FILE, KUZNYECHIK_FILE, MAGMA_FILE] {
            let private = &authority.opened(options).keys[0];
            assert_eq!(private.mechanism(), mechanism);
            let hash = authority.openssl(&["dgst", digest, "-binary"], b"report");
            let signature = private.sign(mechanism, &hash).expect("signed");
            assert!(
                authority.verified(digest, b"report", &signature),
                "{key:?} {options:?}"
            );
            assert!(!authority.verified(digest, b"another", &signature));
        }
    }
}

#[test]
fn rsa_and_p256_keys_sign_like_a_token() {
    let authority = Authority::new(RSA);
    for options in [
        &[][..],
        &[
            "-keypbe",
            "aes-128-cbc",
            "-certpbe",
            "aes-192-cbc",
            "-macalg",
            "sha1",
        ],
        GOST_FILE,
    ] {
        let key = &authority.opened(options).keys[0];
        let signature = key
            .sign(SignMechanism::RsaPkcs1, &digest_info(b"report"))
            .expect("signed");
        assert!(authority.verified("-sha256", b"report", &signature));
    }
    let authority = Authority::new(P256);
    for options in [&["-macalg", "sha512"][..], &["-macalg", "sha384", "-iter", "1"]] {
        let key = &authority.opened(options).keys[0];
        let signature = key
            .sign(SignMechanism::EcdsaP256, &sha256(b"report"))
            .expect("signed");
        assert!(authority.verified("-sha256", b"report", &ecdsa_der(&signature)));
        assert_eq!(
            key.sign(SignMechanism::EcdsaP256, b"short"),
            Err(KeyFileError::InputUnsuitable)
        );
        assert_eq!(
            key.sign(SignMechanism::Gost256, &[1; 32]),
            Err(KeyFileError::MechanismUnsupported)
        );
    }
}

#[test]
fn the_example_of_the_recommendation_opens_and_its_key_fits_its_certificate() {
    let contents = open(TK26, "Пароль для PFX").expect("it opens");
    let identity = contents.identities().expect("an identity")[0];
    assert_eq!(identity.key.mechanism(), SignMechanism::Gost256);
    let folder = tempfile::tempdir().expect("a folder");
    let configuration = gost_configuration(folder.path());
    let openssl = |arguments: &[&str], input: &[u8]| {
        openssl_in(folder.path(), &configuration, arguments, input).expect("OpenSSL does it")
    };
    let public = openssl(
        &["x509", "-inform", "DER", "-noout", "-pubkey"],
        identity.certificate,
    );
    let hash = openssl(&["dgst", "-md_gost12_256", "-binary"], b"report");
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("written");
    write("pub", &public);
    write(
        "sig",
        &identity.key.sign(SignMechanism::Gost256, &hash).expect("signed"),
    );
    openssl(
        &["dgst", "-md_gost12_256", "-verify", "pub", "-signature", "sig"],
        b"report",
    );
    assert_eq!(refusal(TK26, "Пароль для pfx"), KeyFileError::PassphraseIncorrect);
}

#[test]
fn the_examples_of_rfc_9548_open_and_their_key_fits_their_certificate() {
    for file in [RFC_9548_KUZNYECHIK, RFC_9548_MAGMA] {
        let contents = open(file, "Пароль для PFX").expect("it opens");
        assert_eq!(contents.keys[0].mechanism(), SignMechanism::Gost512);
        assert_eq!(contents.certificates.len(), 1);
        assert_eq!(refusal(file, "Пароль для pfx"), KeyFileError::PassphraseIncorrect);
    }
}

#[test]
fn the_examples_of_rfc_9579_open() {
    for file in [RFC_9579_SHA256, RFC_9579_SHA512] {
        let contents = open(file, "1234").expect("it opens");
        assert_eq!(contents.keys[0].mechanism(), SignMechanism::RsaPkcs1);
        assert_eq!(refusal(file, "1235"), KeyFileError::PassphraseIncorrect);
    }
}

#[test]
fn a_changed_octet_in_the_safe_and_a_cut_file_are_noticed() {
    const SAFE: std::ops::Range<usize> = 30..1334;
    for position in SAFE.step_by(41) {
        let mut changed = TK26.to_vec();
        changed[position] ^= 0x41;
        assert_eq!(
            refusal(&changed, "Пароль для PFX"),
            KeyFileError::PassphraseIncorrect,
            "{position}"
        );
    }
    for length in 0..TK26.len() {
        assert_eq!(
            refusal(&TK26[..length], "Пароль для PFX"),
            KeyFileError::Malformed,
            "{length}"
        );
    }
}

#[test]
fn containers_we_do_not_read_are_named() {
    let authority = Authority::new(P256);
    let file = authority.export(&["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"]);
    let error = refusal(&file, "Пароль 1234");
    assert_eq!(error.code(), "pfx.unsupported");
    assert_eq!(error.params()["oid"], "1.2.840.113549.1.12.1.3");
    assert_eq!(
        refusal(&authority.export(&["-nomac"]), "Пароль 1234"),
        KeyFileError::MacMissing
    );
    assert_eq!(
        refusal(&authority.export(&["-nocerts"]), "Пароль 1234"),
        KeyFileError::CertificateMissing
    );
    assert_eq!(
        refusal(&authority.export(&["-nokeys"]), "Пароль 1234"),
        KeyFileError::KeyMissing
    );
    assert_eq!(
        refusal(b"-----BEGIN CERTIFICATE-----", ""),
        KeyFileError::Malformed
    );
}
