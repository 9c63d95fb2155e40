//! The OpenAPI document, judged by Schemathesis, which reads it and calls every route as it says.

use std::process::Command;

use serde_json::{Value, json};

use super::Cabinet;
use crate::stand::{Stand, settings};
use kabinet_reference_portal::Settings;

#[test]
fn the_document_names_every_route_once_and_the_shape_of_refusals() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "director");
    let document = cabinet.get("/openapi.json");
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], "/api/cabinet/v1");
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/",
        "/me",
        "/me/organisations",
        "/me/organisations/{oid}",
        "/organisations/{oid}/permissions",
        "/links",
        "/links/{id}/signature",
        "/step-up/{id}/confirm",
        "/registrations/{id}/clarifications/{cid}",
        "/services/{code}",
        "/me/notification-settings",
        "/inspections",
        "/files",
        "/files/{sha256}",
        "/me/subscriptions/{id}/extend",
        "/me/subscriptions/{id}/confirm",
        "/subscription-offers",
        "/licences/{number}/file",
        "/organisations/{oid}/representative/signature",
        "/organisations/{oid}/enabled-services",
        "/poa/registrations/{task}",
        "/poa/revocations",
        "/poa/{number}/signature",
        "/employees",
        "/employees/{id}/removal",
        "/employees/{id}/role",
        "/invitations/{id}",
        "/me/invitations/{id}/acceptance",
        "/roles/{code}",
        "/staff-changes",
        "/hand-overs/{id}",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    let problem = &document["components"]["schemas"]["Problem"];
    assert_eq!(problem["required"], json!(["code", "message", "support"]));
    let link = &document["components"]["schemas"]["LinkRequest"];
    assert_eq!(link["additionalProperties"], false);
    for operations in paths.values() {
        for (method, operation) in operations.as_object().unwrap() {
            let statuses = operation["responses"].as_object().unwrap();
            assert!(
                statuses.keys().any(|status| status.starts_with('2')),
                "{method} {operation}"
            );
        }
    }
    assert!(document["paths"]["/links"]["post"]["responses"]["423"].is_object());
}

/// `./dev test` makes the environment named by KABINET_SCHEMATHESIS of tests/peers/schemathesis.txt.
#[test]
fn schemathesis_finds_no_fault() {
    let folder = std::env::var_os("KABINET_SCHEMATHESIS").expect(
        "KABINET_SCHEMATHESIS must name a Python environment with tests/peers/schemathesis.txt; `./dev test` makes one",
    );
    let stand = Stand::start_with(Settings {
        requests_per_minute: 1_000_000,
        requests_per_hour: 1_000_000,
        requests_per_day: 1_000_000,
        ..settings()
    });
    stand.set(&json!({"cabinet": {"link_attempts": 1_000_000}}));
    let cabinet = Cabinet::of(&stand, "director");
    let address = format!("{}/api/cabinet/v1", stand.portal.urls.epgu);
    let document = stand.dir.path().join("openapi.json");
    std::fs::write(&document, cabinet.get("/openapi.json").to_string()).unwrap();
    let output = Command::new(std::path::Path::new(&folder).join("bin/schemathesis"))
        .args(["run", &document.display().to_string(), "--url", &address])
        .args(["--header", &format!("Authorization: Bearer {}", cabinet.token)])
        .args([
            "--tls-verify",
            &stand.dir.path().join("tls-ca.crt").display().to_string(),
        ])
        .args([
            "--phases",
            "examples,coverage,fuzzing,stateful",
            "--max-examples",
            "15",
            "--seed",
            "7",
        ])
        .args([
            "--exclude-checks",
            "positive_data_acceptance",
            "--request-timeout",
            "20",
        ])
        .env("NO_COLOR", "1")
        .current_dir(stand.dir.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let seen: Value = stand.control("/requests");
    let served = seen.as_array().unwrap();
    assert!(served.len() > 500, "{}", served.len());
    assert!(
        served
            .iter()
            .all(|request| request["status"].as_u64().is_some_and(|s| s != 500))
    );
}
