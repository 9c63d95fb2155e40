//! Powers of attorney: taken in, judged, registered, taken back.

mod errand;
mod error;
mod exchange;
mod grants;
mod judge;
mod list;
mod register;
mod signatures;
mod signing;
mod to_sign;
mod together;
mod withdraw;
mod work;

pub use error::PoaError;
pub(crate) use signing::{after_signing, is_not_the_head, note};
pub(crate) use to_sign::{about, may_sign};
pub(crate) use together::{awaited, waits_for_another};

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
