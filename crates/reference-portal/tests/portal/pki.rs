//! The demo PKI and its services, judged by OpenSSL.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use kabinet_reference_portal::demo::{self, DemoError, Ports};

use crate::openssl;
use crate::stand::Stand;

fn fetch(stand: &Stand, path: &str) -> Vec<u8> {
    let answer = stand
        .http
        .get(format!("{}{path}", stand.portal.urls.pki))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().unwrap().to_vec()
}

fn verify(stand: &Stand, id: &str) -> openssl::Output {
    let certificate = format!("{id}.crt");
    openssl::run(
        &stand.pki(),
        &[
            "verify",
            "-x509_strict",
            "-CAfile",
            "root.crt",
            "-untrusted",
            "ca.crt",
            &certificate,
        ],
    )
}

#[test]
fn expired_and_untrusted_certificates_do_not_verify() {
    let stand = Stand::start();
    let expired = verify(&stand, "accountant-expired");
    assert!(
        !expired.success && expired.text.contains("expired"),
        "{}",
        expired.text
    );
    assert!(!verify(&stand, "director-untrusted").success);
}

#[test]
fn every_other_certificate_verifies() {
    let stand = Stand::start();
    for id in [
        "ca",
        "ocsp",
        "tsa",
        "result-signer",
        "token-signer",
        "accountant",
        "director",
        "organisation",
        "stranger",
    ] {
        let judged = verify(&stand, id);
        assert!(judged.success, "{id}: {}", judged.text);
    }
    let tls = openssl::run(
        stand.dir.path(),
        &["verify", "-CAfile", "tls-ca.crt", "tls-server.crt"],
    );
    assert!(tls.success, "{}", tls.text);
}

#[test]
fn a_second_init_changes_nothing_and_other_ports_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let ports = Ports {
        https: 1,
        pki: 2,
        operator: 3,
    };
    let first = demo::init(dir.path(), ports).unwrap();
    let second = demo::init(dir.path(), ports).unwrap();
    let fingerprints = |index: &demo::DemoIndex| -> Vec<String> {
        index.certificates.iter().map(|c| c.fingerprint.clone()).collect()
    };
    assert_eq!(fingerprints(&first), fingerprints(&second));
    let other = demo::init(dir.path(), Ports { pki: 4, ..ports });
    assert!(matches!(other, Err(DemoError::OtherPort { made: 2, asked: 4 })));
}

#[test]
fn private_keys_are_readable_by_their_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    let index = demo::init(dir.path(), Ports::default()).unwrap();
    let keys = index.certificates.iter().map(|c| &c.key).chain([&index.tls.key]);
    for key in keys {
        let mode = fs::metadata(dir.path().join(key)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", key.display());
    }
}

#[test]
fn addresses_in_certificates_lead_to_this_portal() {
    let stand = Stand::start();
    let text = openssl::must(
        &stand.pki(),
        &["x509", "-in", "accountant.crt", "-noout", "-text"],
    );
    let base = &stand.portal.urls.pki;
    for path in ["/ca.crl", "/ocsp", "/ca.crt"] {
        assert!(text.contains(&format!("URI:{base}{path}")), "{path}");
    }
    assert_eq!(
        fetch(&stand, "/ca.crt"),
        fs::read(stand.pki().join("ca.cer")).unwrap()
    );
    assert_eq!(
        fetch(&stand, "/root.crt"),
        fs::read(stand.pki().join("root.cer")).unwrap()
    );
}

#[test]
fn the_lists_verify_and_name_the_revoked_certificate_only() {
    let stand = Stand::start();
    let pki = stand.pki();
    for list in ["ca.crl", "root.crl"] {
        fs::write(pki.join(list), fetch(&stand, &format!("/{list}"))).unwrap();
        openssl::must(
            &pki,
            &[
                "crl",
                "-inform",
                "DER",
                "-in",
                list,
                "-out",
                &format!("{list}.pem"),
            ],
        );
    }
    let bundle = [
        fs::read(pki.join("ca.crl.pem")).unwrap(),
        fs::read(pki.join("root.crl.pem")).unwrap(),
    ]
    .concat();
    fs::write(pki.join("lists.pem"), bundle).unwrap();
    let check = |id: &str| {
        let certificate = format!("{id}.crt");
        openssl::run(
            &pki,
            &[
                "verify",
                "-crl_check_all",
                "-CRLfile",
                "lists.pem",
                "-CAfile",
                "root.crt",
                "-untrusted",
                "ca.crt",
                &certificate,
            ],
        )
    };
    let revoked = check("accountant-revoked");
    assert!(
        !revoked.success && revoked.text.contains("certificate revoked"),
        "{}",
        revoked.text
    );
    let good = check("accountant");
    assert!(good.success, "{}", good.text);
}

#[test]
fn ocsp_answers_good_revoked_and_unknown_with_the_nonce() {
    let stand = Stand::start();
    let pki = stand.pki();
    let ask = |issuer: &str, id: &str| {
        let (issuer, certificate) = (format!("{issuer}.crt"), format!("{id}.crt"));
        openssl::run(
            &pki,
            &[
                "ocsp",
                "-md_gost12_256",
                "-issuer",
                &issuer,
                "-cert",
                &certificate,
                "-url",
                &stand.portal.urls.ocsp,
                "-CAfile",
                "root.crt",
                "-verify_other",
                "ca.crt",
            ],
        )
        .text
    };
    let good = ask("ca", "accountant");
    assert!(
        good.contains("Response verify OK") && good.contains("accountant.crt: good"),
        "{good}"
    );
    assert!(!good.contains("no nonce in response"), "{good}");
    let revoked = ask("ca", "accountant-revoked");
    assert!(
        revoked.contains(": revoked") && revoked.contains("keyCompromise"),
        "{revoked}"
    );
    // The responder does not answer for an authority that is not its own.
    assert!(ask("untrusted-root", "director-untrusted").contains(": unknown"));
}

#[test]
fn ocsp_by_get_and_garbage_by_post() {
    use base64ct::{Base64, Encoding as _};
    let stand = Stand::start();
    let pki = stand.pki();
    openssl::must(
        &pki,
        &[
            "ocsp",
            "-issuer",
            "ca.crt",
            "-cert",
            "director.crt",
            "-reqout",
            "request.der",
            "-no_nonce",
        ],
    );
    let request = Base64::encode_string(&fs::read(pki.join("request.der")).unwrap());
    let encoded = request
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    fs::write(pki.join("answer.der"), fetch(&stand, &format!("/ocsp/{encoded}"))).unwrap();
    let text = openssl::must(
        &pki,
        &[
            "ocsp",
            "-respin",
            "answer.der",
            "-issuer",
            "ca.crt",
            "-cert",
            "director.crt",
            "-CAfile",
            "root.crt",
            "-verify_other",
            "ca.crt",
            "-no_nonce",
        ],
    );
    assert!(text.contains("director.crt: good"), "{text}");

    let answer = stand
        .http
        .post(&stand.portal.urls.ocsp)
        .body("garbage")
        .send()
        .unwrap()
        .bytes()
        .unwrap();
    // OCSPResponse { malformedRequest }.
    assert_eq!(answer.as_ref(), [0x30, 3, 0x0A, 1, 1]);
}

#[test]
fn time_stamps_verify_and_foolish_requests_are_refused() {
    let stand = Stand::start();
    let pki = stand.pki();
    fs::write(pki.join("data"), "stamped").unwrap();
    let ask = |digest: &str| {
        openssl::must(
            &pki,
            &["ts", "-query", "-data", "data", digest, "-cert", "-out", "query"],
        );
        let query = fs::read(pki.join("query")).unwrap();
        let answer = stand
            .http
            .post(&stand.portal.urls.tsa)
            .body(query)
            .send()
            .unwrap()
            .bytes()
            .unwrap();
        fs::write(pki.join("reply"), answer).unwrap();
        openssl::run(
            &pki,
            &[
                "ts",
                "-verify",
                "-queryfile",
                "query",
                "-in",
                "reply",
                "-CAfile",
                "root.crt",
            ],
        )
    };
    for digest in ["-md_gost12_256", "-md_gost12_512", "-sha256"] {
        let judged = ask(digest);
        assert!(
            judged.success && judged.text.contains("Verification: OK"),
            "{digest}: {}",
            judged.text
        );
    }
    let refused = ask("-sha1");
    assert!(!refused.success, "{}", refused.text);
    let reply = openssl::must(&pki, &["ts", "-reply", "-in", "reply", "-text"]);
    assert!(
        reply.contains("Rejected") && reply.contains("unrecognized or unsupported algorithm"),
        "{reply}"
    );
}
