//! Downloads that go on where they stopped, against a server that answers byte for byte as it is told.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kabinet_portal::{Download, Held, LostReason, PortalError, PortalFile, ProtocolFault};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::download::file;
use crate::mock::{client_with, options, token};

/// Closes after each answer and remembers what was asked, in small letters.
struct Script {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Script {
    /// Answers with these, in turn; a bar is a pause.
    async fn start(answers: &[&str]) -> Self {
        let mut answers: VecDeque<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = asked.clone();
        tokio::spawn(async move {
            while let Some(answer) = answers.pop_front() {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    assert_ne!(stream.read_buf(&mut head).await.unwrap(), 0);
                }
                log.lock()
                    .unwrap()
                    .push(String::from_utf8(head).unwrap().to_lowercase());
                for (number, part) in answer.split('|').enumerate() {
                    if number > 0 {
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                    stream.write_all(part.as_bytes()).await.unwrap();
                }
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    async fn download(&self, held: Option<&Held>) -> Result<Download, PortalError> {
        let file = PortalFile { size: None, ..file() };
        self.download_of(&file, held, 100).await
    }

    async fn download_of(
        &self,
        file: &PortalFile,
        held: Option<&Held>,
        limit: u64,
    ) -> Result<Download, PortalError> {
        client_with(self.address, options())
            .download(&token().await, file, held, limit)
            .await
    }
}

fn answer(status: u16, headers: &[&str], body: &str) -> String {
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    format!("HTTP/1.1 {status} Said\r\nConnection: close\r\n{lines}\r\n{body}")
}

const PARTS: &str = "Accept-Ranges: bytes";
const TAG: &str = "ETag: \"v1\"";

/// `abcd` of ten bytes that are `abcdefghij`.
fn held(source: &str) -> Held {
    Held {
        source: source.to_owned(),
        validator: "\"v1\"".to_owned(),
        received: 4,
        total: Some(10),
    }
}

const SOURCE: &str = "api/gusmev/files/download/12/3?mnemonic=07_01.pdf_attach&eserviceCode=10000000374";

async fn read(download: &mut Download) -> (String, Result<(), PortalError>) {
    let mut bytes = Vec::new();
    let end = loop {
        match download.next().await {
            Ok(Some(more)) => bytes.extend_from_slice(&more),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    (String::from_utf8(bytes).unwrap(), end)
}

fn lost() -> PortalError {
    PortalError::Unavailable {
        reason: LostReason::ConnectionLost,
        retry_after: None,
    }
}

#[tokio::test]
async fn a_download_goes_on_at_the_byte_it_reached() {
    let cut = answer(200, &[PARTS, TAG, "Content-Length: 10"], "abcd");
    let rest = answer(
        206,
        &[TAG, "Content-Range: bytes 4-9/10", "Content-Length: 6"],
        "efghij",
    );
    let script = Script::start(&[&cut, &rest]).await;
    let mut download = script.download(None).await.unwrap();
    assert_eq!(
        (download.start(), download.total(), download.source()),
        (0, Some(10), SOURCE)
    );
    let held = Held {
        source: download.source().to_owned(),
        validator: download.validator().unwrap().to_owned(),
        received: 4,
        total: download.total(),
    };
    assert_eq!(read(&mut download).await, ("abcd".to_owned(), Err(lost())));

    let mut download = script.download(Some(&held)).await.unwrap();
    assert_eq!(
        (download.start(), download.total(), download.validator()),
        (4, Some(10), Some("\"v1\""))
    );
    assert_eq!(read(&mut download).await, ("efghij".to_owned(), Ok(())));
    assert!(download.is_whole());
    let asked = script.asked();
    assert!(!asked[0].contains("range"), "{asked:?}");
    for line in [
        "\r\nrange: bytes=4-\r\n",
        "\r\nif-range: \"v1\"\r\n",
        "\r\naccept-encoding: identity\r\n",
    ] {
        assert!(asked[1].contains(line), "{line} {asked:?}");
    }
}

#[tokio::test]
async fn a_date_tells_versions_apart_where_there_is_no_tag() {
    const DAY: &str = "Sat, 05 Nov 1994 08:49:37 GMT";
    let changed = format!("Last-Modified: {DAY}");
    let cut = answer(
        200,
        &[
            PARTS,
            &changed,
            "Date: Sun, 06 Nov 1994 08:49:37 GMT",
            "Content-Length: 10",
        ],
        "abcd",
    );
    let rest = answer(206, &[&changed, "Content-Range: bytes 4-9/10"], "efghij");
    let script = Script::start(&[&cut, &rest]).await;
    let download = script.download(None).await.unwrap();
    assert_eq!(download.validator(), Some(DAY));
    let held = Held {
        validator: DAY.to_owned(),
        ..held(SOURCE)
    };
    let mut download = script.download(Some(&held)).await.unwrap();
    assert_eq!(read(&mut download).await, ("efghij".to_owned(), Ok(())));
    assert!(script.asked()[1].contains(&format!("if-range: {}\r\n", DAY.to_lowercase())));
}

#[tokio::test]
async fn a_changed_file_or_a_server_without_parts_sends_the_whole_at_once() {
    for headers in [
        &[PARTS, "ETag: \"v2\"", "Content-Length: 3"][..],
        &["Content-Length: 3"],
        &["Transfer-Encoding: chunked"],
    ] {
        let body = if headers[0].starts_with('T') {
            "3\r\nxyz\r\n0\r\n\r\n"
        } else {
            "xyz"
        };
        let script = Script::start(&[&answer(200, headers, body)]).await;
        let mut download = script.download(Some(&held(SOURCE))).await.unwrap();
        assert_eq!(download.start(), 0, "{headers:?}");
        assert_eq!(
            read(&mut download).await,
            ("xyz".to_owned(), Ok(())),
            "{headers:?}"
        );
        assert!(download.is_whole());
        assert_eq!(script.asked().len(), 1);
    }
}

#[tokio::test]
async fn nothing_is_put_together_of_parts_that_do_not_fit() {
    const REST: &str = "Content-Range: bytes 4-9/10";
    let cases: &[(u16, &[&str], &str)] = &[
        (416, &["Content-Range: bytes */3"], ""),
        (412, &[], ""),
        (206, &["ETag: \"v2\"", REST], "efghij"),
        (206, &["ETag: W/\"v1\"", REST], "efghij"),
        (206, &[REST], "efghij"),
        (206, &[TAG], "efghij"),
        (206, &[TAG, "Content-Range: bytes 3-9/10"], "defghij"),
        (206, &[TAG, "Content-Range: bytes 5-9/10"], "fghij"),
        (206, &[TAG, "Content-Range: bytes 0-9/10"], "abcdefghij"),
        (206, &[TAG, "Content-Range: bytes 4-8/9"], "efghi"),
        (206, &[TAG, "Content-Range: bytes 4-10/10"], "efghijk"),
        (206, &[TAG, "Content-Range: bytes 9-4/10"], "efghij"),
        (206, &[TAG, "Content-Range: lines 4-9/10"], "efghij"),
        (206, &[TAG, REST, "Content-Length: 5"], "efghi"),
        (206, &[TAG, REST, "Content-Length: 7"], "efghijk"),
        (206, &[TAG, REST, "Content-Encoding: gzip"], "efghij"),
        (
            206,
            &[TAG, "Content-Type: multipart/byteranges; boundary=b"],
            "--b\r\n",
        ),
    ];
    let whole = answer(200, &[PARTS, "ETag: \"v2\"", "Content-Length: 3"], "xyz");
    for (status, headers, body) in cases {
        let script = Script::start(&[&answer(*status, headers, body), &whole]).await;
        let mut download = script.download(Some(&held(SOURCE))).await.unwrap();
        assert_eq!(
            (download.start(), download.validator()),
            (0, Some("\"v2\"")),
            "{status} {headers:?}"
        );
        assert_eq!(
            read(&mut download).await,
            ("xyz".to_owned(), Ok(())),
            "{status} {headers:?}"
        );
        let asked = script.asked();
        assert!(
            asked[0].contains("range: bytes=4-") && !asked[1].contains("range"),
            "{asked:?}"
        );
    }
}

#[tokio::test]
async fn a_part_is_as_long_as_its_range_says() {
    const CHUNKED: &str = "Transfer-Encoding: chunked";
    const REST: &str = "Content-Range: bytes 4-9/10";
    let long = answer(206, &[TAG, REST, CHUNKED], "6\r\nefghij\r\n1\r\nk\r\n0\r\n\r\n");
    let short = answer(206, &[TAG, REST, CHUNKED], "3\r\nefg\r\n0\r\n\r\n");
    let length = PortalError::Protocol {
        what: ProtocolFault::Length,
    };
    for (answer, error) in [(long, length), (short, lost())] {
        let script = Script::start(&[&answer]).await;
        let mut download = script.download(Some(&held(SOURCE))).await.unwrap();
        assert_eq!(read(&mut download).await.1, Err(error), "{answer}");
    }
}

#[tokio::test]
async fn less_than_the_rest_is_not_the_whole() {
    let some = answer(
        206,
        &[TAG, "Content-Range: bytes 4-6/10", "Content-Length: 3"],
        "efg",
    );
    let script = Script::start(&[&some]).await;
    let mut download = script.download(Some(&held(SOURCE))).await.unwrap();
    assert_eq!(read(&mut download).await, ("efg".to_owned(), Ok(())));
    assert!(!download.is_whole());
}

#[tokio::test]
async fn a_server_that_shows_no_parts_is_not_asked_for_any() {
    for headers in [
        &[TAG][..],
        &[PARTS],
        &[PARTS, "ETag: W/\"v1\""],
        &["Accept-Ranges: none", TAG],
    ] {
        let script = Script::start(&[&answer(200, headers, "abc")]).await;
        assert_eq!(
            script.download(None).await.unwrap().validator(),
            None,
            "{headers:?}"
        );
    }
    // The same tag at another address may be another file's.
    let script = Script::start(&[&answer(200, &[PARTS, TAG], "abc")]).await;
    let download = script.download(Some(&held("somewhere/else"))).await.unwrap();
    assert_eq!(download.start(), 0);
    assert!(!script.asked()[0].contains("range"));
}

#[tokio::test]
async fn a_part_nobody_asked_for_is_no_file() {
    let script = Script::start(&[&answer(206, &[TAG, "Content-Range: bytes 0-2/10"], "abc")]).await;
    let error = script.download(None).await.unwrap_err();
    let what = ProtocolFault::Status(206);
    assert_eq!(error, PortalError::Protocol { what });
}

#[tokio::test]
async fn a_file_compressed_on_the_way_is_not_the_file() {
    let script = Script::start(&[&answer(200, &["Content-Encoding: gzip"], "abc")]).await;
    let error = script.download(None).await.unwrap_err();
    let what = ProtocolFault::Encoded;
    assert_eq!(error, PortalError::Protocol { what });
}

#[tokio::test]
async fn a_file_shorter_than_the_order_says_is_cut() {
    let file = PortalFile {
        size: Some(4),
        ..file()
    };
    // Nothing but the end of the connection says that it is over.
    let script = Script::start(&[&answer(200, &[], "abc"), &answer(200, &[], "abcd")]).await;
    let mut download = script.download_of(&file, None, 100).await.unwrap();
    assert_eq!(read(&mut download).await, ("abc".to_owned(), Err(lost())));
    let mut download = script.download_of(&file, None, 100).await.unwrap();
    assert_eq!(read(&mut download).await, ("abcd".to_owned(), Ok(())));

    let script = Script::start(&[&answer(200, &["Content-Length: 3"], "abc")]).await;
    let error = script.download_of(&file, None, 100).await.unwrap_err();
    let what = ProtocolFault::Length;
    assert_eq!(error, PortalError::Protocol { what });
}

#[tokio::test]
async fn the_limit_holds_for_all_parts_together() {
    let rest = answer(
        206,
        &[TAG, "Content-Range: bytes 4-9/10", "Content-Length: 6"],
        "efghij",
    );
    let script = Script::start(&[&rest]).await;
    let file = PortalFile { size: None, ..file() };
    let error = script
        .download_of(&file, Some(&held(SOURCE)), 9)
        .await
        .unwrap_err();
    assert_eq!(error, PortalError::TooLarge { limit: 9 });
}

#[tokio::test]
async fn a_published_digest_is_told() {
    let script = Script::start(&[&answer(
        200,
        &["Repr-Digest: sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"],
        "abc",
    )])
    .await;
    let digest = script.download(None).await.unwrap().digest().unwrap();
    assert_eq!(digest[..3], [0x44, 0xaf, 0xf4]);
}

#[tokio::test]
async fn whoever_stops_waiting_loses_no_byte() {
    let slow = answer(200, &["Content-Length: 6"], "ab|cd|ef");
    let script = Script::start(&[&slow]).await;
    let mut download = script.download(None).await.unwrap();
    let (mut bytes, mut waited) = (Vec::new(), 0);
    loop {
        match tokio::time::timeout(Duration::from_millis(20), download.next()).await {
            Err(_) => waited += 1,
            Ok(Ok(Some(more))) => bytes.extend_from_slice(&more),
            Ok(end) => break end.map(drop).unwrap(),
        }
    }
    assert_eq!(bytes, b"abcdef");
    assert!(waited > 2, "{waited}");
}
