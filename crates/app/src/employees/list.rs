//! Who works for the organisation (EMP-01): the list of the portal, kept for reading without a connection.

use kabinet_portal::cabinet::Employee;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::cabinet::{Access, is_absence, offers};
use crate::view::{CabinetPresence, EmployeeList, EmployeeRow, rfc3339};
use crate::{App, AppError};

/// Setting of an organisation.
const LIST: &str = "cabinet-employees";
/// The feature of a portal that tells of them.
pub(super) const FEATURE: &str = "employees";

/// The list as it was told to one person: another may see less.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    subject: String,
    #[serde(with = "time::serde::rfc3339::option")]
    at: Option<OffsetDateTime>,
    items: Vec<EmployeeRow>,
}

impl App {
    /// The list; with `refresh` the portal is asked anew, and where it does not answer the list is as it was, with the reason.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`]; failures of the vault.
    pub async fn employees(&self, refresh: bool) -> Result<EmployeeList, AppError> {
        let error = if refresh {
            self.renew_employees().await.err()
        } else {
            None
        };
        let current = self.current().await?;
        let mut kept = self
            .with_store(|store| Ok(store.setting::<Kept>(LIST)?.unwrap_or_default()))
            .await?;
        let session = current.session();
        let subject = session.and_then(|session| session.token.claims().subject.clone());
        if subject.is_some_and(|subject| subject != kept.subject) {
            // Told to somebody else.
            kept = Kept::default();
        }
        kept.items.sort_by_key(|one| {
            (
                one.surname.to_lowercase(),
                one.given_name.to_lowercase(),
                one.id.clone(),
            )
        });
        let is_offered = current
            .live()
            .offer
            .as_deref()
            .is_none_or(|offer| offers(offer, FEATURE));
        Ok(EmployeeList {
            presence: match is_offered {
                true => self.presence().await,
                false => CabinetPresence::Absent,
            },
            items: kept.items,
            heard: kept.at.map(rfc3339),
            error: error.filter(|error| !is_absence(error)).map(Into::into),
        })
    }

    async fn renew_employees(&self) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        if !offers(&access.offer, FEATURE) {
            return Ok(());
        }
        self.fetch_employees(&access).await
    }

    async fn fetch_employees(&self, access: &Access) -> Result<(), AppError> {
        let asked = access.cabinet().employees().await;
        let items = self.met(&access.current, asked).await?;
        let kept = Kept {
            subject: access.subject(),
            at: Some(OffsetDateTime::now_utc()),
            items: items.into_iter().map(row).collect(),
        };
        let store = access.current.store.clone();
        blocking(move || Ok(store.set_setting(LIST, &kept)?)).await
    }
}

fn row(one: Employee) -> EmployeeRow {
    EmployeeRow {
        id: one.id,
        surname: one.surname,
        given_name: one.given_name,
        patronymic: one.patronymic,
        inn: one.inn,
        snils: one.snils,
        // The format of `Date` is that of ISO 8601.
        born: one.born.map(|day| day.to_string()),
        position: one.position,
        role_code: one.role.code,
        role_title: one.role.title,
        is_head: one.is_head,
        is_active: one.is_active,
    }
}
