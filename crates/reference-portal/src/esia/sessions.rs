//! Sessions and devices: what begins with a sign-in, and what ends with it.

use uuid::Uuid;

use super::secret;
use super::state::{Device, Ended, Session, State};
use crate::clock;
use crate::settings::Settings;
use crate::store::StoreError;
use crate::world::{World, WorldError};

/// A device as its owner sees it.
pub(crate) struct DeviceView {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) system: String,
    pub(crate) last_seen_ms: i64,
    /// Whether the session that asks is on it.
    pub(crate) current: bool,
    pub(crate) sessions: Vec<SessionView>,
}

/// A session as its owner sees it.
pub(crate) struct SessionView {
    pub(crate) id: String,
    pub(crate) begun_ms: i64,
    pub(crate) ends_ms: i64,
    /// Whether a second factor confirmed it.
    pub(crate) confirmed: bool,
}

/// A browser that signed in.
pub(super) struct Browser<'a> {
    /// Value of its device cookie.
    pub(super) device: &'a str,
    pub(super) user_agent: &'a str,
}

fn device_key(cookie: &str, employee: &str) -> String {
    format!("{}/{employee}", secret::digest(cookie))
}

/// Whether the person signed in with this device before.
pub(super) fn knows_device(state: &State, cookie: &str, employee: &str) -> bool {
    state.devices.get(&device_key(cookie, employee)).is_some()
}

/// Begins a session; its identifier and the value of its cookie.
pub(super) fn begin(
    state: &mut State,
    settings: &Settings,
    employee: &str,
    browser: &Browser<'_>,
    confirmed: bool,
) -> Result<(String, String), WorldError> {
    let now = clock::now_ms();
    let (sid, cookie) = (Uuid::new_v4().to_string(), secret::random_token()?);
    let device = device_key(browser.device, employee);
    let id = state
        .devices
        .get(&device)
        .map_or_else(Uuid::new_v4, |known| known.id);
    let (name, system) = describe(browser.user_agent);
    let seen = Device {
        id,
        employee: employee.into(),
        name: name.into(),
        system: system.into(),
        last_seen_ms: now,
    };
    state.devices.insert(device.clone(), seen);
    let until = now + settings.session_lifetime_s * 1000;
    let session = Session {
        employee: employee.into(),
        cookie: secret::digest(&cookie),
        device,
        begun_ms: now,
        browser_until_ms: until,
        expires_ms: until,
        method: "PWD".into(),
        confirmed,
    };
    state.sessions.insert(sid.clone(), session);
    Ok((sid, cookie))
}

/// The session of a browser that needs no password now.
pub(super) fn by_cookie(state: &State, cookie: &str) -> Option<(String, Session)> {
    let digest = secret::digest(cookie);
    let now = clock::now_ms();
    let found = state
        .sessions
        .iter()
        .find(|(_, session)| session.cookie == digest)?;
    (found.1.browser_until_ms > now).then(|| (found.0.clone(), found.1.clone()))
}

/// Ends a session with everything granted in it: codes, refresh tokens, access tokens.
pub(super) fn end(state: &mut State, sid: &str, settings: &Settings) {
    state.sessions.remove(sid);
    state.codes.remove_where(|code| code.grant.sid == sid);
    for family in state.families.remove_where(|family| family.sid == sid) {
        state.refreshes.remove_where(|refresh| refresh.family == family);
    }
    // Access tokens carry the session's name and are good by their signature: remembered until the last is over.
    let forget_ms = clock::now_ms() + settings.token_lifetime_s.max(3600) * 1000;
    state.ended.insert(sid, Ended { forget_ms });
}

/// Ends every session of a person but one.
pub(super) fn end_all(state: &mut State, employee: &str, but: Option<&str>, settings: &Settings) {
    let of_person: Vec<String> = state
        .sessions
        .iter()
        .filter(|(sid, session)| session.employee == employee && Some(sid.as_str()) != but)
        .map(|(sid, _)| sid.clone())
        .collect();
    for sid in of_person {
        end(state, &sid, settings);
    }
}

/// Devices of a person, the one seen last first; `sid` is the session that asks.
pub(crate) fn devices_of(world: &World, employee: &str, sid: &str) -> Vec<DeviceView> {
    world.esia.records.read(|state| {
        let of_person = state
            .devices
            .iter()
            .filter(|(_, device)| device.employee == employee);
        let mut all: Vec<DeviceView> = of_person
            .map(|(key, device)| {
                let sessions = state
                    .sessions
                    .iter()
                    .filter(|(_, session)| session.device == *key);
                DeviceView {
                    id: device.id,
                    name: device.name.clone(),
                    system: device.system.clone(),
                    last_seen_ms: device.last_seen_ms,
                    current: state
                        .sessions
                        .get(sid)
                        .is_some_and(|session| session.device == *key),
                    sessions: sessions
                        .map(|(id, session)| SessionView {
                            id: id.clone(),
                            begun_ms: session.begun_ms,
                            ends_ms: session.expires_ms,
                            confirmed: session.confirmed,
                        })
                        .collect(),
                }
            })
            .collect();
        all.sort_by_key(|device| std::cmp::Reverse(device.last_seen_ms));
        all
    })
}

/// Forgets a device of a person and ends its sessions; `false` when there is none.
pub(crate) fn end_device(world: &World, employee: &str, id: Uuid) -> Result<bool, StoreError> {
    let settings = world.settings();
    world.esia.records.change(&world.store, |state| {
        let is_it = |device: &Device| device.employee == employee && device.id == id;
        let Some(key) = state.devices.remove_where(is_it).pop() else {
            return false;
        };
        let sessions = state.sessions.iter().filter(|(_, session)| session.device == key);
        let sessions: Vec<String> = sessions.map(|(sid, _)| sid.clone()).collect();
        for sid in sessions {
            end(state, &sid, &settings);
        }
        true
    })
}

/// Browser and operating system, as far as the browser tells.
pub(super) fn describe(user_agent: &str) -> (&'static str, &'static str) {
    let first = |known: &[(&str, &'static str)], other| {
        known
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map_or(other, |(_, name)| *name)
    };
    // The order matters: newer browsers name the older ones too.
    let browser = first(
        &[
            ("YaBrowser", "Яндекс Браузер"),
            ("Edg/", "Microsoft Edge"),
            ("Firefox", "Firefox"),
            ("Chrom", "Chrome"),
            ("Epiphany", "GNOME Web"),
            ("Safari", "Safari"),
        ],
        "Неизвестный браузер",
    );
    let system = first(
        &[
            ("Android", "Android"),
            ("iPhone", "iOS"),
            ("iPad", "iPadOS"),
            ("Windows", "Windows"),
            ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ],
        "Неизвестная система",
    );
    (browser, system)
}
