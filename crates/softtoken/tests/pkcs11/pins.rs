//! PINs: the counter, the lock, the way out of it, and that all of it survives a restart.

use std::ptr::null_mut;

use cryptoki_sys as ck;

use crate::common::{Bench, Module, PIN, SO_PIN, Template, call, length};

fn set_pin(module: &Module, session: ck::CK_SESSION_HANDLE, old: &[u8], new: &[u8]) -> ck::CK_RV {
    let (old_pointer, new_pointer) = (old.as_ptr().cast_mut(), new.as_ptr().cast_mut());
    call!(
        module,
        C_SetPIN,
        session,
        old_pointer,
        length(old),
        new_pointer,
        length(new)
    )
}

#[test]
fn wrong_pins_count_down_to_a_lock_that_survives_a_restart() {
    let bench = Bench::with(|profile| profile.max_tries = 3);
    let module = bench.load();
    let session = module.open(0);
    assert_eq!(module.pin_flags(), 0);
    assert_eq!(
        module.login(session, ck::CKU_USER, b"00000000"),
        ck::CKR_PIN_INCORRECT
    );
    assert_eq!(module.pin_flags(), ck::CKF_USER_PIN_COUNT_LOW);

    drop(module);
    let module = bench.load();
    let session = module.open(0);
    assert_eq!(module.pin_flags(), ck::CKF_USER_PIN_COUNT_LOW);
    assert_eq!(
        module.login(session, ck::CKU_USER, b"00000000"),
        ck::CKR_PIN_INCORRECT
    );
    assert_eq!(
        module.pin_flags(),
        ck::CKF_USER_PIN_COUNT_LOW | ck::CKF_USER_PIN_FINAL_TRY
    );
    assert_eq!(
        module.login(session, ck::CKU_USER, b"00000000"),
        ck::CKR_PIN_LOCKED
    );
    assert_eq!(module.pin_flags(), ck::CKF_USER_PIN_LOCKED);

    drop(module);
    let module = bench.load();
    assert_eq!(
        module.login(module.open(0), ck::CKU_USER, PIN),
        ck::CKR_PIN_LOCKED
    );
}

#[test]
fn a_good_pin_restores_all_tries() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.open(0);
    for _ in 0..5 {
        assert_eq!(
            module.login(session, ck::CKU_USER, b"00000000"),
            ck::CKR_PIN_INCORRECT
        );
    }
    assert_eq!(module.login(session, ck::CKU_USER, PIN), ck::CKR_OK);
    assert_eq!(module.pin_flags(), 0);
    assert_eq!(bench.tokens().list().expect("lists")[0].user_tries_left, Some(10));
}

#[test]
fn a_pin_of_impossible_length_costs_no_try() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.open(0);
    for pin in [&b""[..], b"12345", &[b'1'; 250], &[b'1'; 5000]] {
        assert_eq!(module.login(session, ck::CKU_USER, pin), ck::CKR_PIN_LEN_RANGE);
    }
    assert_eq!(module.pin_flags(), 0);
}

#[test]
fn the_administrator_unblocks_and_the_keys_stay() {
    let bench = Bench::with(|profile| profile.max_tries = 1);
    bench
        .token()
        .generate(PIN, kabinet_gost::ParameterSet::CryptoProA, b"\x01", "key")
        .expect("generates");
    let module = bench.load();
    let session = module.open(ck::CKF_RW_SESSION);
    assert_eq!(
        module.login(session, ck::CKU_USER, b"00000000"),
        ck::CKR_PIN_LOCKED
    );
    let new = b"newpin12";
    let init = |session| call!(module, C_InitPIN, session, new.as_ptr().cast_mut(), length(new));
    assert_eq!(init(session), ck::CKR_USER_NOT_LOGGED_IN);
    assert_eq!(module.login(session, ck::CKU_SO, SO_PIN), ck::CKR_OK);
    assert_eq!(
        module.login(session, ck::CKU_USER, PIN),
        ck::CKR_USER_ANOTHER_ALREADY_LOGGED_IN
    );
    assert_eq!(init(session), ck::CKR_OK);
    assert_eq!(call!(module, C_Logout, session), ck::CKR_OK);
    assert_eq!(module.login(session, ck::CKU_USER, new), ck::CKR_OK);
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    assert!(module.sign(session, 0x1201, key, &[1; 32]).is_ok());
}

#[test]
fn the_owner_changes_the_pin_and_a_wrong_old_one_counts() {
    let bench = Bench::with(|profile| profile.max_tries = 2);
    let module = bench.load();
    let session = module.open(ck::CKF_RW_SESSION);
    assert_eq!(set_pin(&module, session, PIN, b"123"), ck::CKR_PIN_LEN_RANGE);
    assert_eq!(
        set_pin(&module, session, b"00000000", b"newpin12"),
        ck::CKR_PIN_INCORRECT
    );
    assert_ne!(module.pin_flags() & ck::CKF_USER_PIN_FINAL_TRY, 0);
    assert_eq!(set_pin(&module, session, PIN, b"newpin12"), ck::CKR_OK);
    assert_eq!(module.pin_flags(), 0);
    assert_eq!(module.login(session, ck::CKU_USER, PIN), ck::CKR_PIN_INCORRECT);
    assert_eq!(module.login(session, ck::CKU_USER, b"newpin12"), ck::CKR_OK);
    let read_only = module.open(0);
    assert_eq!(
        set_pin(&module, read_only, b"newpin12", PIN),
        ck::CKR_SESSION_READ_ONLY
    );
}

#[test]
fn the_factory_pin_asks_to_be_changed() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.open(ck::CKF_RW_SESSION);
    assert_eq!(set_pin(&module, session, PIN, b"12345678"), ck::CKR_OK);
    assert_eq!(module.pin_flags(), ck::CKF_USER_PIN_TO_BE_CHANGED);
}

#[test]
fn initialising_empties_the_token_and_needs_the_administrator_and_no_sessions() {
    let bench = Bench::new();
    bench
        .token()
        .generate(PIN, kabinet_gost::ParameterSet::CryptoProA, b"\x01", "key")
        .expect("generates");
    let module = bench.load();
    let slot = module.slots(true)[0];
    let label: [u8; 32] = std::array::from_fn(|index| *b"fresh".get(index).unwrap_or(&b' '));
    let initialise = |pin: &[u8]| {
        call!(
            module,
            C_InitToken,
            slot,
            pin.as_ptr().cast_mut(),
            length(pin),
            label.as_ptr().cast_mut()
        )
    };
    let session = module.open(0);
    assert_eq!(initialise(SO_PIN), ck::CKR_SESSION_EXISTS);
    assert_eq!(call!(module, C_CloseSession, session), ck::CKR_OK);
    assert_eq!(initialise(b"00000000"), ck::CKR_PIN_INCORRECT);
    assert_eq!(initialise(SO_PIN), ck::CKR_OK);
    assert_eq!(module.token_info().label, label);
    assert_eq!(module.token_info().flags & ck::CKF_USER_PIN_INITIALIZED, 0);
    let session = module.open(ck::CKF_RW_SESSION);
    assert!(module.find(session, &Template::new()).is_empty());
    assert_eq!(
        module.login(session, ck::CKU_USER, PIN),
        ck::CKR_USER_PIN_NOT_INITIALIZED
    );
}

#[test]
fn a_pin_typed_on_the_reader_logs_in() {
    let bench = Bench::with(|profile| profile.protected_authentication_path = true);
    let module = bench.load();
    let session = module.open(0);
    let login = || call!(module, C_Login, session, ck::CKU_USER, null_mut(), 0);
    assert_eq!(login(), ck::CKR_FUNCTION_CANCELED);
    std::fs::write(bench.token().path().join("pin-pad"), [PIN, b"\n"].concat()).expect("writes");
    assert_eq!(login(), ck::CKR_OK);

    let bench = Bench::new();
    let module = bench.load();
    let session = module.open(0);
    assert_eq!(
        call!(module, C_Login, session, ck::CKU_USER, null_mut(), 0),
        ck::CKR_ARGUMENTS_BAD
    );
}
