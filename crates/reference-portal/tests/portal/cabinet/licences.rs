//! The register of licences: what is granted is entered, with files that others can read.

use std::io::{Cursor, Read as _};
use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};

use super::Cabinet;
use crate::stand::{SERVICE, Stand, code};

const LICENCE: &str = "99000000010";

fn file(cabinet: &Cabinet<'_>, number: &str) -> Vec<(String, Vec<u8>)> {
    let path = format!("/licences/{number}/file");
    let answer = cabinet.request(Method::GET, &path).send().unwrap();
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.bytes().unwrap())).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut content = vec![];
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), content)
        })
        .collect()
}

#[test]
fn a_granted_application_gives_a_licence_and_any_other_gives_none() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let other = stand.pushed(&cabinet.token, SERVICE, stand.good_archive());
    stand.wait_until_final(other);
    stand.set(&json!({"outcome": "refuse"}));
    let refused = stand.pushed(&cabinet.token, LICENCE, stand.good_archive());
    stand.wait_until_final(refused);
    assert_eq!(cabinet.get("/licences"), json!([]));

    stand.set(&json!({"outcome": "accept"}));
    let order = stand.pushed(&cabinet.token, LICENCE, stand.good_archive());
    stand.wait_until_final(order);
    // The register is written right after the status.
    let all = (0..200)
        .map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            cabinet.get("/licences")
        })
        .find(|all| all[0].is_object())
        .unwrap();
    assert_eq!(all.as_array().unwrap().len(), 1, "{all}");
    let licence = &all[0];
    assert_eq!(
        (
            &licence["orderId"],
            &licence["kind"],
            &licence["serviceCode"],
            &licence["organisation"]["oid"]
        ),
        (
            &json!(order),
            &json!("licence"),
            &json!(LICENCE),
            &json!(cabinet.romashka())
        )
    );
    let results = stand.details(&cabinet.token, order).to_string();
    assert!(
        results.contains("licence_10-") && results.contains(".pdf.sig"),
        "{results}"
    );
    let told = cabinet.get("/notifications");
    assert!(told.to_string().contains(licence["number"].as_str().unwrap()));
}

#[test]
fn the_file_holds_a_page_and_a_document_both_signed() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let oid: i64 = cabinet.romashka().parse().unwrap();
    let request = json!({"organisation": oid, "service": LICENCE, "endsInDays": 5});
    let made: Value = stand.control_post("/licences", &request).json().unwrap();
    let number = made["number"].as_str().unwrap();
    let files = file(&cabinet, number);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["licence.pdf", "licence.pdf.sig", "licence.xml", "licence.xml.sig"]
    );
    let document = String::from_utf8(files[2].1.clone()).unwrap();
    assert!(document.contains(number) && document.contains("9900000017"));
    let page = stand.dir.path().join("licence.pdf");
    std::fs::write(&page, &files[0].1).unwrap();
    // Poppler reads what our own hand wrote.
    let text = Command::new("pdftotext").arg(&page).arg("-").output().unwrap();
    assert!(text.status.success());
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains(number) && text.contains("Лицензия №") && text.contains("ООО «Ромашка»"),
        "{text}"
    );
}

#[test]
fn the_operator_makes_one_that_ends_soon_and_nobody_else_sees_it() {
    let stand = Stand::start();
    let cabinet = Cabinet::of(&stand, "accountant");
    let oid: i64 = cabinet.romashka().parse().unwrap();
    let with = |name: &str, value: Value| {
        let mut request = json!({"organisation": oid, "service": LICENCE, "number": "Л-1", "endsInDays": 7});
        request[name] = value;
        stand.control_post("/licences", &request)
    };
    assert_eq!(with("service", json!(SERVICE)).status(), 400);
    assert_eq!(with("organisation", json!(1)).status(), 404);
    assert_eq!(with("endsInDays", json!(1_000_000)).status(), 400);
    assert_eq!(with("endsInDays", json!(90)).status(), 200);
    assert_eq!(with("endsInDays", json!(7)).status(), 200);
    let all = cabinet.get("/licences");
    assert_eq!(
        (all.as_array().unwrap().len(), &all[0]["number"]),
        (1, &json!("Л-1"))
    );
    let stranger = Cabinet::of(&stand, "stranger");
    assert_eq!(stranger.get("/licences"), json!([]));
    let refused = stranger
        .request(Method::GET, "/licences/Л-1/file")
        .send()
        .unwrap();
    assert_eq!(
        (refused.status().as_u16(), code(refused).as_str()),
        (404, "licence-not-found")
    );
}
