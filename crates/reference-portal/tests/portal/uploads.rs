//! Chunked uploads: sizes, order, time, repetition.

use serde_json::json;

use crate::stand::{CHUNK_MAX, CHUNK_MIN, SERVICE, Stand, code, settings};
use kabinet_reference_portal::Settings;

fn thirds(archive: &[u8]) -> [Vec<u8>; 3] {
    let third = archive.len() / 3;
    assert!(third >= CHUNK_MIN);
    [
        archive[..third].into(),
        archive[third..2 * third].into(),
        archive[2 * third..].into(),
    ]
}

#[test]
fn one_part_may_go_without_numbers() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    assert_eq!(
        stand
            .chunk(&token, id, SERVICE, None, stand.good_archive())
            .status(),
        200
    );
    assert_eq!(stand.wait_until_final(id)["status_id"], 3);
}

#[test]
fn middle_parts_come_in_any_order_and_each_but_the_last_is_answered_206() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    let archive = stand.signed_archive("accountant", &[("a.bin", &[7; 4 * CHUNK_MIN])]);
    let quarter = archive.len() / 4;
    let part =
        |n: usize| archive[n * quarter..if n == 3 { archive.len() } else { (n + 1) * quarter }].to_vec();
    for (n, expected) in [(0, 206), (2, 206), (1, 206), (3, 200)] {
        let answer = stand.chunk(&token, id, SERVICE, Some((n, 4)), part(n as usize));
        assert_eq!(answer.status().as_u16(), expected, "{n}");
        assert_eq!(
            answer.json::<serde_json::Value>().unwrap(),
            json!({"orderId": id})
        );
    }
    let seen = stand.wait_until_final(id);
    assert_eq!(seen["status_id"], 3);
    assert_eq!(seen["files"].as_array().unwrap().len(), 2);
}

#[test]
fn parts_out_of_the_rules_are_refused() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    let send = |number, size| {
        stand
            .chunk(&token, id, SERVICE, Some(number), vec![0; size])
            .status()
            .as_u16()
    };
    assert_eq!(send((1, 3), CHUNK_MIN), 400, "the first is missing");
    assert_eq!(send((0, 3), CHUNK_MIN - 1), 400, "too small");
    assert_eq!(send((0, 3), CHUNK_MAX + 1), 400, "too large");
    assert_eq!(send((3, 3), CHUNK_MIN), 400, "numbers start at 0");
    assert_eq!(send((0, 3), CHUNK_MIN), 206);
    assert_eq!(send((1, 4), CHUNK_MIN), 400, "another count");
    assert_eq!(send((2, 3), 1), 400, "the last before the middle");
    assert_eq!(stand.control(&format!("/orders/{id}"))["draft"], true);
}

#[test]
fn the_service_must_be_the_one_reserved_for() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    assert_eq!(
        stand.chunk(&token, id, "10000000585", None, vec![0; 10]).status(),
        400
    );
    assert_eq!(
        stand
            .chunk(&stand.token("stranger"), id, SERVICE, None, vec![0; 10])
            .status(),
        403
    );
    assert_eq!(stand.chunk(&token, 1, SERVICE, None, vec![0; 10]).status(), 204);
}

#[test]
fn too_late_a_part_is_refused_and_the_number_can_be_used_again() {
    let stand = Stand::start_with(Settings {
        chunk_window_ms: 150,
        ..settings()
    });
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    let [first, second, third] = thirds(&stand.good_archive());
    assert_eq!(
        stand
            .chunk(&token, id, SERVICE, Some((0, 3)), first.clone())
            .status(),
        206
    );
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(
        stand
            .chunk(&token, id, SERVICE, Some((1, 3)), second.clone())
            .status(),
        409
    );
    stand.set(&json!({"chunk_window_ms": 60_000}));
    for (n, part, expected) in [(0, first, 206), (1, second, 206), (2, third, 200)] {
        assert_eq!(
            stand
                .chunk(&token, id, SERVICE, Some((n, 3)), part)
                .status()
                .as_u16(),
            expected
        );
    }
    assert_eq!(stand.wait_until_final(id)["pushes"], 1);
}

#[test]
fn what_was_pushed_cannot_be_pushed_again() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let id = stand.reserve(&token, SERVICE);
    let archive = stand.good_archive();
    assert_eq!(
        stand.chunk(&token, id, SERVICE, None, archive.clone()).status(),
        200
    );
    let again = stand.chunk(&token, id, SERVICE, None, archive.clone());
    assert_eq!(
        (again.status().as_u16(), code(again).as_str()),
        (409, "bad_request")
    );
    stand.wait_until_final(id);
    assert_eq!(
        stand.chunk(&token, id, SERVICE, Some((0, 1)), archive).status(),
        409
    );
    let seen = stand.control(&format!("/orders/{id}"));
    assert_eq!((&seen["pushes"], &seen["push_requests"]), (&json!(1), &json!(3)));
}
