//! Functions of the standard that this token does not have; they exist because callers do not check.

use cryptoki_sys as ck;

use super::entries;
use crate::rv::Rv;

/// Defines functions that refuse.
macro_rules! unsupported {
    ($(fn $name:ident($($argument:ident: $type:ty),*);)*) => {
        entries! {
            $(fn $name($($argument: $type),*) {
                Err(Rv(ck::CKR_FUNCTION_NOT_SUPPORTED))
            })*
        }
    };
}

unsupported! {
    fn C_GetOperationState(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: *mut ck::CK_ULONG);
    fn C_SetOperationState(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: ck::CK_OBJECT_HANDLE, _e: ck::CK_OBJECT_HANDLE);
    fn C_CopyObject(_a: ck::CK_SESSION_HANDLE, _b: ck::CK_OBJECT_HANDLE, _c: *mut ck::CK_ATTRIBUTE, _d: ck::CK_ULONG, _e: *mut ck::CK_OBJECT_HANDLE);
    fn C_EncryptInit(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_MECHANISM, _c: ck::CK_OBJECT_HANDLE);
    fn C_Encrypt(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: *mut ck::CK_BYTE, _e: *mut ck::CK_ULONG);
    fn C_EncryptUpdate(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: *mut ck::CK_BYTE, _e: *mut ck::CK_ULONG);
    fn C_EncryptFinal(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: *mut ck::CK_ULONG);
    fn C_DecryptInit(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_MECHANISM, _c: ck::CK_OBJECT_HANDLE);
    fn C_Decrypt(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: *mut ck::CK_BYTE, _e: *mut ck::CK_ULONG);
    fn C_DecryptUpdate(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: *mut ck::CK_BYTE, _e: *mut ck::CK_ULONG);
    fn C_DecryptFinal(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: *mut ck::CK_ULONG);
    fn C_DigestKey(_a: ck::CK_SESSION_HANDLE, _b: ck::CK_OBJECT_HANDLE);
    fn C_SignRecoverInit(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_MECHANISM, _c: ck::CK_OBJECT_HANDLE);
    fn C_SignRecover(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: *mut ck::CK_BYTE, _e: *mut ck::CK_ULONG);
    fn C_VerifyRecoverInit(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_MECHANISM, _c: ck::CK_OBJECT_HANDLE);
    fn C_VerifyRecover(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: *mut ck::CK_BYTE, _e: *mut ck::CK_ULONG);
    fn C_DigestEncryptUpdate(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: *mut ck::CK_BYTE, _e: *mut ck::CK_ULONG);
    fn C_DecryptDigestUpdate(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: *mut ck::CK_BYTE, _e: *mut ck::CK_ULONG);
    fn C_SignEncryptUpdate(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: *mut ck::CK_BYTE, _e: *mut ck::CK_ULONG);
    fn C_DecryptVerifyUpdate(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_BYTE, _c: ck::CK_ULONG, _d: *mut ck::CK_BYTE, _e: *mut ck::CK_ULONG);
    fn C_GenerateKey(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_MECHANISM, _c: *mut ck::CK_ATTRIBUTE, _d: ck::CK_ULONG, _e: *mut ck::CK_OBJECT_HANDLE);
    fn C_WrapKey(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_MECHANISM, _c: ck::CK_OBJECT_HANDLE, _d: ck::CK_OBJECT_HANDLE, _e: *mut ck::CK_BYTE, _f: *mut ck::CK_ULONG);
    fn C_UnwrapKey(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_MECHANISM, _c: ck::CK_OBJECT_HANDLE, _d: *mut ck::CK_BYTE, _e: ck::CK_ULONG, _f: *mut ck::CK_ATTRIBUTE, _g: ck::CK_ULONG, _h: *mut ck::CK_OBJECT_HANDLE);
    fn C_DeriveKey(_a: ck::CK_SESSION_HANDLE, _b: *mut ck::CK_MECHANISM, _c: ck::CK_OBJECT_HANDLE, _d: *mut ck::CK_ATTRIBUTE, _e: ck::CK_ULONG, _f: *mut ck::CK_OBJECT_HANDLE);
}
