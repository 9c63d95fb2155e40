//! Through `pkcs11-tool` and our own provisioning program, with a certificate from OpenSSL.

use der::{Decode, asn1::ObjectIdentifier};
use kabinet_gost::{ParameterSet, PublicKey};

use crate::common::{Bench, SERIAL, library};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kabinet-softtoken");

fn tool(bench: &Bench, args: &[&str]) -> String {
    let module = library();
    let module = module.to_str().expect("UTF-8");
    bench.ok("pkcs11-tool", &[&["--module", module], args].concat())
}

/// The PIN reaches `pkcs11-tool` on its command line: it has no other way but a terminal.
const LOGIN: [&str; 3] = ["--login", "--pin", "1234567890"];

#[test]
fn pkcs11_tool_lists_generates_signs_and_verifies() {
    let bench = Bench::new();
    let slots = tool(&bench, &["-L"]);
    assert!(
        slots.contains("Бухгалтерия") && slots.contains("Rutoken ECP") && slots.contains(SERIAL),
        "{slots}"
    );
    assert!(slots.contains("Slot 3"), "{slots}");
    let mechanisms = tool(&bench, &["-M"]);
    assert!(
        mechanisms.contains("GOSTR3410,") && mechanisms.contains("GOSTR3411-12-512"),
        "{mechanisms}"
    );

    let generate = ["--keypairgen", "--key-type", "GOSTR3410-2012-256:A", "--id", "0a"];
    let generated = tool(&bench, &[&LOGIN[..], &generate].concat());
    assert!(generated.contains("Key pair generated"), "{generated}");
    let objects = tool(&bench, &[&LOGIN[..], &["-O"]].concat());
    assert!(
        objects.contains("Private Key Object; GOSTR3410-2012-256"),
        "{objects}"
    );
    assert!(!tool(&bench, &["-O"]).contains("Private Key Object"));

    bench.write("digest", &[7; 32]);
    tool(
        &bench,
        &[
            &LOGIN[..],
            &["-s", "-m", "GOSTR3410", "--id", "0a", "-i", "digest", "-o", "sig"],
        ]
        .concat(),
    );
    // pkcs11-tool cannot export a GOST key as SPKI: take its point from the listing.
    let point: String = objects
        .lines()
        .skip_while(|line| !line.contains("VALUE:"))
        .take(2)
        .flat_map(|line| line.trim_start().trim_start_matches("VALUE:").trim().chars())
        .collect();
    let params = objects
        .lines()
        .find_map(|line| line.trim().strip_prefix("PARAMS OID: "))
        .expect("a curve");
    let params = ObjectIdentifier::from_der(&hex::decode(params).expect("hex")).expect("an identifier");
    let set = ParameterSet::from_oid(&params).expect("known");
    let key = PublicKey::from_point_octets(set, &hex::decode(point).expect("hex")).expect("a point");
    let signature = std::fs::read(bench.path("sig")).expect("reads");
    assert!(bench.judge(&key.to_spki_der().expect("encodes"), &[7; 32], &signature));
}

#[test]
fn a_key_and_certificate_of_openssl_are_imported_and_used() {
    let bench = Bench::new();
    let tokens = bench.path("tokens");
    let tokens = tokens.to_str().expect("UTF-8");
    bench.write("pin", b"1234567890\n");
    let request = [
        "req",
        "-x509",
        "-newkey",
        "gost2012_512",
        "-pkeyopt",
        "paramset:A",
        "-nodes",
        "-keyout",
        "key.pem",
    ];
    let subject = [
        "-out",
        "cert.pem",
        "-days",
        "30",
        "-subj",
        "/CN=Иванов",
        "-utf8",
        "-md_gost12_512",
    ];
    bench.ok("openssl", &[&request[..], &subject].concat());
    let place = ["--dir", tokens, "--serial", SERIAL, "--pin-file", "pin"];
    let files = [
        "--key",
        "key.pem",
        "--cert",
        "cert.pem",
        "--id",
        "c0ffee",
        "--label",
        "Подпись",
    ];
    bench.ok(PROGRAM, &[&["import"], &place[..], &files].concat());

    let objects = tool(&bench, &["-O"]);
    assert!(
        objects.contains("Certificate Object") && objects.contains("c0ffee"),
        "{objects}"
    );
    tool(
        &bench,
        &[
            "--read-object",
            "--type",
            "cert",
            "--id",
            "c0ffee",
            "-o",
            "cert.der",
        ],
    );
    bench.ok(
        "openssl",
        &[
            "x509",
            "-in",
            "cert.pem",
            "-outform",
            "DER",
            "-out",
            "expected.der",
        ],
    );
    assert_eq!(
        std::fs::read(bench.path("cert.der")).expect("reads"),
        std::fs::read(bench.path("expected.der")).expect("reads")
    );

    bench.write("digest", &[9; 64]);
    let sign = [
        "-s",
        "-m",
        "0xD4321006",
        "--id",
        "c0ffee",
        "-i",
        "digest",
        "-o",
        "sig",
    ];
    tool(&bench, &[&LOGIN[..], &sign].concat());
    bench.ok(
        "openssl",
        &[
            "pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "pub.der",
        ],
    );
    let signature = std::fs::read(bench.path("sig")).expect("reads");
    assert!(bench.judge(
        &std::fs::read(bench.path("pub.der")).expect("reads"),
        &[9; 64],
        &signature
    ));
}

#[test]
fn a_certificate_of_another_key_is_not_imported() {
    let bench = Bench::new();
    bench.write("pin", b"1234567890");
    for name in ["one", "other"] {
        let (key, cert) = (format!("{name}.key"), format!("{name}.crt"));
        let request = [
            "req",
            "-x509",
            "-newkey",
            "gost2012_256",
            "-pkeyopt",
            "paramset:A",
            "-nodes",
        ];
        let files = ["-keyout", &key, "-out", &cert, "-subj", "/CN=x", "-md_gost12_256"];
        bench.ok("openssl", &[&request[..], &files].concat());
    }
    let tokens = bench.path("tokens");
    let place = [
        "--dir",
        tokens.to_str().expect("UTF-8"),
        "--serial",
        SERIAL,
        "--pin-file",
        "pin",
    ];
    let files = ["--key", "one.key", "--cert", "other.crt", "--id", "01"];
    let refused = bench.run(PROGRAM, &[&["import"], &place[..], &files].concat());
    assert!(!refused.status.success());
    assert_eq!(bench.tokens().list().expect("lists")[0].objects, 0);
}

#[test]
fn the_program_makes_lists_removes_and_inserts_tokens() {
    let bench = Bench::new();
    let tokens = bench.path("tokens");
    let tokens = tokens.to_str().expect("UTF-8");
    bench.write("pin", b"12345678\n");
    bench.write("so", b"87654321");
    let place = ["--dir", tokens, "--serial", "77", "--label", "Вторая"];
    let create = [
        &["create"],
        &place[..],
        &["--pin-file", "pin", "--so-pin-file", "so"],
    ]
    .concat();
    bench.ok(PROGRAM, &create);
    assert!(
        !bench.run(PROGRAM, &create).status.success(),
        "a second token with the same number"
    );
    assert!(tool(&bench, &["-L"]).contains("Вторая"));
    bench.ok(PROGRAM, &["remove", "--dir", tokens, "--serial", "77"]);
    assert!(!tool(&bench, &["-L"]).contains("Вторая"));
    assert!(
        bench
            .ok(PROGRAM, &["list", "--dir", tokens])
            .contains("77\tRutoken ECP\tВторая\tremoved")
    );
    bench.ok(PROGRAM, &["insert", "--dir", tokens, "--serial", "77"]);
    assert!(tool(&bench, &["-L"]).contains("user PIN to be changed"));
    let traversal = ["remove", "--dir", tokens, "--serial", "../tokens/77"];
    assert!(!bench.run(PROGRAM, &traversal).status.success());
    bench.ok(PROGRAM, &["fault", "--dir", tokens, "C_GetSlotList.rv=0x5"]);
    assert!(
        !bench
            .run(
                "pkcs11-tool",
                &["--module", library().to_str().expect("UTF-8"), "-L"]
            )
            .status
            .success()
    );
    bench.ok(PROGRAM, &["fault", "--dir", tokens, "--clear"]);
    assert!(tool(&bench, &["-L"]).contains("Вторая"));
}
