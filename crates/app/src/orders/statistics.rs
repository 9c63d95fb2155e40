//! How much the organisation uses each service: counted in what the exchange brought here, for whom the role lets see it.

use crate::view::{ServiceUse, rfc3339};
use crate::{App, AppError};

/// What the portal calls that right.
const PERMISSION: &str = "statistics.view";

impl App {
    /// Services by the number of applications, those used most first. Asks the portal nothing.
    ///
    /// # Errors
    /// `ActError::NotPermitted`, `ActError::AccountLocked`; failures of the vault.
    pub async fn service_statistics(&self) -> Result<Vec<ServiceUse>, AppError> {
        let current = self.current().await?;
        self.permit(&current, PERMISSION).await?;
        let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        self.with_store(move |store| {
            let uses = store.service_uses()?.into_iter();
            Ok(uses
                .map(|one| ServiceUse {
                    code: one.code,
                    title: one.title,
                    orders: small(one.orders),
                    open: small(one.open),
                    last: rfc3339(one.last),
                })
                .collect())
        })
        .await
    }
}
