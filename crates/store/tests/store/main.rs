//! The vault through its public face.

mod backup;
mod documents;
mod files;
mod journal;
mod outbox;
mod protection;
mod support;
mod vault;
