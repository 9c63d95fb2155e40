//! `kill -9` in the middle of a signing run, again and again: the next start goes on where it stopped.
//!
//! The binary is both sides: without a role it runs the scenario, with one it is the program that is killed.

#![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use kabinet_app::view::{
    CreateVault, DocumentQuery, Environment, FileKind, ItemState, NewOrganisation, Protection, SecretKind,
    SecretPrompt, SigningRequest, Stage,
};
use kabinet_app::{App, Ask, AskFuture, Config, Event, Secret};
use kabinet_store::MemoryKeychain;
use kabinet_testkit::{Drawer, PIN, Stand};

const DOCUMENTS: usize = 20;
const PASSPHRASE: &str = "выдернули шнур посреди подписи";
/// Documents settled before each kill at most.
const STEP: u64 = 3;

struct Person;

impl Ask for Person {
    fn secret(&self, prompt: SecretPrompt) -> AskFuture<'_> {
        let answer = match prompt.kind {
            SecretKind::Pin => PIN,
            _ => PASSPHRASE,
        };
        Box::pin(async move { Some(Secret::new(answer.to_owned())) })
    }

    fn confirms_last_try(&self) -> bool {
        false
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child-signer", home, demo, module, certificate] => {
            runtime.block_on(sign(
                &app(home.as_ref(), demo.as_ref(), module.as_ref()),
                certificate,
            ));
        }
        // cargo passes filters and libtest's options; this binary has no parts to choose from.
        _ if arguments.iter().any(|argument| argument == "--list") => println!("crash: test"),
        _ => {
            runtime.block_on(killed_at_random_nothing_is_signed_twice_and_nothing_lost());
            println!("crash::killed_at_random_nothing_is_signed_twice_and_nothing_lost ... ok");
        }
    }
}

fn app(home: &Path, demo: &Path, module: &Path) -> App {
    let config = Config {
        demo_dir: demo.to_owned(),
        only_modules: Some(vec![module.to_owned()]),
        worker: env!("CARGO_BIN_EXE_kabinet-app-token-worker").into(),
        keychain: Arc::new(MemoryKeychain::default()),
        ..Config::at(home).unwrap()
    };
    App::new(config, Arc::new(Person)).unwrap()
}

async fn documents(app: &App) -> Vec<kabinet_app::view::DocumentRow> {
    let query = DocumentQuery {
        limit: 1000,
        ..DocumentQuery::default()
    };
    app.documents(query).await.unwrap().rows
}

/// Goes on with the run it finds, or begins one; says a word for each document that is settled.
async fn sign(app: &App, certificate: &str) {
    app.unlock().await.unwrap();
    let mut events = app.events();
    tokio::spawn(async move {
        while let Ok(event) = events.recv().await {
            if matches!(&event, Event::Signing(progress) if progress.settled.is_some()) {
                println!("settled");
            }
        }
    });
    let runs = app.signing_runs().await.unwrap();
    assert!(runs.len() < 2, "{runs:#?}");
    let run = match runs.first() {
        Some(run) => app.continue_signing(&run.id, false).await.unwrap(),
        None => {
            let rows = documents(app).await;
            // Killed between its last document and its end: there is nothing to go on with.
            if rows.iter().all(|row| row.stage == Stage::Signed) {
                return;
            }
            let ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
            let preflight = app.preflight(&ids, None).await.unwrap();
            let request = SigningRequest::of(&preflight, certificate);
            app.start_signing(request).await.unwrap()
        }
    };
    assert_eq!(run.count(ItemState::Signed), DOCUMENTS, "{run:#?}");
}

/// Starts the program and kills it some time after this many documents; whether it had ended by itself.
fn killed(mut command: Command, after: u64, pause: Duration) -> bool {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    // Read to its end of life: a closed pipe would be a second way to die.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let settled = lines.by_ref().take(usize::try_from(after).unwrap()).count();
    std::thread::sleep(pause);
    if u64::try_from(settled).unwrap() < after {
        assert!(child.wait().unwrap().success());
        return true;
    }
    child.kill().unwrap();
    child.wait().unwrap().success()
}

async fn killed_at_random_nothing_is_signed_twice_and_nothing_lost() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    let home = tempfile::tempdir().unwrap();
    let open = || app(home.path(), stand.dir(), &drawer.module());
    {
        let app = open();
        let vault = CreateVault {
            environment: Environment::Demo,
            protection: Protection::Passphrase,
        };
        app.create_vault(vault).await.unwrap();
        let owner = &stand.demo.organisations[0];
        let organisation = NewOrganisation {
            name: owner.short_name.clone(),
            inn: owner.inn.clone(),
            ogrn: owner.ogrn.clone(),
            kpp: Some(owner.kpp.clone()),
            region: owner.region.clone(),
            api_key: None,
        };
        app.add_organisation(organisation).await.unwrap();
        for number in 0..DOCUMENTS {
            let path = home.path().join(format!("letter-{number}.txt"));
            std::fs::write(&path, format!("Письмо № {number}\n")).unwrap();
            app.import(vec![path]).await.unwrap();
        }
        app.lock().await;
    }
    // Longer than storing takes, so that a kill meets the token as well as the vault.
    drawer.control("C_Sign.delay = 25\n");
    let mut kills = 0;
    loop {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("child-signer").arg(home.path()).arg(stand.dir());
        command.arg(drawer.module()).arg(stand.fingerprint("accountant"));
        let random = random();
        let (after, pause) = (1 + random % STEP, Duration::from_micros((random >> 8) % 40_000));
        println!("killed {pause:?} after {after} documents");
        if killed(command, after, pause) {
            break;
        }
        kills += 1;
        assert!(kills <= DOCUMENTS, "every start gets further");
    }
    assert!(kills >= 3, "it has to be killed in the middle");

    let app = open();
    app.unlock().await.unwrap();
    assert!(app.signing_runs().await.unwrap().is_empty());
    let rows = documents(&app).await;
    assert_eq!(rows.len(), DOCUMENTS);
    for row in rows {
        let page = app.document(&row.id).await.unwrap();
        assert_eq!(page.row.stage, Stage::Signed);
        let kinds: Vec<FileKind> = page.files.iter().map(|file| file.kind).collect();
        assert_eq!(kinds, [FileKind::Main, FileKind::Signature]);
        let signings = page
            .journal
            .iter()
            .filter(|row| row.action.starts_with("document-signed"));
        assert_eq!(signings.count(), 1);
    }
    let journal = app.journal(Default::default(), 0, 1000).await.unwrap().rows;
    let begun = journal.iter().filter(|row| row.action == "signing-started");
    assert_eq!(begun.count(), 1, "one run from its beginning to its end");
    assert!(app.check_integrity().await.unwrap().is_whole());
}

fn random() -> u64 {
    let mut octets = [0; 8];
    getrandom::fill(&mut octets).unwrap();
    u64::from_le_bytes(octets)
}
