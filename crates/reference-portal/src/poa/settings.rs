use serde::{Deserialize, Serialize};

/// The registry of powers of attorney.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoaSettings {
    /// Seconds a task waits in the queue, at speed 1.
    pub queue_s: i64,
    /// Seconds it is worked on, at speed 1.
    pub processing_s: i64,
    /// While on, tasks end with `system-unavailable` and the registry is not read from.
    pub unavailable: bool,
    /// So many days before the end the attorney is told.
    pub warn_days: Vec<i64>,
}

impl Default for PoaSettings {
    fn default() -> Self {
        Self {
            queue_s: 2,
            processing_s: 4,
            unavailable: false,
            warn_days: vec![30, 7, 1],
        }
    }
}
