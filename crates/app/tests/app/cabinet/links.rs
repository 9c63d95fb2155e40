//! Linking and registering.

use super::*;

fn form() -> LinkForm {
    let text = |value: &str| value.to_owned();
    LinkForm {
        inn: text("7707083893"),
        ogrn: text("1027700132195"),
        kpp: text("773601001"),
        method: text("code"),
        role: text("director"),
        legal_address: text("г. Москва"),
        bank_account: text("40702810938000000008"),
        bik: text("044525225"),
        bank_name: text("Банк"),
        phone: text("+74951234567"),
        email: text("a@b.ru"),
        director_name: text("Иванов"),
        director_appointed: text("01.02.2020"),
        contact_name: text("Петров"),
        accept_terms: true,
        ..LinkForm::default()
    }
}

/// The form with an account whose control digit fits.
fn whole_form(desk: &Desk) -> LinkForm {
    (0..10)
        .map(|digit| LinkForm {
            bank_account: format!("40702810{digit}38000000008"),
            ..form()
        })
        .find(|form| desk.app.check_link(form).ready)
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_a_slip_never_leaves() {
    let (desk, portal) = Portal::signed_in(|_| None).await;
    let wrong = LinkForm {
        inn: "7707083894".to_owned(),
        ..whole_form(&desk)
    };
    assert_eq!(code(desk.app.request_link(wrong).await), "app.requisite");
    assert!(portal.asked("POST /links").is_empty());
    assert!(desk.app.my_organisations(false).await.unwrap().links.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_refusals_the_program_waits_by_itself() {
    let (desk, portal) = Portal::signed_in(|seen| {
        (seen.line == "POST /links").then(|| {
            (
                422,
                json!({"code": "requisites-mismatch", "fields": [{"name": "bik", "code": "differs"}]}),
            )
        })
    })
    .await;
    for _ in 0..3 {
        let error = desk.app.request_link(whole_form(&desk)).await.unwrap_err();
        assert_eq!(
            (error.code(), error.params()["fields"].as_str()),
            ("cabinet.refused.requisites-mismatch", "bik")
        );
    }
    assert_eq!(
        code(desk.app.request_link(whole_form(&desk)).await),
        "app.linking-paused"
    );
    assert_eq!(portal.asked("POST /links").len(), 3);
    let mine = desk.app.my_organisations(false).await.unwrap();
    assert_eq!(
        (mine.refusals, mine.linking_refused.unwrap().code.as_str()),
        (3, "app.linking-paused")
    );
    assert!(mine.links.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_answer_was_lost_is_found_again_after_a_start() {
    let stage = Arc::new(Mutex::new(0));
    let answers = stage.clone();
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /links" => Some((502, Value::Null)),
        "GET /links" if *answers.lock().unwrap() == 1 => Some((200, json!([{"id": "l-9", "status": "awaiting-code", "method": "code",
            "organisation": {"inn": "7707083893", "shortName": "ПАО «Пример»"}, "code": {"to": "+7 ••• 12", "resendAfterSeconds": 60}}]))),
        _ => None,
    })
    .await;
    assert_eq!(
        code(desk.app.request_link(whole_form(&desk)).await),
        "portal.outcome-unknown"
    );
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let kept = desk.app.my_organisations(false).await.unwrap().links;
    assert_eq!((kept.len(), kept[0].status.as_str()), (1, "unknown"));
    assert_eq!(kept[0].error.as_ref().unwrap().code, "portal.outcome-unknown");
    desk.sign_in().await.unwrap();
    *stage.lock().unwrap() = 1;
    let found = desk.app.my_organisations(true).await.unwrap().links;
    assert_eq!(
        (found[0].status.as_str(), found[0].number.as_deref()),
        ("awaiting-code", Some("l-9"))
    );
    assert_eq!(found[0].sent_to.as_deref(), Some("+7 ••• 12"));
    assert_eq!(portal.asked("POST /links").len(), 1, "nothing is sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_go_in_the_order_of_the_portal_and_a_code_ends_the_request() {
    let link = |status: &str| json!({"id": "l-1", "status": status, "method": "code", "organisation": {"inn": "7707083893"}});
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /links" => Some((201, link("awaiting-code"))),
        "POST /links/l-1/code" if seen.body["code"] == "1234" => Some((200, link("active"))),
        "POST /links/l-1/code" => Some((422, json!({"code": "code-wrong", "attemptsLeft": 4}))),
        "POST /links/l-1/repeat" => Some((429, json!({"code": "too-often", "retryAfterSeconds": 50}))),
        "GET /links" => Some((200, json!([link("active")]))),
        _ => None,
    })
    .await;
    let letters = desk.import_letters(2).await;
    let document = |kind: &str, id: &String| FormDocument {
        kind: kind.to_owned(),
        document_id: id.clone(),
    };
    let form = LinkForm {
        documents: vec![
            document("registration", &letters[0]),
            document("charter", &letters[1]),
        ],
        ..whole_form(&desk)
    };
    let mine = desk.app.request_link(form).await.unwrap();
    let sent = &portal.asked("POST /links")[0].body;
    let kinds: Vec<&str> = sent["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["charter", "registration"]);
    assert_eq!(sent["documents"][0]["sha256"].as_str().unwrap().len(), 64);
    let id = mine.links[0].id.clone();
    desk.person.confirms_with(&["0000", "!", "1234"]);
    let mine = desk.app.confirm_link(&id).await.unwrap();
    assert_eq!(mine.links[0].status, "active");
    let asked = desk.person.was_asked();
    assert_eq!(asked[1].step_up.as_ref().unwrap().attempts_left, Some(4));
    assert_eq!(asked[2].error.as_ref().unwrap().code, "portal.rate-limited");
    assert!(desk.actions().await.contains(&"organisation-linked".to_owned()));
    assert!(desk.app.withdraw_link(&id).await.unwrap().links.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_signed_as_it_was_shown_and_a_foreign_certificate_keeps_it_open() {
    let refuses = Arc::new(Mutex::new(true));
    let answers = refuses.clone();
    let link = |status: &str| {
        json!({"id": "l-1", "status": status, "method": "signature", "organisation": {"inn": "7707083893"},
            "bytesToSign": base64("Привязать организацию\nИНН 7707083893".as_bytes())})
    };
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /links" => Some((201, link("awaiting-signature"))),
        "GET /links/l-1" => Some((200, link("awaiting-signature"))),
        "GET /links" => Some((200, json!([link("active")]))),
        "POST /links/l-1/signature" if *answers.lock().unwrap() => {
            Some((422, json!({"code": "certificate-mismatch"})))
        }
        "POST /links/l-1/signature" => Some((200, link("active"))),
        _ => None,
    })
    .await;
    let form = LinkForm {
        method: "signature".to_owned(),
        ..whole_form(&desk)
    };
    let mine = desk.app.request_link(form).await.unwrap();
    let (id, certificate) = (
        mine.links[0].id.clone(),
        desk.stand.fingerprint("accountant").to_owned(),
    );
    assert_eq!(
        code(desk.app.sign_link(&id, &certificate).await),
        "cabinet.refused.certificate-mismatch"
    );
    let kept = desk.app.my_organisations(false).await.unwrap().links;
    assert_eq!(kept[0].status, "awaiting-signature");
    assert_eq!(
        kept[0].error.as_ref().unwrap().code,
        "cabinet.refused.certificate-mismatch"
    );
    *refuses.lock().unwrap() = false;
    desk.person.was_asked();
    let mine = desk.app.sign_link(&id, &certificate).await.unwrap();
    assert_eq!(mine.links[0].status, "active");
    assert_eq!(
        desk.person.was_asked()[0].documents,
        ["Привязать организацию", "ИНН 7707083893"]
    );
    let cms = &portal.asked("POST /links/l-1/signature")[1].body["cms"];
    assert!(cms.as_str().unwrap().starts_with("MII"));
    assert!(desk.actions().await.contains(&"organisation-linked".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_followed_from_the_application_through_questions_to_its_refusal() {
    let registration = |status: &str| {
        json!({"id": "r-1", "number": "Р-1", "status": status, "fullName": "ООО «Новый берег»", "expected": "2030-01-01",
            "missing": [{"kind": "decision", "title": "Решение"}], "reason": "Устав не читается",
            "corrections": [{"field": "documents", "text": "Приложить устав целиком"}],
            "clarifications": [{"id": "q", "text": "Вид деятельности?", "due": "2029-12-01", "answered": false}]})
    };
    let stage = Arc::new(Mutex::new("in-review"));
    let answers = stage.clone();
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /registrations" => Some((201, registration("in-review"))),
        "GET /registrations" => Some((200, json!([registration(*answers.lock().unwrap())]))),
        "POST /registrations/r-1/refresh" | "POST /registrations/r-1/clarifications/q" => {
            Some((200, registration("in-review")))
        }
        "GET /registrations/r-1/confirmation" => Some((409, json!({"code": "not-registered"}))),
        _ => None,
    })
    .await;
    assert_eq!(
        code(
            desk.app
                .register_organisation(LinkForm {
                    accept_terms: true,
                    ..LinkForm::default()
                })
                .await
        ),
        "app.requisite"
    );
    assert!(portal.asked("POST /registrations").is_empty());
    let form = LinkForm {
        name: "ООО «Новый берег»".to_owned(),
        ownership_form: "16".to_owned(),
        organisation_type: "ООО".to_owned(),
        activity_aims: "Торговля".to_owned(),
        ..whole_form(&desk)
    };
    let all = desk.app.register_organisation(form).await.unwrap();
    assert_eq!(
        (all[0].status.as_str(), all[0].expected.as_deref()),
        ("in-review", Some("2030-01-01"))
    );
    assert_eq!(
        (all[0].missing.as_slice(), all[0].clarifications[0].due.as_deref()),
        (&["Решение".to_owned()][..], Some("2029-12-01"))
    );
    assert_eq!(
        portal.asked("POST /registrations")[0].body["legalAddress"],
        "г. Москва"
    );
    desk.app
        .clarify_registration("r-1", "q", " Торговля ", None)
        .await
        .unwrap();
    assert_eq!(
        portal.asked("POST /registrations/r-1/clarifications/q")[0].body,
        json!({"text": "Торговля"})
    );
    let target = desk.path("confirmation.zip");
    assert_eq!(
        code(desk.app.save_confirmation("r-1", &target).await),
        "cabinet.refused.not-registered"
    );
    assert!(!target.exists());
    *stage.lock().unwrap() = "refused";
    let all = desk.app.refresh_registration("r-1").await.unwrap();
    assert_eq!(
        (all[0].reason.as_deref(), all[0].corrections.as_slice()),
        (
            Some("Устав не читается"),
            &["Приложить устав целиком".to_owned()][..]
        )
    );
}
