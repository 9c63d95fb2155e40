//! The methods of ГЭПС API 1.0.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::super::caller::Caller;
use super::super::failure::Failure;
use super::letter::{AttachmentState, Letter, Reading};
use super::tasks::{Filter, KEPT_MS, Task, Use, spend};
use crate::cabinet::may_read_mail;
use crate::clock;
use crate::world::World;

/// The longest stretch one list looks through.
const LONGEST: Duration = Duration::DAY;
/// How far back it may begin.
const DEEPEST: Duration = Duration::days(30);
const LARGEST_PAGE: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
    start_date_time: String,
    end_date_time: String,
    status_filter: Filter,
}

pub(super) async fn order(
    State(world): State<Arc<World>>,
    caller: Caller,
    body: Result<Json<Order>, JsonRejection>,
) -> Result<Json<Value>, Failure> {
    admit(&world, &caller)?;
    let Json(order) = body.map_err(|error| Failure::bad(error.body_text()))?;
    let moment = |name: &str, text: &str| {
        OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| Failure::bad(format!("{name}: нужны дата и время со смещением")))
    };
    let from = moment("startDateTime", &order.start_date_time)?;
    let until = moment("endDateTime", &order.end_date_time)?;
    if until <= from || until - from > LONGEST {
        return Err(Failure::bad("Период поиска не больше суток"));
    }
    if world.now() - from > DEEPEST {
        return Err(Failure::bad("Глубина поиска не больше 30 дней"));
    }
    spend(&world, caller.org_oid, Use::Search)?;
    let task = Task {
        id: Uuid::new_v4(),
        organisation: caller.org_oid,
        ordered_ms: world.now_ms(),
        from_ms: clock::to_ms(from),
        until_ms: clock::to_ms(until),
        filter: order.status_filter,
    };
    world.store.add_record(&task)?;
    Ok(Json(json!({"searchTaskUuid": task.id})))
}

#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    offset: usize,
    limit: Option<usize>,
}

pub(super) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Failure> {
    admit(&world, &caller)?;
    let limit = page.limit.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(Failure::bad(format!("limit от 1 до {LARGEST_PAGE}")));
    }
    let now = world.now_ms();
    let task = world
        .store
        .record::<Task>(&id.to_string())?
        .filter(|task| task.organisation == caller.org_oid && now - task.ordered_ms <= KEPT_MS)
        .ok_or(Failure::MailNotFound("Поисковая задача не найдена"))?;
    spend(&world, caller.org_oid, Use::Fetch)?;
    let settings = world.settings();
    let (age, ready) = (now - task.ordered_ms, settings.mail_delay_s * 1000);
    if age < ready {
        let status = if age < ready / 2 { "SEARCH" } else { "PROCESSING" };
        return Ok(Json(json!({"searchTaskStatus": status})));
    }
    if settings.mail_fails {
        return Ok(Json(json!({"searchTaskStatus": "ERROR"})));
    }
    let mut found: Vec<Letter> = world
        .store
        .records_of::<Letter>(&caller.org_oid.to_string())?
        .into_iter()
        .filter(|letter| (task.from_ms..task.until_ms).contains(&letter.at_ms))
        .filter(|letter| match task.filter {
            Filter::Any => true,
            Filter::Read => !letter.readings.is_empty(),
            Filter::Unread => letter.readings.is_empty(),
        })
        .collect();
    found.reverse();
    let lines: Vec<Value> = found
        .iter()
        .skip(page.offset)
        .take(limit)
        .map(Letter::line)
        .collect();
    Ok(Json(json!({
        "searchTaskStatus": "COMPLETED",
        "messageList": lines,
        "offset": page.offset,
        "limit": limit,
        "total": found.len(),
    })))
}

pub(super) async fn card(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path((thread, message)): Path<(Uuid, Uuid)>,
) -> Result<Json<Value>, Failure> {
    admit(&world, &caller)?;
    let letter = own(&world, &caller, message)?;
    if letter.thread != thread {
        return Err(Failure::MailNotFound("Сообщение не найдено"));
    }
    let letter = opened(&world, &caller, message)?;
    Ok(Json(letter.card()))
}

pub(super) async fn file(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path((message, attachment, part)): Path<(Uuid, Uuid, String)>,
) -> Result<Response, Failure> {
    const NONE: Failure = Failure::MailNotFound("Вложение не найдено");
    admit(&world, &caller)?;
    let letter = own(&world, &caller, message)?;
    let file = letter
        .attachments
        .iter()
        .find(|file| file.id == attachment && file.state == AttachmentState::Ready)
        .ok_or(NONE)?;
    let (mime, content) = match part.as_str() {
        "file" => (file.mime.clone(), file.content()),
        "sig" => (
            "application/pkcs7-signature".into(),
            file.signature().ok_or(NONE)?,
        ),
        _ => return Err(NONE),
    };
    // Whoever takes what is inside has opened the letter.
    if letter.readings.is_empty() {
        opened(&world, &caller, message)?;
    }
    Ok(([(header::CONTENT_TYPE, mime)], content).into_response())
}

/// Only the head and administrators of the organisation.
fn admit(world: &World, caller: &Caller) -> Result<(), Failure> {
    if may_read_mail(world, caller.person_oid, caller.org_oid)? {
        Ok(())
    } else {
        Err(Failure::MailAccess)
    }
}

fn own(world: &World, caller: &Caller, message: Uuid) -> Result<Letter, Failure> {
    world
        .store
        .record::<Letter>(&message.to_string())?
        .filter(|letter| letter.organisation == caller.org_oid)
        .ok_or(Failure::MailNotFound("Сообщение не найдено"))
}

/// Writes down that the letter was opened.
fn opened(world: &World, caller: &Caller, message: Uuid) -> Result<Letter, Failure> {
    let name = world
        .employee_by_oid(caller.person_oid)
        .map(|person| format!("{} {}", person.surname, person.given_name))
        .unwrap_or_default();
    let reading = Reading {
        person: caller.person_oid,
        name,
        at_ms: world.now_ms(),
    };
    let letter = world
        .store
        .change_record::<Letter, _>(&message.to_string(), |letter| {
            letter.readings.push(reading);
            letter.clone()
        })?;
    letter.ok_or(Failure::MailNotFound("Сообщение не найдено"))
}
