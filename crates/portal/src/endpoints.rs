//! The two hosts a program talks to, as data.

use std::collections::BTreeMap;

use kabinet_domain::Environment;
use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use thiserror::Error;

use crate::Route;

/// Base URLs of ЕСИА and ЕПГУ, root certificates trusted besides those of the operating system, and the way there.
#[derive(Clone, Debug)]
pub struct Endpoints {
    pub(crate) esia: Url,
    pub(crate) epgu: Url,
    pub(crate) roots: Vec<CertificateDer<'static>>,
    pub(crate) route: Route,
}

/// `assets/environments.json`: the published hosts.
#[derive(Deserialize)]
struct Published {
    production: Hosts,
    test: Hosts,
}

#[derive(Deserialize)]
struct Hosts {
    esia: String,
    epgu: String,
}

/// The connection settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SetupError {
    /// Not an absolute `https` URL with a host and without query or credentials.
    #[error("{url} is not a usable base URL")]
    Url {
        /// As given.
        url: String,
    },
    /// `http` leaves the token readable on the way; it is allowed on loopback only.
    #[error("{url} is not encrypted")]
    Insecure {
        /// As given.
        url: String,
    },
    /// The file holds no certificate, neither PEM nor DER.
    #[error("the root certificate cannot be read")]
    RootUnreadable,
    /// The operating system has no root certificates and none were given.
    #[error("there are no trusted root certificates")]
    NoRoots,
    /// TLS or the HTTP client could not be set up.
    #[error("the client cannot be set up")]
    Client,
    /// Not the address of a proxy (`http`, `https`, `socks5` or `socks5h`, a host, and nothing else), or one with a password,
    /// which settings do not keep.
    #[error("the proxy's address cannot be used")]
    Proxy,
    /// Not a port of this computer: what the gateway gets is not encrypted.
    #[error("the gateway's address is not one of this computer")]
    Gateway,
}

impl SetupError {
    /// Stable code; the user's text stands under `errors.<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Url { .. } => "portal.setup.url",
            Self::Insecure { .. } => "portal.setup.insecure",
            Self::RootUnreadable => "portal.setup.root-unreadable",
            Self::NoRoots => "portal.setup.no-roots",
            Self::Client => "portal.setup.client",
            Self::Proxy => "portal.setup.proxy",
            Self::Gateway => "portal.setup.gateway",
        }
    }

    /// Values for the gaps of the text.
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Url { url } | Self::Insecure { url } => BTreeMap::from([("url", url.clone())]),
            Self::RootUnreadable | Self::NoRoots | Self::Client | Self::Proxy | Self::Gateway => {
                BTreeMap::new()
            }
        }
    }
}

impl Endpoints {
    /// Published hosts of an environment («Регламент подключения к API Госуслуг» 1.8, tables 1 and 2);
    /// `None` for the demo, whose addresses are chosen when it starts, and for an environment of the organisation's own.
    pub fn published(environment: Environment) -> Option<Self> {
        let published: Published =
            serde_json::from_str(include_str!("../../../assets/environments.json")).ok()?;
        let hosts = match environment {
            Environment::Production => published.production,
            Environment::Test => published.test,
            Environment::Demo | Environment::Custom => return None,
        };
        Self::custom(&hosts.esia, &hosts.epgu).ok()
    }

    /// Any pair of base URLs, for example the reference portal on loopback or a gateway of the organisation.
    ///
    /// # Errors
    /// [`SetupError::Url`] and [`SetupError::Insecure`].
    pub fn custom(esia: &str, epgu: &str) -> Result<Self, SetupError> {
        Ok(Self {
            esia: base_url(esia)?,
            epgu: base_url(epgu)?,
            roots: Vec::new(),
            route: Route::default(),
        })
    }

    /// Whether an address is a page of one of the two hosts, over the same scheme and port: nothing else the portal names is
    /// opened.
    pub fn has_page(&self, address: &str) -> bool {
        let Ok(url) = Url::parse(address) else {
            return false;
        };
        // What programs read differently names no host for sure.
        let is_odd = |one: char| one == '\\' || one.is_whitespace() || one.is_control();
        let is_plain = url.username().is_empty() && url.password().is_none() && !address.contains(is_odd);
        is_plain
            && [&self.esia, &self.epgu]
                .iter()
                .any(|base| base.origin() == url.origin())
    }

    /// Goes this way.
    #[must_use]
    pub fn by(self, route: Route) -> Self {
        Self { route, ..self }
    }

    /// Trusts the root certificates of a PEM file, or the one of a DER file, as well.
    ///
    /// # Errors
    /// [`SetupError::RootUnreadable`].
    pub fn with_roots(mut self, file: &[u8]) -> Result<Self, SetupError> {
        let from_pem = CertificateDer::pem_slice_iter(file).collect::<Result<Vec<_>, _>>();
        let roots = match from_pem {
            Ok(roots) if !roots.is_empty() => roots,
            _ => vec![CertificateDer::from(file.to_vec())],
        };
        let mut probe = rustls::RootCertStore::empty();
        for root in &roots {
            probe.add(root.clone()).map_err(|_| SetupError::RootUnreadable)?;
        }
        self.roots.extend(roots);
        Ok(self)
    }

    /// Host of ЕСИА, for showing.
    pub fn esia_host(&self) -> &str {
        self.esia.host_str().unwrap_or_default()
    }

    /// Host of ЕПГУ, for showing.
    pub fn epgu_host(&self) -> &str {
        self.epgu.host_str().unwrap_or_default()
    }
}

fn base_url(text: &str) -> Result<Url, SetupError> {
    let invalid = || SetupError::Url { url: text.to_owned() };
    let url = Url::parse(text.trim()).map_err(|_| invalid())?;
    let bare = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && url.has_host();
    match url.scheme() {
        "https" | "http" if !bare => Err(invalid()),
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(SetupError::Insecure { url: text.to_owned() }),
        _ => Err(invalid()),
    }
}

/// Whether the URL stays on this computer.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_never_travel_unencrypted_beyond_this_computer() {
        for url in [
            "http://www.gosuslugi.ru",
            "http://127.0.0.1.example.org",
            "http://10.0.0.1:8080",
        ] {
            assert_eq!(
                base_url(url).unwrap_err(),
                SetupError::Insecure { url: url.to_owned() }
            );
        }
        for url in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]:80",
            "https://10.0.0.1",
        ] {
            assert!(base_url(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn what_is_no_base_url_is_refused() {
        for url in [
            "",
            "www.gosuslugi.ru",
            "ftp://gosuslugi.ru",
            "file:///etc/passwd",
            "https://a@gosuslugi.ru",
            "https://gosuslugi.ru/?a=b",
            "https://gosuslugi.ru/#a",
        ] {
            assert_eq!(
                base_url(url).unwrap_err(),
                SetupError::Url { url: url.to_owned() }
            );
        }
    }

    #[test]
    fn published_hosts_are_those_of_the_regulation() {
        let production = Endpoints::published(Environment::Production).unwrap();
        assert_eq!(
            (production.esia_host(), production.epgu_host()),
            ("esia.gosuslugi.ru", "www.gosuslugi.ru")
        );
        let test = Endpoints::published(Environment::Test).unwrap();
        assert!(
            test.esia_host().ends_with(".test.gosuslugi.ru")
                && test.epgu_host().ends_with(".test.gosuslugi.ru")
        );
        assert!(Endpoints::published(Environment::Demo).is_none());
    }

    #[test]
    fn a_file_without_a_certificate_is_refused() {
        let endpoints = Endpoints::custom("https://a.example", "https://b.example").unwrap();
        assert_eq!(
            endpoints.with_roots(b"no certificate").unwrap_err(),
            SetupError::RootUnreadable
        );
    }
}
