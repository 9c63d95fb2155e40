//! Misbehaviour on demand: a control file read at every call.
//!
//! One directive a line; `#` starts a comment, unknown lines are passed over:
//!
//! ```text
//! C_Sign.delay = 1500      milliseconds before the call
//! C_Sign.rv = 0x30         the call fails with this code
//! C_Sign.crash = 1         the process aborts
//! C_Sign.hang = 1          the call never returns
//! C_Sign.wrong = 1         the signature is spoilt
//! C_Sign.remove = 1        all tokens are pulled out before the call is answered
//! C_Sign.swap = 1          tokens that were out take the places of those that were in
//! C_Sign.count = 0x100000000   whatever is counted (slots, mechanisms, objects, octets of a value or of a
//!                          signature) is said to be so many; 0xFFFFFFFFFFFFFFFF is CK_UNAVAILABLE_INFORMATION
//! C_GetTokenInfo.garbage = 7   what is told is random octets, by a generator with this seed: texts that are no
//!                          UTF-8, unknown types, impossible handles
//! C_GetAttributeValue.other = 1   the answer is about another object of the same class; C_SignInit takes another
//!                          key, C_FindObjectsInit finds what was not asked for
//! C_Sign.after = 2         all of this only from the third call on
//! C_Sign.times = 1         … and for one call
//! present.0123456789 = 0   the token with this serial number is pulled out
//! present.0123456789 = 1   … is plugged in, also after `remove`
//! ```
//!
//! `*` stands for every function. Calls are counted since the file last changed. A delay comes before
//! everything else: a token pulled out meanwhile is noticed.

mod control;

use std::{
    cell::Cell,
    collections::HashMap,
    sync::{Mutex, PoisonError},
    thread::sleep,
    time::Duration,
};

use cryptoki_sys as ck;

use self::control::{Calls, Control, Fault};
use crate::{
    TokenDirectory,
    config::places,
    rv::{Outcome, Rv},
    store::StoreError,
};

pub use control::write;

static CALLS: Mutex<Option<Calls>> = Mutex::new(None);

thread_local! {
    /// What happens to the call this thread is in.
    static CURRENT: Cell<Option<Fault>> = const { Cell::new(None) };
}

fn read() -> Option<String> {
    std::fs::read_to_string(&places()?.control).ok()
}

/// Serial numbers that the control file declares plugged in or pulled out.
pub(crate) fn plugs() -> HashMap<String, bool> {
    read().map(|text| Control::parse(&text).plugs).unwrap_or_default()
}

/// Applies what the control file says about this call.
pub(crate) fn before(function: &str) -> Outcome {
    CURRENT.set(None);
    let Some(text) = read() else { return Ok(()) };
    let fault = {
        let mut calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get_or_insert_default().next(&text, function)
    };
    let Some(fault) = fault else { return Ok(()) };
    if let Some(delay) = fault.delay {
        sleep(delay);
    }
    if fault.hang {
        loop {
            sleep(Duration::from_secs(3600));
        }
    }
    if fault.crash {
        std::process::abort();
    }
    if fault.remove || fault.swap {
        replug(fault.swap)?;
    }
    CURRENT.set(Some(fault));
    fault.rv.map_or(Ok(()), |rv| Err(Rv(rv)))
}

/// Pulls out every token that is in; for a swap, those that were out come in.
fn replug(swap: bool) -> Result<(), StoreError> {
    let Some(places) = places() else { return Ok(()) };
    let directory = TokenDirectory::new(&places.directory);
    for folder in directory.serials() {
        let home = directory.token(&folder)?;
        if home.is_inserted() {
            home.remove()?;
        } else if swap {
            home.insert()?;
        }
    }
    Ok(())
}

/// Whether the current call has to give a wrong signature.
pub(crate) fn spoils_signature() -> bool {
    CURRENT.get().is_some_and(|fault| fault.wrong)
}

/// The count to be told by the current call instead of the true one.
pub(crate) fn told_count(count: ck::CK_ULONG) -> ck::CK_ULONG {
    CURRENT.get().and_then(|fault| fault.count).unwrap_or(count)
}

/// Whether the current call speaks of another object than it was asked about.
pub(crate) fn is_about_another() -> bool {
    CURRENT.get().is_some_and(|fault| fault.other)
}

/// Octets to be told by the current call instead of the true ones, as many as it takes.
pub(crate) fn garbage() -> Option<impl Iterator<Item = u8>> {
    let mut state = CURRENT.get().and_then(|fault| fault.garbage)?;
    // SplitMix64, so that a seed gives the same rubbish everywhere.
    Some(std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)).to_le_bytes()[0]
    }))
}
