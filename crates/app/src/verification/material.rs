//! What a judgement rests on beside the files, once each: whoever has it can repeat the judgement.

use std::collections::BTreeSet;

use base64ct::{Base64, Encoding};
use kabinet_pki::{DigestAlgorithm, Evidence};
use kabinet_signature::{Report, SignatureReport};

use crate::view::MaterialView;

/// Certificates first, then revocation answers, then time stamps.
pub(super) fn of(report: &Report, fetched: &Evidence) -> Vec<MaterialView> {
    let mut pile = Pile::default();
    for signature in &report.signatures {
        pile.chains_of(signature);
    }
    pile.evidence(fetched);
    for signature in &report.signatures {
        pile.evidence_of(signature);
    }
    for signature in &report.signatures {
        pile.stamps_of(signature);
    }
    pile.things
}

#[derive(Default)]
struct Pile {
    things: Vec<MaterialView>,
    known: BTreeSet<String>,
}

impl Pile {
    fn add(&mut self, kind: &str, octets: &[u8]) {
        let sha256 = hex::encode(DigestAlgorithm::Sha256.digest(octets));
        if self.known.insert(sha256.clone()) {
            self.things.push(MaterialView {
                kind: kind.to_owned(),
                sha256,
                base64: Base64::encode_string(octets),
            });
        }
    }

    fn chains_of(&mut self, signature: &SignatureReport) {
        if let Some(certificate) = &signature.certificate {
            self.add("certificate", certificate.der());
        }
        let stamps = signature
            .stamps
            .iter()
            .filter_map(|stamp| stamp.outcome.as_ref().ok());
        for chain in signature.chain.iter().chain(stamps.map(|stamp| &stamp.chain)) {
            for certificate in &chain.chain {
                self.add("certificate", certificate.der());
            }
        }
        for counter in &signature.counter_signatures {
            self.chains_of(counter);
        }
    }

    fn evidence(&mut self, evidence: &Evidence) {
        for certificate in &evidence.certificates {
            self.add("certificate", certificate.der());
        }
        for crl in &evidence.crls {
            self.add("crl", crl.der());
        }
        for answer in &evidence.ocsp {
            self.add("ocsp", &answer.der);
        }
    }

    fn evidence_of(&mut self, signature: &SignatureReport) {
        self.evidence(&signature.evidence);
        for counter in &signature.counter_signatures {
            self.evidence_of(counter);
        }
    }

    fn stamps_of(&mut self, signature: &SignatureReport) {
        for stamp in &signature.stamps {
            self.add("stamp", &stamp.token);
        }
        for counter in &signature.counter_signatures {
            self.stamps_of(counter);
        }
    }
}
