//! What the person may do, and what closes when they may not.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_without_it_takes_nothing_away() {
    let stand = Stand::start();
    let portal = Portal::beside(&stand, Arc::new(|_| Some((404, Value::Null)))).await;
    let desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    let mine = desk.app.my_organisations(true).await.unwrap();
    assert_eq!(mine.presence, CabinetPresence::Absent);
    assert_eq!((mine.cards.len(), mine.error), (1, None));
    assert!(mine.cards[0].current && mine.cards[0].status.is_none());
    assert!(desk.app.state().await.standing.is_none());
    assert_eq!(desk.app.security().await.unwrap().error, None);
    assert_eq!(desk.app.notifications(true).await.unwrap().error, None);
    assert!(desk.app.registrations().await.unwrap().is_empty());
    assert_eq!(
        code(desk.app.request_link(LinkForm::default()).await),
        "cabinet.absent"
    );
    let id = desk.import(&[sample(AKT)]).await;
    desk.sign(&[id]).await.unwrap();
    // It was asked once, and not again after the next start.
    assert_eq!(portal.asked("GET ").len(), 1);
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    desk.sign_in().await.unwrap();
    assert_eq!(portal.asked("GET ").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_role_does_not_allow_is_refused_before_a_pin_and_journalled() {
    let (desk, _portal) = Portal::signed_in(refusing("signing.sign", "нет доверенности")).await;
    let id = desk.import(&[sample(AKT)]).await;
    let error = desk.sign(&[id]).await.unwrap_err();
    assert_eq!(error.code(), "app.not-permitted");
    assert_eq!(
        (
            error.params()["permission"].as_str(),
            error.params()["reason"].as_str()
        ),
        ("signing.sign", "нет доверенности")
    );
    assert!(desk.person.was_asked().is_empty());
    let last = desk.journal().await.pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.params["permission"].as_str()),
        ("not-permitted", "signing.sign")
    );
    assert!(!last.actor.is_empty());
    let standing = desk.app.state().await.standing.unwrap();
    assert_eq!(standing.role, "Наблюдатель");
    let refused: Vec<&str> = standing.refused.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(refused, ["signing.sign"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_hold_after_the_next_start_and_until_the_portal_says_otherwise() {
    let (desk, _portal) = Portal::signed_in(refusing("applications.submit", "")).await;
    let id = desk.signed_akt().await;
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    assert_eq!(code(desk.app.send_document(&id, TAX).await), "app.not-permitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_locked_unconfirmed_or_without_a_second_factor_signs_nothing() {
    for (me, expected) in [
        (
            json!({"confirmed": "confirmed", "security": {"secondFactor": true, "lock": {"cause": "wrong-password", "until": "2100-01-01T00:00:00Z", "unlock": "self-service"}}}),
            "app.account-locked",
        ),
        (
            json!({"confirmed": "not-confirmed", "confirmWays": ["bank"], "security": {"secondFactor": true}}),
            "app.account-not-confirmed",
        ),
        (
            json!({"confirmed": "confirmed", "security": {"secondFactor": false}}),
            "app.no-second-factor",
        ),
    ] {
        let (desk, _portal) =
            Portal::signed_in(move |seen| (seen.line == "GET /me").then(|| (200, me.clone()))).await;
        let id = desk.import(&[sample(AKT)]).await;
        assert_eq!(code(desk.sign(&[id]).await), expected);
        // Drafts go on.
        assert!(
            desk.app
                .state()
                .await
                .standing
                .unwrap()
                .refused
                .iter()
                .all(|one| one.code != "applications.fill")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_has_ended_is_none() {
    let (desk, _portal) = Portal::signed_in(|seen| {
        (seen.line == "GET /me").then(|| (200, json!({"confirmed": "confirmed", "security": {"lock": {"cause": "x", "until": "2001-01-01T00:00:00Z"}}})))
    })
    .await;
    let id = desk.import(&[sample(AKT)]).await;
    desk.sign(&[id]).await.unwrap();
}
