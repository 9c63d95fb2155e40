//! Ordered lists, and what of the day's budget an organisation has spent.

use serde::{Deserialize, Serialize};
use time::macros::offset;
use uuid::Uuid;

use super::super::failure::Failure;
use crate::clock;
use crate::store::Record;
use crate::world::World;

/// Lists an organisation orders in a day,
const SEARCHES: usize = 5;
/// and times it looks at ordered ones.
const FETCHES: usize = 15;
/// How long a list is kept.
pub(super) const KEPT_MS: i64 = 7 * 24 * 3600 * 1000;

/// An ordered list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) id: Uuid,
    pub(super) organisation: i64,
    pub(super) ordered_ms: i64,
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
    pub(super) filter: Filter,
}

/// Which letters are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Filter {
    Any,
    Read,
    Unread,
}

impl Record for Task {
    const KIND: &'static str = "mail-task";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.ordered_ms
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Use {
    Search,
    Fetch,
}

#[derive(Serialize, Deserialize)]
struct Used {
    id: Uuid,
    organisation: i64,
    at_ms: i64,
    what: Use,
}

impl Record for Used {
    const KIND: &'static str = "mail-use";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

/// Counts one use, or refuses it; days are those of Moscow.
pub(super) fn spend(world: &World, organisation: i64, what: Use) -> Result<(), Failure> {
    let now = world.now().to_offset(offset!(+3));
    let midnight = clock::to_ms(now.replace_time(time::Time::MIDNIGHT));
    let used = world.store.records_of::<Used>(&organisation.to_string())?;
    let spent = used
        .iter()
        .filter(|one| one.what == what && one.at_ms >= midnight)
        .count();
    let (most, message) = match what {
        Use::Search => (SEARCHES, "Превышен лимит поисковых запросов за сутки"),
        Use::Fetch => (FETCHES, "Превышен лимит запросов результатов за сутки"),
    };
    if spent >= most {
        let left_ms = midnight + 24 * 3600 * 1000 - clock::to_ms(now);
        return Err(Failure::Limitation {
            message,
            retry_after_s: u64::try_from(left_ms / 1000 + 1).unwrap_or(1),
        });
    }
    world.store.add_record(&Used {
        id: Uuid::new_v4(),
        organisation,
        at_ms: world.now_ms(),
        what,
    })?;
    Ok(())
}
