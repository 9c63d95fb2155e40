//! What demo and tests may do with ЕСИА: messages that were sent, API keys, accounts.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::state::{Lock, LockCause};
use super::{accounts, api_keys, people, sessions};
use crate::clock;
use crate::demo::SecondFactor;
use crate::world::{World, WorldError};

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/control/outgoing", get(outgoing))
        .route("/control/api-keys", get(keys).post(new_key))
        .route("/control/api-keys/{key}/block", post(block_key))
        .route("/control/api-keys/{key}", delete(delete_key))
        .route("/control/accounts", get(all_accounts))
        .route("/control/accounts/{employee}", post(change_account))
}

/// What these methods answer instead of a success.
enum Refused {
    BadRequest(String),
    NotFound,
    Internal(WorldError),
}

impl<E: Into<WorldError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::BadRequest(message) => {
                (StatusCode::BAD_REQUEST, Json(json!({"message": message}))).into_response()
            }
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Internal(error) => error.into_response(),
        }
    }
}

/// The body, or what is wrong with it.
fn read<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Refused> {
    body.map(|Json(body)| body)
        .map_err(|error| Refused::BadRequest(error.body_text()))
}

#[derive(Deserialize)]
struct Since {
    /// The last message known.
    since: Option<u64>,
}

async fn outgoing(State(world): State<Arc<World>>, Query(Since { since }): Query<Since>) -> Json<Vec<Value>> {
    let since = since.unwrap_or_default();
    Json(world.esia.records.read(|state| {
        let new = state.outgoing.iter().filter(|(_, message)| message.id > since);
        new.map(|(_, message)| {
            json!({
                "id": message.id,
                "at": clock::from_ms(message.at_ms).format(&Rfc3339).unwrap_or_default(),
                "channel": message.channel,
                "to": message.to,
                "text": message.text,
                "code": message.code,
            })
        })
        .collect()
    }))
}

async fn keys(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!(api_keys::all(&world)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    /// `Employee::id`.
    employee: String,
}

async fn new_key(
    State(world): State<Arc<World>>,
    body: Result<Json<NewKey>, JsonRejection>,
) -> Result<Response, Refused> {
    let NewKey { employee } = read(body)?;
    if world.index.employee(&employee).is_none() {
        return Err(Refused::NotFound);
    }
    let entry = api_keys::make(&world, &employee)?;
    Ok((StatusCode::CREATED, Json(json!(entry))).into_response())
}

async fn block_key(State(world): State<Arc<World>>, Path(key): Path<Uuid>) -> Result<StatusCode, Refused> {
    if api_keys::block(&world, key)? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refused::NotFound)
    }
}

async fn delete_key(State(world): State<Arc<World>>, Path(key): Path<Uuid>) -> Result<StatusCode, Refused> {
    if api_keys::delete(&world, key)? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refused::NotFound)
    }
}

async fn all_accounts(State(world): State<Arc<World>>) -> Result<Json<Vec<Value>>, Refused> {
    accounts::prepare(&world)?;
    let settings = world.settings();
    Ok(Json(world.esia.records.read(|state| {
        let all = world.index.accounts.iter().filter_map(|entry| {
            let account = state.accounts.get(&entry.employee)?;
            let sessions = state.sessions.iter().filter(|(_, session)| session.employee == entry.employee);
            Some(json!({
                "employee": entry.employee,
                "phone": entry.phone,
                "email": entry.email,
                "second_factor": account.second_factor.unwrap_or(entry.second_factor),
                "confirmed": account.confirmed.unwrap_or(entry.confirmed),
                "failures": account.failures,
                "lock": account.lock.as_ref().map(|lock| json!({"cause": lock.cause, "until_ms": lock.until_ms})),
                "password_expires": rfc3339(accounts::password_end_ms(account, &settings)),
                "sessions": sessions.count(),
            }))
        });
        all.collect()
    })))
}

fn rfc3339(ms: i64) -> String {
    clock::from_ms(ms).format(&Rfc3339).unwrap_or_default()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    /// Locks the account; `"none"` unlocks it.
    lock: Option<LockChange>,
    /// What confirms a sign-in from now on.
    second_factor: Option<SecondFactor>,
    /// Whether the person's identity is confirmed.
    confirmed: Option<bool>,
    /// Makes the password so many days old.
    password_age_days: Option<i64>,
    /// Ends all sessions.
    #[serde(default)]
    end_sessions: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LockChange {
    None,
    #[serde(untagged)]
    Locked {
        cause: LockCause,
        seconds: Option<i64>,
    },
}

async fn change_account(
    State(world): State<Arc<World>>,
    Path(employee): Path<String>,
    body: Result<Json<AccountChange>, JsonRejection>,
) -> Result<StatusCode, Refused> {
    let change = read(body)?;
    people::account(&world, &employee).ok_or(Refused::NotFound)?;
    accounts::prepare(&world)?;
    let settings = world.settings();
    let now = clock::to_ms(OffsetDateTime::now_utc());
    world.esia.records.change(&world.store, |state| {
        let Some(account) = state.accounts.get_mut(&employee) else {
            return;
        };
        match change.lock {
            Some(LockChange::None) => {
                account.lock = None;
                account.failures = 0;
                account.code_failures = 0;
            }
            Some(LockChange::Locked { cause, seconds }) => {
                let until_ms = seconds.map(|seconds| now + seconds * 1000);
                account.lock = Some(Lock { cause, until_ms });
            }
            None => {}
        }
        account.second_factor = change.second_factor.or(account.second_factor);
        account.confirmed = change.confirmed.or(account.confirmed);
        if let Some(days) = change.password_age_days {
            account.password_set_ms = now - days * 24 * 3600 * 1000;
        }
        if change.end_sessions {
            sessions::end_all(state, &employee, None, &settings);
        }
    })?;
    Ok(StatusCode::NO_CONTENT)
}
