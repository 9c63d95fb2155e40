//! Handing over through the portal: the same encrypted file waits there for a colleague. The portal cannot read it; what it is told
//! beside is for whom it is, and whether a draft or documents are inside.

use std::collections::BTreeMap;
use std::io::{self, Write};

use kabinet_age::Recipients;
use kabinet_portal::cabinet::{Employee, HAND_OVER_AT_MOST};
use kabinet_store::OrganisationStore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{colleagues, documents, drafts};
use crate::blocking::blocking;
use crate::cabinet::Access;
use crate::documents::parse_documents;
use crate::hand_over::HandOverError;
use crate::state::Current;
use crate::view::{HandOver, HandOverWhat, PortalColleague};
use crate::{App, AppError, Event, journal, shown};

/// Setting of the organisation: addresses of employees by their identity at the portal.
const ADDRESSES: &str = "employee-addresses";
/// Setting of the organisation: what may be at the portal already, and under which id it went.
const LEAVING: &str = "hand-overs-leaving";
/// Answers that were lost are remembered so far back.
const MOST_LEAVING: usize = 50;
/// Ending of every file for a colleague.
pub(super) const ENDING: &str = ".kabinet";
/// First parts of their names.
pub(super) const DRAFT: &str = "draft";
pub(super) const DOCUMENTS: &str = "documents";
pub(super) const ADDRESS: &str = "address";

/// The address of an archive on its way to somebody who is going to write to it: JSON, no secret. That it is the sender's, the portal
/// says.
#[derive(Serialize, Deserialize)]
pub(super) struct AddressCard {
    format: String,
    version: u32,
    pub(super) name: String,
    pub(super) address: String,
}

impl AddressCard {
    const FORMAT: &str = "kabinet-address";

    /// The card, if it is one that this program understands.
    pub(super) fn read(octets: &[u8]) -> Option<Self> {
        let card: Self = serde_json::from_slice(octets).ok()?;
        (card.format == Self::FORMAT && card.version == 1).then_some(card)
    }
}

/// Something on its way.
enum Leaving {
    Draft(Box<drafts::Leaving>),
    Documents(Box<documents::Leaving>),
}

impl App {
    /// Colleagues as the portal knows them, with the addresses under which they were reached before.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`]; the portal's own, such as [`AppError::Cabinet`] without the permission; failures of the vault.
    pub async fn portal_colleagues(&self) -> Result<Vec<PortalColleague>, AppError> {
        let access = self.cabinet().await?;
        let asked = access.cabinet().employees().await;
        let employees = self.met(&access.current, asked).await?;
        let (store, own) = (access.current.store.clone(), access.subject());
        blocking(move || {
            let known = addresses(&store)?;
            let mut all: Vec<PortalColleague> = employees
                .into_iter()
                .filter(|one| one.is_active && one.id != own)
                .map(|one| PortalColleague {
                    address: known.get(&one.id).cloned(),
                    name: full_name(&one),
                    position: one.position.unwrap_or(one.role.title),
                    is_head: one.is_head,
                    id: one.id,
                })
                .collect();
            all.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(all)
        })
        .await
    }

    /// Leaves a draft or documents for an employee at the portal, encrypted as the file for a colleague is. Handed over again after a
    /// lost answer, the same comes once. The address is kept for the next time.
    ///
    /// # Errors
    /// [`HandOverError::TooLargeForPortal`] before anything leaves, [`HandOverError::AnswerLost`]; [`AppError::Age`] when the address is
    /// none; [`AppError::Cancelled`]; [`AppError::Cabinet`] for what the portal refuses; failures of the vault.
    pub async fn hand_over_by_portal(
        &self,
        what: HandOverWhat,
        how: HandOver,
        note: String,
        recipient: PortalColleague,
    ) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        let address = how.address.clone();
        let (current, named) = (access.current.clone(), recipient.name.clone());
        let leaving = blocking(move || Leaving::of(&current, what, how, note, &named)).await?;
        let to = self.hand_over_to(address.as_deref()).await?;
        let current = access.current.clone();
        let (leaving, content) = blocking(move || {
            let content = leaving.seal(&current, &to.recipients())?;
            Ok((leaving, content))
        })
        .await?;
        let name = leaving.name();
        let key = leaving.key(&recipient.id, address.as_deref());
        self.leave(&access, &key, &recipient.id, &name, &content).await?;
        let store = access.current.store.clone();
        blocking(move || {
            if let Some(address) = address {
                keep_address(&store, &recipient.id, &address)?;
            }
            leaving.note(&store)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        self.tell(Event::DraftsChanged);
        Ok(())
    }

    /// Leaves the own address for an employee, so that they can write to this archive.
    ///
    /// # Errors
    /// As [`Self::hand_over_by_portal`].
    pub async fn send_own_address(&self, recipient: String, name: String) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        let store = access.current.store.clone();
        let (card, address) = blocking(move || {
            colleagues::remember_name(&store, &name)?;
            let card = AddressCard {
                format: AddressCard::FORMAT.to_owned(),
                version: 1,
                name: name.trim().to_owned(),
                address: colleagues::identity(&store)?.recipient().to_string(),
            };
            let octets = serde_json::to_vec(&card).map_err(io::Error::from)?;
            Ok((octets, card.address))
        })
        .await?;
        let key = key_of(&[ADDRESS, &address, &recipient]);
        let name = format!("{ADDRESS}{ENDING}");
        self.leave(&access, &key, &recipient, &name, &card).await?;
        let store = access.current.store.clone();
        blocking(move || Ok(store.record(&journal::plain("address-sent", ""))?)).await
    }

    /// Hands it to the portal under the id of an earlier try whose answer was lost, or a new one that is written down before.
    async fn leave(
        &self,
        access: &Access,
        key: &str,
        recipient: &str,
        name: &str,
        content: &[u8],
    ) -> Result<(), AppError> {
        let (store, wanted) = (access.current.store.clone(), key.to_owned());
        let id = blocking(move || {
            let mut leaving = leaving(&store)?;
            if let Some((_, id)) = leaving.iter().find(|(key, _)| *key == wanted) {
                return Ok(*id);
            }
            let id = Uuid::new_v4();
            leaving.push((wanted, id));
            let too_many = leaving.len().saturating_sub(MOST_LEAVING);
            leaving.drain(..too_many);
            store.set_setting(LEAVING, &leaving)?;
            Ok(id)
        })
        .await?;
        let answer = access.cabinet().hand_over(id, recipient, name, content).await;
        let is_lost = answer.as_ref().is_err_and(|error| error.outcome_unknown());
        let met = self.met(&access.current, answer).await;
        if is_lost {
            return Err(HandOverError::AnswerLost.into());
        }
        // Taken or refused: the next is another.
        let store = access.current.store.clone();
        let settled = blocking(move || {
            let mut leaving = leaving(&store)?;
            leaving.retain(|(_, other)| *other != id);
            Ok(store.set_setting(LEAVING, &leaving)?)
        })
        .await;
        met?;
        settled
    }
}

impl Leaving {
    fn of(
        current: &Current,
        what: HandOverWhat,
        how: HandOver,
        note: String,
        named: &str,
    ) -> Result<Self, AppError> {
        Ok(match what {
            HandOverWhat::Draft(id) => {
                let id = crate::drafts::parse(&id)?;
                Self::Draft(Box::new(drafts::Leaving::of(current, id, &how.name)?))
            }
            HandOverWhat::Documents(ids) => {
                let ids = parse_documents(&ids)?;
                if ids.is_empty() {
                    return Err(AppError::NotFound);
                }
                let leaving = documents::Leaving::of(&current.store, &ids, how, note)?;
                Self::Documents(Box::new(leaving.named(named)))
            }
        })
    }

    /// # Errors
    /// [`HandOverError::TooLargeForPortal`].
    fn seal(&self, current: &Current, to: &Recipients<'_>) -> Result<Vec<u8>, AppError> {
        let mut out = Bounded::default();
        let sealed = match self {
            Self::Draft(draft) => draft.seal(&current.store, to, &mut out).map(drop),
            Self::Documents(documents) => documents.seal(current, to, &mut out).map(drop),
        };
        if out.is_full {
            let limit = (HAND_OVER_AT_MOST >> 20) as u64;
            return Err(HandOverError::TooLargeForPortal { limit }.into());
        }
        sealed?;
        Ok(out.octets)
    }

    /// What the portal is told: nothing of the content.
    fn name(&self) -> String {
        match self {
            Self::Draft(_) => format!("{DRAFT}{ENDING}"),
            Self::Documents(leaving) => format!("{DOCUMENTS}-{}{ENDING}", leaving.documents.len()),
        }
    }

    /// The same only for the same content to the same person: what changed meanwhile goes as something new.
    fn key(&self, recipient: &str, address: Option<&str>) -> String {
        let content = match self {
            Self::Draft(leaving) => {
                let fields = serde_json::to_string(&leaving.draft.fields).unwrap_or_default();
                format!("{}{fields}", leaving.draft.id.0)
            }
            Self::Documents(leaving) => {
                let one = |document: &kabinet_domain::Document| {
                    let files = document.files.iter().map(|file| hex::encode(file.digest.0));
                    let shown = hex::encode(shown::digest(document).0);
                    [document.id.0.to_string(), shown]
                        .into_iter()
                        .chain(files)
                        .collect::<String>()
                };
                let all: String = leaving.documents.iter().map(one).collect();
                format!("{all}{}", leaving.note_text())
            }
        };
        key_of(&[&content, recipient, address.unwrap_or_default()])
    }

    fn note(&self, store: &OrganisationStore) -> Result<(), AppError> {
        match self {
            Self::Draft(leaving) => leaving.note(store),
            Self::Documents(leaving) => leaving.note(store),
        }
    }
}

/// SHA-256, hex, over the parts, each behind its length.
fn key_of(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

fn leaving(store: &OrganisationStore) -> Result<Vec<(String, Uuid)>, AppError> {
    Ok(store.setting(LEAVING)?.unwrap_or_default())
}

fn addresses(store: &OrganisationStore) -> Result<BTreeMap<String, String>, AppError> {
    Ok(store.setting(ADDRESSES)?.unwrap_or_default())
}

/// The address under which this employee is reached from now on. Blocks.
pub(super) fn keep_address(store: &OrganisationStore, employee: &str, address: &str) -> Result<(), AppError> {
    let mut all = addresses(store)?;
    if all.get(employee).is_none_or(|known| known != address) {
        all.insert(employee.to_owned(), address.to_owned());
        store.set_setting(ADDRESSES, &all)?;
    }
    Ok(())
}

fn full_name(one: &Employee) -> String {
    let parts = [Some(&one.surname), Some(&one.given_name), one.patronymic.as_ref()];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    parts.join(" ").trim().to_owned()
}

/// Octets up to what the portal takes.
#[derive(Default)]
struct Bounded {
    octets: Vec<u8>,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.octets.len() + more.len() > HAND_OVER_AT_MOST {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.octets.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
