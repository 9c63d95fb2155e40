//! Orders and uploads as the operator looks at them: all organisations at once, narrowed and by pages.

use super::{Order, Row, Store, StoreError, Value, params};

/// Which orders are wanted; `None` narrows nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrderFilter {
    pub(crate) org_oid: Option<i64>,
    pub(crate) service: Option<String>,
    pub(crate) state: Option<OrderState>,
    pub(crate) number: Option<i64>,
}

/// Where an order stands, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderState {
    /// Reserved, nothing pushed.
    Draft,
    /// Goes on by itself.
    Moving,
    /// Waits for its owner to mend it.
    Correction,
    /// Over.
    Final,
}

/// An order with the last entry of its history.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) order: Order,
    pub(crate) status_id: Option<i64>,
    pub(crate) title: String,
    pub(crate) is_final: bool,
    pub(crate) edit_allowed: bool,
}

/// An order something was pushed for, completely or not.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) order: Order,
    /// Parts that wait for the others, and their octets.
    pub(crate) parts: u32,
    pub(crate) bytes: i64,
}

/// How many there are of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) orders: i64,
    pub(crate) moving: i64,
    /// Uploads begun in parts and not complete.
    pub(crate) uploading: i64,
}

const LISTED: &str =
    "FROM orders o JOIN history h ON h.id = (SELECT max(id) FROM history WHERE order_id = o.id)";
const COLUMNS: &str = "o.*, h.status_id AS last_status, h.title AS last_title, h.final AS last_final, h.edit_allowed AS last_edit";

impl OrderState {
    fn condition(self) -> &'static str {
        match self {
            Self::Draft => "o.code = ''",
            Self::Moving => "o.code <> '' AND h.final = 0 AND h.edit_allowed = 0",
            Self::Correction => "h.edit_allowed = 1 AND h.final = 0",
            Self::Final => "h.final = 1",
        }
    }
}

impl OrderFilter {
    fn conditions(&self) -> (String, Vec<Value>) {
        let mut conditions = vec!["1 = 1".to_owned()];
        let mut values: Vec<Value> = vec![];
        let fields = [
            ("o.org_oid", self.org_oid.map(Value::from)),
            ("o.service", self.service.as_ref().map(Value::from)),
            ("o.id", self.number.map(Value::from)),
        ];
        for (column, value) in fields {
            if let Some(value) = value {
                values.push(value);
                conditions.push(format!("{column} = ?{}", values.len()));
            }
        }
        conditions.extend(self.state.map(|state| state.condition().to_owned()));
        (conditions.join(" AND "), values)
    }
}

impl Listed {
    pub(crate) fn state(&self) -> OrderState {
        match self {
            Self { is_final: true, .. } => OrderState::Final,
            Self {
                edit_allowed: true, ..
            } => OrderState::Correction,
            Self { order, .. } if order.is_draft() => OrderState::Draft,
            _ => OrderState::Moving,
        }
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            order: Order::read(row)?,
            status_id: row.get("last_status")?,
            title: row.get("last_title")?,
            is_final: row.get("last_final")?,
            edit_allowed: row.get("last_edit")?,
        })
    }
}

impl Store {
    /// A page of orders, the newest first, and how many there are in all.
    pub(crate) fn listed(
        &self,
        filter: &OrderFilter,
        page: i64,
        size: i64,
    ) -> Result<(Vec<Listed>, i64), StoreError> {
        let (conditions, mut values) = filter.conditions();
        let total = self.database.row(
            &format!("SELECT count(*) AS n {LISTED} WHERE {conditions}"),
            &values,
        )?;
        let last = values.len();
        values.extend([Value::from(size), Value::from(page.saturating_mul(size))]);
        let sql = format!(
            "SELECT {COLUMNS} {LISTED} WHERE {conditions} ORDER BY o.id DESC LIMIT ?{} OFFSET ?{}",
            last + 1,
            last + 2
        );
        let rows = self.database.rows(&sql, &values)?;
        let orders = rows.iter().map(Listed::read).collect::<Result<_, _>>()?;
        Ok((orders, total.map_or(Ok(0), |row| row.get("n"))?))
    }

    /// One order so.
    pub(crate) fn one_listed(&self, id: i64) -> Result<Option<Listed>, StoreError> {
        let filter = OrderFilter {
            number: Some(id),
            ..OrderFilter::default()
        };
        Ok(self.listed(&filter, 0, 1)?.0.pop())
    }

    /// What was pushed last, complete or not, at most so many.
    pub(crate) fn uploads(&self, most: i64) -> Result<Vec<Upload>, StoreError> {
        let sql = "SELECT o.*, (SELECT count(*) FROM parts p WHERE p.order_id = o.id) AS part_count, \
                   (SELECT CAST(coalesce(sum(p.size), 0) AS INTEGER) FROM parts p WHERE p.order_id = o.id) AS part_bytes \
                   FROM orders o WHERE o.upload_started_ms IS NOT NULL OR o.push_requests > 0 \
                   ORDER BY o.id DESC LIMIT ?1";
        let rows = self.database.rows(sql, params![most])?;
        let read = |row: &Row| -> Result<Upload, StoreError> {
            Ok(Upload {
                order: Order::read(row)?,
                parts: row.get("part_count")?,
                bytes: row.get("part_bytes")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// How many orders and uploads there are.
    pub(crate) fn counts(&self) -> Result<Counts, StoreError> {
        let count = |sql: &str| -> Result<i64, StoreError> {
            let row = self.database.row(sql, params![])?;
            Ok(row.map_or(Ok(0), |row| row.get("n"))?)
        };
        let moving = OrderState::Moving.condition();
        Ok(Counts {
            orders: count("SELECT count(*) AS n FROM orders")?,
            moving: count(&format!("SELECT count(*) AS n {LISTED} WHERE {moving}"))?,
            uploading: count("SELECT count(*) AS n FROM orders WHERE upload_started_ms IS NOT NULL")?,
        })
    }

    /// Which database keeps the state.
    pub(crate) fn kind(&self) -> &'static str {
        self.database.kind()
    }
}
