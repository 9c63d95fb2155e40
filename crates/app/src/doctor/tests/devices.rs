//! From the socket to the card.

use super::*;

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
