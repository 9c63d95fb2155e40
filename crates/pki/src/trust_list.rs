//! The list of accredited authorities that Минцифры publishes, and what it says of an issuer at a moment.
//!
//! A list is believed only as [`VerifiedBy`] whoever signed it; what an administrator trusts beside it stays apart
//! ([`Anchors`]).

mod read;

use const_oid::ObjectIdentifier as Oid;
use thiserror::Error;
use time::OffsetDateTime;

use crate::certificate::Certificate;
use crate::trust::Trust;

/// Proof that the enveloped signature of a list was verified over its whole document: who signed, and when it was
/// judged. Crate `signature`, which can verify it, stands above this one, so its caller vouches by making this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedBy {
    /// The certificate whose key signed the list, judged valid for signing.
    pub signer: Certificate,
    /// SHA-256 of the very octets that were verified.
    pub document: [u8; 32],
}

/// Why a list is not taken.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TrustListError {
    /// Not XML, or with an entity or a nesting that is not followed.
    #[error("the list is not readable XML")]
    Xml,
    /// An element that must be there is missing or does not hold what it must.
    #[error("element {0} is missing or broken")]
    Element(&'static str),
    /// The signature was verified over other octets.
    #[error("the signature was verified over another document")]
    OtherDocument,
    /// The list is larger, or has more authorities or certificates, than any real one.
    #[error("the list is too large")]
    TooLarge,
    /// The list is older than the one kept: someone may be hiding a withdrawn accreditation.
    #[error("the list is older than the one kept")]
    RolledBack,
}

impl TrustListError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Xml | Self::Element(_) | Self::TooLarge => "pki.trust-list-unreadable",
            Self::OtherDocument => "pki.trust-list-unverified",
            Self::RolledBack => "pki.trust-list-rolled-back",
        }
    }
}

/// A snapshot of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustList {
    /// Версия.
    pub version: u64,
    /// Дата.
    pub issued: OffsetDateTime,
    /// УдостоверяющийЦентр, each.
    pub centres: Vec<Centre>,
    /// Who signed.
    pub signer: Certificate,
}

/// An authority of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Centre {
    /// Название.
    pub name: String,
    /// ИНН.
    pub inn: Option<String>,
    /// ОГРН.
    pub ogrn: Option<String>,
    /// РеестровыйНомер.
    pub registry_number: Option<String>,
    /// Statuses with the moments they hold from, the earliest first.
    pub history: Vec<(OffsetDateTime, CentreStatus)>,
    /// Certificates of all its keys, each once.
    pub certificates: Vec<Certificate>,
    /// КлассСредствЭП of each of its systems, as written.
    pub tool_classes: Vec<String>,
    /// Where its revocation lists are published, `http` and `https` only.
    pub crl_urls: Vec<String>,
}

/// Статус of an accreditation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CentreStatus {
    /// Действует.
    Active,
    /// Приостановлена.
    Suspended,
    /// Прекращена, Аннулирована, Досрочно прекращена.
    Ended,
    /// A word not known here: never taken for an accreditation.
    Other,
}

/// Whether the issuer of certificates was accredited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accreditation {
    /// It was.
    Yes,
    /// It was no more.
    No {
        /// Since when.
        since: OffsetDateTime,
    },
    /// It was suspended.
    Suspended {
        /// Since when.
        since: OffsetDateTime,
    },
    /// The list does not know it, or knows nothing of that moment, or says it in an unknown word.
    NotListed,
}

impl TrustList {
    /// Largest document read, in octets; the list of 2024 has about 12 MB.
    pub const MAX_OCTETS: usize = 64 << 20;
    /// Most authorities and most certificates read; the list has some hundreds and thousands of them.
    pub const MAX_ENTRIES: usize = 20_000;

    /// Reads a list whose signature was verified.
    pub fn from_verified(xml: &[u8], verified: &VerifiedBy) -> Result<Self, TrustListError> {
        if crate::algorithm::DigestAlgorithm::Sha256.digest(xml) != verified.document {
            return Err(TrustListError::OtherDocument);
        }
        read::list(xml, verified.signer.clone())
    }

    /// This list in place of `kept`, unless it is older.
    pub fn replacing(self, kept: Option<&Self>) -> Result<Self, TrustListError> {
        match kept {
            Some(kept) if self.version < kept.version || self.issued < kept.issued => {
                Err(TrustListError::RolledBack)
            }
            _ => Ok(self),
        }
    }

    /// Whether the authority that `issuer` belongs to was accredited at `at`: by its certificate, or by a key and name
    /// that one of its certificates has.
    #[must_use]
    pub fn accredited(&self, issuer: &Certificate, at: OffsetDateTime) -> Accreditation {
        match self.centre_of(issuer) {
            Some(centre) => centre.accredited(at),
            None => Accreditation::NotListed,
        }
    }

    /// The authority that `issuer` belongs to.
    #[must_use]
    pub fn centre_of(&self, issuer: &Certificate) -> Option<&Centre> {
        let same = |known: &Certificate| {
            known == issuer
                || (known.spki_der() == issuer.spki_der() && known.subject_name() == issuer.subject_name())
        };
        self.centres
            .iter()
            .find(|centre| centre.certificates.iter().any(same))
    }

    /// Every certificate of authorities whose accreditation held at some time: material for chains. Self-issued ones are
    /// trusted, for their keeper is the state; accreditation is a question of its own.
    #[must_use]
    pub fn to_trust(&self) -> Trust {
        let mut trust = Trust::default();
        for certificate in self.centres.iter().flat_map(|centre| &centre.certificates) {
            if certificate.is_self_issued() {
                trust.anchors.push(certificate.clone());
            } else {
                trust.intermediates.push(certificate.clone());
            }
        }
        trust
    }
}

impl Centre {
    /// Whether it was accredited at `at`.
    #[must_use]
    pub fn accredited(&self, at: OffsetDateTime) -> Accreditation {
        let Some(current) = self.history.iter().rposition(|(from, _)| *from <= at) else {
            return Accreditation::NotListed;
        };
        let (_, status) = self.history[current];
        // An entry repeated in the history does not move the beginning.
        let run = self.history[..=current]
            .iter()
            .rev()
            .take_while(|(_, one)| *one == status);
        let since = run.last().map_or(at, |(from, _)| *from);
        match status {
            CentreStatus::Active => Accreditation::Yes,
            CentreStatus::Suspended => Accreditation::Suspended { since },
            CentreStatus::Ended => Accreditation::No { since },
            CentreStatus::Other => Accreditation::NotListed,
        }
    }
}

/// Where a trusted certificate comes from; shown beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorSource {
    /// The published list.
    List,
    /// The program: the roots of the list's keeper.
    Program,
    /// An administrator of this computer.
    Administrator,
    /// Whoever called the program.
    CommandLine,
}

impl AnchorSource {
    /// Stable name for reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Program => "program",
            Self::Administrator => "administrator",
            Self::CommandLine => "command-line",
        }
    }
}

/// Everything trusted, each part with its origin: a new list never removes what an administrator added, nor the other way
/// round.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    /// The list, if one is kept.
    pub list: Option<TrustList>,
    /// Certificates beside it; those that are not self-issued only help to build chains.
    pub beside: Vec<(AnchorSource, Certificate)>,
}

impl Anchors {
    /// All parts together.
    #[must_use]
    pub fn to_trust(&self) -> Trust {
        let mut trust = self.list.as_ref().map(TrustList::to_trust).unwrap_or_default();
        for (_, certificate) in &self.beside {
            if certificate.is_self_issued() {
                trust.anchors.push(certificate.clone());
            } else {
                trust.intermediates.push(certificate.clone());
            }
        }
        trust
    }

    /// Who made this certificate an anchor; the word of a person is named before the list.
    #[must_use]
    pub fn source_of(&self, anchor: &Certificate) -> Option<AnchorSource> {
        if !anchor.is_self_issued() {
            return None;
        }
        let beside = self.beside.iter().find(|(_, one)| one == anchor);
        let listed = || {
            let mut all = self.list.iter().flat_map(|list| &list.centres);
            all.any(|centre| centre.certificates.contains(anchor))
                .then_some(AnchorSource::List)
        };
        beside.map(|(source, _)| *source).or_else(listed)
    }
}

/// Classes of signature tools, which certificatePolicies names (приказ ФСБ № 796, № 795 п. 27).
pub(crate) const TOOL_CLASSES: [(Oid, &str); 6] = [
    (Oid::new_unwrap("1.2.643.100.113.1"), "КС1"),
    (Oid::new_unwrap("1.2.643.100.113.2"), "КС2"),
    (Oid::new_unwrap("1.2.643.100.113.3"), "КС3"),
    (Oid::new_unwrap("1.2.643.100.113.4"), "КВ1"),
    (Oid::new_unwrap("1.2.643.100.113.5"), "КВ2"),
    (Oid::new_unwrap("1.2.643.100.113.6"), "КА1"),
];
