//! People, invitations and roles: what is refused first, then what is done, recorded and told.

use reqwest::Method;
use serde_json::{Value, json};

use super::Cabinet;
use crate::poa::by_organisation;
use crate::stand::{SERVICE, Stand, settings};

const REASON: &str = "Уволен по собственному желанию";

fn id(stand: &Stand, employee: &str) -> String {
    stand.portal.demo.employee(employee).unwrap().oid.to_string()
}

fn place(stand: &Stand, employee: &str, role: &str) {
    let organisation = stand.portal.demo.organisation("romashka").unwrap().oid;
    let body = json!({"employee": employee, "organisation": organisation, "role": role});
    let answer = stand.control_post("/memberships", &body);
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// The calls of somebody of the demo organisation; the storekeeper's token comes by the certificate of the organisation.
fn person<'s>(stand: &'s Stand, employee: &str) -> Cabinet<'s> {
    match employee {
        "storekeeper" => by_organisation(stand, employee),
        _ => Cabinet::of(stand, employee),
    }
}

impl Cabinet<'_> {
    /// Calls, meets the demand with the one factor that is wanted first, and calls again.
    fn done(&self, method: &Method, path: &str, body: Option<&Value>, password: &str) -> (u16, Value) {
        let call = |step_up: Option<&str>| {
            let mut request = self.request(method.clone(), path);
            if let Some(body) = body {
                request = request.json(body);
            }
            if let Some(id) = step_up {
                request = request.header("X-Step-Up", id);
            }
            let answer = request.send().unwrap();
            let status = answer.status().as_u16();
            (status, answer.json::<Value>().unwrap_or(Value::Null))
        };
        let (status, refusal) = call(None);
        if refusal["code"] != "step-up-required" {
            return (status, refusal);
        }
        let step = &refusal["stepUp"];
        let (step_up, factor) = (step["id"].as_str().unwrap(), step["factors"][0].as_str().unwrap());
        let value = if factor == "password" {
            password.to_owned()
        } else {
            self.posted(
                &format!("/step-up/{step_up}/send"),
                &json!({"channel": factor}),
                200,
            );
            self.last_code()
        };
        let body = json!({"factor": factor, "value": value});
        self.posted(&format!("/step-up/{step_up}/confirm"), &body, 200);
        call(Some(step_up))
    }

    fn director_does(&self, path: &str, body: &Value) -> (u16, Value) {
        let password = crate::stand::password(self.stand, "director");
        self.done(&Method::POST, path, Some(body), &password)
    }

    fn role(&self, employee: &str, role: &str) -> (u16, Value) {
        let path = format!("/employees/{}/role", id(self.stand, employee));
        self.done(&Method::PUT, &path, Some(&json!({"role": role})), "")
    }

    fn actions(&self) -> Vec<String> {
        let all = self.get("/staff-changes");
        let items = all["items"].as_array().unwrap().iter();
        items
            .map(|one| one["action"].as_str().unwrap().to_owned())
            .collect()
    }

    fn titles_told(&self) -> Vec<String> {
        let all = self.get("/notifications");
        let items = all.as_array().or(all["items"].as_array()).unwrap();
        items
            .iter()
            .map(|one| one["title"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default())
}

#[test]
fn who_may_not_manage_people_does_nothing_and_it_is_recorded() {
    let stand = Stand::start();
    let accountant = Cabinet::of(&stand, "accountant");
    let path = format!("/employees/{}", id(&stand, "storekeeper"));
    accountant.refused(
        &format!("{path}/removal"),
        &json!({"reason": REASON}),
        403,
        "no-permission",
    );
    accountant.refused(
        &format!("{path}/revocation"),
        &json!({"reason": REASON}),
        403,
        "no-permission",
    );
    accountant.refused(
        "/invitations",
        &json!({"email": "a@b.example", "role": "employee"}),
        403,
        "no-permission",
    );
    accountant.refused(
        "/roles",
        &json!({"title": "Своя", "granted": []}),
        403,
        "no-permission",
    );
    assert_eq!(
        code(&accountant.role("storekeeper", "manager")),
        (403, "no-permission")
    );
    for path in [path.as_str(), "/invitations", "/staff-changes"] {
        assert_eq!(
            accountant.request(Method::GET, path).send().unwrap().status(),
            403,
            "{path}"
        );
    }
    let recorded = stand.control("/refusals");
    let mut operations: Vec<&str> = recorded
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["operation"].as_str().unwrap())
        .collect();
    operations.sort_unstable();
    assert_eq!(
        operations,
        [
            "access.revoke",
            "employee",
            "employee.add",
            "employee.remove",
            "invitations",
            "role",
            "roles",
            "staff-changes",
        ]
    );
}

#[test]
fn the_last_administrator_the_head_and_oneself_stay() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let head = format!("/employees/{}", id(&stand, "director"));
    assert_eq!(director.get(&head)["lastAdministrator"], true);
    director.refused(
        &format!("{head}/removal"),
        &json!({"reason": REASON}),
        409,
        "last-administrator",
    );
    director.refused(
        &format!("{head}/revocation"),
        &json!({"reason": REASON}),
        409,
        "last-administrator",
    );
    assert_eq!(
        code(&director.role("director", "employee")),
        (409, "last-administrator")
    );
    place(&stand, "storekeeper", "administrator");
    director.refused(
        &format!("{head}/removal"),
        &json!({"reason": REASON}),
        409,
        "head-stays",
    );
    let administrator = person(&stand, "storekeeper");
    let own = format!("/employees/{}", id(&stand, "storekeeper"));
    administrator.refused(
        &format!("{own}/removal"),
        &json!({"reason": REASON}),
        409,
        "own-account",
    );
    assert_eq!(
        code(&administrator.role("director", "employee")),
        (409, "head-stays")
    );
}

#[test]
fn a_removal_wants_a_reason_the_password_and_no_open_work_and_can_be_undone_for_a_while() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let path = format!("/employees/{}/removal", id(&stand, "accountant"));
    director.refused(&path, &json!({"reason": " - "}), 422, "reason-missing");
    director.refused(
        "/employees/1/removal",
        &json!({"reason": REASON}),
        404,
        "employee-not-found",
    );
    director.refused(
        "/employees/x/removal",
        &json!({"reason": REASON}),
        404,
        "employee-not-found",
    );
    stand.set(&json!({"outcome": "hold"}));
    let token = stand.token("accountant");
    let order = stand.pushed(&token, SERVICE, stand.good_archive());
    let open = director.refused(&path, &json!({"reason": REASON}), 409, "open-work");
    assert_eq!(open["orders"][0]["orderId"], order);
    let body = json!({"reason": REASON, "reassignTo": id(&stand, "storekeeper")});
    assert_eq!(director.director_does(&path, &body).0, 204);
    let people = director.get("/employees");
    assert!(!people["items"].to_string().contains("Лютикова"));
    assert_eq!(people["removed"][0]["reason"], REASON);
    // Every binding is gone at once.
    let gone = Cabinet::of(&stand, "accountant");
    assert_eq!(gone.organisation(&json!("9900000017")), Value::Null);
    // The work went over.
    let heir = director.get(&format!("/employees/{}", id(&stand, "storekeeper")));
    assert_eq!(heir["openWork"]["orders"][0]["orderId"], order);

    let back = format!("/employees/{}/restoration", id(&stand, "accountant"));
    let restored = director.done(&Method::POST, &back, None, "");
    assert_eq!((restored.0, &restored.1["roleCode"]), (200, &json!("accountant")));
    assert_eq!(director.actions(), ["restored", "removed"]);
    assert!(gone.titles_told().iter().any(|title| title == "Сотрудник удалён"));
    assert!(
        director
            .titles_told()
            .iter()
            .any(|title| title == "Сотрудник удалён")
    );

    let body = json!({"reason": REASON});
    let path = format!("/employees/{}/removal", id(&stand, "representative"));
    assert_eq!(director.director_does(&path, &body).0, 204);
    stand.set(&json!({"clock_skew_s": 31 * 24 * 3600}));
    let later = Cabinet::of(&stand, "director");
    assert!(later.get("/employees").get("removed").is_none());
    let back = format!("/employees/{}/restoration", id(&stand, "representative"));
    assert_eq!(
        code(&later.done(&Method::POST, &back, None, "")),
        (410, "restore-ended")
    );
}

#[test]
fn a_closed_access_opens_nothing_and_comes_back_by_an_invitation_only() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let storekeeper = id(&stand, "storekeeper");
    let path = format!("/employees/{storekeeper}/revocation");
    let closed = director.director_does(&path, &json!({"reason": REASON}));
    assert_eq!((closed.0, &closed.1["active"]), (200, &json!(false)));
    assert_eq!(
        code(&director.director_does(&path, &json!({"reason": REASON}))),
        (409, "wrong-state")
    );
    let closed_one = person(&stand, "storekeeper");
    let organisation = closed_one.organisation(&json!("9900000017"));
    assert_eq!(
        (&organisation["active"], &organisation["permissions"]),
        (&json!(false), &json!([]))
    );

    let again = json!({"employee": storekeeper, "role": "manager"});
    assert_eq!(director.director_does("/invitations", &again).0, 201);
    director.refused("/invitations", &again, 409, "already-invited");
    let waiting = closed_one.get("/me/invitations");
    let accept = format!(
        "/me/invitations/{}/acceptance",
        waiting["items"][0]["id"].as_str().unwrap()
    );
    Cabinet::of(&stand, "accountant").refused(&accept, &json!({}), 404, "invitation-not-found");
    assert_eq!(closed_one.posted(&accept, &json!({}), 200)["state"], "accepted");
    closed_one.refused(&accept, &json!({}), 410, "invitation-ended");
    let organisation = closed_one.organisation(&json!("9900000017"));
    assert_eq!(
        (&organisation["active"], &organisation["role"]["code"]),
        (&json!(true), &json!("manager"))
    );
    assert_eq!(
        director.actions(),
        ["invitation-accepted", "invited", "access-revoked"]
    );
}

#[test]
fn somebody_from_outside_is_invited_by_phone_or_address_and_joins_with_the_own_account() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    for (body, status, wanted) in [
        (
            json!({"email": "nobody", "role": "employee"}),
            422,
            "requisites-invalid",
        ),
        (
            json!({"phone": "12", "role": "employee"}),
            422,
            "requisites-invalid",
        ),
        (json!({"role": "employee"}), 400, "bad-request"),
        (
            json!({"email": "a@b.example", "role": "director"}),
            409,
            "role-not-assignable",
        ),
        (
            json!({"email": "a@b.example", "role": "king"}),
            404,
            "role-not-found",
        ),
        (
            json!({"email": "LYUTIKOVA@romashka.example", "role": "employee"}),
            409,
            "already-employee",
        ),
    ] {
        director.refused("/invitations", &body, status, wanted);
    }
    let body = json!({"phone": "8 (000) 000-02-04", "role": "observer"});
    let sent = director.director_does("/invitations", &body);
    assert_eq!((sent.0, &sent.1["contact"]), (201, &json!("+70000000204")));
    let letters = stand.control("/outgoing").to_string();
    assert!(
        letters.contains("+70000000204") && letters.contains("приглашает вас"),
        "{letters}"
    );
    let beekeeper = Cabinet::of(&stand, "beekeeper");
    let waiting = beekeeper.get("/me/invitations")["items"][0].clone();
    assert_eq!(
        (&waiting["organisationName"], &waiting["role"]["title"]),
        (&json!("ООО «Ромашка»"), &json!("Наблюдатель"))
    );
    let accept = format!("/me/invitations/{}/acceptance", waiting["id"].as_str().unwrap());
    beekeeper.posted(&accept, &json!({}), 200);
    let joined = beekeeper.organisation(&json!("9900000017"));
    assert_eq!(
        joined["permissions"],
        json!(["cabinet.enter", "certificate.bind-own", "applications.track"])
    );

    // One that is taken back, one that is declined, one that ran out.
    let ask = |address: &str| {
        let body = json!({"email": address, "role": "employee"});
        let made = director.director_does("/invitations", &body);
        assert_eq!(made.0, 201, "{}", made.1);
        made.1["id"].as_str().unwrap().to_owned()
    };
    let taken_back = format!("/invitations/{}", ask("a@b.example"));
    assert_eq!(director.delete(&taken_back).status(), 204);
    assert_eq!(director.delete(&taken_back).status(), 410);
    let stranger = Cabinet::of(&stand, "stranger");
    let first = ask("repeynikov@lopukh.example");
    // An account that is not confirmed joins nothing.
    stranger.refused(
        &format!("/me/invitations/{first}/acceptance"),
        &json!({}),
        403,
        "person-not-confirmed",
    );
    stranger.posted(&format!("/me/invitations/{first}/refusal"), &json!({}), 200);
    let late = ask("repeynikov@lopukh.example");
    stand.set(&json!({"clock_skew_s": 8 * 24 * 3600}));
    let stranger = Cabinet::of(&stand, "stranger");
    stranger.refused(
        &format!("/me/invitations/{late}/refusal"),
        &json!({}),
        410,
        "invitation-ended",
    );
    let states: Vec<Value> = Cabinet::of(&stand, "director").get("/invitations")["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["state"].clone())
        .collect();
    assert_eq!(states, ["expired", "declined", "revoked", "accepted"]);
}

#[test]
fn an_administrator_is_made_with_a_second_factor_of_who_is_fit() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    assert_eq!(
        code(&director.role("storekeeper", "king")),
        (404, "role-not-found")
    );
    assert_eq!(
        code(&director.role("storekeeper", "director")),
        (409, "role-not-assignable")
    );
    assert_eq!(
        code(&director.role("storekeeper", "employee")),
        (409, "wrong-state")
    );
    let lock = json!({"lock": {"cause": "hacking-suspicion", "seconds": 600}});
    let locked = stand.control_post("/accounts/storekeeper", &lock);
    assert!(locked.status().is_success(), "{}", locked.text().unwrap());
    let unfit = director.role("storekeeper", "administrator");
    assert_eq!(
        (code(&unfit), &unfit.1["fields"][0]["name"]),
        ((422, "candidate-unfit"), &json!("lock"))
    );
    // An ordinary role is given without more ado.
    let path = format!("/employees/{}/role", id(&stand, "accountant"));
    let answer = director
        .request(Method::PUT, &path)
        .json(&json!({"role": "manager"}));
    assert_eq!(answer.send().unwrap().status(), 200);
    let answer = director
        .request(Method::PUT, &path)
        .json(&json!({"role": "administrator"}));
    let demand: Value = answer.send().unwrap().json().unwrap();
    assert_eq!(demand["stepUp"]["operation"], "administrator.appoint");
    assert_eq!(director.role("accountant", "administrator").0, 200);
    assert_eq!(director.role("accountant", "accountant").0, 200);
    assert_eq!(
        director.actions(),
        [
            "administrator-dismissed",
            "administrator-appointed",
            "role-changed"
        ]
    );
    let person = director.get(&format!("/employees/{}", id(&stand, "accountant")));
    let first = &person["changes"][2];
    assert_eq!(
        (&first["from"], &first["to"], &first["by"]),
        (
            &json!("Бухгалтер"),
            &json!("Менеджер"),
            &json!("Васильков Иван Сергеевич")
        )
    );
    // Two administrators cannot take each other's rights at once.
    let told = Cabinet::of(&stand, "accountant").titles_told();
    assert!(
        told.iter().any(|title| title == "Назначен администратор"),
        "{told:?}"
    );
}

#[test]
fn roles_are_data_and_own_ones_hold_at_once() {
    let stand = Stand::start();
    let roles = person(&stand, "storekeeper").get("/roles");
    let codes: Vec<&str> = roles["roles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "director",
            "administrator",
            "accountant",
            "manager",
            "employee",
            "procurement",
            "auditor",
            "observer",
            "outsider",
            "representative"
        ]
    );
    let observer = &roles["roles"][7];
    assert_eq!(
        observer["granted"],
        json!(["applications.track", "cabinet.enter", "certificate.bind-own"])
    );
    assert_eq!(
        (&roles["roles"][0]["assignable"], &observer["assignable"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(roles["operations"].as_array().unwrap().len(), 34);
    // Only an administrator makes roles (Section E), the head does not.
    Cabinet::of(&stand, "director").refused(
        "/roles",
        &json!({"title": "Своя", "granted": []}),
        403,
        "no-permission",
    );
    place(&stand, "storekeeper", "administrator");
    let administrator = person(&stand, "storekeeper");
    for (body, status, wanted) in [
        (json!({"title": "Я", "granted": []}), 422, "requisites-invalid"),
        (
            json!({"title": "Кладовая", "granted": ["fly"]}),
            422,
            "requisites-invalid",
        ),
        (
            json!({"title": "бухгалтер", "granted": []}),
            409,
            "role-title-taken",
        ),
        (
            json!({"title": "Кладовая", "granted": ["signing.sign"]}),
            422,
            "role-too-wide",
        ),
        (
            json!({"title": "Кладовая", "granted": ["roles.assign"]}),
            422,
            "role-too-wide",
        ),
    ] {
        administrator.refused("/roles", &body, status, wanted);
    }
    let body = json!({"title": "Кладовая", "granted": ["applications.track", "statistics.view"]});
    let made = administrator.posted("/roles", &body, 201);
    let own = made["code"].as_str().unwrap();
    assert_eq!(administrator.role("accountant", own).0, 200);
    let accountant = Cabinet::of(&stand, "accountant");
    let permissions = &accountant.organisation(&json!("9900000017"))["permissions"];
    assert_eq!(
        *permissions,
        json!(["cabinet.enter", "applications.track", "statistics.view"])
    );
    let path = format!("/roles/{own}");
    assert_eq!(administrator.delete(&path).status(), 409);
    let body = json!({"title": "Кладовая", "granted": ["applications.fill"]});
    assert_eq!(
        administrator
            .request(Method::PUT, &path)
            .json(&body)
            .send()
            .unwrap()
            .status(),
        200
    );
    let permissions = &accountant.organisation(&json!("9900000017"))["permissions"];
    assert_eq!(*permissions, json!(["cabinet.enter", "applications.fill"]));
    assert_eq!(administrator.role("accountant", "accountant").0, 200);
    assert_eq!(administrator.delete(&path).status(), 204);
    assert_eq!(administrator.delete(&path).status(), 404);
    assert_eq!(administrator.delete("/roles/accountant").status(), 409);
    // Another organisation's stay its own.
    assert!(
        !Cabinet::of(&stand, "beekeeper")
            .get("/roles")
            .to_string()
            .contains("Кладовая")
    );
}

#[test]
fn two_administrators_who_dismiss_each_other_at_once_do_not_both_succeed() {
    let stand = Stand::start_with(settings());
    place(&stand, "storekeeper", "administrator");
    place(&stand, "accountant", "administrator");
    // The head is gone from the cabinet, so these two are all there is.
    place(&stand, "director", "employee");
    let demand = |from: &str, to: &str| {
        let cabinet = person(&stand, from);
        let path = format!("/employees/{}/role", id(&stand, to));
        let body = json!({"role": "employee"});
        let refusal: Value = cabinet
            .request(Method::PUT, &path)
            .json(&body)
            .send()
            .unwrap()
            .json()
            .unwrap();
        let step_up = refusal["stepUp"]["id"].as_str().unwrap().to_owned();
        cabinet.posted(
            &format!("/step-up/{step_up}/send"),
            &json!({"channel": "sms"}),
            200,
        );
        let code = json!({"factor": "sms", "value": cabinet.last_code()});
        cabinet.posted(&format!("/step-up/{step_up}/confirm"), &code, 200);
        let request = cabinet
            .request(Method::PUT, &path)
            .json(&body)
            .header("X-Step-Up", step_up);
        move || request.send().unwrap().status().as_u16()
    };
    let (one, other) = (
        demand("storekeeper", "accountant"),
        demand("accountant", "storekeeper"),
    );
    let mut statuses = std::thread::scope(|scope| {
        let (one, other) = (scope.spawn(one), scope.spawn(other));
        [one.join().unwrap(), other.join().unwrap()]
    });
    statuses.sort_unstable();
    // Whoever came second has no right any more.
    assert_eq!(statuses, [200, 403]);
}
