//! The ends an order can come to.

use serde_json::{Value, json};

use crate::stand::{DOCUMENT, SERVICE, Stand, settings};
use kabinet_reference_portal::{Outcome, Settings};

fn with_outcome(outcome: Outcome) -> (Stand, String, i64) {
    let stand = Stand::start_with(Settings {
        outcome,
        ..settings()
    });
    let token = stand.token("accountant");
    let id = stand.pushed(&token, SERVICE, stand.good_archive());
    (stand, token, id)
}

#[test]
fn a_refusal_is_final_and_signed() {
    let (stand, token, id) = with_outcome(Outcome::Refuse);
    assert_eq!(stand.wait_until_final(id)["status_id"], 4);
    let order = stand.order_object(&token, id);
    assert_eq!(order["orderResponseFiles"][0]["hasDigitalSignature"], true);
    assert_eq!(order["closed"], true);
}

#[test]
fn delivery_can_fail_in_two_ways_and_before_the_portal() {
    let (stand, _, id) = with_outcome(Outcome::FailDelivery);
    assert_eq!(stand.wait_until_final(id)["status_id"], 5);
    let (stand, _, id) = with_outcome(Outcome::FailProcessing);
    assert_eq!(stand.wait_until_final(id)["status_id"], 24);
    let (stand, token, id) = with_outcome(Outcome::Code("CREATE_ORDER_FORBIDDEN".into()));
    assert_eq!(stand.wait_until_final(id)["code"], "CREATE_ORDER_FORBIDDEN");
    assert_eq!(stand.details(&token, id)["code"], "CREATE_ORDER_FORBIDDEN");
}

#[test]
fn a_correction_is_pushed_under_the_same_number() {
    let (stand, token, id) = with_outcome(Outcome::Correct);
    stand.wait(id, |seen| seen["status_id"] == 15);
    let order = stand.order_object(&token, id);
    assert_eq!(order["currentStatusHistory"]["editAllowed"], true);
    assert_eq!(order["currentStatusHistory"]["finalStatus"], false);
    stand.set(&json!({"outcome": "accept"}));
    assert_eq!(
        stand
            .chunk(&token, id, SERVICE, None, stand.good_archive())
            .status(),
        200
    );
    let seen = stand.wait_until_final(id);
    assert_eq!((&seen["status_id"], &seen["pushes"]), (&json!(3), &json!(2)));
}

#[test]
fn a_held_order_waits_for_its_outcome() {
    let (stand, _, id) = with_outcome(Outcome::Hold);
    stand.wait(id, |seen| seen["status_id"] == 17);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(stand.control(&format!("/orders/{id}"))["status_id"], 17);
    let path = format!("/orders/{id}/outcome");
    assert_eq!(
        stand.control_post(&path, &json!({"outcome": "refuse"})).status(),
        204
    );
    assert_eq!(stand.wait_until_final(id)["status_id"], 4);
}

#[test]
fn a_document_may_ask_for_its_outcome() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let document = DOCUMENT.replace("?><", "?><?reference-portal outcome=\"refuse\"?><");
    let archive = stand.signed_archive("accountant", &[("d.xml", document.as_bytes())]);
    let id = stand.pushed(&token, SERVICE, archive);
    assert_eq!(stand.wait_until_final(id)["status_id"], 4);
}

#[test]
fn a_standing_portal_moves_step_by_step() {
    let stand = Stand::start_with(Settings {
        speed: 0.0,
        ..settings()
    });
    let token = stand.token("accountant");
    let id = stand.pushed(&token, SERVICE, stand.good_archive());
    let codes: Vec<Value> = (0..4)
        .map(|_| {
            stand
                .control_post(&format!("/orders/{id}/advance"), &json!({}))
                .json::<Value>()
                .unwrap()["code"]
                .clone()
        })
        .collect();
    assert_eq!(
        codes,
        ["FILES_VERIFICATION", "FILES_VERIFICATION_SUCCESS", "DONE", "OK"]
    );
    assert_eq!(stand.control(&format!("/orders/{id}"))["status_id"], 17);
}
