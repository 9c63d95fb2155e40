//! One kind of record: a map that remembers what is not on disk yet.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::EsiaChange;

/// What can stand in a [`Table`].
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// Its name on disk.
    const KIND: &'static str;

    /// When it may be forgotten, milliseconds since 1970; `None` keeps it.
    fn expires_ms(&self) -> Option<i64> {
        None
    }
}

/// Records of one kind by their names, in the order of the names.
pub(crate) struct Table<T> {
    rows: BTreeMap<String, T>,
    changed: BTreeSet<String>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            changed: BTreeSet::new(),
        }
    }
}

impl<T: Record> Table<T> {
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.rows.get(id)
    }

    /// The record for changing; it is written whether it changes or not.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let row = self.rows.get_mut(id)?;
        self.changed.insert(id.to_owned());
        Some(row)
    }

    pub(crate) fn insert(&mut self, id: impl Into<String>, row: T) {
        let id = id.into();
        self.changed.insert(id.clone());
        self.rows.insert(id, row);
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<T> {
        let row = self.rows.remove(id)?;
        self.changed.insert(id.to_owned());
        Some(row)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&String, &T)> {
        self.rows.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Removes the records that fit, and returns their names.
    pub(crate) fn remove_where(&mut self, fits: impl Fn(&T) -> bool) -> Vec<String> {
        let gone: Vec<String> = self
            .rows
            .iter()
            .filter(|(_, row)| fits(row))
            .map(|(id, _)| id.clone())
            .collect();
        for id in &gone {
            self.remove(id);
        }
        gone
    }

    pub(super) fn sweep(&mut self, now_ms: i64) {
        self.remove_where(|row| row.expires_ms().is_some_and(|end| end <= now_ms));
    }

    /// Takes a record of this kind from disk; one of an older shape is left out.
    pub(super) fn load(&mut self, kind: &str, id: &str, body: &str) {
        if kind == T::KIND
            && let Ok(row) = serde_json::from_str(body)
        {
            self.rows.insert(id.to_owned(), row);
        }
    }

    pub(super) fn collect_changes(&self, changes: &mut Vec<EsiaChange>) {
        changes.extend(self.changed.iter().map(|id| {
            EsiaChange {
                kind: T::KIND,
                id: id.clone(),
                body: self
                    .rows
                    .get(id)
                    .map(|row| serde_json::to_string(row).unwrap_or_default()),
            }
        }));
    }

    /// Everything is on disk.
    pub(super) fn settle(&mut self) {
        self.changed.clear();
    }
}
