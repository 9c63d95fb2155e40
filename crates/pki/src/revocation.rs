//! Decides from the evidence whether a certificate was revoked.

use time::{Duration, OffsetDateTime};

use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::extension::KeyUsage;
use crate::ocsp::{CertStatus, OcspResponse};
use crate::oid::usage;
use crate::path::{candidates, validity_problem};
use crate::problem::{Revocation, RevocationReason, RevocationSource, Status, UnknownRevocation};
use crate::trust::{Evidence, Trust};
use crate::validate::{Judge, Purpose, extension_problems};

/// How long an answer that names no next update is believed.
pub const MAX_AGE_WITHOUT_NEXT_UPDATE: Duration = Duration::hours(24);

/// One answer whose signature and scope were checked.
struct Answer {
    by: RevocationSource,
    this_update: OffsetDateTime,
    fresh: bool,
    revoked: Option<(OffsetDateTime, RevocationReason)>,
}

/// Revocation of `certificate` of `issuer` as known at `at`.
///
/// A final revocation wins over everything, then the freshest answer. Answers made after `at` count as long as
/// the certificate had not expired when they were made; a revocation after `at` does not reach back.
pub(crate) fn revocation_of(
    certificate: &Certificate,
    issuer: &Certificate,
    trust: &Trust,
    evidence: &Evidence,
    at: OffsetDateTime,
) -> Revocation {
    let subject = Subject {
        certificate,
        issuer,
        trust,
        evidence,
        at,
    };
    let mut answers = Vec::new();
    let mut failures = Vec::new();
    let by_crl = evidence.crls.iter().filter_map(|crl| subject.ask_crl(crl));
    let by_ocsp = evidence
        .ocsp
        .iter()
        .filter_map(|response| subject.ask_ocsp(response));
    for outcome in by_crl.chain(by_ocsp) {
        match outcome {
            Ok(answer) => answers.push(answer),
            Err(why) => failures.push(why),
        }
    }
    decide(&answers, &failures, at)
}

fn decide(answers: &[Answer], failures: &[UnknownRevocation], at: OffsetDateTime) -> Revocation {
    let revoked_by = |answer: &Answer| answer.revoked.filter(|(since, _)| *since <= at);
    let is_final =
        |(_, reason): &(OffsetDateTime, RevocationReason)| *reason != RevocationReason::CertificateHold;
    if let Some((at, reason)) = answers.iter().filter_map(revoked_by).find(is_final) {
        return Revocation::Revoked { at, reason };
    }
    if let Some(freshest) = answers
        .iter()
        .filter(|answer| answer.fresh)
        .max_by_key(|answer| answer.this_update)
    {
        return match revoked_by(freshest) {
            Some((at, reason)) => Revocation::Revoked { at, reason },
            None => Revocation::Good {
                by: freshest.by,
                as_of: freshest.this_update,
            },
        };
    }
    if let Some(stale) = answers.iter().max_by_key(|answer| answer.this_update) {
        return match revoked_by(stale) {
            Some((at, reason)) => Revocation::Revoked { at, reason },
            None => Revocation::Unknown {
                why: UnknownRevocation::Stale {
                    as_of: stale.this_update,
                },
            },
        };
    }
    let why = [
        UnknownRevocation::Unsupported,
        UnknownRevocation::Untrusted,
        UnknownRevocation::ResponderUnknown,
    ]
    .into_iter()
    .find(|why| failures.contains(why));
    Revocation::Unknown {
        why: why.unwrap_or(UnknownRevocation::NoEvidence),
    }
}

struct Subject<'a> {
    certificate: &'a Certificate,
    issuer: &'a Certificate,
    trust: &'a Trust,
    evidence: &'a Evidence,
    at: OffsetDateTime,
}

type Outcome = Option<Result<Answer, UnknownRevocation>>;

impl Subject<'_> {
    /// RFC 5280 §6.3.3, without deltas and indirect lists. `None`: the list is of another issuer or scope.
    fn ask_crl(&self, crl: &Crl) -> Outcome {
        if crl.issuer_name() != self.certificate.issuer_name() {
            return None;
        }
        let scope = crl.scope();
        let authority = self
            .certificate
            .basic_constraints()
            .is_some_and(|constraints| constraints.ca);
        if (scope.only_user && authority) || (scope.only_authority && !authority) {
            return None;
        }
        let points = &self.certificate.known().distribution_points;
        if !scope.points.is_empty() && !scope.points.iter().any(|point| points.contains(point)) {
            return None;
        }
        if scope.unsupported {
            return Some(Err(UnknownRevocation::Unsupported));
        }
        if !self.is_crl_trusted(crl) {
            return Some(Err(UnknownRevocation::Untrusted));
        }
        let entry = match crl.find(self.certificate.serial()) {
            Ok(entry) => entry.filter(|entry| !entry.removed),
            Err(_) => return Some(Err(UnknownRevocation::Unsupported)),
        };
        if entry.is_some_and(|entry| entry.unsupported) || (entry.is_none() && scope.only_some_reasons) {
            return Some(Err(UnknownRevocation::Unsupported));
        }
        Some(Ok(Answer {
            by: RevocationSource::Crl,
            this_update: crl.this_update(),
            fresh: self.is_fresh(crl.this_update(), crl.next_update()),
            revoked: entry.map(|entry| (entry.at, entry.reason)),
        }))
    }

    fn is_crl_trusted(&self, crl: &Crl) -> bool {
        let signs =
            |signer: &Certificate| signer.usages().allows(KeyUsage::CRL_SIGN) && crl.is_signed_by(signer);
        if signs(self.issuer) {
            return true;
        }
        // After a change of keys another certificate of the same authority signs the list.
        candidates(self.certificate, self.trust, self.evidence)
            .iter()
            .filter(|signer| *signer != self.issuer && signs(signer))
            .any(|signer| {
                let judge = Judge {
                    trust: self.trust,
                    evidence: self.evidence,
                    at: self.at,
                    purpose: Purpose::CrlSigning,
                    with_revocation: false,
                };
                judge.judge(signer).status == Status::Valid
            })
    }

    /// RFC 6960 §3.2, §4.2.2. `None`: the response is not about this certificate.
    fn ask_ocsp(&self, response: &OcspResponse) -> Outcome {
        let single = response.about(self.certificate, self.issuer)?;
        if single.unsupported || response.is_unsupported() {
            return Some(Err(UnknownRevocation::Unsupported));
        }
        let signer = response.signer(self.issuer, &self.evidence.certificates);
        if !signer.is_some_and(|signer| self.may_answer(signer)) {
            return Some(Err(UnknownRevocation::Untrusted));
        }
        let revoked = match single.status {
            CertStatus::Good => None,
            CertStatus::Revoked { at, reason } => Some((at, reason)),
            CertStatus::Unknown => return Some(Err(UnknownRevocation::ResponderUnknown)),
        };
        Some(Ok(Answer {
            by: RevocationSource::Ocsp,
            this_update: single.this_update,
            fresh: self.is_fresh(single.this_update, single.next_update),
            revoked,
        }))
    }

    /// RFC 6960 §4.2.2.2: the issuer itself, or whom it certified for exactly this. A responder certificate
    /// without id-pkix-ocsp-nocheck is looked up in the lists at hand; silence of the lists is accepted.
    fn may_answer(&self, signer: &Certificate) -> bool {
        if signer.spki_der() == self.issuer.spki_der() && signer.subject_name() == self.issuer.subject_name()
        {
            return true;
        }
        signer.issuer_name() == self.issuer.subject_name()
            && signer.usages().names(&usage::OCSP_SIGNING)
            && signer
                .usages()
                .allows(KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION))
            && validity_problem(signer, self.at).is_none()
            && extension_problems(signer).is_empty()
            && signer.verify_signed_by(self.issuer).is_ok()
            && (signer.known().ocsp_no_check || !self.is_listed(signer))
    }

    fn is_listed(&self, signer: &Certificate) -> bool {
        let subject = Subject {
            certificate: signer,
            ..*self
        };
        self.evidence
            .crls
            .iter()
            .filter_map(|crl| subject.ask_crl(crl)?.ok())
            .any(|answer| answer.revoked.is_some_and(|(since, _)| since <= self.at))
    }

    fn is_fresh(&self, this_update: OffsetDateTime, next_update: Option<OffsetDateTime>) -> bool {
        if this_update > self.at {
            return this_update <= self.certificate.not_after();
        }
        match next_update {
            Some(next) => self.at <= next,
            None => self.at - this_update <= MAX_AGE_WITHOUT_NEXT_UPDATE,
        }
    }
}
