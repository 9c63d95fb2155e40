//! What comes next in a sign-in.

use super::super::people;
use super::super::refusal::Refusal;
use super::super::scopes;
use super::super::secret;
use super::super::sessions::{self, Browser};
use super::super::state::{Attempt, AttemptStage, Challenge, Code, Consent, Family, State};
use super::super::{accounts, codes, owner};
use super::{Cookies, Step};
use crate::clock;
use crate::demo::{Employee, SecondFactor};
use crate::settings::Settings;
use crate::world::{World, WorldError};

/// Codes are remembered longer than they are good: a second use is a theft.
const REMEMBER_CODE_MS: i64 = 3600 * 1000;

/// The attempt, if this browser began it and the form is ours.
pub(super) fn bound(state: &State, id: &str, form_token: Option<&str>, cookies: &Cookies) -> Option<Attempt> {
    let attempt = state.attempts.get(id)?;
    let cookie = match attempt.stage {
        AttemptStage::SignedIn { .. } => cookies.session(),
        _ => cookies.login(),
    };
    let is_browser = secret::same(&attempt.browser, &secret::digest(cookie?));
    let is_form = form_token.is_none_or(|token| secret::same(token, &attempt.form_token));
    (is_browser && is_form && attempt.expires_ms > clock::now_ms()).then(|| attempt.clone())
}

/// After the right password: a code where one is wanted, or on to the end of the sign-in.
pub(super) fn after_password(
    world: &World,
    id: &str,
    employee: &str,
    cookies: &Cookies,
) -> Result<Step, WorldError> {
    let settings = world.settings();
    let factor = second_factor(world, employee);
    let unknown_device = world.esia.records.read(|state| {
        cookies
            .device()
            .is_none_or(|device| !sessions::knows_device(state, device, employee))
    });
    if factor == SecondFactor::None && !unknown_device {
        return finish(world, id, employee, cookies, false);
    }
    let by_app = factor == SecondFactor::App;
    world.esia.records.change(&world.store, |state| {
        let challenge = new_challenge(world, state, &settings, id, employee, by_app, None)?;
        if unknown_device {
            notify_of_device(world, state, employee, cookies);
        }
        if let Some(attempt) = state.attempts.get_mut(id) {
            attempt.stage = AttemptStage::SecondFactor {
                employee: employee.to_owned(),
                challenge,
                unknown_device,
            };
        }
        Ok(Step::Page(id.to_owned()))
    })?
}

/// Another code, or the application's.
pub(super) fn new_challenge(
    world: &World,
    state: &mut State,
    settings: &Settings,
    attempt: &str,
    employee: &str,
    by_app: bool,
    before: Option<&Challenge>,
) -> Result<Challenge, WorldError> {
    if by_app {
        return Ok(codes::silent(settings, "app", settings.sign_in_window_s, before));
    }
    let to = people::account(world, employee).map_or("", |account| &account.phone);
    codes::challenge(state, settings, attempt, ("sms", to), before)
}

/// What the account asks for besides the password.
pub(super) fn second_factor(world: &World, employee: &str) -> SecondFactor {
    let changed = world
        .esia
        .records
        .read(|state| state.accounts.get(employee).and_then(|a| a.second_factor));
    changed
        .or_else(|| people::account(world, employee).map(|account| account.second_factor))
        .unwrap_or(SecondFactor::Sms)
}

/// Whether the person's identity was confirmed.
pub(crate) fn is_confirmed(world: &World, employee: &str) -> bool {
    let changed = world
        .esia
        .records
        .read(|state| state.accounts.get(employee).and_then(|a| a.confirmed));
    changed.unwrap_or_else(|| people::account(world, employee).is_some_and(|account| account.confirmed))
}

fn notify_of_device(world: &World, state: &mut State, employee: &str, cookies: &Cookies) {
    let (browser, system) = sessions::describe(&cookies.user_agent);
    let text = format!(
        "Вход в Госуслуги с нового устройства: {browser}, {system}. Он ждёт кода подтверждения. Если это не вы, смените пароль."
    );
    owner::tell(
        world,
        state,
        employee,
        "Вход с нового устройства",
        &text,
        "devices",
    );
}

/// Everything fits: a new password if the old one is too old, else the session begins.
pub(super) fn finish(
    world: &World,
    id: &str,
    employee: &str,
    cookies: &Cookies,
    used_factor: bool,
) -> Result<Step, WorldError> {
    let settings = world.settings();
    let is_old = world.esia.records.change(&world.store, |state| {
        let now = clock::now_ms();
        let is_old = state
            .accounts
            .get(employee)
            .is_some_and(|account| accounts::password_is_old(account, &settings, now));
        if is_old && let Some(attempt) = state.attempts.get_mut(id) {
            attempt.stage = AttemptStage::Renewal {
                employee: employee.to_owned(),
                used_factor,
            };
        }
        is_old
    })?;
    if is_old {
        return Ok(Step::Page(id.to_owned()));
    }
    begin_session(world, id, employee, cookies, used_factor)
}

/// Begins the session under a name nobody knew before, and goes on.
pub(super) fn begin_session(
    world: &World,
    id: &str,
    employee: &str,
    cookies: &Cookies,
    used_factor: bool,
) -> Result<Step, WorldError> {
    let settings = world.settings();
    let known = cookies.device().filter(|device| {
        world
            .esia
            .records
            .read(|state| sessions::knows_device(state, device, employee))
    });
    // A value that was never given out here is not taken over.
    let device = match known {
        Some(device) => device.to_owned(),
        None => secret::random_token()?,
    };
    let browser = Browser {
        device: &device,
        user_agent: &cookies.user_agent,
    };
    let session = world.esia.records.change(&world.store, |state| {
        let (sid, session) = sessions::begin(state, &settings, employee, &browser, used_factor)?;
        if let Some(account) = state.accounts.get_mut(employee) {
            account.code_failures = 0;
        }
        if let Some(attempt) = state.attempts.get_mut(id) {
            attempt.browser = secret::digest(&session);
            attempt.stage = AttemptStage::SignedIn { sid };
        }
        Ok::<_, WorldError>(session)
    })??;
    let page = Box::new(proceed(world, id)?);
    Ok(Step::SignedIn {
        page,
        session,
        device,
    })
}

/// After the sign-in: organisation, consent, code.
pub(crate) fn proceed(world: &World, id: &str) -> Result<Step, WorldError> {
    let settings = world.settings();
    let Some((attempt, sid, employee)) = world.esia.records.read(|state| signed_in(world, state, id)) else {
        return Ok(Step::Stale);
    };
    let locked = |state: &State| accounts::imposed_lock(state, &employee.id, clock::now_ms()).is_some();
    if world.esia.records.read(locked) {
        return refuse(world, id, &attempt, Refusal::Denied);
    }
    if attempt.confirmed_only && !is_confirmed(world, &employee.id) {
        return refuse(world, id, &attempt, Refusal::NotConfirmed);
    }
    let org_oid = match (attempt.scope_org.is_empty(), attempt.org_oid) {
        (true, _) => None,
        (false, Some(oid)) if people::may_act_for(world, &employee, oid) => Some(oid),
        (false, Some(_)) => return refuse(world, id, &attempt, Refusal::NotEmployee),
        (false, None) if people::roles(world, &employee).iter().any(|role| role.active) => {
            return Ok(Step::Page(id.to_owned()));
        }
        (false, None) => return refuse(world, id, &attempt, Refusal::NotEmployee),
    };
    if settings.ask_consent && !is_consented(world, &attempt, &employee.id) {
        return Ok(Step::Page(id.to_owned()));
    }
    let value = secret::random_token()?;
    let now = clock::now_ms();
    world.esia.records.change(&world.store, |state| {
        let Some(session) = state.sessions.get(&sid) else {
            return;
        };
        let code = Code {
            grant: Family {
                client_id: attempt.client_id.clone(),
                employee: employee.id.clone(),
                sid: sid.clone(),
                auth_ms: session.begun_ms,
                method: session.method.clone(),
                scope: attempt.scope.clone(),
                scope_org: attempt.scope_org.clone(),
                org_oid,
                expires_ms: now,
            },
            redirect_uri: attempt.redirect_uri.clone(),
            code_challenge: attempt.code_challenge.clone(),
            nonce: attempt.nonce.clone(),
            offline: attempt.offline,
            expires_ms: now + settings.auth_code_lifetime_s * 1000,
            used_by: None,
            forget_ms: now + REMEMBER_CODE_MS,
        };
        state.codes.insert(secret::digest(&value), code);
        state.attempts.remove(id);
    })?;
    Ok(Step::code_to(&attempt.redirect_uri, &value, &attempt.state))
}

/// The attempt, its session and its person.
pub(super) fn signed_in(world: &World, state: &State, id: &str) -> Option<(Attempt, String, Employee)> {
    let attempt = state.attempts.get(id)?;
    let AttemptStage::SignedIn { sid } = &attempt.stage else {
        return None;
    };
    let session = state.sessions.get(sid)?;
    let employee = world.index.employee(&session.employee)?;
    Some((attempt.clone(), sid.clone(), employee.clone()))
}

/// The sign-in is over; the system is told why.
pub(super) fn refuse(world: &World, id: &str, attempt: &Attempt, why: Refusal) -> Result<Step, WorldError> {
    world
        .esia
        .records
        .change(&world.store, |state| state.attempts.remove(id))?;
    Ok(Step::refusal_to(&attempt.redirect_uri, why, Some(&attempt.state)))
}

fn consent_key(attempt: &Attempt, employee: &str) -> String {
    let organisation = attempt.org_oid.map(|oid| oid.to_string()).unwrap_or_default();
    format!("{}/{employee}/{organisation}", attempt.client_id)
}

/// Scopes a person is asked about.
fn asked(attempt: &Attempt) -> impl Iterator<Item = &String> {
    attempt
        .scope
        .iter()
        .chain(&attempt.scope_org)
        .filter(|scope| !scopes::describe(std::iter::once(*scope)).is_empty())
}

fn is_consented(world: &World, attempt: &Attempt, employee: &str) -> bool {
    world.esia.records.read(|state| {
        let given = state.consents.get(&consent_key(attempt, employee));
        asked(attempt).all(|scope| given.is_some_and(|given| given.scopes.contains(scope)))
    })
}

/// Remembers what a person allowed.
pub(super) fn keep_consent(state: &mut State, attempt: &Attempt, employee: &str) {
    let key = consent_key(attempt, employee);
    let mut scopes = state
        .consents
        .get(&key)
        .map(|consent| consent.scopes.clone())
        .unwrap_or_default();
    for scope in asked(attempt) {
        if !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    state.consents.insert(key, Consent { scopes });
}
