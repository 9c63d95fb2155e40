//! `tokens` and `certs`.

use kabinet_testkit::{Drawer, Stand, built_module};

use crate::{kabinetctl, text};

#[test]
fn tokens_and_certificates_are_listed_with_what_a_script_needs() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant", "accountant-expired"]);
    drawer.add(&stand, "0002", &["director"]);
    let ctl = kabinetctl().with_tokens(&drawer);
    let module = built_module();
    let tokens = ctl
        .run(&["tokens", "--module", text(&module)], b"")
        .expect(0)
        .json();
    let serials: Vec<_> = tokens["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| &token["serial"])
        .collect();
    assert_eq!(serials, ["0001", "0002"], "{tokens}");
    assert_eq!(tokens["problems"], serde_json::json!([]));

    let report = ctl
        .run(&["certs", "--module", text(&module)], b"")
        .expect(0)
        .json();
    let certificates = report["certificates"].as_array().unwrap();
    assert_eq!(certificates.len(), 3, "{report}");
    let found = |id: &str| {
        certificates
            .iter()
            .find(|line| line["id"] == stand.fingerprint(id))
            .unwrap()
    };
    assert_eq!(found("accountant")["holder"], "Лютикова Мария Петровна");
    assert_eq!(found("accountant")["organisationInn"], "9900000017");
    assert_eq!(found("accountant")["algorithm"], "gost-2012-256");
    assert_eq!(found("director")["algorithm"], "gost-2012-512");
    assert_eq!(found("director")["token"]["serial"], "0002");
    assert_eq!(found("director")["unfit"], serde_json::json!([]));
    assert_eq!(found("accountant-expired")["unfit"][0]["code"], "expired");
}

#[test]
fn a_token_that_was_pulled_is_not_listed() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    let home = drawer.add(&stand, "0001", &["accountant"]);
    let ctl = kabinetctl().with_tokens(&drawer);
    home.remove().unwrap();
    let report = ctl
        .run(&["certs", "--module", text(&built_module())], b"")
        .expect(0)
        .json();
    assert_eq!(report["certificates"], serde_json::json!([]));
}

#[test]
fn a_module_that_cannot_be_loaded_is_a_problem_not_a_failure() {
    let report = kabinetctl()
        .run(&["tokens", "--module", "/nowhere/module.so"], b"")
        .expect(0)
        .json();
    assert_eq!(report["tokens"], serde_json::json!([]));
    assert_eq!(report["problems"][0]["module"], "module.so");
    assert_eq!(report["problems"][0]["error"]["code"], "token.module-missing");
}

#[test]
fn people_see_the_holder_and_a_beginning_of_the_fingerprint() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    let ctl = kabinetctl().with_tokens(&drawer);
    let lines = ctl
        .say("ru_RU.UTF-8", &["certs", "--module", text(&built_module())])
        .expect(0)
        .text();
    assert!(
        lines.starts_with(&stand.fingerprint("accountant")[..16]),
        "{lines}"
    );
    assert!(lines.contains("Лютикова") && lines.contains("Ромашка"), "{lines}");
}
