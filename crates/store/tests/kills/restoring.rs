//! Backups under the kill: the newest gives back what was there, and a restoring cut short loses neither side.

use std::path::Path;

use kabinet_store::{LockedVault, Unlock, Vault};
use tempfile::TempDir;

use crate::dice::Dice;
use crate::keychain::FolderKeychain;
use crate::operation::{Kind, Operation};
use crate::picture::Picture;
use crate::{KILLS_OF_A_STEP, ORGANISATION, kill, lasts, new_home, open};

fn locked(home: &Path) -> LockedVault {
    Vault::open(&home.join("vault"), FolderKeychain::beside(home)).unwrap()
}

/// Puts the newest backup in the place of the present databases.
pub fn restore(home: &Path) {
    let locked = locked(home);
    let newest = locked.backups().unwrap().remove(0);
    let now = Operation::moment(1_000_000);
    locked.restore(&newest, &Unlock::Keychain, now).unwrap();
}

pub fn the_newest_backup_gives_back_what_was_there(home: &Path, last: &Picture) {
    let Some((taken, Some(held))) = last.backups.last_key_value() else {
        return;
    };
    restore(home);
    let mut expected = held.as_ref().clone();
    expected.backups = last.backups.clone();
    let restored = Picture::of(&open(home));
    assert!(
        expected.shows(&restored),
        "the backup of {taken} holds {expected:#?}, not {restored:#?}"
    );
}

pub fn killed_while_restoring_the_vault_is_the_old_or_the_restored_one() {
    let mut dice = Dice::at_random();
    let (mut old, mut restored) = (0, 0);
    let lasts = lasts("child-restorer", with_a_backup().0.path());
    for _ in 0..KILLS_OF_A_STEP {
        let (home, [before, after]) = with_a_backup();
        kill("child-restorer", home.path(), 0, 0, dice.within(lasts));
        let found = Picture::of(&open(home.path()));
        if found.journal == after.journal {
            old += 1;
        } else {
            assert_eq!(found.journal, before.journal);
            restored += 1;
        }
        // What the kill left behind is in nobody's way.
        restore(home.path());
        assert_eq!(Picture::of(&open(home.path())).journal, before.journal);
    }
    println!("kills: {old} vaults were still the old ones, {restored} the restored ones");
}

/// A vault with a backup, as it was then and as it is now.
fn with_a_backup() -> (TempDir, [Picture; 2]) {
    let home = new_home();
    let vault = open(home.path());
    let store = vault.organisation(ORGANISATION).unwrap();
    let record = |nonce| {
        let kind = Kind::Record;
        store.record(&Operation { nonce, kind }.entry()).unwrap();
    };
    record(1);
    let before = Picture::of(&vault);
    vault.back_up(Operation::moment(0), 1).unwrap();
    record(2);
    let after = Picture::of(&vault);
    (home, [before, after])
}
