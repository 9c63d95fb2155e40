//! An independent server of the published ЕСИА and API ЕПГУ protocols, for demo, training and tests.
//!
//! [`demo::init`] makes an invented organisation with its people and a GOST PKI; [`Portal::start`] serves them on
//! loopback. Wire types are written here a second time on purpose: the client and this server are both held against
//! the published samples, not against each other. README.md describes the control API.

mod archive;
mod asn1;
mod authority;
mod clock;
mod control;
pub mod demo;
mod epgu;
mod error;
mod esia;
mod examine;
mod faults;
mod judge;
mod lifecycle;
mod pki_http;
mod portal;
mod receipts;
mod request_log;
mod server;
mod services;
mod settings;
mod store;
mod world;

pub use authority::{AuthorityError, KeyFileError, RevocationReason};
pub use error::StartError;
pub use faults::{Fault, FaultKind};
pub use portal::{Config, Portal, RunningPortal};
pub use request_log::LoggedRequest;
pub use server::Listeners;
pub use services::TAX_DOCUMENTS;
pub use settings::{Outcome, Settings};
pub use store::StoreError;
