//! Judges a certificate: RFC 5280 §6 for the checks this path knows, and never «valid» beyond them.

use time::OffsetDateTime;

use crate::algorithm::SignatureAlgorithm;
use crate::certificate::Certificate;
use crate::extension::KeyUsage;
use crate::oid::{extension as id, usage};
use crate::path::{Search, validity_problem};
use crate::problem::{Problem, ProblemKind, Revocation, Status, UnknownRevocation};
use crate::revocation::revocation_of;
use crate::trust::{Evidence, Trust};

/// What the key of the judged certificate was or will be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Signing documents.
    Signature,
    /// Signing time stamps (RFC 3161 §2.3).
    TimeStamping,
    /// Signing revocation lists.
    CrlSigning,
    /// Whatever the certificate allows.
    Any,
}

/// The judgement of one certificate at one moment.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The sum of all problems.
    pub status: Status,
    /// From the judged certificate to the anchor, or as far as it could be followed.
    pub chain: Vec<Certificate>,
    /// Everything found.
    pub problems: Vec<Problem>,
    /// Revocation of the judged certificate itself.
    pub revocation: Revocation,
}

impl Verdict {
    /// Whether everything was checked and holds.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.status == Status::Valid
    }
}

/// Judges `certificate` at the moment `at` for `purpose`.
///
/// Of several possible chains the best one is reported. Name constraints and certificate policies are not
/// evaluated: a chain with such constraints is at best [`Status::Unknown`].
#[must_use]
pub fn validate(
    certificate: &Certificate,
    trust: &Trust,
    evidence: &Evidence,
    at: OffsetDateTime,
    purpose: Purpose,
) -> Verdict {
    Judge {
        trust,
        evidence,
        at,
        purpose,
        with_revocation: true,
    }
    .judge(certificate)
}

pub(crate) struct Judge<'a> {
    pub trust: &'a Trust,
    pub evidence: &'a Evidence,
    pub at: OffsetDateTime,
    pub purpose: Purpose,
    pub with_revocation: bool,
}

impl Judge<'_> {
    pub(crate) fn judge(&self, certificate: &Certificate) -> Verdict {
        let mut best: Option<Verdict> = None;
        let mut search = Search::new(self.trust, self.evidence);
        search.run(certificate, &mut |chain| {
            let verdict = self.judge_chain(chain, None);
            let accepted = verdict.is_valid();
            if best.as_ref().is_none_or(|best| verdict.status < best.status) {
                best = Some(verdict);
            }
            accepted
        });
        if let Some(best) = best {
            return best;
        }
        // The longest incomplete chain explains most.
        match search.dead_ends.into_iter().max_by_key(|end| end.chain.len()) {
            Some(end) => self.judge_chain(&end.chain, Some(end.problem)),
            None => self.judge_chain(
                std::slice::from_ref(certificate),
                Some(ProblemKind::IssuerNotFound),
            ),
        }
    }

    fn judge_chain(&self, chain: &[Certificate], dead_end: Option<ProblemKind>) -> Verdict {
        let complete = dead_end.is_none();
        let mut problems = Vec::new();
        for (position, certificate) in chain.iter().enumerate() {
            let anchor = complete && position + 1 == chain.len();
            let mut add = |kind| problems.push(Problem { position, kind });
            validity_problem(certificate, self.at)
                .into_iter()
                .for_each(&mut add);
            extension_problems(certificate).into_iter().for_each(&mut add);
            if !anchor && has_weak_signature(certificate) {
                add(ProblemKind::WeakDigest);
            }
            if position == 0 {
                purpose_problem(certificate, self.purpose)
                    .into_iter()
                    .for_each(&mut add);
            } else {
                authority_problems(&chain[1..=position], anchor)
                    .into_iter()
                    .for_each(&mut add);
            }
        }
        let last = chain.len().saturating_sub(1);
        problems.extend(dead_end.map(|kind| Problem { position: last, kind }));
        let revocation = if self.with_revocation {
            self.judge_revocation(chain, complete, &mut problems)
        } else {
            Revocation::Unknown {
                why: UnknownRevocation::NoEvidence,
            }
        };
        let status = problems
            .iter()
            .map(Problem::effect)
            .fold(Status::Valid, Status::and);
        Verdict {
            status,
            chain: chain.to_vec(),
            problems,
            revocation,
        }
    }

    fn judge_revocation(
        &self,
        chain: &[Certificate],
        complete: bool,
        problems: &mut Vec<Problem>,
    ) -> Revocation {
        let mut of_first = Revocation::Unknown {
            why: UnknownRevocation::NoEvidence,
        };
        for (position, certificate) in chain.iter().enumerate() {
            let revocation = match chain.get(position + 1) {
                Some(issuer) => revocation_of(certificate, issuer, self.trust, self.evidence, self.at),
                None if complete => Revocation::Anchor,
                None => break, // the missing issuer is already a problem
            };
            let kind = match revocation {
                Revocation::Good { .. } | Revocation::Anchor => None,
                Revocation::Revoked { at, reason } => Some(ProblemKind::Revoked { at, reason }),
                Revocation::Unknown { why } => Some(ProblemKind::RevocationUnknown(why)),
            };
            problems.extend(kind.map(|kind| Problem { position, kind }));
            if position == 0 {
                of_first = revocation;
            }
        }
        of_first
    }
}

fn has_weak_signature(certificate: &Certificate) -> bool {
    certificate
        .signature_algorithm()
        .is_ok_and(SignatureAlgorithm::is_weak)
}

/// Critical extensions whose meaning is handled, or that do not restrict anything decided here.
const UNDERSTOOD: [const_oid::ObjectIdentifier; 12] = [
    id::SUBJECT_KEY_ID,
    id::KEY_USAGE,
    id::SUBJECT_ALT_NAME,
    id::ISSUER_ALT_NAME,
    id::BASIC_CONSTRAINTS,
    id::CRL_DISTRIBUTION_POINTS,
    id::CERTIFICATE_POLICIES,
    id::AUTHORITY_KEY_ID,
    id::EXTENDED_KEY_USAGE,
    id::AUTHORITY_INFO_ACCESS,
    id::SUBJECT_SIGN_TOOL,
    id::ISSUER_SIGN_TOOL,
];

pub(crate) fn extension_problems(certificate: &Certificate) -> Vec<ProblemKind> {
    let broken = certificate
        .known()
        .broken
        .iter()
        .map(|&oid| ProblemKind::BrokenExtension { oid });
    let unhandled = certificate.extensions().iter().filter_map(|extension| {
        let oid = extension.oid;
        match oid {
            id::NAME_CONSTRAINTS | id::POLICY_CONSTRAINTS => Some(ProblemKind::UnsupportedConstraint { oid }),
            _ if !extension.critical || UNDERSTOOD.contains(&oid) => None,
            id::POLICY_MAPPINGS | id::INHIBIT_ANY_POLICY => Some(ProblemKind::UnsupportedConstraint { oid }),
            _ => Some(ProblemKind::UnknownCriticalExtension { oid }),
        }
    });
    broken.chain(unhandled).collect()
}

/// `authorities` runs from the issuer of the judged certificate up to the one examined, the last.
fn authority_problems(authorities: &[Certificate], anchor: bool) -> Vec<ProblemKind> {
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

fn purpose_problem(certificate: &Certificate, purpose: Purpose) -> Option<ProblemKind> {
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
