//! RSA and P-256: made by the token, by OpenSSL and by `pkcs11-tool`; judged by OpenSSL.

use cryptoki_sys as ck;

use crate::common::{Bench, Module, PIN, SERIAL, Template, call, length, library, plain};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kabinet-softtoken");
const LOGIN: [&str; 3] = ["--login", "--pin", "1234567890"];
/// DigestInfo of a SHA-256 digest, RFC 8017 §9.2 note 1.
const DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0, 4, 32,
];

fn tool(bench: &Bench, args: &[&str]) -> String {
    let module = library();
    let module = module.to_str().expect("UTF-8");
    bench.ok("pkcs11-tool", &[&["--module", module], args].concat())
}

/// Whether OpenSSL takes a signature of SHA-256 of the file `message` by the key in `public`.
fn judged(bench: &Bench, public: &str, form: &str, signature: &str) -> bool {
    let key = ["dgst", "-sha256", "-verify", public, "-keyform", form];
    let output = bench.run(
        "openssl",
        &[&key[..], &["-signature", signature, "message"]].concat(),
    );
    output.status.success()
}

fn digest(bench: &Bench) -> Vec<u8> {
    bench.write("message", "Квитанция".as_bytes());
    bench.ok(
        "openssl",
        &["dgst", "-sha256", "-binary", "-out", "hash", "message"],
    );
    std::fs::read(bench.path("hash")).expect("reads")
}

/// ECDSA-Sig-Value (RFC 3279 §2.2.3) of r‖s, which `pkcs11-tool` makes by itself.
fn ecdsa_value(raw: &[u8]) -> Vec<u8> {
    use der::{Encode, asn1::UintRef};
    let half = |octets| UintRef::new(octets).expect("a number").to_der().expect("encodes");
    let body = [half(&raw[..32]), half(&raw[32..])].concat();
    let octets = u8::try_from(body.len()).expect("short");
    [&[0x30, octets][..], &body].concat()
}

#[test]
fn pkcs11_tool_makes_keys_and_openssl_accepts_what_they_sign() {
    let bench = Bench::new();
    let hash = digest(&bench);
    bench.write("info", &[&DIGEST_INFO[..], &hash].concat());
    for (id, key_type, mechanism, input) in [
        ("0a", "rsa:2048", "RSA-PKCS", "info"),
        ("0b", "EC:prime256v1", "ECDSA", "hash"),
    ] {
        let made = ["--keypairgen", "--key-type", key_type, "--id", id];
        tool(&bench, &[&LOGIN[..], &made].concat());
        let sign = ["-s", "-m", mechanism, "--id", id, "-i", input, "-o", "sig"];
        tool(
            &bench,
            &[&LOGIN[..], &sign, &["--signature-format", "openssl"]].concat(),
        );
        let read = ["--read-object", "--type", "pubkey", "--id", id, "-o", "public"];
        tool(&bench, &read);
        assert!(judged(&bench, "public", "DER", "sig"), "{key_type}");
        bench.write("message", b"another");
        assert!(!judged(&bench, "public", "DER", "sig"), "{key_type}");
        digest(&bench);
    }
    let objects = tool(&bench, &[&LOGIN[..], &["-O"]].concat());
    assert!(
        objects.contains("RSA 2048 bits") && objects.contains("EC_POINT 256 bits"),
        "{objects}"
    );
}

#[test]
fn keys_and_certificates_of_openssl_are_imported_by_both_ways_and_sign() {
    for (number, algorithm) in [
        ["-newkey", "rsa:2048", "-pkeyopt", "rsa_keygen_pubexp:65537"],
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    ]
    .into_iter()
    .enumerate()
    {
        let bench = Bench::new();
        let hash = digest(&bench);
        let files = ["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=x"];
        bench.ok(
            "openssl",
            &[&["req", "-x509", "-nodes"], &algorithm[..], &files].concat(),
        );
        bench.ok(
            "openssl",
            &["pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem"],
        );
        for (from, to) in [("key.pem", "key.der"), ("cert.pem", "cert.der")] {
            let kind = if from == "key.pem" { "pkey" } else { "x509" };
            bench.ok("openssl", &[kind, "-in", from, "-outform", "DER", "-out", to]);
        }

        // By our program, and by pkcs11-tool through C_CreateObject.
        let tokens = bench.path("tokens");
        bench.write("pin", PIN);
        let place = ["--dir", tokens.to_str().expect("UTF-8"), "--serial", SERIAL];
        let files = [
            "--pin-file",
            "pin",
            "--key",
            "key.pem",
            "--cert",
            "cert.pem",
            "--id",
            "01",
        ];
        bench.ok(PROGRAM, &[&["import"], &place[..], &files].concat());
        for (file, kind) in [("key.der", "privkey"), ("cert.der", "cert")] {
            let write = ["--write-object", file, "--type", kind, "--id", "02"];
            tool(&bench, &[&LOGIN[..], &write].concat());
        }
        let read = ["--read-object", "--type", "cert", "--id", "02", "-o", "read.der"];
        tool(&bench, &read);
        assert_eq!(
            std::fs::read(bench.path("read.der")).expect("reads"),
            std::fs::read(bench.path("cert.der")).expect("reads")
        );

        let module = bench.load();
        let session = module.user();
        let keys = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY));
        assert_eq!(keys.len(), 2);
        for key in keys {
            let signature = if number == 0 {
                let input = [&DIGEST_INFO[..], &hash].concat();
                module
                    .sign(session, ck::CKM_RSA_PKCS, key, &input)
                    .expect("signs")
            } else {
                ecdsa_value(&module.sign(session, ck::CKM_ECDSA, key, &hash).expect("signs"))
            };
            bench.write("sig", &signature);
            assert!(judged(&bench, "pub.pem", "PEM", "sig"), "{algorithm:?}");
            for secret in [ck::CKA_VALUE, ck::CKA_PRIVATE_EXPONENT, ck::CKA_PRIME_1] {
                assert_eq!(
                    module.attribute(session, key, secret),
                    Err(ck::CKR_ATTRIBUTE_SENSITIVE)
                );
            }
        }
    }
}

#[test]
fn a_token_refuses_keys_that_its_model_does_not_hold() {
    let bench = Bench::model("jacarta-2-gost");
    bench.ok("openssl", &["genrsa", "-out", "key.pem", "2048"]);
    bench.write("pin", PIN);
    let tokens = bench.path("tokens");
    let place = ["--dir", tokens.to_str().expect("UTF-8"), "--serial", SERIAL];
    let files = ["--pin-file", "pin", "--key", "key.pem", "--id", "01"];
    let refused = bench.run(PROGRAM, &[&["import"], &place[..], &files].concat());
    let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && complaint.contains("keys of this kind"),
        "{complaint}"
    );
    bench.ok(
        "openssl",
        &["genpkey", "-algorithm", "ed25519", "-out", "key.pem"],
    );
    let refused = bench.run(PROGRAM, &[&["import"], &place[..], &files].concat());
    assert!(!refused.status.success());
    assert_eq!(bench.tokens().list().expect("lists")[0].objects, 0);
}

fn generated(module: &Module, mechanism: ck::CK_MECHANISM_TYPE, public: &Template) -> ck::CK_RV {
    let session = module.user();
    let private = Template::new().flag(ck::CKA_PRIVATE, true);
    let (mut public, mut private) = (public.attributes(), private.attributes());
    let (mut first, mut second) = (0, 0);
    let rv = call!(
        module,
        C_GenerateKeyPair,
        session,
        &mut plain(mechanism),
        public.as_mut_ptr(),
        length(&public),
        private.as_mut_ptr(),
        length(&private),
        &mut first,
        &mut second,
    );
    assert_eq!(call!(module, C_CloseSession, session), ck::CKR_OK);
    rv
}

#[test]
fn sizes_exponents_and_curves_of_other_keys_are_refused() {
    let bench = Bench::new();
    let module = bench.load();
    let rsa = |bits| Template::new().number(ck::CKA_MODULUS_BITS, bits);
    for (public, expected) in [
        (Template::new(), ck::CKR_TEMPLATE_INCOMPLETE),
        (rsa(512), ck::CKR_KEY_SIZE_RANGE),
        (rsa(8192), ck::CKR_KEY_SIZE_RANGE),
        (rsa(ck::CK_ULONG::MAX), ck::CKR_KEY_SIZE_RANGE),
        (
            rsa(2048).octets(ck::CKA_PUBLIC_EXPONENT, &[3]),
            ck::CKR_ATTRIBUTE_VALUE_INVALID,
        ),
    ] {
        assert_eq!(
            generated(&module, ck::CKM_RSA_PKCS_KEY_PAIR_GEN, &public),
            expected
        );
    }
    let curve = |der: &[u8]| Template::new().octets(ck::CKA_EC_PARAMS, der);
    let (p256, p384) = (hex::decode("06082a8648ce3d030107"), hex::decode("06052b81040022"));
    for (public, expected) in [
        (Template::new(), ck::CKR_TEMPLATE_INCOMPLETE),
        (curve(&p384.expect("hex")), ck::CKR_CURVE_NOT_SUPPORTED),
        (curve(b"nonsense"), ck::CKR_CURVE_NOT_SUPPORTED),
        (curve(&p256.expect("hex")), ck::CKR_OK),
    ] {
        assert_eq!(generated(&module, ck::CKM_EC_KEY_PAIR_GEN, &public), expected);
    }
}

#[test]
fn what_is_too_long_for_an_rsa_key_is_not_signed() {
    let bench = Bench::new();
    let made = ["--keypairgen", "--key-type", "rsa:1024", "--id", "0a"];
    tool(&bench, &[&LOGIN[..], &made].concat());
    let module = bench.load();
    let session = module.user();
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    assert_eq!(
        module
            .sign(session, ck::CKM_RSA_PKCS, key, &[1; 117])
            .map(|signature| signature.len()),
        Ok(128)
    );
    for long in [118, 128, 600] {
        assert_eq!(
            module.sign(session, ck::CKM_RSA_PKCS, key, &vec![1; long]),
            Err(ck::CKR_DATA_LEN_RANGE)
        );
    }
    assert_eq!(
        module.sign(session, ck::CKM_ECDSA, key, &[1; 32]),
        Err(ck::CKR_KEY_TYPE_INCONSISTENT)
    );
}

#[test]
fn pins_are_changed_and_unblocked_through_pkcs11_tool() {
    let bench = Bench::with(|profile| profile.max_tries = 2);
    let change = ["--change-pin", "--new-pin", "24681357"];
    tool(&bench, &[&LOGIN[..], &change].concat());
    let module = library();
    let module = module.to_str().expect("UTF-8");
    for _ in 0..2 {
        let refused = bench.run(
            "pkcs11-tool",
            &[&["--module", module], &LOGIN[..], &["-O"]].concat(),
        );
        assert!(!refused.status.success());
    }
    assert!(tool(&bench, &["-L"]).contains("user PIN locked"));
    let unblock = [
        "--init-pin",
        "--login",
        "--login-type",
        "so",
        "--so-pin",
        "0987654321",
    ];
    tool(&bench, &[&unblock[..], &["--new-pin", "1234567890"]].concat());
    assert!(!tool(&bench, &["-L"]).contains("user PIN locked"));
    tool(&bench, &[&LOGIN[..], &["-O"]].concat());
}
