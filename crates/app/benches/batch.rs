//! A thousand documents out of a vault, signed and back, under one PIN: beside the same digests signed by the same token and
//! nothing else done. What signing costs is the token's time; the rest is to be done while the token works.

#![allow(clippy::unwrap_used, reason = "a failed step is the measurement's failure")]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kabinet_app::view::{
    CreateVault, DocumentQuery, Environment, ItemState, NewOrganisation, Protection, SecretKind,
    SecretPrompt, SigningRequest,
};
use kabinet_app::{App, Ask, AskFuture, Config, Secret};
use kabinet_store::MemoryKeychain;
use kabinet_testkit::{Drawer, PIN, Stand};
use kabinet_token::{Module, Pin, SignJob, SignMechanism, Tokens, Workers};

const DOCUMENTS: u32 = 1000;
const PASSPHRASE: &str = "тысяча писем на одной подписи";
const WORKER: &str = env!("CARGO_BIN_EXE_kabinet-app-token-worker");
/// What the token takes for a signature besides the arithmetic, milliseconds: nothing, and less than vendors' tokens do.
const PACES: [u32; 2] = [0, 20];

/// Answers at once, and remembers when the PIN was asked for.
#[derive(Default)]
struct Person {
    asked: Arc<Mutex<Option<Instant>>>,
}

impl Ask for Person {
    fn secret(&self, prompt: SecretPrompt) -> AskFuture<'_> {
        let answer = match prompt.kind {
            SecretKind::Pin => PIN,
            _ => PASSPHRASE,
        };
        *self.asked.lock().unwrap() = Some(Instant::now());
        Box::pin(async move { Some(Secret::new(answer.to_owned())) })
    }

    fn confirms_last_try(&self) -> bool {
        false
    }
}

struct Run {
    /// Reading, digesting and checking every document, before the PIN.
    before: Duration,
    /// From the PIN to the last document stored.
    after: Duration,
}

async fn sign(stand: &Stand, drawer: &Drawer) -> Run {
    let home = tempfile::tempdir().unwrap();
    let person = Person::default();
    let asked = person.asked.clone();
    let config = Config {
        demo_dir: stand.dir().to_owned(),
        only_modules: Some(vec![drawer.module()]),
        worker: WORKER.into(),
        keychain: Arc::new(MemoryKeychain::default()),
        ..Config::at(home.path()).unwrap()
    };
    let app = App::new(config, Arc::new(person)).unwrap();
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
    let files: Vec<PathBuf> = (0..DOCUMENTS)
        .map(|number| {
            let path = home.path().join(format!("letter-{number}.txt"));
            std::fs::write(&path, format!("Письмо № {number}\n").repeat(500)).unwrap();
            path
        })
        .collect();
    app.import(files).await.unwrap();
    let query = DocumentQuery {
        limit: DOCUMENTS,
        ..DocumentQuery::default()
    };
    let rows = app.documents(query).await.unwrap().rows;
    let ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), DOCUMENTS as usize);

    let begun = Instant::now();
    let preflight = app.preflight(&ids, None).await.unwrap();
    let request = SigningRequest::of(&preflight, stand.fingerprint("accountant"));
    let run = app.start_signing(request).await.unwrap();
    let ended = Instant::now();
    assert_eq!(run.count(ItemState::Signed), DOCUMENTS as usize);
    let pin = asked.lock().unwrap().unwrap();
    Run {
        before: pin - begun,
        after: ended - pin,
    }
}

async fn sign_digests(drawer: &Drawer) -> Duration {
    let module = Module {
        name: "module".into(),
        path: drawer.module(),
        generic: false,
        network: false,
    };
    let tokens = Tokens::new(vec![module], Workers::new(WORKER.into()));
    let scan = tokens.scan().await;
    let certificate = &scan.certificates[0];
    let job = SignJob {
        token: certificate.token.clone(),
        certificate: certificate.fingerprint,
        mechanism: SignMechanism::Gost256,
        inputs: vec![vec![7; 32]; DOCUMENTS as usize],
        final_try_confirmed: false,
    };
    let begun = Instant::now();
    let pin = Pin::from_bytes(PIN.as_bytes().to_vec());
    tokens.sign_each(job, Some(pin), |_| ()).await.unwrap();
    let took = begun.elapsed();
    tokens.close().await;
    took
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    for pace in PACES {
        drawer.control(&format!("C_Sign.delay = {pace}\n"));
        let bare = runtime.block_on(sign_digests(&drawer));
        let run = runtime.block_on(sign(&stand, &drawer));
        let more = run.after.saturating_sub(bare) / DOCUMENTS;
        println!(
            "{DOCUMENTS} documents, token + {pace} ms: digests alone {bare:.2?}; documents {:.2?} after the PIN, {:.3} × that, \
             {more:.2?} a document more; {:.2?} before the PIN",
            run.after,
            run.after.as_secs_f64() / bare.as_secs_f64(),
            run.before,
        );
    }
}
