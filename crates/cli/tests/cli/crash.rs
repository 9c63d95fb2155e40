//! `kill -9` in every state of a submission: the next run finishes what was begun, and the portal sees one order, once.

use std::time::Duration;

use kabinet_testkit::{PIN, eventually};
use serde_json::json;

use crate::office::Office;

/// What the portal has done when the program dies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Portal {
    /// The request arrived and was not looked at.
    HasNotActed,
    /// The request was carried out; its answer waits in the socket.
    HasActed,
}

/// Kills the program when its request to `path` has arrived, and shows what is left on disk.
fn killed_at(method: &str, path: &str, portal: Portal, skip: u32, state: &str) -> Office {
    killed_in(Office::new(), method, path, portal, skip, state)
}

fn killed_in(office: Office, method: &str, path: &str, portal: Portal, skip: u32, state: &str) -> Office {
    let ms = if portal == Portal::HasActed { 1500 } else { 20_000 };
    office
        .stand
        .fault(&json!({ "path": path, "method": method, "kind": "delay", "ms": ms, "skip": skip }));
    let mut running = office.start_sending();
    eventually("the request arrives", || {
        assert!(
            !running.has_ended(),
            "it ended before its request to {path} arrived"
        );
        office.stand.all_faults_struck().then_some(())
    });
    if portal == Portal::HasActed {
        let before = office.stand.requests_to(method, path);
        running.freeze();
        eventually("the portal acts", || {
            (office.stand.requests_to(method, path) > before).then_some(())
        });
    }
    running.kill();
    let page = office.page();
    assert_eq!(page["submission"]["state"], state, "{page}");
    office
}

fn recovers(office: &Office) {
    let outbox = office.sync().expect(0).json()["outbox"].take();
    assert_eq!(outbox.as_array().unwrap().len(), 1, "{outbox}");
    office.all_is_well(outbox[0]["documentId"].as_str().unwrap());
}

#[test]
fn while_queued() {
    let office = killed_at("GET", "/esia-rs/*", Portal::HasNotActed, 0, "queued");
    recovers(&office);
    // And there is nothing left to do.
    office.sync().expect(0);
    office.stand.only_order();
}

#[test]
fn while_reserving_and_the_portal_had_not_acted() {
    let office = killed_at("POST", "/api/gusmev/order", Portal::HasNotActed, 0, "reserving");
    assert_eq!(office.stand.orders().len(), 0);
    recovers(&office);
}

#[test]
fn while_reserving_and_the_portal_had_acted() {
    let office = killed_at("POST", "/api/gusmev/order", Portal::HasActed, 0, "reserving");
    assert_eq!(office.stand.only_order()["draft"], true);
    recovers(&office);
}

#[test]
fn while_reserved() {
    let office = Office::new();
    let busy =
        json!({ "path": "/api/gusmev/push/chunked", "kind": "status", "status": 429, "retry_after_s": 3 });
    office.stand.fault(&busy);
    let running = office.start_sending();
    eventually("the portal is too busy", || {
        office.stand.all_faults_struck().then_some(())
    });
    // Nothing outside tells when the answer is written down.
    std::thread::sleep(Duration::from_millis(1500));
    running.kill();
    assert_eq!(office.page()["submission"]["state"], "reserved");
    recovers(&office);
}

#[test]
fn while_uploading_and_the_portal_had_not_acted() {
    let office = killed_at(
        "POST",
        "/api/gusmev/push/chunked",
        Portal::HasNotActed,
        0,
        "uploading",
    );
    assert_eq!(office.stand.only_order()["pushes"], 0);
    recovers(&office);
}

#[test]
fn while_uploading_and_the_portal_had_acted() {
    let office = killed_at(
        "POST",
        "/api/gusmev/push/chunked",
        Portal::HasActed,
        0,
        "uploading",
    );
    assert_eq!(office.stand.only_order()["pushes"], 1);
    recovers(&office);
}

#[test]
fn while_uploading_and_the_portal_has_acted_and_takes_its_time() {
    let office = Office::new();
    // Until the content is examined, the order looks like the draft it was.
    office.stand.set(&json!({ "speed": 0.0 }));
    let office = killed_in(
        office,
        "POST",
        "/api/gusmev/push/chunked",
        Portal::HasActed,
        0,
        "uploading",
    );
    office.run_with(PIN, &["sync"]).expect(0);
    assert_eq!(office.page()["submission"]["state"], "following");
    office.stand.set(&json!({ "speed": 100.0 }));
    recovers(&office);
}

#[test]
fn while_following() {
    recovers(&killed_at(
        "POST",
        "/api/gusmev/order/*",
        Portal::HasNotActed,
        0,
        "following",
    ));
}

#[test]
fn while_collecting_before_the_first_file() {
    recovers(&killed_at(
        "GET",
        "/api/gusmev/files/download/*",
        Portal::HasNotActed,
        0,
        "collecting",
    ));
}

#[test]
fn while_collecting_in_the_middle_of_a_file() {
    const DOWNLOAD: &str = "/api/gusmev/files/download/*";
    let office = Office::new();
    office
        .stand
        .fault(&json!({ "path": DOWNLOAD, "kind": "stall-body", "after_bytes": 300, "ms": 60_000 }));
    let running = office.start_sending();
    eventually("the receipt begins to come", || {
        (office.stand.requests_to("GET", DOWNLOAD) == 1).then_some(())
    });
    // What has come is written down a second later, and nothing outside tells.
    std::thread::sleep(Duration::from_secs(3));
    running.kill();
    let incoming = &office.page()["submission"]["incoming"];
    assert_eq!(
        (&incoming["received"], &incoming["resumable"]),
        (&300.into(), &true.into())
    );
    recovers(&office);
    let asked = office.stand.ranges_of("GET", DOWNLOAD);
    assert_eq!(asked, [None, Some("bytes=300-".to_owned()), None]);
}

#[test]
fn while_collecting_between_the_files() {
    let office = killed_at(
        "GET",
        "/api/gusmev/files/download/*",
        Portal::HasNotActed,
        1,
        "collecting",
    );
    let files = office.page()["files"].as_array().unwrap().len();
    assert_eq!(files, 3, "the receipt is here, its signature is not");
    recovers(&office);
}
