//! Kinds of tokens and vendors' libraries: what they list, refuse and call themselves.

use std::ptr::null_mut;

use cryptoki_sys as ck;
use der::Encode;
use kabinet_gost::ParameterSet;
use kabinet_softtoken::Profile;

use crate::common::{Bench, Module, PIN, SERIAL, SO_PIN, Template, call, length, plain};

fn text(field: &[u8]) -> &str {
    std::str::from_utf8(field).expect("UTF-8").trim_end()
}

fn mechanisms(module: &Module) -> Vec<(ck::CK_MECHANISM_TYPE, ck::CK_ULONG, ck::CK_ULONG)> {
    let slot = module.slots(true)[0];
    let (mut list, mut count) = (vec![0; 64], 64);
    assert_eq!(
        call!(module, C_GetMechanismList, slot, list.as_mut_ptr(), &mut count),
        ck::CKR_OK
    );
    list.truncate(usize::try_from(count).expect("small"));
    let info = |mechanism| {
        let mut info = ck::CK_MECHANISM_INFO::default();
        assert_eq!(
            call!(module, C_GetMechanismInfo, slot, mechanism, &mut info),
            ck::CKR_OK
        );
        (mechanism, info.ulMinKeySize, info.ulMaxKeySize)
    };
    list.into_iter().map(info).collect()
}

#[test]
fn each_kind_lists_its_mechanisms_with_the_sizes_of_keys() {
    let gost_256 = [
        (0x1200, 256, 256),
        (0x1201, 256, 256),
        (0xD432_1008, 256, 256),
        (0xD432_1012, 0, 0),
    ];
    let gost_512 = [
        (0xD432_1005, 512, 512),
        (0xD432_1006, 512, 512),
        (0xD432_1009, 512, 512),
        (0xD432_1013, 0, 0),
    ];
    let rsa = |max| [(0, 1024, max), (1, 1024, max)];
    let elliptic = [(0x1040, 256, 256), (0x1041, 256, 256)];
    for (kind, model, expected) in [
        (
            "rutoken-ecp-3",
            "Rutoken ECP",
            [&rsa(4096)[..], &elliptic, &gost_256, &gost_512].concat(),
        ),
        (
            "rutoken-ecp-2",
            "Rutoken ECP",
            [&rsa(2048)[..], &gost_256, &gost_512].concat(),
        ),
        ("rutoken-lite", "Rutoken lite", vec![]),
        ("jacarta-2-gost", "JaCarta GOST 2.0", gost_256.to_vec()),
        (
            "jacarta-laser",
            "JaCarta Laser",
            [&rsa(2048)[..], &elliptic].concat(),
        ),
        ("etoken-gost", "eToken GOST", gost_256[..2].to_vec()),
    ] {
        let bench = Bench::model(kind);
        let module = bench.load();
        assert_eq!(text(&module.token_info().model), model);
        assert_eq!(mechanisms(&module), expected, "{kind}");
    }
}

#[test]
fn a_memory_token_keeps_a_certificate_and_makes_no_keys() {
    let bench = Bench::model("rutoken-lite");
    let module = bench.load();
    let session = module.user();
    let template = Template::class(ck::CKO_CERTIFICATE)
        .flag(ck::CKA_TOKEN, true)
        .octets(ck::CKA_VALUE, &[0x30, 0]);
    assert!(module.create(session, &template).is_ok());
    let curve = kabinet_gost::oid::TC26_256_A.to_der().expect("encodes");
    assert_eq!(
        module.generate(session, 0x1200, &curve),
        Err(ck::CKR_MECHANISM_INVALID)
    );
}

#[test]
fn only_a_rutoken_says_that_its_pin_is_the_factorys_and_only_until_it_is_changed() {
    let create = |kind: &str| {
        let bench = Bench::new();
        let profile = Profile::of_model(kind, "77", "");
        bench.token().remove().expect("pulled out");
        bench
            .tokens()
            .create(profile, b"12345678", b"87654321")
            .expect("creates");
        bench
    };
    let asks = ck::CKF_USER_PIN_TO_BE_CHANGED | ck::CKF_SO_PIN_TO_BE_CHANGED;
    let bench = create("jacarta-2-gost");
    assert_eq!(bench.load().token_info().flags & asks, 0);

    let bench = create("rutoken-ecp-3");
    let module = bench.load();
    assert_eq!(module.token_info().flags & asks, asks);
    let session = module.open(ck::CKF_RW_SESSION);
    let (old, new) = (b"12345678", b"24681357");
    let rv = call!(
        module,
        C_SetPIN,
        session,
        old.as_ptr().cast_mut(),
        8,
        new.as_ptr().cast_mut(),
        8
    );
    assert_eq!(rv, ck::CKR_OK);
    assert_eq!(
        module.token_info().flags & asks,
        ck::CKF_SO_PIN_TO_BE_CHANGED,
        "the administrator's PIN is another one"
    );
}

#[test]
fn the_administrators_pin_has_a_counter_of_its_own() {
    let bench = Bench::with(|profile| profile.max_so_tries = 3);
    let module = bench.load();
    let session = module.open(ck::CKF_RW_SESSION);
    let all = ck::CKF_SO_PIN_COUNT_LOW | ck::CKF_SO_PIN_FINAL_TRY | ck::CKF_SO_PIN_LOCKED;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let rv = module.login(session, ck::CKU_SO, b"00000000");
        seen.push((rv, module.token_info().flags & all));
    }
    assert_eq!(
        seen,
        [
            (ck::CKR_PIN_INCORRECT, ck::CKF_SO_PIN_COUNT_LOW),
            (
                ck::CKR_PIN_INCORRECT,
                ck::CKF_SO_PIN_COUNT_LOW | ck::CKF_SO_PIN_FINAL_TRY
            ),
            (ck::CKR_PIN_LOCKED, ck::CKF_SO_PIN_LOCKED),
        ]
    );
    assert_eq!(module.login(session, ck::CKU_SO, SO_PIN), ck::CKR_PIN_LOCKED);
    assert_eq!(module.login(session, ck::CKU_USER, PIN), ck::CKR_OK);
    assert_eq!(bench.tokens().list().expect("lists")[0].so_tries_left, 0);
}

/// The code of a key generation with these private attributes.
fn generates(module: &Module, session: ck::CK_SESSION_HANDLE, private: &Template) -> ck::CK_RV {
    let curve = kabinet_gost::oid::TC26_256_A.to_der().expect("encodes");
    let public = Template::new()
        .flag(ck::CKA_TOKEN, true)
        .octets(ck::CKA_GOSTR3410_PARAMS, &curve);
    let (mut public, mut private) = (public.attributes(), private.attributes());
    let (mut first, mut second) = (0, 0);
    call!(
        module,
        C_GenerateKeyPair,
        session,
        &mut plain(0x1200),
        public.as_mut_ptr(),
        length(&public),
        private.as_mut_ptr(),
        length(&private),
        &mut first,
        &mut second,
    )
}

#[test]
fn jacarta_makes_private_keys_by_its_own_template_and_rutoken_takes_the_callers() {
    let named = || {
        Template::new()
            .flag(ck::CKA_TOKEN, true)
            .flag(ck::CKA_PRIVATE, true)
            .octets(ck::CKA_ID, b"1")
            .octets(ck::CKA_LABEL, b"key")
    };
    for (private, jacarta) in [
        (named(), ck::CKR_OK),
        (named().flag(ck::CKA_SIGN, true), ck::CKR_OK),
        (
            named().flag(ck::CKA_SENSITIVE, true).flag(ck::CKA_DERIVE, false),
            ck::CKR_OK,
        ),
        (named().flag(ck::CKA_DERIVE, true), ck::CKR_ATTRIBUTE_READ_ONLY),
        (named().flag(ck::CKA_SIGN, false), ck::CKR_ATTRIBUTE_READ_ONLY),
        // Rutoken's journal.
        (named().flag(0x8000_2002, false), ck::CKR_ATTRIBUTE_READ_ONLY),
        (
            Template::new()
                .flag(ck::CKA_TOKEN, false)
                .flag(ck::CKA_PRIVATE, true),
            ck::CKR_ATTRIBUTE_READ_ONLY,
        ),
    ] {
        for (kind, expected) in [("jacarta-2-gost", jacarta), ("rutoken-ecp-3", ck::CKR_OK)] {
            let bench = Bench::model(kind);
            let module = bench.load();
            assert_eq!(generates(&module, module.user(), &private), expected, "{kind}");
        }
    }
}

#[test]
fn a_library_poses_as_a_vendors_and_applets_of_one_token_share_serial_number_and_reader() {
    let bench = Bench::model("jacarta-2-gost");
    let applet = Profile::of_model("jacarta-laser", &format!("{SERIAL}-2"), "PKI");
    bench.tokens().create(applet, PIN, SO_PIN).expect("creates");
    let other = Profile::of_model("jacarta-2-gost", "FF", "");
    bench.tokens().create(other, PIN, SO_PIN).expect("creates");
    let module = bench.load_as("jacarta");
    let mut info = ck::CK_INFO::default();
    assert_eq!(call!(module, C_GetInfo, &mut info), ck::CKR_OK);
    assert_eq!(text(&info.manufacturerID), "Aladdin R.D.");
    assert_eq!((info.libraryVersion.major, info.libraryVersion.minor), (2, 4));
    assert_eq!(module.slots(false).len(), 20);
    let seen: Vec<_> = (module.slots(true).into_iter())
        .map(|slot| {
            let (mut reader, mut token) = (ck::CK_SLOT_INFO::default(), ck::CK_TOKEN_INFO::default());
            assert_eq!(call!(module, C_GetSlotInfo, slot, &mut reader), ck::CKR_OK);
            assert_eq!(call!(module, C_GetTokenInfo, slot, &mut token), ck::CKR_OK);
            let field = |field| text(field).to_owned();
            (
                field(&reader.slotDescription),
                field(&token.model),
                field(&token.serialNumber),
            )
        })
        .collect();
    let row = |reader: &str, model: &str, serial: &str| (reader.into(), model.into(), serial.into());
    assert_eq!(
        seen,
        [
            row("Aladdin R.D. JaCarta 00 00", "JaCarta GOST 2.0", SERIAL),
            row("Aladdin R.D. JaCarta 00 00", "JaCarta Laser", SERIAL),
            row("Aladdin R.D. JaCarta 02 00", "JaCarta GOST 2.0", "FF"),
        ]
    );
    let module = bench.load_as("rutoken");
    assert_eq!(module.slots(false).len(), 15);
}

/// A token whose keys want a finger, and a started signature.
fn touched(patience: u64) -> (Bench, Module, ck::CK_SESSION_HANDLE, ck::CK_OBJECT_HANDLE) {
    let bench = Bench::with(|profile| {
        profile.touch = true;
        profile.patience = patience;
    });
    bench
        .token()
        .generate(PIN, ParameterSet::Tc26_256A, b"\x01", "key")
        .expect("generates");
    let module = bench.load();
    let session = module.user();
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    (bench, module, session, key)
}

#[test]
fn a_key_that_wants_a_finger_waits_for_it_is_refused_and_gives_up() {
    let (bench, module, session, key) = touched(10_000);
    let touch = bench.token().path().join("touch");
    let person = std::thread::spawn({
        let touch = touch.clone();
        move || {
            std::thread::sleep(std::time::Duration::from_millis(200));
            std::fs::write(touch, "").expect("writes");
        }
    });
    assert!(module.sign(session, 0x1201, key, &[1; 32]).is_ok());
    person.join().expect("ends");
    assert!(!touch.exists(), "one finger, one signature");

    std::fs::write(&touch, "no\n").expect("writes");
    assert_eq!(
        module.sign(session, 0x1201, key, &[1; 32]),
        Err(ck::CKR_FUNCTION_REJECTED)
    );
    assert_eq!(
        module.sign_started(session, &[1; 32]),
        Err(ck::CKR_OPERATION_NOT_INITIALIZED)
    );

    let (_bench, module, session, key) = touched(0);
    assert_eq!(
        module.sign(session, 0x1201, key, &[1; 32]),
        Err(ck::CKR_FUNCTION_CANCELED)
    );
    // A question about the size needs no finger.
    assert_eq!(
        call!(module, C_SignInit, session, &mut plain(0x1201), key),
        ck::CKR_OK
    );
    let mut count = 0;
    let rv = call!(
        module,
        C_Sign,
        session,
        [1u8; 32].as_mut_ptr(),
        32,
        null_mut(),
        &mut count
    );
    assert_eq!((rv, count), (ck::CKR_OK, 64));
}

#[test]
fn a_pin_is_changed_on_the_readers_keys() {
    let bench = Bench::with(|profile| profile.protected_authentication_path = true);
    let module = bench.load();
    let session = module.open(ck::CKF_RW_SESSION);
    let change = || call!(module, C_SetPIN, session, null_mut(), 0, null_mut(), 0);
    let typed = bench.token().path().join("pin-pad");
    assert_eq!(change(), ck::CKR_FUNCTION_CANCELED);
    std::fs::write(&typed, PIN).expect("writes");
    assert_eq!(change(), ck::CKR_FUNCTION_CANCELED, "no new PIN was typed");
    std::fs::write(&typed, [PIN, b"\n", b"24681357\n"].concat()).expect("writes");
    assert_eq!(change(), ck::CKR_OK);
    std::fs::write(&typed, b"24681357").expect("writes");
    assert_eq!(
        call!(module, C_Login, session, ck::CKU_USER, null_mut(), 0),
        ck::CKR_OK
    );
}
