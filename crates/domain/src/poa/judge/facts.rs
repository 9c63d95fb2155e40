//! What a judgement rests on.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::super::{PoaState, PowerOfAttorney, RegistryState};

/// What the registry said is relied on for so long.
pub const FRESH: Duration = Duration::hours(24);

/// What stands behind a power of attorney.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PoaKind {
    /// A signed file of the unified format.
    #[default]
    Electronic,
    /// A picture of a paper the principal signed by hand.
    PaperScan,
    /// A picture of a paper a notary certified.
    NotarialScan,
}

/// A power of attorney and everything known of it.
#[derive(Clone, Copy, Debug)]
pub struct KnownPoa<'a> {
    /// What it says.
    pub poa: &'a PowerOfAttorney,
    /// What stands behind it.
    pub kind: PoaKind,
    /// How far it is on its way to the registry.
    pub state: PoaState,
    /// Its signatures, as judged at the moment the question is about.
    pub signatures: &'a [PrincipalSignature],
    /// What the registry last said.
    pub registry: Option<RegistryWord>,
    /// When a revocation was signed here.
    pub revoked_here: Option<OffsetDateTime>,
    /// Redelegations that pass powers of it on.
    pub passed_on: &'a [&'a PowerOfAttorney],
}

/// What the registry said of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryWord {
    /// The state it named.
    pub state: RegistryState,
    /// When it said so.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Since when it is revoked, if it named the moment.
    #[serde(with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<OffsetDateTime>,
}

/// A signature under a power of attorney.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrincipalSignature {
    /// What was found.
    pub standing: SignatureStanding,
    /// Whose certificate it names.
    pub signer: Signer,
    /// When it was made, as far as that is proven or said.
    #[serde(with = "time::serde::rfc3339::option")]
    pub made: Option<OffsetDateTime>,
}

/// What a verification of a signature found, the most serious first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureStanding {
    /// It does not fit the content.
    Broken,
    /// The certificate was revoked before it was made.
    CertificateRevoked,
    /// The certificate's term was over, or had not begun.
    CertificateExpired,
    /// No path to an accredited authority.
    CertificateUntrusted,
    /// Not a qualified certificate.
    CertificateNotQualified,
    /// Something needed to judge it is missing.
    Unknown,
    /// Everything was checked and holds.
    Valid,
}

/// Whom a certificate names. Nothing of it may be logged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// ИНН of the person, 12 digits.
    pub inn: Option<String>,
    /// СНИЛС of the person, 11 digits.
    pub snils: Option<String>,
    /// ИНН of the organisation, 10 digits.
    pub organisation_inn: Option<String>,
    /// КПП of the organisation, where it is known.
    pub organisation_kpp: Option<String>,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Who signs.
    pub acting: &'a Signer,
    /// Who else signs the same.
    pub together_with: &'a [Signer],
    /// ИНН of the organisation it is done for.
    pub inn: &'a str,
    /// Its КПП.
    pub kpp: Option<&'a str>,
    /// When it is or was signed.
    pub at: OffsetDateTime,
    /// Codes of powers, any of which is enough. With none nothing can be said.
    pub powers: &'a [&'a str],
    /// What is known of the matter: code of a limit and the code of its value.
    pub matter: &'a [(&'a str, &'a str)],
    /// Tax office it goes to, 4 digits.
    pub tax_office: Option<&'a str>,
    /// What the registry said is relied on for so long; [`FRESH`] if nothing else is decided.
    pub fresh: Duration,
}
