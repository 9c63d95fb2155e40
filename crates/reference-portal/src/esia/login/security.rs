//! «Безопасность»: a person who is signed in changes the password or what confirms a sign-in.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::super::accounts::{self, PasswordCheck};
use super::super::parameters::Parameters;
use super::super::passwords;
use super::super::secret;
use super::super::{owner, people, sessions, waiting};
use super::flow::second_factor;
use super::forms::new_password_faults;
use super::{Cookies, Step, pages, respond};
use crate::clock;
use crate::demo::SecondFactor;
use crate::world::{World, WorldError};

/// Who is signed in, and the token of the forms: nobody has it without the session's cookie.
struct Owner {
    sid: String,
    employee: String,
    form_token: String,
}

impl Owner {
    fn of(world: &World, cookies: &Cookies) -> Option<Self> {
        let cookie = cookies.session()?;
        let (sid, session) = world
            .esia
            .records
            .read(|state| sessions::by_cookie(state, cookie))?;
        Some(Self {
            sid,
            employee: session.employee,
            form_token: secret::digest(&format!("security\n{cookie}")),
        })
    }

    fn page(&self, world: &World, problem: Option<&str>, faults: &[passwords::PolicyFault]) -> maud::Markup {
        let settings = world.settings();
        let end_ms = world.esia.records.read(|state| {
            let account = state.accounts.get(&self.employee);
            account.map_or_else(clock::now_ms, |account| {
                accounts::password_end_ms(account, &settings)
            })
        });
        let app = people::account(world, &self.employee).is_some_and(|account| account.totp_secret.is_some());
        pages::security(
            &self.form_token,
            second_factor(world, &self.employee),
            app,
            end_ms,
            problem,
            faults,
        )
    }
}

/// `GET /idp/security`.
pub(super) async fn show(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
) -> Result<Response, WorldError> {
    let cookies = Cookies::of(&headers);
    waiting(world, move |world| {
        let step =
            Owner::of(world, &cookies).map_or(Step::Stale, |owner| Step::shown(owner.page(world, None, &[])));
        Ok(respond(world, step))
    })
    .await
}

/// Reads a form of who is signed in and knows the password; the tries are those of signing in.
async fn answer(
    world: Arc<World>,
    headers: HeaderMap,
    body: Bytes,
    work: impl FnOnce(&World, &Owner, &Parameters) -> Result<Step, WorldError> + Send + 'static,
) -> Result<Response, WorldError> {
    let cookies = Cookies::of(&headers);
    waiting(world, move |world| {
        let parameters = match Parameters::parse(&body) {
            Ok(parameters) => parameters,
            Err(refusal) => return Ok(respond(world, Step::Refused(refusal))),
        };
        let owner = Owner::of(world, &cookies);
        let Some(owner) = owner.filter(|owner| secret::same(&owner.form_token, parameters.or_empty("t")))
        else {
            return Ok(respond(world, Step::Stale));
        };
        let login = people::account(world, &owner.employee).map_or("", |account| &account.phone);
        let step = match accounts::check_password(world, login, parameters.or_empty("current"))? {
            PasswordCheck::Right(_) => work(world, &owner, &parameters)?,
            PasswordCheck::Wrong => refused(&owner, world, Some("Текущий пароль неверен. (AUTH-WRONG)"), &[]),
            PasswordCheck::Locked(lock) => Step::Shown {
                status: StatusCode::LOCKED,
                page: pages::locked(&lock, None),
                leads_to: None,
            },
        };
        Ok(respond(world, step))
    })
    .await
}

fn refused(owner: &Owner, world: &World, problem: Option<&str>, faults: &[passwords::PolicyFault]) -> Step {
    Step::Shown {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        page: owner.page(world, problem, faults),
        leads_to: None,
    }
}

/// `POST /idp/security/password`: a new password; every other session ends.
pub(super) async fn password(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    answer(world, headers, body, |world, owner, parameters| {
        let new = parameters.or_empty("new");
        let old = world
            .esia
            .records
            .read(|state| state.accounts.get(&owner.employee).map(|a| a.password.clone()));
        let faults = new_password_faults(new, parameters.or_empty("again"), old.as_deref());
        if !faults.is_empty() {
            return Ok(refused(owner, world, None, &faults));
        }
        let hash = passwords::hash(new)?;
        let settings = world.settings();
        world.esia.records.change(&world.store, |state| {
            accounts::set_password(world, state, &owner.employee, hash);
            sessions::end_all(state, &owner.employee, Some(&owner.sid), &settings);
        })?;
        Ok(Step::shown(pages::security_changed(
            "Пароль изменён, другие сеансы завершены.",
        )))
    })
    .await
}

/// `POST /idp/security/factor`: what confirms a sign-in from now on.
pub(super) async fn factor(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, WorldError> {
    answer(world, headers, body, |world, owner, parameters| {
        let account = people::account(world, &owner.employee);
        let chosen = match parameters.or_empty("factor") {
            "sms" => SecondFactor::Sms,
            "app" if account.is_some_and(|account| account.totp_secret.is_some()) => SecondFactor::App,
            "none" => SecondFactor::None,
            _ => {
                return Ok(refused(
                    owner,
                    world,
                    Some("Такого способа у учётной записи нет."),
                    &[],
                ));
            }
        };
        world.esia.records.change(&world.store, |state| {
            if let Some(kept) = state.accounts.get_mut(&owner.employee) {
                kept.second_factor = Some(chosen);
            }
            let text = "Способ подтверждения входа в Госуслуги изменён. Если это не вы, смените пароль.";
            let title = "Способ подтверждения входа изменён";
            owner::tell(world, state, &owner.employee, title, text, "security");
        })?;
        Ok(Step::shown(pages::security_changed(
            "Способ подтверждения входа изменён.",
        )))
    })
    .await
}
