//! Confirming a sensitive call: a code, the password, or a signature, as the portal offers.

use base64ct::{Base64, Encoding};
use bytes::Bytes;
use reqwest::Method;
use serde::Serialize;
use serde_json::json;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{Cabinet, CabinetError};
use crate::loose::Loose;
use crate::{PortalError, ProtocolFault};

/// With what a person confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Factor {
    /// A code sent by SMS.
    Sms,
    /// A code sent by e-mail.
    Email,
    /// A code of an authenticator app; nothing is sent.
    App,
    /// The password of the account.
    Password,
    /// A signature by the person's token.
    Token,
    /// A signature of the organisation.
    Signature,
    /// One this program does not know.
    Other(String),
}

impl Factor {
    /// Reads the name on the wire.
    pub fn from_name(name: &str) -> Self {
        match name {
            "sms" => Self::Sms,
            "email" => Self::Email,
            "app" => Self::App,
            "password" => Self::Password,
            "token" => Self::Token,
            "signature" => Self::Signature,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name on the wire.
    pub fn name(&self) -> &str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::App => "app",
            Self::Password => "password",
            Self::Token => "token",
            Self::Signature => "signature",
            Self::Other(name) => name,
        }
    }

    /// Whether the portal sends a code for it.
    pub fn is_sent(&self) -> bool {
        matches!(self, Self::Sms | Self::Email)
    }

    /// Whether it is a signature over [`StepUp::bytes_to_sign`].
    pub fn is_signed(&self) -> bool {
        matches!(self, Self::Token | Self::Signature)
    }
}

/// What the portal wants before it does what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepUp {
    /// Names it in the calls below.
    pub id: String,
    /// What is to be confirmed, in a code of the portal.
    pub operation: String,
    /// The same in the portal's words.
    pub title: Option<String>,
    /// Offered; one of them is enough unless `all` says more.
    pub factors: Vec<Factor>,
    /// All of these are wanted, in this order; empty where one is enough.
    pub all: Vec<Factor>,
    /// Until when.
    pub expires: Option<OffsetDateTime>,
    /// What a signature is made over.
    pub bytes_to_sign: Option<Vec<u8>>,
}

/// A code was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Where, masked.
    pub to: Option<String>,
    /// Seconds until it can be sent again.
    pub resend_after: Option<u64>,
}

/// How far a confirmation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepUpProgress {
    /// Nothing more is wanted.
    pub done: bool,
    /// Still wanted.
    pub remaining: Vec<Factor>,
    /// Attempts left.
    pub attempts_left: Option<u32>,
}

#[derive(Serialize)]
struct Confirm<'a> {
    factor: &'a str,
    value: &'a str,
}

impl Sent {
    pub(super) fn read(value: Loose<'_>) -> Self {
        Self {
            to: value.text("to"),
            resend_after: value
                .number("resendAfterSeconds")
                .and_then(|seconds| u64::try_from(seconds).ok()),
        }
    }
}

impl StepUp {
    pub(super) fn read(value: Loose<'_>) -> Option<Self> {
        Some(Self {
            id: value.text("id")?,
            operation: value.text("operation").unwrap_or_default(),
            title: value.text("title"),
            factors: factors(value, "factors"),
            all: factors(value, "all"),
            expires: value.time("expires"),
            bytes_to_sign: value
                .text("bytesToSign")
                .and_then(|text| Base64::decode_vec(&text).ok()),
        })
    }
}

fn factors(value: Loose<'_>, name: &str) -> Vec<Factor> {
    value
        .list(name)
        .filter_map(Loose::as_text)
        .map(Factor::from_name)
        .collect()
}

impl Cabinet<'_> {
    /// Has a code sent.
    ///
    /// # Errors
    /// [`PortalError::RateLimited`] before its pause is over; [`CabinetError::Refused`] when the confirmation has expired.
    pub async fn send_code(&self, step_up: &str, factor: &Factor) -> Result<Sent, CabinetError> {
        let body = json!({ "channel": factor.name() });
        let answer = self
            .change(Method::POST, &["step-up", step_up, "send"], Some(body))
            .await?;
        // Nothing is said about it where nothing can be said.
        let Ok(value) = answer.json() else {
            return Ok(Sent::default());
        };
        Ok(Sent::read(Loose::new(&value)))
    }

    /// Gives a factor: a code, the password, or a signature in Base64. The memory of the request is wiped.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `factor-wrong` with the attempts left, `step-up-ended`, `signature-invalid`,
    /// `certificate-mismatch`. A lost
    /// answer is an unknown outcome: the call that asked says whether the confirmation counts.
    pub async fn confirm(
        &self,
        step_up: &str,
        factor: &Factor,
        value: &str,
    ) -> Result<StepUpProgress, CabinetError> {
        // Room for every character escaped, so that nothing is copied while growing.
        let mut body = Zeroizing::new(Vec::with_capacity(64 + factor.name().len() + value.len() * 6));
        serde_json::to_writer(
            &mut *body,
            &Confirm {
                factor: factor.name(),
                value,
            },
        )
        .map_err(|_| PortalError::Protocol {
            what: ProtocolFault::Request,
        })?;
        let answer = self
            .post_secret(&["step-up", step_up, "confirm"], Bytes::from_owner(body))
            .await?;
        let answer = Loose::new(&answer);
        Ok(StepUpProgress {
            done: answer.flag("done"),
            remaining: factors(answer, "remaining"),
            attempts_left: answer
                .number("attemptsLeft")
                .and_then(|left| u32::try_from(left).ok()),
        })
    }
}
