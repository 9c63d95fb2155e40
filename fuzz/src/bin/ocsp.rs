//! OCSP responses, and the requests a responder reads.
#![no_main]

use kabinet_fuzz::{NOW, trust};
use kabinet_pki::ocsp::{OcspRequest, OcspResponse};
use kabinet_pki::{Evidence, Purpose, validate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Ok(request) = OcspRequest::from_der(input) {
        assert_eq!(OcspRequest::from_der(&request.to_der()).as_ref(), Ok(&request));
    }
    let Ok(response) = OcspResponse::from_der(input) else {
        return;
    };
    assert!(OcspResponse::from_der(&response.der).is_ok());
    let trust = trust();
    for issuer in trust.anchors.iter().chain(&trust.intermediates) {
        let _ = response.signer(issuer, &trust.anchors);
        let _ = response.about(issuer, issuer);
    }
    let certificates = response.certificates.clone();
    let evidence = Evidence {
        ocsp: vec![response],
        ..Evidence::default()
    };
    for certificate in &certificates {
        let _ = validate(certificate, &trust, &evidence, NOW, Purpose::Signature);
    }
});
