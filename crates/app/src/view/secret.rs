use serde::Serialize;
use specta::Type;

use super::{Check, Language, PinState, Theme, UiError};

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
    /// One of several ways to confirm: chosen and not typed.
    Factor,
    /// A one-time code the portal sent, or one of an authenticator app.
    OneTimeCode,
    /// Password of the account at the portal.
    AccountPassword,
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
    /// Confirming something at the portal once more.
    StepUp,
    /// Linking an organisation.
    LinkOrganisation,
}

/// What is confirmed at the portal, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StepUpPrompt {
    /// What is confirmed, in the portal's words.
    pub title: Option<String>,
    /// The same in a code of the portal; text under `secret.operation.<code>`.
    pub operation: String,
    /// The way that is asked for now: `sms`, `email`, `app`, `password`; none while one is chosen.
    pub factor: Option<String>,
    /// Ways one can choose instead; text under `secret.factor.<code>`.
    pub others: Vec<String>,
    /// Where a code was sent, masked.
    pub sent_to: Option<String>,
    /// When it can be sent again, RFC 3339; none where nothing is sent.
    pub resend_at: Option<String>,
    /// Until when it can be confirmed, RFC 3339.
    pub expires: Option<String>,
    /// Attempts left, where the portal says.
    pub attempts_left: Option<u32>,
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
    /// What is known of the certificate's revocation, and how old that is; where somebody signs in.
    pub revocation: Option<Check>,
    /// What is confirmed at the portal.
    pub step_up: Option<StepUpPrompt>,
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
            revocation: None,
            step_up: None,
            error: None,
        }
    }
}
