//! «Сервисы для юридических лиц»: after linking an organisation marks the services it needs and accepts their terms (ORG-37).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::permission;
use super::refusal::{Code, Refusal};
use super::request::{Body, Caller};
use super::responses::{Common, Written};
use super::time_format::rfc3339;
use crate::clock;
use crate::store::Record;
use crate::world::World;

/// Code, title, what it is for.
const SERVICES: [(&str, &str, &str); 4] = [
    (
        "registration",
        "Регистрация и изменения",
        "Регистрация организаций и изменение сведений о них",
    ),
    (
        "extracts",
        "Выписки и справки",
        "Выписки из ЕГРЮЛ и ЕГРИП, справки",
    ),
    ("tax-returns", "Отчётность", "Декларации и отчёты в ведомства"),
    (
        "licences",
        "Лицензии и разрешения",
        "Получение и продление лицензий",
    ),
];

/// One service that is in use.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Enabled {
    code: String,
    since_ms: i64,
    by: String,
}

/// What an organisation uses.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Chosen {
    organisation: i64,
    services: Vec<Enabled>,
}

impl Record for Chosen {
    const KIND: &'static str = "enabled-services";
    fn id(&self) -> String {
        self.organisation.to_string()
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        0
    }
}

/// A service an organisation can use.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnabledService {
    code: &'static str,
    title: &'static str,
    summary: &'static str,
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    since: Option<String>,
    /// Who enabled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    by: Option<String>,
}

fn views(chosen: Option<&Chosen>) -> Vec<EnabledService> {
    let used = chosen.map(|one| one.services.as_slice()).unwrap_or_default();
    SERVICES
        .iter()
        .map(|(code, title, summary)| {
            let found = used.iter().find(|one| one.code == *code);
            EnabledService {
                code,
                title,
                summary,
                enabled: found.is_some(),
                since: found.map(|one| rfc3339(one.since_ms)),
                by: found.map(|one| one.by.clone()),
            }
        })
        .collect()
}

/// Services of an organisation, used or not.
#[utoipa::path(
    get, path = "/organisations/{oid}/enabled-services", tag = "organisations",
    params(("oid" = String, Path, description = "oid of the organisation")),
    responses((status = 200, body = Vec<EnabledService>), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(oid): Path<String>,
) -> Result<Json<Vec<EnabledService>>, Refusal> {
    let oid = oid.parse().map_err(|_| Code::OrganisationNotFound)?;
    let membership = caller.membership(&world, oid)?;
    let chosen = world
        .store
        .record::<Chosen>(&membership.organisation.to_string())?;
    Ok(Json(views(chosen.as_ref())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EnableRequest {
    /// Codes of all that shall be in use; the others are switched off.
    #[schema(max_items = 20)]
    enabled: Vec<String>,
    accept_terms: bool,
}

/// Chooses the services in use.
#[utoipa::path(
    put, path = "/organisations/{oid}/enabled-services", tag = "organisations",
    params(("oid" = String, Path, description = "oid of the organisation")),
    request_body = EnableRequest,
    responses((status = 200, body = Vec<EnabledService>), Common, Written)
)]
pub(crate) async fn change(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(oid): Path<String>,
    Body { value, .. }: Body<EnableRequest>,
) -> Result<Json<Vec<EnabledService>>, Refusal> {
    let oid = oid.parse().map_err(|_| Code::OrganisationNotFound)?;
    let membership = caller.require(&world, oid, permission::SERVICES_ENABLE, "services.enable")?;
    let unknown = value
        .enabled
        .iter()
        .any(|code| !SERVICES.iter().any(|known| known.0 == code));
    if unknown || value.enabled.len() > SERVICES.len() {
        return Err(Code::ServiceNotFound.into());
    }
    if !value.accept_terms {
        return Err(Code::TermsNotAccepted.into());
    }
    let before = world
        .store
        .record::<Chosen>(&membership.organisation.to_string())?;
    let used = before.map(|one| one.services).unwrap_or_default();
    let employee = caller.employee(&world)?;
    let by = format!("{} {}", employee.surname, employee.given_name);
    let services = SERVICES
        .iter()
        .filter(|known| value.enabled.iter().any(|code| code == known.0))
        .map(|(code, ..)| {
            let kept = used.iter().find(|one| one.code == *code).cloned();
            kept.unwrap_or_else(|| Enabled {
                code: (*code).to_owned(),
                since_ms: clock::now_ms(),
                by: by.clone(),
            })
        })
        .collect();
    let chosen = Chosen {
        organisation: membership.organisation,
        services,
    };
    world.store.put_record(&chosen)?;
    Ok(Json(views(Some(&chosen))))
}
