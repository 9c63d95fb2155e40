//! Wrong attempts at linking close it for a while (ORG-33).

use serde::{Deserialize, Serialize};

use crate::cabinet::notifications::{self, Kind};
use crate::cabinet::refusal::{Code, Refusal};
use crate::cabinet::time_format::rfc3339;
use crate::clock;
use crate::store::Record;
use crate::world::World;

/// Wrong attempts are forgotten after a day.
const MEMORY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Default, Serialize, Deserialize)]
struct Attempts {
    person: i64,
    wrong_ms: Vec<i64>,
    blocked_until_ms: i64,
}

impl Record for Attempts {
    const KIND: &'static str = "linking-attempts";
    fn id(&self) -> String {
        self.person.to_string()
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        0
    }
}

/// Refuses while linking is closed for the person.
pub(super) fn check(world: &World, person: i64) -> Result<(), Refusal> {
    let now_ms = clock::now_ms();
    let attempts = world.store.record::<Attempts>(&person.to_string())?;
    match attempts {
        Some(attempts) if attempts.blocked_until_ms > now_ms => {
            Err(blocked(attempts.blocked_until_ms, now_ms))
        }
        _ => Ok(()),
    }
}

/// Counts a wrong attempt. The one that closes linking is told so instead of `refusal`.
pub(super) fn count(world: &World, person: i64, refusal: Refusal) -> Refusal {
    match add(world, person) {
        Ok(None) => refusal,
        Ok(Some(blocked)) => blocked,
        Err(error) => error,
    }
}

fn add(world: &World, person: i64) -> Result<Option<Refusal>, Refusal> {
    let now_ms = clock::now_ms();
    let settings = world.settings().cabinet;
    world.store.add_record(&Attempts {
        person,
        ..Attempts::default()
    })?;
    let until = world
        .store
        .change_record(&person.to_string(), |attempts: &mut Attempts| {
            attempts.wrong_ms.retain(|at| now_ms - at < MEMORY_MS);
            attempts.wrong_ms.push(now_ms);
            if attempts.wrong_ms.len() < settings.link_attempts as usize {
                return None;
            }
            attempts.wrong_ms.clear();
            attempts.blocked_until_ms = now_ms + settings.link_block_s * 1000;
            Some(attempts.blocked_until_ms)
        })?;
    let Some(until) = until.flatten() else {
        return Ok(None);
    };
    let text = format!(
        "Слишком много неверных попыток. Привязка организаций закрыта до {}.",
        rfc3339(until)
    );
    notifications::add(
        world,
        person,
        Kind::Security,
        "Привязка временно закрыта",
        &text,
        None,
        true,
    )?;
    Ok(Some(blocked(until, now_ms)))
}

fn blocked(until_ms: i64, now_ms: i64) -> Refusal {
    Refusal::new(Code::LinkingBlocked)
        .retry_after_ms(until_ms - now_ms)
        .with(|body| body.until = Some(rfc3339(until_ms)))
}
