//! The register of powers of attorney and the card of one: what wants something, who may do what, when the registry is asked, and what ends.

use kabinet_app::Event;
use kabinet_app::view::{
    CalendarProfile, DeadlineKind, PoaAsk, PoaCard, PoaCounts, PoaQuery, PoaRow, TaxRegime,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::*;

/// The first of the numbers used here; each deed has its own.
fn number(at: u8) -> String {
    format!("5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a{at:02x}")
}

/// Today in Moscow, so many days on.
fn day(after: i64) -> String {
    let today = OffsetDateTime::now_utc()
        .to_offset(time::macros::offset!(+3))
        .date();
    (today + Duration::days(after)).to_string()
}

struct Deed {
    at: u8,
    days: i64,
    powers: &'static [(&'static str, &'static str)],
    parent: Option<u8>,
}

/// Given by the accountant of the demo organisation, as its head, to the director.
const PLAIN: Deed = Deed {
    at: 1,
    days: 365,
    powers: &[("DEMO_SRCDOC_ALL", "Подписание первичных документов")],
    parent: None,
};

fn person(desk: &Desk, id: &str) -> String {
    let one = desk.stand.demo.employees.iter().find(|one| one.id == id).unwrap();
    let (given, patronymic) = one.given_name.split_once(' ').unwrap();
    format!(
        r#"ИННФЛ="{}" СНИЛС="{}" Должность="{}"><СведФЛ ПрГражд="1" ДатаРожд="1980-01-01"><ФИО Фамилия="{}" Имя="{given}" Отчество="{patronymic}"/></СведФЛ>"#,
        one.inn, one.snils, one.title, one.surname
    )
}

/// The name of the file and what it says.
fn xml(desk: &Desk, deed: &Deed) -> (String, String) {
    let owner = &desk.stand.demo.organisations[0];
    let (number, issued) = (number(deed.at), day(-10));
    let name = format!("ON_EMCHD_{}_{number}", issued.replace('-', ""));
    let about = |element: &str| {
        format!(
            r#"<{element} ВидДовер="1" ПрПередов="2" ВнНомДовер="7" НомДовер="{number}" ДатаВыдДовер="{issued}" СрокДейст="{}"><СведСист>ЕПГУ</СведСист></{element}>"#,
            day(deed.days)
        )
    };
    let powers: String = deed
        .powers
        .iter()
        .map(|(code, name)| format!(r#"<МашПолн КодПолн="{code}" НаимПолн="{name}"/>"#))
        .collect();
    let powers = format!(r#"<СвПолн ТипПолн="1" ПрСовмПолн="1">{powers}</СвПолн>"#);
    let to = person(desk, "director");
    let body = match deed.parent {
        None => format!(
            r#"<Довер>{}<СвДоверит ТипДоверит="1"><Доверит><РосОргДовер ЕИОУК="0" ЕИОФЛ="1" ЕИОИП="0"><СвРосОрг НаимОрг="{}" ИННЮЛ="{}" КПП="{}" ОГРН="{}"><АдрРег Регион="77"><АдрРФ>Москва</АдрРФ></АдрРег></СвРосОрг><ЛицоБезДов ПолнЮЛ="1"><СвФЛ {}</СвФЛ></ЛицоБезДов></РосОргДовер></Доверит></СвДоверит><СвУпПред ТипПред="3"><Пред><СведФизЛ {to}</СведФизЛ></Пред></СвУпПред>{powers}</Довер>"#,
            about("СвДов"),
            owner.full_name.replace('"', "&quot;"),
            owner.inn,
            owner.kpp,
            owner.ogrn,
            person(desk, "accountant"),
        ),
        Some(parent) => {
            let parent = self::number(parent);
            format!(
                r#"<Передов ПрНалПередов="1"><СвПервДовер ПрДовер="1" ФормДовер="1" НомДоверПерв="{parent}" НомДоверN="{parent}"/>{}<СвПередПолн ТипПерПолн="3"><ПередПолн><ФЛПерПолн {to}</ФЛПерПолн></ПередПолн></СвПередПолн><СвПолучПолн ТипПред="3"><Пред><СведФизЛ {}</СведФизЛ></Пред></СвПолучПолн>{powers}</Передов>"#,
                about("СвПереДовер"),
                person(desk, "representative"),
            )
        }
    };
    let xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Доверенность xmlns="urn://x-artefacts/EMCHD_1" ВерсФорм="EMCHD_1" ПрЭлФорм="00000000" ИдФайл="{name}"><Документ КНД="1110310">{body}</Документ></Доверенность>"#
    );
    (format!("{name}.xml"), xml)
}

fn file(desk: &Desk, deed: &Deed) -> std::path::PathBuf {
    let (name, xml) = xml(desk, deed);
    let path = desk.path(&name);
    std::fs::write(&path, xml).unwrap();
    path
}

/// Takes it in and signs it as its head.
async fn signed(desk: &Desk, deed: &Deed) {
    let id = desk.import(&[file(desk, deed)]).await;
    desk.sign(&[id]).await.unwrap();
}

fn told(at: &str, state: &str) -> Value {
    json!({"number": at, "state": state, "issued": day(-10), "expires": day(365)})
}

/// A registry that takes everything; of a number whose last digit is 9 it says that its head did not sign it.
async fn willing() -> (Desk, Portal) {
    Portal::signed_in(|seen| match seen.line.as_str() {
        "POST /poa/registrations" => {
            let name = seen.body["name"].as_str().unwrap_or_default().to_owned();
            let task = name.trim_end_matches(".xml").rsplit('_').next().unwrap().to_owned();
            Some((202, json!({"task": task})))
        }
        line if line.starts_with("GET /poa/registrations/") => {
            let number = line.trim_start_matches("GET /poa/registrations/").to_owned();
            let is_bad = number.ends_with('9');
            let errors = json!([{"code": "not-the-head", "text": "Не руководитель"}]);
            Some((200, json!({"task": number, "number": number, "state": if is_bad { "error" } else { "done" }, "errors": if is_bad { errors } else { json!([]) }})))
        }
        line if line.starts_with("GET /poa/5d0c") => {
            let number = line.trim_start_matches("GET /poa/").split('?').next().unwrap();
            Some((200, told(number, "active")))
        }
        "GET /poa" => Some((200, json!({"items": [], "asOf": "2026-11-20T10:00:00Z"}))),
        line if line.starts_with("GET /poa?") => {
            Some((200, json!({"items": [], "asOf": "2026-11-20T10:00:00Z"})))
        }
        _ => None,
    })
    .await
}

/// Registers it and works until the registry has answered.
async fn registered(desk: &Desk, deed: &Deed) -> PoaRow {
    signed(desk, deed).await;
    let number = number(deed.at);
    desk.app.register_poa(&number).await.unwrap();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        desk.app.work_poas().await;
        let row = desk.app.poa(&number).await.unwrap();
        if row.state == "active" || row.state == "refused" {
            return row;
        }
        assert!(std::time::Instant::now() < end, "never over: {row:#?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn card(desk: &Desk, at: u8) -> PoaCard {
    desk.app.poa_card(&number(at)).await.unwrap()
}

fn marks(card: &PoaCard) -> Vec<(&str, &str, bool)> {
    card.steps
        .iter()
        .map(|step| (step.state.as_str(), step.mark.as_str(), step.at.is_some()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_not_ready_is_said_so_and_nothing_leaves() {
    let (desk, portal) = willing().await;
    for (wrong, expected) in [
        ("", "app.not-found"),
        ("no-number", "app.not-found"),
        (&number(1), "store.no-power-of-attorney"),
    ] {
        assert_eq!(code(desk.app.poa_card(wrong).await), expected);
        assert_eq!(code(desk.app.register_poa(wrong).await), expected);
    }
    desk.import(&[file(&desk, &PLAIN)]).await;
    let of_nobody = PoaAsk {
        representative: Some(7),
        ..PoaAsk::default()
    };
    assert_eq!(
        code(desk.app.ask_poa(&number(1), &of_nobody).await),
        "app.not-found"
    );
    assert_eq!(code(desk.app.register_poa(&number(1)).await), "poa.wrong-state");
    let bad = PoaQuery {
        order: Some("colour".to_owned()),
        ..PoaQuery::default()
    };
    assert_eq!(code(desk.app.poas(bad).await), "app.not-found");
    assert!(portal.asked("POST /poa/registrations").is_empty());
    desk.app.sign_out().await.unwrap();
    assert_eq!(code(desk.app.sync_poas().await), "app.not-signed-in");
    assert_eq!(code(desk.app.refresh_poa(&number(1)).await), "app.not-signed-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_tells_who_may_do_what_where_it_stands_and_what_was_done() {
    let (desk, _portal) = willing().await;
    let id = desk.import(&[file(&desk, &PLAIN)]).await;
    let made = card(&desk, 1).await;
    assert_eq!(
        marks(&made),
        [
            ("made", "current", true),
            ("signed", "ahead", false),
            ("queued", "ahead", false),
            ("processing", "ahead", false),
            ("active", "ahead", false),
        ]
    );
    desk.sign(&[id]).await.unwrap();
    desk.app.register_poa(&number(1)).await.unwrap();
    let queued = card(&desk, 1).await;
    assert_eq!(marks(&queued)[2], ("queued", "current", true));
    assert_eq!(
        (queued.errands[0].kind.as_str(), queued.errands[0].step.as_str()),
        ("register", "waiting")
    );
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while desk.app.poa(&number(1)).await.unwrap().state != "active" {
        assert!(std::time::Instant::now() < end);
        desk.app.work_poas().await;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let format = "fns.on_nschfdoppr";
    desk.app.choose_poa(format, Some(&number(1))).await.unwrap();
    let card = card(&desk, 1).await;
    assert_eq!(
        marks(&card),
        [
            ("made", "done", true),
            ("signed", "done", true),
            ("queued", "done", true),
            ("processing", "done", true),
            ("active", "current", true),
        ]
    );
    let owner = &desk.stand.demo.organisations[0];
    assert_eq!(card.principals[0].inn.as_deref(), Some(owner.inn.as_str()));
    let director = desk
        .stand
        .demo
        .employees
        .iter()
        .find(|one| one.id == "director")
        .unwrap();
    let to = &card.representatives[0];
    assert!(to.name.starts_with(&director.surname), "{to:?}");
    assert_eq!(to.position.as_deref(), Some(director.title.as_str()));
    assert_eq!(card.powers[0].name, "Подписание первичных документов");
    assert_eq!((card.redelegation.as_str(), card.row.days_left), ("once", 365));
    let text = serde_json::to_string(&card.readable.unwrap()).unwrap();
    assert!(text.contains(&number(1)) && text.contains("DEMO_SRCDOC_ALL"));
    assert_eq!(card.chosen_for, [format]);
    let choice = card.formats.iter().find(|one| one.code == format).unwrap();
    assert_eq!(choice.suffices, Some(true));
    assert!(choice.name.starts_with("Счёт-фактура"), "{}", choice.name);
    let reports = card.formats.iter().find(|one| one.code == "fns.report").unwrap();
    assert_eq!((reports.suffices, reports.chosen.as_deref()), (Some(false), None));
    let done: Vec<&str> = card.history.iter().map(|row| row.action.as_str()).collect();
    for action in [
        "poa-added",
        "poa-signed",
        "poa-queued",
        "poa-taken",
        "poa-registered",
    ] {
        assert!(done.contains(&action), "{action}: {done:?}");
    }
    assert!(card.history.is_sorted_by(|one, other| one.at >= other.at));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_it_names_may_sign_what_its_powers_are_for_and_nobody_else() {
    let (desk, _portal) = willing().await;
    registered(&desk, &PLAIN).await;
    let ask = async |ask: PoaAsk| {
        let judged = desk.app.ask_poa(&number(1), &ask).await.unwrap();
        let first = judged.reasons.first().map(|one| one.code.clone());
        (judged.verdict, first)
    };
    let for_format = |format: &str| PoaAsk {
        representative: Some(0),
        format: Some(format.to_owned()),
        ..PoaAsk::default()
    };
    assert_eq!(
        ask(for_format("fns.on_nschfdoppr")).await,
        ("allowed".to_owned(), Some("poa.systems".to_owned()))
    );
    assert_eq!(
        ask(for_format("fns.report")).await,
        ("not-allowed".to_owned(), Some("poa.power-missing".to_owned()))
    );
    // Nobody has said what such a document needs.
    assert_eq!(
        ask(for_format("letter")).await,
        ("cannot-tell".to_owned(), Some("poa.power-not-named".to_owned()))
    );
    let of_accountant = PoaAsk {
        certificate: Some(desk.stand.fingerprint("accountant").to_owned()),
        ..for_format("fns.on_nschfdoppr")
    };
    assert_eq!(
        ask(of_accountant).await,
        ("not-allowed".to_owned(), Some("poa.other-person".to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_passes_another_on_shows_its_chain_and_says_what_is_missing() {
    let (desk, _portal) = willing().await;
    let child = Deed {
        at: 2,
        parent: Some(1),
        ..PLAIN
    };
    desk.import(&[file(&desk, &child)]).await;
    let alone = card(&desk, 2).await;
    assert_eq!((alone.chain.len(), alone.missing_parent), (0, Some(number(1))));
    desk.import(&[file(&desk, &PLAIN)]).await;
    let whole = card(&desk, 2).await;
    assert_eq!(
        (whole.chain[0].number.as_str(), whole.missing_parent),
        (number(1).as_str(), None)
    );
    let parent = card(&desk, 1).await;
    assert_eq!(parent.children[0].number, number(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_wants_something_is_counted_and_the_register_narrowed_to_just_that() {
    let (desk, _portal) = willing().await;
    assert_eq!(desk.app.poa_counts().await.unwrap(), PoaCounts::default());
    for at in [1, 2] {
        signed(&desk, &Deed { at, ..PLAIN }).await;
    }
    let refused = registered(&desk, &Deed { at: 9, ..PLAIN }).await;
    assert_eq!(refused.error.as_deref(), Some("poa.refused.not-the-head"));
    for (at, days) in [(3, 30), (4, 31), (5, 5)] {
        registered(&desk, &Deed { at, days, ..PLAIN }).await;
    }
    let counts = desk.app.poa_counts().await.unwrap();
    let expected = PoaCounts {
        all: 6,
        waiting: 2,
        refused: 1,
        ending: 2,
        unconfirmed: 0,
    };
    assert_eq!(counts, expected);
    let found = async |query: PoaQuery| -> Vec<String> {
        let list = desk.app.poas(query).await.unwrap();
        assert_eq!(list.total, list.items.len() as f64);
        list.items.into_iter().map(|row| row.number).collect()
    };
    let ending = PoaQuery {
        ending: true,
        ..PoaQuery::default()
    };
    assert_eq!(found(ending.clone()).await, [number(5), number(3)]);
    let latest = PoaQuery {
        order: Some("expires".to_owned()),
        descending: true,
        ..ending
    };
    assert_eq!(found(latest).await, [number(3), number(5)]);
    let facets = desk.app.poa_facets().await.unwrap();
    let (who, what) = (&facets.representatives[0], &facets.powers[0]);
    assert_eq!(
        (who.count, what.count, what.code.as_str()),
        (6, 6, "DEMO_SRCDOC_ALL")
    );
    let by = PoaQuery {
        representative_inn: Some(who.code.clone()),
        states: vec!["refused".to_owned()],
        ..PoaQuery::default()
    };
    assert_eq!(found(by).await, [number(9)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registry_is_asked_after_a_sign_in_and_when_a_person_asks_not_with_every_exchange() {
    let (desk, portal) = willing().await;
    let lists = |portal: &Portal| {
        let seen = portal.seen.lock().unwrap();
        let is_list = |one: &&Seen| one.line == "GET /poa" || one.line.starts_with("GET /poa?");
        seen.iter().filter(is_list).count()
    };
    assert_eq!(lists(&portal), 0);
    for _ in 0..3 {
        desk.app.sync_now().await.unwrap();
    }
    assert_eq!(lists(&portal), 1);
    desk.app.sync_poas().await.unwrap();
    assert_eq!(lists(&portal), 2);
    desk.app.sign_out().await.unwrap();
    desk.sign_in().await.unwrap();
    desk.app.sync_now().await.unwrap();
    assert_eq!(lists(&portal), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_without_a_registry_is_asked_for_nothing_and_takes_nothing_away() {
    let (desk, portal) = Portal::signed_in(|seen| {
        let offer = json!({"version": "1.0", "features": ["organisations"]});
        (seen.line == "GET ").then_some((200, offer))
    })
    .await;
    assert_eq!(code(desk.app.sync_poas().await), "cabinet.absent");
    desk.app.sync_now().await.unwrap();
    let is_asked = {
        let asked = portal.seen.lock().unwrap();
        asked.iter().any(|one| one.line.contains("/poa"))
    };
    assert!(!is_asked);
    signed(&desk, &PLAIN).await;
    assert_eq!(card(&desk, 1).await.row.state, "signed");
}

/// Counts and days of the warnings that were given.
fn warned(events: &mut tokio::sync::broadcast::Receiver<Event>) -> Vec<(u32, i32)> {
    let mut all = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::PoasEnding { count, days_left } = event {
            all.push((count, days_left));
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_one_is_told_once_for_each_threshold_outside_quiet_hours_and_stands_in_the_calendar() {
    let (desk, _portal) = willing().await;
    desk.app
        .set_calendar_profile(CalendarProfile {
            regime: TaxRegime::General,
            employer: true,
            vat: true,
            remind: true,
            quiet_from: 21,
            quiet_to: 9,
            chosen: true,
        })
        .await
        .unwrap();
    registered(&desk, &Deed { days: 25, ..PLAIN }).await;
    registered(
        &desk,
        &Deed {
            at: 2,
            days: 90,
            ..PLAIN
        },
    )
    .await;
    let mut events = desk.app.events();
    let (night, noon) = (datetime!(2026-11-29 23:00), datetime!(2026-11-29 12:00));
    desk.app.remind_of_poas(night).await;
    assert_eq!(warned(&mut events), []);
    desk.app.remind_of_poas(noon).await;
    desk.app.remind_of_poas(noon).await;
    assert_eq!(warned(&mut events), [(1, 25)]);
    let kept = desk.app.notices().await.unwrap();
    assert_eq!(kept[0].kind, "poa");
    assert!(!kept[0].text.is_empty());

    // One that ends in a week, and one on its last day, are told of together; the first not again.
    registered(
        &desk,
        &Deed {
            at: 3,
            days: 7,
            ..PLAIN
        },
    )
    .await;
    registered(
        &desk,
        &Deed {
            at: 4,
            days: 0,
            ..PLAIN
        },
    )
    .await;
    desk.app.remind_of_poas(noon).await;
    desk.app.remind_of_poas(noon).await;
    assert_eq!(warned(&mut events), [(2, 0)]);

    let month = desk.app.calendar(&day(0), &day(30)).await.unwrap();
    let mut ends: Vec<(String, String)> = month
        .entries
        .into_iter()
        .filter(|entry| entry.kind == DeadlineKind::PowerOfAttorney)
        .map(|entry| (entry.id, entry.due))
        .collect();
    ends.sort();
    let expected = [(1, 25), (3, 7), (4, 0)].map(|(at, days)| (format!("poa/{}", number(at)), day(days)));
    assert_eq!(ends, expected);

    let mut desk = desk;
    desk.stand.stop();
    let desk = desk.started_again();
    let mut events = desk.app.events();
    desk.app.unlock().await.unwrap();
    desk.app.remind_of_poas(noon).await;
    assert_eq!(warned(&mut events), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_by_a_folder_stands_in_the_register_too() {
    let (desk, _portal) = willing().await;
    let folder = tempfile::tempdir().unwrap();
    desk.app
        .choose_hot_folder(folder.path().to_owned())
        .await
        .unwrap();
    let (name, xml) = xml(&desk, &PLAIN);
    std::fs::write(folder.path().join(name), xml).unwrap();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while desk.app.look_into_hot_folder().await == 0 {
        assert!(std::time::Instant::now() < end, "nothing came");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(desk.app.poa(&number(1)).await.unwrap().state, "made");
}
