//! OMAC, the message authentication code of GOST R 34.13-2015 §5.6, which is CMAC.

use alloc::boxed::Box;
use alloc::vec::Vec;

use cmac::{Cmac, KeyInit, Mac};
use kuznyechik::KuznyechikEnc;
use magma::Magma;

use super::{BlockCipher, CipherError};

/// Computes the code over data given in pieces; wiped when dropped.
pub struct Omac(Inner);

enum Inner {
    Magma(Box<Cmac<Magma>>),
    Kuznyechik(Box<Cmac<KuznyechikEnc>>),
}

impl Omac {
    /// Starts with no data.
    pub fn new(cipher: BlockCipher, key: &[u8; 32]) -> Self {
        Self(match cipher {
            BlockCipher::Magma => Inner::Magma(Box::new(Cmac::new(key.into()))),
            BlockCipher::Kuznyechik => Inner::Kuznyechik(Box::new(Cmac::new(key.into()))),
        })
    }

    /// Adds data.
    pub fn update(&mut self, data: &[u8]) {
        match &mut self.0 {
            Inner::Magma(mac) => mac.update(data),
            Inner::Kuznyechik(mac) => mac.update(data),
        }
    }

    /// The code, [`BlockCipher::block_octets`] long.
    pub fn finalize(self) -> Vec<u8> {
        match self.0 {
            Inner::Magma(mac) => mac.finalize().into_bytes().to_vec(),
            Inner::Kuznyechik(mac) => mac.finalize().into_bytes().to_vec(),
        }
    }

    /// Compares the whole code in constant time.
    pub fn verify(self, code: &[u8]) -> Result<(), CipherError> {
        match self.0 {
            Inner::Magma(mac) => mac.verify_slice(code),
            Inner::Kuznyechik(mac) => mac.verify_slice(code),
        }
        .map_err(|_| CipherError::Authentication)
    }
}
