//! Ending the link with an organisation (ORG-39…41). What the vault holds of it is taken out in a second step, after an export.

use kabinet_portal::cabinet::CabinetError;

use crate::blocking::blocking;
use crate::cabinet::ActError;
use crate::view::{BlockingOrderView, UnlinkOutcome};
use crate::{App, AppError, Event, journal, send};

impl App {
    /// Unlinks. What is still on its way to the portal, and what the portal names as open, stands in the way and is listed.
    ///
    /// # Errors
    /// [`ActError::NotPermitted`] and its kin; [`AppError::Cancelled`]; the portal's own.
    pub async fn unlink_organisation(&self, oid: &str) -> Result<UnlinkOutcome, AppError> {
        let access = self.cabinet().await?;
        let (listed, local) = self.listed(oid).await?;
        if !listed.permissions.is_empty() && !listed.permissions.iter().any(|code| code == "link.remove") {
            self.note_refusal(&access.current, "not-permitted", "link.remove")
                .await;
            return Err(ActError::NotPermitted {
                permission: "link.remove".to_owned(),
                reason: None,
            }
            .into());
        }
        let vault = self.open().await?.vault;
        let unsent = match local.clone() {
            Some(local) => blocking(move || send::unsent(&vault.organisation(local.id)?)).await?,
            None => 0,
        };
        if unsent > 0 {
            return Ok(UnlinkOutcome {
                unsent,
                ..UnlinkOutcome::default()
            });
        }
        let asked = self
            .confirmed(&access, &|cabinet| {
                let oid = oid.to_owned();
                Box::pin(async move { cabinet.unlink(&oid).await })
            })
            .await;
        match asked {
            Ok(()) => {}
            Err(AppError::Cabinet(CabinetError::Refused(refused))) if !refused.orders.is_empty() => {
                let orders = refused.orders.iter();
                return Ok(UnlinkOutcome {
                    orders: orders
                        .map(|one| BlockingOrderView {
                            order: one.order.clone(),
                            title: one.title.clone(),
                        })
                        .collect(),
                    ..UnlinkOutcome::default()
                });
            }
            Err(error) => return Err(error),
        }
        self.strike(oid).await?;
        let entry = journal::with(
            journal::plain("organisation-unlinked", &access.holder),
            "inn",
            &listed.inn,
        );
        let store = access.current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await?;
        self.tell(Event::CabinetChanged);
        Ok(UnlinkOutcome {
            done: true,
            ..UnlinkOutcome::default()
        })
    }
}
