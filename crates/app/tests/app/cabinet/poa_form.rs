//! What the form of a power of attorney offers, and what it begins with.

use kabinet_app::view::{DraftView, PoaPerson, PoaPowerQuery};
use kabinet_domain::poa::PoaNumber;
use kabinet_formats::poa::{FORMAT, REDELEGATION_FORM};

use super::poa::{NUMBER, PLAIN, file, signed, told, until, willing};
use super::*;

/// With the right to pass it on, and with a power that has no limits.
fn passable(desk: &Desk, power: &str) -> std::path::PathBuf {
    let path = file(desk, &PLAIN);
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text
        .replace("ПрПередов=\"1\"", "ПрПередов=\"2\"")
        .replace(PLAIN.powers, power)
        .replace(PLAIN.expires, "2027-12-31")
        .replace("ВнНомДовер=\"7\"", "ВнНомДовер=\"41/26\"");
    std::fs::write(&path, text).unwrap();
    path
}

async fn active(desk: &Desk, path: std::path::PathBuf) {
    let id = desk.import(&[path]).await;
    desk.sign(&[id]).await.unwrap();
    desk.app.register_poa(NUMBER).await.unwrap();
    until(desk, "registered", |row| row.state == "active").await;
}

async fn typed(desk: &Desk, draft: &DraftView, changes: &[(&str, &str)]) -> DraftView {
    let mut fields = draft.fields.clone();
    for (name, value) in changes {
        fields.insert((*name).to_owned(), (*value).to_owned());
    }
    let saved = desk.app.save_draft(&draft.id, draft.revision, fields).await;
    saved.unwrap()
}

fn told_of(draft: &DraftView, field: &str) -> Vec<String> {
    let problems = draft.problems.iter();
    problems
        .filter(|problem| problem.field.as_deref() == Some(field))
        .map(|problem| problem.code.clone())
        .collect()
}

fn named<'a>(people: &'a [PoaPerson], surname: &str) -> Option<&'a PoaPerson> {
    people.iter().find(|one| one.facts["surname"] == surname)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_classifier_is_told_and_the_one_of_the_program_goes_on() {
    let desk = Desk::new().await;
    let asked = |text: &str| PoaPowerQuery {
        text: text.to_owned(),
        ..PoaPowerQuery::default()
    };
    let whole = desk.app.poa_powers(&asked(""));
    assert_eq!(
        (whole.problem.is_none(), whole.items.len() as u32),
        (true, whole.total)
    );
    let folder = desk.path("poa");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("powers.json"), "{").unwrap();
    let broken = desk.app.poa_powers(&asked("актов сверки"));
    assert_eq!(
        broken.problem.map(|one| one.code),
        Some("classifier.malformed".to_owned())
    );
    assert_eq!(broken.items[0].name, "Подписывать акты сверки расчётов");
    let own = r#"{"powers": [{"code": "OWN_1", "name": "Своё", "group": "Г", "explanation": "П."}]}"#;
    std::fs::write(folder.join("powers.json"), own).unwrap();
    let replaced = desk.app.poa_powers(&asked(""));
    assert_eq!((replaced.total, replaced.items[0].code.as_str()), (1, "OWN_1"));
    // No role of the program has a power of this list.
    assert!(desk.app.poa_templates().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn powers_are_found_by_words_stems_codes_and_groups_and_roles_bring_theirs() {
    let desk = Desk::new().await;
    let found = |text: &str, group: Option<&str>, codes: &[&str]| {
        let found = desk.app.poa_powers(&PoaPowerQuery {
            text: text.to_owned(),
            group: group.map(str::to_owned),
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        });
        let codes = found.items.into_iter().map(|one| one.code);
        codes.collect::<Vec<_>>()
    };
    assert_eq!(
        found("накладную транспорт", None, &[])[0],
        "BBDOCS_DOCS_DCSALL_SRCDOC_SOURCEDOCS8"
    );
    assert_eq!(found("DEMO_BANK", None, &[]), ["DEMO_BANK"]);
    assert!(
        found("отчётност", Some("Кадры"), &[])
            .iter()
            .all(|code| code.starts_with("DEMO_"))
    );
    assert!(!found("", Some("Кадры"), &[]).contains(&"DEMO_BANK".to_owned()));
    assert_eq!(found("", None, &["DEMO_BANK", "DEMO_COURT"]).len(), 2);
    assert_eq!(found("ходить в лес", None, &[]), [""; 0]);

    let sum = &desk.app.poa_powers(&PoaPowerQuery {
        codes: vec!["RPNDZ_REPORT".to_owned()],
        ..PoaPowerQuery::default()
    });
    assert!(
        sum.items[0].restrictions[0]
            .values
            .iter()
            .any(|one| one.label == "Москва")
    );
    let roles = desk.app.poa_templates();
    let accountant = roles.iter().find(|role| role.code == "accountant").unwrap();
    assert!(accountant.powers.iter().any(|one| one.code == "DEMO_TAX_REPORT"));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_offered_without_a_network_and_who_left_is_not() {
    let own = |desk: &Desk, id: &str| {
        let mut all = desk.stand.demo.employees.iter();
        all.find(|one| one.id == id).cloned().unwrap()
    };
    let people: Arc<Mutex<Value>> = Arc::new(Mutex::new(json!({"items": []})));
    let told_people = people.clone();
    let (desk, portal) = Portal::signed_in(move |seen| match seen.line.as_str() {
        "GET /employees" => Some((200, told_people.lock().unwrap().clone())),
        "POST /poa/registrations" => Some((202, json!({"task": "t-1"}))),
        "GET /poa/registrations/t-1" => {
            Some((200, json!({"task": "t-1", "number": NUMBER, "state": "done"})))
        }
        line if line.starts_with("GET /poa/5d0c") => Some((200, told("active"))),
        _ => None,
    })
    .await;
    let (head, accountant) = (own(&desk, "director"), own(&desk, "accountant"));
    let row = |id: &str, is_head: bool, is_active: bool| {
        let one = own(&desk, id);
        json!({"id": one.id, "surname": one.surname, "givenName": "Имя", "inn": one.inn, "snils": one.snils, "birthDate": "1980-01-01",
            "position": one.title, "roleCode": "head", "roleTitle": "Роль", "head": is_head, "active": is_active})
    };
    *people.lock().unwrap() = json!({"items": [row("director", true, true), row("accountant", false, true)]});
    let found = desk.app.poa_people().await.unwrap();
    assert_eq!(found[0].facts["surname"], head.surname);
    assert!(found[0].is_head && found[0].source == "employee");
    let asked = portal.asked("GET /employees").len();

    // A passport stands in an earlier power of attorney: it is known of the employee from now on.
    let path = file(&desk, &PLAIN);
    let text = std::fs::read_to_string(&path).unwrap();
    let passport = "<УдЛичнФЛ КодВидДок=\"21\" СерНомДок=\"99 00 123456\" ДатаДок=\"2010-06-05\" ВыдДок=\"Отделом № 1\"/>";
    let end = "</СведФЛ></СведФизЛ>";
    assert!(text.contains(end));
    std::fs::write(&path, text.replace(end, &format!("{passport}{end}"))).unwrap();
    active(&desk, path).await;
    *people.lock().unwrap() = json!({"items": []});
    let again = desk.app.poa_people().await.unwrap();
    assert_eq!(
        portal.asked("GET /employees").len(),
        asked,
        "kept, not asked again"
    );
    let person = named(&again, &head.surname).unwrap();
    assert_eq!(
        (person.facts["born"].as_str(), &person.facts["inn"]),
        ("01.01.1980", &head.inn)
    );
    assert_eq!(person.facts["passport.number"], "99 00 123456");

    // The head is filled in when a draft is begun, the number follows, and the first day is there.
    let draft = desk.app.new_draft(FORMAT).await.unwrap();
    assert_eq!(
        (&draft.fields["head.surname"], &draft.fields["head.snils"]),
        (&head.surname, &head.snils)
    );
    assert_eq!(draft.fields["head.position"], head.title);
    assert!(draft.fields["number.internal"].ends_with("/26"));
    assert!(told_of(&draft, "issued").is_empty() && !told_of(&draft, "expires").is_empty());

    *people.lock().unwrap() =
        json!({"items": [row("director", true, true), row("accountant", false, false)]});
    desk.app.employees(true).await.unwrap();
    let left = desk.app.poa_people().await.unwrap();
    assert!(named(&left, &accountant.surname).is_none(), "{left:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_portal_that_tells_the_head_is_known_from_the_last_time() {
    let (desk, _portal) = willing("active").await;
    let blank = desk.app.new_draft(FORMAT).await.unwrap();
    assert_eq!(blank.fields["principal.inn"], desk.owner().inn);
    assert!(!blank.fields.contains_key("principal.address"));
    active(&desk, passable(&desk, "DEMO_SRCDOC_ALL")).await;
    let draft = desk.app.new_draft(FORMAT).await.unwrap();
    let head = desk
        .stand
        .demo
        .employees
        .iter()
        .find(|one| one.id == PLAIN.head)
        .unwrap();
    assert_eq!(draft.fields["head.inn"], head.inn);
    assert_eq!(draft.fields["principal.address"], "Москва");
    assert_eq!(draft.fields["number.internal"], "42/26");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_passed_on_is_refused_before_anything_is_typed() {
    let (desk, _portal) = willing("active").await;
    signed(&desk).await;
    assert_eq!(code(desk.app.redelegate_poa(NUMBER).await), "poa.not-passed-on");
    assert_eq!(code(desk.app.redelegation_of("нет").await), "app.not-found");
    let stray = PoaNumber(uuid::Uuid::nil()).to_string();
    assert_eq!(
        code(desk.app.redelegation_of(&stray).await),
        "store.no-power-of-attorney"
    );
    assert!(desk.app.poa_parents().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redelegation_begins_with_all_the_parent_gives_and_stays_within_it() {
    let (desk, _portal) = willing("active").await;
    active(&desk, passable(&desk, "DEMO_SRCDOC_ALL")).await;
    let parents = desk.app.poa_parents().await.unwrap();
    assert_eq!(parents[0].number, NUMBER);
    let draft = desk.app.redelegate_poa(NUMBER).await.unwrap();
    assert_eq!(draft.form, REDELEGATION_FORM);
    let receiver = desk
        .stand
        .demo
        .employees
        .iter()
        .find(|one| one.id == PLAIN.to)
        .unwrap();
    assert_eq!(
        (
            draft.fields["principal.kind"].as_str(),
            &draft.fields["head.surname"]
        ),
        ("person", &receiver.surname)
    );
    assert_eq!(
        (
            draft.fields["from.first"].as_str(),
            draft.fields["expires"].as_str()
        ),
        (NUMBER, "31.12.2027")
    );
    assert!(told_of(&draft, "powers").is_empty() && told_of(&draft, "expires").is_empty());

    let wider = typed(
        &desk,
        &draft,
        &[
            ("expires", "01.01.2028"),
            ("redelegation", "once"),
            ("powers/00000900/code", "DEMO_BANK"),
            ("powers/00000900/name", "Подписывать платёжные документы"),
        ],
    )
    .await;
    assert_eq!(told_of(&wider, "expires"), ["poa.longer-than-parent"]);
    assert_eq!(told_of(&wider, "redelegation"), ["poa.passes-on-further"]);
    assert_eq!(told_of(&wider, "powers/00000900/code"), ["poa.wider-than-parent"]);
    assert!(
        desk.app
            .file_draft(&draft.id)
            .await
            .unwrap()
            .document_id
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_made_of_a_power_of_attorney_says_what_it_changes() {
    let (desk, _portal) = willing("active").await;
    let id = signed(&desk).await;
    let fresh = desk.app.new_draft(FORMAT).await.unwrap();
    let nothing = desk.app.poa_draft_changes(&fresh.id).await.unwrap();
    assert_eq!((nothing.previous, nothing.items.len()), (None, 0));

    let draft = desk.app.draft_of_document(&id).await.unwrap();
    let same = desk.app.poa_draft_changes(&draft.id).await.unwrap();
    assert_eq!(
        (same.previous.as_deref(), same.is_known, same.items.len()),
        (Some(NUMBER), true, 0)
    );
    let draft = typed(&desk, &draft, &[("expires", "31.12.2098")]).await;
    let changes = desk.app.poa_draft_changes(&draft.id).await.unwrap().items;
    assert_eq!((changes.len(), changes[0].what.as_str()), (1, "expires"));
    assert_eq!(
        (
            changes[0].params["before"].as_str(),
            changes[0].params["after"].as_str()
        ),
        ("31.12.2099", "31.12.2098")
    );
    // Of one that is not in the register nothing is claimed.
    let stray = uuid::Uuid::from_u128(7).to_string();
    let draft = typed(&desk, &draft, &[("previous", &stray)]).await;
    let unknown = desk.app.poa_draft_changes(&draft.id).await.unwrap();
    assert_eq!((unknown.is_known, unknown.items.len()), (false, 0));
}
