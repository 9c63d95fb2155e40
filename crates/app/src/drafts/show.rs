//! Drafts and their forms as plain data.

use kabinet_domain::{DocumentId, Draft};
use kabinet_formats::form::{FieldKind, FieldProblem, Form, FormField};
use kabinet_store::{OrganisationStore, Revision};

use super::unchanged_document;
use crate::AppError;
use crate::view::{
    DraftChange, DraftConflict, DraftForm, DraftProblem, DraftRevision, DraftRow, DraftShelf, DraftView,
    FiledDraft, FormChoice, FormCondition, FormFieldKind, FormFieldView, FormSectionView, FormTableView,
    rfc3339,
};

impl From<DraftShelf> for kabinet_store::DraftShelf {
    fn from(shelf: DraftShelf) -> Self {
        match shelf {
            DraftShelf::Open => Self::Open,
            DraftShelf::Templates => Self::Templates,
            DraftShelf::Removed => Self::Removed,
        }
    }
}

impl From<FieldKind> for FormFieldKind {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text => Self::Text,
            FieldKind::Prose => Self::Prose,
            FieldKind::Identifier => Self::Identifier,
            FieldKind::Date => Self::Date,
            FieldKind::Time => Self::Time,
            FieldKind::Money => Self::Money,
            FieldKind::Choice => Self::Choice,
            FieldKind::Inn => Self::Inn,
            FieldKind::Kpp => Self::Kpp,
            FieldKind::Ogrn => Self::Ogrn,
            FieldKind::Ogrnip => Self::Ogrnip,
            FieldKind::Snils => Self::Snils,
            FieldKind::Number => Self::Number,
            FieldKind::Flag => Self::Flag,
            FieldKind::Dictionary => Self::Dictionary,
            FieldKind::Account => Self::Account,
            FieldKind::Phone => Self::Phone,
            FieldKind::Email => Self::Email,
            FieldKind::File => Self::File,
        }
    }
}

pub(crate) fn form(form: &Form) -> DraftForm {
    let sections = form.sections.iter().map(|section| FormSectionView {
        heading: section.heading.clone(),
        fields: section.fields.iter().map(field).collect(),
        table: section.table.as_ref().map(|table| FormTableView {
            name: table.name.clone(),
            columns: table.columns.iter().map(field).collect(),
        }),
        counterparty: section.counterparty.clone(),
    });
    DraftForm {
        code: form.code.clone(),
        name: form.name.clone(),
        sections: sections.collect(),
    }
}

fn field(field: &FormField) -> FormFieldView {
    let choices = field.choices.iter().map(|choice| FormChoice {
        value: choice.value.clone(),
        label: choice.label.clone(),
    });
    FormFieldView {
        name: field.name.clone(),
        label: field.label.clone(),
        kind: field.kind.into(),
        required: field.required,
        max: field.max.and_then(|max| u32::try_from(max).ok()),
        choices: choices.collect(),
        when: field.when.as_ref().map(|when| FormCondition {
            field: when.field.clone(),
            is: when.is.clone(),
            negated: when.negated,
        }),
        help: field.help.clone(),
        dictionary: field.dictionary.clone(),
        extensions: field
            .files
            .as_ref()
            .map(|rule| rule.extensions.clone())
            .unwrap_or_default(),
        many: field.files.as_ref().is_some_and(|rule| rule.many),
        computed: field.computed.is_some(),
    }
}

/// A form that a later version took away is shown by its code.
pub(super) fn row(store: &OrganisationStore, draft: &Draft) -> Result<DraftRow, AppError> {
    let form = super::form_of(store, &draft.form).ok();
    let form = form.as_deref();
    Ok(DraftRow {
        id: draft.id.0.to_string(),
        form: draft.form.clone(),
        service: form.and_then(|form| Some(form.service.as_ref()?.code.clone())),
        form_name: form.map_or_else(|| draft.form.clone(), |form| form.name.clone()),
        title: draft.title.clone(),
        updated: rfc3339(draft.updated),
        conflicts: count(draft.conflicts.len()),
        problems: form.map_or(0, |form| count(form.problems(&draft.fields).len())),
        document_id: unchanged_document(store, draft)?.map(|id| id.0.to_string()),
    })
}

pub(crate) fn view(store: &OrganisationStore, draft: Draft) -> Result<DraftView, AppError> {
    let form = super::form_of(store, &draft.form)?;
    Ok(DraftView {
        id: draft.id.0.to_string(),
        form: draft.form.clone(),
        service: form.service.as_ref().map(|service| service.code.clone()),
        form_changed: crate::services::is_form_changed(store, &form)?,
        unplaced: super::templates::unplaced(&draft.fields),
        is_template: draft.is_template,
        is_removed: draft.removed.is_some(),
        revision: u32::try_from(draft.revision).unwrap_or(u32::MAX),
        updated: rfc3339(draft.updated),
        computed: form.computed(&draft.fields),
        problems: form.problems(&draft.fields).into_iter().map(problem).collect(),
        conflicts: draft
            .conflicts
            .iter()
            .map(|conflict| DraftConflict {
                field: conflict.field.clone(),
                base: conflict.base.clone(),
                mine: conflict.mine.clone(),
                theirs: conflict.theirs.clone(),
            })
            .collect(),
        document_id: unchanged_document(store, &draft)?.map(|id| id.0.to_string()),
        title: draft.title,
        fields: draft.fields,
    })
}

pub(super) fn revision(revision: Revision) -> DraftRevision {
    let changes = revision.changes.into_iter().map(|change| DraftChange {
        field: change.field,
        from: change.from,
        to: change.to,
    });
    DraftRevision {
        revision: u32::try_from(revision.revision).unwrap_or(u32::MAX),
        at: rfc3339(revision.at),
        author: revision.author,
        changes: changes.collect(),
    }
}

pub(super) fn filed(document: DocumentId) -> FiledDraft {
    FiledDraft {
        document_id: Some(document.0.to_string()),
        problems: Vec::new(),
    }
}

pub(super) fn not_filed(problems: Vec<FieldProblem>) -> FiledDraft {
    FiledDraft {
        document_id: None,
        problems: problems.into_iter().map(problem).collect(),
    }
}

pub(super) fn problem(problem: FieldProblem) -> DraftProblem {
    DraftProblem {
        field: problem.field,
        code: problem.code,
        params: problem.params,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
