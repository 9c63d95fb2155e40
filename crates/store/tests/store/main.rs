//! The vault through its public face.

#![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

mod backup;
mod checkpoints;
mod clock;
mod damage;
mod documents;
mod downloads;
mod drafts;
mod files;
mod journal;
mod outbox;
mod protection;
mod runs;
mod saved;
mod search;
mod support;
mod upgrades;
mod vault;
