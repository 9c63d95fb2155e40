use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Environment, OrganisationView, SessionView, Settings, StandingView, UiError};

/// How far the program has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// No vault yet.
    FirstStart,
    /// The vault is closed.
    Locked,
    /// Open, but no organisation was added.
    NoOrganisation,
    /// Open, with an organisation chosen.
    Ready,
}

/// What guards the key of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// The keychain of the operating system.
    Keychain,
    /// A passphrase.
    Passphrase,
    /// Either opens it.
    Both,
}

/// What is to become of the protection of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ProtectionChange {
    /// A passphrase, or another one.
    SetPassphrase,
    /// No passphrase.
    RemovePassphrase,
    /// The keychain opens it.
    AddKeychain,
    /// The keychain opens it no more.
    RemoveKeychain,
    /// A recovery code; the one before is void.
    MakeRecoveryCode,
    /// No recovery code.
    RemoveRecoveryCode,
}

/// With what a person proves that the vault is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// The passphrase, where there is one.
    Passphrase,
    /// The recovery code.
    RecoveryCode,
}

/// Whether the portal answered last time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// Not asked yet.
    #[default]
    Unknown,
    /// It answered.
    Online,
    /// It could not be reached.
    Offline,
}

/// The state line of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    /// How far the program has come.
    pub phase: Phase,
    /// Version of the program.
    pub version: String,
    /// Environment of the vault.
    pub environment: Option<Environment>,
    /// What guards the vault; none before it exists.
    pub protection: Option<Protection>,
    /// When the recovery code was made that opens the vault too, RFC 3339; none if there is no code.
    pub recovery_code: Option<String>,
    /// The keychain of the operating system answers.
    pub keychain_available: bool,
    /// The chosen organisation.
    pub organisation: Option<OrganisationView>,
    /// All organisations of the vault.
    pub organisations: Vec<OrganisationView>,
    /// Who is signed in.
    pub session: Option<SessionView>,
    /// Why the session ended by itself, until somebody signs in again.
    pub session_ended: Option<UiError>,
    /// What the person may do in it; none where the portal has not said, and then nothing is refused here.
    pub standing: Option<StandingView>,
    /// Whether the portal answered last time.
    pub network: Network,
    /// When statuses were last fetched, RFC 3339.
    pub last_sync: Option<String>,
    /// What went wrong with the portal last, until something goes right.
    pub failing: Option<UiError>,
    /// Submissions that have not reached the portal yet.
    pub outbox_pending: u32,
    /// The user's choices.
    pub settings: Settings,
}

/// How to make the vault.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CreateVault {
    /// Environment, fixed for the vault's life.
    pub environment: Environment,
    /// What guards its key.
    pub protection: Protection,
}
