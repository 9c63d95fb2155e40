//! `POST /links`: asks to link an organisation. Every refusal has its own code.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::requisites::{Requisites, check_formats};
use super::{LINK_DOCUMENTS, Link, LinkView, Method, Status, blocking};
use crate::cabinet::access::{self, permission};
use crate::cabinet::account::Account;
use crate::cabinet::codes::{Channel, ExpectedCode};
use crate::cabinet::files;
use crate::cabinet::refusal::{Code, Refusal};
use crate::cabinet::registry::{Entry, State as RegistryState};
use crate::cabinet::request::{Body, Caller};
use crate::cabinet::responses::{Common, Written};
use crate::cabinet::time_format::rfc3339;
use crate::clock;
use crate::store::StoreError;
use crate::world::World;

/// How long a request waits for its confirmation.
const REQUEST_LIFETIME_MS: i64 = 3 * 24 * 60 * 60 * 1000;
/// Wrong codes a request takes.
const CODE_ATTEMPTS: u32 = 3;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LinkRequest {
    inn: Option<String>,
    ogrn: Option<String>,
    kpp: Option<String>,
    method: Method,
    representative: Representative,
    requisites: Requisites,
    #[serde(default)]
    #[schema(max_items = 20)]
    documents: Vec<DocumentReference>,
    accept_terms: bool,
}

/// As whom the caller asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Representative {
    role: RepresentativeRole,
    name: Option<String>,
    passport: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RepresentativeRole {
    Director,
    Owner,
    Accountant,
    Representative,
}

/// A document, by its digest; its content was put before with `PUT /files/{sha256}`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentReference {
    pub(crate) kind: Option<String>,
    #[schema(min_length = 1, max_length = 255)]
    pub(crate) name: String,
    /// Hex, 64 characters.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-fA-F]{64}$")]
    pub(crate) sha256: String,
}

/// Refuses too many documents, digests that are none, and kinds in another order than `kinds`.
pub(crate) fn check_documents(documents: &[DocumentReference], kinds: &[&str]) -> Result<(), Refusal> {
    if documents.len() > 20 {
        return Err(Refusal::bad("documents: не больше 20"));
    }
    let mut last = 0;
    for document in documents {
        if document.sha256.len() != 64 || !document.sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Refusal::bad(
                "documents: sha256 записывают 64 шестнадцатеричными цифрами",
            ));
        }
        if document.name.trim().is_empty() || document.name.chars().count() > 255 {
            return Err(Refusal::bad("documents: имя файла от 1 до 255 знаков"));
        }
        let Some(kind) = &document.kind else { continue };
        let place = kinds.iter().position(|known| known == kind);
        let place = place.ok_or_else(|| Refusal::bad(format!("documents: вид {kind} неизвестен")))?;
        if place < last {
            return Err(Code::DocumentsOrder.into());
        }
        last = place;
    }
    Ok(())
}

/// Asks to link an organisation.
#[utoipa::path(
    post, path = "/links", tag = "links",
    request_body = LinkRequest,
    responses((status = 201, body = LinkView), Common, Written)
)]
pub(crate) async fn create(
    State(world): State<Arc<World>>,
    caller: Caller,
    Body { value: request, .. }: Body<LinkRequest>,
) -> Result<(StatusCode, Json<LinkView>), Refusal> {
    let employee = caller.employee(&world)?;
    let account = Account::of(&world, employee);
    if !account.confirmed {
        return Err(Code::PersonNotConfirmed.into());
    }
    blocking::check(&world, caller.person)?;
    check_rights(&world, &caller)?;
    if !request.accept_terms {
        return Err(Code::TermsNotAccepted.into());
    }
    let (inn, ogrn, kpp) = (request.inn.as_ref(), request.ogrn.as_ref(), request.kpp.as_ref());
    request.requisites.check_complete(inn, ogrn, kpp)?;
    check_formats(inn, ogrn, kpp, &request.requisites)?;
    check_documents(&request.documents, &LINK_DOCUMENTS.map(|document| document.kind))?;
    let files = files::require(&world, &caller, &request.documents)?;
    let entry = find(&world, &request).map_err(|refusal| blocking::count(&world, caller.person, refusal))?;
    check_free(&world, &caller, entry)?;
    let differences = request.requisites.differences(kpp, entry);
    if !differences.is_empty() {
        let refusal = Refusal::new(Code::RequisitesMismatch).fields(differences);
        return Err(blocking::count(&world, caller.person, refusal));
    }

    let now_ms = clock::now_ms();
    let id = Uuid::new_v4();
    let settings = world.settings().cabinet;
    let (status, code) = match request.method {
        Method::Signature => (Status::AwaitingSignature, None),
        Method::Code => {
            let text = format!("Код для привязки организации {}", entry.short_name);
            let lifetime_ms = settings.code_lifetime_s * 1000;
            let code = ExpectedCode::sent(&world, Channel::Sms, &account.phone, &text, lifetime_ms)?;
            (Status::AwaitingCode, Some(code))
        }
        Method::Director => (
            Status::AwaitingDirector,
            Some(letter_to_head(&world, entry, &id)?),
        ),
    };
    let link = Link {
        id,
        person: caller.person,
        organisation: entry.oid,
        method: request.method,
        status,
        role: match request.representative.role {
            RepresentativeRole::Accountant => "accountant".into(),
            _ => "administrator".into(),
        },
        requested_ms: now_ms,
        expires_ms: now_ms + REQUEST_LIFETIME_MS,
        text: format!(
            "Прошу привязать организацию к моей учётной записи.\n{}\nИНН {}, ОГРН {}\nЗаявитель: {} {}, СНИЛС {}\n\
             Заявка {id} от {}\n",
            entry.full_name,
            entry.inn,
            entry.ogrn,
            employee.surname,
            employee.given_name,
            employee.snils,
            rfc3339(now_ms)
        ),
        code,
        attempts_left: CODE_ATTEMPTS,
        reason: None,
        files,
        facts: facts(&request),
    };
    world.store.add_record(&link)?;
    Ok((StatusCode::CREATED, Json(link.view(&world, entry))))
}

/// What the operator reads beside the organisation: who acts, and the requisites that are not for every organisation.
fn facts(request: &LinkRequest) -> Vec<(String, String)> {
    let (who, more) = (&request.representative, &request.requisites);
    let role = match who.role {
        RepresentativeRole::Director => "Руководитель",
        RepresentativeRole::Owner => "Владелец",
        RepresentativeRole::Accountant => "Бухгалтер",
        RepresentativeRole::Representative => "Представитель",
    };
    let role = role.to_owned();
    let named = [
        ("Роль", Some(&role)),
        ("Представитель", who.name.as_ref()),
        ("Паспорт представителя", who.passport.as_ref()),
        ("Номер учёта в ФНС", more.tax_account.as_ref()),
        ("Паспорт руководителя", more.director_passport.as_ref()),
        ("Код филиала", more.branch_code.as_ref()),
        ("Адрес филиала", more.branch_address.as_ref()),
    ];
    let given = named
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.trim())));
    given
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The code the head gives to the caller, or types.
pub(super) fn letter_to_head(world: &World, entry: &Entry, id: &Uuid) -> Result<ExpectedCode, StoreError> {
    let text = format!(
        "{}: вашу организацию просят привязать к учётной записи (заявка {id}). Если вы согласны, сообщите код",
        entry.short_name
    );
    // A letter may lie for a while.
    ExpectedCode::sent(world, Channel::Email, &entry.email, &text, REQUEST_LIFETIME_MS)
}

/// ORG-30: who acts for an organisation needs the right to link there.
fn check_rights(world: &World, caller: &Caller) -> Result<(), Refusal> {
    if let Some(organisation) = caller.organisation
        && let Some(membership) = access::membership(world, caller.person, organisation)?
        && membership.is_active()
    {
        access::require(world, &membership, permission::LINK_MANAGE, "organisation.link")?;
    }
    Ok(())
}

/// The organisation meant, if the registry has it and both numbers mean the same.
fn find<'w>(world: &'w World, request: &LinkRequest) -> Result<&'w Entry, Refusal> {
    let trimmed = |text: &Option<String>| {
        text.as_ref()
            .map(|t| t.trim().to_owned())
            .filter(|t| !t.is_empty())
    };
    let (inn, ogrn) = (trimmed(&request.inn), trimmed(&request.ogrn));
    let by_inn = inn.as_ref().map(|inn| world.registry.by_inn(inn));
    let by_ogrn = ogrn.as_ref().map(|ogrn| world.registry.by_ogrn(ogrn));
    match (by_inn, by_ogrn) {
        (Some(Some(one)), Some(Some(other))) if one.oid != other.oid => Err(Code::InnOgrnMismatch.into()),
        // One of both is in the registry: the other is not this organisation's.
        (Some(Some(_)), Some(None)) | (Some(None), Some(Some(_))) => Err(Code::InnOgrnMismatch.into()),
        (Some(Some(entry)), _) | (None, Some(Some(entry))) => Ok(entry),
        _ => Err(Code::OrganisationNotFound.into()),
    }
}

/// ORG-17, C-49: one primary link; nobody links what is linked or gone.
fn check_free(world: &World, caller: &Caller, entry: &Entry) -> Result<(), Refusal> {
    if entry.state == RegistryState::Liquidated {
        return Err(Code::OrganisationLiquidated.into());
    }
    if access::membership(world, caller.person, entry.oid)?.is_some_and(|m| m.is_active()) {
        return Err(Code::AlreadyLinked.into());
    }
    let open = Link::open_ones(world, caller.person)?;
    if let Some(open) = open.iter().find(|link| link.organisation == entry.oid) {
        let view = open.view(world, entry);
        return Err(Refusal::new(Code::LinkPending).with(|body| body.link = Some(view)));
    }
    let others = access::members(world, entry.oid)?;
    let held = others
        .iter()
        .any(|member| member.person != caller.person && member.is_admin());
    if entry.held_elsewhere || held {
        return Err(Code::LinkedElsewhere.into());
    }
    Ok(())
}
