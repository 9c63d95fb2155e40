//! Госпочта as recorded requests ask for it: ГЭПС API 1.0, no client of ours in between; signatures judged by OpenSSL.

use kabinet_reference_portal::Settings;
use reqwest::blocking::Response;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::macros::offset;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::openssl;
use crate::stand::{Stand, code, settings};

const API: &str = "/api/gusmev/proxy/geps-api-ext/api/messages/v1";

/// Lists are ready at once.
fn prompt() -> Stand {
    Stand::start_with(Settings {
        mail_delay_s: 0,
        ..settings()
    })
}

/// As the portal writes it: with an offset.
fn moment(ago: Duration) -> String {
    let at = OffsetDateTime::now_utc().to_offset(offset!(+3)) - ago;
    at.replace_nanosecond(0).unwrap().format(&Rfc3339).unwrap()
}

fn search(from: Duration, until: Duration, filter: &str) -> Value {
    json!({"startDateTime": moment(from), "endDateTime": moment(until), "statusFilter": filter})
}

/// The last hours.
fn today(filter: &str) -> Value {
    search(Duration::hours(23), -Duration::MINUTE, filter)
}

fn order(stand: &Stand, token: &str, body: &Value) -> Response {
    stand
        .post(token, &format!("{API}/search"))
        .json(body)
        .send()
        .unwrap()
}

fn ordered(stand: &Stand, token: &str, body: &Value) -> String {
    let answer = order(stand, token, body);
    assert_eq!(answer.status(), 200);
    let answer: Value = answer.json().unwrap();
    answer["searchTaskUuid"].as_str().unwrap().to_owned()
}

fn get(stand: &Stand, token: &str, path: &str) -> Response {
    stand.get(token, &format!("{API}/{path}")).send().unwrap()
}

fn list(stand: &Stand, token: &str, task: &str, query: &str) -> Value {
    let answer = get(stand, token, &format!("search/{task}?{query}"));
    assert_eq!(answer.status(), 200);
    answer.json().unwrap()
}

/// Puts a letter in by the operator's route; its path.
fn put(stand: &Stand, letter: &Value) -> String {
    let answer = stand.control_post("/mail", letter);
    assert_eq!(answer.status(), 201);
    let made: Value = answer.json().unwrap();
    format!(
        "{}/{}",
        made["thread"].as_str().unwrap(),
        made["message"].as_str().unwrap()
    )
}

fn told_by_operator(stand: &Stand, path: &str) -> Value {
    let all = stand.control("/mail");
    let message = path.split('/').next_back().unwrap();
    let found = all
        .as_array()
        .unwrap()
        .iter()
        .find(|letter| letter["message"] == message);
    found.unwrap().clone()
}

/// Whether OpenSSL takes the detached signature for one over this content, from a certificate under the portal's root.
fn is_good(stand: &Stand, content: &[u8], signature: &[u8]) -> bool {
    let work = tempfile::tempdir().unwrap();
    std::fs::write(work.path().join("content"), content).unwrap();
    std::fs::write(work.path().join("signature"), signature).unwrap();
    let root = stand.pki().join("root.crt").display().to_string();
    let verify = [
        "cms",
        "-verify",
        "-inform",
        "DER",
        "-binary",
        "-in",
        "signature",
        "-content",
        "content",
        "-purpose",
        "any",
        "-CAfile",
        &root,
        "-out",
        "out",
    ];
    openssl::run(work.path(), &verify).success
}

fn refused(answer: Response) -> (u16, String) {
    (answer.status().as_u16(), code(answer))
}

#[test]
fn a_list_is_ordered_then_made_and_says_so() {
    let stand = Stand::start_with(Settings {
        mail_delay_s: 100,
        ..settings()
    });
    let token = stand.token("director");
    let task = ordered(&stand, &token, &today("ANY"));
    let status = |query: &str| list(&stand, &token, &task, query)["searchTaskStatus"].clone();
    assert_eq!(status("offset=0&limit=1000"), "SEARCH");
    stand.set(&json!({"clock_skew_s": 60}));
    assert_eq!(status("offset=0&limit=1000"), "PROCESSING");
    stand.set(&json!({"clock_skew_s": 101}));
    assert_eq!(status("offset=0&limit=1000"), "COMPLETED");
    stand.set(&json!({"mail_fails": true}));
    assert_eq!(status(""), "ERROR");
    // A list has no letters before it is ready.
    stand.set(&json!({"clock_skew_s": 0}));
    assert_eq!(
        list(&stand, &token, &task, ""),
        json!({"searchTaskStatus": "SEARCH"})
    );
}

#[test]
fn a_list_comes_in_pages_by_time_and_by_who_has_read() {
    let stand = prompt();
    let token = stand.token("director");
    let paths: Vec<String> = (0..4)
        .map(|number| {
            put(
                &stand,
                &json!({"title": "Росреестр", "subtitle": format!("Уведомление {number}"), "html": "<p>…</p>", "ago_s": 600 - number * 60}),
            )
        })
        .collect();
    let window = search(Duration::minutes(11), -Duration::MINUTE, "ANY");
    let task = ordered(&stand, &token, &window);
    let all = list(&stand, &token, &task, "offset=0&limit=1000");
    assert_eq!(
        (&all["total"], &all["offset"], &all["limit"]),
        (&json!(4), &json!(0), &json!(1000))
    );
    let newest = &all["messageList"][0];
    assert_eq!(
        (&newest["feedTitle"], &newest["feedSubtitle"], &newest["isRead"]),
        (&json!("Росреестр"), &json!("Уведомление 3"), &json!(false))
    );
    let named = format!(
        "{}/{}",
        newest["threadUuid"].as_str().unwrap(),
        newest["messageUuid"].as_str().unwrap()
    );
    assert_eq!(named, paths[3]);
    assert!(OffsetDateTime::parse(newest["createDate"].as_str().unwrap(), &Rfc3339).is_ok());
    // Nothing of what is in them.
    assert!(newest.get("text").is_none() && newest.get("attachmentList").is_none());

    let page = list(&stand, &token, &task, "offset=3&limit=2");
    assert_eq!(
        (page["messageList"].as_array().unwrap().len(), &page["total"]),
        (1, &json!(4))
    );
    assert_eq!(page["messageList"][0]["feedSubtitle"], "Уведомление 0");
    for wrong in ["limit=0", "limit=1001", "limit=x"] {
        let answer = get(&stand, &token, &format!("search/{task}?{wrong}"));
        assert_eq!(answer.status(), 400, "{wrong}");
    }

    get(&stand, &token, &format!("message/{}", paths[1]));
    let counts: Vec<Value> = ["READ", "UNREAD"]
        .map(|filter| {
            let mut window = window.clone();
            window["statusFilter"] = json!(filter);
            let task = ordered(&stand, &token, &window);
            list(&stand, &token, &task, "")["total"].clone()
        })
        .into();
    assert_eq!(counts, [json!(1), json!(3)]);
}

#[test]
fn the_window_is_a_day_at_most_and_thirty_days_deep() {
    let stand = prompt();
    let token = stand.token("director");
    let day = Duration::DAY;
    for (from, until) in [
        (day + Duration::seconds(2), Duration::ZERO),
        (Duration::HOUR, Duration::HOUR),
        (Duration::HOUR, Duration::hours(2)),
        (30 * day + Duration::MINUTE, 30 * day - Duration::HOUR),
    ] {
        let answer = order(&stand, &token, &search(from, until, "ANY"));
        assert_eq!(refused(answer), (400, "bad_request".to_owned()), "{from} {until}");
    }
    let local = json!({"startDateTime": "2026-03-10T00:00:00", "endDateTime": "2026-03-10T12:00:00", "statusFilter": "ANY"});
    for wrong in [local, today("ALL"), json!({}), json!({"statusFilter": "ANY"})] {
        let answer = order(&stand, &token, &wrong);
        assert_eq!(refused(answer), (400, "bad_request".to_owned()), "{wrong}");
    }
    // None of the refused ones counts for the day's limit.
    for _ in 0..5 {
        ordered(
            &stand,
            &token,
            &search(30 * day - Duration::MINUTE, 29 * day, "ANY"),
        );
    }
}

#[test]
fn five_lists_and_fifteen_looks_a_day_and_midnight_of_moscow_begins_anew() {
    let stand = prompt();
    let token = stand.token("director");
    let tasks: Vec<String> = (0..5).map(|_| ordered(&stand, &token, &today("ANY"))).collect();
    let answer = order(&stand, &token, &today("ANY"));
    let pause: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=24 * 3600 + 1).contains(&pause), "{pause}");
    assert_eq!(refused(answer), (429, "limitation_exception".to_owned()));
    for look in 0..15 {
        list(&stand, &token, &tasks[look % 5], "");
    }
    let answer = get(&stand, &token, &format!("search/{}", tasks[0]));
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(refused(answer), (429, "limitation_exception".to_owned()));
    // What was spent is the organisation's: whoever else of it asks has nothing left, and whoever has no right is told that first.
    let answer = order(&stand, &stand.token("accountant"), &today("ANY"));
    assert_eq!(answer.status(), 403);
    stand.set(&json!({"clock_skew_s": pause}));
    // By then the token has ended too.
    let token = stand.token("director");
    ordered(&stand, &token, &today("ANY"));
    list(&stand, &token, &tasks[0], "");
}

#[test]
fn a_list_is_kept_for_seven_days_and_by_its_organisation_alone() {
    let stand = prompt();
    let token = stand.token("director");
    let task = ordered(&stand, &token, &today("ANY"));
    let week = 7 * 24 * 3600;
    stand.set(&json!({"clock_skew_s": week - 60}));
    let token = stand.token("director");
    assert_eq!(list(&stand, &token, &task, "")["searchTaskStatus"], "COMPLETED");
    stand.set(&json!({"clock_skew_s": week + 1}));
    let token = stand.token("director");
    let answer = get(&stand, &token, &format!("search/{task}"));
    assert_eq!(refused(answer), (404, "not_found".to_owned()));
    let answer = get(&stand, &token, &format!("search/{}", Uuid::new_v4()));
    assert_eq!(refused(answer), (404, "not_found".to_owned()));
}

#[test]
fn opening_a_letter_is_its_delivery_with_a_name_and_a_moment() {
    let stand = prompt();
    let token = stand.token("director");
    let path = put(
        &stand,
        &json!({"title": "ФНС России", "subtitle": "Требование", "html": "<p>Срок — <b>пять</b> дней</p>",
            "params": {"Номер": "12-34/5678"}, "ago_s": 60}),
    );
    let task = ordered(&stand, &token, &today("ANY"));
    list(&stand, &token, &task, "");
    assert_eq!(told_by_operator(&stand, &path)["deliveredAt"], Value::Null);

    let answer = get(&stand, &token, &format!("message/{path}"));
    assert_eq!(answer.status(), 200);
    let card: Value = answer.json().unwrap();
    assert_eq!(card["text"], "<p>Срок — <b>пять</b> дней</p>");
    assert_eq!(
        (&card["params"]["Номер"], &card["isRead"], &card["attachmentList"]),
        (&json!("12-34/5678"), &json!(true), &json!([]))
    );
    let statuses: Vec<&str> = card["statusList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|status| status["mnemonic"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["DELIVERED", "READ"]);
    let told = told_by_operator(&stand, &path);
    let first = told["deliveredAt"].clone();
    assert!(first.is_string());
    assert_eq!(
        told["readings"][0]["name"],
        card["statusList"][1]["originatorUserName"]
    );

    // Opening it again delivers nothing again.
    get(&stand, &token, &format!("message/{path}"));
    let told = told_by_operator(&stand, &path);
    assert_eq!(
        (&told["deliveredAt"], told["readings"].as_array().unwrap().len()),
        (&first, 2)
    );

    let message = path.split('/').next_back().unwrap();
    for wrong in [
        format!("{}/{message}", Uuid::new_v4()),
        format!("{}/{}", Uuid::new_v4(), Uuid::new_v4()),
    ] {
        let answer = get(&stand, &token, &format!("message/{wrong}"));
        assert_eq!(refused(answer), (404, "not_found".to_owned()), "{wrong}");
    }
    assert_eq!(get(&stand, &token, "message/x/y").status(), 400);
}

#[test]
fn only_the_head_and_administrators_read_and_only_their_own() {
    let stand = prompt();
    let director = stand.token("director");
    let own = put(
        &stand,
        &json!({"title": "ФНС России", "html": "<p>…</p>", "ago_s": 60,
            "attachments": [{"name": "a.pdf", "mime": "application/pdf", "text": "A", "signed": true}]}),
    );
    let task = ordered(&stand, &director, &today("ANY"));
    let card: Value = {
        let other = put(
            &stand,
            &json!({"title": "ФНС России", "html": "", "ago_s": 30,
            "attachments": [{"name": "a.pdf", "mime": "application/pdf", "text": "A"}]}),
        );
        get(&stand, &director, &format!("message/{other}"))
            .json()
            .unwrap()
    };
    let file = format!(
        "attachment/{}/{}/file",
        card["messageUuid"].as_str().unwrap(),
        card["attachmentList"][0]["attachmentUuid"].as_str().unwrap()
    );
    let accountant = stand.token("accountant");
    let denied = (403, "access_denied".to_owned());
    assert_eq!(refused(order(&stand, &accountant, &today("ANY"))), denied);
    for path in [format!("search/{task}"), format!("message/{own}"), file.clone()] {
        assert_eq!(refused(get(&stand, &accountant, &path)), denied, "{path}");
    }
    // The head of another organisation reads their own box, and finds nothing of this one in it.
    let stranger = stand.token("stranger");
    let missing = (404, "not_found".to_owned());
    for path in [format!("search/{task}"), format!("message/{own}"), file] {
        assert_eq!(refused(get(&stand, &stranger, &path)), missing, "{path}");
    }
    let theirs = ordered(&stand, &stranger, &today("ANY"));
    assert_eq!(list(&stand, &stranger, &theirs, "")["total"], 0);
    // Whoever is refused has opened nothing.
    assert_eq!(told_by_operator(&stand, &own)["deliveredAt"], Value::Null);
    let address = format!("{}{API}/message/{own}", stand.portal.urls.epgu);
    assert_eq!(stand.http.get(address).send().unwrap().status(), 401);
    assert_eq!(told_by_operator(&stand, &own)["deliveredAt"], Value::Null);
}

#[test]
fn a_file_comes_with_a_signature_that_openssl_finds_good_or_bad() {
    let stand = prompt();
    let token = stand.token("director");
    let file = |name: &str, more: Value| {
        let mut file = json!({"name": name, "mime": "text/plain", "text": format!("Notice {name}")});
        let more = more.as_object().unwrap().clone();
        file.as_object_mut().unwrap().extend(more);
        file
    };
    let path = put(
        &stand,
        &json!({"title": "ФССП России", "html": "", "ago_s": 60, "attachments": [
            file("good", json!({"signed": true})), file("broken", json!({"signed": true, "broken": true})),
            file("unsigned", json!({})), file("loading", json!({"state": "DOWNLOADING"})), file("gone", json!({"state": "DELETED"})),
        ]}),
    );
    let card: Value = get(&stand, &token, &format!("message/{path}")).json().unwrap();
    let files = card["attachmentList"].as_array().unwrap();
    let states: Vec<&str> = files
        .iter()
        .map(|file| file["statusMnemonic"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["READY", "READY", "READY", "DOWNLOADING", "DELETED"]);
    let part = |index: usize, part: &str| {
        let of = |name: &str| files[index][name].as_str().unwrap();
        get(
            &stand,
            &token,
            &format!("attachment/{}/{}/{part}", of("messageUuid"), of("attachmentUuid")),
        )
    };
    let mut verdicts = vec![];
    for (index, file) in files.iter().enumerate().take(2) {
        assert_eq!(file["signed"], true);
        let answer = part(index, "file");
        assert_eq!(answer.headers()["content-type"], "text/plain");
        let content = answer.bytes().unwrap();
        assert_eq!(file["fileSize"], json!(content.len()));
        let signature = part(index, "sig").bytes().unwrap();
        verdicts.push(is_good(&stand, &content, &signature));
    }
    assert_eq!(verdicts, [true, false]);
    assert_eq!(files[2]["signed"], false);
    for (index, which) in [(2, "sig"), (3, "file"), (4, "file"), (0, "both")] {
        assert_eq!(
            refused(part(index, which)),
            (404, "not_found".to_owned()),
            "{index} {which}"
        );
    }
}

#[test]
fn the_operator_is_told_what_is_wrong_with_a_letter() {
    let stand = prompt();
    for (wrong, status) in [
        (json!({"html": ""}), 400),
        (json!({"title": "x", "html": "", "colour": "red"}), 400),
        (json!({"title": "x", "html": "", "organisation": "nowhere"}), 404),
    ] {
        let answer = stand.control_post("/mail", &wrong);
        assert_eq!(answer.status(), status, "{wrong}");
    }
    let all = stand.control("/mail");
    assert_eq!(all.as_array().unwrap().len(), 4, "what the demo begins with");
}
