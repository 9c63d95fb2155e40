use kabinet_domain::{
    DocumentStage, OrderId, OrderStatus, Outcome, ProcessingCode, SubmissionEvent, SubmissionState,
};
use kabinet_store::{Missing, StatusChange, Step, StoreError, Verification};

use crate::support::{Bench, NOW, add, document, entry, later, submission};

fn step(state: SubmissionState) -> Step {
    Step {
        state,
        attempts: 0,
        due: NOW,
        last_error: None,
    }
}

#[test]
fn a_failure_after_queueing_takes_back_queue_stage_and_journal_together() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let signed = add(&store, "Акт", b"1");
    let failed = store.change(entry("document.queued"), |change| {
        change.enqueue(&submission(&signed))?;
        assert_eq!(change.document(signed.id)?.stage, DocumentStage::Queued);
        Err::<(), _>(StoreError::Conflict)
    });
    assert!(matches!(failed, Err(StoreError::Conflict)));
    assert_eq!(store.document(signed.id).unwrap(), signed);
    assert!(store.submissions(signed.id).unwrap().is_empty());
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(1));
}

#[test]
fn a_panic_in_a_change_takes_everything_back_and_leaves_the_store_usable() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let signed = add(&store, "Акт", b"1");
    let other = store.clone();
    let queued = submission(&signed);
    let panicked = std::thread::spawn(move || {
        other.change(entry("document.queued"), |change| {
            change.enqueue(&queued)?;
            panic!("a defect of the caller");
            #[allow(unreachable_code)]
            Ok(())
        })
    })
    .join();
    assert!(panicked.is_err());
    assert_eq!(store.document(signed.id).unwrap(), signed);
    store
        .change(entry("document.queued"), |change| {
            change.enqueue(&submission(&signed))
        })
        .unwrap();
}

#[test]
fn a_document_is_in_the_outbox_once() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let signed = add(&store, "Акт", b"1");
    let first = submission(&signed);
    store
        .change(entry("document.queued"), |change| change.enqueue(&first))
        .unwrap();
    let again = store.change(entry("document.queued"), |change| {
        change.enqueue(&submission(&signed))
    });
    assert!(matches!(again, Err(StoreError::AlreadyQueued)));

    let over = first.state.after(SubmissionEvent::Withdrawn).unwrap();
    store
        .change(entry("document.withdrawn"), |change| {
            change.advance(&first, &step(over))
        })
        .unwrap();
    let second = submission(&signed);
    store
        .change(entry("document.queued"), |change| change.enqueue(&second))
        .unwrap();
    let ids: Vec<_> = store
        .submissions(signed.id)
        .unwrap()
        .into_iter()
        .map(|one| one.id)
        .collect();
    assert_eq!(ids, [first.id, second.id]);
}

#[test]
fn what_is_not_in_the_archive_cannot_be_queued() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let stranger = document(&store, "Акт", b"1");
    let refused = store.change(entry("document.queued"), |change| {
        change.enqueue(&submission(&stranger))
    });
    assert!(matches!(refused, Err(StoreError::NotFound(Missing::Document))));
}

#[test]
fn of_two_writers_one_moves_a_submission() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let signed = add(&store, "Акт", b"1");
    let seen = submission(&signed);
    store
        .change(entry("document.queued"), |change| change.enqueue(&seen))
        .unwrap();
    let reserving = step(SubmissionState::Reserving { since: NOW });
    let results: Vec<_> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    store.change(entry("submission.moved"), |change| {
                        change.advance(&seen, &reserving)
                    })
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(
        results
            .iter()
            .filter(|result| matches!(result, Err(StoreError::Conflict)))
            .count(),
        7
    );
    // Two document entries and one move.
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(3));
}

#[test]
fn a_repeated_try_in_the_same_state_is_somebody_elses_change_too() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let signed = add(&store, "Акт", b"1");
    let seen = submission(&signed);
    store
        .change(entry("document.queued"), |change| change.enqueue(&seen))
        .unwrap();
    let postponed = store
        .postpone(&seen, 1, later(30), Some("portal.timeout".to_owned()))
        .unwrap();
    assert!(matches!(
        store.postpone(&seen, 1, later(30), None),
        Err(StoreError::Conflict)
    ));
    assert_eq!(postponed.state, seen.state);
    assert_eq!((postponed.attempts, postponed.due), (1, later(30)));
    assert_eq!(postponed.last_error.as_deref(), Some("portal.timeout"));
    assert_eq!(store.submission(seen.id).unwrap(), postponed);
    let gone = kabinet_domain::Submission {
        id: kabinet_domain::SubmissionId(uuid::Uuid::new_v4()),
        ..seen
    };
    let missing = store.postpone(&gone, 1, NOW, None);
    assert!(matches!(missing, Err(StoreError::NotFound(Missing::Submission))));
}

#[test]
fn only_unfinished_submissions_whose_time_has_come_are_due() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    assert_eq!(store.next_due().unwrap(), None);
    let mut queued = Vec::new();
    for seconds in [20, 10, 0, 99] {
        let document = add(&store, "Акт", format!("{seconds}").as_bytes());
        let submission = kabinet_domain::Submission {
            due: later(seconds),
            ..submission(&document)
        };
        store
            .change(entry("document.queued"), |change| change.enqueue(&submission))
            .unwrap();
        queued.push(submission);
    }
    let over = SubmissionState::Finished {
        order: None,
        outcome: Outcome::Cancelled,
    };
    store
        .change(entry("document.withdrawn"), |change| {
            change.advance(&queued[2], &step(over))
        })
        .unwrap();
    assert_eq!(store.due(later(9)).unwrap(), []);
    assert_eq!(
        store.due(later(20)).unwrap(),
        [queued[1].clone(), queued[0].clone()]
    );
    assert_eq!(store.next_due().unwrap(), Some(later(10)));
}

#[test]
fn every_state_comes_back_as_it_was_and_is_found_by_its_order() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", b"1");
    let mut seen = submission(&document);
    store
        .change(entry("document.queued"), |change| change.enqueue(&seen))
        .unwrap();
    // The largest number the portal could give, and a time finer than the column for times.
    let order = OrderId(u64::MAX);
    let since = NOW + time::Duration::nanoseconds(123_456_789);
    for event in [
        SubmissionEvent::ReserveStarted(since),
        SubmissionEvent::Reserved(order),
        SubmissionEvent::UploadStarted(since),
        SubmissionEvent::Uploaded,
        SubmissionEvent::Final(Outcome::Refused),
        SubmissionEvent::Collected,
    ] {
        let state = seen.state.after(event).unwrap();
        seen = store
            .change(entry("submission.moved"), |change| {
                change.advance(&seen, &step(state))
            })
            .unwrap();
        assert_eq!(seen.state, state);
        assert_eq!(store.submission(seen.id).unwrap(), seen);
        let found = store.submission_of_order(order).unwrap();
        assert_eq!(found, state.order().map(|_| seen.clone()));
    }
}

fn status(history_id: Option<u64>, title: &str, at: i64) -> OrderStatus {
    OrderStatus {
        history_id,
        status_id: history_id.map(|_| 17),
        title: title.to_owned(),
        comment: None,
        sender: None,
        agency_code: None,
        code: history_id
            .is_none()
            .then(|| ProcessingCode("SEND_TO_GATEWAY".to_owned())),
        at: later(at),
        is_final: false,
        cancel_allowed: true,
        has_result: false,
    }
}

#[test]
fn a_status_is_kept_once_and_brought_up_to_date() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", b"1");
    let add = |status: &OrderStatus| {
        store
            .change(entry("status.received"), |change| {
                change.add_status(document.id, status)
            })
            .unwrap()
    };
    let processing = status(None, "Передаётся", 0);
    assert_eq!(add(&processing), StatusChange::Added);
    assert_eq!(
        add(&OrderStatus {
            at: later(5),
            ..processing.clone()
        }),
        StatusChange::Known
    );
    let taken = status(Some(11), "Принято", 20);
    assert_eq!(add(&taken), StatusChange::Added);
    assert_eq!(add(&status(Some(10), "Отправлено", 10)), StatusChange::Added);
    assert_eq!(add(&taken), StatusChange::Known);
    let commented = OrderStatus {
        comment: Some("Исправьте КПП".to_owned()),
        ..taken
    };
    assert_eq!(add(&commented), StatusChange::Updated);
    assert_eq!(
        store.statuses(document.id).unwrap(),
        [processing, status(Some(10), "Отправлено", 10), commented]
    );
    // The document and four news: what was known is not journalled.
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(5));
}
