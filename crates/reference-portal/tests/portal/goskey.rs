//! Requests that end up on a person's phone («Отправка документов на подпись в Госключ» 1.8).

use reqwest::StatusCode;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::openssl;
use crate::stand::{Stand, settings, zip};

const GOSKEY: &str = "10000000374";
const ORGANISATION: &str = "60025907";
const SIMPLE: &str = "urn://mpkey.gosuslugi.ru/sign_document/1.0.0";
const QUALIFIED: &str = "urn://mpkey.gosuslugi.ru/sign_document_ukep/1.0.0";
/// The accountant's.
const SNILS: &str = "<ns:Snils>900-000-001 82</ns:Snils>";
const OID: &str = "<ns:OID>1000000201</ns:OID>";
const PDF: &[u8] = b"%PDF-1.4 contract";

fn hours(hours: i64) -> String {
    (OffsetDateTime::now_utc() + Duration::hours(hours))
        .format(&Rfc3339)
        .unwrap()
}

fn document(id: &str, expires: &str) -> String {
    format!(
        "<ns:Document><ns:DocumentId>{id}</ns:DocumentId><ns:MimeType>application/pdf</ns:MimeType>\
         <ns:Description>Договор</ns:Description><ns:SignExpiration>{expires}</ns:SignExpiration></ns:Document>"
    )
}

fn request(namespace: &str, elements: &[&str]) -> String {
    format!(
        "<ns:SignRequest xmlns:ns=\"{namespace}\">{}</ns:SignRequest>",
        elements.concat()
    )
}

/// Pushes a request of the accountant with one document.
fn pushed(stand: &Stand, service: &str, request: &str) -> i64 {
    let archive = stand.signed_archive("accountant", &[("req.xml", request.as_bytes()), ("d.pdf", PDF)]);
    stand.pushed(&stand.token("accountant"), service, archive)
}

fn good() -> String {
    request(SIMPLE, &[SNILS, &document("d.pdf", &hours(1)), OID])
}

/// Status and code of the agency with which an order ends.
fn end(stand: &Stand, order: i64) -> (i64, String) {
    stand.wait_until_final(order);
    let details = stand.order_object(&stand.token("accountant"), order);
    let current = &details["currentStatusHistory"];
    assert_eq!(current["finalStatus"], true, "{current}");
    (
        current["statusId"].as_i64().unwrap(),
        current["stateOrgStatusCode"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    )
}

fn ended(stand: &Stand, service: &str, request: &str) -> (i64, String) {
    end(stand, pushed(stand, service, request))
}

/// A portal whose people do nothing by themselves.
fn waiting_stand() -> Stand {
    let stand = Stand::start_with(settings());
    stand.set(&json!({"goskey": {"answer": "wait"}}));
    stand
}

fn on_the_phone(stand: &Stand, order: i64) {
    stand.wait(order, |seen| seen["status_id"] == 2);
}

fn act(stand: &Stand, order: i64, action: &str, body: &Value) -> StatusCode {
    stand
        .control_post(&format!("/goskey/{order}/{action}"), body)
        .status()
}

/// The files of the result, by name.
fn results(stand: &Stand, order: i64) -> Vec<(String, Vec<u8>)> {
    let token = stand.token("accountant");
    let details = stand.order_object(&token, order);
    let files = details["orderResponseFiles"].as_array().unwrap().clone();
    let file = |file: &Value| {
        let link = file["link"]
            .as_str()
            .unwrap()
            .strip_prefix("terrabyte://00/")
            .unwrap();
        let [order, mnemonic, kind] = link.splitn(3, '/').collect::<Vec<_>>()[..] else {
            panic!("{link}")
        };
        let path = format!("/api/gusmev/files/download/{order}/{kind}");
        let answer = stand
            .get(&token, &path)
            .query(&[("mnemonic", mnemonic)])
            .send()
            .unwrap();
        assert_eq!(answer.status(), 200, "{link}");
        (
            file["fileName"].as_str().unwrap().to_owned(),
            answer.bytes().unwrap().to_vec(),
        )
    };
    files.iter().map(file).collect()
}

/// What OpenSSL says of a signature of `content` by the phone of an employee.
fn judged(stand: &Stand, signature: &[u8], content: &[u8]) -> openssl::Output {
    let work = tempfile::tempdir().unwrap();
    std::fs::write(work.path().join("content"), content).unwrap();
    std::fs::write(work.path().join("signature"), signature).unwrap();
    let root = stand.pki().join("root.crt");
    openssl::run(
        work.path(),
        &[
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "signature",
            "-content",
            "content",
            "-CAfile",
            root.to_str().unwrap(),
            "-purpose",
            "any",
            "-cades",
            "-out",
            "out",
        ],
    )
}

#[test]
fn a_person_signs_after_a_while_and_openssl_accepts_the_pair() {
    let stand = Stand::start();
    let order = pushed(&stand, GOSKEY, &good());
    assert_eq!(end(&stand, order), (3, "done".to_owned()));
    let results = results(&stand, order);
    let names: Vec<&str> = results.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["d.pdf", "d.pdf.sig"]);
    assert_eq!(results[0].1, PDF);
    let said = judged(&stand, &results[1].1, PDF);
    assert!(said.success, "{}", said.text);
    assert!(!judged(&stand, &results[1].1, b"other").success);
    let details = stand.order_object(&stand.token("accountant"), order);
    let links: Vec<&str> = details["orderResponseFiles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["link"].as_str().unwrap())
        .collect();
    // The signature has the name of the file as its mnemonic, and the file that with `_attach`: as published.
    assert_eq!(
        links,
        [
            format!("terrabyte://00/{order}/d.pdf_attach/3"),
            format!("terrabyte://00/{order}/d.pdf/3")
        ]
    );
}

#[test]
fn both_orders_of_elements_and_either_identifier_are_taken() {
    let stand = Stand::start();
    let asked = document("d.pdf", &hours(24));
    for elements in [
        &[SNILS, asked.as_str(), OID][..],
        &[OID, SNILS, &asked],
        &[SNILS, &asked],
        &[&asked, OID],
    ] {
        assert_eq!(
            ended(&stand, GOSKEY, &request(SIMPLE, elements)).1,
            "done",
            "{elements:?}"
        );
    }
    // УКЭП in its own namespace, where 60025907 has nothing else.
    assert_eq!(
        ended(&stand, GOSKEY, &request(QUALIFIED, &[SNILS, &asked])).1,
        "done"
    );
    assert_eq!(
        ended(&stand, ORGANISATION, &request(QUALIFIED, &[SNILS, &asked])).1,
        "done"
    );
    assert_eq!(
        ended(&stand, ORGANISATION, &request(SIMPLE, &[SNILS, &asked])).1,
        "request_error"
    );
    // The published example numbers its documents.
    let numbered = request(SIMPLE, &[OID, SNILS, &document("1896644961", &hours(2))]);
    assert_eq!(ended(&stand, GOSKEY, &numbered).1, "done");
}

#[test]
fn what_is_wrong_with_a_request_ends_it_with_its_code() {
    let stand = Stand::start();
    let asked = document("d.pdf", &hours(1));
    let twice = [SNILS, &asked, &document("e.pdf", &hours(1))];
    for (what, elements, code) in [
        (
            "unknown СНИЛС",
            &["<ns:Snils>900-000-009 08</ns:Snils>", asked.as_str()][..],
            "snils_not_found",
        ),
        (
            "identifiers of two people",
            &[SNILS, &asked, "<ns:OID>1000000202</ns:OID>"],
            "snils_not_found",
        ),
        ("nobody", &[&asked], "request_error"),
        ("nothing", &[SNILS], "request_error"),
        ("a document without a file", &twice, "request_error"),
        (
            "more than a day",
            &[SNILS, &document("d.pdf", &hours(26))],
            "request_error",
        ),
        (
            "over already",
            &[SNILS, &document("d.pdf", &hours(-1))],
            "request_error",
        ),
        (
            "a long description",
            &[SNILS, &asked.replace("Договор", &"Д".repeat(251))],
            "request_error",
        ),
    ] {
        let seen = ended(&stand, GOSKEY, &request(SIMPLE, elements));
        assert_eq!(seen, (5, code.to_owned()), "{what}");
    }
    assert_eq!(
        ended(&stand, GOSKEY, &request("urn:other", &[SNILS, &asked])).1,
        "request_error"
    );
    for (name, is_taken) in [
        ("Dogovor 5_a.pdf", true),
        ("Договор.pdf", false),
        ("d.docx", false),
    ] {
        let request = request(SIMPLE, &[SNILS, &document("1", &hours(1))]);
        let files = [("req.xml", request.as_bytes()), (name, PDF)];
        let archive = stand.signed_archive("accountant", &files);
        let order = stand.pushed(&stand.token("accountant"), GOSKEY, archive);
        assert_eq!(end(&stand, order).1 == "done", is_taken, "{name}");
    }
}

#[test]
fn an_unsigned_request_never_reaches_the_phone() {
    let stand = Stand::start();
    let request = good();
    let signature = stand.sign("accountant", request.as_bytes());
    let archive = zip(&[
        ("req.xml", request.as_bytes()),
        ("req.xml.sig", &signature),
        ("d.pdf", PDF),
    ]);
    let order = stand.pushed(&stand.token("accountant"), GOSKEY, archive);
    assert_eq!(stand.wait_until_final(order)["code"], "FILES_VERIFICATION_FAILED");
    assert_eq!(stand.control("/goskey"), json!([]));
}

#[test]
fn the_operator_signs_refuses_and_lets_time_run_out() {
    let stand = waiting_stand();
    for (action, status, code) in [
        ("sign", 3, "done"),
        ("reject", 4, "sign_reject"),
        ("expire", 4, "expired"),
    ] {
        let order = pushed(&stand, GOSKEY, &good());
        on_the_phone(&stand, order);
        let waiting = stand.control("/goskey");
        let seen = waiting
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["order"] == order)
            .unwrap();
        assert_eq!(
            (&seen["employee"], &seen["decision"]),
            (&json!("accountant"), &Value::Null)
        );
        assert_eq!(act(&stand, order, action, &json!({})), 204);
        assert_eq!(end(&stand, order), (status, code.to_owned()));
        assert_eq!(results(&stand, order).len(), if action == "sign" { 2 } else { 0 });
        assert_eq!(act(&stand, order, "sign", &json!({})), 404, "it is answered once");
    }
    assert_eq!(act(&stand, 1, "sign", &json!({})), 404);
}

#[test]
fn the_time_of_a_request_runs_out_by_the_clock() {
    let stand = waiting_stand();
    let order = pushed(&stand, GOSKEY, &good());
    on_the_phone(&stand, order);
    stand.set(&json!({"clock_skew_s": 2 * 3600}));
    assert_eq!(stand.wait_until_final(order)["status_id"], 4);
}

#[test]
fn people_refuse_and_signatures_stay_unchecked_when_told_to() {
    let stand = Stand::start();
    stand.set(&json!({"goskey": {"answer": "reject"}}));
    assert_eq!(ended(&stand, GOSKEY, &good()), (4, "sign_reject".to_owned()));
    stand.set(&json!({"outcome": "fail-delivery"}));
    assert_eq!(
        ended(&stand, GOSKEY, &good()),
        (5, "state_eds_no_answer".to_owned())
    );
}

#[test]
fn what_comes_back_can_be_wrong_on_purpose() {
    let stand = waiting_stand();
    let back = |flaw: &str| {
        let order = pushed(&stand, GOSKEY, &good());
        on_the_phone(&stand, order);
        assert_eq!(act(&stand, order, "sign", &json!({"flaw": flaw})), 204);
        stand.wait_until_final(order);
        let mut back = results(&stand, order);
        let signature = back.pop().unwrap().1;
        (back.pop().unwrap().1, signature)
    };
    let (content, signature) = back("content");
    assert!(content != PDF && judged(&stand, &signature, &content).success);
    let (content, signature) = back("signature");
    assert!(content == PDF && !judged(&stand, &signature, PDF).success);
    let (_, of_another) = back("person");
    assert!(
        judged(&stand, &of_another, PDF).success,
        "a good signature, of somebody else"
    );
}

#[test]
fn the_console_shows_phones_and_answers_for_their_people() {
    let stand = waiting_stand();
    let order = pushed(&stand, GOSKEY, &good());
    on_the_phone(&stand, order);
    let page = stand.page("/goskey");
    assert!(
        page.contains("Лютикова") && page.contains("Договор") && page.contains("ждёт"),
        "{page}"
    );
    assert!(
        stand
            .submit("/goskey", &format!("/goskey/{order}"), &[("action", "sign")])
            .is_success()
    );
    assert_eq!(end(&stand, order).1, "done");
    assert!(stand.page("/goskey").contains("подписано"));
}
