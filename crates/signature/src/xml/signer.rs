//! Who signed: the certificate whose key made the value, and whether it is the one the signature names.

use kabinet_pki::{Certificate, PublicKey, SignatureAlgorithm};

use super::algorithm;
use super::fault::Fault;
use super::key_info::KeyInfo;
use super::xades::CertificateReferences;

/// What the value was made by.
pub(crate) struct Signer {
    pub certificate: Option<Certificate>,
    /// The value was made by the certificate's key, or by the bare key where there is no certificate.
    pub value_ok: bool,
    pub faults: Vec<Fault>,
}

/// Looks for the signer among the certificates inside and at hand.
///
/// KeyInfo is not signed, so only the key proves whose a certificate is. A bare key counts only where there is no
/// certificate at all: beside one, it would let any key pass under another's name.
pub(crate) fn find(
    info: &KeyInfo,
    references: Option<&CertificateReferences>,
    known: &[Certificate],
    algorithm: SignatureAlgorithm,
    signed: &[u8],
    value: &[u8],
) -> Signer {
    let verify = |key: &PublicKey| algorithm::verify(key, algorithm, signed, value);
    let referenced = |one: &Certificate| references.is_some_and(|references| references.names(one));
    let mut candidates: Vec<&Certificate> = info.candidates(known).collect();
    candidates.extend(known.iter().filter(|one| referenced(one)));
    // Those the signature names come first.
    candidates.sort_by_key(|one| !referenced(one));

    let outcomes = candidates.iter().map(|one| (*one, verify(one.public_key())));
    let mut first: Option<(&Certificate, Fault)> = None;
    for (candidate, outcome) in outcomes {
        let Err(fault) = outcome else {
            let substituted = references.filter(|references| !references.names(candidate));
            return Signer {
                certificate: Some(candidate.clone()),
                value_ok: true,
                faults: substituted
                    .map(CertificateReferences::fault)
                    .into_iter()
                    .collect(),
            };
        };
        first.get_or_insert((candidate, fault));
    }
    // Others' certificates say nothing of the value of one that is named and not at hand.
    let first =
        first.filter(|(candidate, _)| references.is_none_or(|references| references.names(candidate)));
    if let Some((candidate, fault)) = first {
        return Signer {
            certificate: Some(candidate.clone()),
            value_ok: false,
            faults: vec![fault],
        };
    }
    let outcomes: Vec<Result<(), Fault>> = info.keys.iter().map(verify).collect();
    let value_ok = outcomes.iter().any(Result::is_ok);
    let mut faults = vec![Fault::CertificateMissing];
    if !value_ok {
        faults.extend(outcomes.into_iter().find_map(Result::err));
    }
    Signer {
        certificate: None,
        value_ok,
        faults,
    }
}
