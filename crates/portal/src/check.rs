//! Looking whether a host can be reached, and how: for the settings and for support.

use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::tls::TlsInfo;

use crate::transport::{Call, Effect, Payload, Site};
use crate::{Portal, PortalError};

/// A host of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// ЕСИА.
    Esia,
    /// API ЕПГУ.
    Epgu,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Esia, Self::Epgu];

    fn site(self) -> Site {
        match self {
            Self::Esia => Site::Esia,
            Self::Epgu => Site::Epgu,
        }
    }
}

/// The way a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Straight to the host.
    Direct,
    /// By this proxy.
    Proxy(String),
    /// By the organisation's gateway at this address of this computer.
    Gateway(String),
}

/// What a check found: the host answered.
#[derive(Clone, Debug)]
pub struct Checked {
    /// HTTP status of its first page; any shows that it is there.
    pub http: u16,
    /// From the first octet of the connection to the head of the answer.
    pub took: Duration,
    /// The server's certificate, DER; known on a direct way only: a tunnel keeps it to itself.
    pub certificate: Option<Vec<u8>>,
}

impl Portal {
    /// How requests to the host go.
    pub fn way(&self, service: Service) -> Way {
        self.transport.way(service.site())
    }

    /// Name of the host.
    pub fn host(&self, service: Service) -> &str {
        self.transport.host_name(service.site())
    }

    /// Asks the host for its first page, without credentials.
    ///
    /// # Errors
    /// What any reading request can meet below HTTP; every HTTP status is an answer.
    pub async fn check(&self, service: Service) -> Result<Checked, PortalError> {
        let begun = Instant::now();
        let response = self
            .transport
            .send(Call {
                site: service.site(),
                method: Method::GET,
                path: &[],
                query: &[],
                token: None,
                payload: Payload::Empty,
                effect: Effect::Reads,
                timeout: self.options.timeouts.answer,
            })
            .await?;
        let certificate = response
            .extensions()
            .get::<TlsInfo>()
            .and_then(TlsInfo::peer_certificate);
        Ok(Checked {
            http: response.status().as_u16(),
            took: begun.elapsed(),
            certificate: certificate.map(<[u8]>::to_vec),
        })
    }
}
