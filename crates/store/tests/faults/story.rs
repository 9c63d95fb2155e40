//! A day of a vault: every kind of writing there is, one call after the other, and what must be there of each.

use std::io::Read;
use std::path::Path;
use std::sync::{Arc, PoisonError};

use kabinet_domain::{Document, DocumentId, DocumentStage, Submission, SubmissionId, SubmissionState};
use kabinet_store::{
    MemoryKeychain, NewEntry, OrganisationStore, Protection, Secret, Step, StoreError, Unlock, Vault,
    Verification,
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::demo::{self, INN, ORGANISATION};

pub const T: OffsetDateTime = time::macros::datetime!(2023-11-14 22:13:20 UTC);
const DOCUMENTS: u128 = 3;

/// Makes the vault the story happens in.
pub fn prepare(dir: &Path, keychain: &Arc<MemoryKeychain>) {
    let protection = Protection {
        keychain: true,
        passphrase: None,
    };
    let vault = Vault::create(dir, protection, keychain.clone()).unwrap();
    vault
        .save_organisation(&demo::organisation(ORGANISATION, INN))
        .unwrap();
}

/// What became of one call.
pub struct Told {
    pub step: &'static str,
    pub result: Result<(), StoreError>,
}

/// Lives the day as far as the disk lets it. What fails is not tried again, and the next call is made all the same.
pub fn live(dir: &Path, keychain: &Arc<MemoryKeychain>) -> Vec<Told> {
    let mut told = Vec::new();
    for half in [0, 1] {
        let vault = match open(dir, keychain) {
            Ok(vault) => vault,
            Err(error) => {
                told.push(failed("open", error));
                continue;
            }
        };
        match vault.organisation(ORGANISATION) {
            Ok(store) => told.extend(if half == 0 {
                morning(&vault, &store)
            } else {
                evening(&vault, &store)
            }),
            Err(error) => told.push(failed("organisation", error)),
        }
    }
    told
}

fn failed(step: &'static str, error: StoreError) -> Told {
    let result = Err(error);
    Told { step, result }
}

pub fn open(dir: &Path, keychain: &Arc<MemoryKeychain>) -> Result<Vault, StoreError> {
    let _nobody_forks = crate::FORKS.read().unwrap_or_else(PoisonError::into_inner);
    Ok(Vault::open(dir, keychain.clone())?.unlock(Unlock::Keychain)?)
}

fn morning(vault: &Vault, store: &OrganisationStore) -> Vec<Told> {
    let mut told: Vec<Told> = (1..DOCUMENTS)
        .map(|number| Told {
            step: ["", "document 1", "document 2"][number as usize],
            result: add(store, number),
        })
        .collect();
    let mut tell = |step, result| told.push(Told { step, result });
    let secret = Secret::new("ключ API".to_owned());
    tell(
        "secret",
        store.change(entry("secret"), |change| change.set_secret("api-key", &secret)),
    );
    tell(
        "queued",
        store.change(entry("queued"), |change| change.enqueue(&submission())),
    );
    tell("setting", store.set_setting("cursor", &7));
    tell("backup", vault.back_up(T, 3).map(drop));
    told
}

fn evening(vault: &Vault, store: &OrganisationStore) -> Vec<Told> {
    let step = Step {
        state: SubmissionState::Reserving { since: T },
        attempts: 0,
        due: T,
        last_error: None,
    };
    let advance = store.change(entry("advanced"), |change| {
        change
            .advance(&change.submission(submission().id)?, &step)
            .map(drop)
    });
    [
        ("advanced", advance),
        ("recorded", store.record(&entry("recorded"))),
        ("document 3", add(store, DOCUMENTS)),
        ("personal", vault.set_setting("window", &800)),
    ]
    .map(|(step, result)| Told { step, result })
    .into()
}

fn entry(action: &str) -> NewEntry {
    demo::entry(action, T)
}

fn content(number: u128) -> Vec<u8> {
    vec![number as u8; if number == 2 { 9_000 } else { 700 }]
}

fn add(store: &OrganisationStore, number: u128) -> Result<(), StoreError> {
    let content = store.put_blob(content(number).as_slice())?;
    let document = Document {
        stage: DocumentStage::Signed,
        added: T + Duration::seconds(number as i64),
        ..demo::document(
            DocumentId(Uuid::from_u128(number)),
            ORGANISATION,
            &format!("Акт {number}"),
            content,
            T,
        )
    };
    store.change(entry("document"), |change| change.add_document(&document))
}

fn submission() -> Submission {
    demo::submission(
        SubmissionId(Uuid::from_u128(9)),
        DocumentId(Uuid::from_u128(1)),
        T,
    )
}

/// Opens the vault on a sound disk and finds every step that was told to be done; then lives on in it.
pub fn is_there(dir: &Path, keychain: &Arc<MemoryKeychain>, told: &[Told]) {
    let vault = open(dir, keychain).unwrap();
    let store = vault.organisation(ORGANISATION).unwrap();
    store.check().unwrap();
    let Verification::Intact(entries) = store.journal().verify().unwrap() else {
        panic!("the journal is broken");
    };
    let journalled = [
        "document 1",
        "document 2",
        "document 3",
        "secret",
        "queued",
        "advanced",
        "recorded",
    ];
    let done = |step: &str| told.iter().any(|told| told.step == step && told.result.is_ok());
    let lower = journalled.iter().filter(|step| done(step)).count() as u64;
    assert!(
        (lower..=journalled.len() as u64).contains(&entries),
        "{entries} entries"
    );
    for step in told
        .iter()
        .filter(|told| told.result.is_ok())
        .map(|told| told.step)
    {
        match step {
            "document 1" => read(&store, 1),
            "document 2" => read(&store, 2),
            "document 3" => read(&store, 3),
            "secret" => assert_eq!(store.secret("api-key").unwrap().unwrap().expose(), "ключ API"),
            "queued" => assert_eq!(store.submissions(submission().document).unwrap().len(), 1),
            "setting" => assert_eq!(store.setting::<u8>("cursor").unwrap(), Some(7)),
            "advanced" => {
                let found = store.submission(submission().id).unwrap();
                assert!(matches!(found.state, SubmissionState::Reserving { .. }));
            }
            "personal" => assert_eq!(vault.setting::<u32>("window").unwrap(), Some(800)),
            "backup" => assert_eq!(vault.backups().unwrap().len(), 1),
            "recorded" => {}
            other => panic!("{other}"),
        }
    }
    add(&store, 100).unwrap();
    read(&store, 100);
    assert_eq!(
        store.journal().verify().unwrap(),
        Verification::Intact(entries + 1)
    );
}

fn read(store: &OrganisationStore, number: u128) {
    let document = store.document(DocumentId(Uuid::from_u128(number))).unwrap();
    let mut bytes = Vec::new();
    store
        .read_blob(document.files[0].digest)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    assert!(bytes == content(number));
}
