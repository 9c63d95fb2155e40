//! Answers that are wrong on demand: counts, rubbish, other objects, other tokens.

use std::ptr::null_mut;

use cryptoki_sys as ck;
use kabinet_gost::ParameterSet;
use kabinet_softtoken::{Profile, StoreError};

use crate::common::{Bench, Module, PIN, SERIAL, SO_PIN, Template, call};

/// A bench with two keys on its token.
fn two_keys() -> (Bench, [Vec<u8>; 2]) {
    let bench = Bench::new();
    let token = bench.token();
    let public = [b"\x01", b"\x02"].map(|id| {
        let made = token.generate(PIN, ParameterSet::CryptoProA, id, "key");
        made.expect("generates")
    });
    (bench, public)
}

fn count(module: &Module) -> ck::CK_ULONG {
    let mut count = 0;
    assert_eq!(
        call!(module, C_GetSlotList, 1, null_mut(), &mut count),
        ck::CKR_OK
    );
    count
}

#[test]
fn counts_are_told_as_asked() {
    let (bench, _) = two_keys();
    let module = bench.load();
    let session = module.user();
    let huge = 0x1_0000_0000;
    bench.fault(&["C_GetSlotList.count=0x100000000", "C_GetSlotList.times=1"]);
    assert_eq!([count(&module), count(&module)], [huge, 1]);

    bench.fault(&["C_GetMechanismList.count=0x100000000"]);
    let (mut list, mut told) = ([0; 64], 64);
    assert_eq!(
        call!(module, C_GetMechanismList, 0, list.as_mut_ptr(), &mut told),
        ck::CKR_OK
    );
    assert_eq!((told, list[0]), (huge, 0));

    bench.fault(&["C_FindObjects.count=0x100000000"]);
    assert_eq!(
        call!(module, C_FindObjectsInit, session, null_mut(), 0),
        ck::CKR_OK
    );
    let mut found = [0; 8];
    assert_eq!(
        call!(module, C_FindObjects, session, found.as_mut_ptr(), 8, &mut told),
        ck::CKR_OK
    );
    assert_eq!(told, huge);
    assert_eq!(call!(module, C_FindObjectsFinal, session), ck::CKR_OK);

    for (directive, expected) in [
        ("C_GetAttributeValue.count=0x100000000", huge),
        (
            "C_GetAttributeValue.count=0xFFFFFFFFFFFFFFFF",
            ck::CK_UNAVAILABLE_INFORMATION,
        ),
        ("C_GetAttributeValue.count=0", 0),
    ] {
        bench.fault(&[directive]);
        let mut attribute = ck::CK_ATTRIBUTE {
            type_: ck::CKA_LABEL,
            pValue: null_mut(),
            ulValueLen: 7,
        };
        assert_eq!(
            call!(module, C_GetAttributeValue, session, found[0], &mut attribute, 1),
            ck::CKR_OK
        );
        let told = attribute.ulValueLen;
        assert_eq!(told, expected);
    }
}

#[test]
fn rubbish_is_the_same_for_the_same_seed_and_no_utf8() {
    let bench = Bench::new();
    let module = bench.load();
    let true_label = module.token_info().label;
    let mut told = Vec::new();
    for seed in ["1", "1", "2"] {
        bench.fault(&[&format!("C_GetTokenInfo.garbage={seed}")]);
        told.push(module.token_info().label);
    }
    assert_eq!(told[0], told[1]);
    assert_ne!(told[0], told[2]);
    assert!(told.iter().all(|label| std::str::from_utf8(label).is_err()));
    bench.fault(&["C_GetMechanismList.garbage=1"]);
    assert_eq!(module.token_info().label, true_label);
    assert_eq!(module.slots(true), [0]);
    bench.fault(&["C_GetSlotList.garbage=1"]);
    assert_ne!(module.slots(true), [0]);
}

#[test]
fn a_confused_token_tells_of_another_object_and_signs_with_another_key() {
    let (bench, public) = two_keys();
    let module = bench.load();
    let session = module.user();
    let keys = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY));
    let id = |key| module.attribute(session, key, ck::CKA_ID).expect("readable");
    assert_eq!([id(keys[0]), id(keys[1])], [[1], [2]]);
    bench.fault(&["C_GetAttributeValue.other=1"]);
    assert_eq!([id(keys[0]), id(keys[1])], [[2], [1]]);

    bench.fault(&["C_SignInit.other=1"]);
    let signature = module.sign(session, 0x1201, keys[0], &[1; 32]).expect("signs");
    assert!(!bench.judge(&public[0], &[1; 32], &signature));
    assert!(bench.judge(&public[1], &[1; 32], &signature));

    bench.fault(&["C_FindObjectsInit.other=1"]);
    let others = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY));
    bench.fault(&[]);
    assert_eq!(others, module.find(session, &Template::class(ck::CKO_PUBLIC_KEY)));
}

#[test]
fn a_token_vanishes_before_the_call_is_answered_and_comes_back_on_demand() {
    let (bench, _) = two_keys();
    let module = bench.load();
    let session = module.user();
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    bench.fault(&["C_Sign.remove=1", "C_Sign.after=1"]);
    assert!(module.sign(session, 0x1201, key, &[1; 32]).is_ok());
    assert_eq!(
        module.sign(session, 0x1201, key, &[1; 32]),
        Err(ck::CKR_DEVICE_REMOVED)
    );
    bench.fault(&[]);
    assert!(module.slots(true).is_empty(), "it stays away without the fault");
    bench.fault(&[&format!("present.{SERIAL}=1")]);
    assert_eq!(module.slots(true), [0]);
    assert!(module.sign(module.user(), 0x1201, key, &[1; 32]).is_ok());
}

#[test]
fn another_token_takes_the_place_of_the_one_in_the_slot() {
    let (bench, _) = two_keys();
    let other = Profile::of_model("rutoken-ecp-2", "77", "");
    let home = bench.tokens().create(other, PIN, SO_PIN).expect("creates");
    home.remove().expect("pulled out");
    let module = bench.load();
    let session = module.user();
    let serial = || {
        let serial = module.token_info().serialNumber;
        String::from_utf8(serial.to_vec())
            .expect("UTF-8")
            .trim_end()
            .to_owned()
    };
    assert_eq!((module.slots(true), serial().as_str()), (vec![0], SERIAL));
    bench.fault(&["C_OpenSession.swap=1", "C_OpenSession.times=1"]);
    let opened = module.open(0);
    assert_eq!((module.slots(true), serial().as_str()), (vec![0], "77"));
    let mut info = ck::CK_SESSION_INFO::default();
    assert_eq!(
        call!(module, C_GetSessionInfo, session, &mut info),
        ck::CKR_DEVICE_REMOVED
    );
    assert_eq!(call!(module, C_GetSessionInfo, opened, &mut info), ck::CKR_OK);
    let state = info.state;
    assert_eq!(state, ck::CKS_RO_PUBLIC_SESSION, "nobody is logged in to it");
}

#[test]
fn a_directive_nobody_understands_is_refused() {
    let bench = Bench::new();
    let control = bench.path("tokens/control");
    let outcome = kabinet_softtoken::faults::write(&control, &["C_Sign.rvv=5".into()], false);
    assert!(matches!(outcome, Err(StoreError::Directive(_))));
}
