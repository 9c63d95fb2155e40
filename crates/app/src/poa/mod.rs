//! Powers of attorney: taken in, judged, registered, taken back.

mod attach;
mod authority;
mod card;
mod errand;
mod error;
mod exchange;
mod form;
mod grants;
mod judge;
mod list;
mod question;
mod register;
mod remind;
mod renew;
mod revocation;
mod revoker;
mod scan;
mod signatures;
mod signing;
mod steps;
mod supersede;
mod to_sign;
mod together;
mod under;
mod withdraw;
mod work;

pub(crate) use attach::{documents_beside, files_beside};
pub(crate) use authority::{Authority, Right, Under, authority, named_in};
pub use error::PoaError;
pub(crate) use form::add_parent;
pub(crate) use judge::view as judgement_view;
pub(crate) use remind::{ending, holders};
pub(crate) use renew::Renewal;
pub(crate) use revocation::is_revocation_needless;
pub(crate) use signatures::{found, signer_of};
pub(crate) use signing::{after_signing, is_not_the_head, note, note_if_possible};
pub(crate) use supersede::{SUPERSEDES, with_revocations};
pub(crate) use to_sign::{about, may_sign};
pub(crate) use together::{awaited, waits_for_another};
pub(crate) use under::{
    Signature, allowed_under, entry as signed_under_entry, record as record_under, rows as signed_under,
};

use kabinet_domain::poa::PoaNumber;
use uuid::Uuid;

use crate::AppError;

/// # Errors
/// [`AppError::NotFound`].
pub(crate) fn parse_number(text: &str) -> Result<PoaNumber, AppError> {
    Uuid::parse_str(text)
        .map(PoaNumber)
        .map_err(|_| AppError::NotFound)
}
