//! Taken back by a revocation the program writes, replaced in one step, and given on paper.

use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;

use image::{DynamicImage, ImageFormat};
use kabinet_app::view::{DraftView, ScanForm, ScanPerson, ScanPrincipal};
use kabinet_domain::poa::{DelegatedFrom, Person, PowerOfAttorney, Principal, Representative};

use super::*;

/// A registry that takes everything, one state for every number; employees with the accountant as head.
async fn registry(state: &'static str) -> (Desk, Portal) {
    let (head, book) = (
        Arc::new(Mutex::new(Value::Null)),
        Arc::new(Mutex::new(Vec::<String>::new())),
    );
    let told_head = head.clone();
    let (desk, portal) = Portal::signed_in(move |seen| taking(seen, state, &book, &told_head)).await;
    let all = &desk.stand.demo.employees;
    let one = all.iter().find(|one| one.id == PLAIN.head).unwrap();
    *head.lock().unwrap() = json!({"items": [{"id": "1", "surname": one.surname, "givenName": one.given_name, "inn": one.inn,
        "snils": one.snils, "position": one.title, "roleCode": "director", "head": true, "active": true}]});
    (desk, portal)
}

fn taking(seen: &Seen, state: &str, book: &Mutex<Vec<String>>, head: &Mutex<Value>) -> Option<(u16, Value)> {
    let number_of = |name: &str| {
        name.trim_end_matches(".xml")
            .rsplit('_')
            .next()
            .unwrap()
            .to_owned()
    };
    match seen.line.as_str() {
        "GET /employees" => Some((200, head.lock().unwrap().clone())),
        "POST /poa/registrations" => {
            let number = number_of(seen.body["name"].as_str().unwrap());
            book.lock().unwrap().push(number.clone());
            Some((202, json!({"task": format!("r-{number}")})))
        }
        "POST /poa/revocations" => Some((202, json!({"task": "v-1"}))),
        line if line.starts_with("GET /poa/registrations/") => {
            let task = line.rsplit('/').next().unwrap();
            let number = task.split_once('-').unwrap().1;
            Some((200, json!({"task": task, "number": number, "state": "done"})))
        }
        line if line.starts_with("GET /poa/") => {
            let number = line
                .trim_start_matches("GET /poa/")
                .split('?')
                .next()
                .unwrap()
                .to_owned();
            if !book.lock().unwrap().contains(&number) {
                return Some((404, json!({"code": "poa-not-found"})));
            }
            Some((
                200,
                json!({"number": number, "state": state, "issued": "2026-01-10", "expires": "2099-12-31"}),
            ))
        }
        _ => None,
    }
}

async fn in_force(desk: &Desk) {
    signed(desk).await;
    desk.app.register_poa(NUMBER).await.unwrap();
    until(desk, "registered", |row| row.state == "active").await;
}

async fn state(desk: &Desk, number: &str) -> String {
    desk.app.poa(number).await.unwrap().state
}

/// Main file of a document: name and content.
async fn main_file(desk: &Desk, id: &str) -> (String, Vec<u8>) {
    let name = desk.page(id).await.files[0].name.clone();
    let folder = desk.path(&format!("out-{id}"));
    std::fs::create_dir_all(&folder).unwrap();
    desk.app.export_folder(&[id.to_owned()], &folder).await.unwrap();
    let mut open = vec![folder];
    while let Some(one) = open.pop() {
        if one.is_dir() {
            open.extend(std::fs::read_dir(one).unwrap().map(|entry| entry.unwrap().path()));
        } else if one
            .file_name()
            .is_some_and(|found| found.to_string_lossy() == name.as_str())
        {
            return (name, std::fs::read(one).unwrap());
        }
    }
    panic!("{name} is not in the folder");
}

/// Another file of the same shape, with these words changed.
fn changed(desk: &Desk, number: &str, change: impl Fn(String) -> String) -> PathBuf {
    let plain = std::fs::read_to_string(file(desk, &PLAIN)).unwrap();
    let path = desk.path(&format!("ON_EMCHD_20260110_{number}.xml"));
    std::fs::write(&path, change(plain.replace(NUMBER, number))).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_no_revocation_says_so_and_a_reason_has_to_say_something() {
    let (desk, portal) = registry("active").await;
    let id = desk.import(&[file(&desk, &PLAIN)]).await;
    let told = async || code(desk.app.draft_revocation(NUMBER, "Уволен").await);
    assert_eq!(told().await, "poa.revocation-needless");
    desk.sign(&[id]).await.unwrap();
    assert_eq!(told().await, "poa.revocation-needless");
    assert_eq!(code(desk.app.unqueue_poa(NUMBER).await), "poa.wrong-state");

    desk.app.register_poa(NUMBER).await.unwrap();
    assert_eq!(told().await, "poa.revocation-needless");
    assert_eq!(desk.app.poa_consequences(NUMBER).await.unwrap().way, "unqueue");
    desk.app.unqueue_poa(NUMBER).await.unwrap();
    assert_eq!(state(&desk, NUMBER).await, "signed");
    desk.app.work_poas().await;
    assert!(portal.asked("POST /poa/registrations").is_empty());

    desk.app.register_poa(NUMBER).await.unwrap();
    until(&desk, "registered", |row| row.state == "active").await;
    assert_eq!(code(desk.app.unqueue_poa(NUMBER).await), "poa.wrong-state");
    for wrong in ["", "  ", "12345", "Уво\u{202e}лен", &"я".repeat(501)] {
        assert_eq!(
            code(desk.app.draft_revocation(NUMBER, wrong).await),
            "poa.reason",
            "{wrong:?}"
        );
    }
    let foreign = "6d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b";
    let inn = desk.stand.demo.organisations[0].inn.clone();
    desk.import(&[changed(&desk, foreign, |xml| xml.replace(&inn, "7707083893"))])
        .await;
    assert_eq!(
        code(desk.app.draft_revocation(foreign, "Уволен").await),
        "poa.not-ours"
    );
    assert_eq!(code(desk.app.supersede_poa(foreign).await), "poa.wrong-state");
    let absent = "00000000-0000-4000-8000-000000000001";
    assert_eq!(
        code(desk.app.draft_revocation(absent, "Уволен").await),
        "store.no-power-of-attorney"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_irrevocable_one_is_taken_back_only_for_its_condition() {
    let (desk, _portal) = registry("active").await;
    let number = "7d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b";
    let path = changed(&desk, number, |xml| {
        xml.replace(r#"ВидДовер="1""#, r#"ВидДовер="2""#).replace(
            "</СведСист>",
            r#"</СведСист><Безотзыв ПрПерБезДов="1" УслОтзыва="1"><ОписУслОт>Обязательство исполнено</ОписУслОт></Безотзыв>"#,
        )
    });
    let id = desk.import(&[path]).await;
    desk.sign(&[id]).await.unwrap();
    desk.app.register_poa(number).await.unwrap();
    for _ in 0..200 {
        desk.app.work_poas().await;
        if state(&desk, number).await == "active" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told = desk.app.poa_consequences(number).await.unwrap();
    assert_eq!(told.irrevocable.as_deref(), Some("Обязательство исполнено"));
    let refused = desk.app.draft_revocation(number, "Уволен").await.unwrap_err();
    assert_eq!(refused.code(), "poa.irrevocable");
    assert_eq!(
        refused.params().get("condition").map(String::as_str),
        Some("Обязательство исполнено")
    );
    assert_eq!(code(desk.app.supersede_poa(number).await), "poa.irrevocable");
    let reason = "Обязательство  исполнено: договор закрыт";
    desk.app.draft_revocation(number, reason).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_written_revocation_counts_from_its_signature_and_others_judge_it_good() {
    let (desk, portal) = registry("active").await;
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    in_force(&desk).await;
    desk.app
        .choose_poa("fns.on_nschfdoppr", Some(NUMBER))
        .await
        .unwrap();
    let before = desk.app.poa_consequences(NUMBER).await.unwrap();
    assert_eq!((before.way.as_str(), before.is_told), ("revoke", true));
    assert_eq!(before.chosen_for, ["fns.on_nschfdoppr"]);
    assert!(before.signer.is_some() && before.against.is_none());

    let id = desk
        .app
        .draft_revocation(NUMBER, " Уволен\n с 1 декабря ")
        .await
        .unwrap();
    assert_eq!(state(&desk, NUMBER).await, "active");
    let (name, content) = main_file(&desk, &id).await;
    assert!(
        name.starts_with("ON_OTZMCHD_") && name.ends_with(".xml"),
        "{name}"
    );
    let text = String::from_utf8(content.clone()).unwrap();
    assert!(
        text.contains("<Причина>Уволен с 1 декабря</Причина>") && text.contains(NUMBER),
        "{text}"
    );
    let schema = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/schemas/emchd/OTZMCHD_1.reconstructed.xsd"
    );
    let path = desk.path("out.xml");
    std::fs::write(&path, &content).unwrap();
    let judged = Command::new("xmllint")
        .args(["--noout", "--schema", schema])
        .arg(path)
        .output()
        .unwrap();
    assert!(
        judged.status.success(),
        "{}",
        String::from_utf8_lossy(&judged.stderr)
    );

    // Another person's certificate is not asked for a PIN.
    desk.person.was_asked();
    let ids = std::slice::from_ref(&id);
    assert_eq!(code(desk.sign_as("director", ids).await), "app.preflight");
    assert!(desk.person.was_asked().is_empty());

    desk.sign(ids).await.unwrap();
    let revoked = row(&desk).await;
    assert_eq!(revoked.state, "revoked");
    assert!(revoked.revoked.is_some() && revoked.revocation_confirmed.is_none());
    assert_eq!(desk.app.poa_card(NUMBER).await.unwrap().chosen_for, [""; 0]);
    let (verdict, why) = verdict(&desk, "director", PLAIN.powers).await;
    assert_eq!(
        (verdict.as_str(), why[0].as_str()),
        ("not-allowed", "poa.revoked-here")
    );
    let again = desk.app.draft_revocation(NUMBER, "Уволен").await.unwrap_err();
    assert_eq!(again.code(), "poa.already-revoked");
    until(&desk, "confirmed", |row| row.revocation_confirmed.is_some()).await;
    desk.app.work_poas().await;
    let sent = portal.asked("POST /poa/revocations");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].body["content"], Base64::encode_string(&content));
    let signature = Base64::decode_vec(sent[0].body["signature"].as_str().unwrap()).unwrap();
    kabinet_testkit::OpenSsl::new().accepts(&signature, Some(&content), &desk.stand.roots());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_holds_here_while_the_registry_is_away_and_is_told_once_it_is_back() {
    let away = Arc::new(AtomicU32::new(0));
    let (book, head, count) = (
        Arc::new(Mutex::new(Vec::new())),
        Arc::new(Mutex::new(Value::Null)),
        away.clone(),
    );
    let (desk, portal) = Portal::signed_in(move |seen| {
        let is_revocation = seen.line == "POST /poa/revocations";
        if is_revocation && count.fetch_add(1, Ordering::Relaxed) == 0 {
            return Some((503, json!({"code": "unavailable"})));
        }
        taking(seen, "active", &book, &head)
    })
    .await;
    in_force(&desk).await;
    let id = desk.app.draft_revocation(NUMBER, "Утрачен ключ").await.unwrap();
    desk.sign(&[id]).await.unwrap();
    let waiting = until(&desk, "the registry is away", |row| row.error.is_some()).await;
    assert_eq!(waiting.state, "revoked");
    assert!(waiting.revocation_confirmed.is_none());
    until(&desk, "confirmed", |row| row.revocation_confirmed.is_some()).await;
    desk.app.work_poas().await;
    assert_eq!(portal.asked("POST /poa/revocations").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_revoked_elsewhere_before_the_signature_is_not_signed_for_nothing() {
    let is_revoked = Arc::new(AtomicU32::new(0));
    let (book, head, flag) = (
        Arc::new(Mutex::new(Vec::new())),
        Arc::new(Mutex::new(Value::Null)),
        is_revoked.clone(),
    );
    let (desk, portal) = Portal::signed_in(move |seen| {
        let state = if flag.load(Ordering::Relaxed) == 1 {
            "revoked"
        } else {
            "active"
        };
        taking(seen, state, &book, &head)
    })
    .await;
    in_force(&desk).await;
    let id = desk.app.draft_revocation(NUMBER, "Уволен").await.unwrap();
    let ids = std::slice::from_ref(&id);
    let request = desk.request("accountant", ids).await;
    is_revoked.store(1, Ordering::Relaxed);
    desk.app.refresh_poa(NUMBER).await.unwrap();
    desk.person.was_asked();
    let refused = desk.app.start_signing(request).await.unwrap_err();
    assert_eq!(refused.code(), "app.preflight");
    assert_eq!(
        refused.params().get("check").map(String::as_str),
        Some("poa-revocation-needless")
    );
    assert!(desk.person.was_asked().is_empty() && portal.asked("POST /poa/revocations").is_empty());
    // One that was signed all the same changes nothing.
    desk.app.revoke_poa(&id).await.unwrap();
    assert_eq!(row(&desk).await.revoked, None);
}

/// The draft as a person would have completed it.
async fn completed(desk: &Desk, draft: &str) -> DraftView {
    let view = desk.app.draft(draft).await.unwrap();
    let mut fields = view.fields.clone();
    for (name, value) in [
        ("number.internal", "8"),
        ("representative.born", "03.04.1990"),
        ("representative.passport.number", "99 00 123456"),
        ("representative.passport.issued", "05.06.2010"),
        ("representative.passport.issuer", "Отделом № 1"),
    ] {
        fields.insert(name.to_owned(), value.to_owned());
    }
    // A screen that does not know the field sends the others only.
    fields.retain(|name, _| !name.starts_with("poa/"));
    desk.app.save_draft(draft, view.revision, fields).await.unwrap()
}

/// The new one and its number, filed.
async fn replacement(desk: &Desk) -> (String, String) {
    let draft = desk.app.supersede_poa(NUMBER).await.unwrap();
    let view = completed(desk, &draft).await;
    assert_eq!(view.fields.get("expires").map(String::as_str), Some("31.12.2099"));
    let filed = desk.app.file_draft(&draft).await.unwrap();
    let id = filed
        .document_id
        .unwrap_or_else(|| panic!("{:?}", filed.problems));
    let (name, _) = main_file(desk, &id).await;
    let number = name
        .trim_end_matches(".xml")
        .rsplit('_')
        .next()
        .unwrap()
        .to_owned();
    (id, number)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_is_signed_with_the_revocation_of_the_old_and_nobody_is_without_powers() {
    let (desk, portal) = registry("active").await;
    in_force(&desk).await;
    desk.app
        .choose_poa("fns.on_nschfdoppr", Some(NUMBER))
        .await
        .unwrap();
    let (id, new) = replacement(&desk).await;
    assert_eq!(state(&desk, &new).await, "made");
    // Filed twice it is one document and one revocation.
    let ids = std::slice::from_ref(&id);
    let preflight = desk.app.preflight(ids, None).await.unwrap();
    let formats: Vec<&str> = preflight
        .documents
        .iter()
        .map(|one| one.row.format.as_str())
        .collect();
    assert_eq!(formats, ["emchd", "emchd.withdrawal"]);

    desk.person.was_asked();
    desk.sign(ids).await.unwrap();
    assert_eq!(desk.person.was_asked().len(), 1);
    assert_eq!(
        (state(&desk, NUMBER).await, state(&desk, &new).await),
        ("active".into(), "queued".into())
    );
    until(&desk, "the old one is taken back", |row| row.state == "revoked").await;
    assert_eq!(state(&desk, &new).await, "active");
    until(&desk, "confirmed", |row| row.revocation_confirmed.is_some()).await;
    let order: Vec<String> = portal
        .seen
        .lock()
        .unwrap()
        .iter()
        .filter(|seen| seen.line.starts_with("POST /poa"))
        .map(|seen| seen.line.clone())
        .collect();
    assert_eq!(
        order,
        [
            "POST /poa/registrations",
            "POST /poa/registrations",
            "POST /poa/revocations"
        ]
    );
    assert_eq!(
        desk.app.poa_card(&new).await.unwrap().chosen_for,
        ["fns.on_nschfdoppr"]
    );
    assert!(desk.actions().await.contains(&"poa-replaced".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_replacement_leaves_the_old_one_as_it_was() {
    let (book, head) = (
        Arc::new(Mutex::new(Vec::new())),
        Arc::new(Mutex::new(Value::Null)),
    );
    let (desk, portal) = Portal::signed_in(move |seen| {
        let is_second = seen.line.starts_with("GET /poa/registrations/") && !seen.line.contains(NUMBER);
        if is_second {
            return Some((
                200,
                json!({"task": "r", "state": "error", "errors": [{"code": "power-unknown", "text": "Нет"}]}),
            ));
        }
        taking(seen, "active", &book, &head)
    })
    .await;
    in_force(&desk).await;
    let (id, new) = replacement(&desk).await;
    desk.sign(&[id]).await.unwrap();
    for _ in 0..400 {
        desk.app.work_poas().await;
        if state(&desk, &new).await == "refused" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(state(&desk, &new).await, "refused");
    desk.app.work_poas().await;
    let old = row(&desk).await;
    assert_eq!((old.state.as_str(), old.revoked), ("active", None));
    assert!(portal.asked("POST /poa/revocations").is_empty());
    // It can still be taken back by itself.
    let revocation = desk.app.draft_revocation(NUMBER, "Уволен").await.unwrap();
    desk.sign(&[revocation]).await.unwrap();
    assert_eq!(row(&desk).await.state, "revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn for_one_that_is_over_there_is_only_a_new_one() {
    let (desk, _portal) = registry("active").await;
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    let over = Given {
        expires: "2026-02-01",
        ..PLAIN
    };
    let id = desk.import(&[file(&desk, &over)]).await;
    desk.sign(&[id]).await.unwrap();
    desk.app.register_poa(NUMBER).await.unwrap();
    until(&desk, "expired", |row| row.state == "expired").await;
    assert_eq!(
        code(desk.app.draft_revocation(NUMBER, "Уволен").await),
        "poa.over"
    );
    let (verdict, why) = verdict(&desk, "director", PLAIN.powers).await;
    assert_eq!(
        (verdict.as_str(), why[0].as_str()),
        ("not-allowed", "poa.expired")
    );
    let draft = desk.app.supersede_poa(NUMBER).await.unwrap();
    let view = desk.app.draft(&draft).await.unwrap();
    assert!(!view.fields.contains_key("expires") && !view.fields.contains_key("poa/supersedes"));
    assert!(view.fields.contains_key("representative.surname"));
    let longer = desk.app.extend_poa(NUMBER).await.unwrap();
    let view = desk.app.draft(&longer).await.unwrap();
    assert!(view.fields.contains_key("expires"));
}

fn paper() -> ScanForm {
    ScanForm {
        kind: "paper".to_owned(),
        number: Some("12".to_owned()),
        issued: "2026-01-10".to_owned(),
        expires: "2099-12-31".to_owned(),
        principal: ScanPrincipal::default(),
        representative: ScanPerson {
            surname: "Ромашкина".to_owned(),
            given_name: "Анна".to_owned(),
            passport: Some("45 08 123456".to_owned()),
            passport_issued: Some("2010-05-01".to_owned()),
            passport_issuer: Some("ОВД".to_owned()),
            ..ScanPerson::default()
        },
        powers: vec!["DEMO_SRCDOC_ALL".to_owned()],
        declared: ["no-corrections", "signed-by-hand", "seal", "whole", "lawful"]
            .map(str::to_owned)
            .to_vec(),
        ..ScanForm::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_taken_in_whole_or_not_at_all_and_no_machine_says_it_is_good() {
    let (desk, portal) = registry("active").await;
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    let director = desk
        .stand
        .demo
        .employees
        .iter()
        .find(|one| one.id == "director")
        .unwrap();
    let owner = &desk.stand.demo.organisations[0];
    let accountant = desk
        .stand
        .demo
        .employees
        .iter()
        .find(|one| one.id == "accountant")
        .unwrap();
    let mut form = paper();
    let scan = desk.path("скан.png");
    let picture = DynamicImage::new_luma8(900, 1200);
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    std::fs::write(&scan, bytes.into_inner()).unwrap();

    let refused = desk.app.add_poa_scan(form.clone(), &scan).await.unwrap();
    let fields: Vec<&str> = refused
        .problems
        .iter()
        .filter_map(|one| one.field.as_deref())
        .collect();
    assert!(refused.row.is_none());
    assert_eq!(fields[..2], ["principal.name", "principal.inn"]);
    form.principal.name = owner.full_name.clone();
    form.principal.inn = owner.inn.clone();
    form.principal.signer.surname = accountant.surname.clone();
    form.principal.signer.given_name = "Пётр".to_owned();
    form.principal.signer.inn = Some(accountant.inn.clone());
    form.representative.inn = Some(director.inn.clone());
    let text = desk.path("скан.pdf");
    std::fs::write(&text, "%PDF-1.7").unwrap();
    assert_eq!(
        code(desk.app.add_poa_scan(form.clone(), &text).await),
        "poa.scan-unreadable"
    );
    assert_eq!(desk.app.poas(PoaQuery::default()).await.unwrap().total, 0.0);

    // The picture may have been in the archive as an ordinary file.
    let known = desk.import(std::slice::from_ref(&scan)).await;
    let added = desk.app.add_poa_scan(form.clone(), &scan).await.unwrap();
    assert_eq!(added.problems, []);
    let row = added.row.unwrap();
    assert_eq!(
        (row.state.as_str(), row.document_id.as_str()),
        ("active", known.as_str())
    );
    assert_eq!(row.powers, ["DEMO_SRCDOC_ALL"]);
    assert_eq!(code(desk.app.add_poa_scan(form, &scan).await), "poa.scan-known");
    assert_eq!(code(desk.app.refresh_poa(&row.number).await), "poa.on-paper");
    assert_eq!(code(desk.app.register_poa(&row.number).await), "poa.wrong-state");
    assert_eq!(code(desk.app.supersede_poa(&row.number).await), "poa.on-paper");

    let judged = async |number: &str| {
        let certificate = desk.stand.fingerprint("director");
        let powers = ["DEMO_SRCDOC_ALL".to_owned()];
        let judged = desk.app.judge_poa(number, certificate, &powers).await.unwrap();
        (
            judged.verdict,
            judged.reasons.into_iter().map(|one| one.code).collect::<Vec<_>>(),
        )
    };
    let (verdict, why) = judged(&row.number).await;
    assert_eq!(
        (verdict.as_str(), why),
        ("cannot-tell", vec!["poa.paper-scan".to_owned()])
    );

    let told = desk.app.poa_consequences(&row.number).await.unwrap();
    assert_eq!(
        (told.way.as_str(), told.is_told, told.kind.as_str()),
        ("revoke", false, "paper-scan")
    );
    let id = desk.app.draft_revocation(&row.number, "Утрачена").await.unwrap();
    desk.sign(&[id]).await.unwrap();
    assert_eq!(judged(&row.number).await.0, "not-allowed");
    desk.app.work_poas().await;
    assert!(portal.asked("POST /poa/revocations").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_its_powers_on_falls_with_it() {
    let (desk, _portal) = registry("active").await;
    in_force(&desk).await;
    let path = file(&desk, &PLAIN);
    let read = kabinet_formats::poa::read("", &std::fs::read(&path).unwrap()).unwrap();
    let parent = read.poa;
    let receiver = parent.representatives[0].person().unwrap().clone();
    let further = Person {
        surname: "Иванов".to_owned(),
        given_name: "Иван".to_owned(),
        inn: Some("500100732259".to_owned()),
        ..receiver.clone()
    };
    let child = PowerOfAttorney {
        number: PoaNumber(uuid::Uuid::new_v4()),
        principals: vec![Principal::Person(receiver)],
        representatives: vec![Representative::Person(further)],
        delegated_from: Some(DelegatedFrom {
            first: parent.number,
            parent: parent.number,
            first_issued: Some(parent.issued),
            first_expires: Some(parent.expires),
            first_notarial: false,
            first_principal_inn: Some(own(&desk)),
            first_principal_name: None,
            parent_issued: None,
            parent_expires: None,
        }),
        ..parent
    };
    let written = kabinet_formats::poa::write(&child, time::macros::date!(2026 - 01 - 11), None);
    let path = desk.path(&written.name);
    std::fs::write(&path, written.bytes).unwrap();
    desk.import(&[path]).await;
    let number = child.number.to_string();
    assert_eq!(desk.app.poa(&number).await.unwrap().fallen_with, None);

    let told = desk.app.poa_consequences(NUMBER).await.unwrap();
    assert_eq!(
        told.fallen
            .iter()
            .map(|one| one.number.as_str())
            .collect::<Vec<_>>(),
        [number.as_str()]
    );
    let id = desk.app.draft_revocation(NUMBER, "Уволен").await.unwrap();
    desk.sign(&[id]).await.unwrap();
    let fallen = desk.app.poa(&number).await.unwrap();
    assert_eq!(fallen.fallen_with.as_deref(), Some(NUMBER));
}
