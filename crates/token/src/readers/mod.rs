//! Which readers are connected and which have a card, as PC/SC tells it. Cards are never touched.
//!
//! A USB token is a reader with a card that never leaves it: plugging one in makes a reader appear. Reader names are those that
//! PKCS#11 modules give as slot description, up to 64 bytes of them.

mod connection;
mod watcher;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use connection::Connection;
use watcher::Watcher;

/// What PC/SC shows. Any change, a card swapped within the same instant included, makes two of them differ.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReadersState {
    /// Whether the smart-card service answers.
    pub service: Service,
    /// Which connection with the service this is, counted from 1. After a restart of the service [`Reader::changes`] begins
    /// anew, and every login on every card is lost.
    pub connection: u64,
    /// In the service's order; empty unless it runs.
    pub readers: Vec<Reader>,
}

/// Whether the smart-card service answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// It was not asked yet.
    Starting,
    /// It answers.
    Running,
    /// It does not. It is asked again every few seconds.
    Absent(NoService),
}

/// Why the smart-card service does not answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum NoService {
    /// Not installed, or stopped.
    #[error("the smart-card service is not running")]
    NotRunning,
    /// This user may not use it: on Linux a decision of polkit, which lets in who sits at the computer.
    #[error("access to the smart-card service is denied")]
    Denied,
    /// The service and the library of this program speak different versions of their protocol.
    #[error("the smart-card service is of another version")]
    OtherVersion,
    /// A failure without a meaning of its own.
    #[error("the smart-card service failed with {code:#010x}")]
    Failed {
        /// `SCARD_E_…`, `SCARD_F_…` or `SCARD_W_…`.
        code: u32,
    },
}

impl NoService {
    /// The stable code the text is found by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotRunning => "readers.service-not-running",
            Self::Denied => "readers.service-denied",
            Self::OtherVersion => "readers.service-other-version",
            Self::Failed { .. } => "readers.service-failed",
        }
    }

    /// What fills the gaps of the text.
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Failed { code } => BTreeMap::from([("code", format!("{code:#010x}"))]),
            Self::NotRunning | Self::Denied | Self::OtherVersion => BTreeMap::new(),
        }
    }
}

/// A reader, or a USB token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reader {
    /// As PC/SC shows it, such as `Aktiv Rutoken ECP 00 00`.
    pub name: String,
    /// The card in it.
    pub card: Option<Card>,
    /// The card in it does not answer: it is upside down, dirty or broken.
    pub mute: bool,
    /// Another program held the card for itself alone when it was looked at.
    pub exclusive: bool,
    /// How many cards came and went, modulo 65536; 0 where the system does not count.
    pub changes: u32,
}

/// A card in a reader.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Card {
    /// Answer to reset (ISO/IEC 7816-3 §8), which tells its kind; empty while it is mute.
    #[serde(with = "hex::serde")]
    pub atr: Vec<u8>,
}

impl ReadersState {
    /// Whether the same cards are in the same readers, so that a look at the tokens would show nothing new. Exclusive use is
    /// left out: such a look may itself be what holds a card.
    pub fn has_same_cards(&self, other: &Self) -> bool {
        let cards = |state: &Self| {
            let readers = state.readers.iter().map(|reader| Reader {
                exclusive: false,
                ..reader.clone()
            });
            (state.connection, readers.collect::<Vec<_>>())
        };
        cards(self) == cards(other)
    }

    fn without_readers(service: Service, connection: u64) -> Self {
        Self {
            service,
            connection,
            readers: Vec::new(),
        }
    }
}

/// Watches the readers from a thread of its own, which sleeps until PC/SC reports a change. Dropping it ends the thread.
pub struct Readers {
    state: watch::Receiver<ReadersState>,
    _watcher: Watcher,
}

impl Readers {
    /// Starts watching. Needs no service: [`ReadersState::service`] tells when there is none, and when it comes back.
    pub fn watch() -> Self {
        let (publish, state) = watch::channel(ReadersState::without_readers(Service::Starting, 0));
        Self {
            state,
            _watcher: Watcher::start(publish),
        }
    }

    /// The state and its changes. Changes in quick succession may be seen as one.
    pub fn state(&self) -> watch::Receiver<ReadersState> {
        self.state.clone()
    }

    /// One look, without watching. Blocks: as a rule a few milliseconds, half a second with a mute card, and for as long as a
    /// service that hangs does.
    pub fn look() -> ReadersState {
        match Connection::open().and_then(|connection| connection.look()) {
            Ok(look) => ReadersState {
                service: Service::Running,
                connection: 1,
                readers: look.readers(),
            },
            Err(error) => ReadersState::without_readers(Service::Absent(error.into()), 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> ReadersState {
        let reader = Reader {
            name: "Aktiv Rutoken ECP 00 00".into(),
            card: Some(Card {
                atr: vec![0x3b, 0x8b],
            }),
            mute: false,
            exclusive: false,
            changes: 7,
        };
        ReadersState {
            service: Service::Running,
            connection: 1,
            readers: vec![reader],
        }
    }

    #[test]
    fn another_card_of_the_same_kind_in_the_same_reader_is_a_change() {
        let mut swapped = state();
        swapped.readers[0].changes += 2;
        assert_ne!(swapped, state());
        assert!(!swapped.has_same_cards(&state()));
    }

    #[test]
    fn the_same_picture_after_a_restart_of_the_service_is_a_change() {
        let restarted = ReadersState {
            connection: 2,
            ..state()
        };
        assert_ne!(restarted, state());
        assert!(!restarted.has_same_cards(&state()));
    }

    #[test]
    fn exclusive_use_is_a_change_but_not_of_cards() {
        let mut held = state();
        held.readers[0].exclusive = true;
        assert_ne!(held, state());
        assert!(held.has_same_cards(&state()));
    }

    #[test]
    fn the_state_survives_being_written_down() {
        let mut states = vec![state(), ReadersState::without_readers(Service::Starting, 0)];
        for reason in [
            NoService::NotRunning,
            NoService::Denied,
            NoService::OtherVersion,
            NoService::Failed { code: 0x8010_0001 },
        ] {
            states.push(ReadersState::without_readers(Service::Absent(reason), 3));
        }
        for state in states {
            let text = serde_json::to_string(&state).expect("serialises");
            assert_eq!(
                serde_json::from_str::<ReadersState>(&text).expect("parses"),
                state
            );
        }
    }
}
