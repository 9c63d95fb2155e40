//! Knobs of the cabinet API.

use serde::{Deserialize, Serialize};

use super::registrations::RegistrationOutcome;

/// Limits of the cabinet API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CabinetSettings {
    /// Seconds a demanded confirmation can be given and used.
    pub step_up_lifetime_s: i64,
    /// Seconds a one-time code is good for.
    pub code_lifetime_s: i64,
    /// Seconds before a code is sent again.
    pub resend_pause_s: i64,
    /// Wrong attempts at linking within a day that close it.
    pub link_attempts: u32,
    /// Seconds linking stays closed.
    pub link_block_s: i64,
    /// Outcome of registrations that were given none of their own.
    pub registration_outcome: RegistrationOutcome,
    /// Whether requisites can be checked through СМЭВ.
    pub smev_available: bool,
}

impl Default for CabinetSettings {
    fn default() -> Self {
        Self {
            step_up_lifetime_s: 300,
            code_lifetime_s: 300,
            resend_pause_s: 60,
            link_attempts: 5,
            link_block_s: 3600,
            registration_outcome: RegistrationOutcome::Register,
            smev_available: true,
        }
    }
}
