//! `/rs/…`: the published shapes, and nothing beyond the granted scopes.

use serde_json::{Value, json};

use super::browser::Browser;
use super::{exchange, pass, request, scope_org, text, token_form};
use crate::stand::Stand;

/// An access token of a person for these scopes.
fn token(stand: &Stand, employee: &str, scope: &str, scopes_org: &str) -> String {
    let asks = request(&[("scope", Some(scope)), ("scope_org", Some(scopes_org))]);
    let page = pass(stand, &Browser::new(stand), &asks, employee);
    let form = token_form(
        &page.parameter("code").unwrap(),
        &[("scope", Some(scope)), ("scope_org", Some(scopes_org))],
    );
    let (status, body) = exchange(stand, &form);
    assert_eq!(status, 200, "{body}");
    text(&body, "access_token")
}

fn get(stand: &Stand, token: &str, path: &str) -> (u16, Value) {
    let answer = stand.get(token, path).send().unwrap();
    (answer.status().as_u16(), answer.json().unwrap())
}

fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_person_shows_what_was_granted_and_no_more() {
    let stand = Stand::start();
    let person = stand.portal.demo.employee("accountant").unwrap();
    let path = format!("/rs/prns/{}", person.oid);
    let (status, seen) = get(
        &stand,
        &token(&stand, "accountant", "openid fullname snils inn birthdate", ""),
        &path,
    );
    assert_eq!(status, 200);
    assert_eq!(
        (&seen["lastName"], &seen["firstName"], &seen["middleName"]),
        (&json!("Лютикова"), &json!("Мария"), &json!("Петровна"))
    );
    assert_eq!(
        (&seen["snils"], &seen["inn"], &seen["trusted"]),
        (&json!("900-000-001 82"), &json!(person.inn), &json!(true))
    );
    assert_eq!(seen["birthDate"].as_str().unwrap().len(), 10);
    assert_eq!(seen["stateFacts"], json!(["Identifiable"]));
    assert_eq!(
        (seen["eTag"].as_str().unwrap().len(), &seen["status"]),
        (40, &json!("REGISTERED"))
    );
    assert!(seen.get("gender").is_none() && seen.get("citizenship").is_none());

    let (_, seen) = get(&stand, &token(&stand, "accountant", "openid", ""), &path);
    assert!(
        seen.get("lastName").is_none() && seen.get("snils").is_none(),
        "{seen}"
    );
}

#[test]
fn another_person_and_what_was_not_granted_are_refused() {
    let stand = Stand::start();
    let person = stand.portal.demo.employee("accountant").unwrap().oid;
    let other = stand.portal.demo.employee("director").unwrap().oid;
    let token = token(&stand, "accountant", "openid fullname", "");
    for path in [
        format!("/rs/prns/{other}"),
        format!("/rs/prns/{person}/ctts"),
        format!("/rs/prns/{person}/docs"),
        format!("/rs/prns/{person}/addrs"),
        format!("/rs/prns/{person}/orgs"),
        format!("/rs/prns/{person}/roles"),
        format!("/rs/orgs/{}", stand.portal.demo.organisations[0].oid),
    ] {
        let (status, body) = get(&stand, &token, &path);
        assert_eq!((status, &body["code"]), (403, &json!("ESIA-005029")), "{path}");
    }
    let answer = stand
        .http
        .get(format!("{}/rs/prns/{person}", stand.portal.urls.esia))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 401);
}

#[test]
fn roles_have_the_members_of_the_published_sample_and_neither_inn_nor_kpp() {
    let stand = Stand::start();
    let person = stand.portal.demo.employee("accountant").unwrap().oid;
    let (status, seen) = get(
        &stand,
        &token(&stand, "accountant", "openid usr_org", ""),
        &format!("/rs/prns/{person}/roles"),
    );
    assert_eq!(status, 200);
    assert_eq!(
        (&seen["stateFacts"], &seen["size"]),
        (&json!(["hasSize"]), &json!(2))
    );
    let sample = [
        "oid",
        "prnOid",
        "fullName",
        "shortName",
        "ogrn",
        "type",
        "chief",
        "admin",
        "active",
        "hasRightOfSubstitution",
        "hasApprovalTabAccess",
        "isLiquidated",
    ];
    for element in seen["elements"].as_array().unwrap() {
        assert!(sample.iter().all(|name| element.get(name).is_some()), "{element}");
        assert!(element.get("inn").is_none() && element.get("kpp").is_none());
    }
    let active: Vec<_> = seen["elements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["active"].as_bool().unwrap())
        .collect();
    assert_eq!(active, [true, false]);
    assert_eq!(seen["elements"][0]["type"], "LEGAL");
}

#[test]
fn collections_are_addresses_unless_elements_are_embedded() {
    let stand = Stand::start();
    let person = stand.portal.demo.employee("director").unwrap().oid;
    let token = token(
        &stand,
        "director",
        "openid email mobile id_doc addresses usr_org",
        "",
    );
    let contacts = format!("/rs/prns/{person}/ctts");
    let (_, seen) = get(&stand, &token, &contacts);
    let first = seen["elements"][0].as_str().unwrap();
    assert!(
        first.starts_with(&format!("{}{contacts}/", stand.portal.urls.esia)),
        "{first}"
    );
    let (_, seen) = get(&stand, &token, &format!("{contacts}?embed=(elements)"));
    let kinds: Vec<_> = seen["elements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["EML", "MBT"]);
    assert_eq!(seen["elements"][1]["value"], "+7(000)0000202");
    assert_eq!(seen["elements"][0]["vrfStu"], "VERIFIED");
    let (_, seen) = get(
        &stand,
        &token,
        &format!("/rs/prns/{person}/docs?embed=(elements)"),
    );
    for member in [
        "type",
        "series",
        "number",
        "issueDate",
        "issueId",
        "issuedBy",
        "vrfStu",
    ] {
        assert!(seen["elements"][0].get(member).is_some(), "{seen}");
    }
    let (_, seen) = get(
        &stand,
        &token,
        &format!("/rs/prns/{person}/addrs?embed=(elements)"),
    );
    assert_eq!(seen["elements"][0]["type"], "PLV");
    let (_, seen) = get(&stand, &token, &format!("/rs/prns/{person}/orgs"));
    assert_eq!(seen["size"], 2);
}

#[test]
fn an_organisation_shows_only_members_whose_scopes_were_granted() {
    let stand = Stand::start();
    let organisation = stand.portal.demo.organisation("romashka").unwrap();
    let base = format!("/rs/orgs/{}", organisation.oid);
    let few = token(
        &stand,
        "accountant",
        "openid",
        &scope_org(&stand, "romashka", &["org_ogrn", "org_shortname"]),
    );
    let (status, seen) = get(&stand, &few, &base);
    assert_eq!(status, 200);
    assert_eq!(
        names(&seen),
        ["eTag", "isLiquidated", "ogrn", "oid", "shortName", "stateFacts"]
    );
    assert_eq!(get(&stand, &few, &format!("{base}/emps")).0, 403);
    let other = stand.portal.demo.organisation("lopukh").unwrap().oid;
    assert_eq!(get(&stand, &few, &format!("/rs/orgs/{other}")).0, 403);

    let many = [
        "org_ogrn",
        "org_inn",
        "org_kpp",
        "org_fullname",
        "org_leg",
        "org_type",
        "org_ctts",
        "org_addrs",
        "org_emps",
        "org_grps",
    ];
    let many = token(
        &stand,
        "accountant",
        "openid",
        &scope_org(&stand, "romashka", &many),
    );
    let (_, seen) = get(&stand, &many, &base);
    assert_eq!(
        (&seen["inn"], &seen["kpp"], &seen["type"]),
        (
            &json!(organisation.inn),
            &json!(organisation.kpp),
            &json!("LEGAL")
        )
    );
    let (_, seen) = get(&stand, &many, &format!("{base}/emps?embed=(elements.person)"));
    let people: Vec<_> = seen["elements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["person"]["lastName"].as_str().unwrap())
        .collect();
    assert_eq!(people, ["Лютикова", "Васильков", "Ландышева", "Клёнов"]);
    assert!(seen["elements"][0]["person"].get("snils").is_none());
    let director = stand.portal.demo.employee("director").unwrap().oid;
    let (_, seen) = get(
        &stand,
        &many,
        &format!("{base}/emps/{director}/grps?embed=(elements)"),
    );
    assert_eq!(seen["size"], 1);
    let (_, seen) = get(&stand, &many, &format!("{base}/ctts?embed=(elements)"));
    assert_eq!(seen["elements"][0]["type"], "OPH");
    let (_, seen) = get(&stand, &many, &format!("{base}/addrs?embed=(elements)"));
    assert_eq!(seen["elements"][0]["type"], "OLG");
}
