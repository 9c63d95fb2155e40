//! Revoking: who may, when, and what follows.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Deed, ROMASHKA, by_organisation, day, revocation, stand};
use crate::cabinet::Cabinet;
use crate::stand::Stand;

fn handed(cabinet: &Cabinet<'_>, file: &(String, String), certificate: &str) -> Value {
    let signature = cabinet.stand.sign(certificate, file.1.as_bytes());
    let task = cabinet.hand_in("revocations", &file.0, file.1.as_bytes(), &signature);
    cabinet.over(&task)
}

fn code(task: &Value) -> &str {
    task["errors"][0]["code"].as_str().unwrap_or("none")
}

fn registered(stand: &Stand, director: &Cabinet<'_>) -> Deed {
    let deed = Deed::to(stand, "representative");
    director.must_register(&deed, "director");
    deed
}

#[test]
fn the_head_revokes_once_and_the_attorney_is_told() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deed = registered(&stand, &director);
    let file = revocation(&stand, deed.number, "Сотрудник уволен", "director");
    let signature = stand.sign("director", file.1.as_bytes());
    let task = director.hand_in("revocations", &file.0, file.1.as_bytes(), &signature);
    let done = director.over(&task);
    assert_eq!(
        (&done["state"], &done["kind"]),
        (&json!("done"), &json!("revocation")),
        "{done}"
    );
    assert_eq!(done["number"], deed.number.to_string());
    let seen = director.poa(deed.number);
    assert_eq!(
        (&seen["state"], &seen["reason"]),
        (&json!("revoked"), &json!("Сотрудник уволен"))
    );
    assert!(seen["revokedAt"].is_string());
    // The same file again is no error; another one is.
    let again = director.hand_in("revocations", &file.0, file.1.as_bytes(), &signature);
    assert_eq!(director.over(&again)["alreadyRegistered"], true);
    let other = revocation(&stand, deed.number, "Ещё раз", "director");
    assert_eq!(code(&handed(&director, &other, "director")), "already-revoked");
    let told = by_organisation(&stand, "representative")
        .get("/notifications")
        .to_string();
    assert!(
        told.contains("Доверенность отозвана") && told.contains("Сотрудник уволен"),
        "{told}"
    );
    // The number stays taken.
    assert_eq!(
        code(&director.try_register(&deed, "director")),
        "different-signature"
    );
}

#[test]
fn wrong_revocations_are_refused_each_with_its_code() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deed = registered(&stand, &director);
    let good = revocation(&stand, deed.number, "Сотрудник уволен", "director");
    let changed = |part: &str, other: &str| {
        assert!(good.1.contains(part), "{part}");
        (good.0.clone(), good.1.replacen(part, other, 1))
    };
    let unknown = Uuid::new_v4().to_string();
    let number = deed.number.to_string();
    let by_accountant = revocation(&stand, deed.number, "Сотрудник уволен", "accountant");
    let cases = [
        (
            "name",
            ("otzyv.xml".to_owned(), good.1.clone()),
            "director",
            "file-name",
        ),
        (
            "name of a registration",
            (deed.name(), good.1.clone()),
            "director",
            "file-name",
        ),
        (
            "ИдФайл",
            changed(good.0.strip_suffix(".xml").unwrap(), "ON_OTZMCHD_X"),
            "director",
            "file-name",
        ),
        ("not XML", (good.0.clone(), "отзыв".into()), "director", "format"),
        (
            "version",
            changed("EMCHD_OTZ_1", "EMCHD_OTZ_2"),
            "director",
            "schema",
        ),
        (
            "root",
            (good.0.clone(), good.1.replace("ОтзывДоверенности", "Отзыв")),
            "director",
            "schema",
        ),
        (
            "no reason",
            changed("Сотрудник уволен", ""),
            "director",
            "incomplete",
        ),
        (
            "a long reason",
            changed("Сотрудник уволен", &"а".repeat(501)),
            "director",
            "schema",
        ),
        (
            "no number",
            changed(&format!(r#"<СвДов НомДовер="{number}"/>"#), ""),
            "director",
            "incomplete",
        ),
        (
            "no signer's СНИЛС",
            changed(r#"СНИЛС="900-000-002 83""#, ""),
            "director",
            "incomplete",
        ),
        (
            "no declarant",
            changed(r#"Наим="ООО «Ромашка»""#, ""),
            "director",
            "incomplete",
        ),
        (
            "unknown number",
            changed(&number, &unknown),
            "director",
            "not-yours",
        ),
        (
            "another declarant",
            changed(ROMASHKA, "7700000023"),
            "director",
            "not-yours",
        ),
        ("of tomorrow", changed(&day(0), &day(1)), "director", "term"),
        (
            "before it was given",
            changed(&day(0), &day(-1)),
            "director",
            "term",
        ),
        (
            "signed by the accountant",
            good.clone(),
            "accountant",
            "not-the-head",
        ),
        ("of the accountant", by_accountant, "accountant", "not-the-head"),
        ("signed by a stranger", good.clone(), "stranger", "not-the-head"),
        (
            "in the head's own name",
            good.clone(),
            "phone-director",
            "other-organisation",
        ),
        (
            "untrusted",
            good.clone(),
            "director-untrusted",
            "certificate-chain",
        ),
    ];
    for (what, file, certificate, expected) in &cases {
        let task = handed(&director, file, certificate);
        assert_eq!(code(&task), *expected, "{what}: {task}");
    }
    let task = director.hand_in("revocations", &good.0, good.1.as_bytes(), b"0");
    assert_eq!(director.first_error(&task).0, "signature-broken");
    // Whom it is not of cannot revoke it, with whatever file.
    let stranger = Cabinet::of(&stand, "stranger");
    assert_eq!(code(&handed(&stranger, &good, "director")), "not-yours");
    let request = super::body(&good.0, good.1.as_bytes(), b"0");
    Cabinet::of(&stand, "accountant").refused("/poa/revocations", &request, 403, "no-permission");
    assert_eq!(director.poa(deed.number)["state"], "active");
}

#[test]
fn an_irrevocable_one_is_revoked_only_under_its_condition() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let irrevocable = |description: &str| {
        let mut deed = Deed::to(&stand, "representative");
        deed.kind = "2";
        deed.irrevocable = format!(r#"<Безотзыв ПрПерБезДов="1" УслОтзыва="1">{description}</Безотзыв>"#);
        director.must_register(&deed, "director");
        deed
    };
    let with_condition = irrevocable("<ОписУслОт>обязательство исполнено</ОписУслОт>");
    let without = irrevocable("");
    let file = revocation(&stand, with_condition.number, "Сотрудник уволен", "director");
    let task = handed(&director, &file, "director");
    assert_eq!(code(&task), "irrevocable");
    assert!(
        task["errors"][0]["text"]
            .as_str()
            .unwrap()
            .contains("обязательство исполнено")
    );
    let met = "Обязательство  исполнено 1 марта";
    let file = revocation(&stand, without.number, met, "director");
    assert_eq!(code(&handed(&director, &file, "director")), "irrevocable");
    let file = revocation(&stand, with_condition.number, met, "director");
    assert_eq!(handed(&director, &file, "director")["state"], "done");
}

/// Settings under which the portal's clock shows a minute before today began in Moscow.
pub fn yesterday(stand: &Stand) -> String {
    let moscow = time::OffsetDateTime::now_utc().to_offset(time::macros::offset!(+3));
    let since = moscow.time() - time::Time::MIDNIGHT;
    let back = since.whole_seconds() + 60;
    stand.set(&json!({"clock_skew_s": -back}));
    day(-1)
}

#[test]
fn the_last_day_ends_by_the_portals_clock_and_both_sides_are_told() {
    let stand = stand();
    let last = yesterday(&stand);
    let director = Cabinet::of(&stand, "director");
    let mut deed = Deed::to(&stand, "representative");
    (deed.issued, deed.expires) = (day(-5), last);
    director.must_register(&deed, "director");
    assert_eq!(director.poa(deed.number)["state"], "active");
    let told = |employee: &str, title: &str| {
        let cabinet = by_organisation(&stand, employee);
        let end = std::time::Instant::now() + Duration::from_secs(30);
        while !cabinet.get("/notifications").to_string().contains(title) {
            assert!(std::time::Instant::now() < end, "{employee}: {title}");
            std::thread::sleep(Duration::from_millis(50));
        }
        let all = cabinet.get("/notifications").to_string();
        assert_eq!(all.matches(title).count(), 1, "{all}");
    };
    told("representative", "Заканчивается срок доверенности");
    stand.set(&json!({"clock_skew_s": 0}));
    let director = Cabinet::of(&stand, "director");
    let seen = director.poa(deed.number);
    assert_eq!(seen["state"], "expired");
    for employee in ["representative", "director"] {
        told(employee, "Срок доверенности истёк");
    }
    let file = revocation(&stand, deed.number, "Сотрудник уволен", "director");
    assert_eq!(code(&handed(&director, &file, "director")), "term");
}
