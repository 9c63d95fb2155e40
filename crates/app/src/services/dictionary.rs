//! Dictionaries of the portal, kept so that one can search them offline.

use kabinet_portal::{DictionaryItem, DictionaryQuery};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::catalogue::{read, write};
use super::find::folded;
use crate::blocking::blocking;
use crate::state::Current;
use crate::view::{DictionaryEntry, DictionaryPage};
use crate::{App, AppError};

/// It is asked for anew after so long.
const FRESH: Duration = Duration::DAY;

#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    entries: Vec<DictionaryEntry>,
}

fn address(code: &str) -> String {
    format!("urn:kabinet:dictionary:{code}")
}

/// Every entry of a tree, parents before what is below them.
fn flatten(items: Vec<DictionaryItem>, out: &mut Vec<DictionaryEntry>) {
    for item in items {
        out.push(DictionaryEntry {
            code: item.value,
            title: item.title,
        });
        flatten(item.children, out);
    }
}

impl App {
    /// A page of the entries whose code begins so, or whose title holds every word.
    ///
    /// # Errors
    /// What any request can meet, if the dictionary was never kept here; failures of the vault.
    pub async fn dictionary(
        &self,
        code: &str,
        text: &str,
        offset: u32,
        limit: u32,
    ) -> Result<DictionaryPage, AppError> {
        let current = self.current().await?;
        let asked = self.keep_dictionary(&current, code).await;
        let (store, code) = (current.store.clone(), code.to_owned());
        let kept = blocking(move || Ok(read::<Kept>(&store, &address(&code))?)).await?;
        let Some(kept) = kept else {
            asked?;
            return Err(AppError::NotFound);
        };
        let text = folded(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut rows: Vec<DictionaryEntry> = kept
            .entries
            .into_iter()
            .filter(|entry| {
                let title = folded(&entry.title);
                words
                    .iter()
                    .all(|word| entry.code.starts_with(word) || title.contains(word))
            })
            .skip(offset as usize)
            .take(limit as usize + 1)
            .collect();
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Ok(DictionaryPage { rows, more })
    }

    /// Asks for the dictionary unless it was given within a day.
    pub(super) async fn keep_dictionary(&self, current: &Current, code: &str) -> Result<(), AppError> {
        let (store, name) = (current.store.clone(), code.to_owned());
        let kept = blocking(move || Ok(read::<Kept>(&store, &address(&name))?)).await?;
        let now = OffsetDateTime::now_utc();
        if kept.is_some_and(|kept| (now - kept.at).abs() < FRESH) {
            return Ok(());
        }
        let query = DictionaryQuery {
            subtree: true,
            parent: None,
        };
        let items = current.portal.dictionary(code, &query).await?;
        let mut entries = Vec::new();
        flatten(items, &mut entries);
        let (store, name) = (current.store.clone(), code.to_owned());
        blocking(move || Ok(write(&store, &address(&name), &Kept { at: now, entries })?)).await
    }
}
