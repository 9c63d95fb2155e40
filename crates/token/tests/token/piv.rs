//! A PIV card behind OpenSC and the smart-card service: RSA-2048, and P-256 with a PIN before each signature; judged by OpenSSL.

use std::time::{Duration, Instant};

use kabinet_token::{Deadlines, KeySeen, Scan, SignJob, SignMechanism, TokenError, Tokens, Workers};

use crate::pcsc::{PIN, READERS, SmartCards, VirtualCard, opensc};
use crate::support::*;

pub(crate) const WRONG: &str = "654321";
const RSA_CERTIFICATE: &str = "Certificate for PIV Authentication";
const EC_CERTIFICATE: &str = "Certificate for Digital Signature";

/// For one step of signing.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);

pub(crate) fn workers() -> Workers {
    let deadlines = Deadlines {
        scan: Duration::from_secs(10),
        sign: DEADLINE,
        ..Deadlines::default()
    };
    Workers::new(WORKER.into()).with_deadlines(deadlines)
}

pub(crate) fn piv_tokens() -> Tokens {
    Tokens::new(vec![module(&opensc())], workers())
}

pub(crate) fn rsa_job(scan: &Scan, messages: &[&[u8]]) -> SignJob {
    let inputs = messages.iter().map(|message| digest_info(message)).collect();
    job(labelled(scan, RSA_CERTIFICATE), SignMechanism::RsaPkcs1, inputs)
}

fn ec_job(scan: &Scan, messages: &[&[u8]]) -> SignJob {
    let inputs = messages.iter().map(|message| sha256(message)).collect();
    job(labelled(scan, EC_CERTIFICATE), SignMechanism::EcdsaP256, inputs)
}

/// Signs with both keys and has OpenSSL verify.
pub(crate) async fn assert_signs(tokens: &Tokens, cards: &SmartCards, scan: &Scan) {
    let message = b"report";
    let rsa = tokens
        .sign(rsa_job(scan, &[message]), pin(PIN))
        .await
        .expect("signed");
    assert!(verified_by_openssl(cards.path(), "rsa", message, &rsa[0]));
    let ec = tokens
        .sign(ec_job(scan, &[message]), pin(PIN))
        .await
        .expect("signed");
    assert!(verified_by_openssl(
        cards.path(),
        "ec",
        message,
        &ecdsa_der(&ec[0])
    ));
}

/// Scans until the card is there: the reader notices it with its next look, and OpenSC then reads it.
pub(crate) async fn scan_with_card(tokens: &Tokens) -> Scan {
    let end = Instant::now() + Duration::from_secs(15);
    loop {
        let scan = tokens.scan().await;
        if scan.certificates.len() == 2 {
            return scan;
        }
        assert!(Instant::now() < end, "no card: {scan:#?}");
    }
}

/// The commands with a PIN that a card got.
pub(crate) fn attempts(card: VirtualCard) -> Vec<String> {
    card.pull()
        .into_iter()
        .filter(|line| line.starts_with("verify"))
        .collect()
}

#[tokio::test]
async fn a_card_shows_its_reader_its_keys_and_its_pin_without_a_login() {
    let cards = SmartCards::new();
    let tokens = piv_tokens();
    let none = tokens.scan().await;
    assert_eq!((none.tokens, none.problems), (vec![], vec![]));

    let card = cards.insert(&[]);
    let scan = scan_with_card(&tokens).await;
    assert_eq!(scan.problems, []);
    let [token] = &scan.tokens[..] else {
        panic!("{scan:#?}")
    };
    assert_eq!(token.reader, READERS[0]);
    assert_eq!(token.manufacturer, "piv_II");
    assert_eq!((token.pin.min_len, token.pin.max_len), (4, 8));
    assert!(token.pin.login_required && !token.pin.locked && !token.pin.final_try && !token.passive);
    assert_eq!(
        token.mechanisms,
        [SignMechanism::RsaPkcs1, SignMechanism::EcdsaP256]
    );
    for (label, name) in [(RSA_CERTIFICATE, "rsa"), (EC_CERTIFICATE, "ec")] {
        let certificate = labelled(&scan, label);
        assert_eq!(certificate.key, KeySeen::ById);
        assert_eq!(
            certificate.der,
            std::fs::read(cards.path().join(format!("{name}.der"))).expect("read")
        );
    }
    assert_eq!(attempts(card), [""; 0]);
}

#[tokio::test]
async fn both_keys_sign_and_the_one_that_wants_the_pin_each_time_gets_it() {
    let cards = SmartCards::new();
    let card = cards.insert(&[]);
    let tokens = piv_tokens();
    let scan = scan_with_card(&tokens).await;
    let messages: [&[u8]; 3] = [b"one", b"two", b"three"];

    let signatures = tokens
        .sign(rsa_job(&scan, &messages), pin(PIN))
        .await
        .expect("signed");
    for (message, signature) in messages.iter().zip(&signatures) {
        assert!(verified_by_openssl(cards.path(), "rsa", message, signature));
        assert!(!verified_by_openssl(cards.path(), "rsa", b"another", signature));
    }
    let signatures = tokens
        .sign(ec_job(&scan, &messages), pin(PIN))
        .await
        .expect("signed");
    for (message, signature) in messages.iter().zip(&signatures) {
        assert!(verified_by_openssl(
            cards.path(),
            "ec",
            message,
            &ecdsa_der(signature)
        ));
        assert!(!verified_by_openssl(
            cards.path(),
            "ec",
            b"another",
            &ecdsa_der(signature)
        ));
    }
    // One login for the RSA key; one and three for the other.
    assert_eq!(attempts(card), ["verify right"; 5]);
}

#[tokio::test]
async fn a_wrong_pin_costs_one_attempt_the_last_one_is_asked_for_and_a_locked_card_is_left_alone() {
    let cards = SmartCards::new();
    let card = cards.insert(&[]);
    let tokens = piv_tokens();
    let scan = scan_with_card(&tokens).await;
    let job = rsa_job(&scan, &[b"x"]);

    let first = tokens.sign(job.clone(), pin(WRONG)).await.expect_err("wrong");
    assert_eq!(first.code(), "token.pin-incorrect");
    let second = tokens.sign(job.clone(), pin(WRONG)).await.expect_err("wrong");
    assert_eq!(second.code(), "token.pin-incorrect-final-try");

    // Not even the right PIN, before the person knows.
    assert_eq!(
        tokens.sign(job.clone(), pin(PIN)).await,
        Err(TokenError::PinFinalTry)
    );
    let state = &tokens.scan().await.tokens[0].pin;
    assert!(state.final_try && !state.locked);

    let last = SignJob {
        final_try_confirmed: true,
        ..job
    };
    assert_eq!(
        tokens.sign(last.clone(), pin(WRONG)).await,
        Err(TokenError::PinLocked)
    );
    assert!(tokens.scan().await.tokens[0].pin.locked);
    assert_eq!(tokens.sign(last, pin(PIN)).await, Err(TokenError::PinLocked));
    assert_eq!(attempts(card), ["verify wrong"; 3]);
}

/// OpenSC asks a card for its attempts only until the card says that the right PIN was entered, and until then repeats what it
/// knew: the person is asked once too often, never too seldom.
#[tokio::test]
async fn the_right_pin_at_the_last_attempt_signs_and_gives_all_of_them_back() {
    let cards = SmartCards::new();
    let card = cards.insert(&["--tries", "2"]);
    let tokens = piv_tokens();
    let scan = scan_with_card(&tokens).await;
    let job = rsa_job(&scan, &[b"x"]);
    let wrong = tokens.sign(job.clone(), pin(WRONG)).await.expect_err("wrong");
    assert_eq!(wrong.code(), "token.pin-incorrect-final-try");
    let confirmed = SignJob {
        final_try_confirmed: true,
        ..job.clone()
    };
    tokens.sign(confirmed.clone(), pin(PIN)).await.expect("signed");
    let wrong = tokens.sign(confirmed, pin(WRONG)).await.expect_err("wrong");
    assert_eq!(
        wrong.code(),
        "token.pin-incorrect-final-try",
        "one of two is left"
    );
    assert_eq!(attempts(card), ["verify wrong", "verify right", "verify wrong"]);
}

#[tokio::test]
async fn the_pin_is_changed_and_a_wrong_old_one_costs_one_attempt() {
    const NEW: &str = "7654321";
    let cards = SmartCards::new();
    let card = cards.insert(&[]);
    let tokens = piv_tokens();
    let scan = scan_with_card(&tokens).await;
    let token = &scan.tokens[0].address;
    let change = |old, new| tokens.change_pin(token, pin(old), pin(new), false);
    let refused = change(WRONG, NEW).await.expect_err("a wrong old PIN");
    assert_eq!(refused.code(), "token.pin-incorrect");
    assert_eq!(
        change(PIN, "123456789").await,
        Err(TokenError::PinLength { min: 4, max: 8 })
    );
    change(PIN, NEW).await.expect("changed");
    let job = rsa_job(&scan, &[b"x"]);
    tokens
        .sign(job.clone(), pin(NEW))
        .await
        .expect("signed with the new PIN");
    let old = tokens.sign(job, pin(PIN)).await.expect_err("the old PIN");
    assert_eq!(old.code(), "token.pin-incorrect");
    let wrong = card.pull().into_iter().filter(|line| line.ends_with("wrong"));
    assert_eq!(wrong.count(), 2);
}
