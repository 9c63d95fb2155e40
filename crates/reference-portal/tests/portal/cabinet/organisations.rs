//! Organisations of the caller, permissions, unlinking.

use reqwest::Method;
use serde_json::{Value, json};

use super::Cabinet;
use crate::stand::{SERVICE, Stand, code};

fn granted(permissions: &Value, code: &str) -> bool {
    let all = permissions["permissions"].as_array().unwrap();
    all.iter().find(|p| p["code"] == code).unwrap()["granted"] == true
}

#[test]
fn people_see_their_own_organisations_with_role_and_permissions() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let romashka = director.organisation(&json!("9900000017"));
    assert_eq!(
        (
            &romashka["inn"],
            &romashka["kind"],
            &romashka["chief"],
            &romashka["link"]["status"]
        ),
        (
            &json!("9900000017"),
            &json!("legal"),
            &json!(true),
            &json!("active")
        )
    );
    assert_eq!(
        romashka["role"],
        json!({"code": "director", "title": "Руководитель"})
    );
    assert!(
        romashka["permissions"]
            .as_array()
            .unwrap()
            .contains(&json!("link.remove"))
    );
    let accountant = Cabinet::of(&stand, "accountant");
    let romashka = accountant.organisation(&json!("9900000017"));
    assert_eq!(
        (&romashka["role"]["code"], &romashka["admin"]),
        (&json!("accountant"), &json!(false))
    );
}

#[test]
fn permissions_come_with_reasons_and_a_tag() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let path = format!("/organisations/{}/permissions", cabinet.romashka());
    let answer = cabinet.request(Method::GET, &path).send().unwrap();
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let permissions: Value = answer.json().unwrap();
    assert!(granted(&permissions, "applications.submit") && !granted(&permissions, "link.manage"));
    let all = permissions["permissions"].as_array().unwrap();
    assert_eq!(all.len(), 34);
    assert!(
        all.iter()
            .all(|p| p["granted"] == true || p["reason"].is_string())
    );
    let again = cabinet
        .request(Method::GET, &path)
        .header("If-None-Match", tag)
        .send()
        .unwrap();
    assert_eq!(again.status(), 304);
    let foreign = cabinet
        .request(Method::GET, "/organisations/1/permissions")
        .send()
        .unwrap();
    assert_eq!(
        (foreign.status().as_u16(), code(foreign).as_str()),
        (404, "organisation-not-found")
    );
    let stranger = Cabinet::of(&stand, "stranger");
    assert_eq!(stranger.request(Method::GET, &path).send().unwrap().status(), 404);
}

#[test]
fn an_own_role_of_the_organisation_replaces_the_built_in_one() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let oid: i64 = cabinet.romashka().parse().unwrap();
    let role =
        json!({"organisation": oid, "code": "reader", "title": "Читатель", "granted": ["reports.view"]});
    assert_eq!(stand.control_post("/roles", &role).status(), 204);
    let wrong = json!({"organisation": oid, "code": "x", "title": "x", "granted": ["fly"]});
    assert_eq!(stand.control_post("/roles", &wrong).status(), 400);
    let membership = json!({"employee": "accountant", "organisation": oid, "role": "reader"});
    assert_eq!(stand.control_post("/memberships", &membership).status(), 204);
    let permissions = cabinet.get(&format!("/organisations/{oid}/permissions"));
    assert!(granted(&permissions, "reports.view") && !granted(&permissions, "applications.submit"));
    assert_eq!(permissions["role"]["title"], "Читатель");

    // API ЕПГУ asks the same role, and the refusal is kept.
    let refused = stand.push(&cabinet.token, SERVICE, stand.good_archive());
    assert_eq!(
        (refused.status().as_u16(), code(refused).as_str()),
        (403, "push_denied")
    );
    let kept = stand.control("/refusals");
    assert_eq!(
        (
            &kept[0]["employee"],
            &kept[0]["permission"],
            &kept[0]["operation"]
        ),
        (
            &json!("accountant"),
            &json!("applications.submit"),
            &json!("push")
        )
    );
    assert_eq!(stand.control("/orders"), json!([]));
}

#[test]
fn only_who_may_unlinks_and_the_refusal_names_the_permission() {
    let stand = Stand::start();
    let accountant = Cabinet::of(&stand, "accountant");
    let path = format!("/me/organisations/{}", accountant.romashka());
    let refused: Value = accountant.delete(&path).json().unwrap();
    assert_eq!(
        (&refused["code"], &refused["permission"]),
        (&json!("no-permission"), &json!("link.remove"))
    );
    assert_eq!(accountant.delete("/me/organisations/7").status(), 404);
}

#[test]
fn open_applications_keep_an_organisation_linked() {
    let stand = Stand::start();
    stand.set(&json!({"outcome": "hold"}));
    let director = Cabinet::of(&stand, "director");
    let order = stand.pushed(&stand.token("accountant"), SERVICE, stand.good_archive());
    let refused = director.delete(&format!("/me/organisations/{}", director.romashka()));
    assert_eq!(refused.status(), 409);
    let refused: Value = refused.json().unwrap();
    assert_eq!(refused["code"], "open-applications");
    assert_eq!(refused["orders"][0]["orderId"], order);
    assert!(refused["orders"][0]["title"].is_string());
}

#[test]
fn unlinking_takes_password_and_code_and_closes_the_organisation() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let path = format!("/me/organisations/{}", director.romashka());
    let step_up = director.confirm(director.delete(&path).json().unwrap());
    assert_eq!(director.delete_confirmed(&path, &step_up).status(), 204);
    assert_eq!(director.organisation(&json!("9900000017")), Value::Null);
    assert_eq!(director.delete(&path).status(), 404);
    let push = stand.push(&director.token, SERVICE, stand.good_archive());
    assert_eq!(
        (push.status().as_u16(), code(push).as_str()),
        (403, "push_denied")
    );
    // A colleague stays where he is.
    let accountant = Cabinet::of(&stand, "accountant");
    assert!(accountant.organisation(&json!("9900000017")).is_object());
}
