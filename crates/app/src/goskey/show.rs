//! Requests to Госключ as they are shown: on their own page, and on those of the documents they ask a signature for.

use kabinet_domain::{Document, DocumentStage, FileRole, OrderStatus};
use kabinet_formats::goskey::{self, Kind, Request};
use kabinet_store::OrganisationStore;
use time::OffsetDateTime;

use super::{GoskeyError, join, people};
use crate::AppError;
use crate::view::{GoskeyFile, GoskeyFileState, GoskeyKind, GoskeyRequest, GoskeyState, rfc3339};

/// The request this document is, or those that ask for its signature, the newest first.
///
/// # Errors
/// Failures of the vault.
pub(crate) fn views(store: &OrganisationStore, document: &Document) -> Result<Vec<GoskeyRequest>, AppError> {
    if goskey::is_request(&document.format) {
        return Ok(view(store, document)?.into_iter().collect());
    }
    let Some(main) = document.files.iter().find(|file| file.role == FileRole::Main) else {
        return Ok(Vec::new());
    };
    let mut views = Vec::new();
    for id in store.find_by_digest(main.digest)?.into_iter().rev() {
        let request = store.document(id)?;
        if join::sent(&request).any(|file| file.digest == main.digest) {
            views.extend(view(store, &request)?);
        }
    }
    Ok(views)
}

/// A request whose time is over would come back unsigned.
///
/// # Errors
/// [`GoskeyError::Expired`].
pub(crate) fn must_be_in_time(store: &OrganisationStore, document: &Document) -> Result<(), AppError> {
    match is_over(store, document)? {
        true => Err(GoskeyError::Expired.into()),
        false => Ok(()),
    }
}

/// Whether this is a request, and its time has ended.
///
/// # Errors
/// Failures of the vault.
pub(crate) fn is_over(store: &OrganisationStore, document: &Document) -> Result<bool, AppError> {
    let expires = join::read(store, document)?.and_then(|request| request.expires);
    Ok(expires.is_some_and(|expires| expires <= OffsetDateTime::now_utc()))
}

fn view(store: &OrganisationStore, document: &Document) -> Result<Option<GoskeyRequest>, AppError> {
    let Some(request) = join::read(store, document)? else {
        return Ok(None);
    };
    let statuses = store.statuses(document.id)?;
    let state = state(document.stage, statuses.last());
    let mut files = Vec::new();
    for sent in join::sent(document) {
        let fate = join::fate(store, document, &request, sent)?;
        let original = join::originals(store, sent)?.into_iter().next();
        files.push(GoskeyFile {
            file: described(&request, &sent.name),
            document_id: original.as_ref().map(|one| one.id.0.to_string()),
            title: original.map(|one| one.title),
            state: match join::state(&fate) {
                // Nothing was to come yet, or at all.
                GoskeyFileState::Missing if state != GoskeyState::Signed => GoskeyFileState::Waiting,
                // It is being fetched.
                GoskeyFileState::Missing if document.stage == DocumentStage::Sent => GoskeyFileState::Waiting,
                other => other,
            },
        });
    }
    let people = people::known(store)?;
    let (snils, oid) = (request.snils.as_deref(), request.oid.as_deref());
    Ok(Some(GoskeyRequest {
        document_id: document.id.0.to_string(),
        stage: document.stage.into(),
        kind: kind(request.kind),
        service: request.kind.service().to_owned(),
        person: people::name_of(&people, snils, oid),
        snils: request.snils.clone(),
        oid: request.oid.clone(),
        expires: request.expires.map(rfc3339),
        state,
        comment: statuses.last().and_then(|status| status.comment.clone()),
        files,
    }))
}

/// The name the file has here.
fn described(request: &Request, file: &str) -> String {
    let asked = request.documents.iter().find(|asked| asked.file == file);
    asked
        .map(|asked| asked.description.clone())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| file.to_owned())
}

/// «Отправка документов на подпись в Госключ» 1.8, table of statuses: the authority's own code says which way it ended.
fn state(stage: DocumentStage, last: Option<&OrderStatus>) -> GoskeyState {
    if matches!(
        stage,
        DocumentStage::Invalid | DocumentStage::Ready | DocumentStage::Signed
    ) {
        return GoskeyState::NotSent;
    }
    let Some(last) = last.filter(|status| status.is_final) else {
        return if stage == DocumentStage::Cancelled {
            GoskeyState::Cancelled
        } else {
            GoskeyState::Waiting
        };
    };
    match (last.agency_code.as_deref(), last.status_id) {
        (Some("sign_reject"), _) => GoskeyState::Rejected,
        (Some("expired"), _) => GoskeyState::Expired,
        (Some("request_error"), _) => GoskeyState::RequestError,
        (Some("state_eds_no_answer"), _) => GoskeyState::SenderNotChecked,
        (Some("snils_not_found"), _) => GoskeyState::PersonNotFound,
        (_, Some(3)) => GoskeyState::Signed,
        (_, Some(4)) => GoskeyState::Rejected,
        _ if stage == DocumentStage::Cancelled => GoskeyState::Cancelled,
        _ => GoskeyState::Failed,
    }
}

fn kind(kind: Kind) -> GoskeyKind {
    match kind {
        Kind::Simple => GoskeyKind::Simple,
        Kind::Qualified => GoskeyKind::Qualified,
        Kind::Organisation => GoskeyKind::Organisation,
        Kind::Treasury => GoskeyKind::Treasury,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(status_id: i64, agency_code: Option<&str>, is_final: bool) -> OrderStatus {
        OrderStatus {
            history_id: None,
            status_id: Some(status_id),
            title: String::new(),
            comment: None,
            sender: None,
            agency_code: agency_code.map(str::to_owned),
            code: None,
            at: OffsetDateTime::UNIX_EPOCH,
            is_final,
            cancel_allowed: false,
            has_result: false,
        }
    }

    #[test]
    fn the_authoritys_code_tells_endings_of_one_status_apart() {
        let of = |id, code| state(DocumentStage::Sent, Some(&last(id, code, true)));
        assert_eq!(of(3, Some("done")), GoskeyState::Signed);
        assert_eq!(of(4, Some("sign_reject")), GoskeyState::Rejected);
        assert_eq!(of(4, Some("expired")), GoskeyState::Expired);
        assert_eq!(of(5, Some("request_error")), GoskeyState::RequestError);
        assert_eq!(of(5, Some("state_eds_no_answer")), GoskeyState::SenderNotChecked);
        assert_eq!(of(5, Some("snils_not_found")), GoskeyState::PersonNotFound);
        // A code nobody published is told by its status.
        assert_eq!(of(5, Some("something_new")), GoskeyState::Failed);
        assert_eq!(of(3, None), GoskeyState::Signed);
    }

    #[test]
    fn until_the_end_it_waits_whatever_the_code() {
        let still = last(2, Some("done"), false);
        assert_eq!(state(DocumentStage::Sent, Some(&still)), GoskeyState::Waiting);
        assert_eq!(state(DocumentStage::Signed, None), GoskeyState::NotSent);
    }
}
