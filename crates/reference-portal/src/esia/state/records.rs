//! The kinds of records. Secrets stand in them as digests only; moments are milliseconds since 1970.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::table::Record;
use crate::demo::SecondFactor;

/// What changed of an account since the demo directory was made, and what is counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    /// argon2id, in the form of PHC strings.
    pub(crate) password: String,
    pub(crate) password_set_ms: i64,
    /// Wrong passwords in a row.
    pub(crate) failures: u32,
    /// Wrong codes since the last sign-in.
    pub(crate) code_failures: u32,
    pub(crate) lock: Option<Lock>,
    /// The time step of the last code of the application: none is good twice (RFC 6238, 5.2).
    pub(crate) totp_step: Option<u64>,
    /// Set by the control API, else as in the demo directory.
    pub(crate) second_factor: Option<SecondFactor>,
    pub(crate) confirmed: Option<bool>,
}

/// Why an account cannot be entered, and until when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Lock {
    pub(crate) cause: LockCause,
    /// Absent where only support ends it.
    pub(crate) until_ms: Option<i64>,
}

/// Causes of a lock as users are told them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LockCause {
    WrongPasswords,
    WrongCodes,
    UnconfirmedOrganisation,
    OutdatedContacts,
    OutdatedCertificate,
    AutomatedRequests,
    Terms,
    CompromisedPassword,
    HackingSuspicion,
    RegistrationNotConfirmed,
}

impl LockCause {
    /// The code under which clients are told.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::WrongPasswords => "wrong-passwords",
            Self::WrongCodes => "wrong-codes",
            Self::UnconfirmedOrganisation => "unconfirmed-organisation",
            Self::OutdatedContacts => "outdated-contacts",
            Self::OutdatedCertificate => "outdated-certificate",
            Self::AutomatedRequests => "automated-requests",
            Self::Terms => "terms",
            Self::CompromisedPassword => "compromised-password",
            Self::HackingSuspicion => "hacking-suspicion",
            Self::RegistrationNotConfirmed => "registration-not-confirmed",
        }
    }
}

/// Failures of a login nobody has: it must behave like one somebody has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct UnknownLogin {
    pub(crate) failures: u32,
    pub(crate) until_ms: Option<i64>,
    pub(crate) forget_ms: i64,
}

/// A one-time code that was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Challenge {
    /// Digest of the code together with the name of what it is for; empty where the application makes the code.
    pub(crate) digest: String,
    pub(crate) sent_ms: i64,
    pub(crate) expires_ms: i64,
    pub(crate) attempts_left: u32,
    /// How many were sent for this purpose.
    pub(crate) sent: u32,
    /// `sms`, `email` or `app`.
    pub(crate) channel: String,
}

/// Where a sign-in stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum AttemptStage {
    /// Login and password.
    Password,
    /// The code is awaited.
    SecondFactor {
        employee: String,
        challenge: Challenge,
        unknown_device: bool,
    },
    /// Everything fits, but the password is too old.
    Renewal { employee: String, used_factor: bool },
    /// Signed in: organisation and consent.
    SignedIn { sid: String },
}

/// An authorization request on its way through the pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) nonce: Option<String>,
    pub(crate) scope: Vec<String>,
    /// Without the prefix and the organisation.
    pub(crate) scope_org: Vec<String>,
    /// Of the organisation the scopes are for; absent while the person has not chosen.
    pub(crate) org_oid: Option<u64>,
    pub(crate) code_challenge: Option<String>,
    pub(crate) offline: bool,
    pub(crate) confirmed_only: bool,
    /// Digest of the browser's cookie: nobody else goes on with this.
    pub(crate) browser: String,
    /// Token of the forms (CSRF).
    pub(crate) form_token: String,
    pub(crate) stage: AttemptStage,
    pub(crate) expires_ms: i64,
}

/// A password being recovered. Without an employee it only looks so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Recovery {
    pub(crate) employee: Option<String>,
    pub(crate) attempt: String,
    pub(crate) challenge: Challenge,
    pub(crate) expires_ms: i64,
}

/// A session of a browser, with everything granted in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) employee: String,
    /// Digest of the session's cookie.
    pub(crate) cookie: String,
    /// Digest of the device's cookie.
    pub(crate) device: String,
    pub(crate) begun_ms: i64,
    /// Until when the browser needs no password.
    pub(crate) browser_until_ms: i64,
    /// Until when anything lives that came of it: the browser's session or refresh tokens.
    pub(crate) expires_ms: i64,
    /// `PWD`, as `amr` says it.
    pub(crate) method: String,
    /// Whether a second factor confirmed it.
    pub(crate) confirmed: bool,
}

/// A session that is over while its tokens are not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) forget_ms: i64,
}

/// A browser somebody signed in with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Device {
    /// What the API calls it.
    pub(crate) id: Uuid,
    pub(crate) employee: String,
    /// Browser, in words.
    pub(crate) name: String,
    /// Operating system, in words.
    pub(crate) system: String,
    pub(crate) last_seen_ms: i64,
}

/// What a person allowed a system.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Consent {
    pub(crate) scopes: Vec<String>,
}

/// An authorization code, good once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) grant: Family,
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) offline: bool,
    pub(crate) expires_ms: i64,
    /// Kept after its use: a second one tells of a theft.
    pub(crate) used_by: Option<String>,
    pub(crate) forget_ms: i64,
}

/// What was granted: all refresh tokens made from one code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Family {
    pub(crate) client_id: String,
    pub(crate) employee: String,
    pub(crate) sid: String,
    pub(crate) auth_ms: i64,
    pub(crate) method: String,
    pub(crate) scope: Vec<String>,
    pub(crate) scope_org: Vec<String>,
    pub(crate) org_oid: Option<u64>,
    pub(crate) expires_ms: i64,
}

/// A refresh token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refresh {
    pub(crate) family: String,
    pub(crate) used: bool,
    pub(crate) expires_ms: i64,
}

/// A message that would have been sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    pub(crate) id: u64,
    pub(crate) at_ms: i64,
    /// `sms` or `email`.
    pub(crate) channel: String,
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) code: Option<String>,
}

/// An API key made, blocked or deleted since the demo directory was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ApiKey {
    pub(crate) employee: String,
    pub(crate) blocked: bool,
    pub(crate) deleted: bool,
    /// Mnemonic of the information system, if not the usual one.
    pub(crate) system: Option<String>,
    pub(crate) created_ms: i64,
}

impl Record for Account {
    const KIND: &'static str = "account";
}

impl Record for UnknownLogin {
    const KIND: &'static str = "unknown-login";
    fn expires_ms(&self) -> Option<i64> {
        Some(self.forget_ms)
    }
}

impl Record for Attempt {
    const KIND: &'static str = "attempt";
    fn expires_ms(&self) -> Option<i64> {
        Some(self.expires_ms)
    }
}

impl Record for Recovery {
    const KIND: &'static str = "recovery";
    fn expires_ms(&self) -> Option<i64> {
        Some(self.expires_ms)
    }
}

impl Record for Session {
    const KIND: &'static str = "session";
    fn expires_ms(&self) -> Option<i64> {
        Some(self.expires_ms)
    }
}

impl Record for Ended {
    const KIND: &'static str = "ended";
    fn expires_ms(&self) -> Option<i64> {
        Some(self.forget_ms)
    }
}

impl Record for Device {
    const KIND: &'static str = "device";
}

impl Record for Consent {
    const KIND: &'static str = "consent";
}

impl Record for Code {
    const KIND: &'static str = "code";
    fn expires_ms(&self) -> Option<i64> {
        Some(self.forget_ms)
    }
}

impl Record for Family {
    const KIND: &'static str = "family";
    fn expires_ms(&self) -> Option<i64> {
        Some(self.expires_ms)
    }
}

impl Record for Refresh {
    const KIND: &'static str = "refresh";
    fn expires_ms(&self) -> Option<i64> {
        Some(self.expires_ms)
    }
}

impl Record for Outgoing {
    const KIND: &'static str = "outgoing";
}

impl Record for ApiKey {
    const KIND: &'static str = "api-key";
}
