//! Bringing a hundred thousand orders of the portal into a vault, then ten changes, then nothing: how long, and how many requests.

#![allow(clippy::unwrap_used, reason = "a failed step is the measurement's failure")]

use std::sync::Arc;
use std::time::Instant;

use kabinet_app::view::{
    CreateVault, Environment, NewOrganisation, OrderQuery, Protection, SecretKind, SecretPrompt,
};
use kabinet_app::{App, Ask, AskFuture, Config, Secret};
use kabinet_store::MemoryKeychain;
use kabinet_testkit::{Drawer, PIN, Stand};

const ORDERS: u32 = 100_000;
const CHANGED: u32 = 10;

/// Answers at once.
struct Person;

impl Ask for Person {
    fn secret(&self, prompt: SecretPrompt) -> AskFuture<'_> {
        let answer = match prompt.kind {
            SecretKind::Pin => PIN,
            _ => "сто тысяч заявлений",
        };
        Box::pin(async move { Some(Secret::new(answer.to_owned())) })
    }

    fn confirms_last_try(&self) -> bool {
        false
    }
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    stand.seed_orders(ORDERS);
    runtime.block_on(exchange(&stand, &drawer));
}

async fn exchange(stand: &Stand, drawer: &Drawer) {
    let home = tempfile::tempdir().unwrap();
    let config = Config {
        demo_dir: stand.dir().to_owned(),
        only_modules: Some(vec![drawer.module()]),
        worker: env!("CARGO_BIN_EXE_kabinet-app-token-worker").into(),
        keychain: Arc::new(MemoryKeychain::default()),
        ..Config::at(home.path()).unwrap()
    };
    let app = App::new(config, Arc::new(Person)).unwrap();
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
        api_key: Some(stand.api_key("accountant")),
    };
    app.add_organisation(organisation).await.unwrap();
    app.sign_in(stand.fingerprint("accountant")).await.unwrap();

    for what in ["everything", "what changed", "nothing"] {
        stand.forget_requests();
        let begun = Instant::now();
        app.sync_now().await.unwrap();
        let took = begun.elapsed();
        let requests = stand.requests_to("GET", "/api/*") + stand.requests_to("POST", "/api/*");
        let query = OrderQuery {
            limit: 1,
            ..OrderQuery::default()
        };
        let total = app.orders(query).await.unwrap().total;
        assert_eq!(total, ORDERS);
        println!("{what}: {took:.2?}, {requests} requests");
        if what == "everything" {
            println!("  {:.0} orders a second", f64::from(ORDERS) / took.as_secs_f64());
            stand.touch_orders(CHANGED);
        }
    }
}
