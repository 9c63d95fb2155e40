//! One login, any number of signatures, logout.

use cryptoki_sys as ck;

use super::{objects, scan};
use crate::error::TokenError;
use crate::ffi::{
    AttributeType, Class, Failure, Library, MechanismType, ObjectHandle, Session, SlotId, User, classify,
};
use crate::model::{PinState, SignJob};
use crate::protocol::Answer;
use crate::secret::Pin;

/// Limit where the token states none, bytes.
const LONGEST_PIN: u32 = 255;

/// Everything that can be refused is refused before the PIN reaches the token. Signatures are reported one by one.
pub(super) fn sign(
    library: &Library,
    job: &SignJob,
    pin: Option<Pin>,
    report: &mut dyn FnMut(Answer),
) -> Result<(), TokenError> {
    if !job.inputs.iter().all(|input| job.mechanism.accepts(input)) {
        return Err(TokenError::InputUnsuitable);
    }
    let (slot, session, certificate) = find(library, job)?;
    let fits = certificate
        .public_key
        .as_ref()
        .is_some_and(|key| key.mechanism == job.mechanism);
    let offered = library.mechanisms(slot)?;
    if !fits || !offered.contains(&MechanismType(job.mechanism.mechanism_type())) {
        return Err(TokenError::MechanismUnsupported);
    }
    let mut login = Login {
        library,
        slot,
        session: &session,
        pin,
    };
    let logged_in = login.user(job.final_try_confirmed, report)?;
    let signed = sign_inputs(job, &certificate, &mut login, report);
    if logged_in {
        // The session closes next, which logs out as well.
        let _ = session.logout();
    }
    signed
}

/// The slot that holds the chosen certificate among those whose token has the right serial number and model.
fn find<'module>(
    library: &'module Library,
    job: &SignJob,
) -> Result<(SlotId, Session<'module>, objects::CertificateObject), TokenError> {
    let mut outcome = TokenError::TokenNotFound;
    for slot in library.slots_with_token()? {
        let Ok(description) = library.token(slot) else {
            continue;
        };
        if scan::address(&job.token.module, &description) != job.token {
            continue;
        }
        let session = library.open_session(slot)?;
        let mut certificates = objects::certificates(&session)?.into_iter();
        match certificates.find(|certificate| scan::fingerprint(&certificate.der) == job.certificate) {
            Some(certificate) => return Ok((slot, session, certificate)),
            None => outcome = TokenError::CertificateNotFound,
        }
    }
    Err(outcome)
}

fn sign_inputs(
    job: &SignJob,
    certificate: &objects::CertificateObject,
    login: &mut Login<'_>,
    report: &mut dyn FnMut(Answer),
) -> Result<(), TokenError> {
    let session = login.session;
    let key: ObjectHandle = objects::private_key(session, certificate)?.ok_or(TokenError::KeyNotFound)?;
    let every_time = session.flag(key, AttributeType(ck::CKA_ALWAYS_AUTHENTICATE))?;
    if !every_time {
        login.pin = None;
    }
    for (index, input) in job.inputs.iter().enumerate() {
        session.sign_init(MechanismType(job.mechanism.mechanism_type()), key)?;
        if every_time {
            login.once_more(report)?;
        }
        let signature = session.sign(input).map_err(|failure| login.judge(failure))?;
        report(Answer::Signed { index, signature });
    }
    Ok(())
}

/// The one place that calls `C_Login`: once for the user, and, for a key that demands it, once per signature with the PIN the
/// token has just accepted. The first refusal ends the job.
struct Login<'job> {
    library: &'job Library,
    slot: SlotId,
    session: &'job Session<'job>,
    pin: Option<Pin>,
}

impl Login<'_> {
    /// Logs the user in; false when the token wants no login.
    fn user(&self, final_try_confirmed: bool, report: &mut dyn FnMut(Answer)) -> Result<bool, TokenError> {
        let state = self.state()?;
        if !state.login_required && self.pin.is_none() {
            return Ok(false);
        }
        if state.locked {
            return Err(TokenError::PinLocked);
        }
        if state.final_try && !final_try_confirmed {
            return Err(TokenError::PinFinalTry);
        }
        self.enter(User::User, &state, report)?;
        report(Answer::LoggedIn);
        Ok(true)
    }

    fn once_more(&self, report: &mut dyn FnMut(Answer)) -> Result<(), TokenError> {
        let state = self.state()?;
        self.enter(User::ContextSpecific, &state, report)
    }

    fn enter(&self, user: User, state: &PinState, report: &mut dyn FnMut(Answer)) -> Result<(), TokenError> {
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
            .map_err(|failure| self.judge(failure))
    }

    /// What a failure means for the person, with the PIN's state read after it.
    fn judge(&self, failure: Failure) -> TokenError {
        match failure.code().map(classify) {
            Some(Class::PinIncorrect) => match self.state() {
                Ok(state) if state.locked => TokenError::PinLocked,
                Ok(state) => TokenError::PinIncorrect { state },
                Err(_) => TokenError::PinIncorrect {
                    state: PinState::default(),
                },
            },
            Some(Class::PinLength) => {
                let state = self.state().unwrap_or_default();
                TokenError::PinLength {
                    min: state.min_len,
                    max: state.max_len,
                }
            }
            _ => failure.into(),
        }
    }

    fn state(&self) -> Result<PinState, Failure> {
        self.library.token(self.slot).map(|token| scan::pin_state(&token))
    }
}

/// An empty PIN is never sent; other limits only where the token states them.
fn check_length(pin: &Pin, state: &PinState) -> Result<(), TokenError> {
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
