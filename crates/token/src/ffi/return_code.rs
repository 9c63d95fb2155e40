//! What each return code means to the person at the keyboard: one table, read in one place.

use cryptoki_sys::*;

use super::ReturnCode;

/// User-level class of a return code. Which codes mean "the token is gone" was measured with OpenSC, SoftHSM and
/// published traces of vendor modules: vendors answer a pulled token with any of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// `CKR_OK`.
    Success,
    /// Asked for a state that already holds (logged in, initialised): counts as success.
    AlreadyDone,
    /// The token was pulled or its session died; a new session and a new login are needed.
    Removed,
    /// Wrong PIN: an attempt was spent.
    PinIncorrect,
    /// The PIN holds characters, or is of a kind, this token does not take.
    PinUnacceptable,
    /// The PIN is shorter or longer than the token allows.
    PinLength,
    /// The token wants its PIN changed first.
    PinExpired,
    /// No attempts are left.
    PinLocked,
    /// The token has no user PIN yet.
    PinNotSet,
    /// The token was never initialised.
    NotInitialised,
    /// Another program reset the card and our login with it.
    LoginLost,
    /// Another program holds the token, or it is out of sessions or memory.
    Busy,
    /// The person said no on the device.
    Rejected,
    /// The person did not confirm on the device in time.
    ConfirmationTimeout,
    /// The module lost its own state (the smart-card service restarted): it must be started anew.
    ModuleReset,
    /// This key or token cannot sign in this way.
    Mechanism,
    /// The key object is gone or unusable.
    Key,
    /// The token does not accept these bytes for signing.
    Input,
    /// A failure of the device or module without a user-level meaning; shown with call and number.
    Device,
    /// A number the standard does not know (vendor codes); shown with call and number.
    Unknown,
}

/// The class of a return code.
pub(crate) fn classify(code: ReturnCode) -> Class {
    entry(code).map_or(Class::Unknown, |(_, _, class)| class)
}

/// The standard's name of a return code; `None` for vendor codes.
pub(crate) fn name(code: ReturnCode) -> Option<&'static str> {
    entry(code).map(|(_, name, _)| name)
}

fn entry(code: ReturnCode) -> Option<(CK_RV, &'static str, Class)> {
    TABLE.iter().copied().find(|(number, _, _)| *number == code.0)
}

macro_rules! table {
    ($(($name:ident, $class:expr),)*) => {
        const TABLE: &[(CK_RV, &str, Class)] = &[$(($name, stringify!($name), $class)),*];
    };
}

#[rustfmt::skip]
table![
    (CKR_OK, Class::Success),
    (CKR_CANCEL, Class::Rejected),
    (CKR_HOST_MEMORY, Class::Busy),
    (CKR_SLOT_ID_INVALID, Class::Removed),
    (CKR_GENERAL_ERROR, Class::Device),
    (CKR_FUNCTION_FAILED, Class::Device),
    (CKR_ARGUMENTS_BAD, Class::Device),
    (CKR_NO_EVENT, Class::Device),
    (CKR_NEED_TO_CREATE_THREADS, Class::Device),
    (CKR_CANT_LOCK, Class::Busy),
    (CKR_ATTRIBUTE_READ_ONLY, Class::Device),
    (CKR_ATTRIBUTE_SENSITIVE, Class::Device),
    (CKR_ATTRIBUTE_TYPE_INVALID, Class::Device),
    (CKR_ATTRIBUTE_VALUE_INVALID, Class::Device),
    (CKR_ACTION_PROHIBITED, Class::Device),
    (CKR_DATA_INVALID, Class::Input),
    (CKR_DATA_LEN_RANGE, Class::Input),
    (CKR_DEVICE_ERROR, Class::Removed),
    (CKR_DEVICE_MEMORY, Class::Busy),
    (CKR_DEVICE_REMOVED, Class::Removed),
    (CKR_ENCRYPTED_DATA_INVALID, Class::Device),
    (CKR_ENCRYPTED_DATA_LEN_RANGE, Class::Device),
    (CKR_AEAD_DECRYPT_FAILED, Class::Device),
    (CKR_FUNCTION_CANCELED, Class::ConfirmationTimeout),
    (CKR_FUNCTION_NOT_PARALLEL, Class::Device),
    (CKR_FUNCTION_NOT_SUPPORTED, Class::Mechanism),
    (CKR_KEY_HANDLE_INVALID, Class::Key),
    (CKR_KEY_SIZE_RANGE, Class::Mechanism),
    (CKR_KEY_TYPE_INCONSISTENT, Class::Mechanism),
    (CKR_KEY_NOT_NEEDED, Class::Device),
    (CKR_KEY_CHANGED, Class::Key),
    (CKR_KEY_NEEDED, Class::Device),
    (CKR_KEY_INDIGESTIBLE, Class::Device),
    (CKR_KEY_FUNCTION_NOT_PERMITTED, Class::Mechanism),
    (CKR_KEY_NOT_WRAPPABLE, Class::Device),
    (CKR_KEY_UNEXTRACTABLE, Class::Device),
    (CKR_MECHANISM_INVALID, Class::Mechanism),
    (CKR_MECHANISM_PARAM_INVALID, Class::Mechanism),
    (CKR_OBJECT_HANDLE_INVALID, Class::Key),
    (CKR_OPERATION_ACTIVE, Class::Busy),
    (CKR_OPERATION_NOT_INITIALIZED, Class::Device),
    (CKR_PIN_INCORRECT, Class::PinIncorrect),
    (CKR_PIN_INVALID, Class::PinUnacceptable),
    (CKR_PIN_LEN_RANGE, Class::PinLength),
    (CKR_PIN_EXPIRED, Class::PinExpired),
    (CKR_PIN_LOCKED, Class::PinLocked),
    (CKR_SESSION_CLOSED, Class::Removed),
    (CKR_SESSION_COUNT, Class::Busy),
    (CKR_SESSION_HANDLE_INVALID, Class::Removed),
    (CKR_SESSION_PARALLEL_NOT_SUPPORTED, Class::Device),
    (CKR_SESSION_READ_ONLY, Class::Device),
    (CKR_SESSION_EXISTS, Class::Busy),
    (CKR_SESSION_READ_ONLY_EXISTS, Class::Busy),
    (CKR_SESSION_READ_WRITE_SO_EXISTS, Class::Busy),
    (CKR_SIGNATURE_INVALID, Class::Device),
    (CKR_SIGNATURE_LEN_RANGE, Class::Device),
    (CKR_TEMPLATE_INCOMPLETE, Class::Device),
    (CKR_TEMPLATE_INCONSISTENT, Class::Device),
    (CKR_TOKEN_NOT_PRESENT, Class::Removed),
    (CKR_TOKEN_NOT_RECOGNIZED, Class::Removed),
    (CKR_TOKEN_WRITE_PROTECTED, Class::Device),
    (CKR_UNWRAPPING_KEY_HANDLE_INVALID, Class::Device),
    (CKR_UNWRAPPING_KEY_SIZE_RANGE, Class::Device),
    (CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT, Class::Device),
    (CKR_USER_ALREADY_LOGGED_IN, Class::AlreadyDone),
    (CKR_USER_NOT_LOGGED_IN, Class::LoginLost),
    (CKR_USER_PIN_NOT_INITIALIZED, Class::PinNotSet),
    (CKR_USER_TYPE_INVALID, Class::Device),
    (CKR_USER_ANOTHER_ALREADY_LOGGED_IN, Class::Busy),
    (CKR_USER_TOO_MANY_TYPES, Class::Busy),
    (CKR_WRAPPED_KEY_INVALID, Class::Device),
    (CKR_WRAPPED_KEY_LEN_RANGE, Class::Device),
    (CKR_WRAPPING_KEY_HANDLE_INVALID, Class::Device),
    (CKR_WRAPPING_KEY_SIZE_RANGE, Class::Device),
    (CKR_WRAPPING_KEY_TYPE_INCONSISTENT, Class::Device),
    (CKR_RANDOM_SEED_NOT_SUPPORTED, Class::Device),
    (CKR_RANDOM_NO_RNG, Class::Device),
    (CKR_DOMAIN_PARAMS_INVALID, Class::Mechanism),
    (CKR_CURVE_NOT_SUPPORTED, Class::Mechanism),
    (CKR_BUFFER_TOO_SMALL, Class::Device),
    (CKR_SAVED_STATE_INVALID, Class::Device),
    (CKR_INFORMATION_SENSITIVE, Class::Device),
    (CKR_STATE_UNSAVEABLE, Class::Device),
    (CKR_CRYPTOKI_NOT_INITIALIZED, Class::ModuleReset),
    (CKR_CRYPTOKI_ALREADY_INITIALIZED, Class::AlreadyDone),
    (CKR_MUTEX_BAD, Class::Device),
    (CKR_MUTEX_NOT_LOCKED, Class::Device),
    (CKR_NEW_PIN_MODE, Class::PinExpired),
    (CKR_NEXT_OTP, Class::Device),
    (CKR_EXCEEDED_MAX_ITERATIONS, Class::Device),
    (CKR_FIPS_SELF_TEST_FAILED, Class::Device),
    (CKR_LIBRARY_LOAD_FAILED, Class::Device),
    (CKR_PIN_TOO_WEAK, Class::PinUnacceptable),
    (CKR_PUBLIC_KEY_INVALID, Class::Device),
    (CKR_FUNCTION_REJECTED, Class::Rejected),
    (CKR_TOKEN_RESOURCE_EXCEEDED, Class::Busy),
    (CKR_OPERATION_CANCEL_FAILED, Class::Device),
    (CKR_KEY_EXHAUSTED, Class::Key),
    (CKR_PENDING, Class::Busy),
    (CKR_SESSION_ASYNC_NOT_SUPPORTED, Class::Device),
    (CKR_SEED_RANDOM_REQUIRED, Class::Device),
    (CKR_OPERATION_NOT_VALIDATED, Class::Device),
    (CKR_TOKEN_NOT_INITIALIZED, Class::NotInitialised),
    (CKR_PARAMETER_SET_NOT_SUPPORTED, Class::Mechanism),
    (CKR_VENDOR_DEFINED, Class::Device),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `CKR_*` the binding crate defines, from the source rustc compiled it from: the compiler leaves the names of the
    /// files beside the library it made.
    fn codes_of_the_binding_crate() -> Vec<(String, CK_RV)> {
        let tests = std::env::current_exe().expect("the test's own path");
        let libraries = tests.parent().expect("a folder").read_dir().expect("readable");
        let notes = libraries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| {
                let name = path.file_name().expect("a name").to_string_lossy();
                name.starts_with("cryptoki_sys-") && name.ends_with(".d")
            });
        let notes = notes.map(|path| std::fs::read_to_string(path).expect("readable"));
        let sources: Vec<String> = notes.collect();
        let source = sources
            .iter()
            .flat_map(|note| note.split_whitespace())
            .find(|word| word.contains("bindings"));
        let source = source
            .expect("cryptoki-sys was compiled from bindings")
            .trim_end_matches(':');
        let text = std::fs::read_to_string(source).expect("bindings are readable");
        text.lines()
            .filter_map(|line| line.strip_prefix("pub const CKR_")?.split_once(": CK_RV = "))
            .map(|(name, value)| {
                (
                    format!("CKR_{name}"),
                    value.trim_end_matches(';').parse().expect("a number"),
                )
            })
            .collect()
    }

    #[test]
    fn every_standard_code_has_a_class_and_its_own_name() {
        let codes = codes_of_the_binding_crate();
        assert!(codes.len() > 100, "only {} codes found", codes.len());
        for (standard_name, number) in codes {
            let code = ReturnCode(number);
            assert_ne!(classify(code), Class::Unknown, "{standard_name} has no class");
            assert_eq!(name(code), Some(standard_name.as_str()));
        }
    }

    #[test]
    fn codes_of_a_pulled_token_are_never_pin_errors() {
        for number in [0x03, 0x30, 0x32, 0xB0, 0xB3, 0xE0, 0xE1] {
            assert_eq!(classify(ReturnCode(number)), Class::Removed, "{number:#x}");
        }
    }

    #[test]
    fn vendor_codes_stay_unknown_instead_of_getting_a_wrong_meaning() {
        for offset in [0, 6, 8, 10, 0x1234] {
            let code = ReturnCode(CKR_VENDOR_DEFINED + offset);
            let expected = if offset == 0 {
                Class::Device
            } else {
                Class::Unknown
            };
            assert_eq!(classify(code), expected);
        }
    }
}
