//! What came back of a request: compared with what was sent, verified, and joined to the documents it was asked for.

use std::io::Cursor;

use kabinet_domain::{Document, DocumentFile, DocumentId, DocumentStage, FileRole};
use kabinet_formats::goskey::{self, Request};
use kabinet_pki::{Evidence, Trust};
use kabinet_signature::{Policy, Reason, SignatureReport, examine};
use kabinet_store::OrganisationStore;
use time::OffsetDateTime;

use crate::view::GoskeyFileState;
use crate::{AppError, api_keys, journal, send};

/// What became of one file.
pub(super) enum Fate {
    /// Nothing came.
    Missing,
    /// The content that came is not what was sent.
    Differs,
    /// No signature of this content, or of a certificate whose key did not make it.
    Unfit,
    /// Somebody else's.
    OtherPerson,
    /// The signature.
    Signed(DocumentFile),
}

/// Joins every good signature of a request to the document it was asked for. Documents that have one now.
///
/// # Errors
/// Failures of the vault.
pub(crate) fn settle(store: &OrganisationStore, request: DocumentId) -> Result<Vec<DocumentId>, AppError> {
    let request = store.document(request)?;
    let Some(read) = read(store, &request)? else {
        return Ok(Vec::new());
    };
    let mut joined = Vec::new();
    for file in sent(&request) {
        let fate = fate(store, &request, &read, file)?;
        for original in originals(store, file)? {
            match &fate {
                Fate::Missing => {}
                Fate::Signed(signature) => {
                    if join(store, &request, &original, signature)? {
                        joined.push(original.id);
                    }
                }
                bad => say_not_joined(store, &request, &original, state(bad))?,
            }
        }
    }
    Ok(joined)
}

/// The request of a document that is one.
pub(super) fn read(store: &OrganisationStore, document: &Document) -> Result<Option<Request>, AppError> {
    if !goskey::is_request(&document.format) {
        return Ok(None);
    }
    let main = document.files.iter().find(|file| file.role == FileRole::Main);
    let bytes = main.map(|file| send::read_all(store, file)).transpose()?;
    Ok(bytes.and_then(|bytes| Request::read(&bytes)))
}

/// What a request sends along to be signed.
pub(super) fn sent(request: &Document) -> impl Iterator<Item = &DocumentFile> {
    request
        .files
        .iter()
        .filter(|file| file.role == FileRole::Companion)
}

/// Documents of which this is the content.
pub(super) fn originals(store: &OrganisationStore, sent: &DocumentFile) -> Result<Vec<Document>, AppError> {
    let mut found = Vec::new();
    for id in store.find_by_digest(sent.digest)? {
        let document = store.document(id)?;
        let is_it = document
            .files
            .iter()
            .any(|file| file.role == FileRole::Main && file.digest == sent.digest);
        if is_it && !goskey::is_request(&document.format) {
            found.push(document);
        }
    }
    Ok(found)
}

/// What came back for a file that was sent.
pub(super) fn fate(
    store: &OrganisationStore,
    request: &Document,
    read: &Request,
    sent: &DocumentFile,
) -> Result<Fate, AppError> {
    let of_it = |file: &&DocumentFile| file.role == FileRole::Result && file.name == sent.name;
    let signs_it =
        |file: &&DocumentFile| matches!(&file.role, FileRole::ResultSignature { of } if *of == sent.name);
    let files = &request.files;
    let (Some(content), Some(signature)) = (files.iter().find(of_it), files.iter().find(signs_it)) else {
        return Ok(Fate::Missing);
    };
    // Files are addressed by their SHA-256: the same digest is the same content, octet for octet.
    if content.digest != sent.digest {
        return Ok(Fate::Differs);
    }
    judge(store, read, signature, sent)
}

/// Whether every signature in the file is one of this content by the key of its certificate, and the certificate that
/// person's. What the certificate is worth is judged where the document is shown.
fn judge(
    store: &OrganisationStore,
    read: &Request,
    signature: &DocumentFile,
    signed: &DocumentFile,
) -> Result<Fate, AppError> {
    let octets = send::read_all(store, signature)?;
    let mut content = store.read_blob(signed.digest)?;
    let (trust, evidence) = (Trust::default(), Evidence::default());
    let policy = Policy {
        trust: &trust,
        evidence: &evidence,
        at: OffsetDateTime::now_utc(),
    };
    let report = examine(&mut Cursor::new(octets), Some(&mut content)).and_then(|file| file.judge(&policy));
    let Ok(report) = report else {
        return Ok(Fate::Unfit);
    };
    let is_of_it = |one: &SignatureReport| {
        one.digest_ok && one.signature_ok && !one.reasons.contains(&Reason::AttachedDiffers)
    };
    if report.signatures.is_empty() || !report.signatures.iter().all(is_of_it) {
        return Ok(Fate::Unfit);
    }
    let wanted = api_keys::digits(read.snils.as_deref());
    let is_theirs = |one: &SignatureReport| {
        let named = one
            .certificate
            .as_ref()
            .and_then(|one| api_keys::digits(one.subject().snils.as_deref()));
        // Without a number on either side there is nothing to compare; the name is shown with the signature.
        wanted.is_none() || named.is_none() || named == wanted
    };
    Ok(if report.signatures.iter().all(is_theirs) {
        Fate::Signed(signature.clone())
    } else {
        Fate::OtherPerson
    })
}

pub(super) fn state(fate: &Fate) -> GoskeyFileState {
    match fate {
        Fate::Missing => GoskeyFileState::Missing,
        Fate::Differs => GoskeyFileState::Differs,
        Fate::Unfit => GoskeyFileState::Unfit,
        Fate::OtherPerson => GoskeyFileState::OtherPerson,
        Fate::Signed(_) => GoskeyFileState::Joined,
    }
}

/// Whether it had not this signature before.
fn join(
    store: &OrganisationStore,
    request: &Document,
    original: &Document,
    signature: &DocumentFile,
) -> Result<bool, AppError> {
    let is_here = |document: &Document| document.files.iter().any(|file| file.digest == signature.digest);
    if is_here(original) {
        return Ok(false);
    }
    let Some(main) = original.files.iter().find(|file| file.role == FileRole::Main) else {
        return Ok(false);
    };
    let entry = journal::about(original.id, "goskey-joined", "");
    let entry = journal::with(entry, "request", request.id.0);
    Ok(store.change(entry, |change| {
        let before = change.document(original.id)?;
        // Somebody else may have joined it meanwhile.
        if is_here(&before) {
            return Ok(false);
        }
        let file = DocumentFile {
            name: free_name(&before, &main.name),
            role: FileRole::Signature {
                of: main.name.clone(),
            },
            ..signature.clone()
        };
        change.attach_file(original.id, &file)?;
        if before.stage == DocumentStage::Ready {
            change.set_stage(original.id, DocumentStage::Signed)?;
        }
        Ok(true)
    })?)
}

fn free_name(document: &Document, signed: &str) -> String {
    let is_free = |name: &String| document.files.iter().all(|file| file.name != *name);
    let numbered = (2..).map(|number: u32| format!("{signed}.{number}.sig"));
    std::iter::once(format!("{signed}.sig"))
        .chain(numbered)
        .find(is_free)
        .unwrap_or_default()
}

fn say_not_joined(
    store: &OrganisationStore,
    request: &Document,
    original: &Document,
    state: GoskeyFileState,
) -> Result<(), AppError> {
    let entry = journal::about(original.id, "goskey-not-joined", "");
    let entry = journal::with(entry, "request", request.id.0);
    let entry = journal::with(entry, "reason", state.word());
    Ok(store.record(&entry)?)
}
