//! What was signed under which power of attorney, and whether whoever signed was allowed to.

use kabinet_domain::poa::judge::Signer;
use kabinet_domain::poa::{PoaNumber, PoaState};
use kabinet_domain::{ContentDigest, Document, DocumentFile};
use kabinet_formats::poa;
use kabinet_pki::Certificate;
use kabinet_store::{Change, NewEntry, OrganisationStore, SignedUnder, StoreError};
use time::OffsetDateTime;

use super::judge::{self, Asked, Chain};
use super::{PoaError, Under, authority, signatures};
use crate::state::Current;
use crate::view::{PoaAuthority, PoaJudgement, PoaReason, SignedUnderRow, rfc3339};
use crate::{AppError, journal};

/// Writes down under what a document was signed, in the transaction that stores its signatures; why that cannot be, when the power of
/// attorney was revoked while the token signed.
///
/// # Errors
/// Failures of the vault.
pub(crate) fn record(
    change: &Change<'_>,
    under: &Under,
    document: &Document,
    signatures: &[DocumentFile],
) -> Result<Option<PoaError>, StoreError> {
    let poa = change.poa(under.number)?;
    let revoked = poa.revocation.map(|revocation| revocation.declared);
    if revoked.is_some() || poa.state == PoaState::Revoked {
        return Ok(Some(PoaError::NotAllowed {
            number: under.number,
            reason: revoked.map(|at| PoaReason {
                number: under.number.to_string(),
                code: "poa.revoked-here".to_owned(),
                params: [("at".to_owned(), rfc3339(at))].into(),
                weight: "bar".to_owned(),
            }),
        }));
    }
    for file in signatures {
        change.note_signed_under(&SignedUnder {
            document: document.id,
            signature: file.digest,
            number: under.number,
            // A map of texts always is JSON.
            judged: serde_json::to_string(&under.judged(&document.format)).unwrap_or_default(),
            word: under.word,
            at: OffsetDateTime::now_utc(),
        })?;
    }
    Ok(None)
}

/// The entry of the journal.
pub(crate) fn entry(under: &Under, document: &Document, holder: &str) -> NewEntry {
    let entry = journal::about(document.id, "signed-under-poa", holder);
    let entry = journal::with(entry, "number", under.number);
    let entry = journal::with(entry, "verdict", under.judged(&document.format).verdict);
    match under.word {
        Some(at) => journal::with(entry, "word", rfc3339(at)),
        None => entry,
    }
}

/// The signatures of a document that were made here under a power of attorney. Blocks.
///
/// # Errors
/// Failures of the vault.
pub(crate) fn rows(store: &OrganisationStore, document: &Document) -> Result<Vec<SignedUnderRow>, AppError> {
    let signed = store.signed_under(document.id)?;
    signed
        .into_iter()
        .map(|one| {
            let file = document.files.iter().find(|file| file.digest == one.signature);
            let poa = match store.poa(one.number) {
                Err(StoreError::NotFound(_)) => None,
                other => Some(other?),
            };
            Ok(SignedUnderRow {
                number: one.number.to_string(),
                document_id: poa.map(|poa| poa.document.0.to_string()),
                signature: file.map(|file| file.name.clone()).unwrap_or_default(),
                at: rfc3339(one.at),
                judgement: serde_json::from_str(&one.judged).unwrap_or_else(|_| PoaJudgement {
                    verdict: "cannot-tell".to_owned(),
                    reasons: Vec::new(),
                }),
                word: one.word.map(rfc3339),
            })
        })
        .collect()
}

/// What is known of a signature whose signer is in question.
pub(crate) struct Signature<'a> {
    pub(crate) certificate: &'a Certificate,
    /// The earliest moment it is proven to have existed at.
    pub(crate) proven_at: Option<OffsetDateTime>,
    /// Its file, where it is in the vault with its document.
    pub(crate) file: Option<(&'a Document, ContentDigest)>,
    /// The format of what is signed, and the numbers it names.
    pub(crate) format: &'a str,
    pub(crate) named: &'a [PoaNumber],
}

/// Whether the signer was allowed to sign for the organisation; nothing to ask where the certificate names one. A signature without a
/// proven time is judged as of now: what it says of its own time proves nothing. Blocks.
///
/// # Errors
/// Failures of the vault.
pub(crate) fn allowed_under(
    current: &Current,
    signature: &Signature<'_>,
) -> Result<Option<PoaAuthority>, AppError> {
    let acting = signatures::signer_of(signature.certificate);
    let recorded = recorded(&current.store, signature)?;
    let is_own = authority::acts_for(current, signature.certificate);
    // Whoever acts for another organisation by its certificate does not act for this one.
    if is_own || (recorded.is_none() && acting.organisation_inn.is_some()) {
        return Ok(None);
    }
    let (at, basis) = match signature.proven_at {
        Some(proven) => (proven, "stamp"),
        None => (OffsetDateTime::now_utc(), "now"),
    };
    let answer = |number: Option<PoaNumber>, by: &str, judgement| PoaAuthority {
        number: number.map(|number| number.to_string()),
        by: by.to_owned(),
        at: rfc3339(at),
        basis: basis.to_owned(),
        judgement,
    };
    let ask = |number| judged(current, number, &acting, signature.format, at);
    if let Some(number) = recorded {
        return Ok(Some(answer(Some(number), "recorded", ask(number)?)));
    }
    let mut best: Option<PoaAuthority> = None;
    for number in signature.named {
        let one = answer(Some(*number), "named", ask(*number)?);
        if best.as_ref().is_none_or(|best| rank(&one) < rank(best)) {
            best = Some(one);
        }
    }
    Ok(Some(best.unwrap_or_else(|| answer(None, "none", None))))
}

fn recorded(store: &OrganisationStore, signature: &Signature<'_>) -> Result<Option<PoaNumber>, AppError> {
    let Some((document, file)) = signature.file else {
        return Ok(None);
    };
    let signed = store.signed_under(document.id)?;
    Ok(signed
        .into_iter()
        .find(|one| one.signature == file)
        .map(|one| one.number))
}

fn judged(
    current: &Current,
    number: PoaNumber,
    acting: &Signer,
    format: &str,
    at: OffsetDateTime,
) -> Result<Option<PoaJudgement>, AppError> {
    let chain = Chain::load(current, number)?;
    Ok(chain.map(|chain| {
        let asked = Asked {
            acting,
            powers: poa::requirements(format),
            at,
        };
        judge::view(&chain.judge(current, &asked))
    }))
}

/// Of several that are named one that suffices is enough.
fn rank(authority: &PoaAuthority) -> u8 {
    match authority.judgement.as_ref().map(|one| one.verdict.as_str()) {
        Some("allowed") => 0,
        Some("cannot-tell") => 1,
        None => 2,
        Some(_) => 3,
    }
}
