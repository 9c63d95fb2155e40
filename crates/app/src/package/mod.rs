//! A package: documents with their signatures, companions and receipts, and an inventory that says what is what. As one zip, or
//! as a folder with the same files. The same documents give the same bytes.

mod error;
mod handed;
mod merge;
mod names;
mod read;
mod write;

pub use error::PackageError;
pub(crate) use handed::Handed;
pub(crate) use read::{Archive, has_inventory, open_inside, read_whole, take_in};
pub(crate) use write::{safe_name, write_letter};

use kabinet_domain::{Document, DocumentId, DocumentStage, Environment, FileRole, OrderStatus, Organisation};
use kabinet_store::OrganisationStore;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::AppError;

/// Name of the inventory at the top of a package.
pub(crate) const INVENTORY: &str = "kabinet-package.json";
pub(crate) const FORMAT: &str = "kabinet-package";
const VERSION: u32 = 1;

/// What is in a package.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Inventory {
    /// Always `kabinet-package`.
    format: String,
    /// 1.
    version: u32,
    environment: Environment,
    organisation: Owner,
    /// Only where the documents are handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    letter: Option<Letter>,
    documents: Vec<Listed>,
}

/// What goes with documents that are handed over. Nobody vouches for it: whoever knows an address can write to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Letter {
    /// Who hands over, as they call themselves.
    pub(crate) from: String,
    /// Address of their archive, for the way back.
    pub(crate) address: Option<String>,
    /// What they say.
    pub(crate) note: String,
    /// The documents come back to who had sent them.
    pub(crate) back: bool,
    /// When it was written, whole seconds.
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) at: OffsetDateTime,
}

/// Longest name and longest note, characters.
pub(crate) const LONGEST_NAME: usize = 120;
pub(crate) const LONGEST_NOTE: usize = 1000;

impl Letter {
    /// The letter without what would not fit on a screen, or leads a reader astray.
    pub(crate) fn tidied(self) -> Self {
        let line = |text: &str, longest| -> String {
            let is_fit = |one: &char| !matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            text.trim()
                .chars()
                .map(|one| if one.is_control() && one != '\n' { ' ' } else { one })
                .filter(is_fit)
                .take(longest)
                .collect()
        };
        Self {
            from: line(&self.from.replace('\n', " "), LONGEST_NAME),
            note: line(&self.note, LONGEST_NOTE),
            address: self
                .address
                .filter(|address| address.parse::<kabinet_age::Recipient>().is_ok()),
            at: whole_seconds(self.at.min(OffsetDateTime::now_utc())),
            ..self
        }
    }
}

/// As finely as letters tell the time.
pub(crate) fn whole_seconds(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_nanosecond(0).unwrap_or(at)
}

/// Whose documents they are.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    inn: String,
    kpp: Option<String>,
}

/// A document.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    id: DocumentId,
    /// Format code.
    format: String,
    title: String,
    stage: DocumentStage,
    #[serde(with = "time::serde::rfc3339")]
    added: OffsetDateTime,
    /// Number of its last order.
    order: Option<String>,
    /// What the portal said about that, oldest first.
    statuses: Vec<OrderStatus>,
    /// Main file first.
    files: Vec<ListedFile>,
}

/// A file of a document.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ListedFile {
    /// Where in the package, with forward slashes.
    path: String,
    /// What it is called in the document.
    name: String,
    role: FileRole,
    /// SHA-256 of its bytes, hexadecimal.
    #[serde(with = "hex::serde")]
    sha256: [u8; 32],
    /// Bytes.
    size: u64,
}

impl Inventory {
    /// The inventory of these documents, in this order.
    fn of(
        organisation: &Organisation,
        store: &OrganisationStore,
        documents: &[Document],
        letter: Option<&Letter>,
    ) -> Result<Self, AppError> {
        let mut folders = names::Taken::default();
        let mut top = names::Taken::with(INVENTORY);
        let listed = documents.iter().map(|document| {
            // A single document lies open at the top, where a person looks first.
            let mut inside = names::Taken::default();
            let folder = (documents.len() > 1).then(|| folders.name(&document.title));
            let files = document.files.iter().map(|file| {
                let path = match &folder {
                    Some(folder) => format!("{folder}/{}", inside.name(&file.name)),
                    None => top.name(&file.name),
                };
                ListedFile {
                    path,
                    name: file.name.clone(),
                    role: file.role.clone(),
                    sha256: file.digest.0,
                    size: file.size,
                }
            });
            let order = store.submissions(document.id)?.pop();
            Ok(Listed {
                files: files.collect(),
                id: document.id,
                format: document.format.clone(),
                title: document.title.clone(),
                stage: document.stage,
                added: document.added,
                order: order
                    .and_then(|submission| submission.state.order())
                    .map(|order| order.0.to_string()),
                statuses: store.statuses(document.id)?,
            })
        });
        Ok(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            environment: organisation.environment,
            organisation: Owner {
                inn: organisation.inn.clone(),
                kpp: organisation.kpp.clone(),
            },
            letter: letter.cloned(),
            documents: listed.collect::<Result<_, AppError>>()?,
        })
    }
}
