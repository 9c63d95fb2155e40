//! PDF signatures (ISO 32000-2 §12.8, PAdES: ETSI EN 319 142-1).
//!
//! A signature covers the file up to the end of a revision, but for the hexadecimal string that holds its value. What
//! is shown is the last revision. So besides the value two things are judged: whether the octets covered are a whole
//! revision ([`RangeFault`]), and whether what follows is a change the signature allows ([`Changes`]). [`crate::verify`]
//! judges all of it; [`signatures`] tells what was found, without any trust.
//!
//! Signing takes two steps, as everywhere: [`PdfPrepare::to_be_signed`] writes an update with room for the value, a token
//! signs, [`PdfToBeSigned::embed`] fills the value in. [`crate::add_time_stamp`] on the value in between gives level B-T,
//! [`add_evidence`] on the file B-LT, [`prepare_time_stamp`] after that B-LTA.

mod archive;
mod changes;
mod document;
mod dss;
mod error;
mod filter;
mod form;
mod judge;
mod lexer;
mod object;
mod permission;
mod range;
mod sign;
mod signatures;
mod signing;
mod stamp;
mod update;
mod xref;

pub use archive::add_evidence;
pub use changes::{Change, Changes, Doubt, Violation};
pub use error::PdfError;
pub use permission::DocMdp;
pub use range::RangeFault;
pub use sign::{
    DEFAULT_ROOM, MAX_ROOM, PdfPrepare, PdfSignError, PdfToBeSigned, PdfToBeStamped, prepare_time_stamp,
};
pub use signatures::{Coverage, PdfSignature, SubFilter};
pub use stamp::VisibleStamp;

use document::Document;
pub(crate) use document::is_pdf;
pub(crate) use judge::{Examined, examine};

/// Finds every signature of a PDF file and what it covers, the oldest first.
pub fn signatures(file: &[u8]) -> Result<Vec<PdfSignature>, PdfError> {
    signatures::find(&Document::open(file)?)
}

/// How many pages a PDF file has.
///
/// # Errors
/// [`PdfError::Encrypted`] for one that asks for a password; [`PdfError`] for one that cannot be read.
pub fn pages(file: &[u8]) -> Result<usize, PdfError> {
    let document = Document::open(file)?;
    if document.is_encrypted() {
        return Err(PdfError::Encrypted);
    }
    Ok(form::Pages::read(&document)?.pages.len())
}
