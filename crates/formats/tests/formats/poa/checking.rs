use kabinet_domain::Severity;
use kabinet_formats::{Check, Formats, recognise};

use super::{FILE, FOREIGN, foreign};

fn check(name: &str, bytes: &[u8]) -> Check {
    Formats::embedded().check(name, bytes)
}

fn found(check: &Check) -> Vec<(&str, Severity)> {
    check
        .findings
        .iter()
        .map(|one| (one.code.as_str(), one.severity))
        .collect()
}

#[test]
fn a_power_of_attorney_is_recognised_with_its_number_and_whom_it_is_for() {
    let recognised = recognise(FILE, FOREIGN.as_bytes());
    assert_eq!(recognised.format, "emchd");
    assert_eq!(
        recognised.title.line,
        "Машиночитаемая доверенность № 17/26 от 01.09.2026, Васильков Пётр"
    );
    assert_eq!(found(&check(FILE, FOREIGN.as_bytes())), []);
}

#[test]
fn the_name_of_the_file_holds_the_number() {
    let other = "4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e50";
    let guid = "4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
    let renamed = check(&FILE.replace(guid, other), FOREIGN.as_bytes());
    assert_eq!(found(&renamed), [("file-name.mismatch", Severity::Error)]);

    // Both name and identifier, but not the number inside.
    let bytes = foreign(
        &format!("ON_EMCHD_20260901_{guid}"),
        &format!("ON_EMCHD_20260901_{other}"),
    );
    let differs = check(&FILE.replace(guid, other), &bytes);
    assert_eq!(found(&differs), [("file-name.number", Severity::Error)]);
    assert_eq!(differs.findings[0].params["expected"], guid);

    for (name, code) in [
        (
            "ON_EMCHD_20261301_4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f",
            "file-name.date",
        ),
        (
            "ON_EMCHD_20260901_4f1c2d3e5a6b4c7d8e9f0a1b2c3d4e5f",
            "file-name.shape",
        ),
        ("ON_EMCHD_20260901", "file-name.shape"),
        (
            "ON_MCHD_20260901_4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f",
            "file-name.prefix",
        ),
    ] {
        let bytes = foreign(&format!("ON_EMCHD_20260901_{guid}"), name);
        assert_eq!(
            found(&check(&format!("{name}.xml"), &bytes)),
            [(code, Severity::Error)],
            "{name}"
        );
    }
}

#[test]
fn what_breaks_the_schema_is_an_error_and_what_it_does_not_know_a_warning() {
    for (from, to, code, severity) in [
        (
            "ВидДовер=\"1\"",
            "ВидДовер=\"3\"",
            "xsd.enumeration",
            Severity::Error,
        ),
        (
            "ВнНомДовер=\"17/26\"",
            "",
            "xsd.missing-attribute",
            Severity::Error,
        ),
        (
            "СрокДейст=\"2027-08-31\"",
            "СрокДейст=\"31.08.2027\"",
            "xsd.type",
            Severity::Error,
        ),
        (
            "ИННЮЛ=\"9900000017\"",
            "ИННЮЛ=\"990000001\"",
            "xsd.pattern",
            Severity::Error,
        ),
        (
            "КПП=\"990001001\"",
            "КПП=\"99000100\"",
            "xsd.pattern",
            Severity::Error,
        ),
        (
            "СНИЛС=\"900-000-002 83\"",
            "СНИЛС=\"900-000-002-83\"",
            "xsd.pattern",
            Severity::Error,
        ),
        (
            "<Пред>",
            "<Пред><СведИП/>",
            "xsd.missing-attribute",
            Severity::Error,
        ),
        (
            "ТипПолн=\"0\"",
            "ТипПолн=\"0\" НовыйПризнак=\"1\"",
            "xsd.unexpected-attribute",
            Severity::Warning,
        ),
        (
            "</СвПолн>",
            "<НовыйРаздел/></СвПолн>",
            "xsd.unexpected-element",
            Severity::Warning,
        ),
        (
            "ИННЮЛ=\"9900000017\"",
            "ИННЮЛ=\"9900000018\"",
            "requisite.control-digit",
            Severity::Warning,
        ),
        (
            "ИННФЛ=\"990000000299\"",
            "ИННФЛ=\"990000000298\"",
            "requisite.control-digit",
            Severity::Warning,
        ),
        (
            "СНИЛС=\"900-000-002 83\"",
            "СНИЛС=\"900-000-002 84\"",
            "requisite.control-digit",
            Severity::Warning,
        ),
        (
            "ОГРН=\"1029900000019\"",
            "ОГРН=\"1029900000018\"",
            "requisite.control-digit",
            Severity::Warning,
        ),
    ] {
        let check = check(FILE, &foreign(from, to));
        let one = check.findings.iter().find(|one| one.code == code);
        let one = one.unwrap_or_else(|| panic!("{to}: {code} is not in {:#?}", check.findings));
        assert_eq!(one.severity, severity, "{to}");
        assert!(one.line.is_some() && one.element.is_some(), "{to}");
    }
    // The kinds whose meaning is uncertain are let through.
    for kind in 1..=5 {
        assert_eq!(
            found(&check(
                FILE,
                &foreign("ТипПред=\"1\"", &format!("ТипПред=\"{kind}\""))
            )),
            []
        );
    }
}

#[test]
fn the_official_schema_takes_over_when_it_is_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("official");
    std::fs::create_dir(&inside).unwrap();
    // Stands for the official one: it demands what ours does not.
    let own = std::fs::read_to_string(crate::assets().join("schemas").join(super::EMCHD)).unwrap();
    let stricter = own.replacen(
        "<xs:attribute name=\"ИдФайлНО\" type=\"d:s255\">",
        "<xs:attribute name=\"ИдФайлНО\" type=\"d:s255\" use=\"required\">",
        1,
    );
    assert_ne!(own, stricter);
    std::fs::write(inside.join("ON_EMCHD_1_928_00_01_01_01.xsd"), stricter).unwrap();
    let formats = Formats::with_folder(folder.path()).unwrap();
    let strict = formats.check(FILE, FOREIGN.as_bytes());
    assert_eq!(found(&strict), [("xsd.missing-attribute", Severity::Error)]);
    // Of it nothing is doubted.
    let unknown = formats.check(
        FILE,
        &foreign("ТипПолн=\"0\"", "ТипПолн=\"0\" НовыйПризнак=\"1\" "),
    );
    assert!(found(&unknown).contains(&("xsd.unexpected-attribute", Severity::Error)));
    assert_eq!(found(&check(FILE, FOREIGN.as_bytes())), []);
}

#[test]
fn what_a_schema_cannot_see_is_found_at_its_line() {
    let only = |from: &str, to: &str| {
        let mut findings = check(FILE, &foreign(from, to)).findings;
        assert_eq!(findings.len(), 1, "{findings:#?}");
        findings.remove(0)
    };
    let card = FOREIGN.lines().position(|line| line.contains("<СвДов ")).unwrap() + 1;
    for (from, to, code, severity, attribute) in [
        (
            "СрокДейст=\"2027-08-31\"",
            "СрокДейст=\"2026-08-31\"",
            "poa.term-order",
            Severity::Error,
            "СрокДейст",
        ),
        (
            "ПрЭлФорм=\"00000000\"",
            "ПрЭлФорм=\"00010000\"",
            "poa.tax-office-missing",
            Severity::Warning,
            "КодНО",
        ),
        (
            "ВидДовер=\"1\"",
            "ВидДовер=\"2\"",
            "poa.revocability",
            Severity::Warning,
            "ВидДовер",
        ),
    ] {
        let found = only(from, to);
        assert_eq!((found.code.as_str(), found.severity), (code, severity));
        assert_eq!(
            found.element,
            Some(format!("Доверенность/Документ/Довер/СвДов/@{attribute}"))
        );
        assert_eq!(found.line, u32::try_from(card).ok());
    }
    let both = foreign("<МашПолн", "<ТекстПолн>и ещё</ТекстПолн><МашПолн");
    assert_eq!(
        found(&check(FILE, &both)),
        [("poa.text-beside-codes", Severity::Warning)]
    );
}
