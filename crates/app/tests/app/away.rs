//! Locking when the person may have gone, told by a bus of our own with stand-ins for logind and a screen saver.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use kabinet_app::view::{CreateVault, Environment, NewOrganisation, Phase, Protection};
use kabinet_app::{App, Buses, Config, Event};
use kabinet_store::MemoryKeychain;
use tempfile::TempDir;
use zbus::message::Type;
use zbus::{Connection, MessageStream, ObjectPath, Variant};

use crate::desk::Person;

const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const OWN: &str = "/org/freedesktop/login1/session/_37";
const OTHER: &str = "/org/freedesktop/login1/session/_38";

/// A message bus of its own.
struct Bus {
    daemon: Child,
    address: String,
    _folder: TempDir,
}

impl Bus {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("unix:path={}", folder.path().join("bus").display());
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .arg(format!("--address={address}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It has written its address once it listens.
        daemon.stdout.as_mut().unwrap().read_exact(&mut [0; 1]).unwrap();
        Self {
            daemon,
            address,
            _folder: folder,
        }
    }

    async fn connect(&self) -> Connection {
        zbus::connection::Builder::address(self.address.as_str())
            .build()
            .await
            .unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// A stand-in for logind.
struct Login {
    bus: Connection,
    /// Ends of pipes whose other end the program got for delaying sleep.
    delays: tokio::sync::mpsc::UnboundedReceiver<std::io::PipeReader>,
}

impl Login {
    async fn start(bus: &Bus) -> Self {
        let bus = bus.connect().await;
        let calls = MessageStream::from(&bus);
        bus.request_name("org.freedesktop.login1").await.unwrap();
        let (given, delays) = tokio::sync::mpsc::unbounded_channel();
        let answering = bus.clone();
        tokio::spawn(async move {
            let mut calls = calls;
            while let Some(Ok(call)) = calls.next().await {
                let header = call.header();
                if call.message_type() != Type::MethodCall {
                    continue;
                }
                match header.member().unwrap().as_str() {
                    "GetAll" => {
                        let all = std::collections::HashMap::from([("Id", Variant::from("7"))]);
                        answering.reply(&header, &all).await
                    }
                    "GetSession" => {
                        answering
                            .reply(&header, &ObjectPath::try_from(OWN).unwrap())
                            .await
                    }
                    "Inhibit" => {
                        let (what, _, _, mode): (String, String, String, String) =
                            call.body().deserialize().unwrap();
                        assert_eq!((what.as_str(), mode.as_str()), ("sleep", "delay"));
                        let (kept, delay) = std::io::pipe().unwrap();
                        given.send(kept).unwrap();
                        let delay = zbus::Fd::from(std::os::fd::OwnedFd::from(delay));
                        answering.reply(&header, &delay).await
                    }
                    other => panic!("nobody asks logind for {other}"),
                }
                .unwrap();
            }
        });
        Self { bus, delays }
    }

    async fn tell<B: serde::Serialize + zbus::DynamicType>(
        &self,
        path: &str,
        interface: &str,
        member: &str,
        body: &B,
    ) {
        self.bus
            .emit_signal(None::<&str>, path, interface, member, body)
            .await
            .unwrap();
    }

    async fn session_becomes(&self, path: &str, name: &str, value: bool) {
        let changed = std::collections::HashMap::from([(name, Variant::from(value))]);
        let body = (SESSION, changed, Vec::<String>::new());
        self.tell(
            path,
            "org.freedesktop.DBus.Properties",
            "PropertiesChanged",
            &body,
        )
        .await;
    }

    async fn sleeps(&self, begins: bool) {
        self.tell("/org/freedesktop/login1", MANAGER, "PrepareForSleep", &begins)
            .await;
    }
}

/// The program at a desk of this bus, its vault open, watching.
struct Watched {
    app: App,
    login: Login,
    delay: Option<std::io::PipeReader>,
    bus: Bus,
    _home: TempDir,
}

impl Watched {
    async fn new() -> Self {
        let bus = Bus::start();
        let mut login = Login::start(&bus).await;
        let home = tempfile::tempdir().unwrap();
        let config = Config {
            keychain: Arc::new(MemoryKeychain::default()),
            buses: Buses {
                system: Some(bus.address.clone()),
                session: Some(bus.address.clone()),
            },
            ..Config::at(home.path()).unwrap()
        };
        let app = App::new(config, Arc::new(Person::default())).unwrap();
        let (environment, protection) = (Environment::Production, Protection::Keychain);
        app.create_vault(CreateVault {
            environment,
            protection,
        })
        .await
        .unwrap();
        app.add_organisation(NewOrganisation {
            name: "ООО «Василёк»".into(),
            inn: "7707083893".into(),
            ogrn: "1027700132195".into(),
            kpp: Some("770701001".into()),
            region: "45000000000".into(),
            api_key: None,
        })
        .await
        .unwrap();
        let watching = app.clone();
        tokio::spawn(async move { watching.lock_when_away_forever().await });
        // Sleep is delayed last: everything is listened to by then.
        let delay = login.delays.recv().await.unwrap();
        Self {
            app,
            login,
            delay: Some(delay),
            bus,
            _home: home,
        }
    }

    async fn phase(&self) -> Phase {
        self.app.state().await.phase
    }

    async fn locks(&self, why: &str) {
        let end = Instant::now() + Duration::from_secs(10);
        while self.phase().await != Phase::Locked {
            assert!(Instant::now() < end, "not locked: {why}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What was told before has been heard by now, and the vault is open.
    async fn stays_open(&self, why: &str) {
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(self.phase().await, Phase::Ready, "{why}");
    }

    async fn unlock(&self) {
        assert_eq!(self.app.unlock().await.unwrap().phase, Phase::Ready);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_screen_locks_the_vault_whatever_the_desktop() {
    let desk = Watched::new().await;
    let saver = desk.bus.connect().await;
    for interface in [
        "org.freedesktop.ScreenSaver",
        "org.gnome.ScreenSaver",
        "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver",
        "org.xfce.ScreenSaver",
    ] {
        let path = format!("/{}", interface.replace('.', "/"));
        let tell = async |active: bool| {
            saver
                .emit_signal(None::<&str>, path.as_str(), interface, "ActiveChanged", &active)
                .await
                .unwrap();
        };
        tell(false).await;
        desk.stays_open("the screen was unlocked").await;
        tell(true).await;
        desk.locks(interface).await;
        desk.unlock().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_of_this_person_counts_and_no_other() {
    let desk = Watched::new().await;
    desk.login.tell(OTHER, SESSION, "Lock", &()).await;
    desk.login.session_becomes(OTHER, "Active", false).await;
    desk.login.session_becomes(OWN, "Active", true).await;
    desk.login.session_becomes(OWN, "LockedHint", false).await;
    desk.login.session_becomes(OWN, "IdleHint", true).await;
    desk.stays_open("nobody has left").await;
    desk.login.tell(OWN, SESSION, "Lock", &()).await;
    desk.locks("the session is to be locked").await;
    for (name, value) in [("LockedHint", true), ("Active", false)] {
        desk.unlock().await;
        desk.login.session_becomes(OWN, name, value).await;
        desk.locks(name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_computer_falls_asleep_only_once_the_vault_is_closed() {
    let mut desk = Watched::new().await;
    for _ in 0..2 {
        let mut delay = match desk.delay.take() {
            Some(first) => first,
            None => desk.login.delays.recv().await.unwrap(),
        };
        desk.login.sleeps(true).await;
        let app = desk.app.clone();
        let runtime = tokio::runtime::Handle::current();
        let phase = tokio::task::spawn_blocking(move || {
            // Ends when the program lets go of its end.
            delay.read_to_end(&mut Vec::new()).unwrap();
            runtime.block_on(app.state()).phase
        });
        assert_eq!(phase.await.unwrap(), Phase::Locked);
        desk.login.sleeps(false).await;
        desk.unlock().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unsaved_is_saved_before_the_vault_closes() {
    let desk = Watched::new().await;
    let mut events = desk.app.events();
    desk.login.tell(OWN, SESSION, "Lock", &()).await;
    while !matches!(events.recv().await.unwrap(), Event::AboutToLock) {}
    assert_eq!(desk.phase().await, Phase::Ready, "there is time to save");
    let saved = Instant::now();
    desk.app.ready_to_lock();
    desk.locks("everything is saved").await;
    assert!(
        saved.elapsed() < Duration::from_millis(1500),
        "it does not wait in vain"
    );

    desk.unlock().await;
    let told = Instant::now();
    desk.login.tell(OWN, SESSION, "Lock", &()).await;
    desk.locks("a window that does not answer stops nothing").await;
    assert!(told.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_bus_the_program_works_and_locks_by_command() {
    let home = tempfile::tempdir().unwrap();
    let nowhere = Some("unix:path=/nowhere/bus".to_owned());
    let config = Config {
        keychain: Arc::new(MemoryKeychain::default()),
        buses: Buses {
            system: nowhere.clone(),
            session: nowhere,
        },
        ..Config::at(home.path()).unwrap()
    };
    let app = App::new(config, Arc::new(Person::default())).unwrap();
    let (environment, protection) = (Environment::Production, Protection::Keychain);
    app.create_vault(CreateVault {
        environment,
        protection,
    })
    .await
    .unwrap();
    let watching = app.clone();
    let watch = tokio::spawn(async move { watching.lock_when_away_forever().await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!watch.is_finished());
    assert_eq!(app.lock_after_notice().await.phase, Phase::Locked);
}
