//! Notifications: scripted, of orders, of the operator; reading and settings.

use reqwest::Method;
use serde_json::{Value, json};

use super::Cabinet;
use crate::stand::{SERVICE, Stand};

fn ids(list: &Value) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|n| n["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn only_own_notifications_can_be_read() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let id = &ids(&cabinet.get("/notifications"))[0];
    let stranger = Cabinet::of(&stand, "stranger");
    let read = format!("/notifications/{id}/read");
    assert_eq!(
        stranger.request(Method::POST, &read).send().unwrap().status(),
        404
    );
    assert_eq!(cabinet.request(Method::POST, &read).send().unwrap().status(), 204);
    assert_eq!(cabinet.get("/notifications")[0]["read"], true);
    assert_eq!(
        cabinet
            .request(Method::POST, "/notifications/1/read")
            .send()
            .unwrap()
            .status(),
        404
    );
}

#[test]
fn everybody_finds_the_scripted_ones_and_the_director_one_more() {
    let stand = Stand::start();
    let kinds = |employee: &str| -> Vec<String> {
        let list = Cabinet::of(&stand, employee).get("/notifications");
        list.as_array()
            .unwrap()
            .iter()
            .map(|n| n["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        kinds("accountant"),
        ["system", "news", "deadline", "news", "security"]
    );
    assert_eq!(kinds("director").last().unwrap(), "director");
    let director = Cabinet::of(&stand, "director");
    let all = ids(&director.get("/notifications"));
    let later = director.get(&format!("/notifications?after={}&limit=2", all[1]));
    assert_eq!(ids(&later), all[2..4]);
    assert_eq!(ids(&director.get("/notifications?limit=1")), all[5..]);
}

#[test]
fn an_order_that_moves_is_told_to_who_tracks_it() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let order = stand.pushed(&cabinet.token, SERVICE, stand.good_archive());
    stand.wait_until_final(order);
    let told = |cabinet: &Cabinet<'_>| {
        let all = cabinet.get("/notifications");
        let of_order = |n: &&Value| n["link"]["id"] == order.to_string().as_str();
        all.as_array()
            .unwrap()
            .iter()
            .filter(of_order)
            .cloned()
            .collect::<Vec<Value>>()
    };
    // The last one is written right after the status.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while told(&cabinet).len() < 4 && std::time::Instant::now() < end {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let seen = told(&cabinet);
    assert_eq!(seen.len(), 4, "{seen:#?}");
    assert_eq!(
        (&seen[3]["title"], &seen[3]["important"]),
        (&json!("Услуга оказана"), &json!(true))
    );
    assert_eq!(seen[3]["link"]["section"], "orders");
    assert_eq!(told(&Cabinet::of(&stand, "director")).len(), 4);
    assert_eq!(told(&Cabinet::of(&stand, "stranger")).len(), 0);
}

#[test]
fn settings_keep_out_what_is_not_wanted_but_never_security() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let put = |body: &Value| {
        let answer = cabinet
            .request(Method::PUT, "/me/notification-settings")
            .json(body)
            .send()
            .unwrap();
        answer.status().as_u16()
    };
    assert_eq!(put(&json!({"enabled": true})), 400);
    assert_eq!(
        put(&json!({"enabled": true, "kinds": ["gossip"], "channels": [], "rules": []})),
        400
    );
    let rule = json!({"name": "Свои", "kind": "news", "contains": "цвет", "important": true});
    let wanted = json!({"enabled": true, "kinds": ["news"], "channels": ["email", "push"], "rules": [rule]});
    assert_eq!(put(&wanted), 200);
    assert_eq!(cabinet.get("/me/notification-settings"), wanted);
    let before = ids(&cabinet.get("/notifications")).len();
    let add = |kind: &str, text: &str| {
        let body = json!({"employee": "accountant", "kind": kind, "title": "Новое", "text": text});
        stand.control_post("/notifications", &body).status().as_u16()
    };
    assert_eq!(add("system", "работы"), 204);
    assert_eq!(add("security", "вход"), 204);
    assert_eq!(add("news", "о цветах"), 204);
    let all = cabinet.get("/notifications");
    let new: Vec<&Value> = all.as_array().unwrap()[before..].iter().collect();
    assert_eq!(
        new.iter()
            .map(|n| n["kind"].as_str().unwrap())
            .collect::<Vec<_>>(),
        ["security", "news"]
    );
    assert_eq!(new[1]["important"], true);
    let nobody = json!({"employee": "nobody", "kind": "news", "title": "a", "text": "b"});
    assert_eq!(stand.control_post("/notifications", &nobody).status(), 404);
}

#[test]
fn a_decision_goes_by_mail_with_its_number_and_nobodys_name() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let order = stand.pushed(&cabinet.token, SERVICE, stand.good_archive());
    stand.wait_until_final(order);
    let number = format!("№ {order}");
    let letters = || -> Vec<Value> {
        let sent = stand.control("/outgoing");
        let all = sent.as_array().unwrap().iter();
        let own = all.filter(|m| m["to"] == "lyutikova@romashka.example" && m["channel"] == "email");
        own.filter(|m| m["text"].as_str().unwrap().contains(&number))
            .cloned()
            .collect()
    };
    // It is written right after the status.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while letters().is_empty() && std::time::Instant::now() < end {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let sent = letters();
    assert_eq!(sent.len(), 1, "{sent:#?}");
    let text = sent[0]["text"].as_str().unwrap();
    assert!(text.contains("Услуга оказана"), "{text}");
    for personal in ["Лютикова", "Мария", "Ромашка", "9900000017"] {
        assert!(!text.contains(personal), "{text}");
    }
}

#[test]
fn channels_are_chosen_by_kind_and_security_is_silenced_only_with_a_confirmation() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let put = |body: &Value, step_up: Option<&str>| {
        let request = cabinet.request(Method::PUT, "/me/notification-settings");
        let request = match step_up {
            Some(id) => request.header("X-Step-Up", id),
            None => request,
        };
        request.json(body).send().unwrap()
    };
    let mut wanted = cabinet.get("/me/notification-settings");
    wanted["deliver"] = json!([{"kind": "news", "channels": ["sms"]}, {"kind": "system", "channels": []}]);
    assert_eq!(put(&wanted, None).status(), 200);
    let before = stand.control("/outgoing").as_array().unwrap().len();
    for kind in ["news", "system", "deadline"] {
        let body = json!({"employee": "accountant", "kind": kind, "title": format!("Новое {kind}"), "text": "о цветах"});
        assert_eq!(stand.control_post("/notifications", &body).status(), 204);
    }
    let sent = stand.control("/outgoing");
    let sent: Vec<(&str, &str)> = sent.as_array().unwrap()[before..]
        .iter()
        .map(|m| (m["channel"].as_str().unwrap(), m["text"].as_str().unwrap()))
        .collect();
    assert_eq!(
        sent,
        [
            ("sms", "Новое news. Подробности в личном кабинете."),
            ("email", "Новое deadline. Подробности в личном кабинете."),
        ]
    );
    wanted["deliver"] = json!([{"kind": "security", "channels": []}]);
    let refused = put(&wanted, None);
    assert_eq!(refused.status(), 403);
    let refused: Value = refused.json().unwrap();
    assert_eq!(refused["stepUp"]["operation"], "notifications.security");
    let step_up = refused["stepUp"]["id"].as_str().unwrap();
    cabinet.posted(
        &format!("/step-up/{step_up}/send"),
        &json!({"channel": "sms"}),
        200,
    );
    let code = json!({"factor": "sms", "value": cabinet.last_code()});
    cabinet.posted(&format!("/step-up/{step_up}/confirm"), &code, 200);
    assert_eq!(put(&wanted, Some(step_up)).status(), 200);
    assert_eq!(cabinet.get("/me/notification-settings"), wanted);
}
