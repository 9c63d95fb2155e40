//! Fetching files.

use std::net::SocketAddr;

use kabinet_portal::{LostReason, Portal, PortalError, PortalFile};

use crate::mock::{Fault, Mock, broken_server, client_with, options, reply, token};

pub fn file() -> PortalFile {
    PortalFile {
        name: "07_01.pdf".to_owned(),
        size: Some(4),
        mime: None,
        signed: true,
        owner: 2_042_107_808,
        mnemonic: "07_01.pdf_attach".to_owned(),
        object_type: 3,
        history_id: Some(12),
        service: Some("10000000374".to_owned()),
    }
}

/// The whole file, or what stopped it with the bytes that had come by then.
async fn fetch(client: &Portal, file: &PortalFile, limit: u64) -> Result<Vec<u8>, (PortalError, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut download = client
        .download(&token().await, file, None, limit)
        .await
        .map_err(|error| (error, Vec::new()))?;
    loop {
        match download.next().await {
            Ok(Some(more)) => bytes.extend_from_slice(&more),
            Ok(None) => break,
            Err(error) => return Err((error, bytes)),
        }
    }
    assert!(download.is_whole() && download.start() == 0);
    Ok(bytes)
}

async fn fetch_from(address: SocketAddr, limit: u64) -> Result<Vec<u8>, (PortalError, Vec<u8>)> {
    fetch(&client_with(address, options()), &file(), limit).await
}

#[tokio::test]
async fn the_form_of_version_1_13_comes_first() {
    let mock = Mock::always(200, "%PDF").await;
    assert_eq!(fetch(&mock.client(), &file(), 100).await.unwrap(), b"%PDF");
    let request = mock.only_request();
    assert_eq!(
        request.uri,
        "/api/gusmev/files/download/12/3?mnemonic=07_01.pdf_attach&eserviceCode=10000000374"
    );
    assert_eq!(
        (request.header("range"), request.header("accept-encoding")),
        (None, Some("identity"))
    );
}

#[tokio::test]
async fn the_older_form_is_tried_when_the_newer_finds_nothing() {
    for status in [404, 204] {
        let mock = Mock::start(move |request| match request.uri.starts_with("/api/storage/") {
            true => reply(200, "%PDF"),
            false => reply(status, ""),
        })
        .await;
        assert_eq!(fetch(&mock.client(), &file(), 100).await.unwrap(), b"%PDF");
        assert_eq!(
            mock.seen()[1].uri,
            "/api/storage/v2/files/2042107808/3/download?mnemonic=07_01.pdf_attach"
        );
    }
}

#[tokio::test]
async fn without_a_history_entry_only_the_older_form_is_possible() {
    let mock = Mock::always(200, "%PDF").await;
    let file = PortalFile {
        history_id: None,
        ..file()
    };
    fetch(&mock.client(), &file, 100).await.unwrap();
    assert!(mock.only_request().uri.starts_with("/api/storage/v2/"));
}

#[tokio::test]
async fn a_file_nobody_has_is_not_found() {
    let mock = Mock::always(404, "").await;
    let error = fetch(&mock.client(), &file(), 100).await.unwrap_err();
    assert_eq!(error, (PortalError::NotFound, Vec::new()));
}

#[tokio::test]
async fn a_refusal_is_not_taken_for_the_file() {
    let mock = Mock::always(403, r#"{"code":"access_denied_personal_data"}"#).await;
    let (error, bytes) = fetch(&mock.client(), &file(), 100).await.unwrap_err();
    assert_eq!(error.code(), "portal.refused.access-denied-personal-data");
    assert!(bytes.is_empty());
}

#[tokio::test]
async fn a_file_larger_than_allowed_is_broken_off() {
    let mock = Mock::always(200, "12345").await;
    let (error, bytes) = fetch(&mock.client(), &file(), 4).await.unwrap_err();
    assert_eq!(error, PortalError::TooLarge { limit: 4 });
    assert!(bytes.is_empty(), "the announced length is enough to know");
    let (error, bytes) = fetch_from(broken_server(Fault::ChunkedAnswer).await, 4)
        .await
        .unwrap_err();
    assert_eq!(error, PortalError::TooLarge { limit: 4 });
    assert!(bytes.len() <= 4);
}

#[tokio::test]
async fn a_file_cut_short_is_no_file() {
    let (error, _) = fetch_from(broken_server(Fault::TruncatedAnswer).await, 1000)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        PortalError::Unavailable {
            reason: LostReason::ConnectionLost,
            retry_after: None
        }
    );
    assert!(error.is_retriable());
}
