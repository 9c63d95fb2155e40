//! OpenSSL with the gost engine opens our envelopes, and we open its.

use std::process::Command;

use kabinet_envelope::{ContentEncryption, KeyManagement, content_encryption, decrypt, encrypt};
use kabinet_gost::SecretKey;
use tempfile::TempDir;

use crate::common::noise;

const CONFIG: &str = "openssl_conf = openssl_init
[openssl_init]
engines = engines
[engines]
gost = gost_sect
[gost_sect]
engine_id = gost
default_algorithms = ALL
CRYPT_PARAMS = id-tc26-gost-28147-param-Z
[req]
distinguished_name = dn
x509_extensions = extensions
[dn]
[extensions]
subjectKeyIdentifier = hash
";

/// Every set, as the engine names it.
const SETS: [(&str, &str); 12] = [
    ("gost2012_256", "A"),
    ("gost2012_256", "B"),
    ("gost2012_256", "C"),
    ("gost2012_256", "XA"),
    ("gost2012_256", "XB"),
    ("gost2012_256", "TCA"),
    ("gost2012_256", "TCB"),
    ("gost2012_256", "TCC"),
    ("gost2012_256", "TCD"),
    ("gost2012_512", "A"),
    ("gost2012_512", "B"),
    ("gost2012_512", "C"),
];

const KINDS: [(ContentEncryption, &str); 5] = [
    (ContentEncryption::Gost28147, "-gost89"),
    (ContentEncryption::MagmaCtrAcpkm, "-magma-ctr-acpkm"),
    (ContentEncryption::MagmaCtrAcpkmOmac, "-magma-ctr-acpkm-omac"),
    (ContentEncryption::KuznyechikCtrAcpkm, "-kuznyechik-ctr-acpkm"),
    (
        ContentEncryption::KuznyechikCtrAcpkmOmac,
        "-kuznyechik-ctr-acpkm-omac",
    ),
];

/// Content that the engine opens. It makes envelopes with the sections of CMS, but opens them with sections of 1 KiB for
/// Magma and 4 KiB for Kuznyechik, its own envelopes too; content and code must lie in the first.
fn opens(kind: ContentEncryption, length: usize) -> bool {
    match kind {
        ContentEncryption::Gost28147 => true,
        ContentEncryption::MagmaCtrAcpkm | ContentEncryption::MagmaCtrAcpkmOmac => length + 8 <= 1024,
        _ => length + 16 <= 4096,
    }
}

struct OpenSsl(TempDir);

/// A recipient OpenSSL made: `<name>.crt`, `<name>.key` in its folder.
struct Recipient {
    name: String,
    certificate: Vec<u8>,
    secret: SecretKey,
}

impl OpenSsl {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("gost.cnf"), CONFIG).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, octets: &[u8]) {
        std::fs::write(self.0.path().join(name), octets).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(self.0.path())
            .env("OPENSSL_CONF", self.0.path().join("gost.cnf"))
            .output()
            .expect("openssl must be installed, with the gost engine (libengine-gost-openssl)");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments:?}: {complaint}");
        output.stdout
    }

    fn recipient(&self, algorithm: &str, set: &str) -> Recipient {
        let name = format!("{algorithm}-{set}");
        let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
        let set = format!("paramset:{set}");
        let subject = format!("/CN={name}");
        let new = [
            "req", "-x509", "-nodes", "-config", "gost.cnf", "-newkey", algorithm,
        ];
        let more = [
            "-pkeyopt",
            &set,
            "-subj",
            &subject,
            "-keyout",
            &key,
            "-out",
            &certificate,
        ];
        self.run(&[&new[..], &more].concat());
        let secret = self.run(&["pkey", "-in", &key, "-outform", "DER"]);
        Recipient {
            certificate: self.run(&["x509", "-in", &certificate, "-outform", "DER"]),
            secret: SecretKey::from_pkcs8_der(&secret).unwrap(),
            name,
        }
    }

    fn encrypt(&self, kind: &str, content: &[u8], recipients: &[&Recipient], options: &[&str]) -> Vec<u8> {
        self.write("content", content);
        let certificates: Vec<_> = recipients.iter().map(|one| format!("{}.crt", one.name)).collect();
        let mut arguments = vec![
            "cms", "-encrypt", "-binary", "-in", "content", "-outform", "DER", kind,
        ];
        arguments.extend(options);
        arguments.extend(certificates.iter().map(String::as_str));
        self.run(&arguments)
    }

    fn decrypt(&self, envelope: &[u8], recipient: &Recipient) -> Vec<u8> {
        self.write("envelope", envelope);
        let (key, certificate) = (
            format!("{}.key", recipient.name),
            format!("{}.crt", recipient.name),
        );
        let arguments = ["cms", "-decrypt", "-binary", "-inform", "DER", "-in", "envelope"];
        self.run(&[&arguments[..], &["-inkey", &key, "-recip", &certificate]].concat())
    }
}

#[test]
fn both_open_the_others_envelopes_for_every_curve_and_cipher() {
    let openssl = OpenSsl::new();
    let content = noise(1000);
    for (algorithm, set) in SETS {
        let recipient = openssl.recipient(algorithm, set);
        for (kind, name) in KINDS {
            let theirs = openssl.encrypt(name, &content, &[&recipient], &[]);
            assert_eq!(content_encryption(&theirs), Ok(kind));
            let opened = decrypt(&theirs, &recipient.certificate, &recipient.secret);
            assert!(*opened.unwrap() == content, "{algorithm} {set} {name}");
            for keys in [KeyManagement::Transport, KeyManagement::Agreement] {
                // The engine knows agreement with the new ciphers only.
                if keys == KeyManagement::Agreement && kind == ContentEncryption::Gost28147 {
                    continue;
                }
                let ours = encrypt(&content, &[&recipient.certificate], kind, keys).unwrap();
                let opened = openssl.decrypt(&ours, &recipient);
                assert!(opened == content, "{algorithm} {set} {name} {keys:?}");
            }
        }
    }
}

#[test]
fn long_and_empty_content_survives() {
    let openssl = OpenSsl::new();
    let recipient = openssl.recipient("gost2012_256", "TCA");
    for length in [0, 1, 1016, 4080, 8193, 300_000, 600_001] {
        let content = noise(length);
        for (kind, name) in KINDS {
            let ours = encrypt(
                &content,
                &[&recipient.certificate],
                kind,
                KeyManagement::Transport,
            )
            .unwrap();
            if opens(kind, length) {
                let opened = openssl.decrypt(&ours, &recipient);
                assert!(opened == content, "{name}, {length}");
            }
            let theirs = openssl.encrypt(name, &content, &[&recipient], &[]);
            for envelope in [ours, theirs] {
                let opened = decrypt(&envelope, &recipient.certificate, &recipient.secret);
                assert!(*opened.unwrap() == content, "{name}, {length}");
            }
        }
    }
}

#[test]
fn every_recipient_opens_streamed_envelopes_and_those_that_name_key_identifiers() {
    let openssl = OpenSsl::new();
    let recipients = [
        openssl.recipient("gost2012_256", "A"),
        openssl.recipient("gost2012_512", "C"),
        openssl.recipient("gost2012_256", "TCA"),
    ];
    let all: Vec<_> = recipients.iter().collect();
    let content = noise(50_000);
    let short = &content[..1000];
    for (kind, name) in KINDS {
        let envelopes = [
            openssl.encrypt(name, &content, &all, &["-stream"]),
            openssl.encrypt(name, &content, &all, &["-keyid"]),
        ];
        let certificates = recipients.each_ref().map(|one| &one.certificate);
        let ours = encrypt(short, &certificates, kind, KeyManagement::Transport).unwrap();
        for recipient in &recipients {
            assert!(openssl.decrypt(&ours, recipient) == short, "{name}");
            for envelope in &envelopes {
                let opened = decrypt(envelope, &recipient.certificate, &recipient.secret);
                assert!(*opened.unwrap() == content, "{name}");
            }
        }
    }
}
