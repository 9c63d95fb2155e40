//! The security check-up of the caller's account (AUTH-50).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::access;
use super::account::Account;
use super::links::Link;
use super::refusal::Refusal;
use super::request::Caller;
use super::responses::Common;
use crate::clock;
use crate::esia;
use crate::world::World;

/// How good an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = CheckUpState)]
pub(crate) enum Health {
    Ok,
    Attention,
    Bad,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = CheckUpItemName)]
pub(crate) enum Item {
    Identity,
    Password,
    SecondFactor,
    Contacts,
    Organisations,
    Devices,
}

/// One line of the check-up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckUpItem {
    item: Item,
    state: Health,
    /// In Russian.
    detail: String,
}

/// A password this near to its end deserves a word.
const PASSWORD_WARNING_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// What is good and what is not about the caller's account.
#[utoipa::path(
    get, path = "/me/check-up", tag = "me",
    responses((status = 200, body = Vec<CheckUpItem>), Common)
)]
pub(crate) async fn check_up(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Vec<CheckUpItem>>, Refusal> {
    let employee = caller.employee(&world)?;
    let account = Account::of(&world, employee);
    // One that is not this one may be a forgotten or a foreign one.
    let others = esia::devices_of(&world, &employee.id, &caller.session)
        .iter()
        .filter(|device| !device.current)
        .count();
    let line = |item, state, detail: &str| CheckUpItem {
        item,
        state,
        detail: detail.into(),
    };
    let left_ms = account.password_expires_ms - clock::now_ms();
    let password = if left_ms <= 0 {
        (Health::Bad, "Срок действия пароля истёк. Смените его".to_owned())
    } else if left_ms < PASSWORD_WARNING_MS {
        let days = left_ms / (24 * 60 * 60 * 1000);
        (
            Health::Attention,
            format!("Пароль пора сменить: осталось дней {days}"),
        )
    } else {
        (Health::Ok, "Пароль действует".to_owned())
    };
    let open = Link::open_ones(&world, caller.person)?.len();
    let linked = access::memberships(&world, caller.person)?;
    let linked = linked.iter().filter(|m| m.is_active()).count();
    Ok(Json(vec![
        if account.confirmed {
            line(Item::Identity, Health::Ok, "Личность подтверждена")
        } else {
            line(
                Item::Identity,
                Health::Bad,
                "Личность не подтверждена: большинство действий закрыто",
            )
        },
        line(Item::Password, password.0, &password.1),
        if account.has_second_factor {
            line(Item::SecondFactor, Health::Ok, "Второй фактор включён")
        } else {
            line(
                Item::SecondFactor,
                Health::Bad,
                "Включите второй фактор: код из SMS или приложения",
            )
        },
        line(Item::Contacts, Health::Ok, "Телефон и почта подтверждены"),
        if open > 0 {
            let detail = format!("Привязанных организаций: {linked}, ждут подтверждения: {open}");
            line(Item::Organisations, Health::Attention, &detail)
        } else {
            line(
                Item::Organisations,
                Health::Ok,
                &format!("Привязанных организаций: {linked}"),
            )
        },
        if others > 0 {
            let detail = format!("Вход выполнен ещё на устройствах: {others}. Завершите сеансы незнакомых");
            line(Item::Devices, Health::Attention, &detail)
        } else {
            line(Item::Devices, Health::Ok, "Сеансов на других устройствах нет")
        },
    ]))
}
