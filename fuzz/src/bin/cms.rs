//! CMS SignedData in DER and BER.
#![no_main]

use kabinet_pki::cms::{SignedData, SigningCertificate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(data) = SignedData::parse(input) else {
        return;
    };
    let _ = data.content_octets();
    for signer in &data.signers {
        let _ = signer.content_digest_algorithm();
        if let Some(attributes) = &signer.signed {
            let _ = SigningCertificate::find(attributes);
            let octets = attributes.signed_octets();
            assert!((1..=2).contains(&octets.len()));
        }
        for certificate in &data.certificates {
            let _ = signer.id.names(certificate);
            let _ = signer.faults(Some(&data.content_type), &[0; 32], certificate);
        }
    }
});
