//! From a file to a power of attorney, once and for all who may see it.

use std::thread;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Deed, ROMASHKA, body, by_organisation, day, organisation, person, stand};
use crate::cabinet::Cabinet;
use crate::postgres;
use crate::stand::{Stand, settings};

#[test]
fn a_good_file_is_registered_and_seen_by_whom_it_names() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deed = Deed::to(&stand, "representative");
    assert_eq!(
        director.status_of(&format!("/poa/{}?inn={ROMASHKA}", deed.number)),
        404
    );
    director.must_register(&deed, "director");
    let seen = director.poa(deed.number);
    assert_eq!(
        (&seen["state"], &seen["issued"], &seen["expires"]),
        (&json!("active"), &json!(day(0)), &json!(day(365)))
    );
    assert_eq!(
        seen["principals"],
        json!([{"inn": ROMASHKA, "name": "ООО «Ромашка»"}])
    );
    assert_eq!(seen["representatives"][0]["name"], "Ландышева Ольга Николаевна");
    assert!(seen["asOf"].is_string() && seen["stateAt"].is_string());
    // A number alone is not enough, nor one with another ИНН.
    assert_eq!(
        director.status_of(&format!("/poa/{}?inn=7700000023", deed.number)),
        404
    );
    assert_eq!(director.status_of(&format!("/poa/{}", deed.number)), 400);

    let bytes = |cabinet: &Cabinet<'_>, what: &str| {
        let path = format!("/poa/{}/{what}", deed.number);
        cabinet.request(Method::GET, &path).send().unwrap()
    };
    assert_eq!(bytes(&director, "file").text().unwrap(), deed.xml());
    let representative = by_organisation(&stand, "representative");
    assert_eq!(bytes(&representative, "file").text().unwrap(), deed.xml());
    assert!(
        bytes(&representative, "signature")
            .bytes()
            .unwrap()
            .starts_with(&[0x30])
    );
    for other in ["stranger", "accountant"] {
        let other = Cabinet::of(&stand, other);
        assert_eq!(bytes(&other, "file").status(), 404);
        assert_eq!(other.get("/poa")["items"], json!([]));
    }
    let listed = |cabinet: &Cabinet<'_>, query: &str| {
        cabinet.get(&format!("/poa{query}"))["items"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(listed(&director, ""), 1);
    assert_eq!(listed(&director, "?role=principal"), 1);
    assert_eq!(listed(&director, "?changedAfter=2030-01-01T00:00:00Z"), 0);
    assert_eq!(listed(&representative, "?role=representative"), 1);
    assert_eq!(listed(&representative, "?role=principal"), 0);
    assert_eq!(director.status_of("/poa?changedAfter=yesterday"), 400);

    let public = format!("{}/api/v0/poar-portal/public/poa", stand.portal.urls.epgu);
    let ask = |number: Uuid| {
        stand
            .http
            .get(format!("{public}/{number}/public"))
            .send()
            .unwrap()
    };
    let answer: Value = ask(deed.number).json().unwrap();
    assert_eq!(
        (&answer["status"], &answer["endDate"]),
        (&json!("active"), &json!(day(365)))
    );
    assert_eq!(ask(Uuid::new_v4()).status(), 404);
    assert!(
        representative
            .get("/notifications")
            .to_string()
            .contains("Вам выдана доверенность")
    );
}

#[test]
fn only_who_manages_powers_of_attorney_hands_them_in() {
    let stand = stand();
    let deed = Deed::to(&stand, "representative");
    let request = body(&deed.name(), deed.xml().as_bytes(), b"x");
    for employee in ["accountant", "storekeeper"] {
        let cabinet = by_organisation(&stand, employee);
        let problem = cabinet.refused("/poa/registrations", &request, 403, "no-permission");
        assert_eq!(problem["permission"], "poa.manage");
    }
    let director = Cabinet::of(&stand, "director");
    let mut request = request;
    request["content"] = json!("не Base64");
    director.refused("/poa/registrations", &request, 400, "bad-request");
    let large = body(&deed.name(), &vec![b' '; 512 * 1024 + 1], b"x");
    director.refused("/poa/registrations", &large, 413, "too-large");
    let signature = body(&deed.name(), b"x", &vec![0; 256 * 1024 + 1]);
    director.refused("/poa/registrations", &signature, 413, "too-large");
    let larger = body(&deed.name(), &vec![b' '; 3 * 1024 * 1024], b"x");
    director.refused("/poa/registrations", &larger, 413, "too-large");
}

#[test]
fn tasks_are_of_their_organisation_and_take_their_time() {
    let stand = Stand::start();
    stand.set(&json!({"speed": 0.0}));
    let director = Cabinet::of(&stand, "director");
    let deed = Deed::to(&stand, "representative");
    let xml = deed.xml();
    let signature = stand.sign("director", xml.as_bytes());
    let task = director.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
    let path = format!("/poa/registrations/{task}");
    assert_eq!(director.get(&path)["state"], "queued");
    assert_eq!(director.get(&path)["number"], deed.number.to_string());
    assert_eq!(Cabinet::of(&stand, "stranger").status_of(&path), 404);
    assert_eq!(director.status_of("/poa/registrations/x"), 404);
    let advance = || {
        stand
            .control_post(&format!("/poa/tasks/{task}/advance"), &json!({}))
            .status()
    };
    assert_eq!(advance(), 204);
    assert_eq!(director.get(&path)["state"], "processing");
    assert_eq!(
        director.status_of(&format!("/poa/{}?inn={ROMASHKA}", deed.number)),
        404
    );
    assert_eq!(advance(), 204);
    let done = director.over(&task);
    assert_eq!(
        (&done["kind"], &done["alreadyRegistered"]),
        (&json!("registration"), &json!(false))
    );
}

#[test]
fn the_same_file_is_registered_once_and_another_under_its_number_not_at_all() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deed = Deed::to(&stand, "representative");
    let xml = deed.xml();
    let signature = stand.sign("director", xml.as_bytes());
    let first = director.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
    assert_eq!(director.over(&first)["alreadyRegistered"], false);
    let again = director.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
    assert_eq!(again, first);
    assert_eq!(director.over(&again)["alreadyRegistered"], true);
    // The same content signed anew has another signing time or another random number.
    let anew = director.try_register(&deed, "director");
    assert_eq!(anew["errors"][0]["code"], "different-signature");
    let mut longer = deed.clone();
    longer.expires = day(700);
    assert_eq!(
        director.try_register(&longer, "director")["errors"][0]["code"],
        "different-signature"
    );
    let mut theirs = deed.clone();
    theirs.giver = organisation(&stand, "РосОргДовер", "lopukh", "stranger");
    let stranger = Cabinet::of(&stand, "stranger");
    assert_eq!(
        stranger.try_register(&theirs, "stranger")["errors"][0]["code"],
        "number-taken"
    );
    assert_eq!(stand.control("/poa").as_array().unwrap().len(), 1);
}

#[test]
fn an_answer_that_was_lost_loses_nothing() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deed = Deed::to(&stand, "representative");
    let xml = deed.xml();
    let signature = stand.sign("director", xml.as_bytes());
    let request = body(&deed.name(), xml.as_bytes(), &signature);
    assert_eq!(
        stand.control_post("/poa/lose-next-answer", &json!({})).status(),
        204
    );
    let lost = director
        .request(Method::POST, "/poa/registrations")
        .json(&request)
        .send();
    assert!(lost.is_err());
    while director.status_of(&format!("/poa/{}?inn={ROMASHKA}", deed.number)) != 200 {
        thread::sleep(std::time::Duration::from_millis(10));
    }
    let task = director.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
    let seen = director.over(&task);
    assert_eq!(
        (&seen["state"], &seen["alreadyRegistered"]),
        (&json!("done"), &json!(true))
    );
}

#[test]
fn two_files_of_one_number_at_once_make_one_power_of_attorney() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deed = Deed::to(&stand, "representative");
    let files: Vec<(String, Vec<u8>)> = (0..4)
        .map(|days| {
            let mut one = deed.clone();
            one.expires = day(100 + days);
            let xml = one.xml();
            let signature = stand.sign("director", xml.as_bytes());
            (xml, signature)
        })
        .collect();
    let ends: Vec<Value> = thread::scope(|scope| {
        // Each twice: the second is the first over again.
        let running: Vec<_> = files
            .iter()
            .chain(&files)
            .map(|(xml, signature)| {
                let (director, deed) = (&director, &deed);
                scope.spawn(move || {
                    let task = director.hand_in("registrations", &deed.name(), xml.as_bytes(), signature);
                    director.over(&task)
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let done: Vec<&Value> = ends.iter().filter(|one| one["state"] == "done").collect();
    assert_eq!(done.len(), 2, "{ends:#?}");
    assert_eq!(done[0]["task"], done[1]["task"]);
    let refused = ends
        .iter()
        .filter(|one| one["errors"][0]["code"] == "different-signature");
    assert_eq!(refused.count(), 6, "{ends:#?}");
}

#[test]
fn a_registry_that_is_down_says_so_and_takes_the_same_file_later() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deed = Deed::to(&stand, "representative");
    let xml = deed.xml();
    let signature = stand.sign("director", xml.as_bytes());
    stand.set(&json!({"poa": {"unavailable": true}}));
    let task = director.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
    assert_eq!(director.first_error(&task).0, "system-unavailable");
    for path in ["/poa".to_owned(), format!("/poa/{}?inn={ROMASHKA}", deed.number)] {
        let answer = director.request(Method::GET, &path).send().unwrap();
        assert_eq!(answer.status(), 503);
        assert_eq!(crate::stand::code(answer), "system-unavailable");
    }
    stand.set(&json!({"poa": {"unavailable": false}}));
    let again = director.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
    assert_eq!(again, task);
    assert_eq!(director.over(&again)["state"], "done");
}

#[test]
fn others_than_the_head_of_an_organisation_give_powers_as_well() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    // In words, to two people who act together, without wrappers and optional attributes.
    let mut deed = Deed::to(&stand, "representative");
    deed.receivers.push(person(&stand, "СведФизЛ", "storekeeper"));
    deed.powers = "<ТекстПолн>Получать грузы</ТекстПолн>".into();
    let xml = deed
        .xml()
        .replace(r#"ТипПолн="1" ПрСовмПолн="1""#, r#"ТипПолн="0" ПрСовмПолн="2""#);
    let xml = xml.replace("<Доверит>", "").replace("</Доверит>", "");
    let signature = stand.sign("director", xml.as_bytes());
    let task = director.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
    assert_eq!(director.over(&task)["state"], "done", "{}", director.over(&task));
    assert_eq!(
        director.poa(deed.number)["representatives"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    // To an organisation.
    let mut deed = Deed::to(&stand, "representative");
    let lopukh = stand.portal.demo.organisation("lopukh").unwrap();
    deed.receivers = vec![format!(
        r#"<СведОрг НаимОрг="{}" ИННЮЛ="{}" КПП="{}" ОГРН="{}"/>"#,
        lopukh.short_name, lopukh.inn, lopukh.kpp, lopukh.ogrn
    )];
    director.must_register(&deed, "director");
    let stranger = Cabinet::of(&stand, "stranger");
    let seen = stranger.get("/poa?role=representative");
    assert_eq!(seen["items"][0]["number"], deed.number.to_string());
    assert_eq!(stranger.status_of(&format!("/poa/{}/file", deed.number)), 200);
    // A power of attorney of tomorrow is there and does not hold yet.
    let mut later = Deed::to(&stand, "representative");
    later.issued = day(1);
    director.must_register(&later, "director");
    assert_eq!(director.poa(later.number)["state"], "created");
}

#[test]
fn the_list_is_paged_and_what_changed_last_comes_last() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deeds: Vec<Deed> = (0..3).map(|_| Deed::to(&stand, "representative")).collect();
    for deed in &deeds {
        director.must_register(deed, "director");
    }
    let revoked = deeds[0].number;
    assert_eq!(
        stand
            .control_post(&format!("/poa/{revoked}/revoke"), &json!({"reason": "Уволена"}))
            .status(),
        204
    );
    assert_eq!(
        stand
            .control_post(&format!("/poa/{revoked}/revoke"), &json!({}))
            .status(),
        404
    );
    let list = director.get("/poa?page=1");
    assert!(list.get("next").is_none());
    let last = list["items"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["number"], &last["state"], &last["reason"]),
        (&json!(revoked.to_string()), &json!("revoked"), &json!("Уволена"))
    );
    assert_eq!(director.get("/poa?page=2")["items"], json!([]));
    assert_eq!(director.status_of("/poa?page=0"), 400);
}

#[test]
fn in_a_database_of_postgresql_as_well_and_over_a_restart() {
    for database in [None, Some(postgres::database())] {
        let slow = kabinet_reference_portal::Settings {
            speed: 0.0,
            ..settings()
        };
        let stand = Stand::start_at(slow, database.as_deref());
        let director = Cabinet::of(&stand, "director");
        let deed = Deed::to(&stand, "representative");
        let xml = deed.xml();
        let signature = stand.sign("director", xml.as_bytes());
        let task = director.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
        assert_eq!(
            director.get(&format!("/poa/registrations/{task}"))["state"],
            "queued"
        );
        let stand = stand.restarted(settings(), database.as_deref());
        let director = Cabinet::of(&stand, "director");
        assert_eq!(director.over(&task)["state"], "done");
        assert_eq!(director.poa(deed.number)["state"], "active");
        let file = director
            .request(Method::GET, &format!("/poa/{}/file", deed.number))
            .send()
            .unwrap();
        assert_eq!(file.text().unwrap(), xml);
        let recipient = director.get("/employees")["items"][0]["id"].clone();
        director.posted(
            "/hand-overs",
            &json!({"recipient": recipient, "name": "a.age", "content": "YQ=="}),
            201,
        );
        let accountant = Cabinet::of(&stand, "accountant");
        assert_eq!(accountant.get("/hand-overs")["items"][0]["size"], 1);
    }
}
