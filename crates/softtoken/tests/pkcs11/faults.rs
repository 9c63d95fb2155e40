//! Faults on demand.

use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use cryptoki_sys as ck;
use kabinet_gost::ParameterSet;

use crate::common::{Bench, PIN, Template, library};

#[test]
fn a_return_code_comes_after_the_given_number_of_calls_and_goes_with_the_fault() {
    let bench = Bench::new();
    bench
        .token()
        .generate(PIN, ParameterSet::CryptoProA, b"\x01", "key")
        .expect("generates");
    let module = bench.load();
    let session = module.user();
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    bench.fault(&["C_Sign.rv=0x30", "C_Sign.after=2"]);
    let sign = || module.sign(session, 0x1201, key, &[1; 32]).map(|_| ());
    assert_eq!(
        [sign(), sign(), sign()],
        [Ok(()), Ok(()), Err(ck::CKR_DEVICE_ERROR)]
    );
    bench.fault(&[]);
    // The fault came before the call: the operation it met is still there.
    assert!(module.sign_started(session, &[1; 32]).is_ok());
}

#[test]
fn a_wrong_signature_is_wrong() {
    let bench = Bench::new();
    let spki = bench
        .token()
        .generate(PIN, ParameterSet::CryptoProA, b"\x01", "key")
        .expect("generates");
    let module = bench.load();
    let session = module.user();
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    bench.fault(&["C_Sign.wrong=1", "C_Sign.times=1"]);
    let signature = module.sign(session, 0x1201, key, &[1; 32]).expect("signs");
    assert!(!bench.judge(&spki, &[1; 32], &signature));
    let signature = module.sign(session, 0x1201, key, &[1; 32]).expect("signs");
    assert!(bench.judge(&spki, &[1; 32], &signature));
}

#[test]
fn a_delay_delays() {
    let bench = Bench::new();
    let module = bench.load();
    bench.fault(&["*.delay=200"]);
    let start = Instant::now();
    module.slots(true);
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[test]
fn a_crash_kills_the_process_and_a_hang_holds_it() {
    let bench = Bench::new();
    let list = |bench: &Bench| {
        let mut command = Command::new("pkcs11-tool");
        command
            .arg("--module")
            .arg(library())
            .arg("-L")
            .env(
                kabinet_softtoken::config::DIRECTORY_VARIABLE,
                bench.path("tokens"),
            )
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().expect("pkcs11-tool (opensc) must be installed")
    };
    bench.fault(&["C_GetTokenInfo.crash=1"]);
    let status = list(&bench).wait().expect("waits");
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&status),
        Some(libc::SIGABRT)
    );
    assert!(!status.success());

    bench.fault(&["C_GetTokenInfo.hang=1"]);
    let mut hung = list(&bench);
    thread::sleep(Duration::from_millis(700));
    assert!(hung.try_wait().expect("waits").is_none());
    hung.kill().expect("kills");
    hung.wait().expect("waits");

    bench.fault(&[]);
    assert!(list(&bench).wait().expect("waits").success());
}
