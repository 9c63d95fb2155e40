//! Orders signed by somebody who is not in the organisation's certificate.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::revocation::yesterday;
use super::{Deed, day, organisation, person, power, stand};
use crate::cabinet::Cabinet;
use crate::stand::{SERVICE, Stand, zip};

/// УПД that names its power of attorney, or none.
fn invoice(number: Option<Uuid>) -> String {
    let authority = number.map_or_else(String::new, |number| {
        format!(
            r#"<Подписант СпосПодтПолном="3"><СвДоверЭл НомДовер="{number}" ДатаВыдДовер="{}"/></Подписант>"#,
            day(0)
        )
    });
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Файл><Документ КНД="1115131"><СвЮЛУч ИННЮЛ="9900000017"/>{authority}</Документ></Файл>"#
    )
}

/// Final code and message of an order with these files.
fn judged(stand: &Stand, archive: Vec<u8>) -> (String, String) {
    let token = stand.token("accountant");
    let id = stand.pushed(&token, SERVICE, archive);
    let seen = stand.wait_until_final(id);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&seen["code"]), text(&seen["message"]))
}

fn signed(stand: &Stand, text: &str, certificate: &str) -> Vec<u8> {
    stand.signed_archive(certificate, &[("upd.xml", text.as_bytes())])
}

fn expect(stand: &Stand, what: &str, archive: Vec<u8>, reason: &str) {
    let (code, message) = judged(stand, archive);
    assert_eq!(code, "REQ_VERIFY_FAILED", "{what}: {message}");
    assert!(message.contains(reason), "{what}: {message}");
}

fn accept(stand: &Stand, what: &str, archive: Vec<u8>) {
    let (code, message) = judged(stand, archive);
    assert_eq!(code, "OK", "{what}: {message}");
}

/// A document beside the power of attorney and its signature.
fn beside(stand: &Stand, deed: &Deed, signature: &[u8], text: &str) -> Vec<u8> {
    let (name, xml) = (deed.name(), deed.xml());
    zip(&[
        ("upd.xml", text.as_bytes()),
        ("upd.xml.sig", &stand.sign("representative", text.as_bytes())),
        (&name, xml.as_bytes()),
        (&format!("{name}.sig"), signature),
    ])
}

#[test]
fn a_person_signs_for_the_organisation_under_a_power_of_attorney_only() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let deed = Deed::to(&stand, "representative");
    let number = deed.number;
    expect(
        &stand,
        "none",
        signed(&stand, &invoice(None), "representative"),
        "poa-absent",
    );
    let named = invoice(Some(number));
    expect(
        &stand,
        "not registered",
        signed(&stand, &named, "representative"),
        "poa-not-registered",
    );
    let xml = deed.xml();
    let signature = stand.sign("director", xml.as_bytes());
    expect(
        &stand,
        "a file nobody registered",
        beside(&stand, &deed, &signature, &invoice(None)),
        "poa-not-registered",
    );
    let task = director.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
    assert_eq!(director.over(&task)["state"], "done");

    accept(&stand, "by requisites", signed(&stand, &named, "representative"));
    accept(
        &stand,
        "by file",
        beside(&stand, &deed, &signature, &invoice(None)),
    );
    accept(
        &stand,
        "the organisation itself",
        signed(&stand, &named, "director"),
    );
    expect(
        &stand,
        "somebody else",
        signed(&stand, &named, "storekeeper"),
        "poa-other-person",
    );
    expect(
        &stand,
        "in the accountant's own name",
        signed(&stand, &invoice(None), "accountant-private"),
        "poa-absent",
    );
    let anew = stand.sign("director", xml.as_bytes());
    expect(
        &stand,
        "another signature",
        beside(&stand, &deed, &anew, &invoice(None)),
        "poa-file-differs",
    );
    let unreadable = zip(&[
        ("upd.xml", invoice(None).as_bytes()),
        (
            "upd.xml.sig",
            &stand.sign("representative", invoice(None).as_bytes()),
        ),
        ("ON_EMCHD_x.xml", b"<x/>"),
        ("ON_EMCHD_x.xml.sig", &stand.sign("director", b"<x/>")),
    ]);
    expect(&stand, "no power of attorney", unreadable, "poa-unreadable");
    let disguised = stand.signed_archive("stranger", &[("ON_EMCHD_x.xml", b"<x/>")]);
    expect(
        &stand,
        "another document under that name",
        disguised,
        "другой организации",
    );

    // What was signed before the revocation stays good; what was signed after it does not.
    let before = signed(&stand, &named, "representative");
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(
        stand
            .control_post(&format!("/poa/{number}/revoke"), &json!({}))
            .status(),
        204
    );
    std::thread::sleep(Duration::from_millis(1100));
    accept(&stand, "signed before", before);
    expect(
        &stand,
        "signed after",
        signed(&stand, &named, "representative"),
        "poa-revoked",
    );
}

#[test]
fn a_power_of_attorney_must_be_for_this_organisation_document_and_day() {
    let stand = stand();
    let last = yesterday(&stand);
    let over = {
        let mut deed = Deed::to(&stand, "representative");
        (deed.issued, deed.expires) = (day(-5), last);
        Cabinet::of(&stand, "director").must_register(&deed, "director");
        deed
    };
    stand.set(&json!({"clock_skew_s": 0}));
    let director = Cabinet::of(&stand, "director");
    let registered = |change: &dyn Fn(&mut Deed)| {
        let mut deed = Deed::to(&stand, "representative");
        change(&mut deed);
        director.must_register(&deed, "director");
        deed
    };
    let later = registered(&|deed| deed.issued = day(1));
    let weak = registered(&|deed| deed.powers = power("DEMO_TAX_REPORT", &[]));
    let theirs = {
        let mut deed = Deed::to(&stand, "representative");
        deed.giver = organisation(&stand, "РосОргДовер", "lopukh", "stranger");
        Cabinet::of(&stand, "stranger").must_register(&deed, "stranger");
        deed
    };
    let words = Deed::to(&stand, "representative");
    let xml = words
        .xml()
        .replace(&words.powers, "<ТекстПолн>Подписывать УПД</ТекстПолн>");
    let xml = xml.replace(r#"ТипПолн="1""#, r#"ТипПолн="0""#);
    let task = director.hand_in(
        "registrations",
        &words.name(),
        xml.as_bytes(),
        &stand.sign("director", xml.as_bytes()),
    );
    assert_eq!(director.over(&task)["state"], "done");
    for (deed, reason) in [
        (&over, "poa-expired"),
        (&later, "poa-not-yet"),
        (&weak, "poa-power-missing"),
        (&theirs, "poa-other-organisation"),
        (&words, "poa-text-powers"),
    ] {
        expect(
            &stand,
            reason,
            signed(&stand, &invoice(Some(deed.number)), "representative"),
            reason,
        );
    }
    // The same weak one is enough for a report.
    let report = invoice(Some(weak.number)).replace("1115131", "1151001");
    accept(&stand, "report", signed(&stand, &report, "representative"));
    // Of several, one that suffices is enough.
    let good = registered(&|_| {});
    let both = invoice(Some(weak.number)).replace(
        "</Подписант>",
        &format!(r#"<СвДоверЭл НомДовер="{}"/></Подписант>"#, good.number),
    );
    accept(&stand, "one of two", signed(&stand, &both, "representative"));
}

#[test]
fn those_who_act_together_sign_together() {
    let stand = stand();
    let director = Cabinet::of(&stand, "director");
    let mut deed = Deed::to(&stand, "representative");
    deed.receivers.push(person(&stand, "СведФизЛ", "storekeeper"));
    let xml = deed.xml().replace(r#"ПрСовмПолн="1""#, r#"ПрСовмПолн="2""#);
    let task = director.hand_in(
        "registrations",
        &deed.name(),
        xml.as_bytes(),
        &stand.sign("director", xml.as_bytes()),
    );
    assert_eq!(director.over(&task)["state"], "done");
    let text = invoice(Some(deed.number));
    expect(
        &stand,
        "one",
        signed(&stand, &text, "representative"),
        "poa-joint",
    );
    let config = b"<signedAttachments><signedDocument><documentFileName>upd.xml</documentFileName>\
                   <signData><signFileName>a.sig</signFileName></signData>\
                   <signData><signFileName>b.sig</signFileName></signData></signedDocument></signedAttachments>";
    let archive = zip(&[
        ("upd.xml", text.as_bytes()),
        ("a.sig", &stand.sign("representative", text.as_bytes())),
        ("b.sig", &stand.sign("storekeeper", text.as_bytes())),
        ("sign_config.xml", config),
    ]);
    accept(&stand, "both", archive);
}
