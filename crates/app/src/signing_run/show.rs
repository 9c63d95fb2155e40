//! A run as a person sees it.

use kabinet_store::{ItemState as State, OrganisationStore, SigningRun as Run};

use super::Active;
use crate::AppError;
use crate::view::{ItemState, SigningItem, SigningRun, UiError, rfc3339};

/// A reason as the vault keeps it.
pub(super) fn words(error: &AppError) -> String {
    // A map of texts always is JSON.
    serde_json::to_string(&UiError::from(error)).unwrap_or_default()
}

fn reason(words: &str) -> Option<UiError> {
    serde_json::from_str(words).ok()
}

pub(super) fn item(document: kabinet_domain::DocumentId, title: String, state: &State) -> SigningItem {
    let (state, error) = match state {
        State::Waiting => (ItemState::Waiting, None),
        State::Signed => (ItemState::Signed, None),
        State::Failed(words) => (ItemState::Failed, reason(words)),
        State::Skipped(words) => (ItemState::Skipped, reason(words)),
    };
    SigningItem {
        document_id: document.0.to_string(),
        title,
        state,
        error,
    }
}

pub(super) fn run(
    store: &OrganisationStore,
    run: Run,
    active: Option<&Active>,
) -> Result<SigningRun, AppError> {
    let progress = active.filter(|active| active.run == run.id).map(Active::progress);
    let items = run
        .items
        .into_iter()
        .map(|one| {
            Ok(item(
                one.document,
                store.document(one.document)?.title,
                &one.state,
            ))
        })
        .collect::<Result<_, AppError>>()?;
    Ok(SigningRun {
        id: run.id.to_string(),
        certificate_id: hex::encode(run.certificate),
        holder: run.holder,
        token_label: run.token,
        token_serial: run.serial,
        started: rfc3339(run.started),
        ended: run.ended.map(rfc3339),
        stopped: run.stopped.as_deref().and_then(reason),
        progress,
        items,
    })
}
