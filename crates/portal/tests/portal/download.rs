//! Fetching files.

use kabinet_portal::{LostReason, PortalError, PortalFile};

use crate::mock::{Fault, Mock, broken_server, client_with, options, reply, token};

fn file() -> PortalFile {
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

#[tokio::test]
async fn the_form_of_version_1_13_comes_first() {
    let mock = Mock::always(200, "%PDF").await;
    let mut bytes = Vec::new();
    let written = mock
        .client()
        .download(&token().await, &file(), &mut bytes, 100)
        .await
        .unwrap();
    assert_eq!((written, bytes.as_slice()), (4, b"%PDF".as_slice()));
    assert_eq!(
        mock.only_request().uri,
        "/api/gusmev/files/download/12/3?mnemonic=07_01.pdf_attach&eserviceCode=10000000374"
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
        let mut bytes = Vec::new();
        mock.client()
            .download(&token().await, &file(), &mut bytes, 100)
            .await
            .unwrap();
        assert_eq!(bytes, b"%PDF");
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
    mock.client()
        .download(&token().await, &file, &mut Vec::new(), 100)
        .await
        .unwrap();
    assert!(mock.only_request().uri.starts_with("/api/storage/v2/"));
}

#[tokio::test]
async fn a_file_nobody_has_is_not_found() {
    let mock = Mock::always(404, "").await;
    let error = mock
        .client()
        .download(&token().await, &file(), &mut Vec::new(), 100)
        .await
        .unwrap_err();
    assert_eq!(error, PortalError::NotFound);
}

#[tokio::test]
async fn a_refusal_is_not_written_into_the_file() {
    let mock = Mock::always(403, r#"{"code":"access_denied_personal_data"}"#).await;
    let mut bytes = Vec::new();
    let error = mock
        .client()
        .download(&token().await, &file(), &mut bytes, 100)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "portal.refused.access-denied-personal-data");
    assert!(bytes.is_empty());
}

#[tokio::test]
async fn a_file_larger_than_allowed_is_broken_off() {
    let mock = Mock::always(200, "12345").await;
    let mut bytes = Vec::new();
    let error = mock
        .client()
        .download(&token().await, &file(), &mut bytes, 4)
        .await
        .unwrap_err();
    assert_eq!(error, PortalError::TooLarge { limit: 4 });
    assert!(bytes.is_empty(), "the announced length is enough to know");
    let address = broken_server(Fault::ChunkedAnswer).await;
    let error = client_with(address, options())
        .download(&token().await, &file(), &mut bytes, 4)
        .await
        .unwrap_err();
    assert_eq!(error, PortalError::TooLarge { limit: 4 });
    assert!(bytes.len() <= 4);
}

#[tokio::test]
async fn a_file_cut_short_is_no_file() {
    let address = broken_server(Fault::TruncatedAnswer).await;
    let error = client_with(address, options())
        .download(&token().await, &file(), &mut Vec::new(), 1000)
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

#[tokio::test]
async fn a_full_disk_is_not_blamed_on_the_network() {
    let mock = Mock::always(200, "12345").await;
    let mut disk = [0_u8; 2];
    let mut full = std::io::Cursor::new(&mut disk[..]);
    let error = mock
        .client()
        .download(&token().await, &file(), &mut full, 100)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        PortalError::File {
            kind: std::io::ErrorKind::WriteZero
        }
    );
}
