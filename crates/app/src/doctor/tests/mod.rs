//! Every branch from facts to steps, without a token.

mod devices;
mod keys;
mod modules;

use kabinet_pki::Certificate;
use kabinet_token::{
    Card, Holder, KeySeen, KnownProduct, LoneKey, Module, ModuleInfo, NoService, PinState, PukState, Reader,
    ReadersState, Scan, ScanProblem, Service, SignMechanism, Token, TokenAddress, TokenCertificate,
    TokenError, Unloadable,
};
use time::OffsetDateTime;

use crate::doctor::devices::{Devices, Packages};
use crate::doctor::facts::{Facts, ModuleFacts, UsbDevice};
use crate::doctor::judge;
use crate::doctor::system::System;
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
    let text = include_str!("../../../../envelope/tests/data/r025_recipient256.crt");
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
