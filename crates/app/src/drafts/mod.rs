//! Drafts: forms filled in at leisure, saved at every pause, made into documents when they are whole.

mod error;
mod preview;
pub(crate) mod show;
mod templates;

pub use error::FormError;

use std::collections::BTreeMap;

use kabinet_domain::draft::Fields;
use kabinet_domain::{DocumentId, Draft, DraftId, Environment, FileRole, OrganisationKind};
use kabinet_formats::form::{self, Form, Moment};
use kabinet_formats::poa;
use kabinet_store::{DraftSave, OrganisationStore, Page};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::documents::parse_document;
use crate::import::{NamedFile, take_in_made};
use crate::poa::SUPERSEDES;
use crate::poa::note_if_possible;
use crate::state::Current;
use crate::view::{DraftForm, DraftList, DraftRevision, DraftShelf, DraftView, FiledDraft};
use crate::{App, AppError, Event, journal};

/// As the formats name the program; they have room for 40 characters.
const PROGRAM: &str = concat!("Кабинет ", env!("CARGO_PKG_VERSION"));

pub(crate) fn parse(id: &str) -> Result<DraftId, AppError> {
    Uuid::parse_str(id).map(DraftId).map_err(|_| AppError::NotFound)
}

/// A form of the program, or one that a draft keeps as the portal gave it.
pub(crate) enum HeldForm {
    Own(&'static Form),
    Kept(Box<Form>),
}

impl std::ops::Deref for HeldForm {
    type Target = Form;

    fn deref(&self) -> &Form {
        match self {
            Self::Own(form) => form,
            Self::Kept(form) => form,
        }
    }
}

pub(crate) fn form_of(store: &OrganisationStore, code: &str) -> Result<HeldForm, AppError> {
    if let Some(form) = form::form(code) {
        return Ok(HeldForm::Own(form));
    }
    crate::services::kept_form(store, code)?
        .map(|form| HeldForm::Kept(Box::new(form)))
        .ok_or(AppError::Form(FormError::NoForm))
}

impl App {
    /// Every form, in the order they are offered.
    pub fn forms(&self) -> Vec<DraftForm> {
        form::forms().iter().map(show::form).collect()
    }

    /// A page of a shelf, last changed first.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn drafts(&self, shelf: DraftShelf, offset: u32, limit: u32) -> Result<DraftList, AppError> {
        self.with_store(move |store| {
            let page = Page {
                offset: offset.into(),
                limit: u64::from(limit) + 1,
            };
            let mut drafts = store.drafts(shelf.into(), page)?;
            let more = drafts.len() > limit as usize;
            drafts.truncate(limit as usize);
            let rows = drafts.iter().map(|draft| show::row(store, draft));
            Ok(DraftList {
                rows: rows.collect::<Result<_, _>>()?,
                more,
            })
        })
        .await
    }

    /// A draft as it is now.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn draft(&self, id: &str) -> Result<DraftView, AppError> {
        let id = parse(id)?;
        self.with_store(move |store| show::view(store, store.draft(id)?))
            .await
    }

    /// Begins a draft with what is known of the organisation.
    ///
    /// # Errors
    /// [`FormError::NoForm`]; failures of the vault.
    pub async fn new_draft(&self, form: &str) -> Result<DraftView, AppError> {
        let current = self.current().await?;
        let form = form_of(&current.store, form)?;
        self.permit(&current, "applications.fill").await?;
        let mut fields = form.blank(|what| known(&current, what));
        if form.code == poa::FORMAT || form.code == poa::REDELEGATION_FORM {
            fields.extend(self.known_of_giver(form.code == poa::FORMAT).await?);
        }
        self.begin_draft(&form, fields, None, |entry| entry).await
    }

    /// Copies a draft or a template: into a draft, or, with a name, into a template. What becomes of attachments and of a form
    /// that has changed says [`templates`].
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`FormError::TemplateName`]; [`FormError::NoForm`] when the service of a template has none any more;
    /// failures of the vault.
    pub async fn copy_draft(&self, id: &str, template: Option<String>) -> Result<DraftView, AppError> {
        let id = parse(id)?;
        let (copied, form) = self
            .with_store(move |store| {
                let mut copied = store.draft(id)?;
                // One takes the place of another once.
                copied.fields.remove(SUPERSEDES);
                let form = form_of(store, &copied.form)?;
                Ok((copied, form))
            })
            .await?;
        let from = |entry| journal::with(entry, "from", id.0);
        match template {
            Some(name) => {
                let name = templates::named(&name)?;
                let fields = templates::without_files(&form, copied.fields);
                self.begin_draft(&form, fields, Some(name), from).await
            }
            None if copied.is_template => self.fill_template(copied, form).await,
            None => self.begin_draft(&form, copied.fields, None, from).await,
        }
    }

    /// Opens a document in its form. The document stays as it is.
    ///
    /// # Errors
    /// [`FormError::NoForm`] for a document of another kind, [`FormError::NoPlace`] when the form would lose something
    /// of it; [`AppError::NotFound`]; failures of the vault.
    pub async fn draft_of_document(&self, document: &str) -> Result<DraftView, AppError> {
        let id = parse_document(document)?;
        let (form, fields) = self
            .with_store(move |store| {
                let document = store.document(id)?;
                let main = document
                    .files
                    .iter()
                    .find(|file| file.role == FileRole::Main)
                    .ok_or(AppError::NotFound)?;
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut store.read_blob(main.digest)?, &mut bytes)?;
                let form = form_of(store, form::code_for(&document.format, &bytes))?;
                let fields = form.read(&bytes)?;
                Ok((form, fields))
            })
            .await?;
        self.begin_draft(&form, fields, None, |entry| {
            journal::with(entry, "document", id.0)
        })
        .await
    }

    pub(crate) async fn begin_draft(
        &self,
        form: &Form,
        fields: Fields,
        template: Option<String>,
        entry: impl FnOnce(kabinet_store::NewEntry) -> kabinet_store::NewEntry,
    ) -> Result<DraftView, AppError> {
        let now = OffsetDateTime::now_utc();
        let mut draft = Draft {
            id: DraftId(Uuid::new_v4()),
            form: form.code.clone(),
            title: title(form, &fields, template.as_deref()),
            is_template: template.is_some(),
            revision: 0,
            fields,
            conflicts: Vec::new(),
            document: None,
            created: now,
            updated: now,
            removed: None,
        };
        let entry = entry(journal::about_draft(draft.id, "draft-begun"));
        let view = self
            .with_store(move |store| {
                if draft.form == poa::REDELEGATION_FORM {
                    crate::poa::add_parent(store, &mut draft.fields)?;
                }
                store.change(entry, |change| change.add_draft(&draft, ""))?;
                show::view(store, store.draft(draft.id)?)
            })
            .await?;
        self.tell(Event::DraftsChanged);
        Ok(view)
    }

    /// Saves what was typed into revision `seen` and gives the draft back as it is then, with what was changed elsewhere in
    /// the meantime.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault, a full disk among them.
    pub async fn save_draft(
        &self,
        id: &str,
        seen: u32,
        fields: BTreeMap<String, String>,
    ) -> Result<DraftView, AppError> {
        let id = parse(id)?;
        let view = self
            .with_store(move |store| {
                let mut fields = fields;
                fields.retain(|_, value| !value.is_empty());
                let head = store.draft(id)?;
                // No question asks for it: whoever saves may not know of it.
                if let Some(old) = head.fields.get(SUPERSEDES) {
                    fields.entry(SUPERSEDES.to_owned()).or_insert_with(|| old.clone());
                }
                let template = head.is_template.then_some(head.title.as_str());
                let save = DraftSave {
                    seen: seen.into(),
                    title: title(&*form_of(store, &head.form)?, &fields, template),
                    fields,
                    author: String::new(),
                    at: OffsetDateTime::now_utc(),
                };
                show::view(store, store.save_draft(id, &save)?)
            })
            .await?;
        self.tell(Event::DraftsChanged);
        Ok(view)
    }

    /// Gives a field in conflict the value somebody chose.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn settle_draft(
        &self,
        id: &str,
        field: String,
        value: Option<String>,
    ) -> Result<DraftView, AppError> {
        let id = parse(id)?;
        let view = self
            .with_store(move |store| {
                let now = OffsetDateTime::now_utc();
                let draft = store.settle_draft(id, &field, value.as_deref(), "", now)?;
                show::view(store, draft)
            })
            .await?;
        self.tell(Event::DraftsChanged);
        Ok(view)
    }

    /// A page of the changes of a draft, newest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn draft_history(
        &self,
        id: &str,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<DraftRevision>, AppError> {
        let id = parse(id)?;
        self.with_store(move |store| {
            let page = Page {
                offset: offset.into(),
                limit: limit.into(),
            };
            Ok(store
                .draft_history(id, page)?
                .into_iter()
                .map(show::revision)
                .collect())
        })
        .await
    }

    /// The fields of a draft as they were at a revision.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn draft_version(&self, id: &str, revision: u32) -> Result<BTreeMap<String, String>, AppError> {
        let id = parse(id)?;
        self.with_store(move |store| Ok(store.draft_version(id, revision.into())?))
            .await
    }

    /// Throws a draft away; it can be taken back.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn remove_draft(&self, id: &str) -> Result<(), AppError> {
        let id = parse(id)?;
        self.change_drafts(journal::about_draft(id, "draft-removed"), move |change| {
            change.remove_draft(id)
        })
        .await
    }

    /// Takes a draft back that was thrown away.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn take_draft_back(&self, id: &str) -> Result<(), AppError> {
        let id = parse(id)?;
        self.change_drafts(journal::about_draft(id, "draft-taken-back"), move |change| {
            change.take_draft_back(id)
        })
        .await
    }

    /// Removes a draft and every version of it for good.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn erase_draft(&self, id: &str) -> Result<(), AppError> {
        let id = parse(id)?;
        self.change_drafts(journal::about_draft(id, "draft-erased"), move |change| {
            change.erase_draft(id)
        })
        .await
    }

    async fn change_drafts(
        &self,
        entry: kabinet_store::NewEntry,
        work: impl FnOnce(&kabinet_store::Change<'_>) -> Result<(), kabinet_store::StoreError> + Send + 'static,
    ) -> Result<(), AppError> {
        self.with_store(move |store| Ok(store.change(entry, work)?))
            .await?;
        self.tell(Event::DraftsChanged);
        Ok(())
    }

    /// Makes the document of a draft and takes it into the archive, where it waits for a signature. The draft stays.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault. What is wrong with the answers is in the result.
    pub async fn file_draft(&self, id: &str) -> Result<FiledDraft, AppError> {
        let id = parse(id)?;
        let current = self.current().await?;
        let formats = self.formats();
        let filing = current.clone();
        let (filed, superseded) = crate::blocking::blocking(move || {
            let current = filing;
            let draft = current.store.draft(id)?;
            let superseded = draft.fields.get(SUPERSEDES).cloned();
            if let Some(document) = unchanged_document(&current.store, &draft)? {
                return Ok((show::filed(document), superseded));
            }
            let now = OffsetDateTime::now_utc().to_offset(crate::send::MOSCOW);
            let moment = Moment {
                date: now.date(),
                time: now.time(),
                guid: Uuid::new_v4().to_string(),
                program: PROGRAM.to_owned(),
            };
            let form = form_of(&current.store, &draft.form)?;
            let made = match formats.fill_in(&form, &draft.fields, &moment) {
                Ok(made) => made,
                Err(problems) => return Ok((show::not_filed(problems), None)),
            };
            let attached = match crate::services::attached(&current.store, &form, &draft.fields)? {
                Ok(attached) => attached,
                Err(problem) => return Ok((show::not_filed(vec![problem]), None)),
            };
            let file = NamedFile {
                name: made.name,
                bytes: made.bytes,
            };
            let document = take_in_made(&formats, &current, file, attached)?;
            let entry = journal::with(journal::about(document, "draft-filed", ""), "draft", draft.id.0);
            current
                .store
                .change(entry, |change| change.set_draft_document(id, document))?;
            // One that takes the place of another is put there with that.
            if superseded.is_none() {
                note_if_possible(&current, document)?;
            }
            Ok((show::filed(document), superseded))
        })
        .await?;
        if let (Some(document), Some(old)) = (&filed.document_id, superseded) {
            self.prepare_replacement(&current, document, &old).await?;
        }
        self.tell(Event::DraftsChanged);
        self.tell(Event::DocumentsChanged);
        Ok(filed)
    }
}

/// The document made of a draft, unless the draft was changed since.
fn unchanged_document(store: &OrganisationStore, draft: &Draft) -> Result<Option<DocumentId>, AppError> {
    let Some(id) = draft.document else {
        return Ok(None);
    };
    match store.document(id) {
        Ok(document) if document.added >= draft.updated => Ok(Some(id)),
        Ok(_) | Err(kabinet_store::StoreError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn title(form: &Form, fields: &Fields, template: Option<&str>) -> String {
    template.map_or_else(|| form.title(fields), str::to_owned)
}

/// What the program knows of the organisation, in the words of the forms.
pub(crate) fn known(current: &Current, what: &str) -> Option<String> {
    let organisation = &current.organisation;
    match what {
        "organisation.kind" => Some(
            match organisation.kind {
                OrganisationKind::Legal => "organisation",
                OrganisationKind::SoleProprietor => "entrepreneur",
            }
            .to_owned(),
        ),
        "organisation.name" | "organisation.fullName" => Some(organisation.name.clone()),
        "organisation.inn" => Some(organisation.inn.clone()),
        "organisation.kpp" => organisation.kpp.clone(),
        "organisation.ogrn" => Some(organisation.ogrn.clone()),
        // Only the reference portal's participants are named after their requisites.
        "organisation.edo" if organisation.environment == Environment::Demo => {
            let kpp = organisation.kpp.as_deref().map(|kpp| format!("-{kpp}"));
            Some(format!("DEMO-{}{}", organisation.inn, kpp.unwrap_or_default()))
        }
        _ => None,
    }
}
