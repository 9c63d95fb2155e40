//! The token and what is on it.

use super::*;

#[test]
fn a_token_that_works_is_followed_from_the_socket_to_the_key() {
    let chain = one(rutoken(with_token(module("Рутокен ЭЦП"), |_| ())));
    assert_eq!(
        codes(&chain),
        [
            "usb.found",
            "service.runs",
            "reader.found",
            "card.known",
            "module.found",
            "bitness.fits",
            "load.done",
            "slot.found",
            "token-state.ready",
            "certificates.found",
            "key.found",
            "signature.not-asked",
            "verification.not-asked",
        ]
    );
    assert_eq!((chain.broken, chain.title.as_str()), (None, "Печать"));
    assert_eq!(chain.certificates.len(), 1);
    assert_eq!(line(&chain, DoctorStep::Load).params["version"], "2.09");
    assert_eq!(
        line(&chain, DoctorStep::Token).params["mechanisms"],
        "CKM_GOSTR3410, CKM_GOSTR3410_512"
    );
}

#[test]
fn the_state_of_the_pin_is_told_before_anybody_enters_it() {
    type Change = fn(&mut Token);
    let cases: [(Change, StepState, &str); 8] = [
        (
            |token| token.pin.count_low = true,
            StepState::Warning,
            "token-state.low",
        ),
        (
            |token| token.pin.final_try = true,
            StepState::Warning,
            "token-state.last-try",
        ),
        (
            |token| token.pin.to_be_changed = true,
            StepState::Warning,
            "token-state.must-change",
        ),
        (
            |token| token.pin.locked = true,
            StepState::Broken,
            "token-state.locked",
        ),
        (
            |token| token.pin.on_device = true,
            StepState::Ok,
            "token-state.ready",
        ),
        (
            |token| token.passive = true,
            StepState::Broken,
            "token-state.empty",
        ),
        (
            |token| {
                token.passive = true;
                token.mechanisms.clear();
            },
            StepState::Broken,
            "token-state.passive",
        ),
        (
            |token| token.mechanisms = vec![SignMechanism::RsaPkcs1],
            StepState::Warning,
            "token-state.no-gost",
        ),
    ];
    for (change, state, code) in cases {
        let chain = one(rutoken(with_token(module("Рутокен ЭЦП"), change)));
        let line = line(&chain, DoctorStep::Token);
        assert_eq!((line.state, line.code.as_str()), (state, code));
        if state == StepState::Broken {
            breaks(&chain, DoctorStep::Token, code);
            assert!(
                chain.certificates.is_empty(),
                "{code}: no test that spends a PIN is offered"
            );
        }
    }
}

#[test]
fn a_passive_model_is_explained_whether_or_not_its_module_is_there() {
    let lite = |pcsc, modules| Facts {
        usb: Some(vec![usb(0x0a89, 0x0025)]),
        pcsc,
        modules,
        ..Facts::default()
    };
    let name = "Aktiv Rutoken lite 00 00";
    let readers = || running(vec![reader(name, Some(LITE_ATR))]);
    let chain = one(lite(readers(), vec![]));
    let line = breaks(&chain, DoctorStep::Token, "token-state.passive");
    assert_eq!(line.params["name"], "Рутокен Lite");
    let mut shown = with_token(module("Рутокен ЭЦП"), |token| {
        token.reader = name.into();
        token.passive = true;
        token.mechanisms.clear();
    });
    breaks(
        &one(lite(readers(), vec![shown.clone()])),
        DoctorStep::Token,
        "token-state.passive",
    );
    // Not even the service is needed to say so.
    let stopped = state(Service::Absent(NoService::NotRunning), vec![]);
    breaks(
        &one(lite(stopped, vec![])),
        DoctorStep::Token,
        "token-state.passive",
    );
    // A crypto provider's module signs with what only stores a key for everybody else.
    shown.scan.certificates.clear();
    let provider = with_token(module("КриптоПро CSP"), |token| {
        token.reader = name.into()
    });
    let chain = one(lite(readers(), vec![shown, provider]));
    assert_eq!(chain.broken, None, "{chain:#?}");
    assert_eq!(
        super::line(&chain, DoctorStep::Module).params["name"],
        "КриптоПро CSP"
    );
}

#[test]
fn certificates_are_counted_by_what_they_are_good_for() {
    let with = |change: fn(&mut ModuleFacts)| {
        let mut module = with_token(module("Рутокен ЭЦП"), |_| ());
        change(&mut module);
        one(rutoken(module))
    };
    let chain = with(|module| module.scan.certificates.clear());
    breaks(&chain, DoctorStep::Certificates, "certificates.none");
    let chain = with(|module| {
        module.scan.certificates.clear();
        module.scan.lone_keys = vec![LoneKey {
            token: module.scan.tokens[0].address.clone(),
            id: vec![7],
            label: "Иванов".into(),
        }];
    });
    let line = breaks(&chain, DoctorStep::Certificates, "certificates.key-only");
    assert_eq!(line.params["keys"], "1");
    let chain = with(|module| module.scan.certificates[0].der = vec![0x30, 0]);
    let line = breaks(&chain, DoctorStep::Certificates, "certificates.unusable");
    assert_eq!(line.params["damaged"], "1");
    let chain = with(|module| {
        let damaged = TokenCertificate {
            der: vec![0x30, 0],
            ..module.scan.certificates[0].clone()
        };
        module.scan.certificates.push(damaged);
    });
    let line = super::line(&chain, DoctorStep::Certificates);
    assert_eq!(
        (line.state, line.code.as_str()),
        (StepState::Warning, "certificates.partly")
    );
    assert_eq!(
        (line.params["valid"].as_str(), line.params["count"].as_str()),
        ("1", "2")
    );
}

#[test]
fn an_outdated_certificate_breaks_the_chain_but_its_key_can_be_tried() {
    let facts = Facts {
        products: products(),
        ..rutoken(with_token(module("Рутокен ЭЦП"), |_| ()))
    };
    let later = Certificate::from_der(&der()).unwrap().not_after() + time::Duration::DAY;
    let chain = judge(&facts, &Devices::bundled(), &system(), later).remove(0);
    let line = breaks(&chain, DoctorStep::Certificates, "certificates.unusable");
    assert_eq!(line.params["outdated"], "1");
    assert_eq!(chain.certificates.len(), 1);
}

#[test]
fn a_key_nobody_sees_is_missing_only_where_nothing_can_hide_it() {
    let with = |change: fn(&mut ModuleFacts)| {
        let mut module = with_token(module("Рутокен ЭЦП"), |_| ());
        module.scan.certificates[0].key = KeySeen::No;
        change(&mut module);
        one(rutoken(module))
    };
    let hidden = with(|_| ());
    assert_eq!(line(&hidden, DoctorStep::Key).code, "key.hidden");
    assert_eq!(hidden.broken, None);
    let chain = with(|module| module.scan.tokens[0].pin.login_required = false);
    breaks(&chain, DoctorStep::Key, "key.missing");
    let chain = with(|module| module.scan.certificates[0].mechanism = Some(SignMechanism::Gost512));
    breaks(&chain, DoctorStep::Key, "key.unsupported");
    assert!(chain.certificates.is_empty());
}
