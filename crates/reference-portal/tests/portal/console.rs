//! The operator's console, as a browser without scripts uses it.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::stand::{SERVICE, Stand};

impl Stand {
    pub fn page(&self, path: &str) -> String {
        let answer = self.http.get(self.console(path)).send().unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().unwrap()
    }

    fn console(&self, path: &str) -> String {
        format!("{}{path}", self.portal.urls.console)
    }

    /// Fills a form of a page in and sends it, as a browser would.
    pub fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> StatusCode {
        let text = self.page(page);
        let token = text.split("name=\"token\" value=\"").nth(1).unwrap();
        let token = token.split('"').next().unwrap();
        let mut all = vec![("token", token)];
        all.extend(fields);
        let origin = self.portal.urls.console.clone();
        let request = self
            .http
            .post(self.console(action))
            .header("origin", origin)
            .form(&all);
        request.send().unwrap().status()
    }
}

#[test]
fn orders_are_found_by_organisation_state_and_number_and_shown_with_all_that_happened() {
    let stand = Stand::start();
    let (ours, theirs) = (stand.token("accountant"), stand.token("beekeeper"));
    let pushed = stand.pushed(&ours, SERVICE, stand.good_archive());
    let draft = stand.reserve(&theirs, SERVICE);
    stand.wait_until_final(pushed);
    let shows = |query: &str| {
        let page = stand.page(&format!("/orders?{query}"));
        let link = |order: i64| page.contains(&format!("\"/orders/{order}\""));
        (link(pushed), link(draft))
    };
    assert_eq!(shows(""), (true, true));
    assert_eq!(shows("organisation=klever"), (false, true));
    assert_eq!(shows("state=final"), (true, false));
    assert_eq!(shows("state=draft"), (false, true));
    assert_eq!(shows("state=moving&service=10000000109"), (false, false));
    assert_eq!(shows(&format!("number={pushed}")), (true, false));

    let page = stand.page(&format!("/orders/{pushed}"));
    for part in [
        "FILES_VERIFICATION_SUCCESS",
        "document.xml.sig",
        "3 · Услуга оказана",
        "ООО «Ромашка»",
        "Лютикова",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let receipt = format!("/orders/{pushed}/results/kvitanciya_{pushed}.xml_attach");
    assert!(page.contains(&receipt));
    assert!(stand.page(&receipt).contains("<Квитанция"));
    let archive = stand
        .http
        .get(stand.console(&format!("/orders/{pushed}/archive")))
        .send()
        .unwrap();
    assert_eq!(archive.headers()["content-disposition"], "attachment");
    assert!(archive.bytes().unwrap().starts_with(b"PK"));
    let absent = stand.http.get(stand.console("/orders/1")).send().unwrap();
    assert_eq!(absent.status(), 404);
}

#[test]
fn buttons_move_an_order_on_and_fix_its_end() {
    let stand = Stand::start();
    stand.set(&json!({"speed": 0.0}));
    let token = stand.token("accountant");
    let id = stand.pushed(&token, SERVICE, stand.good_archive());
    let page = format!("/orders/{id}");
    let status = stand.submit(&page, &format!("{page}/outcome"), &[("outcome", "\"refuse\"")]);
    assert!(status.is_success(), "{status}");
    for _ in 0..7 {
        assert!(stand.submit(&page, &format!("{page}/advance"), &[]).is_success());
    }
    let order = stand.control(&format!("/orders/{id}"));
    assert_eq!((&order["status_id"], &order["final"]), (&json!(4), &json!(true)));
    assert!(stand.page(&page).contains("Отказано"));
}

#[test]
fn complete_and_broken_uploads_are_told_apart() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let whole = stand.pushed(&token, SERVICE, stand.good_archive());
    let broken = stand.reserve(&token, SERVICE);
    let part = vec![7; 150];
    assert_eq!(
        stand.chunk(&token, broken, SERVICE, Some((0, 3)), part).status(),
        206
    );
    let row = |order: i64| {
        let page = stand.page("/uploads");
        let row = page
            .split("<tr>")
            .find(|row| row.contains(&format!("/orders/{order}\"")))
            .unwrap();
        row.to_owned()
    };
    assert!(row(whole).contains("принята"));
    assert!(row(broken).contains("идёт") && row(broken).contains("1 из 3") && row(broken).contains("150"));
    stand.set(&json!({"chunk_window_ms": 0}));
    std::thread::sleep(std::time::Duration::from_millis(5));
    assert!(row(broken).contains("оборвана"));
}

#[test]
fn faults_and_settings_are_changed_by_forms_and_wrong_ones_refused_with_the_reason() {
    let stand = Stand::start();
    let fault = json!({"path": "/root.crt", "kind": "reset", "probability": 0.5}).to_string();
    assert!(
        stand
            .submit("/faults", "/faults", &[("fault", &fault)])
            .is_success()
    );
    assert_eq!(stand.control("/faults")[0]["kind"], "reset");
    assert!(stand.page("/faults").contains("/root.crt"));
    assert_eq!(
        stand.submit(
            "/faults",
            "/faults",
            &[("fault", "{\"path\": \"*\", \"kind\": \"rest\"}")]
        ),
        400
    );
    assert!(stand.submit("/faults", "/faults/clear", &[]).is_success());
    assert_eq!(stand.control("/faults"), json!([]));

    let fields = [
        ("speed", "7"),
        ("outcome", "\"hold\""),
        ("signing_service_down", "true"),
    ];
    assert!(stand.submit("/settings", "/settings", &fields).is_success());
    let settings = stand.control("/settings");
    assert_eq!(
        (
            &settings["speed"],
            &settings["outcome"],
            &settings["signing_service_down"]
        ),
        (&json!(7.0), &json!("hold"), &json!(true))
    );
    assert_eq!(stand.submit("/settings", "/settings", &[("speed", "fast")]), 400);
    assert!(
        stand
            .submit("/settings", "/settings/reset", &[("sure", "yes")])
            .is_success()
    );
    assert_eq!(stand.control("/settings")["outcome"], "accept");
}

#[test]
fn a_form_without_our_token_or_from_another_page_changes_nothing() {
    let stand = Stand::start();
    let fault = json!({"path": "*", "kind": "reset"}).to_string();
    let send = |origin: Option<&str>, token: &str| {
        let mut request = stand.http.post(stand.console("/faults"));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        request
            .form(&[("token", token), ("fault", &fault)])
            .send()
            .unwrap()
            .status()
    };
    assert_eq!(send(None, ""), 403);
    assert_eq!(send(Some(&stand.portal.urls.console), "guessed"), 403);
    // Without a body there is nothing to hold a token: the origin alone tells.
    let reset = |origin: &str| {
        let request = stand.http.post(format!("{}/reset", stand.portal.urls.control));
        request.header("origin", origin).send().unwrap().status()
    };
    let token = stand.token("accountant");
    stand.reserve(&token, SERVICE);
    assert_eq!(reset("https://elsewhere.example"), 403);
    assert_eq!(reset("null"), 403);
    assert_eq!(stand.control("/orders").as_array().unwrap().len(), 1);
    assert_eq!(stand.control("/faults"), json!([]));
    let rebound = stand
        .http
        .get(stand.console("/"))
        .header("host", "rebound.example");
    assert_eq!(rebound.send().unwrap().status(), 403);
}

#[test]
fn pages_load_nothing_from_elsewhere_and_show_no_secret() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    stand.reserve(&token, SERVICE);
    let secrets: Vec<String> = stand
        .portal
        .demo
        .api_keys
        .iter()
        .map(|key| key.key.to_string())
        .collect();
    for path in [
        "/",
        "/orders",
        "/uploads",
        "/faults",
        "/requests",
        "/settings",
        "/tenants",
    ] {
        let answer = stand.http.get(stand.console(path)).send().unwrap();
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        let text = answer.text().unwrap();
        assert!(!text.contains("<script") && !text.contains("style=\""), "{path}");
        assert!(!text.contains(&token), "{path}");
        assert!(!secrets.iter().any(|key| text.contains(key)), "{path}");
        assert!(text.contains("aria-current=\"page\""), "{path}");
    }
    assert!(stand.page("/tenants").contains("ООО «Клевер»"));
    assert!(stand.page("/requests").contains("/api/gusmev/order"));
    assert!(stand.page("/style.css").contains(".badge"));
}

#[test]
fn neither_control_nor_console_is_at_the_clients_ports() {
    let stand = Stand::start();
    for base in [&stand.portal.urls.epgu, &stand.portal.urls.pki] {
        for path in ["/control/settings", "/settings", "/orders"] {
            let answer = stand.http.get(format!("{base}{path}")).send().unwrap();
            assert_eq!(answer.status(), 404, "{base}{path}");
        }
    }
    assert_eq!(
        stand.control("/demo")["urls"]["console"],
        Value::from(stand.portal.urls.console.clone())
    );
}

#[test]
fn powers_of_attorney_are_shown_revoked_elsewhere_and_kept_from_answering() {
    use crate::cabinet::Cabinet;
    use crate::poa::{Deed, ROMASHKA};

    let stand = crate::poa::stand();
    assert!(stand.page("/poa").contains("Доверенностей ещё нет"));
    let director = Cabinet::of(&stand, "director");
    let deed = Deed::to(&stand, "representative");
    director.must_register(&deed, "director");
    let mut wrong = Deed::to(&stand, "representative");
    wrong.expires = crate::poa::day(-1);
    director.try_register(&wrong, "director");
    let list = stand.page("/poa");
    for part in [
        "Ландышева Ольга Николаевна",
        "действует",
        &wrong.name(),
        "term",
        "СвДов/@СрокДейст",
    ] {
        assert!(list.contains(part), "{part}");
    }
    let page = format!("/poa/{}", deed.number);
    assert!(stand.page(&page).contains("DEMO_SRCDOC_ALL"));
    assert_eq!(stand.page(&format!("{page}/file")), deed.xml());
    assert!(stand.submit(&page, &format!("{page}/revoke"), &[]).is_success());
    assert!(stand.page(&page).contains("отозвана"));
    let seen = format!("/poa/{}?inn={ROMASHKA}", deed.number);
    assert_eq!(director.get(&seen)["state"], "revoked");

    assert!(
        stand
            .submit("/poa", "/poa/availability", &[("state", "off")])
            .is_success()
    );
    assert_eq!(director.status_of(&seen), 503);
    assert!(
        stand
            .submit("/poa", "/poa/availability", &[("state", "on")])
            .is_success()
    );
    assert_eq!(director.status_of(&seen), 200);
    assert!(stand.submit("/poa", "/poa/lose", &[]).is_success());
    let faults = stand.control("/faults").to_string();
    assert!(
        faults.contains("/api/cabinet/v1/poa/*") && faults.contains("drop-after"),
        "{faults}"
    );
}
