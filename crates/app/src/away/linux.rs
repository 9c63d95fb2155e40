//! D-Bus: logind (org.freedesktop.login1(5)) on the system bus, screen savers on the bus of the session.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Future, pending};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::select_all;
use kabinet_texts::Texts;
use zbus::message::Type;
use zbus::{Connection, MatchRule, Message, MessageStream, OwnedFd, OwnedObjectPath, OwnedVariant, Proxy};

use crate::App;

/// Pause before a bus that is not there, or went away, is looked for again.
const AGAIN: Duration = Duration::from_secs(60);

/// All of them tell `ActiveChanged(b)`; the first is the specification, the others are what desktops really send.
const SCREEN_SAVERS: [&str; 5] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
];

const LOGIN: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

pub(super) async fn watch(app: &App) {
    tokio::join!(again(|| screen_savers(app)), again(|| sessions(app)));
}

async fn again<F: Future<Output = zbus::Result<()>>>(watch: impl Fn() -> F) -> Infallible {
    loop {
        if let Err(error) = watch().await {
            tracing::info!(%error, "the desktop does not tell when it is locked");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn connect(
    address: Option<&str>,
    default: zbus::connection::Builder<'static>,
) -> zbus::Result<Connection> {
    match address {
        Some(address) => zbus::connection::Builder::address(address).build().await,
        None => default.build().await,
    }
}

async fn screen_savers(app: &App) -> zbus::Result<()> {
    let address = app.config().buses.session.as_deref();
    let bus = connect(address, zbus::connection::Builder::session()).await?;
    let mut all = Vec::new();
    for interface in SCREEN_SAVERS {
        let rule = MatchRule::builder()
            .msg_type(Type::Signal)
            .interface(interface)
            .member("ActiveChanged")
            .build()?;
        all.push(MessageStream::for_match_rule(rule, &bus, None).await?);
    }
    let mut told = select_all(all);
    while let Some(message) = told.next().await {
        if message?.body().deserialize::<bool>().unwrap_or(false) {
            app.lock_after_notice().await;
        }
    }
    Ok(())
}

async fn sessions(app: &App) -> zbus::Result<()> {
    let address = app.config().buses.system.as_deref();
    let bus = connect(address, zbus::connection::Builder::system()).await?;
    let manager = Proxy::new(&bus, LOGIN, "/org/freedesktop/login1", MANAGER).await?;
    let mut sleep = manager.receive_signal("PrepareForSleep").await?;
    let mut own = match own_session(&bus, &manager).await {
        Some(path) => {
            let rule = MatchRule::builder()
                .msg_type(Type::Signal)
                .sender(LOGIN)
                .path(path)
                .build()?;
            Some(MessageStream::for_match_rule(rule, &bus, None).await?)
        }
        None => None,
    };
    let mut delay = delay_sleep(app, &manager).await;
    loop {
        let of_session = async {
            match own.as_mut() {
                Some(own) => own.next().await,
                None => pending().await,
            }
        };
        tokio::select! {
            signal = sleep.next() => {
                let Some(signal) = signal else { return Ok(()) };
                if signal.body().deserialize::<bool>().unwrap_or(false) {
                    app.lock_after_notice().await;
                    // Now it may sleep.
                    delay = None;
                } else if delay.is_none() {
                    delay = delay_sleep(app, &manager).await;
                }
            }
            message = of_session => {
                let Some(message) = message else { return Ok(()) };
                if leaves(&message?) {
                    app.lock_after_notice().await;
                }
            }
        }
    }
}

/// The session of this program, or of the user's desktop if the program runs outside of it, as a service of the user.
async fn own_session(bus: &Connection, manager: &Proxy<'_>) -> Option<OwnedObjectPath> {
    // `auto` is systemd 243; `self` is what there was before.
    for path in [
        "/org/freedesktop/login1/session/auto",
        "/org/freedesktop/login1/session/self",
    ] {
        let Ok(session) = Proxy::new(bus, LOGIN, path, SESSION).await else {
            continue;
        };
        if let Ok(id) = session.get_property::<String>("Id").await
            && let Ok(path) = manager.call("GetSession", &(id,)).await
        {
            return Some(path);
        }
    }
    manager.call("GetSessionByPID", &(std::process::id(),)).await.ok()
}

/// Keeps the computer from falling asleep before the vault is closed, for as long as the system allows.
async fn delay_sleep(app: &App, manager: &Proxy<'_>) -> Option<OwnedFd> {
    let why = Texts::new(app.language().into()).plain("ui.lock.beforeSleep");
    let asked = ("sleep", "kabinet", why, "delay");
    match manager.call::<_, _, OwnedFd>("Inhibit", &asked).await {
        Ok(delay) => Some(delay),
        Err(error) => {
            tracing::info!(%error, "sleep cannot be delayed");
            None
        }
    }
}

/// Whether a signal of the session means that its user turns away: asked to lock, locked, or no longer in front.
fn leaves(message: &Message) -> bool {
    let header = message.header();
    let of = |interface: &str, member: &str| {
        header.interface().is_some_and(|name| name.as_str() == interface)
            && header.member().is_some_and(|name| name.as_str() == member)
    };
    if of(SESSION, "Lock") {
        return true;
    }
    if !of(PROPERTIES, "PropertiesChanged") {
        return false;
    }
    let body = message.body();
    let Ok((_, changed, _)) = body.deserialize::<(String, HashMap<String, OwnedVariant>, Vec<String>)>()
    else {
        return false;
    };
    let is = |name: &str, value: bool| {
        changed
            .get(name)
            .and_then(|found| bool::try_from(found).ok())
            .is_some_and(|found| found == value)
    };
    is("LockedHint", true) || is("Active", false)
}
