//! A desk: a portal, a drawer of tokens, the program with a home of its own, and somebody who answers its questions.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kabinet_app::view::{
    ApiKeyView, CreateVault, DocumentPage, Environment, JournalRow, NewApiKey, NewOrganisation, OutboxRow,
    OutboxState, Protection, SecretKind, SecretPrompt, SigningRequest, SigningRun, Stage, Verdict,
};
use kabinet_app::{
    App, AppError, Ask, AskFuture, Config, ConfirmFuture, Confirmation, RecoveryCode, Secret, ShowFuture,
};
use kabinet_portal::Options;
use kabinet_store::{LockedVault, MemoryKeychain, Vault};
use kabinet_testkit::{AKT, Drawer, PIN, Postbox, Stand, sample};
use tempfile::TempDir;

use crate::browser::PersonsBrowser;

/// Serial number of the accountant's token.
pub const TOKEN: &str = "0001";
/// Service that takes the samples of ФНС.
pub const TAX: &str = "99000000001";
/// Passphrase of every vault made here.
pub const PASSPHRASE: &str = "двенадцать стульев и один стол";

/// Answers questions as the test wants, and remembers them.
#[derive(Default)]
pub struct Person {
    pin: Mutex<Option<String>>,
    new_pin: Mutex<Option<String>>,
    puk: Mutex<Option<String>>,
    passphrase: Mutex<Option<String>>,
    new_passphrase: Mutex<Option<String>>,
    code: Mutex<Option<String>>,
    refuses_codes: AtomicBool,
    confirmations: Mutex<Vec<String>>,
    postbox: Mutex<Option<Postbox>>,
    shown: Mutex<Vec<String>>,
    asked: Mutex<Vec<SecretPrompt>>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

/// What happens while the person looks for the answer.
type Meanwhile = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

impl Person {
    /// From now on types this PIN, or cancels.
    pub fn types_pin(&self, pin: Option<&str>) {
        *self.pin.lock().unwrap() = pin.map(str::to_owned);
    }

    /// From now on chooses this new PIN, or cancels.
    pub fn chooses_pin(&self, pin: Option<&str>) {
        *self.new_pin.lock().unwrap() = pin.map(str::to_owned);
    }

    /// From now on types this PUK, or cancels.
    pub fn types_puk(&self, puk: Option<&str>) {
        *self.puk.lock().unwrap() = puk.map(str::to_owned);
    }

    /// From now on types this passphrase, or cancels.
    pub fn types_passphrase(&self, passphrase: Option<&str>) {
        *self.passphrase.lock().unwrap() = passphrase.map(str::to_owned);
    }

    /// From now on chooses this new passphrase, or cancels. Until then a new passphrase is the one that is typed.
    pub fn chooses_passphrase(&self, passphrase: Option<&str>) {
        *self.new_passphrase.lock().unwrap() = Some(passphrase.unwrap_or_default().to_owned());
    }

    /// From now on types this recovery code, or cancels.
    pub fn types_code(&self, code: Option<&str>) {
        *self.code.lock().unwrap() = code.map(str::to_owned);
    }

    /// What is given from now on when something is confirmed, one after the other, then cancels: `!` wants the code again, `?name`
    /// chooses a way, `@` is the code that was sent last.
    pub fn confirms_with(&self, answers: &[&str]) {
        *self.confirmations.lock().unwrap() = answers.iter().map(|&answer| answer.to_owned()).collect();
    }

    /// From now on closes the window that shows a code without having copied it.
    pub fn refuses_codes(&self) {
        self.refuses_codes.store(true, Ordering::Relaxed);
    }

    /// The recovery codes that were shown since the last call.
    pub fn was_shown(&self) -> Vec<String> {
        std::mem::take(&mut *self.shown.lock().unwrap())
    }

    /// With the next question this happens before it is answered.
    pub fn meanwhile(&self, what: impl Future<Output = ()> + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Box::pin(what));
    }

    /// Everything asked since the last call.
    pub fn was_asked(&self) -> Vec<SecretPrompt> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Ask for Person {
    fn secret(&self, prompt: SecretPrompt) -> AskFuture<'_> {
        let answer = match prompt.kind {
            SecretKind::Pin => self.pin.lock().unwrap().clone(),
            SecretKind::NewPin => self.new_pin.lock().unwrap().clone(),
            SecretKind::Puk => self.puk.lock().unwrap().clone(),
            SecretKind::NewPassphrase => {
                let chosen = self.new_passphrase.lock().unwrap().clone();
                match chosen {
                    Some(chosen) => Some(chosen).filter(|text| !text.is_empty()),
                    None => self.passphrase.lock().unwrap().clone(),
                }
            }
            SecretKind::Passphrase | SecretKind::KeyFile => self.passphrase.lock().unwrap().clone(),
            SecretKind::RecoveryCode => self.code.lock().unwrap().clone(),
            SecretKind::NewRecoveryCode => panic!("a new code is shown and not asked for"),
            SecretKind::Factor | SecretKind::OneTimeCode | SecretKind::AccountPassword => {
                panic!("what is confirmed has a question of its own")
            }
        };
        self.asked.lock().unwrap().push(prompt);
        let meanwhile = self.meanwhile.lock().unwrap().take();
        Box::pin(async move {
            if let Some(meanwhile) = meanwhile {
                meanwhile.await;
            }
            answer.map(Secret::new)
        })
    }

    fn confirm(&self, prompt: SecretPrompt) -> ConfirmFuture<'_> {
        self.asked.lock().unwrap().push(prompt);
        let mut answers = self.confirmations.lock().unwrap();
        let answer = (!answers.is_empty()).then(|| answers.remove(0));
        let postbox = *self.postbox.lock().unwrap();
        Box::pin(async move {
            Some(match answer?.as_str() {
                "!" => Confirmation::Resend,
                other => match other.strip_prefix('?') {
                    Some(way) => Confirmation::Choose(way.to_owned()),
                    None if other == "@" => Confirmation::Value(Secret::new(postbox?.last_code()?)),
                    None => Confirmation::Value(Secret::new(other.to_owned())),
                },
            })
        })
    }

    fn show_code<'a>(&'a self, prompt: SecretPrompt, code: &'a RecoveryCode) -> ShowFuture<'a> {
        self.asked.lock().unwrap().push(prompt);
        self.shown.lock().unwrap().push(code.expose().to_string());
        Box::pin(async { !self.refuses_codes.load(Ordering::Relaxed) })
    }

    fn confirms_last_try(&self) -> bool {
        true
    }
}

pub struct Desk {
    pub stand: Stand,
    pub drawer: Drawer,
    pub person: Arc<Person>,
    pub keychain: Arc<MemoryKeychain>,
    pub browser: Arc<PersonsBrowser>,
    pub app: App,
    home: TempDir,
    options: Options,
}

impl Desk {
    /// The program as it starts for the first time.
    pub fn empty(stand: Stand, options: Options) -> Self {
        let drawer = Drawer::new();
        drawer.add(&stand, TOKEN, &["accountant"]);
        let home = tempfile::tempdir().unwrap();
        let (person, keychain) = (Arc::new(Person::default()), Arc::new(MemoryKeychain::default()));
        let browser = Arc::new(PersonsBrowser::new(&stand));
        person.types_pin(Some(PIN));
        *person.postbox.lock().unwrap() = Some(stand.postbox());
        person.types_passphrase(Some(PASSPHRASE));
        let config = config(&home, &stand, &drawer, &keychain, &browser, options);
        let app = App::new(config, person.clone()).unwrap();
        Self {
            stand,
            drawer,
            person,
            keychain,
            browser,
            app,
            home,
            options,
        }
    }

    /// The program with a vault and the demo organisation.
    pub async fn new() -> Self {
        Self::with(Stand::start(), Options::default()).await
    }

    /// [`Desk::new`] with this portal and this patience.
    pub async fn with(stand: Stand, options: Options) -> Self {
        let desk = Self::empty(stand, options);
        desk.create_vault(Protection::Keychain).await.unwrap();
        desk.app.add_organisation(desk.owner()).await.unwrap();
        desk
    }

    /// [`Desk::new`], signed in as the accountant.
    pub async fn signed_in() -> Self {
        let desk = Self::new().await;
        desk.sign_in().await.unwrap();
        desk
    }

    /// The program started anew in the same home, its vault closed.
    pub fn started_again(self) -> Self {
        self.started_again_after(|_| {})
    }

    /// [`Desk::started_again`]; while it did not run, this was done to the closed vault.
    pub fn started_again_after(self, work: impl FnOnce(LockedVault)) -> Self {
        let Self {
            stand,
            drawer,
            person,
            keychain,
            browser,
            app,
            home,
            options,
        } = self;
        drop(app);
        work(Vault::open(&home.path().join("vault"), keychain.clone()).unwrap());
        let config = config(&home, &stand, &drawer, &keychain, &browser, options);
        let app = App::new(config, person.clone()).unwrap();
        Self {
            stand,
            drawer,
            person,
            keychain,
            browser,
            app,
            home,
            options,
        }
    }

    /// Another program at the same portal with the same tokens, not started before, and its home.
    pub fn another(&self) -> (App, TempDir) {
        let home = tempfile::tempdir().unwrap();
        let keychain = Arc::new(MemoryKeychain::default());
        let config = config(
            &home,
            &self.stand,
            &self.drawer,
            &keychain,
            &self.browser,
            self.options,
        );
        (App::new(config, self.person.clone()).unwrap(), home)
    }

    pub async fn create_vault(
        &self,
        protection: Protection,
    ) -> Result<kabinet_app::view::AppState, AppError> {
        self.app
            .create_vault(CreateVault {
                environment: Environment::Demo,
                protection,
            })
            .await
    }

    /// The demo organisation with the accountant's API key.
    pub fn owner(&self) -> NewOrganisation {
        let owner = &self.stand.demo.organisations[0];
        NewOrganisation {
            name: owner.short_name.clone(),
            inn: owner.inn.clone(),
            ogrn: owner.ogrn.clone(),
            kpp: Some(owner.kpp.clone()),
            region: owner.region.clone(),
            api_key: Some(self.stand.api_key("accountant")),
        }
    }

    /// This API key and no other.
    pub async fn only_api_key(&self, key: &str) -> Result<Vec<ApiKeyView>, AppError> {
        for known in self.app.api_keys().await? {
            self.app.remove_api_key(&known.id, false).await?;
        }
        let request = NewApiKey {
            id: None,
            name: String::new(),
            key: key.to_owned(),
        };
        self.app.save_api_key(request).await
    }

    pub async fn sign_in(&self) -> Result<kabinet_app::view::SessionView, AppError> {
        self.sign_in_as("accountant").await
    }

    pub async fn sign_in_as(&self, certificate: &str) -> Result<kabinet_app::view::SessionView, AppError> {
        self.app.sign_in(self.stand.fingerprint(certificate)).await
    }

    /// A path in the program's home.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Takes files in as one document.
    pub async fn import(&self, paths: &[PathBuf]) -> String {
        let outcomes = self.app.import(paths.to_vec()).await.unwrap();
        let ids: Vec<String> = outcomes
            .into_iter()
            .map(|outcome| {
                outcome
                    .document_id
                    .unwrap_or_else(|| panic!("not taken in: {:?}", outcome.error))
            })
            .collect();
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
        ids[0].clone()
    }

    /// Signs as the accountant, opened or not.
    pub async fn sign(&self, documents: &[String]) -> Result<SigningRun, AppError> {
        self.sign_as("accountant", documents).await
    }

    /// Signs what the pre-flight shows, opened or not.
    pub async fn sign_as(&self, certificate: &str, documents: &[String]) -> Result<SigningRun, AppError> {
        let request = self.request(certificate, documents).await;
        self.app.start_signing(request).await
    }

    /// A request for what the pre-flight shows now.
    pub async fn request(&self, certificate: &str, documents: &[String]) -> SigningRequest {
        let preflight = self.app.preflight(documents, None).await.unwrap();
        SigningRequest::of(&preflight, self.stand.fingerprint(certificate))
    }

    /// Takes in this many documents, each with a content of its own.
    pub async fn import_letters(&self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for number in 1..=count {
            let path = self.path(&format!("letter-{number:04}.txt"));
            std::fs::write(&path, format!("Письмо № {number}\n")).unwrap();
            ids.push(self.import(&[path]).await);
        }
        ids
    }

    /// The sample «акт сверки», taken in and signed.
    pub async fn signed_akt(&self) -> String {
        let id = self.import(&[sample(AKT)]).await;
        self.sign(std::slice::from_ref(&id)).await.unwrap();
        id
    }

    /// The sample «акт сверки» in the outbox.
    pub async fn queued_akt(&self) -> String {
        let id = self.signed_akt().await;
        self.app.send_document(&id, TAX).await.unwrap();
        id
    }

    pub async fn page(&self, id: &str) -> DocumentPage {
        self.app.document(id).await.unwrap()
    }

    /// The only row of the outbox.
    pub async fn row(&self) -> OutboxRow {
        let mut rows = self.app.outbox().await.unwrap();
        assert_eq!(rows.len(), 1, "{rows:#?}");
        rows.remove(0)
    }

    /// Works the outbox at its own pace until its only row is as wanted.
    pub async fn work_until(&self, what: &str, wanted: impl Fn(&OutboxRow) -> bool) -> OutboxRow {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            self.app.work_outbox().await;
            let row = self.row().await;
            if wanted(&row) {
                return row;
            }
            assert!(Instant::now() < end, "never came: {what}: {row:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Works until the only submission is over.
    pub async fn work_to_the_end(&self) -> OutboxRow {
        self.work_until("the end", |row| row.state == OutboxState::Finished)
            .await
    }

    /// Waits, without doing anything, until a document is in this stage.
    pub async fn wait_for_stage(&self, id: &str, stage: Stage) {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let now = self.page(id).await;
            if now.row.stage == stage {
                return;
            }
            assert!(Instant::now() < end, "{stage:?} never came: {now:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// [`Desk::wait_for_stage`] while the outbox is worked.
    pub async fn wait_for_stage_working(&self, id: &str, stage: Stage) {
        let work = async {
            loop {
                self.app.work_outbox().await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            () = self.wait_for_stage(id, stage) => {}
            () = work => {}
        }
    }

    /// The journal, oldest first.
    pub async fn journal(&self) -> Vec<JournalRow> {
        let mut rows = self.app.journal(Default::default(), 0, 1000).await.unwrap().rows;
        rows.reverse();
        rows
    }

    /// Actions of the journal, oldest first.
    pub async fn actions(&self) -> Vec<String> {
        self.journal().await.into_iter().map(|row| row.action).collect()
    }

    /// The document is accepted, its receipt is here and good, the portal took exactly one order, once, and everything kept
    /// is whole.
    pub async fn all_is_well(&self, id: &str) {
        let page = self.page(id).await;
        assert_eq!(page.row.stage, Stage::Accepted, "{page:#?}");
        let kinds: Vec<_> = page.files.iter().map(|file| format!("{:?}", file.kind)).collect();
        assert_eq!(kinds, ["Main", "Signature", "Result", "ResultSignature"]);
        let order = self.stand.only_filed();
        assert_eq!(page.row.order_id, Some(order["id"].to_string()));
        assert_eq!(
            (&order["pushes"], &order["push_requests"]),
            (&1.into(), &1.into()),
            "{order:#}"
        );
        assert!(
            page.signatures
                .iter()
                .all(|signature| signature.verdict == Verdict::Valid),
            "{:#?}",
            page.signatures
        );
        assert_eq!(page.signatures.len(), 2);
        let integrity = self.app.check_integrity().await.unwrap();
        assert!(integrity.is_whole(), "{integrity:?}");
    }
}

pub fn config(
    home: &TempDir,
    stand: &Stand,
    drawer: &Drawer,
    keychain: &Arc<MemoryKeychain>,
    browser: &Arc<PersonsBrowser>,
    portal: Options,
) -> Config {
    Config {
        demo_dir: stand.dir().to_owned(),
        only_modules: Some(vec![drawer.module()]),
        worker: env!("CARGO_BIN_EXE_kabinet-app-token-worker").into(),
        keychain: keychain.clone(),
        browser: browser.clone(),
        portal,
        ..Config::at(home.path()).unwrap()
    }
}

/// The failure's code.
pub fn code<T: std::fmt::Debug>(result: Result<T, AppError>) -> String {
    result.expect_err("it had to fail").code().to_owned()
}

/// Runs scenarios side by side: most of their time is waiting.
pub async fn together(scenarios: impl IntoIterator<Item = impl Future<Output = ()> + Send + 'static>) {
    let mut running: tokio::task::JoinSet<()> = scenarios.into_iter().collect();
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}
