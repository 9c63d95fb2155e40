//! Everything the doctor can say, each with its step and what it means for the chain.

use crate::view::{DoctorLine, DoctorStep, Params, StepState};

/// Why a step is in its state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Finding {
    pub(super) step: DoctorStep,
    pub(super) state: StepState,
    pub(super) code: &'static str,
}

macro_rules! findings {
    ($($name:ident = $step:ident, $state:ident, $code:literal;)*) => {
        impl Finding {
            $(pub(super) const $name: Self = Self {
                step: DoctorStep::$step,
                state: StepState::$state,
                code: $code,
            };)*

            /// All of them.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

findings! {
    USB_FOUND = Usb, Ok, "usb.found";
    USB_UNKNOWN = Usb, Warning, "usb.unknown";
    USB_NONE = Usb, Broken, "usb.none";
    USB_UNLISTED = Usb, NotChecked, "usb.unlisted";
    USB_NOT_NEEDED = Usb, NotApplicable, "usb.not-needed";

    SERVICE_RUNS = Service, Ok, "service.runs";
    SERVICE_STOPPED = Service, Broken, "service.stopped";
    SERVICE_DENIED = Service, Broken, "service.denied";
    SERVICE_OTHER_VERSION = Service, Broken, "service.other-version";
    SERVICE_FAILED = Service, Broken, "service.failed";
    SERVICE_SILENT = Service, Broken, "service.silent";
    SERVICE_NOT_NEEDED = Service, NotApplicable, "service.not-needed";

    READER_FOUND = Reader, Ok, "reader.found";
    READER_NONE = Reader, Broken, "reader.none";
    READER_NOT_NEEDED = Reader, NotApplicable, "reader.not-needed";

    CARD_KNOWN = Card, Ok, "card.known";
    CARD_PRESENT = Card, Ok, "card.present";
    CARD_EXCLUSIVE = Card, Warning, "card.exclusive";
    CARD_ABSENT = Card, Broken, "card.absent";
    CARD_MUTE = Card, Broken, "card.mute";
    CARD_NOT_NEEDED = Card, NotApplicable, "card.not-needed";

    MODULE_FOUND = Module, Ok, "module.found";
    MODULE_ABSENT = Module, Broken, "module.absent";
    MODULE_UNKNOWN = Module, Broken, "module.unknown";
    MODULE_NO_USE = Module, NotApplicable, "module.no-use";

    BITNESS_FITS = Bitness, Ok, "bitness.fits";
    BITNESS_NO_USE = Bitness, NotApplicable, "module.no-use";

    LOAD_DONE = Load, Ok, "load.done";
    LOAD_NO_USE = Load, NotApplicable, "module.no-use";

    SLOT_FOUND = Slot, Ok, "slot.found";
    SLOT_EMPTY = Slot, Broken, "slot.empty";
    SLOT_UNUSED = Slot, NotChecked, "slot.unused";
    SLOT_NO_USE = Slot, NotApplicable, "module.no-use";

    TOKEN_READY = Token, Ok, "token-state.ready";
    TOKEN_NO_GOST = Token, Warning, "token-state.no-gost";
    TOKEN_LOW = Token, Warning, "token-state.low";
    TOKEN_LAST_TRY = Token, Warning, "token-state.last-try";
    TOKEN_MUST_CHANGE = Token, Warning, "token-state.must-change";
    TOKEN_LOCKED = Token, Broken, "token-state.locked";
    TOKEN_EMPTY = Token, Broken, "token-state.empty";
    TOKEN_PASSIVE = Token, Broken, "token-state.passive";

    CERTIFICATES_FOUND = Certificates, Ok, "certificates.found";
    CERTIFICATES_PARTLY = Certificates, Warning, "certificates.partly";
    CERTIFICATES_NONE = Certificates, Broken, "certificates.none";
    CERTIFICATES_KEY_ONLY = Certificates, Broken, "certificates.key-only";
    CERTIFICATES_UNUSABLE = Certificates, Broken, "certificates.unusable";

    KEY_FOUND = Key, Ok, "key.found";
    KEY_HIDDEN = Key, NotChecked, "key.hidden";
    KEY_MISSING = Key, Broken, "key.missing";
    KEY_UNSUPPORTED = Key, Broken, "key.unsupported";

    SIGNATURE_NOT_ASKED = Signature, NotChecked, "signature.not-asked";
    SIGNATURE_MADE = Signature, Ok, "signature.made";
    VERIFICATION_NOT_ASKED = Verification, NotChecked, "verification.not-asked";
    VERIFICATION_HOLDS = Verification, Ok, "verification.holds";
    VERIFICATION_FAILED = Verification, Broken, "verification.failed";
}

/// A step nobody reached.
pub(super) const LATER: &str = "later";

impl Finding {
    pub(super) fn line(self) -> DoctorLine {
        line(self.step, self.state, self.code)
    }
}

/// A step that another crate's error broke.
pub(super) fn failed(step: DoctorStep, error: &kabinet_token::TokenError) -> DoctorLine {
    DoctorLine {
        params: crate::error::owned(error.params()),
        ..line(step, StepState::Broken, error.code())
    }
}

/// A step behind the first broken one.
pub(super) fn later(step: DoctorStep) -> DoctorLine {
    line(step, StepState::NotChecked, LATER)
}

fn line(step: DoctorStep, state: StepState, code: &str) -> DoctorLine {
    DoctorLine {
        step,
        state,
        code: code.to_owned(),
        params: Params::new(),
    }
}

impl DoctorLine {
    pub(super) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

#[cfg(test)]
mod tests {
    use kabinet_texts::{Language, Texts};

    use super::*;
    use crate::doctor::system::KINDS;

    #[test]
    fn everything_the_doctor_says_has_a_text_and_what_does_not_work_has_a_remedy() {
        for language in Language::ALL {
            let texts = Texts::new(language);
            for finding in Finding::ALL {
                let key = |part: &str| format!("doctor.{}.{part}", finding.code);
                assert!(texts.has(&key("says")), "{language:?} {}", finding.code);
                let everywhere = texts.has(&key("todo"))
                    || KINDS.iter().all(|kind| texts.has(&key(&format!("todo_{kind}"))));
                if finding.state == StepState::Broken {
                    assert!(everywhere, "{language:?} {} has no remedy", finding.code);
                }
            }
            assert!(texts.has(&format!("doctor.{LATER}.says")));
        }
    }
}
