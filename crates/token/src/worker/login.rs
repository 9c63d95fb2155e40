//! The one place that logs in, so that no PIN is ever spent twice.

use crate::error::TokenError;
use crate::ffi::{Class, Failure, Library, Session, SlotId, Who, classify};
use crate::model::{PinState, PukState};
use crate::protocol::Answer;
use crate::secret::Pin;
use crate::worker::scan;

/// Limit where the token states none, bytes.
const LONGEST_PIN: u32 = 255;

/// A login: once for the user, and, for a key that demands it, once per signature with the PIN the token has just accepted.
/// The first refusal ends the job.
pub(super) struct Login<'job> {
    library: &'job Library,
    slot: SlotId,
    session: &'job Session<'job>,
    pin: Option<Pin>,
}

impl<'job> Login<'job> {
    pub(super) fn new(
        library: &'job Library,
        slot: SlotId,
        session: &'job Session<'job>,
        pin: Option<Pin>,
    ) -> Self {
        Self {
            library,
            slot,
            session,
            pin,
        }
    }

    pub(super) fn session(&self) -> &'job Session<'job> {
        self.session
    }

    pub(super) fn pin(&self) -> Option<&Pin> {
        self.pin.as_ref()
    }

    /// The PIN is not needed any more.
    pub(super) fn forget(&mut self) {
        self.pin = None;
    }

    /// Logs the user in; false when the token wants no login.
    pub(super) fn user(
        &self,
        final_try_confirmed: bool,
        report: &mut dyn FnMut(Answer),
    ) -> Result<bool, TokenError> {
        let state = self.state()?;
        if !state.login_required && self.pin.is_none() {
            return Ok(false);
        }
        refuse_hopeless(&state, final_try_confirmed)?;
        self.enter(Who::User, &state, report)?;
        report(Answer::LoggedIn);
        Ok(true)
    }

    /// Logs the administrator in with the PUK.
    pub(super) fn officer(
        &self,
        final_try_confirmed: bool,
        report: &mut dyn FnMut(Answer),
    ) -> Result<(), TokenError> {
        let token = self.library.token(self.slot)?;
        let puk = scan::puk_state(&token);
        if puk.locked {
            return Err(TokenError::PukLocked);
        }
        if puk.final_try && !final_try_confirmed {
            return Err(TokenError::PukFinalTry);
        }
        self.enter(Who::Officer, &scan::pin_state(&token), report)?;
        report(Answer::LoggedIn);
        Ok(())
    }

    /// Once more, for the next signature of a key that demands it.
    pub(super) fn once_more(&self, report: &mut dyn FnMut(Answer)) -> Result<(), TokenError> {
        let state = self.state()?;
        self.enter(Who::ContextSpecific, &state, report)
    }

    fn enter(&self, user: Who, state: &PinState, report: &mut dyn FnMut(Answer)) -> Result<(), TokenError> {
        let pin = if state.on_device {
            report(Answer::AwaitingDevice);
            None
        } else {
            let pin = self.pin.as_ref().ok_or(TokenError::PinRequired)?;
            check_length(pin, state)?;
            Some(pin)
        };
        self.session
            .login(user, pin)
            .map_err(|failure| self.judge_login(user, failure))
    }

    /// What a failure of the user's means, with the PIN's state read after it.
    pub(super) fn judge(&self, failure: Failure) -> TokenError {
        self.judge_login(Who::User, failure)
    }

    fn judge_login(&self, user: Who, failure: Failure) -> TokenError {
        match (failure.code().map(classify), user) {
            (Some(Class::PinIncorrect), Who::Officer) => match self.puk() {
                puk if puk.locked => TokenError::PukLocked,
                state => TokenError::PukIncorrect { state },
            },
            (Some(Class::PinLocked), Who::Officer) => TokenError::PukLocked,
            (Some(Class::PinIncorrect), _) => match self.state() {
                Ok(state) if state.locked => TokenError::PinLocked,
                Ok(state) => TokenError::PinIncorrect { state },
                Err(_) => TokenError::PinIncorrect {
                    state: PinState::default(),
                },
            },
            (Some(Class::PinLength), _) => {
                let state = self.state().unwrap_or_default();
                TokenError::PinLength {
                    min: state.min_len,
                    max: state.max_len,
                }
            }
            _ => failure.into(),
        }
    }

    pub(super) fn state(&self) -> Result<PinState, Failure> {
        self.library.token(self.slot).map(|token| scan::pin_state(&token))
    }

    /// Unknown reads as harmless: it is only asked for after a refusal.
    fn puk(&self) -> PukState {
        self.library
            .token(self.slot)
            .map(|token| scan::puk_state(&token))
            .unwrap_or_default()
    }
}

/// Refuses before the token sees the PIN: no attempt is left, or the person does not know that it is the last.
pub(super) fn refuse_hopeless(state: &PinState, final_try_confirmed: bool) -> Result<(), TokenError> {
    if state.locked {
        return Err(TokenError::PinLocked);
    }
    if state.final_try && !final_try_confirmed {
        return Err(TokenError::PinFinalTry);
    }
    Ok(())
}

/// An empty PIN is never sent; other limits only where the token states them.
pub(super) fn check_length(pin: &Pin, state: &PinState) -> Result<(), TokenError> {
    let longest = if state.max_len == 0 {
        LONGEST_PIN
    } else {
        state.max_len
    };
    let shortest = state.min_len.max(1);
    let length = u32::try_from(pin.len()).unwrap_or(u32::MAX);
    if (shortest..=longest).contains(&length) {
        return Ok(());
    }
    Err(TokenError::PinLength {
        min: shortest,
        max: longest,
    })
}
