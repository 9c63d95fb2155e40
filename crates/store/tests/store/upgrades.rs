//! Vaults as each released version wrote them, opened by this one.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_domain::draft::Conflict;
use kabinet_domain::poa::judge::SignatureStanding;
use kabinet_domain::poa::{PoaNumber, PoaState};
use kabinet_domain::{
    ContentDigest, DocumentId, DocumentStage, DraftId, FileRole, OrderId, OrganisationId, SubmissionId,
    SubmissionState,
};
use kabinet_store::{
    ArrivalOutcome, DocumentFilter, DocumentOrder, DraftShelf, HandOverWay, JournalFilter, LetterReading,
    MailRequest, MailTaskState, MemoryKeychain, OrderFilter, OrganisationStore, Page, PoaFilter, Unlock,
    Vault, Verification,
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::support::{NOW, contents, entry, passphrase};

const ID: OrganisationId = OrganisationId(Uuid::from_u128(0x5d0c_0a3e_7b1f_4c52_9f64_1c2d_3e4f_5a6b));
/// When everything in the files happened.
const THEN: OffsetDateTime = time::macros::datetime!(2023-11-14 22:13:20 UTC);
const MAIN: &str = "ON_AKT_7707083893.xml";

fn fixture(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/vault-v{version}"))
}

fn copy_all(from: &Path, to: &Path) {
    for (path, bytes) in contents(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
}

fn open(dir: &Path, words: &str) -> Vault {
    let locked = Vault::open(dir, Arc::new(MemoryKeychain::default())).unwrap();
    locked.unlock(Unlock::Passphrase(passphrase(words))).unwrap()
}

/// Everything the file of a version was given, and that work goes on in it.
fn opens_with_all_it_holds(version: u32, words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("vault");
    copy_all(&fixture(version), &dir);
    let vault = open(&dir, words);
    assert_eq!(vault.organisations().unwrap()[0].name, "ООО «Прежняя версия»");
    assert_eq!(vault.setting::<u32>("window").unwrap(), Some(800));
    let store = vault.organisation(ID).unwrap();
    store.check().unwrap();

    let id = DocumentId(Uuid::from_u128(1));
    let document = store.document(id).unwrap();
    assert_eq!(
        (document.title.as_str(), document.stage),
        ("Счёт № 1", DocumentStage::Queued)
    );
    assert_eq!(
        (document.added, document.format.as_str()),
        (THEN, "fns.on_aktsverotp")
    );
    let roles: Vec<_> = document
        .files
        .iter()
        .map(|file| (file.name.as_str(), &file.role))
        .collect();
    let of = MAIN.to_owned();
    assert_eq!(
        roles,
        [
            (MAIN, &FileRole::Main),
            ("ON_AKT.sig", &FileRole::Signature { of })
        ]
    );
    for (file, expected) in document
        .files
        .iter()
        .zip([&b"<?xml version=\"1.0\"?><a/>"[..], b"signature"])
    {
        let mut bytes = Vec::new();
        store
            .read_blob(file.digest)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        assert_eq!(bytes, expected);
    }
    let filter = DocumentFilter {
        text: Some("счет 7707083893".to_owned()),
        ..DocumentFilter::default()
    };
    let hits = store
        .documents(&filter, DocumentOrder::Title, Page::first(9))
        .unwrap();
    assert_eq!(hits, [document]);

    let submission = store.submission(SubmissionId(Uuid::from_u128(2))).unwrap();
    let order = OrderId(42);
    assert_eq!(
        (submission.state, submission.attempts),
        (SubmissionState::Reserved { order }, 1)
    );
    assert_eq!(
        store.submission_of_order(order).unwrap().as_ref(),
        Some(&submission)
    );
    let statuses = store.statuses(id).unwrap();
    assert_eq!((statuses.len(), statuses[0].title.as_str()), (1, "Принято"));
    assert_eq!(store.secret("api-key").unwrap().unwrap().expose(), "ключ");
    assert_eq!(store.setting::<u8>("cursor").unwrap(), Some(7));
    let cached = store.cached("http://ca.example/1.crl").unwrap().unwrap();
    assert_eq!((cached.bytes.as_slice(), cached.fetched_at), (&b"crl"[..], THEN));

    let stamps = store.waiting_stamps().unwrap();
    let runs = store.unfinished_signing_runs().unwrap();
    let opened = store.opened(id).unwrap();
    assert_eq!(stamps.len(), usize::from(version >= 3));
    assert_eq!(runs.len(), usize::from(version >= 4));
    assert_eq!(opened.is_some(), version >= 4);
    if version >= 4 {
        assert_eq!(stamps[0].signature, Path::new("/srv/a.sig"));
        assert_eq!(
            (runs[0].holder.as_str(), runs[0].items[0].document),
            ("Директор", id)
        );
        assert_eq!(opened.unwrap().shown, ContentDigest([1; 32]));
    }

    // The sixth version reads all texts anew, a portion at a time.
    let documents = if version >= 5 { 2 } else { 1 };
    assert_eq!(store.count_documents_without_text().unwrap(), documents);
    if version >= 5 {
        holds_what_the_fifth_version_added(&store);
    }
    if version >= 6 {
        holds_what_the_sixth_version_added(&store);
    }
    if version >= 7 {
        holds_what_the_seventh_version_added(&store);
    } else {
        assert_eq!(store.orders_cursor().unwrap(), None);
        assert_eq!(store.count_orders(&OrderFilter::default()).unwrap(), 0);
    }
    if version >= 8 {
        holds_what_the_eighth_version_added(&store);
    } else {
        assert!(store.letters(Page::first(9)).unwrap().is_empty());
    }
    if version >= 9 {
        holds_what_the_ninth_version_added(&store);
    } else {
        assert_eq!(store.count_poas(&PoaFilter::default()).unwrap(), 0);
    }
    assert!(store.signed_under(id).unwrap().is_empty());

    let mut expected = vec![
        "document.added",
        "document.queued",
        "submission.reserved",
        "status.added",
        "secret.set",
    ];
    expected.extend((version >= 4).then_some("signing-started"));
    if version >= 5 {
        expected.extend([
            "draft-begun",
            "draft-handed-over",
            "draft-filed",
            "draft-begun",
            "draft-begun",
            "draft-removed",
            "document-arrived",
        ]);
    }
    if version >= 6 {
        expected.extend(["document-handed-over", "document-held"]);
    }
    if version >= 8 {
        expected.extend([
            "mail-list-requested",
            "mail-opening",
            "mail-opened",
            "mail-file-fetched",
        ]);
    }
    if version >= 9 {
        expected.extend(["poa-added", "poa-queued", "poa-chosen"]);
    }
    let entries = store
        .journal()
        .list(&JournalFilter::default(), Page::first(99))
        .unwrap();
    let actions: Vec<&str> = entries.iter().rev().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, expected);
    let count = expected.len() as u64;
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(count));
    store.record(&entry("opened")).unwrap();
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(count + 1));
    vault.back_up(NOW, 3).unwrap();
}

fn holds_what_the_fifth_version_added(store: &OrganisationStore) {
    let (id, from_folder) = (DocumentId(Uuid::from_u128(1)), DocumentId(Uuid::from_u128(8)));
    let found = |filter: DocumentFilter| -> Vec<DocumentId> {
        let hits = store
            .documents(&filter, DocumentOrder::Title, Page::first(9))
            .unwrap();
        hits.into_iter().map(|document| document.id).collect()
    };
    let text = |text: &str| {
        let text = Some(text.to_owned());
        let any = DocumentFilter::default();
        found(DocumentFilter { text, ..any })
    };
    let ready = vec![DocumentStage::Ready];
    let any = DocumentFilter::default();
    assert_eq!(found(DocumentFilter { stages: ready, ..any }), [from_folder]);
    assert_eq!(text("папки"), [from_folder]);
    store.index_text(id, "Поставлены шестерни и ёмкости").unwrap();
    assert_eq!(text("шестерня емкость"), [id]);

    let number = |number| DraftId(Uuid::from_u128(number));
    let draft = store.draft(number(5)).unwrap();
    assert_eq!(
        (draft.title.as_str(), draft.revision, draft.document),
        ("Акт сверки № 2", 3, Some(id))
    );
    assert_eq!((draft.created, draft.updated), (THEN, THEN + Duration::MINUTE));
    let fields = |pairs: &[(&str, &str)]| {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        owned.collect()
    };
    let begun = fields(&[("number", "1"), ("t/1-a/sum", "10,00")]);
    assert_eq!(
        draft.fields,
        fields(&[("note", "да"), ("number", "3"), ("t/1-a/sum", "10,00")])
    );
    let value = |text: &str| Some(text.to_owned());
    assert_eq!(
        draft.conflicts,
        [Conflict {
            field: "number".to_owned(),
            base: value("1"),
            mine: value("3"),
            theirs: value("2"),
        }]
    );
    assert_eq!(store.draft_version(draft.id, 1).unwrap(), begun);
    let history = store.draft_history(draft.id, Page::first(9)).unwrap();
    let authors: Vec<&str> = history.iter().map(|one| one.author.as_str()).collect();
    assert_eq!(authors, ["Вера", "Анна", "Анна"]);
    assert_eq!(store.draft_shared(draft.id).unwrap(), Some(begun));
    let on = |shelf| -> Vec<DraftId> {
        let drafts = store.drafts(shelf, Page::first(9)).unwrap();
        drafts.into_iter().map(|draft| draft.id).collect()
    };
    assert_eq!(on(DraftShelf::Open), [draft.id]);
    assert_eq!(on(DraftShelf::Templates), [number(6)]);
    assert_eq!(on(DraftShelf::Removed), [number(7)]);

    let arrivals = store.arrivals(9).unwrap();
    let outcomes: Vec<_> = arrivals
        .iter()
        .map(|one| (one.name.as_str(), one.outcome, one.document, one.moved))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("notes.txt", ArrivalOutcome::Rejected, None, true),
            ("ON_AKT_2.xml", ArrivalOutcome::Taken, Some(from_folder), false),
        ]
    );
    let saved = store.saved_searches().unwrap();
    assert_eq!(saved.len(), 1);
    assert_eq!(
        (saved[0].name.as_str(), saved[0].query.as_str()),
        ("Счета", "{\"text\":\"счёт\"}")
    );
    let checkpoint = store.journal().last_checkpoint().unwrap().unwrap();
    assert_eq!((checkpoint.seq, checkpoint.at), (1, THEN));
}

fn holds_what_the_sixth_version_added(store: &OrganisationStore) {
    let id = DocumentId(Uuid::from_u128(1));
    let heard = store.heard(SubmissionId(Uuid::from_u128(2))).unwrap();
    assert_eq!(heard, Some(THEN + Duration::HOUR));
    let download = store.download(id, "kvitanciya.pdf").unwrap().unwrap();
    assert_eq!(
        (
            download.received,
            download.origin.total,
            download.origin.validator.as_deref()
        ),
        (4, Some(10), Some("\"v1\""))
    );
    let retention = store.retention(id).unwrap();
    assert_eq!(retention.class.as_deref(), Some("accounting"));
    let hold = retention.hold.unwrap();
    assert_eq!((hold.reason.as_str(), hold.since), ("Спор", THEN));
    let hand_overs = store.hand_overs(id).unwrap();
    assert_eq!(
        (hand_overs.len(), hand_overs[0].who.as_str(), hand_overs[0].way),
        (1, "Анна", HandOverWay::ToSign)
    );
}

fn holds_what_the_seventh_version_added(store: &OrganisationStore) {
    assert_eq!(store.orders_cursor().unwrap(), Some(THEN));
    let order = store.order(OrderId(77)).unwrap().unwrap();
    assert_eq!(
        (
            order.line.status.as_str(),
            order.watched,
            order.is_final,
            order.service.as_deref()
        ),
        ("Услуга оказана", true, Some(true), Some("374"))
    );
    let details = order.details.unwrap();
    assert_eq!(details.service_title.as_deref(), Some("Акт сверки"));
    let notices = store.notices(Page::first(9)).unwrap();
    assert_eq!(
        (
            notices.len(),
            notices[0].order,
            notices[0].params["status"].as_str()
        ),
        (1, Some(OrderId(77)), "Услуга оказана")
    );
}

fn holds_what_the_eighth_version_added(store: &OrganisationStore) {
    let letters = store.letters(Page::first(9)).unwrap();
    let subjects: Vec<_> = letters.iter().map(|one| one.line.subject.as_deref()).collect();
    assert_eq!(subjects, [Some("Требование № 2"), Some("Требование № 1")]);
    let who = "Анна".to_owned();
    assert_eq!(letters[1].reading, LetterReading::Opened { who, at: THEN });
    let letter = store.letter(letters[1].line.key).unwrap();
    assert_eq!(letter.content.unwrap().html, "<p>Текст</p>");
    let mut bytes = Vec::new();
    let file = store.letter_files(letter.line.key).unwrap()[0].digest;
    store.read_blob(file).unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, b"pdf");
    assert_eq!(store.mail_requests(MailRequest::Search, THEN).unwrap(), 1);
    assert_eq!(store.mail_tasks().unwrap()[0].state, MailTaskState::Partial);
}

fn holds_what_the_ninth_version_added(store: &OrganisationStore) {
    let number = PoaNumber(Uuid::from_u128(9));
    let poa = store.poa(number).unwrap();
    assert_eq!(
        (poa.state, poa.document, poa.representatives[0].name.as_str()),
        (PoaState::Queued, DocumentId(Uuid::from_u128(8)), "Иванова Анна")
    );
    assert_eq!(poa.registry.map(|said| said.at), Some(THEN));
    assert_eq!(poa.signatures[0].standing, SignatureStanding::Valid);
    assert_eq!(store.default_poa("fns.on_aktsverotp").unwrap(), Some(number));
    assert_eq!(store.errands_of(number).unwrap().len(), 1);
}

#[test]
fn a_vault_of_the_second_version_opens_with_all_it_holds() {
    opens_with_all_it_holds(2, "вторая версия");
}

#[test]
fn a_vault_of_the_third_version_opens_with_all_it_holds() {
    opens_with_all_it_holds(3, "третья версия");
}

#[test]
fn a_vault_of_the_fourth_version_opens_with_all_it_holds() {
    opens_with_all_it_holds(4, "четвёртая версия");
}

#[test]
fn a_vault_of_the_fifth_version_opens_with_all_it_holds() {
    opens_with_all_it_holds(5, "пятая версия");
}

#[test]
fn a_vault_of_the_sixth_version_opens_with_all_it_holds() {
    opens_with_all_it_holds(6, "шестая версия");
}

#[test]
fn a_vault_of_the_seventh_version_opens_with_all_it_holds() {
    opens_with_all_it_holds(7, "седьмая версия");
}

#[test]
fn a_vault_of_the_eighth_version_opens_with_all_it_holds() {
    opens_with_all_it_holds(8, "восьмая версия");
}

#[test]
fn a_vault_of_the_ninth_version_opens_with_all_it_holds() {
    opens_with_all_it_holds(9, "девятая версия");
}

#[test]
fn before_an_upgrade_the_old_file_is_put_aside_and_can_be_upgraded_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("vault");
    copy_all(&fixture(2), &dir);
    drop(open(&dir, "вторая версия").organisation(ID).unwrap());
    let aside = dir.join(format!("backups/organisations-{}.db.v2", ID.0));
    fs::copy(&aside, dir.join(format!("organisations/{}.db", ID.0))).unwrap();
    let store = open(&dir, "вторая версия").organisation(ID).unwrap();
    assert_eq!(store.journal().verify().unwrap(), Verification::Intact(5));
    assert_eq!(store.count_documents(&DocumentFilter::default()).unwrap(), 1);
    store.check().unwrap();
}
