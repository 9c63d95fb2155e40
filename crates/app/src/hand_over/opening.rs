//! Opening what somebody handed over: by an address of this vault or a passphrase, for whichever of its organisations it is.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use kabinet_age::{AgeError, Decryptor, Key, Passphrase, Recipient, Recipients};
use kabinet_domain::Environment;
use kabinet_store::{OrganisationStore, Vault};
use zeroize::Zeroizing;

use super::colleagues;
use super::parcel::Parcel;
use crate::blocking::blocking;
use crate::hand_over::HandOverError;
use crate::import_pace::Pace;
use crate::package::{self, Handed};
use crate::state::{Current, Open};
use crate::view::{ImportOutcome, LetterView, SecretKind, SecretPrompt, SecretPurpose};
use crate::{App, AppError, Event, import, tools};

/// How an age file begins.
const MAGIC: &[u8] = b"age-encryption.org/";
/// How a package begins (APPNOTE.TXT 4.3.7).
const ZIP: &[u8] = b"PK\x03\x04";
/// Longest passphrase, characters; only keeps the window's field finite.
const LONGEST_PASSPHRASE: u32 = 256;

/// Whether a file is one that is handed over, by how it begins.
pub(crate) fn is_hand_over(path: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok()
        && start == MAGIC
}

type Opened = Decryptor<File>;

/// What somebody handed over.
enum Inside {
    Drafts(Box<Parcel>),
    Documents(Box<Handed>),
}

impl App {
    /// Takes in what a colleague handed over, into the organisation it is for: drafts, merged with those that are known, or
    /// documents, whose new signatures join those that are known. What became of each is told; nothing is sent.
    ///
    /// # Errors
    /// [`AppError::Age`] when it is not for this archive, the passphrase is wrong or the file damaged;
    /// [`HandOverError::NotOurs`], [`AppError::Package`] and [`HandOverError::OfOther`]; [`AppError::Cancelled`]; failures of the
    /// vault.
    pub(crate) async fn take_over(
        &self,
        path: &Path,
        pace: &Pace,
        outcomes: &mut Vec<ImportOutcome>,
    ) -> Result<(), AppError> {
        pace.next(&tools::name(path))?;
        let open = self.open().await?;
        let chosen = open.current.clone().ok_or(AppError::NoOrganisation)?;
        let opened = match by_address(&open, &chosen, path).await? {
            Some(opened) => opened,
            None => {
                let name = tools::name(path);
                let passphrase = self
                    .hand_over_passphrase(SecretKind::Passphrase, SecretPurpose::TakeOver, Some(name))
                    .await?;
                let path = path.to_path_buf();
                blocking(move || decrypt(&path, &Key::Passphrase(Passphrase::from(&passphrase)))).await?
            }
        };
        let inside = blocking(move || Inside::read(opened)).await?;
        let (environment, inn, kpp) = inside.owner();
        let current = self.current_for(&open, &chosen, environment, inn, kpp).await?;
        let formats = self.formats();
        let name = tools::name(path);
        let elsewhere = current.organisation.id != chosen.organisation.id;
        let pace = pace.clone();
        let (taken, ended) = blocking(move || {
            let mut taken = Vec::new();
            let ended = match inside {
                Inside::Drafts(parcel) => {
                    pace.done(1);
                    let content = parcel.keep(&current.store)?;
                    content.take_in(&current, &name, elsewhere, &mut taken)
                }
                Inside::Documents(handed) => {
                    documents(*handed, &current, &formats, elsewhere, &pace, &mut taken)
                }
            };
            Ok((taken, ended))
        })
        .await?;
        outcomes.extend(taken);
        self.tell(Event::DraftsChanged);
        self.tell(Event::DocumentsChanged);
        ended
    }

    /// The organisation it is for, chosen or not.
    async fn current_for(
        &self,
        open: &Open,
        chosen: &Current,
        environment: Environment,
        inn: &str,
        kpp: Option<&str>,
    ) -> Result<Current, AppError> {
        let is_it = |one: &kabinet_domain::Organisation| {
            one.environment == environment && one.inn == inn && one.kpp.as_deref() == kpp
        };
        if is_it(&chosen.organisation) {
            return Ok(chosen.clone());
        }
        let vault = open.vault.clone();
        let all = blocking(move || Ok(vault.organisations()?)).await?;
        match all.into_iter().find(is_it) {
            Some(other) => self.enter(open.vault.clone(), other.id).await,
            None => Err(AppError::HandOver(HandOverError::OfOther { inn: inn.to_owned() })),
        }
    }

    /// Without an address the passphrase is asked for in its own window.
    pub(crate) async fn hand_over_to(&self, address: Option<&str>) -> Result<To, AppError> {
        match address {
            Some(address) => Ok(To::Address(address.parse()?)),
            None => self
                .hand_over_passphrase(SecretKind::NewPassphrase, SecretPurpose::HandOver, None)
                .await
                .map(To::Passphrase),
        }
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

/// Who will be able to open a file.
pub(crate) enum To {
    /// Whose address this is.
    Address(Recipient),
    /// Whoever knows this passphrase.
    Passphrase(Zeroizing<Vec<u8>>),
}

impl To {
    pub(crate) fn recipients(&self) -> Recipients<'_> {
        match self {
            Self::Address(address) => Recipients::Addresses(std::slice::from_ref(address)),
            Self::Passphrase(passphrase) => Recipients::Passphrase(Passphrase::from(passphrase)),
        }
    }
}

/// The content, when it opens by an address of this vault, that of the chosen organisation first; nothing when it wants a
/// passphrase.
async fn by_address(open: &Open, chosen: &Current, path: &Path) -> Result<Option<Opened>, AppError> {
    let (vault, store, path) = (open.vault.clone(), chosen.store.clone(), path.to_path_buf());
    blocking(move || {
        let identity = colleagues::identity(&store)?;
        match decrypt(&path, &Key::Identities(std::slice::from_ref(&identity))) {
            Err(AppError::Age(AgeError::PassphraseNeeded)) => Ok(None),
            Err(AppError::Age(AgeError::NoMatch)) => by_another(&vault, &store, &path).map(Some),
            other => other.map(Some),
        }
    })
    .await
}

fn by_another(vault: &Vault, chosen: &Arc<OrganisationStore>, path: &Path) -> Result<Opened, AppError> {
    let mut identities = Vec::new();
    for organisation in vault.organisations()? {
        if organisation.id != chosen.id() {
            identities.extend(colleagues::known_identity(&vault.organisation(organisation.id)?)?);
        }
    }
    decrypt(path, &Key::Identities(&identities))
}

fn decrypt(path: &Path, key: &Key<'_>) -> Result<Opened, AppError> {
    let file = File::open(path).map_err(|source| tools::file_error(path, source))?;
    Ok(kabinet_age::decrypt(file, key)?)
}

impl Inside {
    fn read(mut opened: Opened) -> Result<Self, AppError> {
        let mut beginning = Vec::new();
        let mut read = || -> std::io::Result<()> {
            opened
                .by_ref()
                .take(ZIP.len() as u64)
                .read_to_end(&mut beginning)?;
            opened.seek(SeekFrom::Start(0))?;
            Ok(())
        };
        read().map_err(AgeError::from)?;
        if beginning == ZIP {
            let archive = package::open_inside(Box::new(BufReader::new(opened)))?;
            if Parcel::is_in(&archive) {
                Ok(Self::Drafts(Box::new(Parcel::of_zip(archive)?)))
            } else {
                Ok(Self::Documents(Box::new(Handed::read(archive)?)))
            }
        } else {
            Ok(Self::Drafts(Box::new(Parcel::of_text(opened)?)))
        }
    }

    fn owner(&self) -> (Environment, &str, Option<&str>) {
        match self {
            Self::Drafts(parcel) => {
                let content = &parcel.content;
                (content.environment, &content.inn, content.kpp.as_deref())
            }
            Self::Documents(handed) => handed.owner(),
        }
    }
}

fn documents(
    handed: Handed,
    current: &Current,
    formats: &Arc<kabinet_formats::Formats>,
    elsewhere: bool,
    pace: &Pace,
    outcomes: &mut Vec<ImportOutcome>,
) -> Result<(), AppError> {
    let known = colleagues::list(&current.store)?;
    let letter = &handed.letter;
    let letter = LetterView {
        colleague: known
            .into_iter()
            .find(|one| Some(&one.address) == letter.address.as_ref())
            .map(|one| one.name),
        from: letter.from.clone(),
        note: letter.note.clone(),
        back: letter.back,
        organisation: elsewhere.then(|| current.organisation.id.0.to_string()),
    };
    let ended = handed.take_in(current, formats, pace, outcomes);
    import::note_powers_of_attorney(current, outcomes)?;
    for outcome in outcomes {
        outcome.letter = Some(letter.clone());
    }
    ended
}

#[cfg(test)]
mod tests {
    use std::io::Write;

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
