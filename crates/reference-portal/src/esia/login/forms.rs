//! The forms of a sign-in. Each names its sign-in (`a`) and carries its token (`t`).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use time::OffsetDateTime;

use super::super::accounts::{self, PasswordCheck};
use super::super::codes::{self, CodeCheck};
use super::super::parameters::Parameters;
use super::super::passwords::{self, PolicyFault};
use super::super::refusal::Refusal;
use super::super::state::{Attempt, AttemptStage};
use super::super::{people, sessions, totp, waiting};
use super::flow::{self, bound};
use super::{Cookies, Step, pages, respond};
use crate::world::{World, WorldError};

/// A form that was sent, by the browser that began the sign-in.
pub(super) struct Form {
    pub(super) parameters: Parameters,
    cookies: Cookies,
    pub(super) id: String,
    pub(super) attempt: Attempt,
}

/// Reads a form and lets `work` answer it; strangers' and old ones get the page that says so.
pub(super) async fn answer(
    world: Arc<World>,
    headers: HeaderMap,
    body: Bytes,
    work: impl FnOnce(&World, &Form) -> Result<Step, WorldError> + Send + 'static,
) -> Result<Response, WorldError> {
    let cookies = Cookies::of(&headers);
    waiting(world, move |world| {
        let step = match Parameters::parse(&body) {
            Err(refusal) => Step::Refused(refusal),
            Ok(parameters) => {
                let id = parameters.or_empty("a").to_owned();
                let token = Some(parameters.or_empty("t"));
                match world
                    .esia
                    .records
                    .read(|state| bound(state, &id, token, &cookies))
                {
                    None => Step::Stale,
                    Some(attempt) => work(
                        world,
                        &Form {
                            parameters,
                            cookies,
                            id,
                            attempt,
                        },
                    )?,
                }
            }
        };
        Ok(respond(world, step))
    })
    .await
}

/// `GET /idp/login`: the page where the sign-in stands.
pub(super) async fn show(
    State(world): State<Arc<World>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, WorldError> {
    let cookies = Cookies::of(&headers);
    waiting(world, move |world| {
        // Before the first password is judged, so that the first login takes no longer than others.
        accounts::prepare(world)?;
        let step = match Parameters::parse(query.as_deref().unwrap_or_default().as_bytes()) {
            Err(refusal) => Step::Refused(refusal),
            Ok(parameters) => {
                let id = parameters.or_empty("a");
                match world.esia.records.read(|state| bound(state, id, None, &cookies)) {
                    None => Step::Stale,
                    Some(attempt) => page_of(world, id, &attempt),
                }
            }
        };
        Ok(respond(world, step))
    })
    .await
}

/// The page of a stage.
fn page_of(world: &World, id: &str, attempt: &Attempt) -> Step {
    let frame = pages::Frame::of(id, attempt);
    let page = match &attempt.stage {
        AttemptStage::Password => pages::password(&frame, None),
        AttemptStage::SecondFactor { .. } => second_factor(world, id, attempt, None),
        AttemptStage::Renewal { .. } => pages::renew(&frame, &[], true),
        AttemptStage::SignedIn { .. } => return signed_in(world, id),
    };
    Step::Shown {
        status: StatusCode::OK,
        page,
        leads_to: Some(attempt.redirect_uri.clone()),
    }
}

fn second_factor(world: &World, id: &str, attempt: &Attempt, problem: Option<&str>) -> maud::Markup {
    let AttemptStage::SecondFactor {
        employee,
        challenge,
        unknown_device,
    } = &attempt.stage
    else {
        return pages::stale();
    };
    let to = people::account(world, employee)
        .map(|account| people::masked(&account.phone))
        .unwrap_or_default();
    let pause_ms = codes::pause_ms(challenge, &world.settings());
    pages::second_factor(
        &pages::Frame::of(id, attempt),
        challenge,
        &to,
        *unknown_device,
        pause_ms,
        problem,
    )
}

/// Organisation or consent, whichever is wanted.
fn signed_in(world: &World, id: &str) -> Step {
    let Some((attempt, _, employee)) = world.esia.records.read(|state| flow::signed_in(world, state, id))
    else {
        return Step::Stale;
    };
    let frame = pages::Frame::of(id, &attempt);
    let page = if !attempt.scope_org.is_empty() && attempt.org_oid.is_none() {
        pages::organisation(&frame, &people::roles(world, &employee))
    } else {
        let organisation = world
            .index
            .organisations
            .iter()
            .find(|o| Some(o.oid) == attempt.org_oid);
        pages::consent(&frame, &attempt, organisation)
    };
    Step::Shown {
        status: StatusCode::OK,
        page,
        leads_to: Some(attempt.redirect_uri),
    }
}

/// The page again, with what was wrong; the form may end at the system.
fn again(attempt: &Attempt, page: maud::Markup) -> Step {
    Step::Shown {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        page,
        leads_to: Some(attempt.redirect_uri.clone()),
    }
}

/// `POST /idp/login`: login and password.
pub(super) async fn password(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    answer(world, headers, body, |world, form| {
        if !matches!(form.attempt.stage, AttemptStage::Password) {
            return Ok(Step::Page(form.id.clone()));
        }
        let login = form.parameters.or_empty("login");
        match accounts::check_password(world, login, form.parameters.or_empty("password"))? {
            PasswordCheck::Right(employee) => flow::after_password(world, &form.id, &employee, &form.cookies),
            PasswordCheck::Wrong => {
                let page = pages::password(&pages::Frame::of(&form.id, &form.attempt), Some(login));
                Ok(again(&form.attempt, page))
            }
            PasswordCheck::Locked(lock) => Ok(Step::Shown {
                status: StatusCode::LOCKED,
                page: pages::locked(&lock, Some(&form.id)),
                leads_to: None,
            }),
        }
    })
    .await
}

/// `POST /idp/login/code`: the second factor.
pub(super) async fn code(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    answer(world, headers, body, |world, form| {
        let AttemptStage::SecondFactor { employee, .. } = &form.attempt.stage else {
            return Ok(Step::Page(form.id.clone()));
        };
        let given: String = form
            .parameters
            .or_empty("code")
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        match check_code(world, &form.id, employee, &given)? {
            Err(lock) => Ok(Step::Shown {
                status: StatusCode::LOCKED,
                page: pages::locked(&lock, Some(&form.id)),
                leads_to: None,
            }),
            Ok(CodeCheck::Right) => flow::finish(world, &form.id, employee, &form.cookies, true),
            Ok(other) => {
                let now = world
                    .esia
                    .records
                    .read(|state| state.attempts.get(&form.id).cloned());
                let Some(attempt) = now else {
                    return Ok(Step::Stale);
                };
                let page = second_factor(world, &form.id, &attempt, Some(pages::code_problem(other)));
                Ok(again(&attempt, page))
            }
        }
    })
    .await
}

/// Judges a code of a sign-in; a lock if it was one too many.
fn check_code(
    world: &World,
    id: &str,
    employee: &str,
    given: &str,
) -> Result<Result<CodeCheck, super::super::state::Lock>, WorldError> {
    let settings = world.settings();
    let secret = people::account(world, employee)
        .and_then(|account| account.totp_secret.as_deref())
        .and_then(totp::from_base32);
    let now_s = OffsetDateTime::now_utc().unix_timestamp();
    let checked = world.esia.records.change(&world.store, |state| {
        let now = crate::clock::now_ms();
        let lock = state
            .accounts
            .get_mut(employee)
            .and_then(|account| accounts::current_lock(account, now));
        if let Some(lock) = lock {
            return Err(lock);
        }
        let last = state.accounts.get(employee).and_then(|account| account.totp_step);
        let Some(AttemptStage::SecondFactor { challenge, .. }) =
            state.attempts.get_mut(id).map(|attempt| &mut attempt.stage)
        else {
            return Ok(CodeCheck::Expired);
        };
        // A spent code takes no more tries, so there is nothing to count.
        let counts = challenge.attempts_left > 0;
        let mut step = None;
        let checked = codes::check(challenge, |challenge| {
            if challenge.channel != "app" {
                return codes::was_sent(challenge, id, given);
            }
            step = secret
                .as_deref()
                .and_then(|secret| totp::matching_step(secret, given, now_s, last));
            step.is_some()
        });
        if let (Some(step), Some(account)) = (step, state.accounts.get_mut(employee)) {
            account.totp_step = Some(step);
        }
        match checked {
            CodeCheck::Wrong | CodeCheck::Spent if counts => {
                accounts::count_wrong_code(world, state, employee, &settings).map_or(Ok(checked), Err)
            }
            _ => Ok(checked),
        }
    })?;
    Ok(checked)
}

/// `POST /idp/login/resend`: another code, by SMS also where the application should give it (AUTH-33).
pub(super) async fn resend(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    answer(world, headers, body, |world, form| {
        let AttemptStage::SecondFactor {
            employee, challenge, ..
        } = &form.attempt.stage
        else {
            return Ok(Step::Page(form.id.clone()));
        };
        let settings = world.settings();
        let by_app = form.parameters.optional("channel") == Some("app")
            && flow::second_factor(world, employee) == crate::demo::SecondFactor::App;
        // The first SMS instead of the application waits for nothing.
        let first = challenge.channel == "app" && !by_app && challenge.sent == 1;
        let may = first || codes::pause_ms(challenge, &settings) == Some(0);
        if !may {
            let page = second_factor(world, &form.id, &form.attempt, Some(pages::TOO_EARLY));
            return Ok(Step::Shown {
                status: StatusCode::TOO_MANY_REQUESTS,
                page,
                leads_to: Some(form.attempt.redirect_uri.clone()),
            });
        }
        world.esia.records.change(&world.store, |state| {
            let fresh = flow::new_challenge(
                world,
                state,
                &settings,
                &form.id,
                employee,
                by_app,
                Some(challenge),
            )?;
            if let Some(AttemptStage::SecondFactor { challenge, .. }) =
                state.attempts.get_mut(&form.id).map(|attempt| &mut attempt.stage)
            {
                *challenge = fresh;
            }
            Ok(Step::Page(form.id.clone()))
        })?
    })
    .await
}

/// `POST /idp/login/renew`: a new password in place of one that is too old.
pub(super) async fn renew(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    answer(world, headers, body, |world, form| {
        let AttemptStage::Renewal {
            employee,
            used_factor,
        } = &form.attempt.stage
        else {
            return Ok(Step::Page(form.id.clone()));
        };
        let new = form.parameters.or_empty("new");
        let old = world
            .esia
            .records
            .read(|state| state.accounts.get(employee).map(|a| a.password.clone()));
        let faults = new_password_faults(new, form.parameters.or_empty("again"), old.as_deref());
        if !faults.is_empty() {
            let page = pages::renew(&pages::Frame::of(&form.id, &form.attempt), &faults, true);
            return Ok(again(&form.attempt, page));
        }
        let hash = passwords::hash(new)?;
        let settings = world.settings();
        world.esia.records.change(&world.store, |state| {
            accounts::set_password(world, state, employee, hash);
            sessions::end_all(state, employee, None, &settings);
        })?;
        flow::begin_session(world, &form.id, employee, &form.cookies, *used_factor)
    })
    .await
}

/// Everything that is wrong with a new password and its repetition.
pub(super) fn new_password_faults(new: &str, again: &str, old: Option<&str>) -> Vec<PolicyFault> {
    let mut faults = passwords::check_policy(new);
    if faults.is_empty() && old.is_some() && passwords::verify(new, old) {
        faults.push(PolicyFault::Same);
    }
    if new != again {
        faults.push(PolicyFault::Different);
    }
    faults
}

/// `POST /idp/login/organisation`: for which organisation.
pub(super) async fn organisation(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    answer(world, headers, body, |world, form| {
        let chosen = form
            .parameters
            .optional("organisation")
            .and_then(|oid| oid.parse::<u64>().ok());
        world.esia.records.change(&world.store, |state| {
            if let Some(attempt) = state.attempts.get_mut(&form.id)
                && attempt.org_oid.is_none()
            {
                attempt.org_oid = chosen;
            }
        })?;
        flow::proceed(world, &form.id)
    })
    .await
}

/// `POST /idp/login/consent`: whether the system may have what it asks for.
pub(super) async fn consent(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    answer(world, headers, body, |world, form| {
        let Some((attempt, _, employee)) = world
            .esia
            .records
            .read(|state| flow::signed_in(world, state, &form.id))
        else {
            return Ok(Step::Stale);
        };
        if form.parameters.optional("answer") != Some("allow") {
            return flow::refuse(world, &form.id, &attempt, Refusal::Denied);
        }
        world.esia.records.change(&world.store, |state| {
            flow::keep_consent(state, &attempt, &employee.id)
        })?;
        flow::proceed(world, &form.id)
    })
    .await
}
