//! The one owner of what is open, chosen and known right now.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use kabinet_domain::{Environment, Organisation, OrganisationId};
use kabinet_formats::Formats;
use kabinet_portal::cabinet::Offer;
use kabinet_portal::{AccessToken, Portal, PortalError};
use kabinet_store::{Backup, LockedVault, OrganisationStore, Vault};
use kabinet_token::Tokens;
use time::OffsetDateTime;
use tokio::sync::{Notify, OnceCell, RwLock, broadcast};

use crate::away::Moment;
use crate::blocking::blocking;
use crate::cabinet::Standing;
use crate::esia::EsiaDesk;
use crate::hot_folder::Looks;
use crate::orders::{Exchanges, NoticeQueue};
use crate::poa::Renewal;
use crate::signing_run::Active;
use crate::tokens::CardWatch;
use crate::trust::{TrustStore, Trusted};
use crate::view::{AppState, Network, OrganisationView, Phase, SessionView, Settings, UiError};
use crate::{AppError, Ask, Config, Event, api_keys, first_start, send, settings};

/// The program. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    config: Config,
    ask: Arc<dyn Ask>,
    settings: Mutex<Settings>,
    tokens: Mutex<Option<Arc<Tokens>>>,
    cards: CardWatch,
    open: RwLock<Option<Open>>,
    locked: Mutex<Option<LockedVault>>,
    closing: tokio::sync::Mutex<()>,
    touched: Mutex<Moment>,
    keychain_answers: OnceCell<bool>,
    formats: Arc<Formats>,
    trust: Arc<TrustStore>,
    events: broadcast::Sender<Event>,
    wake: Notify,
    ready_to_lock: Notify,
    turns: Mutex<HashMap<OrganisationId, Turn>>,
    signing: Mutex<Option<Arc<Active>>>,
    backing_up: tokio::sync::Mutex<()>,
    wake_backups: Notify,
    found_backups: Mutex<Vec<Backup>>,
    looks: tokio::sync::Mutex<Looks>,
    calendar: tokio::sync::Mutex<()>,
    import_stops: AtomicU64,
    esia: Mutex<EsiaDesk>,
    renewing: tokio::sync::Mutex<()>,
    wake_sessions: Notify,
    orders_looked_at: Mutex<Option<Instant>>,
    notices: NoticeQueue,
    mail: tokio::sync::Mutex<()>,
    poas: tokio::sync::Mutex<()>,
}

/// The program, for whoever must not keep it from ending.
pub(crate) struct Weakly(Weak<Inner>);

impl Weakly {
    pub(crate) fn app(&self) -> Option<App> {
        self.0.upgrade().map(App)
    }
}

/// Held while the outbox of an organisation is worked: one worker at a time, also when the organisation was left and chosen
/// again in the middle of a request.
pub(crate) type Turn = Arc<tokio::sync::Mutex<()>>;

/// An open vault.
#[derive(Clone)]
pub(crate) struct Open {
    pub(crate) vault: Arc<Vault>,
    pub(crate) current: Option<Current>,
}

/// The chosen organisation and everything that belongs to it.
#[derive(Clone)]
pub(crate) struct Current {
    pub(crate) organisation: Organisation,
    /// Identity of the vault.
    pub(crate) vault: uuid::Uuid,
    pub(crate) store: Arc<OrganisationStore>,
    pub(crate) portal: Arc<Portal>,
    pub(crate) portal_host: String,
    pub(crate) trust: Arc<TrustStore>,
    pub(crate) live: Arc<Mutex<Live>>,
    pub(crate) turn: Turn,
}

/// What is known about the portal until the organisation is left.
#[derive(Default)]
pub(crate) struct Live {
    pub(crate) session: Option<Session>,
    pub(crate) network: Network,
    /// What the portal's cabinet API offers, once it was asked.
    pub(crate) offer: Option<Arc<Offer>>,
    /// What the person may do, as the portal said last.
    pub(crate) standing: Option<Arc<Standing>>,
    pub(crate) last_sync: Option<OffsetDateTime>,
    /// Why the session ended by itself, until somebody signs in again.
    pub(crate) ended: Option<UiError>,
    /// There is nothing a session could go on with.
    pub(crate) nothing_kept: bool,
    /// What went wrong last, until something goes right.
    pub(crate) failing: Option<PortalError>,
    pub(crate) exchanges: Exchanges,
    /// When the registry of powers of attorney is asked next.
    pub(crate) poas: Renewal,
}

/// A signed-in session.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) token: Arc<AccessToken>,
    pub(crate) expires: OffsetDateTime,
    /// None after a sign-in without a certificate.
    pub(crate) certificate_days_left: Option<i32>,
    pub(crate) view: SessionView,
}

impl Current {
    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn environment(&self) -> Environment {
        self.organisation.environment
    }

    /// Everything trusted. Blocks while a list is read for the first time.
    ///
    /// # Errors
    /// [`AppError::NoDemo`].
    pub(crate) fn trusted(&self) -> Result<Arc<Trusted>, AppError> {
        self.trust.trusted(self.environment())
    }

    /// What the portal said the person may do.
    pub(crate) fn standing(&self) -> Option<Arc<Standing>> {
        self.live().standing.clone()
    }

    /// The session, unless it has ended.
    pub(crate) fn session(&self) -> Option<Session> {
        let now = OffsetDateTime::now_utc();
        self.live()
            .session
            .clone()
            .filter(|session| session.expires > now)
    }
}

impl App {
    /// The program, with its vault still closed.
    ///
    /// # Errors
    /// [`AppError::Schemas`] when the folder of added schemas cannot be read.
    pub fn new(config: Config, ask: Arc<dyn Ask>) -> Result<Self, AppError> {
        let settings = settings::load(&config.settings_file);
        let formats = Formats::with_folder(&config.schema_dir)?;
        Ok(Self(Arc::new(Inner {
            trust: Arc::new(TrustStore::new(config.clone())),
            config,
            ask,
            settings: Mutex::new(settings),
            tokens: Mutex::default(),
            cards: CardWatch::default(),
            open: RwLock::default(),
            locked: Mutex::default(),
            closing: tokio::sync::Mutex::default(),
            touched: Mutex::new(Moment::now()),
            keychain_answers: OnceCell::new(),
            formats: Arc::new(formats),
            events: broadcast::channel(256).0,
            wake: Notify::new(),
            ready_to_lock: Notify::new(),
            turns: Mutex::default(),
            signing: Mutex::default(),
            backing_up: tokio::sync::Mutex::default(),
            wake_backups: Notify::new(),
            found_backups: Mutex::default(),
            looks: tokio::sync::Mutex::default(),
            calendar: tokio::sync::Mutex::default(),
            import_stops: AtomicU64::default(),
            esia: Mutex::default(),
            renewing: tokio::sync::Mutex::default(),
            wake_sessions: Notify::new(),
            orders_looked_at: Mutex::default(),
            notices: NoticeQueue::default(),
            mail: tokio::sync::Mutex::default(),
            poas: tokio::sync::Mutex::default(),
        })))
    }

    /// Events from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    pub(crate) fn tell(&self, event: Event) {
        // Nobody listening is fine: the command line does not.
        let _ = self.0.events.send(event);
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn ask(&self) -> &dyn Ask {
        self.0.ask.as_ref()
    }

    pub(crate) fn wake(&self) -> &Notify {
        &self.0.wake
    }

    /// Told when nobody holds anything unsaved.
    pub(crate) fn saved(&self) -> &Notify {
        &self.0.ready_to_lock
    }

    /// Whether anybody hears [`Self::events`].
    pub(crate) fn is_heard(&self) -> bool {
        self.0.events.receiver_count() > 0
    }

    pub(crate) fn turn_of(&self, organisation: OrganisationId) -> Turn {
        let mut turns = self.0.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.entry(organisation).or_default().clone()
    }

    /// What the hot folder looked like last.
    pub(crate) fn looks(&self) -> &tokio::sync::Mutex<Looks> {
        &self.0.looks
    }

    /// Held while the calendar of an organisation is changed.
    pub(crate) fn calendar_turn(&self) -> &tokio::sync::Mutex<()> {
        &self.0.calendar
    }

    /// Held while the registry's list is taken in.
    pub(crate) fn poas_turn(&self) -> &tokio::sync::Mutex<()> {
        &self.0.poas
    }

    /// How often the user has stopped taking in files.
    pub(crate) fn import_stops(&self) -> u64 {
        self.0.import_stops.load(Ordering::Relaxed)
    }

    pub(crate) fn stop_imports(&self) {
        self.0.import_stops.fetch_add(1, Ordering::Relaxed);
    }

    /// Applications are on the screen now.
    pub(crate) fn note_orders_looked_at(&self) {
        let mut looked = self
            .0
            .orders_looked_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *looked = Some(Instant::now());
    }

    /// Whether somebody has looked at applications lately.
    pub(crate) fn looks_at_orders(&self) -> bool {
        const LATELY: Duration = Duration::from_secs(60);
        let looked = self
            .0
            .orders_looked_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        looked.is_some_and(|at| at.elapsed() < LATELY)
    }

    pub(crate) fn weakly(&self) -> Weakly {
        Weakly(Arc::downgrade(&self.0))
    }

    /// What is gathered to be told at once.
    pub(crate) fn notices_waiting(&self) -> &NoticeQueue {
        &self.0.notices
    }

    /// Held while the portal is asked for mail: one request follows from one act, however often a button is pressed.
    pub(crate) fn mail_turn(&self) -> &tokio::sync::Mutex<()> {
        &self.0.mail
    }

    /// The signing run that is under way.
    pub(crate) fn signing(&self) -> MutexGuard<'_, Option<Arc<Active>>> {
        self.0.signing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held while a backup is made: one at a time.
    pub(crate) fn backing_up(&self) -> &tokio::sync::Mutex<()> {
        &self.0.backing_up
    }

    pub(crate) fn wake_backups(&self) -> &Notify {
        &self.0.wake_backups
    }

    /// Backups in the folder the user has pointed at.
    pub(crate) fn found_backups(&self) -> Vec<Backup> {
        self.0
            .found_backups
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn remember_found(&self, found: Vec<Backup>) {
        *self
            .0
            .found_backups
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = found;
    }

    pub(crate) fn settings(&self) -> Settings {
        self.0
            .settings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn replace_settings(&self, settings: Settings) {
        let mut current = self.0.settings.lock().unwrap_or_else(PoisonError::into_inner);
        if current.modules != settings.modules {
            self.forget_tokens();
        }
        *current = settings;
    }

    /// The token layer; its workers stay alive between calls, so that no token blinks.
    pub(crate) fn tokens(&self) -> Arc<Tokens> {
        let mut tokens = self.0.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.get_or_insert_with(|| Arc::new(self.make_tokens())).clone()
    }

    /// Modules or key files are others now.
    pub(crate) fn forget_tokens(&self) {
        *self.0.tokens.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn cards(&self) -> &CardWatch {
        &self.0.cards
    }

    pub(crate) fn formats(&self) -> Arc<Formats> {
        self.0.formats.clone()
    }

    pub(crate) fn trust(&self) -> Arc<TrustStore> {
        self.0.trust.clone()
    }

    /// The closed vault this process holds.
    pub(crate) fn locked(&self) -> MutexGuard<'_, Option<LockedVault>> {
        self.0.locked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held while the vault is being closed.
    pub(crate) fn closing(&self) -> &tokio::sync::Mutex<()> {
        &self.0.closing
    }

    /// When somebody last touched the window, or opened the vault.
    pub(crate) fn touched(&self) -> MutexGuard<'_, Moment> {
        self.0.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of people who signed in in the browser.
    pub(crate) fn esia(&self) -> MutexGuard<'_, EsiaDesk> {
        self.0.esia.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held while a session is renewed: a refresh token is good once.
    pub(crate) fn renewing(&self) -> &tokio::sync::Mutex<()> {
        &self.0.renewing
    }

    pub(crate) fn wake_sessions(&self) -> &Notify {
        &self.0.wake_sessions
    }

    pub(crate) fn keychain_answers(&self) -> &OnceCell<bool> {
        &self.0.keychain_answers
    }

    pub(crate) async fn open(&self) -> Result<Open, AppError> {
        self.0.open.read().await.clone().ok_or(AppError::Locked)
    }

    pub(crate) async fn current(&self) -> Result<Current, AppError> {
        self.open().await?.current.ok_or(AppError::NoOrganisation)
    }

    pub(crate) async fn replace_open(&self, open: Option<Open>) {
        if open.is_some() {
            *self.touched() = Moment::now();
        }
        *self.0.open.write().await = open;
        self.tell(Event::StateChanged);
        self.0.wake.notify_one();
        self.0.wake_sessions.notify_one();
    }

    /// Runs `work` on the store of the chosen organisation.
    pub(crate) async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&OrganisationStore) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let store = self.current().await?.store;
        blocking(move || work(&store)).await
    }

    /// The state line.
    pub async fn state(&self) -> AppState {
        let open = self.open().await.ok();
        let protections = self.protections(open.as_ref());
        let mut state = AppState {
            phase: phase(open.as_ref(), &self.0.config.vault_dir),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            environment: None,
            protection: protections.as_ref().map(first_start::words),
            recovery_code: protections
                .and_then(|all| all.recovery_code)
                .map(crate::view::rfc3339),
            keychain_available: self.keychain_available().await,
            organisation: None,
            organisations: Vec::new(),
            session: None,
            session_ended: None,
            standing: None,
            network: Network::Unknown,
            last_sync: None,
            failing: None,
            outbox_pending: 0,
            settings: self.settings(),
        };
        let Some(open) = open else { return state };
        state.environment = first_start::environment(&open.vault).map(Into::into);
        state.organisations = self.organisation_views(&open).await;
        let Some(current) = &open.current else {
            return state;
        };
        state.organisation = state
            .organisations
            .iter()
            .find(|view| view.id == current.organisation.id.0.to_string())
            .cloned();
        state.session = current.session().map(|session| session.view);
        state.standing = current
            .standing()
            .map(|standing| standing.view(OffsetDateTime::now_utc()));
        {
            let live = current.live();
            state.network = live.network;
            state.session_ended = live.ended.clone();
            state.last_sync = live.last_sync.map(crate::view::rfc3339);
            state.failing = live.failing.clone().map(|error| AppError::from(error).into());
        }
        let store = current.store.clone();
        state.outbox_pending = blocking(move || send::unsent(&store)).await.unwrap_or_default();
        state
    }

    async fn organisation_views(&self, open: &Open) -> Vec<OrganisationView> {
        let vault = open.vault.clone();
        let listed = blocking(move || {
            let mut views = Vec::new();
            for organisation in vault.organisations()? {
                let has_api_key = !api_keys::notes(&vault.organisation(organisation.id)?)?.is_empty();
                views.push(OrganisationView::of(&organisation, has_api_key));
            }
            Ok(views)
        });
        listed.await.unwrap_or_default()
    }
}

fn phase(open: Option<&Open>, vault: &Path) -> Phase {
    match open {
        Some(Open { current: Some(_), .. }) => Phase::Ready,
        Some(Open { current: None, .. }) => Phase::NoOrganisation,
        None if Vault::exists(vault) => Phase::Locked,
        None => Phase::FirstStart,
    }
}
