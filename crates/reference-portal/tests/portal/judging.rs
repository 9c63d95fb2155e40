//! What the portal thinks of the archives it receives.

use serde_json::{Value, json};

use crate::stand::{DOCUMENT, SERVICE, Stand, zip};

/// Pushes and waits for the end: final code and message.
fn judged(stand: &Stand, token: &str, service: &str, archive: Vec<u8>) -> (String, String) {
    let id = stand.pushed(token, service, archive);
    let seen = stand.wait_until_final(id);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&seen["code"]), text(&seen["message"]))
}

#[test]
fn signatures_that_do_not_hold_are_refused_with_their_reason() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let document = DOCUMENT.as_bytes();
    let good = stand.sign("accountant", document);
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let with = |signature: &[u8]| zip(&[("d.xml", document), ("d.xml.sig", signature)]);
    let cases = [
        ("unsigned", zip(&[("d.xml", document)]), "нет файла подписи"),
        (
            "altered",
            zip(&[
                ("d.xml", DOCUMENT.replace("НПЮЛ", "НПЮ").as_bytes()),
                ("d.xml.sig", &good),
            ]),
            "изменено",
        ),
        ("damaged", with(&damaged), "не соответствует ключу"),
        ("garbage", with(b"garbage"), "не является"),
        (
            "expired",
            with(&stand.sign("accountant-expired", document)),
            "истёк",
        ),
        (
            "revoked",
            with(&stand.sign("accountant-revoked", document)),
            "отозван",
        ),
        (
            "untrusted",
            with(&stand.sign("director-untrusted", document)),
            "не доверенным",
        ),
    ];
    for (name, archive, expected) in cases {
        let (code, message) = judged(&stand, &token, SERVICE, archive);
        assert_eq!(code, "FILES_VERIFICATION_FAILED", "{name}");
        assert!(message.contains(expected), "{name}: {message}");
    }
}

#[test]
fn one_bad_signature_among_good_ones_refuses_all() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let (a, b) = (b"<a/>".as_slice(), b"<b/>".as_slice());
    let good = stand.sign("accountant", a);
    let archive = zip(&[
        ("a.xml", a),
        ("a.xml.sig", &good),
        ("b.xml", b),
        ("b.xml.sig", &good),
    ]);
    let (code, message) = judged(&stand, &token, SERVICE, archive);
    assert_eq!(code, "FILES_VERIFICATION_FAILED");
    assert!(message.starts_with("b.xml.sig"), "{message}");
}

#[test]
fn what_belongs_to_another_organisation_is_refused() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let by_stranger = stand.signed_archive("stranger", &[("d.xml", DOCUMENT.as_bytes())]);
    assert_eq!(
        judged(&stand, &token, SERVICE, by_stranger).0,
        "REQ_VERIFY_FAILED"
    );
    let of_stranger = DOCUMENT.replace("9900000017", "7700000023");
    let archive = stand.signed_archive("accountant", &[("d.xml", of_stranger.as_bytes())]);
    assert_eq!(judged(&stand, &token, SERVICE, archive).0, "REQ_VERIFY_FAILED");
}

#[test]
fn a_colleague_may_sign() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let archive = stand.signed_archive("director", &[("d.xml", DOCUMENT.as_bytes())]);
    assert_eq!(judged(&stand, &token, SERVICE, archive).0, "OK");
}

#[test]
fn archives_that_are_not_flat_are_refused() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    for (name, archive) in [
        ("folder", zip(&[("folder/attach.xml", b"<a/>".as_slice())])),
        (
            "nested",
            zip(&[("attach.xml", b"<a/>".as_slice()), ("more.zip", &zip(&[]))]),
        ),
        ("empty", zip(&[])),
        ("no zip", b"this is not a zip".to_vec()),
    ] {
        assert_eq!(
            judged(&stand, &token, "10000000585", archive).0,
            "INVALID_FILES_STRUCTURE",
            "{name}"
        );
    }
}

#[test]
fn files_that_a_service_asks_for_must_be_there() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let archive = || zip(&[("other.xml", b"<a/>".as_slice())]);
    assert_eq!(
        judged(&stand, &token, "10000000585", archive()).0,
        "MPC_NOT_FOUND"
    );
    assert_eq!(
        judged(&stand, &token, "10000000109", archive()).0,
        "REQ_NOT_FOUND"
    );
    let signed = stand.signed_archive("accountant", &[("other.xml", b"<a/>")]);
    assert_eq!(judged(&stand, &token, "10000000374", signed).0, "MPC_NOT_FOUND");
    let broken = zip(&[("attach.xml", b"<a>".as_slice())]);
    assert_eq!(
        judged(&stand, &token, "10000000585", broken).0,
        "VALIDATION_ERROR"
    );
}

#[test]
fn the_pension_service_wants_its_own_number_in_the_transport_file() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let send = |number: &dyn Fn(i64) -> i64, business: &str| {
        let id = stand.reserve(&token, "10000000109");
        let trans = format!(
            "<Request xmlns=\"urn://cmv.pfr.ru/zdp/1.0.1\"><ExternalRegistrationData>\
             <ExternalRegistrationNumber>{}</ExternalRegistrationNumber></ExternalRegistrationData>\
             <ApplicationFileName>req_1.xml</ApplicationFileName></Request>",
            number(id)
        );
        let archive = zip(&[
            ("trans_1.xml", trans.as_bytes()),
            (
                business,
                b"<r xmlns=\"http://\xD0\xBF\xD1\x84.\xD1\x80\xD1\x84/1\"/>",
            ),
        ]);
        assert_eq!(
            stand.chunk(&token, id, "10000000109", None, archive).status(),
            200
        );
        stand.wait_until_final(id)["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(send(&|id| id + 1, "req_1.xml"), "VALIDATION_ERROR");
    assert_eq!(send(&|id| id, "req_2.xml"), "MPC_NOT_FOUND");
    assert_eq!(send(&|id| id, "req_1.xml"), "OK");
}

#[test]
fn a_configuration_may_give_a_document_several_signatures() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let (request, document) = (b"<r/>".as_slice(), b"plain".as_slice());
    let config = "<signedAttachments><signedDocument><documentFileName>d.txt</documentFileName>\
        <signData><signFileName>d.first.sig</signFileName></signData>\
        <signData><signFileName>d.second.sig</signFileName></signData></signedDocument></signedAttachments>";
    let request_signature = stand.sign("accountant", request);
    let (first, second) = (
        stand.sign("accountant", document),
        stand.sign("director", document),
    );
    let with = |second: &[u8]| {
        zip(&[
            ("req.xml", request),
            ("req.xml.sig", &request_signature),
            ("sign_config.xml", config.as_bytes()),
            ("d.txt", document),
            ("d.first.sig", &first),
            ("d.second.sig", second),
        ])
    };
    assert_eq!(judged(&stand, &token, "10000000374", with(&second)).0, "OK");
    assert_eq!(
        judged(&stand, &token, "10000000374", with(&request_signature)).0,
        "FILES_VERIFICATION_FAILED"
    );
}

#[test]
fn a_private_person_may_sign_along_and_nobody_of_another_organisation() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let document = b"contract".as_slice();
    let config = "<signedAttachments><signedDocument><documentFileName>d.txt</documentFileName>\
        <signData><signFileName>d.txt.sig</signFileName></signData>\
        <signData><signFileName>d.txt.2.sig</signFileName></signData></signedDocument></signedAttachments>";
    let with = |first: &str, second: &str, config: &str| {
        let archive = zip(&[
            ("d.txt", document),
            ("d.txt.sig", &stand.sign(first, document)),
            ("d.txt.2.sig", &stand.sign(second, document)),
            ("sign_config.xml", config.as_bytes()),
        ]);
        judged(&stand, &token, SERVICE, archive)
    };
    assert_eq!(with("accountant", "phone-director", config).0, "OK");
    for (first, second) in [("phone-accountant", "phone-director"), ("accountant", "stranger")] {
        assert_eq!(
            with(first, second, config).0,
            "REQ_VERIFY_FAILED",
            "{first}, {second}"
        );
    }
    let (code, message) = with(
        "accountant",
        "director",
        &config.replace("d.txt.2.sig", "d.txt.3.sig"),
    );
    assert_eq!(code, "VALIDATION_ERROR");
    assert!(message.contains("d.txt.3.sig"), "{message}");
}

#[test]
fn documents_in_windows_1251_are_read() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let text = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><Файл ИННЮЛ=\"7700000023\"/>";
    let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(text);
    let archive = stand.signed_archive("accountant", &[("d.xml", &bytes)]);
    assert_eq!(judged(&stand, &token, SERVICE, archive).0, "REQ_VERIFY_FAILED");
}

#[test]
fn orders_wait_in_retry_while_the_signature_service_is_down() {
    let stand = Stand::start();
    let token = stand.token("accountant");
    let archive = stand.good_archive();
    stand.set(&json!({"signing_service_down": true}));
    let id = stand.pushed(&token, SERVICE, archive);
    stand.wait(id, |seen| seen["code"] == "RETRY");
    assert_eq!(stand.details(&token, id)["code"], "RETRY");
    stand.set(&json!({"signing_service_down": false}));
    assert_eq!(stand.wait_until_final(id)["status_id"], 3);
}
