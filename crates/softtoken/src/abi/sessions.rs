//! Sessions, login and PINs.

use std::ffi::c_void;

use cryptoki_sys as ck;

use super::{entries, memory, slots::pin};
use crate::{
    Role,
    module::{self, Login, Module},
    person,
    rv::{Outcome, Rv},
};

fn role(user: ck::CK_USER_TYPE) -> Outcome<Role> {
    match user {
        ck::CKU_USER => Ok(Role::User),
        ck::CKU_SO => Ok(Role::SecurityOfficer),
        _ => Err(Rv(ck::CKR_USER_TYPE_INVALID)),
    }
}

fn state(module: &mut Module, handle: ck::CK_SESSION_HANDLE) -> Outcome<ck::CK_STATE> {
    let session = module.session(handle)?;
    let (slot, writable) = (session.slot, session.writable);
    Ok(match (&module.seat(slot).login, writable) {
        (Login::Nobody, false) => ck::CKS_RO_PUBLIC_SESSION,
        (Login::Nobody, true) => ck::CKS_RW_PUBLIC_SESSION,
        (Login::User(_), false) => ck::CKS_RO_USER_FUNCTIONS,
        (Login::User(_), true) => ck::CKS_RW_USER_FUNCTIONS,
        (Login::SecurityOfficer(_), _) => ck::CKS_RW_SO_FUNCTIONS,
    })
}

/// The PIN again, for the signature that is about to be made.
fn confirm(module: &mut Module, handle: ck::CK_SESSION_HANDLE, entered: &[u8]) -> Outcome {
    let (home, slot) = module.token_of(handle)?;
    if module.session(handle)?.sign.is_none() {
        return Err(Rv(ck::CKR_OPERATION_NOT_INITIALIZED));
    }
    if module.user_key(slot).is_none() {
        return Err(Rv(ck::CKR_USER_NOT_LOGGED_IN));
    }
    home.unlock(Role::User, entered)?;
    if let Some(sign) = &mut module.session(handle)?.sign {
        sign.needs_pin = false;
    }
    Ok(())
}

entries! {
    fn C_OpenSession(
        slot: ck::CK_SLOT_ID,
        flags: ck::CK_FLAGS,
        _application: *mut c_void,
        _notify: ck::CK_NOTIFY,
        session: *mut ck::CK_SESSION_HANDLE,
    ) {
        if session.is_null() {
            return Err(Rv(ck::CKR_ARGUMENTS_BAD));
        }
        let handle = module::with(|module| {
            let slot = module.slot(slot)?;
            if flags & ck::CKF_SERIAL_SESSION == 0 {
                return Err(Rv(ck::CKR_SESSION_PARALLEL_NOT_SUPPORTED));
            }
            module.open_session(slot, flags & ck::CKF_RW_SESSION != 0)
        })?;
        memory::put_structure(session, handle)
    }

    fn C_CloseSession(session: ck::CK_SESSION_HANDLE) {
        module::with(|module| module.close_session(session))
    }

    fn C_CloseAllSessions(slot: ck::CK_SLOT_ID) {
        module::with(|module| {
            let slot = module.slot(slot)?;
            module.close_all_sessions(slot);
            Ok(())
        })
    }

    fn C_GetSessionInfo(session: ck::CK_SESSION_HANDLE, info: *mut ck::CK_SESSION_INFO) {
        let answer = module::with(|module| {
            let state = state(module, session)?;
            let session = module.session(session)?;
            let writable = if session.writable { ck::CKF_RW_SESSION } else { 0 };
            Ok(ck::CK_SESSION_INFO {
                slotID: ck::CK_SLOT_ID::try_from(session.slot).map_err(|_| Rv(ck::CKR_GENERAL_ERROR))?,
                state,
                flags: ck::CKF_SERIAL_SESSION | writable,
                ulDeviceError: 0,
            })
        })?;
        memory::put_structure(info, answer)
    }

    fn C_Login(
        session: ck::CK_SESSION_HANDLE,
        user: ck::CK_USER_TYPE,
        entered: *mut ck::CK_UTF8CHAR,
        length: ck::CK_ULONG,
    ) {
        if entered.is_null() {
            person::wait_for_pin(session)?;
        }
        module::with(|module| {
            let (home, _) = module.token_of(session)?;
            if user == ck::CKU_CONTEXT_SPECIFIC {
                return confirm(module, session, &pin(&home, entered, length)?);
            }
            let role = role(user)?;
            module.log_in(session, role, &pin(&home, entered, length)?)
        })
    }

    fn C_Logout(session: ck::CK_SESSION_HANDLE) {
        module::with(|module| module.log_out(session))
    }

    fn C_InitPIN(session: ck::CK_SESSION_HANDLE, new: *mut ck::CK_UTF8CHAR, length: ck::CK_ULONG) {
        module::with(|module| {
            let (home, slot) = module.token_of(session)?;
            let new = pin(&home, new, length)?;
            match &module.seat(slot).login {
                Login::SecurityOfficer(master) => Ok(home.reset_user_pin(master, &new)?),
                _ => Err(Rv(ck::CKR_USER_NOT_LOGGED_IN)),
            }
        })
    }

    fn C_SetPIN(
        session: ck::CK_SESSION_HANDLE,
        old: *mut ck::CK_UTF8CHAR,
        old_length: ck::CK_ULONG,
        new: *mut ck::CK_UTF8CHAR,
        new_length: ck::CK_ULONG,
    ) {
        let on_device = old.is_null() && new.is_null();
        if on_device {
            person::wait_for_pin(session)?;
        }
        module::with(|module| {
            let (home, slot) = module.token_of(session)?;
            if !module.session(session)?.writable {
                return Err(Rv(ck::CKR_SESSION_READ_ONLY));
            }
            let role = match module.seat(slot).login {
                Login::SecurityOfficer(_) => Role::SecurityOfficer,
                _ => Role::User,
            };
            if on_device {
                let typed = pin(&home, old, old_length)?;
                // One line only: the person gave up before the new PIN.
                let mut lines = typed.split(|octet| *octet == b'\n');
                let (Some(old), Some(new)) = (lines.next(), lines.next()) else {
                    return Err(Rv(ck::CKR_FUNCTION_CANCELED));
                };
                return Ok(home.change_pin(role, old, new)?);
            }
            if old.is_null() || new.is_null() {
                return Err(Rv(ck::CKR_ARGUMENTS_BAD));
            }
            Ok(home.change_pin(role, &pin(&home, old, old_length)?, &pin(&home, new, new_length)?)?)
        })
    }
}
