//! The person at the device: a finger on the token, a PIN on the reader's keys. The device waits for either, and
//! meanwhile other calls of the module are served.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use cryptoki_sys as ck;

use crate::{
    TokenHome,
    module::{self, Module},
    rv::{Outcome, Rv},
};

/// How often the device looks for the person.
const POLL: Duration = Duration::from_millis(20);

/// Waits until `done` says so, as long as the token's patience lasts and the token is there.
fn wait(
    session: ck::CK_SESSION_HANDLE,
    mut done: impl FnMut(&mut Module, &TokenHome) -> Outcome<bool>,
) -> Outcome {
    let start = Instant::now();
    loop {
        let patience = module::with(|module| {
            let (home, _) = module.token_of(session)?;
            if done(module, &home)? {
                return Ok(None);
            }
            Ok(Some(Duration::from_millis(home.load()?.profile.patience)))
        })?;
        match patience {
            None => return Ok(()),
            Some(patience) if start.elapsed() >= patience => return Err(Rv(ck::CKR_FUNCTION_CANCELED)),
            Some(_) => sleep(POLL),
        }
    }
}

/// Waits for a finger if the signature under way needs one. A refusal, or nobody, ends the operation.
pub(crate) fn wait_for_touch(session: ck::CK_SESSION_HANDLE) -> Outcome {
    let outcome = wait(session, |module, home| {
        let Some(sign) = &mut module.session(session)?.sign else {
            return Ok(true);
        };
        if sign.needs_touch {
            match home.take_touch() {
                Some(true) => sign.needs_touch = false,
                Some(false) => return Err(Rv(ck::CKR_FUNCTION_REJECTED)),
                None => return Ok(false),
            }
        }
        Ok(true)
    });
    if outcome.is_err() {
        // A session that died with its token has no operation left.
        let _ = module::with(|module| {
            module.session(session)?.sign = None;
            Ok(())
        });
    }
    outcome
}

/// Waits for a PIN on the reader's keys, where the token has them.
pub(crate) fn wait_for_pin(session: ck::CK_SESSION_HANDLE) -> Outcome {
    wait(session, |_, home| {
        Ok(home.has_pin_pad_entry() || !home.load()?.profile.protected_authentication_path)
    })
}
