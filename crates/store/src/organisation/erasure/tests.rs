//! Nothing of a deleted document is left in the pages, and what others use stays.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use kabinet_domain::poa::judge::PoaKind;
use kabinet_domain::poa::{PoaNumber, PoaState};
use kabinet_domain::{
    Document, DocumentFile, DocumentId, DocumentStage, FileRole, OrderId, OrderStatus, Outcome, Submission,
    SubmissionId, SubmissionState,
};
use uuid::Uuid;

use super::*;
use crate::convert::rows;
use crate::database::{Open, migrate};
use crate::organisation::tests::{Bench, T, document, entry};
use crate::organisation::{
    Arrival, ArrivalOutcome, DocumentFilter, Ended, Hold, ItemState, KeptFile, LetterContent, LetterLine,
    LetterPart, MailKey, Opened, Page, PoaRecord, PoaRepresentative, Retention, SCHEMA, SigningItem,
    SigningRun,
};

/// Whoever adds a table that names documents has to say here what becomes of it when one is deleted or taken back.
#[test]
fn every_column_that_names_a_document_is_known() {
    let mut connection = rusqlite::Connection::open_in_memory().unwrap();
    migrate(&mut connection, SCHEMA, crate::database::latest(SCHEMA)).unwrap();
    let names = |sql: &str| rows(&connection, sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let mut there: Vec<(String, String)> = names(
        "SELECT m.name, f.\"from\" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
         WHERE m.type = 'table' AND f.\"table\" = 'documents'",
    );
    there.extend(names(
        "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND c.name LIKE '%document%' AND m.name NOT LIKE 'document\\_counts' ESCAPE '\\'
           AND c.type <> '' AND c.name <> 'documents'",
    ));
    there.sort();
    there.dedup();
    let mut known: Vec<(String, String)> = MENTIONS
        .iter()
        .map(|mention| (mention.table.to_owned(), mention.column.to_owned()))
        .collect();
    known.sort();
    assert_eq!(there, known);
    let mut content = names(
        "SELECT m.name, f.\"from\" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
         WHERE m.type = 'table' AND f.\"table\" = 'blobs'",
    );
    content.sort();
    assert_eq!(
        content,
        // A download has its content before that has an address.
        [
            ("blob_pieces", "blob"),
            ("document_files", "digest"),
            ("downloads", "blob"),
            ("letter_files", "digest"),
        ]
        .map(|(table, column)| (table.to_owned(), column.to_owned())),
        "blobs::remove_unused and remove_if_unused have to ask whoever else uses content"
    );
}

/// Letters by chance that are the same every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    fn word(&mut self) -> String {
        let letters: Vec<char> = ('а'..='я').collect();
        (0..12).map(|_| letters[self.next(letters.len())]).collect()
    }

    fn inn(&mut self) -> String {
        (0..10).map(|_| char::from(b'1' + self.next(9) as u8)).collect()
    }
}

/// A document, and everything that stands in it and nowhere else. Every word is of its own letters, so that its end is
/// written out even where an index leaves out the beginning it shares with the word before.
struct Planted {
    document: Document,
    words: Vec<String>,
}

impl Planted {
    fn ends(&self) -> impl Iterator<Item = &[u8]> {
        self.words.iter().map(|word| {
            let shared = if word.is_ascii() { 2 } else { 5 };
            let end = word.char_indices().nth(shared).map_or(0, |(at, _)| at);
            &word.as_bytes()[end..]
        })
    }
}

fn plant(store: &OrganisationStore, dice: &mut Dice, size: usize) -> Planted {
    let (title, file, sign, text, status) = (dice.word(), dice.word(), dice.word(), dice.word(), dice.word());
    let (inn, reason, arrived) = (dice.inn(), dice.word(), dice.word());
    let (person, power, principal) = (dice.word(), dice.word(), dice.inn());
    let line = format!("Покупатель {text}, ИНН {inn}.\n");
    let mut planted = document(
        store,
        &format!("Акт {title}"),
        line.repeat(size / line.len() + 1).as_bytes(),
    );
    planted.files[0].name = format!("{file}.xml");
    let signature = format!("подпись {sign} {}", "x".repeat(dice.next(3000)));
    let (digest, signature) = store.put_blob(signature.as_bytes()).unwrap();
    planted.files.push(DocumentFile {
        name: format!("{file}.xml.sig"),
        role: FileRole::Signature {
            of: format!("{file}.xml"),
        },
        digest,
        size: signature,
    });
    planted.stage = DocumentStage::Accepted;
    let id = planted.id;
    let submission = Submission {
        id: SubmissionId(Uuid::new_v4()),
        document: id,
        service: "99000000001".to_owned(),
        state: SubmissionState::Finished {
            order: Some(OrderId(764_000_001)),
            outcome: Outcome::Accepted,
        },
        attempts: 1,
        due: T,
        last_error: None,
        created: T,
    };
    let said = OrderStatus {
        history_id: Some(1),
        status_id: Some(3),
        title: "Услуга оказана".to_owned(),
        comment: Some(format!("Принято: {status}")),
        sender: None,
        agency_code: None,
        code: None,
        at: T,
        is_final: true,
        cancel_allowed: false,
        has_result: true,
    };
    let run = SigningRun {
        id: Uuid::new_v4(),
        certificate: [7; 32],
        holder: "бухгалтер".to_owned(),
        token: "токен".to_owned(),
        serial: "0001".to_owned(),
        started: T,
        ended: None,
        stopped: None,
        items: vec![SigningItem {
            document: id,
            shown: digest,
            state: ItemState::Waiting,
        }],
    };
    store
        .change(entry(), |change| {
            change.add_document_with_text(&planted, &line)?;
            // Of the finished runs only a hundred are kept.
            if size < 1000 {
                change.begin_run(&run)?;
                change.settle(run.id, id, &ItemState::Failed(format!("файл {reason}")))?;
            }
            change.add_status(id, &said)?;
            change.set_retention(
                id,
                &Retention {
                    class: Some("primary".to_owned()),
                    hold: None,
                },
            )?;
            change.note_arrival(&Arrival {
                id: Uuid::new_v4(),
                name: format!("{arrived}.xml"),
                digest,
                at: T,
                outcome: ArrivalOutcome::Taken,
                document: Some(id),
                reason: None,
                moved: true,
            })
        })
        .unwrap();
    store
        .database
        .write(|transaction| crate::organisation::submissions::add(transaction, &submission))
        .unwrap();
    store.note_opened(id, &Opened { shown: digest, at: T }).unwrap();
    let poa = PoaRecord {
        number: PoaNumber(Uuid::new_v4()),
        document: id,
        kind: PoaKind::Electronic,
        state: PoaState::Active,
        issued: T.date(),
        expires: T.date(),
        principal_inn: principal.clone(),
        principal_name: "ООО".to_owned(),
        representatives: vec![PoaRepresentative {
            name: person.clone(),
            ..PoaRepresentative::default()
        }],
        powers: vec![("1".to_owned(), power.clone())],
        parent: None,
        supersedes: None,
        signatures: Vec::new(),
        registry: None,
        revocation: None,
        error: None,
        added: T,
    };
    store.change(entry(), |change| change.add_poa(&poa)).unwrap();
    let mut words = vec![
        title, file, sign, text, status, inn, arrived, person, power, principal,
    ];
    if size < 1000 {
        words.push(reason);
    }
    Planted {
        document: planted,
        words,
    }
}

/// Every page as it is in the file, without its encryption: also what stands in free pages and between the rows.
fn pages(store: &OrganisationStore) -> Vec<u8> {
    store
        .database
        .read(|connection| {
            let mut size = 0;
            // SAFETY: the handle is open; what comes back is `size` bytes that are ours, or nothing.
            let bytes = unsafe {
                let bytes =
                    rusqlite::ffi::sqlite3_serialize(connection.handle(), c"main".as_ptr(), &raw mut size, 0);
                assert!(!bytes.is_null());
                let copied = std::slice::from_raw_parts(bytes, size as usize).to_vec();
                rusqlite::ffi::sqlite3_free(bytes.cast());
                copied
            };
            Ok(bytes)
        })
        .unwrap()
}

fn wipe(store: &OrganisationStore) {
    while store.wipe_traces().unwrap() {}
    assert!(!store.has_traces().unwrap());
}

fn holds(pages: &[u8], words: &[u8]) -> bool {
    memchr::memmem::find(pages, words).is_some()
}

/// Which of these ends stand in the pages, looked for all at once.
fn found<'a>(pages: &[u8], planted: &'a [Planted]) -> Vec<&'a str> {
    let mut by_beginning: HashMap<&[u8], Vec<&[u8]>> = HashMap::new();
    for end in planted.iter().flat_map(Planted::ends) {
        by_beginning.entry(&end[..8]).or_default().push(end);
    }
    let mut found = HashSet::new();
    for (at, window) in pages.windows(8).enumerate() {
        if let Some(ends) = by_beginning.get(window) {
            found.extend(ends.iter().filter(|end| pages[at..].starts_with(end)));
        }
    }
    let mut found: Vec<&str> = found
        .into_iter()
        .map(|end| std::str::from_utf8(end).unwrap())
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn nothing_of_a_deleted_document_stays_in_the_pages() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    let mut dice = Dice(20);
    // Some in a few pages, some within a row, one in several pieces.
    let mut planted: Vec<Planted> = (0..150)
        .map(|number| {
            let size = match number {
                7 => 1_200_000,
                number if number % 3 == 0 => 9_000,
                number if number % 3 == 1 => 300,
                _ => 2_000,
            };
            plant(&store, &mut dice, size)
        })
        .collect();
    let all = |planted: &[Planted]| planted.iter().map(|one| one.words.len()).sum::<usize>();
    assert_eq!(
        found(&pages(&store), &planted).len(),
        all(&planted),
        "what is not there cannot go"
    );

    // By and by, and in no order: pages are divided and joined again meanwhile.
    let mut gone = Vec::new();
    for turn in 0..3 {
        for _ in 0..25 {
            let one = planted.swap_remove(dice.next(planted.len()));
            let erased = store
                .change(entry(), |change| change.erase_document(one.document.id))
                .unwrap();
            assert_eq!(erased.contents, 2);
            gone.push(one);
        }
        wipe(&store);
        let log = bench.file().with_extension("db-wal");
        assert_eq!(std::fs::metadata(log).map_or(0, |log| log.len()), 0);
        let now = pages(&store);
        assert_eq!(found(&now, &gone), Vec::<&str>::new(), "turn {turn}");
        assert_eq!(found(&now, &planted).len(), all(&planted));
        planted.push(plant(&store, &mut dice, 700));
    }
    for one in &planted {
        let mut content = Vec::new();
        let main = one.document.files[0].digest;
        store.read_blob(main).unwrap().read_to_end(&mut content).unwrap();
        let found = DocumentFilter {
            text: Some(one.words[3].clone()),
            ..DocumentFilter::default()
        };
        assert_eq!(store.count_documents(&found).unwrap(), 1);
    }
    store.check().unwrap();
}

fn erase(store: &OrganisationStore, document: DocumentId) -> Result<Erased, StoreError> {
    store.change(entry(), |change| change.erase_document(document))
}

fn add(store: &OrganisationStore, title: &str, content: &[u8]) -> Document {
    let document = document(store, title, content);
    store
        .change(entry(), |change| change.add_document_with_text(&document, title))
        .unwrap();
    document
}

#[test]
fn content_another_document_has_as_well_stays() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    let (one, other) = (
        add(&store, "первый", b"the same"),
        add(&store, "второй", b"the same"),
    );
    assert_eq!(erase(&store, one.id).unwrap(), Erased { contents: 0 });
    let read = || {
        let mut content = String::new();
        let blob = store.read_blob(other.files[0].digest);
        blob.map(|mut blob| blob.read_to_string(&mut content).map(|_| content))
    };
    assert_eq!(read().unwrap().unwrap(), "the same");
    assert_eq!(erase(&store, other.id).unwrap(), Erased { contents: 1 });
    assert!(matches!(read(), Err(StoreError::NotFound(_))));
    assert!(matches!(erase(&store, one.id), Err(StoreError::NotFound(_))));
    store.check().unwrap();
}

#[test]
fn what_is_held_on_its_way_or_being_signed_is_not_deleted() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    let (held, sent, signed) = (
        add(&store, "a", b"a"),
        add(&store, "b", b"b"),
        add(&store, "c", b"c"),
    );
    let hold = Retention {
        class: None,
        hold: Some(Hold {
            reason: "выездная проверка".to_owned(),
            since: T,
        }),
    };
    let submission = Submission {
        id: SubmissionId(Uuid::new_v4()),
        document: sent.id,
        service: "99000000001".to_owned(),
        state: SubmissionState::Queued,
        attempts: 0,
        due: T,
        last_error: None,
        created: T,
    };
    let run = SigningRun {
        id: Uuid::new_v4(),
        certificate: [7; 32],
        holder: String::new(),
        token: String::new(),
        serial: String::new(),
        started: T,
        ended: None,
        stopped: None,
        items: vec![SigningItem {
            document: signed.id,
            shown: signed.files[0].digest,
            state: ItemState::Waiting,
        }],
    };
    store
        .change(entry(), |change| {
            change.set_retention(held.id, &hold)?;
            change.enqueue(&submission)?;
            change.begin_run(&run)
        })
        .unwrap();
    assert_eq!(store.retention(held.id).unwrap(), hold);
    for (document, obstacle, code) in [
        (&held, Obstacle::Hold, "store.kept-hold"),
        (&sent, Obstacle::Outbox, "store.kept-outbox"),
        (&signed, Obstacle::Signing, "store.kept-signing"),
    ] {
        assert_eq!(store.obstacle(document.id).unwrap(), Some(obstacle));
        let entries = store.journal().count().unwrap();
        let refused = erase(&store, document.id).unwrap_err();
        assert_eq!(refused.code(), code);
        assert_eq!(store.journal().count().unwrap(), entries);
        assert!(store.document(document.id).is_ok());
    }
    assert!(!store.has_traces().unwrap());
    let entries = store.journal().count().unwrap();
    store
        .change(entry(), |change| change.set_retention(held.id, &hold))
        .unwrap();
    assert_eq!(store.journal().count().unwrap(), entries, "decided so before");
    // Lifted, and given up: nothing keeps them any more.
    store
        .change(entry(), |change| {
            change.set_retention(held.id, &Retention::default())?;
            change.give_up_run(run.id, "no time")
        })
        .unwrap();
    for document in [&held, &signed] {
        erase(&store, document.id).unwrap();
    }
    assert!(store.has_traces().unwrap());
    assert!(store.signing_run(run.id).is_err());
    store.check().unwrap();
}

#[test]
fn words_that_were_to_be_wiped_are_wiped_after_a_restart() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    for number in 0..60 {
        add(&store, &format!("акт {number}"), format!("{number}").as_bytes());
    }
    let gone = add(&store, "рододендрон", b"x");
    erase(&store, gone.id).unwrap();
    drop(store);
    let store = bench.open(Open::Existing).unwrap();
    assert!(holds(&pages(&store), "додендрон".as_bytes()));
    assert!(store.has_traces().unwrap());
    wipe(&store);
    assert!(!holds(&pages(&store), "додендрон".as_bytes()));
}

#[test]
fn ended_terms_are_found_by_format_or_by_the_class_that_was_chosen() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    let at = |title: &str, format: &str, years: i32| {
        let mut document = document(&store, title, title.as_bytes());
        document.format = format.to_owned();
        document.added = T.replace_year(T.year() - years).unwrap();
        store
            .change(entry(), |change| change.add_document(&document))
            .unwrap();
        document.id
    };
    let old = at("старый", "a", 9);
    let older = at("Старше", "b", 10);
    at("новый", "a", 1);
    at("чужой", "c", 9);
    let (moved_in, moved_out, held) = (at("сюда", "c", 8), at("отсюда", "a", 9), at("спор", "a", 9));
    let class = |class: &str| Retention {
        class: Some(class.to_owned()),
        hold: None,
    };
    store
        .change(entry(), |change| {
            change.set_retention(moved_in, &class("x"))?;
            change.set_retention(moved_out, &class("y"))?;
            change.set_retention(
                held,
                &Retention {
                    class: None,
                    hold: Some(Hold {
                        reason: "суд".to_owned(),
                        since: T,
                    }),
                },
            )
        })
        .unwrap();
    let asked = |text: Option<&str>| Ended {
        class: "x".to_owned(),
        formats: vec!["a".to_owned(), "b".to_owned()],
        before: T.replace_year(T.year() - 5).unwrap(),
        text: text.map(str::to_owned),
    };
    let found = |asked: &Ended, page| {
        let documents = store.ended(asked, page).unwrap();
        documents.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(found(&asked(None), Page::first(10)), [older, old, moved_in]);
    assert_eq!(found(&asked(None), Page { offset: 1, limit: 1 }), [old]);
    assert_eq!(found(&asked(Some("СТАР")), Page::first(10)), [older, old]);
    assert_eq!(store.count_ended(&asked(Some("нет"))).unwrap(), 0);
    assert_eq!(store.count_ended(&asked(None)).unwrap(), 3);
    let nothing = Ended {
        formats: Vec::new(),
        ..asked(None)
    };
    assert_eq!(found(&nothing, Page::first(10)), [moved_in]);
}

#[test]
fn nothing_of_a_deleted_letter_stays_in_the_pages() {
    let bench = Bench::new();
    let store = bench.open(Open::Create).unwrap();
    let mut dice = Dice(21);
    let mut letters = Vec::new();
    for number in 0..40_u128 {
        let words: Vec<String> = (0..4).map(|_| dice.word()).collect();
        let key = MailKey {
            thread: Uuid::from_u128(number),
            message: Uuid::from_u128(number + 1000),
        };
        let line = LetterLine {
            key,
            title: "ФНС России".to_owned(),
            subject: Some(words[0].clone()),
            created: T,
            is_read: false,
        };
        store.keep_letter_lines(&[line]).unwrap();
        let paragraph = format!("<p>{}</p>", words[1]);
        let content = LetterContent {
            html: paragraph.repeat(1 + dice.next(4000)),
            params: [("Сумма".to_owned(), words[2].clone())].into(),
            files: Vec::new(),
        };
        let (digest, size) = store.put_blob(words[3].repeat(50).as_bytes()).unwrap();
        store
            .change(entry(), |change| {
                change.keep_letter(key, &content)?;
                change.keep_letter_file(
                    key,
                    &KeptFile {
                        attachment: Uuid::from_u128(number),
                        part: LetterPart::File,
                        digest,
                        size,
                    },
                )
            })
            .unwrap();
        letters.push((key, words));
    }
    let stands =
        |pages: &[u8], words: &[String]| words.iter().filter(|word| holds(pages, word.as_bytes())).count();
    let (gone, stay) = letters.split_at(20);
    for (key, _) in gone {
        store
            .change(entry(), |change| change.erase_letter(*key, Some("7")))
            .unwrap();
    }
    wipe(&store);
    let log = bench.file().with_extension("db-wal");
    assert_eq!(std::fs::metadata(log).map_or(0, |log| log.len()), 0);
    let pages = pages(&store);
    for (key, words) in gone {
        assert_eq!(stands(&pages, words), 0, "{key:?}");
    }
    for (key, words) in stay {
        assert_eq!(stands(&pages, words), words.len(), "{key:?}");
    }
    store.check().unwrap();
}
