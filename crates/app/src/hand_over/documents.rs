//! Documents on their way to a colleague who signs them, and back: a package and a letter inside one encrypted file.

use std::io::Write;
use std::path::Path;

use kabinet_age::Recipients;
use kabinet_domain::{Document, DocumentId};
use kabinet_store::{HandOver as Kept, HandOverWay, OrganisationStore};
use time::OffsetDateTime;

use super::colleagues;
use crate::beside::draft_beside;
use crate::blocking::blocking;
use crate::documents::parse_documents;
use crate::package::{self, Letter};
use crate::state::Current;
use crate::view::{HandOver, HandOverOffer, HandOverRow, Reply, rfc3339};
use crate::{App, AppError, Event, journal, tools};

impl App {
    /// With what the window that hands these documents over begins: who can be given them, and, when all of them came from one
    /// person, who waits for them.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn hand_over_offer(&self, ids: &[String]) -> Result<HandOverOffer, AppError> {
        let ids = parse_documents(ids)?;
        let colleagues = self.colleagues().await?;
        self.with_store(move |store| {
            let waiting = waiting(store, &ids)?;
            Ok(HandOverOffer {
                reply: waiting.map(|came| Reply {
                    colleague: name_of(&colleagues.colleagues, came.address.as_deref()),
                    name: came.who,
                    address: came.address,
                }),
                colleagues,
            })
        })
        .await
    }

    /// What the file of these documents is to be called.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn hand_over_documents_name(&self, ids: &[String]) -> Result<String, AppError> {
        let ids = parse_documents(ids)?;
        self.with_store(move |store| {
            let first = store.document(*ids.first().ok_or(AppError::NotFound)?)?;
            let more = ids.len() - 1;
            let title: String = first.title.chars().take(80).collect();
            let name = package::safe_name(&match more {
                0 => title,
                more => format!("{title} + {more}"),
            });
            Ok(format!("{name}.kabinet"))
        })
        .await
    }

    /// Writes documents with their signatures and receipts for a colleague, in constant memory and nothing of it in the clear:
    /// encrypted to their address, or by a passphrase that is asked for in its own window. The file is there whole or not at all.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; [`AppError::Age`] when the address is none; [`AppError::File`]; failures of the vault.
    pub async fn hand_over_documents(
        &self,
        ids: &[String],
        how: HandOver,
        note: String,
        target: &Path,
    ) -> Result<(), AppError> {
        let ids = parse_documents(ids)?;
        let current = self.current().await?;
        let to = self.hand_over_to(how.address.as_deref()).await?;
        let target = target.to_path_buf();
        blocking(move || {
            let leaving = Leaving::of(&current.store, &ids, how, note)?;
            leaving.write(&current, &to.recipients(), &target)?;
            leaving.note(&current.store)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        Ok(())
    }
}

/// Documents on their way, wherever to.
pub(super) struct Leaving {
    pub(super) documents: Vec<Document>,
    letter: Letter,
    gone: Kept,
}

impl Leaving {
    /// Blocks.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub(super) fn of(
        store: &OrganisationStore,
        ids: &[DocumentId],
        how: HandOver,
        note: String,
    ) -> Result<Self, AppError> {
        colleagues::remember_name(store, &how.name)?;
        let documents = ids
            .iter()
            .map(|id| store.document(*id))
            .collect::<Result<Vec<_>, _>>()?;
        let waiting = waiting(store, ids)?;
        let letter = Letter {
            from: how.name,
            address: Some(colleagues::identity(store)?.recipient().to_string()),
            note,
            back: waiting.is_some(),
            at: OffsetDateTime::now_utc(),
        }
        .tidied();
        let gone = Kept {
            way: if letter.back {
                HandOverWay::Back
            } else {
                HandOverWay::ToSign
            },
            who: to_whom(store, how.address.as_deref(), waiting)?,
            address: how.address,
            note: letter.note.clone(),
            at: letter.at,
        };
        Ok(Self {
            documents,
            letter,
            gone,
        })
    }

    /// Encrypted, in constant memory.
    ///
    /// # Errors
    /// [`AppError::Io`] of `out`; failures of the vault.
    pub(super) fn seal<W: Write>(
        &self,
        current: &Current,
        to: &Recipients<'_>,
        out: W,
    ) -> Result<W, AppError> {
        let mut sealed = kabinet_age::encrypt(to, out)?;
        package::write_letter(current, &self.documents, &self.letter, &mut sealed)?;
        Ok(sealed.finish()?)
    }

    fn write(&self, current: &Current, to: &Recipients<'_>, target: &Path) -> Result<(), AppError> {
        let failed = |source| tools::file_error(target, source);
        let mut file = draft_beside(target)?;
        let out = self.seal(current, to, &mut file).map_err(|error| match error {
            AppError::Io(source) => failed(source),
            other => other,
        })?;
        out.flush().map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(target).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Whom they went to; a name the portal gave is better than none.
    pub(super) fn named(mut self, who: &str) -> Self {
        if self.gone.who.is_empty() {
            who.clone_into(&mut self.gone.who);
        }
        self
    }

    /// That they are gone.
    ///
    /// # Errors
    /// Failures of the vault.
    pub(super) fn note(&self, store: &OrganisationStore) -> Result<(), AppError> {
        for document in &self.documents {
            let entry = journal::about(document.id, "document-handed-over", "");
            store.change(entry, |change| change.note_hand_over(document.id, &self.gone))?;
        }
        Ok(())
    }

    /// What is said with them.
    pub(super) fn note_text(&self) -> &str {
        &self.letter.note
    }
}

/// Who sent all of these and waits for them: the same person by the same way, and nothing went back since.
fn waiting(store: &OrganisationStore, ids: &[DocumentId]) -> Result<Option<Kept>, AppError> {
    let mut found: Option<Kept> = None;
    for id in ids {
        let last = store
            .hand_overs(*id)?
            .into_iter()
            .rfind(|one| one.way != HandOverWay::Back);
        let Some(last) = last.filter(|one| one.way == HandOverWay::CameToSign) else {
            return Ok(None);
        };
        match &found {
            Some(first) if (&first.who, &first.address) != (&last.who, &last.address) => return Ok(None),
            _ => found = Some(last),
        }
    }
    Ok(found)
}

fn name_of(colleagues: &[crate::view::Colleague], address: Option<&str>) -> Option<String> {
    let known = colleagues
        .iter()
        .find(|one| Some(one.address.as_str()) == address)?;
    Some(known.name.clone())
}

/// Name of whom the file is for: as the colleague is known here, else as they call themselves.
fn to_whom(
    store: &OrganisationStore,
    address: Option<&str>,
    waiting: Option<Kept>,
) -> Result<String, AppError> {
    let known = name_of(&colleagues::list(store)?, address);
    let named = waiting
        .filter(|waiting| address.is_some() && waiting.address.as_deref() == address)
        .map(|waiting| waiting.who);
    Ok(known.or(named).unwrap_or_default())
}

/// Every time the document was handed over, the newest first.
pub(crate) fn rows(store: &OrganisationStore, document: DocumentId) -> Result<Vec<HandOverRow>, AppError> {
    let all = store.hand_overs(document)?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let known = colleagues::list(store)?;
    Ok(all
        .into_iter()
        .rev()
        .map(|one| HandOverRow {
            colleague: name_of(&known, one.address.as_deref()),
            way: one.way.into(),
            who: one.who,
            by_address: one.address.is_some(),
            note: one.note,
            at: rfc3339(one.at),
        })
        .collect())
}
