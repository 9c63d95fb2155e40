//! Powers of attorney as files: written from answers, judged, and kept from the wrong signer, with or without a vault.

mod answers;
mod check;
mod compose;
mod older;
mod signer;

pub use check::{Acting, PoaFileQuestion, PoaFileReport, PoaParty, PoaSignature, check};
pub use compose::{AnswerProblem, Composed, Recipe, compose};

use std::path::Path;

use kabinet_formats::poa;

use crate::{AppError, PoaError, tools};

/// The number a file holds: its own, or of a revocation that of what it revokes.
///
/// # Errors
/// [`AppError::File`], [`PoaError::Unreadable`].
pub fn number(path: &Path) -> Result<String, AppError> {
    let (name, bytes) = (tools::name(path), tools::limited(path, poa::MAX_SIZE as u64)?);
    if let Ok(withdrawal) = poa::read_withdrawal(&name, &bytes) {
        return Ok(withdrawal.number.to_string());
    }
    let read = poa::read(&name, &bytes).map_err(PoaError::from)?;
    Ok(read.poa.number.to_string())
}
