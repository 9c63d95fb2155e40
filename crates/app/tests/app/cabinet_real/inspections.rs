//! Inspections: seen by whoever may, told of once, there without a connection.

use kabinet_app::view::{CalendarProfile, Inspections, TaxRegime};
use kabinet_app::{Event, InspectionNews};
use time::macros::datetime;
use tokio::sync::broadcast::Receiver;

use super::*;

const NIGHT: time::PrimitiveDateTime = datetime!(2026-11-29 23:00);
const DAY: time::PrimitiveDateTime = datetime!(2026-11-29 12:00);

fn oid(stand: &Stand) -> u64 {
    stand.demo.organisations[0].oid
}

/// An announced one that begins in so many days and wants papers in so many.
fn announced(stand: &Stand, agency: &str, begins: i32, papers: Option<i32>) -> Value {
    json!({"organisation": oid(stand), "kind": "planned", "agency": agency, "subject": "Хранение первичных документов", "begins_in": begins,
        "ends_in": begins + 10, "status": "announced", "documents": [{"title": "Решение о проверке", "number": "7"}],
        "papers": ["Журнал учёта", "Договоры за год"], "papers_in": papers})
}

async fn reminded(stand: Stand) -> Desk {
    let desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    let profile = CalendarProfile {
        regime: TaxRegime::General,
        employer: true,
        vat: true,
        remind: true,
        quiet_from: 21,
        quiet_to: 9,
        chosen: true,
    };
    desk.app.set_calendar_profile(profile).await.unwrap();
    desk
}

/// What was told of inspections since the last call, with the agencies.
fn told(events: &mut Receiver<Event>) -> Vec<(InspectionNews, Vec<String>)> {
    let mut all = vec![];
    while let Ok(event) = events.try_recv() {
        if let Event::Inspections { news, agencies } = event {
            all.push((news, agencies));
        }
    }
    all
}

fn agencies(list: &Inspections) -> Vec<&str> {
    list.items.iter().map(|one| one.agency.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_listed_by_term_with_the_papers_asked_and_stay_there_without_a_connection() {
    let stand = Stand::start();
    stand.operate("inspections", &announced(&stand, "Дальняя", 40, None));
    stand.operate("inspections", &announced(&stand, "Ближняя", 30, Some(5)));
    let mut over = announced(&stand, "Прошлая", -30, None);
    over["status"] = json!("ended");
    over["result"] = json!("Нарушений нет");
    stand.operate("inspections", &over);
    let mut desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    // Fetched with the sign-in.
    let list = desk.app.inspections(false).await.unwrap();
    assert_eq!(agencies(&list), ["Ближняя", "Дальняя", "Прошлая"]);
    let near = &list.items[0];
    assert_eq!(
        (near.papers_days_left, near.begins_in, near.open),
        (Some(5), Some(30), true)
    );
    assert_eq!(near.papers, ["Журнал учёта", "Договоры за год"]);
    assert_eq!(near.documents, ["Решение о проверке № 7"]);
    let past = &list.items[2];
    assert_eq!(
        (past.open, past.begins_in, past.result.as_deref()),
        (false, None, Some("Нарушений нет"))
    );
    desk.stand.stop();
    let list = desk.app.inspections(true).await.unwrap();
    assert_eq!(
        (list.items.len(), list.error.unwrap().code.as_str()),
        (3, "portal.unreachable")
    );
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let list = desk.app.inspections(true).await.unwrap();
    assert_eq!((list.items.len(), list.at.is_some()), (3, true));
    assert_eq!(list.error.unwrap().code, "app.not-signed-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_see_them_sees_none_also_of_what_another_one_fetched() {
    let stand = Stand::start();
    stand.operate("inspections", &announced(&stand, "Инспекция", 10, Some(2)));
    let desk = reminded(stand).await;
    assert_eq!(desk.app.inspections(true).await.unwrap().items.len(), 1);
    let role = json!({"employee": "accountant", "organisation": oid(&desk.stand), "role": "procurement"});
    desk.stand.set_membership(&role);
    // The portal says it before the program knows: what was kept goes.
    let list = desk.app.inspections(true).await.unwrap();
    assert_eq!(list.items, []);
    assert_eq!(list.error.unwrap().code, "cabinet.refused.no-permission");
    desk.app.sign_out().await.unwrap();
    desk.sign_in().await.unwrap();
    desk.stand.forget_requests();
    let mut events = desk.app.events();
    let list = desk.app.inspections(true).await.unwrap();
    assert_eq!(
        (list.items.len(), list.refused.unwrap().code.as_str()),
        (0, "app.not-permitted")
    );
    desk.app.remind_of_inspections(DAY).await;
    assert_eq!(told(&mut events), []);
    assert_eq!(desk.stand.requests_to("GET", "/api/cabinet/v1/inspections"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_one_and_its_terms_are_told_once_by_the_agency_alone_and_never_in_quiet_hours() {
    let stand = Stand::start();
    stand.operate("inspections", &announced(&stand, "Дальняя", 40, None));
    let desk = reminded(stand).await;
    let mut events = desk.app.events();
    desk.app.remind_of_inspections(NIGHT).await;
    assert_eq!(told(&mut events), []);
    desk.app.remind_of_inspections(DAY).await;
    desk.app.remind_of_inspections(DAY).await;
    assert_eq!(
        told(&mut events),
        [(InspectionNews::New, vec!["Дальняя".to_owned()])]
    );
    let kept = desk.app.notices().await.unwrap();
    assert_eq!(
        (kept[0].kind.as_str(), kept[0].text.as_str()),
        ("inspection", "Дальняя: Хранение первичных документов")
    );

    let mut near = announced(&desk.stand, "Ближняя", 12, Some(3));
    desk.stand.operate("inspections", &near);
    let list = desk.app.inspections(true).await.unwrap();
    assert_eq!(agencies(&list), ["Ближняя", "Дальняя"]);
    desk.app.remind_of_inspections(DAY).await;
    let one = vec!["Ближняя".to_owned()];
    assert_eq!(
        told(&mut events),
        [
            (InspectionNews::New, one.clone()),
            (InspectionNews::Papers(3), one.clone()),
            (InspectionNews::Begins(12), one.clone())
        ]
    );
    // The term of the papers was put off and is near again: that is said anew, the rest is not.
    near["id"] = json!(list.items[0].id);
    near["papers_in"] = json!(1);
    desk.stand.operate("inspections", &near);
    desk.app.inspections(true).await.unwrap();
    desk.app.remind_of_inspections(DAY).await;
    let news = told(&mut events);
    assert!(news.contains(&(InspectionNews::Papers(1), one)), "{news:?}");
    assert!(news.iter().all(|(what, _)| *what != InspectionNews::New));
    // One that is over is spoken of no more, and after a restart nothing is said again.
    near["status"] = json!("cancelled");
    near["papers_in"] = json!(0);
    desk.stand.operate("inspections", &near);
    desk.app.inspections(true).await.unwrap();
    let desk = desk.started_again();
    let mut events = desk.app.events();
    desk.app.remind_of_inspections(DAY).await;
    desk.app.unlock().await.unwrap();
    desk.app.remind_of_inspections(DAY).await;
    assert_eq!(told(&mut events), []);
}
