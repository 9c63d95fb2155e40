//! The way to the portal: the user's choices laid into a route, and a look whether it leads anywhere.

use kabinet_domain::Environment;
use kabinet_pki::Certificate;
use kabinet_portal::{Portal, PortalError, Proxy, Route, Service, SetupError, Way};

use crate::blocking::blocking;
use crate::environment;
use crate::first_start::environment as environment_of;
use crate::state::Open;
use crate::view::{ConnectionCheck, ConnectionSettings, ConnectionWay, PortalService, ProxyChoice};
use crate::{App, AppError};

/// The route of these settings.
///
/// # Errors
/// [`SetupError::Proxy`] and [`SetupError::Gateway`].
pub(crate) fn route(settings: &ConnectionSettings) -> Result<Route, SetupError> {
    let gateway = |text: &str| match text.trim() {
        "" => Ok(None),
        address => address.parse().map(Some),
    };
    Ok(Route {
        proxy: match settings.proxy {
            ProxyChoice::System => Proxy::System,
            ProxyChoice::None => Proxy::None,
            ProxyChoice::Address => Proxy::Address(settings.proxy_address.parse()?),
        },
        only_tls13: settings.only_tls13,
        esia_gateway: gateway(&settings.esia_gateway)?,
        epgu_gateway: gateway(&settings.epgu_gateway)?,
    })
}

impl App {
    /// Asks each host of the environment for its first page, as settings say; nothing secret leaves. Before there is a vault,
    /// `environment` is the one that would be chosen.
    ///
    /// # Errors
    /// [`AppError::NoDemo`], [`AppError::Setup`] when the addresses cannot be used; what a host answers stands in its line.
    pub async fn check_connection(
        &self,
        environment: Option<crate::view::Environment>,
    ) -> Result<Vec<ConnectionCheck>, AppError> {
        let open = self.open().await.ok();
        let chosen = open.and_then(|open| environment_of(&open.vault));
        let environment = chosen
            .or(environment.map(Into::into))
            .unwrap_or(Environment::Production);
        let (config, settings) = (self.config().clone(), self.settings().connection);
        let portal = blocking(move || {
            let endpoints = environment::endpoints(environment, &config, &settings)?;
            Ok(Portal::new(&endpoints, config.portal)?)
        })
        .await?;
        let mut checks = Vec::new();
        for service in Service::ALL {
            checks.push(check(&portal, service).await);
        }
        Ok(checks)
    }

    /// The chosen organisation talks to the portal as the settings now say; who is signed in stays so.
    pub(crate) async fn reconnect(&self) -> Result<(), AppError> {
        let Ok(Open {
            vault,
            current: Some(mut current),
        }) = self.open().await
        else {
            return Ok(());
        };
        let (config, settings) = (self.config().clone(), self.settings().connection);
        let environment = current.environment();
        let endpoints = blocking(move || environment::endpoints(environment, &config, &settings)).await?;
        current.portal = Portal::new(&endpoints, self.config().portal)?.into();
        endpoints.esia_host().clone_into(&mut current.portal_host);
        self.replace_open(Some(Open {
            vault,
            current: Some(current),
        }))
        .await;
        self.network_changed().await;
        Ok(())
    }
}

async fn check(portal: &Portal, service: Service) -> ConnectionCheck {
    let (way, address) = match portal.way(service) {
        Way::Direct => (ConnectionWay::Direct, None),
        Way::Proxy(address) => (ConnectionWay::Proxy, Some(address)),
        Way::Gateway(address) => (ConnectionWay::Gateway, Some(address)),
    };
    let checked = portal.check(service).await;
    let (checked, error) = match checked {
        Ok(checked) => (Some(checked), None),
        Err(error) => (None, Some(error)),
    };
    let certificate = checked
        .as_ref()
        .and_then(|checked| checked.certificate.as_deref());
    ConnectionCheck {
        service: match service {
            Service::Esia => PortalService::Esia,
            Service::Epgu => PortalService::Epgu,
        },
        host: portal.host(service).to_owned(),
        way,
        address,
        milliseconds: checked
            .as_ref()
            .map(|checked| u32::try_from(checked.took.as_millis()).unwrap_or(u32::MAX)),
        issuer: certificate.and_then(issuer),
        clock_offset_seconds: checked
            .is_some()
            .then(|| portal.clock_offset())
            .flatten()
            .map(|offset| i32::try_from(offset.whole_seconds()).unwrap_or(i32::MAX)),
        error: error.map(|error: PortalError| AppError::from(error).into()),
    }
}

/// Who vouches for the server: a name nobody expects shows a proxy that opens what passes through it.
fn issuer(certificate: &[u8]) -> Option<String> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let issuer = certificate.issuer();
    issuer.common_name.clone().or_else(|| issuer.organisation.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_count_only_where_they_are_chosen() {
        let mut settings = ConnectionSettings {
            proxy_address: "user:secret@proxy.example".to_owned(),
            ..ConnectionSettings::default()
        };
        assert_eq!(route(&settings).unwrap(), Route::default());
        settings.proxy = ProxyChoice::Address;
        assert_eq!(route(&settings).unwrap_err(), SetupError::Proxy);
        settings.proxy_address = "proxy.example:3128".to_owned();
        settings.epgu_gateway = " ".to_owned();
        let found = route(&settings).unwrap();
        assert_eq!(found.epgu_gateway, None);
        assert!(matches!(found.proxy, Proxy::Address(_)));
        settings.epgu_gateway = "gateway.example:443".to_owned();
        assert_eq!(route(&settings).unwrap_err(), SetupError::Gateway);
    }
}
