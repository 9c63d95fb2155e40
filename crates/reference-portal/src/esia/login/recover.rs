//! A forgotten password: a code by SMS or e-mail, then a new one. Nothing here tells whether a login is anybody's.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use uuid::Uuid;

use super::super::codes::{self, CodeCheck};
use super::super::parameters::Parameters;
use super::super::state::Recovery;
use super::super::{accounts, passwords, people, sessions, waiting};
use super::flow::bound;
use super::forms::{answer, new_password_faults};
use super::{Cookies, Step, pages, respond};
use crate::clock;
use crate::world::{World, WorldError};

/// Recoveries under way for one person at most: each is some tries at a code.
const MOST_FOR_ONE: usize = 3;

/// `GET /idp/recover`: for which login.
pub(super) async fn show(
    State(world): State<Arc<World>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, WorldError> {
    let cookies = Cookies::of(&headers);
    waiting(world, move |world| {
        let parameters = Parameters::parse(query.as_deref().unwrap_or_default().as_bytes());
        let id = parameters
            .as_ref()
            .map(|p| p.or_empty("a").to_owned())
            .unwrap_or_default();
        let attempt = world.esia.records.read(|state| bound(state, &id, None, &cookies));
        let step = attempt.map_or(Step::Stale, |attempt| {
            Step::shown(pages::recover(&pages::Frame::of(&id, &attempt)))
        });
        Ok(respond(world, step))
    })
    .await
}

/// `POST /idp/recover`: sends a code, if the login is anybody's.
pub(super) async fn begin(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    answer(world, headers, body, |world, form| {
        let (parameters, id, attempt) = (&form.parameters, &form.id, &form.attempt);
        let settings = world.settings();
        let login = parameters.or_empty("login");
        let account = people::by_login(world, login);
        let channel = if login.contains('@') { "email" } else { "sms" };
        let recovery = Uuid::new_v4().to_string();
        world.esia.records.change(&world.store, |state| {
            let employee = account.map(|account| account.employee.clone());
            let under_way = state.recoveries.iter().filter(|(_, other)| {
                other.employee.is_some() && other.employee == employee && other.expires_ms > clock::now_ms()
            });
            let account = account.filter(|_| under_way.count() < MOST_FOR_ONE);
            let challenge = match account {
                Some(account) => {
                    let to = if channel == "email" {
                        &account.email
                    } else {
                        &account.phone
                    };
                    codes::challenge(state, &settings, &recovery, (channel, to), None)?
                }
                None => codes::silent(&settings, channel, settings.code_lifetime_s, None),
            };
            let record = Recovery {
                employee: account.map(|account| account.employee.clone()),
                attempt: id.to_owned(),
                challenge,
                expires_ms: clock::now_ms() + settings.code_lifetime_s * 1000,
            };
            state.recoveries.insert(&recovery, record);
            Ok::<_, WorldError>(())
        })??;
        Ok(Step::shown(pages::recover_code(
            &pages::Frame::of(id, attempt),
            &recovery,
            None,
            &[],
        )))
    })
    .await
}

/// `POST /idp/recover/code`: the code and the new password.
pub(super) async fn finish(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    answer(world, headers, body, |world, form| {
        let (parameters, id, attempt) = (&form.parameters, &form.id, &form.attempt);
        let frame = pages::Frame::of(id, attempt);
        let recovery = parameters.or_empty("recovery");
        let again = |problem: Option<&str>, faults: &[_]| Step::Shown {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            page: pages::recover_code(&frame, recovery, problem, faults),
            leads_to: None,
        };
        let new = parameters.or_empty("new");
        // Judged first: a weak password should not cost a try.
        let faults = new_password_faults(new, parameters.or_empty("again"), None);
        if !faults.is_empty() {
            return Ok(again(None, &faults));
        }
        let hash = passwords::hash(new)?;
        let given: String = parameters
            .or_empty("code")
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let settings = world.settings();
        let checked = world.esia.records.change(&world.store, |state| {
            let Some(record) = state
                .recoveries
                .get_mut(recovery)
                .filter(|record| record.attempt == *id)
            else {
                return CodeCheck::Expired;
            };
            let checked = codes::check(&mut record.challenge, |c| codes::was_sent(c, recovery, &given));
            if checked == CodeCheck::Right
                && let Some(employee) = record.employee.clone()
            {
                state.recoveries.remove(recovery);
                accounts::set_password(world, state, &employee, hash);
                // Who knew the old password is out.
                sessions::end_all(state, &employee, None, &settings);
            }
            checked
        })?;
        Ok(match checked {
            CodeCheck::Right => Step::shown(pages::recovered(&frame)),
            other => again(Some(pages::code_problem(other)), &[]),
        })
    })
    .await
}
