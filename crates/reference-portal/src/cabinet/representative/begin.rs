//! `POST /organisations/{oid}/representative`: begins a confirmation. It can be begun anew as often as one likes (C-35).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::view::DOCUMENTS;
use super::{CHECK_MS, Finding, Method, Standing, StandingView, Status, current, member, view};
use crate::cabinet::codes::{Channel, ExpectedCode};
use crate::cabinet::refusal::{Code, FieldProblem, Refusal};
use crate::cabinet::request::{Body, Caller};
use crate::cabinet::responses::{Common, Written};
use crate::cabinet::time_format::rfc3339;
use crate::clock;
use crate::world::World;

/// Wrong codes one try takes.
const ATTEMPTS: u32 = 3;
/// Endings of the names of files that are taken.
const FORMATS: [&str; 6] = ["pdf", "jpg", "jpeg", "png", "tif", "tiff"];

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RepresentativeRequest {
    method: Method,
    /// For the method `code`.
    document: Option<AuthorityReference>,
    /// For the method `code`: where the code goes.
    phone: Option<String>,
    /// For the method `code`.
    email: Option<String>,
}

/// The document that shows the authority.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorityReference {
    kind: String,
    name: String,
    /// Hex.
    sha256: String,
}

/// Begins a confirmation; a try that was open is forgotten. What is wrong with the document or the contacts stands in
/// `reasons` of the answer.
#[utoipa::path(
    post, path = "/organisations/{oid}/representative", tag = "representative",
    params(("oid" = String, Path, description = "oid of the organisation")),
    request_body = RepresentativeRequest,
    responses((status = 201, body = StandingView), Common, Written)
)]
pub(crate) async fn begin(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(oid): Path<String>,
    Body { value, .. }: Body<RepresentativeRequest>,
) -> Result<(StatusCode, Json<StandingView>), Refusal> {
    let membership = member(&world, &caller, &oid)?;
    let earlier = current(&world, membership.person, membership.organisation)?
        .filter(|standing| standing.status != Status::Confirmed)
        .ok_or(Code::WrongState)?;
    let now_ms = clock::now_ms();
    let mut standing = Standing {
        method: Some(value.method),
        finding: earlier.finding,
        ..Standing::new(membership.person, membership.organisation, Status::NotConfirmed)
    };
    let settings = world.settings();
    match value.method {
        Method::Signature => {
            let entry = world
                .registry
                .by_oid(membership.organisation)
                .ok_or(Code::OrganisationNotFound)?;
            let employee = caller.employee(&world)?;
            standing.status = Status::AwaitingSignature;
            standing.text = format!(
                "Подтверждаю права представителя организации {}, ИНН {}.\nПредставитель: {} {}.\nВремя: {}.\n",
                entry.short_name,
                entry.inn,
                employee.surname,
                employee.given_name,
                rfc3339(now_ms)
            );
        }
        Method::Smev if !settings.cabinet.smev_available => return Err(Code::SmevUnavailable.into()),
        Method::Smev => {
            standing.status = Status::InReview;
            standing.due_ms = settings.delay(CHECK_MS).map(|delay| now_ms + delay);
        }
        Method::Qr => {
            standing.status = Status::AwaitingApproval;
            standing.approval = Some(Uuid::new_v4());
            standing.expires_ms = Some(now_ms + settings.cabinet.step_up_lifetime_s * 1000);
        }
        Method::Code => {
            let given = Given::of(value)?;
            let reasons = given.findings();
            if reasons.is_empty() {
                let lifetime_ms = settings.cabinet.code_lifetime_s * 1000;
                let code = sent(&world, &given.phone)?;
                standing.status = Status::AwaitingCode;
                standing.attempts_left = ATTEMPTS;
                standing.expires_ms = Some(now_ms + lifetime_ms);
                standing.code = Some(code);
                standing.phone = Some(given.phone);
            } else {
                standing.refuse(reasons, now_ms);
            }
        }
    }
    world.store.put_record(&standing)?;
    Ok((StatusCode::CREATED, Json(view(&world, Some(&standing)))))
}

/// Sends a code.
pub(super) fn sent(world: &World, phone: &str) -> Result<ExpectedCode, Refusal> {
    let lifetime_ms = world.settings().cabinet.code_lifetime_s * 1000;
    let text = "Код для подтверждения представителя";
    Ok(ExpectedCode::sent(world, Channel::Sms, phone, text, lifetime_ms)?)
}

/// What the method `code` wants, complete.
struct Given {
    document: AuthorityReference,
    phone: String,
    email: String,
}

impl Given {
    fn of(request: RepresentativeRequest) -> Result<Self, Refusal> {
        let missing = |name: &str, is_missing: bool| {
            is_missing.then(|| FieldProblem {
                name: name.into(),
                code: "missing".into(),
                message: "Заполните".into(),
            })
        };
        let fields: Vec<FieldProblem> = [
            missing("document", request.document.is_none()),
            missing("phone", request.phone.is_none()),
            missing("email", request.email.is_none()),
        ]
        .into_iter()
        .flatten()
        .collect();
        match (request.document, request.phone, request.email) {
            (Some(document), Some(phone), Some(email)) => Ok(Self {
                document,
                phone,
                email,
            }),
            _ => Err(Refusal::new(Code::RequisitesIncomplete).fields(fields)),
        }
    }

    /// What can be seen at once.
    fn findings(&self) -> Vec<Finding> {
        let ending = self.document.name.rsplit_once('.').map(|(_, ending)| ending);
        let is_readable = ending.is_some_and(|ending| FORMATS.contains(&ending.to_lowercase().as_str()));
        let digest = &self.document.sha256;
        let is_digest = digest.len() == 64 && digest.chars().all(|c| c.is_ascii_hexdigit());
        let is_known = DOCUMENTS.iter().any(|known| known.kind == self.document.kind) && is_digest;
        let digits = self.phone.strip_prefix("+7").unwrap_or_default();
        let is_phone = digits.len() == 10 && digits.chars().all(|c| c.is_ascii_digit());
        let is_email = self
            .email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        [
            (!is_readable).then_some(Finding::FileFormat),
            (!is_known).then_some(Finding::DocumentInvalid),
            (!(is_phone && is_email)).then_some(Finding::ContactsWrong),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
