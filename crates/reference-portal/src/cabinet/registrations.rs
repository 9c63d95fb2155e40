//! Registering an organisation: the application, its scripted life, clarifications, the confirmation (ORG-04…14).

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::account::Account;
use super::links::{DocumentReference, Requisites, check_documents, check_formats};
use super::notifications::{self, Kind, Link};
use super::refusal::{Code, FieldProblem, Refusal};
use super::request::{Body, Caller};
use super::responses::{Common, Written};
use super::step_up::Confirmation;
use super::time_format::rfc3339;
use crate::authority::sign_detached;
use crate::clock;
use crate::store::{Record, StoreError};
use crate::world::{World, WorldError};

/// How long an application is looked at, at speed 1.
const REVIEW_MS: i64 = 20_000;
/// Term of an answer to a clarification.
const CLARIFICATION_MS: i64 = 3 * 24 * 60 * 60 * 1000;
/// When a decision is promised, at any speed.
const EXPECTED_MS: i64 = 3 * 24 * 60 * 60 * 1000;

/// What an application must bring, and in which order.
const DOCUMENTS: [(&str, &str); 4] = [
    ("charter", "Устав"),
    ("decision", "Решение о создании"),
    ("consent", "Согласие учредителей"),
    ("extract", "Выписка"),
];

/// What becomes of an application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistrationOutcome {
    /// Registered when everything is there.
    #[default]
    Register,
    /// Refused with a reason and corrections.
    Refuse,
    /// A clarification is asked for first.
    Clarify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RegistrationStatus)]
pub(crate) enum Status {
    InReview,
    Registered,
    Refused,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Clarification {
    id: Uuid,
    text: String,
    due_ms: i64,
    answer: Option<String>,
}

/// An application and how far it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Registration {
    id: Uuid,
    person: i64,
    number: String,
    submitted_ms: i64,
    /// When the next look is due; never while the portal stands still.
    due_ms: Option<i64>,
    checked_ms: i64,
    status: Status,
    outcome: Option<RegistrationOutcome>,
    full_name: String,
    ogrn: Option<String>,
    legal_address: String,
    documents: Vec<String>,
    certificate_number: Option<String>,
    activated_ms: Option<i64>,
    reason: Option<String>,
    clarifications: Vec<Clarification>,
}

impl Record for Registration {
    const KIND: &'static str = "registration";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.submitted_ms
    }
}

/// The application as it is filed. The requisites stand beside the other members.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RegistrationRequest {
    inn: Option<String>,
    ogrn: Option<String>,
    kpp: Option<String>,
    full_name: String,
    ownership_form: String,
    organisation_type: String,
    activity_aims: String,
    legal_address: Option<String>,
    bank_account: Option<String>,
    bik: Option<String>,
    bank_name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    director_name: Option<String>,
    #[schema(format = Date)]
    director_appointed: Option<String>,
    contact_name: Option<String>,
    tax_account: Option<String>,
    director_passport: Option<String>,
    branch_code: Option<String>,
    branch_address: Option<String>,
    #[serde(default)]
    #[schema(max_items = 20)]
    documents: Vec<DocumentReference>,
    accept_terms: bool,
}

/// A document that is still missing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissingDocument {
    kind: &'static str,
    title: &'static str,
}

/// What to mend after a refusal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Correction {
    field: String,
    text: String,
}

/// A question of the registering body.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Clarification)]
pub(crate) struct ClarificationView {
    id: Uuid,
    text: String,
    #[schema(format = DateTime)]
    due: String,
    answered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answer: Option<String>,
}

/// An application on the wire.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Registration)]
pub(crate) struct RegistrationView {
    id: Uuid,
    number: String,
    #[schema(format = DateTime)]
    submitted: String,
    #[schema(format = DateTime)]
    checked: String,
    status: Status,
    full_name: String,
    /// While in review.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    expected: Option<String>,
    missing: Vec<MissingDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    certificate_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    activated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    corrections: Vec<Correction>,
    clarifications: Vec<ClarificationView>,
}

impl RegistrationRequest {
    fn requisites(&self) -> Requisites {
        Requisites {
            full_name: Some(self.full_name.clone()),
            legal_address: self.legal_address.clone(),
            bank_account: self.bank_account.clone(),
            bik: self.bik.clone(),
            bank_name: self.bank_name.clone(),
            phone: self.phone.clone(),
            email: self.email.clone(),
            director_name: self.director_name.clone(),
            director_appointed: self.director_appointed.clone(),
            contact_name: self.contact_name.clone(),
            tax_account: self.tax_account.clone(),
            director_passport: self.director_passport.clone(),
            branch_code: self.branch_code.clone(),
            branch_address: self.branch_address.clone(),
        }
    }

    fn check(&self, world: &World) -> Result<(), Refusal> {
        if !self.accept_terms {
            return Err(Code::TermsNotAccepted.into());
        }
        let wanted = [
            ("fullName", Some(&self.full_name)),
            ("ownershipForm", Some(&self.ownership_form)),
            ("organisationType", Some(&self.organisation_type)),
            ("activityAims", Some(&self.activity_aims)),
            ("legalAddress", self.legal_address.as_ref()),
            ("phone", self.phone.as_ref()),
            ("email", self.email.as_ref()),
        ];
        let missing: Vec<FieldProblem> = wanted
            .into_iter()
            .filter(|(_, value)| value.is_none_or(|text| text.trim().is_empty()))
            .map(|(name, _)| FieldProblem {
                name: name.into(),
                code: "missing".into(),
                message: "Заполните это поле".into(),
            })
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::new(Code::RequisitesIncomplete).fields(missing));
        }
        check_formats(
            self.inn.as_ref(),
            self.ogrn.as_ref(),
            self.kpp.as_ref(),
            &self.requisites(),
        )?;
        check_documents(&self.documents, &DOCUMENTS.map(|(kind, _)| kind))?;
        // ERR-048: what the registry has is linked, not registered.
        let known = |number: &Option<String>| {
            number.as_ref().is_some_and(|number| {
                let number = number.trim();
                world.registry.by_inn(number).is_some() || world.registry.by_ogrn(number).is_some()
            })
        };
        if known(&self.inn) || known(&self.ogrn) {
            return Err(Code::AlreadyRegistered.into());
        }
        Ok(())
    }

    /// Kinds of the documents; without a kind they are taken in the declared order.
    fn document_kinds(&self) -> Vec<String> {
        let kinds = DOCUMENTS.iter().map(|(kind, _)| (*kind).to_owned());
        let given = self.documents.iter();
        given
            .zip(kinds.chain(std::iter::repeat_with(String::new)))
            .map(|(document, in_order)| document.kind.clone().unwrap_or(in_order))
            .collect()
    }

    fn filed(self, world: &World, id: Uuid, person: i64) -> Registration {
        let now_ms = clock::now_ms();
        Registration {
            id,
            person,
            number: format!("99-{:010}", id.as_u128() % 10_000_000_000),
            submitted_ms: now_ms,
            due_ms: world.settings().delay(REVIEW_MS).map(|delay| now_ms + delay),
            checked_ms: now_ms,
            status: Status::InReview,
            outcome: None,
            documents: self.document_kinds(),
            full_name: self.full_name,
            ogrn: self.ogrn,
            legal_address: self.legal_address.unwrap_or_default(),
            certificate_number: None,
            activated_ms: None,
            reason: None,
            clarifications: vec![],
        }
    }
}

impl Registration {
    fn missing(&self) -> Vec<MissingDocument> {
        DOCUMENTS
            .iter()
            .filter(|(kind, _)| !self.documents.iter().any(|given| given == kind))
            .map(|(kind, title)| MissingDocument { kind, title })
            .collect()
    }

    /// What has become due happens; `true` if something did.
    fn move_on(&mut self, standard: RegistrationOutcome, delay: Option<i64>, now_ms: i64) -> bool {
        let is_due = self.due_ms.is_some_and(|due| due <= now_ms);
        if self.status != Status::InReview || !is_due {
            return false;
        }
        let outcome = self.outcome.unwrap_or(standard);
        let asked = self.clarifications.iter().any(|c| c.answer.is_none());
        if outcome == RegistrationOutcome::Refuse {
            self.status = Status::Refused;
            self.reason = Some("Сведения об адресе не подтверждены".into());
            self.due_ms = None;
            return true;
        }
        if asked {
            return false;
        }
        let missing = self.missing();
        let question = match missing.first() {
            Some(document) => Some(format!("Приложите документ: {}", document.title)),
            None if outcome == RegistrationOutcome::Clarify && self.clarifications.is_empty() => Some(
                "Уточните, чем подтверждается право пользоваться помещением по юридическому адресу".into(),
            ),
            None => None,
        };
        if let Some(text) = question {
            self.clarifications.push(Clarification {
                id: Uuid::new_v4(),
                text,
                due_ms: now_ms + CLARIFICATION_MS,
                answer: None,
            });
            self.due_ms = delay.map(|delay| now_ms + delay);
            return true;
        }
        self.status = Status::Registered;
        self.certificate_number = Some(format!("99-{:09}", self.id.as_u128() % 1_000_000_000));
        self.activated_ms = Some(now_ms);
        self.due_ms = None;
        true
    }

    fn view(&self) -> RegistrationView {
        let refused = self.status == Status::Refused;
        RegistrationView {
            id: self.id,
            number: self.number.clone(),
            submitted: rfc3339(self.submitted_ms),
            checked: rfc3339(self.checked_ms),
            status: self.status,
            full_name: self.full_name.clone(),
            expected: (self.status == Status::InReview).then(|| rfc3339(self.submitted_ms + EXPECTED_MS)),
            missing: if self.status == Status::InReview {
                self.missing()
            } else {
                vec![]
            },
            certificate_number: self.certificate_number.clone(),
            activated: self.activated_ms.map(rfc3339),
            reason: self.reason.clone(),
            corrections: refused
                .then(|| Correction {
                    field: "legalAddress".into(),
                    text: "Укажите адрес, право на который подтверждено документом".into(),
                })
                .into_iter()
                .collect(),
            clarifications: self
                .clarifications
                .iter()
                .map(|c| ClarificationView {
                    id: c.id,
                    text: c.text.clone(),
                    due: rfc3339(c.due_ms),
                    answered: c.answer.is_some(),
                    answer: c.answer.clone(),
                })
                .collect(),
        }
    }
}

/// The caller's application as it is now; what has become due has happened and been told.
fn current(world: &World, caller: &Caller, id: &str) -> Result<Registration, Refusal> {
    let own = world.store.record::<Registration>(id)?;
    own.filter(|registration| registration.person == caller.person)
        .ok_or(Code::NotFound)?;
    refreshed(world, id)?.ok_or(Code::NotFound.into())
}

fn refreshed(world: &World, id: &str) -> Result<Option<Registration>, StoreError> {
    let settings = world.settings();
    let (outcome, delay) = (settings.cabinet.registration_outcome, settings.delay(REVIEW_MS));
    let now_ms = clock::now_ms();
    let changed = world.store.change_record(id, |registration: &mut Registration| {
        let moved = registration.move_on(outcome, delay, now_ms);
        (registration.clone(), moved)
    })?;
    let Some((registration, moved)) = changed else {
        return Ok(None);
    };
    if moved {
        let title = match registration.status {
            Status::InReview => "Нужны уточнения к заявлению о регистрации",
            Status::Registered => "Организация зарегистрирована",
            Status::Refused => "В регистрации отказано",
        };
        let link = Link {
            section: "registrations".into(),
            id: Some(registration.id.to_string()),
        };
        let text = format!("{}, заявление № {}.", registration.full_name, registration.number);
        notifications::add(
            world,
            registration.person,
            Kind::Order,
            title,
            &text,
            Some(link),
            true,
        )?;
    }
    Ok(Some(registration))
}

/// Fixes the end of one application.
pub(crate) fn set_outcome(world: &World, id: &str, outcome: RegistrationOutcome) -> Result<bool, StoreError> {
    let done = world.store.change_record(id, |registration: &mut Registration| {
        registration.outcome = Some(outcome)
    })?;
    Ok(done.is_some())
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
    let registration = value.filed(&world, Uuid::new_v4(), caller.person);
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
    confirmation.require(&world, &caller, "registration.change", &digest)?;
    let anew = Registration {
        number: known.number,
        ..value.filed(&world, known.id, caller.person)
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
    check_documents(&value.documents, &DOCUMENTS.map(|(kind, _)| kind))?;
    if known.status != Status::InReview {
        return Err(Code::RegistrationEnded.into());
    }
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
            registration.due_ms = delay.map(|delay| now_ms + delay);
            Ok(registration.view())
        })?;
    Ok(Json(answered.ok_or(Code::NotFound)??))
}

/// The confirmation of the registration: `confirmation.xml` and `confirmation.xml.sig` in a zip (ORG-12).
#[utoipa::path(
    get, path = "/registrations/{id}/confirmation", tag = "registrations",
    params(("id" = String, Path, description = "`id` of the application")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/zip"),
        (status = 409, body = super::refusal::Problem, description = "Not registered."),
        Common,
    )
)]
pub(crate) async fn confirmation(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let registration = current(&world, &caller, &id)?;
    let (Some(number), Some(activated_ms)) = (&registration.certificate_number, registration.activated_ms)
    else {
        return Err(Code::NotRegistered.into());
    };
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Подтверждение Номер=\"{number}\" Дата=\"{}\" Заявление=\"{}\">\n  \
         <Наименование>{}</Наименование>\n  <Адрес>{}</Адрес>\n</Подтверждение>\n",
        rfc3339(activated_ms),
        registration.number,
        escaped(&registration.full_name),
        escaped(&registration.legal_address),
    );
    let signature = sign_detached(
        &world.result_signer,
        &[world.authority.certificate()],
        text.as_bytes(),
        OffsetDateTime::now_utc(),
    )
    .map_err(WorldError::from)?;
    let archive = zipped(&[
        ("confirmation.xml", text.as_bytes()),
        ("confirmation.xml.sig", &signature),
    ])
    .map_err(StoreError::from)?;
    Ok(([(header::CONTENT_TYPE, "application/zip")], archive).into_response())
}

fn escaped(text: &str) -> String {
    text.chars()
        // XML 1.0 has no place for control characters.
        .filter(|c| !c.is_control())
        .map(|c| match c {
            '&' => "&amp;".into(),
            '<' => "&lt;".into(),
            '>' => "&gt;".into(),
            '"' => "&quot;".into(),
            other => other.to_string(),
        })
        .collect()
}

fn zipped(files: &[(&str, &[u8])]) -> std::io::Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, content) in files {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .map_err(std::io::Error::other)?;
        writer.write_all(content)?;
    }
    Ok(writer.finish().map_err(std::io::Error::other)?.into_inner())
}
