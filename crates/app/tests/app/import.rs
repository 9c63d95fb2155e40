//! Opening documents.

use std::path::PathBuf;

use kabinet_app::view::{DocumentQuery, FileKind, NextActor, Severity, Stage};
use kabinet_testkit::{AKT, AKT_INVALID, UPD, sample, sfr_pair};

use crate::desk::{Desk, TAX};

#[tokio::test(flavor = "multi_thread")]
async fn right_documents_are_ready_and_readable() {
    let desk = Desk::new().await;
    for (name, format) in [(AKT, "fns.on_aktsverotp"), (UPD, "fns.on_nschfdoppr")] {
        let id = desk.import(&[sample(name)]).await;
        let page = desk.page(&id).await;
        assert_eq!(
            (page.row.stage, page.row.format.as_str(), page.next_actor),
            (Stage::Ready, format, NextActor::You)
        );
        assert!(page.findings.is_empty() && page.signatures.is_empty() && !page.row.signed);
        assert_eq!(page.encoding.as_deref(), Some("windows-1251"));
        assert!(page.raw.unwrap().contains("ИННЮЛ"));
        let readable = page.readable.unwrap();
        assert!(!readable.title.is_empty() && !readable.sections.is_empty());
        assert_eq!(
            page.services
                .iter()
                .map(|service| service.code.as_str())
                .collect::<Vec<_>>(),
            [TAX]
        );
        assert!(page.services[0].needs_signature);
        assert_eq!(page.journal[0].action, "document-added");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_listed_and_the_document_is_not_ready() {
    let desk = Desk::new().await;
    let page = desk.page(&desk.import(&[sample(AKT_INVALID)]).await).await;
    assert_eq!((page.row.stage, page.findings.len()), (Stage::Invalid, 7));
    let of = |severity| {
        page.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count() as u32
    };
    assert_eq!(
        (of(Severity::Error), of(Severity::Warning)),
        (page.row.errors, page.row.warnings)
    );
    assert!(
        page.findings
            .iter()
            .all(|finding| finding.line.is_some() && finding.element.is_some())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_belong_together_become_one_document_in_any_order() {
    let desk = Desk::new().await;
    let [transport, request] = sfr_pair();
    let page = desk.page(&desk.import(&[request, transport]).await).await;
    assert_eq!(
        (page.row.format.as_str(), page.row.stage),
        ("sfr.10000000109", Stage::Ready)
    );
    let kinds: Vec<FileKind> = page.files.iter().map(|file| file.kind).collect();
    assert_eq!(kinds, [FileKind::Main, FileKind::Companion]);
    assert!(page.files[0].name.starts_with("trans_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goskey_request_takes_the_files_opened_with_it() {
    let desk = Desk::new().await;
    let attachment = desk.path("contract.txt");
    std::fs::write(&attachment, "Договор").unwrap();
    let page = desk
        .page(&desk.import(&[attachment, sample("goskey/req.xml")]).await)
        .await;
    assert_eq!(page.row.format, "goskey.request");
    assert_eq!((page.files.len(), page.files[0].name.as_str()), (2, "req.xml"));
    assert_eq!(page.services[0].code, "10000000374");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_content_is_taken_in_once() {
    let desk = Desk::new().await;
    let id = desk.import(&[sample(AKT)]).await;
    let copy = desk.path("copy.xml");
    std::fs::copy(sample(AKT), &copy).unwrap();
    let outcomes = desk.app.import(vec![copy]).await.unwrap();
    assert_eq!(
        (&outcomes[0].document_id, &outcomes[0].duplicate_of),
        (&None, &Some(id))
    );
    assert_eq!(
        desk.app
            .documents(DocumentQuery {
                limit: 10,
                ..Default::default()
            })
            .await
            .unwrap()
            .total,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_does_not_stop_the_rest() {
    let desk = Desk::new().await;
    let (missing, folder) = (PathBuf::from("/nowhere/file.xml"), desk.path("folder"));
    std::fs::create_dir(&folder).unwrap();
    let outcomes = desk.app.import(vec![missing, folder, sample(AKT)]).await.unwrap();
    let codes: Vec<Option<&str>> = outcomes
        .iter()
        .map(|outcome| outcome.error.as_ref().map(|error| error.code.as_str()))
        .collect();
    assert_eq!(
        codes,
        [Some("app.file-not-found"), Some("app.file-unreadable"), None]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_or_strange_files_are_taken_in_without_a_panic() {
    let desk = Desk::new().await;
    let akt = std::fs::read(sample(AKT)).unwrap();
    let strange: [(&str, &[u8]); 6] = [
        ("empty.xml", b""),
        ("cut.xml", &akt[..akt.len() / 2]),
        ("binary.xml", &[0, 159, 146, 150]),
        ("bomb.xml", b"<!DOCTYPE x [<!ENTITY a \"aaaa\">]><x>&a;</x>"),
        ("picture.jpg", &[0xff, 0xd8, 0xff]),
        ("letter.txt", "Письмо".as_bytes()),
    ];
    for (name, content) in strange {
        let path = desk.path(name);
        std::fs::write(&path, content).unwrap();
        let outcome = desk.app.import(vec![path]).await.unwrap().remove(0);
        if let Some(id) = outcome.document_id {
            desk.page(&id).await;
        } else {
            assert!(outcome.error.is_some(), "{name}");
        }
    }
}
