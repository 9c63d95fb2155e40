//! A PIV card behind OpenSC that is pulled, swapped, slow, or hangs, and a smart-card service that is restarted.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kabinet_token::{ReaderChanges, Readers, SignEvent, TokenError, Tokens};

use crate::pcsc::{PIN, READERS, SmartCards, opensc};
use crate::piv::{DEADLINE, WRONG, assert_signs, attempts, piv_tokens, rsa_job, scan_with_card, workers};
use crate::softhsm;
use crate::support::*;

/// Longer than [`DEADLINE`], seconds.
const TOO_SLOW: &str = "30";

/// Waits until the reader notices that its card is gone.
async fn until_gone() {
    let readers = Readers::watch();
    let mut states = readers.state();
    let gone = states.wait_for(|state| {
        !state.readers.is_empty() && state.readers.iter().all(|reader| reader.card.is_none())
    });
    tokio::time::timeout(Duration::from_secs(10), gone)
        .await
        .expect("in time")
        .expect("watched");
}

#[tokio::test]
async fn a_card_pulled_between_two_requests_is_missed_not_blamed_on_the_pin_and_signs_when_it_is_back() {
    let cards = SmartCards::new();
    let card = cards.insert(&[]);
    let tokens = piv_tokens();
    let scan = scan_with_card(&tokens).await;
    assert_signs(&tokens, &cards, &scan).await;
    card.pull();
    // The reader has not noticed yet.
    let begin = Instant::now();
    let error = tokens
        .sign(rsa_job(&scan, &[b"x"]), pin(PIN))
        .await
        .expect_err("no card");
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    assert!(
        matches!(error, TokenError::TokenNotFound | TokenError::TokenRemoved),
        "{error:?}"
    );
    until_gone().await;
    assert_eq!(
        tokens.sign(rsa_job(&scan, &[b"x"]), pin(PIN)).await,
        Err(TokenError::TokenNotFound)
    );
    let none = tokens.scan().await;
    assert_eq!((none.tokens, none.problems), (vec![], vec![]));

    let _card = cards.insert(&[]);
    let again = scan_with_card(&tokens).await;
    assert_eq!(again.certificates, scan.certificates);
    assert_signs(&tokens, &cards, &again).await;
}

#[tokio::test]
async fn a_card_pulled_during_a_signature_ends_it_at_once_and_what_was_signed_before_stays() {
    let cards = SmartCards::new();
    let tokens = piv_tokens();
    let card = cards.insert(&["--sign-delay", "0.5"]);
    let scan = scan_with_card(&tokens).await;
    let job = rsa_job(&scan, &[b"one", b"two"]);

    let pulling = tokio::task::spawn_blocking(move || {
        let mut card = card;
        card.until("signed");
        card.until("sign ");
        card.pull();
        Instant::now()
    });
    let mut signatures = Vec::new();
    let signed = tokens.sign_each(job, pin(PIN), |event| {
        if let SignEvent::Signed { signature, .. } = event {
            signatures.push(signature);
        }
    });
    assert_eq!(signed.await, Err(TokenError::TokenRemoved));
    let time = pulling.await.expect("pulled").elapsed();
    assert!(time < Duration::from_secs(2), "{time:?}");
    assert_eq!(signatures.len(), 1);
    assert!(verified_by_openssl(cards.path(), "rsa", b"one", &signatures[0]));

    until_gone().await;
    let _card = cards.insert(&[]);
    let again = scan_with_card(&tokens).await;
    assert_signs(&tokens, &cards, &again).await;
}

#[tokio::test]
async fn another_card_in_the_same_reader_never_gets_the_pin_of_the_first() {
    let cards = SmartCards::new();
    let first = cards.insert(&[]);
    let tokens = piv_tokens();
    let scan = scan_with_card(&tokens).await;
    first.pull();
    until_gone().await;
    let second = cards.insert(&["--serial", "another", "--pin", WRONG]);
    let other = scan_with_card(&tokens).await;
    assert_ne!(other.tokens[0].address.serial, scan.tokens[0].address.serial);
    assert_eq!(
        tokens.sign(rsa_job(&scan, &[b"x"]), pin(PIN)).await,
        Err(TokenError::TokenNotFound)
    );
    assert_eq!(attempts(second), [""; 0]);
}

#[tokio::test]
async fn a_slow_card_is_waited_for_and_two_cards_are_told_apart() {
    let cards = SmartCards::new();
    let _slow = cards.insert(&["--sign-delay", "1"]);
    let _quick = cards.insert_into(1, &["--serial", "another"]);
    let tokens = piv_tokens();
    let end = Instant::now() + Duration::from_secs(15);
    let mut scan = tokens.scan().await;
    while scan.tokens.len() < 2 {
        assert!(Instant::now() < end, "{scan:#?}");
        scan = tokens.scan().await;
    }
    let mut readers: Vec<_> = scan.tokens.iter().map(|token| token.reader.as_str()).collect();
    readers.sort();
    assert_eq!(readers, READERS);
    for (reader, slow) in [(READERS[0], true), (READERS[1], false)] {
        let token = scan
            .tokens
            .iter()
            .find(|token| token.reader == reader)
            .expect("a token");
        let mut own = scan.clone();
        own.certificates
            .retain(|certificate| certificate.token == token.address);
        let begin = Instant::now();
        let signatures = tokens
            .sign(rsa_job(&own, &[b"x"]), pin(PIN))
            .await
            .expect("signed");
        assert!(verified_by_openssl(cards.path(), "rsa", b"x", &signatures[0]));
        assert_eq!(begin.elapsed() >= Duration::from_secs(1), slow);
    }
}

#[tokio::test]
async fn a_card_that_hangs_costs_its_worker_and_the_module_is_left_alone_until_the_card_is_pulled() {
    let cards = SmartCards::new();
    let readers = Readers::watch();
    let state = readers.state();
    let changes: ReaderChanges = Arc::new(move || {
        Some(
            state
                .borrow()
                .readers
                .iter()
                .map(|reader| u64::from(reader.changes))
                .sum(),
        )
    });
    let softhsm = Path::new(softhsm::MODULE);
    let tokens = Tokens::new(
        vec![module(&opensc()), module(softhsm)],
        workers().watching(changes),
    );
    for stopped in [false, true] {
        let card = cards.insert(if stopped { &[] } else { &["--sign-delay", TOO_SLOW] });
        let scan = scan_with_card(&tokens).await;
        if stopped {
            card.signal("-STOP");
        }
        let job = rsa_job(&scan, &[b"x"]);
        let begin = Instant::now();
        let error = tokens.sign(job.clone(), pin(PIN)).await;
        assert_eq!(error, Err(TokenError::ModuleHung { seconds: 5 }));
        assert!(
            begin.elapsed() < DEADLINE + Duration::from_secs(2),
            "{:?}",
            begin.elapsed()
        );
        assert_eq!(running_workers(), 0, "the worker is still there");

        // Others are listed at once, a new worker does not hang on the same card, and PC/SC still tells what is where.
        let begin = Instant::now();
        let listed = tokens.scan().await;
        assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
        let [problem] = &listed.problems[..] else {
            panic!("{listed:#?}")
        };
        assert_eq!(
            (&problem.module, &problem.error),
            (&opensc(), &TokenError::ModuleStuck)
        );
        assert!(listed.tokens.iter().any(|token| token.address.module == softhsm));
        assert_eq!(tokens.sign(job, pin(PIN)).await, Err(TokenError::ModuleStuck));
        assert_eq!(running_workers(), 0);
        let begin = Instant::now();
        let seen = tokio::task::spawn_blocking(Readers::look).await.expect("looked");
        assert!(seen.readers[0].card.is_some());
        assert!(
            begin.elapsed() < Duration::from_millis(500),
            "{:?}",
            begin.elapsed()
        );

        card.pull();
        until_gone().await;
    }
    let _card = cards.insert(&[]);
    let again = scan_with_card(&tokens).await;
    assert_signs(&tokens, &cards, &again).await;
}

#[tokio::test]
async fn a_module_learns_of_a_restart_of_the_service_with_the_next_scan() {
    let mut cards = SmartCards::new();
    let card = cards.insert(&[]);
    let tokens = piv_tokens();
    let scan = scan_with_card(&tokens).await;
    cards.kill();
    drop(card);
    let none = tokens.scan().await;
    assert_eq!(none.tokens, []);
    let error = tokens
        .sign(rsa_job(&scan, &[b"x"]), pin(PIN))
        .await
        .expect_err("no service");
    assert!(
        matches!(error, TokenError::TokenNotFound | TokenError::TokenRemoved),
        "{error:?}"
    );
    cards.start();
    let _card = cards.insert(&[]);
    let again = scan_with_card(&tokens).await;
    assert_signs(&tokens, &cards, &again).await;
}

/// How many workers with OpenSC's module run under this process.
fn running_workers() -> usize {
    let module = opensc();
    let tasks = std::fs::read_dir("/proc/self/task").expect("tasks");
    let ids = tasks.flat_map(|task| {
        let list = std::fs::read_to_string(task.expect("a task").path().join("children")).unwrap_or_default();
        list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    });
    ids.filter(|id| {
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0)
            .any(|argument| argument == text(&module).as_bytes())
    })
    .count()
}
