//! Passwords and locks of accounts. A login nobody has behaves in every way like one somebody has.

use super::owner;
use super::passwords;
use super::people;
use super::secret::digest;
use super::state::{Account, Lock, LockCause, State, UnknownLogin};
use crate::clock;
use crate::settings::Settings;
use crate::world::{World, WorldError};

/// How long failures of a login nobody has are remembered, milliseconds.
const UNKNOWN_MS: i64 = 24 * 3600 * 1000;
/// Most of such logins remembered.
const MOST_UNKNOWN: usize = 10_000;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// What became of a login and a password.
pub(super) enum PasswordCheck {
    /// They fit: the employee's name in the demo directory.
    Right(String),
    Wrong,
    Locked(Lock),
}

/// Makes digests of the demo directory's passwords, once.
pub(super) fn prepare(world: &World) -> Result<(), WorldError> {
    let missing: Vec<_> = world.esia.records.read(|state| {
        let accounts = world.index.accounts.iter();
        accounts
            .filter(|account| state.accounts.get(&account.employee).is_none())
            .collect()
    });
    for entry in missing {
        let account = Account {
            password: passwords::hash(&entry.password)?,
            password_set_ms: clock::now_ms(),
            ..Account::default()
        };
        world.esia.records.change(&world.store, |state| {
            if state.accounts.get(&entry.employee).is_none() {
                state.accounts.insert(entry.employee.clone(), account);
            }
        })?;
    }
    Ok(())
}

/// Checks a password. A try is counted before it is judged, so that many at once are no more than one after another.
pub(super) fn check_password(
    world: &World,
    login: &str,
    password: &str,
) -> Result<PasswordCheck, WorldError> {
    prepare(world)?;
    let settings = world.settings();
    let employee = people::by_login(world, login).map(|account| account.employee.clone());
    let unknown_id = digest(&people::normal(login));
    let records = &world.esia.records;
    let counted = records.change(&world.store, |state| match &employee {
        Some(employee) => count_known(state, employee, &settings),
        None => count_unknown(state, &unknown_id, &settings),
    })?;
    let (tries, hash) = match counted {
        Ok(counted) => counted,
        Err(lock) => return Ok(PasswordCheck::Locked(lock)),
    };
    if passwords::verify(password, hash.as_deref())
        && let Some(employee) = employee
    {
        let lock = records.change(&world.store, |state| {
            let account = state.accounts.get_mut(&employee)?;
            account.failures = 0;
            current_lock(account, clock::now_ms())
        })?;
        return Ok(lock.map_or(PasswordCheck::Right(employee), PasswordCheck::Locked));
    }
    if tries < settings.password_attempts {
        return Ok(PasswordCheck::Wrong);
    }
    let lock = wrong_passwords(&settings);
    records.change(&world.store, |state| match &employee {
        Some(employee) => {
            lock_account(world, state, employee, lock.clone());
        }
        None => {
            if let Some(unknown) = state.unknown.get_mut(&unknown_id) {
                unknown.until_ms = lock.until_ms;
            }
        }
    })?;
    Ok(PasswordCheck::Locked(lock))
}

/// Tries so far, this one included, and the digest of the password, if there is one; or the lock.
type Counted = Result<(u32, Option<String>), Lock>;

fn count_known(state: &mut State, employee: &str, settings: &Settings) -> Counted {
    let Some(account) = state.accounts.get_mut(employee) else {
        return Ok((1, None));
    };
    let now = clock::now_ms();
    if let Some(lock) = current_lock(account, now)
        && matches!(lock.cause, LockCause::WrongPasswords | LockCause::WrongCodes)
    {
        return Err(lock);
    }
    account.failures += 1;
    if account.failures > settings.password_attempts {
        return Err(wrong_passwords(settings));
    }
    Ok((account.failures, Some(account.password.clone())))
}

fn count_unknown(state: &mut State, id: &str, settings: &Settings) -> Counted {
    let now = clock::now_ms();
    let full = state.unknown.len() >= MOST_UNKNOWN;
    if state.unknown.get(id).is_none() {
        if full {
            return Ok((1, None));
        }
        let fresh = UnknownLogin {
            failures: 0,
            until_ms: None,
            forget_ms: now + UNKNOWN_MS,
        };
        state.unknown.insert(id, fresh);
    }
    let Some(unknown) = state.unknown.get_mut(id) else {
        return Ok((1, None));
    };
    match unknown.until_ms {
        Some(until) if until > now => {
            return Err(Lock {
                cause: LockCause::WrongPasswords,
                until_ms: Some(until),
            });
        }
        Some(_) => {
            unknown.until_ms = None;
            unknown.failures = 0;
        }
        None => {}
    }
    unknown.failures += 1;
    if unknown.failures > settings.password_attempts {
        return Err(wrong_passwords(settings));
    }
    Ok((unknown.failures, None))
}

fn wrong_passwords(settings: &Settings) -> Lock {
    Lock {
        cause: LockCause::WrongPasswords,
        until_ms: Some(clock::now_ms() + settings.lock_s * 1000),
    }
}

/// The lock that holds now; one whose time is over is taken off.
pub(super) fn current_lock(account: &mut Account, now_ms: i64) -> Option<Lock> {
    let lock = account.lock.clone()?;
    if lock.until_ms.is_none_or(|until| until > now_ms) {
        return Some(lock);
    }
    account.lock = None;
    account.failures = 0;
    account.code_failures = 0;
    None
}

/// The lock that somebody put on the account, not the account on itself: it holds for who is signed in as well.
pub(super) fn imposed_lock(state: &State, employee: &str, now_ms: i64) -> Option<Lock> {
    let lock = state.accounts.get(employee)?.lock.clone()?;
    let by_tries = matches!(lock.cause, LockCause::WrongPasswords | LockCause::WrongCodes);
    (!by_tries && lock.until_ms.is_none_or(|until| until > now_ms)).then_some(lock)
}

/// Locks an account and tells its owner.
pub(super) fn lock_account(world: &World, state: &mut State, employee: &str, lock: Lock) {
    if let Some(account) = state.accounts.get_mut(employee) {
        account.lock = Some(lock);
    }
    let text = "Учётная запись Госуслуг заблокирована. Если это не вы, смените пароль.";
    owner::tell(
        world,
        state,
        employee,
        "Учётная запись заблокирована",
        text,
        "security",
    );
}

/// Counts a wrong one-time code; too many of them lock the account.
pub(super) fn count_wrong_code(
    world: &World,
    state: &mut State,
    employee: &str,
    settings: &Settings,
) -> Option<Lock> {
    let account = state.accounts.get_mut(employee)?;
    account.code_failures += 1;
    if account.code_failures < settings.code_failures {
        return None;
    }
    let lock = Lock {
        cause: LockCause::WrongCodes,
        until_ms: Some(clock::now_ms() + settings.lock_s * 1000),
    };
    lock_account(world, state, employee, lock.clone());
    Some(lock)
}

/// Whether the password is older than the settings allow.
pub(super) fn password_is_old(account: &Account, settings: &Settings, now_ms: i64) -> bool {
    now_ms - account.password_set_ms >= settings.password_age_days * DAY_MS
}

/// When the password must be changed.
pub(crate) fn password_end_ms(account: &Account, settings: &Settings) -> i64 {
    account.password_set_ms + settings.password_age_days * DAY_MS
}

/// Takes a new password: failures and their lock are forgotten, the owner is told.
pub(super) fn set_password(world: &World, state: &mut State, employee: &str, hash: String) {
    if let Some(account) = state.accounts.get_mut(employee) {
        account.password = hash;
        account.password_set_ms = clock::now_ms();
        account.failures = 0;
        account.code_failures = 0;
        if account.lock.as_ref().is_some_and(|lock| {
            matches!(
                lock.cause,
                LockCause::WrongPasswords | LockCause::WrongCodes | LockCause::CompromisedPassword
            )
        }) {
            account.lock = None;
        }
    }
    let text = "Пароль учётной записи Госуслуг изменён.";
    owner::tell(world, state, employee, "Пароль изменён", text, "security");
}
