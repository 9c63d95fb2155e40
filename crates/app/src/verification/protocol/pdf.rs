//! The protocol as PDF; the report is attached.

use kabinet_texts::Texts;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{REPORT_NAME, content, json};
use crate::print::{self, Attachment, Paper, PdfError, readable};
use crate::view::VerificationReport;

/// The document.
///
/// # Errors
/// [`PdfError`]
pub fn pdf(report: &VerificationReport, texts: &Texts) -> Result<Vec<u8>, PdfError> {
    let paper = Paper {
        name: format!("{} — {}", content::title(texts), readable(&report.file.name)),
        blocks: content::blocks(report, texts, "verification.protocol.attachment"),
        // When the check was made, so that the same check gives the same file.
        made: OffsetDateTime::parse(&report.checked_at, &Rfc3339).ok(),
        boxes: texts.plain("verification.protocol.boxes"),
        attachment: Some(Attachment {
            name: REPORT_NAME,
            media_type: "application/json",
            description: texts.plain("verification.protocol.report"),
            content: json(report),
        }),
    };
    print::pdf(paper, texts)
}
