//! The engine of the outbox against a model of the portal, its network and a second installation of the same organisation.
//!
//! What is random: which of two installations does what, what the network and the portal do to each request, where the program
//! dies, how the clocks jump, what the authority decides. What must hold is said in [`world::World::check`] after every step, and in
//! [`world::World::heal`] once nothing goes wrong any more.

#![allow(
    clippy::unwrap_used,
    reason = "a step the machine calls impossible is the test's failure"
)]

mod machine;
mod portal;
mod world;
