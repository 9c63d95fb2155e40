//! One file, or one with its signature: into the vault, then out of the way.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_domain::{ContentDigest, DocumentFile, DocumentId, FileRole};
use kabinet_formats::Formats;
use kabinet_store::{Arrival, ArrivalOutcome, OrganisationStore};
use kabinet_texts::Texts;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use super::folder::Group;
use super::judge::judge;
use crate::beside::parts;
use crate::hot_folder::ArrivalError;
use crate::import::{self, LIMIT, NamedFile, Prepared};
use crate::state::Current;
use crate::tools::{file_error, name};
use crate::view::{Language, UiError, moment};
use crate::{AppError, journal, poa};

/// Where files go that were taken in.
pub(super) const PROCESSED: &str = "processed";
/// Where the others go, each with its reason.
pub(super) const REJECTED: &str = "rejected";
/// Names tried before giving up.
const NAMES: u32 = 10_000;

/// Settles a group; answers how many files that were.
///
/// # Errors
/// [`AppError::File`] when a file cannot be read or moved; failures of the vault. What is in the vault by then is gone on with
/// in the next look.
pub(super) fn settle(
    current: &Current,
    formats: &Arc<Formats>,
    folder: &Path,
    group: &Group,
    language: Language,
) -> Result<usize, AppError> {
    let store = current.store.as_ref();
    let paths: Vec<&Path> = std::iter::once(&group.file)
        .chain(&group.signature)
        .map(PathBuf::as_path)
        .collect();
    let digests = paths
        .iter()
        .map(|path| digest(path))
        .collect::<Result<Vec<_>, _>>()?;
    let unmoved = store.unmoved_arrivals()?;
    let left = |path: &Path, digest| {
        let name = name(path);
        unmoved
            .iter()
            .find(|arrival| arrival.name == name && arrival.digest == digest)
            .cloned()
    };
    let begun: Option<Vec<Arrival>> = paths
        .iter()
        .zip(&digests)
        .map(|(path, digest)| left(path, *digest))
        .collect();
    let arrivals = match begun {
        // It was in the vault already when something broke off.
        Some(arrivals) => arrivals,
        None => {
            let news: Vec<Arrival> = paths
                .iter()
                .zip(&digests)
                .map(|(path, digest)| news(path, *digest))
                .collect();
            match take_in(current, formats, group, &news) {
                Ok(arrivals) => arrivals,
                Err(error) if is_verdict(&error) => reject(store, news, &error.into())?,
                Err(error) => return Err(error),
            }
        }
    };
    for (path, arrival) in paths.iter().zip(&arrivals) {
        put_away(folder, path, arrival, language)?;
        store.arrival_moved(arrival.id)?;
    }
    Ok(paths.len())
}

/// Whether the error speaks of the file itself, and not of the disk or the vault.
fn is_verdict(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Arrival(ArrivalError::UnknownFormat)
            | AppError::Arrival(ArrivalError::Unreadable(_))
            | AppError::Arrival(ArrivalError::Swollen)
            | AppError::Arrival(ArrivalError::SignatureAlone)
            | AppError::TooLarge { .. }
    )
}

/// SHA-256 of the content; of a file that is too large anyway, of its size.
fn digest(path: &Path) -> Result<ContentDigest, AppError> {
    let failed = |error| file_error(path, error);
    let size = fs::metadata(path).map_err(failed)?.len();
    let content = if size > LIMIT {
        size.to_be_bytes().to_vec()
    } else {
        fs::read(path).map_err(failed)?
    };
    Ok(ContentDigest(Sha256::digest(content).into()))
}

fn news(path: &Path, digest: ContentDigest) -> Arrival {
    Arrival {
        id: Uuid::new_v4(),
        name: name(path),
        digest,
        at: OffsetDateTime::now_utc(),
        outcome: ArrivalOutcome::Taken,
        document: None,
        reason: None,
        moved: false,
    }
}

fn take_in(
    current: &Current,
    formats: &Arc<Formats>,
    group: &Group,
    news: &[Arrival],
) -> Result<Vec<Arrival>, AppError> {
    if group.alone {
        return Err(ArrivalError::SignatureAlone.into());
    }
    let store = current.store.as_ref();
    let file = import::read(&group.file)?;
    judge(formats, &file)?;
    let signature = match &group.signature {
        Some(path) => Some(signature(store, path, &file)?),
        None => None,
    };
    let package = import::pair(formats, vec![file])
        .pop()
        .ok_or(AppError::NotFound)?;
    let with = |outcome, document: DocumentId| -> Vec<Arrival> {
        let settled = |arrival: &Arrival| Arrival {
            outcome,
            document: Some(document),
            ..arrival.clone()
        };
        news.iter().map(settled).collect()
    };
    let mut document = match import::prepare(store, current, package)? {
        Prepared::New(document) => document,
        Prepared::Known(id) => {
            let arrivals = with(ArrivalOutcome::Known, id);
            for arrival in &arrivals {
                store.note_arrival(arrival)?;
            }
            return Ok(arrivals);
        }
    };
    document.files.extend(signature);
    let arrivals = with(ArrivalOutcome::Taken, document.id);
    let entry = journal::with(import::added(&document), "from", "hot-folder");
    store.change(entry, |change| {
        change.add_document(&document)?;
        arrivals
            .iter()
            .try_for_each(|arrival| change.note_arrival(arrival))
    })?;
    // Where it cannot stand in the register it stays a document: the folder has nobody to tell.
    poa::note_if_possible(current, document.id)?;
    Ok(arrivals)
}

/// A signature somebody else made; whether it is valid is shown with the document, as with any other.
fn signature(store: &OrganisationStore, path: &Path, signed: &NamedFile) -> Result<DocumentFile, AppError> {
    let NamedFile { name, bytes } = import::read(path)?;
    if kabinet_formats::recognise(&name, &bytes).format != "signature" {
        return Err(ArrivalError::UnknownFormat.into());
    }
    let (digest, size) = store.put_blob(bytes.as_slice())?;
    Ok(DocumentFile {
        name,
        role: FileRole::Signature {
            of: signed.name.clone(),
        },
        digest,
        size,
    })
}

fn reject(store: &OrganisationStore, news: Vec<Arrival>, error: &UiError) -> Result<Vec<Arrival>, AppError> {
    let reason = serde_json::to_string(error).map_err(std::io::Error::other)?;
    let rejected = |arrival| Arrival {
        outcome: ArrivalOutcome::Rejected,
        reason: Some(reason.clone()),
        ..arrival
    };
    let arrivals: Vec<Arrival> = news.into_iter().map(rejected).collect();
    for arrival in &arrivals {
        store.note_arrival(arrival)?;
    }
    Ok(arrivals)
}

/// Moves the file to where it belongs now, with its reason when it was rejected.
fn put_away(folder: &Path, path: &Path, arrival: &Arrival, language: Language) -> Result<(), AppError> {
    let rejected = arrival.outcome == ArrivalOutcome::Rejected;
    let target = folder.join(if rejected { REJECTED } else { PROCESSED });
    fs::create_dir_all(&target).map_err(|error| file_error(&target, error))?;
    let place = vacant(&target, &arrival.name)?;
    if rejected {
        let reason = place.with_file_name(format!("{}.txt", name(&place)));
        fs::write(&reason, explanation(arrival, language)).map_err(|error| file_error(&reason, error))?;
    }
    fs::rename(path, &place).map_err(|error| file_error(path, error))
}

/// The first free name: `X`, `X (2)` and so on.
fn vacant(folder: &Path, name: &str) -> Result<PathBuf, AppError> {
    let (stem, ending) = parts(name);
    (1..=NAMES)
        .map(|number| match number {
            1 => folder.join(name),
            _ => folder.join(format!("{stem} ({number}){ending}")),
        })
        .find(|place| !place.exists())
        .ok_or_else(|| file_error(folder, std::io::ErrorKind::AlreadyExists.into()))
}

/// What the file beside a rejected one says.
fn explanation(arrival: &Arrival, language: Language) -> String {
    let texts = Texts::new(language.into());
    let error: UiError = arrival
        .reason
        .as_deref()
        .and_then(|reason| serde_json::from_str(reason).ok())
        .unwrap_or_else(|| AppError::Arrival(ArrivalError::UnknownFormat).into());
    let told = texts.error(&error.code, &error.params);
    let detail = match error.params.get("finding") {
        Some(finding) => format!("{}\n", texts.text(&format!("findings.{finding}"), &error.params)),
        None => String::new(),
    };
    let heading = texts.text(
        "ui.hotFolder.reason",
        [("file", arrival.name.clone()), ("when", moment(arrival.at))],
    );
    format!(
        "{heading}\n\n{}\n{detail}{}\n{}\n",
        told.what, told.why, told.todo
    )
}
