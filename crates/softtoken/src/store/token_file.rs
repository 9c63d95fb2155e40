//! The file of a token.

use serde::{Deserialize, Serialize};

use super::{Attributes, MasterKey, Profile, Sealed, StoreError, pins::PinRecord};

pub(crate) const VERSION: u32 = 1;

/// Everything a token keeps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TokenFile {
    pub(crate) version: u32,
    pub(crate) profile: Profile,
    /// `None` until the administrator sets it.
    pub(crate) user_pin: Option<PinRecord>,
    pub(crate) so_pin: PinRecord,
    pub(crate) next_object: u32,
    pub(crate) objects: Vec<StoredObject>,
}

/// An object; `CKA_VALUE` of a private one is sealed and not among the attributes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredObject {
    /// Also the object's handle.
    pub(crate) id: u32,
    pub(crate) attributes: Attributes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sealed_value: Option<Sealed>,
}

impl TokenFile {
    /// Keeps an object under the next identifier and returns that.
    pub(crate) fn add(
        &mut self,
        attributes: Attributes,
        private_value: Option<(&MasterKey, &[u8])>,
    ) -> Result<u32, StoreError> {
        let id = self.next_object;
        self.next_object += 1;
        let sealed_value = private_value
            .map(|(master, value)| master.seal(&self.context(), value))
            .transpose()?;
        self.objects.push(StoredObject {
            id,
            attributes,
            sealed_value,
        });
        Ok(id)
    }

    /// What private values of this token are bound to.
    pub(crate) fn context(&self) -> String {
        format!("kabinet-softtoken value {}", self.profile.serial)
    }

    pub(crate) fn object(&self, id: u32) -> Option<&StoredObject> {
        self.objects.iter().find(|object| object.id == id)
    }
}
