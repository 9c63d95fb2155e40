//! Files the registry refuses, each with its code and the element it names.

use serde_json::json;

use super::{Deed, ROMASHKA, day, organisation, person, power, stand};
use crate::cabinet::Cabinet;
use crate::openssl;

/// What is wrong, the code, a part of the element.
type Case = (&'static str, String, &'static str, &'static str);

#[test]
fn every_flaw_of_a_file_has_its_code_and_names_the_element() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let good = Deed::to(&stand, "representative");
    let xml = good.xml();
    let without = |part: &str| {
        assert!(xml.contains(part), "{part}");
        xml.replacen(part, "", 1)
    };
    let with = |part: &str, other: &str| {
        assert!(xml.contains(part), "{part}");
        xml.replacen(part, other, 1)
    };
    let after = |mark: &str, part: &str, other: &str| {
        let (head, tail) = xml.split_once(mark).unwrap();
        assert!(tail.contains(part), "{part}");
        format!("{head}{mark}{}", tail.replacen(part, other, 1))
    };
    let of = |change: &dyn Fn(&mut Deed)| {
        let mut deed = good.clone();
        change(&mut deed);
        deed.xml()
    };
    let head = person(&stand, "СвФЛ", "director");
    let representative = stand.portal.demo.employee("representative").unwrap();
    let head_snils = r#"СНИЛС="900-000-002 83""#;
    let cases: Vec<Case> = vec![
        ("not XML", "доверенность".into(), "format", ""),
        (
            "broken off",
            xml.rsplit_once("</Документ>").unwrap().0.into(),
            "format",
            "",
        ),
        (
            "too many elements",
            format!("<a>{}</a>", "<b/>".repeat(110_000)),
            "format",
            "",
        ),
        (
            "too deep",
            format!("{}{}", "<a>".repeat(60_000), "</a>".repeat(60_000)),
            "schema",
            "a",
        ),
        (
            "another encoding",
            with(r#"encoding="UTF-8""#, r#"encoding="windows-1251""#),
            "format",
            "",
        ),
        (
            "a DTD",
            with("<Доверенность", "<!DOCTYPE x [<!ENTITY e \"e\">]><Доверенность"),
            "format",
            "",
        ),
        (
            "another root",
            xml.replace("Доверенность", "Доверие"),
            "schema",
            "Доверие",
        ),
        (
            "another version",
            with(r#"ВерсФорм="EMCHD_1""#, r#"ВерсФорм="5.03""#),
            "schema",
            "@ВерсФорм",
        ),
        (
            "two documents",
            with("</Документ>", "</Документ><Документ/>"),
            "schema",
            "Документ",
        ),
        (
            "neither kind",
            xml.replace("<Довер>", "<Дар>").replace("</Довер>", "</Дар>"),
            "schema",
            "Документ",
        ),
        (
            "flags",
            with(r#"ПрЭлФорм="00000000""#, r#"ПрЭлФорм="0000""#),
            "schema",
            "@ПрЭлФорм",
        ),
        (
            "no flags",
            without(r#"ПрЭлФорм="00000000""#),
            "incomplete",
            "@ПрЭлФорм",
        ),
        (
            "another ИдФайл",
            with(&good.id(), "ON_EMCHD_X"),
            "file-name",
            "@ИдФайл",
        ),
        (
            "another number",
            with(
                &format!(r#"НомДовер="{}""#, good.number),
                r#"НомДовер="12345678-1234-4234-8234-123456789012""#,
            ),
            "file-name",
            "@НомДовер",
        ),
        (
            "a short number",
            with(&format!(r#"НомДовер="{}""#, good.number), r#"НомДовер="1""#),
            "schema",
            "@НомДовер",
        ),
        (
            "no number",
            without(&format!(r#"НомДовер="{}""#, good.number)),
            "incomplete",
            "@НомДовер",
        ),
        (
            "a Russian date",
            of(&|deed| deed.expires = "31.12.2030".into()),
            "schema",
            "@СрокДейст",
        ),
        (
            "no end",
            without(&format!(r#"СрокДейст="{}""#, good.expires)),
            "incomplete",
            "@СрокДейст",
        ),
        (
            "no beginning",
            without(&format!(r#"ДатаВыдДовер="{}""#, good.issued)),
            "incomplete",
            "@ДатаВыдДовер",
        ),
        ("a third kind", of(&|deed| deed.kind = "3"), "schema", "@ВидДовер"),
        (
            "no word of redelegation",
            without(r#"ПрПередов="1""#),
            "incomplete",
            "@ПрПередов",
        ),
        (
            "a fourth redelegation",
            of(&|deed| deed.redelegation = "4"),
            "schema",
            "@ПрПередов",
        ),
        (
            "irrevocable without more",
            of(&|deed| deed.kind = "2"),
            "incomplete",
            "Безотзыв",
        ),
        (
            "irrevocable without a condition",
            of(&|deed| {
                deed.kind = "2";
                deed.irrevocable = r#"<Безотзыв ПрПерБезДов="1"/>"#.into();
            }),
            "incomplete",
            "@УслОтзыва",
        ),
        (
            "no principal",
            with("<РосОргДовер", "<Некто").replace("</РосОргДовер>", "</Некто>"),
            "incomplete",
            "СвДоверит",
        ),
        (
            "no name of the organisation",
            without(r#"НаимОрг="ООО «Ромашка»""#),
            "incomplete",
            "@НаимОрг",
        ),
        (
            "no ИНН of the organisation",
            without(r#"ИННЮЛ="9900000017""#),
            "incomplete",
            "@ИННЮЛ",
        ),
        ("no КПП", without(r#"КПП="990001001""#), "incomplete", "@КПП"),
        (
            "no ОГРН",
            without(r#"ОГРН="1209900000012""#),
            "incomplete",
            "@ОГРН",
        ),
        (
            "ИНН with a wrong digit",
            with(ROMASHKA, "9900000018"),
            "schema",
            "@ИННЮЛ",
        ),
        (
            "no head",
            without(&format!("<ЛицоБезДов>{head}</ЛицоБезДов>")),
            "incomplete",
            "ЛицоБезДов",
        ),
        ("an empty head", without(&head), "incomplete", "ЛицоБезДов"),
        (
            "head without СНИЛС",
            without(head_snils),
            "incomplete",
            "ЛицоБезДов[1]/@СНИЛС",
        ),
        (
            "head without ИНН",
            without(r#"ИННФЛ="770000000220""#),
            "incomplete",
            "ЛицоБезДов[1]/@ИННФЛ",
        ),
        (
            "nobody receives",
            without(&format!(
                r#"<СвУпПред ТипПред="3"><Пред>{}</Пред></СвУпПред>"#,
                good.receivers[0]
            )),
            "incomplete",
            "СвУпПред",
        ),
        (
            "receiver without ИНН",
            without(&format!(r#"ИННФЛ="{}""#, representative.inn)),
            "incomplete",
            "СвУпПред/СведФизЛ/@ИННФЛ",
        ),
        (
            "receiver without СНИЛС",
            after("<СвУпПред", r#"СНИЛС="900-000-005 86""#, ""),
            "incomplete",
            "СвУпПред/СведФизЛ/@СНИЛС",
        ),
        (
            "receiver with half a СНИЛС",
            with("900-000-005 86", "900-000"),
            "schema",
            "@СНИЛС",
        ),
        (
            "receiver without a date of birth",
            after("<СвУпПред", r#"ДатаРожд="1980-01-02""#, ""),
            "incomplete",
            "@ДатаРожд",
        ),
        (
            "receiver without a surname",
            without(r#"Фамилия="Ландышева""#),
            "incomplete",
            "ФИО/@Фамилия",
        ),
        (
            "no powers",
            without(&format!(
                r#"<СвПолн ТипПолн="1" ПрСовмПолн="1">{}</СвПолн>"#,
                good.powers
            )),
            "incomplete",
            "СвПолн",
        ),
        (
            "empty powers",
            of(&|deed| deed.powers.clear()),
            "incomplete",
            "МашПолн",
        ),
        (
            "no words of powers",
            of(&|deed| deed.powers = "<ТекстПолн> </ТекстПолн>".into())
                .replace(r#"ТипПолн="1""#, r#"ТипПолн="0""#),
            "incomplete",
            "ТекстПолн",
        ),
        (
            "power without a code",
            without(r#"КодПолн="DEMO_SRCDOC_ALL""#),
            "incomplete",
            "МашПолн[1]/@КодПолн",
        ),
        (
            "power without a name",
            without(r#"НаимПолн="Полномочие""#),
            "incomplete",
            "@НаимПолн",
        ),
        (
            "a power nobody knows",
            of(&|deed| deed.powers = power("подписывать всё", &[])),
            "power-unknown",
            "МашПолн[1]/@КодПолн",
        ),
        (
            "ends before it begins",
            of(&|deed| deed.expires = day(-1)),
            "term",
            "@СрокДейст",
        ),
        (
            "is over",
            of(&|deed| (deed.issued, deed.expires) = (day(-9), day(-1))),
            "term",
            "@СрокДейст",
        ),
        (
            "of another organisation",
            of(&|deed| deed.giver = organisation(&stand, "РосОргДовер", "lopukh", "stranger")),
            "other-organisation",
            "СвДоверит",
        ),
        (
            "another ОГРН",
            with("1209900000012", "1219900000033"),
            "other-organisation",
            "СвДоверит",
        ),
        (
            "another КПП",
            with("990001001", "990001002"),
            "other-organisation",
            "СвДоверит",
        ),
        (
            "head of another СНИЛС",
            with("900-000-002 83", "900-000-001 82"),
            "not-the-head",
            "СвДоверит",
        ),
    ];
    assert!(cases.len() >= 45);
    for (what, content, code, element) in &cases {
        let signature = stand.sign("director", content.as_bytes());
        let task = director.hand_in("registrations", &good.name(), content.as_bytes(), &signature);
        let error = director.first_error(&task);
        assert_eq!(error.0, *code, "{what}: {error:?}");
        assert!(error.1.contains(element), "{what}: {error:?}");
    }
    // Nothing of it was registered: the same number is still free.
    director.must_register(&good, "director");
}

#[test]
fn a_file_has_the_name_of_its_number() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deed = Deed::to(&stand, "representative");
    let (xml, number) = (deed.xml(), deed.number);
    let signature = stand.sign("director", xml.as_bytes());
    let today = super::today();
    for name in [
        "poa.xml".to_owned(),
        format!("ON_EMCHD_{number}.xml"),
        format!("ON_EMCHD_20269999_{number}.xml"),
        format!("ON_EMCHD_{today}_{number}.pdf"),
        format!("ON_EMCHD_{today}_{}.xml", number.simple()),
        format!("ON_EMCHD_{today}_12345678-1234-4234-8234-123456789012.xml"),
    ] {
        let task = director.hand_in("registrations", &name, xml.as_bytes(), &signature);
        assert_eq!(director.first_error(&task).0, "file-name", "{name}");
    }
    let bytes = [xml.as_bytes(), &[0xD0]].concat();
    let signature = stand.sign("director", &bytes);
    let task = director.hand_in("registrations", &deed.name(), &bytes, &signature);
    assert_eq!(director.first_error(&task).0, "format");
}

#[test]
fn signatures_that_are_not_the_heads_are_refused_each_with_its_code() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deed = Deed::to(&stand, "representative");
    let xml = deed.xml();
    let good = stand.sign("director", xml.as_bytes());
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let by = |certificate: &str| stand.sign(certificate, xml.as_bytes());
    let cases = [
        ("garbage", b"garbage".to_vec(), "signature-broken"),
        ("nothing", vec![], "signature-broken"),
        (
            "of something else",
            stand.sign("director", b"x"),
            "signature-broken",
        ),
        ("damaged", damaged, "signature-broken"),
        (
            "not CAdES",
            openssl::sign_with(&stand.pki(), "director", xml.as_bytes(), &[]),
            "signature-broken",
        ),
        ("expired", by("accountant-expired"), "certificate-expired"),
        ("revoked", by("accountant-revoked"), "certificate-revoked"),
        ("untrusted", by("director-untrusted"), "certificate-chain"),
        ("of a system", by("system"), "certificate-not-qualified"),
        ("of the accountant", by("accountant"), "not-the-head"),
        ("of nobody", by("organisation"), "not-the-head"),
        ("of another organisation", by("stranger"), "other-organisation"),
        (
            "in the head's own name",
            by("phone-director"),
            "other-organisation",
        ),
    ];
    for (what, signature, code) in cases {
        let task = director.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
        assert_eq!(director.first_error(&task).0, code, "{what}");
    }
    // The accountant signs, and the file calls the accountant the head: the registry of organisations knows better.
    let mut own = deed.clone();
    own.giver = organisation(&stand, "РосОргДовер", "romashka", "accountant");
    let task = director.try_register(&own, "accountant");
    assert_eq!(task["errors"][0]["code"], "not-the-head", "{task}");
    // An authority whose accreditation has ended makes no qualified certificates.
    assert_eq!(
        stand
            .control_post("/trust-list", &json!({"status": "ended"}))
            .status(),
        200
    );
    let task = director.try_register(&deed, "director");
    assert_eq!(task["errors"][0]["code"], "certificate-not-qualified", "{task}");
    stand.set(&json!({"signing_service_down": true}));
    let task = director.try_register(&deed, "director");
    assert_eq!(task["errors"][0]["code"], "system-unavailable", "{task}");
}
