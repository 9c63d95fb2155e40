//! Notifications: orders that move, security events, news, deadlines; and what a person wants to hear of.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::access::{self, permission};
use super::account::Account;
use super::notification_settings::{DeliveryChannel, settings_of};
use super::refusal::{Code, Refusal};
use super::request::{Caller, Parameters};
use super::responses::Common;
use super::time_format::rfc3339;
use crate::clock;
use crate::esia::for_cabinet;
use crate::services;
use crate::store::{Order, PORTAL_CODE, Record, Step, StoreError};
use crate::world::World;

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = NotificationKind)]
pub(crate) enum Kind {
    Order,
    Security,
    System,
    Deadline,
    News,
    Director,
}

/// Where a notification leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationLink)]
pub(crate) struct Link {
    /// `orders`, `security`, `organisations`, `services`, `subscriptions`, `registrations` or `news`.
    pub(crate) section: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) id: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notification {
    /// Sorts as the moments do.
    id: String,
    person: i64,
    at_ms: i64,
    kind: Kind,
    title: String,
    text: String,
    link: Option<Link>,
    read: bool,
    important: bool,
}

impl Record for Notification {
    const KIND: &'static str = "notification";
    fn id(&self) -> String {
        self.id.clone()
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

/// Notifies a person, unless the settings of the person exclude the kind. Security cannot be excluded.
pub(crate) fn add(
    world: &World,
    person: i64,
    kind: Kind,
    title: &str,
    text: &str,
    link: Option<Link>,
    important: bool,
) -> Result<(), StoreError> {
    let settings = settings_of(world, person)?;
    if kind != Kind::Security && !(settings.enabled && settings.kinds.contains(&kind)) {
        return Ok(());
    }
    let now_ms = clock::now_ms();
    let ruled = settings.rules.iter().find(|rule| {
        rule.kind == kind
            && rule
                .contains
                .as_ref()
                .is_none_or(|part| title.contains(part) || text.contains(part))
    });
    let notification = Notification {
        id: format!("{now_ms:014}-{}", Uuid::new_v4().simple()),
        person,
        at_ms: now_ms,
        kind,
        title: title.into(),
        text: text.into(),
        link,
        read: false,
        important: ruled.map_or(important, |rule| rule.important),
    };
    world.store.add_record(&notification)?;
    // Of an application only what is decided or asked is worth a letter.
    if kind != Kind::Order || notification.important {
        deliver(world, &notification, &settings.channels_of(kind))?;
    }
    Ok(())
}

/// Puts into the feed what ЕСИА has told the owner of an account already, so without another letter.
pub(crate) fn security_told(
    world: &World,
    employee: &str,
    title: &str,
    text: &str,
    section: &str,
) -> Result<(), StoreError> {
    let Some(employee) = world.index.employee(employee) else {
        return Ok(());
    };
    let now_ms = clock::now_ms();
    world.store.add_record(&Notification {
        id: format!("{now_ms:014}-{}", Uuid::new_v4().simple()),
        person: i64::try_from(employee.oid).unwrap_or_default(),
        at_ms: now_ms,
        kind: Kind::Security,
        title: title.into(),
        text: text.into(),
        link: Some(Link {
            section: section.into(),
            id: None,
        }),
        read: false,
        important: true,
    })?;
    Ok(())
}

/// Sends what happened to the person's own address: the number of an application, and nothing of whom or what it is about.
fn deliver(
    world: &World,
    notification: &Notification,
    channels: &[DeliveryChannel],
) -> Result<(), StoreError> {
    let Some(employee) = world.employee_by_oid(notification.person) else {
        return Ok(());
    };
    let account = Account::of(world, employee);
    let link = notification.link.as_ref();
    let number = link
        .filter(|link| link.section == "orders")
        .and_then(|link| link.id.as_ref());
    let title = &notification.title;
    let text = match number {
        Some(number) => format!("Заявление № {number}: {title}. Подробности в личном кабинете."),
        None => format!("{title}. Подробности в личном кабинете."),
    };
    for channel in channels {
        match channel {
            DeliveryChannel::Email => for_cabinet::send(world, "email", &account.email, &text, None)?,
            DeliveryChannel::Sms => for_cabinet::send(world, "sms", &account.phone, &text, None)?,
            // Clients fetch by themselves.
            DeliveryChannel::Push => {}
        }
    }
    Ok(())
}

/// Tells everybody who may track an organisation's orders that one moved.
pub(crate) fn order_moved(world: &World, order: &Order, step: &Step) -> Result<(), StoreError> {
    if step.code == PORTAL_CODE || step.is_final {
        let service = services::by_code(&order.service).map_or(order.service.as_str(), |s| &s.name);
        let title = if step.title.is_empty() {
            step.code.as_str()
        } else {
            &step.title
        };
        let text = match step.comment.as_ref().or(step.message.as_ref()) {
            Some(more) => format!("{service}, заявление № {}. {more}", order.id),
            None => format!("{service}, заявление № {}.", order.id),
        };
        let link = Link {
            section: "orders".into(),
            id: Some(order.id.to_string()),
        };
        for member in access::members(world, order.org_oid)? {
            let grants = access::grants(world, &member)?;
            let tracks = grants
                .iter()
                .any(|grant| grant.granted && grant.code == permission::APPLICATIONS_TRACK);
            if tracks || member.person == order.person_oid {
                let important = step.is_final || step.edit_allowed;
                add(
                    world,
                    member.person,
                    Kind::Order,
                    title,
                    &text,
                    Some(link.clone()),
                    important,
                )?;
            }
        }
    }
    Ok(())
}

/// What every demo person finds at the first look.
const SCRIPTED: [(Kind, &str, &str, &str, bool); 5] = [
    (
        Kind::System,
        "Работы на портале",
        "В воскресенье с 02:00 до 04:00 по московскому времени заявления принимаются с задержкой.",
        "news",
        false,
    ),
    (
        Kind::News,
        "Новая услуга",
        "Уведомления медицинских организаций о регистрации граждан теперь можно подать из кабинета.",
        "services",
        false,
    ),
    (
        Kind::Deadline,
        "Скоро срок отчётности",
        "До 25-го числа представьте уведомление об исчисленных налогах.",
        "orders",
        true,
    ),
    (
        Kind::News,
        "Изменения в законодательстве",
        "С нового квартала меняется порядок хранения машиночитаемых доверенностей.",
        "news",
        false,
    ),
    (
        Kind::Security,
        "Проверьте защиту учётной записи",
        "Пройдите проверку безопасности: пароль, второй фактор, устройства.",
        "security",
        false,
    ),
];

/// Writes the scripted notifications of the demo people, once.
pub(crate) fn seed(world: &World) -> Result<(), StoreError> {
    for employee in &world.index.employees {
        let person = i64::try_from(employee.oid).unwrap_or_default();
        let chief = access::memberships(world, person)?.iter().any(|m| m.chief);
        let director = (
            Kind::Director,
            "Нужно ваше решение",
            "Подтвердите, кто из сотрудников вправе подавать заявления от имени организации.",
            "organisations",
            true,
        );
        let all = SCRIPTED.into_iter().chain(chief.then_some(director));
        for (number, (kind, title, text, section, important)) in all.enumerate() {
            let number = i64::try_from(number).unwrap_or_default();
            let at_ms = SEED_MS + number * 60_000;
            world.store.add_record(&Notification {
                id: format!("{at_ms:014}-{person}"),
                person,
                at_ms,
                kind,
                title: title.into(),
                text: text.into(),
                link: Some(Link {
                    section: section.into(),
                    id: None,
                }),
                read: false,
                important,
            })?;
        }
    }
    Ok(())
}

/// 12 January 2026, 09:00 Moscow time.
const SEED_MS: i64 = 1_768_197_600_000;

/// A notification on the wire.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub(crate) struct NotificationView {
    id: String,
    #[schema(format = DateTime)]
    at: String,
    kind: Kind,
    title: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    link: Option<Link>,
    read: bool,
    important: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// `id` of the last notification known: only later ones are returned.
    after: Option<String>,
    /// 1…100, 50 by default.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

/// Notifications, oldest first; without `after` the latest ones.
#[utoipa::path(
    get, path = "/notifications", tag = "notifications", params(ListQuery),
    responses((status = 200, body = Vec<NotificationView>), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
    Parameters(query): Parameters<ListQuery>,
) -> Result<Json<Vec<NotificationView>>, Refusal> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        return Err(Refusal::bad("limit: от 1 до 100"));
    }
    let mut all = world
        .store
        .records_of::<Notification>(&caller.person.to_string())?;
    match &query.after {
        Some(after) => all.retain(|notification| notification.id > *after),
        None => drop(all.drain(..all.len().saturating_sub(limit))),
    }
    let views = all.into_iter().take(limit).map(|n| NotificationView {
        at: rfc3339(n.at_ms),
        id: n.id,
        kind: n.kind,
        title: n.title,
        text: n.text,
        link: n.link,
        read: n.read,
        important: n.important,
    });
    Ok(Json(views.collect()))
}

/// Marks a notification as read.
#[utoipa::path(
    post, path = "/notifications/{id}/read", tag = "notifications",
    params(("id" = String, Path, description = "`id` of the notification")),
    responses((status = 204), Common)
)]
pub(crate) async fn mark_read(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let done = world
        .store
        .change_record(&id, |notification: &mut Notification| {
            let own = notification.person == caller.person;
            notification.read |= own;
            own
        })?;
    if done == Some(true) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}
