//! Registering an organisation: the application, its scripted life, clarifications, the confirmation (ORG-04…14).

pub(super) mod confirmation;
mod record;
mod request;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::account::Account;
use super::files;
use super::links::{DocumentReference, check_documents};
use super::refusal::{Code, Refusal};
use super::request::{Body, Caller};
use super::responses::{Common, Written};
use super::step_up::Confirmation;
use crate::clock;
use crate::world::World;

pub use record::RegistrationOutcome;
pub(super) use record::{DOCUMENTS, set_outcome};

pub(crate) use record::Registration;
use record::{REVIEW_MS, RegistrationView, Status, refreshed};
use request::RegistrationRequest;

/// The caller's application as it is now; what has become due has happened and been told.
fn current(world: &World, caller: &Caller, id: &str) -> Result<Registration, Refusal> {
    let own = world.store.record::<Registration>(id)?;
    own.filter(|registration| registration.person == caller.person)
        .ok_or(Code::NotFound)?;
    refreshed(world, id)?.ok_or(Code::NotFound.into())
}

/// Files an application.
#[utoipa::path(
    post, path = "/registrations", tag = "registrations",
    request_body = RegistrationRequest,
    responses((status = 201, body = RegistrationView), Common, Written)
)]
pub(crate) async fn file(
    State(world): State<Arc<World>>,
    caller: Caller,
    Body { value, .. }: Body<RegistrationRequest>,
) -> Result<(StatusCode, Json<RegistrationView>), Refusal> {
    if !Account::of(&world, caller.employee(&world)?).confirmed {
        return Err(Code::PersonNotConfirmed.into());
    }
    value.check(&world)?;
    let files = files::require(&world, &caller, &value.documents)?;
    let registration = value.filed(&world, Uuid::new_v4(), caller.person, files);
    world.store.add_record(&registration)?;
    Ok((StatusCode::CREATED, Json(registration.view())))
}

/// The caller's applications, oldest first.
#[utoipa::path(
    get, path = "/registrations", tag = "registrations",
    responses((status = 200, body = Vec<RegistrationView>), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Vec<RegistrationView>>, Refusal> {
    let mut views = vec![];
    for registration in world
        .store
        .records_of::<Registration>(&caller.person.to_string())?
    {
        views.extend(refreshed(&world, &registration.id.to_string())?.map(|r| r.view()));
    }
    Ok(Json(views))
}

/// One application.
#[utoipa::path(
    get, path = "/registrations/{id}", tag = "registrations",
    params(("id" = String, Path, description = "`id` of the application")),
    responses((status = 200, body = RegistrationView), Common)
)]
pub(crate) async fn one(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RegistrationView>, Refusal> {
    Ok(Json(current(&world, &caller, &id)?.view()))
}

/// Changes an application, which begins the review anew (ORG-14). Needs step-up.
#[utoipa::path(
    put, path = "/registrations/{id}", tag = "registrations",
    params(
        ("id" = String, Path, description = "`id` of the application"),
        ("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed"),
    ),
    request_body = RegistrationRequest,
    responses((status = 200, body = RegistrationView), Common, Written)
)]
pub(crate) async fn change(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    confirmation: Confirmation,
    Body { value, digest }: Body<RegistrationRequest>,
) -> Result<Json<RegistrationView>, Refusal> {
    let known = current(&world, &caller, &id)?;
    if known.status == Status::Registered {
        return Err(Code::RegistrationEnded.into());
    }
    value.check(&world)?;
    let files = files::require(&world, &caller, &value.documents)?;
    confirmation.require(&world, &caller, "registration.change", &digest)?;
    let anew = Registration {
        number: known.number,
        ..value.filed(&world, known.id, caller.person, files)
    };
    world.store.put_record(&anew)?;
    Ok(Json(anew.view()))
}

/// Asks the registry again (ORG-13).
#[utoipa::path(
    post, path = "/registrations/{id}/refresh", tag = "registrations",
    params(("id" = String, Path, description = "`id` of the application")),
    responses((status = 200, body = RegistrationView), Common)
)]
pub(crate) async fn refresh(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RegistrationView>, Refusal> {
    current(&world, &caller, &id)?;
    let now_ms = clock::now_ms();
    let view = world
        .store
        .change_record(&id, |registration: &mut Registration| {
            registration.checked_ms = now_ms;
            registration.view()
        })?;
    Ok(Json(view.ok_or(Code::NotFound)?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClarificationAnswer {
    #[schema(min_length = 1, max_length = 4000)]
    text: String,
    #[serde(default)]
    #[schema(max_items = 20)]
    documents: Vec<DocumentReference>,
}

/// Answers a question of the registering body (ORG-08).
#[utoipa::path(
    post, path = "/registrations/{id}/clarifications/{cid}", tag = "registrations",
    params(
        ("id" = String, Path, description = "`id` of the application"),
        ("cid" = String, Path, description = "`id` of the clarification"),
    ),
    request_body = ClarificationAnswer,
    responses((status = 200, body = RegistrationView), Common, Written)
)]
pub(crate) async fn clarify(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path((id, cid)): Path<(String, String)>,
    Body { value, .. }: Body<ClarificationAnswer>,
) -> Result<Json<RegistrationView>, Refusal> {
    let length = value.text.trim().chars().count();
    if length == 0 || length > 4000 {
        return Err(Refusal::bad("text: от 1 до 4000 знаков"));
    }
    let known = current(&world, &caller, &id)?;
    check_documents(&value.documents, &DOCUMENTS.map(|wanted| wanted.kind))?;
    if known.status != Status::InReview {
        return Err(Code::RegistrationEnded.into());
    }
    let files = files::require(&world, &caller, &value.documents)?;
    let delay = world.settings().delay(REVIEW_MS);
    let now_ms = clock::now_ms();
    let answered = world
        .store
        .change_record(&id, |registration: &mut Registration| {
            let missing = registration
                .missing()
                .first()
                .map(|document| document.kind.to_owned());
            let question = registration
                .clarifications
                .iter_mut()
                .find(|c| c.id.to_string() == cid);
            let question = question.ok_or(Code::NotFound)?;
            if question.answer.is_some() || now_ms >= question.due_ms {
                return Err(Code::RegistrationEnded);
            }
            question.answer = Some(value.text.clone());
            for document in &value.documents {
                registration
                    .documents
                    .extend(document.kind.clone().or_else(|| missing.clone()));
            }
            registration.files.extend(files);
            registration.due_ms = delay.map(|delay| now_ms + delay);
            Ok(registration.view())
        })?;
    Ok(Json(answered.ok_or(Code::NotFound)??))
}
