//! `key`: what it makes is read by OpenSSL, and what OpenSSL makes it reads.

use std::path::{Path, PathBuf};

use kabinet_testkit::{Authority, Finished, Kabinetctl, OpenSsl};

use crate::{kabinetctl, text};

/// As typed, with the line end that is not part of it.
const PASSPHRASE: &str = "пароль 1\n";

/// The same for OpenSSL.
const PASS: &str = "pass:пароль 1";

struct Desk {
    ctl: Kabinetctl,
    openssl: OpenSsl,
}

impl Desk {
    fn new() -> Self {
        Self {
            ctl: kabinetctl(),
            openssl: OpenSsl::new(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.ctl.path(name)
    }

    /// `key VERB … --out NAME` with a passphrase on standard input.
    fn key(&self, arguments: &[&str], name: &str) -> Finished {
        let out = self.path(name);
        let arguments = [&["key"], arguments, &["--passphrase-stdin", "--out", text(&out)]].concat();
        self.ctl.run(&arguments, PASSPHRASE.as_bytes())
    }

    fn unencrypted(&self, algorithm: &[&str], name: &str) -> Finished {
        let out = self.path(name);
        let arguments = [
            &["key", "generate", "--unencrypted", "--out", text(&out), "--alg"],
            algorithm,
        ];
        self.ctl.run(&arguments.concat(), b"")
    }

    fn inspect(&self, file: &Path, passphrase: Option<&str>) -> Finished {
        let secret: &[&str] = if passphrase.is_some() {
            &["--passphrase-stdin"]
        } else {
            &[]
        };
        let arguments = [&["key", "inspect", text(file)], secret].concat();
        self.ctl
            .run(&arguments, passphrase.unwrap_or_default().as_bytes())
    }

    /// SHA-256 of the public key that OpenSSL finds in a private key file.
    fn fingerprint(&self, file: &Path) -> String {
        let read = [
            "pkey",
            "-in",
            text(file),
            "-passin",
            PASS,
            "-pubout",
            "-outform",
            "DER",
        ];
        self.openssl.hash("sha256", &self.openssl.must(&read, b""))
    }

    /// What begins like this in the home folder.
    fn written(&self, name: &str) -> Vec<String> {
        std::fs::read_dir(self.path("."))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|found| found.starts_with(name))
            .collect()
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
}

#[test]
fn keys_of_every_algorithm_and_curve_are_made_and_read_by_openssl() {
    let desk = Desk::new();
    let sets = |alg: &'static str, names: &'static [&'static str]| {
        names.iter().map(move |name| vec![alg, "--paramset", name])
    };
    let all = sets(
        "gost2012-256",
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
            "1.2.643.2.2.36.0",
        ],
    )
    .chain(sets(
        "gost2012-512",
        &["tc26-a", "tc26-b", "tc26-c", "1.2.643.7.1.2.1.2.3"],
    ))
    .chain([vec!["rsa2048"], vec!["p256"], vec!["gost2012-512"]]);
    for (number, algorithm) in all.enumerate() {
        let name = format!("key{number}");
        let report = desk.unencrypted(&algorithm, &name).expect(0).json();
        assert_eq!(
            report["key"]["fingerprint"],
            desk.fingerprint(&desk.path(&name)),
            "{algorithm:?}"
        );
        let seen = desk.inspect(&desk.path(&name), None).expect(0).json();
        assert_eq!(
            (&seen["kind"], &seen["encoding"]),
            (&"pkcs8".into(), &"pem".into())
        );
        assert_eq!(seen["keys"][0], report["key"], "{algorithm:?}");
        if let Some(set) = algorithm.get(2) {
            let parameter_set = &seen["keys"][0]["parameterSet"];
            assert!(
                parameter_set["name"] == *set || parameter_set["oid"] == *set,
                "{parameter_set}"
            );
        }
    }
}

#[test]
#[cfg(unix)]
fn a_key_is_for_its_owner_alone_and_is_never_overwritten_unasked() {
    let desk = Desk::new();
    desk.key(&["generate", "--alg", "p256"], "key").expect(0);
    assert_eq!(mode(&desk.path("key")), 0o600);
    let before = std::fs::read(desk.path("key")).unwrap();
    let run = desk.key(&["generate", "--alg", "p256"], "key").expect(64);
    assert_eq!(run.error(), "app.file-exists");
    assert_eq!(std::fs::read(desk.path("key")).unwrap(), before);
    // Neither an old file nor a forgotten part of one lends the new key its rights.
    for name in ["key", "key.part"] {
        std::fs::write(desk.path(name), "old").unwrap();
        let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        std::fs::set_permissions(desk.path(name), readable).unwrap();
    }
    desk.key(&["generate", "--alg", "p256", "--force"], "key")
        .expect(0);
    assert_eq!(mode(&desk.path("key")), 0o600);
    assert_eq!(desk.written("key"), ["key"]);
    desk.inspect(&desk.path("key"), Some(PASSPHRASE)).expect(0);
    desk.key(&["convert", text(&desk.path("key")), "--to", "spki"], "public")
        .expect(0);
    assert_ne!(mode(&desk.path("public")), 0o600, "a public key is for everybody");
}

#[test]
fn openssl_reads_every_scheme_it_has_and_inspect_names_it() {
    let desk = Desk::new();
    for (scheme, cipher, prf, readable) in [
        ("aes256", "aes-256-cbc", "hmac-sha256", true),
        ("gost89", "gost89", "hmac-streebog512", true),
        ("magma", "magma-ctr-acpkm", "hmac-streebog512", true),
        ("kuznyechik", "kuznyechik-ctr-acpkm", "hmac-streebog512", true),
        ("magma-omac", "magma-ctr-acpkm-omac", "hmac-streebog512", false),
        (
            "kuznyechik-omac",
            "kuznyechik-ctr-acpkm-omac",
            "hmac-streebog512",
            false,
        ),
    ] {
        let made = desk.key(&["generate", "--alg", "gost2012-256", "--scheme", scheme], scheme);
        let fingerprint = made.expect(0).json()["key"]["fingerprint"].clone();
        if readable {
            assert_eq!(fingerprint, desk.fingerprint(&desk.path(scheme)), "{scheme}");
        }
        let closed = desk.inspect(&desk.path(scheme), None).expect(0).json();
        assert_eq!(
            (&closed["version"], &closed["opened"]),
            (&1.into(), &false.into())
        );
        assert_eq!(closed["kind"], "pkcs8-encrypted");
        assert_eq!(closed["keys"], serde_json::json!([]));
        let protection = &closed["protections"][0];
        assert_eq!(
            (&protection["part"], &protection["algorithm"]),
            (&"key".into(), &cipher.into())
        );
        assert_eq!(protection["prf"], prf);
        let open = desk
            .inspect(&desk.path(scheme), Some(PASSPHRASE))
            .expect(0)
            .json();
        assert_eq!(open["keys"][0]["fingerprint"], fingerprint);
        let run = desk.inspect(&desk.path(scheme), Some("другой\n")).expect(77);
        assert_eq!(run.error(), "pfx.passphrase-incorrect");
    }
}

#[test]
fn the_scheme_without_a_choice_is_that_of_the_key() {
    let desk = Desk::new();
    for (algorithm, cipher) in [("gost2012-512", "kuznyechik-ctr-acpkm"), ("p256", "aes-256-cbc")] {
        desk.key(&["generate", "--alg", algorithm], algorithm).expect(0);
        let seen = desk.inspect(&desk.path(algorithm), None).expect(0).json();
        assert_eq!(seen["protections"][0]["algorithm"], cipher);
        assert_eq!(
            desk.fingerprint(&desk.path(algorithm)).len(),
            64,
            "OpenSSL opens it"
        );
    }
}

#[test]
fn keys_travel_through_every_form_and_back_and_their_signatures_hold() {
    let authority = Authority::new();
    for (name, algorithm, scheme) in [
        ("gost256", "gost2012_256:paramset:XA", "gost89"),
        ("gost512", "gost2012_512:paramset:A", "kuznyechik"),
        ("gost-tc26", "gost2012_256:paramset:TCA", "magma-omac"),
        ("rsa", "RSA:rsa_keygen_bits:2048", "aes256"),
    ] {
        authority.issue(name, algorithm);
        let desk = Desk::new();
        let (encrypted, pfx) = (desk.path("encrypted"), desk.path("pfx"));
        let foreign = authority.pkcs12(name, "пароль 1", &[]);
        let certificate = authority.path(&format!("{name}.crt"));
        desk.key(
            &[
                "convert",
                text(&foreign),
                "--to",
                "pkcs8-encrypted",
                "--scheme",
                scheme,
                "--der",
            ],
            "encrypted",
        )
        .expect(0);
        let steps = [
            "convert",
            text(&encrypted),
            "--to",
            "pkcs12",
            "--scheme",
            scheme,
            "--certificates",
            text(&certificate),
        ];
        desk.key(&steps, "pfx").expect(0);
        let back = ["convert", text(&pfx), "--to", "pkcs8", "--unencrypted"];
        desk.key(&back, "plain").expect(0);
        let original = authority.path(&format!("{name}.key"));
        assert_eq!(
            desk.fingerprint(&desk.path("plain")),
            desk.fingerprint(&original),
            "{name}"
        );
        desk.key(&["convert", text(&pfx), "--to", "spki"], "public")
            .expect(0);
        let public = desk
            .openssl
            .must(&["pkey", "-in", text(&original), "-pubout"], b"");
        assert_eq!(std::fs::read(desk.path("public")).unwrap(), public, "{name}");

        let seen = desk.inspect(&desk.path("pfx"), Some(PASSPHRASE)).expect(0).json();
        assert_eq!(seen["kind"], "pkcs12");
        assert_eq!(seen["certificates"][0]["id"], authority.fingerprint(name));
        assert!(
            seen["certificates"][0]["notAfter"]
                .as_str()
                .unwrap()
                .starts_with("20")
        );
        let parts: Vec<_> = seen["protections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["part"].clone())
            .collect();
        assert_eq!(parts, ["integrity", "contents", "key"]);

        // One certificate in the file: it need not be named.
        let (content, out) = (desk.ctl.file("content", b"content"), desk.path("signature"));
        let sign = [
            "sign",
            text(&content),
            "--pfx",
            text(&pfx),
            "--pin-stdin",
            "-o",
            text(&out),
        ];
        desk.ctl.run(&sign, PASSPHRASE.as_bytes()).expect(0);
        let signature = std::fs::read(&out).unwrap();
        desk.openssl
            .accepts(&signature, Some(b"content"), &authority.path("root.crt"));
    }
}

#[test]
fn the_new_file_may_have_a_passphrase_of_its_own() {
    let desk = Desk::new();
    desk.key(&["generate", "--alg", "gost2012-256"], "old").expect(0);
    let (old, new) = (desk.path("old"), desk.path("new"));
    let convert = [
        "key",
        "convert",
        text(&old),
        "--to",
        "pkcs8-encrypted",
        "--passphrase-stdin",
        "-o",
        text(&new),
    ];
    let both = [&convert[..], &["--new-passphrase-stdin"]].concat();
    desk.ctl.run(&both, "пароль 1\nпароль 2\n".as_bytes()).expect(0);
    assert_eq!(
        desk.inspect(&new, Some("пароль 1\n")).expect(77).error(),
        "pfx.passphrase-incorrect"
    );
    desk.inspect(&new, Some("пароль 2\n")).expect(0);
    let file = desk.ctl.file("secret", "пароль 3\n".as_bytes());
    let from_file = [&convert[..], &["--force", "--new-passphrase-file", text(&file)]].concat();
    desk.ctl.run(&from_file, PASSPHRASE.as_bytes()).expect(0);
    let inspect = ["--passphrase-file", text(&file), "key", "inspect", text(&new)];
    assert_eq!(desk.ctl.run(&inspect, b"").expect(0).json()["opened"], true);
}

#[test]
fn files_of_openssl_are_inspected_for_what_they_are() {
    let authority = Authority::new();
    authority.issue("leaf", "gost2012_256:paramset:A");
    let desk = Desk::new();
    let key = authority.path("leaf.key");
    let public = desk
        .openssl
        .must(&["pkey", "-in", text(&key), "-pubout", "-outform", "DER"], b"");
    let (public, fingerprint) = (desk.ctl.file("public", &public), desk.fingerprint(&key));
    for (file, kind, encoding) in [
        (&key, "pkcs8", "pem"),
        (&public, "spki", "der"),
        (&authority.path("leaf.csr"), "pkcs10", "pem"),
        (&authority.path("leaf.crt"), "certificates", "pem"),
    ] {
        let seen = desk.inspect(file, None).expect(0).json();
        assert_eq!(
            (&seen["kind"], &seen["encoding"]),
            (&kind.into(), &encoding.into())
        );
        if kind == "certificates" {
            assert_eq!(seen["certificates"][0]["holder"], "leaf");
        } else {
            assert_eq!(seen["keys"][0]["fingerprint"], fingerprint, "{kind}");
        }
    }
}

#[test]
fn openssl_verifies_a_request_with_the_attributes_of_the_order() {
    let desk = Desk::new();
    for algorithm in ["gost2012-256", "gost2012-512", "rsa2048", "p256"] {
        desk.key(&["generate", "--alg", algorithm], algorithm).expect(0);
        let key = desk.path(algorithm);
        let request = [
            "request",
            "--key",
            text(&key),
            "--subject",
            "CN=Иванов Иван, O=ООО «Ромашка»\\, филиал, C=RU",
            "--inn",
            "500100732259",
            "--innle",
            "7707083893",
            "--ogrn",
            "1027700132195",
            "--snils",
            "112-233-445 95",
        ];
        let name = format!("{algorithm}.csr");
        desk.key(&request, &name).expect(0);
        let file = desk.path(&name);
        let verify = [
            "req",
            "-in",
            text(&file),
            "-noout",
            "-verify",
            "-config",
            "gost.cnf",
        ];
        let (accepted, complaint) = desk.openssl.run(&verify, b"");
        assert!(accepted && complaint.contains("OK"), "{algorithm}: {complaint}");
        let structure = desk.openssl.must(&["asn1parse", "-in", text(&file)], b"");
        let structure = String::from_utf8(structure).unwrap();
        for number in ["500100732259", "7707083893", "1027700132195", "11223344595"] {
            let line = structure
                .lines()
                .find(|line| line.ends_with(&format!(":{number}")))
                .unwrap();
            assert!(line.contains("NUMERICSTRING"), "{line}");
        }
        let seen = desk.inspect(&file, None).expect(0).json();
        assert_eq!(seen["request"]["signatureOk"], true);
        let subject = seen["request"]["subject"].as_str().unwrap();
        assert!(
            subject.starts_with("CN=Иванов Иван, O=ООО «Ромашка»\\, филиал, C=RU, INN=500100732259"),
            "{subject}"
        );
    }
}

#[test]
fn a_request_that_was_changed_ends_with_1() {
    let desk = Desk::new();
    desk.key(&["generate", "--alg", "gost2012-256"], "key").expect(0);
    let key = desk.path("key");
    desk.key(
        &["request", "--key", text(&key), "--subject", "CN=x", "--der"],
        "csr",
    )
    .expect(0);
    let mut request = std::fs::read(desk.path("csr")).unwrap();
    let name = request
        .windows(3)
        .position(|three| three == [0x0c, 1, b'x'])
        .unwrap();
    request[name + 2] = b'y';
    let changed = desk.ctl.file("changed", &request);
    assert_eq!(
        desk.inspect(&changed, None).expect(1).json()["request"]["signatureOk"],
        false
    );
}

#[test]
fn what_cannot_be_done_is_refused_by_its_reason_and_leaves_nothing() {
    let desk = Desk::new();
    desk.key(&["generate", "--alg", "gost2012-256"], "key").expect(0);
    let key = desk.path("key");
    let key = text(&key);
    let junk = desk.ctl.file(
        "junk",
        b"-----BEGIN PRIVATE KEY-----\nMEgCAQ==\n-----END PRIVATE KEY-----\n",
    );
    let public = desk.path("public");
    desk.key(&["convert", key, "--to", "spki"], "public").expect(0);
    for (arguments, code, error) in [
        (&["convert", key, "--to", "pkcs8"][..], 64, "cli.usage"),
        (&["convert", key, "--to", "pkcs12"], 1, "pfx.certificate-missing"),
        (&["convert", text(&junk), "--to", "spki"], 1, "pfx.malformed"),
        (&["convert", text(&public), "--to", "spki"], 1, "pfx.key-missing"),
        (
            &["convert", "/nowhere/key", "--to", "spki"],
            64,
            "app.file-not-found",
        ),
        (
            &["convert", key, "--to", "pkcs12", "--certificates", text(&junk)],
            1,
            "app.file-unreadable",
        ),
        (
            &["generate", "--alg", "gost2012-256", "--paramset", "tc26-e"],
            64,
            "cli.usage",
        ),
        (
            &["generate", "--alg", "gost2012-512", "--paramset", "xcha"],
            64,
            "cli.usage",
        ),
        (
            &["generate", "--alg", "p256", "--paramset", "tc26-a"],
            64,
            "cli.usage",
        ),
        (&["generate", "--alg", "dsa"], 64, "cli.usage"),
        (&["generate", "--alg", "p256", "--scheme", "des"], 64, "cli.usage"),
        (&["generate", "--alg", "p256", "--unencrypted"], 64, "cli.usage"),
        (
            &["request", "--key", key, "--subject", "Иванов"],
            64,
            "key.subject-malformed",
        ),
        (
            &["request", "--key", key, "--subject", "XX=a"],
            64,
            "key.subject-attribute-unknown",
        ),
        (
            &[
                "request",
                "--key",
                key,
                "--subject",
                "CN=a",
                "--inn",
                "500100732258",
            ],
            64,
            "key.subject-value-unfit",
        ),
        (
            &["request", "--key", text(&public), "--subject", "CN=a"],
            1,
            "pfx.key-missing",
        ),
    ] {
        let run = desk.key(arguments, "new").expect(code);
        assert_eq!(run.error(), error, "{arguments:?}");
        assert!(desk.written("new").is_empty(), "{arguments:?}");
    }
    let new = desk.path("new");
    let generate = ["key", "generate", "--alg", "p256", "--out", text(&new)];
    let run = desk.ctl.run(&generate, b"").expect(77);
    assert_eq!(run.error(), "pfx.passphrase-missing");
    let long = [&[b'a'; 256][..], b"\n"].concat();
    for secret in [&b"\n"[..], b"a\0b\n", &long] {
        let run = desk
            .ctl
            .run(&[&generate[..], &["--passphrase-stdin"]].concat(), secret)
            .expect(77);
        assert_eq!(run.error(), "pfx.passphrase-unsuitable");
    }
    assert!(desk.written("new").is_empty());
    let out = desk.path("no such folder/key");
    let run = desk.ctl.run(
        &[
            "key",
            "generate",
            "--alg",
            "p256",
            "--unencrypted",
            "-o",
            text(&out),
        ],
        b"",
    );
    assert_eq!(run.expect(64).error(), "app.file-not-found");
}

#[test]
fn a_person_reads_what_a_file_is_in_either_language() {
    let desk = Desk::new();
    desk.key(
        &["generate", "--alg", "gost2012-256", "--paramset", "tc26-b"],
        "key",
    )
    .expect(0);
    let key = desk.path("key");
    for (locale, words) in [
        (
            "ru_RU.UTF-8",
            [
                "зашифрован",
                "Шифрование ключа: kuznyechik-ctr-acpkm",
                "укажите пароль",
            ],
        ),
        (
            "en_US.UTF-8",
            [
                "encrypted",
                "Encryption of the key: kuznyechik-ctr-acpkm",
                "give its passphrase",
            ],
        ),
    ] {
        let said = desk
            .ctl
            .say(locale, &["key", "inspect", text(&key)])
            .expect(0)
            .text();
        for word in words {
            assert!(said.contains(word), "{said}");
        }
    }
}
