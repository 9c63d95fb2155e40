//! People and roles at the reference portal itself (EMP).

use kabinet_app::view::{EmployeeRow, InviteForm, ReviewForm, RoleForm, StaffPage};

use super::*;

const REASON: &str = "Уволен по собственному желанию";

fn person<'p>(page: &'p StaffPage, surname: &str) -> &'p EmployeeRow {
    page.items.iter().find(|one| one.surname == surname).unwrap()
}

fn invitation(to: &str, role: &str) -> InviteForm {
    InviteForm {
        channel: "email".to_owned(),
        to: to.to_owned(),
        role: role.to_owned(),
    }
}

/// The accountant, who administers the organisation here.
async fn administrator() -> Desk {
    let stand = Stand::start();
    let organisation = stand.demo.organisations[0].oid;
    stand.set_membership(
        &json!({"employee": "accountant", "organisation": organisation, "role": "administrator"}),
    );
    let desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    desk.person.was_asked();
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_manage_people_sees_fewer_facts_and_changes_nothing() {
    let desk = Desk::signed_in().await;
    let page = desk.app.staff(true).await.unwrap();
    assert_eq!(page.error, None);
    assert!(person(&page, "Клёнов").inn.is_none() && page.invitations.is_empty());
    let refused: Vec<&str> = page.refused.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(
        refused,
        [
            "users.manage",
            "roles.assign",
            "roles.create",
            "administrators.appoint",
            "review.access"
        ]
    );
    let id = person(&page, "Клёнов").id.clone();
    for error in [
        code(
            desk.app
                .invite_employee(invitation("a@b.example", "employee"))
                .await,
        ),
        code(desk.app.set_employee_role(&id, "manager").await),
        code(desk.app.remove_employee(&id, REASON, None).await),
        code(desk.app.revoke_employee_access(&id, REASON).await),
        code(desk.app.save_role(RoleForm::default()).await),
        code(desk.app.set_access_review("monthly").await),
    ] {
        assert_eq!(error, "app.not-permitted");
    }
    // Roles are data for everybody: what each may do is read, not guessed.
    let codes: Vec<&str> = page.roles.iter().map(|role| role.code.as_str()).collect();
    assert!(codes.contains(&"procurement") && codes.contains(&"observer") && page.operations.len() == 34);
    assert_eq!(desk.stand.requests_to("POST", "/api/cabinet/v1/*"), 0);
    let refusals = desk
        .journal()
        .await
        .into_iter()
        .filter(|row| row.action == "not-permitted");
    assert_eq!(refusals.count(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_invites_gives_roles_removes_and_takes_back_each_confirmed_and_journalled() {
    let desk = director().await;
    let page = desk.app.staff(true).await.unwrap();
    let head = person(&page, "Васильков").id.clone();
    assert!(desk.app.employee(&head).await.unwrap().is_last_administrator);
    assert_eq!(
        code(desk.app.remove_employee(&head, REASON, None).await),
        "cabinet.refused.last-administrator"
    );

    // A code by SMS; the address is read before it is asked for.
    assert_eq!(
        code(desk.app.invite_employee(invitation("нет", "employee")).await),
        "cabinet.refused.requisites-invalid"
    );
    desk.person.confirms_with(&["@"]);
    let page = desk
        .app
        .invite_employee(invitation("new@romashka.example", "observer"))
        .await
        .unwrap();
    assert_eq!(
        (
            page.invitations[0].state.as_str(),
            page.invitations[0].role.as_str()
        ),
        ("sent", "Наблюдатель")
    );
    assert_eq!(
        code(
            desk.app
                .invite_employee(invitation("new@romashka.example", "observer"))
                .await
        ),
        "cabinet.refused.already-invited"
    );
    let page = desk
        .app
        .revoke_invitation(&page.invitations[0].id.clone())
        .await
        .unwrap();
    assert_eq!(page.invitations[0].state, "revoked");

    let storekeeper = person(&page, "Клёнов").id.clone();
    assert_eq!(
        code(desk.app.set_employee_role(&storekeeper, "administrator").await),
        "app.cancelled"
    );
    desk.person.confirms_with(&["?sms", "@"]);
    let page = desk
        .app
        .set_employee_role(&storekeeper, "administrator")
        .await
        .unwrap();
    assert_eq!(person(&page, "Клёнов").role_title, "Администратор");

    let accountant = person(&page, "Лютикова").id.clone();
    assert_eq!(
        code(desk.app.remove_employee(&accountant, "", None).await),
        "cabinet.refused.reason-missing"
    );
    // Giving up leaves everything as it was.
    assert_eq!(
        code(desk.app.remove_employee(&accountant, REASON, None).await),
        "app.cancelled"
    );
    assert!(
        desk.app
            .staff(true)
            .await
            .unwrap()
            .items
            .iter()
            .any(|one| one.id == accountant)
    );
    desk.person.confirms_with(&[DIRECTORS_PASSWORD]);
    let page = desk.app.remove_employee(&accountant, REASON, None).await.unwrap();
    assert!(!page.items.iter().any(|one| one.id == accountant));
    assert_eq!(page.removed[0].reason, REASON);
    desk.person.confirms_with(&["@"]);
    let page = desk.app.restore_employee(&accountant).await.unwrap();
    assert_eq!(person(&page, "Лютикова").role_code, "accountant");

    desk.person.confirms_with(&["?sms", "@"]);
    let page = desk
        .app
        .revoke_employee_access(&accountant, REASON)
        .await
        .unwrap();
    assert!(!person(&page, "Лютикова").is_active);
    let again = InviteForm {
        channel: "employee".to_owned(),
        to: accountant.clone(),
        role: "accountant".to_owned(),
    };
    desk.person.confirms_with(&["@"]);
    let page = desk.app.invite_employee(again).await.unwrap();
    assert_eq!(page.invitations[0].contact, "lyutikova@romashka.example");

    let told: Vec<&str> = page.changes.iter().map(|one| one.action.as_str()).collect();
    assert_eq!(
        told,
        [
            "invited",
            "access-revoked",
            "restored",
            "removed",
            "administrator-appointed",
            "invitation-revoked",
            "invited"
        ]
    );
    let mut journalled = vec![];
    for row in desk.journal().await {
        if row.action.starts_with("employee-") || row.action.starts_with("invitation-") {
            assert!(row.actor.contains("Васильков"), "{row:?}");
            journalled.push(row.action);
        }
    }
    assert_eq!(
        journalled,
        [
            "employee-invited",
            "invitation-revoked",
            "employee-role-changed",
            "employee-removed",
            "employee-restored",
            "employee-access-revoked",
            "employee-invited"
        ]
    );
    // Who answers for the people hears of every change.
    let feed = desk.app.notifications(true).await.unwrap();
    assert!(feed.items.iter().any(|one| one.title == "Сотрудник удалён"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_roles_of_the_organisations_own() {
    let desk = administrator().await;
    let wide = RoleForm {
        code: None,
        title: "Кладовая".to_owned(),
        granted: vec!["signing.sign".to_owned()],
    };
    assert_eq!(
        code(desk.app.save_role(wide.clone()).await),
        "cabinet.refused.role-too-wide"
    );
    let form = RoleForm {
        granted: vec!["applications.track".to_owned()],
        ..wide
    };
    let page = desk.app.save_role(form).await.unwrap();
    let own = page.roles.iter().find(|role| role.is_own).unwrap().clone();
    assert_eq!(own.granted, ["cabinet.enter", "applications.track"]);
    let storekeeper = person(&page, "Клёнов").id.clone();
    // An ordinary role is given without a further word.
    desk.app.set_employee_role(&storekeeper, &own.code).await.unwrap();
    assert!(desk.person.was_asked().is_empty());
    assert_eq!(
        code(desk.app.remove_role(&own.code).await),
        "cabinet.refused.role-in-use"
    );
    desk.app
        .set_employee_role(&storekeeper, "employee")
        .await
        .unwrap();
    let page = desk.app.remove_role(&own.code).await.unwrap();
    assert!(!page.roles.iter().any(|role| role.is_own));
    let actions = desk.actions().await;
    assert!(actions.contains(&"role-made".to_owned()) && actions.contains(&"role-removed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_the_people_are_read_and_not_changed() {
    let mut desk = director().await;
    let id = person(&desk.app.staff(true).await.unwrap(), "Клёнов").id.clone();
    desk.stand.stop();
    let page = desk.app.staff(true).await.unwrap();
    assert_eq!(page.error.as_ref().unwrap().code, "portal.unreachable");
    assert_eq!(person(&page, "Клёнов").snils.as_deref(), Some("90000000687"));
    assert_eq!(
        code(desk.app.remove_employee(&id, REASON, None).await),
        "portal.unreachable"
    );
    let shown = desk.app.employee(&id).await.unwrap();
    assert_eq!(
        (shown.row.id, shown.error.unwrap().code.as_str()),
        (id.clone(), "portal.unreachable")
    );
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let page = desk.app.staff(false).await.unwrap();
    assert!(page.items.len() >= 4 && !page.roles.is_empty() && page.heard.is_some());
    assert_eq!(
        code(desk.app.revoke_employee_access(&id, REASON).await),
        "app.not-signed-in"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_whose_answer_was_lost_is_journalled_as_such_and_never_repeated() {
    let desk = administrator().await;
    let id = person(&desk.app.staff(true).await.unwrap(), "Клёнов").id.clone();
    let path = format!("/api/cabinet/v1/employees/{id}/role");
    desk.stand
        .fault(&json!({"method": "PUT", "path": path, "kind": "drop-after"}));
    assert_eq!(
        code(desk.app.set_employee_role(&id, "manager").await),
        "portal.outcome-unknown"
    );
    assert_eq!(desk.stand.requests_to("PUT", &path), 1);
    let last = desk.journal().await.pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.params["outcome"].as_str()),
        ("employee-role-changed", "unknown")
    );
    assert_eq!(
        person(&desk.app.staff(true).await.unwrap(), "Клёнов").role_code,
        "manager"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn access_is_reviewed_by_whom_the_role_lets_reminded_of_and_reported() {
    let head = director().await;
    assert_eq!(
        code(head.app.set_access_review("monthly").await),
        "app.not-permitted"
    );
    let target = head.path("report.pdf");
    assert_eq!(
        code(
            head.app
                .finish_access_review(ReviewForm::default(), &target)
                .await
        ),
        "app.not-permitted"
    );
    assert!(!target.exists());

    let desk = administrator().await;
    let page = desk.app.staff(true).await.unwrap();
    assert_eq!(page.review.interval, "quarterly");
    let quarterly = page.review.due.clone().unwrap();
    let page = desk.app.set_access_review("monthly").await.unwrap();
    let monthly = page.review.due.clone().unwrap();
    assert!(monthly < quarterly && !page.review.is_due);
    assert_eq!(code(desk.app.set_access_review("hourly").await), "app.not-found");
    let due = desk.app.calendar(&monthly, &monthly).await.unwrap().entries;
    let entry = due
        .iter()
        .find(|entry| entry.id == format!("review/{monthly}"))
        .unwrap();
    assert_eq!(entry.title, "Проверка прав доступа сотрудников");

    let storekeeper = person(&page, "Клёнов").id.clone();
    let form = ReviewForm {
        points: vec!["duties".to_owned()],
        fit: vec![person(&page, "Лютикова").id.clone()],
        deviations: vec![(storekeeper, "Снять право подачи".to_owned())],
        agreed_with: "Руководитель ИТ".to_owned(),
    };
    let target = desk.path("report.pdf");
    let page = desk.app.finish_access_review(form, &target).await.unwrap();
    assert!(page.review.last.is_some());
    assert!(std::fs::read(&target).unwrap().starts_with(b"%PDF-"));
    let last = desk.journal().await.pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.params["deviations"].as_str()),
        ("access-reviewed", "1")
    );
    let page = desk.app.set_access_review("off").await.unwrap();
    assert_eq!(page.review.due, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_what_is_known_is_sealed_before_somebody_is_removed() {
    let desk = director().await;
    let id = person(&desk.app.staff(true).await.unwrap(), "Клёнов").id.clone();
    assert_eq!(
        desk.app.employee_copy_name(&id).await.unwrap(),
        "Клёнов Сергей.age"
    );
    let target = desk.path("copy.age");
    desk.person.chooses_passphrase(None);
    assert_eq!(
        code(desk.app.save_employee_copy(&id, &target).await),
        "app.cancelled"
    );
    assert!(!target.exists());
    desk.person.chooses_passphrase(Some("шесть слов на бумаге рядом"));
    desk.app.save_employee_copy(&id, &target).await.unwrap();
    let sealed = std::fs::read(&target).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1"));
    assert!(!String::from_utf8_lossy(&sealed).contains("90000000687"));
    assert!(desk.actions().await.contains(&"employee-copy-saved".to_owned()));
}
