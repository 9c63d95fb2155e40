//! Devices and sessions of a person, over the cabinet API, and what outlives a restart.

use std::path::Path;

use kabinet_reference_portal::{Config, Listeners, Portal};
use serde_json::{Value, json};

use super::browser::Browser;
use super::{change_account, exchange, pass, refresh_form, request, text, tokens_for};
use crate::stand::{Stand, settings};

const DEVICES: &str = "/api/cabinet/v1/me/devices";

fn devices(stand: &Stand, token: &str) -> Vec<Value> {
    let answer = stand.get(token, DEVICES).send().unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().unwrap()
}

#[test]
fn ending_a_device_ends_its_tokens_and_no_others() {
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

    let path = format!("{DEVICES}/{}", other[0]["id"].as_str().unwrap());
    let delete = |token: &str| {
        let address = format!("{}{path}", stand.portal.urls.epgu);
        stand
            .http
            .delete(address)
            .bearer_auth(token)
            .send()
            .unwrap()
            .status()
            .as_u16()
    };
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
    let path = DEVICES.to_owned();
    let other = devices(&stand, &text(&tokens, "access_token"))
        .into_iter()
        .find(|d| d["current"] == false)
        .unwrap();
    let address = format!(
        "{}{path}/{}",
        stand.portal.urls.epgu,
        other["id"].as_str().unwrap()
    );
    assert_eq!(
        stand
            .http
            .delete(address)
            .bearer_auth(text(&tokens, "access_token"))
            .send()
            .unwrap()
            .status(),
        204
    );

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
