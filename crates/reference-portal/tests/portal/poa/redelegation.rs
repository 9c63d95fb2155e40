//! Powers that are passed on.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Deed, by_organisation, day, organisation, person, power, stand};
use crate::cabinet::Cabinet;

fn code(task: &Value) -> &str {
    task["errors"][0]["code"].as_str().unwrap_or("none")
}

#[test]
fn what_was_given_is_passed_on_within_its_bounds_and_nothing_else() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let representative = by_organisation(&stand, "representative");
    let with = |redelegation: &'static str| {
        let mut deed = Deed::to(&stand, "representative");
        deed.redelegation = redelegation;
        deed.powers = power("DEMO_SRCDOC_ALL", &[("SUM", "100000")]);
        director.must_register(&deed, "director");
        deed
    };
    let (forbidden, once, further) = (with("1"), with("2"), with("3"));
    let child = |parent: &Deed| parent.passed_on(&stand, "representative", "storekeeper");
    let of = |parent: &Deed, change: &dyn Fn(&mut Deed)| {
        let mut deed = child(parent);
        change(&mut deed);
        deed
    };
    let revoked = with("3");
    assert_eq!(
        stand
            .control_post(&format!("/poa/{}/revoke", revoked.number), &json!({}))
            .status(),
        204
    );
    let mut later = Deed::to(&stand, "representative");
    (later.redelegation, later.issued) = ("3", day(1));
    director.must_register(&later, "director");
    let unknown = Uuid::new_v4();
    let cases = [
        ("forbidden", child(&forbidden), "redelegation-forbidden"),
        (
            "once, and further",
            of(&once, &|deed| deed.redelegation = "2"),
            "redelegation-forbidden",
        ),
        (
            "once, and without end",
            of(&once, &|deed| deed.redelegation = "3"),
            "redelegation-forbidden",
        ),
        (
            "no parent",
            of(&once, &|deed| deed.parent = Some((unknown, unknown))),
            "parent-not-found",
        ),
        (
            "another first",
            of(&once, &|deed| deed.parent = Some((further.number, once.number))),
            "parent-not-found",
        ),
        ("revoked parent", child(&revoked), "parent-not-active"),
        (
            "parent of tomorrow",
            of(&later, &|deed| deed.issued = day(1)),
            "parent-not-active",
        ),
        (
            "other powers",
            of(&once, &|deed| deed.powers = power("DEMO_TAX_REPORT", &[])),
            "wider-than-parent",
        ),
        (
            "no limit",
            of(&once, &|deed| deed.powers = power("DEMO_SRCDOC_ALL", &[])),
            "wider-than-parent",
        ),
        (
            "another limit",
            of(&once, &|deed| {
                deed.powers = power("DEMO_SRCDOC_ALL", &[("SUM", "200000")])
            }),
            "wider-than-parent",
        ),
        (
            "one power more",
            of(&once, &|deed| deed.powers += &power("FAS_EIAS_MA0001", &[])),
            "wider-than-parent",
        ),
        (
            "longer",
            of(&once, &|deed| deed.expires = day(366)),
            "longer-than-parent",
        ),
        (
            "earlier",
            of(&once, &|deed| deed.issued = day(-1)),
            "longer-than-parent",
        ),
        (
            "of itself",
            of(&once, &|deed| deed.parent = Some((deed.number, deed.number))),
            "cycle",
        ),
        (
            "back to the giver",
            of(&once, &|deed| {
                let romashka = stand.portal.demo.organisation("romashka").unwrap();
                deed.receivers = vec![format!(
                    r#"<СведОрг НаимОрг="x" ИННЮЛ="{}" ОГРН="{}"/>"#,
                    romashka.inn, romashka.ogrn
                )];
            }),
            "cycle",
        ),
        ("not signed by who passes on", child(&once), "not-the-head"),
    ];
    for (what, deed, expected) in &cases {
        let certificate = if *expected == "not-the-head" {
            "storekeeper"
        } else {
            "representative"
        };
        let task = representative.try_register(deed, certificate);
        assert_eq!(code(&task), *expected, "{what}: {task}");
    }
    // Who was not given them passes nothing on.
    let storekeeper = by_organisation(&stand, "storekeeper");
    let stolen = once.passed_on(&stand, "storekeeper", "representative");
    assert_eq!(
        code(&storekeeper.try_register(&stolen, "storekeeper")),
        "not-yours"
    );
    let theirs = once.passed_on(&stand, "representative", "storekeeper");
    let (xml, name) = (theirs.xml(), theirs.name());
    let request = super::body(
        &name,
        xml.as_bytes(),
        &stand.sign("representative", xml.as_bytes()),
    );
    storekeeper.refused("/poa/registrations", &request, 403, "no-permission");

    let narrower = of(&once, &|deed| {
        deed.powers = power("DEMO_SRCDOC_ALL", &[("KIND", "1"), ("SUM", "100000")]);
        deed.expires = day(30);
    });
    representative.must_register(&narrower, "representative");
    assert_eq!(
        director.poa_of(narrower.number, "representative")["parent"],
        once.number.to_string()
    );
    // Passed on further: to the second, and no further than the first said.
    let second = of(&further, &|deed| deed.redelegation = "2");
    representative.must_register(&second, "representative");
    let mut third = second.passed_on(&stand, "storekeeper", "accountant");
    third.redelegation = "1";
    storekeeper.must_register(&third, "storekeeper");
    // It ends for all with the first.
    assert_eq!(
        stand
            .control_post(&format!("/poa/{}/revoke", further.number), &json!({}))
            .status(),
        204
    );
    for (deed, giver) in [(&second, "representative"), (&third, "storekeeper")] {
        let seen = director.poa_of(deed.number, giver);
        assert_eq!(seen["state"], "revoked");
        assert!(
            seen["reason"]
                .as_str()
                .unwrap()
                .starts_with("Отозвана доверенность №")
        );
    }
    assert_eq!(
        director.poa_of(narrower.number, "representative")["state"],
        "active"
    );
}

#[test]
fn an_organisation_passes_on_by_its_head() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let lopukh = stand.portal.demo.organisation("lopukh").unwrap();
    let mut given = Deed::to(&stand, "representative");
    given.redelegation = "2";
    given.receivers = vec![format!(
        r#"<СведОрг НаимОрг="{}" ИННЮЛ="{}" КПП="{}" ОГРН="{}"/>"#,
        lopukh.short_name, lopukh.inn, lopukh.kpp, lopukh.ogrn
    )];
    director.must_register(&given, "director");
    let mut passed = given.passed_on(&stand, "representative", "stranger");
    passed.giver = organisation(&stand, "РосОргПерПолн", "lopukh", "stranger");
    passed.receivers = vec![person(&stand, "СведФизЛ", "stranger")];
    let stranger = Cabinet::of(&stand, "stranger");
    stranger.must_register(&passed, "stranger");
    // The first principal sees it too.
    let numbers = director.get("/poa?role=principal").to_string();
    assert!(numbers.contains(&passed.number.to_string()), "{numbers}");
}

impl Cabinet<'_> {
    /// What the registry says of one that a person gave.
    fn poa_of(&self, number: Uuid, giver: &str) -> Value {
        let inn = &self.stand.portal.demo.employee(giver).unwrap().inn;
        self.get(&format!("/poa/{number}?inn={inn}"))
    }
}
