//! Searches a person keeps under a name.

use kabinet_store::{SavedSearch, StoreError};
use thiserror::Error;
use uuid::Uuid;

use crate::error::one;
use crate::view::{DocumentQuery, NamedSearch, Params};
use crate::{App, AppError};

/// Why a search is not kept under a name.
#[derive(Debug, Error)]
pub enum SavedSearchError {
    /// It needs a name, and not a long one.
    #[error("a search needs a name of at most {longest} characters")]
    Name {
        /// Most characters.
        longest: usize,
    },
    /// Another saved search has the name.
    #[error("the name is taken")]
    NameTaken {
        /// Which.
        name: String,
    },
}

impl SavedSearchError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Name { .. } => "app.search-name",
            Self::NameTaken { .. } => "app.search-name-taken",
        }
    }

    pub(crate) fn params(&self) -> Params {
        match self {
            Self::Name { longest } => one("longest", longest),
            Self::NameTaken { name } => one("name", name),
        }
    }
}

/// Longest name, characters.
const LONGEST: usize = 80;

impl App {
    /// The saved searches of the chosen organisation, by name.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn saved_searches(&self) -> Result<Vec<NamedSearch>, AppError> {
        self.with_store(|store| store.saved_searches()?.into_iter().map(shown).collect())
            .await
    }

    /// Keeps a search under a name; with `id` it takes the place of that one.
    ///
    /// # Errors
    /// [`SavedSearchError::Name`] for an empty or overlong name, [`SavedSearchError::NameTaken`]; failures of the vault.
    pub async fn save_search(
        &self,
        id: Option<String>,
        name: String,
        query: DocumentQuery,
    ) -> Result<Vec<NamedSearch>, AppError> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || name.chars().count() > LONGEST {
            return Err(SavedSearchError::Name { longest: LONGEST }.into());
        }
        let search = SavedSearch {
            id: id.as_deref().map_or_else(|| Ok(Uuid::new_v4()), parse)?,
            name,
            query: written(query)?,
        };
        self.with_store(move |store| match store.save_search(&search) {
            Err(StoreError::AlreadyExists) => Err(AppError::SavedSearch(SavedSearchError::NameTaken {
                name: search.name,
            })),
            other => Ok(other?),
        })
        .await?;
        self.saved_searches().await
    }

    /// Deletes a saved search.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn delete_search(&self, id: &str) -> Result<Vec<NamedSearch>, AppError> {
        let id = parse(id)?;
        self.with_store(move |store| Ok(store.delete_search(id)?)).await?;
        self.saved_searches().await
    }
}

fn parse(id: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(id).map_err(|_| AppError::NotFound)
}

const COLUMN: StoreError = StoreError::Value {
    column: "saved_searches.query",
};

fn written(query: DocumentQuery) -> Result<String, AppError> {
    let from_the_start = DocumentQuery {
        offset: 0,
        limit: 0,
        ..query
    };
    serde_json::to_string(&from_the_start).map_err(|_| COLUMN.into())
}

fn shown(search: SavedSearch) -> Result<NamedSearch, AppError> {
    Ok(NamedSearch {
        id: search.id.to_string(),
        name: search.name,
        query: serde_json::from_str(&search.query).map_err(|_| COLUMN)?,
    })
}
