//! Why something is not done at the portal in a person's name.

use thiserror::Error;

use crate::error::one;
use crate::view::Params;

/// What stands against an act at the portal before it is asked for; what the portal itself answers is another matter.
#[derive(Debug, Error)]
pub enum ActError {
    /// The person's role does not allow this.
    #[error("not permitted: {permission}")]
    NotPermitted {
        /// Code of the permission.
        permission: String,
        /// Why, in the portal's words.
        reason: Option<String>,
    },
    /// The account has no second factor, and this needs one.
    #[error("no second factor")]
    NoSecondFactor,
    /// The account is not confirmed, and this needs it to be.
    #[error("the account is not confirmed")]
    AccountNotConfirmed,
    /// The account is locked at the portal.
    #[error("the account is locked: {cause}")]
    AccountLocked {
        /// Code of the cause.
        cause: String,
    },
    /// So many link requests were refused that the next ones wait.
    #[error("linking waits for {minutes} minutes")]
    LinkingPaused {
        /// Minutes.
        minutes: u64,
    },
    /// What the portal wants signed cannot be shown, so it is not signed.
    #[error("what is to be signed cannot be shown")]
    NothingToShow,
    /// The person has to accept the terms of the portal.
    #[error("the terms were not accepted")]
    TermsNotAccepted,
    /// The person has to say that an extension is paid for.
    #[error("the payment was not confirmed")]
    PaymentNotConfirmed,
    /// Nothing that is offered for confirming is known to this program.
    #[error("no known way to confirm")]
    NoKnownFactor,
}

impl ActError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotPermitted { .. } => "app.not-permitted",
            Self::NoSecondFactor => "app.no-second-factor",
            Self::AccountNotConfirmed => "app.account-not-confirmed",
            Self::AccountLocked { .. } => "app.account-locked",
            Self::LinkingPaused { .. } => "app.linking-paused",
            Self::NothingToShow => "app.nothing-to-show",
            Self::TermsNotAccepted => "app.terms-not-accepted",
            Self::PaymentNotConfirmed => "app.payment-not-confirmed",
            Self::NoKnownFactor => "app.no-known-factor",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::NotPermitted { permission, reason } => {
                let mut params = one("permission", permission);
                params.insert("reason".to_owned(), reason.clone().unwrap_or_default());
                params
            }
            Self::AccountLocked { cause } => one("cause", cause),
            Self::LinkingPaused { minutes } => one("minutes", minutes),
            _ => Params::new(),
        }
    }
}
