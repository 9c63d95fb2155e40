//! Pulling the token out and plugging it in.

use std::{
    ptr::null_mut,
    thread,
    time::{Duration, Instant},
};

use cryptoki_sys as ck;
use kabinet_gost::ParameterSet;
use kabinet_softtoken::Profile;

use crate::common::{Bench, Module, PIN, SERIAL, SO_PIN, Template, call, plain};

fn wait(module: &Module, flags: ck::CK_FLAGS) -> Result<ck::CK_SLOT_ID, ck::CK_RV> {
    let mut slot = 99;
    match call!(module, C_WaitForSlotEvent, flags, &mut slot, null_mut()) {
        ck::CKR_OK => Ok(slot),
        rv => Err(rv),
    }
}

#[test]
fn removal_ends_sessions_and_login_and_a_new_session_starts_afresh() {
    let bench = Bench::new();
    bench
        .token()
        .generate(PIN, ParameterSet::CryptoProA, b"\x01", "key")
        .expect("generates");
    let module = bench.load();
    let session = module.user();
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    assert_eq!(
        call!(module, C_SignInit, session, &mut plain(0x1201), key),
        ck::CKR_OK
    );

    bench.token().remove().expect("removes");
    assert_eq!(
        module.sign_started(session, &[1; 32]),
        Err(ck::CKR_DEVICE_REMOVED)
    );
    assert!(module.slots(true).is_empty());
    let mut info = ck::CK_TOKEN_INFO::default();
    assert_eq!(
        call!(module, C_GetTokenInfo, 0, &mut info),
        ck::CKR_TOKEN_NOT_PRESENT
    );

    bench.token().insert().expect("inserts");
    // The old session stays dead; in a new one nobody is logged in.
    assert_eq!(module.login(session, ck::CKU_USER, PIN), ck::CKR_DEVICE_REMOVED);
    assert_eq!(call!(module, C_CloseSession, session), ck::CKR_OK);
    assert_eq!(
        module.login(session, ck::CKU_USER, PIN),
        ck::CKR_SESSION_HANDLE_INVALID
    );
    let session = module.open(0);
    assert!(
        module
            .find(session, &Template::class(ck::CKO_PRIVATE_KEY))
            .is_empty()
    );
    assert_eq!(module.login(session, ck::CKU_USER, PIN), ck::CKR_OK);
}

#[test]
fn a_quick_removal_between_two_calls_is_noticed() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.user();
    bench.token().remove().expect("removes");
    bench.token().insert().expect("inserts");
    assert_eq!(call!(module, C_Logout, session), ck::CKR_DEVICE_REMOVED);
}

#[test]
fn removal_during_a_slow_signature_is_noticed_after_the_delay() {
    let bench = Bench::new();
    bench
        .token()
        .generate(PIN, ParameterSet::CryptoProA, b"\x01", "key")
        .expect("generates");
    let module = bench.load();
    let session = module.user();
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    bench.fault(&["C_Sign.delay=600"]);
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(150));
            bench.token().remove().expect("removes");
        });
        assert_eq!(
            module.sign(session, 0x1201, key, &[1; 32]),
            Err(ck::CKR_DEVICE_REMOVED)
        );
    });
}

#[test]
fn a_poll_reports_each_change_once() {
    let bench = Bench::new();
    let module = bench.load();
    assert_eq!(wait(&module, ck::CKF_DONT_BLOCK), Err(ck::CKR_NO_EVENT));
    bench.fault(&[&format!("present.{SERIAL}=0")]);
    assert_eq!(wait(&module, ck::CKF_DONT_BLOCK), Ok(0));
    assert_eq!(wait(&module, ck::CKF_DONT_BLOCK), Err(ck::CKR_NO_EVENT));
    bench.fault(&[]);
    assert_eq!(wait(&module, ck::CKF_DONT_BLOCK), Ok(0));
    // A second token takes the next slot, and the first keeps its own.
    bench
        .tokens()
        .create(Profile::of_model("JaCarta GOST 2.0", "00000000", ""), PIN, SO_PIN)
        .expect("creates");
    assert_eq!(wait(&module, ck::CKF_DONT_BLOCK), Ok(1));
    assert_eq!(module.slots(true), [0, 1]);
    assert_eq!(module.slots(false).len(), 4);
}

#[test]
fn a_blocking_wait_ends_with_an_event_and_with_the_module() {
    let bench = Bench::new();
    let module = bench.load();
    thread::scope(|scope| {
        let start = Instant::now();
        let waiter = scope.spawn(|| wait(&module, 0));
        thread::sleep(Duration::from_millis(100));
        assert!(!waiter.is_finished());
        bench.token().remove().expect("removes");
        assert_eq!(waiter.join().expect("no panic"), Ok(0));
        assert!(start.elapsed() < Duration::from_secs(2));

        let waiter = scope.spawn(|| wait(&module, 0));
        thread::sleep(Duration::from_millis(100));
        assert_eq!(call!(module, C_Finalize, null_mut()), ck::CKR_OK);
        assert_eq!(
            waiter.join().expect("no panic"),
            Err(ck::CKR_CRYPTOKI_NOT_INITIALIZED)
        );
    });
}
