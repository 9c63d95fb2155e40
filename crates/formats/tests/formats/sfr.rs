use kabinet_formats::Formats;
use kabinet_formats::sfr::{SfrError, application_file_name, pairs, with_order_number};

use crate::{AKT, REQ, TRANS, sample};

#[test]
fn only_the_number_and_the_date_change() {
    let before = String::from_utf8(sample(TRANS)).unwrap();
    let after =
        String::from_utf8(with_order_number(before.as_bytes(), 764_255_248, "2025-11-22").unwrap()).unwrap();
    let expected = before
        .replace("Number>2662455582<", "Number>764255248<")
        .replace("Date>2023-04-13<", "Date>2025-11-22<");
    assert_ne!(before, after);
    assert_eq!(after, expected);
    assert_eq!(Formats::embedded().check(TRANS, after.as_bytes()).findings, []);
}

#[test]
fn an_empty_element_is_filled() {
    let number = "<cmv:ExternalRegistrationNumber>2662455582</cmv:ExternalRegistrationNumber>";
    let before = String::from_utf8(sample(TRANS))
        .unwrap()
        .replace(number, "<cmv:ExternalRegistrationNumber />");
    let after = String::from_utf8(with_order_number(before.as_bytes(), 7, "2025-11-22").unwrap()).unwrap();
    assert!(
        after.contains("<cmv:ExternalRegistrationNumber>7</cmv:ExternalRegistrationNumber>"),
        "{after}"
    );
    let marked = [b"\xEF\xBB\xBF", before.as_bytes()].concat();
    assert!(
        with_order_number(&marked, 7, "2025-11-22")
            .unwrap()
            .starts_with(b"\xEF\xBB\xBF<?xml")
    );
}

#[test]
fn what_is_no_transport_file_is_refused() {
    assert_eq!(
        with_order_number(&sample(AKT), 1, "2025-11-22"),
        Err(SfrError::Element {
            element: "ExternalRegistrationNumber"
        })
    );
    assert_eq!(
        with_order_number(b"<a>", 1, "2025-11-22"),
        Err(SfrError::Malformed)
    );
    assert!(matches!(
        with_order_number(b"\xFF\xD8\xFF\0", 1, "2025-11-22"),
        Err(SfrError::Decode(_))
    ));
    for date in ["22.11.2025", "2025-11-2", "2025-11-22T00:00", "2025-11-aа", ""] {
        assert_eq!(
            with_order_number(&sample(TRANS), 1, date),
            Err(SfrError::Date),
            "{date}"
        );
    }
    let number = "<cmv:ExternalRegistrationNumber>2662455582</cmv:ExternalRegistrationNumber>";
    let twice = String::from_utf8(sample(TRANS))
        .unwrap()
        .replace(number, &number.repeat(2));
    assert!(matches!(
        with_order_number(twice.as_bytes(), 1, "2025-11-22"),
        Err(SfrError::Element { .. })
    ));
}

#[test]
fn files_are_paired_by_the_name_inside_and_not_by_likeness() {
    let (trans, req, akt) = (sample(TRANS), sample(REQ), sample(AKT));
    assert_eq!(application_file_name(&trans).as_deref(), Ok(REQ));
    assert_eq!(
        pairs(&[(AKT, &akt), (REQ, &req), ("any name.xml", &trans)]),
        [(2, 1)]
    );
    assert_eq!(pairs(&[(TRANS, &trans), ("req_other.xml", &req)]), []);
}
