//! Who works for the organisation, and their roles, as a scripted portal tells it.

use super::*;

fn people() -> Value {
    json!({"items": [
        {"id": "2", "surname": "Клёнов", "givenName": "Сергей", "patronymic": "Андреевич", "inn": "770000000614", "snils": "90000000687",
            "birthDate": "1993-02-08", "position": "Кладовщик", "roleCode": "employee", "roleTitle": "Сотрудник", "head": false, "active": false},
        {"id": "1", "surname": "Васильков", "givenName": "Иван", "position": "Генеральный директор", "roleCode": "director",
            "roleTitle": "Руководитель", "head": true, "active": true}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_people_says_why_it_is_not_newer() {
    let (desk, portal) = Portal::signed_in(|seen| {
        let answer = json!({"code": "no-permission", "permission": "users.manage"});
        (seen.line == "GET /employees").then_some((403, answer))
    })
    .await;
    let list = desk.app.employees(true).await.unwrap();
    assert_eq!(list.error.unwrap().code, "cabinet.refused.no-permission");
    assert!(list.items.is_empty() && list.heard.is_none());
    assert_eq!(portal.asked("GET /employees").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_people_is_read_without_asking_anybody() {
    let (desk, portal) =
        Portal::signed_in(|seen| (seen.line == "GET /employees").then(|| (200, people()))).await;
    assert!(desk.app.employees(false).await.unwrap().items.is_empty());
    let list = desk.app.employees(true).await.unwrap();
    assert_eq!((list.presence, &list.error), (CabinetPresence::Present, &None));
    let again = desk.app.employees(false).await.unwrap();
    assert_eq!((&again.items, &again.heard), (&list.items, &list.heard));
    assert_eq!(portal.asked("GET /employees").len(), 1);
    let [head, storekeeper] = list.items.as_slice() else {
        panic!("{list:?}")
    };
    assert!(head.is_head && head.is_active && head.inn.is_none());
    assert_eq!(
        (
            storekeeper.surname.as_str(),
            storekeeper.born.as_deref(),
            storekeeper.is_active
        ),
        ("Клёнов", Some("1993-02-08"), false)
    );
    assert_eq!(storekeeper.role_title, "Сотрудник");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_does_not_name_people_is_asked_for_none() {
    let (desk, portal) = Portal::signed_in(|seen| {
        (seen.line == "GET ").then(|| (200, json!({"version": "1.0", "features": ["links"]})))
    })
    .await;
    let list = desk.app.employees(true).await.unwrap();
    assert_eq!((list.presence, list.error), (CabinetPresence::Absent, None));
    assert!(portal.asked("GET /employees").is_empty());
}
