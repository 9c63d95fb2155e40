//! Signing documents.

use kabinet_app::profile::profile;
use kabinet_app::verification::{Signed, Verification, verify};
use kabinet_app::view::{ItemState, SecretPurpose, Stage, Verdict};
use kabinet_testkit::{AKT, OpenSsl, UPD, WRONG_PIN, sample, sfr_pair};

use crate::desk::{Desk, TOKEN, code};

/// A file of a document, by way of the export.
async fn exported(desk: &Desk, id: &str, name: &str) -> Vec<u8> {
    let package = desk.path("package.zip");
    desk.app.export_package(&[id.to_owned()], &package).await.unwrap();
    let output = std::process::Command::new("unzip")
        .arg("-p")
        .arg(&package)
        .arg(name)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

#[tokio::test(flavor = "multi_thread")]
async fn one_pin_signs_exactly_the_documents_shown_and_openssl_accepts_all() {
    let desk = Desk::new().await;
    let mut ids = Vec::new();
    for name in [AKT, UPD] {
        ids.push(desk.import(&[sample(name)]).await);
    }
    ids.push(desk.import(&sfr_pair()).await);
    desk.person.was_asked();
    let run = desk.sign(&ids).await.unwrap();
    assert_eq!((run.count(ItemState::Signed), run.error()), (3, None));
    let asked = desk.person.was_asked();
    assert_eq!((asked.len(), asked[0].purpose), (1, SecretPurpose::Sign));
    let mut titles = Vec::new();
    for id in &ids {
        let page = desk.page(id).await;
        titles.push(page.row.title.clone());
        assert_eq!((page.row.stage, page.row.signed), (Stage::Signed, true));
        let [main, ..] = &page.files[..] else {
            panic!("no files")
        };
        let content = exported(&desk, id, &main.name).await;
        let signature = exported(&desk, id, &format!("{}.sig", main.name)).await;
        OpenSsl::new().accepts(&signature, Some(&content), &desk.stand.roots());
        let path = desk.path("content");
        std::fs::write(&path, &content).unwrap();
        let by = Verification {
            trust: vec![desk.stand.trust_folder()],
            trust_list: Some(desk.stand.trust_list()),
            internal: true,
            profile: Some(profile("order", &desk.path("profiles")).unwrap()),
            ..Verification::default()
        };
        let report = verify(Signed::of("content.sig", signature), Some(path), by)
            .await
            .unwrap();
        assert_eq!(
            report.verdict,
            Verdict::Valid,
            "as an order wants it: {report:#?}"
        );
        assert!(
            page.signatures
                .iter()
                .all(|signature| signature.verdict == Verdict::Valid),
            "{:#?}",
            page.signatures
        );
        assert_eq!(page.signatures[0].signer, "Лютикова Мария Петровна");
    }
    assert_eq!(asked[0].documents, titles);
    assert_eq!(
        desk.page(&ids[2]).await.signatures.len(),
        2,
        "both files of the pair"
    );
    assert_eq!(
        desk.actions()
            .await
            .iter()
            .filter(|action| *action == "document-signed-unopened")
            .count(),
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_signs_nothing_and_is_journalled_where_it_stopped() {
    let desk = Desk::new().await;
    let ids = [
        desk.import(&[sample(AKT)]).await,
        desk.import(&[sample(UPD)]).await,
    ];
    desk.person.types_pin(Some(WRONG_PIN));
    assert_eq!(code(desk.sign(&ids).await), "token.pin-incorrect");
    assert_eq!(desk.drawer.tries_left(TOKEN), 2);
    for id in &ids {
        let page = desk.page(id).await;
        assert_eq!((page.row.stage, page.files.len()), (Stage::Ready, 1));
    }
    let journal = desk.page(&ids[0]).await.journal;
    assert_eq!(
        (journal[0].action.as_str(), journal[0].params["error"].as_str()),
        ("sign-failed", "token.pin-incorrect")
    );
    assert!(
        desk.app.signing_runs().await.unwrap().is_empty(),
        "nothing was done, so there is nothing to go on with"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_cancels_signs_nothing() {
    let desk = Desk::new().await;
    let id = desk.import(&[sample(AKT)]).await;
    desk.person.types_pin(None);
    assert_eq!(code(desk.sign(std::slice::from_ref(&id)).await), "app.cancelled");
    assert_eq!(desk.page(&id).await.row.stage, Stage::Ready);
    assert_eq!(desk.actions().await.last().unwrap(), "document-added");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_the_key_did_not_make_is_never_stored() {
    let desk = Desk::new().await;
    let id = desk.import(&[sample(AKT)]).await;
    desk.drawer.control("C_Sign.wrong = 1\n");
    let run = desk.sign(std::slice::from_ref(&id)).await.unwrap();
    assert_eq!(run.error().unwrap().code, "signature.raw-signature-wrong");
    let page = desk.page(&id).await;
    assert_eq!((page.row.stage, page.files.len()), (Stage::Ready, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_that_crashes_costs_one_operation() {
    let desk = Desk::new().await;
    let id = desk.import(&[sample(AKT)]).await;
    desk.drawer.control("C_Sign.crash = 1\n");
    assert_eq!(
        code(desk.sign(std::slice::from_ref(&id)).await),
        "token.module-crashed"
    );
    desk.drawer.control("");
    desk.sign(&[id]).await.unwrap();
}
