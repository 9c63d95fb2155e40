//! What a service does not take is told when a file is chosen, before signing and before sending.

use kabinet_app::view::{CheckState, ItemState, Stage};
use kabinet_testkit::sample;

use crate::desk::{Desk, TAX, code};

const MIB: usize = 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_the_service_does_not_take_is_told_at_once_and_never_signed() {
    let desk = Desk::new().await;
    let attachment = desk.path("Договор.docx");
    std::fs::write(&attachment, "Договор").unwrap();
    let outcomes = desk
        .app
        .import(vec![sample("goskey/req.xml"), attachment])
        .await
        .unwrap();
    let codes = |name: &str| {
        let outcome = outcomes.iter().find(|outcome| outcome.name == name).unwrap();
        let problems = outcome.problems.iter();
        problems.map(|problem| problem.code.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(codes("req.xml"), [""; 0]);
    assert_eq!(codes("Договор.docx"), ["limits.companion-name"]);
    let id = outcomes[0].document_id.clone().unwrap();
    let page = desk.page(&id).await;
    assert_eq!(page.services[0].problems[0].params["file"], "Договор.docx");
    // It is kept all the same.
    assert_eq!(page.row.stage, Stage::Ready);

    let ids = std::slice::from_ref(&id);
    let preflight = desk.app.preflight(ids, None).await.unwrap();
    let limits = preflight
        .checks
        .iter()
        .find(|check| check.code == "limits")
        .unwrap();
    assert_eq!(
        (limits.state, limits.params["reason"].as_str(), preflight.can_sign),
        (CheckState::Failed, "limits.companion-name", false)
    );
    let refused = desk.sign(ids).await.unwrap_err();
    assert_eq!(
        (refused.code(), refused.params()["check"].as_str()),
        ("app.preflight", "limits")
    );
    assert!(desk.person.was_asked().is_empty(), "no PIN for nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_are_sent_and_a_byte_more_is_not() {
    let desk = Desk::new().await;
    for (size, problems) in [(10 * MIB, 0), (10 * MIB + 1, 1)] {
        let path = desk.path(&format!("scan-{size}.pdf"));
        let mut content = b"%PDF-1.4\n".to_vec();
        content.resize(size, b' ');
        std::fs::write(&path, content).unwrap();
        let outcome = desk.app.import(vec![path]).await.unwrap().remove(0);
        assert_eq!(outcome.problems.len(), problems, "{size}: {:?}", outcome.problems);
        let id = outcome.document_id.unwrap();
        let signed = desk.sign(std::slice::from_ref(&id)).await;
        match problems {
            0 => assert_eq!(signed.unwrap().items[0].state, ItemState::Signed, "{size}"),
            _ => assert_eq!(code(signed), "app.preflight", "{size}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_that_is_chosen_is_asked_again_before_anything_leaves() {
    let desk = Desk::new().await;
    let path = desk.path("anketa.xml");
    std::fs::write(&path, "<a/>").unwrap();
    let id = desk.import(&[path]).await;
    let page = desk.page(&id).await;
    let of = |service: &str| {
        let found = page.services.iter().find(|one| one.code == service).unwrap();
        found
            .problems
            .iter()
            .map(|one| one.code.as_str())
            .collect::<Vec<_>>()
    };
    // One takes any name, one has its own.
    assert_eq!(of(TAX), [""; 0]);
    assert_eq!(of("10000000585"), ["limits.main-name"]);
    let preflight = desk.app.preflight(std::slice::from_ref(&id), None).await.unwrap();
    assert!(
        preflight
            .checks
            .iter()
            .any(|check| check.code == "limits" && check.state == CheckState::Ok)
    );
    assert_eq!(
        code(desk.app.send_document(&id, "10000000585").await),
        "limits.main-name"
    );
    assert!(desk.app.outbox().await.unwrap().is_empty());
    assert_eq!(desk.page(&id).await.row.stage, Stage::Ready);
}
