//! Confirms a request: signature of the organisation, code, the head's code.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use super::create::letter_to_head;
use super::{Link, LinkView, Method, Status, blocking, own};
use crate::cabinet::access::{LinkStatus, Membership};
use crate::cabinet::account::Account;
use crate::cabinet::codes::{Channel, CodeRequest, ExpectedCode};
use crate::cabinet::notifications::{self, Kind};
use crate::cabinet::refusal::{Code, Refusal};
use crate::cabinet::registry::Entry;
use crate::cabinet::representative;
use crate::cabinet::request::{Body, Caller};
use crate::cabinet::responses::{Common, Written};
use crate::cabinet::signature::{self, SignatureRequest};
use crate::clock;
use crate::world::World;

/// Confirms with the organisation's certificate.
#[utoipa::path(
    post, path = "/links/{id}/signature", tag = "links",
    params(("id" = String, Path, description = "`id` of the link")),
    request_body = SignatureRequest,
    responses((status = 200, body = LinkView), Common, Written)
)]
pub(crate) async fn by_signature(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    Body { value, .. }: Body<SignatureRequest>,
) -> Result<Json<LinkView>, Refusal> {
    let (link, entry) = awaiting(&world, &caller, &id, Status::AwaitingSignature)?;
    let employee = caller.employee(&world)?;
    let signers = signature::signers(&world, &value.cms, link.text.as_bytes())?;
    if !signers.iter().all(|c| signature::is_of_organisation(c, entry)) {
        let refusal = Refusal::new(Code::CertificateMismatch);
        return Err(blocking::count(&world, caller.person, refusal));
    }
    if !signers.iter().all(|c| signature::may_be_used_by(c, employee)) {
        return Err(Code::CertificateMismatch.into());
    }
    // ORG-32: a valid signature alone is not enough. Who holds a certificate of an organisation nobody has linked yet
    // is its administrator only as the head, or with the certificate that names no person.
    let personal = signers.iter().any(|c| c.subject().snils.is_some());
    if personal && !entry.is_headed_by(employee) {
        return Err(Code::AdministratorOnly.into());
    }
    finish(&world, &caller, &id, entry)
}

/// Confirms with the code that came to the caller, or that the head told.
#[utoipa::path(
    post, path = "/links/{id}/code", tag = "links",
    params(("id" = String, Path, description = "`id` of the link")),
    request_body = CodeRequest,
    responses((status = 200, body = LinkView), Common, Written)
)]
pub(crate) async fn by_code(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    Body { value, .. }: Body<CodeRequest>,
) -> Result<Json<LinkView>, Refusal> {
    let (link, entry) = own(&world, &caller, &id)?;
    if link.method == Method::Signature {
        return Err(Code::WrongMethod.into());
    }
    let now_ms = clock::now_ms();
    let verdict = world
        .store
        .change_record(&id, |link: &mut Link| {
            if !link.is_open(now_ms) {
                return Err((Code::LinkEnded, 0));
            }
            let taken = ExpectedCode::take(&mut link.code, &mut link.attempts_left, &value.code, now_ms);
            if taken == Err(Code::Mistyped) && link.attempts_left == 0 {
                link.status = Status::Refused;
                link.reason = Some("Код введён неверно слишком много раз".into());
            }
            taken
                .map(|()| link.status)
                .map_err(|code| (code, link.attempts_left))
        })?
        .ok_or(Code::NotFound)?;
    match verdict {
        Err((Code::Mistyped, left)) => {
            let refusal = Refusal::new(Code::Mistyped).attempts_left(left);
            Err(blocking::count(&world, caller.person, refusal))
        }
        Err((code, _)) => Err(code.into()),
        Ok(Status::AwaitingCode) if !entry.is_headed_by(caller.employee(&world)?) => {
            // C-42: without a signature of the organisation the head has to agree.
            let letter = letter_to_head(&world, entry, &link.id)?;
            let view = world.store.change_record(&id, |link: &mut Link| {
                link.status = Status::AwaitingDirector;
                link.code = Some(letter);
                link.view(&world, entry)
            })?;
            Ok(Json(view.ok_or(Code::NotFound)?))
        }
        Ok(_) => finish(&world, &caller, &id, entry),
    }
}

/// Sends the code or the head's letter again.
#[utoipa::path(
    post, path = "/links/{id}/repeat", tag = "links",
    params(("id" = String, Path, description = "`id` of the link")),
    responses((status = 200, body = LinkView), Common, Written)
)]
pub(crate) async fn repeat(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<LinkView>, Refusal> {
    let (link, entry) = own(&world, &caller, &id)?;
    let now_ms = clock::now_ms();
    if !link.is_open(now_ms) {
        return Err(Code::LinkEnded.into());
    }
    ExpectedCode::require_pause(link.code.as_ref(), &world, now_ms)?;
    let code = match link.status {
        Status::AwaitingCode => {
            let account = Account::of(&world, caller.employee(&world)?);
            let text = format!("Код для привязки организации {}", entry.short_name);
            let lifetime_ms = world.settings().cabinet.code_lifetime_s * 1000;
            ExpectedCode::sent(&world, Channel::Sms, &account.phone, &text, lifetime_ms)?
        }
        Status::AwaitingDirector => letter_to_head(&world, entry, &link.id)?,
        _ => return Err(Code::WrongMethod.into()),
    };
    let view = world.store.change_record(&id, |link: &mut Link| {
        link.code = Some(code);
        link.view(&world, entry)
    })?;
    Ok(Json(view.ok_or(Code::NotFound)?))
}

fn awaiting<'w>(
    world: &'w World,
    caller: &Caller,
    id: &str,
    status: Status,
) -> Result<(Link, &'w Entry), Refusal> {
    let (link, entry) = own(world, caller, id)?;
    if !link.is_open(clock::now_ms()) {
        return Err(Code::LinkEnded.into());
    }
    if link.status != status {
        return Err(Code::WrongMethod.into());
    }
    Ok((link, entry))
}

/// Links for good.
fn finish(world: &World, caller: &Caller, id: &str, entry: &Entry) -> Result<Json<LinkView>, Refusal> {
    let now_ms = clock::now_ms();
    let link = world.store.change_record(id, |link: &mut Link| {
        link.is_open(now_ms).then(|| {
            link.status = Status::Active;
            link.clone()
        })
    })?;
    let link = link.flatten().ok_or(Code::LinkEnded)?;
    let chief = entry.is_headed_by(caller.employee(world)?);
    world.store.put_record(&Membership {
        person: caller.person,
        organisation: entry.oid,
        role: if chief {
            "director".into()
        } else {
            link.role.clone()
        },
        chief,
        enabled: true,
        status: LinkStatus::Active,
        since_ms: now_ms,
    })?;
    representative::linked(world, caller.person, entry.oid, link.method == Method::Signature)?;
    let text = format!(
        "{}: организация привязана к вашей учётной записи.",
        entry.short_name
    );
    let section = notifications::Link {
        section: "organisations".into(),
        id: Some(entry.oid.to_string()),
    };
    notifications::add(
        world,
        caller.person,
        Kind::Security,
        "Организация привязана",
        &text,
        Some(section),
        true,
    )?;
    Ok(Json(link.view(world, entry)))
}
