//! One way out of the program: builds requests to the two hosts, and sorts what can happen to them.

use std::error::Error as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::multipart::Form;
use reqwest::{Client, Method, Response, Url, redirect};
use serde_json::Value;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::clock::{ServerClock, parse_http_date};
use crate::endpoints::is_loopback;
use crate::pace::Pace;
use crate::{
    AccessToken, ConnectFault, Endpoints, Gateway, LostReason, Options, PortalError, ProtocolFault,
    SetupError, Way, tls,
};

/// Largest answer that is read into memory.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;
/// Idle connections are dropped before servers do it: a request into a closing connection is an unknown outcome.
const IDLE: Duration = Duration::from_secs(15);

/// Which of the two hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    Esia,
    Epgu,
}

/// Whether the portal's data can change through a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Reads,
    Changes,
}

/// What a request carries.
pub(crate) enum Payload {
    Empty,
    Json(Value),
    /// JSON that holds a secret; whoever owns the bytes wipes them.
    Secret(Bytes),
    Form(Form),
    /// `application/octet-stream`.
    Octets(Bytes),
    /// `application/x-www-form-urlencoded`, encoded already.
    Encoded(Zeroizing<String>),
}

/// A request.
pub(crate) struct Call<'a> {
    pub(crate) site: Site,
    pub(crate) method: Method,
    /// Segments of the path below the base URL; encoded here.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) token: Option<&'a AccessToken>,
    pub(crate) payload: Payload,
    pub(crate) effect: Effect,
    pub(crate) timeout: Duration,
}

#[derive(Debug)]
struct Host {
    /// Where requests go: the published base, or the gateway in its place.
    base: Url,
    way: Way,
    /// Name of the published host.
    published: String,
    /// The `Host` header, where it is not that of `base`.
    name: Option<HeaderValue>,
    http: Client,
}

/// The two hosts and what is known about them.
#[derive(Debug)]
pub(crate) struct Transport {
    esia: Host,
    epgu: Host,
    pace: Mutex<Pace>,
    pub(crate) clock: ServerClock,
}

impl Transport {
    pub(crate) fn new(endpoints: &Endpoints, options: &Options) -> Result<Self, SetupError> {
        Ok(Self {
            esia: Host::new(&endpoints.esia, endpoints.route.esia_gateway, endpoints, options)?,
            epgu: Host::new(&endpoints.epgu, endpoints.route.epgu_gateway, endpoints, options)?,
            pace: Mutex::new(Pace::new(options.limits)),
            clock: ServerClock::default(),
        })
    }

    fn host(&self, site: Site) -> &Host {
        match site {
            Site::Esia => &self.esia,
            Site::Epgu => &self.epgu,
        }
    }

    pub(crate) fn way(&self, site: Site) -> Way {
        self.host(site).way.clone()
    }

    pub(crate) fn host_name(&self, site: Site) -> &str {
        &self.host(site).published
    }

    /// Runs `f` over the counters.
    pub(crate) fn pace<T>(&self, f: impl FnOnce(&mut Pace, Instant) -> T) -> T {
        f(
            &mut self.pace.lock().unwrap_or_else(PoisonError::into_inner),
            Instant::now(),
        )
    }

    /// Sends the request and reads the whole answer, whatever its status.
    pub(crate) async fn exchange(&self, call: Call<'_>) -> Result<Answer, PortalError> {
        let effect = call.effect;
        let response = self.send(call).await?;
        Answer::read(response, effect).await
    }

    /// [`exchange`](Self::exchange) with an answer of at most `limit` bytes.
    pub(crate) async fn exchange_within(&self, call: Call<'_>, limit: usize) -> Result<Answer, PortalError> {
        let effect = call.effect;
        let response = self.send(call).await?;
        Answer::read_within(response, effect, limit).await
    }

    /// An address at ЕСИА for a browser.
    pub(crate) fn esia_url(&self, path: &[&str]) -> Url {
        self.esia.url(path, &[])
    }

    /// Name of ЕСИА's host.
    pub(crate) fn esia_host(&self) -> &str {
        self.esia.base.host_str().unwrap_or_default()
    }

    /// Sends the request; the body of the answer is left to be read.
    pub(crate) async fn send(&self, call: Call<'_>) -> Result<Response, PortalError> {
        self.send_with(call, HeaderMap::new()).await
    }

    /// [`send`](Self::send) with more headers than a request has of itself.
    pub(crate) async fn send_with(
        &self,
        call: Call<'_>,
        headers: HeaderMap,
    ) -> Result<Response, PortalError> {
        // Nothing of one environment reaches another.
        if let Some(issuer) = call.token.and_then(AccessToken::issuer)
            && issuer != self.esia_host()
        {
            return Err(PortalError::TokenOfOtherPortal);
        }
        while let Err(wait) = self.pace(|pace, now| pace.admit_request(now)) {
            tokio::time::sleep(wait).await;
        }
        let host = self.host(call.site);
        let mut request = host
            .http
            .request(call.method, host.url(call.path, call.query))
            .headers(headers)
            .timeout(call.timeout);
        if let Some(name) = &host.name {
            request = request.header(HOST, name);
        }
        if let Some(token) = call.token {
            request = request.header(AUTHORIZATION, bearer(token)?);
        }
        request = match call.payload {
            Payload::Empty => request,
            Payload::Json(body) => request.json(&body),
            Payload::Secret(body) => request.header(CONTENT_TYPE, "application/json").body(body),
            Payload::Form(form) => request.multipart(form),
            Payload::Octets(body) => request
                .header(CONTENT_TYPE, "application/octet-stream")
                .body(body),
            Payload::Encoded(body) => request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body.as_str().to_owned()),
        };
        let sent = OffsetDateTime::now_utc();
        let response = request.send().await.map_err(|error| sort(error, call.effect))?;
        self.clock
            .observe(response.headers(), sent, OffsetDateTime::now_utc());
        Ok(response)
    }
}

impl Host {
    fn new(
        published: &Url,
        gateway: Option<Gateway>,
        endpoints: &Endpoints,
        options: &Options,
    ) -> Result<Self, SetupError> {
        let (base, name) = match gateway {
            None => (published.clone(), None),
            Some(gateway) => (behind(gateway, published)?, Some(host_header(published)?)),
        };
        let mut builder = Client::builder()
            .user_agent(concat!("Kabinet/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(tls::config(&base, endpoints)?)
            // So that a check of the connection can say who vouches for the server.
            .tls_info(true)
            .http1_only()
            .https_only(base.scheme() == "https")
            // Followed, a redirect would carry the key or the signature, which stand in the URL, elsewhere.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(options.timeouts.connect)
            .read_timeout(options.timeouts.silence)
            .pool_idle_timeout(IDLE);
        builder = if is_loopback(&base) {
            builder.no_proxy()
        } else {
            endpoints.route.proxy.apply(builder)?
        };
        let way = match gateway {
            Some(gateway) => Way::Gateway(gateway.to_string()),
            None if is_loopback(&base) => Way::Direct,
            None => endpoints
                .route
                .proxy
                .towards(&base)
                .map_or(Way::Direct, Way::Proxy),
        };
        Ok(Self {
            base,
            way,
            published: published.host_str().unwrap_or_default().to_owned(),
            name,
            http: builder.build().map_err(|_| SetupError::Client)?,
        })
    }

    /// The only place that makes URLs: always below the base, so never another host.
    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

/// The published base as the gateway serves it: its paths, over plain HTTP on this computer.
fn behind(gateway: Gateway, published: &Url) -> Result<Url, SetupError> {
    let mut url = Url::parse(&format!("http://{}", gateway.address())).map_err(|_| SetupError::Gateway)?;
    url.set_path(published.path());
    Ok(url)
}

/// A gateway passes octets on: the portal must read its own name in them.
fn host_header(published: &Url) -> Result<HeaderValue, SetupError> {
    let host = published.host_str().unwrap_or_default();
    let name = match published.port() {
        None => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    };
    HeaderValue::from_str(&name).map_err(|_| SetupError::Gateway)
}

fn bearer(token: &AccessToken) -> Result<HeaderValue, PortalError> {
    let text = Zeroizing::new(format!("Bearer {}", token.expose()));
    let mut value = HeaderValue::from_str(&text).map_err(|_| PortalError::Protocol {
        what: ProtocolFault::Request,
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// An answer with its whole body.
pub(crate) struct Answer {
    pub(crate) http: u16,
    pub(crate) body: Zeroizing<Vec<u8>>,
    pub(crate) retry_after: Option<Duration>,
    /// Host of the redirect target, when it is not the host that was asked.
    pub(crate) foreign_host: Option<String>,
    pub(crate) effect: Effect,
}

impl Answer {
    /// Reads the rest of `response`. A broken body matters only where the status promised something.
    pub(crate) async fn read(response: Response, effect: Effect) -> Result<Self, PortalError> {
        Self::read_within(response, effect, ANSWER_LIMIT).await
    }

    /// [`read`](Self::read) of at most `limit` bytes.
    pub(crate) async fn read_within(
        mut response: Response,
        effect: Effect,
        limit: usize,
    ) -> Result<Self, PortalError> {
        let http = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let foreign_host = foreign_host(&response);
        let mut body = Zeroizing::new(Vec::new());
        loop {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(bytes)) if body.len() + bytes.len() <= limit => body.extend_from_slice(&bytes),
                Ok(Some(_)) if effect == Effect::Changes => {
                    return Err(lost(effect, LostReason::AnswerUnreadable, retry_after));
                }
                Ok(Some(_)) => {
                    return Err(PortalError::TooLarge { limit: limit as u64 });
                }
                Err(_) if http >= 300 => break,
                Err(error) => return Err(sort(error, effect)),
            }
        }
        Ok(Self {
            http,
            body,
            retry_after,
            foreign_host,
            effect,
        })
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value, PortalError> {
        serde_json::from_slice(&self.body).map_err(|_| self.unreadable(ProtocolFault::NotJson))
    }

    /// The error for a success that cannot be understood: whatever was asked for may have been done.
    pub(crate) fn unreadable(&self, what: ProtocolFault) -> PortalError {
        match self.effect {
            Effect::Reads => PortalError::Protocol { what },
            Effect::Changes => lost(self.effect, LostReason::AnswerUnreadable, None),
        }
    }
}

/// The error for a request that left and has no answer.
pub(crate) fn lost(effect: Effect, reason: LostReason, retry_after: Option<Duration>) -> PortalError {
    match effect {
        Effect::Reads => PortalError::Unavailable { reason, retry_after },
        Effect::Changes => PortalError::OutcomeUnknown { reason, retry_after },
    }
}

/// Sorts a failure below HTTP: either nothing was sent, or it must be taken for sent.
pub(crate) fn sort(error: reqwest::Error, effect: Effect) -> PortalError {
    // The URL can hold the API key and the signature.
    let error = error.without_url();
    tracing::debug!(%error, source = ?error.source(), "request failed");
    if error.is_builder() {
        return PortalError::Protocol {
            what: ProtocolFault::Request,
        };
    }
    if error.is_connect() {
        return match tls_fault(&error) {
            Some(rustls::Error::InvalidCertificate(_)) => PortalError::ServerUntrusted,
            Some(_) => PortalError::Unreachable {
                reason: ConnectFault::Tls,
            },
            None if error.is_dns() => PortalError::Unreachable {
                reason: ConnectFault::Dns,
            },
            None if is_refused_by_proxy(&error) => PortalError::ProxyRefused,
            None => PortalError::Unreachable {
                reason: ConnectFault::Connect,
            },
        };
    }
    let reason = if error.is_timeout() {
        LostReason::Timeout
    } else {
        LostReason::ConnectionLost
    };
    lost(effect, reason, None)
}

/// Whether a proxy was there and would not connect. The error's type is not public, its words are.
fn is_refused_by_proxy(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(inner) = source {
        if matches!(
            inner.to_string().as_str(),
            "tunnel error: proxy authorization required" | "tunnel error: unsuccessful"
        ) {
            return true;
        }
        source = inner.source();
    }
    false
}

/// The TLS error inside, which travels packed in an I/O error.
fn tls_fault(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(fault) = inner.downcast_ref::<rustls::Error>() {
            return Some(fault);
        }
        let packed = inner
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        source = match packed {
            Some(packed) => Some(packed),
            None => inner.source(),
        };
    }
    None
}

/// `Retry-After` in seconds or as a date (RFC 9110 §10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = parse_http_date(text)? - OffsetDateTime::now_utc();
    Some(until.try_into().unwrap_or(Duration::ZERO))
}

fn foreign_host(response: &Response) -> Option<String> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let target = response.url().join(location).ok()?;
    let here = (
        response.url().scheme(),
        response.url().host_str(),
        response.url().port_or_known_default(),
    );
    let there = (target.scheme(), target.host_str(), target.port_or_known_default());
    (here != there).then(|| target.host_str().unwrap_or_default().to_owned())
}
