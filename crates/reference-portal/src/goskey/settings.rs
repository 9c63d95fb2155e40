use serde::{Deserialize, Serialize};

/// What people do with what comes to their phones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GoskeyAnswer {
    /// They sign.
    #[default]
    Sign,
    /// They refuse.
    Reject,
    /// Nothing, until the operator says so or the time is over.
    Wait,
}

/// The people of Госключ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoskeySettings {
    /// What they do.
    pub answer: GoskeyAnswer,
    /// Seconds they take for it, at speed 1.
    pub after_s: i64,
}

impl Default for GoskeySettings {
    fn default() -> Self {
        Self {
            answer: GoskeyAnswer::Sign,
            after_s: 10,
        }
    }
}
