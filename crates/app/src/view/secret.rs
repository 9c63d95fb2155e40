use serde::Serialize;
use specta::Type;

use super::{Language, PinState, Theme, UiError};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SecretKind {
    /// PIN of a token.
    Pin,
    /// Passphrase of the vault.
    Passphrase,
    /// A new passphrase, entered twice.
    NewPassphrase,
    /// A new PIN of a token, entered twice.
    NewPin,
    /// PUK of a token.
    Puk,
    /// Password of a key file.
    KeyFile,
    /// Recovery code of the vault, as it stands on the paper.
    RecoveryCode,
    /// A new recovery code: shown and not asked for.
    NewRecoveryCode,
}

/// What for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SecretPurpose {
    /// Signing in at the portal.
    SignIn,
    /// Signing the listed documents.
    Sign,
    /// A signature that only shows whether the token works.
    TestSignature,
    /// Opening the vault.
    Unlock,
    /// Opening the vault by its recovery code.
    RecoverAccess,
    /// Changing what opens the vault.
    ChangeProtection,
    /// The passphrase from now on.
    SetPassphrase,
    /// Making a recovery code.
    MakeRecoveryCode,
    /// Putting a backup in place of the vault.
    RestoreBackup,
    /// Making the vault.
    CreateVault,
    /// Changing the PIN of a token.
    ChangePin,
    /// Unblocking the PIN of a token.
    Unblock,
    /// Making a key on a token and the request for its certificate.
    MakeKey,
    /// Writing an issued certificate to its token.
    ImportCertificate,
    /// Writing a file for a colleague.
    HandOver,
    /// Opening a file a colleague wrote.
    TakeOver,
    /// Looking which certificates are in a key file.
    OpenKeyFile,
}

/// Everything the secret window shows. The window gets it before its script runs; the secret itself goes back
/// through a command that only this window has and never passes the main window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretPrompt {
    /// What is asked for.
    pub kind: SecretKind,
    /// Language of the window.
    pub language: Language,
    /// Colour scheme of the window.
    pub theme: Theme,
    /// What for.
    pub purpose: SecretPurpose,
    /// Whose certificate.
    pub holder: Option<String>,
    /// For which organisation.
    pub organisation: Option<String>,
    /// Portal host one signs in to.
    pub host: Option<String>,
    /// Label of the token.
    pub token_label: Option<String>,
    /// Serial number of the token.
    pub token_serial: Option<String>,
    /// Titles of exactly the documents that will be signed.
    pub documents: Vec<String>,
    /// PIN state, read just before.
    pub pin_state: Option<PinState>,
    /// Shortest entry, in characters.
    pub min_length: u32,
    /// Longest entry, in characters.
    pub max_length: u32,
    /// Why it is asked again.
    pub error: Option<UiError>,
}

impl SecretPrompt {
    /// One that asks for nothing in particular yet, in the language and colours of the program.
    pub(crate) fn new(settings: &super::Settings, kind: SecretKind, purpose: SecretPurpose) -> Self {
        Self {
            kind,
            language: settings.language,
            theme: settings.theme,
            purpose,
            holder: None,
            organisation: None,
            host: None,
            token_label: None,
            token_serial: None,
            documents: Vec::new(),
            pin_state: None,
            min_length: 0,
            max_length: 0,
            error: None,
        }
    }
}
