//! Finds PKCS#11 tokens and signs with them, and reads and writes key files. Vendor code runs in a worker process per module: a
//! hang or a crash costs one operation.
//!
//! * [`Catalogue`] knows where modules are installed.
//! * [`Tokens`] looks at them ([`Tokens::scan`]) and signs ([`Tokens::sign`]); it starts, watches and ends the workers.
//! * [`run_worker_if_requested`] is the worker; both applications call it first in their `main`.
//! * [`forbid_dumps`] keeps what a process holds out of core files and other processes' sight.
//! * [`Readers`] watches PC/SC: which readers are connected and which have a card.
//! * [`KeyFile`] opens key files (module [`key_file`]); a [`PrivateKey`] signs the same inputs as a token.
//! * [`TokenError`] is everything that can go wrong, as data.

mod catalogue;
mod certificate;
mod dumps;
mod error;
mod ffi;
pub mod key_file;
mod mechanism;
mod model;
mod protocol;
mod readers;
mod secret;
mod system_store;
mod tokens;
mod worker;

pub use catalogue::{Catalogue, KnownProduct, Places};
pub use dumps::forbid_dumps;
pub use error::{Call, TokenError, Unloadable};
pub use ffi::check_module_file;
pub use key_file::{KeyFile, KeyFileError, PrivateKey};
pub use mechanism::mechanism_name;
pub use model::{
    Holder, KeyOrder, KeySeen, LoneKey, Module, ModuleInfo, PinState, PukState, Scan, ScanProblem, SignEvent,
    SignJob, SignMechanism, Token, TokenAddress, TokenCertificate,
};
pub use readers::{Card, NoService, Reader, Readers, ReadersState, Service};
pub use secret::{Passphrase, Pin};
pub use system_store::{Platform, SystemStore, system_store};
pub use tokens::{Deadlines, KeyFileSource, KeySource, Later, ReaderChanges, Tokens, Workers};
pub use worker::run_worker_if_requested;
