//! API keys: those of the demo directory and what was done to them since, and new ones.

use uuid::Uuid;

use super::state::ApiKey;
use crate::clock;
use crate::demo::ApiKeyEntry;
use crate::store::StoreError;
use crate::world::World;

/// Every key that was not deleted, the demo directory's first.
pub(super) fn all(world: &World) -> Vec<ApiKeyEntry> {
    world.esia.records.read(|state| {
        let made = world
            .index
            .api_keys
            .iter()
            .filter(|key| state.api_keys.get(&key.key.to_string()).is_none());
        let changed = state
            .api_keys
            .iter()
            .filter(|(_, key)| !key.deleted)
            .filter_map(|(id, key)| {
                Some(ApiKeyEntry {
                    key: id.parse().ok()?,
                    employee: key.employee.clone(),
                    blocked: key.blocked,
                })
            });
        made.cloned().chain(changed).collect()
    })
}

/// The key, if there is one.
pub(super) fn find(world: &World, key: Uuid) -> Option<ApiKeyEntry> {
    all(world).into_iter().find(|entry| entry.key == key)
}

/// One more key of an employee.
pub(super) fn make(world: &World, employee: &str) -> Result<ApiKeyEntry, StoreError> {
    let entry = ApiKeyEntry {
        key: Uuid::new_v4(),
        employee: employee.into(),
        blocked: false,
    };
    keep(world, &entry, false)?;
    Ok(entry)
}

/// Blocks a key; `false` when there is none.
pub(super) fn block(world: &World, key: Uuid) -> Result<bool, StoreError> {
    change(world, key, true, false)
}

/// Forgets a key; `false` when there is none.
pub(super) fn delete(world: &World, key: Uuid) -> Result<bool, StoreError> {
    change(world, key, false, true)
}

fn change(world: &World, key: Uuid, blocked: bool, deleted: bool) -> Result<bool, StoreError> {
    let Some(mut entry) = find(world, key) else {
        return Ok(false);
    };
    entry.blocked |= blocked;
    keep(world, &entry, deleted)?;
    Ok(true)
}

fn keep(world: &World, entry: &ApiKeyEntry, deleted: bool) -> Result<(), StoreError> {
    let record = ApiKey {
        employee: entry.employee.clone(),
        blocked: entry.blocked,
        deleted,
        created_ms: clock::now_ms(),
    };
    world.esia.records.change(&world.store, |state| {
        state.api_keys.insert(entry.key.to_string(), record)
    })
}
