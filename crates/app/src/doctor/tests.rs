//! Every branch from facts to steps, without a token.

use kabinet_pki::Certificate;
use kabinet_token::{
    Card, Holder, KeySeen, KnownProduct, LoneKey, Module, ModuleInfo, NoService, PinState, PukState, Reader,
    ReadersState, Scan, ScanProblem, Service, SignMechanism, Token, TokenAddress, TokenCertificate,
    TokenError, Unloadable,
};
use time::OffsetDateTime;

use super::devices::{Devices, Packages};
use super::facts::{Facts, ModuleFacts, UsbDevice};
use super::judge;
use super::system::System;
use crate::view::{DoctorChain, DoctorLine, DoctorStep, StepState};

const RUTOKEN: &str = "Aktiv Rutoken ECP 00 00";
/// Of a Рутокен ЭЦП.
const ATR: &str = "3b8b015275746f6b656e20445320c1";
/// Of a Рутокен Lite.
const LITE_ATR: &str = "3b8b015275746f6b656e6c697465c2";

fn usb(vendor: u16, product: u16) -> UsbDevice {
    UsbDevice {
        vendor,
        product,
        name: "a device".into(),
        is_smart_card: false,
    }
}

fn rutoken_on_usb() -> Option<Vec<UsbDevice>> {
    // A mouse is nobody's business.
    Some(vec![usb(0x046d, 0xc077), usb(0x0a89, 0x0030)])
}

fn reader(name: &str, atr: Option<&str>) -> Reader {
    Reader {
        name: name.into(),
        card: atr.map(|atr| Card {
            atr: hex::decode(atr).unwrap(),
        }),
        mute: false,
        exclusive: false,
        changes: 0,
    }
}

fn state(service: Service, readers: Vec<Reader>) -> Option<ReadersState> {
    Some(ReadersState {
        service,
        connection: 1,
        readers,
    })
}

fn running(readers: Vec<Reader>) -> Option<ReadersState> {
    state(Service::Running, readers)
}

fn module(name: &str) -> ModuleFacts {
    ModuleFacts {
        module: Module {
            name: name.into(),
            path: format!("/usr/lib/{name}.so").into(),
            generic: name == "OpenSC",
            network: false,
        },
        file: Ok(()),
        info: Some(Ok(ModuleInfo {
            manufacturer: "Aktiv Co.".into(),
            description: "Rutoken ECP PKCS #11 library".into(),
            version: (2, 9),
            cryptoki: (2, 40),
        })),
        scan: Scan::default(),
    }
}

fn token(module: &ModuleFacts, reader: &str) -> Token {
    Token {
        address: TokenAddress {
            module: module.module.path.clone(),
            serial: "3F0A91C2".into(),
            model: "Rutoken ECP".into(),
        },
        label: "Печать".into(),
        manufacturer: String::new(),
        reader: reader.into(),
        holder: Holder::Token,
        hardware: (0, 0),
        firmware: (30, 2),
        puk: PukState::default(),
        key_pairs: Vec::new(),
        pin: PinState {
            login_required: true,
            ..PinState::default()
        },
        mechanisms: vec![SignMechanism::Gost256],
        offered: vec![0x1201, 0xD432_1006, 1],
        blank: false,
        passive: false,
    }
}

/// A certificate of a GOST key, published with recommendation 1323565.1.025.
fn der() -> Vec<u8> {
    let text = include_str!("../../../envelope/tests/data/r025_recipient256.crt");
    let blocks: Vec<_> = kabinet_pki::pem_blocks(text, "CERTIFICATE").collect();
    blocks[0].clone()
}

fn certificate(on: &Token, der: &[u8], key: KeySeen) -> TokenCertificate {
    TokenCertificate {
        token: on.address.clone(),
        der: der.to_vec(),
        fingerprint: [1; 32],
        id: vec![1],
        label: String::new(),
        mechanism: Some(SignMechanism::Gost256),
        key,
    }
}

fn with_token(mut module: ModuleFacts, change: impl FnOnce(&mut Token)) -> ModuleFacts {
    let mut token = token(&module, RUTOKEN);
    change(&mut token);
    module.scan.certificates = vec![certificate(&token, &der(), KeySeen::ById)];
    module.scan.tokens = vec![token];
    module
}

fn system() -> System {
    System {
        kind: "linux-known",
        name: "Debian".into(),
        packages: Devices::bundled().packages_of("debian").cloned(),
    }
}

fn products() -> Vec<KnownProduct> {
    ["Рутокен ЭЦП", "OpenSC"]
        .map(|name| KnownProduct {
            name: name.into(),
            generic: name == "OpenSC",
            network: false,
            paths: vec![format!("/opt/{name}.so").into()],
        })
        .to_vec()
}

fn while_valid() -> OffsetDateTime {
    Certificate::from_der(&der()).unwrap().not_before() + time::Duration::DAY
}

fn all(facts: Facts) -> Vec<DoctorChain> {
    let facts = Facts {
        products: products(),
        ..facts
    };
    judge(&facts, &Devices::bundled(), &system(), while_valid())
}

/// The only chain.
fn one(facts: Facts) -> DoctorChain {
    let mut chains = all(facts);
    assert_eq!(chains.len(), 1, "{chains:#?}");
    chains.remove(0)
}

fn line(chain: &DoctorChain, step: DoctorStep) -> &DoctorLine {
    chain.lines.iter().find(|line| line.step == step).unwrap()
}

fn codes(chain: &DoctorChain) -> Vec<&str> {
    chain.lines.iter().map(|line| line.code.as_str()).collect()
}

/// The step that broke and why; everything behind it was not reached.
#[track_caller]
fn breaks(chain: &DoctorChain, step: DoctorStep, code: &str) -> DoctorLine {
    assert_eq!(chain.broken, Some(step), "{chain:#?}");
    let line = line(chain, step);
    assert_eq!(line.code, code);
    let behind = chain.lines.iter().filter(|line| line.step > step);
    for line in behind {
        assert_eq!((line.state, line.code.as_str()), (StepState::NotChecked, "later"));
    }
    line.clone()
}

fn rutoken(module: ModuleFacts) -> Facts {
    Facts {
        usb: rutoken_on_usb(),
        pcsc: running(vec![reader(RUTOKEN, Some(ATR))]),
        modules: vec![module],
        ..Facts::default()
    }
}

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
fn nothing_connected_is_told_as_such() {
    let pcsc = || running(Vec::new());
    let chain = one(Facts {
        usb: Some(vec![usb(0x046d, 0xc077)]),
        pcsc: pcsc(),
        ..Facts::default()
    });
    breaks(&chain, DoctorStep::Usb, "usb.none");
    assert_eq!(chain.title, "");
    // Where devices cannot be listed the service is asked, and nothing is guessed.
    let chain = one(Facts {
        pcsc: pcsc(),
        ..Facts::default()
    });
    assert_eq!(line(&chain, DoctorStep::Usb).state, StepState::NotChecked);
    breaks(&chain, DoctorStep::Reader, "reader.none");
}

#[test]
fn the_service_is_told_apart_by_what_ails_it() {
    for (pcsc, code) in [
        (
            state(Service::Absent(NoService::NotRunning), vec![]),
            "service.stopped",
        ),
        (
            state(Service::Absent(NoService::Denied), vec![]),
            "service.denied",
        ),
        (
            state(Service::Absent(NoService::OtherVersion), vec![]),
            "service.other-version",
        ),
        (
            state(Service::Absent(NoService::Failed { code: 0x8010_0006 }), vec![]),
            "service.failed",
        ),
        (None, "service.silent"),
    ] {
        let chain = one(Facts {
            usb: rutoken_on_usb(),
            pcsc,
            ..Facts::default()
        });
        let line = breaks(&chain, DoctorStep::Service, code);
        assert_eq!(line.params["packages"], "pcscd libccid");
        assert_eq!(line.params["install"], "sudo apt install");
        if code == "service.failed" {
            assert_eq!(line.params["number"], "0x80100006");
        }
    }
}

#[test]
fn no_reader_no_card_and_a_mute_card_are_different_things() {
    let facts = |readers| Facts {
        usb: rutoken_on_usb(),
        pcsc: running(readers),
        modules: vec![module("Рутокен ЭЦП")],
        ..Facts::default()
    };
    breaks(&one(facts(vec![])), DoctorStep::Reader, "reader.none");
    breaks(
        &one(facts(vec![reader(RUTOKEN, None)])),
        DoctorStep::Card,
        "card.absent",
    );
    let mute = Reader {
        mute: true,
        ..reader(RUTOKEN, Some(""))
    };
    breaks(&one(facts(vec![mute])), DoctorStep::Card, "card.mute");
    let held = Reader {
        exclusive: true,
        ..reader(RUTOKEN, Some(ATR))
    };
    let chain = one(facts(vec![held]));
    assert_eq!(line(&chain, DoctorStep::Card).code, "card.exclusive");
    breaks(&chain, DoctorStep::Slot, "slot.empty");
}

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
fn an_unknown_device_is_told_as_unknown_and_served_by_whoever_serves_all() {
    let unknown = || UsbDevice {
        is_smart_card: true,
        name: "Strange Key".into(),
        ..usb(0x1234, 0x5678)
    };
    let facts = |modules| Facts {
        usb: Some(vec![unknown()]),
        pcsc: running(vec![reader("Strange Key 00 00", Some("3b00"))]),
        modules,
        ..Facts::default()
    };
    let chain = one(facts(vec![]));
    let found = line(&chain, DoctorStep::Usb);
    assert_eq!(
        (found.state, found.code.as_str()),
        (StepState::Warning, "usb.unknown")
    );
    assert_eq!(found.params["numbers"], "1234:5678");
    assert_eq!(line(&chain, DoctorStep::Card).code, "card.present");
    breaks(&chain, DoctorStep::Module, "module.unknown");
    breaks(
        &one(facts(vec![module("OpenSC")])),
        DoctorStep::Slot,
        "slot.empty",
    );
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
        super::tests::line(&chain, DoctorStep::Module).params["name"],
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
    let line = super::tests::line(&chain, DoctorStep::Certificates);
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

#[test]
fn two_tokens_of_one_kind_get_a_reader_each_and_an_empty_reader_is_no_trouble_beside_them() {
    let names = ["Aktiv Rutoken ECP 00 00", "Aktiv Rutoken ECP 01 00"];
    let mut module = with_token(module("Рутокен ЭЦП"), |token| {
        token.reader = names[0].into()
    });
    let second = Token {
        reader: names[1].into(),
        label: "Вторая".into(),
        address: TokenAddress {
            serial: "2".into(),
            ..module.scan.tokens[0].address.clone()
        },
        ..module.scan.tokens[0].clone()
    };
    module.scan.tokens.push(second);
    let chains = all(Facts {
        usb: Some(vec![usb(0x0a89, 0x0030), usb(0x0a89, 0x0030)]),
        pcsc: running(vec![
            reader("Built-in reader 0", None),
            reader(names[0], Some(ATR)),
            reader(names[1], Some(ATR)),
        ]),
        modules: vec![module],
        ..Facts::default()
    });
    let readers: Vec<_> = chains
        .iter()
        .map(|chain| {
            line(chain, DoctorStep::Slot)
                .params
                .get("reader")
                .map(String::as_str)
        })
        .collect();
    assert_eq!(readers, [Some(names[1]), Some(names[0])]);
    assert_eq!(chains[0].broken, Some(DoctorStep::Certificates));
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
fn names_cut_by_the_standard_still_meet_their_reader() {
    let long = format!("{} 00 00", "Vendor ".repeat(10).trim());
    let cut: String = long.chars().take(64).collect();
    let chain = one(Facts {
        usb: Some(vec![]),
        pcsc: running(vec![reader(&long, Some("3b00"))]),
        modules: vec![with_token(module("any"), |token| {
            token.reader = cut.trim().into()
        })],
        ..Facts::default()
    });
    assert_eq!(chain.broken, None);
    assert_eq!(line(&chain, DoctorStep::Reader).code, "reader.found");
}

#[test]
fn packages_are_named_only_on_systems_where_they_are_known() {
    let facts = Facts {
        usb: rutoken_on_usb(),
        pcsc: state(Service::Absent(NoService::NotRunning), vec![]),
        ..Facts::default()
    };
    let unknown = System {
        kind: "linux",
        name: "Linux".into(),
        packages: None::<Packages>,
    };
    let chain = judge(&facts, &Devices::bundled(), &unknown, while_valid()).remove(0);
    let line = breaks(&chain, DoctorStep::Service, "service.stopped");
    assert!(line.params.is_empty(), "{line:?}");
}
