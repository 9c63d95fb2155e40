//! The registry of machine-readable powers of attorney («МЧД», format EMCHD_1) behind the cabinet API.
//!
//! Files come as tasks ([`Task`]), are judged by this portal's own reader ([`Deed`]) and kept as [`Registered`]. No official
//! API of the registry is published, so the routes are this portal's own, and so is the form of a revocation.
//!
//! **Use.** A signature by a certificate without an organisation is good for one only under a power of attorney
//! ([`Authorities`]). What counts is the time the signature claims: the power of attorney must hold on that day (of Moscow)
//! and must not have been revoked by then. A signature made before a revocation stays good after it.

mod control;
mod deed;
mod fault;
mod judge;
mod notices;
mod party;
mod powers;
mod read;
mod record;
mod redelegation;
mod revocation;
mod seal;
mod settings;
mod task;
mod usage;
mod xml;

pub(crate) use control::{lose_next_answer, revoke_elsewhere, router};
pub(crate) use deed::{Party, Powers};
pub(crate) use fault::Fault;
pub(crate) use notices::warn_due;
pub(crate) use powers::permits;
pub(crate) use record::{Registered, State, by_representative, find};
pub use settings::PoaSettings;
pub(crate) use task::{Kind as TaskKind, Submission, Task, TaskState, is_of_own_hand, move_due, submit};
pub(crate) use usage::{Authorities, SignedDocument, is_deed};

/// What a request may hold of a file and of its signature, octets.
pub(crate) const MOST_CONTENT: usize = 512 * 1024;
pub(crate) const MOST_SIGNATURE: usize = 256 * 1024;
