//! Checks of single certificates: extensions, the right to certify, purpose.

use const_oid::ObjectIdentifier as Oid;

use crate::certificate::Certificate;
use crate::extension::KeyUsage;
use crate::oid::{extension as id, usage};
use crate::problem::ProblemKind;
use crate::requirements::Purpose;

/// Critical extensions whose meaning is handled, or that do not restrict anything decided here.
const UNDERSTOOD: [Oid; 18] = [
    id::SUBJECT_KEY_ID,
    id::KEY_USAGE,
    id::SUBJECT_ALT_NAME,
    id::ISSUER_ALT_NAME,
    id::BASIC_CONSTRAINTS,
    id::NAME_CONSTRAINTS,
    id::CRL_DISTRIBUTION_POINTS,
    id::CERTIFICATE_POLICIES,
    id::POLICY_MAPPINGS,
    id::POLICY_CONSTRAINTS,
    id::INHIBIT_ANY_POLICY,
    id::FRESHEST_CRL,
    id::AUTHORITY_KEY_ID,
    id::EXTENDED_KEY_USAGE,
    id::AUTHORITY_INFO_ACCESS,
    id::SUBJECT_SIGN_TOOL,
    id::ISSUER_SIGN_TOOL,
    id::IDENTIFICATION_KIND,
];

/// A critical extension not understood is refused as RFC 5280 §4.2 demands.
pub(crate) fn extension_problems(certificate: &Certificate) -> Vec<ProblemKind> {
    let broken = certificate
        .known()
        .broken
        .iter()
        .map(|&oid| ProblemKind::BrokenExtension { oid });
    let unknown = certificate
        .extensions()
        .iter()
        .filter(|extension| extension.critical && !UNDERSTOOD.contains(&extension.oid))
        .map(|extension| ProblemKind::UnknownCriticalExtension { oid: extension.oid });
    broken.chain(unknown).collect()
}

/// `authorities` runs from the issuer of the judged certificate up to the one examined, the last.
pub(super) fn authority_problems(authorities: &[Certificate], anchor: bool) -> Vec<ProblemKind> {
    let Some((authority, below)) = authorities.split_last() else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    match authority.basic_constraints() {
        Some(constraints) if constraints.ca => {
            // RFC 5280 §6.1.4 (l): self-issued certificates do not count.
            let count = below.iter().filter(|one| !one.is_self_issued()).count();
            if constraints.path_len.is_some_and(|limit| count > limit as usize) {
                problems.push(ProblemKind::PathTooLong);
            }
        }
        // A version 1 root says nothing of itself; trusting it was the keeper's decision.
        None if anchor && authority.version() < 3 => {}
        _ => problems.push(ProblemKind::NotAnAuthority),
    }
    if !authority.usages().allows(KeyUsage::KEY_CERT_SIGN) {
        problems.push(ProblemKind::KeyUsage);
    }
    problems
}

pub(super) fn purpose_problem(certificate: &Certificate, purpose: Purpose) -> Option<ProblemKind> {
    let signing = KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION);
    let usages = certificate.usages();
    let (key, extended) = match purpose {
        Purpose::Any => return None,
        Purpose::Signature => (signing, usages.allows_documents()),
        Purpose::TimeStamping => (
            signing,
            usages.extended_critical && usages.extended.as_deref() == Some(&[usage::TIME_STAMPING]),
        ),
        Purpose::CrlSigning => (KeyUsage::CRL_SIGN, true),
    };
    if !usages.allows(key) {
        Some(ProblemKind::KeyUsage)
    } else if !extended {
        Some(ProblemKind::Purpose)
    } else {
        None
    }
}
