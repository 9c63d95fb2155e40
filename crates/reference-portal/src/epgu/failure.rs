//! Errors of API ЕПГУ: an HTTP status and `{code, message}` (API ЕПГУ 1.13, appendix 4).

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::store::StoreError;
use crate::world::WorldError;

/// What a method answers instead of a success.
#[derive(Debug)]
pub(super) enum Failure {
    /// 400, wrong parameters.
    BadRequest(String),
    /// 400, no such service.
    ServiceNotFound,
    /// 401: a new token is needed.
    Unauthorised(&'static str),
    /// 403: the order belongs to somebody else.
    OrderAccess,
    /// 403: the person may not send for the organisation.
    PushDenied,
    /// 204, without a body: no such order or file.
    NotFound,
    /// 403: only the head and administrators read the mail.
    MailAccess,
    /// 404, with a reason.
    MailNotFound(&'static str),
    /// 405.
    CancelNotAllowed,
    /// 409: the order is past this.
    Conflict(&'static str),
    /// 429 with the pause to make.
    Limitation {
        message: &'static str,
        retry_after_s: u64,
    },
    /// 500.
    Internal(WorldError),
}

impl Failure {
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::BadRequest(message.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<WorldError> for Failure {
    fn from(error: WorldError) -> Self {
        Self::Internal(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let pause = match &self {
            Self::Limitation { retry_after_s, .. } => {
                Some([(header::RETRY_AFTER, retry_after_s.to_string())])
            }
            _ => None,
        };
        let (status, code, message) = match self {
            Self::NotFound => return StatusCode::NO_CONTENT.into_response(),
            Self::BadRequest(message) => (StatusCode::BAD_REQUEST, "bad_request", message),
            Self::ServiceNotFound => (
                StatusCode::BAD_REQUEST,
                "service_not_found",
                "Услуга не найдена".into(),
            ),
            Self::Unauthorised(message) => (StatusCode::UNAUTHORIZED, "order_access", message.into()),
            Self::OrderAccess => (
                StatusCode::FORBIDDEN,
                "order_access",
                "Нет прав на заявление с этим маркером доступа".into(),
            ),
            Self::PushDenied => (
                StatusCode::FORBIDDEN,
                "push_denied",
                "Отправить может только руководитель или сотрудник с доверенностью".into(),
            ),
            Self::MailAccess => (
                StatusCode::FORBIDDEN,
                "access_denied",
                "Госпочта организации доступна руководителю и администратору".into(),
            ),
            Self::MailNotFound(message) => (StatusCode::NOT_FOUND, "not_found", message.into()),
            Self::CancelNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "cancel_not_allowed",
                "В этом статусе заявление отменить нельзя".into(),
            ),
            Self::Conflict(message) => (StatusCode::CONFLICT, "bad_request", message.into()),
            Self::Limitation { message, .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "limitation_exception",
                message.into(),
            ),
            Self::Internal(error) => {
                tracing::error!(?error, "request");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal_error",
                    "Внутренняя ошибка".into(),
                )
            }
        };
        (status, pause, Json(json!({"code": code, "message": message}))).into_response()
    }
}
