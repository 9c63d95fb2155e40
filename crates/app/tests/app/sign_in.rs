//! Signing in: what can go wrong has a code of its own and is journalled.

use kabinet_app::view::{CheckState, Network, PinState, SecretPurpose, SessionWay};
use kabinet_softtoken::TokenDirectory;
use kabinet_testkit::{PIN, WRONG_PIN};
use serde_json::json;

use crate::desk::{Desk, TOKEN, code};

/// The last entry of the journal is a failed sign-in with this code.
async fn journalled(desk: &Desk, code: &str) {
    let journal = desk.journal().await;
    let last = journal.last().unwrap();
    assert_eq!(
        (last.action.as_str(), last.params["error"].as_str()),
        ("sign-in-failed", code),
        "{journal:#?}"
    );
    assert!(desk.app.state().await.session.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_sees_who_signs_in_where_and_with_what() {
    let desk = Desk::new().await;
    let session = desk.sign_in().await.unwrap();
    assert_eq!(session.holder, "Лютикова Мария Петровна");
    assert_eq!(
        session.certificate_id.as_deref(),
        Some(desk.stand.fingerprint("accountant"))
    );
    assert_eq!((session.way, session.renews), (SessionWay::Signature, false));
    assert!(session.expires_at > session.signed_in_at);
    let asked = desk.person.was_asked();
    assert_eq!(
        (asked.len(), asked[0].purpose, asked[0].pin_state),
        (1, SecretPurpose::SignIn, Some(PinState::Ok))
    );
    assert_eq!(asked[0].holder.as_deref(), Some("Лютикова Мария Петровна"));
    assert_eq!(asked[0].organisation.as_deref(), Some("ООО «Ромашка»"));
    assert_eq!(
        (asked[0].host.as_deref(), asked[0].token_serial.as_deref()),
        (Some("127.0.0.1"), Some(TOKEN))
    );
    assert!(asked[0].documents.is_empty());
    let state = desk.app.state().await;
    assert_eq!((state.session, state.network), (Some(session), Network::Online));
    assert_eq!(desk.actions().await.last().unwrap(), "signed-in");
    desk.app.sign_out().await.unwrap();
    assert!(desk.app.state().await.session.is_none());
    assert_eq!(desk.actions().await.last().unwrap(), "signed-out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_cancels_leaves_no_trace() {
    let desk = Desk::new().await;
    let before = desk.actions().await;
    desk.person.types_pin(None);
    assert_eq!(code(desk.sign_in().await), "app.cancelled");
    assert_eq!(desk.actions().await, before);
    assert_eq!(desk.stand.requests_to("GET", "/esia-rs/*"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_spends_one_try_and_nothing_leaves() {
    let desk = Desk::new().await;
    desk.person.types_pin(Some(WRONG_PIN));
    assert_eq!(code(desk.sign_in().await), "token.pin-incorrect");
    journalled(&desk, "token.pin-incorrect").await;
    assert_eq!(desk.drawer.tries_left(TOKEN), 2);
    assert_eq!(desk.stand.requests_to("GET", "/esia-rs/*"), 0);
    assert_eq!(code(desk.sign_in().await), "token.pin-incorrect-final-try");
    desk.person.types_pin(Some(PIN));
    desk.person.was_asked();
    desk.sign_in().await.unwrap();
    assert_eq!(desk.person.was_asked()[0].pin_state, Some(PinState::LastTry));
    assert_eq!(desk.drawer.tries_left(TOKEN), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_pin_is_not_asked_for() {
    let desk = Desk::new().await;
    desk.drawer.lock(TOKEN);
    let error = desk.sign_in().await.unwrap_err();
    assert_eq!(
        (error.code(), error.params()["reason"].as_str()),
        ("app.unfit-certificate", "pin-locked")
    );
    journalled(&desk, "app.unfit-certificate").await;
    assert!(desk.person.was_asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_pulled_before_or_in_the_middle_is_told_apart_and_works_again() {
    let desk = Desk::new().await;
    let token = TokenDirectory::new(desk.drawer.tokens()).token(TOKEN).unwrap();
    token.remove().unwrap();
    let error = desk.sign_in().await.unwrap_err();
    assert_eq!((error.code(), error.is_retriable()), ("app.no-certificate", true));
    journalled(&desk, "app.no-certificate").await;
    token.insert().unwrap();
    desk.drawer.control("C_Sign.rv = 0x30\n");
    let error = desk.sign_in().await.unwrap_err();
    assert_eq!((error.code(), error.is_retriable()), ("token.removed", true));
    journalled(&desk, "token.removed").await;
    desk.drawer.control("");
    desk.sign_in().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfit_certificate_is_refused_before_the_pin() {
    let desk = Desk::new().await;
    desk.drawer.add(
        &desk.stand,
        "0002",
        &["accountant-expired", "accountant-private", "stranger"],
    );
    for (certificate, reason) in [
        ("accountant-expired", "expired"),
        ("accountant-private", "no-organisation"),
        ("stranger", "other-organisation"),
    ] {
        let error = desk.sign_in_as(certificate).await.unwrap_err();
        assert_eq!(
            (error.code(), error.params()["reason"].as_str()),
            ("app.unfit-certificate", reason)
        );
        journalled(&desk, "app.unfit-certificate").await;
    }
    assert!(desk.person.was_asked().is_empty());
    assert_eq!(desk.stand.requests_to("GET", "/esia-rs/*"), 0);
    let scan = desk.app.scan_tokens().await.unwrap();
    assert_eq!(
        scan.certificates
            .iter()
            .filter(|line| line.unfit.is_empty())
            .count(),
        1
    );
    assert_eq!(
        scan.certificates[0].id,
        desk.stand.fingerprint("accountant"),
        "the fit one comes first"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portal_refuses_an_untrusted_or_somebody_elses_certificate() {
    let desk = Desk::new().await;
    desk.drawer
        .add(&desk.stand, "0002", &["director-untrusted", "director"]);
    for (certificate, told, esia) in [
        ("director-untrusted", "portal.certificate-refused", "ESIA-990003"),
        ("director", "portal.key-of-other", "ESIA-007002"),
    ] {
        let error = desk.sign_in_as(certificate).await.unwrap_err();
        assert_eq!(
            (error.code(), error.params()["esia"].as_str()),
            (told, esia),
            "{certificate}"
        );
        journalled(&desk, told).await;
    }
    assert_eq!(
        desk.app.state().await.network,
        Network::Online,
        "the portal did answer"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_portal_is_no_reason_to_doubt_the_pin() {
    let mut desk = Desk::new().await;
    desk.stand.stop();
    let error = desk.sign_in().await.unwrap_err();
    assert_eq!((error.code(), error.is_retriable()), ("portal.unreachable", true));
    journalled(&desk, "portal.unreachable").await;
    assert_eq!(desk.app.state().await.network, Network::Offline);
    desk.stand.restart();
    desk.sign_in().await.unwrap();
    assert_eq!(desk.app.state().await.network, Network::Online);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_that_is_missing_unknown_or_blocked_is_told_apart() {
    let desk = Desk::new().await;
    desk.only_api_key("00000000-0000-4000-8000-000000000000")
        .await
        .unwrap();
    assert_eq!(code(desk.sign_in().await), "portal.key-unknown");
    journalled(&desk, "portal.key-unknown").await;
    let blocked = desk
        .stand
        .demo
        .api_keys
        .iter()
        .find(|key| key.blocked)
        .unwrap()
        .key
        .to_string();
    desk.only_api_key(&blocked).await.unwrap();
    assert_eq!(code(desk.sign_in().await), "portal.key-blocked");
    assert_eq!(code(desk.only_api_key("nonsense").await), "app.requisite");
    desk.only_api_key(&format!(" {}\n", desk.stand.api_key("accountant")))
        .await
        .unwrap();
    desk.sign_in().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pin_window_says_how_old_the_knowledge_of_a_revocation_is() {
    let desk = Desk::new().await;
    desk.sign_in().await.unwrap();
    let known = desk.person.was_asked().remove(0).revocation.unwrap();
    assert_eq!(
        (known.code.as_str(), known.state, known.params["hours"].as_str()),
        ("certificate-revocation", CheckState::Ok, "0")
    );
    // Revoked since then: an answer this young is not asked for again, and the portal has the last word.
    desk.app.sign_out().await.unwrap();
    desk.stand.revoke("accountant");
    let error = desk.sign_in().await.unwrap_err();
    assert_eq!(error.code(), "portal.certificate-refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_say_of_a_revocation_is_said_and_left_to_the_portal() {
    let desk = Desk::new().await;
    desk.drawer.add(&desk.stand, "0002", &["accountant-revoked"]);
    for path in ["/*.crl", "/ocsp*"] {
        desk.stand
            .fault(&json!({"path": path, "count": 1000, "kind": "status", "status": 503}));
    }
    let error = desk.sign_in_as("accountant-revoked").await.unwrap_err();
    assert_eq!(
        (error.code(), error.params()["esia"].as_str()),
        ("portal.certificate-refused", "ESIA-990002")
    );
    let known = desk.person.was_asked().remove(0).revocation.unwrap();
    assert_eq!(known.state, CheckState::Warning);
    assert!(known.params.contains_key("reason"));
    desk.sign_in().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_certificate_costs_no_pin() {
    let desk = Desk::new().await;
    desk.drawer.add(&desk.stand, "0002", &["accountant-revoked"]);
    let error = desk.sign_in_as("accountant-revoked").await.unwrap_err();
    assert_eq!(
        (error.code(), error.params()["reason"].as_str()),
        ("app.unfit-certificate", "revoked")
    );
    journalled(&desk, "app.unfit-certificate").await;
    assert!(desk.person.was_asked().is_empty());
    assert_eq!(desk.stand.requests_to("GET", "/esia-rs/*"), 0);
}
