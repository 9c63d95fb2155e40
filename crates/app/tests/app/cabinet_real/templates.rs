//! Templates of applications at the reference portal's own services.

use kabinet_app::view::{DraftShelf, DraftView, ServiceQuery};

use super::*;

const EXTRACT: &str = "99000000012";
const LICENCE: &str = "99000000010";

async fn with_catalogue() -> Desk {
    let desk = Desk::signed_in().await;
    let told = desk.app.services(ServiceQuery::default(), 1, true).await.unwrap();
    assert_eq!(told.error, None);
    desk
}

async fn answered(desk: &Desk, service: &str, answers: &[(&str, &str)]) -> DraftView {
    let draft = desk.app.begin_application(service).await.unwrap();
    let mut fields = draft.fields.clone();
    for (name, value) in answers {
        fields.insert((*name).to_owned(), (*value).to_owned());
    }
    desk.app
        .save_draft(&draft.id, draft.revision, fields)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_keeps_the_answers_and_no_files_and_drafts_are_begun_of_it() {
    let desk = with_catalogue().await;
    let draft = answered(&desk, LICENCE, &[("address", "Учебная, 1"), ("kind", "new")]).await;
    let paper = desk.path("устав.pdf");
    std::fs::write(&paper, b"%PDF-1.4\n%%EOF\n").unwrap();
    let draft = desk
        .app
        .attach_files(&draft.id, draft.revision, "files".to_owned(), vec![paper])
        .await
        .unwrap();
    assert!(draft.fields.contains_key("files"));
    for name in ["  ", &"я".repeat(121)] {
        let made = desk.app.copy_draft(&draft.id, Some(name.to_owned())).await;
        assert_eq!(code(made), "app.template-name");
    }
    let template = desk
        .app
        .copy_draft(&draft.id, Some(" Лицензия,  филиал ".to_owned()))
        .await
        .unwrap();
    assert_eq!(
        (template.title.as_str(), template.is_template),
        ("Лицензия, филиал", true)
    );
    assert!(!template.fields.contains_key("files"));
    // At its own service and among all, not at another one.
    assert_eq!(
        desk.app.templates(Some(LICENCE.to_owned())).await.unwrap().len(),
        1
    );
    assert_eq!(desk.app.templates(None).await.unwrap()[0].id, template.id);
    assert_eq!(desk.app.templates(Some(EXTRACT.to_owned())).await.unwrap(), []);

    // Without a connection and without a session it works all the same.
    desk.app.lock().await;
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let begun = desk.app.copy_draft(&template.id, None).await.unwrap();
    assert_eq!(
        (
            begun.is_template,
            begun.fields["address"].as_str(),
            begun.unplaced.len()
        ),
        (false, "Учебная, 1", 0)
    );
    let missing = begun
        .problems
        .iter()
        .any(|one| one.field.as_deref() == Some("files"));
    assert!(missing, "{:?}", begun.problems);

    assert_eq!(
        code(desk.app.rename_template(&template.id, "").await),
        "app.template-name"
    );
    assert_eq!(
        code(desk.app.rename_template(&begun.id, "Другое").await),
        "app.not-found"
    );
    desk.app.rename_template(&template.id, "Другое").await.unwrap();
    let listed = desk.app.templates(Some(LICENCE.to_owned())).await.unwrap();
    assert_eq!(listed[0].title, "Другое");
    // What is typed into a template later does not take its name.
    let kept = desk.app.draft(&template.id).await.unwrap();
    let saved = desk
        .app
        .save_draft(&kept.id, kept.revision, kept.fields.clone())
        .await;
    assert_eq!(saved.unwrap().title, "Другое");
    desk.app.remove_draft(&template.id).await.unwrap();
    assert_eq!(desk.app.templates(None).await.unwrap(), []);
    let bin = desk.app.drafts(DraftShelf::Removed, 0, 10).await.unwrap();
    assert_eq!(bin.rows[0].id, template.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_fill_in_applications_begins_none_of_a_template() {
    let desk = with_catalogue().await;
    let draft = answered(&desk, EXTRACT, &[]).await;
    let template = desk
        .app
        .copy_draft(&draft.id, Some("Выписка".to_owned()))
        .await
        .unwrap();
    let oid = desk.stand.demo.organisations[0].oid;
    desk.stand
        .set_membership(&json!({"employee": "accountant", "organisation": oid, "role": "administrator"}));
    desk.app.sign_out().await.unwrap();
    desk.sign_in().await.unwrap();
    assert_eq!(
        code(desk.app.copy_draft(&template.id, None).await),
        "app.not-permitted"
    );
}
