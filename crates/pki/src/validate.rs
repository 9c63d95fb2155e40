//! Judges a certificate by RFC 5280 §6, and never «valid» beyond what was checked.

mod checks;

use std::cell::Cell;

use const_oid::ObjectIdentifier as Oid;
use time::OffsetDateTime;

pub(crate) use checks::extension_problems;

use crate::certificate::Certificate;
use crate::path::{BUDGET, Search, signature_problem, validity_problem};
use crate::policy;
use crate::problem::{Problem, ProblemKind, Revocation, Status, UnknownRevocation};
use crate::requirements::{Purpose, Requirements};
use crate::revocation::{Question, revocation_of};
use crate::trust::{Evidence, Trust};
use crate::{algorithm::SignatureAlgorithm, name_constraints};

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
    /// Revocation of each certificate of the chain, as far as it was asked for.
    pub revocations: Vec<Revocation>,
    /// Policies the whole chain holds under, in the terms of the anchor and within those asked for; anyPolicy
    /// stands for every one. Empty when there is none, and for an incomplete chain.
    pub policies: Vec<Oid>,
}

impl Verdict {
    /// Whether everything was checked and holds.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.status == Status::Valid
    }

    /// Addresses where what is missing may be found: the issuer's certificate, OCSP responders, lists and deltas.
    #[must_use]
    pub fn to_fetch(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for problem in &self.problems {
            let Some(certificate) = self.chain.get(problem.position) else {
                continue;
            };
            let urls = certificate.urls();
            let lists = match problem.kind {
                ProblemKind::IssuerNotFound => [&urls.ca_issuers[..], &[], &[]],
                ProblemKind::RevocationUnknown(_) => [&urls.ocsp[..], &urls.crl, &urls.freshest],
                _ => continue,
            };
            for url in lists.into_iter().flatten().map(String::as_str) {
                if !found.contains(&url) {
                    found.push(url);
                }
            }
        }
        found
    }
}

/// Judges `certificate` at the moment `at` for `purpose`, under any policy; see [`validate_with`].
#[must_use]
pub fn validate(
    certificate: &Certificate,
    trust: &Trust,
    evidence: &Evidence,
    at: OffsetDateTime,
    purpose: Purpose,
) -> Verdict {
    validate_with(certificate, trust, evidence, at, &Requirements::new(purpose))
}

/// Judges `certificate` at the moment `at` by `requirements`. Of several possible chains the best one is reported.
#[must_use]
pub fn validate_with(
    certificate: &Certificate,
    trust: &Trust,
    evidence: &Evidence,
    at: OffsetDateTime,
    requirements: &Requirements,
) -> Verdict {
    Judge {
        trust,
        evidence,
        at,
        requirements,
        budget: &Cell::new(BUDGET),
        signers: &[],
        anchor: None,
    }
    .judge(certificate)
}

/// What stays the same while one question and those it raises are judged.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub trust: &'a Trust,
    pub evidence: &'a Evidence,
    pub at: OffsetDateTime,
    pub requirements: &'a Requirements,
    /// Checks of signatures left.
    pub budget: &'a Cell<usize>,
    /// Signers of revocation lists under judgement, outermost first.
    pub signers: &'a [Certificate],
    /// The anchor every chain must end in, when the signer of a list is judged (RFC 5280 §6.3.3 (f)).
    pub anchor: Option<&'a Certificate>,
}

impl Judge<'_> {
    pub(crate) fn judge(&self, certificate: &Certificate) -> Verdict {
        let mut best: Option<Verdict> = None;
        let mut search = Search::new(self.trust, self.evidence, self.budget);
        search.run(certificate, &mut |chain| {
            if self.anchor.is_some_and(|anchor| chain.last() != Some(anchor)) {
                return false;
            }
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
        let (chain, mut problems) = inherit_keys(chain);
        for (position, certificate) in chain.iter().enumerate() {
            let anchor = complete && position + 1 == chain.len();
            let mut add = |kind| problems.push(Problem { position, kind });
            validity_problem(certificate, self.at)
                .into_iter()
                .for_each(&mut add);
            extension_problems(certificate).into_iter().for_each(&mut add);
            if !self.requirements.accept_weak {
                if !anchor && has_weak_signature(certificate) {
                    add(ProblemKind::WeakDigest);
                }
                if certificate.public_key().is_weak() {
                    add(ProblemKind::WeakKey);
                }
            }
            if position == 0 {
                checks::purpose_problem(certificate, self.requirements.purpose)
                    .into_iter()
                    .for_each(&mut add);
            } else {
                checks::authority_problems(&chain[1..=position], anchor)
                    .into_iter()
                    .for_each(&mut add);
            }
        }
        problems.extend(name_constraints::problems(&chain));
        let mut policies = Vec::new();
        if complete {
            match policy::process(&chain, self.requirements) {
                Ok(found) => policies = found,
                Err(problem) => problems.push(problem),
            }
        }
        let last = chain.len().saturating_sub(1);
        problems.extend(dead_end.map(|kind| Problem { position: last, kind }));
        let revocations = self.judge_revocation(&chain, complete, &mut problems);
        let status = problems
            .iter()
            .map(Problem::effect)
            .fold(Status::Valid, Status::and);
        Verdict {
            status,
            chain,
            problems,
            revocation: revocations.first().copied().unwrap_or(Revocation::Unknown {
                why: UnknownRevocation::NoEvidence,
            }),
            revocations,
            policies,
        }
    }

    fn judge_revocation(
        &self,
        chain: &[Certificate],
        complete: bool,
        problems: &mut Vec<Problem>,
    ) -> Vec<Revocation> {
        let mut revocations = Vec::new();
        if !self.requirements.revocation {
            return revocations;
        }
        for (position, certificate) in chain.iter().enumerate() {
            let revocation = match chain.get(position + 1) {
                Some(issuer) => revocation_of(&Question {
                    certificate,
                    issuer,
                    anchor: chain.last().filter(|_| complete),
                    judge: *self,
                }),
                None if complete => Revocation::Anchor,
                None => break, // the missing issuer is already a problem
            };
            let kind = match revocation {
                Revocation::Good { .. } | Revocation::Anchor => None,
                Revocation::Revoked { at, reason } => Some(ProblemKind::Revoked { at, reason }),
                Revocation::Unknown { why } => Some(ProblemKind::RevocationUnknown(why)),
            };
            problems.extend(kind.map(|kind| Problem { position, kind }));
            revocations.push(revocation);
        }
        revocations
    }
}

/// The chain with DSA parameters handed down from issuer to subject (RFC 5280 §6.1.4 (d)–(f)), and what the
/// signatures are that could only be checked with them.
fn inherit_keys(chain: &[Certificate]) -> (Vec<Certificate>, Vec<Problem>) {
    let mut resolved = chain.to_vec();
    let mut problems = Vec::new();
    for position in (0..chain.len().saturating_sub(1)).rev() {
        let issuer = resolved[position + 1].clone();
        if chain[position + 1].public_key().lacks_parameters()
            && let Err(error) = chain[position].verify_signed_by(&issuer)
        {
            let kind = signature_problem(error);
            problems.push(Problem { position, kind });
        }
        if let Some(certificate) = chain[position].inheriting_key(&issuer) {
            resolved[position] = certificate;
        }
    }
    (resolved, problems)
}

fn has_weak_signature(certificate: &Certificate) -> bool {
    certificate
        .signature_algorithm()
        .is_ok_and(SignatureAlgorithm::is_weak)
}
