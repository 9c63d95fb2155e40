//! Signing in through Госуслуги in the browser, and the session that follows.
//!
//! Two steps, as ЕСИА has them: first the person ([`App::sign_in_in_browser`]), with the list of their organisations; then one
//! of these ([`App::enter_by_esia`]), for which the browser is opened again and answers by itself while it has a session. Access
//! tokens stay in memory; the refresh token of an organisation's session lies in the keychain of the system (`custody`), and
//! `renew` goes on with it before the access token ends, after the vault was opened, and after a portal has refused a token.

mod browser;
mod custody;
mod enter;
mod error;
mod pages;
mod person;
mod renew;
mod systems;

use std::sync::Arc;

use kabinet_portal::esia::{EsiaOrganisation, Tokens};
use tokio::sync::Notify;

pub use browser::{Browser, BrowserError, SystemBrowser};
pub use error::SignInError;

use crate::App;
use crate::view::EsiaRole;

/// What is known of a person who signed in, until the vault is closed.
#[derive(Default)]
pub(crate) struct EsiaDesk {
    /// A sign-in that waits for the browser.
    waiting: Option<Waiting>,
    person: Option<Person>,
    /// A session for an organisation that the vault does not have yet.
    newcomer: Option<Newcomer>,
}

struct Waiting {
    url: zeroize::Zeroizing<String>,
    given_up: Arc<Notify>,
}

/// A person who signed in.
#[derive(Clone)]
struct Person {
    oid: String,
    name: String,
    token: Arc<kabinet_portal::AccessToken>,
    roles: Vec<EsiaRole>,
}

impl crate::App {
    /// Name and number at ЕСИА of whoever signed in in the browser.
    pub(crate) fn signed_in_person(&self) -> Option<(String, String)> {
        let esia = self.esia();
        let person = esia.person.as_ref()?;
        Some((person.name.clone(), person.oid.clone()))
    }
}

struct Newcomer {
    organisation: EsiaOrganisation,
    tokens: Tokens,
    holder: String,
}

impl App {
    /// Nothing of a person outlives the vault being open.
    pub(crate) fn forget_person(&self) {
        self.cancel_browser_sign_in();
        *self.esia() = EsiaDesk::default();
    }
}
