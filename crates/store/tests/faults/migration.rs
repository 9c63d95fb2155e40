//! A file of the first version, upgraded on a disk that fails: it is of one version or the other, and holds the same.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use kabinet_domain::{DocumentId, OrganisationId};
use kabinet_store::{MemoryKeychain, Passphrase, Unlock, Vault, Verification};
use uuid::Uuid;

use crate::disk::{self, Fault};
use crate::{ENDLESS, copy_all, folder, story};

const ID: OrganisationId = OrganisationId(Uuid::from_u128(0x5d0c_0a3e_7b1f_4c52_9f64_1c2d_3e4f_5a6b));

/// The first version's file, which from now on opens without waiting for its passphrase. Nothing is upgraded yet.
fn prepare(dir: &Path, keychain: &Arc<MemoryKeychain>) {
    copy_all(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/vault-v1"),
        dir,
    );
    let passphrase = Passphrase::new("первая версия".to_owned()).unwrap();
    let locked = Vault::open(dir, keychain.clone()).unwrap();
    locked
        .unlock(Unlock::Passphrase(passphrase))
        .unwrap()
        .set_keychain()
        .unwrap();
}

fn upgraded_at_every_operation(fault: Fault) {
    let folder = folder();
    let (prepared, dir) = (folder.path().join("prepared"), folder.path().join("vault"));
    let keychain = Arc::new(MemoryKeychain::default());
    prepare(&prepared, &keychain);
    for good in 0..ENDLESS {
        copy_all(&prepared, &dir);
        disk::fail(fault, good, false);
        let opened = story::open(&dir, &keychain).and_then(|vault| vault.organisation(ID));
        let upgraded = opened.is_ok();
        drop(opened);
        let struck = disk::mend();
        assert!(struck || upgraded);

        let store = story::open(&dir, &keychain).unwrap().organisation(ID).unwrap();
        store.check().unwrap();
        assert_eq!(store.journal().verify().unwrap(), Verification::Intact(1));
        let document = store.document(DocumentId(Uuid::from_u128(1))).unwrap();
        let mut bytes = Vec::new();
        store
            .read_blob(document.files[0].digest)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        assert_eq!(bytes, b"<?xml version=\"1.0\"?><a/>");
        drop(store);
        fs::remove_dir_all(&dir).unwrap();
        if !struck {
            println!("{fault:?}: upgraded with {good} operations");
            return;
        }
    }
    panic!("the upgrade has no end");
}

#[test]
fn an_upgrade_that_fails_at_any_operation_leaves_all_there_is() {
    for fault in [Fault::Full, Fault::Sync, Fault::Power] {
        upgraded_at_every_operation(fault);
    }
}
