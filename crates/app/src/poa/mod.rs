//! Powers of attorney: taken in, judged, registered, taken back.

mod errand;
mod error;
mod exchange;
mod judge;
mod list;
mod register;
mod revocation;
mod revoker;
mod scan;
mod signatures;
mod signing;
mod supersede;
mod withdraw;
mod work;

pub use error::PoaError;
pub(crate) use revocation::is_revocation_needless;
pub(crate) use signing::{after_signing, is_not_the_head, note};
pub(crate) use supersede::{SUPERSEDES, with_revocations};

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
