//! Sends codes and takes factors for a demand.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::StepUp;
use crate::cabinet::account::Account;
use crate::cabinet::codes::{Channel, ExpectedCode, Typed};
use crate::cabinet::notifications::{self, Kind};
use crate::cabinet::refusal::{Code, Refusal};
use crate::cabinet::request::{Body, Caller};
use crate::cabinet::responses::{Common, Written};
use crate::cabinet::signature;
use crate::cabinet::time_format::rfc3339;
use crate::clock;
use crate::esia::for_cabinet;
use crate::world::World;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendRequest {
    channel: Channel,
}

/// Where a code went and until when it is good.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SentCode {
    /// Hidden but for its end.
    to: String,
    #[schema(format = DateTime)]
    expires: String,
    resend_after_seconds: i64,
}

/// Sends a one-time code.
#[utoipa::path(
    post, path = "/step-up/{id}/send", tag = "step-up",
    params(("id" = String, Path, description = "`stepUp.id` of the refusal")),
    request_body = SendRequest,
    responses((status = 200, body = SentCode), Common, Written)
)]
pub(crate) async fn send_code(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    Body { value, .. }: Body<SendRequest>,
) -> Result<Json<SentCode>, Refusal> {
    let now_ms = clock::now_ms();
    let step = open(&world, &caller, &id, now_ms)?;
    if !step
        .remaining()
        .iter()
        .any(|wanted| wanted == value.channel.name())
    {
        return Err(Code::FactorNotOffered.into());
    }
    ExpectedCode::require_pause(step.code.as_ref(), &world, now_ms)?;
    let settings = world.settings().cabinet;
    let account = Account::of(&world, caller.employee(&world)?);
    let to = match value.channel {
        Channel::Sms => &account.phone,
        Channel::Email => &account.email,
    };
    let text = format!("Код подтверждения «{}»", step.title);
    let code = ExpectedCode::sent(&world, value.channel, to, &text, settings.code_lifetime_s * 1000)?;
    let answer = SentCode {
        to: code.to.clone(),
        expires: rfc3339(code.expires_ms),
        resend_after_seconds: settings.resend_pause_s,
    };
    world
        .store
        .change_record(&id, |step: &mut StepUp| step.code = Some(code))?;
    Ok(Json(answer))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmRequest {
    /// One of the factors offered.
    factor: String,
    /// The code, the password, or Base64 of a detached CMS over `bytesToSign`.
    value: String,
}

/// How far a demand is met.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Progress {
    done: bool,
    remaining: Vec<String>,
    attempts_left: u32,
}

/// Takes one factor.
#[utoipa::path(
    post, path = "/step-up/{id}/confirm", tag = "step-up",
    params(("id" = String, Path, description = "`stepUp.id` of the refusal")),
    request_body = ConfirmRequest,
    responses((status = 200, body = Progress), Common, Written)
)]
pub(crate) async fn confirm(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    Body { value, .. }: Body<ConfirmRequest>,
) -> Result<Json<Progress>, Refusal> {
    let now_ms = clock::now_ms();
    // The try is spent before the answer is looked at: two requests at once never get one more.
    let step = world
        .store
        .change_record(&id, |step: &mut StepUp| {
            if step.person != caller.person {
                return Err(Code::NotFound);
            }
            if step.is_over(now_ms) {
                return Err(Code::StepUpEnded);
            }
            if !step.remaining().contains(&value.factor) {
                return Err(Code::FactorNotOffered);
            }
            step.attempts_left -= 1;
            Ok(step.clone())
        })?
        .ok_or(Code::NotFound)??;
    // A password takes a while to compare.
    let verdict = tokio::task::block_in_place(|| judge(&world, &caller, &step, &value, now_ms));
    let spent = matches!(&verdict, Ok(false));
    let progress = world
        .store
        .change_record(&id, |step: &mut StepUp| {
            if !spent {
                step.attempts_left += 1;
            }
            if matches!(verdict, Ok(true)) {
                step.done.push(value.factor.clone());
                if matches!(value.factor.as_str(), "sms" | "email") {
                    step.code = None;
                }
            }
            let remaining = step.remaining();
            Progress {
                done: remaining.is_empty(),
                remaining,
                attempts_left: step.attempts_left,
            }
        })?
        .ok_or(Code::NotFound)?;
    match verdict {
        Ok(true) => Ok(Json(progress)),
        Ok(false) => {
            if progress.attempts_left == 0 {
                let text = format!(
                    "«{}»: три неверных ответа подряд. Если это были не вы, смените пароль.",
                    step.title
                );
                notifications::add(
                    &world,
                    caller.person,
                    Kind::Security,
                    "Действие не подтверждено",
                    &text,
                    None,
                    true,
                )?;
            }
            Err(Refusal::new(Code::FactorWrong).attempts_left(progress.attempts_left))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Whether the factor is right; an error costs no try.
fn judge(
    world: &World,
    caller: &Caller,
    step: &StepUp,
    given: &ConfirmRequest,
    now_ms: i64,
) -> Result<bool, Refusal> {
    let employee = caller.employee(world)?;
    match given.factor.as_str() {
        "password" => Ok(for_cabinet::password_is(world, employee, &given.value)?),
        "app" => Ok(for_cabinet::app_code_is(world, employee, &given.value)?),
        // What a token is asked for is a signature, too.
        "signature" | "token" => {
            let signers = signature::signers(world, &given.value, step.text.as_bytes())?;
            if signers.iter().all(|c| signature::is_of_person(c, employee)) {
                Ok(true)
            } else {
                Err(Code::CertificateMismatch.into())
            }
        }
        channel => {
            let wanted = if channel == "sms" {
                Channel::Sms
            } else {
                Channel::Email
            };
            let code = step.code.as_ref().filter(|code| code.channel == wanted);
            match code.ok_or(Code::Outdated)?.compare(&given.value, now_ms) {
                Typed::Right => Ok(true),
                Typed::Wrong => Ok(false),
                Typed::Expired => Err(Code::Outdated.into()),
            }
        }
    }
}

fn open(world: &World, caller: &Caller, id: &str, now_ms: i64) -> Result<StepUp, Refusal> {
    let step = world.store.record::<StepUp>(id)?;
    let step = step
        .filter(|step| step.person == caller.person)
        .ok_or(Code::NotFound)?;
    if step.is_over(now_ms) {
        return Err(Code::StepUpEnded.into());
    }
    Ok(step)
}
