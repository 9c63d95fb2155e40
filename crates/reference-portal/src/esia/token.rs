//! `GET …/orgs/ext-app/{key}/tkn?signature=`: checks the signature of the key's text and issues an access token.
//!
//! The error codes of this method are not published (методические рекомендации, Б.12). Codes below 990000 are taken
//! from the published table where the meaning fits; 99xxxx are this portal's own.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kabinet_pki::Certificate;
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::jwt::{AccessClaims, ISSUER, make_access_token};
use super::{api_keys, scopes};
use crate::demo::{ApiKeyEntry, Employee, Organisation};
use crate::judge::Rejection;
use crate::world::{World, WorldError};

#[derive(Deserialize)]
pub(super) struct Parameters {
    signature: Option<String>,
}

/// A refusal of the token method.
pub(super) enum TokenRefusal {
    UnknownKey,
    BlockedKey,
    NoSignature,
    Signature(Rejection),
    NoOrganisation,
    ForeignOrganisation,
    OtherEmployee,
    ServiceDown,
    Internal(WorldError),
}

impl From<WorldError> for TokenRefusal {
    fn from(error: WorldError) -> Self {
        Self::Internal(error)
    }
}

impl IntoResponse for TokenRefusal {
    fn into_response(self) -> Response {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        let (status, code, message) = match self {
            Self::UnknownKey => (StatusCode::NOT_FOUND, "ESIA-990005", "Ключ доступа не найден"),
            Self::BlockedKey => (StatusCode::FORBIDDEN, "ESIA-007019", "Ключ доступа заблокирован"),
            Self::NoSignature => (BAD, "ESIA-007003", "Не указан обязательный параметр signature"),
            Self::Signature(why) => {
                let (status, code) = match why {
                    Rejection::Unreadable => (BAD, "ESIA-007003"),
                    Rejection::Expired | Rejection::NotYetValid => (BAD, "ESIA-990001"),
                    Rejection::Revoked => (BAD, "ESIA-990002"),
                    Rejection::Untrusted => (BAD, "ESIA-990003"),
                    Rejection::RevocationUnknown => (StatusCode::SERVICE_UNAVAILABLE, "ESIA-007008"),
                    _ => (BAD, "ESIA-007053"),
                };
                (status, code, why.message())
            }
            Self::NoOrganisation => (BAD, "ESIA-990004", "В сертификате нет данных организации"),
            Self::ForeignOrganisation => (
                StatusCode::FORBIDDEN,
                "ESIA-007194",
                "Сертификат выдан сотруднику другой организации",
            ),
            Self::OtherEmployee => (
                StatusCode::FORBIDDEN,
                "ESIA-007002",
                "Сертификат выдан другому сотруднику",
            ),
            Self::ServiceDown => (
                StatusCode::SERVICE_UNAVAILABLE,
                "ESIA-007008",
                "Сервис проверки подписи временно недоступен",
            ),
            Self::Internal(error) => {
                tracing::error!(%error, "access token");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "ESIA-007007",
                    "Непредвиденная ошибка",
                )
            }
        };
        (status, Json(json!({"code": code, "message": message}))).into_response()
    }
}

pub(super) async fn issue(
    State(world): State<Arc<World>>,
    Path(key): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<serde_json::Value>, TokenRefusal> {
    let entry = Uuid::parse_str(&key)
        .ok()
        .and_then(|uuid| api_keys::find(&world, uuid))
        .ok_or(TokenRefusal::UnknownKey)?;
    if entry.blocked {
        return Err(TokenRefusal::BlockedKey);
    }
    let signature = parameters
        .signature
        .filter(|s| !s.is_empty())
        .ok_or(TokenRefusal::NoSignature)?;
    let settings = world.settings();
    if settings.signing_service_down {
        return Err(TokenRefusal::ServiceDown);
    }
    // The lists are made before the moment they are judged at, or they would come from the future.
    let crls = world.crls()?;
    let now = OffsetDateTime::now_utc();
    // The signed content is the key exactly as it was written in the address.
    let signers = world
        .judge
        .signers(signature.as_bytes(), key.as_bytes(), crls, now)
        .map_err(TokenRefusal::Signature)?;
    let (employee, organisation) = owner(&world, &entry)?;
    for certificate in &signers {
        check_owner(certificate, employee, organisation)?;
    }
    let claims = claims(
        &world,
        employee,
        organisation,
        now.unix_timestamp(),
        settings.token_lifetime_s,
    );
    let token = make_access_token(&claims, world.esia.token_signer(&settings)).map_err(WorldError::from)?;
    Ok(Json(json!({"accessTkn": token})))
}

fn owner<'w>(
    world: &'w World,
    entry: &ApiKeyEntry,
) -> Result<(&'w Employee, &'w Organisation), TokenRefusal> {
    let employee = world
        .index
        .employee(&entry.employee)
        .ok_or(TokenRefusal::UnknownKey)?;
    let organisation = world
        .index
        .organisation(&employee.organisation)
        .ok_or(TokenRefusal::UnknownKey)?;
    Ok((employee, organisation))
}

fn check_owner(
    certificate: &Certificate,
    employee: &Employee,
    organisation: &Organisation,
) -> Result<(), TokenRefusal> {
    let subject = certificate.subject();
    let (Some(inn), Some(ogrn)) = (subject.organisation_inn(), subject.ogrn.as_deref()) else {
        return Err(TokenRefusal::NoOrganisation);
    };
    if inn != organisation.inn || ogrn != organisation.ogrn {
        return Err(TokenRefusal::ForeignOrganisation);
    }
    // A certificate of the organisation itself («обезличенный») names nobody.
    match subject.snils.as_deref() {
        Some(snils) if snils != employee.snils => Err(TokenRefusal::OtherEmployee),
        _ => Ok(()),
    }
}

fn claims(
    world: &World,
    employee: &Employee,
    organisation: &Organisation,
    now_s: i64,
    lifetime_s: i64,
) -> AccessClaims {
    let oid = organisation.oid;
    let scopes = [
        scopes::EPGU[0].to_owned(),
        scopes::EPGU[1].to_owned(),
        format!("http://esia.gosuslugi.ru/org_ogrn?org_oid={oid}"),
    ];
    AccessClaims {
        nbf: now_s,
        iat: now_s,
        exp: now_s + lifetime_s,
        iss: ISSUER.into(),
        client_id: world.index.client_id.clone(),
        scope: scopes.join(" "),
        org_oid: i64::try_from(oid).ok(),
        session: Uuid::new_v4().to_string(),
        person_oid: i64::try_from(employee.oid).ok(),
    }
}
