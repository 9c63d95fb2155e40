//! The catalogue of services: kept in the vault so that it can be looked through offline, searched, and marked.

mod answers;
mod catalogue;
mod dictionary;
mod error;
mod find;
mod forms;
mod own;
mod renewal;

use kabinet_domain::{Environment, OrganisationKind};
use kabinet_formats::Signed;

pub(crate) use answers::{attached, digest_of, keep_file, kept_file, named_files};
pub use error::AttachmentError;
pub(crate) use forms::{CarriedForm, is_form_changed, kept_form};

use crate::state::Current;
use crate::view::{
    ServiceCatalogue, ServiceItem, ServiceListing, ServiceName, ServiceQuery, ServiceSource, ServiceWay,
    rfc3339,
};
use crate::{App, AppError};
use catalogue::{Kept, KeptService};
use own::Own;

impl App {
    /// The catalogue as it is kept, narrowed by `query`, the first `rows` of it; with `ask` the portal is asked for what
    /// changed, and what was kept stays when it does not answer.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`]; failures of the vault.
    pub async fn services(
        &self,
        query: ServiceQuery,
        rows: u32,
        ask: bool,
    ) -> Result<ServiceCatalogue, AppError> {
        let error = if ask {
            self.renew_services().await.err()
        } else {
            None
        };
        let current = self.current().await?;
        self.with_store(move |store| {
            let kept = Kept::load(store)?;
            let own = Own::load(store)?;
            let is_absent = error
                .as_ref()
                .is_some_and(|error| error.code() == "cabinet.absent");
            let source = match kept.at {
                Some(_) => ServiceSource::Portal,
                None if is_absent || own.has_no_portal => ServiceSource::Program,
                None => ServiceSource::Nothing,
            };
            if is_absent != own.has_no_portal && (is_absent || kept.at.is_some()) {
                Own {
                    has_no_portal: is_absent,
                    ..own.clone()
                }
                .save(store)?;
            }
            let known = match source {
                ServiceSource::Program => of_program(current.environment()),
                _ => kept.all(),
            };
            let items: Vec<ServiceItem> = known
                .iter()
                .map(|one| item(store, &current, &own, one))
                .collect::<Result<_, _>>()?;
            let told = |code: &str| items.iter().find(|item| item.code == code);
            let name = |item: &ServiceItem| ServiceName {
                code: item.code.clone(),
                title: item.title.clone(),
            };
            let found = find::found(&items, &known, &query, own.listing.order);
            Ok(ServiceCatalogue {
                total: count(found.len()),
                all: count(items.len()),
                categories: find::distinct(&items, |item| &item.category),
                agencies: find::distinct(&items, |item| &item.agency),
                favourites: own
                    .favourites
                    .iter()
                    .filter_map(|one| told(&one.code))
                    .map(name)
                    .collect(),
                // Without a catalogue nobody can say what is gone from it.
                outdated: own
                    .favourites
                    .iter()
                    .filter(|one| source == ServiceSource::Portal && told(&one.code).is_none())
                    .cloned()
                    .collect(),
                frequent: own.frequent().into_iter().filter_map(told).map(name).collect(),
                rows: found.into_iter().take(rows as usize).cloned().collect(),
                searches: own.searches,
                listing: own.listing,
                source,
                at: kept.at.map(rfc3339),
                error: error
                    .filter(|error| error.code() != "cabinet.absent")
                    .map(Into::into),
            })
        })
        .await
    }

    /// One service; one that is open has its form asked for anew if somebody is signed in.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the catalogue has none of that code; failures of the vault.
    pub async fn service(&self, code: &str) -> Result<ServiceItem, AppError> {
        if let Err(error) = self.renew_form(code).await {
            tracing::info!(code = error.code(), "the form of a service is not known anew");
        }
        let current = self.current().await?;
        let code = code.to_owned();
        self.with_store(move |store| {
            let own = Own::load(store)?;
            let mut known = Kept::load(store)?.all();
            if known.is_empty() {
                known = of_program(current.environment());
            }
            let found = known.iter().find(|one| one.code == code);
            item(store, &current, &own, found.ok_or(AppError::NotFound)?)
        })
        .await
    }

    /// Remembers how the list is shown.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn list_services_so(&self, listing: ServiceListing) -> Result<(), AppError> {
        self.change_own(move |own| {
            own.listing = ServiceListing {
                rows: listing.rows.clamp(10, 200),
                ..listing
            };
            Ok(())
        })
        .await
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What the program itself knows of services; nobody told it more.
fn of_program(environment: Environment) -> Vec<KeptService> {
    let known = kabinet_formats::services_in(environment).into_iter();
    known
        .map(|service| KeptService {
            code: service.code.clone(),
            title: service.title.clone(),
            signed: service.signed == Signed::All,
            ..KeptService::default()
        })
        .collect()
}

fn item(
    store: &kabinet_store::OrganisationStore,
    current: &Current,
    own: &Own,
    one: &KeptService,
) -> Result<ServiceItem, AppError> {
    let kind = match current.organisation.kind {
        OrganisationKind::Legal => "legal",
        OrganisationKind::SoleProprietor => "sole-proprietor",
    };
    let way = match kabinet_formats::service(&one.code, current.environment()) {
        Some(service) if service.takes_application() && forms::newest(store, &one.code)?.is_some() => {
            ServiceWay::Form
        }
        Some(_) => ServiceWay::File,
        None => ServiceWay::Elsewhere,
    };
    Ok(ServiceItem {
        code: one.code.clone(),
        title: one.title.clone(),
        summary: one.summary.clone(),
        category: one.category.clone(),
        agency: one.agency.clone(),
        fits: one.audience.is_empty() || one.audience.iter().any(|who| who == kind),
        audience: one.audience.clone(),
        term_days: one.term_days,
        fee: one.fee,
        documents: one.documents.clone(),
        signed: one.signed,
        updated: one.updated.clone(),
        way,
        favourite: own.favourites.iter().any(|marked| marked.code == one.code),
    })
}
