//! A draft on its way to a colleague without a network: one encrypted file, merged field by field when it comes back.
//!
//! The file is an age file (ADR 0020). Inside is JSON: who hands over, for which organisation, and for each draft its fields
//! beside the version both sides last had. What is changed on either side since is joined by field; what both changed waits
//! for a choice.

mod colleagues;

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use kabinet_age::{AgeError, Key, Passphrase, Recipient, Recipients};
use kabinet_domain::draft::Fields;
use kabinet_domain::{Draft, DraftId, Environment, Organisation};
use kabinet_formats::form;
use kabinet_store::{OrganisationStore, StoreError};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::beside::draft_beside;
use crate::blocking::blocking;
use crate::view::{HandOver, SecretKind, SecretPrompt, SecretPurpose};
use crate::{App, AppError, Event, drafts, journal, tools};

/// How an age file begins.
const MAGIC: &[u8] = b"age-encryption.org/";
const FORMAT: &str = "kabinet-hand-over";
const VERSION: u32 = 1;
/// Largest content that is read: a thousand large drafts.
const LIMIT: u64 = 64 << 20;
/// Longest passphrase, characters; only keeps the window's field finite.
const LONGEST_PASSPHRASE: u32 = 256;

/// What is in the file.
#[derive(Serialize, Deserialize)]
struct Content {
    format: String,
    version: u32,
    /// Who hands over, as they call themselves.
    from: String,
    environment: Environment,
    inn: String,
    kpp: Option<String>,
    drafts: Vec<Handed>,
}

/// Read before anything else, so that a newer layout is told from something else.
#[derive(Deserialize)]
struct Preamble {
    format: String,
    version: u32,
}

/// A draft as it is handed over.
#[derive(Serialize, Deserialize)]
struct Handed {
    id: DraftId,
    form: String,
    title: String,
    /// The version both sides have, when the draft was handed over before.
    base: Option<Fields>,
    fields: Fields,
}

/// Whether a file is one that is handed over, by how it begins.
pub(crate) fn is_hand_over(path: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok()
        && start == MAGIC
}

impl App {
    /// What the file of a draft is to be called.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn hand_over_name(&self, draft: &str) -> Result<String, AppError> {
        let draft = self.draft(draft).await?;
        let title: String = draft
            .title
            .chars()
            .map(|one| {
                if one.is_alphanumeric() || " -.,№".contains(one) {
                    one
                } else {
                    '_'
                }
            })
            .collect();
        Ok(format!("{}.kabinet", title.trim()))
    }

    /// Writes a draft for a colleague: encrypted to their address, or by a passphrase that is asked for in its own window.
    /// The file is there whole or not at all.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; [`AppError::Age`] when the address is none; [`AppError::File`]; failures of the vault.
    pub async fn hand_over(&self, draft: &str, how: HandOver, target: &Path) -> Result<(), AppError> {
        let id = drafts::parse(draft)?;
        let address = how.address.as_deref().map(str::parse::<Recipient>).transpose()?;
        let current = self.current().await?;
        let passphrase = match address {
            Some(_) => None,
            None => Some(
                self.hand_over_passphrase(SecretKind::NewPassphrase, SecretPurpose::HandOver, None)
                    .await?,
            ),
        };
        let target = target.to_path_buf();
        blocking(move || {
            let store = &current.store;
            colleagues::remember_name(store, &how.name)?;
            let draft = store.draft(id)?;
            let content = Content::of(&current.organisation, &how.name, store, &draft)?;
            let to = match (&address, &passphrase) {
                (Some(address), _) => Recipients::Addresses(std::slice::from_ref(address)),
                (None, Some(passphrase)) => Recipients::Passphrase(Passphrase::from(passphrase)),
                (None, None) => return Err(AppError::Cancelled),
            };
            write(&content, &to, &target)?;
            let entry = journal::with(journal::plain("draft-handed-over", ""), "draft", id.0);
            store.change(entry, |change| change.share_draft(id, &draft.fields))?;
            Ok(())
        })
        .await?;
        self.tell(Event::DraftsChanged);
        Ok(())
    }

    /// Takes a file in that a colleague handed over; the identities of its drafts. One that is known already is merged.
    ///
    /// # Errors
    /// [`AppError::Age`] when it is not for this archive, the passphrase is wrong or the file damaged;
    /// [`AppError::HandOver`] and [`AppError::HandOverOfOther`]; [`AppError::Cancelled`]; failures of the vault.
    pub async fn take_over(&self, path: &Path) -> Result<Vec<String>, AppError> {
        let current = self.current().await?;
        let opened = self.open_hand_over(path, &current.store).await?;
        let content = match opened {
            Some(content) => content,
            None => {
                let name = tools::name(path);
                let passphrase = self
                    .hand_over_passphrase(SecretKind::Passphrase, SecretPurpose::TakeOver, Some(name))
                    .await?;
                let path = path.to_path_buf();
                blocking(move || read(&path, &Key::Passphrase(Passphrase::from(&passphrase)))).await?
            }
        };
        let ids = blocking(move || {
            content.is_for(&current.organisation)?;
            let mut ids = Vec::with_capacity(content.drafts.len());
            for handed in &content.drafts {
                take_in(&current.store, handed, &content.from)?;
                ids.push(handed.id.0.to_string());
            }
            Ok(ids)
        })
        .await?;
        self.tell(Event::DraftsChanged);
        Ok(ids)
    }

    /// The content, when it opens by this archive's own address; nothing when it wants a passphrase.
    async fn open_hand_over(
        &self,
        path: &Path,
        store: &std::sync::Arc<OrganisationStore>,
    ) -> Result<Option<Content>, AppError> {
        let (store, path) = (store.clone(), path.to_path_buf());
        blocking(move || {
            let identity = colleagues::identity(&store)?;
            match read(&path, &Key::Identities(std::slice::from_ref(&identity))) {
                Err(AppError::Age(AgeError::PassphraseNeeded)) => Ok(None),
                other => other.map(Some),
            }
        })
        .await
    }

    async fn hand_over_passphrase(
        &self,
        kind: SecretKind,
        purpose: SecretPurpose,
        file: Option<String>,
    ) -> Result<Zeroizing<Vec<u8>>, AppError> {
        let prompt = SecretPrompt {
            min_length: match kind {
                SecretKind::NewPassphrase => kabinet_store::PASSPHRASE_MIN as u32,
                _ => 1,
            },
            max_length: LONGEST_PASSPHRASE,
            documents: file.into_iter().collect(),
            ..SecretPrompt::new(&self.settings(), kind, purpose)
        };
        let secret = self.ask().secret(prompt).await.ok_or(AppError::Cancelled)?;
        Ok(secret.into_bytes())
    }
}

impl Content {
    fn of(
        organisation: &Organisation,
        from: &str,
        store: &OrganisationStore,
        draft: &Draft,
    ) -> Result<Self, AppError> {
        Ok(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            from: from.trim().to_owned(),
            environment: organisation.environment,
            inn: organisation.inn.clone(),
            kpp: organisation.kpp.clone(),
            drafts: vec![Handed {
                id: draft.id,
                form: draft.form.clone(),
                title: draft.title.clone(),
                base: store.draft_shared(draft.id)?,
                fields: draft.fields.clone(),
            }],
        })
    }

    fn is_for(&self, organisation: &Organisation) -> Result<(), AppError> {
        let is_same = self.environment == organisation.environment
            && self.inn == organisation.inn
            && self.kpp == organisation.kpp;
        if is_same {
            Ok(())
        } else {
            Err(AppError::HandOverOfOther {
                inn: self.inn.clone(),
            })
        }
    }
}

fn write(content: &Content, to: &Recipients<'_>, target: &Path) -> Result<(), AppError> {
    let failed = |source| tools::file_error(target, source);
    let mut file = draft_beside(target)?;
    let mut sealed = kabinet_age::encrypt(to, &mut file)?;
    serde_json::to_writer(&mut sealed, content).map_err(|error| failed(error.into()))?;
    sealed.finish()?.flush().map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(target).map_err(|error| failed(error.error))?;
    Ok(())
}

fn read(path: &Path, key: &Key<'_>) -> Result<Content, AppError> {
    let file = File::open(path).map_err(|source| tools::file_error(path, source))?;
    let mut text = Zeroizing::new(Vec::new());
    kabinet_age::decrypt(BufReader::new(file), key)?
        .take(LIMIT + 1)
        .read_to_end(&mut text)
        .map_err(AgeError::from)?;
    if text.len() as u64 > LIMIT {
        return Err(AppError::TooLarge { limit: LIMIT });
    }
    match serde_json::from_slice::<Preamble>(&text) {
        Ok(Preamble { format, version }) if format == FORMAT && version > VERSION => {
            Err(AppError::HandOver { newer: true })
        }
        Ok(Preamble { format, .. }) if format == FORMAT => {
            serde_json::from_slice(&text).map_err(|_| AppError::HandOver { newer: false })
        }
        _ => Err(AppError::HandOver { newer: false }),
    }
}

/// A draft that is not known begins here; one that is known is merged with what became of it.
fn take_in(store: &OrganisationStore, handed: &Handed, from: &str) -> Result<(), AppError> {
    if form::form(&handed.form).is_none() {
        return Err(AppError::NoForm);
    }
    let entry = |action| journal::with(journal::plain(action, ""), "draft", handed.id.0);
    match store.draft(handed.id) {
        Ok(_) => {
            // Who never handed it over has nothing in common with it: every difference is then a conflict.
            let base = handed.base.clone().unwrap_or_default();
            store.change(entry("draft-merged"), |change| {
                change.merge_draft(handed.id, &base, &handed.fields, from)
            })?;
        }
        Err(StoreError::NotFound(_)) => {
            let now = OffsetDateTime::now_utc();
            let draft = Draft {
                id: handed.id,
                form: handed.form.clone(),
                title: handed.title.clone(),
                is_template: false,
                revision: 0,
                fields: handed.fields.clone(),
                conflicts: Vec::new(),
                document: None,
                created: now,
                updated: now,
                removed: None,
            };
            store.change(entry("draft-taken-over"), |change| {
                change.add_draft(&draft, from)?;
                change.share_draft(draft.id, &handed.fields)
            })?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kabinet_age::Identity;

    use super::*;

    #[test]
    fn what_is_handed_over_is_told_by_how_it_begins() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        let identity = Identity::random().unwrap();
        let to = [identity.recipient()];
        let mut sealed = kabinet_age::encrypt(&Recipients::Addresses(&to), Vec::new()).unwrap();
        sealed.write_all(b"x").unwrap();
        std::fs::write(&file, sealed.finish().unwrap()).unwrap();
        assert!(is_hand_over(&file));
        std::fs::write(&file, b"age-").unwrap();
        assert!(!is_hand_over(&file));
        assert!(!is_hand_over(&folder.path().join("none")));
    }
}
