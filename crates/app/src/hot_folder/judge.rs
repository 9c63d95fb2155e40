//! Whether a file that came by itself is taken in. By content, never by its name.

use std::io::Cursor;

use kabinet_domain::Severity;
use kabinet_formats::Formats;

use crate::AppError;
use crate::hot_folder::ArrivalError;
use crate::import::NamedFile;
use crate::view::UiError;

/// What an archive may unpack to, octets, and how many times its own size.
const UNPACKED: u64 = 2 << 30;
const RATIO: u64 = 100;
/// Where small archives of long runs are no danger.
const HARMLESS: u64 = 16 << 20;

/// # Errors
/// [`ArrivalError::UnknownFormat`], [`ArrivalError::Unreadable`], [`ArrivalError::Swollen`].
pub(super) fn judge(formats: &Formats, file: &NamedFile) -> Result<(), AppError> {
    let check = formats.check(&file.name, &file.bytes);
    match check.recognition.format.as_str() {
        "unknown" => Err(AppError::Arrival(ArrivalError::UnknownFormat)),
        // XML that was refused or is broken: a document type, a strange encoding, markup without an end.
        "xml" => match check
            .findings
            .into_iter()
            .find(|finding| finding.severity == Severity::Error)
        {
            Some(finding) => {
                let mut params = finding.params;
                params.insert(
                    "line".into(),
                    finding.line.map(|line| line.to_string()).unwrap_or_default(),
                );
                Err(AppError::Arrival(ArrivalError::Unreadable(UiError {
                    code: finding.code,
                    params,
                    retriable: false,
                })))
            }
            None => Ok(()),
        },
        "zip" => archive(&file.bytes),
        _ => Ok(()),
    }
}

/// Sizes stand in the archive's directory: nothing is unpacked to learn them.
fn archive(bytes: &[u8]) -> Result<(), AppError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| AppError::Arrival(ArrivalError::UnknownFormat))?;
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let entry = archive
            .by_index_raw(index)
            .map_err(|_| AppError::Arrival(ArrivalError::UnknownFormat))?;
        total = total.saturating_add(entry.size());
    }
    let ratio = total / (bytes.len() as u64).max(1);
    if total > UNPACKED || (total > HARMLESS && ratio > RATIO) {
        return Err(ArrivalError::Swollen.into());
    }
    Ok(())
}
