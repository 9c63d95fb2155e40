//! Servers on loopback: one that answers by a script and remembers, one that breaks connections.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use kabinet_portal::{AccessToken, ApiKey, Endpoints, Options, Portal, Timeouts};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const KEY: &str = "b1a6f1ae-7a51-4d6b-9d3e-6f0a4c1d2e3f";
/// Payload `{"exp":4102444800,"org_oid":1000321282,"client_id":"KABINET","urn:esia:sbj_id":240}`.
pub const JWT: &str = "eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDAsIm9yZ19vaWQiOjEwMDAzMjEyODIsImNsaWVudF9pZCI6IktBQklORVQiLCJ1cm46ZXNpYTpzYmpfaWQiOjI0MH0.c2ln";

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: Method,
    /// Path and query, undecoded.
    pub uri: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Parts of a multipart body: name → (file name, content type, content).
    pub parts: BTreeMap<String, Part>,
}

#[derive(Clone, Debug)]
pub struct Part {
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    pub content: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn part(&self, name: &str) -> &str {
        std::str::from_utf8(&self.parts[name].content).unwrap()
    }
}

/// A server whose answers are computed from the request; ЕСИА and ЕПГУ at once.
pub struct Mock {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Mock {
    pub async fn start(answer: impl Fn(&Seen) -> Response + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let router = router(seen.clone(), answer);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, seen }
    }

    /// Answers everything alike.
    pub async fn always(status: u16, body: &'static str) -> Self {
        Self::start(move |_| reply(status, body)).await
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn only_request(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:#?}");
        seen[0].clone()
    }

    pub fn client(&self) -> Portal {
        client(self.address)
    }
}

pub fn router(
    seen: Arc<Mutex<Vec<Seen>>>,
    answer: impl Fn(&Seen) -> Response + Clone + Send + Sync + 'static,
) -> Router {
    Router::new().fallback(async move |request: Request| {
        let request = read(request).await;
        seen.lock().unwrap().push(request.clone());
        answer(&request)
    })
}

async fn read(request: Request) -> Seen {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut parts = BTreeMap::new();
    let request = Request::from_parts(head.clone(), Body::from(body.clone()));
    if let Ok(mut multipart) = Multipart::from_request(request, &()).await {
        while let Some(field) = multipart.next_field().await.unwrap() {
            let name = field.name().unwrap().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let content_type = field.content_type().map(str::to_owned);
            let content = field.bytes().await.unwrap().to_vec();
            parts.insert(
                name,
                Part {
                    file_name,
                    content_type,
                    content,
                },
            );
        }
    }
    let uri = head.uri.path_and_query().unwrap().to_string();
    Seen {
        method: head.method,
        uri,
        headers: head.headers,
        body: body.to_vec(),
        parts,
    }
}

pub fn reply(status: u16, body: impl Into<Body>) -> Response {
    (StatusCode::from_u16(status).unwrap(), body.into()).into_response()
}

pub fn reply_with(status: u16, header: &str, value: &str, body: &'static str) -> Response {
    Response::builder()
        .status(status)
        .header(header, value)
        .body(Body::from(body))
        .unwrap()
}

/// How a connection is mistreated once the request is there.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// TCP reset after the whole request was read.
    ResetAfterRequest,
    /// Closed without an answer.
    CloseAfterRequest,
    /// Not a word, connection kept.
    Silence,
    /// A success with a longer body announced than sent.
    TruncatedAnswer,
    /// Five bytes, whose number is not announced.
    ChunkedAnswer,
    /// An answer that is not HTTP.
    Gibberish,
}

/// A server that reads a whole request (its body must have a known length) and then misbehaves.
pub async fn broken_server(fault: Fault) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(mistreat(stream, fault));
        }
    });
    address
}

async fn mistreat(mut stream: TcpStream, fault: Fault) {
    read_request(&mut stream).await;
    match fault {
        Fault::ResetAfterRequest => stream.set_zero_linger().unwrap(),
        Fault::CloseAfterRequest => {}
        Fault::Silence => tokio::time::sleep(Duration::from_secs(600)).await,
        Fault::TruncatedAnswer => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"orderId\":7")
                .await
                .unwrap();
        }
        Fault::ChunkedAnswer => {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            stream
                .write_all(format!("{head}3\r\n123\r\n2\r\n45\r\n0\r\n\r\n").as_bytes())
                .await
                .unwrap();
        }
        Fault::Gibberish => stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n").await.unwrap(),
    }
}

async fn read_request(stream: &mut TcpStream) {
    let mut bytes = Vec::new();
    let mut wanted = usize::MAX;
    while bytes.len() < wanted {
        assert_ne!(
            stream.read_buf(&mut bytes).await.unwrap(),
            0,
            "the request is cut short"
        );
        if wanted == usize::MAX
            && let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.split("content-length: ").nth(1).map_or(0, |rest| {
                rest.split("\r\n").next().unwrap().trim().parse().unwrap()
            });
            wanted = end + 4 + length;
        }
    }
}

/// Short times, so that tests of faults end soon.
pub fn options() -> Options {
    Options {
        timeouts: Timeouts {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(5),
            upload: Duration::from_secs(5),
            download: Duration::from_secs(5),
            silence: Duration::from_secs(5),
        },
        chunk_pause: Duration::from_millis(10),
        ..Options::default()
    }
}

pub fn impatient() -> Options {
    let mut options = options();
    options.timeouts.answer = Duration::from_millis(300);
    options.timeouts.upload = Duration::from_millis(300);
    options.timeouts.download = Duration::from_millis(300);
    options
}

pub fn client(address: SocketAddr) -> Portal {
    client_with(address, options())
}

pub fn client_with(address: SocketAddr, options: Options) -> Portal {
    let base = format!("http://{address}");
    Portal::new(&Endpoints::custom(&base, &base).unwrap(), options).unwrap()
}

pub fn key() -> ApiKey {
    ApiKey::parse(KEY).unwrap()
}

/// A token as the client takes it from ЕСИА; there is no other way to get one.
pub async fn token() -> AccessToken {
    let mock = Mock::start(|_| reply(200, format!(r#"{{"accessTkn":"{JWT}"}}"#))).await;
    mock.client()
        .organisation_token(&key(), b"signature")
        .await
        .unwrap()
}
