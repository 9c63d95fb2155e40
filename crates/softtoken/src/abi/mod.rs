//! The C interface: 68 functions of PKCS #11 2.40, each guarded against panics and open to faults.
//!
//! Every function trusts its caller in what the standard makes the caller's duty (a buffer is as long as
//! its length says) and in nothing else.

// The standard documents these functions and the duties of their callers; their names are its names.
#![allow(missing_docs, non_snake_case, clippy::missing_safety_doc)]

mod crypto;
mod functions;
mod general;
mod keys;
mod memory;
mod objects;
mod sessions;
mod slots;
mod unsupported;

use std::panic::{AssertUnwindSafe, catch_unwind};

use cryptoki_sys as ck;

use crate::{faults, rv::Outcome};

/// Runs a call: faults first, and no panic ever crosses into C.
fn guard(function: &str, call: impl FnOnce() -> Outcome) -> ck::CK_RV {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        faults::before(function)?;
        call()
    }));
    match outcome {
        Ok(Ok(())) => ck::CKR_OK,
        Ok(Err(rv)) => rv.0,
        Err(_) => ck::CKR_GENERAL_ERROR,
    }
}

/// Defines exported functions whose bodies end with an [`Outcome`].
macro_rules! entries {
    ($(fn $name:ident($($argument:ident: $type:ty),* $(,)?) $body:block)*) => {
        $(
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn $name($($argument: $type),*) -> cryptoki_sys::CK_RV {
                // SAFETY: bodies pass pointers only to `memory`, whose promises are the duties the standard
                // lays on the caller of this function.
                #[allow(unused_unsafe)]
                $crate::abi::guard(stringify!($name), || unsafe { $body })
            }
        )*
    };
}
use entries;
