//! An application travels with its form and its files to a computer that never met the portal, and back.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use kabinet_age::{Key, Passphrase, Recipients};
use kabinet_app::view::{DraftShelf, DraftView, HandOver, ImportOutcome, ServiceQuery};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::desk::{Desk, code};

/// Names and contents of a container's members.
type Members = Vec<(String, Vec<u8>)>;

/// Takes a signature and files.
const LICENCE: &str = "99000000010";
const CHARTER: &[u8] = b"%PDF-1.4\n% charter\n%%EOF\n";
const PHRASE: &str = "скрепка туман девять";

async fn save(desk: &Desk, draft: &DraftView, changes: &[(&str, &str)]) -> DraftView {
    let mut fields = draft.fields.clone();
    for (name, value) in changes {
        fields.insert((*name).to_owned(), (*value).to_owned());
    }
    let saved = desk.app.save_draft(&draft.id, draft.revision, fields).await;
    saved.unwrap()
}

async fn attach(desk: &Desk, draft: &DraftView, name: &str, bytes: &[u8]) -> DraftView {
    let path = desk.path(name);
    std::fs::write(&path, bytes).unwrap();
    let paths = vec![path];
    let attached = desk
        .app
        .attach_files(&draft.id, draft.revision, "files".to_owned(), paths)
        .await;
    attached.unwrap()
}

/// An application with a file, begun by somebody who met the portal.
async fn begun() -> (Desk, DraftView) {
    let desk = Desk::signed_in().await;
    let told = desk
        .app
        .services(ServiceQuery::default(), 200, true)
        .await
        .unwrap();
    assert_eq!(told.error, None);
    let draft = desk.app.begin_application(LICENCE).await.unwrap();
    let draft = save(&desk, &draft, &[("contact-phone", "+7 495 000-00-00")]).await;
    let draft = attach(&desk, &draft, "устав.pdf", CHARTER).await;
    (desk, draft)
}

/// Another computer of the same organisation, without a network.
async fn far_away() -> Desk {
    let mut desk = Desk::new().await;
    desk.stand.stop();
    desk
}

async fn hand_over(from: &Desk, draft: &DraftView, to: &Desk) -> PathBuf {
    let how = HandOver {
        name: "Анна Ромашкина".to_owned(),
        address: Some(to.app.colleagues().await.unwrap().own_address),
    };
    let file = from.path("draft.kabinet");
    from.app.hand_over(&draft.id, how, &file).await.unwrap();
    file
}

async fn take_over(desk: &Desk, file: &Path) -> ImportOutcome {
    let mut outcomes = desk.app.import(vec![file.to_owned()]).await.unwrap();
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

async fn read_by(desk: &Desk, draft: &str) -> String {
    let preview = desk.app.preview_draft(draft).await.unwrap();
    assert!(
        preview.problems.iter().all(|one| one.code != "form.file-missing"),
        "{preview:#?}"
    );
    serde_json::to_string(&preview.readable).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_filled_in_without_a_network_and_comes_back() {
    let (accountant, draft) = begun().await;
    let director = far_away().await;
    let file = hand_over(&accountant, &draft, &director).await;
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(CHARTER.len()).any(|part| part == CHARTER));

    let outcome = take_over(&director, &file).await;
    assert_eq!(
        outcome.draft_id.as_deref(),
        Some(draft.id.as_str()),
        "{outcome:?}"
    );
    let arrived = director.app.draft(&draft.id).await.unwrap();
    assert_eq!((&arrived.fields, arrived.form_changed), (&draft.fields, false));
    let form = director.app.draft_form(&arrived.form).await.unwrap();
    assert_eq!(form, accountant.app.draft_form(&draft.form).await.unwrap());
    let read = read_by(&director, &draft.id).await;
    assert!(
        read.contains("устав.pdf") && read.contains("+7 495 000-00-00"),
        "{read}"
    );

    // The director attaches another file and writes; the accountant writes the same field meanwhile, and attaches one as well.
    let theirs = save(&director, &arrived, &[("contact-phone", "+7 495 000-00-22")]).await;
    let theirs = attach(&director, &theirs, "план.pdf", b"%PDF-1.4\n% plan\n%%EOF\n").await;
    let mine = save(&accountant, &draft, &[("contact-phone", "+7 495 000-00-11")]).await;
    attach(&accountant, &mine, "смета.pdf", b"%PDF-1.4\n% estimate\n%%EOF\n").await;
    let back = hand_over(&director, &theirs, &accountant).await;
    take_over(&accountant, &back).await;
    let merged = accountant.app.draft(&draft.id).await.unwrap();
    assert_eq!(merged.fields["contact-phone"], "+7 495 000-00-11");
    assert!(merged.fields["files"].contains("смета.pdf"));
    let waiting: Vec<&str> = merged.conflicts.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(waiting, ["contact-phone", "files"]);
    // Whichever is chosen, its files are here.
    let chosen = merged.conflicts[1].theirs.clone();
    assert!(chosen.as_deref().unwrap().contains("план.pdf"));
    assert!(read_by(&accountant, &draft.id).await.contains("смета.pdf"));
    accountant
        .app
        .settle_draft(&draft.id, "files".to_owned(), chosen)
        .await
        .unwrap();
    assert!(read_by(&accountant, &draft.id).await.contains("план.pdf"));
    // The same file once more says nothing new.
    take_over(&accountant, &back).await;
    let again = accountant.app.draft(&draft.id).await.unwrap();
    assert_eq!(again.conflicts.len(), 1);
}

/// What is inside a file for whoever knows the phrase, by name.
fn unpacked(file: &Path) -> Vec<(String, Vec<u8>)> {
    let phrase = zeroize::Zeroizing::new(PHRASE.as_bytes().to_vec());
    let key = Key::Passphrase(Passphrase::from(&phrase));
    let mut opened = kabinet_age::decrypt(std::fs::File::open(file).unwrap(), &key).unwrap();
    let mut bytes = Vec::new();
    opened.read_to_end(&mut bytes).unwrap();
    let mut archive = ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        members.push((entry.name().unwrap().into_owned(), content));
    }
    members
}

async fn packed_for(desk: &Desk, members: &[(String, Vec<u8>)]) -> PathBuf {
    let address = desk.app.colleagues().await.unwrap().own_address;
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        archive
            .start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content).unwrap();
    }
    let to = [address.parse().unwrap()];
    let mut sealed = kabinet_age::encrypt(&Recipients::Addresses(&to), Vec::new()).unwrap();
    sealed.write_all(&archive.finish().unwrap().into_inner()).unwrap();
    let file = desk.path("hostile.kabinet");
    std::fs::write(&file, sealed.finish().unwrap()).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_says_is_refused_and_changes_nothing() {
    let (accountant, draft) = begun().await;
    let director = far_away().await;
    accountant.person.types_passphrase(Some(PHRASE));
    let how = HandOver {
        name: "Анна".to_owned(),
        address: None,
    };
    let file = accountant.path("draft.kabinet");
    accountant.app.hand_over(&draft.id, how, &file).await.unwrap();
    let good = unpacked(&file);
    let names: Vec<&str> = good.iter().map(|(name, _)| name.as_str()).collect();
    let member = format!("attachments/{}", hex::encode(Sha256::digest(CHARTER)));
    assert_eq!(names, ["kabinet-package.json", "drafts.json", &member]);
    // A program that knows documents only says that this is newer than it is.
    assert_eq!(good[0].1, br#"{"format":"kabinet-package","version":2}"#);

    let with = |change: &dyn Fn(&mut Members)| {
        let mut members = good.clone();
        change(&mut members);
        members
    };
    let text = |members: &mut Members, from: &str, to: &str| {
        let text = String::from_utf8(members[1].1.clone()).unwrap();
        assert!(text.contains(from), "{text}");
        members[1].1 = text.replace(from, to).into_bytes();
    };
    let size = format!("/{}/", CHARTER.len());
    let hostile = [
        (
            "another content",
            "package.changed-file",
            with(&|all| all[2].1[9] ^= 1),
        ),
        (
            "longer than it says",
            "package.changed-file",
            with(&|all| all[2].1.extend([0; 9])),
        ),
        (
            "too large",
            "app.too-large",
            with(&|all| text(all, &size, "/999999999999/")),
        ),
        (
            "far more than any draft",
            "package.too-much",
            with(&|all| all[1].1.extend(vec![b' '; (64 << 20) + 1])),
        ),
        (
            "an unknown member",
            "app.hand-over-foreign",
            with(&|all| all.push(("run.sh".to_owned(), vec![]))),
        ),
        (
            "a file no draft names",
            "app.hand-over-foreign",
            with(&|all| all.push((format!("attachments/{}", "a".repeat(64)), b"x".to_vec()))),
        ),
        (
            "a name that leads out",
            "package.unsafe-name",
            with(&|all| all.push(("../evil".to_owned(), b"x".to_vec()))),
        ),
        (
            "another form under the same code",
            "app.no-form",
            with(&|all| text(all, "ИНН организации", "ИНН")),
        ),
        (
            "a newer layout",
            "app.hand-over-newer",
            with(&|all| text(all, r#""version":2"#, r#""version":3"#)),
        ),
    ];
    for (what, expected, members) in hostile {
        let file = packed_for(&director, &members).await;
        let refused = take_over(&director, &file).await;
        assert_eq!(
            refused.error.map(|error| error.code).as_deref(),
            Some(expected),
            "{what}"
        );
    }
    let open = director.app.drafts(DraftShelf::Open, 0, 10).await.unwrap();
    assert_eq!(open.rows, []);
    assert_eq!(code(director.app.draft_form(&draft.form).await), "app.no-form");

    // A file that is not there any more stays named, and the answers come over.
    let file = packed_for(&director, &good[..2]).await;
    assert!(take_over(&director, &file).await.draft_id.is_some());
    let preview = director.app.preview_draft(&draft.id).await.unwrap();
    assert!(preview.problems.iter().any(|one| one.code == "form.file-missing"));
    let file = packed_for(&director, &good).await;
    take_over(&director, &file).await;
    read_by(&director, &draft.id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_shown_as_the_authority_will_read_it_before_it_is_whole() {
    let (desk, draft) = begun().await;
    let before = desk.journal().await.len();
    let preview = desk.app.preview_draft(&draft.id).await.unwrap();
    assert_eq!(preview.problems, draft.problems);
    assert!(!preview.problems.is_empty());
    let read = serde_json::to_string(&preview.readable.unwrap()).unwrap();
    let inn = desk.owner().inn;
    for said in ["ИНН организации", inn.as_str(), "устав.pdf"] {
        assert!(read.contains(said), "{said}: {read}");
    }
    // Nothing was made of it.
    assert_eq!(desk.journal().await.len(), before);
    assert_eq!(desk.app.draft(&draft.id).await.unwrap().document_id, None);
    // A document with a schema has to be whole.
    let whole = desk.app.new_draft("fns.on_aktsverotp").await.unwrap();
    let preview = desk.app.preview_draft(&whole.id).await.unwrap();
    assert!(preview.readable.is_none() && !preview.problems.is_empty());
    assert_eq!(code(desk.app.preview_draft("x").await), "app.not-found");
}
