//! Forms filled in, saved, brought back, made into documents.

use std::collections::BTreeMap;

use kabinet_app::view::{DraftShelf, DraftView, Stage};
use kabinet_testkit::{AKT, AKT_INVALID, UPD, sample};

use crate::desk::{Desk, TAX, code};

const FORM: &str = "fns.on_aktsverotp";

fn with(draft: &DraftView, changes: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut fields = draft.fields.clone();
    for (name, value) in changes {
        fields.insert((*name).to_owned(), (*value).to_owned());
    }
    fields
}

/// What a person types into a new act.
const TYPED: &[(&str, &str)] = &[
    ("number", "21"),
    ("from", "01.04.2025"),
    ("to", "30.06.2025"),
    ("recipient.name", "ООО «Василёк»"),
    ("recipient.inn", "9900000024"),
    ("recipient.kpp", "990001001"),
    ("recipient.ogrn", "1209900000023"),
    ("recipient.edo", "DEMO-9900000024-990001001"),
    ("operations/000100-a/document", "УПД"),
    ("operations/000100-a/number", "31"),
    ("operations/000100-a/date", "5.4.2025"),
    ("operations/000100-a/at", "5.4.2025"),
    ("operations/000100-a/what", "Реализация товаров"),
    ("operations/000100-a/debit", "12 500,5"),
    ("signer.surname", "Ромашкина"),
    ("signer.given-name", "Анна"),
];

async fn typed(desk: &Desk) -> DraftView {
    let draft = desk.app.new_draft(FORM).await.unwrap();
    let fields = with(&draft, TYPED);
    desk.app
        .save_draft(&draft.id, draft.revision, fields)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_typed_offline_becomes_a_document_that_is_signed_sent_and_accepted() {
    let desk = Desk::new().await;
    let blank = desk.app.new_draft(FORM).await.unwrap();
    assert_eq!(blank.fields["sender.inn"], desk.owner().inn);
    let missing = |draft: &DraftView, name: &str| {
        draft
            .problems
            .iter()
            .any(|problem| problem.field.as_deref() == Some(name))
    };
    assert!(missing(&blank, "number") && missing(&blank, "operations"));
    // Not whole yet: told field by field, nothing is made.
    let early = desk.app.file_draft(&blank.id).await.unwrap();
    assert_eq!(early.document_id, None);
    assert!(!early.problems.is_empty());

    let draft = desk
        .app
        .save_draft(&blank.id, blank.revision, with(&blank, TYPED))
        .await
        .unwrap();
    assert_eq!(draft.problems, []);
    assert_eq!(draft.computed["closing.debit"], "12\u{a0}500,50");
    assert_eq!(
        draft.title,
        "Акт сверки № 21 за 01.04.2025 – 30.06.2025, ООО «Василёк»"
    );
    let filed = desk.app.file_draft(&draft.id).await.unwrap();
    let document = filed.document_id.unwrap();
    assert_eq!(desk.page(&document).await.row.stage, Stage::Ready);
    // Pressed twice: the same document.
    let again = desk.app.file_draft(&draft.id).await.unwrap();
    assert_eq!(again.document_id.as_deref(), Some(document.as_str()));
    assert_eq!(
        desk.app.draft(&draft.id).await.unwrap().document_id.as_deref(),
        Some(document.as_str())
    );

    desk.sign_in().await.unwrap();
    desk.sign(std::slice::from_ref(&document)).await.unwrap();
    desk.app.send_document(&document, TAX).await.unwrap();
    desk.work_to_the_end().await;
    desk.all_is_well(&document).await;

    // Changed since: the next document is another one.
    let changed = desk
        .app
        .save_draft(&draft.id, draft.revision, with(&draft, &[("number", "22")]))
        .await
        .unwrap();
    assert_eq!(changed.document_id, None);
    let second = desk.app.file_draft(&draft.id).await.unwrap();
    assert_ne!(second.document_id.as_deref(), Some(document.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_there_after_locking_and_after_a_new_start() {
    let desk = Desk::new().await;
    let draft = typed(&desk).await;
    desk.app.lock().await;
    assert_eq!(code(desk.app.draft(&draft.id).await), "app.locked");
    let save = desk
        .app
        .save_draft(&draft.id, draft.revision, draft.fields.clone());
    assert_eq!(code(save.await), "app.locked");
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    assert_eq!(desk.app.draft(&draft.id).await.unwrap(), draft);
    let listed = desk.app.drafts(DraftShelf::Open, 0, 10).await.unwrap();
    assert_eq!(listed.rows.len(), 1);
    assert_eq!((listed.rows[0].problems, listed.more), (0, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_can_be_seen_and_two_hands_do_not_overwrite_each_other() {
    let desk = Desk::new().await;
    let draft = typed(&desk).await;
    let other = with(&draft, &[("number", "99"), ("signer.position", "Директор")]);
    desk.app
        .save_draft(&draft.id, draft.revision, other)
        .await
        .unwrap();
    // Typed into the version before.
    let mine = with(&draft, &[("number", "77"), ("to", "31.07.2025")]);
    let merged = desk
        .app
        .save_draft(&draft.id, draft.revision, mine)
        .await
        .unwrap();
    assert_eq!(merged.fields["signer.position"], "Директор");
    assert_eq!(merged.fields["number"], "77");
    assert_eq!(merged.conflicts.len(), 1);
    assert_eq!(merged.conflicts[0].theirs.as_deref(), Some("99"));
    let settled = desk
        .app
        .settle_draft(&draft.id, "number".to_owned(), Some("99".to_owned()))
        .await
        .unwrap();
    assert_eq!(
        (settled.conflicts.len(), settled.fields["number"].as_str()),
        (0, "99")
    );

    let history = desk.app.draft_history(&draft.id, 0, 100).await.unwrap();
    assert_eq!(history[0].changes[0].field, "number");
    assert_eq!(history.last().unwrap().revision, 1);
    let first = desk.app.draft_version(&draft.id, draft.revision).await.unwrap();
    assert_eq!(first, draft.fields);
    // Typing is not in the journal.
    let actions = desk.actions().await;
    assert_eq!(actions.iter().filter(|one| one.starts_with("draft")).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_copied_from_and_a_draft_comes_back_from_the_bin() {
    let desk = Desk::new().await;
    let draft = typed(&desk).await;
    let template = desk
        .app
        .copy_draft(&draft.id, Some("Василёк, квартал".to_owned()))
        .await
        .unwrap();
    assert!(template.is_template);
    let retyped = desk
        .app
        .save_draft(
            &template.id,
            template.revision,
            with(&template, &[("number", "")]),
        )
        .await
        .unwrap();
    assert_eq!(retyped.title, "Василёк, квартал");
    let copy = desk.app.copy_draft(&template.id, None).await.unwrap();
    assert!(!copy.is_template);
    assert_eq!(copy.fields.get("number"), None);
    assert_eq!(copy.fields["recipient.inn"], "9900000024");

    desk.app.remove_draft(&draft.id).await.unwrap();
    let on = async |shelf| -> Vec<String> {
        let list = desk.app.drafts(shelf, 0, 10).await.unwrap();
        list.rows.into_iter().map(|row| row.id).collect()
    };
    assert_eq!(on(DraftShelf::Open).await, [copy.id]);
    assert_eq!(on(DraftShelf::Templates).await, [template.id]);
    assert_eq!(on(DraftShelf::Removed).await, std::slice::from_ref(&draft.id));
    desk.app.take_draft_back(&draft.id).await.unwrap();
    assert_eq!(on(DraftShelf::Open).await.len(), 2);
    desk.app.erase_draft(&draft.id).await.unwrap();
    assert_eq!(code(desk.app.draft(&draft.id).await), "store.no-draft");
    assert_eq!(code(desk.app.draft("nonsense").await), "app.not-found");
    assert_eq!(code(desk.app.new_draft("no.such").await), "app.no-form");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_opens_in_its_form_or_says_why_not() {
    let desk = Desk::new().await;
    let act = desk.import(&[sample(AKT)]).await;
    let draft = desk.app.draft_of_document(&act).await.unwrap();
    assert_eq!(draft.fields["number"], "15");
    assert_eq!(draft.problems, []);
    // The document itself stays as it is.
    assert_eq!(
        desk.page(&act).await.row.title,
        "Акт сверки взаимных расчётов, информация отправителя № 15 от 31.03.2025, Общество с ограниченной ответственностью «Василёк»"
    );
    let wrong = desk.import(&[sample(AKT_INVALID)]).await;
    assert_eq!(
        code(desk.app.draft_of_document(&wrong).await),
        "app.no-place-in-form"
    );
    let other = desk.import(&[sample(UPD)]).await;
    assert_eq!(code(desk.app.draft_of_document(&other).await), "app.no-form");
}
