//! Confirming: code, password, signature, and a change of mind.

use super::*;

/// Wants the password and a code for unlinking.
fn guarded(seen: &Seen) -> Option<(u16, Value)> {
    match seen.line.as_str() {
        "DELETE /me/organisations/10" if seen.step_up.as_deref() == Some("s") => Some((204, Value::Null)),
        "DELETE /me/organisations/10" => Some((
            403,
            json!({"code": "step-up-required", "stepUp": {
            "id": "s", "operation": "unlink", "title": "Открепление", "factors": ["sms"], "all": ["password", "sms"]}}),
        )),
        "POST /step-up/s/send" => Some((200, json!({"to": "+7 ••• 12", "resendAfterSeconds": 60}))),
        "POST /step-up/s/confirm" => Some(
            match (
                seen.body["factor"].as_str().unwrap(),
                seen.body["value"].as_str().unwrap(),
            ) {
                ("password", "Пароль-1") => (200, json!({"done": false, "remaining": ["sms"]})),
                ("sms", "1234") => (200, json!({"done": true, "remaining": []})),
                _ => (422, json!({"code": "factor-wrong", "attemptsLeft": 2})),
            },
        ),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_confirmation_leaves_everything_as_it_was() {
    let (desk, portal) = Portal::signed_in(guarded).await;
    desk.app.my_organisations(true).await.unwrap();
    let before = desk.actions().await;
    desk.person.confirms_with(&["Пароль-1"]);
    assert_eq!(code(desk.app.unlink_organisation("10").await), "app.cancelled");
    assert_eq!(desk.actions().await, before);
    assert_eq!(portal.asked("DELETE /me/organisations/10").len(), 1);
    assert_eq!(
        desk.app
            .my_organisations(false)
            .await
            .unwrap()
            .cards
            .iter()
            .filter(|card| card.oid.as_deref() == Some("10"))
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_word_is_asked_again_with_the_attempts_left_and_then_the_call_goes_through() {
    let (desk, portal) = Portal::signed_in(guarded).await;
    desk.app.my_organisations(true).await.unwrap();
    desk.person.confirms_with(&["не тот", "Пароль-1", "0000", "1234"]);
    let outcome = desk.app.unlink_organisation("10").await.unwrap();
    assert!(outcome.done);
    let asked = desk.person.was_asked();
    let kinds: Vec<SecretKind> = asked.iter().map(|prompt| prompt.kind).collect();
    assert_eq!(
        kinds,
        [
            SecretKind::AccountPassword,
            SecretKind::AccountPassword,
            SecretKind::OneTimeCode,
            SecretKind::OneTimeCode
        ]
    );
    let again = asked[1].step_up.as_ref().unwrap();
    assert_eq!(
        (
            again.attempts_left,
            asked[1].error.as_ref().unwrap().code.as_str()
        ),
        (Some(2), "cabinet.refused.factor-wrong")
    );
    let sent = asked[2].step_up.as_ref().unwrap();
    assert_eq!(sent.sent_to.as_deref(), Some("+7 ••• 12"));
    assert!(sent.resend_at.is_some() && sent.others.is_empty());
    assert_eq!(portal.asked("POST /step-up/s/send").len(), 1);
    assert_eq!(desk.actions().await.last().unwrap(), "organisation-unlinked");
    let mine = desk.app.my_organisations(false).await.unwrap();
    assert!(mine.cards.iter().all(|card| card.oid.as_deref() != Some("10")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_of_confirming_is_chosen_and_a_code_sent_again_on_demand() {
    let (desk, portal) = Portal::signed_in(|seen| match seen.line.as_str() {
        "DELETE /me/devices/d" if seen.step_up.is_some() => Some((204, Value::Null)),
        "DELETE /me/devices/d" => Some((
            403,
            json!({"code": "step-up-required", "stepUp": {
            "id": "s", "operation": "x", "factors": ["sms", "email", "retina"]}}),
        )),
        "POST /step-up/s/send" => Some((200, json!({"to": "a•••@b.ru"}))),
        "POST /step-up/s/confirm" => Some((200, json!({"done": true}))),
        _ => None,
    })
    .await;
    desk.person.confirms_with(&["?email", "!", "1"]);
    desk.app.revoke_device("d").await.unwrap();
    let asked = desk.person.was_asked();
    assert_eq!(asked[0].kind, SecretKind::Factor);
    assert_eq!(asked[0].step_up.as_ref().unwrap().others, ["sms", "email"]);
    assert_eq!(asked[1].step_up.as_ref().unwrap().others, ["sms"]);
    let sent = portal.asked("POST /step-up/s/send");
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|one| one.body["channel"] == "email"));
    assert_eq!(portal.asked("POST /step-up/s/confirm")[0].body["factor"], "email");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_by_signature_shows_what_is_signed_and_nothing_else_is_signed() {
    for (text, is_signed) in [
        ("Завершить сеансы\nна устройстве «Ноутбук»", true),
        ("a\u{0}b", false),
    ] {
        let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
            "DELETE /me/devices/d" if seen.step_up.is_some() => Some((204, Value::Null)),
            "DELETE /me/devices/d" => Some((
                403,
                json!({"code": "step-up-required", "stepUp": {
                "id": "s", "operation": "x", "factors": ["token"], "bytesToSign": base64(text.as_bytes())}}),
            )),
            "POST /step-up/s/confirm" => Some((200, json!({"done": true}))),
            _ => None,
        })
        .await;
        let outcome = desk.app.revoke_device("d").await;
        let asked = desk.person.was_asked();
        if is_signed {
            outcome.unwrap();
            assert_eq!(
                asked[0].documents,
                ["Завершить сеансы", "на устройстве «Ноутбук»"]
            );
            let value = portal.asked("POST /step-up/s/confirm")[0].body["value"]
                .as_str()
                .unwrap()
                .to_owned();
            assert!(value.starts_with("MII"), "a CMS in Base64");
        } else {
            assert_eq!(code(outcome), "app.nothing-to-show");
            assert!(asked.is_empty() && portal.asked("POST /step-up/s/confirm").is_empty());
        }
    }
}
