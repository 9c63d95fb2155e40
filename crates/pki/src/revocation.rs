//! Decides from the evidence whether a certificate was revoked.

mod lists;

use time::{Duration, OffsetDateTime};

use crate::certificate::Certificate;
use crate::distribution_point::{Reasons, reason_bit};
use crate::extension::KeyUsage;
use crate::ocsp::{CertStatus, OcspResponse};
use crate::oid::usage;
use crate::path::validity_problem;
use crate::problem::{Revocation, RevocationReason, RevocationSource, UnknownRevocation};
use crate::validate::{Judge, extension_problems};

/// How long an answer that names no next update is believed.
pub const MAX_AGE_WITHOUT_NEXT_UPDATE: Duration = Duration::hours(24);

/// One answer whose signature and scope were checked.
#[derive(Clone, Copy, Debug)]
struct Answer {
    by: RevocationSource,
    this_update: OffsetDateTime,
    fresh: bool,
    /// The reasons it speaks about.
    reasons: Reasons,
    revoked: Option<(OffsetDateTime, RevocationReason)>,
}

/// Whose revocation is asked for, and in which chain.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub certificate: &'a Certificate,
    pub issuer: &'a Certificate,
    /// Where the chain ends, if it is known to.
    pub anchor: Option<&'a Certificate>,
    pub judge: Judge<'a>,
}

type Outcome = Result<Answer, UnknownRevocation>;

/// Revocation of a certificate as known at the judge's moment.
///
/// A final revocation wins over everything, then the freshest answers, until every reason is covered. Answers made
/// after the moment count as long as the certificate had not expired when they were made; a revocation after
/// the moment does not reach back.
pub(crate) fn revocation_of(question: &Question<'_>) -> Revocation {
    let mut answers = Vec::new();
    let mut failures = Vec::new();
    let evidence = question.judge.evidence;
    let by_crl = evidence.crls.iter().filter_map(|crl| question.ask_crl(crl));
    let by_ocsp = evidence
        .ocsp
        .iter()
        .filter_map(|response| question.ask_ocsp(response));
    for outcome in by_crl.chain(by_ocsp) {
        match outcome {
            Ok(answer) => answers.push(answer),
            Err(why) => failures.push(why),
        }
    }
    answers.sort_by_key(|answer| std::cmp::Reverse(answer.this_update));
    decide(&answers, &failures, question.judge.at)
}

/// `answers` run from the freshest to the oldest.
fn decide(answers: &[Answer], failures: &[UnknownRevocation], at: OffsetDateTime) -> Revocation {
    let revoked_by = |answer: &Answer| answer.revoked.filter(|(since, _)| *since <= at);
    let is_final =
        |(_, reason): &(OffsetDateTime, RevocationReason)| *reason != RevocationReason::CertificateHold;
    let revocations = answers.iter().filter_map(revoked_by).filter(is_final);
    if let Some((at, reason)) = revocations.min_by_key(|(since, _)| *since) {
        return Revocation::Revoked { at, reason };
    }
    let mut open = Reasons::ALL;
    let mut good: Option<(RevocationSource, OffsetDateTime)> = None;
    for answer in answers.iter().filter(|answer| answer.fresh) {
        let speaks = !answer.reasons.and(open).is_empty();
        if let Some((at, reason)) = revoked_by(answer)
            && speaks
            && !reason_bit(reason).and(open).is_empty()
        {
            return Revocation::Revoked { at, reason };
        }
        if speaks {
            open = open.without(answer.reasons);
            // Knowledge gathered from several lists is as old as the oldest of them.
            good = Some((answer.by, answer.this_update));
        }
    }
    match good {
        Some((by, as_of)) if open.is_empty() => return Revocation::Good { by, as_of },
        Some(_) => {
            let why = UnknownRevocation::SomeReasons;
            return Revocation::Unknown { why };
        }
        None => {}
    }
    if let Some(stale) = answers.first() {
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

impl Question<'_> {
    /// RFC 6960 §3.2, §4.2.2. `None`: the response is not about this certificate.
    fn ask_ocsp(&self, response: &OcspResponse) -> Option<Outcome> {
        let single = response.about(self.certificate, self.issuer)?;
        if single.unsupported || response.is_unsupported() {
            return Some(Err(UnknownRevocation::Unsupported));
        }
        let weak = response.has_weak_signature() && !self.judge.requirements.accept_weak;
        let signer = response.signer(self.issuer, &self.judge.evidence.certificates);
        if weak || !signer.is_some_and(|signer| self.may_answer(signer, response.produced_at)) {
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
            fresh: self.is_fresh(single.this_update, single.next_update, single.archive_cutoff),
            reasons: Reasons::ALL,
            revoked,
        }))
    }

    /// RFC 6960 §4.2.2.2: the issuer itself, or whom it certified for exactly this. A responder certificate
    /// without id-pkix-ocsp-nocheck is looked up in the lists at hand; silence of the lists is accepted.
    fn may_answer(&self, signer: &Certificate, produced_at: OffsetDateTime) -> bool {
        if signer.spki_der() == self.issuer.spki_der() && signer.subject_name() == self.issuer.subject_name()
        {
            return true;
        }
        // An answer given after the judged moment is by a responder of its own time.
        let at = self.judge.at.max(produced_at);
        signer.issuer_name() == self.issuer.subject_name()
            && signer.usages().names(&usage::OCSP_SIGNING)
            && signer
                .usages()
                .allows(KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION))
            && validity_problem(signer, at).is_none()
            && extension_problems(signer).is_empty()
            && signer.verify_signed_by(self.issuer).is_ok()
            && (signer.known().ocsp_no_check || !self.is_listed(signer))
    }

    fn is_listed(&self, signer: &Certificate) -> bool {
        let question = Question {
            certificate: signer,
            issuer: self.issuer,
            anchor: self.anchor,
            judge: self.judge,
        };
        self.judge
            .evidence
            .crls
            .iter()
            .filter_map(|crl| question.ask_crl(crl)?.ok())
            .any(|answer| answer.revoked.is_some_and(|(since, _)| since <= self.judge.at))
    }

    /// Whether an answer still speaks for the judged moment. Answers made later forget certificates that had
    /// expired by then, unless they say that they `keep` those expired since some moment.
    fn is_fresh(
        &self,
        this_update: OffsetDateTime,
        next_update: Option<OffsetDateTime>,
        keep: Option<OffsetDateTime>,
    ) -> bool {
        let at = self.judge.at;
        let expiry = self.certificate.not_after();
        if this_update > at {
            return this_update <= expiry || keep.is_some_and(|since| since <= expiry);
        }
        match next_update {
            Some(next) => at <= next,
            None => at - this_update <= MAX_AGE_WITHOUT_NEXT_UPDATE,
        }
    }
}
