//! The vault as a whole: made, opened, unlocked, locked.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use kabinet_domain::{Organisation, OrganisationId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use uuid::Uuid;

use crate::backup::size_of;
use crate::database::{Database, Open, Place, Stop, latest};
use crate::files::{FolderLock, private_dir};
use crate::header::{Header, PassphraseSlot, SealedHeader};
use crate::keychain::Keychain;
use crate::organisation::{self, OrganisationStore};
use crate::protection::{Protection, Protections, forget_unless_needed, protections, seal_in_keychain};
use crate::recovery::RecoveryCode;
use crate::secret::{Key, Passphrase};
use crate::{Missing, StoreError, location, personal, replacement, settings};

/// What to open a vault with.
#[derive(Debug)]
pub enum Unlock {
    /// The entry in the keychain of the operating system.
    Keychain,
    /// What the user typed.
    Passphrase(Passphrase),
    /// What the user copied from paper.
    RecoveryCode(RecoveryCode),
}

/// A vault that did not unlock, given back for another try.
#[derive(Debug, Error)]
#[error("{error}")]
pub struct UnlockFailed {
    /// The vault, still held by this process.
    pub vault: LockedVault,
    /// Why.
    pub error: StoreError,
}

impl From<UnlockFailed> for StoreError {
    fn from(failed: UnlockFailed) -> Self {
        failed.error
    }
}

/// A vault this process holds but cannot read.
pub struct LockedVault {
    pub(crate) shell: Box<Shell>,
    pub(crate) sealed: Box<SealedHeader>,
}

/// What a vault is, locked or not.
pub(crate) struct Shell {
    pub dir: PathBuf,
    pub lock: Arc<FolderLock>,
    pub keychain: Arc<dyn Keychain>,
}

impl fmt::Debug for LockedVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockedVault")
            .field("id", &self.sealed.header.id)
            .finish_non_exhaustive()
    }
}

/// An open vault.
pub struct Vault {
    pub(crate) shell: Box<Shell>,
    pub(crate) key: Key,
    pub(crate) sealed: Mutex<SealedHeader>,
    pub(crate) personal: Database,
    pub(crate) stop: Stop,
    pub(crate) opened: Mutex<HashMap<OrganisationId, Weak<Database>>>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}

/// What a vault's header tells anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Random identity of the vault.
    pub id: Uuid,
    /// How it is protected.
    pub protections: Protections,
    /// Bytes of its files, without those of its backups.
    pub size: u64,
    /// The version of the databases this program reads and writes.
    pub supported: u32,
}

impl Vault {
    /// Looks at the vault in `dir` without taking hold of it: another process may have it open.
    ///
    /// # Errors
    /// [`StoreError::VaultNotFound`], [`StoreError::HeaderDamaged`], [`StoreError::NewerVersion`].
    pub fn glance(dir: &Path) -> Result<Glance, StoreError> {
        let sealed = SealedHeader::read(dir)?;
        Ok(Glance {
            id: sealed.header.id,
            protections: protections(&sealed.header),
            size: size_of(dir).saturating_sub(size_of(&dir.join("backups"))),
            supported: latest(organisation::SCHEMA),
        })
    }

    /// Whether there is a vault in `dir`; says nothing about its health.
    pub fn exists(dir: &Path) -> bool {
        dir.join(crate::header::FILE).exists() || replacement::is_under_way(dir)
    }

    /// Makes a vault in `dir`, which may exist, and leaves it open. With a passphrase this takes a second or two: the
    /// cost of guessing it is measured on this computer.
    ///
    /// # Errors
    /// [`StoreError::NoProtection`], [`StoreError::NetworkFolder`], [`StoreError::VaultExists`],
    /// [`StoreError::VaultInUse`], [`StoreError::Keychain`], [`StoreError::StorageFull`].
    pub fn create(
        dir: &Path,
        protection: Protection,
        keychain: Arc<dyn Keychain>,
    ) -> Result<Self, StoreError> {
        if !protection.keychain && protection.passphrase.is_none() {
            return Err(StoreError::NoProtection);
        }
        location::require_local(dir)?;
        private_dir(dir)?;
        let lock = Arc::new(FolderLock::acquire(dir)?);
        refuse_if_occupied(dir)?;
        for folder in ["organisations", "backups"] {
            private_dir(&dir.join(folder))?;
        }

        let key = Key::random()?;
        let id = Uuid::new_v4();
        let passphrase = protection
            .passphrase
            .as_ref()
            .map(|text| PassphraseSlot::seal(id, text, &key))
            .transpose()?;
        let database = open_personal(dir, id, &key, Open::Create, &lock)?;
        let slot = protection
            .keychain
            .then(|| seal_in_keychain(&*keychain, id, &key))
            .transpose()?;
        let account = slot.as_ref().map(|slot| slot.account.clone());
        // The header comes last: before it is written there is no vault.
        let sealed = SealedHeader::seal(
            Header {
                id,
                keychain: slot,
                passphrase,
                recovery: None,
            },
            &key,
        )
        .and_then(|sealed| sealed.write(dir).map(|()| sealed));
        if let (Err(_), Some(account)) = (&sealed, account) {
            forget_unless_needed(&*keychain, dir, &account);
        }
        Ok(Self {
            shell: Box::new(Shell {
                dir: dir.to_path_buf(),
                lock,
                keychain,
            }),
            key,
            sealed: Mutex::new(sealed?),
            personal: database,
            stop: Stop::default(),
            opened: Mutex::default(),
        })
    }

    /// Takes hold of the vault in `dir`. Nothing is decrypted yet.
    ///
    /// # Errors
    /// [`StoreError::VaultNotFound`], [`StoreError::VaultInUse`], [`StoreError::NetworkFolder`],
    /// [`StoreError::HeaderDamaged`], [`StoreError::NewerVersion`].
    pub fn open(dir: &Path, keychain: Arc<dyn Keychain>) -> Result<LockedVault, StoreError> {
        if !dir.is_dir() {
            return Err(StoreError::VaultNotFound);
        }
        location::require_local(dir)?;
        // Asked first, so that a look into a folder that is no vault leaves nothing behind.
        if !replacement::is_under_way(dir) {
            SealedHeader::read(dir)?;
        }
        private_dir(dir)?;
        let lock = Arc::new(FolderLock::acquire(dir)?);
        replacement::finish(dir)?;
        let sealed = Box::new(SealedHeader::read(dir)?);
        let shell = Box::new(Shell {
            dir: dir.to_path_buf(),
            lock,
            keychain,
        });
        Ok(LockedVault { shell, sealed })
    }

    /// Puts the sound copy of a damaged header in its place; see [`StoreError::HeaderDamaged`].
    ///
    /// # Errors
    /// [`StoreError::HeaderDamaged`] when the copy is damaged too, [`StoreError::VaultInUse`],
    /// [`StoreError::VaultNotFound`].
    pub fn restore_header(dir: &Path) -> Result<(), StoreError> {
        if !dir.is_dir() {
            return Err(StoreError::VaultNotFound);
        }
        let _lock = FolderLock::acquire(dir)?;
        SealedHeader::restore_copy(dir)
    }

    /// Closes every database of the vault, wipes the key, keeps hold of the folder. Stores still in hand answer
    /// [`StoreError::Locked`] from now on.
    pub fn lock(self) -> LockedVault {
        self.close_all();
        let sealed = self.sealed.into_inner().unwrap_or_else(PoisonError::into_inner);
        LockedVault {
            shell: self.shell,
            sealed: Box::new(sealed),
        }
    }

    /// Ends a backup that another thread is taking or checking, with [`StoreError::Locked`]; none is taken any more.
    pub fn stop_backups(&self) {
        self.stop.say();
    }

    fn close_all(&self) {
        for database in held(&self.opened)
            .drain()
            .filter_map(|(_, database)| database.upgrade())
        {
            database.close();
        }
        self.personal.close();
    }

    /// Random identity of the vault.
    pub fn id(&self) -> Uuid {
        held(&self.sealed).header.id
    }

    /// Decrypts and checks what belongs to the person. Organisations: [`OrganisationStore::soundness`].
    ///
    /// # Errors
    /// [`StoreError::DatabaseDamaged`].
    pub fn check_personal(&self) -> Result<(), StoreError> {
        self.personal.check()
    }

    pub(crate) fn sealed(&self) -> SealedHeader {
        held(&self.sealed).clone()
    }

    /// Every organisation of the vault, in the order they were added.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn organisations(&self) -> Result<Vec<Organisation>, StoreError> {
        self.personal.read(personal::organisations)
    }

    /// Adds an organisation and its database, or changes what is said about it. Its environment and ИНН are fixed.
    ///
    /// # Errors
    /// [`StoreError::WrongOrganisation`] when environment or ИНН of a known one would change,
    /// [`StoreError::AlreadyExists`] when another organisation has the same ИНН (and КПП) in the same environment.
    pub fn save_organisation(&self, organisation: &Organisation) -> Result<(), StoreError> {
        let known = self.organisations()?;
        match known.iter().find(|other| other.id == organisation.id) {
            Some(old) if old.environment != organisation.environment || old.inn != organisation.inn => {
                return Err(StoreError::WrongOrganisation);
            }
            Some(_) => {}
            None if known.iter().any(|other| is_same(other, organisation)) => {
                return Err(StoreError::AlreadyExists);
            }
            // Listed only once its database is there, so that a listed one that is missing means loss.
            None => drop(self.open_organisation(organisation.id, Open::Create)?),
        }
        self.personal
            .write(|transaction| personal::save(transaction, organisation))
    }

    /// The store of an organisation. It closes when its last clone is dropped; while it is open, the same one is given.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::DatabaseMissing`], [`StoreError::DatabaseDamaged`],
    /// [`StoreError::NewerVersion`].
    pub fn organisation(&self, id: OrganisationId) -> Result<OrganisationStore, StoreError> {
        if self
            .personal
            .read(|connection| personal::organisation(connection, id))?
            .is_none()
        {
            return Err(StoreError::NotFound(Missing::Organisation));
        }
        self.open_organisation(id, Open::Existing)
    }

    fn open_organisation(&self, id: OrganisationId, mode: Open) -> Result<OrganisationStore, StoreError> {
        let mut opened = held(&self.opened);
        let key = database_key(&self.key, self.id(), &organisation::file_name(id))?;
        if let Some(database) = opened.get(&id).and_then(Weak::upgrade) {
            return OrganisationStore::with(id, &key, database);
        }
        let store = OrganisationStore::open(&self.shell.dir, id, &key, mode, Arc::clone(&self.shell.lock))?;
        opened.insert(id, Arc::downgrade(store.database()));
        Ok(store)
    }

    /// A setting of the program.
    ///
    /// # Errors
    /// [`StoreError::Value`] when it is not a `T`.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        self.personal.read(|connection| settings::load(connection, key))
    }

    /// Sets a setting of the program.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn set_setting(&self, key: &str, value: &impl Serialize) -> Result<(), StoreError> {
        self.personal
            .write(|transaction| settings::save(transaction, key, value))
    }
}

impl LockedVault {
    /// How the vault is protected: what to ask the user for.
    pub fn protections(&self) -> Protections {
        protections(&self.sealed.header)
    }

    /// Random identity of the vault.
    pub fn id(&self) -> Uuid {
        self.sealed.header.id
    }

    /// Opens the vault. A wrong passphrase, code or keychain entry touches no file.
    ///
    /// # Errors
    /// The vault comes back with [`StoreError::WrongPassphrase`], [`StoreError::WrongRecoveryCode`], [`StoreError::ProtectionNotSet`],
    /// [`StoreError::Keychain`], [`StoreError::WrongKeychainEntry`], [`StoreError::HeaderForged`],
    /// [`StoreError::DatabaseMissing`], [`StoreError::DatabaseDamaged`] or [`StoreError::NewerVersion`].
    pub fn unlock(self, how: Unlock) -> Result<Vault, UnlockFailed> {
        match self.open_databases(&how) {
            Ok((key, database)) => {
                let vault = Vault {
                    shell: self.shell,
                    key,
                    sealed: Mutex::new(*self.sealed),
                    personal: database,
                    stop: Stop::default(),
                    opened: Mutex::default(),
                };
                // A disk that refuses now is asked again with the next unlocking; the list does not name them any more.
                let _ = vault.finish_removals();
                Ok(vault)
            }
            Err(error) => Err(UnlockFailed { vault: self, error }),
        }
    }

    fn open_databases(&self, how: &Unlock) -> Result<(Key, Database), StoreError> {
        let key = self.data_key(how)?;
        let dir = &self.shell.dir;
        let database = open_personal(dir, self.id(), &key, Open::Existing, &self.shell.lock)?;
        // On a full or read-only disk the vault must still open; the next unlocking tries again.
        let _ = self.sealed.refresh_copy(dir);
        Ok((key, database))
    }

    /// Whether this would open the vault; nothing is opened.
    ///
    /// # Errors
    /// As [`unlock`](Self::unlock), but for what it says of the databases.
    pub fn prove(&self, how: &Unlock) -> Result<(), StoreError> {
        self.data_key(how).map(drop)
    }

    /// The data key, once the header has proved to be written by someone who knew it.
    pub(crate) fn data_key(&self, how: &Unlock) -> Result<Key, StoreError> {
        self.sealed.open(how, &*self.shell.keychain)
    }
}

/// Key of one database: a file renamed to another's name does not open.
pub(crate) fn database_key(data: &Key, vault: Uuid, name: &str) -> Result<Key, StoreError> {
    data.derive(vault, &format!("kabinet/database/v1/{name}"))
}

fn open_personal(
    vault: &Path,
    id: Uuid,
    data: &Key,
    mode: Open,
    lock: &Arc<FolderLock>,
) -> Result<Database, StoreError> {
    let place = Place {
        vault,
        name: personal::FILE.to_owned(),
    };
    let key = database_key(data, id, &place.name)?;
    Database::open(&place, &key, personal::SCHEMA, mode, Arc::clone(lock))
}

/// A vault, or what is left of one, is never written over; only the remains of an interrupted `create` are.
fn refuse_if_occupied(dir: &Path) -> Result<(), StoreError> {
    if replacement::is_under_way(dir) || !matches!(SealedHeader::read(dir), Err(StoreError::VaultNotFound)) {
        return Err(StoreError::VaultExists);
    }
    let organisations = dir.join("organisations");
    let holds_data = fs::read_dir(&organisations).is_ok_and(|mut entries| entries.next().is_some());
    if holds_data {
        return Err(StoreError::VaultExists);
    }
    for suffix in ["", "-wal", "-shm"] {
        let leftover = dir.join(format!("{}{suffix}", personal::FILE));
        if leftover.exists() {
            fs::remove_file(leftover).map_err(StoreError::io("write"))?;
        }
    }
    Ok(())
}

fn is_same(a: &Organisation, b: &Organisation) -> bool {
    a.environment == b.environment && a.inn == b.inn && a.kpp == b.kpp
}

pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
