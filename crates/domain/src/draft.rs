//! Drafts: what is typed into a form, what changed in it, and how the work of two people is joined.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::DocumentId;

/// Identity of a draft. It stays the same when the draft is handed over, so that what comes back is known again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftId(pub Uuid);

/// What was typed: the value of every field that is not empty, by the name of the field in its form.
///
/// A field inside a table is named `table/row/column`. Rows stand in the order of their names; a name is given once and
/// never again, so that two people who add a row each do not write into one.
pub type Fields = BTreeMap<String, String>;

/// A form that is being filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Identity.
    pub id: DraftId,
    /// Code of the form.
    pub form: String,
    /// One line for lists: what the user calls it, or what the form makes of its fields.
    pub title: String,
    /// To be copied from, not to be filed.
    pub is_template: bool,
    /// Changes so far; 0 for a draft nobody has typed in.
    pub revision: u64,
    /// What was typed.
    pub fields: Fields,
    /// What two people typed into one field, until somebody chooses.
    pub conflicts: Vec<Conflict>,
    /// The document last made of it.
    pub document: Option<DocumentId>,
    /// When it was begun.
    pub created: OffsetDateTime,
    /// When it last changed.
    pub updated: OffsetDateTime,
    /// When it was thrown away; it can be taken back.
    pub removed: Option<OffsetDateTime>,
}

/// A field before and after. `None` is an empty field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Name of the field.
    pub field: String,
    /// Before.
    pub from: Option<String>,
    /// After.
    pub to: Option<String>,
}

/// A field that two people changed differently since they last agreed. The draft holds `mine` until somebody chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Name of the field.
    pub field: String,
    /// What it was.
    pub base: Option<String>,
    /// What is in the draft.
    pub mine: Option<String>,
    /// What the other one wrote.
    pub theirs: Option<String>,
}

/// What [`merge`] made of two versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Every change of either; `mine` where they differ.
    pub fields: Fields,
    /// Where they differ.
    pub conflicts: Vec<Conflict>,
}

/// What changed from one version to another, in the order of the fields' names.
pub fn diff(from: &Fields, to: &Fields) -> Vec<FieldChange> {
    names([from, to])
        .into_iter()
        .filter(|name| from.get(*name) != to.get(*name))
        .map(|name| FieldChange {
            field: name.clone(),
            from: from.get(name).cloned(),
            to: to.get(name).cloned(),
        })
        .collect()
}

/// Joins two versions that began as `base`, field by field: a change of one side is taken, the same change of both is one
/// change, and two different changes are a conflict.
pub fn merge(base: &Fields, mine: &Fields, theirs: &Fields) -> Merged {
    let mut merged = Merged::default();
    for name in names([base, mine, theirs]) {
        let [base, mine, theirs] = [base, mine, theirs].map(|side| side.get(name));
        let value = if mine == base { theirs } else { mine };
        if mine != base && theirs != base && mine != theirs {
            merged.conflicts.push(Conflict {
                field: name.clone(),
                base: base.cloned(),
                mine: mine.cloned(),
                theirs: theirs.cloned(),
            });
        }
        if let Some(value) = value {
            merged.fields.insert(name.clone(), value.clone());
        }
    }
    merged
}

/// Undoes changes, the last one first: the fields as they were before them.
pub fn undo(fields: &mut Fields, changes: &[FieldChange]) {
    for change in changes {
        match &change.from {
            Some(value) => fields.insert(change.field.clone(), value.clone()),
            None => fields.remove(&change.field),
        };
    }
}

fn names<const N: usize>(sides: [&Fields; N]) -> BTreeSet<&String> {
    sides.into_iter().flat_map(BTreeMap::keys).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Fields {
        text.split_whitespace()
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// Every way one field can go: base, mine, theirs, what comes out, and whether somebody has to choose.
    #[test]
    fn every_way_of_one_field() {
        for (base, mine, theirs, merged, conflict) in [
            ("a=1", "a=1", "a=1", "a=1", false),
            ("a=1", "a=2", "a=1", "a=2", false),
            ("a=1", "a=1", "a=2", "a=2", false),
            ("a=1", "a=2", "a=2", "a=2", false),
            ("a=1", "a=2", "a=3", "a=2", true),
            ("", "a=1", "", "a=1", false),
            ("", "", "a=1", "a=1", false),
            ("", "a=1", "a=1", "a=1", false),
            ("", "a=1", "a=2", "a=1", true),
            ("a=1", "", "a=1", "", false),
            ("a=1", "a=1", "", "", false),
            ("a=1", "", "", "", false),
            ("a=1", "", "a=2", "", true),
            ("a=1", "a=2", "", "a=2", true),
        ] {
            let result = merge(&fields(base), &fields(mine), &fields(theirs));
            assert_eq!(result.fields, fields(merged), "{base}|{mine}|{theirs}");
            assert_eq!(!result.conflicts.is_empty(), conflict, "{base}|{mine}|{theirs}");
        }
    }

    #[test]
    fn rows_added_on_both_sides_are_all_kept() {
        let base = fields("t/1-a/sum=1");
        let mine = fields("t/1-a/sum=1 t/2-b/sum=2");
        let theirs = fields("t/1-a/sum=1 t/2-c/sum=3");
        let merged = merge(&base, &mine, &theirs);
        assert_eq!(merged.fields, fields("t/1-a/sum=1 t/2-b/sum=2 t/2-c/sum=3"));
        assert!(merged.conflicts.is_empty());
    }

    #[test]
    fn undoing_a_difference_gives_the_old_version_back() {
        let (old, new) = (fields("a=1 b=2 c=3"), fields("a=1 b=5 d=4"));
        let mut undone = new.clone();
        undo(&mut undone, &diff(&old, &new));
        assert_eq!(undone, old);
        assert!(diff(&new, &new).is_empty());
    }
}
