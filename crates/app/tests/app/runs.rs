//! Signing runs: what breaks off goes on where it stopped, nothing is signed twice, nothing else is signed.

use std::time::{Duration, Instant};

use kabinet_app::view::{
    FileKind, ItemState, Phase, SecretPurpose, SigningPhase, SigningProgress, SigningRun, Stage,
};
use kabinet_app::{App, Event};
use kabinet_domain::{DocumentFile, DocumentId, FileRole};
use kabinet_softtoken::Profile;
use kabinet_store::{LockedVault, NewEntry, Unlock};
use kabinet_testkit::{PIN, WRONG_PIN, sfr_pair};
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;

use crate::desk::{Desk, TOKEN, code};

use ItemState::{Failed, Signed, Skipped, Waiting};

fn states(run: &SigningRun) -> Vec<ItemState> {
    run.items.iter().map(|item| item.state).collect()
}

fn stopped_by(run: &SigningRun) -> &str {
    run.stopped.as_ref().map_or("", |error| &error.code)
}

/// Every document has one signature a file and no more, and the journal knows of one signing each.
async fn signed_once(desk: &Desk, ids: &[String]) {
    for id in ids {
        let page = desk.page(id).await;
        assert_eq!(page.row.stage, Stage::Signed, "{page:#?}");
        let count = |kinds: &[FileKind]| {
            page.files
                .iter()
                .filter(|file| kinds.contains(&file.kind))
                .count()
        };
        assert_eq!(
            count(&[FileKind::Signature]),
            count(&[FileKind::Main, FileKind::Companion])
        );
        let signings = page
            .journal
            .iter()
            .filter(|row| row.action.starts_with("document-signed"));
        assert_eq!(signings.count(), 1);
    }
    assert!(desk.app.check_integrity().await.unwrap().is_whole());
    assert!(desk.app.signing_runs().await.unwrap().is_empty());
}

/// The next progress that fits.
async fn progress(events: &mut Receiver<Event>, fits: impl Fn(&SigningProgress) -> bool) -> SigningProgress {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match tokio::time::timeout(left, events.recv())
            .await
            .expect("it never came")
        {
            Ok(Event::Signing(progress)) if fits(&progress) => return progress,
            _ => {}
        }
    }
}

/// A run that is under way in the background.
fn begin(desk: &Desk, request: kabinet_app::view::SigningRequest) -> tokio::task::JoinHandle<SigningRun> {
    let app = desk.app.clone();
    tokio::spawn(async move { app.start_signing(request).await.unwrap() })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_pulled_in_the_middle_leaves_a_run_that_goes_on_even_after_a_restart() {
    let desk = Desk::new().await;
    let mut ids = desk.import_letters(4).await;
    // The pair has two files: breaking between them must not leave half a document signed.
    ids.insert(2, desk.import(&sfr_pair()).await);
    desk.drawer.control("C_Sign.rv = 0x30\nC_Sign.after = 3\n");
    let run = desk.sign(&ids).await.unwrap();
    assert_eq!(states(&run), [Signed, Signed, Waiting, Waiting, Waiting]);
    assert_eq!((stopped_by(&run), run.ended.as_ref()), ("token.removed", None));
    assert_eq!(desk.page(&ids[2]).await.files.len(), 2);

    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let found = desk.app.signing_runs().await.unwrap();
    assert_eq!(found, std::slice::from_ref(&run));

    desk.drawer.control(&format!("present.{TOKEN} = 0\n"));
    assert_eq!(
        code(desk.app.continue_signing(&run.id, false).await),
        "app.no-certificate"
    );
    desk.drawer.control("");
    desk.person.was_asked();
    let run = desk.app.continue_signing(&run.id, false).await.unwrap();
    assert_eq!(states(&run), [Signed; 5]);
    assert!(run.ended.is_some() && run.stopped.is_none());
    let asked = desk.person.was_asked();
    assert_eq!((asked.len(), asked[0].purpose), (1, SecretPurpose::Sign));
    let titles: Vec<String> = run.items[2..].iter().map(|item| item.title.clone()).collect();
    assert_eq!(asked[0].documents, titles, "exactly what is left");
    signed_once(&desk, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_token_does_the_run_goes_on_where_it_stopped() {
    for (fault, error) in [
        ("C_Sign.crash = 1\n", "token.module-crashed"),
        // As after a sleep: the module lost its state, the reader is back with another slot, the login is gone.
        ("C_Sign.rv = 0x190\n", "token.module-reset"),
        ("C_Sign.rv = 0xE1\n", "token.removed"),
        ("C_Sign.rv = 0x101\n", "token.login-lost"),
        ("C_Sign.rv = 0x80000042\n", "token.device"),
    ] {
        let desk = Desk::new().await;
        let ids = desk.import_letters(3).await;
        desk.drawer.control(&format!("{fault}C_Sign.after = 1\n"));
        let run = desk.sign(&ids).await.unwrap();
        assert_eq!(
            (stopped_by(&run), states(&run)),
            (error, vec![Signed, Waiting, Waiting]),
            "{fault}"
        );
        let journal = desk.page(&ids[1]).await.journal;
        assert_eq!(journal[0].params["error"], error, "the document it stopped at");
        desk.drawer.control("");
        let run = desk.app.continue_signing(&run.id, false).await.unwrap();
        assert_eq!(states(&run), [Signed; 3], "{fault}");
        signed_once(&desk, &ids).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_signature_stops_the_run_names_its_document_and_is_made_good_on_request() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(3).await;
    desk.drawer.control("C_Sign.wrong = 1\nC_Sign.after = 1\n");
    let run = desk.sign(&ids).await.unwrap();
    assert_eq!(states(&run), [Signed, Failed, Waiting]);
    assert_eq!(stopped_by(&run), "signature.raw-signature-wrong");
    assert_eq!(
        run.items[1].error.as_ref().unwrap().code,
        "signature.raw-signature-wrong"
    );
    assert_eq!(desk.page(&ids[1]).await.files.len(), 1);
    desk.drawer.control("");
    let run = desk.app.continue_signing(&run.id, false).await.unwrap();
    assert_eq!(
        states(&run),
        [Signed, Failed, Signed],
        "what failed is left alone"
    );
    assert!(run.ended.is_some());
    let run = desk.app.continue_signing(&run.id, true).await.unwrap();
    assert_eq!(states(&run), [Signed; 3]);
    signed_once(&desk, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_stops_between_two_signatures_and_goes_on_later() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(6).await;
    desk.drawer.control("C_Sign.delay = 300\n");
    let mut events = desk.app.events();
    let running = begin(&desk, desk.request("accountant", &ids).await);
    progress(&mut events, |progress| progress.signed == 2).await;
    desk.app.stop_signing();
    let run = running.await.unwrap();
    assert_eq!(stopped_by(&run), "app.signing-stopped");
    let signed = run.count(Signed);
    // The signature under way was waited for; one more may have been on its way out.
    assert!((2..=4).contains(&signed), "{signed}");
    assert_eq!(run.count(Waiting), 6 - signed);
    let actions = desk.actions().await;
    assert_eq!(actions.last().unwrap(), "signing-stopped");
    desk.drawer.control("");
    desk.app.continue_signing(&run.id, false).await.unwrap();
    signed_once(&desk, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_that_hangs_can_be_stopped_at_once() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(2).await;
    desk.drawer.control("C_Sign.hang = 1\nC_Sign.after = 1\n");
    let mut events = desk.app.events();
    let running = begin(&desk, desk.request("accountant", &ids).await);
    progress(&mut events, |progress| progress.signed == 1).await;
    let told = Instant::now();
    desk.app.stop_signing();
    let run = running.await.unwrap();
    assert!(
        told.elapsed() < Duration::from_secs(20),
        "far below the deadline of a signature"
    );
    assert_eq!(states(&run), [Signed, Waiting]);
    desk.drawer.control("");
    desk.app.continue_signing(&run.id, false).await.unwrap();
    signed_once(&desk, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_names_each_document_in_order_and_the_count_before_a_break() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(3).await;
    let mut events = desk.app.events();
    desk.drawer.control("C_Sign.rv = 0x30\nC_Sign.after = 1\n");
    let run = desk.sign(&ids).await.unwrap();
    desk.drawer.control("");
    desk.app.continue_signing(&run.id, false).await.unwrap();
    let mut phases = Vec::new();
    let mut settled = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::Signing(progress) = event {
            assert_eq!((progress.run_id.as_str(), progress.total), (run.id.as_str(), 3));
            if phases.last() != Some(&progress.phase) {
                phases.push(progress.phase);
            }
            if let Some(item) = progress.settled {
                // The token is at the next document, or ahead of what is stored.
                let at = run
                    .items
                    .iter()
                    .position(|item| Some(&item.title) == progress.current.as_ref());
                assert!(at.unwrap_or(run.items.len()) > settled.len(), "{at:?}");
                settled.push((item.document_id, progress.signed));
            }
        }
    }
    use SigningPhase::{Checking, Pin, Signing};
    assert_eq!(phases, [Checking, Pin, Signing, Checking, Pin, Signing]);
    assert_eq!(
        settled,
        [(ids[0].clone(), 1), (ids[1].clone(), 2), (ids[2].clone(), 3)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_typed_on_the_reader_is_waited_for_in_words() {
    let desk = Desk::new().await;
    let profile = Profile {
        protected_authentication_path: true,
        ..Profile::of_model("Rutoken PINPad", "0003", "Считыватель")
    };
    let home = desk.drawer.add_with(profile, &desk.stand, &["director"]);
    std::fs::write(home.path().join("pin-pad"), PIN).unwrap();
    let ids = desk.import_letters(2).await;
    let mut events = desk.app.events();
    desk.person.was_asked();
    let running = begin(&desk, desk.request("director", &ids).await);
    progress(&mut events, |progress| progress.phase == SigningPhase::Device).await;
    progress(&mut events, |progress| progress.phase == SigningPhase::Signing).await;
    assert_eq!(states(&running.await.unwrap()), [Signed; 2]);
    assert!(desk.person.was_asked().is_empty(), "no window asks for it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finger_on_the_token_is_waited_for_before_each_document() {
    let desk = Desk::new().await;
    let profile = Profile {
        touch: true,
        patience: 30_000,
        ..Profile::of_model("Rutoken ECP", "0004", "С касанием")
    };
    let home = desk.drawer.add_with(profile, &desk.stand, &["director"]);
    let ids = desk.import_letters(2).await;
    let mut events = desk.app.events();
    let running = begin(&desk, desk.request("director", &ids).await);
    for _ in 0..2 {
        // Told at once, whether or not the document before is stored by then.
        progress(&mut events, |progress| {
            progress.phase == SigningPhase::Device && progress.settled.is_none()
        })
        .await;
        std::fs::write(home.path().join("touch"), "").unwrap();
    }
    assert_eq!(states(&running.await.unwrap()), [Signed; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_or_none_leaves_a_run_as_it_was() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(2).await;
    desk.drawer.control("C_Sign.rv = 0x30\nC_Sign.after = 1\n");
    let broken = desk.sign(&ids).await.unwrap();
    desk.drawer.control("");
    desk.person.types_pin(None);
    assert_eq!(
        code(desk.app.continue_signing(&broken.id, false).await),
        "app.cancelled"
    );
    assert_eq!(
        desk.app.signing_runs().await.unwrap(),
        std::slice::from_ref(&broken)
    );
    desk.person.types_pin(Some(WRONG_PIN));
    let run = desk.app.continue_signing(&broken.id, false).await.unwrap();
    assert_eq!(
        (stopped_by(&run), states(&run)),
        ("token.pin-incorrect", vec![Signed, Waiting])
    );
    assert_eq!(desk.drawer.tries_left(TOKEN), 2, "one entry, one try");
    desk.person.types_pin(Some(PIN));
    desk.app.continue_signing(&broken.id, false).await.unwrap();
    signed_once(&desk, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_certificate_cannot_go_on_with_a_run() {
    let desk = Desk::new().await;
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    let ids = desk.import_letters(2).await;
    desk.drawer.control("C_Sign.rv = 0x30\nC_Sign.after = 1\n");
    let run = desk.sign(&ids).await.unwrap();
    assert_eq!(run.certificate_id, desk.stand.fingerprint("accountant"));
    assert_eq!(
        (run.token_label.as_str(), run.token_serial.as_str()),
        ("Кабинет", TOKEN)
    );
    desk.drawer.control(&format!("present.{TOKEN} = 0\n"));
    desk.person.was_asked();
    assert_eq!(
        code(desk.app.continue_signing(&run.id, false).await),
        "app.no-certificate"
    );
    assert!(desk.person.was_asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_at_a_time_and_it_cannot_be_dropped_under_way() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(2).await;
    desk.drawer.control("C_Sign.delay = 500\n");
    let mut events = desk.app.events();
    let running = begin(&desk, desk.request("accountant", &ids).await);
    let now = progress(&mut events, |progress| progress.phase == SigningPhase::Signing).await;
    assert_eq!(code(desk.sign(&ids).await), "app.signing-under-way");
    assert_eq!(
        code(desk.app.drop_signing(&now.run_id).await),
        "app.signing-under-way"
    );
    let shown = desk.app.signing_runs().await.unwrap();
    let phase = shown[0].progress.as_ref().map(|progress| progress.phase);
    assert_eq!(
        phase,
        Some(SigningPhase::Signing),
        "a window opened anew finds it"
    );
    assert_eq!(states(&running.await.unwrap()), [Signed; 2]);
    signed_once(&desk, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_given_up_leaves_the_rest_unsigned_and_says_so_in_the_journal() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(3).await;
    desk.drawer.control("C_Sign.rv = 0x30\nC_Sign.after = 1\n");
    let run = desk.sign(&ids).await.unwrap();
    assert!(desk.app.drop_signing(&run.id).await.unwrap().is_empty());
    assert_eq!(desk.page(&ids[1]).await.row.stage, Stage::Ready);
    let journal = desk.journal().await;
    let dropped = journal.last().unwrap();
    assert_eq!(dropped.action, "signing-dropped");
    assert_eq!(
        (
            dropped.params["signed"].as_str(),
            dropped.params["total"].as_str()
        ),
        ("1", "3")
    );
    desk.drawer.control("");
    // They are free for another run.
    desk.sign(&ids[1..]).await.unwrap();
    signed_once(&desk, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_meanwhile_is_not_signed_again() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(3).await;
    desk.drawer.control("C_Sign.rv = 0x30\nC_Sign.after = 1\n");
    let run = desk.sign(&ids).await.unwrap();
    desk.drawer.control("");
    desk.sign(&ids[1..2]).await.unwrap();
    let run = desk.app.continue_signing(&run.id, false).await.unwrap();
    assert_eq!(states(&run), [Signed, Skipped, Signed]);
    assert_eq!(run.items[1].error.as_ref().unwrap().code, "app.already-signed");
    signed_once(&desk, &ids).await;
}

/// Puts one more file into a document, as nothing in the program does.
fn alter(vault: LockedVault, id: &str) {
    let vault = vault.unlock(Unlock::Keychain).unwrap();
    let organisation = vault.organisations().unwrap().remove(0).id;
    let store = vault.organisation(organisation).unwrap();
    let (digest, size) = store.put_blob(&b"another page"[..]).unwrap();
    let entry = NewEntry {
        at: time::OffsetDateTime::now_utc(),
        actor: String::new(),
        action: "document-added".to_owned(),
        subject: None,
        params: Default::default(),
    };
    let file = DocumentFile {
        name: "another.txt".to_owned(),
        role: FileRole::Companion,
        digest,
        size,
    };
    let document = DocumentId(Uuid::parse_str(id).unwrap());
    store
        .change(entry, |change| change.attach_file(document, &file))
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_no_longer_what_was_shown_is_refused_by_name() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(3).await;
    let mut request = desk.request("accountant", &ids).await;
    request.documents[1].shown = request.documents[0].shown.clone();
    desk.person.was_asked();
    let refused = desk.app.start_signing(request).await.unwrap_err();
    assert_eq!(refused.code(), "app.document-changed");
    assert_eq!(refused.params()["title"], desk.page(&ids[1]).await.row.title);
    assert!(desk.person.was_asked().is_empty());

    desk.drawer.control("C_Sign.rv = 0x30\nC_Sign.after = 1\n");
    let run = desk.sign(&ids).await.unwrap();
    desk.drawer.control("");
    let desk = desk.started_again_after(|vault| alter(vault, &ids[1]));
    desk.app.unlock().await.unwrap();
    let run = desk.app.continue_signing(&run.id, false).await.unwrap();
    assert_eq!(states(&run), [Signed, Failed, Signed]);
    let error = run.items[1].error.as_ref().unwrap();
    assert_eq!(
        (error.code.as_str(), error.params["title"].as_str()),
        ("app.document-changed", run.items[1].title.as_str())
    );
    assert_eq!(desk.page(&ids[1]).await.row.stage, Stage::Ready);
    // Trying again does not help: it was never shown so.
    let run = desk.app.continue_signing(&run.id, true).await.unwrap();
    assert_eq!(states(&run), [Signed, Failed, Signed]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_opened_is_signed_only_when_that_was_agreed_to() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(3).await;
    let page = desk.page(&ids[0]).await;
    desk.app.note_opened(&ids[0], &page.shown).await.unwrap();
    // Something else was shown of this one.
    desk.app.note_opened(&ids[1], &page.shown).await.unwrap();
    let preflight = desk.app.preflight(&ids, None).await.unwrap();
    let opened: Vec<bool> = preflight
        .documents
        .iter()
        .map(|one| one.opened.is_some())
        .collect();
    assert_eq!(opened, [true, false, false]);
    let mut request = desk.request("accountant", &ids).await;
    assert_eq!(request.unopened, 2);
    request.unopened = 1;
    desk.person.was_asked();
    let refused = desk.app.start_signing(request.clone()).await.unwrap_err();
    assert_eq!(
        (refused.code(), refused.params()["count"].as_str()),
        ("app.unopened", "2")
    );
    assert!(desk.person.was_asked().is_empty());
    request.unopened = 2;
    desk.app.start_signing(request).await.unwrap();
    let mut actions = Vec::new();
    for id in &ids {
        actions.push(desk.page(id).await.journal[0].action.clone());
    }
    assert_eq!(
        actions,
        [
            "document-signed",
            "document-signed-unopened",
            "document-signed-unopened"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_locked_in_the_middle_keeps_what_was_signed_and_the_run() {
    let desk = Desk::new().await;
    let ids = desk.import_letters(6).await;
    desk.drawer.control("C_Sign.delay = 300\n");
    let mut events = desk.app.events();
    let request = desk.request("accountant", &ids).await;
    let app: App = desk.app.clone();
    let running =
        tokio::spawn(async move { app.start_signing(request).await.map_err(|e| e.code().to_owned()) });
    progress(&mut events, |progress| progress.signed == 2).await;
    assert_eq!(desk.app.lock().await.phase, Phase::Locked);
    let ended = running.await.unwrap();
    assert_eq!(ended.unwrap_err(), "vault.locked");
    desk.app.unlock().await.unwrap();
    desk.drawer.control("");
    let runs = desk.app.signing_runs().await.unwrap();
    assert_eq!(runs.len(), 1);
    assert!(runs[0].count(Signed) >= 2 && runs[0].count(Waiting) > 0);
    desk.app.continue_signing(&runs[0].id, false).await.unwrap();
    signed_once(&desk, &ids).await;
}
