//! The certificate store «Личное» (MY) of the Windows user, with keys behind CNG.

use std::ptr;

use windows_sys::Win32::Foundation::{NTE_PERM, NTE_SILENT_CONTEXT};
use windows_sys::Win32::Security::Cryptography::{
    BCRYPT_PKCS1_PADDING_INFO, CERT_CONTEXT, CERT_KEY_PROV_INFO_PROP_ID, CERT_KEY_SPEC, CERT_NCRYPT_KEY_SPEC,
    CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, CertCloseStore, CertEnumCertificatesInStore,
    CertFreeCertificateContext, CertGetCertificateContextProperty, CertOpenSystemStoreW,
    CryptAcquireCertificatePrivateKey, HCERTSTORE, HCRYPTPROV_OR_NCRYPT_KEY_HANDLE, NCRYPT_KEY_HANDLE,
    NCRYPT_PAD_PKCS1_FLAG, NCryptFreeObject, NCryptSignHash,
};

use super::Platform;
use crate::error::TokenError;
use crate::model::SignMechanism;

/// `SCARD_W_CANCELLED_BY_USER` as an `HRESULT`: the person closed the system's own question.
const CANCELLED_BY_USER: i32 = 0x8010_006e_u32 as i32;
/// RSA-4096.
const LONGEST_SIGNATURE: usize = 512;

/// The store of the current user.
pub(super) struct Windows;

/// An open store, closed when dropped.
struct Store(HCERTSTORE);

/// A private key that must be freed.
struct Key {
    handle: NCRYPT_KEY_HANDLE,
    must_be_freed: bool,
}

impl Store {
    fn open() -> Result<Self, TokenError> {
        let name: Vec<u16> = "MY\0".encode_utf16().collect();
        // SAFETY: the name is a wide string with its end, and outlives the call.
        let store = unsafe { CertOpenSystemStoreW(0, name.as_ptr()) };
        if store.is_null() {
            return Err(TokenError::ModuleReset);
        }
        Ok(Self(store))
    }

    /// Calls for each certificate until one gives an answer.
    fn find<T>(&self, mut judge: impl FnMut(*const CERT_CONTEXT, &[u8]) -> Option<T>) -> Option<T> {
        let mut context = ptr::null_mut();
        loop {
            // SAFETY: the store is open; the context is null or that of the call before, which this call frees.
            context = unsafe { CertEnumCertificatesInStore(self.0, context) };
            if context.is_null() {
                return None;
            }
            // SAFETY: a context that was just given out has so many octets of DER.
            let der = unsafe {
                std::slice::from_raw_parts((*context).pbCertEncoded, (*context).cbCertEncoded as usize)
            };
            if let Some(answer) = judge(context, der) {
                // SAFETY: the enumeration stops here, so the context is ours to free.
                unsafe { CertFreeCertificateContext(context) };
                return Some(answer);
            }
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: it is open, and nothing of it is used any more.
        unsafe { CertCloseStore(self.0, 0) };
    }
}

impl Key {
    /// The key of a certificate, if it is behind CNG. The person may be asked for a card or a PIN.
    fn of(context: *const CERT_CONTEXT) -> Option<Self> {
        let mut handle: HCRYPTPROV_OR_NCRYPT_KEY_HANDLE = 0;
        let mut kind: CERT_KEY_SPEC = 0;
        let mut must_be_freed = 0;
        // SAFETY: the context is valid for the call, the three results are places of ours.
        let found = unsafe {
            CryptAcquireCertificatePrivateKey(
                context,
                CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG,
                ptr::null(),
                &mut handle,
                &mut kind,
                &mut must_be_freed,
            )
        };
        (found != 0 && kind == CERT_NCRYPT_KEY_SPEC).then_some(Self {
            handle,
            must_be_freed: must_be_freed != 0,
        })
    }

    fn sign(&self, mechanism: SignMechanism, input: &[u8]) -> Result<Vec<u8>, TokenError> {
        // Without an algorithm the input, a DigestInfo, is padded as it is.
        let padding = BCRYPT_PKCS1_PADDING_INFO {
            pszAlgId: ptr::null(),
        };
        let (padding, flags) = match mechanism {
            SignMechanism::RsaPkcs1 => (ptr::from_ref(&padding).cast(), NCRYPT_PAD_PKCS1_FLAG),
            SignMechanism::EcdsaP256 => (ptr::null(), 0),
            SignMechanism::Gost256 | SignMechanism::Gost512 => return Err(TokenError::MechanismUnsupported),
        };
        let mut signature = vec![0; LONGEST_SIGNATURE];
        let mut length = 0;
        // SAFETY: the key is open, and every pointer goes with the length of what it points to.
        let code = unsafe {
            NCryptSignHash(
                self.handle,
                padding,
                input.as_ptr(),
                input.len() as u32,
                signature.as_mut_ptr(),
                LONGEST_SIGNATURE as u32,
                &mut length,
                flags,
            )
        };
        match code {
            0 => {
                signature.truncate(length as usize);
                Ok(signature)
            }
            CANCELLED_BY_USER => Err(TokenError::Rejected),
            NTE_PERM | NTE_SILENT_CONTEXT => Err(TokenError::LoginLost),
            _ => Err(TokenError::KeyNotFound),
        }
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        if self.must_be_freed {
            // SAFETY: it is open, and not used any more.
            unsafe { NCryptFreeObject(self.handle) };
        }
    }
}

impl Platform for Windows {
    fn name(&self) -> &str {
        "Windows"
    }

    fn identities(&self) -> Result<Vec<Vec<u8>>, TokenError> {
        let mut all = Vec::new();
        Store::open()?.find(|context, der| {
            let mut length = 0;
            // SAFETY: asks for the length only. Whether there is a key is said without touching it.
            let has_key = unsafe {
                CertGetCertificateContextProperty(
                    context,
                    CERT_KEY_PROV_INFO_PROP_ID,
                    ptr::null_mut(),
                    &mut length,
                )
            };
            if has_key != 0 {
                all.push(der.to_vec());
            }
            None::<()>
        });
        Ok(all)
    }

    fn sign(
        &self,
        certificate: &[u8],
        mechanism: SignMechanism,
        input: &[u8],
    ) -> Result<Vec<u8>, TokenError> {
        let store = Store::open()?;
        let found = store.find(|context, der| (der == certificate).then(|| Key::of(context)));
        let key = found.flatten().ok_or(TokenError::KeyNotFound)?;
        key.sign(mechanism, input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_store_is_read_and_a_stranger_has_no_key_in_it() {
        Windows.identities().unwrap();
        let refused = Windows.sign(b"no certificate", SignMechanism::RsaPkcs1, &[0; 51]);
        assert_eq!(refused, Err(TokenError::KeyNotFound));
    }
}
