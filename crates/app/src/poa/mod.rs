//! Powers of attorney: taken in, judged, registered, taken back.

mod card;
mod errand;
mod error;
mod exchange;
mod judge;
mod list;
mod question;
mod register;
mod remind;
mod renew;
mod signatures;
mod signing;
mod steps;
mod withdraw;
mod work;

pub use error::PoaError;
pub(crate) use remind::{ending, holders};
pub(crate) use renew::Renewal;
pub(crate) use signing::{after_signing, is_not_the_head, note, note_if_possible};

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
