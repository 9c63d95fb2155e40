//! Time stamps: requests, answers, tokens and what a token says.
#![no_main]

use kabinet_fuzz::{CONTENT, NOW, no_evidence, trust};
use kabinet_pki::cms::SignedData;
use kabinet_pki::tsp::{TimeStampRequest, TstInfo, read_response, verify_token};
use libfuzzer_sys::fuzz_target;

fn info(octets: &[u8]) {
    if let Ok(info) = TstInfo::from_der(octets) {
        // The first writing drops what is not kept (fractions of a second); then nothing may change.
        let der = info.to_der();
        let again = TstInfo::from_der(&der).expect("what was written is readable");
        assert_eq!(again.to_der(), der);
    }
}

fn token(octets: &[u8]) {
    let _ = verify_token(octets, CONTENT, &trust(), &no_evidence(), NOW);
    if let Some(content) = SignedData::parse(octets)
        .ok()
        .and_then(|data| data.content_octets())
    {
        info(&content);
    }
}

fuzz_target!(|input: &[u8]| {
    if let Ok(request) = TimeStampRequest::from_der(input) {
        assert_eq!(
            TimeStampRequest::from_der(&request.to_der()).as_ref(),
            Ok(&request)
        );
    }
    info(input);
    token(input);
    if let Ok(inside) = read_response(input) {
        token(&inside);
    }
});
