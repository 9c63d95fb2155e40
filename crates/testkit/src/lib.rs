//! Fixtures shared by tests: a reference portal for each test, software tokens with the demo keys, SoftHSM, OpenSSL with
//! its GOST engine as the judge and the signer we did not write, runs of `kabinetctl`.
//!
//! A missing program is a failure that names it, never a skipped test.

#![allow(clippy::unwrap_used, reason = "a fixture that cannot be had ends the test")]

mod http;
mod kabinetctl;
mod openssl;
mod portal;
mod process;
mod samples;
mod softhsm;
mod tokens;

use std::time::{Duration, Instant};

pub use http::Reply;
pub use kabinetctl::{Finished, Kabinetctl, Running};
pub use openssl::{Authority, OpenSsl};
pub use portal::{Postbox, Stand};
pub use samples::{AKT, AKT_INVALID, UPD, sample, sfr_pair};
pub use softhsm::{SOFTHSM_MODULE, SOFTHSM_PIN, SoftHsm};
pub use tokens::{Drawer, PIN, PUK, WRONG_PIN, built_module};

/// Asks until there is an answer; panics with the question when there is none within half a minute.
pub fn eventually<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    eventually_within(Duration::from_secs(30), what, ask)
}

/// [`eventually`] with a limit of its own.
pub fn eventually_within<T>(limit: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "never came: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
