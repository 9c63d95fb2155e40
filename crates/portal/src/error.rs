//! Everything that can go wrong with a request, sorted by what the caller has to do next.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use thiserror::Error;

use crate::Refusal;

/// Why a request did not succeed.
///
/// Two questions matter and have their own methods: may the portal have acted on the request
/// ([`outcome_unknown`](Self::outcome_unknown)), and is the same request worth repeating
/// ([`is_retriable`](Self::is_retriable)).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PortalError {
    /// Nothing was sent: the connection could not be made.
    #[error("the server cannot be reached: {reason:?}")]
    Unreachable {
        /// How far the attempt came.
        reason: ConnectFault,
    },
    /// Nothing was sent: the server's TLS certificate is not trusted.
    #[error("the server's certificate is not trusted")]
    ServerUntrusted,
    /// Nothing was sent: the proxy would not connect to the host, or wants a password.
    #[error("the proxy refused")]
    ProxyRefused,
    /// A request that changes something left, and no usable answer came: the portal may have acted on it.
    #[error("the outcome is unknown: {reason:?}")]
    OutcomeUnknown {
        /// What happened instead of an answer.
        reason: LostReason,
        /// Pause the server asked for.
        retry_after: Option<Duration>,
    },
    /// A request that only reads got no usable answer. Nothing has changed.
    #[error("no answer: {reason:?}")]
    Unavailable {
        /// What happened instead of an answer.
        reason: LostReason,
        /// Pause the server asked for.
        retry_after: Option<Duration>,
    },
    /// 401: the access token is not accepted any more; a new one is needed.
    #[error("the access token is not accepted")]
    Unauthorized,
    /// ЕСИА does not know the API key (404 at the token request).
    #[error("the API key is unknown")]
    KeyUnknown,
    /// The API key is blocked (403 with ESIA-007019 at the token request).
    #[error("the API key is blocked")]
    KeyBlocked,
    /// The API key belongs to another employee, or the certificate to another organisation (403 with ESIA-007002, 007194).
    #[error("the API key belongs to another, {code}")]
    KeyOfOther {
        /// `ESIA-nnnnnn`.
        code: String,
    },
    /// ЕСИА knows the key but did not accept the signature or its certificate.
    #[error("the signature or its certificate was refused, HTTP {http}, {code:?}")]
    CertificateRefused {
        /// HTTP status.
        http: u16,
        /// Error code as ЕСИА gave it, for example `ESIA-007002`.
        code: Option<String>,
        /// ЕСИА's own words.
        message: Option<String>,
    },
    /// ЕСИА found the signing time wrong (ESIA-007015): this computer's clock is off.
    #[error("the signing time was refused")]
    ClockSkew,
    /// The portal understood the request and refused it (`{code, message}`, appendix 4).
    #[error("refused, HTTP {http}: {refusal:?}")]
    Refused {
        /// HTTP status.
        http: u16,
        /// The published code.
        refusal: Refusal,
        /// The portal's own words.
        message: Option<String>,
    },
    /// Too many requests; nothing was done. Said by the server (429) or by our own pacing before sending.
    #[error("too many requests")]
    RateLimited {
        /// Pause to keep before the next try.
        retry_after: Option<Duration>,
    },
    /// The portal has no such order, file or dictionary.
    #[error("not found")]
    NotFound,
    /// The answer does not follow the protocol, and nothing can have changed.
    #[error("the answer cannot be understood: {what:?}")]
    Protocol {
        /// What is wrong with it.
        what: ProtocolFault,
    },
    /// The answer pointed to a host the program does not talk to; it was not followed.
    #[error("host {host} is not allowed")]
    HostNotAllowed {
        /// The host.
        host: String,
    },
    /// The access token comes from another ЕСИА than that of this environment; nothing was sent.
    #[error("a token of another environment")]
    TokenOfOtherPortal,
    /// The content, or the answer, is larger than allowed. Content that is too large was not sent.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The parts did not all leave within the portal's five minutes; the order number is lost.
    #[error("the upload took too long")]
    UploadWindowExpired,
    /// Some parts arrived, the last one certainly did not; the order number is lost.
    #[error("the upload broke off at part {chunk} of {chunks}")]
    UploadBroken {
        /// The part that failed, from 0.
        chunk: u64,
        /// Number of parts.
        chunks: u64,
        /// Why.
        cause: Box<PortalError>,
    },
    /// A local file could not be read or written.
    #[error("local file: {kind}")]
    File {
        /// What the operating system said.
        kind: io::ErrorKind,
    },
}

/// How far a connection came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectFault {
    /// The name was not resolved.
    Dns,
    /// The connection was refused, or nobody answered in time.
    Connect,
    /// TLS was not agreed on.
    Tls,
}

/// What came instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostReason {
    /// Nothing within the allowed time.
    Timeout,
    /// The connection broke.
    ConnectionLost,
    /// The server, or a gateway before it, failed with this status (5xx).
    Server {
        /// HTTP status.
        http: u16,
    },
    /// A success whose body cannot be read.
    AnswerUnreadable,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolFault {
    /// Not JSON, or cut short.
    NotJson,
    /// A field the client cannot do without is missing.
    FieldMissing(&'static str),
    /// A redirect, where the protocol has none.
    Redirect,
    /// A status the protocol does not have.
    Status(u16),
    /// A file of another length than was announced.
    Length,
    /// A file whose bytes are not those its digest was published for.
    Digest,
    /// A file in an encoding nobody asked for.
    Encoded,
    /// The request could not be put together; a defect of this program.
    Request,
}

impl ProtocolFault {
    fn name(self) -> String {
        match self {
            Self::NotJson => "not-json".to_owned(),
            Self::FieldMissing(field) => format!("field-missing:{field}"),
            Self::Redirect => "redirect".to_owned(),
            Self::Status(http) => format!("status:{http}"),
            Self::Length => "length".to_owned(),
            Self::Digest => "digest".to_owned(),
            Self::Encoded => "encoded".to_owned(),
            Self::Request => "request".to_owned(),
        }
    }
}

impl PortalError {
    /// Stable code; the user's text stands under `errors.<code>` in the locales.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "portal.unreachable",
            Self::ServerUntrusted => "portal.server-untrusted",
            Self::ProxyRefused => "portal.proxy-refused",
            Self::OutcomeUnknown { .. } => "portal.outcome-unknown",
            Self::Unavailable { .. } => "portal.unavailable",
            Self::Unauthorized => "portal.unauthorized",
            Self::KeyUnknown => "portal.key-unknown",
            Self::KeyBlocked => "portal.key-blocked",
            Self::KeyOfOther { .. } => "portal.key-of-other",
            Self::CertificateRefused { .. } => "portal.certificate-refused",
            Self::ClockSkew => "portal.clock-skew",
            Self::Refused { refusal, .. } => refusal.code(),
            Self::RateLimited { .. } => "portal.rate-limited",
            Self::NotFound => "portal.not-found",
            Self::Protocol { .. } => "portal.protocol",
            Self::HostNotAllowed { .. } => "portal.host-not-allowed",
            Self::TokenOfOtherPortal => "portal.token-of-other-portal",
            Self::TooLarge { .. } => "portal.too-large",
            Self::UploadWindowExpired => "portal.upload-window-expired",
            // What needs someone's hand is the cause; the broken upload follows from it.
            Self::UploadBroken { cause, .. } if !self.is_retriable() => cause.code(),
            Self::UploadBroken { .. } => "portal.upload-broken",
            Self::File { .. } => "portal.file",
        }
    }

    /// Values for the gaps of the text; which ones follows from the code alone.
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        // Never empty: the texts quote it.
        let quote = |message: &Option<String>, code: &str, http: &u16| match message {
            Some(message) => message.clone(),
            None if code.is_empty() => format!("HTTP {http}"),
            None => code.to_owned(),
        };
        let mut params = BTreeMap::new();
        match self {
            Self::CertificateRefused { http, code, message } => {
                params.insert("http", http.to_string());
                let code = code.as_deref().unwrap_or_default();
                params.insert("esia", code.to_owned());
                params.insert("message", quote(message, code, http));
            }
            Self::Refused {
                http,
                refusal,
                message,
            } => {
                params.insert("http", http.to_string());
                params.insert("refusal", refusal.name().to_owned());
                params.insert("message", quote(message, refusal.name(), http));
            }
            Self::KeyOfOther { code } => {
                params.insert("esia", code.clone());
            }
            Self::RateLimited { retry_after } => {
                let minutes = retry_after.map_or(1, |pause| pause.as_secs().div_ceil(60).max(1));
                params.insert("minutes", minutes.to_string());
            }
            Self::Protocol { what } => {
                params.insert("what", what.name());
            }
            Self::HostNotAllowed { host } => {
                params.insert("host", host.clone());
            }
            Self::TooLarge { limit } => {
                params.insert("megabytes", (limit / 1_000_000).to_string());
            }
            Self::UploadBroken { cause, .. } if !self.is_retriable() => return cause.params(),
            Self::UploadBroken { chunk, chunks, cause } => {
                params.insert("chunk", (chunk + 1).to_string());
                params.insert("chunks", chunks.to_string());
                params.insert("cause", cause.code().to_owned());
            }
            Self::File { kind } => {
                params.insert("kind", kind.to_string());
            }
            Self::Unreachable { .. }
            | Self::ServerUntrusted
            | Self::ProxyRefused
            | Self::OutcomeUnknown { .. }
            | Self::Unavailable { .. }
            | Self::Unauthorized
            | Self::KeyUnknown
            | Self::KeyBlocked
            | Self::ClockSkew
            | Self::NotFound
            | Self::TokenOfOtherPortal
            | Self::UploadWindowExpired => {}
        }
        params
    }

    /// Whether repeating can help without anyone doing anything. Never true while the outcome is unknown:
    /// then the portal is asked first. After [`order_lost`](Self::order_lost) it means: with a new number.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            // Nothing left, and another network may have another proxy.
            | Self::ProxyRefused
            | Self::Unavailable { .. }
            | Self::RateLimited { .. }
            | Self::UploadWindowExpired => true,
            Self::Refused { refusal, .. } => refusal.is_temporary(),
            Self::UploadBroken { cause, .. } => cause.is_retriable() || cause.outcome_unknown(),
            _ => false,
        }
    }

    /// Whether the portal may have done what was asked. Ask it; never repeat the request.
    pub fn outcome_unknown(&self) -> bool {
        matches!(self, Self::OutcomeUnknown { .. })
    }

    /// Whether a reserved order number was spent on an upload that certainly is not complete.
    pub fn order_lost(&self) -> bool {
        matches!(self, Self::UploadWindowExpired | Self::UploadBroken { .. })
    }

    /// The pause the server, or our own pacing, asked for.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::OutcomeUnknown { retry_after, .. }
            | Self::Unavailable { retry_after, .. }
            | Self::RateLimited { retry_after } => *retry_after,
            Self::UploadBroken { cause, .. } => cause.retry_after(),
            _ => None,
        }
    }
}

impl From<io::Error> for PortalError {
    fn from(error: io::Error) -> Self {
        Self::File { kind: error.kind() }
    }
}
