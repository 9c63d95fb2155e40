//! Forms of the console: each holds a token that no other page can know.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRef, FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::layout::{self, Refresh, Section};
use crate::settings::Outcome;

/// Made anew at every start.
#[derive(Clone)]
pub(crate) struct FormToken(String);

/// The field of the token.
const FIELD: &str = "token";

impl FormToken {
    pub(crate) fn new() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// For inside a form.
    pub(crate) fn field(&self) -> Markup {
        html! { input type="hidden" name=(FIELD) value=(self.0); }
    }
}

/// The fields of a form that holds our token.
pub(crate) struct Own<T>(pub(crate) T);

/// A form that is only a button.
#[derive(Deserialize)]
pub(crate) struct Empty {}

/// Why a form is not taken.
pub(crate) enum FormRefused {
    /// It is not ours, or of another start.
    Foreign,
    /// It does not decode.
    Unreadable(FormRejection),
}

impl<S, T> FromRequest<S> for Own<T>
where
    S: Send + Sync,
    FormToken: FromRef<S>,
    T: DeserializeOwned,
{
    type Rejection = FormRefused;

    async fn from_request(request: Request, state: &S) -> Result<Self, FormRefused> {
        let (parts, body) = request.into_parts();
        let bytes = axum::body::to_bytes(body, 64 * 1024)
            .await
            .map_err(|_| FormRefused::Foreign)?;
        let again = || Request::from_parts(parts.clone(), axum::body::Body::from(bytes.clone()));
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(again(), state)
            .await
            .map_err(FormRefused::Unreadable)?;
        let expected = FormToken::from_ref(state);
        if !fields
            .iter()
            .any(|(name, value)| name == FIELD && *value == expected.0)
        {
            return Err(FormRefused::Foreign);
        }
        let Form(fields) = Form::from_request(again(), state)
            .await
            .map_err(FormRefused::Unreadable)?;
        Ok(Self(fields))
    }
}

impl IntoResponse for FormRefused {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Foreign => (
                StatusCode::FORBIDDEN,
                "Форма устарела: портал запускали заново. Откройте страницу ещё раз.".to_owned(),
            ),
            Self::Unreadable(why) => (StatusCode::BAD_REQUEST, why.body_text()),
        };
        (status, problem(Section::Overview, &text)).into_response()
    }
}

/// A page that says what is wrong.
pub(crate) fn problem(section: Section, text: &str) -> Response {
    let content = html! { p.problem role="alert" { (text) } };
    layout::page(section, "Не получилось", Refresh::Never, content)
}

/// After a form was taken: the page it came from, by GET.
pub(crate) fn back_to(address: &str) -> Redirect {
    Redirect::to(address)
}

/// What an order can be made to end with, and its name.
const OUTCOMES: [(Outcome, &str); 6] = [
    (Outcome::Accept, "принято (3)"),
    (Outcome::Refuse, "отказано (4)"),
    (Outcome::Correct, "на исправление (15)"),
    (Outcome::FailDelivery, "не доставлено (5)"),
    (Outcome::FailProcessing, "ошибка обработки (24)"),
    (Outcome::Hold, "ждать на 17"),
];

/// Processing codes an order can end with before it reaches the portal (API ЕПГУ 1.13, appendix 2).
const CODES: [&str; 6] = [
    "VALIDATION_ERROR",
    "INVALID_FILES_STRUCTURE",
    "REQ_VERIFY_FAILED",
    "FILES_VERIFICATION_FAILED",
    "CREATE_ORDER_FORBIDDEN",
    "INTERNAL_ERROR",
];

/// The outcomes for a `select`; the value is JSON.
pub(crate) fn outcome_options(current: &Outcome) -> Markup {
    let codes = CODES.map(|code| (Outcome::Code(code.into()), code));
    html! {
        @for (outcome, name) in OUTCOMES.iter().chain(&codes) {
            option value=(serde_json::to_string(outcome).unwrap_or_default()) selected[outcome == current] { (name) }
        }
    }
}

/// An outcome as it comes from a form.
pub(crate) fn read_outcome(value: &str) -> Option<Outcome> {
    serde_json::from_str(value).ok()
}
