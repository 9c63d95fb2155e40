//! Adding and choosing organisations, and the live check of their requisites.

use std::sync::{Arc, Mutex};

use kabinet_domain::requisites::{self, Context, Kind, Reason, RequisiteError};
use kabinet_domain::{Organisation, OrganisationId, OrganisationKind};
use kabinet_portal::{ApiKey, Portal};
use kabinet_store::{Missing, Secret, StoreError, Vault};
use uuid::Uuid;

use crate::api_keys::API_KEY;
use crate::blocking::blocking;
use crate::first_start::LAST_ORGANISATION;
use crate::state::{Current, Live, Open};
use crate::view::{AppState, FieldProblem, NewOrganisation, Params, Requisites, RequisitesVerdict};
use crate::{App, AppError, cabinet, environment, first_start, journal, outbox};

/// What is wrong with requisites as typed so far; an empty field is not wrong yet.
pub fn check_requisites(typed: &Requisites) -> RequisitesVerdict {
    let kind = requisites::check(Kind::Inn, &typed.inn, Context::default())
        .ok()
        .and_then(|inn| inn.organisation_kind());
    let ogrn_kind = match kind {
        Some(OrganisationKind::SoleProprietor) => Kind::Ogrnip,
        _ => Kind::Ogrn,
    };
    let mut ogrn = complaint(ogrn_kind, &typed.ogrn);
    if kind.is_some()
        && let Err(error) = requisites::check_pair(&typed.inn, &typed.ogrn)
        && error.reason == Reason::KindMismatch
    {
        ogrn = Some(problem(&error));
    }
    let mut kpp = complaint(Kind::Kpp, &typed.kpp);
    if kind == Some(OrganisationKind::SoleProprietor) && !typed.kpp.trim().is_empty() {
        kpp = Some(FieldProblem::new("kind-mismatch"));
    }
    RequisitesVerdict {
        kind: kind.map(Into::into),
        inn: complaint(Kind::Inn, &typed.inn),
        ogrn,
        kpp,
    }
}

fn complaint(kind: Kind, value: &str) -> Option<FieldProblem> {
    if value.trim().is_empty() {
        return None;
    }
    requisites::check(kind, value, Context::default())
        .err()
        .map(|error| problem(&error))
}

pub(crate) fn problem(error: &RequisiteError) -> FieldProblem {
    let code = error.code();
    let problem = FieldProblem::new(code.strip_prefix("requisite.").unwrap_or(code));
    match error.reason {
        Reason::Length { actual, allowed } => {
            let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
            problem.with("actual", actual).with("expected", allowed.join("/"))
        }
        Reason::Character { position } => problem.with("position", position),
        Reason::ControlDigit { position, expected } => {
            problem.with("position", position).with("expected", expected)
        }
        Reason::Empty | Reason::NeverIssued | Reason::BikNeeded | Reason::KindMismatch => problem,
    }
}

/// The code and values of a requisite's complaint, for the command line.
pub(crate) fn requisite_problem(error: &RequisiteError) -> (String, Params) {
    let problem = problem(error);
    (problem.code, problem.params)
}

impl App {
    /// Adds an organisation and chooses it.
    ///
    /// # Errors
    /// [`AppError::Requisite`] names the field; [`AppError::OrganisationExists`]; failures of the vault.
    pub async fn add_organisation(&self, request: NewOrganisation) -> Result<AppState, AppError> {
        let open = self.open().await?;
        let api_key = request.api_key.clone().filter(|key| !key.trim().is_empty());
        if api_key
            .as_deref()
            .is_some_and(|key| ApiKey::parse(key.trim()).is_err())
        {
            return Err(AppError::Requisite { field: "api-key" });
        }
        let environment = first_start::environment(&open.vault).ok_or(AppError::Locked)?;
        let organisation = checked(request, environment)?;
        let id = organisation.id;
        let vault = open.vault.clone();
        blocking(move || {
            if vault
                .organisations()?
                .iter()
                .any(|known| known.inn == organisation.inn && known.kpp == organisation.kpp)
            {
                return Err(AppError::OrganisationExists);
            }
            vault.save_organisation(&organisation)?;
            let store = vault.organisation(organisation.id)?;
            let entry = journal::plain("organisation-added", "");
            match api_key {
                Some(key) => store.change(entry, |change| {
                    change.set_secret(API_KEY, &Secret::new(key.trim().to_owned()))
                })?,
                None => store.record(&entry)?,
            }
            Ok(())
        })
        .await?;
        self.choose(open.vault, id).await?;
        self.welcome_newcomer().await?;
        Ok(self.state().await)
    }

    /// Chooses an organisation. The session of the one before ends.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn select_organisation(&self, id: &str) -> Result<AppState, AppError> {
        let id = OrganisationId(Uuid::parse_str(id).map_err(|_| AppError::NotFound)?);
        let open = self.open().await?;
        self.choose(open.vault, id).await
    }

    /// Enters an organisation by its ИНН, or ИНН/КПП, without remembering the choice.
    ///
    /// # Errors
    /// [`AppError::Requisite`] when several have this ИНН, [`AppError::Store`] when none has.
    pub async fn work_for(&self, requisites: &str) -> Result<(), AppError> {
        let (inn, kpp) = match requisites.split_once('/') {
            Some((inn, kpp)) => (inn, Some(kpp)),
            None => (requisites, None),
        };
        let vault = self.open().await?.vault;
        let mut fitting = vault.organisations()?.into_iter().filter(|organisation| {
            organisation.inn == inn && (kpp.is_none() || organisation.kpp.as_deref() == kpp)
        });
        let organisation = fitting
            .next()
            .ok_or(StoreError::NotFound(Missing::Organisation))?;
        if fitting.next().is_some() {
            return Err(AppError::Requisite { field: "kpp" });
        }
        let current = self.enter(vault.clone(), organisation.id).await?;
        self.replace_open(Some(Open {
            vault,
            current: Some(current),
        }))
        .await;
        Ok(())
    }

    async fn choose(&self, vault: Arc<Vault>, id: OrganisationId) -> Result<AppState, AppError> {
        let current = self.enter(vault.clone(), id).await?;
        vault.set_setting(LAST_ORGANISATION, &id)?;
        self.replace_open(Some(Open {
            vault,
            current: Some(current),
        }))
        .await;
        Ok(self.state().await)
    }

    /// Opens everything that belongs to an organisation.
    pub(crate) async fn enter(&self, vault: Arc<Vault>, id: OrganisationId) -> Result<Current, AppError> {
        let (config, trust) = (self.config().clone(), self.trust());
        let connection = self.settings().connection;
        let turn = self.turn_of(id);
        blocking(move || {
            let organisation = vault
                .organisations()?
                .into_iter()
                .find(|one| one.id == id)
                .ok_or(AppError::NotFound)?;
            let store = vault.organisation(id)?;
            let endpoints = environment::endpoints(organisation.environment, &config, &connection)?;
            Ok(Current {
                portal_host: endpoints.esia_host().to_owned(),
                portal: Arc::new(Portal::new(&endpoints, config.portal)?),
                organisation,
                vault: vault.id(),
                live: Arc::new(Mutex::new(Live {
                    last_sync: outbox::last_sync(&store),
                    standing: cabinet::Standing::kept(&store),
                    ..Live::default()
                })),
                store: Arc::new(store),
                trust,
                turn,
            })
        })
        .await
    }
}

fn checked(
    request: NewOrganisation,
    environment: kabinet_domain::Environment,
) -> Result<Organisation, AppError> {
    let refuse = |field| move |_| AppError::Requisite { field };
    let value = |kind, text: &str| requisites::check(kind, text, Context::default()).map(|good| good.value);
    let kind = requisites::check_pair(&request.inn, &request.ogrn).map_err(|error| AppError::Requisite {
        field: if error.kind == Kind::Inn { "inn" } else { "ogrn" },
    })?;
    let name = request.name.trim().to_owned();
    let region: String = request.region.chars().filter(char::is_ascii_digit).collect();
    if name.is_empty() {
        return Err(AppError::Requisite { field: "name" });
    }
    if !(2..=11).contains(&region.len()) || region.len() != request.region.trim().len() {
        return Err(AppError::Requisite { field: "region" });
    }
    let kpp = match (
        kind,
        request
            .kpp
            .as_deref()
            .map(str::trim)
            .filter(|kpp| !kpp.is_empty()),
    ) {
        (OrganisationKind::Legal, Some(kpp)) => Some(value(Kind::Kpp, kpp).map_err(refuse("kpp"))?),
        (OrganisationKind::SoleProprietor, None) => None,
        _ => return Err(AppError::Requisite { field: "kpp" }),
    };
    let ogrn_kind = if kind == OrganisationKind::Legal {
        Kind::Ogrn
    } else {
        Kind::Ogrnip
    };
    Ok(Organisation {
        id: OrganisationId(Uuid::new_v4()),
        environment,
        kind,
        name,
        inn: value(Kind::Inn, &request.inn).map_err(refuse("inn"))?,
        ogrn: value(ogrn_kind, &request.ogrn).map_err(refuse("ogrn"))?,
        kpp,
        region,
    })
}
