//! `token`: changes of tokens, judged by OpenSSL and by what the token then takes.

use kabinet_testkit::{Drawer, OpenSsl, PIN, PUK, Stand, WRONG_PIN, built_module};

use crate::{kabinetctl, text};

const NEW_PIN: &str = "16180339";

fn lines(first: &str, second: &str) -> Vec<u8> {
    format!("{first}\n{second}\n").into_bytes()
}

#[test]
fn a_pin_is_changed_and_unblocked_with_codes_a_script_can_tell_apart() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    let ctl = kabinetctl().with_tokens(&drawer);
    let module = built_module();
    let change = [
        "token",
        "change-pin",
        "--token",
        "0001",
        "--pins-stdin",
        "--module",
        text(&module),
    ];
    let failed = ctl.run(&change, &lines(WRONG_PIN, NEW_PIN));
    assert!(
        failed.error().contains("token.pin-incorrect"),
        "{}",
        failed.error()
    );
    ctl.run(&change, &lines(PIN, NEW_PIN)).expect(0);
    drawer.lock("0001");
    let unblock = [
        "token",
        "unblock",
        "--token",
        "0001",
        "--pins-stdin",
        "--module",
        text(&module),
    ];
    ctl.run(&unblock, &lines(PUK, PIN)).expect(0);
    assert_eq!(drawer.tries_left("0001"), 3);
    let absent = [
        "token",
        "unblock",
        "--token",
        "0009",
        "--pins-stdin",
        "--module",
        text(&module),
    ];
    let failed = ctl.run(&absent, &lines(PUK, PIN));
    assert!(failed.error().contains("token.not-found"), "{}", failed.error());
}

#[test]
fn a_key_is_made_on_the_token_and_the_certificate_openssl_issues_is_written_to_it() {
    let (stand, drawer, openssl) = (Stand::start(), Drawer::new(), OpenSsl::new());
    drawer.add(&stand, "0001", &[]);
    let ctl = kabinetctl().with_tokens(&drawer);
    let module = built_module();
    let request = ctl.path("request.req");
    let make = [
        "token",
        "request",
        "--token",
        "0001",
        "--alg",
        "gost2012-256:tc26-b",
        "--subject",
        "CN=Иванова, C=RU",
        "--pin-stdin",
        "--out",
        text(&request),
        "--module",
        text(&module),
    ];
    ctl.run(&make, format!("{PIN}\n").as_bytes()).expect(0);
    let (key, authority, issued) = (
        openssl.path("ca.key"),
        openssl.path("ca.crt"),
        openssl.path("issued.crt"),
    );
    openssl.must(
        &[
            "req",
            "-x509",
            "-new",
            "-newkey",
            "gost2012_256",
            "-pkeyopt",
            "paramset:A",
            "-nodes",
            "-keyout",
            text(&key),
            "-subj",
            "/CN=authority",
            "-out",
            text(&authority),
        ],
        b"",
    );
    openssl.must(
        &[
            "x509",
            "-req",
            "-in",
            text(&request),
            "-inform",
            "DER",
            "-CA",
            text(&authority),
            "-CAkey",
            text(&key),
            "-set_serial",
            "7",
            "-days",
            "30",
            "-out",
            text(&issued),
        ],
        b"",
    );
    let import = [
        "token",
        "import",
        "--token",
        "0001",
        text(&issued),
        "--pin-stdin",
        "--module",
        text(&module),
    ];
    ctl.run(&import, format!("{PIN}\n").as_bytes()).expect(0);
    let report = ctl
        .run(&["certs", "--module", text(&module)], b"")
        .expect(0)
        .json();
    assert_eq!(report["certificates"][0]["holder"], "Иванова", "{report}");
}
