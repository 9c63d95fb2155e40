//! «Заявления»: everything the organisation has filed, wherever; where each stands, and what can be done about it.

mod answer;
mod cancel;
mod error;
mod exchange;
mod keep;
mod notices;
mod own_rules;
mod show;
mod statistics;

pub use error::OrderError;
pub(crate) use exchange::Exchanges;
pub(crate) use keep::to_keep;
pub(crate) use notices::{Notice, NoticeKind, NoticeQueue};
pub(crate) use show::questions;

use kabinet_domain::OrderId;

use crate::AppError;

/// # Errors
/// [`AppError::NotFound`].
fn parse_order(text: &str) -> Result<OrderId, AppError> {
    text.parse().map(OrderId).map_err(|_| AppError::NotFound)
}
