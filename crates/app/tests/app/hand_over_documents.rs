//! Documents go to another computer to be signed and come back with their signatures, without a network.

use std::path::{Path, PathBuf};
use std::process::Command;

use kabinet_app::Event;
use kabinet_app::view::{
    Colleague, HandOver, ImportOutcome, ItemState, NewOrganisation, SecretPurpose, Stage, Way,
};
use kabinet_testkit::{AKT, OpenSsl, sample};

use crate::desk::{Desk, TAX, code};

const NOTE: &str = "Подпишите, пожалуйста, до пятницы.";

async fn two_desks() -> (Desk, Desk) {
    (Desk::new().await, Desk::new().await)
}

async fn address(desk: &Desk) -> String {
    desk.app.colleagues().await.unwrap().own_address
}

fn how(name: &str, address: Option<String>) -> HandOver {
    HandOver {
        name: name.to_owned(),
        address,
    }
}

async fn hand_over(from: &Desk, ids: &[String], how: HandOver, note: &str) -> PathBuf {
    let name = from.app.hand_over_documents_name(ids).await.unwrap();
    let file = from.path(&name);
    from.app
        .hand_over_documents(ids, how, note.to_owned(), &file)
        .await
        .unwrap();
    file
}

async fn take_over(desk: &Desk, file: &Path) -> Vec<ImportOutcome> {
    desk.app.import(vec![file.to_owned()]).await.unwrap()
}

/// Code of the only refusal.
async fn refused(desk: &Desk, file: &Path) -> String {
    let outcomes = take_over(desk, file).await;
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    outcomes[0].error.clone().expect("it had to fail").code
}

fn must(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    output.stdout
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Somebody with the programs `age` and Python, and nothing of ours.
struct Stranger {
    key: PathBuf,
    address: String,
}

impl Stranger {
    fn new(desk: &Desk) -> Self {
        let key = desk.path("stranger.key");
        must("age-keygen", &["-o", text(&key)]);
        let address = String::from_utf8(must("age-keygen", &["-y", text(&key)])).unwrap();
        Self {
            key,
            address: address.trim().to_owned(),
        }
    }

    /// The package inside a file written to the stranger.
    fn open(&self, file: &Path) -> PathBuf {
        let package = file.with_extension("zip");
        must(
            "age",
            &["-d", "-i", text(&self.key), "-o", text(&package), text(file)],
        );
        package
    }

    /// The package after this change to `files` (by name) and `inventory`, written to somebody.
    fn change(package: &Path, change: &str, address: &str) -> PathBuf {
        let (changed, sealed) = (package.with_extension("changed"), package.with_extension("again"));
        let script = format!(
            "import zipfile, json, sys, hashlib\n\
             old = zipfile.ZipFile(sys.argv[1])\n\
             files = {{n: old.read(n) for n in old.namelist()}}\n\
             inventory = json.loads(files.pop('kabinet-package.json'))\n\
             document = inventory['documents'][0]\n\
             def put(index, octets):\n\
             \x20   listed = document['files'][index]\n\
             \x20   files[listed['path']] = octets\n\
             \x20   listed['size'], listed['sha256'] = len(octets), hashlib.sha256(octets).hexdigest()\n\
             {change}\n\
             with zipfile.ZipFile(sys.argv[2], 'w') as new:\n\
             \x20   new.writestr('kabinet-package.json', json.dumps(inventory))\n\
             \x20   for name, octets in files.items(): new.writestr(name, octets)\n"
        );
        must("python3", &["-c", &script, text(package), text(&changed)]);
        must("age", &["-r", address, "-o", text(&sealed), text(&changed)]);
        sealed
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_signed_elsewhere_and_their_signatures_join_them() {
    let (accountant, director) = two_desks().await;
    let mut ids = vec![accountant.import(&[sample(AKT)]).await];
    ids.extend(accountant.import_letters(2).await);
    let director_named = Colleague {
        name: "Вера Полевая".to_owned(),
        address: address(&director).await,
    };
    accountant
        .app
        .add_colleague(director_named.clone())
        .await
        .unwrap();
    let offer = accountant.app.hand_over_offer(&ids).await.unwrap();
    assert_eq!((offer.reply, offer.colleagues.colleagues.len()), (None, 1));

    let to_director = how("Анна Ромашкина", Some(director_named.address));
    let file = hand_over(&accountant, &ids, to_director, NOTE).await;
    let octets = std::fs::read(&file).unwrap();
    for plain in ["kabinet-package", "AKTSVEROTP", NOTE] {
        let is_there = octets.windows(plain.len()).any(|part| part == plain.as_bytes());
        assert!(!is_there, "{plain}");
    }
    let gone = &accountant.page(&ids[0]).await.hand_overs[0];
    assert_eq!((gone.way, gone.who.as_str()), (Way::ToSign, "Вера Полевая"));

    // The director sees what came, from whom as they say, and what is asked.
    let came = take_over(&director, &file).await;
    assert_eq!(came.len(), 3);
    for (outcome, id) in came.iter().zip(&ids) {
        assert_eq!(outcome.document_id.as_ref(), Some(id), "{outcome:?}");
        let letter = outcome.letter.as_ref().unwrap();
        assert_eq!(
            (letter.from.as_str(), letter.note.as_str()),
            ("Анна Ромашкина", NOTE)
        );
        assert_eq!(
            (&letter.colleague, letter.back, &letter.organisation),
            (&None, false, &None)
        );
    }
    assert_eq!(director.page(&ids[0]).await.row.stage, Stage::Ready);
    let run = director.sign(&ids).await.unwrap();
    assert_eq!(run.count(ItemState::Signed), 3);

    let reply = director.app.hand_over_offer(&ids).await.unwrap().reply.unwrap();
    assert_eq!(reply.name, "Анна Ромашкина");
    assert_eq!(reply.address, Some(address(&accountant).await));
    let back = hand_over(&director, &ids, how("Вера", reply.address), "Готово.").await;
    assert!(
        director.app.hand_over_offer(&ids).await.unwrap().reply.is_some(),
        "it can go once more"
    );

    let journalled = accountant.actions().await.len();
    let returned = take_over(&accountant, &back).await;
    for (outcome, id) in returned.iter().zip(&ids) {
        let got = (
            &outcome.document_id,
            outcome.duplicate_of.as_ref(),
            outcome.signatures,
            &outcome.error,
        );
        assert_eq!(got, (&None, Some(id), 1, &None));
        let letter = outcome.letter.as_ref().unwrap();
        assert_eq!(
            (letter.back, letter.colleague.as_deref()),
            (true, Some("Вера Полевая"))
        );
        let page = accountant.page(id).await;
        assert_eq!((page.row.stage, page.signatures.len()), (Stage::Signed, 1));
        assert_eq!(page.hand_overs[0].way, Way::CameBack);
    }
    let content = std::fs::read(sample(AKT)).unwrap();
    let package = accountant.path("signed.zip");
    accountant.app.export_package(&ids[..1], &package).await.unwrap();
    let signature = must("unzip", &["-p", text(&package), &format!("{AKT}.sig")]);
    OpenSsl::new().accepts(&signature, Some(&content), &director.stand.roots());

    // Once more it says nothing new; nothing was sent by itself, and sending is what comes next.
    let again = take_over(&accountant, &back).await;
    assert!(
        again
            .iter()
            .all(|one| one.duplicate_of.is_some() && one.signatures == 0 && !one.renewed)
    );
    let actions = accountant.actions().await;
    let news = [
        "document-merged",
        "document-merged",
        "document-merged",
        "document-exported",
    ];
    assert_eq!(actions[journalled..], news);
    assert_eq!(accountant.page(&ids[0]).await.files.len(), 2);
    assert_eq!(accountant.app.outbox().await.unwrap(), []);
    accountant.app.send_document(&ids[0], TAX).await.unwrap();

    assert!(actions.contains(&"document-handed-over".to_owned()));
    let told = director.actions().await;
    for action in [
        "document-taken-over",
        "document-signed-unopened",
        "document-handed-over",
    ] {
        assert_eq!(told.iter().filter(|one| *one == action).count(), 3, "{action}");
    }
    for desk in [&accountant, &director] {
        assert!(desk.app.check_integrity().await.unwrap().is_whole());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_file_is_open_to_other_programs() {
    let desk = Desk::new().await;
    let ids = vec![desk.signed_akt().await, desk.import_letters(1).await.remove(0)];
    let stranger = Stranger::new(&desk);
    let file = hand_over(&desk, &ids, how("Анна", Some(stranger.address.clone())), NOTE).await;
    let package = stranger.open(&file);
    must("unzip", &["-tq", text(&package)]);
    let script = "import zipfile, json, sys, hashlib\n\
        package = zipfile.ZipFile(sys.argv[1])\n\
        inventory = json.loads(package.read('kabinet-package.json'))\n\
        for document in inventory['documents']:\n\
        \x20   for one in document['files']:\n\
        \x20       assert hashlib.sha256(package.read(one['path'])).hexdigest() == one['sha256']\n\
        letter = inventory['letter']\n\
        print(letter['from'], letter['back'], letter['note'], len(inventory['documents']), sep='|')";
    let told = String::from_utf8(must("python3", &["-c", script, text(&package)])).unwrap();
    assert_eq!(told.trim(), format!("Анна|False|{NOTE}|2"));
    let names = String::from_utf8(must("unzip", &["-Z1", text(&package)])).unwrap();
    let signature = names.lines().find(|name| name.ends_with(".sig")).unwrap();
    let octets = must("unzip", &["-p", text(&package), signature]);
    let content = std::fs::read(sample(AKT)).unwrap();
    OpenSsl::new().accepts(&octets, Some(&content), &desk.stand.roots());
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_passphrase_the_way_there_and_back_is_the_same() {
    let (accountant, director) = two_desks().await;
    let ids = vec![accountant.import(&[sample(AKT)]).await];
    accountant.person.was_asked();
    let file = hand_over(&accountant, &ids, how("Анна", None), "").await;
    assert_eq!(accountant.person.was_asked()[0].purpose, SecretPurpose::HandOver);

    director.person.types_passphrase(Some("не та фраза"));
    assert_eq!(refused(&director, &file).await, "age.wrong-passphrase");
    director.person.types_passphrase(None);
    assert_eq!(take_over(&director, &file).await, []);
    director.person.types_passphrase(Some(crate::desk::PASSPHRASE));
    assert_eq!(
        take_over(&director, &file).await[0].document_id.as_ref(),
        Some(&ids[0])
    );
    director.sign(&ids).await.unwrap();
    let back = hand_over(&director, &ids, how("Вера", None), "").await;
    assert_eq!(take_over(&accountant, &back).await[0].signatures, 1);

    accountant.person.types_passphrase(None);
    let nowhere = accountant.path("never.kabinet");
    let given_up = accountant
        .app
        .hand_over_documents(&ids, how("Анна", None), String::new(), &nowhere)
        .await;
    assert_eq!(code(given_up), "app.cancelled");
    assert!(!nowhere.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_whole_or_not_meant_for_here_changes_nothing() {
    let (accountant, director) = two_desks().await;
    let large = accountant.path("large.bin");
    let noise: Vec<u8> = (0_u32..300_000)
        .flat_map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes())
        .collect();
    std::fs::write(&large, noise).unwrap();
    let ids = vec![accountant.import(&[large]).await];
    let to_director = how("Анна", Some(address(&director).await));
    let file = hand_over(&accountant, &ids, to_director.clone(), "").await;
    let octets = std::fs::read(&file).unwrap();
    let broken = director.path("broken.kabinet");
    // Cut between two chunks and inside one; changed in the middle, and at the end.
    for (cut, flip) in [
        (octets.len() - (octets.len() % 65_552), None),
        (octets.len() - 40, None),
        (octets.len(), Some(octets.len() / 2)),
        (octets.len(), Some(octets.len() - 1)),
    ] {
        let mut damaged = octets[..cut].to_vec();
        if let Some(at) = flip {
            damaged[at] ^= 1;
        }
        std::fs::write(&broken, damaged).unwrap();
        assert_eq!(refused(&director, &broken).await, "age.damaged", "{cut} {flip:?}");
    }

    let own = hand_over(
        &accountant,
        &ids,
        how("Анна", Some(address(&accountant).await)),
        "",
    )
    .await;
    assert_eq!(refused(&director, &own).await, "age.no-match");

    let stranger = Stranger::new(&accountant);
    let package =
        stranger.open(&hand_over(&accountant, &ids, how("А", Some(stranger.address.clone())), "").await);
    let here = address(&director).await;
    for (change, expected) in [
        ("inventory['version'] = 2", "package.newer"),
        ("del inventory['letter']", "app.hand-over-foreign"),
        (
            "inventory['organisation']['inn'] = '7707083893'",
            "app.hand-over-of-other",
        ),
        ("document['files'][0]['name'] = '../x'", "package.unsafe-name"),
        (
            "files[document['files'][0]['path']] = b'x'",
            "package.changed-file",
        ),
    ] {
        let file = Stranger::change(&package, change, &here);
        assert_eq!(refused(&director, &file).await, expected, "{change}");
        std::fs::remove_file(file).unwrap();
    }
    let query = kabinet_app::view::DocumentQuery {
        limit: 10,
        ..Default::default()
    };
    assert_eq!(director.app.documents(query).await.unwrap().rows, []);
    let integrity = director.app.check_integrity().await.unwrap();
    assert!(integrity.is_whole(), "{integrity:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_of_something_else_and_another_content_never_join_a_document() {
    let (accountant, director) = two_desks().await;
    let ids = vec![accountant.import(&[sample(AKT)]).await];
    let file = hand_over(&accountant, &ids, how("Анна", Some(address(&director).await)), "").await;
    take_over(&director, &file).await;
    director.sign(&ids).await.unwrap();
    let stranger = Stranger::new(&director);
    let package =
        stranger.open(&hand_over(&director, &ids, how("В", Some(stranger.address.clone())), "").await);
    let here = address(&accountant).await;
    let before = accountant.page(&ids[0]).await;
    for (change, expected) in [
        // One octet of the signature's value; no signature at all; that of the other content.
        (
            "s = bytearray(files[document['files'][1]['path']]); s[-1] ^= 1; put(1, bytes(s))",
            "package.unfit-signature",
        ),
        ("put(1, b'not a signature')", "package.unfit-signature"),
        ("put(0, b'<other/>')", "package.other-content"),
        (
            "document['files'][1]['role'] = {'kind': 'signature', 'of': 'nothing'}",
            "package.inventory",
        ),
    ] {
        let file = Stranger::change(&package, change, &here);
        assert_eq!(refused(&accountant, &file).await, expected, "{change}");
        std::fs::remove_file(file).unwrap();
        let after = accountant.page(&ids[0]).await;
        assert_eq!(
            (after.row.stage, after.files.len()),
            (Stage::Ready, before.files.len()),
            "{change}"
        );
        assert_eq!(after.journal.len(), before.journal.len());
    }
    let whole = Stranger::change(&package, "pass", &here);
    assert_eq!(take_over(&accountant, &whole).await[0].signatures, 1);
    let integrity = accountant.app.check_integrity().await.unwrap();
    assert!(integrity.is_whole(), "{integrity:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_finds_its_organisation_when_the_vault_has_it() {
    let (accountant, director) = two_desks().await;
    let ids = accountant.import_letters(1).await;
    let to_director = how("Анна", Some(address(&director).await));
    let file = hand_over(&accountant, &ids, to_director, "").await;
    let first = director.app.state().await.organisation.unwrap().id;
    let other = NewOrganisation {
        name: "ООО «Лютик»".to_owned(),
        inn: "7736050003".to_owned(),
        ogrn: "1027700070518".to_owned(),
        kpp: Some("773601001".to_owned()),
        region: "45".to_owned(),
        api_key: None,
    };
    director.app.add_organisation(other).await.unwrap();
    // Written to the address of the one, opened while the other is chosen.
    let came = take_over(&director, &file).await;
    assert_eq!(came[0].document_id.as_ref(), Some(&ids[0]), "{came:?}");
    assert_eq!(
        came[0].letter.as_ref().unwrap().organisation.as_ref(),
        Some(&first)
    );
    assert_eq!(code(director.app.document(&ids[0]).await), "store.no-document");
    director.app.select_organisation(&first).await.unwrap();
    assert_eq!(director.page(&ids[0]).await.row.stage, Stage::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_tell_how_far_they_are_and_stop_when_told_to() {
    let desk = Desk::new().await;
    let files: Vec<PathBuf> = (0..200)
        .map(|number| {
            let path = desk.path(&format!("many-{number:03}.txt"));
            std::fs::write(&path, format!("Письмо {number}")).unwrap();
            path
        })
        .collect();
    let mut events = desk.app.events();
    let (app, watched) = (desk.app.clone(), desk.app.clone());
    let all = files.clone();
    let import = tokio::spawn(async move { app.import(all).await.unwrap() });
    let mut seen = Vec::new();
    loop {
        match events.recv().await.unwrap() {
            Event::Importing(Some(progress)) => {
                assert_eq!(progress.total, 200);
                assert!(progress.name.starts_with("many-"), "{progress:?}");
                seen.push(progress.done);
                if progress.done > 0 {
                    watched.stop_import();
                }
            }
            Event::Importing(None) => break,
            _ => {}
        }
    }
    assert!(seen.is_sorted() && seen.last() > Some(&0), "{seen:?}");
    let outcomes = import.await.unwrap();
    let (last, taken) = outcomes.split_last().unwrap();
    let error = last.error.as_ref().unwrap();
    assert_eq!(error.code, "app.import-stopped");
    assert_eq!(error.params["done"], taken.len().to_string());
    assert!(taken.len() < 200 && taken.iter().all(|one| one.document_id.is_some()));

    // The same once more takes in the rest and doubles nothing; what was stopped is stopped no longer.
    let rest = desk.app.import(files).await.unwrap();
    assert_eq!(rest.len(), 200);
    let known = rest.iter().filter(|one| one.duplicate_of.is_some()).count();
    assert_eq!(known, taken.len());
}
