//! One-time codes by SMS and e-mail, and the sink where all messages end.

use super::secret;
use super::state::{Challenge, Outgoing, State};
use crate::clock;
use crate::settings::Settings;
use crate::world::WorldError;

/// Codes sent for one purpose at most.
const MOST_SENT: u32 = 5;
/// Messages remembered.
const MOST_MESSAGES: usize = 500;

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodeCheck {
    Right,
    Wrong,
    Expired,
    /// No try is left: only another code helps.
    Spent,
}

/// Writes a message down that a portal would send.
pub(super) fn send(state: &mut State, channel: &str, to: &str, text: &str, code: Option<&str>) {
    let id = state
        .outgoing
        .iter()
        .next_back()
        .map_or(1, |(_, last)| last.id + 1);
    let message = Outgoing {
        id,
        at_ms: clock::now_ms(),
        channel: channel.into(),
        to: to.into(),
        text: text.into(),
        code: code.map(str::to_owned),
    };
    state.outgoing.insert(format!("{id:012}"), message);
    while state.outgoing.len() > MOST_MESSAGES {
        let Some(oldest) = state.outgoing.iter().next().map(|(id, _)| id.clone()) else {
            break;
        };
        state.outgoing.remove(&oldest);
    }
}

/// Sends a code for `purpose`; `before` is the one sent last for it.
pub(super) fn challenge(
    state: &mut State,
    settings: &Settings,
    purpose: &str,
    (channel, to): (&str, &str),
    before: Option<&Challenge>,
) -> Result<Challenge, WorldError> {
    let now = clock::now_ms();
    let code = secret::random_code()?;
    send(
        state,
        channel,
        to,
        &format!("Код подтверждения: {code}. Никому его не сообщайте."),
        Some(&code),
    );
    Ok(Challenge {
        digest: secret::code_digest(purpose, &code),
        sent_ms: now,
        expires_ms: now + settings.code_lifetime_s * 1000,
        attempts_left: settings.code_attempts,
        sent: before.map_or(0, |before| before.sent) + 1,
        channel: channel.into(),
    })
}

/// A challenge that the application answers, or that nobody can: nothing is sent.
pub(super) fn silent(
    settings: &Settings,
    channel: &str,
    lifetime_s: i64,
    before: Option<&Challenge>,
) -> Challenge {
    let now = clock::now_ms();
    Challenge {
        digest: String::new(),
        sent_ms: now,
        expires_ms: now + lifetime_s * 1000,
        attempts_left: settings.code_attempts,
        sent: before.map_or(0, |before| before.sent) + 1,
        channel: channel.into(),
    }
}

/// Milliseconds until another code may be sent; `None` when none may any more.
pub(super) fn pause_ms(challenge: &Challenge, settings: &Settings) -> Option<i64> {
    if challenge.sent >= MOST_SENT {
        return None;
    }
    Some((challenge.sent_ms + settings.code_pause_s * 1000 - clock::now_ms()).max(0))
}

/// Judges a code; `fits` says whether it is the one. A wrong one costs a try.
pub(super) fn check(challenge: &mut Challenge, fits: impl FnOnce(&Challenge) -> bool) -> CodeCheck {
    if challenge.expires_ms <= clock::now_ms() {
        return CodeCheck::Expired;
    }
    if challenge.attempts_left == 0 {
        return CodeCheck::Spent;
    }
    if fits(challenge) {
        // Good once.
        challenge.attempts_left = 0;
        return CodeCheck::Right;
    }
    challenge.attempts_left -= 1;
    if challenge.attempts_left == 0 {
        CodeCheck::Spent
    } else {
        CodeCheck::Wrong
    }
}

/// Whether this is the code that was sent.
pub(super) fn was_sent(challenge: &Challenge, purpose: &str, code: &str) -> bool {
    !challenge.digest.is_empty() && secret::same(&challenge.digest, &secret::code_digest(purpose, code))
}
