//! `/api/cabinet/v1/me/devices`: where a person is signed in, and the end of it. In the manner of the cabinet API.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::sessions::{self, DeviceView};
use super::{access, waiting};
use crate::clock;
use crate::demo::Employee;
use crate::world::{World, WorldError};

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/api/cabinet/v1/me/devices", get(list))
        .route("/api/cabinet/v1/me/devices/{id}", delete(end))
}

/// A refusal in the shape of the cabinet API.
pub(super) enum DeviceRefusal {
    Unauthorised,
    NotFound,
    Internal(WorldError),
}

impl<E: Into<WorldError>> From<E> for DeviceRefusal {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

impl IntoResponse for DeviceRefusal {
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Self::Unauthorised => (
                StatusCode::UNAUTHORIZED,
                "unauthorised",
                "Нужен действующий маркер доступа. Войдите заново",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "Не найдено"),
            Self::Internal(error) => return error.into_response(),
        };
        let body = json!({"code": code, "message": message, "support": Uuid::new_v4()});
        (status, Json(body)).into_response()
    }
}

/// The person who asks, and the session of the token.
struct Owner {
    employee: Employee,
    sid: String,
}

impl FromRequestParts<Arc<World>> for Owner {
    type Rejection = DeviceRefusal;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, DeviceRefusal> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = token
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(DeviceRefusal::Unauthorised)?;
        let claims = access(world, token.trim()).map_err(|_| DeviceRefusal::Unauthorised)?;
        let person = claims.person_oid.and_then(|oid| world.employee_by_oid(oid));
        Ok(Self {
            employee: person.cloned().ok_or(DeviceRefusal::Unauthorised)?,
            sid: claims.session,
        })
    }
}

async fn list(State(world): State<Arc<World>>, owner: Owner) -> Result<Json<Vec<Value>>, DeviceRefusal> {
    let all = sessions::devices_of(&world, &owner.employee.id, &owner.sid);
    Ok(Json(all.iter().map(described).collect()))
}

fn described(device: &DeviceView) -> Value {
    let sessions = device.sessions.iter().map(|session| {
        json!({
            "id": session.id,
            "begun": moment(session.begun_ms),
            "ends": moment(session.ends_ms),
            "method": if session.confirmed { "password-and-code" } else { "password" },
        })
    });
    json!({
        "id": device.id,
        "name": device.name,
        "system": device.system,
        // Everything here is on this computer.
        "place": "Этот компьютер",
        "lastSeen": moment(device.last_seen_ms),
        "current": device.current,
        // What signed in once is asked for no code where the account wants none.
        "trusted": true,
        "sessions": sessions.collect::<Vec<_>>(),
    })
}

fn moment(ms: i64) -> String {
    clock::from_ms(ms).format(&Rfc3339).unwrap_or_default()
}

async fn end(
    State(world): State<Arc<World>>,
    owner: Owner,
    Path(id): Path<String>,
) -> Result<StatusCode, DeviceRefusal> {
    let id = Uuid::parse_str(&id).map_err(|_| DeviceRefusal::NotFound)?;
    let ended = waiting(world, move |world| {
        Ok(sessions::end_device(world, &owner.employee.id, id)?)
    })
    .await?;
    if ended {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(DeviceRefusal::NotFound)
    }
}
