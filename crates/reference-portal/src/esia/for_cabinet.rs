//! What the cabinet API asks of a person's account: contacts, factors, the password, codes, messages.

use axum::http::HeaderMap;

use super::accounts::{PasswordCheck, check_password};
use super::login::Cookies;
use super::state::{Lock, LockCause};
use super::{codes, secret, sessions, totp};
use crate::clock;
use crate::demo::{Employee, SecondFactor};
use crate::store::StoreError;
use crate::world::{World, WorldError};

/// What is known of an account.
pub(crate) struct KnownAccount {
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) confirmed: bool,
    pub(crate) second_factor: SecondFactor,
    /// Whether an application of one-time codes is set up.
    pub(crate) has_app: bool,
    /// Absent until the account is used for the first time.
    pub(crate) password_set_ms: Option<i64>,
    /// While it holds.
    pub(crate) lock: Option<KnownLock>,
}

/// Why an account cannot be entered anew.
pub(crate) struct KnownLock {
    /// The cause's code.
    pub(crate) cause: &'static str,
    /// Absent where only support ends it.
    pub(crate) until_ms: Option<i64>,
    /// Its owner can end it by a new password.
    pub(crate) by_owner: bool,
}

/// The account of a person; demo data of older versions have none.
pub(crate) fn account(world: &World, employee: &Employee) -> Option<KnownAccount> {
    let entry = world.index.accounts.iter().find(|a| a.employee == employee.id)?;
    Some(world.esia.records.read(|state| {
        let kept = state.accounts.get(&employee.id);
        KnownAccount {
            phone: entry.phone.clone(),
            email: entry.email.clone(),
            confirmed: kept.and_then(|kept| kept.confirmed).unwrap_or(entry.confirmed),
            second_factor: kept
                .and_then(|kept| kept.second_factor)
                .unwrap_or(entry.second_factor),
            has_app: entry.totp_secret.is_some(),
            password_set_ms: kept.map(|kept| kept.password_set_ms),
            lock: kept.and_then(|kept| lock_of(kept.lock.as_ref()?)),
        }
    }))
}

fn lock_of(lock: &Lock) -> Option<KnownLock> {
    let holds = lock.until_ms.is_none_or(|until| until > clock::now_ms());
    holds.then(|| KnownLock {
        cause: lock.cause.code(),
        until_ms: lock.until_ms,
        by_owner: matches!(
            lock.cause,
            LockCause::WrongPasswords | LockCause::WrongCodes | LockCause::CompromisedPassword
        ),
    })
}

/// Whether it is the person's password; a wrong one counts as at a sign-in.
pub(crate) fn password_is(world: &World, employee: &Employee, password: &str) -> Result<bool, WorldError> {
    let Some(entry) = world.index.accounts.iter().find(|a| a.employee == employee.id) else {
        return Ok(false);
    };
    let verdict = check_password(world, &entry.phone, password)?;
    Ok(matches!(verdict, PasswordCheck::Right(of) if of == employee.id))
}

/// Whether it is the code the person's application shows; none is good twice.
pub(crate) fn app_code_is(world: &World, employee: &Employee, code: &str) -> Result<bool, StoreError> {
    let entry = world.index.accounts.iter().find(|a| a.employee == employee.id);
    let secret = entry
        .and_then(|entry| entry.totp_secret.as_deref())
        .and_then(totp::from_base32);
    let Some(secret) = secret else { return Ok(false) };
    let now_s = world.settings().now().unix_timestamp();
    world.esia.records.change(&world.store, |state| {
        let last = state.accounts.get(&employee.id).and_then(|kept| kept.totp_step);
        let Some(step) = totp::matching_step(&secret, code, now_s, last) else {
            return false;
        };
        if let Some(kept) = state.accounts.get_mut(&employee.id) {
            kept.totp_step = Some(step);
        }
        true
    })
}

/// Sends a message; `channel` is `sms` or `email`.
pub(crate) fn send(
    world: &World,
    channel: &str,
    to: &str,
    text: &str,
    code: Option<&str>,
) -> Result<(), StoreError> {
    let records = &world.esia.records;
    records.change(&world.store, |state| codes::send(state, channel, to, text, code))
}

/// Who is signed in with a browser.
pub(crate) struct Browser {
    /// `id` of the employee.
    pub(crate) employee: String,
    /// For forms: nobody has it without the session's cookie.
    pub(crate) form_token: String,
}

impl Browser {
    /// Whether a form came from a page of this session.
    pub(crate) fn sent(&self, token: &str) -> bool {
        secret::same(&self.form_token, token)
    }
}

/// The session of a browser, if there is one.
pub(crate) fn browser(world: &World, headers: &HeaderMap) -> Option<Browser> {
    let cookies = Cookies::of(headers);
    let cookie = cookies.session()?;
    let (_, session) = world
        .esia
        .records
        .read(|state| sessions::by_cookie(state, cookie))?;
    Some(Browser {
        employee: session.employee,
        form_token: secret::digest(&format!("cabinet\n{cookie}")),
    })
}
