//! Why the portal could not start.

use std::io;

use thiserror::Error;

use crate::authority::KeyFileError;
use crate::demo::DemoError;
use crate::store::StoreError;

/// Why the portal could not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The demo directory is absent or damaged.
    #[error("demo directory")]
    Demo(#[from] DemoError),
    /// A key or certificate file is damaged.
    #[error("demo key or certificate")]
    KeyFile(#[from] KeyFileError),
    /// A certificate of the demo authority does not decode.
    #[error("certificate of the demo authority")]
    Authority,
    /// The state could not be opened.
    #[error("state")]
    Store(#[from] StoreError),
    /// The TLS certificate or key does not load.
    #[error("TLS certificate")]
    Tls(#[from] rustls::Error),
    /// A certificate of an information system or a key of ЕСИА cannot be used.
    #[error("certificate of an information system or key of ЕСИА")]
    System,
    /// A socket or a thread could not be had.
    #[error("socket")]
    Io(#[from] io::Error),
}
