//! Tells the owner of an account what was done with it: by e-mail, and in the feed of the cabinet (NOTE-05, NOTE-11).

use super::state::State;
use super::{codes, people};
use crate::cabinet::security_told;
use crate::world::World;

/// What happened, in a title and a text; `section` is where the cabinet shows it.
pub(super) fn tell(
    world: &World,
    state: &mut State,
    employee: &str,
    title: &str,
    text: &str,
    section: &'static str,
) {
    if let Some(entry) = people::account(world, employee) {
        codes::send(state, "email", &entry.email, text, None);
    }
    // The letter is out; the feed is a second way to hear of it.
    if let Err(error) = security_told(world, employee, title, text, section) {
        tracing::error!(%error, "feed");
    }
}
