//! Sockets: HTTP/1.1 over TLS or plain, on loopback, with the scripted faults between the wire and the handlers.

use std::convert::Infallible;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::time::Sleep;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::demo::{Ports, TlsFiles};
use crate::error::StartError;
use crate::faults::FaultKind;
use crate::world::World;

/// The two sockets, bound before the demo world is made or the portal is started, so that port 0 works.
#[derive(Debug)]
pub struct Listeners {
    https: std::net::TcpListener,
    pki: std::net::TcpListener,
}

impl Listeners {
    /// Binds both on 127.0.0.1; port 0 takes any free one.
    ///
    /// # Errors
    /// When a port is taken.
    pub fn bind(ports: Ports) -> io::Result<Self> {
        let bind = |port| std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        Ok(Self {
            https: bind(ports.https)?,
            pki: bind(ports.pki)?,
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
        })
    }

    /// The sockets as tokio wants them; to be called inside the runtime.
    pub(crate) fn into_tokio(self) -> io::Result<(TcpListener, TcpListener)> {
        self.https.set_nonblocking(true)?;
        self.pki.set_nonblocking(true)?;
        Ok((
            TcpListener::from_std(self.https)?,
            TcpListener::from_std(self.pki)?,
        ))
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

/// Serves `router` on every connection to `listener`.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    world: Arc<World>,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        // Without this a small answer may wait for the peer's acknowledgement.
        let _ = stream.set_nodelay(true);
        let (tls, router, world) = (tls.clone(), router.clone(), world.clone());
        tokio::spawn(async move {
            match tls {
                None => serve_connection(stream, router, world).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => serve_connection(stream, router, world).await,
                    Err(error) => tracing::debug!(%error, "TLS handshake"),
                },
            }
        });
    }
}

async fn serve_connection<S>(stream: S, router: Router, world: Arc<World>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service =
        service_fn(move |request: Request<Incoming>| handle(request, router.clone(), world.clone()));
    if let Err(error) = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await
    {
        tracing::debug!(%error, "connection");
    }
}

/// Tells hyper to close the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the script breaks the connection")]
struct Dropped;

async fn handle(
    mut request: Request<Incoming>,
    router: Router,
    world: Arc<World>,
) -> Result<Response<Body>, Dropped> {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let is_control = path.starts_with("/control");
    let plan = if is_control {
        Default::default()
    } else {
        world.faults.strike(&method, &path)
    };
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    let range = request.headers().get(header::RANGE);
    let range = range.and_then(|range| range.to_str().ok()).map(str::to_owned);
    let log = |status, handled| {
        if !is_control {
            world.log.add(&method, &path, range.clone(), status, handled);
        }
    };
    match &plan.blow {
        Some(FaultKind::DropBefore) => {
            log(None, false);
            return Err(Dropped);
        }
        Some(FaultKind::Status {
            status,
            code,
            message,
            retry_after_s,
        }) => {
            log(Some(*status), false);
            return Ok(scripted_answer(
                *status,
                code.as_deref(),
                message.as_deref(),
                *retry_after_s,
            ));
        }
        Some(FaultKind::IgnoreRange) => drop(request.headers_mut().remove(header::RANGE)),
        _ => {}
    }
    let Ok(response): Result<Response<Body>, Infallible> = router.oneshot(request).await;
    match plan.blow {
        Some(FaultKind::DropAfter) => {
            log(None, true);
            Err(Dropped)
        }
        Some(FaultKind::CutBody { after_bytes }) => {
            log(Some(response.status().as_u16()), true);
            Ok(cut(response, after_bytes, FLUSH).await)
        }
        Some(FaultKind::StallBody { after_bytes, ms }) => {
            log(Some(response.status().as_u16()), true);
            Ok(cut(response, after_bytes, Duration::from_millis(ms)).await)
        }
        _ => {
            log(Some(response.status().as_u16()), true);
            Ok(response)
        }
    }
}

fn scripted_answer(
    status: u16,
    code: Option<&str>,
    message: Option<&str>,
    retry_after_s: Option<u32>,
) -> Response<Body> {
    let body = match code {
        Some(code) => Body::from(json!({"code": code, "message": message}).to_string()),
        None => Body::empty(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(seconds) = retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The answer with its true length announced and only the first octets sent; after a pause the connection breaks.
async fn cut(response: Response<Body>, after_bytes: usize, pause: Duration) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = body.collect().await else {
        return Response::new(Body::empty());
    };
    let mut start = whole.to_bytes();
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(start.len()));
    start.truncate(after_bytes);
    Response::from_parts(
        parts,
        Body::new(CutBody {
            start: Some(start),
            pause: Box::pin(tokio::time::sleep(pause)),
        }),
    )
}

/// Time for the head and the first octets to leave before the connection breaks.
const FLUSH: Duration = Duration::from_millis(50);

/// A body that breaks off.
struct CutBody {
    start: Option<Bytes>,
    pause: Pin<Box<Sleep>>,
}

impl hyper::body::Body for CutBody {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Dropped>>> {
        if let Some(bytes) = self.start.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        self.pause.as_mut().poll(context).map(|()| Some(Err(Dropped)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}
