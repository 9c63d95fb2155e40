//! What keeps a certificate from being a qualified one, as data with stable codes.

use time::OffsetDateTime;

/// A requisite of приказ ФСБ № 795, by its name there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requisite {
    /// commonName
    CommonName,
    /// surname
    Surname,
    /// givenName
    GivenName,
    /// countryName
    Country,
    /// stateOrProvinceName
    State,
    /// localityName
    Locality,
    /// streetAddress
    Street,
    /// organizationName
    Organisation,
    /// title
    Title,
    /// OGRN
    Ogrn,
    /// OGRNIP
    Ogrnip,
    /// SNILS
    Snils,
    /// INN
    Inn,
    /// INNLE, or INN with two zeros before it in certificates issued earlier
    InnLe,
}

impl Requisite {
    /// The name in the order.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CommonName => "commonName",
            Self::Surname => "surname",
            Self::GivenName => "givenName",
            Self::Country => "countryName",
            Self::State => "stateOrProvinceName",
            Self::Locality => "localityName",
            Self::Street => "streetAddress",
            Self::Organisation => "organizationName",
            Self::Title => "title",
            Self::Ogrn => "OGRN",
            Self::Ogrnip => "OGRNIP",
            Self::Snils => "SNILS",
            Self::Inn => "INN",
            Self::InnLe => "INNLE",
        }
    }
}

/// One finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QualificationProblem {
    /// The owner's name lacks a requisite, or it is not of its form.
    Subject(Requisite),
    /// The authority's name lacks a requisite, or it is not of its form.
    Issuer(Requisite),
    /// certificatePolicies names no class of signature tools.
    ToolClass,
    /// subjectSignTool is missing or broken.
    SubjectSignTool,
    /// issuerSignTool is missing or broken.
    IssuerSignTool,
    /// identificationKind is missing or broken.
    IdentificationKind,
    /// keyUsage is missing, or does not allow signing.
    KeyUsage,
    /// The accreditation had ended.
    AccreditationEnded {
        /// Since when.
        since: OffsetDateTime,
    },
    /// The accreditation was suspended.
    AccreditationSuspended {
        /// Since when.
        since: OffsetDateTime,
    },
    /// The list does not know the issuer at that moment.
    IssuerNotListed,
    /// No list, or no certificate of the issuer, is at hand.
    NoList,
}

impl QualificationProblem {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Subject(_) => "pki.qualified-subject-requisite",
            Self::Issuer(_) => "pki.qualified-issuer-requisite",
            Self::ToolClass => "pki.qualified-tool-class",
            Self::SubjectSignTool => "pki.qualified-subject-tool",
            Self::IssuerSignTool => "pki.qualified-issuer-tool",
            Self::IdentificationKind => "pki.qualified-identification",
            Self::KeyUsage => "pki.qualified-key-usage",
            Self::AccreditationEnded { .. } => "pki.qualified-accreditation-ended",
            Self::AccreditationSuspended { .. } => "pki.qualified-accreditation-suspended",
            Self::IssuerNotListed => "pki.qualified-issuer-not-listed",
            Self::NoList => "pki.qualified-no-list",
        }
    }

    /// Whether it leaves the question open instead of answering it with no.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::IssuerNotListed | Self::NoList)
    }
}
