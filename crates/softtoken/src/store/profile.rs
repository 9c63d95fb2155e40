//! What a token says about itself and what it can do, as data.

use serde::{Deserialize, Serialize};

/// A token's identity and abilities; strings longer than PKCS#11 allows are cut when reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// `manufacturerID`, up to 32 octets.
    pub manufacturer: String,
    /// `model`, up to 16 octets.
    pub model: String,
    /// `serialNumber`, up to 16 octets; also names the token's folder.
    pub serial: String,
    /// `label`, up to 32 octets of UTF-8.
    pub label: String,
    /// 512-bit keys beside 256-bit ones.
    pub has_512: bool,
    /// The PIN is entered on the reader: `C_Login` takes no PIN and reads the file `pin-pad` in the token's
    /// folder, which stands for the person at the keys.
    pub protected_authentication_path: bool,
    /// Each signature asks for the PIN again.
    pub always_authenticate: bool,
    /// A memory token: objects, but no mechanisms.
    pub passive: bool,
    /// Shortest PIN, octets.
    pub min_pin: usize,
    /// Longest PIN, octets.
    pub max_pin: usize,
    /// Wrong PINs in a row until the lock.
    pub max_tries: u32,
}

impl Profile {
    /// The profile of a known model; an unknown model gets the abilities of "Rutoken ECP".
    pub fn of_model(model: &str, serial: &str, label: &str) -> Self {
        let base = Self {
            manufacturer: "Aktiv Co.".into(),
            model: model.into(),
            serial: serial.into(),
            label: label.into(),
            has_512: true,
            protected_authentication_path: false,
            always_authenticate: false,
            passive: false,
            min_pin: 6,
            max_pin: 32,
            max_tries: 10,
        };
        match model {
            "Rutoken lite" => Self {
                passive: true,
                ..base
            },
            "JaCarta GOST 2.0" | "eToken GOST" => Self {
                manufacturer: "Aladdin R.D.".into(),
                has_512: false,
                ..base
            },
            _ => base,
        }
    }
}
