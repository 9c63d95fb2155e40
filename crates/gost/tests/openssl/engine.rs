//! OpenSSL's libcrypto with the gost engine, called in this process: for many comparisons, and for benchmarks.

#![allow(dead_code, reason = "not every test and benchmark needs all of it")]

use std::{
    ffi::{CString, c_char, c_int, c_uchar, c_void},
    ptr,
    sync::Once,
};

#[link(name = "crypto")]
unsafe extern "C" {
    fn OPENSSL_init_crypto(options: u64, settings: *const c_void) -> c_int;
    fn ENGINE_by_id(id: *const c_char) -> *mut c_void;
    fn ENGINE_init(engine: *mut c_void) -> c_int;
    fn ENGINE_set_default_string(engine: *mut c_void, list: *const c_char) -> c_int;
    fn EVP_get_digestbyname(name: *const c_char) -> *const c_void;
    fn EVP_Digest(
        data: *const c_void,
        length: usize,
        digest: *mut c_uchar,
        size: *mut u32,
        kind: *const c_void,
        engine: *mut c_void,
    ) -> c_int;
    fn d2i_AutoPrivateKey(key: *mut *mut c_void, der: *mut *const c_uchar, length: i64) -> *mut c_void;
    fn d2i_PUBKEY(key: *mut *mut c_void, der: *mut *const c_uchar, length: i64) -> *mut c_void;
    fn EVP_PKEY_CTX_new(key: *mut c_void, engine: *mut c_void) -> *mut c_void;
    fn EVP_PKEY_sign_init(context: *mut c_void) -> c_int;
    fn EVP_PKEY_sign(
        context: *mut c_void,
        signature: *mut c_uchar,
        length: *mut usize,
        digest: *const c_uchar,
        digest_length: usize,
    ) -> c_int;
    fn EVP_PKEY_verify_init(context: *mut c_void) -> c_int;
    fn EVP_PKEY_verify(
        context: *mut c_void,
        signature: *const c_uchar,
        length: usize,
        digest: *const c_uchar,
        digest_length: usize,
    ) -> c_int;
    fn EVP_PKEY_keygen_init(context: *mut c_void) -> c_int;
    fn EVP_PKEY_keygen(context: *mut c_void, key: *mut *mut c_void) -> c_int;
    fn EVP_PKEY_free(key: *mut c_void);
}

fn engine() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: arguments are NUL-terminated and live through the calls; the engine is never freed.
        unsafe {
            OPENSSL_init_crypto(0, ptr::null());
            let engine = ENGINE_by_id(c"gost".as_ptr());
            assert!(
                !engine.is_null(),
                "the gost engine must be installed (libengine-gost-openssl)"
            );
            assert_eq!(ENGINE_init(engine), 1);
            assert_eq!(ENGINE_set_default_string(engine, c"ALL".as_ptr()), 1);
        }
    });
}

/// A digest of the engine.
pub struct Digest(*const c_void);

impl Digest {
    /// By name, such as `md_gost12_256`.
    pub fn new(name: &str) -> Self {
        engine();
        let name = CString::new(name).expect("no NUL");
        // SAFETY: the name is NUL-terminated.
        let kind = unsafe { EVP_get_digestbyname(name.as_ptr()) };
        assert!(!kind.is_null(), "{name:?}");
        Self(kind)
    }

    pub fn digest(&self, data: &[u8]) -> [u8; 64] {
        let (mut digest, mut size) = ([0; 64], 0);
        // SAFETY: the buffer has room for the longest digest asked for here.
        let done = unsafe {
            EVP_Digest(
                data.as_ptr().cast(),
                data.len(),
                digest.as_mut_ptr(),
                &mut size,
                self.0,
                ptr::null_mut(),
            )
        };
        assert_eq!(done, 1);
        digest
    }
}

/// A key of the engine, ready to sign or verify.
pub struct Key(*mut c_void);

impl Key {
    /// From PKCS#8 for signing.
    pub fn signing(pkcs8: &[u8]) -> Self {
        engine();
        let mut der = pkcs8.as_ptr();
        // SAFETY: the pointer covers the given length; the context keeps the key.
        unsafe {
            let key = d2i_AutoPrivateKey(ptr::null_mut(), &mut der, pkcs8.len() as i64);
            assert!(!key.is_null());
            let context = EVP_PKEY_CTX_new(key, ptr::null_mut());
            assert_eq!(EVP_PKEY_sign_init(context), 1);
            Self(context)
        }
    }

    /// From SubjectPublicKeyInfo for verifying.
    pub fn verifying(spki: &[u8]) -> Self {
        engine();
        let mut der = spki.as_ptr();
        // SAFETY: as above.
        unsafe {
            let key = d2i_PUBKEY(ptr::null_mut(), &mut der, spki.len() as i64);
            assert!(!key.is_null());
            let context = EVP_PKEY_CTX_new(key, ptr::null_mut());
            assert_eq!(EVP_PKEY_verify_init(context), 1);
            Self(context)
        }
    }

    /// A generator of keys over the parameters of this one.
    pub fn generating(pkcs8: &[u8]) -> Self {
        let mut der = pkcs8.as_ptr();
        engine();
        // SAFETY: as above; the key serves as the template of parameters.
        unsafe {
            let key = d2i_AutoPrivateKey(ptr::null_mut(), &mut der, pkcs8.len() as i64);
            assert!(!key.is_null());
            let context = EVP_PKEY_CTX_new(key, ptr::null_mut());
            assert_eq!(EVP_PKEY_keygen_init(context), 1);
            Self(context)
        }
    }

    pub fn sign(&self, digest: &[u8]) -> Vec<u8> {
        let (mut signature, mut length) = (vec![0; 128], 128);
        // SAFETY: the buffer has room for the longest signature.
        let done = unsafe {
            EVP_PKEY_sign(
                self.0,
                signature.as_mut_ptr(),
                &mut length,
                digest.as_ptr(),
                digest.len(),
            )
        };
        assert_eq!(done, 1);
        signature.truncate(length);
        signature
    }

    pub fn verify(&self, digest: &[u8], signature: &[u8]) -> bool {
        // SAFETY: pointers cover the given lengths.
        unsafe {
            EVP_PKEY_verify(
                self.0,
                signature.as_ptr(),
                signature.len(),
                digest.as_ptr(),
                digest.len(),
            ) == 1
        }
    }

    pub fn generate(&self) {
        let mut key = ptr::null_mut();
        // SAFETY: the new key is ours to free.
        unsafe {
            assert_eq!(EVP_PKEY_keygen(self.0, &mut key), 1);
            EVP_PKEY_free(key);
        }
    }
}
