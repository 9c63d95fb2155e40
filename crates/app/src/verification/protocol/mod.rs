//! The protocol of a verification, for people and for whoever repeats it: one file that needs nothing else, A4 in print, with
//! the report and its material inside. What it says is walked once ([`content`]); PDF and HTML only show it.

mod content;
mod html;
mod pdf;
#[cfg(test)]
mod tests;

use std::path::Path;

use kabinet_texts::Texts;

use crate::AppError;
use crate::view::VerificationReport;

pub use html::html;
pub use pdf::pdf;

pub use crate::print::PdfError;

/// The kind of file a protocol is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PDF/A-3a; the report is attached as [`REPORT_NAME`].
    Pdf,
    /// One page without scripts; the report lies in a block of data.
    Html,
    /// The report alone.
    Json,
}

/// What the report inside a PDF is called.
pub const REPORT_NAME: &str = "report.json";

impl Format {
    /// The format of a file with this ending; HTML when the ending says nothing.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        match ending.to_str() {
            Some("pdf") => Self::Pdf,
            Some("json") => Self::Json,
            _ => Self::Html,
        }
    }
}

/// The protocol as a file of this format.
///
/// # Errors
/// [`AppError::Protocol`] when the PDF cannot be made.
pub fn octets(report: &VerificationReport, texts: &Texts, format: Format) -> Result<Vec<u8>, AppError> {
    Ok(match format {
        Format::Pdf => pdf(report, texts)?,
        Format::Html => html(report, texts).into_bytes(),
        Format::Json => json(report),
    })
}

/// The report with its material, as every format carries it.
fn json(report: &VerificationReport) -> Vec<u8> {
    serde_json::to_vec_pretty(report).unwrap_or_default()
}
