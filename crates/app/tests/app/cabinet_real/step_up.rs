//! The second word for a critical change, in all its kinds, as the reference portal asks for it and judges it (AUTH-37).

use kabinet_app::view::{KindChannels, SecretKind};
use kabinet_testkit::PIN;

use super::*;

const PASSWORD: &str = "Ромашка-Лютик-201!";

/// The channels with security by e-mail switched so: off is what has to be confirmed.
async fn by_mail(desk: &Desk, on: bool) -> Vec<KindChannels> {
    let there = desk.app.portal_channels().await.unwrap();
    let switched = there.kinds.into_iter().map(|one| KindChannels {
        email: if one.kind == "security" { on } else { one.email },
        ..one
    });
    switched.collect()
}

fn is_on(kinds: &[KindChannels]) -> bool {
    kinds.iter().any(|one| one.kind == "security" && one.email)
}

async fn switch(desk: &Desk, on: bool) -> Result<Vec<KindChannels>, kabinet_app::AppError> {
    let wanted = by_mail(desk, on).await;
    let there = desk.app.set_portal_channels(true, wanted).await?;
    Ok(there.kinds)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_a_password_a_token_and_a_signature_each_confirm_once() {
    let desk = Desk::signed_in().await;
    let ways: [(&str, &[&str], SecretKind); 5] = [
        ("sms", &["?sms", "@"], SecretKind::OneTimeCode),
        ("email", &["?email", "@"], SecretKind::OneTimeCode),
        ("password", &["?password", PASSWORD], SecretKind::AccountPassword),
        ("token", &["?token"], SecretKind::Pin),
        ("signature", &["?signature"], SecretKind::Pin),
    ];
    for (way, answers, kind) in ways {
        desk.person.was_asked();
        desk.person.confirms_with(answers);
        assert!(!is_on(&switch(&desk, false).await.unwrap()), "{way}");
        let asked = desk.person.was_asked();
        let kinds: Vec<SecretKind> = asked.iter().map(|prompt| prompt.kind).collect();
        assert_eq!(kinds, [SecretKind::Factor, kind], "{way}");
        let offered = &asked[0].step_up.as_ref().unwrap().others;
        assert_eq!(offered[..], ["sms", "email", "password", "token", "signature"]);
        if kind == SecretKind::Pin {
            let shown = asked[1].documents.join("\n");
            assert!(shown.contains("Отключение оповещений о безопасности"), "{shown}");
            assert!(shown.contains("Номер подтверждения"), "{shown}");
        }
        // Switching it on again is no risk and wants no word.
        assert!(is_on(&switch(&desk, true).await.unwrap()), "{way}");
        assert!(desk.person.was_asked().is_empty(), "{way}");
    }
    let confirmed = desk.stand.requests_to("POST", "/api/cabinet/v1/step-up/*");
    // One confirmation each, and two codes that were sent.
    assert_eq!(confirmed, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_words_cost_attempts_and_after_the_last_nothing_is_saved_and_the_owner_is_told() {
    let desk = Desk::signed_in().await;
    let before = desk.app.notifications(true).await.unwrap().items.len();
    desk.person.was_asked();
    desk.person
        .confirms_with(&["?password", "не тот", "и не этот", "и этот нет", PASSWORD]);
    let error = switch(&desk, false).await.unwrap_err();
    assert_eq!(error.code(), "cabinet.refused.factor-wrong");
    let asked = desk.person.was_asked();
    let left: Vec<Option<u32>> = asked[1..]
        .iter()
        .map(|prompt| prompt.step_up.as_ref().unwrap().attempts_left)
        .collect();
    assert_eq!(left, [None, Some(2), Some(1)]);
    assert!(is_on(&desk.app.portal_channels().await.unwrap().kinds));
    let feed = desk.app.notifications(true).await.unwrap();
    assert!(feed.items.len() > before);
    assert!(
        feed.items
            .iter()
            .any(|one| one.kind == "security" && one.title == "Действие не подтверждено")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_thinks_better_of_it_changes_nothing_whatever_the_way() {
    let desk = Desk::signed_in().await;
    let before = desk.actions().await;
    for answers in [&[][..], &["?sms"], &["?password"]] {
        desk.person.confirms_with(answers);
        let outcome = switch(&desk, false).await;
        assert_eq!(code(outcome), "app.cancelled", "{answers:?}");
    }
    // At the PIN, too: no signature leaves.
    desk.person.types_pin(None);
    desk.person.confirms_with(&["?token"]);
    assert_eq!(code(switch(&desk, false).await), "app.cancelled");
    desk.person.types_pin(Some(PIN));
    assert!(is_on(&desk.app.portal_channels().await.unwrap().kinds));
    assert_eq!(desk.actions().await, before);
    assert_eq!(
        desk.stand.requests_to("POST", "/api/cabinet/v1/step-up/*"),
        1,
        "only the code that was asked for"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demand_that_ran_out_confirms_nothing() {
    let desk = Desk::signed_in().await;
    desk.stand.set(&json!({"cabinet": {"step_up_lifetime_s": 0}}));
    desk.person.confirms_with(&["?password", PASSWORD]);
    assert_eq!(code(switch(&desk, false).await), "cabinet.refused.step-up-ended");
    assert!(is_on(&desk.app.portal_channels().await.unwrap().kinds));
}
