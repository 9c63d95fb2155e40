//! A draft for a colleague: JSON that says who hands over, for which organisation, and for each draft its fields beside the version
//! both sides last had. What is changed on either side since is joined by field; what both changed waits for a choice.

use std::io::{Read, Write};
use std::path::Path;

use kabinet_age::{AgeError, Recipients};
use kabinet_domain::draft::Fields;
use kabinet_domain::{Draft, DraftId, Environment, Organisation};
use kabinet_store::{OrganisationStore, StoreError};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::colleagues;
use crate::beside::draft_beside;
use crate::blocking::blocking;
use crate::hand_over::HandOverError;
use crate::state::Current;
use crate::view::{HandOver, ImportOutcome, LetterView};
use crate::{App, AppError, Event, drafts, journal, package, tools};

const FORMAT: &str = "kabinet-hand-over";
const VERSION: u32 = 1;
/// Largest content that is read: a thousand large drafts.
const LIMIT: u64 = 64 << 20;

/// What is in the file.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    format: String,
    version: u32,
    /// Who hands over, as they call themselves.
    from: String,
    pub(super) environment: Environment,
    pub(super) inn: String,
    pub(super) kpp: Option<String>,
    drafts: Vec<Handed>,
}

/// Read before anything else, so that a newer layout is told from something else.
#[derive(Deserialize)]
struct Preamble {
    format: String,
    version: u32,
}

/// A draft as it is handed over.
#[derive(Serialize, Deserialize)]
struct Handed {
    id: DraftId,
    form: String,
    title: String,
    /// The version both sides have, when the draft was handed over before.
    base: Option<Fields>,
    fields: Fields,
}

impl App {
    /// What the file of a draft is to be called.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn hand_over_name(&self, draft: &str) -> Result<String, AppError> {
        let draft = self.draft(draft).await?;
        Ok(format!("{}.kabinet", package::safe_name(&draft.title)))
    }

    /// Writes a draft for a colleague: encrypted to their address, or by a passphrase that is asked for in its own window.
    /// The file is there whole or not at all.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; [`AppError::Age`] when the address is none; [`AppError::File`]; failures of the vault.
    pub async fn hand_over(&self, draft: &str, how: HandOver, target: &Path) -> Result<(), AppError> {
        let id = drafts::parse(draft)?;
        let current = self.current().await?;
        let to = self.hand_over_to(how.address.as_deref()).await?;
        let target = target.to_path_buf();
        blocking(move || {
            let store = &current.store;
            colleagues::remember_name(store, &how.name)?;
            let draft = store.draft(id)?;
            let content = Content::of(&current.organisation, &how.name, store, &draft)?;
            write(&content, &to.recipients(), &target)?;
            let entry = journal::about_draft(id, "draft-handed-over");
            store.change(entry, |change| change.share_draft(id, &draft.fields))?;
            Ok(())
        })
        .await?;
        self.tell(Event::DraftsChanged);
        Ok(())
    }
}

impl Content {
    fn of(
        organisation: &Organisation,
        from: &str,
        store: &OrganisationStore,
        draft: &Draft,
    ) -> Result<Self, AppError> {
        Ok(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            from: from.trim().to_owned(),
            environment: organisation.environment,
            inn: organisation.inn.clone(),
            kpp: organisation.kpp.clone(),
            drafts: vec![Handed {
                id: draft.id,
                form: draft.form.clone(),
                title: draft.title.clone(),
                base: store.draft_shared(draft.id)?,
                fields: draft.fields.clone(),
            }],
        })
    }

    /// # Errors
    /// [`HandOverError::NotOurs`] when it is none; [`AppError::Age`] when the file is damaged.
    pub(super) fn read(from: impl Read) -> Result<Self, AppError> {
        let mut text = Zeroizing::new(Vec::new());
        from.take(LIMIT + 1)
            .read_to_end(&mut text)
            .map_err(AgeError::from)?;
        if text.len() as u64 > LIMIT {
            return Err(AppError::TooLarge { limit: LIMIT });
        }
        match serde_json::from_slice::<Preamble>(&text) {
            Ok(Preamble { format, version }) if format == FORMAT && version > VERSION => {
                Err(AppError::HandOver(HandOverError::NotOurs { newer: true }))
            }
            Ok(Preamble { format, .. }) if format == FORMAT => serde_json::from_slice(&text)
                .map_err(|_| AppError::HandOver(HandOverError::NotOurs { newer: false })),
            _ => Err(AppError::HandOver(HandOverError::NotOurs { newer: false })),
        }
    }

    /// Takes the drafts in; one that is known already is merged. The file is called `name`.
    pub(super) fn take_in(
        &self,
        current: &Current,
        name: &str,
        elsewhere: bool,
        outcomes: &mut Vec<ImportOutcome>,
    ) -> Result<(), AppError> {
        let letter = elsewhere.then(|| LetterView {
            from: self.from.clone(),
            colleague: None,
            note: String::new(),
            back: false,
            organisation: Some(current.organisation.id.0.to_string()),
        });
        for handed in &self.drafts {
            take_in(&current.store, handed, &self.from)?;
            outcomes.push(ImportOutcome {
                draft_id: Some(handed.id.0.to_string()),
                letter: letter.clone(),
                ..ImportOutcome::of(name.to_owned())
            });
        }
        Ok(())
    }
}

fn write(content: &Content, to: &Recipients<'_>, target: &Path) -> Result<(), AppError> {
    let failed = |source| tools::file_error(target, source);
    let mut file = draft_beside(target)?;
    let mut sealed = kabinet_age::encrypt(to, &mut file)?;
    serde_json::to_writer(&mut sealed, content).map_err(|error| failed(error.into()))?;
    sealed.finish()?.flush().map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A draft that is not known begins here; one that is known is merged with what became of it.
fn take_in(store: &OrganisationStore, handed: &Handed, from: &str) -> Result<(), AppError> {
    crate::drafts::form_of(store, &handed.form)?;
    match store.draft(handed.id) {
        Ok(_) => {
            // Who never handed it over has nothing in common with it: every difference is then a conflict.
            let base = handed.base.clone().unwrap_or_default();
            store.change(journal::about_draft(handed.id, "draft-merged"), |change| {
                change.merge_draft(handed.id, &base, &handed.fields, from)
            })?;
        }
        Err(StoreError::NotFound(_)) => {
            let now = OffsetDateTime::now_utc();
            let draft = Draft {
                id: handed.id,
                form: handed.form.clone(),
                title: handed.title.clone(),
                is_template: false,
                revision: 0,
                fields: handed.fields.clone(),
                conflicts: Vec::new(),
                document: None,
                created: now,
                updated: now,
                removed: None,
            };
            store.change(journal::about_draft(handed.id, "draft-taken-over"), |change| {
                change.add_draft(&draft, from)?;
                change.share_draft(draft.id, &handed.fields)
            })?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
