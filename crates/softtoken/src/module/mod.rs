//! The state of an initialised module: who sits in which slot, sessions, logins.

mod seats;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

use cryptoki_sys as ck;

use self::seats::Seat;
use crate::{
    Role, TokenDirectory, TokenHome, config,
    rv::{Outcome, Rv},
    session::Session,
    store::{MasterKey, StoredObject},
};

/// Handles of session objects start here; token objects use their small identifiers.
const FIRST_SESSION_OBJECT: u32 = 0x4000_0000;

/// Who is logged in to a token; belongs to the application, not to a session.
pub(crate) enum Login {
    Nobody,
    /// With the key that opens private values.
    User(MasterKey),
    SecurityOfficer(MasterKey),
}

/// An object that lives as long as its session.
struct SessionObject {
    session: ck::CK_SESSION_HANDLE,
    slot: usize,
    object: StoredObject,
}

/// An initialised module.
pub(crate) struct Module {
    /// A forked child has to initialise for itself.
    process: u32,
    directory: Option<TokenDirectory>,
    /// As many for the whole life of the module, like the vendors'.
    seats: Vec<Seat>,
    sessions: HashMap<ck::CK_SESSION_HANDLE, Session>,
    /// Sessions whose token was pulled out, until they are closed.
    lost: HashMap<ck::CK_SESSION_HANDLE, usize>,
    session_objects: BTreeMap<u32, SessionObject>,
    next_session: ck::CK_SESSION_HANDLE,
    next_session_object: u32,
}

static MODULE: Mutex<Option<Module>> = Mutex::new(None);

/// `C_Initialize`.
pub(crate) fn start() -> Outcome {
    let mut module = MODULE.lock().unwrap_or_else(PoisonError::into_inner);
    if module
        .as_ref()
        .is_some_and(|module| module.process == std::process::id())
    {
        return Err(Rv(ck::CKR_CRYPTOKI_ALREADY_INITIALIZED));
    }
    let mut started = Module {
        process: std::process::id(),
        directory: config::places().map(|places| TokenDirectory::new(&places.directory)),
        seats: (0..config::vendor().slots).map(|_| Seat::empty()).collect(),
        sessions: HashMap::new(),
        lost: HashMap::new(),
        session_objects: BTreeMap::new(),
        next_session: 1,
        next_session_object: FIRST_SESSION_OBJECT,
    };
    started.refresh();
    // What is there at the start is no event.
    started.seats.iter_mut().for_each(|seat| seat.event = false);
    *module = Some(started);
    Ok(())
}

/// `C_Finalize`.
pub(crate) fn stop() -> Outcome {
    with(|_| Ok(()))?;
    *MODULE.lock().unwrap_or_else(PoisonError::into_inner) = None;
    Ok(())
}

/// Runs a call on the module after a look at who is plugged in.
pub(crate) fn with<T>(call: impl FnOnce(&mut Module) -> Outcome<T>) -> Outcome<T> {
    let mut module = MODULE.lock().unwrap_or_else(PoisonError::into_inner);
    let module = module
        .as_mut()
        .filter(|module| module.process == std::process::id())
        .ok_or(Rv(ck::CKR_CRYPTOKI_NOT_INITIALIZED))?;
    module.refresh();
    call(module)
}

impl Module {
    pub(crate) fn session(&mut self, handle: ck::CK_SESSION_HANDLE) -> Outcome<&mut Session> {
        let lost = self.lost.contains_key(&handle);
        self.sessions.get_mut(&handle).ok_or(Rv(if lost {
            ck::CKR_DEVICE_REMOVED
        } else {
            ck::CKR_SESSION_HANDLE_INVALID
        }))
    }

    /// The token of a session and the session's slot.
    pub(crate) fn token_of(&mut self, handle: ck::CK_SESSION_HANDLE) -> Outcome<(TokenHome, usize)> {
        let slot = self.session(handle)?.slot;
        Ok((self.token(slot)?, slot))
    }

    /// The master key, if the user is logged in to the token of this slot.
    pub(crate) fn user_key(&self, slot: usize) -> Option<&MasterKey> {
        match &self.seats[slot].login {
            Login::User(master) => Some(master),
            _ => None,
        }
    }

    /// Sessions with the token in this slot: all, and writable ones.
    pub(crate) fn count_sessions(&self, slot: usize) -> (usize, usize) {
        let here = || self.sessions.values().filter(|session| session.slot == slot);
        (here().count(), here().filter(|session| session.writable).count())
    }

    pub(crate) fn open_session(&mut self, slot: usize, writable: bool) -> Outcome<ck::CK_SESSION_HANDLE> {
        self.token(slot)?;
        if !writable && matches!(self.seats[slot].login, Login::SecurityOfficer(_)) {
            return Err(Rv(ck::CKR_SESSION_READ_WRITE_SO_EXISTS));
        }
        let handle = self.next_session;
        self.next_session += 1;
        self.sessions.insert(handle, Session::new(slot, writable));
        Ok(handle)
    }

    pub(crate) fn close_session(&mut self, handle: ck::CK_SESSION_HANDLE) -> Outcome {
        if self.lost.remove(&handle).is_some() {
            return Ok(());
        }
        let session = self
            .sessions
            .remove(&handle)
            .ok_or(Rv(ck::CKR_SESSION_HANDLE_INVALID))?;
        self.session_objects.retain(|_, object| object.session != handle);
        if self.count_sessions(session.slot).0 == 0 {
            self.seats[session.slot].login = Login::Nobody;
        }
        Ok(())
    }

    pub(crate) fn close_all_sessions(&mut self, slot: usize) {
        self.sessions.retain(|_, session| session.slot != slot);
        self.lost.retain(|_, lost| *lost != slot);
        self.session_objects.retain(|_, object| object.slot != slot);
        self.seats[slot].login = Login::Nobody;
    }

    /// Checks a PIN and logs in.
    pub(crate) fn log_in(&mut self, handle: ck::CK_SESSION_HANDLE, role: Role, pin: &[u8]) -> Outcome {
        let (home, slot) = self.token_of(handle)?;
        match (&self.seats[slot].login, role) {
            (Login::Nobody, Role::SecurityOfficer) => {
                let (all, writable) = self.count_sessions(slot);
                if all > writable {
                    return Err(Rv(ck::CKR_SESSION_READ_ONLY_EXISTS));
                }
            }
            (Login::Nobody, Role::User) => {}
            (Login::User(_), Role::User) | (Login::SecurityOfficer(_), Role::SecurityOfficer) => {
                return Err(Rv(ck::CKR_USER_ALREADY_LOGGED_IN));
            }
            _ => return Err(Rv(ck::CKR_USER_ANOTHER_ALREADY_LOGGED_IN)),
        }
        let master = home.unlock(role, pin)?;
        self.seats[slot].login = match role {
            Role::User => Login::User(master),
            Role::SecurityOfficer => Login::SecurityOfficer(master),
        };
        Ok(())
    }

    /// Logs out: operations with private keys end, private session objects go.
    pub(crate) fn log_out(&mut self, handle: ck::CK_SESSION_HANDLE) -> Outcome {
        let slot = self.session(handle)?.slot;
        if matches!(self.seats[slot].login, Login::Nobody) {
            return Err(Rv(ck::CKR_USER_NOT_LOGGED_IN));
        }
        self.seats[slot].login = Login::Nobody;
        for session in self.sessions.values_mut().filter(|session| session.slot == slot) {
            session.sign = None;
            session.search = None;
        }
        self.session_objects
            .retain(|_, object| object.slot != slot || !object.object.attributes.flag(ck::CKA_PRIVATE));
        Ok(())
    }

    /// Keeps an object for the life of a session.
    pub(crate) fn add_session_object(
        &mut self,
        session: ck::CK_SESSION_HANDLE,
        make: impl FnOnce(u32) -> StoredObject,
    ) -> Outcome<u32> {
        let slot = self.session(session)?.slot;
        let id = self.next_session_object;
        self.next_session_object += 1;
        self.session_objects.insert(
            id,
            SessionObject {
                session,
                slot,
                object: make(id),
            },
        );
        Ok(id)
    }

    /// Session objects of the token in this slot, of all sessions.
    pub(crate) fn session_objects(&self, slot: usize) -> impl Iterator<Item = &StoredObject> {
        self.session_objects
            .values()
            .filter(move |object| object.slot == slot)
            .map(|object| &object.object)
    }

    pub(crate) fn session_object_mut(&mut self, id: u32) -> Option<&mut StoredObject> {
        self.session_objects.get_mut(&id).map(|object| &mut object.object)
    }

    /// Whether there was such an object.
    pub(crate) fn drop_session_object(&mut self, id: u32) -> bool {
        self.session_objects.remove(&id).is_some()
    }
}
