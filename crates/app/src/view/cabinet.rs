use serde::{Deserialize, Serialize};
use specta::Type;

use super::{FieldProblem, OrganisationKind, UiError};

/// Whether the portal offers its cabinet API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CabinetPresence {
    /// Nobody has asked yet.
    #[default]
    Unknown,
    /// It does.
    Present,
    /// It does not.
    Absent,
}

/// Whether a token at hand holds a certificate for an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateFit {
    /// One that can be used.
    Fit,
    /// One that ends soon.
    Expiring,
    /// None.
    None,
}

/// An organisation as a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationCard {
    /// Identity in ЕСИА; none for one that only the vault knows.
    pub oid: Option<String>,
    /// Local identity; none for one that is not in the vault.
    pub organisation_id: Option<String>,
    /// Short name.
    pub name: String,
    /// Full name, where the portal told it.
    pub full_name: Option<String>,
    /// Kind.
    pub kind: OrganisationKind,
    /// ИНН.
    pub inn: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// КПП.
    pub kpp: Option<String>,
    /// The person's role in the portal's words.
    pub role: Option<String>,
    /// The person is the head.
    pub chief: bool,
    /// The person is an administrator.
    pub administrator: bool,
    /// How far the link is; text under `ui.organisations.status.<code>`, a code without one is shown as it is.
    pub status: Option<String>,
    /// Since when, RFC 3339.
    pub since: Option<String>,
    /// The organisation worked for now.
    pub current: bool,
    /// Certificates at hand.
    pub certificate: CertificateFit,
    /// Whole days until the best of them ends.
    pub certificate_days_left: Option<i32>,
    /// Why it cannot be unlinked.
    pub unlink_refused: Option<UiError>,
}

/// A request for a link that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// Local identity.
    pub id: String,
    /// Number at the portal; none while nobody knows whether the portal has it.
    pub number: Option<String>,
    /// Name of the organisation.
    pub name: String,
    /// ИНН.
    pub inn: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// `signature`, `code` or `director`.
    pub method: String,
    /// How far it is; `unknown` while nobody knows. Text under `ui.organisations.status.<code>`.
    pub status: String,
    /// When it was sent, RFC 3339.
    pub sent: String,
    /// When the portal last told of it, RFC 3339.
    pub checked: Option<String>,
    /// Until when it can be confirmed, RFC 3339.
    pub expires: Option<String>,
    /// Who was written to, masked.
    pub sent_to: Option<String>,
    /// When the code or letter can be sent again, RFC 3339.
    pub repeat_at: Option<String>,
    /// Why it was refused, in the portal's words.
    pub reason: Option<String>,
    /// What went wrong last.
    pub error: Option<UiError>,
}

/// A document the portal wants with a link request, in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WantedDocumentView {
    /// Code.
    pub kind: String,
    /// The portal's word for it.
    pub title: String,
    /// Without it the request is not taken.
    pub required: bool,
}

/// The screen «Мои организации».
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MyOrganisations {
    /// Whether the portal offers linking at all.
    pub presence: CabinetPresence,
    /// When the portal told the list, RFC 3339.
    pub at: Option<String>,
    /// Cards.
    pub cards: Vec<OrganisationCard>,
    /// Requests that have not ended.
    pub links: Vec<LinkView>,
    /// Documents a link request needs.
    pub documents: Vec<WantedDocumentView>,
    /// Documents a registration needs.
    pub registration_documents: Vec<WantedDocumentView>,
    /// Why linking is not possible now.
    pub linking_refused: Option<UiError>,
    /// Link requests the portal refused within the last day: it may block after several.
    pub refusals: u32,
    /// Why the list is an older one.
    pub error: Option<UiError>,
}

/// Requisites of an organisation to link or register, as typed.
#[derive(Clone, Debug, Default, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LinkForm {
    /// Full name; needed for a registration.
    pub name: String,
    /// ИНН.
    pub inn: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// КПП.
    pub kpp: String,
    /// `signature`, `code` or `director`.
    pub method: String,
    /// Role of who acts: `director`, `accountant`, `representative`.
    pub role: String,
    /// ФИО of who acts.
    pub representative_name: String,
    /// Passport of who acts.
    pub representative_passport: String,
    /// Юридический адрес.
    pub legal_address: String,
    /// Расчётный счёт.
    pub bank_account: String,
    /// БИК.
    pub bik: String,
    /// Name of the bank.
    pub bank_name: String,
    /// Phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// ФИО of the director.
    pub director_name: String,
    /// When the director was appointed.
    pub director_appointed: String,
    /// ФИО of the contact person.
    pub contact_name: String,
    /// Account number at the tax office.
    pub tax_account: String,
    /// Passport of the director.
    pub director_passport: String,
    /// Code of a branch.
    pub branch_code: String,
    /// Address of a branch.
    pub branch_address: String,
    /// Form of ownership, for a registration.
    pub ownership_form: String,
    /// Type of the organisation, for a registration.
    pub organisation_type: String,
    /// Aims of its activity, for a registration.
    pub activity_aims: String,
    /// Documents out of the archive, in any order.
    pub documents: Vec<FormDocument>,
    /// The person accepts the terms of the portal.
    pub accept_terms: bool,
}

/// A document that goes with a request.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FormDocument {
    /// Code of the portal.
    pub kind: String,
    /// Document of the archive.
    pub document_id: String,
}

/// A complaint about a field of the form; text under `requisites.<code>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NamedProblem {
    /// Which field.
    pub field: String,
    /// What is wrong with it.
    pub problem: FieldProblem,
}

/// How complete a form is. Nothing is sent before it is ready: each refusal counts as an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LinkCheck {
    /// What ИНН says the organisation is.
    pub kind: Option<OrganisationKind>,
    /// Complaints about what is filled in.
    pub problems: Vec<NamedProblem>,
    /// Fields that are needed and empty.
    pub missing: Vec<String>,
    /// Needed fields that are in order.
    pub filled: u32,
    /// Needed fields.
    pub total: u32,
    /// Nothing is missing or wrong.
    pub ready: bool,
}

/// What became of an attempt to unlink.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UnlinkOutcome {
    /// The organisation is unlinked.
    pub done: bool,
    /// Applications in its way, number and title.
    pub orders: Vec<BlockingOrderView>,
    /// Submissions of the vault that have not reached the portal.
    pub unsent: u32,
}

/// An application that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BlockingOrderView {
    /// Its number.
    pub order: String,
    /// Its title.
    pub title: String,
}

/// What became of an organisation that was taken out of the vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RemovalOutcome {
    /// Backups that still hold it.
    pub backups_left: u32,
    /// Backups it was taken out of.
    pub backups_cleaned: u32,
}

/// A registration at the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationView {
    /// Names it.
    pub id: String,
    /// Number at the portal.
    pub number: Option<String>,
    /// Name of the organisation.
    pub name: Option<String>,
    /// `in-review`, `registered`, `refused`, or the portal's own; text under `ui.organisations.registration.<code>`.
    pub status: String,
    /// When it is expected to be over.
    pub expected: Option<String>,
    /// Documents that are missing.
    pub missing: Vec<String>,
    /// Number of the certificate.
    pub certificate_number: Option<String>,
    /// Since when it is registered.
    pub activated: Option<String>,
    /// Why it was refused, in the portal's words.
    pub reason: Option<String>,
    /// What is to be corrected.
    pub corrections: Vec<String>,
    /// Questions of the portal.
    pub clarifications: Vec<ClarificationView>,
    /// When that was so, RFC 3339.
    pub updated: Option<String>,
}

/// A question of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClarificationView {
    /// Names it.
    pub id: String,
    /// The question.
    pub text: String,
    /// When the answer is due.
    pub due: Option<String>,
    /// It was answered.
    pub answered: bool,
}

/// What is permitted in the chosen organisation, as far as the portal said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StandingView {
    /// The person's role in the portal's words.
    pub role: String,
    /// When the portal said it, RFC 3339.
    pub at: String,
    /// What is not permitted, and why; what stands nowhere is for the portal to judge.
    pub refused: Vec<RefusedPermission>,
    /// The account is locked: work on drafts goes on, everything at the portal waits.
    pub locked: bool,
    /// Days until the password has to be changed, once a week is left.
    pub password_days_left: Option<i32>,
    /// Important notifications nobody has read.
    pub alerts: u32,
    /// Name of an organisation that was just linked: the check-up after it waits.
    pub check_up_due: Option<String>,
}

/// Something that is not permitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefusedPermission {
    /// Code of the permission.
    pub code: String,
    /// Why, as the person meets it.
    pub error: UiError,
}

/// The page about the safety of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecurityView {
    /// Whether the portal tells any of it.
    pub presence: CabinetPresence,
    /// The account.
    pub account: Option<AccountView>,
    /// The check-up.
    pub check_up: Vec<CheckUpView>,
    /// Devices.
    pub devices: Vec<DeviceView>,
    /// The organisation after whose linking this is looked at; with nothing left to put right it is the last time.
    pub after_linking: Option<String>,
    /// Why something is missing.
    pub error: Option<UiError>,
}

/// The person's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// `confirmed`, `in-review`, `not-confirmed`, or the portal's own.
    pub confirmed: String,
    /// Ways to confirm it; text under `ui.security.ways.<code>`.
    pub confirm_ways: Vec<String>,
    /// A second factor is switched on.
    pub second_factor: Option<bool>,
    /// When the password has to be changed, RFC 3339.
    pub password_expires: Option<String>,
    /// Whole days until then.
    pub password_days_left: Option<i32>,
    /// The lock.
    pub lock: Option<LockView>,
    /// Masked phone.
    pub phone: Option<String>,
    /// Masked e-mail.
    pub email: Option<String>,
    /// Pages of the portal that can be opened: `security`, `confirm-<way>`.
    pub pages: Vec<String>,
}

/// Why the account is locked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LockView {
    /// Code; text under `ui.security.lock.<code>`.
    pub cause: String,
    /// When it ends by itself, RFC 3339.
    pub until: Option<String>,
    /// The person can end it; else support.
    pub self_service: bool,
}

/// A line of the check-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CheckUpView {
    /// Code; text under `ui.security.items.<code>`.
    pub item: String,
    /// `ok`, `attention` or `bad`.
    pub state: String,
    /// The portal's own words.
    pub detail: Option<String>,
    /// What puts it right, where something does: `page` opens the portal's page about it, `confirm` and `devices` are on this page,
    /// `organisations` is another screen.
    pub remedy: Option<String>,
}

/// A device the person is signed in on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    /// Names it.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its system.
    pub system: String,
    /// Where it was seen.
    pub place: String,
    /// When it was seen last, RFC 3339.
    pub last_seen: Option<String>,
    /// It is this one.
    pub current: bool,
    /// The person trusts it.
    pub trusted: bool,
    /// Sessions on it.
    pub sessions: u32,
}

/// The feed of the portal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Notifications {
    /// Whether the portal has one.
    pub presence: CabinetPresence,
    /// Newest first.
    pub items: Vec<NotificationView>,
    /// Not read.
    pub unread: u32,
    /// When it was fetched, RFC 3339.
    pub at: Option<String>,
    /// Why it is an older one.
    pub error: Option<UiError>,
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NotificationView {
    /// Names it.
    pub id: String,
    /// When it was made, RFC 3339.
    pub at: Option<String>,
    /// `order`, `security`, `system`, `deadline`, `news`, `director`, or the portal's own.
    pub kind: String,
    /// Title, in the portal's words.
    pub title: String,
    /// Text, in the portal's words.
    pub text: String,
    /// Section it leads to, in a code of the portal.
    pub section: Option<String>,
    /// What in it.
    pub target: Option<String>,
    /// It was read.
    pub read: bool,
    /// It wants to be seen.
    pub important: bool,
}

/// Where the portal tells of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KindChannels {
    /// Code; text under `ui.notifications.kinds.<code>`.
    pub kind: String,
    /// In the cabinet.
    pub wanted: bool,
    /// By e-mail.
    pub email: bool,
    /// By SMS.
    pub sms: bool,
    /// To programs like this one.
    pub push: bool,
}

/// The portal's own settings of notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PortalChannels {
    /// Whether the portal has any.
    pub presence: CabinetPresence,
    /// Anything at all.
    pub enabled: bool,
    /// By kind; empty while it is not known.
    pub kinds: Vec<KindChannels>,
    /// Why it is not known.
    pub error: Option<UiError>,
}
