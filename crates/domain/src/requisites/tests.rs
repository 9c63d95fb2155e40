use super::{Context, Kind, Reason, check, check_pair};
use crate::OrganisationKind;

fn reason(kind: Kind, value: &str) -> Reason {
    check(kind, value, Context::default())
        .expect_err("should be refused")
        .reason
}

fn account(bik: &str, value: &str) -> Result<(), Reason> {
    check(
        Kind::Account,
        value,
        Context {
            bik: Some(bik),
            ..Context::default()
        },
    )
    .map(|_| ())
    .map_err(|error| error.reason)
}

const VALID: &[(Kind, &[&str])] = &[
    (
        Kind::Inn,
        &[
            "9109000140",
            "9204563745",
            "2502039781",
            "2004000870",
            "0103006692",
            "9721072801",
            "7707083893",
            "773711807351",
            "010403374502",
            "500100732259",
        ],
    ),
    (Kind::Ogrn, &["1027700132195", "1047702026701"]),
    (Kind::Ogrnip, &["304500116000157"]),
    (
        Kind::Snils,
        &["112-233-445 95", "087-654-303 00", "087-654-302 00"],
    ),
    (Kind::Kpp, &["773601001", "7736AB001"]),
    (Kind::Bik, &["044525225", "017003983"]),
];

#[test]
fn a_wrong_control_digit_is_named_with_its_place() {
    assert_eq!(
        reason(Kind::Inn, "2109000140"),
        Reason::ControlDigit {
            position: 10,
            expected: 7
        }
    );
    assert_eq!(
        reason(Kind::Inn, "7707083894"),
        Reason::ControlDigit {
            position: 10,
            expected: 3
        }
    );
    assert!(matches!(
        reason(Kind::Inn, "710403374602"),
        Reason::ControlDigit { position: 11, .. }
    ));
    assert_eq!(
        reason(Kind::Ogrn, "1027700132196"),
        Reason::ControlDigit {
            position: 13,
            expected: 5
        }
    );
    assert_eq!(
        reason(Kind::Ogrnip, "304500116000158"),
        Reason::ControlDigit {
            position: 15,
            expected: 7
        }
    );
    assert_eq!(
        reason(Kind::Snils, "112-233-445 96"),
        Reason::ControlDigit {
            position: 11,
            expected: 5
        }
    );
}

#[test]
fn an_account_with_a_wrong_key_is_refused() {
    for (bik, value) in [
        ("044525225", "40702810638050013198"),
        ("044525000", "40101810045250011041"),
    ] {
        assert!(
            matches!(account(bik, value), Err(Reason::ControlDigit { position: 9, .. })),
            "{bik} {value}"
        );
    }
}

#[test]
fn the_expected_key_of_an_account_makes_it_pass() {
    let Err(Reason::ControlDigit { expected, .. }) = account("044525225", "40702810738050013199") else {
        panic!("a wrong key was accepted");
    };
    assert_eq!(expected, 6);
    assert_eq!(account("044525225", "40702810638050013199"), Ok(()));
}

#[test]
fn lengths_and_foreign_characters_are_told_apart() {
    assert_eq!(reason(Kind::Inn, ""), Reason::Empty);
    assert_eq!(reason(Kind::Inn, "  "), Reason::Empty);
    assert_eq!(
        reason(Kind::Inn, "77070838931"),
        Reason::Length {
            actual: 11,
            allowed: &[10, 12]
        }
    );
    assert_eq!(
        reason(Kind::Inn, "770708389O"),
        Reason::Character { position: 10 }
    );
    assert_eq!(reason(Kind::Inn, "٧٧٠٧٠٨٣٨٩٣"), Reason::Character { position: 1 });
    assert_eq!(
        reason(Kind::Ogrn, "304500116000157"),
        Reason::Length {
            actual: 15,
            allowed: &[13]
        }
    );
    assert_eq!(reason(Kind::Kpp, "77360а001"), Reason::Character { position: 6 });
    assert_eq!(
        reason(Kind::Kpp, "77360100"),
        Reason::Length {
            actual: 8,
            allowed: &[9]
        }
    );
    assert_eq!(
        reason(Kind::Bik, "04452522"),
        Reason::Length {
            actual: 8,
            allowed: &[9]
        }
    );
    assert_eq!(
        account("044525225", "4070281063805001319"),
        Err(Reason::Length {
            actual: 19,
            allowed: &[20]
        })
    );
}

#[test]
fn numbers_that_are_never_issued_are_refused_although_their_digits_fit() {
    assert_eq!(reason(Kind::Inn, "0000000000"), Reason::NeverIssued);
    assert_eq!(reason(Kind::Snils, "000-000-000 00"), Reason::NeverIssued);
    assert_eq!(reason(Kind::Kpp, "000000000"), Reason::NeverIssued);
    assert_eq!(reason(Kind::Ogrn, "0000000000000"), Reason::NeverIssued);
}

#[test]
fn an_account_needs_a_bik() {
    assert_eq!(reason(Kind::Account, "40702810638050013199"), Reason::BikNeeded);
    assert_eq!(account("0445", "40702810638050013199"), Err(Reason::BikNeeded));
}

#[test]
fn published_and_computed_vectors_pass() {
    for (kind, values) in VALID {
        for value in *values {
            assert!(check(*kind, value, Context::default()).is_ok(), "{value}");
        }
    }
}

#[test]
fn account_vectors_pass_with_either_prefix() {
    for (bik, value) in [
        ("049805746", "40602810700000000025"),
        ("044525593", "40817810108670017419"),
        ("046577964", "40702810138030000017"),
        ("044525225", "40702810638050013199"),
        ("044030001", "40101810200000010001"),
        ("049805000", "30101810800000000746"),
        ("044525000", "40101810045250010041"),
        ("044525225", "30101810400000000225"),
    ] {
        assert_eq!(account(bik, value), Ok(()), "{bik} {value}");
    }
}

#[test]
fn treasury_accounts_have_no_key_to_check() {
    assert_eq!(account("017003983", "40102810545370000003"), Ok(()));
    assert_eq!(account("017003983", "03100643000000017301"), Ok(()));
}

#[test]
fn a_currency_letter_counts_as_its_digit_in_both_alphabets() {
    // `А` counts as 0: the account with the letter is good exactly where the one with the digit is.
    let digit = "40817010000000000000";
    let Err(Reason::ControlDigit { expected, .. }) = account("044525225", digit) else {
        panic!("key 0 fits")
    };
    for letter in ['А', 'A'] {
        let value = format!("40817{letter}10{expected}00000000000");
        assert_eq!(account("044525225", &value), Ok(()), "{value}");
    }
    assert_eq!(
        account("044525225", "4А817810638050013199"),
        Err(Reason::Character { position: 2 })
    );
}

#[test]
fn the_test_contour_may_have_snils_with_a_wrong_control_number() {
    let relaxed = Context {
        test_contour: true,
        ..Context::default()
    };
    assert!(check(Kind::Snils, "000-666-666 99", relaxed).is_ok());
    assert!(check(Kind::Snils, "112-233-445 96", relaxed).is_ok());
    assert!(check(Kind::Snils, "112-233-445 9", relaxed).is_err());
}

#[test]
fn values_are_cleaned_and_shown_the_usual_way() {
    let snils = check(Kind::Snils, " 11223344595 ", Context::default()).unwrap();
    assert_eq!(
        (snils.value.as_str(), snils.shown.as_str()),
        ("11223344595", "112-233-445 95")
    );
    assert_eq!(
        check(Kind::Inn, "77 07\u{a0}083893", Context::default())
            .unwrap()
            .value,
        "7707083893"
    );
}

#[test]
fn every_single_changed_digit_is_noticed() {
    // Remainders 0 and 10 share the control digit 0, so numbers with other control digits were chosen.
    for (kind, value) in [
        (Kind::Inn, "7707083893"),
        (Kind::Ogrn, "1027700132195"),
        (Kind::Snils, "11223344595"),
    ] {
        for index in 0..value.len() {
            for digit in b'0'..=b'9' {
                let mut changed = value.as_bytes().to_vec();
                if changed[index] == digit {
                    continue;
                }
                changed[index] = digit;
                let changed = String::from_utf8(changed).unwrap();
                assert!(check(kind, &changed, Context::default()).is_err(), "{changed}");
            }
        }
    }
}

#[test]
fn inn_and_ogrn_of_different_kinds_do_not_pair() {
    assert_eq!(
        check_pair("7707083893", "1027700132195"),
        Ok(OrganisationKind::Legal)
    );
    assert_eq!(
        check_pair("500100732259", "304500116000157"),
        Ok(OrganisationKind::SoleProprietor)
    );
    assert_eq!(
        check_pair("7707083893", "304500116000157").unwrap_err().reason,
        Reason::KindMismatch
    );
    assert_eq!(
        check_pair("500100732259", "1027700132195").unwrap_err().reason,
        Reason::KindMismatch
    );
    assert!(matches!(
        check_pair("7707083893", "1027700132196").unwrap_err().reason,
        Reason::ControlDigit { .. }
    ));
}

#[test]
fn names_lead_back_to_kinds() {
    for kind in Kind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    assert!("passport".parse::<Kind>().is_err());
}
