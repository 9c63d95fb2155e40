//! «Мои организации»: what the vault has and what the portal knows, as one list.

use kabinet_domain::{Organisation, OrganisationId, OrganisationKind};
use kabinet_pki::Certificate;
use kabinet_portal::cabinet::{LinkStatus, Membership};
use kabinet_token::Scan;
use serde::{Deserialize, Serialize};
use std::time::Duration as StdDuration;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Access, documents};
use crate::blocking::blocking;
use crate::cabinet::ActError;
use crate::tokens::{certificate_view, unfit};
use crate::view::{CertificateFit, MyOrganisations, OrganisationCard, UiError, rfc3339};
use crate::{App, AppError};

/// Setting of the vault with the list as the portal told it last.
const LIST: &str = "cabinet-organisations";
/// Tokens are waited for so long.
const PATIENCE: StdDuration = StdDuration::from_millis(1500);
/// A certificate that ends sooner is spoken of (C-10).
const ENDS_SOON: i32 = 30;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptList {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    subject: String,
    all: Vec<Kept>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) oid: String,
    pub(super) name: String,
    pub(super) full_name: String,
    pub(super) inn: String,
    pub(super) ogrn: String,
    pub(super) kpp: Option<String>,
    pub(super) is_sole_proprietor: bool,
    pub(super) role: String,
    pub(super) chief: bool,
    pub(super) administrator: bool,
    pub(super) active: bool,
    pub(super) status: String,
    #[serde(with = "time::serde::rfc3339::option")]
    pub(super) since: Option<OffsetDateTime>,
    pub(super) permissions: Vec<String>,
}

impl From<Membership> for Kept {
    fn from(one: Membership) -> Self {
        Self {
            oid: one.oid,
            name: one.short_name,
            full_name: one.full_name,
            inn: one.inn,
            ogrn: one.ogrn,
            kpp: one.kpp,
            is_sole_proprietor: one.is_sole_proprietor,
            role: one.role.title,
            chief: one.is_chief,
            administrator: one.is_administrator,
            active: one.is_active,
            status: one.status.name().to_owned(),
            since: one.since,
            permissions: one.permissions,
        }
    }
}

impl App {
    /// The list; with `ask` the portal is asked anew, and what it does not answer is shown as it was.
    ///
    /// # Errors
    /// [`AppError::Locked`]; failures of the vault.
    pub async fn my_organisations(&self, ask: bool) -> Result<MyOrganisations, AppError> {
        let vault = self.open().await?.vault;
        let error = if ask { self.renew_list().await.err() } else { None };
        let current = self.current().await.ok();
        let (local, list) = blocking({
            let vault = vault.clone();
            move || Ok((vault.organisations()?, vault.setting::<KeptList>(LIST)?))
        })
        .await?;
        let kept = self.kept_links().await?;
        let now = OffsetDateTime::now_utc();
        let scan = self.tokens().glance(PATIENCE).await;
        let chosen = current.as_ref().map(|current| current.organisation.id);
        let standing = current.as_ref().and_then(crate::state::Current::standing);
        let told: &[Kept] = list.as_ref().map(|list| list.all.as_slice()).unwrap_or_default();
        let shown = told.iter().filter(|one| one.status != "unlinked");
        let mut cards: Vec<OrganisationCard> = shown
            .map(|one| {
                let known = local.iter().find(|known| is_same(known, one));
                card(Some(one), known, chosen, &scan, now)
            })
            .collect();
        let alone = local.iter().filter(|known| {
            !told
                .iter()
                .any(|one| one.status != "unlinked" && is_same(known, one))
        });
        cards.extend(alone.map(|known| card(None, Some(known), chosen, &scan, now)));
        cards.sort_by_key(|card| (!card.current, card.name.to_lowercase()));
        let offer = current.as_ref().and_then(|current| current.live().offer.clone());
        Ok(MyOrganisations {
            presence: self.presence().await,
            at: list.as_ref().map(|list| rfc3339(list.at)),
            cards,
            links: kept.links.iter().map(super::kept_links::KeptLink::view).collect(),
            documents: offer
                .as_ref()
                .map(|offer| documents::wanted(&offer.link_documents))
                .unwrap_or_default(),
            registration_documents: offer
                .map(|offer| documents::wanted(&offer.registration_documents))
                .unwrap_or_default(),
            linking_refused: Self::linking_refused(standing.as_deref(), &kept, now),
            refusals: u32::try_from(kept.recent_refusals(now)).unwrap_or(u32::MAX),
            error: error.filter(|error| !is_absence(error)).map(Into::into),
        })
    }

    async fn renew_list(&self) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        let asked = access.cabinet().organisations().await;
        let all = self.met(&access.current, asked).await?;
        self.keep_list(&access, all).await?;
        self.renew_links(&access).await
    }

    async fn keep_list(&self, access: &Access, all: Vec<Membership>) -> Result<(), AppError> {
        let vault = self.open().await?.vault;
        let list = KeptList {
            at: OffsetDateTime::now_utc(),
            subject: access.subject(),
            all: all.into_iter().map(Kept::from).collect(),
        };
        blocking(move || Ok(vault.set_setting(LIST, &list)?)).await
    }

    /// An organisation of the list, by its identity in ЕСИА.
    pub(super) async fn listed(&self, oid: &str) -> Result<(Kept, Option<Organisation>), AppError> {
        let vault = self.open().await?.vault;
        let oid = oid.to_owned();
        blocking(move || {
            let list: Option<KeptList> = vault.setting(LIST)?;
            let kept = list
                .into_iter()
                .flat_map(|list| list.all)
                .find(|one| one.oid == oid)
                .ok_or(AppError::NotFound)?;
            let local = vault
                .organisations()?
                .into_iter()
                .find(|known| is_same(known, &kept));
            Ok((kept, local))
        })
        .await
    }

    /// Takes an organisation off the list: it was unlinked.
    pub(super) async fn strike(&self, oid: &str) -> Result<(), AppError> {
        let vault = self.open().await?.vault;
        let oid = oid.to_owned();
        blocking(move || {
            if let Some(mut list) = vault.setting::<KeptList>(LIST)? {
                list.all.retain(|one| one.oid != oid);
                vault.set_setting(LIST, &list)?;
            }
            Ok(())
        })
        .await
    }
}

/// A portal without the API is told of once, as such, and is no error of the list.
pub(crate) fn is_absence(error: &AppError) -> bool {
    error.code() == "cabinet.absent"
}

fn is_same(known: &Organisation, one: &Kept) -> bool {
    known.inn == one.inn && (one.kpp.is_none() || known.kpp.is_none() || known.kpp == one.kpp)
}

fn card(
    told: Option<&Kept>,
    known: Option<&Organisation>,
    chosen: Option<OrganisationId>,
    scan: &Scan,
    now: OffsetDateTime,
) -> OrganisationCard {
    let text = |of_told: fn(&Kept) -> &String, of_known: fn(&Organisation) -> &String| {
        told.map(of_told)
            .or_else(|| known.map(of_known))
            .cloned()
            .unwrap_or_default()
    };
    let inn = text(|one| &one.inn, |known| &known.inn);
    let (certificate, certificate_days_left) = fit(scan, &inn, now);
    let is_sole = told.map_or_else(
        || known.is_some_and(|known| known.kind == OrganisationKind::SoleProprietor),
        |one| one.is_sole_proprietor,
    );
    let kind = if is_sole {
        OrganisationKind::SoleProprietor
    } else {
        OrganisationKind::Legal
    };
    OrganisationCard {
        oid: told.map(|one| one.oid.clone()),
        organisation_id: known.map(|known| known.id.0.to_string()),
        // The name as the person wrote it is the one they look for.
        name: known
            .map(|known| known.name.clone())
            .unwrap_or_else(|| text(|one| &one.name, |known| &known.name)),
        full_name: told.map(|one| one.full_name.clone()),
        kind: kind.into(),
        ogrn: text(|one| &one.ogrn, |known| &known.ogrn),
        kpp: told
            .and_then(|one| one.kpp.clone())
            .or_else(|| known.and_then(|known| known.kpp.clone())),
        role: told.map(|one| one.role.clone()).filter(|role| !role.is_empty()),
        chief: told.is_some_and(|one| one.chief),
        administrator: told.is_some_and(|one| one.administrator),
        status: told.map(|one| {
            if one.active {
                one.status.clone()
            } else {
                "inactive".to_owned()
            }
        }),
        since: told.and_then(|one| one.since).map(rfc3339),
        current: known.is_some_and(|known| Some(known.id) == chosen),
        certificate,
        certificate_days_left,
        unlink_refused: told.and_then(unlink_refused),
        inn,
    }
}

/// Who may not end a link sees why before trying (ORG-39).
fn unlink_refused(one: &Kept) -> Option<UiError> {
    let is_over = LinkStatus::from_name(&one.status) != LinkStatus::Active;
    // A portal that names no permissions at all judges by itself.
    let is_refused = !one.permissions.is_empty() && !one.permissions.iter().any(|code| code == "link.remove");
    let refusal = AppError::Act(ActError::NotPermitted {
        permission: "link.remove".to_owned(),
        reason: None,
    });
    (is_over || is_refused).then(|| refusal.into())
}

/// The best certificate at hand for an organisation with this ИНН.
fn fit(scan: &Scan, inn: &str, now: OffsetDateTime) -> (CertificateFit, Option<i32>) {
    let asked = Organisation {
        id: OrganisationId(Uuid::nil()),
        environment: kabinet_domain::Environment::Demo,
        kind: OrganisationKind::Legal,
        name: String::new(),
        inn: inn.to_owned(),
        ogrn: String::new(),
        kpp: None,
        region: String::new(),
    };
    let best = scan
        .certificates
        .iter()
        .filter_map(|on| {
            let certificate = Certificate::from_der(&on.der).ok()?;
            let token = scan.tokens.iter().find(|token| token.address == on.token);
            unfit(&certificate, Some(on), token, Some(&asked), now)
                .is_empty()
                .then(|| certificate_view(&certificate, now).days_left)
        })
        .max();
    match best {
        None => (CertificateFit::None, None),
        Some(days) if days < ENDS_SOON => (CertificateFit::Expiring, Some(days)),
        Some(days) => (CertificateFit::Fit, Some(days)),
    }
}
