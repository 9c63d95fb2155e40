//! Which job meets which fault at which call, and what must come of it.

use kabinet_token::Call;

use super::INPUTS;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Job {
    Introduce,
    Scan,
    Sign,
    SignWithWrongPin,
    ChangePin,
    Unblock,
    MakeKey,
    ImportCertificate,
}

impl Job {
    pub(super) const ALL: [Self; 8] = [
        Self::Introduce,
        Self::Scan,
        Self::Sign,
        Self::SignWithWrongPin,
        Self::ChangePin,
        Self::Unblock,
        Self::MakeKey,
        Self::ImportCertificate,
    ];
}

/// The calls of each job, in order of appearance, and whether it makes them more than once. The later jobs begin like those
/// before them: only what is new in them is met again.
pub(super) fn calls(job: Job) -> &'static [(Call, bool)] {
    match job {
        Job::Introduce => &[
            (Call::GetFunctionList, false),
            (Call::Initialize, false),
            (Call::GetInfo, false),
            (Call::Finalize, false),
        ],
        Job::Scan => &[
            (Call::GetFunctionList, false),
            (Call::Initialize, false),
            (Call::GetSlotList, true),
            (Call::GetSlotInfo, false),
            (Call::GetTokenInfo, false),
            (Call::GetMechanismList, true),
            (Call::GetMechanismInfo, true),
            (Call::OpenSession, false),
            (Call::FindObjectsInit, true),
            (Call::FindObjects, true),
            (Call::FindObjectsFinal, true),
            (Call::GetAttributeValue, true),
            (Call::CloseSession, false),
        ],
        Job::Sign => &[
            (Call::GetFunctionList, false),
            (Call::Initialize, false),
            (Call::GetSlotList, true),
            (Call::GetTokenInfo, true),
            (Call::OpenSession, false),
            (Call::FindObjectsInit, true),
            (Call::FindObjects, true),
            (Call::FindObjectsFinal, true),
            (Call::GetAttributeValue, true),
            (Call::GetMechanismList, true),
            (Call::Login, false),
            (Call::SignInit, true),
            (Call::Sign, true),
            (Call::Logout, false),
            (Call::CloseSession, false),
        ],
        // Where a wrong PIN could be sent twice, or to another token.
        Job::SignWithWrongPin => &[
            (Call::GetTokenInfo, true),
            (Call::OpenSession, false),
            (Call::Login, false),
            (Call::CloseSession, false),
        ],
        Job::ChangePin => &[(Call::SetPIN, false), (Call::Logout, false)],
        Job::Unblock => &[(Call::Login, false), (Call::InitPIN, false)],
        Job::MakeKey => &[
            (Call::GenerateKeyPair, false),
            (Call::GetAttributeValue, true),
            (Call::SignInit, false),
            (Call::Sign, false),
            (Call::DestroyObject, true),
        ],
        Job::ImportCertificate => &[(Call::GetAttributeValue, true), (Call::CreateObject, false)],
    }
}

/// A return code of each class of `return_code.rs`, vendors' codes among them.
const CODES: [u64; 23] = [
    0x02,        // CKR_HOST_MEMORY
    0x05,        // CKR_GENERAL_ERROR
    0x12,        // CKR_ATTRIBUTE_TYPE_INVALID
    0x21,        // CKR_DATA_LEN_RANGE
    0x30,        // CKR_DEVICE_ERROR
    0x50,        // CKR_FUNCTION_CANCELED
    0x54,        // CKR_FUNCTION_NOT_SUPPORTED
    0x60,        // CKR_KEY_HANDLE_INVALID
    0x70,        // CKR_MECHANISM_INVALID
    0xA0,        // CKR_PIN_INCORRECT
    0xA1,        // CKR_PIN_INVALID
    0xA2,        // CKR_PIN_LEN_RANGE
    0xA3,        // CKR_PIN_EXPIRED
    0xA4,        // CKR_PIN_LOCKED
    0xE0,        // CKR_TOKEN_NOT_PRESENT
    0x100,       // CKR_USER_ALREADY_LOGGED_IN
    0x101,       // CKR_USER_NOT_LOGGED_IN
    0x102,       // CKR_USER_PIN_NOT_INITIALIZED
    0x150,       // CKR_BUFFER_TOO_SMALL
    0x190,       // CKR_CRYPTOKI_NOT_INITIALIZED
    0x200,       // CKR_FUNCTION_REJECTED
    0x208,       // CKR_TOKEN_NOT_INITIALIZED
    0x8000_0006, // Rutoken: CKR_SM_PASSWORD_INVALID
];

/// Faults other than a return code. Lies are those after which a finished signature may be of another key or bad.
const DEEDS: [(&str, u64); 12] = [
    ("crash", 1),
    ("hang", 1),
    ("delay", 30_000),
    ("remove", 1),
    ("swap", 1),
    ("wrong", 1),
    ("count", 0x1_0000_0000),
    ("count", u64::MAX),
    ("count", 0),
    ("garbage", 1),
    ("garbage", 7),
    ("other", 1),
];

#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) job: Job,
    pub(super) call: Call,
    pub(super) deed: (&'static str, u64),
    /// From the second call of this function on.
    pub(super) later: bool,
}

impl Case {
    pub(super) fn all() -> Vec<Self> {
        let mut cases = Vec::new();
        for job in Job::ALL {
            for (call, repeated) in calls(job) {
                let codes = CODES.iter().map(|code| ("rv", *code));
                let case = |deed, later| Self {
                    job,
                    call: *call,
                    deed,
                    later,
                };
                cases.extend(codes.chain(DEEDS).map(|deed| case(deed, false)));
                if *repeated {
                    cases.extend(DEEDS.map(|deed| case(deed, true)));
                }
            }
        }
        cases
    }

    pub(super) fn directives(&self) -> String {
        let (name, (deed, value)) = (self.call.name(), self.deed);
        // Only a key whose request fails is destroyed.
        let cause = match self.call {
            Call::DestroyObject => "C_Sign.rv = 0x5\n",
            _ => "",
        };
        format!(
            "{cause}{name}.{deed} = {value}\n{name}.after = {}\n",
            u8::from(self.later)
        )
    }

    pub(super) fn waits(&self) -> bool {
        matches!(self.deed.0, "hang" | "delay")
    }

    pub(super) fn lies(&self) -> bool {
        matches!(self.deed.0, "wrong" | "count" | "garbage" | "other")
    }

    /// How many signatures were finished before the fault can have met anything.
    pub(super) fn finished_before(&self) -> usize {
        match (self.job, self.call) {
            (Job::Sign, Call::SignInit | Call::Sign) => usize::from(self.later),
            (Job::Sign, Call::Logout | Call::CloseSession) => INPUTS.len(),
            _ => 0,
        }
    }

    /// The only possible error, where there is one.
    pub(super) fn certain_error(&self) -> Option<&'static str> {
        match (self.deed, self.call) {
            // Nobody waits for the answer of the last call.
            (_, Call::Finalize) => None,
            // A worker that got ready in time to be slow only in its last answer is not at fault.
            (("hang" | "delay", _), _) => Some("token.module-hung"),
            (("crash", _), _) => Some("token.module-crashed"),
            (("rv", code), Call::Login | Call::SignInit | Call::Sign) if self.job == Job::Sign => {
                match code {
                    0x200 => Some("token.rejected"),
                    0x50 => Some("token.confirmation-timeout"),
                    0x30 | 0xE0 => Some("token.removed"),
                    0xA1 => Some("token.pin-unacceptable"),
                    0x208 => Some("token.not-initialised"),
                    0xA4 => Some("token.pin-locked"),
                    0x101 => Some("token.login-lost"),
                    0x190 => Some("token.module-reset"),
                    0x8000_0006 => Some("token.device"),
                    _ => None,
                }
            }
            (("remove", _), Call::Login | Call::SignInit | Call::Sign) => Some("token.removed"),
            (("count", 0x1_0000_0000), Call::Sign | Call::GetSlotList) if !self.later => {
                Some("token.module-misbehaved")
            }
            _ => None,
        }
    }
}
