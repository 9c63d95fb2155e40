use serde::{Deserialize, Serialize};
use specta::Type;

use super::Params;

/// The links of the chain from a socket to a verified signature, in their order. Names under `doctor.step`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DoctorStep {
    /// A device on USB.
    Usb,
    /// The smart-card service of the system.
    Service,
    /// The reader as the service shows it.
    Reader,
    /// The card in the reader; in a token it never leaves it.
    Card,
    /// The file of the vendor's PKCS#11 module.
    Module,
    /// Whether the file is for this system and processor.
    Bitness,
    /// Loading and initialising the module.
    Load,
    /// Whether the module shows the token.
    Slot,
    /// What the token says of itself.
    Token,
    /// Certificates on it.
    Certificates,
    /// Their private keys.
    Key,
    /// A signature, made only when somebody asks for it.
    Signature,
    /// This program's own check of that signature.
    Verification,
}

/// How a step came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// As it should be.
    Ok,
    /// Works, and there is something to know.
    Warning,
    /// Does not work.
    Broken,
    /// This chain has no such step.
    NotApplicable,
    /// Nobody looked, or there was nothing to look at.
    NotChecked,
}

/// A step with its finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DoctorLine {
    /// Which step.
    pub step: DoctorStep,
    /// How it came out.
    pub state: StepState,
    /// What was found: text under `doctor.<code>.says`, the remedy under `doctor.<code>.todo`, where there is one. Codes of
    /// `token` are errors with their own texts.
    pub code: String,
    /// Values for the text.
    pub params: Params,
}

/// One device, reader, token or module, from its first step to the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DoctorChain {
    /// What it is about: a name of the token, device, reader or module; empty when nothing is connected at all.
    pub title: String,
    /// A module alone: no device, reader or token belongs to it.
    pub is_module: bool,
    /// All steps, in their order.
    pub lines: Vec<DoctorLine>,
    /// The first step that does not work; nothing after it can be trusted.
    pub broken: Option<DoctorStep>,
    /// Certificates a test signature can be asked for.
    pub certificates: Vec<DoctorCertificate>,
}

/// A certificate a test signature can be made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DoctorCertificate {
    /// SHA-256 of the certificate, hex.
    pub id: String,
    /// Person, or common name.
    pub holder: String,
    /// RFC 3339.
    pub not_after: String,
}

/// What the doctor found. It goes back to the core when a test signature is asked for, and comes again with its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// The kind of this system: remedies under `doctor.<code>.todo_<system>` come before the general one.
    pub system: String,
    /// Its name and version.
    pub system_name: String,
    /// Broken ones first.
    pub chains: Vec<DoctorChain>,
    /// All of it as text for somebody who helps, without personal data.
    pub report: String,
}
