//! Sockets: HTTP/1.1 over TLS or plain, on loopback, with the scripted faults between the wire and the handlers.

mod body;
mod injection;
mod wire;

use std::convert::Infallible;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, Response, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use self::wire::{Reset, Wire};
use crate::demo::{Ports, TlsFiles};
use crate::error::StartError;
use crate::world::World;

/// The sockets, bound before the demo world is made or the portal is started, so that port 0 works.
#[derive(Debug)]
pub struct Listeners {
    https: std::net::TcpListener,
    pki: std::net::TcpListener,
    operator: std::net::TcpListener,
}

impl Listeners {
    /// Binds all on 127.0.0.1; port 0 takes any free one.
    ///
    /// # Errors
    /// When a port is taken.
    pub fn bind(ports: Ports) -> io::Result<Self> {
        let bind = |port| std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        Ok(Self {
            https: bind(ports.https)?,
            pki: bind(ports.pki)?,
            operator: bind(ports.operator)?,
        })
    }

    /// The ports that were bound.
    ///
    /// # Errors
    /// When the operating system does not tell.
    pub fn ports(&self) -> io::Result<Ports> {
        Ok(Ports {
            https: self.https.local_addr()?.port(),
            pki: self.pki.local_addr()?.port(),
            operator: self.operator.local_addr()?.port(),
        })
    }

    /// HTTPS, PKI and operator as tokio wants them; to be called inside the runtime.
    pub(crate) fn into_tokio(self) -> io::Result<[TcpListener; 3]> {
        let adopt = |listener: std::net::TcpListener| {
            listener.set_nonblocking(true)?;
            TcpListener::from_std(listener)
        };
        Ok([adopt(self.https)?, adopt(self.pki)?, adopt(self.operator)?])
    }
}

/// Loads the server certificate of a demo directory.
pub(crate) fn tls_acceptor(dir: &Path, files: &TlsFiles) -> Result<TlsAcceptor, StartError> {
    let unreadable = |_| StartError::Tls(rustls::Error::General("TLS key or certificate".into()));
    let certificate = fs::read(dir.join(&files.certificate))?;
    let key = fs::read(dir.join(&files.key))?;
    let chain = CertificateDer::pem_slice_iter(&certificate)
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(unreadable)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    // One request at a time on a connection: a broken connection then means one broken request.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Who comes through a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Clients: what they ask is logged and struck by faults.
    Clients,
    /// The operator, whom no fault keeps from ending it.
    Operator,
}

/// After a connection could not be accepted, usually for want of file descriptors.
const RELIEF: Duration = Duration::from_millis(50);

/// Serves `router` on every connection to `listener`.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    world: Arc<World>,
    door: Door,
) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "accept");
                tokio::time::sleep(RELIEF).await;
                continue;
            }
        };
        // Without this a small answer may wait for the peer's acknowledgement.
        let _ = stream.set_nodelay(true);
        let (wire, reset) = Wire::new(stream);
        let connection = Connection {
            router: router.clone(),
            world: world.clone(),
            door,
            reset,
        };
        let tls = tls.clone();
        tokio::spawn(async move {
            match tls {
                None => connection.serve(wire).await,
                Some(tls) => match tls.accept(wire).await {
                    Ok(stream) => connection.serve(stream).await,
                    Err(error) => tracing::debug!(%error, "TLS handshake"),
                },
            }
        });
    }
}

/// Tells hyper to close the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the script breaks the connection")]
struct Broken;

struct Connection {
    router: Router,
    world: Arc<World>,
    door: Door,
    reset: Reset,
}

impl Connection {
    async fn serve<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = service_fn(|request| self.answer(request));
        if let Err(error) = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await
        {
            tracing::debug!(%error, "connection");
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Broken> {
        let router = self.router.clone();
        match self.door {
            Door::Operator => {
                let Ok(response): Result<_, Infallible> = router.oneshot(request).await;
                Ok(response)
            }
            Door::Clients => {
                let mut response = injection::answer(request, router, &self.world, &self.reset).await?;
                let skew = self.world.settings().clock_skew_s;
                if skew != 0 && !response.headers().contains_key(header::DATE) {
                    date(response.headers_mut(), skew);
                }
                Ok(response)
            }
        }
    }
}

/// RFC 9110 §5.6.7.
const DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// Says `Date` so many seconds off.
fn date(headers: &mut HeaderMap, skew_s: i64) {
    let date = OffsetDateTime::now_utc()
        .checked_add(time::Duration::seconds(skew_s))
        .and_then(|moment| moment.format(DATE).ok())
        .and_then(|text| HeaderValue::try_from(text).ok());
    if let Some(date) = date {
        headers.insert(header::DATE, date);
    }
}
