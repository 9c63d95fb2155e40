//! The return code as an error type, so that `?` works inside the module.

use cryptoki_sys as ck;
use kabinet_gost::{KeyError, SignError, VerifyError};

use crate::StoreError;

/// A `CK_RV` other than `CKR_OK`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rv(pub(crate) ck::CK_RV);

/// What every function of the module ends with.
pub(crate) type Outcome<T = ()> = Result<T, Rv>;

impl From<StoreError> for Rv {
    fn from(error: StoreError) -> Self {
        Self(match error {
            StoreError::NotFound => ck::CKR_DEVICE_REMOVED,
            StoreError::AlreadyExists => ck::CKR_GENERAL_ERROR,
            StoreError::Io(_) => ck::CKR_DEVICE_ERROR,
            StoreError::Format(_) | StoreError::Version(_) => ck::CKR_TOKEN_NOT_RECOGNIZED,
            StoreError::PinIncorrect { .. } => ck::CKR_PIN_INCORRECT,
            StoreError::PinLocked => ck::CKR_PIN_LOCKED,
            StoreError::PinLength { .. } => ck::CKR_PIN_LEN_RANGE,
            StoreError::PinNotSet => ck::CKR_USER_PIN_NOT_INITIALIZED,
            StoreError::Unsealing => ck::CKR_DEVICE_ERROR,
            StoreError::Entropy | StoreError::KeyDerivation => ck::CKR_FUNCTION_FAILED,
            StoreError::Key(error) => return error.into(),
            StoreError::KeyUnusable
            | StoreError::KeyKind
            | StoreError::Certificate(_)
            | StoreError::CertificateKey => ck::CKR_ATTRIBUTE_VALUE_INVALID,
            StoreError::Directive(_) => ck::CKR_GENERAL_ERROR,
        })
    }
}

impl From<KeyError> for Rv {
    fn from(error: KeyError) -> Self {
        Self(match error {
            KeyError::Entropy => ck::CKR_FUNCTION_FAILED,
            _ => ck::CKR_ATTRIBUTE_VALUE_INVALID,
        })
    }
}

impl From<SignError> for Rv {
    fn from(error: SignError) -> Self {
        Self(match error {
            SignError::DigestLength { .. } => ck::CKR_DATA_LEN_RANGE,
            SignError::Nonce => ck::CKR_FUNCTION_FAILED,
        })
    }
}

impl From<VerifyError> for Rv {
    fn from(error: VerifyError) -> Self {
        Self(match error {
            VerifyError::DigestLength { .. } => ck::CKR_DATA_LEN_RANGE,
            VerifyError::SignatureLength { .. } => ck::CKR_SIGNATURE_LEN_RANGE,
            VerifyError::Range | VerifyError::Mismatch => ck::CKR_SIGNATURE_INVALID,
        })
    }
}
