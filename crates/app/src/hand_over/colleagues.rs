//! Addresses: that of this archive, and those of colleagues.

use kabinet_age::{Identity, Recipient};
use kabinet_store::{OrganisationStore, Secret};
use zeroize::Zeroizing;

use crate::view::{Colleague, Colleagues};
use crate::{App, AppError, journal};

/// Secret of the organisation: the identity of its archive here.
const IDENTITY: &str = "hand-over-identity";
/// Settings of the organisation.
const COLLEAGUES: &str = "colleagues";
const NAME: &str = "hand-over-name";

/// The identity of the archive, if it was ever asked for.
pub(super) fn known_identity(store: &OrganisationStore) -> Result<Option<Identity>, AppError> {
    let Some(kept) = store.secret(IDENTITY)? else {
        return Ok(None);
    };
    let mut octets = Zeroizing::new([0; 32]);
    // What was written here is 64 hexadecimal digits.
    hex::decode_to_slice(kept.expose(), octets.as_mut_slice()).map_err(|_| {
        kabinet_store::StoreError::Value {
            column: "secrets.hand-over-identity",
        }
    })?;
    Ok(Some(Identity::from_bytes(&octets)))
}

/// The identity of the archive; made when it is first asked for.
pub(super) fn identity(store: &OrganisationStore) -> Result<Identity, AppError> {
    if let Some(known) = known_identity(store)? {
        return Ok(known);
    }
    let identity = Identity::random()?;
    let text = hex::encode(identity.to_bytes().as_slice());
    store.change(journal::plain("address-made", ""), |change| {
        change.set_secret(IDENTITY, &Secret::new(text))
    })?;
    Ok(identity)
}

pub(super) fn remember_name(store: &OrganisationStore, name: &str) -> Result<(), AppError> {
    Ok(store.set_setting(NAME, &name.trim())?)
}

fn show(store: &OrganisationStore, holder: Option<String>) -> Result<Colleagues, AppError> {
    Ok(Colleagues {
        own_address: identity(store)?.recipient().to_string(),
        own_name: store.setting(NAME)?.or(holder).unwrap_or_default(),
        colleagues: list(store)?,
    })
}

pub(super) fn list(store: &OrganisationStore) -> Result<Vec<Colleague>, AppError> {
    Ok(store.setting(COLLEAGUES)?.unwrap_or_default())
}

impl App {
    /// Colleagues and the own address.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn colleagues(&self) -> Result<Colleagues, AppError> {
        let holder = self.current().await?.session().map(|session| session.view.holder);
        self.with_store(move |store| show(store, holder)).await
    }

    /// Remembers a colleague; one of the same address gets the new name.
    ///
    /// # Errors
    /// [`AppError::Age`] when the address is none; failures of the vault.
    pub async fn add_colleague(&self, colleague: Colleague) -> Result<Colleagues, AppError> {
        let address: Recipient = colleague.address.trim().parse()?;
        let colleague = Colleague {
            name: colleague.name.trim().to_owned(),
            address: address.to_string(),
        };
        self.with_store(move |store| {
            let mut all = list(store)?;
            all.retain(|one| one.address != colleague.address);
            all.push(colleague);
            all.sort();
            store.set_setting(COLLEAGUES, &all)?;
            show(store, None)
        })
        .await
    }

    /// Forgets a colleague.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn remove_colleague(&self, address: String) -> Result<Colleagues, AppError> {
        self.with_store(move |store| {
            let mut all = list(store)?;
            all.retain(|one| one.address != address);
            store.set_setting(COLLEAGUES, &all)?;
            show(store, None)
        })
        .await
    }
}
