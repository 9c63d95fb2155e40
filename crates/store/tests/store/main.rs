//! The vault through its public face.

#![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

mod backup;
mod checkpoints;
mod clock;
mod damage;
#[path = "../demo/mod.rs"]
mod demo;
mod documents;
mod downloads;
mod drafts;
mod files;
mod journal;
mod mail;
mod orders;
mod outbox;
mod poa;
mod protection;
mod recovery;
mod runs;
mod saved;
mod search;
mod support;
mod upgrades;
mod vault;
