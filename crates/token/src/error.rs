//! What can go wrong with a token, as data: a stable code, parameters for the text, and whether trying again can help.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ffi::{self, Class, Failure, ReturnCode};
use crate::model::{PinState, PukState};

pub use crate::ffi::Call;

/// Why nothing was found or signed. Texts are looked up by [`TokenError::code`], gaps filled from [`TokenError::params`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum TokenError {
    /// The token wants a PIN and none was given.
    #[error("a PIN is required")]
    PinRequired,
    /// Wrong PIN: one attempt was spent. `state` was read from the token afterwards.
    #[error("the PIN is incorrect")]
    PinIncorrect {
        /// The token's flags after the failure.
        state: PinState,
    },
    /// No attempts are left; only the administrator PIN (PUK) helps.
    #[error("the PIN is locked")]
    PinLocked,
    /// Refused before the token saw it: the length, in bytes, is outside the token's limits.
    #[error("the PIN must have {min} to {max} bytes")]
    PinLength {
        /// Shortest allowed length, bytes.
        min: u32,
        /// Longest allowed length, bytes.
        max: u32,
    },
    /// Only one attempt is left and the job did not say that the person knows.
    #[error("the last PIN attempt was not confirmed")]
    PinFinalTry,
    /// The token does not take this PIN's characters.
    #[error("the PIN holds characters the token does not take")]
    PinUnacceptable,
    /// The token wants its PIN changed before it signs.
    #[error("the PIN must be changed first")]
    PinExpired,
    /// The token has no user PIN yet.
    #[error("the token has no user PIN")]
    PinNotSet,
    /// Wrong PUK: one attempt was spent. `state` was read from the token afterwards.
    #[error("the PUK is incorrect")]
    PukIncorrect {
        /// The token's flags after the failure.
        state: PukState,
    },
    /// No attempts at the PUK are left: the token can only be formatted, which destroys its keys.
    #[error("the PUK is locked")]
    PukLocked,
    /// Only one attempt at the PUK is left and nobody said that the person knows.
    #[error("the last PUK attempt was not confirmed")]
    PukFinalTry,
    /// The token, or its module, does not let this program do that: change or unblock its PIN, make keys, take certificates.
    #[error("the token does not offer this")]
    NotOffered,
    /// Nothing is left to write on.
    #[error("the token is full")]
    TokenFull,
    /// The token is write-protected.
    #[error("the token is write-protected")]
    WriteProtected,
    /// The token does not make keys of this kind.
    #[error("the token makes no such keys")]
    KeyNotMade,
    /// The passphrase of a key file is wrong. Files count no attempts.
    #[error("the passphrase is wrong")]
    PassphraseIncorrect,
    /// A key file is gone or cannot be read.
    #[error("the key file cannot be read")]
    KeyFileUnreadable,
    /// The certificate is not of a key on this token.
    #[error("the certificate has no key on this token")]
    CertificateForeign,
    /// The module did not answer a moment ago and is left alone until the token is plugged in again.
    #[error("the module is left alone until the token is plugged in again")]
    ModuleStuck,
    /// The token was pulled, or its connection broke, in the middle of the work.
    #[error("the token was removed")]
    TokenRemoved,
    /// No token with this serial number is connected.
    #[error("the token is not connected")]
    TokenNotFound,
    /// The token was never initialised.
    #[error("the token is not initialised")]
    TokenNotInitialised,
    /// Another program holds the token, or a request to the same module is still running.
    #[error("the token is busy")]
    TokenBusy,
    /// Another program reset the card and our login with it.
    #[error("the login was lost")]
    LoginLost,
    /// The chosen certificate is no longer on the token. Checked before the PIN is used.
    #[error("the certificate is not on the token")]
    CertificateNotFound,
    /// No private key on the token belongs to the certificate.
    #[error("the certificate has no private key on the token")]
    KeyNotFound,
    /// The token, or this key, cannot sign in the requested way.
    #[error("the signing mechanism is not supported")]
    MechanismUnsupported,
    /// An input has not the length the mechanism signs; refused before the PIN is used.
    #[error("the input does not fit the mechanism")]
    InputUnsuitable,
    /// The person refused on the device.
    #[error("refused on the device")]
    Rejected,
    /// The person did not confirm on the device in time.
    #[error("not confirmed on the device in time")]
    ConfirmationTimeout,
    /// The module did not answer within the deadline; its worker was ended.
    #[error("the module did not answer in {seconds} s")]
    ModuleHung {
        /// The deadline that passed, whole seconds, rounded up.
        seconds: u64,
    },
    /// The module brought its worker down.
    #[error("the module crashed")]
    ModuleCrashed,
    /// The module lost its state, as after a restart of the smart-card service; the next request starts it anew.
    #[error("the module lost its state")]
    ModuleReset,
    /// The module's answer breaks the standard.
    #[error("the module answered nonsense")]
    ModuleMisbehaved {
        /// Where; `None` when the worker's own pipe carried nonsense.
        call: Option<Call>,
    },
    /// The module was not loaded.
    #[error("the module cannot be loaded")]
    ModuleUnloadable {
        /// Why not.
        reason: Unloadable,
    },
    /// The module named in the request is not one of ours.
    #[error("unknown module")]
    ModuleUnknown,
    /// Our own worker process could not be started.
    #[error("the worker process could not be started")]
    WorkerUnavailable,
    /// A failure without a meaning of its own: call and return code, vendor codes included.
    #[error("{} failed with {rv:#010x}", call.name())]
    Device {
        /// The function that failed.
        call: Call,
        /// `CK_RV`.
        rv: u64,
    },
}

/// Why a module file was not loaded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unloadable {
    /// Only absolute paths are loaded: a relative one may pick up a foreign copy.
    NotAbsolute,
    /// There is no such file.
    Missing,
    /// The file cannot be read.
    Unreadable,
    /// Any user of the computer could have changed the file, or a directory above it.
    WritableByOthers,
    /// Not a shared library at all.
    NotALibrary,
    /// A library of another operating system.
    OtherSystem,
    /// A library for another processor; the usual case is 32 against 64 bits.
    OtherArchitecture {
        /// What the file is for, such as `x86`.
        found: String,
        /// What this program is for, such as `x86_64`.
        expected: String,
    },
    /// The system's loader refused it: damaged, or libraries it needs are missing.
    LoaderRefused,
    /// A library, but without the PKCS#11 entry point.
    NotPkcs11,
}

impl TokenError {
    /// The stable code the text is found by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PinRequired => "token.pin-required",
            Self::PinIncorrect { state } if state.final_try => "token.pin-incorrect-final-try",
            Self::PinIncorrect { .. } => "token.pin-incorrect",
            Self::PinLocked => "token.pin-locked",
            Self::PinLength { .. } => "token.pin-length",
            Self::PinFinalTry => "token.pin-final-try",
            Self::PinUnacceptable => "token.pin-unacceptable",
            Self::PinExpired => "token.pin-expired",
            Self::PinNotSet => "token.pin-not-set",
            Self::PukIncorrect { state } if state.final_try => "token.puk-incorrect-final-try",
            Self::PukIncorrect { .. } => "token.puk-incorrect",
            Self::PukLocked => "token.puk-locked",
            Self::PukFinalTry => "token.puk-final-try",
            Self::NotOffered => "token.not-offered",
            Self::TokenFull => "token.full",
            Self::WriteProtected => "token.write-protected",
            Self::KeyNotMade => "token.key-not-made",
            Self::PassphraseIncorrect => "token.passphrase-incorrect",
            Self::KeyFileUnreadable => "token.key-file-unreadable",
            Self::CertificateForeign => "token.certificate-foreign",
            Self::ModuleStuck => "token.module-stuck",
            Self::TokenRemoved => "token.removed",
            Self::TokenNotFound => "token.not-found",
            Self::TokenNotInitialised => "token.not-initialised",
            Self::TokenBusy => "token.busy",
            Self::LoginLost => "token.login-lost",
            Self::CertificateNotFound => "token.certificate-not-found",
            Self::KeyNotFound => "token.key-not-found",
            Self::MechanismUnsupported => "token.mechanism-unsupported",
            Self::InputUnsuitable => "token.input-unsuitable",
            Self::Rejected => "token.rejected",
            Self::ConfirmationTimeout => "token.confirmation-timeout",
            Self::ModuleHung { .. } => "token.module-hung",
            Self::ModuleCrashed => "token.module-crashed",
            Self::ModuleReset => "token.module-reset",
            Self::ModuleMisbehaved { .. } => "token.module-misbehaved",
            Self::ModuleUnloadable { reason } => reason.code(),
            Self::ModuleUnknown => "token.module-unknown",
            Self::WorkerUnavailable => "token.worker-unavailable",
            Self::Device { .. } => "token.device",
        }
    }

    /// True when the same request can succeed later without changing the token, the program or the file: plug it in, wait,
    /// type the PIN again. A PIN is never sent again without a person typing it.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::PinRequired
            | Self::PinIncorrect { .. }
            | Self::PinLength { .. }
            | Self::PinFinalTry
            | Self::PinUnacceptable
            | Self::PukIncorrect { .. }
            | Self::PukFinalTry
            | Self::PassphraseIncorrect
            | Self::KeyFileUnreadable
            | Self::ModuleStuck
            | Self::TokenRemoved
            | Self::TokenNotFound
            | Self::TokenBusy
            | Self::LoginLost
            | Self::Rejected
            | Self::ConfirmationTimeout
            | Self::ModuleHung { .. }
            | Self::ModuleCrashed
            | Self::ModuleReset
            | Self::WorkerUnavailable
            | Self::Device { .. } => true,
            Self::PinLocked
            | Self::PinExpired
            | Self::PinNotSet
            | Self::PukLocked
            | Self::NotOffered
            | Self::TokenFull
            | Self::WriteProtected
            | Self::KeyNotMade
            | Self::CertificateForeign
            | Self::TokenNotInitialised
            | Self::CertificateNotFound
            | Self::KeyNotFound
            | Self::MechanismUnsupported
            | Self::InputUnsuitable
            | Self::ModuleMisbehaved { .. }
            | Self::ModuleUnloadable { .. }
            | Self::ModuleUnknown => false,
        }
    }

    /// What fills the gaps of the text.
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::PinLength { min, max } => {
                BTreeMap::from([("min", min.to_string()), ("max", max.to_string())])
            }
            Self::ModuleHung { seconds } => BTreeMap::from([("seconds", seconds.to_string())]),
            Self::ModuleMisbehaved { call: Some(call) } => BTreeMap::from([("call", call.name().to_owned())]),
            Self::ModuleMisbehaved { call: None } => BTreeMap::from([("call", "-".to_owned())]),
            Self::ModuleUnloadable {
                reason: Unloadable::OtherArchitecture { found, expected },
            } => BTreeMap::from([("found", found.clone()), ("expected", expected.clone())]),
            Self::Device { call, rv } => {
                let named = cryptoki_sys::CK_RV::try_from(*rv)
                    .ok()
                    .and_then(|rv| ffi::name(ReturnCode(rv)));
                let number = format!("{rv:#010x}");
                let rv = named.map_or(number.clone(), |name| format!("{name} ({number})"));
                BTreeMap::from([("call", call.name().to_owned()), ("rv", rv)])
            }
            _ => BTreeMap::new(),
        }
    }
}

impl Unloadable {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAbsolute => "token.module-not-absolute",
            Self::Missing => "token.module-missing",
            Self::Unreadable => "token.module-unreadable",
            Self::WritableByOthers => "token.module-writable-by-others",
            Self::NotALibrary => "token.module-not-a-library",
            Self::OtherSystem => "token.module-other-system",
            Self::OtherArchitecture { .. } => "token.module-other-architecture",
            Self::LoaderRefused => "token.module-loader-refused",
            Self::NotPkcs11 => "token.module-not-pkcs11",
        }
    }
}

impl From<Unloadable> for TokenError {
    fn from(reason: Unloadable) -> Self {
        Self::ModuleUnloadable { reason }
    }
}

/// Everything but a failed login, which needs the token's state: see the worker's login.
impl From<Failure> for TokenError {
    fn from(failure: Failure) -> Self {
        let (call, code) = match failure {
            Failure::Refused { call, code } => (call, code),
            Failure::Malformed { call } => return Self::ModuleMisbehaved { call: Some(call) },
        };
        match ffi::classify(code) {
            Class::Removed => Self::TokenRemoved,
            Class::PinLocked => Self::PinLocked,
            Class::PinUnacceptable => Self::PinUnacceptable,
            Class::PinExpired => Self::PinExpired,
            Class::PinNotSet => Self::PinNotSet,
            Class::NotInitialised => Self::TokenNotInitialised,
            Class::LoginLost => Self::LoginLost,
            Class::Busy => Self::TokenBusy,
            Class::Rejected => Self::Rejected,
            Class::ConfirmationTimeout => Self::ConfirmationTimeout,
            Class::ModuleReset => Self::ModuleReset,
            Class::Mechanism => Self::MechanismUnsupported,
            Class::Key => Self::KeyNotFound,
            Class::Input => Self::InputUnsuitable,
            Class::Success
            | Class::AlreadyDone
            | Class::PinIncorrect
            | Class::PinLength
            | Class::Device
            | Class::Unknown => Self::Device {
                call,
                rv: code.number(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(call: Call, number: u64) -> TokenError {
        let code = ReturnCode(number as cryptoki_sys::CK_RV);
        Failure::Refused { call, code }.into()
    }

    #[test]
    fn vendor_codes_keep_the_call_and_the_number() {
        let error = refused(Call::Sign, 0x8000_0006);
        assert_eq!(error.code(), "token.device");
        assert_eq!(error.params()["call"], "C_Sign");
        assert_eq!(error.params()["rv"], "0x80000006");
        assert_eq!(
            refused(Call::Sign, 5).params()["rv"],
            "CKR_GENERAL_ERROR (0x00000005)"
        );
    }

    #[test]
    fn a_pulled_token_is_never_reported_as_a_pin_error_even_from_login() {
        for number in [0x03, 0x30, 0x32, 0xB0, 0xB3, 0xE0, 0xE1] {
            assert_eq!(refused(Call::Login, number), TokenError::TokenRemoved);
        }
    }

    #[test]
    fn errors_survive_the_pipe() {
        let errors = [
            TokenError::PinIncorrect {
                state: PinState {
                    final_try: true,
                    ..PinState::default()
                },
            },
            TokenError::ModuleUnloadable {
                reason: Unloadable::OtherArchitecture {
                    found: "x86".into(),
                    expected: "x86_64".into(),
                },
            },
            TokenError::Device {
                call: Call::SignInit,
                rv: u64::MAX,
            },
        ];
        for error in errors {
            let text = serde_json::to_string(&error).expect("serialises");
            assert_eq!(serde_json::from_str::<TokenError>(&text).expect("parses"), error);
        }
    }
}
