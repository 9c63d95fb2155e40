//! `sign --pfx` with PKCS#12 files made by OpenSSL.

use kabinet_testkit::{Authority, OpenSsl};

use crate::{kabinetctl, text};

#[test]
fn keys_of_every_kind_sign_from_openssls_files() {
    let authority = Authority::new();
    let gost = [
        "-keypbe",
        "gost89",
        "-certpbe",
        "gost89",
        "-macalg",
        "md_gost12_512",
    ];
    for (name, algorithm, protection) in [
        ("gost256", "gost2012_256:paramset:TCA", &[][..]),
        ("gost256-gost89", "gost2012_256:paramset:XA", &gost),
        ("gost512", "gost2012_512:paramset:A", &[]),
        ("rsa", "RSA:rsa_keygen_bits:2048", &[]),
        ("p256", "EC:ec_paramgen_curve:P-256", &[]),
    ] {
        authority.issue(name, algorithm);
        let pfx = authority.pkcs12(name, "пароль 1", protection);
        let ctl = kabinetctl();
        let (content, out) = (ctl.file("content", b"content"), ctl.path("signature"));
        let id = authority.fingerprint(name);
        let arguments = [
            "sign",
            text(&content),
            "--pfx",
            text(&pfx),
            "--cert",
            &id,
            "--pin-stdin",
            "--out",
            text(&out),
        ];
        let run = ctl.run(&arguments, "другой\n".as_bytes()).expect(77);
        assert_eq!(run.error(), "pfx.passphrase-incorrect");
        assert!(!out.exists());
        ctl.run(&arguments, "пароль 1\n".as_bytes()).expect(0);
        let signature = std::fs::read(&out).unwrap();
        OpenSsl::new().accepts(&signature, Some(b"content"), &authority.path("root.crt"));
    }
}

#[test]
fn a_file_that_is_no_pkcs12_and_a_certificate_that_is_not_inside_are_told_apart() {
    let authority = Authority::new();
    authority.issue("gost", "gost2012_256:paramset:A");
    let pfx = authority.pkcs12("gost", "secret", &[]);
    let ctl = kabinetctl();
    let (content, out) = (ctl.file("content", b"content"), ctl.path("signature"));
    let sign = |pfx: &str, id: &str| {
        let arguments = [
            "sign",
            text(&content),
            "--pfx",
            pfx,
            "--cert",
            id,
            "--pin-stdin",
            "--out",
            text(&out),
        ];
        ctl.run(&arguments, b"secret\n")
    };
    assert_eq!(sign(text(&content), "00").error(), "pfx.malformed");
    assert_eq!(sign(text(&pfx), "00112233445566").error(), "app.no-certificate");
    assert_eq!(
        sign("/nowhere/file.p12", "00").expect(64).error(),
        "app.file-not-found"
    );
    assert!(!out.exists());
}
