//! Against dates that were published for accountants.

use serde::Deserialize;
use time::Date;
use time::macros::date;

use super::*;
use crate::OrganisationKind::{Legal, SoleProprietor};

#[derive(Deserialize)]
struct Rules {
    rules: Vec<Rule>,
}

fn rules() -> Vec<Rule> {
    let text = include_str!("../../../../assets/calendar/deadlines.json");
    serde_json::from_str::<Rules>(text).unwrap().rules
}

fn calendar() -> WorkCalendar {
    let years = [
        include_str!("../../../../assets/calendar/ru-2025.json"),
        include_str!("../../../../assets/calendar/ru-2026.json"),
        include_str!("../../../../assets/calendar/ru-2027.json"),
    ];
    WorkCalendar::new(years.map(|text| serde_json::from_str::<Year>(text).unwrap()))
}

const FIRM: Profile = Profile {
    kind: Legal,
    regime: Regime::General,
    employer: true,
    vat: true,
};

fn dates(code: &str, profile: Profile, from: Date, to: Date) -> Vec<Date> {
    let rules = rules();
    assert!(rules.iter().any(|rule| rule.code == code), "{code}");
    let all = occurrences(&rules, &calendar(), profile, from, to);
    all.into_iter()
        .filter(|one| one.rule.code == code)
        .map(|one| one.due)
        .collect()
}

#[test]
fn days_off_are_those_of_the_decrees() {
    let calendar = calendar();
    // Days of the five-day week that were off, as published for 2025 and 2026.
    for (from, to) in [
        (date!(2025 - 01 - 01), date!(2025 - 01 - 08)),
        (date!(2025 - 05 - 01), date!(2025 - 05 - 04)),
        (date!(2025 - 05 - 08), date!(2025 - 05 - 11)),
        (date!(2025 - 06 - 12), date!(2025 - 06 - 15)),
        (date!(2025 - 11 - 02), date!(2025 - 11 - 04)),
        (date!(2025 - 12 - 31), date!(2026 - 01 - 11)),
        (date!(2026 - 02 - 21), date!(2026 - 02 - 23)),
        (date!(2026 - 03 - 07), date!(2026 - 03 - 09)),
        (date!(2026 - 05 - 01), date!(2026 - 05 - 03)),
        (date!(2026 - 05 - 09), date!(2026 - 05 - 11)),
        (date!(2026 - 06 - 12), date!(2026 - 06 - 14)),
        (date!(2026 - 12 - 31), date!(2027 - 01 - 10)),
    ] {
        let mut day = from;
        while day <= to {
            assert!(!calendar.is_working(day), "{day}");
            day = day.next_day().unwrap();
        }
        let (before, after) = (from.previous_day().unwrap(), to.next_day().unwrap());
        assert!(
            calendar.is_working(before) && calendar.is_working(after),
            "{before} {after}"
        );
    }
    assert!(
        calendar.is_working(date!(2025 - 11 - 01)),
        "a Saturday that was worked"
    );
    assert!(
        calendar.is_working(date!(2025 - 02 - 24)) && calendar.is_working(date!(2025 - 03 - 10)),
        "moved elsewhere"
    );
    // Working days of the two years, as the production calendars print them.
    let end = |year| Date::from_calendar_date(year, time::Month::December, 31).unwrap();
    let count = |year| calendar.working_days_until(end(year - 1), end(year));
    assert_eq!((count(2025), count(2026)), (247, 247));
}

#[test]
fn reports_of_2025_and_2026_fall_due_as_published() {
    let year = |year| {
        (
            Date::from_ordinal_date(year, 1).unwrap(),
            Date::from_ordinal_date(year, 365).unwrap(),
        )
    };
    for (code, profile, in_2025, in_2026) in [
        (
            "contributions",
            FIRM,
            vec![
                date!(2025 - 01 - 27),
                date!(2025 - 04 - 25),
                date!(2025 - 07 - 25),
                date!(2025 - 10 - 27),
            ],
            vec![
                date!(2026 - 01 - 26),
                date!(2026 - 04 - 27),
                date!(2026 - 07 - 27),
                date!(2026 - 10 - 26),
            ],
        ),
        (
            "vat",
            FIRM,
            vec![
                date!(2025 - 01 - 27),
                date!(2025 - 04 - 25),
                date!(2025 - 07 - 25),
                date!(2025 - 10 - 27),
            ],
            vec![
                date!(2026 - 01 - 26),
                date!(2026 - 04 - 27),
                date!(2026 - 07 - 27),
                date!(2026 - 10 - 26),
            ],
        ),
        (
            "ndfl",
            FIRM,
            vec![
                date!(2025 - 04 - 25),
                date!(2025 - 07 - 25),
                date!(2025 - 10 - 27),
            ],
            vec![
                date!(2026 - 04 - 27),
                date!(2026 - 07 - 27),
                date!(2026 - 10 - 26),
            ],
        ),
        (
            "ndfl-year",
            FIRM,
            vec![date!(2025 - 02 - 25)],
            vec![date!(2026 - 02 - 25)],
        ),
        (
            "seniority",
            FIRM,
            vec![date!(2025 - 01 - 27)],
            vec![date!(2026 - 01 - 26)],
        ),
        (
            "profit-year",
            FIRM,
            vec![date!(2025 - 03 - 25)],
            vec![date!(2026 - 03 - 25)],
        ),
        (
            "property",
            FIRM,
            vec![date!(2025 - 02 - 25)],
            vec![date!(2026 - 02 - 25)],
        ),
        (
            "accounts",
            FIRM,
            vec![date!(2025 - 03 - 31)],
            vec![date!(2026 - 03 - 31)],
        ),
        (
            "simplified-proprietor",
            Profile {
                kind: SoleProprietor,
                regime: Regime::Simplified,
                employer: false,
                vat: false,
            },
            vec![date!(2025 - 04 - 25)],
            vec![date!(2026 - 04 - 27)],
        ),
        (
            "simplified-legal",
            Profile {
                regime: Regime::Simplified,
                ..FIRM
            },
            vec![date!(2025 - 03 - 25)],
            vec![date!(2026 - 03 - 25)],
        ),
        (
            "simplified-notice",
            Profile {
                regime: Regime::Simplified,
                ..FIRM
            },
            vec![
                date!(2025 - 04 - 25),
                date!(2025 - 07 - 25),
                date!(2025 - 10 - 27),
            ],
            vec![
                date!(2026 - 04 - 27),
                date!(2026 - 07 - 27),
                date!(2026 - 10 - 26),
            ],
        ),
    ] {
        for (expected, (from, to)) in [(in_2025, year(2025)), (in_2026, year(2026))] {
            assert_eq!(dates(code, profile, from, to), expected, "{code}");
        }
    }
    let summer = dates("persons", FIRM, date!(2025 - 06 - 01), date!(2025 - 12 - 31));
    let published = [
        date!(2025 - 06 - 25),
        date!(2025 - 08 - 25),
        date!(2025 - 09 - 25),
        date!(2025 - 11 - 25),
        date!(2025 - 12 - 25),
    ];
    assert_eq!(summer, published, "for May, July, August, October and November");
}

#[test]
fn notices_of_the_tax_on_wages_fall_due_as_published() {
    let first = dates(
        "ndfl-notice-first",
        FIRM,
        date!(2026 - 01 - 01),
        date!(2026 - 05 - 31),
    );
    let published = [
        date!(2026 - 01 - 26),
        date!(2026 - 02 - 25),
        date!(2026 - 03 - 25),
        date!(2026 - 04 - 27),
        date!(2026 - 05 - 25),
    ];
    assert_eq!(first, published);
    let second = dates(
        "ndfl-notice-second",
        FIRM,
        date!(2026 - 01 - 15),
        date!(2026 - 05 - 15),
    );
    let published = [
        date!(2026 - 02 - 03),
        date!(2026 - 03 - 03),
        date!(2026 - 04 - 03),
        date!(2026 - 05 - 04),
    ];
    assert_eq!(second, published);
    // The last working day of the year: the 31st is off in both years.
    for (year, day) in [(2025, date!(2025 - 12 - 30)), (2026, date!(2026 - 12 - 30))] {
        let (from, to) = (
            Date::from_ordinal_date(year, 300).unwrap(),
            Date::from_ordinal_date(year, 365).unwrap(),
        );
        assert_eq!(dates("ndfl-notice-december", FIRM, from, to), [day]);
    }
}

#[test]
fn everybody_sees_what_concerns_them() {
    let codes = |profile| {
        let rules = rules();
        let all = occurrences(
            &rules,
            &calendar(),
            profile,
            date!(2026 - 01 - 01),
            date!(2026 - 12 - 31),
        );
        let mut codes: Vec<String> = all.iter().map(|one| one.rule.code.clone()).collect();
        codes.sort();
        codes.dedup();
        codes
    };
    let alone = Profile {
        kind: SoleProprietor,
        regime: Regime::Patent,
        employer: false,
        vat: false,
    };
    assert_eq!(codes(alone), Vec::<String>::new());
    let simplified = Profile {
        regime: Regime::Simplified,
        ..alone
    };
    assert_eq!(codes(simplified), ["simplified-notice", "simplified-proprietor"]);
    let firm = codes(FIRM);
    assert!(firm.contains(&"accounts".to_owned()) && firm.contains(&"profit".to_owned()));
    assert!(!firm.iter().any(|code| code.starts_with("simplified")));
}

#[test]
fn a_date_is_certain_once_the_days_off_are_decreed() {
    let rules = rules();
    let all = occurrences(
        &rules,
        &calendar(),
        FIRM,
        date!(2026 - 12 - 01),
        date!(2027 - 03 - 31),
    );
    assert!(
        all.iter().all(|one| one.certain == (one.due.year() == 2026)),
        "{all:?}"
    );
    let report = all.iter().find(|one| one.rule.code == "vat").unwrap();
    assert_eq!(
        (report.period, report.due),
        (Period { year: 2026, part: 4 }, date!(2027 - 01 - 25))
    );
    let year = all.iter().find(|one| one.rule.code == "accounts").unwrap();
    assert_eq!(
        (year.period, year.named),
        (Period { year: 2026, part: 0 }, date!(2027 - 03 - 31))
    );
}
