//! Somebody else at the same portal, with a program, a vault and a token of their own.

use std::path::PathBuf;
use std::sync::Arc;

use kabinet_app::App;
use kabinet_app::view::{CreateVault, Environment, ImportOutcome, Protection, SigningRequest, SigningRun};
use kabinet_portal::Options;
use kabinet_store::MemoryKeychain;
use kabinet_testkit::{Drawer, PIN};
use tempfile::TempDir;

use crate::browser::PersonsBrowser;
use crate::desk::{Desk, PASSPHRASE, Person, config};

pub struct Neighbour {
    pub app: App,
    pub person: Arc<Person>,
    home: TempDir,
    _drawer: Drawer,
}

impl Neighbour {
    /// An employee of the demo organisation, signed in.
    pub async fn of(desk: &Desk, employee: &str, serial: &str) -> Self {
        let drawer = Drawer::new();
        drawer.add(&desk.stand, serial, &[employee]);
        let home = tempfile::tempdir().unwrap();
        let person = Arc::new(Person::default());
        person.types_pin(Some(PIN));
        person.types_passphrase(Some(PASSPHRASE));
        let keychain = Arc::new(MemoryKeychain::default());
        let browser = Arc::new(PersonsBrowser::new(&desk.stand));
        let config = config(
            &home,
            &desk.stand,
            &drawer,
            &keychain,
            &browser,
            Options::default(),
        );
        let app = App::new(config, person.clone()).unwrap();
        app.create_vault(CreateVault {
            environment: Environment::Demo,
            protection: Protection::Keychain,
        })
        .await
        .unwrap();
        let mut owner = desk.owner();
        owner.api_key = Some(desk.stand.api_key(employee));
        app.add_organisation(owner).await.unwrap();
        app.sign_in(desk.stand.fingerprint(employee)).await.unwrap();
        Self {
            app,
            person,
            home,
            _drawer: drawer,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Takes the only file that waits.
    pub async fn take_only(&self) -> Vec<ImportOutcome> {
        let waiting = self.app.incoming().await.unwrap();
        assert_eq!(waiting.len(), 1, "{waiting:#?}");
        let taken = self.app.take_incoming(&waiting[0].id).await.unwrap();
        assert!(taken.taken, "{taken:#?}");
        taken.outcomes
    }

    /// Signs what the pre-flight shows, opened or not.
    pub async fn sign(&self, desk: &Desk, employee: &str, documents: &[String]) -> SigningRun {
        let preflight = self.app.preflight(documents, None).await.unwrap();
        let request = SigningRequest::of(&preflight, desk.stand.fingerprint(employee));
        self.app.start_signing(request).await.unwrap()
    }
}
