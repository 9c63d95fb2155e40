use serde::{Deserialize, Serialize};
use specta::Type;

use super::UiError;

/// How somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SessionWay {
    /// API key and signature.
    Signature,
    /// Госуслуги in the browser.
    Browser,
}

/// Who is signed in at the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// Name from the certificate, or from ЕСИА.
    pub holder: String,
    /// Position from the certificate.
    pub position: Option<String>,
    /// SHA-256 of the certificate, hex; none after a sign-in in the browser.
    pub certificate_id: Option<String>,
    /// How.
    pub way: SessionWay,
    /// Goes on by itself before it ends.
    pub renews: bool,
    /// RFC 3339.
    pub signed_in_at: String,
    /// RFC 3339; taken from the token.
    pub expires_at: String,
}

/// What ways there are to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SignInWays {
    /// Госуслуги in the browser are set up here.
    pub browser: bool,
    /// They are, and it cannot be used.
    pub browser_problem: Option<UiError>,
    /// Host of ЕСИА.
    pub host: String,
    /// Where the administrator sets them up; none in the demo.
    pub settings_file: Option<String>,
    /// Who signed in in the browser since the vault was opened.
    pub person: Option<EsiaPersonView>,
}

/// A person who signed in in the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EsiaPersonView {
    /// Surname, first name, patronymic.
    pub name: String,
    /// Their organisations, those of the vault first.
    pub roles: Vec<EsiaRole>,
}

/// Kind of an organisation in ЕСИА.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum EsiaRoleKind {
    /// Legal entity.
    Legal,
    /// Sole proprietor.
    SoleProprietor,
    /// Body of state power.
    Agency,
    /// Any other.
    Other,
}

/// A person's place in an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EsiaRole {
    /// The organisation in ЕСИА.
    pub oid: String,
    /// Short name.
    pub name: String,
    /// Full name.
    pub full_name: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: Option<String>,
    /// Kind.
    pub kind: EsiaRoleKind,
    /// Head of the organisation.
    pub chief: bool,
    /// Administrator of its profile.
    pub admin: bool,
    /// Neither blocked nor liquidated.
    pub active: bool,
    /// Branch, if it is one.
    pub branch: Option<String>,
    /// Its identity in the vault; none if the vault does not have it.
    pub organisation_id: Option<String>,
    /// It is the chosen one.
    pub current: bool,
}

/// What became of signing in for an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EsiaEntry {
    /// The session; none while the organisation is not in the vault.
    pub session: Option<SessionView>,
    /// What to add it with.
    pub prefilled: Option<PrefilledOrganisation>,
}

/// What ЕСИА knows of an organisation that is to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PrefilledOrganisation {
    /// Short name.
    pub name: String,
    /// ИНН; empty if it was not told.
    pub inn: String,
    /// ОГРН or ОГРНИП; empty if it was not told.
    pub ogrn: String,
    /// КПП.
    pub kpp: Option<String>,
}

/// An API key of an employee. The key itself is never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyView {
    /// Its name inside the program.
    pub id: String,
    /// Whose, in the user's words; empty for a key without a name.
    pub name: String,
    /// СНИЛС of the certificate it was last used with, masked but for the last four digits.
    pub snils: Option<String>,
    /// When it last worked, RFC 3339.
    pub last_used: Option<String>,
    /// Why ЕСИА refused it last time.
    pub problem: Option<UiError>,
    /// A new key waits to be tried; it takes the place of this one once it has worked.
    pub replacing: bool,
    /// Why the new one did not.
    pub replacing_problem: Option<UiError>,
}

/// An API key to add, or to put in the place of another.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKey {
    /// The key it is to replace; none adds one.
    pub id: Option<String>,
    /// Whose.
    pub name: String,
    /// UUID from ЛК ИЭП.
    pub key: String,
}
