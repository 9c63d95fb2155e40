//! Whether a failure means that the token was pulled out.

use std::time::Duration;

use super::scan;
use crate::error::TokenError;
use crate::ffi::Library;
use crate::model::TokenAddress;

/// How long a reader may take to notice that its card is gone: pcscd asks most of them every 0.4 s.
const NOTICED: Duration = Duration::from_millis(700);
/// What modules say when they do not know: `CKR_GENERAL_ERROR`, `CKR_FUNCTION_FAILED`.
const MEANINGLESS: [u64; 2] = [0x05, 0x06];
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Replaces a failure without a meaning by [`TokenError::TokenRemoved`] if the token is gone, or goes within a moment. Until
/// the reader has noticed, modules do not know what happened: OpenSC then says `CKR_GENERAL_ERROR`.
pub(super) fn explain(library: &Library, token: &TokenAddress, error: TokenError) -> TokenError {
    match error {
        TokenError::Device { rv, .. } if MEANINGLESS.contains(&rv) => {}
        error => return error,
    }
    let mut waited = Duration::ZERO;
    while is_there(library, token) {
        if waited >= NOTICED {
            return error;
        }
        std::thread::sleep(PAUSE);
        waited += PAUSE;
    }
    TokenError::TokenRemoved
}

/// Unknown counts as there: a module that cannot list its slots has another trouble.
fn is_there(library: &Library, token: &TokenAddress) -> bool {
    let Ok(slots) = library.slots_with_token() else {
        return true;
    };
    slots.into_iter().any(|slot| {
        let description = library.token(slot);
        description.is_ok_and(|description| scan::address(&token.module, &description) == *token)
    })
}
