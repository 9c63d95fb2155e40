//! Lists, the first screen, export.

use kabinet_app::view::{DocumentQuery, PackageForm, Stage};
use kabinet_testkit::{AKT, AKT_INVALID, UPD, sample, sfr_pair};

use crate::desk::{Desk, code};

fn words(text: &str) -> DocumentQuery {
    DocumentQuery {
        text: text.to_owned(),
        limit: 10,
        ..DocumentQuery::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_searched_filtered_and_paged() {
    let desk = Desk::new().await;
    for name in [AKT, UPD, AKT_INVALID] {
        desk.import(&[sample(name)]).await;
    }
    let total = async |query| desk.app.documents(query).await.unwrap().total;
    assert_eq!(total(words("")).await, 3);
    assert_eq!(total(words("СВЕРКИ")).await, 2);
    assert_eq!(total(words("нет такого")).await, 0);
    assert_eq!(
        total(DocumentQuery {
            stages: vec![Stage::Invalid],
            ..words("")
        })
        .await,
        1
    );
    let page = desk
        .app
        .documents(DocumentQuery {
            offset: 2,
            limit: 2,
            ..DocumentQuery::default()
        })
        .await
        .unwrap();
    assert_eq!((page.rows.len(), page.total), (1, 3));
    assert_eq!(
        code(desk.app.document("00000000-0000-4000-8000-000000000000").await),
        "store.no-document"
    );
    assert_eq!(code(desk.app.document("nonsense").await), "app.not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_screen_sorts_by_whose_turn_it_is() {
    let desk = Desk::new().await;
    desk.import(&[sample(AKT_INVALID)]).await;
    desk.import(&sfr_pair()).await;
    desk.queued_akt().await;
    let today = desk.app.today().await.unwrap();
    assert_eq!(
        (
            today.needs_action.len(),
            today.in_progress.len(),
            today.recent.len()
        ),
        (2, 1, 0)
    );
    assert_eq!(desk.app.state().await.outbox_pending, 1);
    desk.sign_in().await.unwrap();
    desk.work_to_the_end().await;
    let today = desk.app.today().await.unwrap();
    assert_eq!(
        (
            today.needs_action.len(),
            today.in_progress.len(),
            today.recent.len()
        ),
        (2, 0, 1)
    );
    assert_eq!(desk.app.state().await.outbox_pending, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_whole_or_not_there() {
    let desk = Desk::new().await;
    let id = desk.signed_akt().await;
    let name = async |form| {
        let ids = std::slice::from_ref(&id);
        desk.app.export_name(ids, form).await.unwrap()
    };
    assert_eq!(name(PackageForm::Zip).await, AKT.replace(".xml", ".zip"));
    assert_eq!(name(PackageForm::Folder).await, AKT.replace(".xml", ""));
    let nowhere = desk.path("no such folder").join("package.zip");
    assert_eq!(
        code(desk.app.export_package(std::slice::from_ref(&id), &nowhere).await),
        "app.file-not-found"
    );
    let target = desk.path("package.zip");
    desk.app
        .export_package(std::slice::from_ref(&id), &target)
        .await
        .unwrap();
    let listing = std::process::Command::new("unzip")
        .args(["-l"])
        .arg(&target)
        .output()
        .unwrap();
    let listing = String::from_utf8_lossy(&listing.stdout).into_owned();
    assert!(
        listing.contains(AKT) && listing.contains(&format!("{AKT}.sig")),
        "{listing}"
    );
    assert_eq!(desk.actions().await.last().unwrap(), "document-exported");
}
