//! The list of accredited authorities.
#![no_main]

use kabinet_fuzz::{NOW, trust};
use kabinet_pki::DigestAlgorithm;
use kabinet_pki::trust_list::{Anchors, TrustList, VerifiedBy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(signer) = trust().anchors.first().cloned() else {
        return;
    };
    let Ok(document) = DigestAlgorithm::Sha256.digest(input).try_into() else {
        return;
    };
    let verified = VerifiedBy { signer, document };
    let Ok(list) = TrustList::from_verified(input, &verified) else {
        return;
    };
    for centre in &list.centres {
        for certificate in &centre.certificates {
            let _ = list.accredited(certificate, NOW);
        }
    }
    assert_eq!(list.clone().replacing(Some(&list)).as_ref(), Ok(&list));
    let _ = Anchors {
        list: Some(list),
        beside: Vec::new(),
    }
    .to_trust();
});
