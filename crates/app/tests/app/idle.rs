//! Locking when nobody has touched the window, by a clock of our own.

use std::time::Duration;

use kabinet_app::view::Phase;
use kabinet_app::{App, Event, Moment};

use crate::desk::Desk;

const MINUTE: Duration = Duration::from_secs(60);

/// This long after `start` of a computer that was awake.
fn after(start: Moment, awake: Duration) -> Moment {
    Moment {
        running: start.running + awake,
        wall: start.wall + awake,
    }
}

async fn phase(app: &App) -> Phase {
    app.state().await.phase
}

/// A desk whose vault locks after five minutes, and a moment when it was last opened or later.
async fn desk(minutes: u32) -> (Desk, Moment) {
    let desk = Desk::new().await;
    let settings = desk.app.state().await.settings;
    let settings = kabinet_app::view::Settings {
        lock_after_minutes: minutes,
        ..settings
    };
    desk.app.save_settings(settings).await.unwrap();
    let start = Moment::now();
    desk.app.note_activity(start).await;
    (desk, start)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_core_locks_once_nobody_has_touched_the_window_for_the_chosen_time() {
    let (desk, start) = desk(5).await;
    assert!(
        !desk
            .app
            .lock_if_idle(after(start, 5 * MINUTE - MINUTE / 60))
            .await
    );
    desk.app.note_activity(after(start, 4 * MINUTE)).await;
    assert!(!desk.app.lock_if_idle(after(start, 8 * MINUTE)).await);
    assert_eq!(phase(&desk.app).await, Phase::Ready);
    assert!(desk.app.lock_if_idle(after(start, 9 * MINUTE)).await);
    assert_eq!(phase(&desk.app).await, Phase::Locked);
    // A locked vault is not locked again, and opening it begins a new count.
    assert!(!desk.app.lock_if_idle(after(start, 30 * MINUTE)).await);
    desk.app.unlock().await.unwrap();
    assert!(!desk.app.lock_if_idle(Moment::now()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn time_asleep_counts_and_input_after_it_does_not_save_the_vault() {
    let (desk, start) = desk(5).await;
    // The running clock stood still.
    let woken = Moment {
        running: start.running + Duration::from_secs(1),
        wall: start.wall + 6 * MINUTE,
    };
    desk.app.note_activity(woken).await;
    assert_eq!(phase(&desk.app).await, Phase::Locked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_keeps_nothing_open() {
    let (desk, start) = desk(5).await;
    let later = Moment {
        running: start.running + 5 * MINUTE,
        wall: start.wall - 60 * MINUTE,
    };
    assert!(desk.app.lock_if_idle(later).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_setting_counts_as_it_is_now_and_zero_means_never() {
    let (desk, start) = desk(0).await;
    assert!(!desk.app.lock_if_idle(after(start, 1000 * MINUTE)).await);
    let settings = desk.app.state().await.settings;
    let settings = kabinet_app::view::Settings {
        lock_after_minutes: 30,
        ..settings
    };
    desk.app.save_settings(settings).await.unwrap();
    assert!(!desk.app.lock_if_idle(after(start, 29 * MINUTE)).await);
    assert!(desk.app.lock_if_idle(after(start, 30 * MINUTE)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unsaved_is_saved_before_and_a_window_that_hangs_stops_nothing() {
    let (desk, start) = desk(5).await;
    let mut events = desk.app.events();
    let locking = desk.app.clone();
    let locking = tokio::spawn(async move { locking.lock_if_idle(after(start, 5 * MINUTE)).await });
    while !matches!(events.recv().await.unwrap(), Event::AboutToLock) {}
    assert_eq!(phase(&desk.app).await, Phase::Ready, "there is time to save");
    desk.app.ready_to_lock();
    assert!(locking.await.unwrap());
    assert_eq!(phase(&desk.app).await, Phase::Locked);

    desk.app.unlock().await.unwrap();
    // `events` is heard by nobody who answers.
    assert!(desk.app.lock_if_idle(after(Moment::now(), 5 * MINUTE)).await);
    assert_eq!(phase(&desk.app).await, Phase::Locked);
}
