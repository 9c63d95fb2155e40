use serde::Serialize;
use specta::Type;

use super::UiError;

/// A host of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PortalService {
    /// ЕСИА.
    Esia,
    /// API ЕПГУ.
    Epgu,
}

/// The way a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionWay {
    /// Straight to the host.
    Direct,
    /// By a proxy.
    Proxy,
    /// By the organisation's gateway on this computer.
    Gateway,
}

/// Whether a host can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionCheck {
    /// Which one.
    pub service: PortalService,
    /// Its name.
    pub host: String,
    /// How requests go.
    pub way: ConnectionWay,
    /// Of the proxy or the gateway.
    pub address: Option<String>,
    /// Until the head of the answer; none without one.
    pub milliseconds: Option<u32>,
    /// Who vouches for the server, on a direct way.
    pub issuer: Option<String>,
    /// Server time minus this computer's, as far as known.
    pub clock_offset_seconds: Option<i32>,
    /// Why it did not answer.
    pub error: Option<UiError>,
}
