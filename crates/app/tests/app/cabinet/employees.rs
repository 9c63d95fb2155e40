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

/// A portal that knows roles and tells of one person in full.
fn managing(seen: &Seen) -> Option<(u16, Value)> {
    match seen.line.as_str() {
        "GET " => Some((
            200,
            json!({"version": "1.0", "features": ["organisations", "employees", "roles", "invitations"]}),
        )),
        "GET /employees" => Some((200, people())),
        "GET /roles" => Some((
            200,
            json!({"operations": [{"code": "signing.sign", "title": "Подписывать", "group": "Подписи", "forOwn": false}],
                "roles": [{"code": "employee", "title": "Сотрудник", "assignable": true, "granted": ["signing.sign"]},
                    {"code": "administrator", "title": "Администратор", "assignable": true}]}),
        )),
        "GET /invitations" => Some((
            200,
            json!({"items": [{"id": "i-1", "contact": "a@b.example", "role": {"code": "employee", "title": "Сотрудник"}, "state": "sent"}]}),
        )),
        "GET /staff-changes" => Some((
            200,
            json!({"items": [{"at": "2026-11-20T10:00:00Z", "action": "removed", "by": "Васильков", "reason": "Уволен"}]}),
        )),
        "GET /employees/2" => Some((
            200,
            json!({"id": "2", "surname": "Клёнов", "givenName": "Сергей", "inn": "770000000614", "roleCode": "employee", "phone": "•••-06",
                "lastAdministrator": true, "openWork": {"orders": [{"orderId": 7, "title": "Выписка"}], "waitingFiles": 2},
                "poas": ["5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b"], "changes": []}),
        )),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_a_change_everything_that_stands_in_the_way_is_shown() {
    let (desk, _portal) = Portal::signed_in(managing).await;
    let list = desk.app.staff(true).await.unwrap();
    assert_eq!(
        (list.roles.len(), list.invitations.len(), list.changes.len()),
        (2, 1, 1)
    );
    assert!(list.roles[1].is_administrator && !list.roles[0].is_administrator);
    let page = desk.app.employee("2").await.unwrap();
    assert!(page.is_last_administrator && page.error.is_none());
    assert_eq!((page.orders[0].order.as_str(), page.waiting_files), ("7", 2));
    // What the register of this vault does not know is told by number.
    assert_eq!((page.poas.len(), page.foreign_poas.len()), (0, 1));
    assert_eq!(page.critical, ["signing.sign"]);
    assert_eq!(page.contacts, ["•••-06"]);
    assert_eq!(code(desk.app.employee("9").await), "app.not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_the_portal_refuses_names_what_is_open_and_is_not_journalled_as_done() {
    let (desk, portal) = Portal::signed_in(|seen| match seen.line.as_str() {
        "POST /employees/2/removal" => Some((
            409,
            json!({"code": "open-work", "message": "Есть незаконченное", "orders": [{"orderId": 7, "title": "Выписка"}], "waitingFiles": 1}),
        )),
        _ => managing(seen),
    })
    .await;
    let error = desk
        .app
        .remove_employee("2", "Уволен", Some("1".to_owned()))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "cabinet.refused.open-work");
    assert!(error.params()["message"].contains("Есть незаконченное"));
    assert_eq!(
        portal.asked("POST /employees/2/removal")[0].body,
        json!({"reason": "Уволен", "reassignTo": "1"})
    );
    assert!(!desk.actions().await.contains(&"employee-removed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_role_does_not_allow_never_leaves_and_is_journalled() {
    let (desk, portal) = Portal::signed_in(|seen| {
        refusing("administrators.appoint", "Роль не включает этого права")(seen).or_else(|| managing(seen))
    })
    .await;
    let page = desk.app.staff(true).await.unwrap();
    let refused: Vec<&str> = page.refused.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(refused, ["administrators.appoint"]);
    let error = desk
        .app
        .set_employee_role("2", "administrator")
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.params()["permission"].as_str()),
        ("app.not-permitted", "administrators.appoint")
    );
    let form = kabinet_app::view::InviteForm {
        channel: "email".to_owned(),
        to: "a@b.example".to_owned(),
        role: "administrator".to_owned(),
    };
    assert_eq!(code(desk.app.invite_employee(form).await), "app.not-permitted");
    assert!(portal.asked("PUT /employees/2/role").is_empty() && portal.asked("POST /invitations").is_empty());
    let refusals = desk
        .journal()
        .await
        .into_iter()
        .filter(|row| row.action == "not-permitted");
    assert_eq!(refusals.count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_to_the_person_is_answered_once_and_journalled() {
    let (desk, portal) = Portal::signed_in(|seen| match seen.line.as_str() {
        "GET /me/invitations" => Some((
            200,
            json!({"items": [{"id": "i-9", "organisationName": "ООО «Клевер»", "role": {"title": "Менеджер"}, "by": "Пчельникова", "state": "sent"}]}),
        )),
        "POST /me/invitations/i-9/acceptance" => Some((200, json!({"id": "i-9"}))),
        "POST /me/invitations/i-9/refusal" => Some((410, json!({"code": "invitation-ended"}))),
        _ => managing(seen),
    })
    .await;
    let waiting = desk.app.own_invitations().await.unwrap();
    assert_eq!(
        (waiting[0].organisation.as_str(), waiting[0].role.as_str()),
        ("ООО «Клевер»", "Менеджер")
    );
    desk.app.answer_invitation("i-9", true).await.unwrap();
    assert_eq!(
        code(desk.app.answer_invitation("i-9", false).await),
        "cabinet.refused.invitation-ended"
    );
    assert_eq!(portal.asked("POST /me/invitations/i-9/acceptance").len(), 1);
    let actions = desk.actions().await;
    assert!(actions.contains(&"invitation-accepted".to_owned()));
    assert!(!actions.contains(&"invitation-declined".to_owned()));
}
