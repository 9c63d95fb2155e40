//! A draft for a colleague: JSON that says who hands over, for which organisation, and for each draft its fields beside the version
//! both sides last had. What is changed on either side since is joined by field; what both changed waits for a choice. With a draft of
//! a service go its form and its files ([`Parcel`]): the colleague may never have met the portal.

use std::io::Write;
use std::path::Path;

use kabinet_age::Recipients;
use kabinet_domain::draft::Fields;
use kabinet_domain::{Draft, DraftId, Environment, Organisation};
use kabinet_store::{OrganisationStore, StoreError};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::colleagues;
use super::parcel::Parcel;
use crate::beside::draft_beside;
use crate::blocking::blocking;
use crate::hand_over::HandOverError;
use crate::services::CarriedForm;
use crate::state::Current;
use crate::view::{HandOver, ImportOutcome, LetterView};
use crate::{App, AppError, Event, drafts, journal, package, tools};

const FORMAT: &str = "kabinet-hand-over";
/// 1: a draft by a form of the program. 2: forms of the portal and files go along.
const PLAIN: u32 = 1;
const WITH_FORMS: u32 = 2;

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
    /// Forms of the portal by which the drafts are filled in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) forms: Vec<CarriedForm>,
    pub(super) drafts: Vec<Handed>,
}

/// Read before anything else, so that a newer layout is told from something else.
#[derive(Deserialize)]
struct Preamble {
    format: String,
    version: u32,
}

/// A draft as it is handed over.
#[derive(Serialize, Deserialize)]
pub(super) struct Handed {
    id: DraftId,
    pub(super) form: String,
    title: String,
    /// The version both sides have, when the draft was handed over before.
    base: Option<Fields>,
    pub(super) fields: Fields,
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

    /// Writes a draft for a colleague, with the form of the portal and the attached files where it has such: encrypted to their
    /// address, or by a passphrase that is asked for in its own window. The file is there whole or not at all.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; [`AppError::Age`] when the address is none; [`AppError::TooLarge`] when the attached files are, before
    /// anything is asked; [`AppError::File`]; failures of the vault.
    pub async fn hand_over(&self, draft: &str, how: HandOver, target: &Path) -> Result<(), AppError> {
        let id = drafts::parse(draft)?;
        let current = self.current().await?;
        let HandOver { name, address } = how;
        let (current, leaving) = blocking(move || {
            let leaving = Leaving::of(&current, id, &name)?;
            Ok((current, leaving))
        })
        .await?;
        let to = self.hand_over_to(address.as_deref()).await?;
        let target = target.to_path_buf();
        blocking(move || {
            leaving.write(&current.store, &to.recipients(), &target)?;
            leaving.note(&current.store)
        })
        .await?;
        self.tell(Event::DraftsChanged);
        Ok(())
    }
}

/// A draft on its way, wherever to.
pub(super) struct Leaving {
    pub(super) draft: Draft,
    parcel: Parcel,
    name: String,
}

impl Leaving {
    /// Blocks.
    ///
    /// # Errors
    /// [`AppError::TooLarge`] for the attached files; [`AppError::NotFound`]; failures of the vault.
    pub(super) fn of(current: &Current, id: DraftId, name: &str) -> Result<Self, AppError> {
        let draft = current.store.draft(id)?;
        let content = Content::of(&current.organisation, name, &current.store, &draft)?;
        Ok(Self {
            parcel: Parcel::of(content, &current.store)?,
            draft,
            name: name.to_owned(),
        })
    }

    /// Encrypted.
    ///
    /// # Errors
    /// [`AppError::Io`] of `out`; failures of the vault.
    pub(super) fn seal<W: Write>(
        &self,
        store: &OrganisationStore,
        to: &Recipients<'_>,
        out: W,
    ) -> Result<W, AppError> {
        colleagues::remember_name(store, &self.name)?;
        let mut sealed = kabinet_age::encrypt(to, out)?;
        self.parcel.write(store, &mut sealed)?;
        Ok(sealed.finish()?)
    }

    fn write(&self, store: &OrganisationStore, to: &Recipients<'_>, target: &Path) -> Result<(), AppError> {
        let failed = |source| tools::file_error(target, source);
        let mut file = draft_beside(target)?;
        let out = self.seal(store, to, &mut file).map_err(|error| match error {
            AppError::Io(source) => failed(source),
            other => other,
        })?;
        out.flush().map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(target).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// That it is gone: what both sides have from now on.
    ///
    /// # Errors
    /// Failures of the vault.
    pub(super) fn note(&self, store: &OrganisationStore) -> Result<(), AppError> {
        let entry = journal::about_draft(self.draft.id, "draft-handed-over");
        Ok(store.change(entry, |change| {
            change.share_draft(self.draft.id, &self.draft.fields)
        })?)
    }
}

impl Content {
    fn of(
        organisation: &Organisation,
        from: &str,
        store: &OrganisationStore,
        draft: &Draft,
    ) -> Result<Self, AppError> {
        let forms: Vec<CarriedForm> = CarriedForm::of(store, &draft.form)?.into_iter().collect();
        Ok(Self {
            format: FORMAT.to_owned(),
            // An older program goes on reading what it can.
            version: if forms.is_empty() { PLAIN } else { WITH_FORMS },
            from: from.trim().to_owned(),
            environment: organisation.environment,
            inn: organisation.inn.clone(),
            kpp: organisation.kpp.clone(),
            forms,
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
    /// [`HandOverError::NotOurs`] when it is none.
    pub(super) fn read(text: &[u8]) -> Result<Self, HandOverError> {
        match serde_json::from_slice::<Preamble>(text) {
            Ok(Preamble { format, version }) if format == FORMAT && version > WITH_FORMS => {
                Err(HandOverError::NotOurs { newer: true })
            }
            Ok(Preamble { format, .. }) if format == FORMAT => {
                serde_json::from_slice(text).map_err(|_| HandOverError::NotOurs { newer: false })
            }
            _ => Err(HandOverError::NotOurs { newer: false }),
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
