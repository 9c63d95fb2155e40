use serde::Serialize;
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

/// A token that is plugged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TokenView {
    /// Identity while it is plugged in: module and serial.
    pub id: String,
    /// Label.
    pub label: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Module that shows it.
    pub module: String,
    /// PIN state.
    pub pin: PinState,
    /// It stores keys but cannot sign.
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
}

/// What the modules show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TokenScan {
    /// Tokens.
    pub tokens: Vec<TokenView>,
    /// Certificates, fit ones first.
    pub certificates: Vec<CertificateView>,
    /// Modules that could not answer.
    pub problems: Vec<ModuleProblem>,
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
