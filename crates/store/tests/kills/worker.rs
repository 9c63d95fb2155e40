//! The process that is killed: chooses a call that is possible now, says it, makes it, says that it was made.

use std::io::Write;
use std::path::Path;

use kabinet_domain::{DocumentId, SubmissionId};
use kabinet_store::{
    DocumentFilter, DocumentOrder, ItemState, OrganisationStore, Page, Passphrase, Secret, Vault,
};

use crate::dice::Dice;
use crate::drafts;
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
        rest => match rest % 28 {
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
            17..26 => choose_draft(dice, store, document)?,
            26 => Kind::IndexText(document?),
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

fn choose_draft(dice: &mut Dice, store: &OrganisationStore, document: Option<DocumentId>) -> Option<Kind> {
    let written: Vec<_> = drafts::all(store).into_values().map(|one| one.draft).collect();
    let draft = dice.pick(&written);
    // Mostly what is there is what was seen.
    let mut seen = |of: u64| of - dice.roll(3).saturating_sub(1).min(of);
    Some(match (draft, document) {
        (None, _) => Kind::BeginDraft,
        (Some(draft), document) => {
            let seen = seen(draft.revision);
            match dice.roll(16) {
                0..2 => Kind::BeginDraft,
                2..7 => Kind::SaveDraft(draft.id, seen),
                7 => Kind::MergeDraft(draft.id, seen),
                8 => Kind::SettleDraft(draft.id, draft.conflicts.first()?.field.clone()),
                9 => Kind::ShareDraft(draft.id),
                10 => Kind::FileDraft(draft.id, document?),
                11 => Kind::RemoveDraft(draft.id),
                12 => Kind::TakeDraftBack(draft.id),
                13 => Kind::EraseDraft(draft.id),
                14 => Kind::SaveSearch,
                _ => Kind::DeleteSearch(store.saved_searches().unwrap().first()?.id),
            }
        }
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
        Kind::IndexText(document) => store.index_text(*document, operation.word()),
        Kind::SaveDraft(draft, seen) => store.save_draft(*draft, &operation.save(*seen)).map(drop),
        Kind::SettleDraft(draft, field) => {
            let (value, at) = (operation.text(), operation.at());
            store
                .settle_draft(*draft, field, Some(&value), "Анна", at)
                .map(drop)
        }
        Kind::SaveSearch => store.save_search(&operation.search()),
        Kind::DeleteSearch(search) => store.delete_search(*search),
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
        Kind::MergeDraft(draft, base) => {
            let (base, theirs) = (store.draft_version(*draft, *base).unwrap(), operation.fields());
            store
                .change(operation.entry(), |change| {
                    change.merge_draft(*draft, &base, &theirs, "Вера")
                })
                .map(drop)
        }
        Kind::ShareDraft(draft) => {
            let fields = store.draft(*draft).unwrap().fields;
            store.change(operation.entry(), |change| change.share_draft(*draft, &fields))
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
            Kind::BeginDraft => change.add_draft(&operation.draft(), "Анна"),
            Kind::FileDraft(draft, document) => change.set_draft_document(*draft, *document),
            Kind::RemoveDraft(draft) => change.remove_draft(*draft),
            Kind::TakeDraftBack(draft) => change.take_draft_back(*draft),
            Kind::EraseDraft(draft) => change.erase_draft(*draft),
            Kind::SetSecret => change.set_secret(&name, &Secret::new(operation.text())),
            Kind::RemoveSecret => change.remove_secret(&name),
            other => panic!("{other:?} is no change"),
        }),
    }
    .unwrap();
}
