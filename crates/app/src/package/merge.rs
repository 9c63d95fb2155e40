//! A document that is here already and comes again: what is new about it joins it, what it says stays as it is.

use std::io::Cursor;

use kabinet_domain::{ContentDigest, Document, DocumentFile, DocumentId, DocumentStage, FileRole};
use kabinet_pki::{Evidence, Trust};
use kabinet_signature::{Policy, Reason, SignatureReport, examine};
use kabinet_store::HandOver;
use time::OffsetDateTime;

use super::error::PackageError;
use super::read::{Archive, put};
use super::{Listed, ListedFile, names};
use crate::import::Past;
use crate::state::Current;
use crate::{AppError, journal, send};

/// What became of a document that is known.
pub(super) struct Merged {
    pub(super) id: DocumentId,
    /// Signatures it had not.
    pub(super) signatures: u32,
    /// Something else is new: a receipt, a status.
    pub(super) renewed: bool,
}

/// Joins what is listed to the known document, all of it or nothing: a signature is verified against the content that is here.
pub(super) fn merge(
    current: &Current,
    archive: &mut Archive,
    known: &Document,
    listed: Listed,
    came: Option<&HandOver>,
) -> Result<Merged, AppError> {
    let store = &current.store;
    let mut news = News::of(known, &listed)?;
    for file in &listed.files {
        if let Err(error) = news.take(current, archive, known, file) {
            for file in news.files {
                store.drop_blob_if_unused(file.digest)?;
            }
            return Err(error);
        }
    }
    let statuses = store.statuses(known.id)?;
    let past = Past {
        id: known.id,
        added: known.added,
        stage: listed.stage,
        is_at_portal: listed.order.is_some(),
        statuses: listed.statuses,
        came: None,
    };
    let came = match came {
        Some(came) => (!is_known(&store.hand_overs(known.id)?, came)).then_some(came),
        None => None,
    };
    let signatures = news.files.iter().filter(|file| is_signature(file)).count();
    let signatures = u32::try_from(signatures).unwrap_or(u32::MAX);
    let entry = journal::with(
        journal::about(known.id, "document-merged", ""),
        "signatures",
        signatures,
    );
    let is_sent_from_here = !store.submissions(known.id)?.is_empty();
    let renewed = store.change(entry, |change| {
        let mut renewed = false;
        let before = change.document(known.id)?;
        for file in &news.files {
            // Another package may have brought it meanwhile.
            if before.files.iter().all(|other| other.digest != file.digest) {
                change.attach_file(known.id, file)?;
                renewed |= !is_signature(file);
            }
        }
        for status in past.statuses.iter().filter(|status| !statuses.contains(status)) {
            change.add_status(known.id, status)?;
            renewed = true;
        }
        let stage = stage(&before, &news.files, &past, is_sent_from_here);
        if stage != before.stage {
            change.set_stage(known.id, stage)?;
        }
        if let Some(came) = came {
            change.note_hand_over(known.id, came)?;
        }
        Ok(renewed)
    })?;
    Ok(Merged {
        id: known.id,
        signatures,
        renewed,
    })
}

fn is_signature(file: &DocumentFile) -> bool {
    matches!(file.role, FileRole::Signature { .. })
}

fn is_known(all: &[HandOver], came: &HandOver) -> bool {
    all.iter().any(|one| one.way == came.way && one.at == came.at)
}

/// Files of the package: which of them are here, and which came with it.
struct News {
    /// Name in the package, and the file here.
    here: Vec<(String, DocumentFile)>,
    files: Vec<DocumentFile>,
    taken: names::Taken,
}

impl News {
    /// Both have the same content, or nothing is joined.
    fn of(known: &Document, listed: &Listed) -> Result<Self, PackageError> {
        let mut news = Self {
            here: Vec::new(),
            files: Vec::new(),
            taken: names::Taken::default(),
        };
        for file in &known.files {
            news.taken.name(&file.name);
        }
        for file in &listed.files {
            let same = known.files.iter().find(|here| here.digest.0 == file.sha256);
            match (same, &file.role) {
                (Some(here), _) => news.here.push((file.name.clone(), here.clone())),
                (None, FileRole::Main | FileRole::Companion) => {
                    return Err(PackageError::OtherContent {
                        file: file.name.clone(),
                    });
                }
                (None, _) => {}
            }
        }
        Ok(news)
    }

    fn take(
        &mut self,
        current: &Current,
        archive: &mut Archive,
        known: &Document,
        listed: &ListedFile,
    ) -> Result<(), AppError> {
        let digest = ContentDigest(listed.sha256);
        if known
            .files
            .iter()
            .chain(&self.files)
            .any(|here| here.digest == digest)
        {
            return Ok(());
        }
        let signed = match &listed.role {
            FileRole::Signature { of } | FileRole::ResultSignature { of } => {
                let here = self.here.iter().find(|(name, _)| name == of);
                Some(here.ok_or(PackageError::Inventory)?.1.clone())
            }
            _ => None,
        };
        let mut file = put(current, archive, listed)?;
        file.name = self.taken.name(&listed.name);
        if let Some(signed) = &signed {
            let judged = fits(current, &file, signed);
            if !matches!(judged, Ok(true)) {
                current.store.drop_blob_if_unused(file.digest)?;
                judged?;
                return Err(PackageError::Unfit {
                    file: listed.name.clone(),
                }
                .into());
            }
            let of = signed.name.clone();
            file.role = match file.role {
                FileRole::Signature { .. } => FileRole::Signature { of },
                _ => FileRole::ResultSignature { of },
            };
        }
        self.here.push((listed.name.clone(), file.clone()));
        self.files.push(file);
        Ok(())
    }
}

/// Whether the file is a signature, and every signature in it one of this content by the key of its certificate. Whom the
/// certificate belongs to is judged where the document is shown.
fn fits(current: &Current, signature: &DocumentFile, signed: &DocumentFile) -> Result<bool, AppError> {
    let octets = send::read_all(&current.store, signature)?;
    let mut content = current.store.read_blob(signed.digest)?;
    let (trust, evidence) = (Trust::default(), Evidence::default());
    let policy = Policy {
        trust: &trust,
        evidence: &evidence,
        at: OffsetDateTime::now_utc(),
    };
    let report = examine(&mut Cursor::new(octets), Some(&mut content)).and_then(|file| file.judge(&policy));
    Ok(report.is_ok_and(|report| {
        let is_of_it = |one: &SignatureReport| {
            one.digest_ok && one.signature_ok && !one.reasons.contains(&Reason::AttachedDiffers)
        };
        !report.signatures.is_empty() && report.signatures.iter().all(is_of_it)
    }))
}

/// A document goes on and never back; what was sent from here is known better here.
fn stage(known: &Document, news: &[DocumentFile], past: &Past, is_sent_from_here: bool) -> DocumentStage {
    let fresh = match known.stage {
        DocumentStage::Ready if news.iter().any(is_signature) => DocumentStage::Signed,
        other => other,
    };
    let told = past.stage_here(fresh);
    if !is_sent_from_here && distance(told) > distance(fresh) {
        told
    } else {
        fresh
    }
}

fn distance(stage: DocumentStage) -> u8 {
    use DocumentStage as S;
    match stage {
        S::Invalid | S::Ready => 0,
        S::Signed => 1,
        S::Queued | S::Sending | S::OutcomeUnknown | S::Sent => 2,
        S::NeedsCorrection | S::Accepted | S::Refused | S::Failed | S::Cancelled => 3,
    }
}
