//! Where a person is signed in, and the end of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::refusal::{Code, Refusal};
use super::request::Caller;
use super::responses::{Common, Written};
use super::step_up::Confirmation;
use super::time_format::rfc3339;
use crate::esia;
use crate::world::World;

/// A browser somebody signed in with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Device {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    system: String,
    place: &'static str,
    #[schema(format = DateTime)]
    last_seen: String,
    /// The session that asks is on it.
    current: bool,
    trusted: bool,
    sessions: Vec<Session>,
}

/// A sign-in that is not over.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DeviceSession)]
struct Session {
    id: String,
    #[schema(format = DateTime)]
    begun: String,
    #[schema(format = DateTime)]
    ends: String,
    /// `password` or `password-and-code`.
    method: &'static str,
}

/// Devices of the caller, the one seen last first.
#[utoipa::path(
    get, path = "/me/devices", tag = "me",
    responses((status = 200, body = Vec<Device>), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Vec<Device>>, Refusal> {
    let employee = caller.employee(&world)?;
    let all = esia::devices_of(&world, &employee.id, &caller.session);
    Ok(Json(all.into_iter().map(described).collect()))
}

fn described(device: esia::DeviceView) -> Device {
    let sessions = device.sessions.into_iter().map(|session| Session {
        id: session.id,
        begun: rfc3339(session.begun_ms),
        ends: rfc3339(session.ends_ms),
        method: if session.confirmed {
            "password-and-code"
        } else {
            "password"
        },
    });
    Device {
        id: device.id.to_string(),
        name: device.name,
        system: device.system,
        // Everything here is on this computer.
        place: "Этот компьютер",
        last_seen: rfc3339(device.last_seen_ms),
        current: device.current,
        // What signed in once is asked for no code where the account wants none.
        trusted: true,
        sessions: sessions.collect(),
    }
}

/// Ends a device's sessions with everything granted in them. Needs step-up.
#[utoipa::path(
    delete, path = "/me/devices/{id}", tag = "me",
    params(
        ("id" = String, Path, description = "`id` of the device"),
        ("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed"),
    ),
    responses((status = 204, description = "Ended."), Common, Written)
)]
pub(crate) async fn end(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
    confirmation: Confirmation,
) -> Result<StatusCode, Refusal> {
    let id = Uuid::parse_str(&id).map_err(|_| Code::NotFound)?;
    let employee = caller.employee(&world)?;
    let own = esia::devices_of(&world, &employee.id, &caller.session);
    if !own.iter().any(|device| device.id == id) {
        return Err(Code::NotFound.into());
    }
    confirmation.require(&world, &caller, "device.remove", &[])?;
    if esia::end_device(&world, &employee.id, id)? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}
