use std::io::{self, Read};
use std::process::{Command, Stdio};

use kabinet_domain::{
    ContentDigest, DocumentFile, DocumentId, DocumentStage, FileRole, Finding, OrganisationId, Severity,
};
use kabinet_store::{
    DocumentFilter, DocumentOrder, HandOver, HandOverWay, Missing, Page, Secret, StoreError, Verification,
};
use uuid::Uuid;

use crate::support::{Bench, add, document, entry, later};

fn titles(
    store: &kabinet_store::OrganisationStore,
    filter: &DocumentFilter,
    order: DocumentOrder,
) -> Vec<String> {
    let page = Page::first(100);
    let found = store.documents(filter, order, page).unwrap();
    assert_eq!(store.count_documents(filter).unwrap(), found.len() as u64);
    found.into_iter().map(|document| document.title).collect()
}

fn text(text: &str) -> DocumentFilter {
    DocumentFilter {
        text: Some(text.to_owned()),
        ..DocumentFilter::default()
    }
}

#[test]
fn a_document_without_its_content_is_refused_and_not_journalled() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let mut lost = document(&store, "Акт", b"content");
    lost.files[0].digest = ContentDigest([1; 32]);
    let refused = store.change(entry("document.added"), |change| change.add_document(&lost));
    assert!(matches!(refused, Err(StoreError::NotFound(Missing::Content))));
    let mut resized = document(&store, "Акт", b"content");
    resized.files[0].size += 1;
    let refused = store.change(entry("document.added"), |change| change.add_document(&resized));
    assert!(matches!(refused, Err(StoreError::NotFound(Missing::Content))));
    assert_eq!(store.count_documents(&DocumentFilter::default()).unwrap(), 0);
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(0));
}

#[test]
fn a_document_of_another_organisation_is_refused() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let mut foreign = document(&store, "Акт", b"content");
    foreign.organisation = OrganisationId(Uuid::new_v4());
    let refused = store.change(entry("document.added"), |change| change.add_document(&foreign));
    assert!(matches!(refused, Err(StoreError::WrongOrganisation)));
}

#[test]
fn the_same_document_is_not_added_twice() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let known = add(&store, "Акт", b"content");
    let refused = store.change(entry("document.added"), |change| change.add_document(&known));
    assert!(matches!(refused, Err(StoreError::AlreadyExists)));
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(1));
}

#[test]
fn what_is_not_there_is_said_not_to_be() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let nobody = DocumentId(Uuid::new_v4());
    assert!(matches!(
        store.document(nobody),
        Err(StoreError::NotFound(Missing::Document))
    ));
    let refused = store.change(entry("x"), |change| {
        change.set_stage(nobody, DocumentStage::Signed)
    });
    assert!(matches!(refused, Err(StoreError::NotFound(Missing::Document))));
    let nothing = store.read_blob(ContentDigest([0; 32]));
    assert!(matches!(
        nothing.err().unwrap(),
        StoreError::NotFound(Missing::Content)
    ));
    assert!(store.find_by_digest(ContentDigest([0; 32])).unwrap().is_empty());
}

#[test]
fn a_document_comes_back_as_it_went_in() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let mut full = document(&store, "Акт сверки № 7 от 01.10.2026, «Лютик»", b"content");
    full.stage = DocumentStage::Invalid;
    full.findings.push(Finding {
        code: "xsd.pattern".to_owned(),
        severity: Severity::Error,
        file: "ON_AKT.xml".to_owned(),
        line: Some(12),
        element: Some("Файл/Документ/@КНД".to_owned()),
        params: [("value".to_owned(), "115".to_owned())].into(),
    });
    let (digest, size) = store.put_blob(&b"companion"[..]).unwrap();
    full.files.push(DocumentFile {
        name: "req.xml".to_owned(),
        role: FileRole::Companion,
        digest,
        size,
    });
    store
        .change(entry("document.added"), |change| change.add_document(&full))
        .unwrap();
    assert_eq!(store.document(full.id).unwrap(), full);
}

#[test]
fn a_signature_is_attached_behind_the_files_it_signs() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let signed = add(&store, "Акт", b"content");
    let (digest, size) = store.put_blob(&b"signature"[..]).unwrap();
    let file = DocumentFile {
        name: "ON_AKT.xml.sig".to_owned(),
        role: FileRole::Signature {
            of: "ON_AKT.xml".to_owned(),
        },
        digest,
        size,
    };
    let mut entry = entry("document.signed");
    entry.at = later(60);
    store
        .change(entry, |change| {
            change.attach_file(signed.id, &file)?;
            change.set_stage(signed.id, DocumentStage::Signed)?;
            assert_eq!(change.document(signed.id)?.files.len(), 2);
            Ok(())
        })
        .unwrap();
    let now = store.document(signed.id).unwrap();
    assert_eq!(now.files, [signed.files[0].clone(), file]);
    assert_eq!(
        (now.stage, now.updated, now.added),
        (DocumentStage::Signed, later(60), signed.added)
    );
}

#[test]
fn duplicates_are_found_by_their_content() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let first = add(&store, "Акт", b"content");
    let second = add(&store, "Тот же акт", b"content");
    add(&store, "Другой акт", b"other content");
    assert_eq!(
        store.find_by_digest(first.files[0].digest).unwrap(),
        [first.id, second.id]
    );
}

#[test]
fn lists_are_filtered_ordered_and_cut_into_pages() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for (number, (title, stage, format)) in [
        ("Б", DocumentStage::Ready, "fns.a"),
        ("А", DocumentStage::Sent, "fns.b"),
        ("В", DocumentStage::Ready, "sfr.c"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut document = document(&store, title, title.as_bytes());
        document.stage = stage;
        document.format = format.to_owned();
        document.added = later(number as i64);
        document.updated = later(-(number as i64));
        store
            .change(entry("document.added"), |change| change.add_document(&document))
            .unwrap();
    }
    let all = DocumentFilter::default();
    assert_eq!(titles(&store, &all, DocumentOrder::AddedNewest), ["В", "А", "Б"]);
    assert_eq!(titles(&store, &all, DocumentOrder::AddedOldest), ["Б", "А", "В"]);
    assert_eq!(
        titles(&store, &all, DocumentOrder::UpdatedNewest),
        ["Б", "А", "В"]
    );
    assert_eq!(titles(&store, &all, DocumentOrder::Title), ["А", "Б", "В"]);

    let ready = DocumentFilter {
        stages: vec![DocumentStage::Ready],
        ..all.clone()
    };
    assert_eq!(titles(&store, &ready, DocumentOrder::Title), ["Б", "В"]);
    let formats = DocumentFilter {
        formats: vec!["fns.b".to_owned(), "sfr.c".to_owned()],
        ..all.clone()
    };
    assert_eq!(titles(&store, &formats, DocumentOrder::Title), ["А", "В"]);
    let both = DocumentFilter {
        formats: formats.formats,
        ..ready
    };
    assert_eq!(titles(&store, &both, DocumentOrder::Title), ["В"]);

    let second = store
        .documents(&all, DocumentOrder::Title, Page { offset: 1, limit: 1 })
        .unwrap();
    assert_eq!(
        second.iter().map(|document| &document.title).collect::<Vec<_>>(),
        ["Б"]
    );
    assert_eq!(
        store
            .documents(&all, DocumentOrder::Title, Page { offset: 3, limit: 9 })
            .unwrap(),
        []
    );
}

#[test]
fn search_finds_parts_of_titles_and_file_names_in_any_case() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    add(&store, "Счёт № 17 для ООО «Ёлка», ИНН 7707083893", b"1");
    add(&store, "Акт сверки с ООО «Ромашка»", b"2");
    let order = DocumentOrder::Title;
    let bill = ["Счёт № 17 для ООО «Ёлка», ИНН 7707083893"];
    assert_eq!(titles(&store, &text("елка"), order), bill);
    assert_eq!(titles(&store, &text("СЧЕТ 707083"), order), bill);
    assert_eq!(titles(&store, &text("17 ооо"), order), bill);
    assert_eq!(titles(&store, &text("on_akt.xml"), order).len(), 2);
    assert_eq!(titles(&store, &text("  "), order).len(), 2);
    assert_eq!(titles(&store, &text("ёж"), order), [""; 0]);
}

#[test]
fn what_looks_like_a_query_is_searched_as_text() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    add(&store, "Скидка 100%_\"AND\" OR* NEAR(", b"1");
    add(&store, "Другое", b"2");
    for query in ["\"AND\"", "OR*", "NEAR(", "100%_", "%_"] {
        assert_eq!(
            titles(&store, &text(query), DocumentOrder::Title).len(),
            1,
            "{query}"
        );
    }
    for query in ["';--", "%%%", "OR NEAR", "\""] {
        assert!(
            store
                .documents(&text(query), DocumentOrder::Title, Page::first(9))
                .is_ok(),
            "{query}"
        );
    }
}

#[test]
fn an_attached_file_can_be_found_by_its_name() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", b"1");
    let (digest, size) = store.put_blob(&b"2"[..]).unwrap();
    let file = DocumentFile {
        name: "Квитанция.xml".to_owned(),
        role: FileRole::Result,
        digest,
        size,
    };
    assert_eq!(titles(&store, &text("квитанция"), DocumentOrder::Title), [""; 0]);
    store
        .change(entry("x"), |change| change.attach_file(document.id, &file))
        .unwrap();
    assert_eq!(titles(&store, &text("квитанция"), DocumentOrder::Title), ["Акт"]);
    store.check().unwrap();
}

/// Endless pattern that never repeats at the length of a piece.
fn pattern(length: u64) -> impl Read {
    struct Pattern(u64);
    impl Read for Pattern {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            // Small steps, as a pipe or a socket would give.
            let count = buffer.len().min(70_001);
            for byte in &mut buffer[..count] {
                *byte = (self.0 % 251) as u8;
                self.0 += 1;
            }
            Ok(count)
        }
    }
    Pattern(0).take(length)
}

#[test]
fn content_streams_in_and_out_and_its_address_is_its_sha256() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for length in [0, 1, 1024 * 1024, 1024 * 1024 + 1, 5_000_000] {
        let (digest, size) = store.put_blob(pattern(length)).unwrap();
        assert_eq!(size, length);
        let mut reader = store.read_blob(digest).unwrap();
        assert_eq!(reader.size(), length);

        let mut judge = Command::new("sha256sum")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        io::copy(&mut reader, &mut judge.stdin.take().unwrap()).unwrap();
        let said = String::from_utf8(judge.wait_with_output().unwrap().stdout).unwrap();
        assert_eq!(said.split(' ').next().unwrap(), hex::encode(digest.0));
    }
}

#[test]
fn a_reader_that_fails_leaves_no_content_behind() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let failed = store.put_blob(pattern(3_000_000).chain(Failing));
    assert!(matches!(
        failed,
        Err(StoreError::Io {
            kind: io::ErrorKind::ConnectionReset,
            ..
        })
    ));
    assert_eq!(store.drop_unused_blobs().unwrap(), 0);
    store.check().unwrap();
}

#[test]
fn only_content_nobody_refers_to_is_dropped() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let kept = add(&store, "Акт", b"kept");
    let (unused, _) = store.put_blob(&b"unused"[..]).unwrap();
    assert_eq!(store.drop_unused_blobs().unwrap(), 1);
    assert!(store.read_blob(unused).is_err());
    let mut content = Vec::new();
    store
        .read_blob(kept.files[0].digest)
        .unwrap()
        .read_to_end(&mut content)
        .unwrap();
    assert_eq!(content, b"kept");
}

#[test]
fn secrets_and_downloads_are_kept_per_organisation() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let other = crate::support::organisation("7736207543");
    vault.save_organisation(&other).unwrap();
    let other = vault.organisation(other.id).unwrap();

    let set = |text: &str| {
        let secret = Secret::new(text.to_owned());
        store
            .change(entry("api-key.set"), |change| {
                change.set_secret("api-key", &secret)
            })
            .unwrap();
    };
    set("first");
    set("second");
    assert_eq!(store.secret("api-key").unwrap().unwrap().expose(), "second");
    assert!(other.secret("api-key").unwrap().is_none());
    store
        .change(entry("api-key.removed"), |change| change.remove_secret("api-key"))
        .unwrap();
    assert!(store.secret("api-key").unwrap().is_none());
    store
        .change(entry("api-key.removed"), |change| change.remove_secret("api-key"))
        .unwrap();
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(3));

    let url = "http://crl.example/a.crl";
    store.cache(url, b"old", later(0)).unwrap();
    store.cache(url, b"new", later(5)).unwrap();
    let cached = store.cached(url).unwrap().unwrap();
    assert_eq!(
        (cached.bytes.as_slice(), cached.fetched_at),
        (&b"new"[..], later(5))
    );
    assert!(other.cached(url).unwrap().is_none());
}

#[test]
fn hand_overs_are_kept_in_order_with_their_document() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Акт", b"content");
    let hand_over = |way, note: &str| HandOver {
        way,
        who: "Вера".to_owned(),
        address: None,
        note: note.to_owned(),
        at: later(1),
    };
    let all = [
        hand_over(HandOverWay::CameToSign, "Подпишите"),
        hand_over(HandOverWay::Back, ""),
    ];
    for one in &all {
        store
            .change(entry("document.handed-over"), |change| {
                change.note_hand_over(document.id, one)
            })
            .unwrap();
    }
    assert_eq!(store.hand_overs(document.id).unwrap(), all);
    let nowhere = DocumentId(Uuid::new_v4());
    assert_eq!(store.hand_overs(nowhere).unwrap(), []);
    let refused = store.change(entry("document.handed-over"), |change| {
        change.note_hand_over(nowhere, &all[0])
    });
    assert!(matches!(refused, Err(StoreError::NotFound(Missing::Document))));
}
