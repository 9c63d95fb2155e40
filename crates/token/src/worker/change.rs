//! Changes of a token: PINs, a new key with the request for its certificate, an issued certificate.

use cryptoki_sys as ck;

use super::login::{Login, check_length, refuse_hopeless};
use super::{keys, scan};
use crate::error::TokenError;
use crate::ffi::{Access, Failure, Library, Session, SlotId};
use crate::model::TokenAddress;
use crate::protocol::{Answer, Task};
use crate::secret::Pin;

/// What to change, with the PINs for it in the task's order.
pub(super) struct Order {
    pub(super) token: TokenAddress,
    pub(super) task: Task,
    pub(super) secrets: Vec<Pin>,
    pub(super) final_try_confirmed: bool,
}

/// Everything that can be refused is refused before a PIN reaches the token. Gives the last answer of the exchange.
pub(super) fn change(
    library: &Library,
    order: Order,
    report: &mut dyn FnMut(Answer),
) -> Result<Answer, TokenError> {
    let slot = find(library, &order.token)?;
    let session = library.open_session(slot, Access::Write).map_err(of_change)?;
    let mut secrets = order.secrets.into_iter();
    let first = secrets.next();
    let mut login = Login::new(library, slot, &session, first);
    let confirmed = order.final_try_confirmed;
    let done = match order.task {
        Task::ChangePin => change_pin(&login, secrets.next(), confirmed, report).map(|()| Answer::Done),
        Task::Unblock => unblock(&login, secrets.next(), confirmed, report).map(|()| Answer::Done),
        Task::MakeKey(order) => {
            keys::possible(library, slot, &order)?;
            login.user(confirmed, report)?;
            login.forget();
            keys::make(&session, &order).map(Answer::Requested)
        }
        Task::ImportCertificate(der) => {
            login.user(confirmed, report)?;
            login.forget();
            keys::import(&session, &der).map(|()| Answer::Done)
        }
    };
    // The session closes next, which logs out as well.
    let _ = session.logout();
    done
}

fn find(library: &Library, token: &TokenAddress) -> Result<SlotId, TokenError> {
    let is_it = |slot: &SlotId| {
        let description = library.token(*slot);
        description.is_ok_and(|description| scan::address(&token.module, &description) == *token)
    };
    let mut slots = library.slots_with_token()?.into_iter();
    slots.find(is_it).ok_or(TokenError::TokenNotFound)
}

/// By the standard `C_SetPIN` needs no login and counts a wrong old PIN like one; modules that want a login first say so
/// before they look at the PIN.
fn change_pin(
    login: &Login<'_>,
    new: Option<Pin>,
    final_try_confirmed: bool,
    report: &mut dyn FnMut(Answer),
) -> Result<(), TokenError> {
    let state = login.state()?;
    refuse_hopeless(&state, final_try_confirmed)?;
    if state.on_device {
        report(Answer::AwaitingDevice);
    } else {
        check_length(login.pin().ok_or(TokenError::PinRequired)?, &state)?;
        check_length(new.as_ref().ok_or(TokenError::PinRequired)?, &state)?;
    }
    let set = |session: &Session<'_>| session.set_pin(login.pin(), new.as_ref());
    match set(login.session()) {
        Err(failure) if failure.is(ck::CKR_USER_NOT_LOGGED_IN) => {
            login.user(final_try_confirmed, report)?;
            set(login.session()).map_err(of_change)
        }
        answer => answer.map_err(|failure| match offered(failure) {
            Some(error) => error,
            None => login.judge(failure),
        }),
    }
}

fn unblock(
    login: &Login<'_>,
    new: Option<Pin>,
    final_try_confirmed: bool,
    report: &mut dyn FnMut(Answer),
) -> Result<(), TokenError> {
    let state = login.state()?;
    if !state.on_device {
        check_length(new.as_ref().ok_or(TokenError::PinRequired)?, &state)?;
    }
    login.officer(final_try_confirmed, report)?;
    login.session().init_pin(new.as_ref()).map_err(of_change)
}

/// What a refused change means.
pub(super) fn of_change(failure: Failure) -> TokenError {
    offered(failure).unwrap_or_else(|| failure.into())
}

fn offered(failure: Failure) -> Option<TokenError> {
    match failure.code()?.0 {
        ck::CKR_FUNCTION_NOT_SUPPORTED | ck::CKR_ACTION_PROHIBITED | ck::CKR_USER_TYPE_INVALID => {
            Some(TokenError::NotOffered)
        }
        ck::CKR_TOKEN_WRITE_PROTECTED | ck::CKR_SESSION_READ_ONLY => Some(TokenError::WriteProtected),
        ck::CKR_DEVICE_MEMORY => Some(TokenError::TokenFull),
        _ => None,
    }
}
