//! Registering an organisation: documents, questions, refusal and correction, the confirmation.

use kabinet_app::view::{FormDocument, RegistrationView};

use super::*;

const KINDS: [&str; 4] = ["charter", "decision", "consent", "extract"];

async fn application(desk: &Desk, kinds: &[&str]) -> LinkForm {
    let mut documents = Vec::new();
    // In any order: the portal's is kept by the program.
    for kind in kinds.iter().rev() {
        documents.push(FormDocument {
            kind: (*kind).to_owned(),
            document_id: document(desk, kind).await,
        });
    }
    LinkForm {
        name: "ООО «Мать-и-мачеха»".to_owned(),
        inn: "9900000200".to_owned(),
        ownership_form: "Частная собственность".to_owned(),
        organisation_type: "12300".to_owned(),
        activity_aims: "Цветоводство".to_owned(),
        legal_address: "г. Учебный, ул. Полевая, д. 5".to_owned(),
        phone: "+7 999 000-00-05".to_owned(),
        email: "office@example.ru".to_owned(),
        documents,
        accept_terms: true,
        ..LinkForm::default()
    }
}

async fn document(desk: &Desk, kind: &str) -> String {
    let path = desk.path(&format!("{kind}.txt"));
    std::fs::write(&path, format!("{kind}\n")).unwrap();
    desk.import(&[path]).await
}

/// Has the portal look again until the only registration is as wanted.
async fn until(desk: &Desk, what: &str, wanted: impl Fn(&RegistrationView) -> bool) -> RegistrationView {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let all = desk.app.registrations().await.unwrap();
        let seen = desk.app.refresh_registration(&all[0].id).await.unwrap().remove(0);
        if wanted(&seen) {
            return seen;
        }
        assert!(Instant::now() < end, "never came: {what}: {seen:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_application_is_registered_and_its_confirmation_saved() {
    let desk = director().await;
    let mine = desk.app.my_organisations(true).await.unwrap();
    let wanted: Vec<&str> = mine
        .registration_documents
        .iter()
        .map(|one| one.kind.as_str())
        .collect();
    assert_eq!(wanted, KINDS);
    // Until it is decided there is nothing to save.
    desk.stand.set(&json!({"speed": 0.0}));
    let form = application(&desk, &KINDS).await;
    let filed = desk
        .app
        .register_organisation(form.clone())
        .await
        .unwrap()
        .remove(0);
    assert_eq!((filed.status.as_str(), filed.missing.len()), ("in-review", 0));
    assert!(filed.number.is_some() && filed.expected.is_some() && filed.updated.is_some());
    let target = desk.path("confirmation.zip");
    assert_eq!(
        code(desk.app.save_confirmation(&filed.id, &target).await),
        "cabinet.refused.not-registered"
    );
    assert!(!target.exists());
    desk.stand.set(&json!({"speed": 100.0}));
    desk.person.confirms_with(&["?sms", "@"]);
    desk.app.correct_registration(&filed.id, form).await.unwrap();
    let done = until(&desk, "it is registered", |seen| seen.status == "registered").await;
    assert!(done.certificate_number.is_some() && done.activated.is_some());
    desk.app.save_confirmation(&done.id, &target).await.unwrap();
    assert!(std::fs::read(&target).unwrap().starts_with(b"PK"));
    let feed = desk.app.notifications(true).await.unwrap();
    assert_eq!(feed.items[0].title, "Организация зарегистрирована");
    assert!(
        desk.actions()
            .await
            .contains(&"registration-requested".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_document_is_asked_for_and_goes_with_the_answer() {
    let desk = director().await;
    let form = application(&desk, &KINDS[..3]).await;
    let filed = desk.app.register_organisation(form).await.unwrap().remove(0);
    assert_eq!(filed.missing, ["Выписка"]);
    let asked = until(&desk, "a question", |seen| !seen.clarifications.is_empty()).await;
    let question = &asked.clarifications[0];
    assert!(question.text.contains("Выписка") && question.due.is_some() && !question.answered);
    let extract = document(&desk, KINDS[3]).await;
    let answered = desk
        .app
        .clarify_registration(&asked.id, &question.id, "Вот она", Some(&extract))
        .await
        .unwrap();
    assert!(answered[0].clarifications[0].answered);
    assert_eq!(
        code(
            desk.app
                .clarify_registration(&asked.id, &question.id, "Ещё раз", None)
                .await
        ),
        "cabinet.refused.registration-ended"
    );
    until(&desk, "it is registered", |seen| seen.status == "registered").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_a_refusal_explained_and_a_correction_begins_anew() {
    let desk = director().await;
    desk.stand
        .set(&json!({"cabinet": {"registration_outcome": "clarify"}}));
    let form = application(&desk, &KINDS).await;
    desk.app.register_organisation(form.clone()).await.unwrap();
    let asked = until(&desk, "a question", |seen| !seen.clarifications.is_empty()).await;
    desk.stand
        .set(&json!({"cabinet": {"registration_outcome": "refuse"}}));
    desk.app
        .clarify_registration(&asked.id, &asked.clarifications[0].id, " Договором аренды ", None)
        .await
        .unwrap();
    let refused = until(&desk, "it is refused", |seen| seen.status == "refused").await;
    assert_eq!(
        refused.reason.as_deref(),
        Some("Сведения об адресе не подтверждены")
    );
    assert_eq!(refused.corrections.len(), 1);
    desk.stand
        .set(&json!({"cabinet": {"registration_outcome": "register"}}));
    assert_eq!(
        code(desk.app.correct_registration(&refused.id, form.clone()).await),
        "app.cancelled"
    );
    assert_eq!(desk.app.registrations().await.unwrap()[0].status, "refused");
    desk.person.confirms_with(&["?sms", "@"]);
    let again = desk.app.correct_registration(&refused.id, form).await.unwrap();
    assert_eq!((again.len(), &again[0].number), (1, &refused.number));
    assert_eq!(again[0].reason, None);
    until(&desk, "it is registered", |seen| seen.status == "registered").await;
    assert!(
        desk.actions()
            .await
            .contains(&"registration-corrected".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_registry_has_is_linked_and_not_registered() {
    let desk = director().await;
    let known = own_second(&desk);
    let form = LinkForm {
        inn: known["inn"].as_str().unwrap().to_owned(),
        ..application(&desk, &KINDS).await
    };
    assert_eq!(
        code(desk.app.register_organisation(form).await),
        "cabinet.refused.already-registered"
    );
    assert!(desk.app.registrations().await.unwrap().is_empty());
}
