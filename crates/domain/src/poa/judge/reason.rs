//! Why somebody was, was not, or may not have been allowed.

use std::collections::BTreeMap;

use time::{Date, OffsetDateTime};

use super::super::{PoaNumber, PoaState};

/// What a reason does to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing.
    Note,
    /// It cannot be told.
    Doubt,
    /// Not allowed.
    Bar,
}

/// A reason, and the power of attorney it is found in: the one that was asked about or one it descends from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Where it is found.
    pub of: PoaNumber,
    /// What is found.
    pub what: Finding,
}

macro_rules! findings {
    ($($(#[doc = $doc:literal])+ $name:ident $({ $($field:ident : $type:ty),+ })? = $code:literal, $weight:ident;)+) => {
        /// What can be found in a power of attorney.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the fields are the gaps of the text and named after what fills them")]
        pub enum Finding {
            $($(#[doc = $doc])+ $name $({ $($field: $type),+ })?,)+
        }

        impl Finding {
            /// Stable code; the user's text stands under `poa.reasons.<code without "poa.">`.
            pub fn code(&self) -> &'static str {
                match self { $(Self::$name { .. } => $code,)+ }
            }

            /// What it does to the verdict.
            pub fn weight(&self) -> Weight {
                match self { $(Self::$name { .. } => Weight::$weight,)+ }
            }

            /// Values for the gaps of the text: days as `YYYY-MM-DD`, moments as RFC 3339.
            pub fn params(&self) -> BTreeMap<&'static str, String> {
                match self {
                    $(Self::$name $({ $($field),+ })? => BTreeMap::from([$($((stringify!($field), Gap::fill($field))),+)?]),)+
                }
            }
        }

        /// Every code there is.
        pub const CODES: &[&str] = &[$($code),+];
    };
}

trait Gap {
    fn fill(&self) -> String;
}

impl Gap for String {
    fn fill(&self) -> String {
        self.clone()
    }
}

impl Gap for Date {
    fn fill(&self) -> String {
        self.to_string()
    }
}

impl Gap for OffsetDateTime {
    fn fill(&self) -> String {
        self.format(&time::format_description::well_known::Rfc3339)
            .unwrap_or_default()
    }
}

impl Gap for i64 {
    fn fill(&self) -> String {
        self.to_string()
    }
}

impl Gap for PoaNumber {
    fn fill(&self) -> String {
        self.to_string()
    }
}

impl Gap for PoaState {
    fn fill(&self) -> String {
        match self {
            Self::Made => "made",
            Self::Signed => "signed",
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::OutcomeUnknown => "outcome-unknown",
            Self::Refused => "refused",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
        .to_owned()
    }
}

findings! {
    /// It names nobody who gives powers.
    NoPrincipal = "poa.no-principal", Bar;
    /// It names nobody who receives them.
    NoRepresentative = "poa.no-representative", Bar;
    /// It gives no powers.
    NoPowers = "poa.no-powers", Bar;
    /// Its last day is before its first.
    Term { issued: Date, expires: Date } = "poa.term", Bar;

    /// Its first day had not come.
    NotYet { issued: Date } = "poa.not-yet", Bar;
    /// Its last day was over.
    Expired { expires: Date } = "poa.expired", Bar;

    /// Nobody has signed it.
    Unsigned = "poa.unsigned", Bar;
    /// One of several who give the powers has not signed.
    PrincipalUnsigned { name: String } = "poa.principal-unsigned", Bar;
    /// The signature does not fit the file.
    SignatureBroken = "poa.signature-broken", Bar;
    /// Evidence is missing.
    SignatureUnknown = "poa.signature-unknown", Doubt;
    /// It was signed after the moment that is asked about.
    SignedLater { made: OffsetDateTime } = "poa.signed-later", Bar;
    /// The principal's certificate was not in its term.
    CertificateExpired = "poa.certificate-expired", Bar;
    /// The principal's certificate was revoked.
    CertificateRevoked = "poa.certificate-revoked", Bar;
    /// The principal's certificate does not come from an accredited authority.
    CertificateUntrusted = "poa.certificate-untrusted", Bar;
    /// The principal's certificate is not qualified.
    CertificateNotQualified = "poa.certificate-not-qualified", Bar;
    /// Signed by somebody else than the head it names.
    SignerNotHead = "poa.signer-not-head", Bar;
    /// Signed by somebody else than the person who gives the powers.
    SignerNotPrincipal = "poa.signer-not-principal", Bar;
    /// The certificate names another organisation.
    SignerOtherOrganisation = "poa.signer-other-organisation", Bar;
    /// The certificate names no organisation.
    SignerWithoutOrganisation = "poa.signer-without-organisation", Bar;
    /// The certificate says neither ИНН nor СНИЛС that the file says, too.
    SignerUnknown = "poa.signer-unknown", Doubt;
    /// The file does not say who acts for the organisation without a power of attorney.
    HeadUnknown = "poa.head-unknown", Doubt;
    /// Heads who act only together have not all signed.
    HeadsTogether { missing: i64 } = "poa.heads-together", Bar;
    /// Certified by a notary, whose signature nothing here names.
    NotarySignature = "poa.notary-signature", Doubt;

    /// A revocation was signed here.
    RevokedHere { at: OffsetDateTime } = "poa.revoked-here", Bar;
    /// The registry holds it for revoked.
    Revoked { at: OffsetDateTime } = "poa.revoked", Bar;
    /// It was revoked only after the moment that is asked about.
    RevokedAfter { at: OffsetDateTime } = "poa.revoked-after", Note;
    /// The registry does not say when it was revoked.
    RevokedWhenUnknown = "poa.revoked-when-unknown", Doubt;
    /// The registry refused it.
    Refused = "poa.refused", Bar;
    /// It is on its way to the registry.
    NotRegisteredYet { state: PoaState } = "poa.not-registered-yet", Bar;
    /// The registry does not know it.
    NeverRegistered = "poa.never-registered", Bar;
    /// The registry was never asked.
    RegistryNeverAsked = "poa.registry-never-asked", Doubt;
    /// What the registry said is older than it may be.
    RegistryStale { hours: i64 } = "poa.registry-stale", Doubt;
    /// By its days it holds, by the registry it does not yet.
    NotActive = "poa.not-active", Bar;
    /// By its days it holds, by the registry not any more.
    RegistryContradicts = "poa.registry-contradicts", Bar;

    /// A picture of a paper: no machine can check who signed it.
    PaperScan = "poa.paper-scan", Doubt;
    /// A picture of a paper a notary certified: the portal takes it as it is, but nothing of it can be checked here.
    NotaryScan = "poa.notary-scan", Doubt;

    /// It is for another person.
    OtherPerson = "poa.other-person", Bar;
    /// It is for an organisation, and the certificate is not one of it.
    OtherRepresentative { name: String } = "poa.other-representative", Bar;
    /// It is for another branch of the organisation.
    OtherBranch { name: String } = "poa.other-branch", Bar;
    /// It is for a branch, and nobody knows of which branch the signer is.
    BranchUnknown { name: String } = "poa.branch-unknown", Doubt;
    /// The certificate or the power of attorney names nothing the person could be known by.
    PersonUnknown = "poa.person-unknown", Doubt;
    /// Its representatives act only together, and some do not sign.
    JointNeedsOthers { missing: i64 } = "poa.joint-needs-others", Bar;

    /// Another organisation gave it.
    OtherOrganisation = "poa.other-organisation", Bar;
    /// The same organisation with another КПП gave it.
    OtherKpp = "poa.other-kpp", Note;

    /// None of the powers that would be enough is given.
    PowerMissing { powers: String } = "poa.power-missing", Bar;
    /// Which powers are needed is not known.
    PowerNotNamed = "poa.power-not-named", Doubt;
    /// The power was passed on, and lost by that.
    PowerPassedOn { power: String } = "poa.power-passed-on", Bar;
    /// Its powers are in words.
    TextPowers = "poa.text-powers", Doubt;
    /// A limit stands against it.
    Restricted { power: String, restriction: String } = "poa.restricted", Bar;
    /// Whether a limit stands against it is not known.
    RestrictionUnknown { power: String, restriction: String } = "poa.restriction-unknown", Doubt;
    /// It holds at other tax offices only.
    OtherTaxOffice { offices: String } = "poa.other-tax-office", Bar;
    /// It names the information systems it is for.
    Systems { systems: String } = "poa.systems", Note;

    /// The one it passes on is not here.
    ChainParentMissing { parent: PoaNumber } = "poa.chain-parent-missing", Doubt;
    /// Its chain comes back to where it was.
    ChainCycle = "poa.chain-cycle", Bar;
    /// The one it passes on may not be passed on.
    ChainForbidden { parent: PoaNumber } = "poa.chain-forbidden", Bar;
    /// The one it passes on was to be passed on only once.
    ChainOnce { parent: PoaNumber } = "poa.chain-once", Bar;
    /// It gives a power the one it passes on does not give.
    ChainWider { power: String } = "poa.chain-wider", Bar;
    /// It leaves out a limit of the one it passes on.
    ChainLooser { power: String, restriction: String } = "poa.chain-looser", Bar;
    /// Powers in words: whether it gives more than it got cannot be told.
    ChainText = "poa.chain-text", Doubt;
    /// It holds longer than the one it passes on.
    ChainLonger { expires: Date } = "poa.chain-longer", Bar;
    /// It begins before the one it passes on.
    ChainEarlier { issued: Date } = "poa.chain-earlier", Bar;
    /// Who passes it on did not receive it.
    ChainNotRepresentative = "poa.chain-not-representative", Bar;
    /// Representatives who act only together have not passed it on together.
    ChainJoint = "poa.chain-joint", Bar;
    /// What it says of the first one is not so.
    ChainFirstDiffers = "poa.chain-first-differs", Bar;
}
