//! The catalogue of a portal that changes, and of one that has none.

use std::sync::atomic::{AtomicBool, Ordering};

use kabinet_app::view::{ServiceQuery, ServiceSource};

use super::*;

const CODE: &str = "99000000012";

fn service(fields: &Value) -> Value {
    json!({"code": CODE, "title": "Выписка", "unknown": [1], "audience": ["legal"], "form": {"sections": [{"heading": "Запрос", "fields": fields}]}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_changed_at_the_portal_breaks_no_draft_and_a_service_gone_is_told() {
    let changed = Arc::new(AtomicBool::new(false));
    let is_changed = changed.clone();
    let (desk, _portal) = Portal::signed_in(move |seen| {
        let is_changed = is_changed.load(Ordering::Relaxed);
        let first = json!([{"name": "inn", "label": "ИНН", "kind": "inn", "required": true, "prefill": "organisation.inn"}]);
        let second = json!([{"name": "why", "label": "Цель", "kind": "hologram", "required": true}]);
        let gone = json!({"code": "1", "title": "Другая"});
        match seen.line.as_str() {
            "GET /services?page=1" if is_changed => Some((200, json!({"pages": 1, "items": [service(&second)]}))),
            "GET /services?page=1" => Some((200, json!({"pages": 1, "items": [service(&first), gone, {"title": "без номера"}]}))),
            "GET /services/99000000012" => Some((200, service(if is_changed { &second } else { &first }))),
            _ => None,
        }
    })
    .await;
    let told = desk
        .app
        .services(ServiceQuery::default(), 10, true)
        .await
        .unwrap();
    assert_eq!((told.error, told.all), (None, 2));
    desk.app.mark_service("1", true).await.unwrap();
    let draft = desk.app.begin_application(CODE).await.unwrap();
    assert_eq!((draft.problems.len(), draft.form_changed), (0, false));

    changed.store(true, Ordering::Relaxed);
    let told = desk
        .app
        .services(ServiceQuery::default(), 10, true)
        .await
        .unwrap();
    assert_eq!(
        (told.favourites.len(), told.outdated[0].title.as_str()),
        (0, "Другая")
    );
    desk.app.drop_outdated_services().await.unwrap();
    let told = desk
        .app
        .services(ServiceQuery::default(), 10, false)
        .await
        .unwrap();
    assert_eq!(told.outdated, []);
    // The draft stays with the form it was begun with, says so, and can be finished.
    let draft = desk.app.draft(&draft.id).await.unwrap();
    assert!(draft.form_changed);
    assert_eq!(draft.fields["inn"], own(&desk));
    assert!(
        desk.app
            .file_draft(&draft.id)
            .await
            .unwrap()
            .document_id
            .is_some()
    );
    // A new one asks what the portal asks now; a kind nobody knows is a line of text.
    let next = desk.app.begin_application(CODE).await.unwrap();
    assert_eq!(next.problems[0].field.as_deref(), Some("why"));
    assert!(!next.form_changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_without_a_catalogue_leaves_the_programs_own() {
    let stand = Stand::start();
    let _portal = Portal::beside(&stand, Arc::new(|_| Some((404, Value::Null)))).await;
    let desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    let told = desk
        .app
        .services(ServiceQuery::default(), 100, true)
        .await
        .unwrap();
    assert_eq!((told.source, told.error), (ServiceSource::Program, None));
    assert!(told.rows.iter().any(|one| one.code == TAX));
    // Without a form nothing is begun.
    assert_eq!(code(desk.app.begin_application(CODE).await), "app.no-form");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_stays_when_the_portal_answers_nonsense() {
    let broken = Arc::new(AtomicBool::new(false));
    let is_broken = broken.clone();
    let (desk, _portal) = Portal::signed_in(move |seen| {
        let first = json!([{"name": "why", "label": "Цель", "kind": "text"}]);
        match seen.line.as_str() {
            "GET /services?page=1" if is_broken.load(Ordering::Relaxed) => Some((200, json!(["?"]))),
            "GET /services?page=1" => Some((200, json!({"pages": 1, "items": [service(&first)]}))),
            "GET /services/99000000012" => Some((200, service(&first))),
            _ => None,
        }
    })
    .await;
    let told = desk
        .app
        .services(ServiceQuery::default(), 10, true)
        .await
        .unwrap();
    broken.store(true, Ordering::Relaxed);
    let again = desk
        .app
        .services(ServiceQuery::default(), 10, true)
        .await
        .unwrap();
    assert!(again.error.is_some());
    assert_eq!((again.at, again.rows), (told.at, told.rows));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_older_than_the_form_names_what_has_no_place_and_loses_nothing() {
    let changed = Arc::new(AtomicBool::new(false));
    let is_changed = changed.clone();
    let (desk, portal) = Portal::signed_in(move |seen| {
        let options = |values: &[&str]| -> Vec<Value> {
            values.iter().map(|one| json!({"value": one, "label": format!("Вариант {one}")})).collect()
        };
        let first = json!([
            {"name": "inn", "label": "ИНН", "kind": "inn", "required": true, "prefill": "organisation.inn"},
            {"name": "why", "label": "Цель", "kind": "text"}, {"name": "place", "label": "Место", "kind": "text"},
            {"name": "way", "label": "Способ", "kind": "choice", "options": options(&["a", "b"])},
            {"name": "day", "label": "Цель", "kind": "text"}]);
        let second = json!([
            {"name": "inn", "label": "ИНН организации", "kind": "inn", "required": true}, {"name": "place", "label": "Адрес", "kind": "text"},
            {"name": "way", "label": "Способ", "kind": "choice", "options": options(&["b", "c"])},
            {"name": "day", "label": "День", "kind": "date"},
            {"name": "ogrn", "label": "ОГРН", "kind": "ogrn", "prefill": "organisation.ogrn"}]);
        let now = if is_changed.load(Ordering::Relaxed) { &second } else { &first };
        match seen.line.as_str() {
            "GET /services?page=1" => Some((200, json!({"pages": 1, "items": [service(now)]}))),
            "GET /services/99000000012" => Some((200, service(now))),
            _ => None,
        }
    })
    .await;
    desk.app
        .services(ServiceQuery::default(), 10, true)
        .await
        .unwrap();
    let draft = desk.app.begin_application(CODE).await.unwrap();
    let typed = [
        ("why", "Для банка"),
        ("place", "Учебная, 1"),
        ("way", "a"),
        ("day", "завтра"),
    ];
    let mut fields = draft.fields.clone();
    fields.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let draft = desk
        .app
        .save_draft(&draft.id, draft.revision, fields)
        .await
        .unwrap();
    let template = desk
        .app
        .copy_draft(&draft.id, Some("Для банка".to_owned()))
        .await
        .unwrap();
    // A copy of a draft stays with its form.
    changed.store(true, Ordering::Relaxed);
    let asked = portal.asked("GET /services/99000000012").len();
    let begun = desk.app.copy_draft(&template.id, None).await.unwrap();
    assert_eq!(portal.asked("GET /services/99000000012").len(), asked + 1);
    assert!(!begun.form_changed);
    let placed: Vec<(&str, &str)> = begun
        .fields
        .iter()
        .filter(|(name, _)| !begun.unplaced.iter().any(|one| one.field == **name))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (inn, ogrn) = (own(&desk), desk.owner().ogrn);
    assert_eq!(
        placed,
        [("inn", inn.as_str()), ("ogrn", &ogrn), ("place", "Учебная, 1")]
    );
    let lost: Vec<(&str, &str)> = begun
        .unplaced
        .iter()
        .map(|one| (one.label.as_str(), one.value.as_str()))
        .collect();
    assert_eq!(
        lost,
        [
            ("Способ", "Вариант a"),
            ("Цель", "завтра"),
            ("Цель (why)", "Для банка")
        ]
    );
    // They stay with every save until somebody removes them, and the application has none of them.
    let again = desk
        .app
        .save_draft(&begun.id, begun.revision, begun.fields.clone())
        .await
        .unwrap();
    assert_eq!(again.unplaced, begun.unplaced);
    let document = desk.app.file_draft(&begun.id).await.unwrap().document_id.unwrap();
    let raw = desk.page(&document).await.raw.unwrap();
    assert!(raw.contains("Учебная, 1") && !raw.contains("Для банка"), "{raw}");
    // The template itself is as it was.
    assert_eq!(
        desk.app.draft(&template.id).await.unwrap().fields,
        template.fields
    );
}
