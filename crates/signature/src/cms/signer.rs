//! What one signer of a SignedData says, and whether its value holds.

use kabinet_pki::cms::{AttributeFault, SignedData, SignerFault, SignerInfo, SigningCertificate};
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::Tlv;
use kabinet_pki::{Certificate, DigestAlgorithm, instant};
use time::OffsetDateTime;

use super::properties;
use crate::content::Measured;
use crate::judge::{Facts, Policy, conclude};
use crate::report::{Form, Note, Reason, SignatureReport, SignedPart};

/// Counter-signatures may be counter-signed; deeper than this nobody means it.
const MAX_COUNTER_DEPTH: usize = 4;

/// A SignedData being examined against its content.
pub(crate) struct Examination<'a, 'p> {
    pub(super) data: &'a SignedData<'a>,
    pub(super) content: &'a Measured,
    policy: &'p Policy<'p>,
}

/// What a signature value covers beside the signed attributes.
enum Covered<'c> {
    Content,
    /// The value of another signature (RFC 5652 §11.4).
    Signature(&'c [u8]),
}

impl<'a, 'p> Examination<'a, 'p> {
    pub(crate) fn new(data: &'a SignedData<'a>, content: &'a Measured, policy: &'p Policy<'p>) -> Self {
        Self {
            data,
            content,
            policy,
        }
    }

    pub(crate) fn facts(&self, id: String, signer: &'a SignerInfo<'a>) -> Facts<'a> {
        let mut facts = self.examine(id, signer, &Covered::Content);
        properties::take(&mut facts, self, signer);
        facts.counter_signatures = self.counter_signatures(&facts.id, signer, 0);
        facts
    }

    fn examine(&self, id: String, signer: &SignerInfo<'_>, covered: &Covered<'_>) -> Facts<'a> {
        let mut facts = Facts::new(id, Form::Cades);
        let reference = self.reference(signer, &mut facts);
        facts.certificate = self.certificate(signer, reference.as_ref(), &mut facts.reasons);
        facts.signing_time = claimed_time(signer, &mut facts.reasons);
        if !algorithms_protected(signer) {
            facts.reasons.push(Reason::AlgorithmMismatch);
        }
        let algorithm = signer.content_digest_algorithm();
        if algorithm.is_ok_and(DigestAlgorithm::is_weak) {
            facts.reasons.push(Reason::WeakDigest);
        }
        let digest = algorithm.ok().and_then(|algorithm| match covered {
            Covered::Content => self.content.digest(algorithm).map(<[u8]>::to_vec),
            Covered::Signature(value) => Some(algorithm.digest(value)),
        });
        let content_type = match covered {
            Covered::Content => Some(&self.data.content_type),
            Covered::Signature(_) => None,
        };
        let expected = digest.as_deref().unwrap_or_default();
        let faults = match (&facts.certificate, algorithm) {
            (_, Err(fault)) => vec![fault],
            // The signed attributes tell without a certificate whether this is the content.
            (None, Ok(_)) => signer.attribute_faults(content_type, expected),
            (Some(certificate), Ok(_)) => signer.faults(content_type, expected, certificate),
        };
        let value_wrong = faults.iter().any(|fault| {
            matches!(
                fault,
                SignerFault::SignatureMismatch
                    | SignerFault::AlgorithmMismatch
                    | SignerFault::UnsupportedAlgorithm(_)
            )
        });
        facts.signature_ok = facts.certificate.is_some() && !value_wrong;
        facts.digest_ok = match &signer.signed {
            None => facts.signature_ok, // the value itself covers the content
            Some(_) => {
                let differs = [
                    SignerFault::ContentDiffers,
                    SignerFault::Attribute(id::MESSAGE_DIGEST),
                ];
                algorithm.is_ok() && !faults.iter().any(|fault| differs.contains(fault))
            }
        };
        facts.digest_algorithm = algorithm.ok();
        facts.parts = vec![SignedPart {
            name: String::new(),
            whole: matches!(covered, Covered::Content),
            intact: facts.digest_ok,
            digest: algorithm.ok().zip(digest),
        }];
        facts.reasons.extend(faults.into_iter().map(Reason::from));
        facts
    }

    fn reference(&self, signer: &SignerInfo<'_>, facts: &mut Facts<'_>) -> Option<SigningCertificate> {
        let Some(attributes) = &signer.signed else {
            facts.form = Form::CmsBare;
            facts.notes.push(Note::NoSignedAttributes);
            if self.content.looks_like_attributes() {
                facts.reasons.push(Reason::AmbiguousContent);
            }
            return None;
        };
        match SigningCertificate::find(attributes) {
            Ok(Some(reference)) => return Some(reference),
            Ok(None) => {
                facts.form = Form::Cms;
                facts.notes.push(Note::CertificateReferenceMissing);
            }
            Err(_) => facts.reasons.push(Reason::Attribute {
                name: id::SIGNING_CERTIFICATE_V2.to_string(),
            }),
        }
        None
    }

    /// The certificate the signer's identifier and signed reference name. Several may share issuer and serial
    /// number or a key identifier; only the signed reference tells them apart.
    fn certificate(
        &self,
        signer: &SignerInfo<'_>,
        reference: Option<&SigningCertificate>,
        reasons: &mut Vec<Reason>,
    ) -> Option<Certificate> {
        let Policy { trust, evidence, .. } = self.policy;
        let inside = properties::certificate_values(signer);
        let named: Vec<&Certificate> = self
            .data
            .certificates
            .iter()
            .chain(&inside)
            .chain(&evidence.certificates)
            .chain(&trust.intermediates)
            .chain(&trust.anchors)
            .filter(|one| signer.id.names(one))
            .collect();
        let Some(first) = named.first() else {
            reasons.push(Reason::CertificateMissing);
            return None;
        };
        let Some(reference) = reference else {
            return Some((*first).clone());
        };
        let referenced = named.iter().find(|one| reference.names(one));
        if referenced.is_none() {
            reasons.push(match reference.digest {
                Some(_) => Reason::CertificateSubstituted,
                None => Reason::Unsupported {
                    name: id::SIGNING_CERTIFICATE_V2.to_string(),
                },
            });
        }
        Some((*referenced.unwrap_or(first)).clone())
    }

    fn counter_signatures(&self, of: &str, signer: &SignerInfo<'_>, depth: usize) -> Vec<SignatureReport> {
        let mut reports = Vec::new();
        if depth == MAX_COUNTER_DEPTH {
            return reports;
        }
        let values = signer
            .unsigned
            .iter()
            .filter(|attribute| attribute.oid == id::COUNTER_SIGNATURE)
            .flat_map(|attribute| &attribute.values);
        for (index, value) in values.enumerate() {
            let name = format!("{of}.{index}");
            let Ok(counter) = Tlv::from_ber(value).and_then(SignerInfo::read) else {
                let mut facts = Facts::new(name, Form::Cades);
                facts.reasons.push(Reason::Structure {
                    code: "signature.counter-signature-unreadable",
                });
                reports.push(conclude(facts, self.policy));
                continue;
            };
            let mut facts = self.examine(name, &counter, &Covered::Signature(&signer.signature));
            facts.evidence = properties::evidence(self.data, &counter);
            facts.counter_signatures = self.counter_signatures(&facts.id, &counter, depth + 1);
            facts.stamps = properties::signature_stamps(&counter);
            reports.push(conclude(facts, self.policy));
        }
        reports
    }
}

/// signing-time (RFC 5652 §11.3), which must not be repeated.
fn claimed_time(signer: &SignerInfo<'_>, reasons: &mut Vec<Reason>) -> Option<OffsetDateTime> {
    let read = || -> Result<_, AttributeFault> {
        let Some(attributes) = &signer.signed else {
            return Ok(None);
        };
        let value = attributes.single(&id::SIGNING_TIME)?;
        Ok(value.map(instant::read).transpose()?)
    };
    read().unwrap_or_else(|_| {
        reasons.push(Reason::Attribute {
            name: id::SIGNING_TIME.to_string(),
        });
        None
    })
}

/// CMSAlgorithmProtection (RFC 6211 §2): the algorithms named in it must be those outside of it.
fn algorithms_protected(signer: &SignerInfo<'_>) -> bool {
    const SIGNATURE: u8 = kabinet_pki::tlv::tag::context_constructed(1);
    let Some(attributes) = &signer.signed else {
        return true;
    };
    let value = match attributes.single(&id::ALGORITHM_PROTECTION) {
        Ok(None) => return true,
        Ok(Some(value)) => value,
        Err(_) => return false,
    };
    let agrees = || {
        let mut protected = value.reader();
        let digest = protected.any()?;
        let signature = protected.expect(SIGNATURE)?;
        let mut actual = Tlv::from_ber(signer.whole)?.reader();
        actual.any()?;
        actual.any()?;
        let digest_agrees = actual.any()?.whole == digest.whole;
        actual.optional(kabinet_pki::tlv::tag::context_constructed(0))?;
        Ok::<_, kabinet_pki::tlv::Malformed>(digest_agrees && actual.any()?.value == signature.value)
    };
    agrees().unwrap_or(false)
}
