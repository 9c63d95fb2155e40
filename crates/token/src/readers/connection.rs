//! The calls of PC/SC.

use std::time::Duration;

use pcsc::{Context, Error, PNP_NOTIFICATION, ReaderState, Scope, State};

use super::{Card, NoService, Reader};

/// Room for the names of all readers, bytes: PC/SC lite knows 16 of up to 128.
const NAMES: usize = 16 << 10;

/// A connection with the service. Clones are the same one.
#[derive(Clone)]
pub(super) struct Connection(Context);

/// How often a look is repeated because a reader disappeared during it.
const ATTEMPTS: usize = 4;

/// All readers as they were at one moment.
pub(super) struct Look(Vec<ReaderState>);

impl Connection {
    pub(super) fn open() -> Result<Self, Error> {
        Context::establish(Scope::User).map(Self)
    }

    /// The readers as they are now.
    pub(super) fn look(&self) -> Result<Look, Error> {
        let mut look = self.look_once();
        for _ in 0..ATTEMPTS {
            match look {
                Err(Error::UnknownReader | Error::ReaderUnavailable) => look = self.look_once(),
                look => return look,
            }
        }
        look
    }

    /// Fails when a reader disappears between its two steps.
    fn look_once(&self) -> Result<Look, Error> {
        let mut names = vec![0; NAMES];
        let readers = self.0.list_readers(&mut names)?;
        let mut states: Vec<_> = readers
            .map(|name| ReaderState::new(name, State::UNAWARE))
            .collect();
        // Windows does not take an empty list.
        if !states.is_empty() {
            self.0.get_status_change(Duration::ZERO, &mut states)?;
        }
        Ok(Look(states))
    }

    /// Sleeps until something differs from the look, [`Error::Timeout`], or [`Error::Cancelled`] by [`Connection::cancel`].
    pub(super) fn wait(&self, look: Look, at_most: Option<Duration>) -> Result<(), Error> {
        let mut states = look.0;
        for state in &mut states {
            state.sync_current_state();
        }
        // Windows keeps the number of readers in the upper half, and takes any other for a change.
        let count = State::from_bits_retain((states.len() << 16) as pcsc::ffi::DWORD);
        states.push(ReaderState::new(PNP_NOTIFICATION(), count));
        self.0.get_status_change(at_most, &mut states)
    }

    /// Ends the wait of another thread. One that is only about to wait does not notice.
    pub(super) fn cancel(&self) {
        let _ = self.0.cancel();
    }
}

impl Look {
    pub(super) fn readers(&self) -> Vec<Reader> {
        let readers = self.0.iter().map(|state| {
            let name = state.name().to_string_lossy().into_owned();
            reader(name, state.event_state(), state.event_count(), state.atr())
        });
        readers.collect()
    }
}

fn reader(name: String, state: State, changes: u32, atr: &[u8]) -> Reader {
    let mute = state.contains(State::MUTE);
    let card = state.contains(State::PRESENT).then(|| Card {
        atr: if mute { Vec::new() } else { atr.to_vec() },
    });
    Reader {
        name,
        card,
        mute,
        exclusive: state.contains(State::EXCLUSIVE),
        changes,
    }
}

impl From<Error> for NoService {
    fn from(error: Error) -> Self {
        match error {
            Error::NoService => Self::NotRunning,
            // Windows stops the service where no reader is connected; PC/SC lite says this to clients of another version.
            Error::ServiceStopped if cfg!(windows) => Self::NotRunning,
            Error::ServiceStopped => Self::OtherVersion,
            Error::SecurityViolation | Error::NoAccess => Self::Denied,
            error => Self::Failed { code: error as u32 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_there_only_where_pcsc_says_so() {
        let atr = [0x3b, 0];
        let seen = |state| {
            let reader = reader("r".into(), state, 3, &atr);
            (reader.card.map(|card| card.atr), reader.mute, reader.exclusive)
        };
        assert_eq!(seen(State::EMPTY), (None, false, false));
        assert_eq!(
            seen(State::PRESENT | State::INUSE),
            (Some(atr.to_vec()), false, false)
        );
        assert_eq!(
            seen(State::PRESENT | State::EXCLUSIVE),
            (Some(atr.to_vec()), false, true)
        );
        assert_eq!(
            seen(State::PRESENT | State::MUTE),
            (Some(Vec::new()), true, false)
        );
        assert_eq!(seen(State::UNAVAILABLE | State::UNKNOWN), (None, false, false));
    }

    #[test]
    fn failures_without_a_meaning_keep_their_number() {
        assert_eq!(NoService::from(Error::NoService), NoService::NotRunning);
        assert_eq!(NoService::from(Error::SecurityViolation), NoService::Denied);
        assert_eq!(
            NoService::from(Error::ServiceStopped) == NoService::OtherVersion,
            !cfg!(windows)
        );
        assert_eq!(
            NoService::from(Error::NoMemory),
            NoService::Failed { code: 0x8010_0006 }
        );
    }
}
