//! One that takes the place of another (C-29): a signed power of attorney never changes, so a new one is given and the old one taken
//! back in the same step.
//!
//! The draft of the new one holds the number of the old. When its document is made, the revocation of the old is made beside it, and
//! both are signed with one PIN. The new one goes to the registry first; the old one is taken back, here and there, only when the
//! registry holds the new one, so the person is at no moment without powers, and with a new one that is refused the old one stays.

use kabinet_domain::draft::Fields;
use kabinet_domain::poa::{PoaEvent, PoaNumber, PoaState, PowerOfAttorney};
use kabinet_domain::{Document, DocumentId, FileRole};
use kabinet_formats::form;
use kabinet_store::{ErrandKind, OrganisationStore, PoaRecord, StoreError};
use kabinet_texts::{Language, Texts};
use time::Date;

use super::error::shown;
use super::withdraw::{self, Why};
use super::{PoaError, list, parse_number, register, revocation, together};
use crate::blocking::blocking;
use crate::documents::parse_document;
use crate::drafts::{FormError, form_of};
use crate::state::Current;
use crate::{App, AppError, journal, send};

/// The answer without a question that holds the number of the one a draft takes the place of. No form can name a field so.
pub(crate) const SUPERSEDES: &str = "poa/supersedes";
/// What is new in every document: its number and when it was entered.
const OWN: [&str; 2] = ["number.internal", "number.registered"];

impl App {
    /// Begins a draft with what a power of attorney says, from today on. One in force will be taken back when the new one is
    /// registered; for one that is over the draft is a new one and nothing else.
    ///
    /// # Errors
    /// [`PoaError::NotOurs`], [`PoaError::Irrevocable`], [`PoaError::WrongState`] while it is on its way, [`PoaError::OnPaper`];
    /// [`FormError`] where the form would lose something of it; [`AppError::NotFound`]; failures of the vault.
    pub async fn supersede_poa(&self, number: &str) -> Result<String, AppError> {
        self.draft_from(number, false).await
    }

    /// [`supersede_poa`](Self::supersede_poa) for as long again as the old one was given for.
    ///
    /// # Errors
    /// As [`supersede_poa`](Self::supersede_poa).
    pub async fn extend_poa(&self, number: &str) -> Result<String, AppError> {
        self.draft_from(number, true).await
    }

    async fn draft_from(&self, number: &str, is_longer: bool) -> Result<String, AppError> {
        let number = parse_number(number)?;
        let current = self.current().await?;
        self.permit(&current, "applications.fill").await?;
        let (form, fields) = blocking(move || prefilled(&current, number, is_longer)).await?;
        let view = self
            .begin_draft(&form, fields, None, |entry| journal::with(entry, "from", number))
            .await?;
        Ok(view.id)
    }

    /// Puts the document made of such a draft into the register with what it takes the place of, and makes the revocation of that,
    /// which is signed along.
    pub(crate) async fn prepare_replacement(
        &self,
        current: &Current,
        document: &str,
        old: &str,
    ) -> Result<(), AppError> {
        let (id, old) = (parse_document(document)?, parse_number(old)?);
        let asked = current.clone();
        let is_wanted = blocking(move || {
            // The draft may have come from a colleague, and the old one not.
            let record = match asked.store.poa(old) {
                Err(StoreError::NotFound(_)) => {
                    register::put(&asked, id, None)?;
                    return Ok(false);
                }
                other => other?,
            };
            let new = register::put(&asked, id, Some(old))?;
            let is_new = match new {
                Some(new) => asked.store.poa(new)?.state == PoaState::Made,
                None => false,
            };
            Ok(is_new && !record.state.is_final() && unsigned(&asked.store, old)?.is_none())
        })
        .await?;
        if !is_wanted {
            return Ok(());
        }
        // The file is for an authority, whatever language the window has.
        let reason = Texts::new(Language::Russian).plain("poa.replaced");
        let made = match self.write_revocation(current, old, reason).await {
            // Since the draft was begun it has become needless.
            Err(AppError::Poa(_)) => return Ok(()),
            other => other?,
        };
        let current = current.clone();
        blocking(move || {
            let entry = journal::about(made, "poa-replacement-made", "");
            let entry = journal::with(entry, "number", old);
            Ok(current
                .store
                .change(entry, |change| change.prepare_poa_revocation(old, made))?)
        })
        .await
    }
}

/// The documents, and behind each that takes the place of another the revocation of that, which is signed along. Blocks.
pub(crate) fn with_revocations(
    store: &OrganisationStore,
    documents: Vec<DocumentId>,
) -> Result<Vec<DocumentId>, AppError> {
    let mut all = Vec::with_capacity(documents.len());
    for id in &documents {
        all.push(*id);
        let Some(record) = store.poa_of_document(*id)? else {
            continue;
        };
        let Some(old) = record.supersedes.filter(|_| record.document == *id) else {
            continue;
        };
        if record.state != PoaState::Made || !is_live(store, old)? {
            continue;
        }
        if let Some(revocation) = unsigned(store, old)?
            && !documents.contains(&revocation)
            && !all.contains(&revocation)
        {
            all.push(revocation);
        }
    }
    Ok(all)
}

fn is_live(store: &OrganisationStore, number: PoaNumber) -> Result<bool, AppError> {
    match store.poa(number) {
        Ok(record) => Ok(!record.state.is_final()),
        Err(StoreError::NotFound(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The revocation that lies ready and was not signed.
fn unsigned(store: &OrganisationStore, old: PoaNumber) -> Result<Option<DocumentId>, AppError> {
    let prepared = match store.prepared_revocation(old) {
        Err(StoreError::NotFound(_)) => None,
        other => other?,
    };
    let Some(id) = prepared else { return Ok(None) };
    let document = store.document(id)?;
    Ok((!is_signed(&document)).then_some(id))
}

fn is_signed(document: &Document) -> bool {
    let is_signature = |role: &FileRole| matches!(role, FileRole::Signature { .. });
    document.files.iter().any(|file| is_signature(&file.role))
}

/// One that takes the place of another is registered without being asked for, as soon as everybody has signed. Blocks.
pub(super) fn register_at_once(
    store: &OrganisationStore,
    number: PoaNumber,
    poa: &PowerOfAttorney,
) -> Result<(), AppError> {
    let record = store.poa(number)?;
    if record.supersedes.is_none()
        || record.state != PoaState::Signed
        || !together::missing(poa, &record.signatures).is_empty()
    {
        return Ok(());
    }
    let state = record.state.after(PoaEvent::Queued).map_err(PoaError::from)?;
    let entry = journal::about(record.document, "poa-queued", "");
    let entry = journal::with(entry, "number", number);
    Ok(store.change(entry, |change| {
        change.advance_poa(number, record.state, state, None)?;
        change.queue_errand(number, ErrandKind::Register)
    })?)
}

/// Takes back what was replaced, now that the registry holds the new one. Blocks.
pub(super) fn replace(current: &Current) -> Result<(), AppError> {
    for (new, old) in current.store.poas_to_replace()? {
        let Some(id) = current.store.prepared_revocation(old)? else {
            continue;
        };
        let document = current.store.document(id)?;
        if !is_signed(&document) {
            continue;
        }
        match withdraw::count(current, &document, Why::Replaced(new)) {
            Ok(_) => {}
            // It was taken back meanwhile, or what was signed does not hold: the old one stays as it is.
            Err(error @ AppError::Poa(_)) => {
                tracing::warn!(code = error.code(), "the old one was not taken back")
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn prefilled(
    current: &Current,
    number: PoaNumber,
    is_longer: bool,
) -> Result<(crate::drafts::HeldForm, Fields), AppError> {
    let store = &current.store;
    let record = store.poa(number)?;
    if record.kind != kabinet_domain::poa::judge::PoaKind::Electronic {
        return Err(PoaError::OnPaper.into());
    }
    let document = store.document(record.document)?;
    let main = document
        .files
        .iter()
        .find(|file| file.role == FileRole::Main)
        .ok_or(AppError::NotFound)?;
    let poa = register::content(store, &document)?.ok_or(AppError::NotFound)?;
    let replaces = is_replaced(current, &record, &poa)?;
    let bytes = send::read_all(store, main)?;
    let form = form_of(store, form::code_for(&document.format, &bytes))?;
    let mut fields = form.read(&bytes).map_err(FormError::from)?;
    for name in OWN {
        fields.remove(name);
    }
    let today = list::today();
    fields.insert("issued".to_owned(), shown(today));
    match until(&record, today, is_longer) {
        Some(day) => fields.insert("expires".to_owned(), shown(day)),
        None => fields.remove("expires"),
    };
    if replaces {
        fields.insert(SUPERSEDES.to_owned(), number.to_string());
    }
    Ok((form, fields))
}

/// Whether the old one is taken back when the new one is there.
fn is_replaced(current: &Current, record: &PoaRecord, poa: &PowerOfAttorney) -> Result<bool, AppError> {
    match record.state {
        PoaState::Active => match revocation::refusal(current, record, poa, None)? {
            Some(error) => Err(error.into()),
            None => Ok(true),
        },
        PoaState::Expired | PoaState::Revoked | PoaState::Refused => match revocation::giver(current, poa) {
            Some(_) => Ok(false),
            None => Err(PoaError::NotOurs {
                principal: record.principal_name.clone(),
            }
            .into()),
        },
        state => Err(PoaError::WrongState {
            state: super::list::word(state),
        }
        .into()),
    }
}

/// The last day of the new one: that of the old, or as long again as that was given for; nothing for one that is over.
fn until(record: &PoaRecord, today: Date, is_longer: bool) -> Option<Date> {
    let length = record.expires - record.issued;
    if is_longer {
        record.expires.max(today).checked_add(length)
    } else {
        Some(record.expires).filter(|day| *day >= today)
    }
}
