//! The way to the hosts: proxy, lowest TLS version, gateway.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use reqwest::Url;

use crate::SetupError;

/// How requests get to the hosts of an environment. A host on loopback is always asked directly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Which proxy is asked to connect.
    pub proxy: Proxy,
    /// Refuses TLS 1.2, which is otherwise the floor.
    pub only_tls13: bool,
    /// A gateway of the organisation that speaks TLS with GOST ciphers to ЕСИА.
    pub esia_gateway: Option<Gateway>,
    /// The same to ЕПГУ («защищённый контур»; some services are refused outside it with `access_denied_system`).
    pub epgu_gateway: Option<Gateway>,
}

/// Which proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proxy {
    /// That of the operating system (Windows, macOS) or of `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
    #[default]
    System,
    /// None, whatever the system says.
    None,
    /// This one, for every host.
    Address(ProxyAddress),
}

/// Address of a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyAddress(Url);

impl FromStr for ProxyAddress {
    type Err = SetupError;

    /// Takes `http://host:port` and its like; without a scheme it is an HTTP proxy.
    fn from_str(text: &str) -> Result<Self, SetupError> {
        let text = text.trim();
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("http://{text}"))
        }
        .map_err(|_| SetupError::Proxy)?;
        let known = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h");
        let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        // A password has no place in a file of settings.
        let open = url.username().is_empty() && url.password().is_none();
        let host = url.host_str().is_some_and(|host| !host.is_empty());
        if known && bare && open && host {
            Ok(Self(url))
        } else {
            Err(SetupError::Proxy)
        }
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// A port of this computer behind which a program (stunnel with a GOST provider, «КриптоПро Stunnel», ViPNet) speaks TLS to
/// the portal. It gets plain HTTP, so it must not be elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gateway(SocketAddr);

impl Gateway {
    /// Where it listens.
    pub fn address(self) -> SocketAddr {
        self.0
    }
}

impl FromStr for Gateway {
    type Err = SetupError;

    /// Takes `127.0.0.1:8443` and its like.
    fn from_str(text: &str) -> Result<Self, SetupError> {
        let text = text.trim();
        let text = text.strip_prefix("http://").unwrap_or(text);
        let text = text.trim_end_matches('/').replacen("localhost:", "127.0.0.1:", 1);
        text.parse::<SocketAddr>()
            .ok()
            .filter(|address| address.ip().is_loopback() && address.port() != 0)
            .map(Self)
            .ok_or(SetupError::Gateway)
    }
}

impl fmt::Display for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Proxy {
    /// Lays the choice into the client.
    pub(crate) fn apply(
        &self,
        builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, SetupError> {
        Ok(match self {
            Self::System => builder,
            Self::None => builder.no_proxy(),
            Self::Address(address) => {
                let proxy = reqwest::Proxy::all(address.0.clone()).map_err(|_| SetupError::Proxy)?;
                builder.no_proxy().proxy(proxy)
            }
        })
    }

    /// The proxy a request to `url` goes by, without credentials; `None` for the direct way.
    pub(crate) fn towards(&self, url: &Url) -> Option<String> {
        match self {
            Self::None => None,
            Self::Address(address) => Some(address.to_string()),
            Self::System => {
                let uri = url.as_str().parse().ok()?;
                let found = hyper_util::client::proxy::matcher::Matcher::from_system().intercept(&uri)?;
                let (scheme, authority) = (found.uri().scheme_str()?, found.uri().authority()?);
                let place = authority.as_str().rsplit('@').next()?;
                Some(format!("{scheme}://{place}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_hosts_without_a_password() {
        for (text, kept) in [
            ("proxy.example:3128", "http://proxy.example:3128"),
            (" http://proxy.example:3128/ ", "http://proxy.example:3128"),
            ("https://10.0.0.1:3128", "https://10.0.0.1:3128"),
            ("socks5h://[::1]:1080", "socks5h://[::1]:1080"),
        ] {
            assert_eq!(text.parse::<ProxyAddress>().unwrap().to_string(), kept);
        }
        for text in [
            "",
            "http://",
            "ftp://proxy.example",
            "http://user:secret@proxy.example:3128",
            "http://user@proxy.example:3128",
            "http://proxy.example/pac",
            "http://proxy.example/?a",
            "file:///etc/passwd",
        ] {
            assert_eq!(text.parse::<ProxyAddress>(), Err(SetupError::Proxy), "{text}");
        }
    }

    #[test]
    fn a_gateway_is_on_this_computer() {
        for (text, kept) in [
            ("127.0.0.1:1443", "127.0.0.1:1443"),
            ("http://localhost:1443/", "127.0.0.1:1443"),
            ("[::1]:1443", "[::1]:1443"),
            ("127.9.9.9:1", "127.9.9.9:1"),
        ] {
            assert_eq!(text.parse::<Gateway>().unwrap().to_string(), kept);
        }
        for text in [
            "",
            "127.0.0.1",
            "127.0.0.1:0",
            "10.0.0.1:1443",
            "gateway.example:1443",
            "https://127.0.0.1:1",
        ] {
            assert_eq!(text.parse::<Gateway>(), Err(SetupError::Gateway), "{text}");
        }
    }
}
