//! How long documents are kept, and how a person deletes them.

use kabinet_app::view::{Deletion, DocumentQuery, EndedQuery, Stage};
use kabinet_domain::{ContentDigest, Document, DocumentFile, DocumentId, DocumentStage, FileRole};
use kabinet_store::{NewEntry, Unlock};
use kabinet_testkit::{AKT, UPD, sample};
use time::OffsetDateTime;

use crate::desk::{Desk, code};

/// A document that came so many years ago.
struct Old {
    title: &'static str,
    format: &'static str,
    years: i32,
}

/// A desk whose archive has been kept for long.
async fn desk_with(old: &'static [Old]) -> Desk {
    let desk = Desk::new().await.started_again_after(|vault| {
        let vault = vault.unlock(Unlock::Keychain).unwrap();
        let organisation = vault.organisations().unwrap().remove(0);
        let store = vault.organisation(organisation.id).unwrap();
        for one in old {
            let (digest, size) = store.put_blob(one.title.as_bytes()).unwrap();
            let now = OffsetDateTime::now_utc();
            // The first of March, so that no leap year is in the way.
            let day = now
                .date()
                .replace_month(time::Month::March)
                .unwrap()
                .replace_day(1)
                .unwrap();
            let added = day
                .replace_year(day.year() - one.years)
                .unwrap()
                .midnight()
                .assume_utc();
            let document = Document {
                id: DocumentId(uuid::Uuid::new_v4()),
                organisation: organisation.id,
                format: one.format.to_owned(),
                title: one.title.to_owned(),
                files: vec![DocumentFile {
                    name: format!("{}.xml", one.title),
                    role: FileRole::Main,
                    digest: ContentDigest(digest.0),
                    size,
                }],
                stage: DocumentStage::Ready,
                findings: Vec::new(),
                added,
                updated: added,
            };
            let entry = NewEntry {
                at: now,
                actor: String::new(),
                action: "document-added".to_owned(),
                subject: Some(document.id.0.to_string()),
                params: Default::default(),
            };
            store
                .change(entry, |change| change.add_document(&document))
                .unwrap();
        }
    });
    desk.app.unlock().await.unwrap();
    desk
}

fn query(class: Option<&str>, text: &str) -> EndedQuery {
    EndedQuery {
        class: class.map(str::to_owned),
        text: text.to_owned(),
        offset: 0,
        limit: 50,
    }
}

fn deletion(documents: &[String], reason: &str, early: bool) -> Deletion {
    Deletion {
        documents: documents.to_vec(),
        reason: reason.to_owned(),
        early,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_is_listed_by_class_and_nothing_goes_by_itself() {
    let desk = desk_with(&[
        Old {
            title: "Старый акт",
            format: "fns.on_aktsverotp",
            years: 6,
        },
        Old {
            title: "Ровно пять",
            format: "fns.on_aktsverotp",
            years: 5,
        },
        Old {
            title: "Старый счёт",
            format: "fns.on_nschfdoppr",
            years: 7,
        },
        Old {
            title: "Старый отчёт",
            format: "fns.report",
            years: 6,
        },
        Old {
            title: "Письмо",
            format: "pdf",
            years: 20,
        },
    ])
    .await;
    let list = desk.app.ended_terms(query(None, "")).await.unwrap();
    let classes: Vec<_> = list
        .classes
        .iter()
        .map(|one| (one.class.code.as_str(), one.documents))
        .collect();
    // A term of five years ends six years after the year of arrival; that of reports a year later.
    assert_eq!(classes, [("invoices", 1), ("primary", 1)]);
    assert_eq!((list.class.as_deref(), list.total), (Some("invoices"), 1));
    assert_eq!(list.rows[0].title, "Старый счёт");
    let acts = desk.app.ended_terms(query(Some("primary"), "")).await.unwrap();
    assert_eq!(acts.rows[0].title, "Старый акт");
    let page = desk.page(&acts.rows[0].id).await;
    let retention = page.retention.unwrap();
    assert!(retention.ended && !retention.chosen && retention.class.source.contains("402-ФЗ"));
    assert!(retention.until.unwrap().ends_with("-01-01"));
    // Narrowed by words, also to nothing.
    assert_eq!(desk.app.ended_terms(query(None, "СЧЕТ")).await.unwrap().total, 1);
    assert!(
        desk.app
            .ended_terms(query(None, "нет такого"))
            .await
            .unwrap()
            .classes
            .is_empty()
    );

    // Another class, another term; back again.
    let id = &acts.rows[0].id;
    desk.app.set_retention_class(id, Some("staff")).await.unwrap();
    assert_eq!(
        desk.app
            .ended_terms(query(Some("primary"), ""))
            .await
            .unwrap()
            .total,
        0
    );
    let retention = desk.page(id).await.retention.unwrap();
    assert!(retention.chosen && !retention.ended);
    assert_eq!(retention.class.years, Some(50));
    desk.app.set_retention_class(id, None).await.unwrap();
    assert_eq!(
        desk.app
            .ended_terms(query(Some("primary"), ""))
            .await
            .unwrap()
            .total,
        1
    );
    assert_eq!(
        code(desk.app.set_retention_class(id, Some("no such")).await),
        "app.not-found"
    );

    // Held: not in the list, not deletable.
    assert_eq!(code(desk.app.set_hold(id, Some("  ")).await), "app.no-reason");
    desk.app.set_hold(id, Some(" выездная проверка ")).await.unwrap();
    assert_eq!(
        desk.app
            .ended_terms(query(Some("primary"), ""))
            .await
            .unwrap()
            .total,
        0
    );
    let hold = desk.page(id).await.retention.unwrap().hold.unwrap();
    assert_eq!(hold.reason, "выездная проверка");
    let preview = desk.app.to_delete(std::slice::from_ref(id)).await.unwrap();
    assert_eq!(preview[0].obstacle.as_ref().unwrap().code, "store.kept-hold");
    let refused = desk
        .app
        .delete_documents(deletion(std::slice::from_ref(id), "срок", true))
        .await
        .unwrap();
    assert_eq!(
        (refused.documents.len(), refused.refused[0].error.code.as_str()),
        (0, "store.kept-hold")
    );
    desk.app.set_hold(id, None).await.unwrap();
    let everything = DocumentQuery {
        limit: 10,
        ..DocumentQuery::default()
    };
    assert_eq!(desk.app.documents(everything).await.unwrap().total, 5);
    let actions = desk.actions().await;
    for action in [
        "retention-class-set",
        "retention-class-reset",
        "document-held",
        "document-released",
    ] {
        assert!(actions.iter().any(|one| one == action), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_document_is_gone_and_the_journal_says_what_it_was_and_why() {
    let desk = desk_with(&[Old {
        title: "Рододендрон",
        format: "fns.on_aktsverotp",
        years: 8,
    }])
    .await;
    let row = desk
        .app
        .ended_terms(query(None, ""))
        .await
        .unwrap()
        .rows
        .remove(0);
    let preview = desk
        .app
        .to_delete(std::slice::from_ref(&row.id))
        .await
        .unwrap()
        .remove(0);
    assert!(!preview.early && preview.obstacle.is_none());
    assert_eq!((preview.files, preview.signatures, preview.size_kb), (1, 0, 1));
    let digest = desk.page(&row.id).await.files[0].digest.clone();
    let without = desk
        .app
        .delete_documents(deletion(std::slice::from_ref(&row.id), "", false))
        .await;
    assert_eq!(code(without), "app.no-reason");
    let done = desk
        .app
        .delete_documents(deletion(
            std::slice::from_ref(&row.id),
            "акт № 3 об уничтожении",
            false,
        ))
        .await
        .unwrap();
    assert_eq!((done.documents, done.refused.len()), (vec![row.id.clone()], 0));
    desk.app.wipe_traces().await.unwrap();
    assert_eq!(code(desk.app.document(&row.id).await), "store.no-document");
    let journal = desk.journal().await;
    let entry = journal.last().unwrap();
    assert_eq!(
        (entry.action.as_str(), entry.document_id.as_ref()),
        ("document-deleted", Some(&row.id))
    );
    assert_eq!(entry.params["sha256"], digest);
    assert_eq!(entry.params["reason"], "акт № 3 об уничтожении");
    assert_eq!(
        (entry.params["class"].as_str(), entry.params["files"].as_str()),
        ("primary", "1")
    );
    assert!(
        journal
            .iter()
            .all(|entry| !format!("{entry:?}").contains("Рододендрон"))
    );
    assert!(desk.app.check_integrity().await.unwrap().is_whole());
    // The same file can come again.
    let again = desk.import(&[sample(AKT)]).await;
    assert_eq!(desk.page(&again).await.row.stage, Stage::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_should_be_kept_longer_goes_only_when_somebody_insists() {
    let desk = Desk::new().await;
    let (kept, gone) = (
        desk.import(&[sample(AKT)]).await,
        desk.import(&[sample(UPD)]).await,
    );
    let letter = desk.import_letters(1).await.remove(0);
    let ids = [kept.clone(), letter.clone()];
    let refused = desk
        .app
        .delete_documents(deletion(&ids, "ошибка", false))
        .await
        .unwrap();
    assert!(refused.documents.is_empty());
    let codes: Vec<_> = refused
        .refused
        .iter()
        .map(|one| one.error.code.as_str())
        .collect();
    assert_eq!(codes, ["app.term-not-ended", "app.term-not-known"]);
    let until = &refused.refused[0].error.params["until"];
    let year = OffsetDateTime::now_utc()
        .to_offset(time::macros::offset!(+3))
        .year();
    assert_eq!(*until, format!("01.01.{}", year + 6));
    assert!(!refused.refused[0].title.is_empty());
    let done = desk
        .app
        .delete_documents(deletion(std::slice::from_ref(&gone), "загружен по ошибке", true))
        .await
        .unwrap();
    assert_eq!(done.documents, [gone]);
    assert_eq!(desk.actions().await.last().unwrap(), "document-deleted-early");
    assert!(desk.app.document(&kept).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_stays_and_what_has_arrived_goes_with_its_receipts() {
    let desk = Desk::signed_in().await;
    let id = desk.queued_akt().await;
    let one = std::slice::from_ref(&id);
    let refused = desk
        .app
        .delete_documents(deletion(one, "срок", true))
        .await
        .unwrap();
    assert_eq!(refused.refused[0].error.code, "store.kept-outbox");
    desk.work_to_the_end().await;
    let preview = desk.app.to_delete(one).await.unwrap().remove(0);
    assert_eq!((preview.files, preview.signatures, preview.receipts), (1, 1, 2));
    assert!(preview.statuses > 0 && preview.early && preview.obstacle.is_none());
    let done = desk
        .app
        .delete_documents(deletion(one, "срок", true))
        .await
        .unwrap();
    assert_eq!(done.refused, []);
    assert!(desk.app.outbox().await.unwrap().is_empty());
    assert!(desk.app.check_integrity().await.unwrap().is_whole());
    assert_eq!(desk.journal().await.last().unwrap().params["files"], "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_rules_of_the_administrator_delete_nothing_and_hide_no_document() {
    let desk = Desk::new().await;
    let id = desk.import(&[sample(AKT)]).await;
    std::fs::write(desk.path("retention.json"), "{").unwrap();
    assert!(desk.page(&id).await.retention.is_none());
    let one = std::slice::from_ref(&id);
    assert_eq!(
        code(desk.app.delete_documents(deletion(one, "срок", true)).await),
        "app.retention-data"
    );
    assert_eq!(
        code(desk.app.ended_terms(query(None, "")).await),
        "app.retention-data"
    );
    assert!(desk.app.document(&id).await.is_ok());
}
