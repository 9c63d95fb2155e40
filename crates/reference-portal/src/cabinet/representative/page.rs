//! The page a QR code leads to: somebody authorised by the organisation, signed in on the device that read the code, confirms
//! the representative (ORG-42).

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use super::{Standing, Status, current, id, tell};
use crate::cabinet::access;
use crate::clock;
use crate::demo::Employee;
use crate::esia::for_cabinet::{self, Browser};
use crate::store::StoreError;
use crate::world::{World, WorldError};

/// Where it is, before the number of the approval.
pub(super) const PATH: &str = "/representative";
/// The permission that makes somebody authorised; the head of the organisation is so anyway.
const AUTHORISED: &str = "link.confirm";

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new().route(&format!("{PATH}/{{approval}}"), get(show).post(confirm))
}

/// Who asks and who answers.
struct Case<'w> {
    standing: Standing,
    name: &'w str,
    representative: &'w Employee,
    browser: Browser,
    approver: &'w Employee,
}

/// Why there is nothing to confirm: status, heading, advice.
type Obstacle = (StatusCode, &'static str, &'static str);

const OVER: Obstacle = (
    StatusCode::GONE,
    "Ссылка недействительна",
    "Срок её истёк, или представитель уже подтверждён. Получите новый QR-код.",
);
const STRANGER: Obstacle = (
    StatusCode::UNAUTHORIZED,
    "Войдите в учебную ЕСИА",
    "Войдите на этом устройстве и откройте ссылку снова.",
);
const NOT_AUTHORISED: Obstacle = (
    StatusCode::FORBIDDEN,
    "Недостаточно прав",
    "Подтвердить представителя может руководитель или администратор организации.",
);

fn case<'w>(
    world: &'w World,
    approval: &str,
    headers: &HeaderMap,
) -> Result<Result<Case<'w>, Obstacle>, StoreError> {
    let approval = Uuid::parse_str(approval).ok();
    let found = world
        .store
        .records::<Standing>()?
        .into_iter()
        .find(|one| one.approval.is_some() && one.approval == approval);
    let Some(found) = found else { return Ok(Err(OVER)) };
    let standing = current(world, found.person, found.organisation)?;
    let Some(standing) = standing.filter(|one| one.status == Status::AwaitingApproval) else {
        return Ok(Err(OVER));
    };
    let (Some(entry), Some(representative)) = (
        world.registry.by_oid(standing.organisation),
        world.employee_by_oid(standing.person),
    ) else {
        return Ok(Err(OVER));
    };
    let Some(browser) = for_cabinet::browser(world, headers) else {
        return Ok(Err(STRANGER));
    };
    let Some(approver) = world.index.employee(&browser.employee) else {
        return Ok(Err(STRANGER));
    };
    let is_head = entry.is_headed_by(approver);
    if !is_head && !is_authorised(world, approver, standing.organisation)? {
        return Ok(Err(NOT_AUTHORISED));
    }
    Ok(Ok(Case {
        standing,
        name: &entry.short_name,
        representative,
        browser,
        approver,
    }))
}

fn is_authorised(world: &World, approver: &Employee, organisation: i64) -> Result<bool, StoreError> {
    let person = i64::try_from(approver.oid).unwrap_or_default();
    let membership = access::membership(world, person, organisation)?;
    let Some(membership) = membership.filter(|one| one.is_active() && one.enabled) else {
        return Ok(false);
    };
    // Who is not confirmed confirms nobody.
    if super::is_closed(world, &membership)? {
        return Ok(false);
    }
    let grants = access::grants(world, &membership)?;
    Ok(grants
        .iter()
        .any(|grant| grant.granted && grant.code == AUTHORISED))
}

async fn show(
    State(world): State<Arc<World>>,
    Path(approval): Path<String>,
    headers: HeaderMap,
) -> Result<Response, WorldError> {
    Ok(match case(&world, &approval, &headers)? {
        Err(obstacle) => refused(obstacle),
        Ok(case) => page(
            StatusCode::OK,
            "Подтверждение представителя",
            &html! {
                p { b { (case.representative.surname) " " (case.representative.given_name) }
                    " просит подтвердить право представлять организацию " b { (case.name) } "." }
                form method="post" {
                    input type="hidden" name="t" value=(case.browser.form_token);
                    button #confirm type="submit" { "Подтвердить" }
                }
            },
        ),
    })
}

#[derive(Deserialize)]
struct Answer {
    /// Nobody has it without the session's cookie.
    #[serde(default)]
    t: String,
}

async fn confirm(
    State(world): State<Arc<World>>,
    Path(approval): Path<String>,
    headers: HeaderMap,
    Form(answer): Form<Answer>,
) -> Result<Response, WorldError> {
    let case = match case(&world, &approval, &headers)? {
        Err(obstacle) => return Ok(refused(obstacle)),
        Ok(case) => case,
    };
    if !case.browser.sent(&answer.t) {
        return Ok(refused(STRANGER));
    }
    let (now_ms, seen) = (clock::now_ms(), case.standing.approval);
    let by = format!("{} {}", case.approver.surname, case.approver.given_name);
    let key = id(case.standing.person, case.standing.organisation);
    let confirmed = world.store.change_record(&key, |one: &mut Standing| {
        (one.status == Status::AwaitingApproval && one.approval == seen).then(|| {
            one.confirm(Some(by), now_ms);
            one.clone()
        })
    })?;
    let Some(standing) = confirmed.flatten() else {
        return Ok(refused(OVER));
    };
    tell(&world, &standing)?;
    let done = html! { p #done role="status" { (case.name) ": представитель подтверждён." } };
    Ok(page(StatusCode::OK, "Готово", &done))
}

fn refused((status, title, advice): Obstacle) -> Response {
    page(status, title, &html! { p #problem role="alert" { (advice) } })
}

fn page(status: StatusCode, title: &str, content: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="ru" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " — учебная ЕСИА" }
                link rel="stylesheet" href="/idp/style.css";
            }
            body {
                header { strong { "Учебная ЕСИА" } span { "эталонный портал, не настоящие Госуслуги" } }
                main { h1 { (title) } (content) }
            }
        }
    };
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, page).into_response()
}
