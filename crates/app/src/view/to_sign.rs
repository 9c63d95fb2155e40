use serde::Serialize;
use specta::Type;

use super::{DocumentToSign, UiError};

/// Everything that waits for a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ToSign {
    /// What waits, by kind; kinds of which there is nothing are left out.
    pub groups: Vec<ToSignGroup>,
    /// There is more than is listed.
    pub more: bool,
    /// Powers of attorney that are signed and not on their way to the registry.
    pub unregistered: Vec<Unregistered>,
}

/// What waits, of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ToSignGroup {
    /// `poa`, `poa-revocation`, `handed-over`, `document`; title under `ui.toSign.groups`.
    pub kind: String,
    /// They, first come first.
    pub items: Vec<ToSignItem>,
}

/// A document that waits for a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ToSignItem {
    /// The document, and whether it was opened as it is now.
    pub document: DocumentToSign,
    /// Name of the form.
    pub format_name: String,
    /// What becomes possible once it is signed.
    pub grants: Vec<Grant>,
    /// What it takes back.
    pub revokes: Option<Revoked>,
    /// Who handed it over to be signed.
    pub from: Option<HandedBy>,
    /// Those a power of attorney names as who gives it; nobody else may sign.
    pub heads: Vec<String>,
    /// All of [`Self::heads`] have to sign it.
    pub together: bool,
    /// Others have signed it already.
    pub joins: bool,
    /// Which of the certificates that were asked about may sign it.
    pub signers: Vec<String>,
}

/// What somebody becomes able to do. Facts; the sentence is under `ui.toSign`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// Name of who receives the powers.
    pub who: String,
    /// Names of the powers with their limits, in the words of the file; or its own words where it names none.
    pub may: Vec<String>,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day.
    pub until: String,
    /// May pass the powers on.
    pub redelegate: bool,
    /// Can be taken back.
    pub revocable: bool,
    /// Only together with the others who receive them.
    pub joint: bool,
}

/// What a revocation takes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Revoked {
    /// Number of the power of attorney.
    pub number: String,
    /// Why.
    pub reason: String,
    /// Who loses powers; nobody where the register does not know it.
    pub who: Vec<String>,
}

/// Who handed a document over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandedBy {
    /// As they call themselves.
    pub who: String,
    /// The colleague who is known here under their address.
    pub colleague: Option<String>,
    /// What they say.
    pub note: String,
}

/// A power of attorney that could be registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Unregistered {
    /// Its number.
    pub number: String,
    /// The document that holds it.
    pub document_id: String,
    /// Title of that.
    pub title: String,
    /// Names of those who have to sign it before.
    pub awaited: Vec<String>,
}

/// What became of a power of attorney that was to be registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    /// Its number.
    pub number: String,
    /// Why it is not on its way; text under `errors`.
    pub error: Option<UiError>,
}
