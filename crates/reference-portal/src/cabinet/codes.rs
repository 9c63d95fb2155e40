//! One-time codes: made, sent, remembered as a digest, compared, worn out.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::account::{masked_email, masked_phone};
use super::refusal::{Code, Refusal};
use crate::clock;
use crate::esia::for_cabinet;
use crate::store::StoreError;
use crate::world::World;

/// How a code travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Channel {
    Sms,
    Email,
}

impl Channel {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    /// The address with most of it hidden.
    pub(crate) fn masked(self, to: &str) -> String {
        match self {
            Self::Sms => masked_phone(to),
            Self::Email => masked_email(to),
        }
    }
}

/// A code that confirms something.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeRequest {
    /// Six digits.
    pub(crate) code: String,
}

/// A code somebody is expected to type.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ExpectedCode {
    digest: String,
    pub(crate) channel: Channel,
    /// Where it went, hidden.
    pub(crate) to: String,
    pub(crate) sent_ms: i64,
    pub(crate) expires_ms: i64,
}

/// What came of a typed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    Right,
    Wrong,
    Expired,
}

impl ExpectedCode {
    /// Makes a code of six digits and sends it with `text` before it.
    pub(crate) fn sent(
        world: &World,
        channel: Channel,
        to: &str,
        text: &str,
        lifetime_ms: i64,
    ) -> Result<Self, StoreError> {
        let code = new_code()?;
        for_cabinet::send(world, channel.name(), to, &format!("{text}: {code}"), Some(&code))?;
        let now_ms = clock::now_ms();
        Ok(Self {
            digest: digest(&code),
            channel,
            to: channel.masked(to),
            sent_ms: now_ms,
            expires_ms: now_ms + lifetime_ms,
        })
    }

    /// Codes follow each other with a pause; who asks sooner is told how long to wait.
    pub(crate) fn require_pause(last: Option<&Self>, world: &World, now_ms: i64) -> Result<(), Refusal> {
        let pause_ms = world.settings().cabinet.resend_pause_s * 1000;
        match last.map(|last| last.sent_ms + pause_ms - now_ms) {
            Some(left_ms) if left_ms > 0 => Err(Refusal::new(Code::TooOften).retry_after_ms(left_ms)),
            _ => Ok(()),
        }
    }

    /// Takes what was typed for the code that waits in `slot`: the right one is good once, a wrong one costs a try.
    pub(crate) fn take(
        slot: &mut Option<Self>,
        attempts_left: &mut u32,
        typed: &str,
        now_ms: i64,
    ) -> Result<(), Code> {
        match slot.as_ref().map(|code| code.compare(typed, now_ms)) {
            None | Some(Typed::Expired) => Err(Code::Outdated),
            Some(Typed::Wrong) => {
                *attempts_left = attempts_left.saturating_sub(1);
                Err(Code::Mistyped)
            }
            Some(Typed::Right) => {
                *slot = None;
                Ok(())
            }
        }
    }

    pub(crate) fn compare(&self, typed: &str, now_ms: i64) -> Typed {
        if now_ms >= self.expires_ms {
            Typed::Expired
        } else if digest(typed.trim()) == self.digest {
            Typed::Right
        } else {
            Typed::Wrong
        }
    }
}

fn digest(code: &str) -> String {
    hex::encode(Sha256::digest(code.as_bytes()))
}

/// Six digits, each as likely as any other.
fn new_code() -> Result<String, StoreError> {
    loop {
        let mut octets = [0; 4];
        getrandom::fill(&mut octets).map_err(|error| std::io::Error::other(error.to_string()))?;
        // The largest multiple of a million below 2^32: above it low numbers would come more often.
        let number = u32::from_be_bytes(octets);
        if number < 4_294_000_000 {
            return Ok(format!("{:06}", number % 1_000_000));
        }
    }
}
