//! A folder of another program: its files become unsigned documents by themselves.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kabinet_app::view::{ArrivalRow, ArrivalState, DocumentQuery, DocumentRow, FileKind, Stage};
use kabinet_testkit::{AKT, AKT_INVALID, sample};
use tempfile::TempDir;

use crate::desk::{Desk, code};

struct Hot {
    desk: Desk,
    folder: TempDir,
}

impl Hot {
    async fn new() -> Self {
        let (desk, folder) = (Desk::new().await, tempfile::tempdir().unwrap());
        desk.app
            .choose_hot_folder(folder.path().to_owned())
            .await
            .unwrap();
        Self { desk, folder }
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn names(&self, inner: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path().join(inner))
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().unwrap().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Looks until this many files were settled.
    async fn settle(&self, files: usize) {
        let end = Instant::now() + Duration::from_secs(20);
        let mut left = files;
        while left > 0 {
            left = left
                .checked_sub(self.desk.app.look_into_hot_folder().await)
                .unwrap();
            assert!(
                Instant::now() < end,
                "{left} files are not settled: {:?}",
                self.arrivals().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn arrivals(&self) -> Vec<ArrivalRow> {
        self.desk.app.hot_folder().await.unwrap().arrivals
    }

    async fn arrival(&self, name: &str) -> ArrivalRow {
        let found = self
            .arrivals()
            .await
            .into_iter()
            .find(|arrival| arrival.name == name);
        found.unwrap_or_else(|| panic!("{name} has not come"))
    }

    async fn documents(&self) -> Vec<DocumentRow> {
        let query = DocumentQuery {
            limit: 100,
            ..Default::default()
        };
        self.desk.app.documents(query).await.unwrap().rows
    }
}

fn zip_of(name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_become_unsigned_documents_and_move_out_of_the_way() {
    let hot = Hot::new().await;
    let akt = fs::read(sample(AKT)).unwrap();
    hot.put(AKT, &akt);
    hot.put("с ошибками.txt", fs::read(sample(AKT_INVALID)).unwrap());
    hot.put("договор.pdf", b"%PDF-1.7\n%%EOF\n");
    hot.settle(3).await;
    let mut stages: Vec<_> = hot
        .documents()
        .await
        .iter()
        .map(|row| (row.format.clone(), row.stage, row.signed))
        .collect();
    stages.sort_by_key(|(format, stage, _)| format!("{format}{stage:?}"));
    assert_eq!(
        stages,
        [
            ("fns.on_aktsverotp".to_owned(), Stage::Invalid, false),
            ("fns.on_aktsverotp".to_owned(), Stage::Ready, false),
            ("pdf".to_owned(), Stage::Ready, false),
        ],
        "by content, whatever the name, and signed by nobody"
    );
    assert_eq!(hot.names("."), Vec::<String>::new());
    assert_eq!(hot.names("processed"), [AKT, "договор.pdf", "с ошибками.txt"]);
    assert_eq!(
        fs::read(hot.folder.path().join("processed").join(AKT)).unwrap(),
        akt
    );
    let arrival = hot.arrival(AKT).await;
    assert_eq!(
        (arrival.outcome, arrival.can_take_back),
        (ArrivalState::Taken, true)
    );
    let page = hot.desk.page(&arrival.document_id.unwrap()).await;
    assert_eq!(
        page.journal[0].params.get("from").map(String::as_str),
        Some("hot-folder")
    );
    assert!(hot.desk.person.was_asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_taken_only_once_it_is_complete() {
    let hot = Hot::new().await;
    let akt = fs::read(sample(AKT)).unwrap();
    let path = hot.folder.path().join("a.xml");
    let mut file = fs::File::create(&path).unwrap();
    let begun = Instant::now();
    for piece in akt.chunks(akt.len() / 4 + 1) {
        file.write_all(piece).unwrap();
        for _ in 0..8 {
            assert_eq!(hot.desk.app.look_into_hot_folder().await, 0, "it still grows");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    assert!(begun.elapsed() > Duration::from_secs(3));
    drop(file);
    // Nobody writes any more, and whoever holds it has it for himself.
    let held = fs::File::open(&path).unwrap();
    held.lock().unwrap();
    let end = Instant::now() + Duration::from_secs(3);
    while Instant::now() < end {
        assert_eq!(hot.desk.app.look_into_hot_folder().await, 0, "it is held");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(held);
    hot.put(".b.xml", &akt);
    hot.put("b.xml.part", &akt);
    hot.put("empty.xml", b"");
    fs::create_dir(hot.folder.path().join("c.xml")).unwrap();
    std::os::unix::fs::symlink(sample(AKT), hot.folder.path().join("d.xml")).unwrap();
    hot.settle(1).await;
    assert_eq!(hot.documents().await.len(), 1);
    assert_eq!(
        fs::read(hot.folder.path().join("processed/a.xml")).unwrap(),
        akt,
        "the whole of it"
    );
    let mut left = hot.names(".");
    left.retain(|name| name != "d.xml");
    assert_eq!(left, [".b.xml", "b.xml.part", "empty.xml"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_document_is_put_aside_with_its_reason() {
    let hot = Hot::new().await;
    let large = hot.put("большой.pdf", b"%PDF-1.7\n");
    fs::OpenOptions::new()
        .write(true)
        .open(&large)
        .unwrap()
        .set_len((200 << 20) + 1)
        .unwrap();
    hot.put("bomb.zip", zip_of("zeros", &vec![0; 32 << 20]));
    hot.put(
        "entity.xml",
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>",
    );
    hot.put("broken.xml", "<?xml version=\"1.0\"?><Файл>");
    hot.put("run.exe", b"MZ\x90\0");
    hot.put("letters.zip", zip_of("письмо.txt", "Письмо".as_bytes()));
    hot.settle(6).await;
    let mut told: Vec<(String, String)> = hot
        .arrivals()
        .await
        .into_iter()
        .filter_map(|arrival| Some((arrival.name, arrival.error?.code)))
        .collect();
    told.sort();
    let expected = [
        ("bomb.zip", "app.swollen"),
        ("broken.xml", "app.unreadable"),
        ("entity.xml", "app.unreadable"),
        ("run.exe", "app.unknown-format"),
        ("большой.pdf", "app.too-large"),
    ];
    assert_eq!(
        told,
        expected.map(|(name, code)| (name.to_owned(), code.to_owned()))
    );
    assert_eq!(hot.names("processed"), ["letters.zip"]);
    let aside = hot.names("rejected");
    assert_eq!(aside.len(), 10, "{aside:?}");
    let reason = fs::read_to_string(hot.folder.path().join("rejected/entity.xml.txt")).unwrap();
    assert!(
        reason.contains("entity.xml") && reason.contains("DTD") && reason.contains("Выгрузите"),
        "{reason}"
    );
    assert!(!reason.contains("{{") && !reason.contains("root:"), "{reason}");
    assert!(hot.folder.path().join("rejected/run.exe").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_content_is_taken_once_and_nothing_is_overwritten() {
    let hot = Hot::new().await;
    let akt = fs::read(sample(AKT)).unwrap();
    for expected in [ArrivalState::Taken, ArrivalState::Known] {
        hot.put("a.xml", &akt);
        hot.settle(1).await;
        assert_eq!(hot.arrivals().await[0].outcome, expected);
    }
    assert_eq!(hot.documents().await.len(), 1);
    assert_eq!(hot.names("processed"), ["a (2).xml", "a.xml"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_and_its_signature_are_one() {
    let hot = Hot::new().await;
    let signed = hot.desk.signed_akt().await;
    let page = hot.desk.page(&signed).await;
    let signature = page
        .files
        .iter()
        .find(|file| file.kind == FileKind::Signature)
        .unwrap();
    let saved = tempfile::tempdir().unwrap();
    hot.desk
        .app
        .export_package(std::slice::from_ref(&signed), &saved.path().join("all.zip"))
        .await
        .unwrap();
    let mut archive = zip::ZipArchive::new(fs::File::open(saved.path().join("all.zip")).unwrap()).unwrap();
    let mut bytes = Vec::new();
    std::io::copy(&mut archive.by_name(&signature.name).unwrap(), &mut bytes).unwrap();
    hot.put("letter.pdf", b"%PDF-1.7\n%%EOF\n");
    hot.put("letter.pdf.sig", &bytes);
    hot.settle(2).await;
    let arrival = hot.arrival("letter.pdf").await;
    assert_eq!(
        arrival.document_id,
        hot.arrival("letter.pdf.sig").await.document_id
    );
    let page = hot.desk.page(&arrival.document_id.unwrap()).await;
    let kinds: Vec<_> = page
        .files
        .iter()
        .map(|file| (file.kind, file.signs.as_deref()))
        .collect();
    assert_eq!(
        kinds,
        [(FileKind::Main, None), (FileKind::Signature, Some("letter.pdf"))]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_can_be_taken_back_until_something_was_done_with_it() {
    let hot = Hot::new().await;
    let akt = fs::read(sample(AKT)).unwrap();
    hot.put(AKT, &akt);
    hot.settle(1).await;
    let arrival = hot.arrival(AKT).await;
    let id = arrival.document_id.unwrap();
    let page = hot.desk.page(&id).await;
    hot.desk.app.note_opened(&id, &page.shown).await.unwrap();
    let after = hot.desk.app.take_back(&arrival.id).await.unwrap();
    assert_eq!(after.arrivals[0].outcome, ArrivalState::TakenBack);
    assert!(hot.documents().await.is_empty());
    let query = DocumentQuery {
        text: "сверки".into(),
        limit: 10,
        ..Default::default()
    };
    assert_eq!(hot.desk.app.documents(query).await.unwrap().total, 0);
    assert_eq!(hot.desk.actions().await.last().unwrap(), "document-taken-back");
    assert_eq!(
        fs::read(hot.folder.path().join("processed").join(AKT)).unwrap(),
        akt,
        "the file itself stays"
    );
    assert_eq!(
        code(hot.desk.app.take_back(&arrival.id).await),
        "store.no-document"
    );
    // Put there again, it is taken again; signed, it stays.
    hot.put(AKT, &akt);
    hot.settle(1).await;
    let again = hot.arrivals().await.remove(0);
    let id = again.document_id.unwrap();
    hot.desk.sign(std::slice::from_ref(&id)).await.unwrap();
    assert!(!hot.arrivals().await[0].can_take_back);
    assert_eq!(code(hot.desk.app.take_back(&again.id).await), "app.wrong-stage");
    assert_eq!(hot.desk.page(&id).await.row.stage, Stage::Signed);
    assert!(hot.desk.app.check_integrity().await.unwrap().is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_off_before_the_file_moved_is_gone_on_with() {
    let hot = Hot::new().await;
    let processed = hot.folder.path().join("processed");
    // The document is in the vault, and then the file cannot be moved, as when the program ends in between.
    fs::remove_dir(&processed).unwrap();
    std::os::unix::fs::symlink("/nowhere/at/all", &processed).unwrap();
    hot.put("a.xml", fs::read(sample(AKT)).unwrap());
    let end = Instant::now() + Duration::from_secs(20);
    while hot.desk.app.hot_folder().await.unwrap().problem.is_none() {
        assert!(Instant::now() < end, "nobody says that the file cannot be moved");
        hot.desk.app.look_into_hot_folder().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(hot.documents().await.len(), 1);
    let Hot { desk, folder } = hot;
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let hot = Hot { desk, folder };
    fs::remove_file(&processed).unwrap();
    hot.settle(1).await;
    assert_eq!(hot.documents().await.len(), 1);
    assert_eq!(hot.names("processed"), ["a.xml"]);
    let arrivals = hot.arrivals().await;
    assert_eq!(arrivals.len(), 1, "{arrivals:?}");
    assert_eq!(arrivals[0].outcome, ArrivalState::Taken);
    assert!(hot.desk.app.hot_folder().await.unwrap().problem.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_while_the_vault_is_closed_or_another_organisation_is_chosen() {
    let hot = Hot::new().await;
    hot.desk.app.lock().await;
    hot.put("a.xml", fs::read(sample(AKT)).unwrap());
    let quiet = async |hot: &Hot| {
        let end = Instant::now() + Duration::from_secs(3);
        while Instant::now() < end {
            assert_eq!(hot.desk.app.look_into_hot_folder().await, 0);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    quiet(&hot).await;
    hot.desk.app.unlock().await.unwrap();
    hot.settle(1).await;
    hot.desk.app.forget_hot_folder().await.unwrap();
    hot.put("b.xml", fs::read(sample(AKT_INVALID)).unwrap());
    quiet(&hot).await;
    assert_eq!(hot.names("."), ["b.xml"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_has_to_be_its_own_and_writable() {
    let hot = Hot::new().await;
    let choose = async |path: &Path| code(hot.desk.app.choose_hot_folder(path.to_owned()).await);
    assert_eq!(choose(&hot.desk.path("vault")).await, "app.folder-taken");
    assert_eq!(
        choose(hot.desk.path("vault").parent().unwrap()).await,
        "app.folder-taken"
    );
    assert_eq!(choose(Path::new("/nowhere/at/all")).await, "app.file-not-found");
    let before = hot.desk.app.hot_folder().await.unwrap().folder;
    assert_eq!(
        before.as_deref(),
        fs::canonicalize(hot.folder.path()).unwrap().to_str()
    );
    // Two organisations never share one: a file would go to whichever is chosen.
    let other = &hot.desk.stand.demo.organisations[1];
    let second = kabinet_app::view::NewOrganisation {
        name: other.short_name.clone(),
        inn: other.inn.clone(),
        ogrn: other.ogrn.clone(),
        kpp: Some(other.kpp.clone()),
        region: other.region.clone(),
        api_key: None,
    };
    hot.desk.app.add_organisation(second).await.unwrap();
    assert_eq!(hot.desk.app.hot_folder().await.unwrap().folder, None);
    let inside = hot.folder.path().join("processed");
    assert_eq!(choose(hot.folder.path()).await, "app.folder-taken");
    assert_eq!(choose(&inside).await, "app.folder-taken");
}
