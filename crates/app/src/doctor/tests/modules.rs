//! The module: its file, its loading, what it shows.

use super::*;

#[test]
fn the_missing_module_is_named_with_the_places_it_was_looked_for() {
    let chain = one(Facts {
        modules: Vec::new(),
        ..rutoken(module("x"))
    });
    let line = breaks(&chain, DoctorStep::Module, "module.absent");
    assert_eq!(line.params["product"], "Рутокен ЭЦП");
    assert_eq!(line.params["paths"], "/opt/Рутокен ЭЦП.so");
    assert_eq!(chain.title, "Рутокен ЭЦП");
}

#[test]
fn a_module_added_by_hand_is_known_by_its_file_name() {
    let mut own = module("own");
    own.module.path = "/home/me/Рутокен ЭЦП.so".into();
    breaks(&one(rutoken(own)), DoctorStep::Slot, "slot.empty");
}

#[test]
fn what_is_wrong_with_the_file_breaks_the_file_and_a_wrong_image_its_bitness() {
    for (reason, step, code) in [
        (Unloadable::Missing, DoctorStep::Module, "token.module-missing"),
        (
            Unloadable::Unreadable,
            DoctorStep::Module,
            "token.module-unreadable",
        ),
        (
            Unloadable::WritableByOthers,
            DoctorStep::Module,
            "token.module-writable-by-others",
        ),
        (
            Unloadable::NotALibrary,
            DoctorStep::Bitness,
            "token.module-not-a-library",
        ),
        (
            Unloadable::OtherSystem,
            DoctorStep::Bitness,
            "token.module-other-system",
        ),
        (
            Unloadable::OtherArchitecture {
                found: "x86".into(),
                expected: "x86_64".into(),
            },
            DoctorStep::Bitness,
            "token.module-other-architecture",
        ),
    ] {
        let bad = ModuleFacts {
            file: Err(reason),
            info: None,
            ..module("Рутокен ЭЦП")
        };
        let chain = one(rutoken(bad));
        let line = breaks(&chain, step, code);
        if code.ends_with("architecture") {
            assert_eq!(line.params["found"], "x86");
        }
    }
}

#[test]
fn a_module_that_does_not_start_breaks_its_loading() {
    for (error, code) in [
        (Unloadable::LoaderRefused.into(), "token.module-loader-refused"),
        (Unloadable::NotPkcs11.into(), "token.module-not-pkcs11"),
        (TokenError::ModuleCrashed, "token.module-crashed"),
        (TokenError::ModuleHung { seconds: 10 }, "token.module-hung"),
    ] {
        let bad = ModuleFacts {
            info: Some(Err(error)),
            ..module("Рутокен ЭЦП")
        };
        breaks(&one(rutoken(bad)), DoctorStep::Load, code);
    }
}

#[test]
fn a_module_that_fails_at_the_token_breaks_the_slot() {
    for reader in [None, Some(RUTOKEN.to_owned())] {
        let mut bad = module("Рутокен ЭЦП");
        bad.scan.problems = vec![ScanProblem {
            module: bad.module.path.clone(),
            reader,
            error: TokenError::ModuleHung { seconds: 10 },
        }];
        breaks(&one(rutoken(bad)), DoctorStep::Slot, "token.module-hung");
    }
    let mut elsewhere = module("Рутокен ЭЦП");
    elsewhere.scan.problems = vec![ScanProblem {
        module: elsewhere.module.path.clone(),
        reader: Some("Another reader".into()),
        error: TokenError::ModuleHung { seconds: 10 },
    }];
    breaks(&one(rutoken(elsewhere)), DoctorStep::Slot, "slot.empty");
}

#[test]
fn a_token_two_modules_show_is_the_vendors() {
    let chains = all(Facts {
        usb: rutoken_on_usb(),
        pcsc: running(vec![reader(RUTOKEN, Some(ATR))]),
        modules: vec![
            with_token(module("OpenSC"), |_| ()),
            with_token(module("Рутокен ЭЦП"), |_| ()),
        ],
        ..Facts::default()
    });
    let of_tokens: Vec<_> = chains.iter().filter(|chain| chain.title == "Печать").collect();
    assert_eq!(of_tokens.len(), 1);
    assert_eq!(
        line(of_tokens[0], DoctorStep::Module).params["name"],
        "Рутокен ЭЦП"
    );
}

#[test]
fn a_token_without_a_reader_and_a_module_without_a_token_have_chains_of_their_own() {
    let soft = with_token(module("soft"), |token| token.reader = "Software slot".into());
    let chains = all(Facts {
        usb: Some(vec![]),
        pcsc: state(Service::Absent(NoService::NotRunning), vec![]),
        modules: vec![
            module("whole"),
            ModuleFacts {
                info: Some(Err(TokenError::ModuleCrashed)),
                ..module("crashing")
            },
            soft,
        ],
        ..Facts::default()
    });
    let titles: Vec<_> = chains
        .iter()
        .map(|chain| (chain.title.as_str(), chain.broken))
        .collect();
    assert_eq!(
        titles,
        [
            ("Печать", None),
            ("crashing", Some(DoctorStep::Load)),
            ("whole", None)
        ]
    );
    assert_eq!(
        codes(&chains[0])[..4],
        [
            "usb.not-needed",
            "service.not-needed",
            "reader.not-needed",
            "card.not-needed"
        ]
    );
    assert_eq!(line(&chains[2], DoctorStep::Slot).code, "slot.unused");
    assert_eq!(line(&chains[2], DoctorStep::Token).code, "later");
}
