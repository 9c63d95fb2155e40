use serde::{Deserialize, Serialize};
use specta::Type;

use super::UiError;

/// How the person stands in the chosen organisation, and the services it has in use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RepresentativeView {
    /// Code; text under `ui.representative.status.<code>`.
    pub status: String,
    /// `signature`, `code`, `smev`, `qr`.
    pub method: Option<String>,
    /// Since when, RFC 3339.
    pub since: Option<String>,
    /// Methods that can be chosen.
    pub methods: Vec<String>,
    /// One of these is wanted for the method `code`.
    pub documents: Vec<AuthorityDocumentView>,
    /// Permissions a confirmation opens; text under `ui.representative.opens.<code>`.
    pub opens: Vec<String>,
    /// Whether requisites can be checked through СМЭВ now.
    pub smev_available: bool,
    /// Where the code went.
    pub sent_to: Option<String>,
    /// When it can be sent again, RFC 3339.
    pub repeat_at: Option<String>,
    /// Attempts left with it.
    pub attempts_left: Option<u32>,
    /// What somebody authorised reads with a telephone.
    pub qr: Option<QrView>,
    /// When a check is expected to end, RFC 3339.
    pub expected: Option<String>,
    /// Why a check failed.
    pub reasons: Vec<CheckReasonView>,
    /// Who confirmed.
    pub confirmed_by: Option<String>,
    /// What was given last, so that it need not be typed again.
    pub form: IdentityForm,
    /// Services the organisation has or can have in use.
    pub services: Vec<EnabledServiceView>,
    /// When the portal told it, RFC 3339.
    pub at: Option<String>,
    /// Why it is older.
    pub error: Option<UiError>,
}

/// A kind of document that shows the authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuthorityDocumentView {
    /// Code.
    pub kind: String,
    /// The portal's word for it.
    pub title: String,
}

/// A QR code (ISO/IEC 18004) to be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct QrView {
    /// What it says.
    pub text: String,
    /// Modules on a side, without the quiet zone.
    pub size: u32,
    /// Path of the dark modules as SVG writes it, one unit a module.
    pub path: String,
    /// Until when it is good, RFC 3339.
    pub expires: Option<String>,
}

/// Why a check failed, in the portal's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CheckReasonView {
    /// Code.
    pub code: String,
    /// What is wrong.
    pub message: Option<String>,
    /// What to do about it.
    pub correction: Option<String>,
}

/// What the method `code` wants, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IdentityForm {
    /// What the document is, in a code of the portal.
    pub kind: String,
    /// Document of the archive.
    pub document_id: String,
    /// Phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
}

/// A service an organisation can have in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EnabledServiceView {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// What it is for.
    pub summary: Option<String>,
    /// It is in use.
    pub enabled: bool,
    /// Since when, RFC 3339.
    pub since: Option<String>,
    /// Who enabled it.
    pub by: Option<String>,
}
