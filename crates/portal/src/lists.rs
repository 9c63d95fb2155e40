//! Which orders changed (method 6) and where given orders stand (method 7).

use std::collections::HashMap;

use kabinet_domain::OrderId;
use reqwest::Method;
use time::OffsetDateTime;

use crate::loose::Loose;
use crate::transport::{Answer, Call, Effect, Payload, Site};
use crate::{AccessToken, Portal, PortalError, ProtocolFault, moscow};

/// Orders asked about in one request, and entries in one page.
const PAGE: usize = 100;

/// One line of a status list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderSummary {
    /// The order.
    pub order: OrderId,
    /// `false`: the portal says it has no such order.
    pub found: bool,
    /// Portal status id.
    pub status_id: Option<i64>,
    /// Title of the status.
    pub title: Option<String>,
    /// When the order last changed.
    pub updated: Option<OffsetDateTime>,
}

impl OrderSummary {
    fn read(entry: Loose<'_>) -> Option<Self> {
        let order = OrderId(entry.id("orderId")?);
        let status = entry.field("status");
        let search = entry.text("orderSearchStatus");
        Some(Self {
            order,
            found: search.map_or(status.is_some(), |search| {
                !search.eq_ignore_ascii_case("NOT_FOUND")
            }),
            status_id: status
                .and_then(|s| s.number("statusId"))
                .and_then(|id| i64::try_from(id).ok()),
            title: status.and_then(|status| status.text("statusName")),
            updated: status.and_then(|status| status.time("updated")),
        })
    }
}

/// A page of the list of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedPage {
    /// Its entries, as the portal orders them.
    pub entries: Vec<OrderSummary>,
    /// Nothing follows.
    pub is_last: bool,
}

/// One page; `Count` and `Content` in the table are `count` and `content` in the examples.
struct Page {
    entries: Vec<OrderSummary>,
    count: usize,
    total: Option<u64>,
}

impl Page {
    fn read(answer: &Answer) -> Result<Self, PortalError> {
        // Nothing to tell.
        if answer.http == 204 {
            return Ok(Self {
                entries: Vec::new(),
                count: 0,
                total: None,
            });
        }
        let value = answer.json()?;
        let value = Loose::new(&value);
        let present = value.field("content").is_some() || value.field("count").is_some();
        if !present {
            return Err(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("content"),
            });
        }
        let listed = value.list("content").count();
        Ok(Self {
            entries: value.list("content").filter_map(OrderSummary::read).collect(),
            count: value
                .number("count")
                .and_then(|count| usize::try_from(count).ok())
                .unwrap_or(listed),
            total: value
                .number("totalCount")
                .and_then(|total| u64::try_from(total).ok()),
        })
    }
}

impl Portal {
    /// One page of the orders of this information system that changed after `after`, from 0, of `size` entries at most. Times are
    /// compared in milliseconds; ask with a little overlap.
    ///
    /// # Errors
    /// What any request can meet; never an unknown outcome.
    pub async fn updated_page(
        &self,
        token: &AccessToken,
        after: OffsetDateTime,
        number: u64,
        size: usize,
    ) -> Result<UpdatedPage, PortalError> {
        let after = moscow::format(after).ok_or(PortalError::Protocol {
            what: ProtocolFault::Request,
        })?;
        let (page, text) = (number.to_string(), size.to_string());
        let query = [
            ("pageNum", &*page),
            ("pageSize", &*text),
            ("updatedAfter", &*after),
        ];
        let page = self.list(token, "getUpdatedAfter", &query).await?;
        // A server may give less at a time than it was asked for; then only its total tells.
        let passed = number.saturating_mul(page.count as u64) + page.count as u64;
        let more_follow = page.total.is_some_and(|total| total > passed);
        Ok(UpdatedPage {
            is_last: page.count == 0 || (page.count < size && !more_follow),
            entries: page.entries,
        })
    }

    /// Where these orders stand.
    ///
    /// # Errors
    /// What any request can meet; never an unknown outcome.
    pub async fn orders_status(
        &self,
        token: &AccessToken,
        orders: &[OrderId],
    ) -> Result<Vec<OrderSummary>, PortalError> {
        let mut newest = Newest::default();
        for orders in orders.chunks(PAGE) {
            let ids = orders
                .iter()
                .map(|order| order.0.to_string())
                .collect::<Vec<_>>()
                .join(",");
            let size = PAGE.to_string();
            let query = [("pageNum", "0"), ("pageSize", &*size), ("orderIds", &*ids)];
            newest.merge(self.list(token, "getOrdersStatus", &query).await?.entries);
        }
        Ok(newest.entries)
    }

    async fn list(
        &self,
        token: &AccessToken,
        name: &str,
        query: &[(&str, &str)],
    ) -> Result<Page, PortalError> {
        // The tables write these paths without a slash at the end, the examples with one.
        match self
            .list_at(token, &["api", "gusmev", "order", name], query)
            .await
        {
            Err(PortalError::NotFound) => {
                self.list_at(token, &["api", "gusmev", "order", name, ""], query)
                    .await
            }
            other => other,
        }
    }

    async fn list_at(
        &self,
        token: &AccessToken,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Page, PortalError> {
        let answer = self
            .transport
            .exchange(Call {
                site: Site::Epgu,
                method: Method::GET,
                path,
                query,
                token: Some(token),
                payload: Payload::Empty,
                effect: Effect::Reads,
                timeout: self.options.timeouts.answer,
            })
            .await?;
        Page::read(&answer.accepted()?)
    }
}

/// One entry per order: an order that changes while pages are read can stand on two of them.
#[derive(Default)]
struct Newest {
    entries: Vec<OrderSummary>,
    places: HashMap<OrderId, usize>,
}

impl Newest {
    /// Takes a page in; `false` when it held nothing that was not known.
    fn merge(&mut self, page: Vec<OrderSummary>) -> bool {
        let mut anything_new = false;
        for entry in page {
            match self.places.get(&entry.order) {
                None => {
                    self.places.insert(entry.order, self.entries.len());
                    self.entries.push(entry);
                    anything_new = true;
                }
                Some(place) if self.entries[*place].updated < entry.updated => {
                    self.entries[*place] = entry;
                    anything_new = true;
                }
                Some(_) => {}
            }
        }
        anything_new
    }
}
