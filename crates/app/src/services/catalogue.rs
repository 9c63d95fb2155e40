//! The catalogue as it is kept, and how it is asked for anew: only pages that changed travel.

use kabinet_portal::cabinet::CatalogueService;
use kabinet_store::{OrganisationStore, StoreError};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::{App, AppError, Event};

/// Address in the cache.
const ADDRESS: &str = "urn:kabinet:services";
/// Pages that are asked for at most.
const PAGES: u32 = 200;

/// A service as it is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct KeptService {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) category: String,
    pub(super) agency: String,
    pub(super) audience: Vec<String>,
    pub(super) term_days: Option<u32>,
    pub(super) fee: Option<u32>,
    pub(super) documents: Vec<String>,
    pub(super) signed: bool,
    pub(super) popularity: u32,
    pub(super) updated: Option<String>,
}

impl From<CatalogueService> for KeptService {
    fn from(one: CatalogueService) -> Self {
        Self {
            code: one.code,
            title: one.title,
            summary: one.summary,
            category: one.category,
            agency: one.agency,
            audience: one.audience,
            term_days: one.term_days,
            fee: one.fee,
            documents: one.documents,
            signed: one.signed,
            popularity: one.popularity,
            updated: one.updated,
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct KeptPage {
    version: Option<String>,
    items: Vec<KeptService>,
}

/// The catalogue as it came last.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) at: Option<OffsetDateTime>,
    pages: Vec<KeptPage>,
}

/// Reads what is kept under an address; what cannot be read is as good as nothing.
pub(super) fn read<T: serde::de::DeserializeOwned>(
    store: &OrganisationStore,
    address: &str,
) -> Result<Option<T>, StoreError> {
    let kept = store.cached(address)?;
    Ok(kept.and_then(|kept| serde_json::from_slice(&kept.bytes).ok()))
}

/// Keeps something under an address.
pub(super) fn write(
    store: &OrganisationStore,
    address: &str,
    value: &impl Serialize,
) -> Result<(), StoreError> {
    let bytes = serde_json::to_vec(value).map_err(|_| StoreError::Value {
        column: "evidence.bytes",
    })?;
    store.cache(address, &bytes, OffsetDateTime::now_utc())
}

impl Kept {
    pub(super) fn load(store: &OrganisationStore) -> Result<Self, StoreError> {
        Ok(read(store, ADDRESS)?.unwrap_or_default())
    }

    /// Every service once.
    pub(super) fn all(&self) -> Vec<KeptService> {
        let mut known = std::collections::HashSet::new();
        let items = self.pages.iter().flat_map(|page| &page.items);
        items
            .filter(|one| known.insert(one.code.as_str()))
            .cloned()
            .collect()
    }
}

impl App {
    /// Asks the portal for what changed in the catalogue, for the forms that can be filled in here, and for their
    /// dictionaries. Nothing is kept of a catalogue that did not come whole.
    pub(super) async fn renew_services(&self) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        let current = access.current.clone();
        let store = current.store.clone();
        let old = blocking(move || Ok(Kept::load(&store)?)).await?;
        let mut pages = Vec::new();
        for number in 1..=PAGES {
            let known = old.pages.get(number as usize - 1);
            let version = known.and_then(|page| page.version.as_deref());
            let asked = access.cabinet().services(number, version).await;
            let is_last = match self.met(&current, asked).await? {
                Some((page, version)) => {
                    let is_last = number >= page.pages || page.items.is_empty();
                    pages.push(KeptPage {
                        version,
                        items: page.items.into_iter().map(Into::into).collect(),
                    });
                    is_last
                }
                // Its number of pages is part of what did not change.
                None => {
                    pages.extend(known.cloned());
                    number as usize >= old.pages.len()
                }
            };
            if is_last {
                break;
            }
        }
        let kept = Kept {
            at: Some(OffsetDateTime::now_utc()),
            pages,
        };
        let codes: Vec<String> = kept.all().into_iter().map(|one| one.code).collect();
        let store = current.store.clone();
        blocking(move || Ok(write(&store, ADDRESS, &kept)?)).await?;
        for code in codes {
            let known = kabinet_formats::service(&code, current.environment());
            if known.is_some_and(kabinet_formats::Service::takes_application) {
                self.fetch_form(&access, &code).await?;
            }
        }
        self.tell(Event::ServicesChanged);
        Ok(())
    }
}
