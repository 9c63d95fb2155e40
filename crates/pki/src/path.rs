//! Finds chains from a certificate to a trust anchor, trying every candidate issuer within a budget.

use std::cell::Cell;

use time::OffsetDateTime;

use crate::certificate::Certificate;
use crate::key::SignatureError;
use crate::name::DistinguishedName;
use crate::problem::ProblemKind;
use crate::trust::{Evidence, Trust};

/// Longest chain followed, anchor included.
pub const MAX_CHAIN: usize = 10;

/// Signatures of certificates checked before a judgement gives up, those of the signers of revocation lists
/// included: enough for any real hierarchy, too few for an attack.
pub(crate) const BUDGET: usize = 400;

/// Why a chain cannot be continued.
pub(crate) struct DeadEnd {
    pub chain: Vec<Certificate>,
    pub problem: ProblemKind,
}

pub(crate) struct Search<'a> {
    trust: &'a Trust,
    evidence: &'a Evidence,
    budget: &'a Cell<usize>,
    pub dead_ends: Vec<DeadEnd>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(trust: &'a Trust, evidence: &'a Evidence, budget: &'a Cell<usize>) -> Self {
        Self {
            trust,
            evidence,
            budget,
            dead_ends: Vec::new(),
        }
    }

    /// Offers every chain to `accept` until it answers true; the chain starts with `leaf` and ends in an anchor.
    ///
    /// Signatures are checked, except by keys whose parameters are inherited: `accept` knows them.
    pub(crate) fn run(&mut self, leaf: &Certificate, accept: &mut dyn FnMut(&[Certificate]) -> bool) -> bool {
        self.extend(&mut vec![leaf.clone()], accept)
    }

    fn extend(
        &mut self,
        chain: &mut Vec<Certificate>,
        accept: &mut dyn FnMut(&[Certificate]) -> bool,
    ) -> bool {
        let Some(last) = chain.last().cloned() else {
            return false;
        };
        if self.trust.anchors.contains(&last) {
            return accept(chain);
        }
        let mut continued = false;
        let mut problem = None;
        let issuers = candidates(&last, self.trust, self.evidence);
        if issuers.is_empty() && self.is_signed_under_other_name(&last) {
            problem = Some(ProblemKind::NameChaining);
        }
        for issuer in issuers {
            if chain.len() == MAX_CHAIN || chain.iter().any(|met| is_same_entity(met, &issuer)) {
                continue;
            }
            if !spend(self.budget) {
                problem = Some(ProblemKind::SearchLimit);
                break;
            }
            if !issuer.public_key().lacks_parameters()
                && let Err(error) = last.verify_signed_by(&issuer)
            {
                problem = problem.or(failure(&last, &issuer, error));
                continue;
            }
            continued = true;
            chain.push(issuer);
            let accepted = self.extend(chain, accept);
            chain.pop();
            if accepted {
                return true;
            }
        }
        if !continued {
            let self_signed = last.is_self_issued() && last.verify_signed_by(&last).is_ok();
            let missing = if self_signed {
                ProblemKind::UntrustedRoot
            } else {
                ProblemKind::IssuerNotFound
            };
            self.dead_ends.push(DeadEnd {
                chain: chain.clone(),
                problem: problem.unwrap_or(missing),
            });
        }
        false
    }

    /// Whether the key that the certificate names as its issuer's did sign it, but belongs to another name.
    fn is_signed_under_other_name(&self, child: &Certificate) -> bool {
        all(self.trust, self.evidence).any(|candidate| {
            candidate != child
                && key_ids_agree(child, candidate) == Some(true)
                && spend(self.budget)
                && child.verify_signed_by(candidate).is_ok()
        })
    }
}

/// Takes one check from the budget, if there is any left.
pub(crate) fn spend(budget: &Cell<usize>) -> bool {
    let left = budget.get();
    budget.set(left.saturating_sub(1));
    left > 0
}

fn all<'a>(trust: &'a Trust, evidence: &'a Evidence) -> impl Iterator<Item = &'a Certificate> {
    trust
        .anchors
        .iter()
        .chain(&trust.intermediates)
        .chain(&evidence.certificates)
}

/// Every known certificate of this name, each once, anchors first.
pub(crate) fn named(name: &DistinguishedName, trust: &Trust, evidence: &Evidence) -> Vec<Certificate> {
    let mut found: Vec<Certificate> = Vec::new();
    for candidate in all(trust, evidence).filter(|candidate| candidate.subject_name() == name) {
        if !found.contains(candidate) {
            found.push(candidate.clone());
        }
    }
    found
}

/// Certificates whose subject is the issuer of `child`, the likeliest first.
pub(crate) fn candidates(child: &Certificate, trust: &Trust, evidence: &Evidence) -> Vec<Certificate> {
    let mut found = named(child.issuer_name(), trust, evidence);
    found.retain(|candidate| candidate != child);
    found.sort_by_key(|candidate| match key_ids_agree(child, candidate) {
        Some(true) => 0,
        None => 1,
        Some(false) => 2, // identifiers are a hint, only the signature decides
    });
    found
}

/// Whether the authority key identifier names this issuer; `None` when either side is silent.
fn key_ids_agree(child: &Certificate, issuer: &Certificate) -> Option<bool> {
    Some(child.authority_key_id()? == issuer.subject_key_id()?)
}

fn is_same_entity(one: &Certificate, other: &Certificate) -> bool {
    one.subject_name() == other.subject_name() && one.spki_der() == other.spki_der()
}

/// What a failed check against one candidate says about the child; nothing if the candidate is merely another
/// authority of the same name.
fn failure(child: &Certificate, issuer: &Certificate, error: SignatureError) -> Option<ProblemKind> {
    match error {
        _ if key_ids_agree(child, issuer) == Some(false) => None,
        error => Some(signature_problem(error)),
    }
}

pub(crate) fn signature_problem(error: SignatureError) -> ProblemKind {
    match error {
        SignatureError::UnsupportedKey(oid) => ProblemKind::UnsupportedAlgorithm { oid },
        SignatureError::Mismatch | SignatureError::AlgorithmMismatch => ProblemKind::BadSignature,
    }
}

/// Whether `certificate` is within its validity.
pub(crate) fn validity_problem(certificate: &Certificate, at: OffsetDateTime) -> Option<ProblemKind> {
    if at < certificate.not_before() {
        Some(ProblemKind::NotYetValid {
            from: certificate.not_before(),
        })
    } else if at > certificate.not_after() {
        Some(ProblemKind::Expired {
            until: certificate.not_after(),
        })
    } else {
        None
    }
}
