//! The first step: who the person is and in which organisations. Also what the browser is opened for in either step.

use std::sync::Arc;
use std::time::Duration;

use kabinet_domain::Environment;
use kabinet_portal::esia::{Asked, Receiver, Role, RoleKind, Scopes, SystemSettings, Tokens};
use kabinet_portal::{AccessToken, Portal};
use kabinet_texts::Texts;
use tokio::sync::Notify;

use super::{Person, Waiting, pages, systems};
use crate::esia::SignInError;
use crate::view::{EsiaPersonView, EsiaRole, EsiaRoleKind, SignInWays};
use crate::{App, AppError, environment, first_start};

/// How long a person may take to sign in.
const PATIENCE: Duration = Duration::from_secs(300);

/// Whom one asks: the client and the system of the vault's environment.
pub(super) struct Counterpart {
    pub(super) portal: Arc<Portal>,
    pub(super) system: SystemSettings,
}

impl App {
    /// How one can sign in here.
    ///
    /// # Errors
    /// [`AppError::Locked`].
    pub async fn sign_in_ways(&self) -> Result<SignInWays, AppError> {
        let environment = self.vault_environment().await?;
        let host = environment::endpoints(environment, self.config(), &self.settings().connection)
            .map(|endpoints| endpoints.esia_host().to_owned())
            .ok();
        let (browser, problem) = match systems::of(environment, self.config()) {
            Ok(system) => (system.is_some(), None),
            Err(error) => (false, Some(error.into())),
        };
        Ok(SignInWays {
            browser,
            browser_problem: problem,
            host: host.unwrap_or_default(),
            settings_file: (environment != Environment::Demo)
                .then(|| self.config().esia_file().display().to_string()),
            person: self.esia().person.as_ref().map(Person::view),
        })
    }

    /// Opens the browser at ЕСИА and waits until the person has signed in there, five minutes at most. With `anew` ЕСИА asks who it
    /// is although the browser knows somebody.
    ///
    /// # Errors
    /// [`SignInError::NotSetUp`], [`SignInError::UnderWay`], [`AppError::Cancelled`], [`SignInError::NoBrowser`], and those of
    /// ЕСИА.
    pub async fn sign_in_in_browser(&self, anew: bool) -> Result<EsiaPersonView, AppError> {
        let counterpart = self.counterpart().await?;
        let asked = Asked {
            scopes: Scopes::person(),
            offline: false,
            anew,
        };
        let tokens = self.authorize(&counterpart, &asked).await?;
        let identity = tokens.identity.ok_or(AppError::Background)?;
        let portal = &counterpart.portal;
        let person = portal.esia_person(&tokens.access, &identity.oid).await?;
        let roles = portal.esia_roles(&tokens.access, &identity.oid).await?;
        let roles = self.known_roles(roles).await?;
        let name = Some(person.name())
            .filter(|name| !name.is_empty())
            .or(identity.name)
            .unwrap_or_else(|| identity.oid.clone());
        let person = Person {
            oid: identity.oid,
            name,
            token: Arc::new(tokens.access),
            roles,
        };
        let view = person.view();
        self.esia().person = Some(person);
        Ok(view)
    }

    /// Opens the browser again for the sign-in that waits; nothing if none does.
    ///
    /// # Errors
    /// [`SignInError::NoBrowser`].
    pub fn open_browser_again(&self) -> Result<(), AppError> {
        let url = self.esia().waiting.as_ref().map(|waiting| waiting.url.clone());
        match url {
            Some(url) => self
                .config()
                .browser
                .open(&url)
                .map_err(|_| AppError::SignIn(SignInError::NoBrowser)),
            None => Ok(()),
        }
    }

    /// Gives the sign-in up that waits for the browser.
    pub fn cancel_browser_sign_in(&self) {
        if let Some(waiting) = &self.esia().waiting {
            waiting.given_up.notify_one();
        }
    }

    /// The organisations of the person who signed in, as ЕСИА told them then.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`] before somebody has.
    pub async fn esia_roles(&self) -> Result<Vec<EsiaRole>, AppError> {
        let person = self.esia().person.clone().ok_or(AppError::NotSignedIn)?;
        Ok(person.roles)
    }

    /// The access token of the person who signed in: for calls that need no organisation.
    pub fn person_token(&self) -> Option<Arc<AccessToken>> {
        self.esia().person.as_ref().map(|person| person.token.clone())
    }

    /// Ends the browser's session at ЕСИА, by opening its address for that, after the own one.
    ///
    /// # Errors
    /// [`SignInError::NoBrowser`]; those of [`sign_out`](Self::sign_out), where there is a session.
    pub async fn sign_out_of_esia(&self) -> Result<crate::view::AppState, AppError> {
        let counterpart = self.counterpart().await?;
        if self.current().await.is_ok() {
            self.sign_out().await?;
        }
        self.forget_person();
        let url = counterpart.portal.esia_logout_url(&counterpart.system);
        self.config()
            .browser
            .open(&url)
            .map_err(|_| AppError::SignIn(SignInError::NoBrowser))?;
        Ok(self.state().await)
    }

    pub(super) async fn counterpart(&self) -> Result<Counterpart, AppError> {
        let environment = self.vault_environment().await?;
        let system = systems::of(environment, self.config())?.ok_or(SignInError::NotSetUp)?;
        let portal = match self.current().await {
            Ok(current) => current.portal,
            Err(_) => {
                let endpoints =
                    environment::endpoints(environment, self.config(), &self.settings().connection)?;
                Arc::new(Portal::new(&endpoints, self.config().portal)?)
            }
        };
        Ok(Counterpart { portal, system })
    }

    pub(super) async fn vault_environment(&self) -> Result<Environment, AppError> {
        let vault = self.open().await?.vault;
        first_start::environment(&vault).ok_or(AppError::Locked)
    }

    /// One round through the browser: address, answer, tokens.
    pub(super) async fn authorize(
        &self,
        counterpart: &Counterpart,
        asked: &Asked,
    ) -> Result<Tokens, AppError> {
        let Counterpart { portal, system } = counterpart;
        let receiver = Receiver::bind(&system.redirect).await?;
        let authorization = portal
            .authorization(system, asked, receiver.redirect_uri())
            .await?;
        let given_up = Arc::new(Notify::new());
        {
            let mut desk = self.esia();
            if desk.waiting.is_some() {
                return Err(SignInError::UnderWay.into());
            }
            desk.waiting = Some(Waiting {
                url: zeroize::Zeroizing::new(authorization.url().to_owned()),
                given_up: given_up.clone(),
            });
        }
        let _waiting = NotWaiting(self);
        self.config()
            .browser
            .open(authorization.url())
            .map_err(|_| AppError::SignIn(SignInError::NoBrowser))?;
        let pages = pages::pages(&Texts::new(self.language().into()));
        let code = tokio::select! {
            code = receiver.receive(authorization.state(), pages, PATIENCE) => code?,
            () = given_up.notified() => return Err(AppError::Cancelled),
        };
        Ok(portal.exchange_code(system, authorization, code).await?)
    }

    /// Roles with the organisations of the vault they belong to, these first.
    async fn known_roles(&self, roles: Vec<Role>) -> Result<Vec<EsiaRole>, AppError> {
        let open = self.open().await?;
        let vault = open.vault.clone();
        let organisations = crate::blocking::blocking(move || Ok(vault.organisations()?)).await?;
        let current = open.current.map(|current| current.organisation.id);
        let mut roles: Vec<EsiaRole> = roles
            .into_iter()
            .map(|role| {
                let known = organisations
                    .iter()
                    .filter(|one| Some(&one.ogrn) == role.ogrn.as_ref())
                    // Of several entries of one organisation (branches) the chosen one.
                    .max_by_key(|one| Some(one.id) == current);
                role_view(role, known.map(|one| one.id), current)
            })
            .collect();
        roles.sort_by_key(|role| (!role.current, role.organisation_id.is_none(), !role.active));
        Ok(roles)
    }
}

/// Takes the sign-in off the desk, however it ends.
struct NotWaiting<'a>(&'a App);

impl Drop for NotWaiting<'_> {
    fn drop(&mut self) {
        self.0.esia().waiting = None;
    }
}

impl Person {
    pub(super) fn view(&self) -> EsiaPersonView {
        EsiaPersonView {
            name: self.name.clone(),
            roles: self.roles.clone(),
        }
    }
}

fn role_view(
    role: Role,
    known: Option<kabinet_domain::OrganisationId>,
    current: Option<kabinet_domain::OrganisationId>,
) -> EsiaRole {
    EsiaRole {
        oid: role.oid,
        name: role.short_name,
        full_name: role.full_name,
        ogrn: role.ogrn,
        kind: match role.kind {
            RoleKind::Legal => EsiaRoleKind::Legal,
            RoleKind::SoleProprietor => EsiaRoleKind::SoleProprietor,
            RoleKind::Agency => EsiaRoleKind::Agency,
            RoleKind::Other => EsiaRoleKind::Other,
        },
        chief: role.chief,
        admin: role.admin,
        active: role.active && !role.liquidated,
        branch: role.branch,
        organisation_id: known.map(|id| id.0.to_string()),
        current: known.is_some() && known == current,
    }
}
