//! Devices and sessions of a person, over the cabinet API, and what outlives a restart.

use std::path::Path;

use kabinet_reference_portal::{Config, Listeners, Portal};
use serde_json::{Value, json};

use super::browser::Browser;
use super::{change_account, exchange, pass, refresh_form, request, text, tokens_for};
use crate::stand::{Stand, password, settings};

const DEVICES: &str = "/api/cabinet/v1/me/devices";

fn devices(stand: &Stand, token: &str) -> Vec<Value> {
    let answer = stand.get(token, DEVICES).send().unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().unwrap()
}

/// Ends a device and answers with the status; what wants confirming is confirmed with the accountant's password.
fn end(stand: &Stand, token: &str, device: &Value) -> u16 {
    let base = format!("{}/api/cabinet/v1", stand.portal.urls.epgu);
    let address = format!("{base}/me/devices/{}", device["id"].as_str().unwrap());
    let delete = || stand.http.delete(&address).bearer_auth(token);
    let answer = delete().send().unwrap();
    if answer.status() != 403 {
        return answer.status().as_u16();
    }
    let refusal: Value = answer.json().unwrap();
    assert_eq!(refusal["code"], "step-up-required", "{refusal}");
    let step_up = refusal["stepUp"]["id"].as_str().unwrap();
    let confirmation = stand
        .http
        .post(format!("{base}/step-up/{step_up}/confirm"))
        .bearer_auth(token)
        .json(&json!({"factor": "password", "value": password(stand, "accountant")}))
        .send()
        .unwrap();
    assert_eq!(confirmation.status(), 200);
    let ended = delete().header("X-Step-Up", step_up).send().unwrap();
    ended.status().as_u16()
}

#[test]
fn ending_a_device_is_confirmed_and_ends_its_tokens_and_no_others() {
    let stand = Stand::start();
    let (here, there) = (Browser::new(&stand), Browser::new(&stand));
    let mine = tokens_for(&stand, &here);
    let theirs = tokens_for(&stand, &there);
    let seen = devices(&stand, &text(&mine, "access_token"));
    assert_eq!(seen.len(), 2);
    let (current, other): (Vec<_>, Vec<_>) = seen.iter().partition(|device| device["current"] == true);
    assert_eq!((current.len(), other.len()), (1, 1));
    assert_eq!(
        (&current[0]["name"], &current[0]["system"]),
        (&json!("Firefox"), &json!("Linux"))
    );
    assert_eq!(current[0]["sessions"].as_array().unwrap().len(), 1);
    for member in ["id", "place", "lastSeen", "trusted"] {
        assert!(current[0].get(member).is_some(), "{}", current[0]);
    }

    let delete = |token: &str| end(&stand, token, other[0]);
    // Nobody else's device can be ended.
    let stranger = pass(&stand, &Browser::new(&stand), &request(&[]), "stranger");
    let (_, stranger) = exchange(
        &stand,
        &super::token_form(&stranger.parameter("code").unwrap(), &[]),
    );
    assert_eq!(delete(&text(&stranger, "access_token")), 404);
    assert_eq!(delete(&text(&mine, "access_token")), 204);
    assert_eq!(delete(&text(&mine, "access_token")), 404);
    assert_eq!(
        exchange(&stand, &refresh_form(&text(&theirs, "refresh_token"), &[])).0,
        400
    );
    assert_eq!(
        stand
            .get(&text(&theirs, "access_token"), DEVICES)
            .send()
            .unwrap()
            .status(),
        401
    );
    assert_eq!(
        exchange(&stand, &refresh_form(&text(&mine, "refresh_token"), &[])).0,
        200
    );
    assert!(there.follow(there.get(&request(&[]))).has_id("password"));
}

#[test]
fn without_a_token_there_are_no_devices_to_see() {
    let stand = Stand::start();
    let answer = stand
        .http
        .get(format!("{}{DEVICES}", stand.portal.urls.epgu))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 401);
    let body: Value = answer.json().unwrap();
    assert!(
        body["code"].is_string() && body["message"].is_string() && body["support"].is_string(),
        "{body}"
    );
}

#[test]
fn a_token_by_api_key_sees_the_devices_of_its_person() {
    let stand = Stand::start();
    tokens_for(&stand, &Browser::new(&stand));
    let seen = devices(&stand, &stand.token("accountant"));
    assert_eq!((seen.len(), &seen[0]["current"]), (1, &json!(false)));
}

/// The portal ended and started again, with something done to its directory in between.
fn restarted(stand: Stand, meanwhile: impl FnOnce(&Path)) -> Stand {
    let Stand { portal, http, dir } = stand;
    let ports = portal.demo.ports;
    portal.shutdown();
    meanwhile(dir.path());
    let config = Config {
        dir: dir.path().into(),
        listeners: Listeners::bind(ports).unwrap(),
        settings: settings(),
        database: None,
        faults: vec![],
    };
    Stand {
        portal: Portal::start(config).unwrap(),
        http,
        dir,
    }
}

#[test]
fn a_demo_directory_of_before_there_were_accounts_still_serves_its_api_keys() {
    let stand = restarted(Stand::start(), |dir| {
        let index = dir.join("demo.json");
        let mut demo: Value = serde_json::from_slice(&std::fs::read(&index).unwrap()).unwrap();
        for member in ["systems", "accounts", "esia_certificates"] {
            demo.as_object_mut().unwrap().remove(member).unwrap();
        }
        demo["certificates"]
            .as_array_mut()
            .unwrap()
            .retain(|c| c["id"] != "token-signer-next" && c["id"] != "system");
        std::fs::write(&index, demo.to_string()).unwrap();
        for file in [
            "token-signer-next.cer",
            "token-signer-next.key",
            "system.cer",
            "system.key",
        ] {
            std::fs::remove_file(dir.join("pki").join(file)).unwrap();
        }
    });
    stand.token("accountant");
    // Nobody is registered, which is said and nothing worse.
    let page = Browser::new(&stand).get(&request(&[]));
    assert!(
        page.status == 400 && page.body.contains("ESIA-007002"),
        "{}",
        page.body
    );
}

#[test]
fn sessions_refresh_tokens_locks_and_keys_outlive_a_restart() {
    let stand = Stand::start();
    let browser = Browser::new(&stand);
    let tokens = tokens_for(&stand, &browser);
    let key: Value = stand
        .control_post("/api-keys", &json!({"employee": "director"}))
        .json()
        .unwrap();
    change_account(
        &stand,
        "director",
        &json!({"lock": {"cause": "hacking-suspicion", "seconds": null}}),
    );
    let ended = tokens_for(&stand, &Browser::new(&stand));
    let other = devices(&stand, &text(&tokens, "access_token"))
        .into_iter()
        .find(|d| d["current"] == false)
        .unwrap();
    assert_eq!(end(&stand, &text(&tokens, "access_token"), &other), 204);

    let stand = restarted(stand, |_| ());
    assert!(
        browser
            .follow(browser.get(&request(&[])))
            .parameter("code")
            .is_some()
    );
    assert_eq!(
        exchange(&stand, &refresh_form(&text(&tokens, "refresh_token"), &[])).0,
        200
    );
    assert_eq!(
        stand
            .get(&text(&ended, "access_token"), DEVICES)
            .send()
            .unwrap()
            .status(),
        401
    );
    assert!(
        stand
            .control("/api-keys")
            .as_array()
            .unwrap()
            .iter()
            .any(|k| k["key"] == key["key"])
    );
    let accounts = stand.control("/accounts");
    let director = accounts
        .as_array()
        .unwrap()
        .iter()
        .find(|a| a["employee"] == "director")
        .unwrap();
    assert_eq!(director["lock"]["cause"], "hacking-suspicion");
}
