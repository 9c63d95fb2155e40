//! Methods 2 and 3: pushing content whole or in chunks.

use std::io;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::caller::Caller;
use super::failure::Failure;
use super::form::{Arrived, Meta, PushForm};
use super::reserve::{accepted, create};
use crate::archive;
use crate::store::{Order, Part, PartRefused, PartStored};
use crate::world::World;

const ALREADY_PUSHED: &str = "Заявление уже отправлено";

/// Method 2: a new order with its content.
pub(super) async fn push(
    State(world): State<Arc<World>>,
    caller: Caller,
    multipart: Multipart,
) -> Result<Json<Value>, Failure> {
    let form = PushForm::read(&world, multipart).await?;
    caller.may_push(&world)?;
    let (meta, file) = required(form.meta, form.file)?;
    let files = archive::list(&file.path);
    let id = create(&world, &caller, &meta, Some((&file.path, &file.sha256)))?;
    world.store.count_push_request(id)?;
    world.store.set_files(id, &files)?;
    world.wake();
    Ok(Json(json!({"orderId": id})))
}

/// Method 3: content for a reserved number, in one part or many.
pub(super) async fn push_chunked(
    State(world): State<Arc<World>>,
    caller: Caller,
    multipart: Multipart,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let form = PushForm::read(&world, multipart).await?;
    caller.may_push(&world)?;
    let (chunk, chunks) = match (form.chunk, form.chunks) {
        (None, None) => (0, 1),
        (Some(chunk), Some(chunks)) if chunk < chunks => (chunk, chunks),
        _ => {
            return Err(Failure::bad(
                "chunk, chunks: номер части должен быть меньше их количества",
            ));
        }
    };
    let id = form
        .order_id
        .ok_or_else(|| Failure::bad("orderId: отсутствует"))?;
    let (meta, file) = required(form.meta, form.file)?;
    let order = caller.order(&world, id)?;
    check_meta(&meta, &order)?;
    let is_last = chunk + 1 == chunks;
    if is_last {
        world.store.count_push_request(id)?;
    }
    let settings = world.settings();
    if !is_last && file.size < settings.chunk_min_bytes {
        return Err(Failure::bad(format!(
            "file: часть меньше {} байт",
            settings.chunk_min_bytes
        )));
    }
    let part = Part {
        order: id,
        chunk,
        chunks,
        size: i64::try_from(file.size).unwrap_or(i64::MAX),
        file: &file.path,
        now_ms: settings.now_ms(),
        window_ms: settings.chunk_window_ms,
    };
    let answer = Json(json!({"orderId": id}));
    match world.store.put_part(&part)? {
        PartStored::Waiting => Ok((StatusCode::PARTIAL_CONTENT, answer)),
        PartStored::Refused(why) => Err(refused(why)),
        PartStored::Complete => {
            let world = world.clone();
            // Joining may copy hundreds of megabytes.
            tokio::task::spawn_blocking(move || complete(&world, id, chunks))
                .await
                .map_err(io::Error::other)??;
            Ok((StatusCode::OK, answer))
        }
    }
}

fn required(meta: Option<Meta>, file: Option<Arrived>) -> Result<(Meta, Arrived), Failure> {
    let meta = meta.ok_or_else(|| Failure::bad("meta: отсутствует"))?;
    meta.service()?;
    let file = file.ok_or_else(|| Failure::bad("file: отсутствует"))?;
    if file.size == 0 {
        return Err(Failure::bad("file: пустой"));
    }
    Ok((meta, file))
}

fn check_meta(meta: &Meta, order: &Order) -> Result<(), Failure> {
    if meta.service_code != order.service || meta.target_code != order.target {
        return Err(Failure::bad("meta: услуга не та, для которой создано заявление"));
    }
    Ok(())
}

fn refused(why: PartRefused) -> Failure {
    match why {
        PartRefused::NotOpen => Failure::Conflict(ALREADY_PUSHED),
        PartRefused::FirstMissing => Failure::bad("chunk: первой должна быть передана часть 0"),
        PartRefused::CountChanged => Failure::bad("chunks: отличается от указанного с первой частью"),
        PartRefused::Incomplete => Failure::bad("chunk: последняя часть передана раньше других"),
        PartRefused::Expired => Failure::Conflict("Истекло время передачи частей"),
    }
}

/// Joins the parts and starts processing.
fn complete(world: &World, id: i64, chunks: u32) -> Result<(), Failure> {
    world.store.join_parts(id, chunks)?;
    let path = world.store.archive_path(id);
    let sha256 = archive::sha256_of(&path)?;
    let settings = world.settings();
    let accepted = accepted(&settings, &sha256, settings.now_ms());
    if !world.store.accept(id, &accepted)? {
        return Err(Failure::Conflict(ALREADY_PUSHED));
    }
    world.store.set_files(id, &archive::list(&path))?;
    world.store.remove_parts(id, chunks)?;
    world.wake();
    Ok(())
}
