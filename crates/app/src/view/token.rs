use serde::{Deserialize, Serialize};
use specta::Type;

use super::{FieldProblem, UiError};

/// What the token says about its PIN, read without login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PinState {
    /// Nothing to remark.
    Ok,
    /// At least one wrong entry since the last good one.
    Low,
    /// One try is left.
    LastTry,
    /// No try is left.
    Locked,
    /// The factory PIN is in use.
    MustChange,
    /// The PIN is typed on the device itself.
    OnDevice,
}

/// What the token says about its PUK (administrator PIN), read without login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PukState {
    /// Nothing to remark.
    Ok,
    /// At least one wrong entry since the last good one.
    Low,
    /// One try is left.
    LastTry,
    /// No try is left.
    Locked,
}

/// What holds the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum TokenHolder {
    /// A token or smart card.
    Token,
    /// A key file under a password.
    KeyFile,
    /// The certificate store of the operating system.
    SystemStore,
}

/// A token that is plugged in, or what stands in for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TokenView {
    /// Identity while it is plugged in: serial number and model.
    pub id: String,
    /// What it is.
    pub holder: TokenHolder,
    /// Label.
    pub label: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// File name of the module that shows it, or of the key file.
    pub module: String,
    /// Maker.
    pub manufacturer: String,
    /// Firmware version, if the module knows it.
    pub firmware: Option<String>,
    /// Reader it is in.
    pub reader: String,
    /// PIN state.
    pub pin: PinState,
    /// PUK state.
    pub puk: PukState,
    /// Ways of signing, `gost-256`, `gost-512`, `rsa-pkcs1`, `ecdsa-p256`.
    pub signs: Vec<String>,
    /// Keys it makes, as the order for a certificate names them: `gost2012-256:tc26-b` and so on, the usual one first.
    pub makes: Vec<String>,
    /// It was never prepared: no PIN, no keys.
    pub blank: bool,
    /// It cannot sign: it only stores keys, or is blank.
    pub passive: bool,
}

/// A certificate the user may choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CertificateView {
    /// SHA-256 of the certificate, hex.
    pub id: String,
    /// Person, or common name.
    pub holder: String,
    /// Organisation.
    pub organisation: Option<String>,
    /// Position.
    pub position: Option<String>,
    /// ИНН of the person.
    pub inn: Option<String>,
    /// ИНН of the organisation.
    pub organisation_inn: Option<String>,
    /// ОГРН.
    pub ogrn: Option<String>,
    /// Who issued it.
    pub issuer: String,
    /// Serial number, hex.
    pub serial: String,
    /// RFC 3339.
    pub not_before: String,
    /// RFC 3339.
    pub not_after: String,
    /// Whole days until it expires; negative afterwards.
    pub days_left: i32,
    /// Key algorithm by name.
    pub algorithm: String,
    /// Where it is.
    pub token: Option<TokenView>,
    /// Why it is not fit for the chosen organisation now; empty = fit. Codes under `certificate.unfit.<code>`.
    pub unfit: Vec<FieldProblem>,
    /// What it can be used for now.
    pub uses: Vec<Use>,
    /// The same key once more: older certificates, other places.
    pub also: Vec<AlsoView>,
}

/// Another certificate of the same key, or the same one elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AlsoView {
    /// SHA-256 of the certificate, hex.
    pub id: String,
    /// RFC 3339.
    pub not_after: String,
    /// Identity of the token it is on.
    pub token_id: String,
    /// Label of the token it is on.
    pub token_label: String,
}

/// What a certificate can be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// Signing documents of the chosen organisation.
    Sign,
    /// Signing files of one's own.
    SignFiles,
    /// Signing in at the portal for the chosen organisation.
    SignIn,
}

/// How soon a certificate ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Expiring {
    /// Within 60 days.
    InTwoMonths,
    /// Within 30 days.
    InAMonth,
    /// Within 14 days.
    InTwoWeeks,
    /// Within 3 days.
    InDays,
    /// It is over.
    Over,
}

/// A warning that a certificate ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExpiryWarning {
    /// SHA-256 of the certificate, hex.
    pub certificate_id: String,
    /// Whose.
    pub holder: String,
    /// Whole days left; negative afterwards.
    pub days_left: i32,
    /// How soon.
    pub expiring: Expiring,
    /// The next reporting date, RFC 3339 date, when the certificate ends before it.
    pub before_deadline: Option<String>,
    /// A certificate that takes over is on the token already.
    pub renewed: bool,
}

/// A key that still waits for its certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LoneKeyView {
    /// Token it is on.
    pub token_id: String,
    /// Name.
    pub label: String,
}

/// What the modules show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TokenScan {
    /// Tokens.
    pub tokens: Vec<TokenView>,
    /// Certificates, fit ones first.
    pub certificates: Vec<CertificateView>,
    /// Keys whose certificate is not there yet.
    pub lone_keys: Vec<LoneKeyView>,
    /// Certificates of the chosen organisation that end soon, the soonest first.
    pub expiring: Vec<ExpiryWarning>,
    /// Modules that could not answer.
    pub problems: Vec<ModuleProblem>,
    /// Names of modules that have not answered yet; `tokens-changed` tells when they have.
    pub pending: Vec<String>,
    /// Why tokens cannot be noticed by themselves: the smart-card service does not run.
    pub no_service: Option<UiError>,
}

/// What an order for a certificate says; requisites are those of the owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CertificateOrder {
    /// One of [`TokenView::makes`].
    pub algorithm: String,
    /// Фамилия.
    pub surname: String,
    /// Имя и отчество.
    pub given_name: String,
    /// Должность.
    pub position: String,
    /// Наименование организации.
    pub organisation: String,
    /// Код и название региона, such as `77 Москва`.
    pub region: String,
    /// Город.
    pub locality: String,
    /// Улица, дом.
    pub street: String,
    /// Electronic mail.
    pub email: String,
    /// ИНН of the person.
    pub inn: String,
    /// СНИЛС.
    pub snils: String,
    /// ИНН of the organisation.
    pub organisation_inn: String,
    /// ОГРН of the organisation, or ОГРНИП.
    pub ogrn: String,
}

/// A request for a certificate that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OrderedCertificate {
    /// Name of the file with the request.
    pub name: String,
    /// Folder it lies in.
    pub folder: String,
    /// Label of the token with the key.
    pub token_label: String,
}

/// A step of renewing a certificate; texts under `ui.tokens.renewal.<code>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RenewalStep {
    /// `data`, `request`, `centre`, `import`, `check`, `sign-in`.
    pub code: String,
    /// Done; `None` when the program cannot know.
    pub done: Option<bool>,
    /// When it was done, RFC 3339.
    pub at: Option<String>,
}

/// A module that could not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ModuleProblem {
    /// Its name.
    pub module: String,
    /// Why.
    pub error: UiError,
}
