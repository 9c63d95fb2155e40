//! Signed and unsigned attributes of a signer, and the times they carry.
#![no_main]

use kabinet_pki::cms::Attributes;
use kabinet_pki::instant;
use kabinet_pki::tlv::Tlv;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(set) = Tlv::from_ber(input) else {
        return;
    };
    if let Ok(at) = instant::read(set) {
        let der = instant::write(at);
        let again = Tlv::from_der(&der)
            .and_then(instant::read)
            .expect("what was written is readable");
        assert_eq!(instant::write(again), der);
    }
    let Ok(attributes) = Attributes::read(set) else {
        return;
    };
    for attribute in attributes.iter() {
        if let Ok(Some(value)) = attributes.single(&attribute.oid) {
            assert_eq!(attribute.values, [value.whole]);
        }
    }
    let octets = attributes.signed_octets();
    let sorted = octets.last().expect("there is always one");
    let again = Tlv::from_ber(sorted)
        .and_then(Attributes::read)
        .expect("the same set in another order");
    assert_eq!(again.signed_octets(), std::slice::from_ref(sorted));
});
