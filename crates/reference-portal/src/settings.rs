//! Knobs of a running portal; every one can be turned by the control API.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::clock;

use crate::cabinet::CabinetSettings;
use crate::goskey::GoskeySettings;
use crate::poa::PoaSettings;

/// What becomes of an order once it is accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// 17 → 21 → 2 → 3 with a signed receipt.
    #[default]
    Accept,
    /// … → 4 with a signed refusal.
    Refuse,
    /// … → 15: the authority wants a correction; the order can be pushed again.
    Correct,
    /// 17 → 5: could not be delivered to the authority.
    FailDelivery,
    /// 17 → 21 → 24: delivery or processing failed.
    FailProcessing,
    /// Stays at 17 until the outcome is changed.
    Hold,
    /// Ends with this processing code before it reaches the portal, for example `VALIDATION_ERROR`.
    Code(String),
}

/// How identity tokens are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum IdTokenAlg {
    /// ГОСТ Р 34.10-2012, 256 bits.
    #[default]
    #[serde(rename = "GOST3410_2012_256")]
    Gost,
    /// RSA with SHA-256, as formerly.
    #[serde(rename = "RS256")]
    Rs256,
}

/// Which key of ЕСИА signs tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKey {
    /// That of `token-signer`.
    #[default]
    Current,
    /// That of `token-signer-next`: as after a rotation.
    Next,
}

/// Limits and speeds. Defaults are the published ones (API ЕПГУ 1.13, sections 1.4 and 1.10 of our notes).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How many times faster than by default orders move; 0 stops them.
    pub speed: f64,
    /// Seconds an access token is good for.
    pub token_lifetime_s: i64,
    /// How identity tokens are signed.
    pub id_token_alg: IdTokenAlg,
    /// Which key signs tokens; both are accepted.
    pub token_key: TokenKey,
    /// Seconds `timestamp` of a request to ЕСИА may be off.
    pub clock_tolerance_s: i64,
    /// Seconds an authorization code is good for.
    pub auth_code_lifetime_s: i64,
    /// Seconds a refresh token is good for; each new one begins anew.
    pub refresh_lifetime_s: i64,
    /// Seconds a session of a browser lasts.
    pub session_lifetime_s: i64,
    /// Seconds a sign-in may take.
    pub sign_in_window_s: i64,
    /// Wrong passwords in a row that lock an account.
    pub password_attempts: u32,
    /// Seconds such a lock lasts.
    pub lock_s: i64,
    /// Days after which a password must be changed.
    pub password_age_days: i64,
    /// Seconds a one-time code is good for.
    pub code_lifetime_s: i64,
    /// Wrong tries that spend a one-time code.
    pub code_attempts: u32,
    /// Seconds before another code is sent.
    pub code_pause_s: i64,
    /// Wrong codes, of however many sign-ins, that lock an account.
    pub code_failures: u32,
    /// Whether a person is asked before a system gets data for the first time.
    pub ask_consent: bool,
    /// Bytes a chunk that is not the last must have at least.
    pub chunk_min_bytes: u64,
    /// Bytes a chunk may have at most.
    pub chunk_max_bytes: u64,
    /// Milliseconds from the first chunk to the last.
    pub chunk_window_ms: i64,
    /// Orders of one service per user within [`Self::order_window_s`].
    pub order_limit: u32,
    /// Seconds of the order limit's window.
    pub order_window_s: i64,
    /// Requests of one information system per minute.
    pub requests_per_minute: u32,
    /// Requests of one information system per hour.
    pub requests_per_hour: u32,
    /// Requests of one information system per day.
    pub requests_per_day: u32,
    /// Outcome of orders that name none themselves.
    pub outcome: Outcome,
    /// While on, signatures cannot be checked: orders wait in `RETRY`, access tokens are refused with 503.
    pub signing_service_down: bool,
    /// Whether statuses 17, 21 and 2 allow to cancel.
    pub cancel_allowed: bool,
    /// Limits of the cabinet API.
    pub cabinet: CabinetSettings,
    /// People with phones.
    pub goskey: GoskeySettings,
    /// The registry of powers of attorney.
    pub poa: PoaSettings,
    /// Seconds until an ordered list of letters is ready; about an hour at the real portal.
    pub mail_delay_s: i64,
    /// Ordered lists of letters end in `ERROR`.
    pub mail_fails: bool,
    /// Seconds the portal's clock is ahead of the computer's; behind it, if negative. The `Date` of its answers follows.
    pub clock_skew_s: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            speed: 1.0,
            token_lifetime_s: 3600,
            id_token_alg: IdTokenAlg::Gost,
            token_key: TokenKey::Current,
            clock_tolerance_s: 300,
            auth_code_lifetime_s: 60,
            refresh_lifetime_s: 30 * 24 * 3600,
            session_lifetime_s: 3 * 3600,
            sign_in_window_s: 900,
            password_attempts: 3,
            lock_s: 900,
            password_age_days: 90,
            code_lifetime_s: 300,
            code_attempts: 3,
            code_pause_s: 60,
            code_failures: 10,
            ask_consent: true,
            chunk_min_bytes: 5_000_000,
            chunk_max_bytes: 50_000_000,
            chunk_window_ms: 5 * 60 * 1000,
            order_limit: 20,
            order_window_s: 600,
            requests_per_minute: 2000,
            requests_per_hour: 120_000,
            requests_per_day: 2_880_000,
            outcome: Outcome::Accept,
            signing_service_down: false,
            cancel_allowed: true,
            cabinet: CabinetSettings::default(),
            goskey: GoskeySettings::default(),
            poa: PoaSettings::default(),
            mail_delay_s: 20,
            mail_fails: false,
            clock_skew_s: 0,
        }
    }
}

impl Settings {
    /// These settings with the members of `patch` laid over them.
    ///
    /// # Errors
    /// When a member is unknown or of the wrong type; nothing is changed then.
    pub fn patched(&self, patch: serde_json::Map<String, Value>) -> Result<Self, serde_json::Error> {
        let mut all = serde_json::to_value(self)?;
        lay_over(&mut all, patch);
        serde_json::from_value(all)
    }

    /// What the portal's clock shows.
    pub(crate) fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
            .checked_add(Duration::seconds(self.clock_skew_s))
            .unwrap_or_else(OffsetDateTime::now_utc)
    }

    /// The same in milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        clock::now_ms().saturating_add(self.clock_skew_s.saturating_mul(1000))
    }

    /// `at_speed_one` milliseconds at this speed; `None` when nothing moves.
    pub(crate) fn delay(&self, at_speed_one: i64) -> Option<i64> {
        (self.speed > 0.0).then(|| (at_speed_one as f64 / self.speed) as i64)
    }
}

/// Members of objects inside are laid over one by one too.
fn lay_over(all: &mut Value, patch: serde_json::Map<String, Value>) {
    let Value::Object(members) = all else { return };
    for (name, value) in patch {
        match (members.get_mut(&name), value) {
            (Some(inner @ Value::Object(_)), Value::Object(patch)) => lay_over(inner, patch),
            (_, value) => drop(members.insert(name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> serde_json::Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_patch_with_an_unknown_member_is_refused() {
        let patch = object(serde_json::json!({"speed": 5.0, "sped": 1}));
        assert!(Settings::default().patched(patch).is_err());
    }

    #[test]
    fn a_patch_changes_only_what_it_names() {
        let patch = object(serde_json::json!({"speed": 5.0, "outcome": {"code": "VALIDATION_ERROR"}}));
        let settings = Settings::default().patched(patch).unwrap();
        assert_eq!(settings.outcome, Outcome::Code("VALIDATION_ERROR".into()));
        assert_eq!(settings.delay(1000), Some(200));
        assert_eq!(settings.token_lifetime_s, 3600);
    }

    #[test]
    fn a_patch_of_the_cabinet_leaves_its_other_members_alone() {
        let patch = object(serde_json::json!({"cabinet": {"resend_pause_s": 0}}));
        let settings = Settings::default().patched(patch).unwrap();
        assert_eq!(settings.cabinet.resend_pause_s, 0);
        assert_eq!(settings.cabinet.link_attempts, 5);
        let unknown = object(serde_json::json!({"cabinet": {"resend": 0}}));
        assert!(Settings::default().patched(unknown).is_err());
    }
}
