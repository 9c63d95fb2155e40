//! Revocation lists: scope, deltas, and who may sign them (RFC 5280 §6.3.3).

use super::{Answer, Outcome, Question};
use crate::certificate::Certificate;
use crate::crl::{Crl, CrlEntry};
use crate::distribution_point::{DistributionPoint, Reasons};
use crate::extension::KeyUsage;
use crate::path::{named, spend};
use crate::problem::{RevocationSource, Status, UnknownRevocation};
use crate::requirements::{Purpose, Requirements};
use crate::tlv::Malformed;
use crate::validate::Judge;

/// How deep the signers of lists may need lists of other signers: an indirect list and one about its signer.
const MAX_SIGNERS: usize = 3;

impl Question<'_> {
    /// What a list, with the latest delta to it, says. `None`: it is of another issuer or scope, or a delta itself.
    pub(super) fn ask_crl(&self, crl: &Crl) -> Option<Outcome> {
        if crl.delta_base().is_some() {
            return None;
        }
        let reasons = self.covered_by(crl);
        if reasons.is_empty() {
            return None;
        }
        if crl.scope().unsupported {
            return Some(Err(UnknownRevocation::Unsupported));
        }
        if !self.is_trusted(crl) {
            return Some(Err(UnknownRevocation::Untrusted));
        }
        Some(
            self.look_up(crl, reasons)
                .map_err(|_| UnknownRevocation::Unsupported),
        )
    }

    /// Reasons for which the list speaks about the certificate (§6.3.3 (b), (d)), by any point that the certificate
    /// names or by the one assumed for its issuer.
    fn covered_by(&self, crl: &Crl) -> Reasons {
        let scope = crl.scope();
        let authority = self
            .certificate
            .basic_constraints()
            .is_some_and(|constraints| constraints.ca);
        if scope.only_attribute || (scope.only_user && authority) || (scope.only_authority && !authority) {
            return Reasons::NONE;
        }
        let issuer = self.certificate.issuer_name();
        let own = crl.issuer_name() == issuer;
        let points = self.certificate.known().distribution_points.iter();
        points
            .map(|point| scope.covered(point, crl.issuer_name(), own))
            .fold(
                scope.covered(&DistributionPoint::implied(issuer), crl.issuer_name(), own),
                Reasons::or,
            )
    }

    fn look_up(&self, crl: &Crl, reasons: Reasons) -> Result<Answer, Malformed> {
        let mut answer = self.answer(crl, reasons, crl.find(self.certificate)?);
        let deltas = self.judge.evidence.crls.iter();
        let latest = deltas
            .filter(|delta| !delta.scope().unsupported && delta.is_delta_to(crl) && self.is_trusted(delta))
            .max_by_key(|delta| delta.this_update());
        if let Some(delta) = latest
            && let Ok(change) = delta.find(self.certificate)
        {
            let changed = self.answer(delta, reasons, change);
            // Together they are the complete list as of the delta (§5.2.4).
            answer = Answer {
                fresh: changed.fresh || answer.fresh,
                revoked: match change {
                    Some(_) => changed.revoked,
                    None => answer.revoked,
                },
                ..changed
            };
        }
        Ok(answer)
    }

    fn answer(&self, crl: &Crl, reasons: Reasons, entry: Option<CrlEntry>) -> Answer {
        Answer {
            by: RevocationSource::Crl,
            this_update: crl.this_update(),
            fresh: self.is_fresh(crl.this_update(), crl.next_update(), crl.keeps_expired_since()),
            reasons,
            revoked: entry
                .filter(|entry| !entry.removed)
                .map(|entry| (entry.at, entry.reason)),
        }
    }

    /// §6.3.3 (f), (g): the issuer of the certificate signed the list, or someone of the list's name whose own
    /// certificate holds under the same anchor.
    fn is_trusted(&self, crl: &Crl) -> bool {
        if crl.has_weak_signature() && !self.judge.requirements.accept_weak {
            return false;
        }
        let signs = |signer: &Certificate| {
            signer.subject_name() == crl.issuer_name()
                && signer.usages().allows(KeyUsage::CRL_SIGN)
                && crl.is_signed_by(signer)
        };
        // A signer of lists may be covered by its own: an authority keeps a separate key for lists, or its certificates
        // name the signer as the issuer of lists about themselves. Either way the authority said so.
        if signs(self.issuer) || self.judge.signers.iter().any(signs) {
            return true;
        }
        if self.judge.signers.len() == MAX_SIGNERS {
            return false;
        }
        named(crl.issuer_name(), self.judge.trust, self.judge.evidence)
            .iter()
            .filter(|signer| *signer != self.issuer && !self.judge.signers.contains(signer))
            .any(|signer| spend(self.judge.budget) && signs(signer) && self.holds(signer, crl))
    }

    fn holds(&self, signer: &Certificate, crl: &Crl) -> bool {
        let signers = [self.judge.signers, std::slice::from_ref(signer)].concat();
        let requirements = Requirements {
            accept_weak: self.judge.requirements.accept_weak,
            ..Requirements::new(Purpose::CrlSigning)
        };
        let judge = Judge {
            // A list made after the judged moment is by a signer of its own time.
            at: self.judge.at.max(crl.this_update()),
            requirements: &requirements,
            signers: &signers,
            anchor: self.anchor,
            ..self.judge
        };
        judge.judge(signer).status == Status::Valid
    }
}
