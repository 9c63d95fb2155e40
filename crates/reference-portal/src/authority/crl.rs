//! Certificate revocation lists (RFC 5280, section 5).

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::oids;
use super::signatory::{AuthorityError, Signatory};
use crate::asn1::{self, Der};

/// Why a certificate was revoked (RFC 5280, 5.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RevocationReason {
    /// No reason given.
    #[default]
    Unspecified,
    /// The key fell into other hands.
    KeyCompromise,
    /// The subject's data or affiliation changed.
    AffiliationChanged,
    /// A newer certificate takes its place.
    Superseded,
    /// No longer needed.
    CessationOfOperation,
}

impl RevocationReason {
    /// CRLReason value.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
        }
    }

    /// The reason of a CRLReason value; what we do not write reads as unspecified.
    pub(crate) fn from_number(number: u8) -> Self {
        [
            Self::KeyCompromise,
            Self::AffiliationChanged,
            Self::Superseded,
            Self::CessationOfOperation,
        ]
        .into_iter()
        .find(|reason| reason.number() == number)
        .unwrap_or_default()
    }
}

/// One revoked certificate.
#[derive(Clone, Debug)]
pub(crate) struct RevokedEntry {
    /// Serial number, big-endian octets.
    pub(crate) serial: Vec<u8>,
    pub(crate) at: OffsetDateTime,
    pub(crate) reason: RevocationReason,
}

/// How long a list is good for.
const LIFETIME: Duration = Duration::days(1);

/// A list signed by `issuer` at `now`, valid for a day; its number is the second it was made.
pub(crate) fn build_crl(
    issuer: &Signatory,
    revoked: &[RevokedEntry],
    now: OffsetDateTime,
) -> Result<Der, AuthorityError> {
    let mut parts = vec![
        asn1::integer(1),
        issuer.signature_algorithm(),
        issuer.subject().to_vec(),
        asn1::time(now),
        asn1::time(now + LIFETIME),
    ];
    if !revoked.is_empty() {
        parts.push(asn1::sequence(&revoked.iter().map(entry).collect::<Vec<_>>()));
    }
    let number = u64::try_from(now.unix_timestamp()).unwrap_or_default();
    let key_id = asn1::sequence(&[asn1::context_primitive(0, &issuer.key_id())]);
    parts.push(asn1::context(
        0,
        &asn1::sequence(&[
            asn1::sequence(&[asn1::oid(oids::AUTHORITY_KEY_ID), asn1::octets(&key_id)]),
            asn1::sequence(&[asn1::oid(oids::CRL_NUMBER), asn1::octets(&asn1::integer(number))]),
        ]),
    ));
    issuer.seal(asn1::sequence(&parts))
}

fn entry(revoked: &RevokedEntry) -> Der {
    let mut parts = vec![asn1::unsigned(&revoked.serial), asn1::time(revoked.at)];
    // "unspecified" is expressed by absence.
    if revoked.reason != RevocationReason::Unspecified {
        let reason = asn1::octets(&asn1::enumerated(revoked.reason.number()));
        parts.push(asn1::sequence(&[asn1::sequence(&[
            asn1::oid(oids::CRL_REASON),
            reason,
        ])]));
    }
    asn1::sequence(&parts)
}
