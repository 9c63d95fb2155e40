//! Certificates: one by one, and in the bundles authorities publish; judged as if somebody had signed with them.
#![no_main]

use kabinet_fuzz::{NOW, no_evidence, trust};
use kabinet_pki::{Certificate, Purpose, validate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    for certificate in Certificate::read_all(input).unwrap_or_default() {
        let again = Certificate::from_der(certificate.der());
        assert_eq!(again.as_ref(), Ok(&certificate));
        let (subject, _) = (certificate.subject(), certificate.issuer());
        let _ = (subject.acts_for(), subject.person_name());
        let _ = (
            certificate.serial_hex(),
            certificate.key_octets(),
            certificate.may_sign(),
        );
        let _ = certificate.verify_signed_by(&certificate);
        let _ = validate(&certificate, &trust(), &no_evidence(), NOW, Purpose::Signature);
    }
    let _ = Certificate::from_pem_or_der(input);
});
