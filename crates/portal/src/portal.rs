//! The client: one per environment, shared by everything that talks to the portal.

use std::time::Duration;

use crate::transport::Transport;
use crate::{Endpoints, Limits, SetupError};

/// How long a request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect: Duration,
    /// A short question and its whole answer.
    pub answer: Duration,
    /// An upload, or one part of it, and its answer.
    pub upload: Duration,
    /// A whole download.
    pub download: Duration,
    /// Silence in the middle of an answer.
    pub silence: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            upload: Duration::from_secs(180),
            download: Duration::from_secs(1800),
            silence: Duration::from_secs(60),
        }
    }
}

/// What can be tuned; the defaults follow the published rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long requests may take.
    pub timeouts: Timeouts,
    /// How many requests may leave.
    pub limits: Limits,
    /// Bytes in a part of an upload. The portal takes 5 000 000 to 50 000 000, the last part may be smaller.
    pub chunk_size: u64,
    /// Time for all parts, counted from the first. The portal allows five minutes.
    pub upload_window: Duration,
    /// Pause before a part that could not leave is tried again; it doubles each time.
    pub chunk_pause: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeouts: Timeouts::default(),
            limits: Limits::default(),
            chunk_size: 20_000_000,
            upload_window: Duration::from_secs(300),
            chunk_pause: Duration::from_secs(2),
        }
    }
}

/// Client of one environment. Cheap to share behind an `Arc`; it holds no credentials.
#[derive(Debug)]
pub struct Portal {
    pub(crate) transport: Transport,
    pub(crate) options: Options,
}

impl Portal {
    /// A client for these hosts. Nothing is sent yet.
    ///
    /// # Errors
    /// [`SetupError::NoRoots`], [`SetupError::RootUnreadable`], [`SetupError::Client`].
    pub fn new(endpoints: &Endpoints, options: Options) -> Result<Self, SetupError> {
        Ok(Self {
            transport: Transport::new(endpoints, &options)?,
            options,
        })
    }

    /// Server time minus this computer's time, from the newest answer of either host; good to a second plus half
    /// of the round trip. `None` until there was an answer.
    pub fn clock_offset(&self) -> Option<time::Duration> {
        self.transport.clock.offset()
    }
}

#[cfg(test)]
mod tests {
    use kabinet_domain::Environment;

    use super::*;

    #[test]
    fn chunks_obey_the_published_rule() {
        let options = Options::default();
        assert!((5_000_000..=50_000_000).contains(&options.chunk_size));
        assert!(options.upload_window <= Duration::from_secs(300));
    }

    #[test]
    fn the_published_environments_can_be_set_up() {
        for environment in [Environment::Production, Environment::Test] {
            let endpoints = Endpoints::published(environment).unwrap();
            assert!(Portal::new(&endpoints, Options::default()).is_ok());
        }
    }
}
