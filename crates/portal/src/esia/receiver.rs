//! Waits on this computer for the browser to bring the answer (RFC 8252 §7.3): 127.0.0.1, one port, one path, one answer.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use reqwest::Url;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::{Code, EsiaCode, EsiaError, Redirect};

/// Longest head of a request, in bytes.
const LONGEST_HEAD: usize = 32 * 1024;
/// A browser sends its request at once.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// Connections at a time; what else there is, waits.
const CONNECTIONS: usize = 16;

/// The pages a browser is shown, as whole HTML documents.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// Signed in; one may go back to the program.
    pub done: String,
    /// ЕСИА did not sign the person in; the program says why.
    pub refused: String,
    /// Not an answer to what the program asked.
    pub foreign: String,
}

/// Listens for one answer; the port is free again when it is dropped.
#[derive(Debug)]
pub struct Receiver {
    listener: TcpListener,
    port: u16,
    path: String,
    redirect_uri: String,
}

type Answer = Result<Code, EsiaError>;

/// What connections share.
struct Desk {
    host: String,
    path: String,
    state: String,
    pages: Pages,
    answer: Mutex<Option<oneshot::Sender<Answer>>>,
}

impl Receiver {
    /// Begins to listen.
    ///
    /// # Errors
    /// [`EsiaError::NoReceiver`] when the port is taken.
    pub async fn bind(redirect: &Redirect) -> Result<Self, EsiaError> {
        let no = |error: std::io::Error| EsiaError::NoReceiver(error.kind());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, redirect.port().unwrap_or(0)))
            .await
            .map_err(no)?;
        let port = listener.local_addr().map_err(no)?.port();
        Ok(Self {
            listener,
            port,
            path: redirect.path().to_owned(),
            redirect_uri: redirect.uri(Some(port)),
        })
    }

    /// `redirect_uri` of the request.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Waits for the answer that carries `state`, not longer than `patience`. Whatever else comes is turned away and does
    /// not end the waiting. Dropping the future ends it and frees the port.
    ///
    /// # Errors
    /// [`EsiaError::TimedOut`]; [`EsiaError::Refused`] when ЕСИА's answer is a refusal.
    pub async fn receive(self, state: &str, pages: Pages, patience: Duration) -> Answer {
        let (sender, mut answer) = oneshot::channel();
        let desk = Arc::new(Desk {
            host: format!("127.0.0.1:{}", self.port),
            path: self.path,
            state: state.to_owned(),
            pages,
            answer: Mutex::new(Some(sender)),
        });
        let mut connections = JoinSet::new();
        let deadline = tokio::time::sleep(patience);
        tokio::pin!(deadline);
        let outcome = loop {
            tokio::select! {
                biased;
                answer = &mut answer => break answer.unwrap_or(Err(EsiaError::TimedOut)),
                () = &mut deadline => break Err(EsiaError::TimedOut),
                _ = connections.join_next(), if !connections.is_empty() => {}
                accepted = self.listener.accept(), if connections.len() < CONNECTIONS => {
                    if let Ok((stream, peer)) = accepted
                        && peer.ip().is_loopback()
                    {
                        connections.spawn(serve(stream, desk.clone()));
                    }
                }
            }
        };
        drop(self.listener);
        // The page of the answer still has to reach the browser; nothing more is taken meanwhile.
        let _ = tokio::time::timeout(Duration::from_secs(2), async {
            while connections.join_next().await.is_some() {}
        })
        .await;
        outcome
    }
}

async fn serve(stream: TcpStream, desk: Arc<Desk>) {
    let service = service_fn(move |request| {
        let page = desk.take(&request);
        async move { Ok::<_, Infallible>(page) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(LONGEST_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if served.is_err() {
        tracing::debug!("a connection to the local address broke");
    }
}

impl Desk {
    fn take(&self, request: &Request<Incoming>) -> Response<String> {
        if !self.is_addressed(request) {
            return page(StatusCode::NOT_FOUND, &self.pages.foreign);
        }
        let Some(answer) = read(request.uri().query().unwrap_or_default(), &self.state) else {
            tracing::info!("an answer that was not asked for was turned away");
            return page(StatusCode::BAD_REQUEST, &self.pages.foreign);
        };
        let sender = self.answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(sender) = sender else {
            return page(StatusCode::CONFLICT, &self.pages.foreign);
        };
        let shown = if answer.is_ok() {
            &self.pages.done
        } else {
            &self.pages.refused
        };
        let shown = page(StatusCode::OK, shown);
        let _ = sender.send(answer);
        shown
    }

    /// Our address by its number (a name that was made to point here is another host), our path, a page being opened and
    /// not a request from inside one.
    fn is_addressed(&self, request: &Request<Incoming>) -> bool {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let host =
            hosts.next().filter(|host| *host == self.host.as_str()).is_some() && hosts.next().is_none();
        let opened = header_is(request.headers(), "sec-fetch-mode", "navigate")
            && header_is(request.headers(), "sec-fetch-dest", "document");
        host && opened && *request.method() == Method::GET && request.uri().path() == self.path
    }
}

/// Whether a header a browser may send says so, or is not there.
fn header_is(headers: &HeaderMap, name: &str, expected: &str) -> bool {
    headers.get(name).is_none_or(|value| value == expected)
}

/// The answer in the query; `None` if it is not the one that is waited for.
fn read(query: &str, state: &str) -> Option<Answer> {
    let url = Url::parse(&format!("http://localhost/?{query}")).ok()?;
    let one = |name: &str| {
        let mut values = url
            .query_pairs()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value);
        match (values.next(), values.next()) {
            (value, None) => Some(value.map(String::from)),
            _ => None,
        }
    };
    // Named twice is named by two.
    let (given, code, error, description) = (
        one("state")?,
        one("code")?,
        one("error")?,
        one("error_description")?,
    );
    if given.as_deref() != Some(state) {
        return None;
    }
    match (code, error) {
        (Some(code), None) if is_code(&code) => Some(Ok(Code::new(code))),
        (None, Some(error)) => {
            let (code, name) = EsiaCode::read(Some(&error), description.as_deref());
            Some(Err(EsiaError::Refused {
                code,
                name,
                message: description.map(|words| words.chars().take(300).collect()),
            }))
        }
        _ => None,
    }
}

fn is_code(code: &str) -> bool {
    (1..=16 * 1024).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic())
}

fn page(status: StatusCode, html: &str) -> Response<String> {
    let mut response = Response::new(html.to_owned());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
