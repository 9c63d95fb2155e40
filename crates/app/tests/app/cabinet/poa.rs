//! Powers of attorney: signed by their head only, registered once whatever becomes of the answer, judged, and taken back.

mod back;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding};
use kabinet_app::view::{CheckState, PoaQuery, PoaRow};
use kabinet_domain::poa::{PoaNumber, Withdrawal};

use super::*;

pub(super) const NUMBER: &str = "5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b";

pub(super) struct Given<'a> {
    pub(super) head: &'a str,
    pub(super) to: &'a str,
    pub(super) expires: &'a str,
    pub(super) powers: &'a str,
}

/// Given by the accountant of the demo organisation, as its head, to the director.
pub(super) const PLAIN: Given<'static> = Given {
    head: "accountant",
    to: "director",
    expires: "2099-12-31",
    powers: "BBDOCS_DOCS_DCSALL",
};

fn person(desk: &Desk, id: &str) -> String {
    let all = &desk.stand.demo.employees;
    let one = all.iter().find(|one| one.id == id).unwrap();
    let given: Vec<&str> = one.given_name.split(' ').collect();
    format!(
        r#"ИННФЛ="{}" СНИЛС="{}" Должность="{}"><СведФЛ ПрГражд="1" ДатаРожд="1980-01-01"><ФИО Фамилия="{}" Имя="{}"/></СведФЛ>"#,
        one.inn, one.snils, one.title, one.surname, given[0]
    )
}

/// The file, with its path.
pub(super) fn file(desk: &Desk, given: &Given<'_>) -> std::path::PathBuf {
    let owner = &desk.stand.demo.organisations[0];
    let xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Доверенность xmlns="urn://x-artefacts/EMCHD_1" ВерсФорм="EMCHD_1" ПрЭлФорм="00000000" ИдФайл="ON_EMCHD_20260110_{NUMBER}"><Документ КНД="1110310"><Довер>
<СвДов ВидДовер="1" ПрПередов="1" ВнНомДовер="7" НомДовер="{NUMBER}" ДатаВыдДовер="2026-01-10" СрокДейст="{}"><СведСист>ЕПГУ</СведСист></СвДов>
<СвДоверит ТипДоверит="1"><Доверит><РосОргДовер ЕИОУК="0" ЕИОФЛ="1" ЕИОИП="0"><СвРосОрг НаимОрг="{}" ИННЮЛ="{}" КПП="{}" ОГРН="{}"><АдрРег Регион="77"><АдрРФ>Москва</АдрРФ></АдрРег></СвРосОрг>
<ЛицоБезДов ПолнЮЛ="1"><СвФЛ {}</СвФЛ></ЛицоБезДов></РосОргДовер></Доверит></СвДоверит>
<СвУпПред ТипПред="3"><Пред><СведФизЛ {}</СведФизЛ></Пред></СвУпПред>
<СвПолн ТипПолн="1" ПрСовмПолн="1"><МашПолн КодПолн="{}" НаимПолн="Подписание документов"/></СвПолн>
</Довер></Документ></Доверенность>"#,
        given.expires,
        owner.full_name.replace('"', "&quot;"),
        owner.inn,
        owner.kpp,
        owner.ogrn,
        person(desk, given.head),
        person(desk, given.to),
        given.powers
    );
    let path = desk.path(&format!("ON_EMCHD_20260110_{NUMBER}.xml"));
    std::fs::write(&path, xml).unwrap();
    path
}

/// The file of a revocation by the head, with its path.
fn revocation(desk: &Desk, number: &str) -> std::path::PathBuf {
    let owner = &desk.stand.demo.organisations[0];
    let head = desk
        .stand
        .demo
        .employees
        .iter()
        .find(|one| one.id == PLAIN.head)
        .unwrap();
    let withdrawal = Withdrawal {
        number: PoaNumber(number.parse().unwrap()),
        reason: "Уволен".to_owned(),
        declared: time::macros::date!(2026 - 11 - 29),
        declarant: owner.full_name.clone(),
        declarant_inn: owner.inn.clone(),
        declarant_kpp: Some(owner.kpp.clone()),
        declarant_ogrn: Some(owner.ogrn.clone()),
        signer: kabinet_domain::poa::Person {
            surname: head.surname.clone(),
            given_name: head.given_name.clone(),
            inn: Some(head.inn.clone()),
            snils: Some(head.snils.clone()),
            ..Default::default()
        },
    };
    let written = kabinet_formats::poa::write_withdrawal(&withdrawal, uuid::Uuid::new_v4());
    let path = desk.path(&written.name);
    std::fs::write(&path, written.bytes).unwrap();
    path
}

pub(super) fn told(state: &str) -> Value {
    json!({"number": NUMBER, "state": state, "issued": "2026-01-10", "expires": "2099-12-31"})
}

async fn row(desk: &Desk) -> PoaRow {
    desk.app.poa(NUMBER).await.unwrap()
}

/// Works at its own pace until the row is as wanted.
pub(super) async fn until(desk: &Desk, what: &str, wanted: impl Fn(&PoaRow) -> bool) -> PoaRow {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        desk.app.work_poas().await;
        let row = row(desk).await;
        if wanted(&row) {
            return row;
        }
        assert!(Instant::now() < end, "never came: {what}: {row:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Signed by its head and in the register; the document.
pub(super) async fn signed(desk: &Desk) -> String {
    let id = desk.import(&[file(desk, &PLAIN)]).await;
    desk.sign(std::slice::from_ref(&id)).await.unwrap();
    assert_eq!(row(desk).await.state, "signed");
    id
}

async fn verdict(desk: &Desk, certificate: &str, power: &str) -> (String, Vec<String>) {
    let id = desk.stand.fingerprint(certificate);
    let judged = desk.app.judge_poa(NUMBER, id, &[power.to_owned()]).await.unwrap();
    let codes = judged.reasons.into_iter().map(|one| one.code).collect();
    (judged.verdict, codes)
}

/// A registry that takes everything and holds it in this state.
pub(super) async fn willing(state: &'static str) -> (Desk, Portal) {
    Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /poa/registrations" | "POST /poa/revocations" => Some((202, json!({"task": "t-1"}))),
        "GET /poa/registrations/t-1" => {
            Some((200, json!({"task": "t-1", "number": NUMBER, "state": "done"})))
        }
        line if line.starts_with("GET /poa/5d0c") => Some((200, told(state))),
        _ => None,
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_head_it_names_signs_it_and_nobody_is_asked_for_a_pin() {
    let (desk, _portal) = willing("active").await;
    let head = Given {
        head: "director",
        ..PLAIN
    };
    let id = desk.import(&[file(&desk, &head)]).await;
    assert_eq!(row(&desk).await.state, "made");
    let ids = std::slice::from_ref(&id);
    let fingerprint = desk.stand.fingerprint("accountant");
    let preflight = desk.app.preflight(ids, Some(fingerprint)).await.unwrap();
    let check = preflight
        .checks
        .iter()
        .find(|check| check.code == "poa-not-the-head");
    assert_eq!(check.map(|check| check.state), Some(CheckState::Failed));
    desk.person.was_asked();
    assert_eq!(code(desk.sign(ids).await), "app.preflight");
    assert!(desk.person.was_asked().is_empty());
    assert_eq!(row(&desk).await.state, "made");
    assert_eq!(code(desk.app.register_poa(NUMBER).await), "poa.wrong-state");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_head_signed_is_registered_once_and_judged_by_all_that_is_known() {
    let (desk, portal) = willing("active").await;
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    let id = signed(&desk).await;
    let (before, why) = verdict(&desk, "director", PLAIN.powers).await;
    assert_eq!(before, "cannot-tell", "{why:?}");
    assert!(why.contains(&"poa.registry-never-asked".to_owned()), "{why:?}");

    assert_eq!(desk.app.register_poa(NUMBER).await.unwrap().state, "queued");
    assert_eq!(code(desk.app.register_poa(NUMBER).await), "poa.wrong-state");
    let active = until(&desk, "registered", |row| row.state == "active").await;
    assert_eq!((active.registry.as_deref(), active.error), (Some("active"), None));
    let sent = portal.asked("POST /poa/registrations");
    assert_eq!(sent.len(), 1);
    let content = std::fs::read(file(&desk, &PLAIN)).unwrap();
    assert_eq!(sent[0].body["content"], Base64::encode_string(&content));
    assert_eq!(sent[0].body["name"], format!("ON_EMCHD_20260110_{NUMBER}.xml"));
    let signature = Base64::decode_vec(sent[0].body["signature"].as_str().unwrap()).unwrap();
    kabinet_testkit::OpenSsl::new().accepts(&signature, Some(&content), &desk.stand.roots());

    let (allowed, why) = verdict(&desk, "director", PLAIN.powers).await;
    assert_eq!(
        (allowed.as_str(), why),
        ("allowed", vec!["poa.systems".to_owned()])
    );
    let (other, why) = verdict(&desk, "director", "FAS_EIAS_MA0001").await;
    assert_eq!(
        (other.as_str(), why[0].as_str()),
        ("not-allowed", "poa.power-missing")
    );
    let (other, why) = verdict(&desk, "accountant", PLAIN.powers).await;
    assert_eq!(
        (other.as_str(), why[0].as_str()),
        ("not-allowed", "poa.other-person")
    );

    let text = PoaQuery {
        text: "васильков подписание".to_owned(),
        ..PoaQuery::default()
    };
    let found = desk.app.poas(text).await.unwrap();
    assert!(found.total <= 1.0);
    let states = vec!["active".to_owned()];
    let found = desk
        .app
        .poas(PoaQuery {
            states,
            ..PoaQuery::default()
        })
        .await
        .unwrap();
    assert_eq!(
        (found.total, found.items[0].document_id.as_str()),
        (1.0, id.as_str())
    );
    desk.app
        .choose_poa("fns.on_nschfdoppr", Some(NUMBER))
        .await
        .unwrap();
    assert_eq!(
        desk.app.poa_card(NUMBER).await.unwrap().chosen_for,
        ["fns.on_nschfdoppr"]
    );
    let actions = desk.actions().await;
    for action in [
        "poa-added",
        "poa-signed",
        "poa-queued",
        "poa-sent",
        "poa-taken",
        "poa-registered",
    ] {
        assert!(actions.contains(&action.to_owned()), "{action}: {actions:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_answer_the_registry_is_asked_and_nothing_is_sent_again() {
    let posts = Arc::new(AtomicU32::new(0));
    let counted = posts.clone();
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /poa/registrations" => {
            counted.fetch_add(1, Ordering::Relaxed);
            Some((502, json!(null)))
        }
        line if line.starts_with("GET /poa/5d0c") => Some((200, told("active"))),
        _ => None,
    })
    .await;
    signed(&desk).await;
    desk.app.register_poa(NUMBER).await.unwrap();
    let lost = until(&desk, "the answer is lost", |row| row.state != "queued").await;
    assert_eq!(lost.state, "outcome-unknown");
    assert!(lost.error.is_some());
    until(&desk, "registered", |row| row.state == "active").await;
    assert_eq!(posts.load(Ordering::Relaxed), 1);
    let inn = own(&desk);
    assert!(!portal.asked(&format!("GET /poa/{NUMBER}?inn={inn}")).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_registry_refuses_says_why_and_what_it_never_got_is_sent_after_asking() {
    let posts = Arc::new(AtomicU32::new(0));
    let counted = posts.clone();
    let (desk, _portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "POST /poa/registrations" => Some(match counted.fetch_add(1, Ordering::Relaxed) {
            0 => (502, json!(null)),
            _ => (202, json!({"task": "t-2"})),
        }),
        "GET /poa/registrations/t-2" => Some((
            200,
            json!({"task": "t-2", "state": "error", "errors": [{"code": "not-the-head", "text": "Не руководитель"}]}),
        )),
        line if line.starts_with("GET /poa/5d0c") => Some((404, json!({"code": "poa-not-found"}))),
        _ => None,
    })
    .await;
    signed(&desk).await;
    desk.app.register_poa(NUMBER).await.unwrap();
    let refused = until(&desk, "refused", |row| row.state == "refused").await;
    assert_eq!(refused.error.as_deref(), Some("poa.refused.not-the-head"));
    assert_eq!(posts.load(Ordering::Relaxed), 2);
    let asked = |actions: &[String], action: &str| actions.iter().position(|one| one == action);
    let actions = desk.actions().await;
    assert!(asked(&actions, "poa-outcome-unknown") < asked(&actions, "poa-not-received"));
    assert!(asked(&actions, "poa-not-received") < asked(&actions, "poa-refused"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_counts_at_once_and_is_confirmed_later() {
    let (desk, portal) = willing("active").await;
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    signed(&desk).await;
    desk.app.register_poa(NUMBER).await.unwrap();
    until(&desk, "registered", |row| row.state == "active").await;
    let id = desk.import(&[revocation(&desk, NUMBER)]).await;
    assert_eq!(code(desk.app.revoke_poa(&id).await), "poa.revocation-unsigned");
    assert_eq!(row(&desk).await.state, "active");
    desk.sign(&[id]).await.unwrap();
    let revoked = row(&desk).await;
    assert_eq!(revoked.state, "revoked");
    assert!(revoked.revoked.is_some() && revoked.revocation_confirmed.is_none());
    let (verdict, why) = verdict(&desk, "director", PLAIN.powers).await;
    assert_eq!(
        (verdict.as_str(), why[0].as_str()),
        ("not-allowed", "poa.revoked-here")
    );
    until(&desk, "confirmed", |row| row.revocation_confirmed.is_some()).await;
    assert_eq!(portal.asked("POST /poa/revocations").len(), 1);

    let stray = revocation(&desk, "00000000-0000-4000-8000-000000000001");
    let id = desk.import(&[stray]).await;
    assert_eq!(code(desk.app.revoke_poa(&id).await), "poa.revocation-of-nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_taken_in_once_and_the_last_day_ends_it_by_the_clock() {
    let (desk, _portal) = willing("active").await;
    let over = Given {
        expires: "2026-02-01",
        ..PLAIN
    };
    let id = desk.import(&[file(&desk, &over)]).await;
    desk.sign(&[id]).await.unwrap();
    desk.app.refresh_poa(NUMBER).await.unwrap();
    assert_eq!(row(&desk).await.state, "active");
    until(&desk, "expired", |row| row.state == "expired").await;

    let outcomes = desk.app.import(vec![file(&desk, &PLAIN)]).await.unwrap();
    assert!(outcomes[0].document_id.is_some());
    let problems: Vec<&str> = outcomes[0].problems.iter().map(|one| one.code.as_str()).collect();
    assert!(problems.contains(&"poa.number-known"), "{problems:?}");
    assert_eq!(row(&desk).await.expires, "2026-02-01");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_registry_holds_is_fetched_once_and_its_word_alone_allows_nothing() {
    let held: Arc<Mutex<String>> = Arc::default();
    let file_of = held.clone();
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        line if line.starts_with("GET /poa?") || line == "GET /poa" => {
            let mut stray = told("active");
            stray["number"] = json!("00000000-0000-4000-8000-000000000001");
            Some((
                200,
                json!({"items": [told("active"), stray], "asOf": "2026-11-20T10:00:00Z"}),
            ))
        }
        "GET /poa/5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b/file" => {
            Some((200, json!(file_of.lock().unwrap().clone())))
        }
        "GET /poa/5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b/signature" => {
            Some((200, json!("no signature at all")))
        }
        // Of this one the registry gives nothing.
        line if line.starts_with("GET /poa/0000") => Some((404, json!({"code": "poa-not-found"}))),
        _ => None,
    })
    .await;
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    *held.lock().unwrap() = std::fs::read_to_string(file(&desk, &PLAIN)).unwrap();
    assert_eq!(desk.app.sync_poas().await.unwrap(), 1);
    let row = row(&desk).await;
    assert_eq!(
        (row.state.as_str(), row.registry.as_deref()),
        ("active", Some("active"))
    );
    let page = desk.page(&row.document_id).await;
    assert_eq!(page.files.len(), 2, "{:#?}", page.files);
    let (verdict, why) = verdict(&desk, "director", PLAIN.powers).await;
    assert_eq!(
        (verdict.as_str(), why[0].as_str()),
        ("not-allowed", "poa.signature-broken")
    );
    assert_eq!(desk.app.sync_poas().await.unwrap(), 0);
    assert_eq!(portal.asked(&format!("GET /poa/{NUMBER}/file")).len(), 1);
    assert_eq!(
        portal
            .asked("GET /poa?changedAfter=2026-11-20T09%3A58%3A00Z")
            .len(),
        1
    );
}
