//! Tokens on disk: one folder each, with everything in one file that is replaced atomically.

mod attributes;
mod directory;
mod error;
mod home;
mod import;
mod models;
mod pins;
mod profile;
mod seal;
mod token_file;

pub(crate) use attributes::{Attributes, Kind};
pub use directory::{TokenDirectory, TokenSummary};
pub use error::StoreError;
pub use home::TokenHome;
pub(crate) use home::write_atomically;
pub use import::Import;
pub use pins::Role;
pub(crate) use profile::reported;
pub use profile::{Offer, Profile};
pub(crate) use seal::{MasterKey, Sealed};
pub(crate) use token_file::{StoredObject, TokenFile};
