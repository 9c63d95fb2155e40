use serde::Serialize;
use specta::Type;

use super::{DocumentRow, Preflight, UiError};

/// A document as it was shown to the person who signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentToSign {
    /// Its line.
    pub row: DocumentRow,
    /// Digest of its files, hex: what is signed later must have the same.
    pub shown: String,
    /// When a person opened it, as it is now, RFC 3339; none if nobody did.
    pub opened: Option<String>,
}

/// Which document is to be signed, and what was shown of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ShownDocument {
    /// Identity.
    pub id: String,
    /// [`DocumentToSign::shown`].
    pub shown: String,
}

/// What is to be signed, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SigningRequest {
    /// The documents in order.
    pub documents: Vec<ShownDocument>,
    /// SHA-256 of the certificate, hex, or a unique beginning of it.
    pub certificate_id: String,
    /// How many documents nobody has opened the person agreed to sign all the same.
    pub unopened: u32,
    /// Number of the power of attorney to sign under; without one the best that fits, where one is needed.
    #[serde(default)]
    pub poa: Option<String>,
    /// The person said to sign under it although not everything about it could be checked.
    #[serde(default)]
    pub poa_word: bool,
}

impl SigningRequest {
    /// Everything the checks were made for, opened or not.
    pub fn of(preflight: &Preflight, certificate_id: &str) -> Self {
        let unopened = preflight.documents.iter().filter(|one| one.opened.is_none());
        Self {
            unopened: u32::try_from(unopened.count()).unwrap_or(u32::MAX),
            documents: preflight
                .documents
                .iter()
                .map(|one| ShownDocument {
                    id: one.row.id.clone(),
                    shown: one.shown.clone(),
                })
                .collect(),
            certificate_id: certificate_id.to_owned(),
            poa: preflight.poa.as_ref().and_then(|poa| poa.chosen.clone()),
            poa_word: false,
        }
    }
}

/// What became of a document of a signing run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ItemState {
    /// Not yet its turn.
    Waiting,
    /// Signed and stored.
    Signed,
    /// Could not be signed; can be tried again.
    Failed,
    /// Left out.
    Skipped,
}

/// A document of a signing run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SigningItem {
    /// Which.
    pub document_id: String,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub state: ItemState,
    /// Why it failed or was left out; text under `errors`.
    pub error: Option<UiError>,
}

/// What a run that is under way is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SigningPhase {
    /// Reads and checks the documents.
    Checking,
    /// Waits for the PIN in its own window.
    Pin,
    /// Waits for the person at the token or reader.
    Device,
    /// The token signs.
    Signing,
    /// Was told to stop, and waits for the signature under way.
    Stopping,
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SigningProgress {
    /// The run.
    pub run_id: String,
    /// What it is doing.
    pub phase: SigningPhase,
    /// Documents signed, those before a break included.
    pub signed: u32,
    /// Documents of the run.
    pub total: u32,
    /// The document the token is at; it may be ahead of what is settled.
    pub current: Option<String>,
    /// The document that has just been settled.
    pub settled: Option<SigningItem>,
}

/// A signing run: documents under one certificate, each with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SigningRun {
    /// Its number.
    pub id: String,
    /// SHA-256 of the certificate, hex; only this one can go on with it.
    pub certificate_id: String,
    /// Name from the certificate.
    pub holder: String,
    /// Name of the token that holds it.
    pub token_label: String,
    /// The token's serial number.
    pub token_serial: String,
    /// RFC 3339.
    pub started: String,
    /// When nothing waited any more, RFC 3339.
    pub ended: Option<String>,
    /// Why it stopped before its end; none while it is under way, and after the program itself broke off.
    pub stopped: Option<UiError>,
    /// How far it is, if it is under way now.
    pub progress: Option<SigningProgress>,
    /// The documents in order.
    pub items: Vec<SigningItem>,
}

impl SigningRun {
    /// How many documents are in this state.
    pub fn count(&self, state: ItemState) -> usize {
        self.items.iter().filter(|item| item.state == state).count()
    }

    /// Why not everything is signed.
    pub fn error(&self) -> Option<&UiError> {
        let of_items = self.items.iter().find_map(|item| item.error.as_ref());
        self.stopped.as_ref().or(of_items)
    }
}
