//! Powers of attorney: taken in, judged, registered, taken back.

mod errand;
mod error;
mod exchange;
mod form;
mod judge;
mod list;
mod register;
mod signatures;
mod signing;
mod withdraw;
mod work;

pub use error::PoaError;
pub(crate) use form::add_parent;
pub(crate) use signing::{after_signing, is_not_the_head, note};

use kabinet_domain::poa::PoaNumber;
use uuid::Uuid;

use crate::AppError;

/// # Errors
/// [`AppError::NotFound`].
fn parse_number(text: &str) -> Result<PoaNumber, AppError> {
    Uuid::parse_str(text)
        .map(PoaNumber)
        .map_err(|_| AppError::NotFound)
}
