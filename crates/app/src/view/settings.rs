use serde::{Deserialize, Serialize};
use specta::Type;

use super::UiError;

/// Language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Русский.
    #[default]
    Ru,
    /// English.
    En,
}

impl From<Language> for kabinet_texts::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Ru => Self::Russian,
            Language::En => Self::English,
        }
    }
}

/// Colour scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the desktop says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Which proxy is asked to connect to the portal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyChoice {
    /// That of the operating system.
    #[default]
    System,
    /// None.
    None,
    /// That of [`ConnectionSettings::proxy_address`].
    Address,
}

/// The way to the portal. Empty addresses are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionSettings {
    /// Which proxy.
    pub proxy: ProxyChoice,
    /// `host:port` or a URL, without a password.
    pub proxy_address: String,
    /// TLS 1.2 is refused.
    pub only_tls13: bool,
    /// `127.0.0.1:port` of a program that speaks TLS with GOST ciphers to ЕСИА.
    pub esia_gateway: String,
    /// The same to ЕПГУ.
    pub epgu_gateway: String,
    /// ЕСИА of the environment with own addresses.
    pub own_esia: String,
    /// ЕПГУ of the environment with own addresses.
    pub own_epgu: String,
}

/// What the user may choose for this computer. Kept beside the vault, since the lock screen needs it too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Language of the interface.
    pub language: Language,
    /// Colour scheme.
    pub theme: Theme,
    /// Minutes without input after which the program closes the vault; 0 = never.
    pub lock_after_minutes: u32,
    /// Own PKCS#11 modules by absolute path, beside those found by the catalogue.
    pub modules: Vec<String>,
    /// Time stamp services (RFC 3161) by address; the next one is asked when one fails.
    pub time_stamp_services: Vec<String>,
    /// The way to the portal.
    pub connection: ConnectionSettings,
    /// A sign-in through Госуслуги goes on after a lock and a new start; if not, it ends with the lock (AUTH-30).
    pub keep_signed_in: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::default(),
            theme: Theme::default(),
            // AUTH-30: the source texts give no period.
            lock_after_minutes: 15,
            modules: Vec::new(),
            time_stamp_services: Vec::new(),
            connection: ConnectionSettings::default(),
            keep_signed_in: true,
        }
    }
}

/// A PKCS#11 module the program would load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ModuleView {
    /// Product name from the catalogue, or the file name.
    pub name: String,
    /// Absolute path.
    pub path: String,
    /// Added by the user.
    pub own: bool,
    /// Why it cannot be used.
    pub error: Option<UiError>,
}
