//! Watching PC/SC, with a real service and virtual readers and cards.

use std::time::{Duration, Instant};

use kabinet_token::{NoService, Readers, ReadersState, Service};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::pcsc::{READERS, SmartCards};

/// Answer to reset of the virtual card.
const ATR: [u8; 10] = [0x3b, 0x85, 0x80, 0x01, 0x20, 0x50, 0x49, 0x56, 0x31, 0x5a];

/// The first state that suits, and how long it took.
async fn until(
    states: &mut watch::Receiver<ReadersState>,
    suits: impl FnMut(&ReadersState) -> bool,
) -> (ReadersState, Duration) {
    let begin = Instant::now();
    let found = timeout(Duration::from_secs(15), states.wait_for(suits)).await;
    let state = found.map(|state| state.expect("watched").clone());
    let state = state.unwrap_or_else(|_| panic!("not within 15 s: {:?}", states.borrow()));
    (state, begin.elapsed())
}

fn has_card(state: &ReadersState, reader: usize) -> bool {
    state
        .readers
        .get(reader)
        .is_some_and(|reader| reader.card.is_some())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::test]
async fn insertion_and_removal_are_seen_within_half_a_second() {
    let cards = SmartCards::new();
    let readers = Readers::watch();
    let mut states = readers.state();
    let (empty, _) = until(&mut states, |state| state.service == Service::Running).await;
    assert_eq!(
        empty
            .readers
            .iter()
            .map(|reader| reader.name.as_str())
            .collect::<Vec<_>>(),
        READERS
    );
    assert!(!has_card(&empty, 0) && !has_card(&empty, 1));

    let (mut insertions, mut removals) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let card = cards.insert(&[]);
        let (state, time) = until(&mut states, |state| has_card(state, 0)).await;
        insertions.push(time);
        let reader = &state.readers[0];
        assert_eq!(reader.card.as_ref().expect("a card").atr, ATR);
        assert!(!reader.mute && !reader.exclusive && !has_card(&state, 1));
        assert_eq!(Readers::look().readers, state.readers);

        card.pull();
        let (_, time) = until(&mut states, |state| !has_card(state, 0)).await;
        removals.push(time);
    }
    println!("inserted {insertions:?}, removed {removals:?}");
    assert!(median(insertions) <= Duration::from_millis(500));
    assert!(median(removals) <= Duration::from_millis(500));
}

#[tokio::test]
async fn every_insertion_counts_even_of_the_same_card() {
    let cards = SmartCards::new();
    let readers = Readers::watch();
    let mut states = readers.state();
    let card = cards.insert(&[]);
    let (first, _) = until(&mut states, |state| has_card(state, 0)).await;
    // Nobody looks in between.
    card.pull();
    let end = Instant::now() + Duration::from_secs(10);
    while has_card(&Readers::look(), 0) && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let _card = cards.insert(&[]);
    while !has_card(&Readers::look(), 0) && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (second, _) = until(&mut states, |state| has_card(state, 0) && *state != first).await;
    assert_eq!(second.readers[0].card, first.readers[0].card);
    assert_eq!(second.readers[0].changes, first.readers[0].changes + 2);
    assert!(!second.has_same_cards(&first));
}

#[tokio::test]
async fn without_a_service_the_reason_is_told_and_a_late_one_is_found() {
    let mut cards = SmartCards::without_service();
    let absent = Service::Absent(NoService::NotRunning);
    assert_eq!(
        Readers::look(),
        ReadersState {
            service: absent,
            connection: 0,
            readers: Vec::new()
        }
    );
    let readers = Readers::watch();
    let mut states = readers.state();
    until(&mut states, |state| state.service == absent).await;
    cards.start();
    let (found, time) = until(&mut states, |state| state.service == Service::Running).await;
    assert_eq!((found.connection, found.readers.len()), (1, 2));
    assert!(time < Duration::from_secs(5), "{time:?}");
}

#[tokio::test]
async fn a_service_that_dies_and_returns_is_noticed_though_its_readers_look_the_same() {
    let mut cards = SmartCards::new();
    let readers = Readers::watch();
    let mut states = readers.state();
    let (before, _) = until(&mut states, |state| state.readers.len() == 2).await;
    cards.kill();
    let (gone, time) = until(&mut states, |state| state.service != Service::Running).await;
    assert_eq!(gone.service, Service::Absent(NoService::NotRunning));
    assert!(gone.readers.is_empty());
    assert!(time < Duration::from_secs(1), "{time:?}");
    cards.start();
    let (after, _) = until(&mut states, |state| state.service == Service::Running).await;
    assert_eq!(after.readers, before.readers);
    assert!(!after.has_same_cards(&before));
    println!("gone after {time:?}");
}

#[tokio::test]
async fn a_service_restarted_at_once_is_noticed() {
    let mut cards = SmartCards::new();
    let readers = Readers::watch();
    let mut states = readers.state();
    until(&mut states, |state| state.readers.len() == 2).await;
    cards.kill();
    cards.start();
    until(&mut states, |state| {
        state.connection == 2 && state.service == Service::Running
    })
    .await;
}

#[tokio::test]
async fn the_watch_ends_at_once_with_and_without_a_service() {
    let mut cards = SmartCards::new();
    for _ in 0..2 {
        for wait in [0, 5, 100, 1500] {
            let readers = Readers::watch();
            let mut states = readers.state();
            tokio::time::sleep(Duration::from_millis(wait)).await;
            let begin = Instant::now();
            drop(readers);
            assert!(
                begin.elapsed() < Duration::from_millis(500),
                "{:?}",
                begin.elapsed()
            );
            // The sender is gone with its thread.
            while states.changed().await.is_ok() {}
        }
        cards.kill();
    }
}
