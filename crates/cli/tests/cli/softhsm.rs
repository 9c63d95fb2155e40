//! Keys that are not GOST: RSA and P-256 on SoftHSM.

use kabinet_testkit::{Authority, OpenSsl, SOFTHSM_MODULE, SOFTHSM_PIN, SoftHsm};

use crate::{kabinetctl, text};

#[test]
fn rsa_and_p256_signatures_are_accepted_by_openssl_and_by_ourselves() {
    let authority = Authority::new();
    authority.issue("rsa", "RSA:rsa_keygen_bits:2048");
    authority.issue("p256", "EC:ec_paramgen_curve:P-256");
    let hsm = SoftHsm::with(&authority, &["rsa", "p256"]);
    let ctl = kabinetctl().with("SOFTHSM2_CONF", hsm.configuration());
    let (content, root, crl) = (
        ctl.file("content", b"content"),
        authority.path("root.crt"),
        authority.crl(),
    );
    for (name, algorithm) in [("rsa", "rsa"), ("p256", "ecdsa-p256")] {
        let id = authority.fingerprint(name);
        let out = ctl.path(name);
        let sign = [
            "sign",
            text(&content),
            "--cert",
            &id,
            "--module",
            SOFTHSM_MODULE,
            "--pin-stdin",
            "--out",
            text(&out),
        ];
        ctl.run(&sign, format!("{SOFTHSM_PIN}\n").as_bytes()).expect(0);
        OpenSsl::new().accepts(&std::fs::read(&out).unwrap(), Some(b"content"), &root);
        let verify = [
            "verify",
            text(&out),
            "--content",
            text(&content),
            "--trust",
            text(&root),
            "--crl",
            text(&crl),
        ];
        let report = ctl
            .run(&[&verify[..], &["--offline"]].concat(), b"")
            .expect(0)
            .json();
        assert_eq!(report["verdict"], "valid", "{report}");
        assert_eq!(report["signers"][0]["certificate"]["algorithm"], algorithm);
    }
}
