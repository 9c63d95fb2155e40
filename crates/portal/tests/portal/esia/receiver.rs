//! The address on this computer to which the browser brings the answer.

use std::time::Duration;

use kabinet_portal::esia::{EsiaCode, EsiaError, Pages, Receiver, Redirect};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

const STATE: &str = "the-state";

fn pages() -> Pages {
    Pages {
        done: "<p>done</p>".to_owned(),
        refused: "<p>refused</p>".to_owned(),
        foreign: "<p>foreign</p>".to_owned(),
    }
}

struct Waiting {
    port: u16,
    answer: JoinHandle<Result<String, EsiaError>>,
}

async fn waiting(patience: Duration) -> Waiting {
    let receiver = Receiver::bind(&Redirect::new("http://127.0.0.1/esia", None).unwrap())
        .await
        .unwrap();
    let uri = reqwest::Url::parse(receiver.redirect_uri()).unwrap();
    assert_eq!((uri.host_str(), uri.path()), (Some("127.0.0.1"), "/esia"));
    let port = uri.port().unwrap();
    let answer = tokio::spawn(async move {
        receiver
            .receive(STATE, pages(), patience)
            .await
            .map(|code| format!("{code:?}"))
    });
    Waiting { port, answer }
}

/// Sends octets and gives the whole answer.
async fn send(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Whether nobody listens any more. Something else may have got the port meanwhile, or a connection to a port of nobody may
/// meet itself: then it is not our page that comes.
async fn is_shut(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else {
        return true;
    };
    let mut answer = Vec::new();
    let _ = stream.write_all(get(port, "/").as_bytes()).await;
    let _ = tokio::time::timeout(Duration::from_secs(2), stream.read_to_end(&mut answer)).await;
    !String::from_utf8_lossy(&answer).contains("<p>foreign</p>")
}

fn get(port: u16, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n")
}

#[tokio::test]
async fn the_answer_is_taken_and_the_person_is_told_to_go_back() {
    let waiting = waiting(Duration::from_secs(60)).await;
    let page = send(waiting.port, &get(waiting.port, "/esia?code=abc&state=the-state")).await;
    assert!(
        page.starts_with("HTTP/1.1 200 ") && page.ends_with("<p>done</p>"),
        "{page}"
    );
    for header in [
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "content-type: text/html; charset=utf-8",
        "content-security-policy: default-src 'none'",
    ] {
        assert!(page.to_lowercase().contains(header), "{page}");
    }
    assert!(!page.contains("abc"));
    assert_eq!(waiting.answer.await.unwrap().unwrap(), "Code(…)");
    // And the door is shut.
    assert!(is_shut(waiting.port).await);
}

#[tokio::test]
async fn what_is_not_the_answer_is_turned_away_and_the_waiting_goes_on() {
    let waiting = waiting(Duration::from_secs(60)).await;
    let port = waiting.port;
    let good = "/esia?code=abc&state=the-state";
    for (request, status) in [
        (get(port, "/"), "404"),
        (get(port, "/favicon.ico"), "404"),
        (get(port, "/esia/?code=abc&state=the-state"), "404"),
        // Another page's code: it does not know the state.
        (get(port, "/esia?code=evil&state=guessed"), "400"),
        (get(port, "/esia?code=evil"), "400"),
        (get(port, "/esia?code=evil&state=the-state&state=x"), "400"),
        (get(port, "/esia?code=evil&code=abc&state=the-state"), "400"),
        (get(port, "/esia?code=a&error=b&state=the-state"), "400"),
        (get(port, "/esia?code=&state=the-state"), "400"),
        (get(port, "/esia?code=a%0d%0ab&state=the-state"), "400"),
        (get(port, "/esia?error=access_denied&state=guessed"), "400"),
        // A name that was made to point here.
        (
            format!("GET {good} HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n"),
            "404",
        ),
        (
            format!("GET {good} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
            "404",
        ),
        (format!("GET {good} HTTP/1.0\r\n\r\n"), "404"),
        // A request from inside a page instead of the page itself.
        (
            format!(
                "GET {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n\r\n"
            ),
            "404",
        ),
        (
            format!(
                "GET {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n\r\n"
            ),
            "404",
        ),
        (
            format!("POST {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n\r\n"),
            "404",
        ),
    ] {
        let page = send(port, &request).await;
        assert!(
            page.starts_with(&format!("HTTP/1.1 {status}"))
                || page.starts_with(&format!("HTTP/1.0 {status}")),
            "{request}\n{page}"
        );
        assert!(!page.contains("<p>done</p>"), "{request}");
    }
    // Noise, and connections that say nothing.
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    send(port, "SSH-2.0-x\r\n\r\n").await;
    let browser = format!(
        "GET {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\r\n"
    );
    assert!(send(port, &browser).await.ends_with("<p>done</p>"));
    assert!(waiting.answer.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_second_answer_is_refused() {
    let waiting = waiting(Duration::from_secs(60)).await;
    let port = waiting.port;
    // Two connections stand before either answer is sent.
    let mut first = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut second = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // Both are taken in before anything is said on them: a head that is not over yet.
    second
        .write_all(b"GET /esia?code=two&state=the-state HTTP/1.1\r\n")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    first
        .write_all(get(port, "/esia?code=one&state=the-state").as_bytes())
        .await
        .unwrap();
    let mut page = Vec::new();
    first.read_to_end(&mut page).await.unwrap();
    assert!(String::from_utf8_lossy(&page).ends_with("<p>done</p>"));
    let rest = format!("Host: 127.0.0.1:{port}\r\n\r\n");
    let mut page = Vec::new();
    if second.write_all(rest.as_bytes()).await.is_ok() {
        let _ = second.read_to_end(&mut page).await;
    }
    assert!(!String::from_utf8_lossy(&page).contains("<p>done</p>"));
    assert!(waiting.answer.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_refusal_is_an_answer_too() {
    let waiting = waiting(Duration::from_secs(60)).await;
    let target = "/esia?error=access_denied&error_description=ESIA-007004%3A+no&state=the-state";
    let page = send(waiting.port, &get(waiting.port, target)).await;
    assert!(page.ends_with("<p>refused</p>"), "{page}");
    match waiting.answer.await.unwrap().unwrap_err() {
        EsiaError::Refused { code, name, .. } => {
            assert_eq!((code, name.as_str()), (EsiaCode::Denied, "ESIA-007004"));
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn nobody_is_waited_for_forever() {
    let waiting = waiting(Duration::from_millis(50)).await;
    assert_eq!(waiting.answer.await.unwrap().unwrap_err(), EsiaError::TimedOut);
    assert!(is_shut(waiting.port).await);
}

#[tokio::test]
async fn a_person_who_gives_up_frees_the_port() {
    let waiting = waiting(Duration::from_secs(60)).await;
    waiting.answer.abort();
    let _ = waiting.answer.await;
    assert!(is_shut(waiting.port).await);
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port();
    let redirect = Redirect::new("https://gate.example.ru/esia", Some(port)).unwrap();
    let error = Receiver::bind(&redirect).await.unwrap_err();
    assert_eq!((error.code(), error.is_retriable()), ("esia.no-receiver", true));
}
