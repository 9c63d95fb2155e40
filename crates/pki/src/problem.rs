//! What can be wrong with a certificate, as data with stable codes.

use const_oid::ObjectIdentifier as Oid;
use time::OffsetDateTime;

/// The answer of every judgement in this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Everything was checked and holds.
    Valid,
    /// Nothing is known to be wrong, but something could not be checked.
    Unknown,
    /// Something is known to be wrong.
    Invalid,
}

impl Status {
    /// The worse of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

/// One finding about one certificate of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Position in [`crate::Verdict::chain`]; 0 is the certificate that was asked about.
    pub position: usize,
    /// What is wrong.
    pub kind: ProblemKind,
}

impl Problem {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// What this problem alone makes of the verdict.
    #[must_use]
    pub const fn effect(&self) -> Status {
        self.kind.effect()
    }
}

/// Kinds of problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Not valid before this moment.
    NotYetValid {
        /// Start of validity.
        from: OffsetDateTime,
    },
    /// Not valid after this moment.
    Expired {
        /// End of validity.
        until: OffsetDateTime,
    },
    /// No certificate of the issuer is at hand.
    IssuerNotFound,
    /// The chain ends in a self-signed certificate that is not trusted.
    UntrustedRoot,
    /// The issuer's key did not make the signature.
    BadSignature,
    /// Key or signature algorithm unknown here.
    UnsupportedAlgorithm {
        /// The algorithm.
        oid: Oid,
    },
    /// Signed in a way that is no longer safe (SHA-1, DSA, ГОСТ 1994 and 2001).
    WeakDigest,
    /// The key is too short or of a withdrawn standard (RSA below 2048 bits, DSA, ГОСТ Р 34.10-2001).
    WeakKey,
    /// The key named as the issuer's did sign, but it belongs to another name.
    NameChaining,
    /// A name is outside of what an authority above is allowed to certify.
    NameConstraint,
    /// A policy is required, and none acceptable holds for the whole chain.
    PolicyRequired,
    /// An authority maps anyPolicy, which is forbidden.
    PolicyMapping,
    /// The issuer is not an authority.
    NotAnAuthority,
    /// More intermediate authorities than the issuer allows.
    PathTooLong,
    /// keyUsage forbids what the key was used for.
    KeyUsage,
    /// extKeyUsage forbids the purpose.
    Purpose,
    /// A critical extension this program does not know.
    UnknownCriticalExtension {
        /// The extension.
        oid: Oid,
    },
    /// A constraint this program does not evaluate.
    UnsupportedConstraint {
        /// The extension.
        oid: Oid,
    },
    /// An extension that is unreadable or occurs twice.
    BrokenExtension {
        /// The extension.
        oid: Oid,
    },
    /// Revoked.
    Revoked {
        /// Since when.
        at: OffsetDateTime,
        /// Why.
        reason: RevocationReason,
    },
    /// Whether it is revoked is not known.
    RevocationUnknown(UnknownRevocation),
    /// The search was cut off: too many possible chains.
    SearchLimit,
}

impl ProblemKind {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotYetValid { .. } => "pki.not-yet-valid",
            Self::Expired { .. } => "pki.expired",
            Self::IssuerNotFound => "pki.issuer-not-found",
            Self::UntrustedRoot => "pki.untrusted-root",
            Self::BadSignature => "pki.bad-signature",
            Self::UnsupportedAlgorithm { .. } => "pki.unsupported-algorithm",
            Self::WeakDigest => "pki.weak-digest",
            Self::WeakKey => "pki.weak-key",
            Self::NameChaining => "pki.name-chaining",
            Self::NameConstraint => "pki.name-constraint",
            Self::PolicyRequired => "pki.policy-required",
            Self::PolicyMapping => "pki.policy-mapping",
            Self::NotAnAuthority => "pki.not-an-authority",
            Self::PathTooLong => "pki.path-too-long",
            Self::KeyUsage => "pki.key-usage",
            Self::Purpose => "pki.purpose",
            Self::UnknownCriticalExtension { .. } => "pki.unknown-critical-extension",
            Self::UnsupportedConstraint { .. } => "pki.unsupported-constraint",
            Self::BrokenExtension { .. } => "pki.broken-extension",
            Self::Revoked { .. } => "pki.revoked",
            Self::RevocationUnknown(why) => why.code(),
            Self::SearchLimit => "pki.search-limit",
        }
    }

    /// What this kind alone makes of the verdict.
    #[must_use]
    pub const fn effect(&self) -> Status {
        match self {
            Self::IssuerNotFound
            | Self::UntrustedRoot
            | Self::UnsupportedAlgorithm { .. }
            | Self::WeakDigest
            | Self::WeakKey
            | Self::UnsupportedConstraint { .. }
            | Self::RevocationUnknown(_)
            | Self::SearchLimit => Status::Unknown,
            Self::NotYetValid { .. }
            | Self::Expired { .. }
            | Self::BadSignature
            | Self::NameChaining
            | Self::NameConstraint
            | Self::PolicyRequired
            | Self::PolicyMapping
            | Self::UnknownCriticalExtension { .. }
            | Self::NotAnAuthority
            | Self::PathTooLong
            | Self::KeyUsage
            | Self::Purpose
            | Self::BrokenExtension { .. }
            | Self::Revoked { .. } => Status::Invalid,
        }
    }
}

/// CRLReason (RFC 5280 §5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationReason {
    /// unspecified, absent or unknown
    Unspecified,
    /// keyCompromise
    KeyCompromise,
    /// cACompromise
    CaCompromise,
    /// affiliationChanged
    AffiliationChanged,
    /// superseded
    Superseded,
    /// cessationOfOperation
    CessationOfOperation,
    /// certificateHold: suspended
    CertificateHold,
    /// privilegeWithdrawn
    PrivilegeWithdrawn,
    /// aACompromise
    AaCompromise,
}

impl RevocationReason {
    const CODED: [(u8, Self, &'static str); 9] = [
        (0, Self::Unspecified, "unspecified"),
        (1, Self::KeyCompromise, "key-compromise"),
        (2, Self::CaCompromise, "ca-compromise"),
        (3, Self::AffiliationChanged, "affiliation-changed"),
        (4, Self::Superseded, "superseded"),
        (5, Self::CessationOfOperation, "cessation-of-operation"),
        (6, Self::CertificateHold, "certificate-hold"),
        (9, Self::PrivilegeWithdrawn, "privilege-withdrawn"),
        (10, Self::AaCompromise, "aa-compromise"),
    ];

    /// From the ENUMERATED value; unknown values are `Unspecified`.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        let found = Self::CODED.iter().find(|(known, ..)| *known == number);
        found.map_or(Self::Unspecified, |(_, reason, _)| *reason)
    }

    /// The ENUMERATED value.
    #[must_use]
    pub fn number(self) -> u8 {
        Self::CODED
            .iter()
            .find(|(_, reason, _)| *reason == self)
            .map_or(0, |(number, ..)| *number)
    }

    /// Stable name for texts and logs.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::CODED
            .iter()
            .find(|(_, reason, _)| *reason == self)
            .map_or("unspecified", |(.., code)| code)
    }
}

/// Why revocation could not be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownRevocation {
    /// Neither a CRL nor an OCSP response of this issuer is at hand.
    NoEvidence,
    /// Those at hand are out of date.
    Stale {
        /// When the freshest one was made.
        as_of: OffsetDateTime,
    },
    /// Those at hand are not signed by someone who may.
    Untrusted,
    /// Those at hand use an extension or a scope this program does not handle.
    Unsupported,
    /// The responder itself does not know the certificate.
    ResponderUnknown,
    /// Those at hand speak about some of the possible reasons only.
    SomeReasons,
}

impl UnknownRevocation {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoEvidence => "pki.revocation-no-evidence",
            Self::Stale { .. } => "pki.revocation-stale",
            Self::Untrusted => "pki.revocation-untrusted",
            Self::Unsupported => "pki.revocation-unsupported",
            Self::ResponderUnknown => "pki.revocation-responder-unknown",
            Self::SomeReasons => "pki.revocation-some-reasons",
        }
    }
}

/// Where an answer about revocation came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationSource {
    /// Certificate revocation list.
    Crl,
    /// OCSP response.
    Ocsp,
}

/// What is known about the revocation of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// Not revoked.
    Good {
        /// Who says so.
        by: RevocationSource,
        /// thisUpdate of the answer; the age to show is the time since then.
        as_of: OffsetDateTime,
    },
    /// Revoked.
    Revoked {
        /// Since when.
        at: OffsetDateTime,
        /// Why.
        reason: RevocationReason,
    },
    /// Not known.
    Unknown {
        /// Why not.
        why: UnknownRevocation,
    },
    /// A trust anchor: nobody could revoke it but the keeper of the trust list.
    Anchor,
}
