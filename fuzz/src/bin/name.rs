//! Distinguished names and their requisites.
#![no_main]

use kabinet_pki::tlv::Tlv;
use kabinet_pki::{DistinguishedName, Oid, Subject};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(name) = Tlv::from_der(input).and_then(DistinguishedName::read) else {
        return;
    };
    let read = |der: &[u8]| Tlv::from_der(der).and_then(DistinguishedName::read);
    assert_eq!(read(name.der()).as_ref(), Ok(&name));
    let subject = Subject::of(&name);
    let _ = (
        subject.acts_for(),
        subject.organisation_inn(),
        subject.person_name(),
    );

    let texts: Option<Vec<(Oid, &str)>> = name.attributes().map(|(oid, text)| Some((*oid, text?))).collect();
    if let Some(texts) = texts {
        let built = DistinguishedName::from_attributes(&texts);
        let again = read(built.der()).expect("what was written is readable");
        assert_eq!(again, built);
        assert_eq!(Subject::of(&again), subject);
        assert!(again.attributes().eq(name.attributes()));
    }
});
