//! What the registry holds of the organisation's own powers of attorney and of those given to it: heard of here, and fetched where the
//! file is not here yet.

use std::collections::BTreeMap;

use kabinet_domain::poa::PoaNumber;
use kabinet_formats::poa;
use kabinet_portal::cabinet::{CabinetError, RegisteredPoa};
use kabinet_store::{OrganisationStore, StoreError};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::{register, work};
use crate::blocking::blocking;
use crate::cabinet::{Access, offers};
use crate::import::{self, NamedFile};
use crate::view::rfc3339;
use crate::{App, AppError, Event};

/// Setting of the organisation: up to when the registry's list is known to each person who asked, RFC 3339. What one may not see, another
/// may.
const CURSORS: &str = "poas-cursors";
/// The feature of a portal that keeps the registry.
const FEATURE: &str = "poa";
/// What was written down late at the registry is not missed.
const OVERLAP: Duration = Duration::minutes(2);
/// Pages of one exchange; a registry with more is read on in the next.
const PAGES: usize = 200;

impl App {
    /// Asks the registry for everything that changed since the last time; how many are new here. What the registry names but does not
    /// give is left out.
    ///
    /// # Errors
    /// The portal's own; failures of the vault.
    pub async fn sync_poas(&self) -> Result<u32, AppError> {
        let access = self.cabinet().await?;
        if !offers(&access.offer, FEATURE) {
            return Err(AppError::Cabinet(CabinetError::Absent));
        }
        let _turn = self.poas_turn().lock().await;
        let (store, subject) = (access.current.store.clone(), access.subject());
        let known = blocking(move || Ok(cursors(&store)?.remove(&subject))).await?;
        let since = known
            .and_then(|text| OffsetDateTime::parse(&text, &Rfc3339).ok())
            .map(|at| at - OVERLAP);
        let (mut page, mut new, mut as_of, mut is_whole) = (None::<String>, 0, None, false);
        for _ in 0..PAGES {
            let asked = access
                .cabinet()
                .registered_poas(None, since, page.as_deref())
                .await;
            let told = self.met(&access.current, asked).await?;
            as_of = as_of.or(told.as_of);
            for one in &told.items {
                self.still_at(&access).await?;
                new += u32::from(self.keep_told(&access, one).await?);
            }
            if told.next.is_none() || told.next == page {
                is_whole = true;
                break;
            }
            page = told.next;
        }
        if let Some(at) = as_of.filter(|_| is_whole) {
            let (store, subject) = (access.current.store.clone(), access.subject());
            blocking(move || {
                let mut all = cursors(&store)?;
                all.insert(subject, rfc3339(at));
                Ok(store.set_setting(CURSORS, &all)?)
            })
            .await?;
        }
        self.tell(Event::DocumentsChanged);
        Ok(new)
    }

    /// What a long list is taken in for must still be open and chosen.
    async fn still_at(&self, access: &Access) -> Result<(), AppError> {
        let chosen = self.current().await?.organisation.id;
        match chosen == access.current.organisation.id {
            true => Ok(()),
            false => Err(AppError::NoOrganisation),
        }
    }

    /// Whether it is new here.
    async fn keep_told(&self, access: &Access, told: &RegisteredPoa) -> Result<bool, AppError> {
        let (store, number) = (access.current.store.clone(), told.number);
        let known = blocking(move || match store.poa(number) {
            Err(StoreError::NotFound(_)) => Ok(None),
            other => Ok(Some(other?)),
        })
        .await?;
        let is_new = known.is_none();
        if is_new && !self.fetch(access, told).await? {
            return Ok(false);
        }
        let (store, told) = (access.current.store.clone(), told.clone());
        blocking(move || {
            let record = store.poa(told.number)?;
            work::hear(&store, &record, Some(&told))
        })
        .await?;
        Ok(is_new)
    }

    /// Whether file and signature came and are what they were asked for as.
    async fn fetch(&self, access: &Access, told: &RegisteredPoa) -> Result<bool, AppError> {
        let cabinet = access.cabinet();
        let both = match cabinet.poa_file(told.number).await {
            Ok(content) => cabinet
                .poa_signature(told.number)
                .await
                .map(|signature| (content, signature)),
            Err(error) => Err(error),
        };
        let (content, signature) = match self.met(&access.current, both).await {
            Ok(both) => both,
            Err(AppError::Cabinet(error)) if error.refused().is_some() => return Ok(false),
            Err(error) => return Err(error),
        };
        let name = file_name(told);
        if !poa::read(&name, &content).is_ok_and(|read| read.poa.number == told.number) {
            tracing::warn!("the registry gave another file than it was asked for");
            return Ok(false);
        }
        let files = vec![
            NamedFile {
                name: name.clone(),
                bytes: content,
            },
            NamedFile {
                name: format!("{name}.sig"),
                bytes: signature,
            },
        ];
        let (current, formats) = (access.current.clone(), self.formats());
        blocking(move || {
            let package = import::pair(&formats, files).pop().ok_or(AppError::NotFound)?;
            let id = import::take_in_package(&current, package)?;
            Ok(register::take_in(&current, id)?.is_some())
        })
        .await
    }
}

fn cursors(store: &OrganisationStore) -> Result<BTreeMap<String, String>, AppError> {
    Ok(store.setting(CURSORS)?.unwrap_or_default())
}

/// The name by the rule of the format; the registry does not tell it.
fn file_name(told: &RegisteredPoa) -> String {
    let day = told.issued.unwrap_or_else(|| OffsetDateTime::now_utc().date());
    let PoaNumber(number) = told.number;
    format!(
        "ON_EMCHD_{:04}{:02}{:02}_{number}.xml",
        day.year(),
        u8::from(day.month()),
        day.day()
    )
}
