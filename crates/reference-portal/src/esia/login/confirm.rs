//! What there is to do to have an account confirmed, a page a way (AUTH-34).

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::pages;

/// Ways to confirm an account, as the cabinet API names them.
pub(crate) const WAYS: [&str; 4] = ["service-centre", "bank", "signature", "post"];

/// `GET /idp/confirm/{way}`.
pub(super) async fn show(Path(way): Path<String>) -> Response {
    let (title, steps) = match way.as_str() {
        "service-centre" => (
            "Подтверждение в центре обслуживания",
            "Придите в центр обслуживания с паспортом и СНИЛС: там подтвердят личность.",
        ),
        "bank" => (
            "Подтверждение через банк",
            "В приложении своего банка выберите «Госуслуги» и «Подтвердить учётную запись».",
        ),
        "signature" => (
            "Подтверждение электронной подписью",
            "Подпишите заявление сертификатом, выданным аккредитованным удостоверяющим центром.",
        ),
        "post" => (
            "Подтверждение по почте",
            "Закажите заказное письмо с кодом и введите код на этой странице.",
        ),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    pages::confirmation(title, steps).into_response()
}
