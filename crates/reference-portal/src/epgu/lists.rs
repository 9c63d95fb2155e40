//! Methods 6 and 7: statuses of many orders at once.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Multipart, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::failure::Failure;
use crate::clock::{list_format, parse_list_format};
use crate::store::Order;
use crate::world::World;

const DEFAULT_PAGE: i64 = 100;
const LARGEST_PAGE: i64 = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    #[serde(default)]
    page_num: i64,
    page_size: Option<i64>,
    updated_after: Option<String>,
    order_ids: Option<String>,
}

impl Page {
    fn size(&self) -> Result<i64, Failure> {
        let size = self.page_size.unwrap_or(DEFAULT_PAGE);
        if self.page_num < 0 || !(1..=LARGEST_PAGE).contains(&size) {
            return Err(Failure::bad(format!(
                "pageNum с 0, pageSize от 1 до {LARGEST_PAGE}"
            )));
        }
        Ok(size)
    }
}

pub(super) async fn updated_after(
    State(world): State<Arc<World>>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Failure> {
    let size = page.size()?;
    let after = page
        .updated_after
        .as_deref()
        .and_then(parse_list_format)
        .ok_or_else(|| Failure::bad("updatedAfter: нужно время вида 2022-12-21T20:49:37.672"))?;
    let (orders, total) =
        world
            .store
            .updated_after(caller.org_oid, &caller.client_id, after, page.page_num, size)?;
    let content = orders
        .iter()
        .map(|order| found(&world, order))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Json(
        json!({"count": content.len(), "totalCount": total, "content": content}),
    ))
}

pub(super) async fn status(
    State(world): State<Arc<World>>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Failure> {
    let ids = page
        .order_ids
        .as_deref()
        .ok_or_else(|| Failure::bad("orderIds: отсутствует"))?
        .split(',')
        .map(|id| {
            id.trim()
                .parse()
                .map_err(|_| Failure::bad("orderIds: нужны числа через запятую"))
        })
        .collect::<Result<Vec<i64>, _>>()?;
    status_of(&world, &caller, &ids, page.page_num, page.size()?)
}

/// One service's text sends `meta=[1,2,3]` by POST.
pub(super) async fn status_by_form(
    State(world): State<Arc<World>>,
    caller: Caller,
    Query(page): Query<Page>,
    mut multipart: Multipart,
) -> Result<Json<Value>, Failure> {
    let size = page.size()?;
    while let Some(field) = multipart
        .next_field()
        .await
        .map_err(|e| Failure::bad(e.body_text()))?
    {
        if field.name() == Some("meta") {
            let text = field.bytes().await.map_err(|e| Failure::bad(e.body_text()))?;
            let ids: Vec<i64> =
                serde_json::from_slice(&text).map_err(|e| Failure::bad(format!("meta: {e}")))?;
            return status_of(&world, &caller, &ids, page.page_num, size);
        }
    }
    Err(Failure::bad("meta: отсутствует"))
}

fn status_of(
    world: &World,
    caller: &Caller,
    ids: &[i64],
    page: i64,
    size: i64,
) -> Result<Json<Value>, Failure> {
    let first = usize::try_from(page.saturating_mul(size)).unwrap_or(usize::MAX);
    let wanted = ids
        .iter()
        .skip(first)
        .take(usize::try_from(size).unwrap_or(usize::MAX));
    let mut content = vec![];
    for id in wanted {
        content.push(match world.store.order(*id)? {
            Some(order) if caller.owns(&order) => found(world, &order)?,
            _ => json!({"orderId": id, "orderSearchStatus": "NOT_FOUND", "status": null}),
        });
    }
    Ok(Json(
        json!({"count": content.len(), "totalCount": ids.len(), "content": content}),
    ))
}

fn found(world: &World, order: &Order) -> Result<Value, Failure> {
    let last = world
        .store
        .history(order.id)?
        .into_iter()
        .rfind(|h| h.status_id.is_some());
    // What has not reached the portal is still a draft to it.
    let (id, name) = match last {
        Some(entry) => (entry.status_id.unwrap_or_default(), entry.title),
        None => (0, "Черновик заявления".to_owned()),
    };
    Ok(json!({
        "orderId": order.id,
        "orderSearchStatus": "FOUND",
        "status": {"statusId": id, "statusName": name, "updated": list_format(order.updated_ms)},
    }))
}
