//! What is checked before a PIN is asked for.

use std::collections::BTreeMap;

use kabinet_app::view::{CheckState, Preflight};
use kabinet_testkit::{AKT, AKT_INVALID, UPD, WRONG_PIN, sample};
use serde_json::json;

use crate::desk::{Desk, TOKEN, code};

fn states(preflight: &Preflight) -> BTreeMap<&str, CheckState> {
    preflight
        .checks
        .iter()
        .map(|check| (check.code.as_str(), check.state))
        .collect()
}

async fn run(desk: &Desk, document: &str, certificate: &str) -> Preflight {
    desk.app
        .preflight(&[document.to_owned()], Some(desk.stand.fingerprint(certificate)))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn when_all_is_well_every_line_says_so() {
    let desk = Desk::signed_in().await;
    let id = desk.import(&[sample(AKT)]).await;
    let preflight = run(&desk, &id, "accountant").await;
    assert!(preflight.can_sign);
    let codes: Vec<&str> = preflight.checks.iter().map(|check| check.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "file-readable",
            "schema",
            "service",
            "limits",
            "certificate-valid-now",
            "certificate-chain",
            "certificate-revocation",
            "organisation-match",
            "person-may-sign",
            "token-present",
            "pin-tries",
            "clock",
        ]
    );
    assert!(
        preflight.checks.iter().all(|check| check.state == CheckState::Ok),
        "{:#?}",
        preflight.checks
    );
    assert_eq!(preflight.documents[0].row.id, id);
    desk.person.was_asked();
    assert!(desk.person.was_asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_thing_that_is_wrong_has_its_line() {
    let desk = Desk::new().await;
    let certificates = [
        "accountant-expired",
        "accountant-revoked",
        "accountant-private",
        "stranger",
        "director-untrusted",
    ];
    desk.drawer.add(&desk.stand, "0002", &certificates);
    let id = desk.import(&[sample(AKT)]).await;
    for (certificate, failed) in [
        ("accountant-expired", &["certificate-valid-now"][..]),
        ("accountant-revoked", &["certificate-revocation"]),
        (
            "accountant-private",
            &["organisation-match", "person-may-sign", "poa-none"],
        ),
        ("stranger", &["organisation-match", "person-may-sign", "poa-none"]),
    ] {
        let preflight = run(&desk, &id, certificate).await;
        let seen: Vec<&str> = preflight
            .checks
            .iter()
            .filter(|check| check.state == CheckState::Failed)
            .map(|check| check.code.as_str())
            .collect();
        assert_eq!(seen, failed, "{certificate}");
        assert!(!preflight.can_sign);
        let refused = desk.sign_as(certificate, std::slice::from_ref(&id)).await;
        assert_eq!(code(refused), "app.preflight");
    }
    let preflight = run(&desk, &id, "director-untrusted").await;
    assert_ne!(states(&preflight)["certificate-chain"], CheckState::Ok);
    let absent = desk
        .app
        .preflight(
            std::slice::from_ref(&id),
            Some(desk.stand.fingerprint("director")),
        )
        .await
        .unwrap();
    assert_eq!(
        (states(&absent)["token-present"], absent.can_sign),
        (CheckState::Failed, false)
    );
    assert!(
        desk.person.was_asked().is_empty(),
        "no PIN is asked for what cannot be signed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_or_signed_document_cannot_be_signed() {
    let desk = Desk::new().await;
    let invalid = desk.import(&[sample(AKT_INVALID)]).await;
    assert_eq!(
        states(&run(&desk, &invalid, "accountant").await)["schema"],
        CheckState::Failed
    );
    let signed = desk.signed_akt().await;
    assert_eq!(
        states(&run(&desk, &signed, "accountant").await)["not-signed-yet"],
        CheckState::Failed
    );
    // One bad document among good ones stops the whole batch before any PIN.
    let good = desk.import(&[sample(UPD)]).await;
    desk.person.was_asked();
    let error = desk.sign(&[good, invalid]).await.unwrap_err();
    assert_eq!(
        (error.code(), error.params()["check"].as_str()),
        ("app.preflight", "schema")
    );
    assert!(desk.person.was_asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_revocation_and_clock_are_open_and_signing_is_possible() {
    let mut desk = Desk::new().await;
    let id = desk.import(&[sample(AKT)]).await;
    desk.stand.stop();
    let preflight = run(&desk, &id, "accountant").await;
    let states = states(&preflight);
    assert_eq!(
        (states["certificate-revocation"], states["clock"]),
        (CheckState::Warning, CheckState::Skipped)
    );
    assert!(preflight.can_sign);
    desk.sign(&[id]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_revocation_outlive_the_network() {
    let mut desk = Desk::new().await;
    let id = desk.import(&[sample(AKT)]).await;
    run(&desk, &id, "accountant").await;
    desk.stand.stop();
    let states_offline = run(&desk, &id, "accountant").await;
    assert_eq!(states(&states_offline)["certificate-revocation"], CheckState::Ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn pin_tries_are_shown_before_they_run_out() {
    let desk = Desk::new().await;
    let id = desk.import(&[sample(AKT)]).await;
    desk.person.types_pin(Some(WRONG_PIN));
    assert_eq!(
        code(desk.sign(std::slice::from_ref(&id)).await),
        "token.pin-incorrect"
    );
    assert_eq!(
        states(&run(&desk, &id, "accountant").await)["pin-tries"],
        CheckState::Warning
    );
    desk.drawer.lock(TOKEN);
    let locked = run(&desk, &id, "accountant").await;
    assert_eq!(
        (states(&locked)["pin-tries"], locked.can_sign),
        (CheckState::Failed, false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_responder_that_fails_costs_a_warning_not_a_deadline() {
    let desk = Desk::new().await;
    let id = desk.import(&[sample(AKT)]).await;
    for path in ["/ocsp*", "/*.crl"] {
        desk.stand
            .fault(&json!({ "path": path, "kind": "status", "status": 500, "count": 20 }));
    }
    let preflight = run(&desk, &id, "accountant").await;
    assert_eq!(
        (states(&preflight)["certificate-revocation"], preflight.can_sign),
        (CheckState::Warning, true)
    );
}
