//! Templates: filled-in forms that are copied from and never filed (SVC-13).
//!
//! A template is a draft with a name, in the table of the drafts: there it is opened, changed, thrown away and taken back like any
//! other, its changes are kept, and only a person removes it. A setting would have none of that, and an entry of the cache would
//! be gone with the cache. Attachments do not come along: a template would hold copies of documents nobody remembers.
//!
//! A template keeps the version of the portal's form it was filled in on. What is begun of it has the form of today: an answer whose
//! question is gone, is of another kind now, or no longer offers it, goes among the fields under [`UNPLACED`] and the words it was
//! asked with, where the form does not look. So it is shown, kept in every version, and lost only when somebody removes it.

use kabinet_domain::Draft;
use kabinet_domain::draft::Fields;
use kabinet_formats::form::{FieldKind, Form, FormField};
use kabinet_store::{DraftSave, Page};
use time::OffsetDateTime;

use super::{FormError, HeldForm, known, parse, show};
use crate::view::{DraftRow, DraftShelf, DraftView, UnplacedAnswer};
use crate::{App, AppError, Event, journal};

/// Begins the name of an answer the form has no place for. No form of the portal can name a field so.
const UNPLACED: &str = "unplaced/";
/// Longest name of a template, characters.
const LONGEST: usize = 120;
/// How many are listed.
const SHOWN: u64 = 500;

/// A name as it is kept: one line.
pub(super) fn named(name: &str) -> Result<String, AppError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST {
        return Err(FormError::TemplateName { longest: LONGEST }.into());
    }
    Ok(name)
}

/// The answers that are no files.
pub(super) fn without_files(form: &Form, mut fields: Fields) -> Fields {
    for field in form.fields().filter(|field| field.kind == FieldKind::File) {
        fields.remove(&field.name);
    }
    fields
}

/// Answers that stand among the fields without a place in the form.
pub(super) fn unplaced(fields: &Fields) -> Vec<UnplacedAnswer> {
    let answers = fields.iter().filter_map(|(name, value)| {
        Some(UnplacedAnswer {
            field: name.clone(),
            label: name.strip_prefix(UNPLACED)?.to_owned(),
            value: value.clone(),
        })
    });
    answers.collect()
}

/// Whether the question of today takes what was answered to the one of then.
fn takes(now: &FormField, then: &FormField, value: &str) -> bool {
    now.kind == then.kind
        && now.dictionary == then.dictionary
        && (now.choices.is_empty() || now.choices.iter().any(|choice| choice.value == value))
}

/// The answers to the questions of `then` as answers to those of `now`.
fn carried(fields: Fields, then: &Form, now: &Form) -> Fields {
    let mut carried = Fields::new();
    for (name, value) in fields {
        let asked = then.fields().find(|field| field.name == name);
        let place = now.fields().find(|field| field.name == name);
        match (asked, place) {
            (Some(asked), Some(place)) if takes(place, asked, &value) => {
                carried.insert(name, value);
            }
            // It was without a place already.
            (None, _) => {
                carried.insert(name, value);
            }
            (Some(asked), _) => {
                let label = format!("{UNPLACED}{}", asked.label);
                // Two questions may read the same.
                let label = match carried.contains_key(&label) {
                    true => format!("{label} ({name})"),
                    false => label,
                };
                let chosen = asked.choices.iter().find(|choice| choice.value == value);
                carried.insert(label, chosen.map_or(value, |choice| choice.label.clone()));
            }
        }
    }
    carried
}

impl App {
    /// Templates, last changed first: of one service, or of every one.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn templates(&self, service: Option<String>) -> Result<Vec<DraftRow>, AppError> {
        self.with_store(move |store| {
            let all = store.drafts(DraftShelf::Templates.into(), Page::first(SHOWN))?;
            let rows = all.iter().map(|draft| show::row(store, draft));
            let rows: Vec<DraftRow> = rows.collect::<Result<_, _>>()?;
            let is_wanted = |row: &DraftRow| match &service {
                Some(code) => row.service.as_ref() == Some(code),
                None => row.service.is_some(),
            };
            Ok(rows.into_iter().filter(is_wanted).collect())
        })
        .await
    }

    /// Gives a template another name.
    ///
    /// # Errors
    /// [`FormError::TemplateName`]; [`AppError::NotFound`], also for a draft that is no template; failures of the vault.
    pub async fn rename_template(&self, id: &str, name: &str) -> Result<DraftView, AppError> {
        let (id, name) = (parse(id)?, named(name)?);
        let view = self
            .with_store(move |store| {
                let head = store.draft(id)?;
                if !head.is_template {
                    return Err(AppError::NotFound);
                }
                let save = DraftSave {
                    seen: head.revision,
                    fields: head.fields,
                    title: name,
                    author: String::new(),
                    at: OffsetDateTime::now_utc(),
                };
                show::view(store, store.save_draft(id, &save)?)
            })
            .await?;
        self.tell(Event::DraftsChanged);
        Ok(view)
    }

    /// Begins a draft of a template, in the form of today: whoever is signed in has the portal asked which that is.
    pub(super) async fn fill_template(&self, template: Draft, then: HeldForm) -> Result<DraftView, AppError> {
        let current = self.current().await?;
        self.permit(&current, "applications.fill").await?;
        let fields = without_files(&then, template.fields);
        let from = |entry| journal::with(entry, "from", template.id.0);
        let Some(service) = then.service.as_ref().map(|service| service.code.clone()) else {
            return self.begin_draft(&then, fields, None, from).await;
        };
        let now = self.newest_form(&current, &service).await?;
        let mut carried = carried(fields, &then, &now);
        // Only what nobody was asked then: what was emptied stays empty.
        for (name, value) in now.blank(|what| known(&current, what)) {
            if !then.fields().any(|field| field.name == name) {
                carried.entry(name).or_insert(value);
            }
        }
        let view = self.begin_draft(&now, carried, None, from).await?;
        self.count_begun(&service).await?;
        Ok(view)
    }
}
