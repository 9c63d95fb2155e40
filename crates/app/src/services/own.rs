//! What a person marked in the catalogue: favourites, searches, how it is listed, what was begun how often.

use std::collections::BTreeMap;

use kabinet_store::{OrganisationStore, StoreError};
use serde::{Deserialize, Serialize};

use super::catalogue::Kept;
use crate::saved_searches::SavedSearchError;
use crate::view::{ServiceListing, ServiceName, ServiceQuery, ServiceSearch};
use crate::{App, AppError, Event};

/// Setting of an organisation.
const OWN: &str = "services";
/// Longest name of a search, characters.
const LONGEST: usize = 80;
/// Services begun most often that are shown.
const FREQUENT: usize = 5;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Own {
    pub(super) favourites: Vec<ServiceName>,
    pub(super) searches: Vec<ServiceSearch>,
    pub(super) listing: ServiceListing,
    /// How often each was begun.
    pub(super) started: BTreeMap<String, u32>,
    /// The portal has no cabinet API, as it said last.
    pub(super) has_no_portal: bool,
}

impl Own {
    pub(super) fn load(store: &OrganisationStore) -> Result<Self, StoreError> {
        Ok(store.setting(OWN)?.unwrap_or_default())
    }

    pub(super) fn save(&self, store: &OrganisationStore) -> Result<(), StoreError> {
        store.set_setting(OWN, self)
    }

    /// Codes of what was begun most often.
    pub(super) fn frequent(&self) -> Vec<&str> {
        let mut all: Vec<(&String, &u32)> = self.started.iter().collect();
        all.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), (*code).clone()));
        all.into_iter()
            .take(FREQUENT)
            .map(|(code, _)| code.as_str())
            .collect()
    }

    pub(super) fn count_start(&mut self, code: &str) {
        let count = self.started.entry(code.to_owned()).or_default();
        *count = count.saturating_add(1);
    }
}

impl App {
    /// Marks a service as a favourite, or takes the mark away.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such service to mark; failures of the vault.
    pub async fn mark_service(&self, code: &str, favourite: bool) -> Result<(), AppError> {
        let title = match favourite {
            true => self.service(code).await?.title,
            false => String::new(),
        };
        let code = code.to_owned();
        self.change_own(move |own| {
            own.favourites.retain(|one| one.code != code);
            if favourite {
                own.favourites.push(ServiceName { code, title });
            }
            Ok(())
        })
        .await
    }

    /// Takes the mark from every favourite that is not in the catalogue any more.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn drop_outdated_services(&self) -> Result<(), AppError> {
        let known = self.with_store(|store| Ok(Kept::load(store)?)).await?;
        if known.at.is_none() {
            return Ok(());
        }
        let known = known.all();
        self.change_own(move |own| {
            own.favourites
                .retain(|one| known.iter().any(|known| known.code == one.code));
            Ok(())
        })
        .await
    }

    /// Keeps a search under a name; one of that name is replaced.
    ///
    /// # Errors
    /// [`SavedSearchError::Name`]; failures of the vault.
    pub async fn save_service_search(&self, name: &str, query: ServiceQuery) -> Result<(), AppError> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || name.chars().count() > LONGEST {
            return Err(SavedSearchError::Name { longest: LONGEST }.into());
        }
        self.change_own(move |own| {
            own.searches.retain(|one| one.name != name);
            own.searches.push(ServiceSearch { name, query });
            own.searches.sort_by_key(|one| super::find::folded(&one.name));
            Ok(())
        })
        .await
    }

    /// Deletes a search.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn delete_service_search(&self, name: &str) -> Result<(), AppError> {
        let name = name.to_owned();
        self.change_own(move |own| {
            own.searches.retain(|one| one.name != name);
            Ok(())
        })
        .await
    }

    pub(super) async fn change_own(
        &self,
        work: impl FnOnce(&mut Own) -> Result<(), AppError> + Send + 'static,
    ) -> Result<(), AppError> {
        self.with_store(move |store| {
            let mut own = Own::load(store)?;
            work(&mut own)?;
            Ok(own.save(store)?)
        })
        .await?;
        self.tell(Event::ServicesChanged);
        Ok(())
    }
}
