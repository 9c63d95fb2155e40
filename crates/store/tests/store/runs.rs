use kabinet_domain::{ContentDigest, DocumentId, DocumentStage};
use kabinet_store::{ItemState, Missing, Opened, SigningItem, SigningRun, StoreError};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::support::{Bench, NOW, add, entry, later};

fn run(started: OffsetDateTime, documents: &[DocumentId]) -> SigningRun {
    SigningRun {
        id: Uuid::new_v4(),
        certificate: [7; 32],
        holder: "Лютикова Мария Петровна".to_owned(),
        token: "Рутокен".to_owned(),
        serial: "0001".to_owned(),
        started,
        ended: None,
        stopped: None,
        items: documents
            .iter()
            .map(|document| SigningItem {
                document: *document,
                shown: ContentDigest([1; 32]),
                state: ItemState::Waiting,
            })
            .collect(),
    }
}

#[test]
fn a_run_keeps_its_order_and_what_became_of_each_document_until_nothing_waits() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let ids: Vec<DocumentId> = ["a", "b", "c"]
        .map(|title| add(&store, title, title.as_bytes()).id)
        .to_vec();
    let run = run(NOW, &[ids[2], ids[0], ids[1]]);
    store
        .change(entry("signing-started"), |change| change.begin_run(&run))
        .unwrap();
    assert_eq!(
        store.unfinished_signing_runs().unwrap(),
        std::slice::from_ref(&run)
    );

    store
        .change(entry("document-signed"), |change| {
            change.set_stage(ids[2], DocumentStage::Signed)?;
            change.settle(run.id, ids[2], &ItemState::Signed)
        })
        .unwrap();
    store
        .change(entry("signing-stopped"), |change| {
            change.stop_run(run.id, "token.removed")
        })
        .unwrap();
    let kept = store.signing_run(run.id).unwrap();
    assert_eq!(
        (kept.ended, kept.stopped.as_deref()),
        (None, Some("token.removed"))
    );
    assert_eq!(kept.items[0].state, ItemState::Signed);
    assert_eq!(kept.items[1].state, ItemState::Waiting);

    store
        .change(entry("signing-resumed"), |change| {
            change.resume_run(run.id, false)
        })
        .unwrap();
    assert_eq!(store.signing_run(run.id).unwrap().stopped, None);
    let failed = ItemState::Failed("app.document-changed".to_owned());
    store
        .change(entry("sign-failed"), |change| {
            change.settle(run.id, ids[0], &failed)
        })
        .unwrap();
    store
        .change(entry("signing-dropped"), |change| {
            change.give_up_run(run.id, "app.run-dropped")
        })
        .unwrap();
    let kept = store.signing_run(run.id).unwrap();
    assert_eq!(kept.ended, Some(NOW));
    assert_eq!(kept.items[1].state, failed);
    assert_eq!(
        kept.items[2].state,
        ItemState::Skipped("app.run-dropped".to_owned())
    );
    assert!(store.unfinished_signing_runs().unwrap().is_empty());
}

#[test]
fn a_document_of_a_run_is_settled_once_and_takes_back_what_came_with_a_second_time() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", b"1");
    let run = run(NOW, &[document.id]);
    store
        .change(entry("signing-started"), |change| change.begin_run(&run))
        .unwrap();
    let sign = || {
        store.change(entry("document-signed"), |change| {
            change.set_stage(document.id, DocumentStage::Signed)?;
            change.settle(run.id, document.id, &ItemState::Signed)
        })
    };
    sign().unwrap();
    let before = store.journal().count().unwrap();
    assert!(matches!(sign(), Err(StoreError::Conflict)));
    assert_eq!(store.journal().count().unwrap(), before);
    // Only what failed can be tried again.
    store
        .change(entry("signing-resumed"), |change| change.resume_run(run.id, true))
        .unwrap();
    assert_eq!(
        store.signing_run(run.id).unwrap().items[0].state,
        ItemState::Signed
    );
}

#[test]
fn what_failed_waits_again_when_it_is_to_be_tried_again() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", b"1");
    let run = run(NOW, &[document.id]);
    store
        .change(entry("signing-started"), |change| {
            change.begin_run(&run)?;
            change.settle(run.id, document.id, &ItemState::Failed("code".to_owned()))
        })
        .unwrap();
    assert_eq!(store.signing_run(run.id).unwrap().ended, Some(NOW));
    store
        .change(entry("signing-resumed"), |change| change.resume_run(run.id, true))
        .unwrap();
    let kept = store.signing_run(run.id).unwrap();
    assert_eq!((kept.ended, &kept.items[0].state), (None, &ItemState::Waiting));
}

#[test]
fn a_run_that_did_nothing_leaves_no_trace_but_the_journal() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", b"1");
    let run = run(NOW, &[document.id]);
    store
        .change(entry("signing-started"), |change| change.begin_run(&run))
        .unwrap();
    store
        .change(entry("sign-failed"), |change| change.forget_run(run.id))
        .unwrap();
    assert!(matches!(
        store.signing_run(run.id),
        Err(StoreError::NotFound(Missing::SigningRun))
    ));
    store.check().unwrap();
}

#[test]
fn of_the_finished_runs_the_last_hundred_are_kept_and_every_unfinished_one() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", b"1");
    let unfinished = run(NOW, &[document.id]);
    store
        .change(entry("signing-started"), |change| change.begin_run(&unfinished))
        .unwrap();
    let finished: Vec<SigningRun> = (1..=103)
        .map(|second| SigningRun {
            ended: Some(later(second)),
            ..run(later(second), &[])
        })
        .collect();
    for run in &finished {
        store
            .change(entry("signing-started"), |change| change.begin_run(run))
            .unwrap();
    }
    assert!(store.signing_run(finished[2].id).is_err());
    assert!(store.signing_run(finished[3].id).is_ok());
    assert!(store.signing_run(unfinished.id).is_ok());
}

#[test]
fn the_last_opening_of_a_document_is_remembered_with_what_was_shown() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", b"1");
    assert_eq!(store.opened(document.id).unwrap(), None);
    for second in [1, 2] {
        let opened = Opened {
            shown: ContentDigest([second as u8; 32]),
            at: later(second),
        };
        store.note_opened(document.id, &opened).unwrap();
        assert_eq!(store.opened(document.id).unwrap(), Some(opened));
    }
    let stranger = DocumentId(Uuid::new_v4());
    let opened = store.opened(document.id).unwrap().unwrap();
    assert!(matches!(
        store.note_opened(stranger, &opened),
        Err(StoreError::NotFound(Missing::Document))
    ));
}
