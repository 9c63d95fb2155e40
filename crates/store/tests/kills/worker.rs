//! The process that is killed: chooses a call that is possible now, says it, makes it, says that it was made.

use std::io::Write;
use std::path::Path;

use kabinet_domain::{DocumentId, SubmissionId};
use kabinet_store::{
    DocumentFilter, DocumentOrder, ItemState, OrganisationStore, Page, Passphrase, Secret, Vault,
};

use crate::dice::Dice;
use crate::operation::{KEPT_BACKUPS, Kind, Operation};
use crate::{ORGANISATION, open, organisation};

pub const DONE: &str = "done";
/// The rare calls are expensive: a passphrase takes half a second, a backup as long as the vault is large.
const RARE: u64 = 300;

pub fn work(home: &Path, seed: u64) {
    let vault = open(home);
    let store = vault.organisation(ORGANISATION).unwrap();
    let mut dice = Dice::new(seed);
    let mut out = std::io::stdout();
    loop {
        let Some(operation) = choose(&mut dice, &vault, &store) else {
            continue;
        };
        // One write a line: a kill leaves no half of one.
        let line = format!("{}\n", serde_json::to_string(&operation).unwrap());
        out.write_all(line.as_bytes()).unwrap();
        out.flush().unwrap();
        perform(&vault, &store, &operation);
        out.write_all(format!("{DONE}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    }
}

fn choose(dice: &mut Dice, vault: &Vault, store: &OrganisationStore) -> Option<Operation> {
    let documents: Vec<DocumentId> = store
        .documents(
            &DocumentFilter::default(),
            DocumentOrder::AddedOldest,
            Page::first(u64::MAX),
        )
        .unwrap()
        .iter()
        .map(|document| document.id)
        .collect();
    let outbox = store.outbox(0).unwrap();
    let unfinished: Vec<SubmissionId> = outbox.iter().map(|submission| submission.id).collect();
    let queued: Vec<DocumentId> = outbox.iter().map(|submission| submission.document).collect();
    let document = dice.pick(&documents);
    let kind = match dice.roll(RARE) {
        0 => Kind::SetPassphrase,
        1 | 2 => Kind::AddOrganisation,
        3..8 => {
            let newest = vault
                .backups()
                .unwrap()
                .first()
                .map_or(0, |backup| Operation::seconds(backup.taken));
            Kind::BackUp(newest + 3_600)
        }
        8..20 => Kind::SetKeychain,
        rest => match rest % 18 {
            0..3 => Kind::AddDocument,
            3 => Kind::Attach(document?),
            4 => Kind::SetStage(document?),
            5 => Kind::Enqueue(document.filter(|document| !queued.contains(document))?),
            6 | 7 => Kind::Advance(dice.pick(&unfinished)?),
            8 => Kind::Postpone(dice.pick(&unfinished)?),
            9 => Kind::AddStatus(document?),
            10 => Kind::NoteOpened(document?),
            11 => match store.unfinished_signing_runs().unwrap().first() {
                None => Kind::BeginRun(documents.iter().take(5).copied().collect()).non_empty()?,
                Some(run) => {
                    let mut items = run.items.iter();
                    let waiting = items.find(|item| item.state == ItemState::Waiting)?;
                    Kind::Settle(run.id, waiting.document)
                }
            },
            12 => Kind::SetSecret,
            13 => Kind::RemoveSecret,
            14 => Kind::SetSetting,
            15 => Kind::SetPersonalSetting,
            16 => match store.waiting_stamps().unwrap().first() {
                Some(stamp) if dice.roll(2) == 0 => Kind::DropStamp(stamp.id),
                _ => Kind::KeepStamp,
            },
            _ => match dice.roll(3) {
                0 => Kind::Cache,
                1 => Kind::DropUnused,
                _ => Kind::Record,
            },
        },
    };
    Some(Operation {
        nonce: dice.roll(u64::MAX),
        kind,
    })
}

impl Kind {
    /// A run of no documents has nothing to wait for.
    fn non_empty(self) -> Option<Self> {
        (self != Self::BeginRun(Vec::new())).then_some(self)
    }
}

fn perform(vault: &Vault, store: &OrganisationStore, operation: &Operation) {
    for content in operation.contents() {
        store.put_blob(content.as_slice()).unwrap();
    }
    let name = operation.name();
    match &operation.kind {
        Kind::Postpone(submission) => {
            let seen = store.submission(*submission).unwrap();
            let error = Some(operation.text());
            store
                .postpone(&seen, seen.attempts + 1, operation.at(), error)
                .map(drop)
        }
        Kind::NoteOpened(document) => store.note_opened(*document, &operation.opened()),
        Kind::SetSetting => store.set_setting(&name, &operation.nonce),
        Kind::SetPersonalSetting => vault.set_setting(&name, &operation.nonce),
        Kind::Cache => store.cache(&name, &operation.download(), operation.at()),
        Kind::KeepStamp => store.keep_waiting_stamp(&operation.stamp()),
        Kind::DropStamp(stamp) => store.drop_waiting_stamp(*stamp, &operation.entry()).map(drop),
        Kind::Record => store.record(&operation.entry()),
        Kind::DropUnused => store.drop_unused_blobs().map(drop),
        Kind::BackUp(seconds) => vault.back_up(Operation::moment(*seconds), KEPT_BACKUPS).map(drop),
        Kind::SetKeychain => vault.set_keychain(),
        Kind::SetPassphrase => vault.set_passphrase(&Passphrase::new(operation.text()).unwrap()),
        Kind::AddOrganisation => {
            vault.save_organisation(&organisation(kabinet_domain::OrganisationId(operation.uuid())))
        }
        _ => store.change(operation.entry(), |change| match &operation.kind {
            Kind::AddDocument => change.add_document(&operation.document()),
            Kind::Attach(document) => change.attach_file(*document, &operation.files()[0]),
            Kind::SetStage(document) => change.set_stage(*document, operation.stage()),
            Kind::Enqueue(document) => change.enqueue(&operation.submission(*document)),
            Kind::Advance(submission) => {
                let seen = change.submission(*submission)?;
                change.advance(&seen, &operation.step(&seen)).map(drop)
            }
            Kind::AddStatus(document) => change.add_status(*document, &operation.status()).map(drop),
            Kind::BeginRun(documents) => change.begin_run(&operation.run(documents)),
            Kind::Settle(run, document) => change.settle(*run, *document, &ItemState::Signed),
            Kind::SetSecret => change.set_secret(&name, &Secret::new(operation.text())),
            Kind::RemoveSecret => change.remove_secret(&name),
            other => panic!("{other:?} is no change"),
        }),
    }
    .unwrap();
}
