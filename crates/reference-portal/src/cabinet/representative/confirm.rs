//! The answers a confirmation waits for: a signature, or a code.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use super::begin::sent;
use super::{CHECK_MS, Standing, StandingView, Status, current, id, member, tell, view};
use crate::cabinet::codes::{CodeRequest, ExpectedCode};
use crate::cabinet::refusal::{Code, Refusal};
use crate::cabinet::request::{Body, Caller};
use crate::cabinet::responses::{Common, Written};
use crate::cabinet::signature::{self, SignatureRequest};
use crate::clock;
use crate::world::World;

/// Confirms with the organisation's certificate.
#[utoipa::path(
    post, path = "/organisations/{oid}/representative/signature", tag = "representative",
    params(("oid" = String, Path, description = "oid of the organisation")),
    request_body = SignatureRequest,
    responses((status = 200, body = StandingView), Common, Written)
)]
pub(crate) async fn by_signature(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(oid): Path<String>,
    Body { value, .. }: Body<SignatureRequest>,
) -> Result<Json<StandingView>, Refusal> {
    let standing = awaiting(&world, &caller, &oid, Status::AwaitingSignature)?;
    let entry = world
        .registry
        .by_oid(standing.organisation)
        .ok_or(Code::OrganisationNotFound)?;
    let employee = caller.employee(&world)?;
    let signers = signature::signers(&world, &value.cms, standing.text.as_bytes())?;
    let fits = signers.iter().all(|certificate| {
        signature::is_of_organisation(certificate, entry) && signature::may_be_used_by(certificate, employee)
    });
    if !fits {
        return Err(Code::CertificateMismatch.into());
    }
    let now_ms = clock::now_ms();
    finish(&world, &standing, |one| {
        (one.status == Status::AwaitingSignature).then(|| one.confirm(None, now_ms))
    })
}

/// Confirms the contacts by the code that went there; then the document is checked.
#[utoipa::path(
    post, path = "/organisations/{oid}/representative/code", tag = "representative",
    params(("oid" = String, Path, description = "oid of the organisation")),
    request_body = CodeRequest,
    responses((status = 200, body = StandingView), Common, Written)
)]
pub(crate) async fn by_code(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(oid): Path<String>,
    Body { value, .. }: Body<CodeRequest>,
) -> Result<Json<StandingView>, Refusal> {
    let standing = awaiting(&world, &caller, &oid, Status::AwaitingCode)?;
    let now_ms = clock::now_ms();
    let due_ms = world.settings().delay(CHECK_MS).map(|delay| now_ms + delay);
    let verdict = world.store.change_record(
        &id(standing.person, standing.organisation),
        |one: &mut Standing| {
            if one.status != Status::AwaitingCode || one.code.is_none() {
                return Err(Refusal::new(Code::WrongState));
            }
            match ExpectedCode::take(&mut one.code, &mut one.attempts_left, &value.code, now_ms) {
                Err(Code::Mistyped) => {
                    if one.attempts_left == 0 {
                        one.status = Status::NotConfirmed;
                        one.code = None;
                    }
                    Err(Refusal::new(Code::Mistyped).attempts_left(one.attempts_left))
                }
                Err(code) => Err(code.into()),
                Ok(()) => {
                    one.status = Status::InReview;
                    one.due_ms = due_ms;
                    Ok(one.clone())
                }
            }
        },
    )?;
    let standing = verdict.ok_or(Code::WrongState)??;
    Ok(Json(view(&world, Some(&standing))))
}

/// Sends the code again.
#[utoipa::path(
    post, path = "/organisations/{oid}/representative/repeat", tag = "representative",
    params(("oid" = String, Path, description = "oid of the organisation")),
    responses((status = 200, body = StandingView), Common, Written)
)]
pub(crate) async fn repeat(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(oid): Path<String>,
) -> Result<Json<StandingView>, Refusal> {
    let standing = awaiting(&world, &caller, &oid, Status::AwaitingCode)?;
    let now_ms = clock::now_ms();
    ExpectedCode::require_pause(standing.code.as_ref(), &world, now_ms)?;
    let phone = standing.phone.as_deref().ok_or(Code::WrongState)?;
    let code = sent(&world, phone)?;
    finish(&world, &standing, |one| {
        (one.status == Status::AwaitingCode).then(|| {
            one.expires_ms = Some(code.expires_ms);
            one.code = Some(code);
        })
    })
}

/// The caller's standing, if it waits for this.
fn awaiting(world: &World, caller: &Caller, oid: &str, status: Status) -> Result<Standing, Refusal> {
    let membership = member(world, caller, oid)?;
    let standing = current(world, membership.person, membership.organisation)?;
    standing
        .filter(|standing| standing.status == status)
        .ok_or(Refusal::new(Code::WrongState))
}

/// Changes a standing that is still as it was seen.
fn finish(
    world: &World,
    seen: &Standing,
    change: impl FnOnce(&mut Standing) -> Option<()> + Send,
) -> Result<Json<StandingView>, Refusal> {
    let changed = world
        .store
        .change_record(&id(seen.person, seen.organisation), |one: &mut Standing| {
            change(one).map(|()| one.clone())
        })?;
    let standing = changed.flatten().ok_or(Code::WrongState)?;
    tell(world, &standing)?;
    Ok(Json(view(world, Some(&standing))))
}
