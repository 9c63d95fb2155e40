//! What a power of attorney opens in the cabinet, and the list of people it is made from.

use reqwest::Method;
use serde_json::{Value, json};

use super::revocation::yesterday;
use super::{Deed, by_organisation, day, power, stand};
use crate::cabinet::Cabinet;
use crate::stand::SERVICE;

fn permission(cabinet: &Cabinet<'_>, code: &str) -> (bool, String) {
    let all = cabinet.get(&format!("/organisations/{}/permissions", cabinet.romashka()));
    let text = all.to_string();
    let found = all
        .as_array()
        .or_else(|| all["permissions"].as_array())
        .and_then(|all| all.iter().find(|one| one["code"] == code).cloned());
    let found: Value = found.unwrap_or_else(|| panic!("{code}: {text}"));
    let reason = found["reason"].as_str().unwrap_or_default().to_owned();
    (found["granted"].as_bool().unwrap(), reason)
}

#[test]
fn a_power_of_attorney_opens_what_it_names_until_it_is_revoked() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let representative = by_organisation(&stand, "representative");
    let pushed = || {
        let token = &representative.token;
        stand.push(token, SERVICE, stand.good_archive()).status().as_u16()
    };
    let (granted, reason) = permission(&representative, "applications.submit");
    assert!(!granted && reason.contains("Нужна доверенность"), "{reason}");
    let closed = pushed();
    assert_ne!(closed, 200);
    let mut deed = Deed::to(&stand, "representative");
    deed.powers = power("DEMO_EPGU_CABINET", &[]);
    director.must_register(&deed, "director");
    assert!(permission(&representative, "cabinet.enter").0);
    assert!(!permission(&representative, "applications.submit").0);
    let mut deed = Deed::to(&stand, "representative");
    deed.powers = power("DEMO_EPGU_SUBMIT", &[]);
    director.must_register(&deed, "director");
    assert!(permission(&representative, "applications.submit").0);
    // What no power of attorney opens stays closed, and another person's opens nothing.
    assert!(!permission(&representative, "users.manage").0);
    assert!(!permission(&by_organisation(&stand, "storekeeper"), "signing.sign").0);
    assert_eq!(pushed(), 200);
    assert_eq!(
        stand
            .control_post(&format!("/poa/{}/revoke", deed.number), &json!({}))
            .status(),
        204
    );
    let (granted, reason) = permission(&representative, "applications.submit");
    assert!(!granted && reason == "Доверенность отозвана", "{reason}");
    assert_eq!(pushed(), closed);
    let refused = stand.control("/refusals").to_string();
    assert!(
        refused.contains("applications.submit") && refused.contains("\"representative\""),
        "{refused}"
    );
}

#[test]
fn one_that_is_over_opens_nothing_and_says_so() {
    let stand = stand();
    let last = yesterday(&stand);
    let director = Cabinet::of(&stand, "director");
    let mut deed = Deed::to(&stand, "representative");
    (deed.issued, deed.expires) = (day(-5), last);
    director.must_register(&deed, "director");
    assert!(permission(&by_organisation(&stand, "representative"), "signing.sign").0);
    stand.set(&json!({"clock_skew_s": 0}));
    let representative = by_organisation(&stand, "representative");
    let (granted, reason) = permission(&representative, "signing.sign");
    assert!(
        !granted && reason == "Срок доверенности истёк: нужна новая",
        "{reason}"
    );
    let mut next = Deed::to(&stand, "representative");
    next.issued = day(1);
    Cabinet::of(&stand, "director").must_register(&next, "director");
    let (granted, reason) = permission(&representative, "signing.sign");
    assert!(!granted && reason.contains("ещё не действует"), "{reason}");
}

#[test]
fn employees_are_listed_for_who_may_see_them_and_numbers_for_fewer() {
    let stand = stand();
    let all = Cabinet::of(&stand, "director").get("/employees");
    let items = all["items"].as_array().unwrap();
    let find = |surname: &str| items.iter().find(|one| one["surname"] == surname).unwrap();
    let head = find("Васильков");
    assert_eq!(
        (&head["head"], &head["roleCode"], &head["inn"]),
        (&json!(true), &json!("director"), &json!("770000000220"))
    );
    let representative = find("Ландышева");
    assert_eq!(
        (
            &representative["givenName"],
            &representative["patronymic"],
            &representative["snils"]
        ),
        (&json!("Ольга"), &json!("Николаевна"), &json!("90000000586"))
    );
    assert_eq!(
        (
            &representative["roleCode"],
            &representative["birthDate"],
            &representative["active"]
        ),
        (&json!("representative"), &json!("1987-11-17"), &json!(true))
    );
    assert!(!all.to_string().contains("Репейников"));
    let accountant = Cabinet::of(&stand, "accountant").get("/employees");
    assert_eq!(accountant["items"].as_array().unwrap().len(), items.len());
    assert!(!accountant.to_string().contains("snils") && !accountant.to_string().contains("770000000220"));
    let storekeeper = by_organisation(&stand, "storekeeper");
    let answer = storekeeper.request(Method::GET, "/employees").send().unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(crate::stand::code(answer), "no-permission");
}
