//! Registering an organisation: refusals, the scripted life, clarifications, the signed confirmation.

use std::io::Read as _;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::Cabinet;
use crate::openssl;
use crate::stand::{Stand, code, settings};
use kabinet_reference_portal::Settings;

/// One whose file was not put: what is refused before is refused without it.
fn document(kind: &str) -> Value {
    json!({"kind": kind, "name": format!("{kind}.pdf"), "sha256": "ab".repeat(32)})
}

/// A complete application whose files are at the portal.
pub fn whole_application(cabinet: &Cabinet<'_>) -> Value {
    let mut whole = application();
    let kinds = ["charter", "decision", "consent", "extract"];
    whole["documents"] = json!(kinds.map(|kind| cabinet.put_document(kind, kind.as_bytes())));
    whole
}

/// A complete application.
pub fn application() -> Value {
    json!({
        "fullName": "Общество с ограниченной ответственностью «Мать-и-мачеха»",
        "inn": "9900000200",
        "ownershipForm": "Частная собственность",
        "organisationType": "12300",
        "activityAims": "Цветоводство",
        "legalAddress": "г. Учебный, ул. Полевая, д. 5",
        "phone": "+7 999 000-00-05",
        "email": "office@example.ru",
        "documents": (["charter", "decision", "consent", "extract"].map(document)),
        "acceptTerms": true,
    })
}

fn wait(cabinet: &Cabinet<'_>, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let seen = cabinet.posted(&format!("{path}/refresh"), &Value::Null, 200);
        if wanted(&seen) {
            return seen;
        }
        assert!(Instant::now() < end, "{seen:#}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn file(cabinet: &Cabinet<'_>, application: &Value) -> (String, Value) {
    let filed = cabinet.posted("/registrations", application, 201);
    (format!("/registrations/{}", filed["id"].as_str().unwrap()), filed)
}

#[test]
fn an_application_is_checked_before_it_is_taken() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    let refused = |change: fn(&mut Value), status, code| {
        let mut wrong = application();
        change(&mut wrong);
        cabinet.refused("/registrations", &wrong, status, code)
    };
    refused(|a| a["acceptTerms"] = json!(false), 422, "terms-not-accepted");
    let missing = refused(|a| a["activityAims"] = json!(" "), 422, "requisites-incomplete");
    assert_eq!(missing["fields"][0]["name"], "activityAims");
    let wrong = refused(|a| a["email"] = json!("office"), 422, "requisites-invalid");
    assert_eq!(wrong["fields"][0]["code"], "format");
    refused(|a| a["inn"] = json!("9900000017"), 409, "already-registered");
    refused(
        |a| a["documents"] = json!([document("decision"), document("charter")]),
        422,
        "documents-order",
    );
    refused(|a| a["documents"] = json!([document("poem")]), 400, "bad-request");
    assert_eq!(cabinet.get("/registrations"), json!([]));
}

#[test]
fn a_complete_application_is_registered_with_a_signed_confirmation() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    let (path, filed) = file(&cabinet, &whole_application(&cabinet));
    assert_eq!(
        (&filed["status"], &filed["missing"]),
        (&json!("in-review"), &json!([]))
    );
    assert!(filed["expected"].is_string());
    let early = cabinet
        .request(Method::GET, &format!("{path}/confirmation"))
        .send()
        .unwrap();
    if early.status() != 200 {
        assert_eq!(
            (early.status().as_u16(), code(early).as_str()),
            (409, "not-registered")
        );
    }
    let done = wait(&cabinet, &path, |seen| seen["status"] == "registered");
    assert!(done["certificateNumber"].is_string() && done["activated"].is_string());
    let archive = cabinet
        .request(Method::GET, &format!("{path}/confirmation"))
        .send()
        .unwrap();
    assert_eq!(archive.headers()["content-type"], "application/zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive.bytes().unwrap())).unwrap();
    let mut read = |name: &str| {
        let mut content = vec![];
        archive.by_name(name).unwrap().read_to_end(&mut content).unwrap();
        content
    };
    let (text, signature) = (read("confirmation.xml"), read("confirmation.xml.sig"));
    assert!(
        String::from_utf8(text.clone())
            .unwrap()
            .contains("«Мать-и-мачеха»")
    );
    let pki = stand.pki();
    std::fs::write(pki.join("confirmation.xml"), text).unwrap();
    std::fs::write(pki.join("confirmation.sig"), signature).unwrap();
    openssl::must(
        &pki,
        &[
            "cms",
            "-verify",
            "-engine",
            "gost",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "confirmation.sig",
            "-content",
            "confirmation.xml",
            "-CAfile",
            "root.crt",
            "-purpose",
            "any",
            "-out",
            "verified",
        ],
    );
    assert!(
        cabinet
            .get("/notifications")
            .to_string()
            .contains("Организация зарегистрирована")
    );
}

#[test]
fn missing_documents_are_named_asked_for_and_taken_with_the_answer() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    let mut incomplete = application();
    incomplete["documents"] =
        json!(["charter", "decision", "consent"].map(|kind| cabinet.put_document(kind, kind.as_bytes())));
    let (path, filed) = file(&cabinet, &incomplete);
    assert_eq!(filed["missing"][0]["kind"], "extract");
    let asked = wait(&cabinet, &path, |seen| seen["clarifications"][0].is_object());
    let question = &asked["clarifications"][0];
    assert!(question["text"].as_str().unwrap().contains("Выписка") && question["due"].is_string());
    let answer_path = format!("{path}/clarifications/{}", question["id"].as_str().unwrap());
    cabinet.refused(&answer_path, &json!({"text": " "}), 400, "bad-request");
    cabinet.refused(
        &format!("{path}/clarifications/1"),
        &json!({"text": "Вот"}),
        404,
        "not-found",
    );
    let answer = json!({"text": "Вот она", "documents": [cabinet.put_document("extract", b"extract")]});
    let answered = cabinet.posted(&answer_path, &answer, 200);
    assert_eq!(answered["clarifications"][0]["answered"], true);
    cabinet.refused(&answer_path, &answer, 409, "registration-ended");
    wait(&cabinet, &path, |seen| seen["status"] == "registered");
}

#[test]
fn a_refused_application_names_the_reason_and_what_to_correct() {
    // Nothing moves until the outcome is fixed.
    let stand = Stand::start_with(Settings {
        speed: 0.0,
        ..settings()
    });
    stand.set(&json!({"cabinet": {"registration_outcome": "refuse"}, "speed": 300.0}));
    let cabinet = Cabinet::of(&stand, "director");
    let (path, _) = file(&cabinet, &whole_application(&cabinet));
    let refused = wait(&cabinet, &path, |seen| seen["status"] == "refused");
    assert!(refused["reason"].is_string());
    assert_eq!(refused["corrections"][0]["field"], "legalAddress");
    let stranger = Cabinet::of(&stand, "stranger");
    assert_eq!(stranger.request(Method::GET, &path).send().unwrap().status(), 404);
}

#[test]
fn the_operator_decides_about_one_application() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    stand.set(&json!({"speed": 10.0}));
    let (path, filed) = file(&cabinet, &whole_application(&cabinet));
    let control = format!("/registrations/{}/outcome", filed["id"].as_str().unwrap());
    assert_eq!(
        stand
            .control_post(&control, &json!({"outcome": "clarify"}))
            .status(),
        204
    );
    assert_eq!(
        stand
            .control_post(&control, &json!({"outcome": "maybe"}))
            .status(),
        400
    );
    assert_eq!(
        stand
            .control_post("/registrations/1/outcome", &json!({"outcome": "clarify"}))
            .status(),
        404
    );
    let asked = wait(&cabinet, &path, |seen| seen["clarifications"][0].is_object());
    assert_eq!(asked["missing"], json!([]));
}
