//! The answers of ETSI EN 319 102-1 §5.1.3.

use kabinet_pki::{Problem, ProblemKind, Status};

/// Main status indication (EN 319 102-1 §5.1.3, table 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Indication {
    /// Every check passed.
    TotalPassed,
    /// What is at hand neither proves nor disproves the signature.
    Indeterminate,
    /// The cryptography does not hold, or the signature was demonstrably made when it must not have been.
    TotalFailed,
}

impl Indication {
    /// As the standard writes it, in kebab case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TotalPassed => "total-passed",
            Self::Indeterminate => "indeterminate",
            Self::TotalFailed => "total-failed",
        }
    }
}

impl From<Indication> for Status {
    fn from(indication: Indication) -> Self {
        match indication {
            Indication::TotalPassed => Self::Valid,
            Indication::Indeterminate => Self::Unknown,
            Indication::TotalFailed => Self::Invalid,
        }
    }
}

/// Sub-indications (EN 319 102-1 §5.1.3, tables 5 and 6), the one that explains most first: a report with several
/// reasons shows the smallest of its main indication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubIndication {
    /// FORMAT_FAILURE: not one of the formats, or against their rules.
    FormatFailure,
    /// HASH_FAILURE: signed data are not what was signed.
    HashFailure,
    /// SIG_CRYPTO_FAILURE: the value was not made by the key.
    SigCryptoFailure,
    /// REVOKED: made after the revocation.
    Revoked,
    /// EXPIRED: made after the certificate expired.
    Expired,
    /// NOT_YET_VALID: made before the certificate was issued.
    NotYetValid,
    /// SIG_CONSTRAINTS_FAILURE: a property required of signatures is missing.
    SigConstraintsFailure,
    /// CHAIN_CONSTRAINTS_FAILURE: the chain breaks a rule of its own.
    ChainConstraintsFailure,
    /// CERTIFICATE_CHAIN_GENERAL_FAILURE: the chain could not be judged.
    CertificateChainGeneralFailure,
    /// CRYPTO_CONSTRAINTS_FAILURE_NO_POE: an algorithm no longer safe, without proof that it was used while it was.
    CryptoConstraintsFailureNoPoe,
    /// TIMESTAMP_ORDER_FAILURE: the times of the stamps contradict one another.
    TimestampOrderFailure,
    /// NO_SIGNING_CERTIFICATE_FOUND.
    NoSigningCertificateFound,
    /// NO_CERTIFICATE_CHAIN_FOUND: no chain to a trusted root.
    NoCertificateChainFound,
    /// REVOKED_NO_POE: revoked since, without proof that the signature is older.
    RevokedNoPoe,
    /// REVOKED_CA_NO_POE: an authority was revoked since.
    RevokedCaNoPoe,
    /// OUT_OF_BOUNDS_NO_POE: expired since, without proof that the signature is older.
    OutOfBoundsNoPoe,
    /// TRY_LATER: revocation is not known with what is at hand.
    TryLater,
    /// SIGNED_DATA_NOT_FOUND: something signed is not at hand.
    SignedDataNotFound,
    /// GENERIC: an algorithm or a construction that is not known here.
    Generic,
}

impl SubIndication {
    /// The main indication it belongs to.
    #[must_use]
    pub const fn indication(self) -> Indication {
        match self {
            Self::FormatFailure
            | Self::HashFailure
            | Self::SigCryptoFailure
            | Self::Revoked
            | Self::Expired
            | Self::NotYetValid => Indication::TotalFailed,
            _ => Indication::Indeterminate,
        }
    }

    /// As the standard writes it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FormatFailure => "FORMAT_FAILURE",
            Self::HashFailure => "HASH_FAILURE",
            Self::SigCryptoFailure => "SIG_CRYPTO_FAILURE",
            Self::Revoked => "REVOKED",
            Self::Expired => "EXPIRED",
            Self::NotYetValid => "NOT_YET_VALID",
            Self::SigConstraintsFailure => "SIG_CONSTRAINTS_FAILURE",
            Self::ChainConstraintsFailure => "CHAIN_CONSTRAINTS_FAILURE",
            Self::CertificateChainGeneralFailure => "CERTIFICATE_CHAIN_GENERAL_FAILURE",
            Self::CryptoConstraintsFailureNoPoe => "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
            Self::TimestampOrderFailure => "TIMESTAMP_ORDER_FAILURE",
            Self::NoSigningCertificateFound => "NO_SIGNING_CERTIFICATE_FOUND",
            Self::NoCertificateChainFound => "NO_CERTIFICATE_CHAIN_FOUND",
            Self::RevokedNoPoe => "REVOKED_NO_POE",
            Self::RevokedCaNoPoe => "REVOKED_CA_NO_POE",
            Self::OutOfBoundsNoPoe => "OUT_OF_BOUNDS_NO_POE",
            Self::TryLater => "TRY_LATER",
            Self::SignedDataNotFound => "SIGNED_DATA_NOT_FOUND",
            Self::Generic => "GENERIC",
        }
    }

    /// What a finding about the chain, judged at the best known time of signing, says about the signature.
    ///
    /// `not_before` is the latest proven moment the signature is certainly younger than: only beyond it is «made
    /// after the revocation» known rather than possible (§5.5.4).
    pub(crate) fn of_problem(problem: &Problem, not_before: Option<time::OffsetDateTime>) -> Self {
        let proven_after = |limit| not_before.is_some_and(|proven| proven > limit);
        match (&problem.kind, problem.position) {
            (ProblemKind::Revoked { at, .. }, 0) if proven_after(*at) => Self::Revoked,
            (ProblemKind::Revoked { .. }, 0) => Self::RevokedNoPoe,
            (ProblemKind::Revoked { .. }, _) => Self::RevokedCaNoPoe,
            (ProblemKind::Expired { until }, 0) if proven_after(*until) => Self::Expired,
            (ProblemKind::Expired { .. }, _) => Self::OutOfBoundsNoPoe,
            (ProblemKind::NotYetValid { .. }, 0) => Self::NotYetValid,
            (ProblemKind::IssuerNotFound | ProblemKind::UntrustedRoot, _) => Self::NoCertificateChainFound,
            (ProblemKind::WeakDigest | ProblemKind::WeakKey, _) => Self::CryptoConstraintsFailureNoPoe,
            (ProblemKind::RevocationUnknown(_), _) => Self::TryLater,
            (
                ProblemKind::UnsupportedAlgorithm { .. }
                | ProblemKind::SearchLimit
                | ProblemKind::UnknownCriticalExtension { .. },
                _,
            ) => Self::CertificateChainGeneralFailure,
            _ => Self::ChainConstraintsFailure,
        }
    }
}
