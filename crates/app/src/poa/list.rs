//! The register as a person sees it, and what is chosen in it.

use kabinet_domain::poa::PoaState;
use kabinet_store::{ErrandKind, OrganisationStore, Page, PoaFilter, PoaOrder, PoaOrderBy, PoaRecord};
use serde::Serialize;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};

use super::{parse_number, revocation};
use crate::send::MOSCOW;
use crate::view::{PoaCounts, PoaFacet, PoaFacetsView, PoaList, PoaQuery, PoaRow, rfc3339};
use crate::{App, AppError, journal};

/// Rows of a page.
const PAGE: u64 = 200;
/// What is over within so long ends soon.
pub(super) const SOON: Duration = Duration::days(30);

impl App {
    /// A page of the register.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a state or a day that is none; failures of the vault.
    pub async fn poas(&self, query: PoaQuery) -> Result<PoaList, AppError> {
        let filter = filter(&query)?;
        let page = Page {
            offset: u64::from(query.offset),
            limit: PAGE,
        };
        self.with_store(move |store| {
            let items = store.poas(&filter, page)?;
            Ok(PoaList {
                items: items
                    .iter()
                    .map(|record| row(store, record))
                    .collect::<Result<_, AppError>>()?,
                total: store.count_poas(&filter)? as f64,
            })
        })
        .await
    }

    /// How many want something.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn poa_counts(&self) -> Result<PoaCounts, AppError> {
        self.with_store(|store| {
            let count = |query: PoaQuery| -> Result<u32, AppError> {
                let count = store.count_poas(&filter(&query)?)?;
                Ok(u32::try_from(count).unwrap_or(u32::MAX))
            };
            let any = PoaQuery::default;
            Ok(PoaCounts {
                all: count(any())?,
                waiting: count(PoaQuery {
                    states: ["signed", "queued", "processing", "outcome-unknown"]
                        .map(str::to_owned)
                        .into(),
                    ..any()
                })?,
                refused: count(PoaQuery {
                    states: vec!["refused".to_owned()],
                    ..any()
                })?,
                ending: count(PoaQuery {
                    ending: true,
                    ..any()
                })?,
                unconfirmed: count(PoaQuery {
                    unconfirmed: true,
                    ..any()
                })?,
            })
        })
        .await
    }

    /// Who receives powers in the register, and which.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn poa_facets(&self) -> Result<PoaFacetsView, AppError> {
        let facets = self.with_store(|store| Ok(store.poa_facets()?)).await?;
        let view = |all: Vec<(String, String, u64)>| {
            all.into_iter()
                .map(|(code, name, count)| PoaFacet {
                    code,
                    name,
                    count: u32::try_from(count).unwrap_or(u32::MAX),
                })
                .collect()
        };
        Ok(PoaFacetsView {
            representatives: view(facets.representatives),
            powers: view(facets.powers),
        })
    }

    /// One power of attorney.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn poa(&self, number: &str) -> Result<PoaRow, AppError> {
        let number = parse_number(number)?;
        self.with_store(move |store| row(store, &store.poa(number)?))
            .await
    }

    /// Chooses under which power of attorney documents of a format are signed, or none.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn choose_poa(&self, format: &str, number: Option<&str>) -> Result<(), AppError> {
        let number = number.map(parse_number).transpose()?;
        let format = format.to_owned();
        self.with_store(move |store| {
            let entry = journal::with(journal::plain("poa-chosen", ""), "format", &format);
            Ok(store.change(entry, |change| change.set_default_poa(&format, number))?)
        })
        .await
    }
}

fn filter(query: &PoaQuery) -> Result<PoaFilter, AppError> {
    let states = query
        .states
        .iter()
        .map(|state| {
            serde_json::from_value::<PoaState>(state.as_str().into()).map_err(|_| AppError::NotFound)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let day = |text: &String| {
        Date::parse(text, format_description!("[year]-[month]-[day]")).map_err(|_| AppError::NotFound)
    };
    let order = match query.order.as_deref() {
        None => None,
        Some(word) => Some(PoaOrder {
            by: match word {
                "issued" => PoaOrderBy::Issued,
                "expires" => PoaOrderBy::Expires,
                "representative" => PoaOrderBy::Representative,
                _ => return Err(AppError::NotFound),
            },
            descending: query.descending,
        }),
    };
    let (states, expires_by) = match query.ending {
        true => (vec![PoaState::Active], Some(today() + SOON)),
        false => (states, query.expires_by.as_ref().map(day).transpose()?),
    };
    Ok(PoaFilter {
        text: Some(query.text.clone()).filter(|text| !text.trim().is_empty()),
        representative_inn: query.representative_inn.clone(),
        power: query.power.clone(),
        states,
        expires_by,
        unconfirmed: query.unconfirmed,
        order,
        ..PoaFilter::default()
    })
}

/// The day of Moscow, by which terms are counted.
pub(super) fn today() -> Date {
    OffsetDateTime::now_utc().to_offset(MOSCOW).date()
}

/// Days until the last one; negative afterwards.
pub(super) fn days_left(expires: Date) -> i32 {
    i32::try_from((expires - today()).whole_days()).unwrap_or(i32::MAX)
}

pub(super) fn row(store: &OrganisationStore, record: &PoaRecord) -> Result<PoaRow, AppError> {
    let errand = store.errands_of(record.number)?.into_iter().next();
    let waits_for = errand.and_then(|errand| errand.error);
    Ok(PoaRow {
        number: record.number.to_string(),
        document_id: record.document.0.to_string(),
        kind: word(record.kind),
        state: word(record.state),
        issued: record.issued.to_string(),
        expires: record.expires.to_string(),
        days_left: days_left(record.expires),
        principal: record.principal_name.clone(),
        principal_inn: record.principal_inn.clone(),
        representatives: record
            .representatives
            .iter()
            .map(|one| one.name.clone())
            .collect(),
        powers: record.powers.iter().map(|(code, _)| code.clone()).collect(),
        power_names: record.powers.iter().map(|(_, name)| name.clone()).collect(),
        parent: record.parent.map(|parent| parent.to_string()),
        registry: record.registry.map(|said| word(said.state)),
        heard: record.registry.map(|said| rfc3339(said.at)),
        revoked: record.revocation.map(|one| rfc3339(one.declared)),
        revocation_confirmed: record.revocation.and_then(|one| one.confirmed).map(rfc3339),
        error: record.error.clone().or(waits_for),
        fallen_with: revocation::fallen_with(store, record)?.map(|number| number.to_string()),
    })
}

/// The name of a plain variant.
pub(super) fn word(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// What an errand is called in the journal.
pub(super) fn errand_word(kind: ErrandKind) -> String {
    word(kind)
}
