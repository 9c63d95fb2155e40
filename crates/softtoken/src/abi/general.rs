//! General-purpose functions.

use std::ffi::c_void;

use cryptoki_sys as ck;

use super::{entries, functions::FUNCTION_LIST, memory, slots::padded};
use crate::{
    config, module,
    rv::{Outcome, Rv},
};

pub(super) const CRYPTOKI_VERSION: ck::CK_VERSION = ck::CK_VERSION { major: 2, minor: 40 };

/// The rules for `CK_C_INITIALIZE_ARGS` (§5.4): this module locks by itself, so all it does is refuse nonsense.
unsafe fn check_initialize_args(args: *const c_void) -> Outcome {
    if args.is_null() {
        return Ok(());
    }
    // SAFETY: the caller passes either null or this structure.
    let args = unsafe { memory::take(args.cast::<ck::CK_C_INITIALIZE_ARGS>()) }?;
    // Copied out: on Windows the standard packs its structures, and a field has no address to lend.
    let callbacks = [
        { args.CreateMutex }.is_some(),
        { args.DestroyMutex }.is_some(),
        { args.LockMutex }.is_some(),
        { args.UnlockMutex }.is_some(),
    ];
    let all_or_none = callbacks.iter().all(|given| *given) || callbacks.iter().all(|given| !*given);
    if !args.pReserved.is_null() || !all_or_none {
        return Err(Rv(ck::CKR_ARGUMENTS_BAD));
    }
    Ok(())
}

entries! {
    fn C_Initialize(args: *mut c_void) {
        check_initialize_args(args)?;
        module::start()
    }

    fn C_Finalize(reserved: *mut c_void) {
        if !reserved.is_null() {
            return Err(Rv(ck::CKR_ARGUMENTS_BAD));
        }
        module::stop()
    }

    fn C_GetInfo(info: *mut ck::CK_INFO) {
        module::with(|_| Ok(()))?;
        let vendor = config::vendor();
        let (major, minor) = vendor.version;
        memory::put_structure(info, ck::CK_INFO {
            cryptokiVersion: CRYPTOKI_VERSION,
            manufacturerID: padded(vendor.manufacturer),
            flags: 0,
            libraryDescription: padded(vendor.library),
            libraryVersion: ck::CK_VERSION { major, minor },
        })
    }

    fn C_GetFunctionList(list: *mut *mut ck::CK_FUNCTION_LIST) {
        memory::put(list, (&raw const FUNCTION_LIST).cast_mut())
    }

    fn C_GetFunctionStatus(_session: ck::CK_SESSION_HANDLE) {
        Err(Rv(ck::CKR_FUNCTION_NOT_PARALLEL))
    }

    fn C_CancelFunction(_session: ck::CK_SESSION_HANDLE) {
        Err(Rv(ck::CKR_FUNCTION_NOT_PARALLEL))
    }

    fn C_SeedRandom(session: ck::CK_SESSION_HANDLE, seed: *mut ck::CK_BYTE, length: ck::CK_ULONG) {
        memory::octets(seed, length)?;
        module::with(|module| module.session(session).map(drop))?;
        Err(Rv(ck::CKR_RANDOM_SEED_NOT_SUPPORTED))
    }

    fn C_GenerateRandom(session: ck::CK_SESSION_HANDLE, data: *mut ck::CK_BYTE, length: ck::CK_ULONG) {
        module::with(|module| module.session(session).map(drop))?;
        getrandom::fill(memory::octets_mut(data, length)?).map_err(|_| Rv(ck::CKR_FUNCTION_FAILED))
    }
}
