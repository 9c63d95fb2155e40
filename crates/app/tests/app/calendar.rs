//! The calendar: the organisation's own deadlines, what is done, and reminders.

use std::time::Duration;

use kabinet_app::view::{CalendarProfile, CalendarView, DeadlineKind, TaxRegime};
use kabinet_app::{App, Event};
use time::macros::{date, datetime};
use tokio::sync::broadcast::Receiver;

use crate::desk::{Desk, code};

const SIMPLIFIED: CalendarProfile = CalendarProfile {
    regime: TaxRegime::Simplified,
    employer: false,
    vat: false,
    remind: true,
    quiet_from: 21,
    quiet_to: 9,
    chosen: true,
};

async fn of_2026(app: &App) -> CalendarView {
    app.calendar_as_of(
        date!(2026 - 04 - 22),
        date!(2026 - 01 - 01),
        date!(2026 - 12 - 31),
    )
    .await
    .unwrap()
}

/// Titles told since the last call, and how many days were left.
async fn told(events: &mut Receiver<Event>) -> Vec<(usize, i32)> {
    let mut told = Vec::new();
    while let Ok(Ok(event)) = tokio::time::timeout(Duration::from_millis(50), events.recv()).await {
        if let Event::DeadlinesNear { titles, days_left } = event {
            told.push((titles.len(), days_left));
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn deadlines_are_those_of_what_the_organisation_is() {
    let desk = Desk::new().await;
    let view = of_2026(&desk.app).await;
    assert!(!view.profile.chosen && view.profile.regime == TaxRegime::General);
    assert!(view.entries.iter().any(|entry| entry.id == "vat/2026/1"));
    desk.app.set_calendar_profile(SIMPLIFIED).await.unwrap();
    let view = of_2026(&desk.app).await;
    assert_eq!(view.profile, SIMPLIFIED);
    assert!(view.undecreed.is_empty());
    let due: Vec<(&str, &str)> = view
        .entries
        .iter()
        .map(|entry| (entry.id.as_str(), entry.due.as_str()))
        .collect();
    assert_eq!(
        due,
        [
            ("simplified-legal/2025/0", "2026-03-25"),
            ("accounts/2025/0", "2026-03-31"),
            ("simplified-notice/2026/1", "2026-04-27"),
            ("simplified-notice/2026/2", "2026-07-27"),
            ("simplified-notice/2026/3", "2026-10-26"),
        ]
    );
    let notice = &view.entries[2];
    assert_eq!(
        (notice.named.as_str(), notice.days_left, notice.working_days_left),
        ("2026-04-25", 5, 3)
    );
    assert_eq!(
        (view.entries[0].days_left, view.entries[0].working_days_left),
        (-28, 0)
    );
    assert!(
        view.days_off.contains(&"2026-01-09".to_owned()) && !view.days_off.contains(&"2026-01-12".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_and_added_stays_after_a_restart_and_in_its_organisation() {
    let desk = Desk::new().await;
    desk.app.set_calendar_profile(SIMPLIFIED).await.unwrap();
    desk.app
        .mark_deadline("accounts/2025/0".into(), true)
        .await
        .unwrap();
    desk.app
        .add_deadline("  Сверка с поставщиком ", "2026-04-30")
        .await
        .unwrap();
    for (title, due) in [
        ("", "2026-04-30"),
        ("Сверка", "30.04.2026"),
        ("Сверка", "2026-02-30"),
        ("Сверка", ""),
    ] {
        assert_eq!(
            code(desk.app.add_deadline(title, due).await),
            "app.not-a-date",
            "{title} {due}"
        );
    }
    let desk = desk.started_again();
    assert_eq!(
        code(desk.app.calendar("2026-01-01", "2026-12-31").await),
        "app.locked"
    );
    desk.app.unlock().await.unwrap();
    let view = of_2026(&desk.app).await;
    let done: Vec<&str> = view
        .entries
        .iter()
        .filter(|entry| entry.done)
        .map(|entry| entry.id.as_str())
        .collect();
    assert_eq!(done, ["accounts/2025/0"]);
    let own = view
        .entries
        .iter()
        .find(|entry| entry.kind == DeadlineKind::Own)
        .unwrap();
    assert_eq!(
        (own.title.as_str(), own.due.as_str()),
        ("Сверка с поставщиком", "2026-04-30")
    );
    desk.app.remove_deadline(own.id.clone()).await.unwrap();
    desk.app
        .mark_deadline("accounts/2025/0".into(), false)
        .await
        .unwrap();
    let view = of_2026(&desk.app).await;
    assert!(
        view.entries
            .iter()
            .all(|entry| !entry.done && entry.kind == DeadlineKind::Law)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_threshold_is_told_once_and_never_at_night_or_behind_a_lock() {
    let desk = Desk::new().await;
    let mut events = desk.app.events();
    desk.app.remind(datetime!(2026-04-27 12:00)).await;
    assert_eq!(
        told(&mut events).await,
        [],
        "nobody has said yet what the organisation is"
    );
    desk.app.set_calendar_profile(SIMPLIFIED).await.unwrap();
    desk.app.add_deadline("Сверка", "2026-04-27").await.unwrap();
    for (now, expected) in [
        (datetime!(2026-04-12 12:00), vec![]),
        (datetime!(2026-04-13 08:59), vec![]),
        (datetime!(2026-04-13 09:00), vec![(2, 14)]),
        (datetime!(2026-04-13 12:00), vec![]),
        (datetime!(2026-04-20 12:00), vec![]),
        (datetime!(2026-04-24 21:00), vec![]),
        // The computer was off on the third day before.
        (datetime!(2026-04-25 10:00), vec![(2, 2)]),
        (datetime!(2026-04-26 10:00), vec![(2, 1)]),
        (datetime!(2026-04-26 20:59), vec![]),
    ] {
        desk.app.remind(now).await;
        assert_eq!(told(&mut events).await, expected, "{now}");
    }
    desk.app.remind(datetime!(2026-04-26 12:00)).await;
    assert!(
        events.try_recv().is_err(),
        "a look with nothing new writes nothing"
    );
    let kept = desk.app.notices().await.unwrap();
    assert_eq!((kept.len(), kept[0].kind.as_str()), (6, "deadline"), "{kept:#?}");
    assert!(kept.iter().any(|notice| notice.text == "Сверка"));
    let desk = desk.started_again();
    let mut events = desk.app.events();
    desk.app.remind(datetime!(2026-04-27 10:00)).await;
    assert_eq!(told(&mut events).await, [], "the vault is closed");
    desk.app.unlock().await.unwrap();
    desk.app.remind(datetime!(2026-04-26 12:00)).await;
    assert_eq!(told(&mut events).await, [], "told before the restart");
    desk.app
        .mark_deadline("simplified-notice/2026/1".into(), true)
        .await
        .unwrap();
    desk.app.remind(datetime!(2026-04-27 10:00)).await;
    assert_eq!(told(&mut events).await, [(1, 0)], "what is done is not told");
    desk.app
        .set_calendar_profile(CalendarProfile {
            remind: false,
            ..SIMPLIFIED
        })
        .await
        .unwrap();
    desk.app.add_deadline("Ещё", "2026-04-28").await.unwrap();
    desk.app.remind(datetime!(2026-04-27 10:00)).await;
    assert_eq!(told(&mut events).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_decree_needs_no_new_version() {
    let desk = Desk::new().await;
    desk.app.set_calendar_profile(SIMPLIFIED).await.unwrap();
    let folder = desk.path("calendar");
    std::fs::create_dir(&folder).unwrap();
    let of_2027 = async || {
        desk.app
            .calendar_as_of(
                date!(2026 - 12 - 01),
                date!(2027 - 03 - 01),
                date!(2027 - 04 - 30),
            )
            .await
    };
    let view = of_2027().await.unwrap();
    assert_eq!(view.undecreed, [2027]);
    assert!(view.entries.iter().all(|entry| !entry.certain));
    let decree = r#"{"year": 2027, "decreed": true, "source": "decree", "transfers": [{"from": "2027-01-02", "to": "2027-03-25"}]}"#;
    std::fs::write(folder.join("ru-2027.json"), decree).unwrap();
    let own = r#"{"rules": [{"code": "accounts", "name": "Отчётность", "authority": "fns", "source": "own", "periodicity": "year",
                  "due": {"months": 3, "day": 31}, "until": 2025}]}"#;
    std::fs::write(folder.join("deadlines.json"), own).unwrap();
    let view = of_2027().await.unwrap();
    assert!(view.undecreed.is_empty());
    let due: Vec<(&str, &str, bool)> = view
        .entries
        .iter()
        .map(|entry| (entry.id.as_str(), entry.due.as_str(), entry.certain))
        .collect();
    assert_eq!(
        due,
        [
            ("simplified-legal/2026/0", "2027-03-26", true),
            ("simplified-notice/2027/1", "2027-04-26", true)
        ],
        "moved by the decree, and a rule that has ended"
    );
    std::fs::write(folder.join("ru-2028.json"), "{\"year\": 2028}").unwrap();
    let error = of_2027().await.unwrap_err();
    assert_eq!(
        (error.code(), error.params()["file"].as_str()),
        ("app.calendar-data", "ru-2028.json")
    );
}
