//! The memory of ЕСИА: all records in tables, and on disk before anything is answered.

mod records;
mod table;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use records::{
    Account, ApiKey, Attempt, AttemptStage, Challenge, Code, Consent, Device, Ended, Family, Lock, LockCause,
    Outgoing, Recovery, Refresh, Session, UnknownLogin,
};
pub(crate) use table::Table;

use crate::clock;
use crate::store::{Store, StoreError};

/// How often records whose time is over are looked for, milliseconds.
const SWEEP_MS: i64 = 60_000;

/// All records.
#[derive(Default)]
pub(crate) struct State {
    /// By `Employee::id`.
    pub(crate) accounts: Table<Account>,
    /// Failures of logins nobody has, by digest of the login.
    pub(crate) unknown: Table<UnknownLogin>,
    /// Sign-ins under way, by identifier.
    pub(crate) attempts: Table<Attempt>,
    /// Passwords being recovered, by identifier.
    pub(crate) recoveries: Table<Recovery>,
    /// Sessions, by `urn:esia:sid`.
    pub(crate) sessions: Table<Session>,
    /// Sessions that ended before their tokens did, by `urn:esia:sid`.
    pub(crate) ended: Table<Ended>,
    /// By digest of the device's cookie.
    pub(crate) devices: Table<Device>,
    /// What a person allowed a system, by both and the organisation.
    pub(crate) consents: Table<Consent>,
    /// Authorization codes, by digest.
    pub(crate) codes: Table<Code>,
    /// What was granted with a code and lives on in refresh tokens.
    pub(crate) families: Table<Family>,
    /// Refresh tokens, by digest.
    pub(crate) refreshes: Table<Refresh>,
    /// By number of the message, padded.
    pub(crate) outgoing: Table<Outgoing>,
    /// Keys that differ from the demo directory's, by key.
    pub(crate) api_keys: Table<ApiKey>,
    swept_ms: i64,
}

/// Calls the same method of every table.
macro_rules! each_table {
    ($state:expr, $table:ident => $call:expr) => {{
        let state = $state;
        {
            let $table = &mut state.accounts;
            $call;
        }
        {
            let $table = &mut state.unknown;
            $call;
        }
        {
            let $table = &mut state.attempts;
            $call;
        }
        {
            let $table = &mut state.recoveries;
            $call;
        }
        {
            let $table = &mut state.sessions;
            $call;
        }
        {
            let $table = &mut state.ended;
            $call;
        }
        {
            let $table = &mut state.devices;
            $call;
        }
        {
            let $table = &mut state.consents;
            $call;
        }
        {
            let $table = &mut state.codes;
            $call;
        }
        {
            let $table = &mut state.families;
            $call;
        }
        {
            let $table = &mut state.refreshes;
            $call;
        }
        {
            let $table = &mut state.outgoing;
            $call;
        }
        {
            let $table = &mut state.api_keys;
            $call;
        }
    }};
}

/// The state behind its lock.
pub(crate) struct Identity(Mutex<State>);

impl Identity {
    /// Reads all records.
    pub(crate) fn load(store: &Store) -> Result<Self, StoreError> {
        let mut state = State::default();
        for record in store.esia_records()? {
            each_table!(&mut state, table => table.load(&record.kind, &record.id, &record.body));
        }
        Ok(Self(Mutex::new(state)))
    }

    /// Forgets everything.
    pub(crate) fn clear(&self, store: &Store) -> Result<(), StoreError> {
        let mut state = self.lock();
        store.clear_esia()?;
        *state = State::default();
        Ok(())
    }

    /// Looks without changing.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.lock())
    }

    /// Changes the records; what changed is on disk when this returns.
    pub(crate) fn change<R>(
        &self,
        store: &Store,
        change: impl FnOnce(&mut State) -> R,
    ) -> Result<R, StoreError> {
        let mut state = self.lock();
        let now = clock::now_ms();
        if now - state.swept_ms > SWEEP_MS {
            state.swept_ms = now;
            each_table!(&mut *state, table => table.sweep(now));
        }
        let result = change(&mut state);
        let mut changes = vec![];
        each_table!(&mut *state, table => table.collect_changes(&mut changes));
        if !changes.is_empty() {
            store.change_esia(&changes)?;
            each_table!(&mut *state, table => table.settle());
        }
        Ok(result)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere left at most a change of one request half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
