//! Where the refresh token of an organisation's session lies between uses: in the keychain of the system, under a name of its own
//! for each organisation; where there is no keychain, among the secrets of the organisation, inside the encrypted vault.

use kabinet_domain::OrganisationId;
use kabinet_portal::esia::RefreshToken;
use kabinet_store::{Keychain, KeychainError, OrganisationStore, Secret};
use uuid::Uuid;

use crate::blocking::blocking;
use crate::state::Current;
use crate::{App, AppError, journal};

/// Name of the secret where no keychain answers.
const SECRET: &str = "esia-refresh-token";

fn account(current: &Current) -> String {
    account_of(current.vault, current.organisation.id)
}

/// Name in the keychain; vault and organisation, so that two vaults of one user do not meet.
fn account_of(vault: Uuid, organisation: OrganisationId) -> String {
    format!("{vault}/esia/{}", organisation.0)
}

impl App {
    /// Keeps the token in the place of the one before, and tells the journal that the session goes on.
    pub(super) async fn keep_refresh(
        &self,
        current: &Current,
        token: &RefreshToken,
        holder: &str,
    ) -> Result<(), AppError> {
        let (keychain, account) = (self.config().keychain.clone(), account(current));
        let (store, kept) = (current.store.clone(), token.to_kept());
        let entry = journal::plain("session-renewed", holder);
        blocking(move || {
            if keychain.store(&account, kept.as_bytes()).is_ok() {
                drop_sealed(&store)?;
                return Ok(store.record(&entry)?);
            }
            Ok(store.change(entry, |change| {
                change.set_secret(SECRET, &Secret::new(kept.to_string()))
            })?)
        })
        .await
    }

    /// The token that is kept, if one is.
    pub(super) async fn kept_refresh(&self, current: &Current) -> Result<Option<RefreshToken>, AppError> {
        let (keychain, account) = (self.config().keychain.clone(), account(current));
        let store = current.store.clone();
        blocking(move || {
            if let Some(sealed) = store.secret(SECRET)? {
                return Ok(RefreshToken::from_kept(sealed.expose()));
            }
            match keychain.load(&account) {
                Ok(kept) => Ok(std::str::from_utf8(&kept).ok().and_then(RefreshToken::from_kept)),
                Err(KeychainError::EntryMissing | KeychainError::Absent) => Ok(None),
                // A locked keychain may open later.
                Err(error) => Err(kabinet_store::StoreError::Keychain(error).into()),
            }
        })
        .await
    }

    /// Nothing is kept any more, wherever it lay.
    pub(crate) async fn forget_refresh(&self, current: &Current) -> Result<(), AppError> {
        let (keychain, account) = (self.config().keychain.clone(), account(current));
        let store = current.store.clone();
        current.live().nothing_kept = true;
        blocking(move || forget(&*keychain, &account, &store)).await
    }

    /// At a lock, where the settings want nobody to stay signed in: what is kept for any organisation dies too.
    pub(crate) async fn forget_kept_sessions(&self) {
        let Ok(open) = self.open().await else { return };
        let (keychain, vault) = (self.config().keychain.clone(), open.vault);
        let forgotten = blocking(move || {
            for organisation in vault.organisations()? {
                let store = vault.organisation(organisation.id)?;
                forget(&*keychain, &account_of(vault.id(), organisation.id), &store)?;
            }
            Ok(())
        });
        if let Err(error) = forgotten.await {
            tracing::warn!(code = error.code(), "a kept session was not forgotten");
        }
    }
}

fn forget(keychain: &dyn Keychain, account: &str, store: &OrganisationStore) -> Result<(), AppError> {
    let removed = match keychain.remove(account) {
        Ok(()) | Err(KeychainError::EntryMissing | KeychainError::Absent) => Ok(()),
        Err(error) => Err(kabinet_store::StoreError::Keychain(error).into()),
    };
    drop_sealed(store)?;
    removed
}

fn drop_sealed(store: &OrganisationStore) -> Result<(), AppError> {
    if store.secret(SECRET)?.is_some() {
        store.change(journal::plain("session-forgotten", ""), |change| {
            change.remove_secret(SECRET)
        })?;
    }
    Ok(())
}
