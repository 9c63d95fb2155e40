//! Powers of attorney and revocations: read, written anew with what is unknown, read again.
#![no_main]

use kabinet_formats::poa;
use libfuzzer_sys::fuzz_target;
use time::macros::date;

fuzz_target!(|input: &[u8]| {
    let _ = poa::older::read(input);
    if let Ok(one) = poa::read_withdrawal("", input) {
        let made = poa::write_withdrawal(&one, one.number.0);
        assert_eq!(poa::read_withdrawal("", &made.bytes).as_ref(), Ok(&one));
    }
    let Ok(first) = poa::read("", input) else {
        return;
    };
    let made = poa::write(&first.poa, date!(2026 - 09 - 01), Some(&first.kept));
    let again = poa::read("", &made.bytes).expect("what was written is readable");
    assert_eq!(again.poa, first.poa);
    if made.lost.is_empty() {
        assert_eq!(again.kept.unknown().len(), first.kept.unknown().len());
    }
    assert!(poa::changes(&first.poa, &again.poa).is_empty());
});
