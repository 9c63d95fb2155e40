//! Key files we write, read by OpenSSL with its GOST engine, and the other way round.

use std::path::PathBuf;

use kabinet_pki::{DistinguishedName, KeyUsage, issue, oid::attribute};
use kabinet_token::key_file::{CertificationRequest, FileKind, KeyAlgorithm, KeySize, Scheme, Target, write};
use kabinet_token::{KeyFile, KeyFileError, PrivateKey};

use crate::pfx::passphrase;
use crate::support::*;

const PASSPHRASE: &str = "Пароль 1234";

/// What OpenSSL has no way to read: it gives the OMAC to no caller of PBES2.
const OURS_ALONE: [Scheme; 2] = [Scheme::MagmaOmac, Scheme::KuznyechikOmac];

fn every_gost_key() -> Vec<KeyAlgorithm> {
    let named = |size, names: &[&str]| -> Vec<KeyAlgorithm> {
        let found = names.iter().map(|name| KeyAlgorithm::gost(size, name));
        found.collect::<Option<_>>().expect("every name is known")
    };
    let mut all = named(
        KeySize::Bits256,
        &[
            "tc26-a",
            "tc26-b",
            "tc26-c",
            "tc26-d",
            "cryptopro-a",
            "cryptopro-b",
            "cryptopro-c",
            "xcha",
            "xchb",
        ],
    );
    all.extend(named(KeySize::Bits512, &["tc26-a", "tc26-b", "tc26-c"]));
    all
}

/// A folder with OpenSSL's configuration for the GOST engine.
struct Desk {
    folder: tempfile::TempDir,
    configuration: String,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let configuration = gost_configuration(folder.path());
        Self {
            folder,
            configuration,
        }
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        path
    }

    fn openssl(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        run(
            "openssl",
            arguments,
            &[("OPENSSL_CONF", &self.configuration)],
            input,
        )
    }

    /// The public key of a private key file, by OpenSSL.
    fn public_key(&self, file: &[u8]) -> Vec<u8> {
        let path = self.file("key", file);
        let passphrase = format!("pass:{PASSPHRASE}");
        let arguments = [
            "pkey",
            "-in",
            text(&path),
            "-passin",
            &passphrase,
            "-pubout",
            "-outform",
            "DER",
        ];
        self.openssl(&arguments, b"")
    }

    /// A self-signed certificate of a key, DER.
    fn certificate(&self, key: &PrivateKey) -> Vec<u8> {
        let path = self.file("own", &write(key, &Target::Pkcs8, true).expect("written"));
        let arguments = [
            "req",
            "-x509",
            "-new",
            "-key",
            text(&path),
            "-subj",
            "/CN=own",
            "-outform",
            "DER",
        ];
        self.openssl(&arguments, b"")
    }
}

fn made(algorithm: KeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm).expect("made")
}

fn spki(key: &PrivateKey) -> Vec<u8> {
    key.to_spki_der().expect("encoded")
}

fn opened(file: &[u8]) -> Result<PrivateKey, KeyFileError> {
    let mut contents = KeyFile::read(file)?.open(Some(&passphrase(PASSPHRASE)))?;
    contents.keys.pop().ok_or(KeyFileError::KeyMissing)
}

#[test]
fn openssl_reads_unencrypted_keys_of_every_algorithm_and_finds_the_same_public_key() {
    let desk = Desk::new();
    let others = [KeyAlgorithm::P256, KeyAlgorithm::Rsa(2048)];
    for algorithm in every_gost_key().into_iter().chain(others) {
        let key = made(algorithm);
        assert_eq!(key.algorithm(), algorithm);
        for pem in [true, false] {
            let file = write(&key, &Target::Pkcs8, pem).expect("written");
            assert_eq!(desk.public_key(&file), spki(&key), "{algorithm:?}");
            assert_eq!(spki(&opened(&file).expect("ours")), spki(&key), "{algorithm:?}");
        }
        let public = write(&key, &Target::PublicKey, true).expect("written");
        let path = desk.file("public", &public);
        let again = desk.openssl(&["pkey", "-pubin", "-in", text(&path), "-pubout"], b"");
        assert_eq!(again, *public, "{algorithm:?}");
    }
}

#[test]
fn openssl_reads_encrypted_keys_of_every_scheme_it_has() {
    let desk = Desk::new();
    // An RSA key is longer than the piece after which the key of 28147-89 changes.
    for algorithm in [
        every_gost_key()[0],
        every_gost_key()[9],
        KeyAlgorithm::P256,
        KeyAlgorithm::Rsa(2048),
    ] {
        let key = made(algorithm);
        for scheme in Scheme::ALL {
            let secret = passphrase(PASSPHRASE);
            let file = write(&key, &Target::Pkcs8Encrypted(&secret, scheme), true).expect("written");
            assert_eq!(
                KeyFile::read(&file).expect("ours").kind(),
                FileKind::Pkcs8Encrypted
            );
            assert_eq!(spki(&opened(&file).expect("ours")), spki(&key), "{scheme:?}");
            // The engine changes the key of Магма after 1 KiB instead of 8, so an RSA key is beyond it.
            let beyond = scheme == Scheme::Magma && matches!(algorithm, KeyAlgorithm::Rsa(_));
            if !OURS_ALONE.contains(&scheme) && !beyond {
                assert_eq!(desk.public_key(&file), spki(&key), "{algorithm:?} {scheme:?}");
            }
        }
    }
}

#[test]
fn openssl_reads_pkcs12_of_every_scheme_it_has_with_key_and_certificates() {
    let desk = Desk::new();
    for algorithm in [every_gost_key()[9], KeyAlgorithm::Rsa(2048)] {
        let key = made(algorithm);
        let other = desk.certificate(&made(every_gost_key()[9]));
        let certificates = [other, desk.certificate(&key)];
        for scheme in Scheme::ALL {
            let secret = passphrase(PASSPHRASE);
            let target = Target::Pkcs12(&secret, scheme, &certificates);
            let file = write(&key, &target, true).expect("written");
            let contents = KeyFile::read(&file)
                .and_then(|file| file.open(Some(&secret)))
                .expect("ours");
            assert_eq!(contents.certificates, certificates);
            assert_eq!(
                contents.identities().expect("an identity")[0].certificate,
                certificates[1]
            );
            if OURS_ALONE.contains(&scheme)
                || scheme == Scheme::Magma && matches!(algorithm, KeyAlgorithm::Rsa(_))
            {
                continue;
            }
            let path = desk.file("pfx", &file);
            let passphrase = format!("pass:{PASSPHRASE}");
            let read = ["pkcs12", "-in", text(&path), "-passin", &passphrase, "-nodes"];
            let printed = desk.openssl(&read, b"");
            assert_eq!(desk.public_key(&printed), spki(&key), "{algorithm:?} {scheme:?}");
            let read = KeyFile::read(&printed)
                .and_then(|file| file.open(None))
                .expect("PEM");
            assert_eq!(read.certificates, certificates, "{algorithm:?} {scheme:?}");
            // The key and its certificate, and they alone, carry the same localKeyId.
            let printed = String::from_utf8_lossy(&printed);
            assert_eq!(printed.matches("localKeyID").count(), 2, "{printed}");
        }
    }
}

#[test]
fn keys_openssl_encrypted_are_read_whatever_its_cipher_and_pseudorandom_function() {
    let desk = Desk::new();
    let passphrase = format!("pass:{PASSPHRASE}");
    for algorithm in [&["gost2012_256", "paramset:XA"], &["RSA", "rsa_keygen_bits:2048"]] {
        let key = ["genpkey", "-algorithm", algorithm[0], "-pkeyopt", algorithm[1]];
        let key = desk.file("plain", &desk.openssl(&key, b""));
        let public = desk.openssl(&["pkey", "-in", text(&key), "-pubout", "-outform", "DER"], b"");
        for cipher in [
            "aes-128-cbc",
            "aes-256-cbc",
            "gost89",
            "magma-ctr-acpkm",
            "kuznyechik-ctr-acpkm",
        ] {
            for prf in [
                "hmacWithSHA1",
                "hmacWithSHA256",
                "hmacWithSHA512",
                "id-tc26-hmac-gost-3411-2012-256",
                "id-tc26-hmac-gost-3411-2012-512",
            ] {
                let encrypt = ["pkcs8", "-topk8", "-in", text(&key), "-v2", cipher, "-v2prf", prf];
                let file = desk.openssl(&[&encrypt[..], &["-passout", &passphrase]].concat(), b"");
                let read = opened(&file).unwrap_or_else(|error| panic!("{cipher} {prf}: {error}"));
                assert_eq!(spki(&read), public, "{cipher} {prf}");
            }
        }
    }
}

#[test]
fn the_engines_own_sections_of_ctr_acpkm_are_read() {
    let desk = Desk::new();
    let comment = format!("nsComment={}", "a".repeat(5000));
    let make = [
        "req",
        "-x509",
        "-newkey",
        "gost2012_256",
        "-pkeyopt",
        "paramset:A",
        "-nodes",
        "-subj",
        "/CN=long",
    ];
    let key = desk.file("key", b"");
    let certificate = desk.openssl(
        &[&make[..], &["-keyout", text(&key), "-addext", &comment]].concat(),
        b"",
    );
    let path = desk.file("certificate", &certificate);
    let passphrase_option = format!("pass:{PASSPHRASE}");
    let certificate = desk.openssl(&["x509", "-in", text(&path), "-outform", "DER"], b"");
    for cipher in ["magma-ctr-acpkm", "kuznyechik-ctr-acpkm"] {
        let export = [
            "pkcs12",
            "-export",
            "-in",
            text(&path),
            "-inkey",
            text(&key),
            "-passout",
            &passphrase_option,
        ];
        let file = desk.openssl(&[&export[..], &["-certpbe", cipher]].concat(), b"");
        let contents = KeyFile::read(&file)
            .and_then(|file| file.open(Some(&passphrase(PASSPHRASE))))
            .expect("readable");
        assert_eq!(
            contents.identities().expect("an identity")[0].certificate,
            certificate,
            "{cipher}"
        );
    }
}

#[test]
fn another_passphrase_and_none_are_refused_by_every_scheme() {
    let key = made(every_gost_key()[0]);
    for scheme in Scheme::ALL {
        let other = passphrase("Пароль 1235");
        let file = write(&key, &Target::Pkcs8Encrypted(&other, scheme), false).expect("written");
        assert_eq!(
            opened(&file).err(),
            Some(KeyFileError::PassphraseIncorrect),
            "{scheme:?}"
        );
        let refused = KeyFile::read(&file).expect("readable").open(None).err();
        assert_eq!(refused, Some(KeyFileError::PassphraseMissing));
    }
}

/// EncryptedPrivateKeyInfo of the example in RFC 9548 A.2, under Кузнечик with OMAC.
fn example() -> &'static [u8] {
    let file = include_bytes!("../data/rfc9548-kuznyechik-omac.p12");
    let start = file
        .windows(4)
        .position(|head| head == [0x30, 0x82, 0x01, 0x53])
        .expect("the key");
    &file[start..start + 4 + 0x153]
}

#[test]
fn a_damaged_file_is_an_error_at_every_octet() {
    let secret = passphrase("Пароль для PFX");
    let open = |file: &[u8]| KeyFile::read(file)?.open(Some(&secret));
    assert_eq!(open(example()).expect("whole").keys.len(), 1);
    for length in 0..example().len() {
        assert_eq!(
            open(&example()[..length]).err(),
            Some(KeyFileError::Malformed),
            "{length}"
        );
    }
    let ciphertext = example().len() - 245;
    for position in 0..example().len() {
        let mut changed = example().to_vec();
        changed[position] ^= 0x11;
        let error = open(&changed)
            .err()
            .unwrap_or_else(|| panic!("opened with octet {position} changed"));
        if position >= ciphertext {
            assert_eq!(error, KeyFileError::PassphraseIncorrect, "{position}");
        }
    }
}

#[test]
fn nothing_that_is_seen_without_a_passphrase_panics_whatever_octet_is_changed() {
    let key = made(every_gost_key()[0]);
    let subject = DistinguishedName::from_attributes(&[(attribute::COMMON_NAME, "x")]);
    let request = CertificationRequest::make(&key, &subject, &[]).expect("made");
    let pem = write(&key, &Target::Pkcs8, true).expect("written");
    let plain = write(&key, &Target::Pkcs8, false).expect("written");
    let pfx = include_bytes!("../data/rfc9548-magma.p12").to_vec();
    for file in [request, pem.to_vec(), plain.to_vec(), spki(&key), pfx] {
        let (mut refused, mut accepted) = (0, 0);
        for position in 0..file.len() {
            for mask in [0x01, 0x20, 0x80, 0xff] {
                let mut changed = file.clone();
                changed[position] ^= mask;
                match KeyFile::read(&changed) {
                    Err(error) => {
                        assert_eq!(error, KeyFileError::Malformed);
                        refused += 1;
                    }
                    Ok(seen) => {
                        let _ = (seen.protections(), seen.request().map(|request| request.verify()));
                        if !seen.is_encrypted() {
                            let _ = seen.open(None);
                        }
                        accepted += 1;
                    }
                }
            }
        }
        assert!(refused > 0 && accepted > 0, "{refused} {accepted}");
    }
}

#[test]
fn a_file_that_demands_too_many_iterations_is_refused_at_once() {
    let secret = passphrase(PASSPHRASE);
    let target = Target::Pkcs8Encrypted(&secret, Scheme::Aes256);
    let mut file = write(&made(KeyAlgorithm::P256), &target, false)
        .expect("written")
        .to_vec();
    // The salt gives one of its 32 octets to the number behind it, which has three.
    let salt = file
        .windows(2)
        .position(|pair| pair == [0x04, 32])
        .expect("the salt");
    file[salt + 1] = 31;
    let number = salt + 2 + 31;
    assert_eq!(file[number + 1..number + 3], [0x02, 3], "an INTEGER");
    file[number..number + 6].copy_from_slice(&[0x02, 4, 0x7f, 0xff, 0xff, 0xff]);
    let started = std::time::Instant::now();
    assert_eq!(opened(&file).err(), Some(KeyFileError::TooExpensive));
    assert!(started.elapsed() < std::time::Duration::from_secs(1));
}

#[test]
fn other_algorithms_are_named() {
    let desk = Desk::new();
    for (algorithm, oid) in [
        (&["genpkey", "-algorithm", "ED25519"][..], "1.3.101.112"),
        (
            &[
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-384",
            ],
            "1.3.132.0.34",
        ),
    ] {
        let error = opened(&desk.openssl(algorithm, b"")).err().expect("a refusal");
        assert_eq!(error.code(), "pfx.key-unsupported");
        assert_eq!(error.params()["oid"], oid);
    }
    let key = desk.openssl(&["genpkey", "-algorithm", "RSA"], b"");
    let passphrase = format!("pass:{PASSPHRASE}");
    for (cipher, oid) in [
        ("des3", "1.2.840.113549.3.7"),
        ("aria-256-cbc", "1.2.410.200046.1.1.12"),
    ] {
        let file = desk.openssl(&["pkcs8", "-topk8", "-v2", cipher, "-passout", &passphrase], &key);
        let error = opened(&file).err().expect("a refusal");
        assert_eq!(
            (error.code(), error.params()["oid"].as_str()),
            ("pfx.unsupported", oid)
        );
    }
}

#[test]
fn pkcs12_wants_the_certificate_of_its_key() {
    let desk = Desk::new();
    let (key, secret) = (made(KeyAlgorithm::P256), passphrase(PASSPHRASE));
    let strange = [desk.certificate(&made(KeyAlgorithm::P256))];
    for certificates in [&[][..], &strange] {
        let target = Target::Pkcs12(&secret, Scheme::Aes256, certificates);
        assert_eq!(
            write(&key, &target, false).err(),
            Some(KeyFileError::CertificateMissing)
        );
    }
}

#[test]
fn a_pem_file_may_hold_a_key_with_certificates_and_remarks() {
    let desk = Desk::new();
    let key = made(every_gost_key()[7]);
    let certificate = desk.certificate(&key);
    let path = desk.file("certificate", &certificate);
    let certificate_pem = desk.openssl(&["x509", "-inform", "DER", "-in", text(&path)], b"");
    let file = [
        b"Bag Attributes: <No Attributes>\r\n".as_slice(),
        &certificate_pem,
        b"Key Attributes\n",
        &write(&key, &Target::Pkcs8, true).expect("written"),
    ]
    .concat();
    let contents = KeyFile::read(&file)
        .and_then(|file| file.open(None))
        .expect("readable");
    assert_eq!(
        contents.identities().expect("an identity")[0].certificate,
        certificate
    );
}

#[test]
fn openssl_verifies_requests_of_every_algorithm() {
    let desk = Desk::new();
    let subject = DistinguishedName::from_attributes(&[
        (attribute::COMMON_NAME, "Иванов Иван"),
        (attribute::COUNTRY, "RU"),
        (attribute::INN_LE, "7707083893"),
        (attribute::OGRN, "1027700132195"),
    ]);
    let usage = issue::key_usage(KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION));
    for algorithm in every_gost_key()
        .into_iter()
        .chain([KeyAlgorithm::P256, KeyAlgorithm::Rsa(2048)])
    {
        let key = made(algorithm);
        let der = CertificationRequest::make(&key, &subject, std::slice::from_ref(&usage)).expect("made");
        let path = desk.file("request", &der);
        let look = [
            "req",
            "-inform",
            "DER",
            "-in",
            text(&path),
            "-noout",
            "-verify",
            "-text",
            "-nameopt",
            "utf8",
        ];
        let printed = String::from_utf8(desk.openssl(&look, b"")).expect("text");
        assert!(
            printed.contains("Digital Signature, Non Repudiation"),
            "{printed}"
        );
        let read = CertificationRequest::read(&der).expect("ours");
        assert_eq!(
            (read.subject(), read.spki_der()),
            (&subject, spki(&key).as_slice())
        );
        assert_eq!(read.verify(), Ok(()), "{algorithm:?}");
    }
}

#[test]
fn a_request_of_openssl_is_read_and_a_changed_one_does_not_hold() {
    let desk = Desk::new();
    let request = [
        "req",
        "-new",
        "-newkey",
        "gost2012_512",
        "-pkeyopt",
        "paramset:A",
        "-nodes",
        "-keyout",
        "/dev/null",
    ];
    let mut der = desk.openssl(
        &[&request[..], &["-subj", "/CN=x", "-outform", "DER"]].concat(),
        b"",
    );
    let file = KeyFile::read(&der).expect("readable");
    assert_eq!(file.kind(), FileKind::Request);
    assert_eq!(file.request().expect("a request").verify(), Ok(()));
    let name = der
        .windows(3)
        .position(|three| three == [0x0c, 1, b'x'])
        .expect("the name");
    der[name + 2] = b'y';
    assert!(
        CertificationRequest::read(&der)
            .expect("readable")
            .verify()
            .is_err()
    );
}
