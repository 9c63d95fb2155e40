//! One call of the worker, told to the other side before it is made. All that goes into the vault follows from it.

use kabinet_domain::{
    ContentDigest, Document, DocumentFile, DocumentId, DocumentStage, DraftId, FileRole, OrderId,
    OrderStatus, Outcome, Submission, SubmissionId, SubmissionState,
};
use kabinet_store::{ItemState, NewEntry, Opened, SavedSearch, SigningItem, SigningRun, Step, WaitingStamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::demo::{self, ORGANISATION};
use crate::dice::Dice;

const T: OffsetDateTime = time::macros::datetime!(2023-11-14 22:13:20 UTC);
/// Names of secrets, settings and addresses: few, so that they are written over.
const NAMES: u64 = 4;
/// What can be read in documents.
pub const WORDS: [&str; 3] = ["яблоко", "груша", "слива"];
/// Backups that stay.
pub const KEPT_BACKUPS: usize = 2;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    pub nonce: u64,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    AddDocument,
    Attach(DocumentId),
    SetStage(DocumentId),
    Enqueue(DocumentId),
    Advance(SubmissionId),
    Postpone(SubmissionId),
    AddStatus(DocumentId),
    NoteOpened(DocumentId),
    IndexText(DocumentId),
    BeginDraft,
    /// And the revision it began with.
    SaveDraft(DraftId, u64),
    MergeDraft(DraftId, u64),
    SettleDraft(DraftId, String),
    ShareDraft(DraftId),
    FileDraft(DraftId, DocumentId),
    RemoveDraft(DraftId),
    TakeDraftBack(DraftId),
    EraseDraft(DraftId),
    SaveSearch,
    DeleteSearch(Uuid),
    BeginRun(Vec<DocumentId>),
    Settle(Uuid, DocumentId),
    SetSecret,
    RemoveSecret,
    SetSetting,
    SetPersonalSetting,
    Cache,
    KeepStamp,
    DropStamp(Uuid),
    Record,
    DropUnused,
    /// Seconds after the first moment.
    BackUp(i64),
    SetKeychain,
    SetPassphrase,
    AddOrganisation,
}

impl Operation {
    pub fn uuid(&self) -> Uuid {
        Uuid::from_u64_pair(self.nonce, !self.nonce)
    }

    pub fn at(&self) -> OffsetDateTime {
        T + Duration::seconds((self.nonce % 100_000_000).cast_signed())
    }

    pub fn moment(seconds: i64) -> OffsetDateTime {
        T + Duration::seconds(seconds)
    }

    pub fn seconds(moment: OffsetDateTime) -> i64 {
        (moment - T).whole_seconds()
    }

    pub fn name(&self) -> String {
        name(self.nonce % NAMES)
    }

    pub fn names() -> impl Iterator<Item = String> {
        (0..NAMES).map(name)
    }

    pub fn text(&self) -> String {
        format!("значение {}", self.nonce)
    }

    pub fn entry(&self) -> NewEntry {
        NewEntry {
            subject: Some(self.nonce.to_string()),
            ..demo::entry(&self.action(), self.at())
        }
    }

    pub fn action(&self) -> String {
        let kind = format!("{:?}", self.kind);
        kind.split('(').next().unwrap_or_default().to_owned()
    }

    /// Content of the files the call brings: mostly small, now and then none, now and then of several pieces.
    pub fn contents(&self) -> Vec<Vec<u8>> {
        let mut dice = Dice::new(self.nonce);
        let files = match self.kind {
            Kind::AddDocument => 1 + dice.roll(3),
            Kind::Attach(_) => 1,
            _ => 0,
        };
        let content = |_| {
            let size = match dice.roll(40) {
                0 => 1_500_000 + dice.roll(1_000_000),
                1 => 0,
                2..10 => dice.roll(100_000),
                _ => dice.roll(3_000),
            };
            dice.bytes(size as usize)
        };
        (0..files).map(content).collect()
    }

    pub fn files(&self) -> Vec<DocumentFile> {
        let file = |(number, content): (usize, Vec<u8>)| DocumentFile {
            name: format!("{number}.xml"),
            role: FileRole::Main,
            digest: ContentDigest(Sha256::digest(&content).into()),
            size: content.len() as u64,
        };
        self.contents().into_iter().enumerate().map(file).collect()
    }

    pub fn document(&self) -> Document {
        Document {
            id: DocumentId(self.uuid()),
            organisation: ORGANISATION,
            format: "fns.on_aktsverotp".to_owned(),
            title: format!("Акт {}", self.nonce),
            files: self.files(),
            stage: DocumentStage::Ready,
            findings: Vec::new(),
            added: self.at(),
            updated: self.at(),
        }
    }

    pub fn stage(&self) -> DocumentStage {
        const STAGES: [DocumentStage; 3] =
            [DocumentStage::Signed, DocumentStage::Sent, DocumentStage::Refused];
        STAGES[(self.nonce % 3) as usize]
    }

    pub fn submission(&self, document: DocumentId) -> Submission {
        demo::submission(SubmissionId(self.uuid()), document, self.at())
    }

    pub fn step(&self, seen: &Submission) -> Step {
        use SubmissionState as S;

        let (since, order) = (self.at(), OrderId(self.nonce >> 1));
        let state = match seen.state {
            S::Queued => S::Reserving { since },
            S::Reserving { .. } => S::Reserved { order },
            S::Reserved { order } => S::Uploading {
                order,
                since,
                stuck: None,
            },
            S::Uploading { order, .. } | S::Amending { order, .. } | S::Cancelling { order, .. } => {
                S::Following { order }
            }
            S::Following { order } => S::Collecting {
                order,
                outcome: Outcome::Accepted,
            },
            S::Collecting { order, outcome } => S::Finished {
                order: Some(order),
                outcome,
            },
            S::Finished { .. } => seen.state,
        };
        Step {
            state,
            attempts: 0,
            due: self.at(),
            last_error: None,
        }
    }

    pub fn status(&self) -> OrderStatus {
        OrderStatus {
            history_id: Some(self.nonce >> 1),
            status_id: Some(2),
            title: self.text(),
            comment: None,
            sender: None,
            agency_code: None,
            code: None,
            at: self.at(),
            is_final: false,
            cancel_allowed: true,
            has_result: false,
        }
    }

    pub fn opened(&self) -> Opened {
        Opened {
            shown: ContentDigest([self.nonce as u8; 32]),
            at: self.at(),
        }
    }

    /// One of few, which the words of no title are.
    pub fn word(&self) -> &'static str {
        WORDS[(self.nonce % WORDS.len() as u64) as usize]
    }

    /// Few identities, so that searches are changed as well.
    pub fn search(&self) -> SavedSearch {
        SavedSearch {
            id: Uuid::from_u128((self.nonce % NAMES).into()),
            name: self.text(),
            query: self.nonce.to_string(),
        }
    }

    pub fn run(&self, documents: &[DocumentId]) -> SigningRun {
        let item = |document: &DocumentId| SigningItem {
            document: *document,
            shown: ContentDigest([self.nonce as u8; 32]),
            state: ItemState::Waiting,
        };
        SigningRun {
            id: self.uuid(),
            certificate: [7; 32],
            holder: "Директор".to_owned(),
            token: "Рутокен".to_owned(),
            serial: self.nonce.to_string(),
            started: self.at(),
            ended: None,
            stopped: None,
            items: documents.iter().map(item).collect(),
        }
    }

    pub fn stamp(&self) -> WaitingStamp {
        WaitingStamp {
            id: self.uuid(),
            signature: format!("/{}.sig", self.nonce).into(),
            content: None,
            level: "timestamped".to_owned(),
            since: self.at(),
            due: self.at(),
            attempts: 1,
            error: None,
        }
    }

    /// Evidence as it was downloaded.
    pub fn download(&self) -> Vec<u8> {
        Dice::new(self.nonce).bytes((self.nonce % 20_000) as usize)
    }
}

fn name(number: u64) -> String {
    format!("name-{number}")
}
