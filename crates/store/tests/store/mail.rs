//! Letters, who opened them, and how often the portal was asked.

use std::io::Read;

use kabinet_store::{
    Hold, KeptFile, LetterContent, LetterLine, LetterPart, LetterReading, MailKey, MailRequest, MailTask,
    MailTaskState, Missing, NamedFile, Obstacle, Page, StoreError,
};
use uuid::Uuid;

use crate::support::{Bench, NOW, entry, later};

fn line(number: u128, is_read: bool) -> LetterLine {
    LetterLine {
        key: MailKey {
            thread: Uuid::from_u128(number),
            message: Uuid::from_u128(number + 1000),
        },
        title: "ФНС России".to_owned(),
        subject: Some(format!("Требование № {number}")),
        created: later(i64::try_from(number).unwrap()),
        is_read,
    }
}

#[test]
fn a_letter_that_was_opened_stays_so_whatever_lists_say_later() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let letter = line(1, false);
    store
        .keep_letter_lines(&[letter.clone(), line(2, false)])
        .unwrap();
    store
        .change(entry("mail-opening"), |change| {
            change.begin_opening(letter.key, "Анна")
        })
        .unwrap();
    let who = "Анна".to_owned();
    let reading = store.letter(letter.key).unwrap().reading;
    assert_eq!(
        reading,
        LetterReading::Unknown {
            who: who.clone(),
            at: NOW
        }
    );
    let content = LetterContent {
        html: "<p>Текст</p>".to_owned(),
        files: vec![NamedFile {
            id: Uuid::from_u128(9),
            name: "Требование.pdf".to_owned(),
            size: Some(3),
            mime: None,
            is_signed: true,
            is_ready: true,
        }],
        ..LetterContent::default()
    };
    store
        .change(entry("mail-opened"), |change| {
            change.keep_letter(letter.key, &content)
        })
        .unwrap();
    store.keep_letter_lines(std::slice::from_ref(&letter)).unwrap();
    let kept = store.letter(letter.key).unwrap();
    assert_eq!(kept.reading, LetterReading::Opened { who, at: NOW });
    assert!(kept.line.is_read);
    assert_eq!(kept.content, Some(content));
    let titles: Vec<_> = store.letters(Page::first(9)).unwrap();
    assert_eq!(titles[0].line.key, line(2, false).key);
    // The list holds nothing of the letter's text.
    assert_eq!(titles[1].content, None);
}

#[test]
fn an_opening_that_certainly_failed_leaves_the_letter_unopened() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let letter = line(1, false);
    let unknown = store.change(entry("mail-opening"), |change| {
        change.begin_opening(letter.key, "Анна")
    });
    assert!(matches!(unknown, Err(StoreError::NotFound(Missing::Letter))));
    store.keep_letter_lines(std::slice::from_ref(&letter)).unwrap();
    store
        .change(entry("mail-opening"), |change| {
            change.begin_opening(letter.key, "Анна")
        })
        .unwrap();
    store
        .change(entry("mail-not-opened"), |change| {
            change.opening_failed(letter.key)
        })
        .unwrap();
    assert_eq!(store.letter(letter.key).unwrap().reading, LetterReading::Unopened);
}

#[test]
fn what_came_with_a_letter_is_not_swept_away_with_unused_content() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let letter = line(1, true);
    store.keep_letter_lines(std::slice::from_ref(&letter)).unwrap();
    let (digest, size) = store.put_blob(&b"pdf"[..]).unwrap();
    let file = KeptFile {
        attachment: Uuid::from_u128(9),
        part: LetterPart::File,
        digest,
        size,
    };
    store
        .change(entry("mail-file-fetched"), |change| {
            change.keep_letter_file(letter.key, &file)
        })
        .unwrap();
    assert_eq!(store.drop_unused_blobs().unwrap(), 0);
    assert!(!store.drop_blob_if_unused(digest).unwrap());
    assert_eq!(store.letter_files(letter.key).unwrap(), [file]);
    let mut bytes = Vec::new();
    store.read_blob(digest).unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, b"pdf");
}

#[test]
fn requests_are_counted_since_a_moment_and_tasks_go_on_where_they_were() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    store
        .change(entry("mail-list-requested"), |change| {
            change.note_mail_request(MailRequest::Search)
        })
        .unwrap();
    let count = |since| store.mail_requests(MailRequest::Search, since).unwrap();
    assert_eq!((count(NOW), count(later(1))), (1, 0));
    assert_eq!(store.mail_requests(MailRequest::Fetch, NOW).unwrap(), 0);
    store.forget_mail_request(MailRequest::Search).unwrap();
    assert_eq!(count(NOW), 0);
    let mut task = MailTask {
        id: Uuid::from_u128(5),
        from: NOW,
        until: later(10),
        ordered: later(20),
        who: "Анна".to_owned(),
        state: MailTaskState::Preparing,
        looked: None,
        total: None,
        fetched: 0,
    };
    store.keep_mail_task(&task).unwrap();
    task.state = MailTaskState::Partial;
    (task.looked, task.total, task.fetched) = (Some(later(30)), Some(1001), 1000);
    store.keep_mail_task(&task).unwrap();
    assert_eq!(store.mail_tasks().unwrap(), [task]);
}

#[test]
fn what_is_in_a_letter_goes_and_its_line_stays() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let (letter, other) = (line(1, false), line(2, false));
    store.keep_letter_lines(&[letter.clone(), other.clone()]).unwrap();
    let erase = |key| {
        store.change(entry("mail-deleted"), |change| {
            change.erase_letter(key, Some("12-34"))
        })
    };
    assert!(matches!(
        erase(letter.key),
        Err(StoreError::NotFound(Missing::Letter))
    ));
    for key in [letter.key, other.key] {
        store
            .change(entry("mail-opening"), |change| change.begin_opening(key, "Анна"))
            .unwrap();
        store
            .change(entry("mail-opened"), |change| {
                change.keep_letter(key, &LetterContent::default())
            })
            .unwrap();
    }
    let (digest, size) = store.put_blob(&b"pdf"[..]).unwrap();
    let file = KeptFile {
        attachment: Uuid::from_u128(9),
        part: LetterPart::File,
        digest,
        size,
    };
    for key in [letter.key, other.key] {
        store
            .change(entry("mail-file-fetched"), |change| {
                change.keep_letter_file(key, &file)
            })
            .unwrap();
    }
    let hold = Hold {
        reason: "проверка".to_owned(),
        since: NOW,
    };
    let set = |hold: Option<&Hold>| {
        store
            .change(entry("mail-held"), |change| {
                change.set_letter_hold(letter.key, hold)
            })
            .unwrap();
    };
    set(Some(&hold));
    assert_eq!(store.letter_hold(letter.key).unwrap(), Some(hold));
    assert_eq!(store.count_held_letters().unwrap(), 1);
    assert!(matches!(erase(letter.key), Err(StoreError::Kept(Obstacle::Hold))));
    let ended = || -> Vec<MailKey> {
        let ended = store.ended_letters(later(1), Page::first(9)).unwrap();
        assert_eq!(store.count_ended_letters(later(1)).unwrap(), ended.len() as u64);
        ended.iter().map(|kept| kept.line.key).collect()
    };
    assert_eq!(ended(), [other.key]);
    assert!(store.ended_letters(NOW, Page::first(9)).unwrap().is_empty());
    set(None);
    assert_eq!(ended().len(), 2);

    // Content the other letter has as well stays.
    assert_eq!(erase(letter.key).unwrap().contents, 0);
    assert!(store.has_traces().unwrap());
    while store.wipe_traces().unwrap() {}
    let kept = store.letter(letter.key).unwrap();
    assert!(kept.is_deleted && kept.content.is_none());
    assert_eq!(kept.line.subject.as_deref(), Some("12-34"));
    assert!(matches!(kept.reading, LetterReading::Opened { .. }));
    assert!(store.letter_files(letter.key).unwrap().is_empty());
    assert_eq!(ended(), [other.key]);
    // A later list does not bring its subject back.
    store.keep_letter_lines(std::slice::from_ref(&letter)).unwrap();
    let listed = store.letters(Page::first(9)).unwrap();
    let listed = listed.iter().find(|kept| kept.line.key == letter.key).unwrap();
    assert!(listed.is_deleted);
    assert_eq!(listed.line.subject.as_deref(), Some("12-34"));
    assert_eq!(erase(other.key).unwrap().contents, 1);
    assert!(store.read_blob(digest).is_err());
    store.check().unwrap();
}
