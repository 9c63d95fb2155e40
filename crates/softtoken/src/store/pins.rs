//! PINs: a counter that is written down before a PIN is looked at, and a lock.

use serde::{Deserialize, Serialize};

use super::{MasterKey, Profile, StoreError, TokenFile, TokenHome, seal::Wrapped};

/// Whose PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The owner of the keys.
    User,
    /// The administrator (PKCS#11: security officer), who can only give new PINs.
    SecurityOfficer,
}

impl Role {
    /// The PIN tokens leave the factory with; a token still using it asks for a change.
    pub const fn factory_pin(self) -> &'static [u8] {
        match self {
            Self::User => b"12345678",
            Self::SecurityOfficer => b"87654321",
        }
    }

    const fn context(self) -> &'static str {
        match self {
            Self::User => "kabinet-softtoken user PIN",
            Self::SecurityOfficer => "kabinet-softtoken administrator PIN",
        }
    }
}

/// A PIN as the token keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PinRecord {
    pub(crate) tries_left: u32,
    pub(crate) factory: bool,
    wrapped: Wrapped,
}

impl PinRecord {
    pub(crate) fn new(role: Role, pin: &[u8], tries: u32, master: &MasterKey) -> Result<Self, StoreError> {
        Ok(Self {
            tries_left: tries,
            factory: pin == role.factory_pin(),
            wrapped: Wrapped::new(role.context(), pin, master)?,
        })
    }
}

impl Profile {
    /// Wrong PINs in a row until the lock.
    pub(crate) fn tries(&self, role: Role) -> u32 {
        match role {
            Role::User => self.max_tries,
            Role::SecurityOfficer => self.max_so_tries,
        }
    }
}

impl TokenFile {
    pub(crate) fn pin(&self, role: Role) -> Option<&PinRecord> {
        match role {
            Role::User => self.user_pin.as_ref(),
            Role::SecurityOfficer => Some(&self.so_pin),
        }
    }

    fn pin_mut(&mut self, role: Role) -> Result<&mut PinRecord, StoreError> {
        match role {
            Role::User => self.user_pin.as_mut().ok_or(StoreError::PinNotSet),
            Role::SecurityOfficer => Ok(&mut self.so_pin),
        }
    }

    fn check_length(&self, pin: &[u8]) -> Result<(), StoreError> {
        let (min, max) = (self.profile.min_pin, self.profile.max_pin);
        if (min..=max).contains(&pin.len()) {
            Ok(())
        } else {
            Err(StoreError::PinLength { min, max })
        }
    }

    fn set_pin(&mut self, role: Role, pin: &[u8], master: &MasterKey) -> Result<(), StoreError> {
        self.check_length(pin)?;
        let record = PinRecord::new(role, pin, self.profile.tries(role), master)?;
        match role {
            Role::User => self.user_pin = Some(record),
            Role::SecurityOfficer => self.so_pin = record,
        }
        Ok(())
    }
}

impl TokenHome {
    /// Checks a PIN. The try is counted on disk first, so that pulling the plug does not give it back.
    pub(crate) fn unlock(&self, role: Role, pin: &[u8]) -> Result<MasterKey, StoreError> {
        let (record, tries_left) = self.update(|file| {
            file.pin(role).ok_or(StoreError::PinNotSet)?;
            file.check_length(pin)?;
            let record = file.pin_mut(role)?;
            record.tries_left = record.tries_left.checked_sub(1).ok_or(StoreError::PinLocked)?;
            Ok((record.wrapped.clone(), record.tries_left))
        })?;
        match record.open(role.context(), pin) {
            Ok(master) => {
                self.update(|file| {
                    let tries = file.profile.tries(role);
                    file.pin_mut(role)?.tries_left = tries;
                    Ok(())
                })?;
                Ok(master)
            }
            Err(StoreError::Unsealing) if tries_left == 0 => Err(StoreError::PinLocked),
            Err(StoreError::Unsealing) => Err(StoreError::PinIncorrect { tries_left }),
            Err(other) => Err(other),
        }
    }

    /// Replaces a PIN by its owner; a wrong old PIN counts.
    pub(crate) fn change_pin(&self, role: Role, old: &[u8], new: &[u8]) -> Result<(), StoreError> {
        self.load()?.check_length(new)?;
        let master = self.unlock(role, old)?;
        self.update(|file| file.set_pin(role, new, &master))
    }

    /// Gives the user a new PIN and all tries, keeping the keys.
    pub(crate) fn reset_user_pin(&self, master: &MasterKey, pin: &[u8]) -> Result<(), StoreError> {
        self.update(|file| file.set_pin(Role::User, pin, master))
    }

    /// Empties the token: no objects, no user PIN, a new master key under the same administrator's PIN.
    pub(crate) fn initialise(&self, so_pin: &[u8], label: &str) -> Result<(), StoreError> {
        self.unlock(Role::SecurityOfficer, so_pin)?;
        let master = MasterKey::generate()?;
        self.update(|file| {
            file.set_pin(Role::SecurityOfficer, so_pin, &master)?;
            file.profile.label = label.to_owned();
            file.user_pin = None;
            file.objects.clear();
            Ok(())
        })
    }
}
