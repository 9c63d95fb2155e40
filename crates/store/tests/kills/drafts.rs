//! Drafts among the random calls: what each must make of them, and every version there ever was.

use std::collections::BTreeMap;

use kabinet_domain::draft::{self, Conflict, Fields};
use kabinet_domain::{Draft, DraftId};
use kabinet_store::{DraftSave, DraftShelf, OrganisationStore};
use time::OffsetDateTime;

use crate::operation::Operation;
use crate::picture::EVERYTHING;

/// A draft with every version of it: the first is the empty one it began as.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub draft: Draft,
    versions: Vec<Fields>,
    shared: Option<Fields>,
}

/// All of every shelf.
pub fn all(store: &OrganisationStore) -> BTreeMap<DraftId, Written> {
    let shelves = [DraftShelf::Open, DraftShelf::Templates, DraftShelf::Removed];
    let drafts = shelves
        .iter()
        .flat_map(|shelf| store.drafts(*shelf, EVERYTHING).unwrap());
    let read = |draft: Draft| {
        let versions = (0..=draft.revision).map(|revision| store.draft_version(draft.id, revision).unwrap());
        let written = Written {
            versions: versions.collect(),
            shared: store.draft_shared(draft.id).unwrap(),
            draft,
        };
        (written.draft.id, written)
    };
    drafts.map(read).collect()
}

impl Operation {
    pub fn draft(&self) -> Draft {
        Draft {
            id: DraftId(self.uuid()),
            form: "fns.on_aktsverotp".to_owned(),
            title: self.text(),
            is_template: self.nonce.is_multiple_of(4),
            revision: 0,
            fields: self.fields(),
            conflicts: Vec::new(),
            document: None,
            created: self.at(),
            updated: self.at(),
            removed: None,
        }
    }

    /// Of few values, so that two people now and then mean the same.
    pub fn fields(&self) -> Fields {
        let value = |index: u32| Some(self.nonce >> (8 * index) & 3).filter(|value| *value > 0);
        (0..4)
            .filter_map(|index| Some((format!("field-{index}"), value(index)?.to_string())))
            .collect()
    }

    pub fn save(&self, seen: u64) -> DraftSave {
        DraftSave {
            seen,
            fields: self.fields(),
            title: self.text(),
            author: "Анна".to_owned(),
            at: self.at(),
        }
    }
}

// ---- As it must be

impl Written {
    pub fn begun(operation: &Operation) -> Self {
        let draft = operation.draft();
        let mut written = Self {
            draft: Draft {
                fields: Fields::new(),
                ..draft.clone()
            },
            versions: vec![Fields::new()],
            shared: None,
        };
        written.put(draft.fields, draft.title, draft.created);
        written
    }

    pub fn saved(&mut self, operation: &Operation, seen: u64) -> Option<()> {
        let save = operation.save(seen);
        if seen == self.draft.revision {
            self.put(save.fields, save.title, save.at);
        } else {
            let base = self.versions.get(usize::try_from(seen).ok()?)?;
            let merged = draft::merge(base, &save.fields, &self.draft.fields);
            self.disputed(merged.conflicts);
            self.put(merged.fields, save.title, save.at);
        }
        Some(())
    }

    /// A colleague made this of the version of that number.
    pub fn merged(&mut self, operation: &Operation, base: u64) -> Option<()> {
        let base = self.versions.get(usize::try_from(base).ok()?)?;
        let theirs = operation.fields();
        let merged = draft::merge(base, &self.draft.fields, &theirs);
        self.disputed(merged.conflicts);
        self.put(merged.fields, self.draft.title.clone(), operation.at());
        self.shared = Some(theirs);
        Some(())
    }

    pub fn settled(&mut self, operation: &Operation, field: &str) {
        self.draft.conflicts.retain(|conflict| conflict.field != field);
        let mut fields = self.draft.fields.clone();
        fields.insert(field.to_owned(), operation.text());
        self.put(fields, self.draft.title.clone(), operation.at());
    }

    pub fn handed_over(&mut self) {
        self.shared = Some(self.draft.fields.clone());
    }

    fn disputed(&mut self, conflicts: Vec<Conflict>) {
        let known = &mut self.draft.conflicts;
        for conflict in conflicts {
            match known.iter_mut().find(|one| one.field == conflict.field) {
                Some(one) => one.theirs = conflict.theirs,
                None => known.push(conflict),
            }
        }
        known.sort_by(|one, other| one.field.cmp(&other.field));
    }

    fn put(&mut self, fields: Fields, title: String, at: OffsetDateTime) {
        let changed = fields != self.draft.fields;
        if changed {
            self.versions.push(fields.clone());
            self.draft.revision += 1;
        }
        if changed || title != self.draft.title {
            self.draft.updated = at;
        }
        self.draft.title = title;
        self.draft.fields = fields;
        for conflict in &mut self.draft.conflicts {
            conflict.mine = self.draft.fields.get(&conflict.field).cloned();
        }
    }
}
