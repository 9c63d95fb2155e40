//! A session with a token: search, login, signatures. Closes itself.

use std::ptr;

use cryptoki_sys as ck;

use super::library::call;
use super::{Call, Failure, MechanismType, ObjectHandle, ReturnCode};
use crate::secret::Pin;

/// More objects of one class than any token holds; the search stops there.
const MOST_OBJECTS: usize = 1024;
/// How many handles are asked for at once.
const BATCH: usize = 64;
/// Enough for RSA-4096; a second call is made only for more.
const USUAL_SIGNATURE: usize = 512;
/// RSA-16384; a module that wants more room is broken.
const LONGEST_SIGNATURE: usize = 2048;

/// An open session.
pub(crate) struct Session<'module> {
    pub(super) functions: &'module ck::CK_FUNCTION_LIST,
    pub(super) handle: ck::CK_SESSION_HANDLE,
}

/// Whom `C_Login` logs in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Who {
    /// The token's user.
    User,
    /// The token's administrator (security officer): who knows the PUK.
    Officer,
    /// Once more for one signature with an always-authenticate key.
    ContextSpecific,
}

impl<'module> Session<'module> {
    pub(super) fn new(functions: &'module ck::CK_FUNCTION_LIST, handle: ck::CK_SESSION_HANDLE) -> Self {
        Self { functions, handle }
    }

    /// Every object of a class, as far as it is visible in this state of login.
    pub(crate) fn find(&self, class: ck::CK_OBJECT_CLASS) -> Result<Vec<ObjectHandle>, Failure> {
        let mut class = class;
        let value: *mut ck::CK_OBJECT_CLASS = &mut class;
        let mut template = ck::CK_ATTRIBUTE {
            type_: ck::CKA_CLASS,
            pValue: value.cast(),
            ulValueLen: size_of::<ck::CK_OBJECT_CLASS>() as ck::CK_ULONG,
        };
        call!(
            self.functions,
            FindObjectsInit,
            C_FindObjectsInit,
            self.handle,
            &mut template,
            1
        )?;
        let found = self.found();
        let ended = call!(self.functions, FindObjectsFinal, C_FindObjectsFinal, self.handle);
        let found = found?;
        ended.map(|()| found)
    }

    fn found(&self) -> Result<Vec<ObjectHandle>, Failure> {
        let mut objects = Vec::new();
        while objects.len() < MOST_OBJECTS {
            let mut batch: [ck::CK_OBJECT_HANDLE; BATCH] = [0; BATCH];
            let mut count = 0;
            let room = BATCH as ck::CK_ULONG;
            call!(
                self.functions,
                FindObjects,
                C_FindObjects,
                self.handle,
                batch.as_mut_ptr(),
                room,
                &mut count
            )?;
            let count = usize::try_from(count).ok().filter(|count| *count <= BATCH);
            let count = count.ok_or(Failure::Malformed {
                call: Call::FindObjects,
            })?;
            if count == 0 {
                break;
            }
            objects.extend(batch[..count].iter().copied().map(ObjectHandle));
        }
        Ok(objects)
    }

    /// One `C_Login`, with the PIN or, without one, on the device's own keys. Already logged in counts as success.
    pub(crate) fn login(&self, user: Who, pin: Option<&Pin>) -> Result<(), Failure> {
        let user = match user {
            Who::User => ck::CKU_USER,
            Who::Officer => ck::CKU_SO,
            Who::ContextSpecific => ck::CKU_CONTEXT_SPECIFIC,
        };
        let (start, length) = of_pin(pin);
        match call!(self.functions, Login, C_Login, self.handle, user, start, length) {
            Err(failure) if failure.is(ck::CKR_USER_ALREADY_LOGGED_IN) => Ok(()),
            answer => answer,
        }
    }

    /// `C_Logout`.
    pub(crate) fn logout(&self) -> Result<(), Failure> {
        call!(self.functions, Logout, C_Logout, self.handle)
    }

    /// `C_SignInit` with a mechanism without parameters.
    pub(crate) fn sign_init(&self, mechanism: MechanismType, key: ObjectHandle) -> Result<(), Failure> {
        let mut mechanism = ck::CK_MECHANISM {
            mechanism: mechanism.0,
            pParameter: ptr::null_mut(),
            ulParameterLen: 0,
        };
        call!(
            self.functions,
            SignInit,
            C_SignInit,
            self.handle,
            &mut mechanism,
            key.0
        )
    }

    /// One `C_Sign` with a buffer large enough for all usual keys; asked again only when the module wants more room.
    pub(crate) fn sign(&self, input: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut input = input.to_vec();
        let mut room = USUAL_SIGNATURE;
        loop {
            let mut signature = vec![0u8; room];
            let mut length = room as ck::CK_ULONG;
            let answer = call!(
                self.functions,
                Sign,
                C_Sign,
                self.handle,
                input.as_mut_ptr(),
                input.len() as ck::CK_ULONG,
                signature.as_mut_ptr(),
                &mut length
            );
            let given = usize::try_from(length).unwrap_or(usize::MAX);
            match answer {
                Err(failure) if failure.is(ck::CKR_BUFFER_TOO_SMALL) => {
                    if given <= room || given > LONGEST_SIGNATURE {
                        return Err(Failure::Malformed { call: Call::Sign });
                    }
                    room = given;
                }
                Err(failure) => return Err(failure),
                Ok(()) if given > room => return Err(Failure::Malformed { call: Call::Sign }),
                Ok(()) => {
                    signature.truncate(given);
                    return Ok(signature);
                }
            }
        }
    }
}

/// Pointer and length of a PIN; null for one that is entered on the device.
pub(super) fn of_pin(pin: Option<&Pin>) -> (ck::CK_UTF8CHAR_PTR, ck::CK_ULONG) {
    match pin {
        Some(pin) => (pin.expose().as_ptr().cast_mut(), pin.len() as ck::CK_ULONG),
        None => (ptr::null_mut(), 0),
    }
}

impl Drop for Session<'_> {
    /// Closing the last session logs out as well; nothing can be done about a failure here.
    fn drop(&mut self) {
        let _ = call!(self.functions, CloseSession, C_CloseSession, self.handle);
    }
}
