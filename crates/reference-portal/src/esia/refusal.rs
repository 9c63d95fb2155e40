//! Refusals of the OAuth methods: `ESIA-00xxxx` (section 2.8 of our notes) with the OAuth error they go under.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refusal. Where ЕСИА publishes no text, the words are this portal's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    UnknownSystem,
    BadParameter(&'static str),
    Denied,
    MethodNotAllowed,
    UnknownScope,
    Internal,
    ServiceDown,
    ResponseType,
    BadGrant(&'static str),
    GrantType,
    NoScope,
    MissingParameter(&'static str),
    WrongTime,
    ForeignRedirect,
    Unreadable,
    NoChallenge,
    WrongVerifier,
    WrongSecret,
    NotConfirmed,
    NotEmployee,
    SystemNotAuthenticated,
    Permissions(PermissionsFault),
}

/// What is wrong with `permissions`. The codes 036700…036716 are published, which is which is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PermissionsFault {
    NoType,
    UnknownType,
    NoScopes,
    UnknownScope,
    NoActions,
    NoPurpose,
    WrongExpiry,
}

impl Refusal {
    /// Code, OAuth error (RFC 6749, 4.1.2.1 and 5.2) and words.
    pub(crate) fn parts(self) -> (&'static str, &'static str, String) {
        let of = |code, error, text: &str| (code, error, text.to_owned());
        match self {
            Self::UnknownSystem => of(
                "ESIA-007002",
                "unauthorized_client",
                "Сертификат не соответствует мнемонике информационной системы или система не зарегистрирована",
            ),
            Self::BadParameter(name) => (
                "ESIA-007003",
                "invalid_request",
                format!("Обязательный параметр {name} отсутствует, неверен или указан несколько раз"),
            ),
            Self::Denied => of(
                "ESIA-007004",
                "access_denied",
                "Владелец ресурса или сервис авторизации отклонил запрос",
            ),
            Self::MethodNotAllowed => of(
                "ESIA-007005",
                "unauthorized_client",
                "Системе не разрешён этот способ получения маркера доступа",
            ),
            Self::UnknownScope => of(
                "ESIA-007006",
                "invalid_scope",
                "Область доступа указана неверно или неизвестна",
            ),
            Self::Internal => of(
                "ESIA-007007",
                "server_error",
                "Непредвиденная ошибка сервиса авторизации",
            ),
            Self::ServiceDown => of(
                "ESIA-007008",
                "temporarily_unavailable",
                "Сервис авторизации временно недоступен",
            ),
            Self::ResponseType => of(
                "ESIA-007009",
                "unsupported_response_type",
                "Тип ответа response_type не поддерживается",
            ),
            Self::BadGrant(why) => ("ESIA-007011", "invalid_grant", why.to_owned()),
            Self::GrantType => of(
                "ESIA-007012",
                "unsupported_grant_type",
                "Тип авторизационного кода grant_type не поддерживается",
            ),
            Self::NoScope => of("ESIA-007013", "invalid_scope", "Не указана область доступа"),
            Self::MissingParameter(name) => (
                "ESIA-007014",
                "invalid_request",
                format!("Не указан обязательный параметр {name}"),
            ),
            Self::WrongTime => of("ESIA-007015", "invalid_request", "Неверное время запроса"),
            Self::ForeignRedirect => of(
                "ESIA-007023",
                "invalid_request",
                "Адрес возврата redirect_uri не зарегистрирован для системы",
            ),
            Self::Unreadable => of("ESIA-007038", "invalid_request", "Параметры запроса не разобраны"),
            Self::NoChallenge => of(
                "ESIA-007039",
                "invalid_request",
                "В запросе кода авторизации не передан code_challenge",
            ),
            Self::WrongVerifier => of(
                "ESIA-007040",
                "invalid_grant",
                "code_verifier не соответствует code_challenge",
            ),
            Self::WrongSecret => of(
                "ESIA-007053",
                "unauthorized_client",
                "client_secret неверен: не подходит подписываемая строка, хэш сертификата или ключ",
            ),
            Self::NotConfirmed => of("ESIA-007055", "access_denied", "Учётная запись не подтверждена"),
            Self::NotEmployee => of(
                "ESIA-007194",
                "access_denied",
                "Запрошены данные организации, сотрудником которой пользователь не является",
            ),
            Self::SystemNotAuthenticated => of(
                "ESIA-008010",
                "invalid_client",
                "Не удалось аутентифицировать систему",
            ),
            Self::Permissions(fault) => {
                let (code, text) = match fault {
                    PermissionsFault::NoType => ("ESIA-036700", "Не указан тип согласия"),
                    PermissionsFault::UnknownType => ("ESIA-036701", "Тип согласия неизвестен"),
                    PermissionsFault::NoScopes => ("ESIA-036702", "В согласии не указаны области доступа"),
                    PermissionsFault::UnknownScope => {
                        ("ESIA-036703", "Область доступа в согласии неизвестна")
                    }
                    PermissionsFault::NoActions => ("ESIA-036704", "В согласии не указаны действия"),
                    PermissionsFault::NoPurpose => ("ESIA-036706", "В согласии не указана цель"),
                    PermissionsFault::WrongExpiry => ("ESIA-036716", "Срок действия согласия указан неверно"),
                };
                of(code, "invalid_request", text)
            }
        }
    }

    /// `error_description` as it is published: the code, a colon, the words.
    pub(crate) fn description(self) -> String {
        let (code, _, text) = self.parts();
        format!("{code}: {text}")
    }

    /// The answer of the token method: 400 with `error`, `error_description`, and the state of the request.
    pub(crate) fn answer(self, state: Option<&str>) -> Response {
        let (_, error, _) = self.parts();
        let status = match self {
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ServiceDown => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({"error": error, "error_description": self.description(), "state": state});
        let headers = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
        (status, headers, Json(body)).into_response()
    }
}
