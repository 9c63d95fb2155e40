//! What a token says about itself and what it can do, as data.

use serde::{Deserialize, Serialize};

use super::models::{self, Model};

/// A mechanism a token offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// `CKM_…`.
    pub mechanism: u64,
    /// `ulMinKeySize`, bits.
    pub min: u64,
    /// `ulMaxKeySize`, bits.
    pub max: u64,
}

/// A token's identity and abilities; strings longer than PKCS#11 allows are cut when reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// `manufacturerID`, up to 32 octets.
    pub manufacturer: String,
    /// `model`, up to 16 octets.
    pub model: String,
    /// `serialNumber`, up to 16 octets; also names the token's folder. Several applets of one token have the same
    /// serial number: what follows a hyphen, as in `4E460012-2`, tells their folders apart and is not reported.
    pub serial: String,
    /// `label`, up to 32 octets of UTF-8.
    pub label: String,
    /// In the order they are listed; a memory token has objects, but no mechanisms.
    pub mechanisms: Vec<Offer>,
    /// The PIN is entered on the reader: `C_Login` takes no PIN and reads the file `pin-pad` in the token's
    /// folder, which stands for the person at the keys.
    pub protected_authentication_path: bool,
    /// Each signature asks for the PIN again.
    pub always_authenticate: bool,
    /// Each signature waits for a finger on the token: the file `touch` in the token's folder.
    pub touch: bool,
    /// How long the device waits for a person, milliseconds.
    pub patience: u64,
    /// Private keys are made by a fixed template: an attribute that differs is `CKR_ATTRIBUTE_READ_ONLY`.
    pub fixed_key_template: bool,
    /// Says so while a PIN is the factory's.
    pub marks_factory_pin: bool,
    /// Shortest PIN, octets.
    pub min_pin: usize,
    /// Longest PIN, octets.
    pub max_pin: usize,
    /// Wrong user PINs in a row until the lock.
    pub max_tries: u32,
    /// Wrong administrator PINs in a row until the lock.
    pub max_so_tries: u32,
}

/// A Рутокен ЭЦП 3.0 without a name; fills what a token file of an older program does not say.
impl Default for Profile {
    fn default() -> Self {
        Self::of_model(models::RUTOKEN_ECP_3.name, "", "")
    }
}

impl Profile {
    /// The profile of a known model, by the name in [`Profile::names`] or by the model it reports; an unknown
    /// model gets the abilities of Рутокен ЭЦП 3.0.
    pub fn of_model(name: &str, serial: &str, label: &str) -> Self {
        let known = models::ALL
            .iter()
            .find(|model| model.name == name || model.model == name);
        let model = known.unwrap_or(&models::RUTOKEN_ECP_3);
        Self {
            model: known.map_or(name, |known| known.model).into(),
            serial: serial.into(),
            label: label.into(),
            ..Self::from(model)
        }
    }

    /// Names of the known models.
    pub fn names() -> impl Iterator<Item = &'static str> {
        models::ALL.iter().map(|model| model.name)
    }

    /// What is offered under this number.
    pub(crate) fn offer(&self, mechanism: u64) -> Option<&Offer> {
        self.mechanisms.iter().find(|offer| offer.mechanism == mechanism)
    }

    /// `serialNumber` as it is reported.
    pub(crate) fn reported_serial(&self) -> &str {
        reported(&self.serial)
    }
}

/// The serial number of the token whose folder has this name.
pub(crate) fn reported(folder: &str) -> &str {
    folder.split_once('-').map_or(folder, |(token, _)| token)
}

impl From<&Model> for Profile {
    fn from(model: &Model) -> Self {
        Self {
            manufacturer: model.manufacturer.into(),
            model: model.model.into(),
            serial: String::new(),
            label: String::new(),
            mechanisms: model.mechanisms.to_vec(),
            protected_authentication_path: false,
            always_authenticate: false,
            touch: false,
            patience: 0,
            fixed_key_template: model.fixed_key_template,
            marks_factory_pin: model.marks_factory_pin,
            min_pin: model.pin.0,
            max_pin: model.pin.1,
            max_tries: model.tries.0,
            max_so_tries: model.tries.1,
        }
    }
}
