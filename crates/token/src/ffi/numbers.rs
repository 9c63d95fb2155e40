//! Cryptoki's numbers as types of their own; values unknown to us are kept as they are, never dropped.

use cryptoki_sys::{CK_ATTRIBUTE_TYPE, CK_MECHANISM_TYPE, CK_OBJECT_HANDLE, CK_RV, CK_SLOT_ID};
use serde::{Deserialize, Serialize};

/// `CK_RV`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ReturnCode(pub CK_RV);

/// `CK_MECHANISM_TYPE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct MechanismType(pub CK_MECHANISM_TYPE);

/// `CK_ATTRIBUTE_TYPE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct AttributeType(pub CK_ATTRIBUTE_TYPE);

/// `CK_SLOT_ID`; valid only until the next change of the slot list, so it never leaves the worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SlotId(pub CK_SLOT_ID);

/// `CK_OBJECT_HANDLE`; valid only inside its session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ObjectHandle(pub CK_OBJECT_HANDLE);

macro_rules! calls {
    ($($name:ident),* $(,)?) => {
        /// The Cryptoki functions we call, to say in an error which of them failed.
        #[allow(missing_docs)] // the names are the standard's own
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
        pub enum Call { $($name),* }

        impl Call {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Call::$name),*];

            /// The function's name in the standard, such as `C_Sign`.
            pub fn name(self) -> &'static str {
                match self { $(Call::$name => concat!("C_", stringify!($name))),* }
            }
        }
    };
}

calls!(
    GetFunctionList,
    Initialize,
    Finalize,
    GetInfo,
    GetSlotList,
    GetSlotInfo,
    GetTokenInfo,
    GetMechanismList,
    GetMechanismInfo,
    OpenSession,
    CloseSession,
    Login,
    Logout,
    FindObjectsInit,
    FindObjects,
    FindObjectsFinal,
    GetAttributeValue,
    SignInit,
    Sign,
    SetPIN,
    InitPIN,
    CreateObject,
    DestroyObject,
    GenerateKeyPair,
);

/// Why a call gave nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    /// The module answered with something other than `CKR_OK`.
    Refused { call: Call, code: ReturnCode },
    /// The module broke the standard: a null table, a length beyond the buffer it was given, an endless list.
    Malformed { call: Call },
}

impl Failure {
    pub(crate) fn code(self) -> Option<ReturnCode> {
        match self {
            Failure::Refused { code, .. } => Some(code),
            Failure::Malformed { .. } => None,
        }
    }
}

impl MechanismType {
    /// The number at its widest.
    pub(crate) fn number(self) -> u64 {
        // `CK_ULONG` has 32 bits on Windows and 64 elsewhere.
        #[allow(clippy::unnecessary_cast)]
        let number = self.0 as u64;
        number
    }
}

impl ReturnCode {
    /// The number at its widest, for errors.
    pub(crate) fn number(self) -> u64 {
        // `CK_RV` has 32 bits on Windows and 64 elsewhere.
        #[allow(clippy::unnecessary_cast)]
        let number = self.0 as u64;
        number
    }

    /// `Ok` for `CKR_OK`, otherwise the failure of this call.
    pub(crate) fn of(self, call: Call) -> Result<(), Failure> {
        if self.0 == cryptoki_sys::CKR_OK {
            Ok(())
        } else {
            Err(Failure::Refused { call, code: self })
        }
    }
}
