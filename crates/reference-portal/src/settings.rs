//! Knobs of a running portal; every one can be turned by the control API.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cabinet::CabinetSettings;

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

/// Limits and speeds. Defaults are the published ones (API ЕПГУ 1.13, sections 1.4 and 1.10 of our notes).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How many times faster than by default orders move; 0 stops them.
    pub speed: f64,
    /// Seconds an access token is good for.
    pub token_lifetime_s: i64,
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
    /// Outcome of orders that name none themselves.
    pub outcome: Outcome,
    /// While on, signatures cannot be checked: orders wait in `RETRY`, access tokens are refused with 503.
    pub signing_service_down: bool,
    /// Whether statuses 17, 21 and 2 allow to cancel.
    pub cancel_allowed: bool,
    /// Limits of the cabinet API.
    pub cabinet: CabinetSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            speed: 1.0,
            token_lifetime_s: 3600,
            chunk_min_bytes: 5_000_000,
            chunk_max_bytes: 50_000_000,
            chunk_window_ms: 5 * 60 * 1000,
            order_limit: 20,
            order_window_s: 600,
            requests_per_minute: 2000,
            outcome: Outcome::Accept,
            signing_service_down: false,
            cancel_allowed: true,
            cabinet: CabinetSettings::default(),
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
