//! With what a draft begins, and what it changes of the version it was made from.

use std::collections::BTreeMap;

use kabinet_domain::draft::Fields;
use kabinet_domain::poa::{PoaNumber, PoaState, PowerOfAttorney, Redelegation};
use kabinet_domain::{Document, FileRole};
use kabinet_formats::poa::{PARENT, PREVIOUS, REDELEGATION_FORM, draft_changes, parent_of, passing_on};
use kabinet_store::{OrganisationStore, Page, PoaFilter, StoreError};
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::people;
use crate::drafts::{form_of, parse};
use crate::poa::{PoaError, list, parse_number, register};
use crate::view::{DraftView, PoaChange, PoaDraftChanges, PoaRow};
use crate::{App, AppError, journal, send};

/// Powers of attorney that are offered to be passed on.
const OFFERED: u64 = 200;

impl App {
    /// What is known of who gives powers: the head, and of the last time how to reach the organisation. A number follows the last
    /// one of this year, and the first day is today.
    pub(crate) async fn known_of_giver(&self, is_first: bool) -> Result<Fields, AppError> {
        let current = self.current().await?;
        let own = current.organisation.inn.clone();
        let people = self.poa_people().await?;
        let today = today();
        let mut fields = Fields::new();
        if is_first && let Some(head) = people.iter().find(|one| one.is_head) {
            let named = |(name, value): (&String, &String)| (format!("head.{name}"), value.clone());
            fields.extend(head.facts.iter().map(named));
        }
        crate::blocking::blocking(move || {
            let earlier = people::latest(&current)?;
            if is_first {
                fields.extend(people::contacts(&earlier, &own));
            }
            fields.insert("number.internal".to_owned(), next_number(&earlier, &own, today));
            fields.insert("issued".to_owned(), day(today));
            Ok(fields)
        })
        .await
    }

    /// Powers of attorney that may be passed on, latest first.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn poa_parents(&self) -> Result<Vec<PoaRow>, AppError> {
        self.with_store(move |store| {
            let filter = PoaFilter {
                states: vec![PoaState::Active],
                ..PoaFilter::default()
            };
            let mut rows = Vec::new();
            for record in store.poas(&filter, Page::first(OFFERED))? {
                let content = register::content(store, &store.document(record.document)?)?;
                if content.is_some_and(|poa| poa.redelegation != Redelegation::Forbidden) {
                    rows.push(list::row(store, &record)?);
                }
            }
            Ok(rows)
        })
        .await
    }

    /// The answers with which the form of a redelegation of this power of attorney begins: all it gives, as long as it lasts.
    ///
    /// # Errors
    /// [`PoaError::NotPassedOn`]; [`AppError::NotFound`]; failures of the vault.
    pub async fn redelegation_of(&self, number: &str) -> Result<BTreeMap<String, String>, AppError> {
        let number = parse_number(number)?;
        self.with_store(move |store| {
            let document = store.document(store.poa(number)?.document)?;
            let parent = register::content(store, &document)?.ok_or(AppError::NotFound)?;
            if parent.redelegation == Redelegation::Forbidden {
                return Err(PoaError::NotPassedOn.into());
            }
            let file = file_of(store, &document)?;
            Ok(passing_on(&parent, &file, today()).ok_or(PoaError::NotPassedOn)?)
        })
        .await
    }

    /// Begins a draft that passes this power of attorney on.
    ///
    /// # Errors
    /// As [`Self::redelegation_of`].
    pub async fn redelegate_poa(&self, number: &str) -> Result<DraftView, AppError> {
        let current = self.current().await?;
        self.permit(&current, "applications.fill").await?;
        let form = form_of(&current.store, REDELEGATION_FORM)?;
        let mut fields = form.blank(|_| None);
        fields.extend(self.known_of_giver(false).await?);
        fields.extend(self.redelegation_of(number).await?);
        self.begin_draft(&form, fields, None, |entry| {
            journal::with(entry, "number", number)
        })
        .await
    }

    /// What a draft of a power of attorney changes of the version it was made from.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn poa_draft_changes(&self, id: &str) -> Result<PoaDraftChanges, AppError> {
        let id = parse(id)?;
        self.with_store(move |store| {
            let draft = store.draft(id)?;
            let form = form_of(store, &draft.form)?;
            let previous = draft.fields.get(PREVIOUS).cloned();
            let number = previous.as_deref().map(parse_number).transpose()?;
            let old = number
                .map(|number| content_of(store, number))
                .transpose()?
                .flatten();
            let changes = old.as_ref().map(|old| draft_changes(&form, &draft.fields, old));
            let items = changes.unwrap_or_default().into_iter().map(|change| {
                let params = [
                    ("name", change.name),
                    ("before", change.before),
                    ("after", change.after),
                ];
                let params = params
                    .into_iter()
                    .filter_map(|(name, value)| Some((name.to_owned(), value?)));
                PoaChange {
                    what: change.what.key().to_owned(),
                    params: params.collect(),
                }
            });
            Ok(PoaDraftChanges {
                previous,
                is_known: old.is_some(),
                items: items.collect(),
            })
        })
        .await
    }
}

/// Puts the power of attorney that is passed on beside the answers, so that they are compared with it; nothing where it is not in the
/// register. Blocks.
pub(crate) fn add_parent(store: &OrganisationStore, fields: &mut Fields) -> Result<(), AppError> {
    let Some((_, number)) = parent_of(fields).filter(|_| !fields.contains_key(PARENT)) else {
        return Ok(());
    };
    match store.poa(number) {
        Ok(record) => {
            let file = file_of(store, &store.document(record.document)?)?;
            fields.insert(PARENT.to_owned(), file);
            Ok(())
        }
        Err(StoreError::NotFound(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn content_of(store: &OrganisationStore, number: PoaNumber) -> Result<Option<PowerOfAttorney>, AppError> {
    match store.poa(number) {
        Ok(record) => register::content(store, &store.document(record.document)?),
        Err(StoreError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The main file as text, without its declaration of an encoding: fields are UTF-8.
fn file_of(store: &OrganisationStore, document: &Document) -> Result<String, AppError> {
    let main = document.files.iter().find(|file| file.role == FileRole::Main);
    let bytes = send::read_all(store, main.ok_or(AppError::NotFound)?)?;
    Ok(kabinet_formats::poa::as_text(&bytes).unwrap_or_default())
}

fn today() -> Date {
    OffsetDateTime::now_utc().to_offset(send::MOSCOW).date()
}

fn day(day: Date) -> String {
    day.format(format_description!("[day].[month].[year]"))
        .unwrap_or_default()
}

/// `18/26` after `17/26`: the highest of this year that is written so, and one more.
fn next_number(earlier: &[PowerOfAttorney], own: &str, today: Date) -> String {
    let year = today.year() % 100;
    let is_own = |poa: &&PowerOfAttorney| poa.principals.iter().any(|one| one.inn() == Some(own));
    let numbers = earlier.iter().filter(is_own).filter_map(|poa| {
        let (number, of) = poa.internal_number.as_ref()?.split_once('/')?;
        (of == format!("{year:02}")).then(|| number.parse::<u32>().ok())?
    });
    format!("{}/{year:02}", numbers.max().unwrap_or(0).saturating_add(1))
}
