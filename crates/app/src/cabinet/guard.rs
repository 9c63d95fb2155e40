//! Refusing what the role does not allow before anything is asked for. Roles are data: only permission codes decide (C-18).

use time::OffsetDateTime;

use crate::state::Current;
use crate::{App, AppError};

/// What the screens ask about. The API key is not among it: without a new one nobody could sign in and hear of new rights.
pub(super) const KNOWN: [&str; 17] = [
    "administrators.appoint",
    "applications.fill",
    "applications.submit",
    "applications.track",
    "certificate.bind-organisation",
    "journal.view",
    "link.manage",
    "link.remove",
    "review.access",
    "roles.assign",
    "roles.create",
    "services.enable",
    "signing.initiate",
    "signing.sign",
    "statistics.view",
    "taxes.view",
    "users.manage",
];

/// What needs a confirmed account: everything with the director's signature, and linking (AUTH-35, AUTH-41).
pub(super) const NEEDS_CONFIRMED: [&str; 4] = [
    "applications.submit",
    "link.manage",
    "signing.initiate",
    "signing.sign",
];

/// What needs a second factor: signing, filing, paying, managing (C-27).
pub(super) const NEEDS_SECOND_FACTOR: [&str; 10] = [
    "administrators.appoint",
    "applications.submit",
    "certificate.bind-organisation",
    "link.manage",
    "link.remove",
    "roles.assign",
    "roles.create",
    "signing.initiate",
    "signing.sign",
    "users.manage",
];

/// What needs nothing of the portal goes on while the account is locked (AUTH-27).
pub(super) fn is_offline(permission: &str) -> bool {
    matches!(
        permission,
        "applications.fill" | "journal.view" | "review.access" | "statistics.view" | "taxes.view"
    )
}

impl App {
    /// Lets through what the portal has not spoken against. A refusal is journalled.
    ///
    /// # Errors
    /// `ActError::NotPermitted`, `ActError::AccountLocked`, `ActError::AccountNotConfirmed`, `ActError::NoSecondFactor`.
    pub(crate) async fn permit(&self, current: &Current, permission: &str) -> Result<(), AppError> {
        let Some(standing) = current.standing() else {
            return Ok(());
        };
        let allowed = standing.allows(permission, OffsetDateTime::now_utc());
        if allowed.is_err() {
            self.note_refusal(current, "not-permitted", permission).await;
        }
        allowed
    }
}
