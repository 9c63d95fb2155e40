//! Confirming a representative: what is closed until then, every way to the end, every way it fails.

use base64ct::{Base64, Encoding as _};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Cabinet, link_request};
use crate::esia::{Browser, pass, request};
use crate::stand::{Stand, code};

fn path(cabinet: &Cabinet<'_>) -> String {
    format!("/organisations/{}/representative", cabinet.romashka())
}

/// The accountant, not confirmed yet.
fn waiting(stand: &Stand) -> Cabinet<'_> {
    let cabinet = Cabinet::of(stand, "accountant");
    set(&cabinet, &json!({"status": "not-confirmed"}));
    cabinet
}

fn set(cabinet: &Cabinet<'_>, change: &Value) {
    let oid: i64 = cabinet.romashka().parse().unwrap();
    let mut request = json!({"employee": "accountant", "organisation": oid});
    request
        .as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    assert_eq!(
        cabinet.stand.control_post("/representatives", &request).status(),
        204
    );
}

fn permission(cabinet: &Cabinet<'_>, code: &str) -> Value {
    let all = cabinet.get(&format!("/organisations/{}/permissions", cabinet.romashka()));
    let all = all["permissions"].as_array().unwrap();
    all.iter().find(|p| p["code"] == code).unwrap().clone()
}

fn identity(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = json!({
        "method": "code",
        "document": {"kind": "poa", "name": "Доверенность.PDF", "sha256": "ab".repeat(32)},
        "phone": "+79990000182",
        "email": "m@example.ru",
    });
    change(&mut body);
    body
}

#[test]
fn demo_people_are_confirmed_and_others_lack_what_the_confirmation_opens() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    assert_eq!(cabinet.get(&path(&cabinet))["status"], "confirmed");
    cabinet.refused(&path(&cabinet), &json!({"method": "smev"}), 409, "wrong-state");
    set(&cabinet, &json!({"status": "not-confirmed"}));
    let refused = permission(&cabinet, "applications.submit");
    assert_eq!(
        (&refused["granted"], &refused["reason"]),
        (&json!(false), &json!("Представитель не подтверждён"))
    );
    assert_eq!(permission(&cabinet, "applications.fill")["granted"], true);
    let stranger = Cabinet::of(&stand, "stranger");
    let foreign = stranger.request(Method::GET, &path(&cabinet)).send().unwrap();
    assert_eq!(
        (foreign.status().as_u16(), code(foreign).as_str()),
        (404, "organisation-not-found")
    );
}

#[test]
fn who_links_by_code_is_not_confirmed() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    let entry = cabinet.registered("9904");
    let link = cabinet.posted("/links", &link_request(&entry, "code"), 201);
    let code = json!({"code": cabinet.last_code()});
    cabinet.posted(
        &format!("/links/{}/code", link["id"].as_str().unwrap()),
        &code,
        200,
    );
    let linked = cabinet.organisation(&entry["inn"]);
    let path = format!(
        "/organisations/{}/representative",
        linked["oid"].as_str().unwrap()
    );
    let standing = cabinet.get(&path);
    assert_eq!(
        (&standing["status"], standing.get("method")),
        (&json!("not-confirmed"), None)
    );
    assert_eq!(standing["documents"].as_array().unwrap().len(), 4);
}

#[test]
fn the_identity_check_says_what_to_correct_and_is_passed_in_the_end() {
    let stand = Stand::start();
    let cabinet = waiting(&stand);
    let path = path(&cabinet);
    let missing = cabinet.refused(&path, &json!({"method": "code"}), 422, "requisites-incomplete");
    assert_eq!(missing["fields"].as_array().unwrap().len(), 3);
    for (body, found) in [
        (
            identity(|b| b["document"]["name"] = json!("poa.exe")),
            "file-format",
        ),
        (
            identity(|b| b["document"]["kind"] = json!("diary")),
            "document-invalid",
        ),
        (identity(|b| b["phone"] = json!("+7999")), "contacts-wrong"),
        (identity(|b| b["email"] = json!("nobody")), "contacts-wrong"),
    ] {
        let refused = cabinet.posted(&path, &body, 201);
        assert_eq!(
            (&refused["status"], &refused["reasons"][0]["code"]),
            (&json!("refused"), &json!(found))
        );
        assert!(!refused["reasons"][0]["correction"].as_str().unwrap().is_empty());
    }
    let sent = cabinet.posted(&path, &identity(|_| {}), 201);
    assert_eq!(sent["status"], "awaiting-code");
    assert!(sent["code"]["to"].as_str().unwrap().ends_with("01-82"));
    cabinet.refused(&format!("{path}/repeat"), &Value::Null, 429, "too-often");
    let wrong = cabinet.refused(&format!("{path}/code"), &json!({"code": "x"}), 422, "code-wrong");
    assert_eq!(wrong["attemptsLeft"], 2);

    // The document turns out to be invalid, is corrected, and passes.
    set(
        &cabinet,
        &json!({"status": "awaiting-code", "finding": "document-invalid"}),
    );
    let right = json!({"code": cabinet.last_code()});
    let review = cabinet.posted(&format!("{path}/code"), &right, 200);
    assert_eq!(review["status"], "in-review");
    let refused = settled(&cabinet, &path);
    assert_eq!(
        (&refused["status"], &refused["reasons"][0]["code"]),
        (&json!("refused"), &json!("document-invalid"))
    );
    cabinet.posted(&path, &identity(|_| {}), 201);
    let right = json!({"code": cabinet.last_code()});
    cabinet.posted(&format!("{path}/code"), &right, 200);
    assert_eq!(settled(&cabinet, &path)["status"], "confirmed");
    assert_eq!(permission(&cabinet, "applications.submit")["granted"], true);
    assert!(
        cabinet
            .get("/notifications")
            .to_string()
            .contains("Представитель подтверждён")
    );
}

/// Once the check is over; the portal is a hundred times faster than life.
fn settled(cabinet: &Cabinet<'_>, path: &str) -> Value {
    loop {
        let standing = cabinet.get(path);
        if standing["status"] != "in-review" {
            return standing;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn three_wrong_codes_end_a_try() {
    let stand = Stand::start();
    let cabinet = waiting(&stand);
    let path = path(&cabinet);
    cabinet.posted(&path, &identity(|_| {}), 201);
    for left in [2, 1, 0] {
        let wrong = cabinet.refused(&format!("{path}/code"), &json!({"code": "x"}), 422, "code-wrong");
        assert_eq!(wrong["attemptsLeft"], left);
    }
    assert_eq!(cabinet.get(&path)["status"], "not-confirmed");
    let late = json!({"code": cabinet.last_code()});
    cabinet.refused(&format!("{path}/code"), &late, 409, "wrong-state");
}

#[test]
fn the_organisations_signature_confirms_and_a_foreign_one_does_not() {
    let stand = Stand::start();
    let cabinet = waiting(&stand);
    let path = path(&cabinet);
    let asked = cabinet.posted(&path, &json!({"method": "signature"}), 201);
    let text = Base64::decode_vec(asked["bytesToSign"].as_str().unwrap()).unwrap();
    let signed = |certificate: &str| {
        let cms = stand.sign(certificate, &text);
        json!({"cms": Base64::encode_string(&cms)})
    };
    let signature = format!("{path}/signature");
    cabinet.refused(&signature, &json!({"cms": "AAAA"}), 422, "signature-invalid");
    cabinet.refused(&signature, &signed("stranger"), 422, "certificate-mismatch");
    cabinet.refused(&signature, &signed("director"), 422, "certificate-mismatch");
    let done = cabinet.posted(&signature, &signed("accountant"), 200);
    assert_eq!(
        (&done["status"], &done["method"]),
        (&json!("confirmed"), &json!("signature"))
    );
    cabinet.refused(&signature, &signed("accountant"), 409, "wrong-state");
}

#[test]
fn smev_takes_a_while_and_without_it_a_signature_is_advised() {
    let stand = Stand::start();
    let cabinet = waiting(&stand);
    let path = path(&cabinet);
    stand.set(&json!({"cabinet": {"smev_available": false}}));
    let refused = cabinet.refused(&path, &json!({"method": "smev"}), 409, "smev-unavailable");
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("удостоверяющий центр")
    );
    assert_eq!(cabinet.get(&path)["smevAvailable"], false);
    stand.set(&json!({"cabinet": {"smev_available": true}, "speed": 0.0}));
    let review = cabinet.posted(&path, &json!({"method": "smev"}), 201);
    assert_eq!(review["status"], "in-review");
    assert_eq!(cabinet.get(&path)["status"], "in-review");
    stand.set(&json!({"speed": 100.0}));
    set(
        &cabinet,
        &json!({"status": "not-confirmed", "finding": "requisites-mismatch"}),
    );
    cabinet.posted(&path, &json!({"method": "smev"}), 201);
    assert_eq!(
        settled(&cabinet, &path)["reasons"][0]["code"],
        "requisites-mismatch"
    );
    cabinet.posted(&path, &json!({"method": "smev"}), 201);
    assert_eq!(settled(&cabinet, &path)["status"], "confirmed");
}

#[test]
fn the_page_of_a_qr_code_asks_somebody_authorised_and_is_good_once() {
    let stand = Stand::start();
    let cabinet = waiting(&stand);
    let path = path(&cabinet);
    let asked = cabinet.posted(&path, &json!({"method": "qr"}), 201);
    let address = asked["qr"]["text"].as_str().unwrap().to_owned();
    let place = address.strip_prefix(stand.portal.urls.epgu.as_str()).unwrap();

    let nobody = Browser::new(&stand);
    assert_eq!(nobody.get(&address).status, 401);
    assert_eq!(nobody.post(place, &[("t", "")]).status, 401);
    let herself = Browser::new(&stand);
    pass(&stand, &herself, &request(&[]), "accountant");
    assert_eq!(herself.get(&address).status, 403);
    let head = Browser::new(&stand);
    pass(&stand, &head, &request(&[]), "director");
    let page = head.get(&address);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Лютикова Мария Петровна") && page.has_id("confirm"));
    // A form of another site has no token.
    assert_eq!(head.post(place, &[("t", "x")]).status, 401);
    assert_eq!(cabinet.get(&path)["status"], "awaiting-approval");
    let done = head.submit(&page, place, &[]);
    assert!(done.status == 200 && done.has_id("done"), "{}", done.body);
    let standing = cabinet.get(&path);
    assert_eq!(
        (&standing["status"], &standing["confirmedBy"]),
        (&json!("confirmed"), &json!("Васильков Иван Сергеевич"))
    );
    assert_eq!(head.get(&address).status, 410);
    assert_eq!(head.get("/representative/x").status, 410);
}

#[test]
fn a_qr_code_runs_out() {
    let stand = Stand::start();
    stand.set(&json!({"cabinet": {"step_up_lifetime_s": 0}}));
    let cabinet = waiting(&stand);
    let path = path(&cabinet);
    let asked = cabinet.posted(&path, &json!({"method": "qr"}), 201);
    assert_eq!(cabinet.get(&path)["status"], "not-confirmed");
    let head = Browser::new(&stand);
    pass(&stand, &head, &request(&[]), "director");
    assert_eq!(head.get(asked["qr"]["text"].as_str().unwrap()).status, 410);
}

#[test]
fn services_are_enabled_by_who_may_and_after_the_terms_are_accepted() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let path = format!("/organisations/{}/enabled-services", director.romashka());
    let put = |cabinet: &Cabinet<'_>, codes: Value, accepts: bool| {
        let body = json!({"enabled": codes, "acceptTerms": accepts});
        cabinet.request(Method::PUT, &path).json(&body).send().unwrap()
    };
    let refused = |answer: reqwest::blocking::Response| (answer.status().as_u16(), code(answer));
    assert_eq!(director.get(&path).as_array().unwrap().len(), 4);
    assert_eq!(
        refused(put(&director, json!(["extracts"]), false)),
        (422, "terms-not-accepted".to_owned())
    );
    assert_eq!(
        refused(put(&director, json!(["teleport"]), true)),
        (404, "service-not-found".to_owned())
    );
    let accountant = Cabinet::of(&stand, "accountant");
    assert_eq!(
        refused(put(&accountant, json!(["extracts"]), true)),
        (403, "no-permission".to_owned())
    );
    let chosen: Value = put(&director, json!(["licences", "extracts"]), true)
        .json()
        .unwrap();
    let on: Vec<&Value> = chosen
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["enabled"] == true)
        .map(|one| &one["code"])
        .collect();
    assert_eq!(on, [&json!("extracts"), &json!("licences")]);
    let kept = accountant.get(&path);
    assert_eq!(kept[1]["by"], "Васильков Иван Сергеевич");
}
